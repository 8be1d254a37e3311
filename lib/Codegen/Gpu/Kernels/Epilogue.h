//===- Epilogue.h - What is done to the sums of a convolution ---*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The regions of convoy.conv on scalars: once for each output channel, and
// once for each output element. Shared by all strategies.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_EPILOGUE_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_EPILOGUE_H

#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/IR/Builders.h"

namespace mlir::convoy {

/// What depends on the output channel alone, as scalars.
struct ChannelValues {
  /// In the accumulator type, null if there is none.
  Value scale;
  Value bias;
  /// What the prologue passes to the epilogue.
  SmallVector<Value> values;

  /// All of them that there are: scale, bias, values. The same number, in the
  /// same types, for each channel of an op.
  SmallVector<Value> pack() const;
  /// The inverse of pack for `op`.
  static ChannelValues unpack(ConvOp op, ValueRange packed);
};

/// The types of ChannelValues::pack.
SmallVector<Type> getChannelValueTypes(ConvOp op);

/// Computes the values of one channel from the elements of the operands at that
/// channel; `scale` and `bias` are null where the op has no such operand.
ChannelValues emitPrologue(OpBuilder &builder, Location loc, ConvOp op,
                           Value scale, Value bias, ValueRange parameters);

/// The element of init for the sum of products `sum`, in the accumulator type.
/// `residual` is null if there is none.
Value emitEpilogue(OpBuilder &builder, Location loc, ConvOp op, Value sum,
                   const ChannelValues &channel, Value residual);

/// `value` in the float type `type`, rounded to nearest even.
Value convertFloat(OpBuilder &builder, Location loc, Value value, Type type);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_EPILOGUE_H
