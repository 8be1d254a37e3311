//===- WindowKernel.h - The window wgmma kernel -----------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A pointwise kernel whose stages have a window of the input and the filter of
// several taps: what differs are the roles' inner parts. Tiles, barriers, the
// way of the sums out and the direct way are those of PointwiseKernel.h.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_WINDOWKERNEL_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_WINDOWKERNEL_H

#include "PointwiseKernel.h"

#include "Convoy/Dialect/WindowPlan.h"

namespace mlir::convoy {

/// The first row of the output of `tile`, i32.
Value getFirstRow(PointwiseContext &context, const PointwiseTile &tile);

/// The roles of a kernel whose context has a window.
void emitWindowCopyRole(PointwiseContext &context);
void emitWindowMathRole(PointwiseContext &context);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_WINDOWKERNEL_H
