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

/// A tile's pixels of one image, i32.
struct WindowPart {
  /// From the begin of a channel's run in a stage.
  Value bytes;
  /// Where the window of the first pixel begins, as WindowPlan counts.
  Value firstWindow;
};
/// Part number `part` of `tile`.
WindowPart emitWindowPart(PointwiseContext &context, const PointwiseTile &tile,
                          Value part);
/// WindowPlan::getWindowBytes.
Value emitWindowBytes(DeviceBuilder &b, const WindowPlan &plan, Value row,
                      Value column);

/// The roles of a kernel whose context has a window.
void emitWindowCopyRole(PointwiseContext &context);
void emitWindowMathRole(PointwiseContext &context);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_WINDOWKERNEL_H
