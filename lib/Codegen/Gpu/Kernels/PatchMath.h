//===- PatchMath.h - From accumulators to staging --------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the math warps' two parts share: the products (PatchMath.cpp) and the
// way of the sums through the epilogue into staging (PatchStage.cpp).
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHMATH_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHMATH_H

#include "PatchKernel.h"

namespace mlir::convoy {

/// A thread's row in one half (0 or 1) of its accumulators.
struct PatchRow {
  int64_t half;
  /// Block of 8 rows, of 8; row in the block.
  Value block;
  Value row;
  /// Output channel; the last one for rows beyond the filters.
  Value channel;
  /// The epilogue's values of the channel.
  SmallVector<Value> values;
  /// f32; null unless products are split.
  Value filterScale;
};

/// Of split products, for each half of the accumulators: what its sums are
/// still to be multiplied by (f32, may be null), and whether they are not right
/// because f16 parts do not represent the patch or the filter (i1). Else null.
struct PatchTileScale {
  Value factors[2];
  Value isBeyond[2];
};

/// Stages one row of a tile: waits for the block, applies the epilogue, writes,
/// and hands the block to the store warps. `index` counts this block's tiles,
/// once for each of the resident blocks of filters.
void emitStageRow(PatchContext &context, const PatchTile &tile, Value index,
                  const PatchRow &row, Value sums, const PatchTileScale &scale);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHMATH_H
