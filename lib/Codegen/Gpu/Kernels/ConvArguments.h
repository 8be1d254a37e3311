//===- ConvArguments.h - What a convolution's kernel is given --*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The operands of a convoy.conv as arguments of its kernel, as addresses in
// global memory, and as values of one output channel.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_CONVARGUMENTS_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_CONVARGUMENTS_H

#include "DeviceBuilder.h"

#include "Convoy/Dialect/ConvoyOps.h"

namespace mlir::convoy {

/// The arguments of a kernel that takes the operands of an op in their order;
/// null for operands that the op does not have.
struct ConvArguments {
  ConvArguments(ConvOp op, ValueRange arguments);

  Value input, filter, bias, scale, residual;
  SmallVector<Value> parameters;
  Value filterImage, init;
};

/// A memref in global memory: its first element, and the bytes from image to
/// image (i64), where an image is what follows the outermost dimension.
struct GlobalImages {
  Value pointer;
  Value imageBytes;
};
GlobalImages getGlobalImages(DeviceBuilder &b, Value memref);

/// The element of a per-channel operand at `channel` (index): of a vector, of a
/// tensor of rank zero, or the operand itself.
Value loadAtChannel(OpBuilder &builder, Location loc, Value operand,
                    Value channel);

/// ChannelValues::pack of the output channel `channel` (i32).
SmallVector<Value> emitChannelValues(DeviceBuilder &b, ConvOp op,
                                     const ConvArguments &arguments,
                                     Value channel);

/// The element of init from the f32 sum, a power of two to multiply it by (f32,
/// or null), the channel's values and the residual's element (or null).
Value emitScaledEpilogue(DeviceBuilder &b, ConvOp op, Value sum, Value factor,
                         ValueRange channelValues, Value residual);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_CONVARGUMENTS_H
