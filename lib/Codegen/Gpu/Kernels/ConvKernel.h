//===- ConvKernel.h - Around the kernels of convolutions --------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What strategies have in common around their kernels: for which operations
// they are, and, for tensor cores, what a kernel is given, what it does with
// its sums, and its launch.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_CONVKERNEL_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_CONVKERNEL_H

#include "../KernelStrategy.h"
#include "ConvArguments.h"
#include "EpilogueLoop.h"

#include <functional>

namespace mlir::convoy {

/// What happens to a sum on its way out, but for what is applied to it.
struct ConvEpilogue {
  /// Loads or computes what the epilogue needs of an output channel (i32).
  std::function<SmallVector<Value>(DeviceBuilder &, Value channel)> loadChannel;
  /// Of the elements of the output.
  Type outputType;
  /// Of those of the residual; null without one.
  Type residualType;
  /// How many values loadChannel returns.
  int64_t channelValues = 0;
  /// About what an element takes.
  int64_t instructions = 0;

  /// True if elements are computed a few to a basic block.
  bool isLong() const { return instructions >= kLongBody; }
};

struct ConvOperands {
  /// Pointers to global memory; those of the residual and of the filter's image
  /// are null where the op has none.
  Value input;
  Value filter;
  Value filterImage;
  Value residual;
  Value output;
  /// Bytes from image to image, i64.
  Value inputImageBytes;
  Value residualImageBytes;
  Value outputImageBytes;
  /// Images, i32.
  Value batch;
  /// First byte of dynamic shared memory as i32, aligned to 128 bytes.
  Value shared;
};

/// That of `op`; keeps a reference to `arguments`.
ConvEpilogue getConvEpilogue(ConvOp op, const ConvArguments &arguments);

/// `shared` is the kernel's dynamic shared memory.
ConvOperands getConvOperands(DeviceBuilder &b, const ConvArguments &arguments,
                             LLVM::GlobalOp shared);

/// A launch with the operands of `op` and a grid of one dimension.
KernelLaunch makeConvLaunch(OpBuilder &host, ConvOp op, int64_t blocks,
                            int64_t threadsPerBlock,
                            int64_t dynamicSharedBytes);

/// True if `op` is a convolution on memrefs with one of these strategies.
template <typename... StrategyAttrs>
bool isScheduledAs(Operation *op) {
  auto conv = dyn_cast<ConvOp>(op);
  return conv && !conv.hasTensorSemantics() && conv.getScheduleAttr() &&
         isa<StrategyAttrs...>(conv.getScheduleAttr().getStrategy());
}

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_CONVKERNEL_H
