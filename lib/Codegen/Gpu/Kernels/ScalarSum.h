//===- ScalarSum.h - One output pixel in plain arithmetic ------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The sum of products of one output pixel in f32 from global memory, one fused
// multiply-add after the other, as a direct convolution does: the way of what
// the products of a wgmma kernel do not represent. Rare, so small instead of
// fast.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_SCALARSUM_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_SCALARSUM_H

#include "Convoy/Dialect/PatchPlan.h"
#include "DeviceBuilder.h"

namespace mlir::convoy {

struct ScalarSum {
  /// Of one group.
  const PatchProblem &problem;
  /// Pointers to global memory; bytes from image to image, i64.
  Value input;
  Value inputImageBytes;
  Value filter;
  /// Blocks of the grid, i32.
  Value grid;
  /// The output pixel and its channel, which counts those of all groups.
  Value image;
  Value channel;
  Value y;
  Value x;
  /// First input channel of the channel's group; null if it is the first.
  Value firstInputChannel;

  Value emit(DeviceBuilder &b) const;

private:
  /// Adds the product of one input channel and tap.
  Value addProduct(DeviceBuilder &b, Value c, Value r, Value s,
                   Value sum) const;
  /// The f32 value of an element of the input or filter.
  Value loadElement(DeviceBuilder &b, Value pointer, Value index) const;
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_SCALARSUM_H
