//===- StreamMath.h - From accumulators to global memory -------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the math warps' two parts share: the products (StreamMath.cpp) and the
// way of the sums through staging and the epilogue (StreamStore.cpp).
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMMATH_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMMATH_H

#include "StreamKernel.h"

#include <array>

namespace mlir::convoy {

/// What a math warp knows of its rows of a tile.
struct StreamRows {
  /// The first row's output channel, in its group and of all groups.
  Value channelInGroup;
  Value channel;
  /// How many of the 16 rows exist.
  Value count;
  /// The epilogue's values of the row `lane % 16`.
  SmallVector<Value> values;
  /// The filter's scales (f32) of the rows of this thread's sums, `lane / 4`
  /// and 8 rows below; null unless products are split.
  std::array<Value, 2> filterScales;
};

/// The sums of a tile, of this thread. Bit 0 of `beyond` (i32) says that those
/// of its first row do not hold, bit 1 those of its second; null unless
/// products are split.
struct StreamSums {
  Value sums;
  Value beyond;
};

/// Stages the sums of this warp, applies the epilogue and stores.
void emitStreamStore(StreamContext &context, const StreamTilePlace &tile,
                     const StreamRows &rows, const StreamSums &sums);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMMATH_H
