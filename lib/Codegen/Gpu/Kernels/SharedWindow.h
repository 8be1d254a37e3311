//===- SharedWindow.h - Vectors out of shared memory ------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_SHAREDWINDOW_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_SHAREDWINDOW_H

#include "IndexMath.h"

#include "llvm/ADT/DenseMap.h"

namespace mlir::convoy {

/// Reads elements at constant distances from a base as whole vectors, each
/// vector once.
class SharedWindow {
public:
  /// `base` is a position in `view`, a multiple of `vectorWidth`.
  SharedWindow(const IndexMath &math, Value view, Value base,
               int64_t vectorWidth)
      : math(math), view(view), base(math.toIndex(base)),
        vectorWidth(vectorWidth) {}

  /// The element at `base + offset`.
  Value get(int64_t offset);

private:
  const IndexMath &math;
  Value view;
  Value base;
  int64_t vectorWidth;
  /// By offset.
  llvm::DenseMap<int64_t, Value> vectors;
  llvm::DenseMap<int64_t, Value> elements;
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_SHAREDWINDOW_H
