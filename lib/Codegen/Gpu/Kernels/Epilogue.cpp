//===- Epilogue.cpp - What is done to the sums of a convolution -----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Epilogue.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::convoy;

Value convoy::convertFloat(OpBuilder &builder, Location loc, Value value,
                           Type type) {
  if (value.getType() == type)
    return value;
  unsigned from = value.getType().getIntOrFloatBitWidth();
  unsigned to = type.getIntOrFloatBitWidth();
  // f16 and bf16 into each other.
  if (from == to)
    return convertFloat(builder, loc,
                        convertFloat(builder, loc, value, builder.getF32Type()),
                        type);
  if (from < to)
    return arith::ExtFOp::create(builder, loc, type, value);
  return arith::TruncFOp::create(builder, loc, type, value);
}

SmallVector<Value> ChannelValues::pack() const {
  SmallVector<Value> packed;
  for (Value value : {scale, bias})
    if (value)
      packed.push_back(value);
  llvm::append_range(packed, values);
  return packed;
}

ChannelValues ChannelValues::unpack(ConvOp op, ValueRange packed) {
  ChannelValues channel;
  for (auto [isThere, value] : {std::pair(op.hasScale(), &channel.scale),
                                std::pair(op.hasBias(), &channel.bias)}) {
    if (!isThere)
      continue;
    *value = packed.front();
    packed = packed.drop_front();
  }
  llvm::append_range(channel.values, packed);
  return channel;
}

SmallVector<Type> convoy::getChannelValueTypes(ConvOp op) {
  SmallVector<Type> types(op.hasScale() + op.hasBias(),
                          op.getAccumulatorType());
  if (YieldChannelOp yield = op.getYieldChannel())
    llvm::append_range(types, yield.getValues().getTypes());
  return types;
}

/// What `value` was rounded from, or a constant as it is in f32; null for all
/// else.
static Value getUnrounded(OpBuilder &builder, Value value) {
  if (auto rounding = value.getDefiningOp<arith::TruncFOp>())
    return rounding.getIn().getType().isF32() ? rounding.getIn() : Value();
  if (matchPattern(value, m_Constant()))
    return arith::ExtFOp::create(builder, value.getLoc(), builder.getF32Type(),
                                 value);
  return Value();
}

/// Takes maxima and minima of bf16 before the rounding instead of after it:
/// rounding keeps the order of numbers, and those of f32 are one instruction.
template <typename MaxOrMin>
static Value widenExtremum(OpBuilder &builder, Operation *operation) {
  auto op = dyn_cast<MaxOrMin>(operation);
  if (!op || !op.getType().isBF16())
    return Value();
  Value left = getUnrounded(builder, op.getLhs());
  Value right = getUnrounded(builder, op.getRhs());
  if (!left || !right)
    return Value();
  Value wide = MaxOrMin::create(builder, op.getLoc(), left, right);
  return arith::TruncFOp::create(builder, op.getLoc(), op.getType(), wide);
}

static Value widenAnyExtremum(OpBuilder &builder, Operation *op) {
  if (Value value = widenExtremum<arith::MaximumFOp>(builder, op))
    return value;
  if (Value value = widenExtremum<arith::MinimumFOp>(builder, op))
    return value;
  if (Value value = widenExtremum<arith::MaxNumFOp>(builder, op))
    return value;
  return widenExtremum<arith::MinNumFOp>(builder, op);
}

/// Clones the only block of `region` for `arguments`, without its terminator.
static IRMapping cloneBody(OpBuilder &builder, Region &region,
                           ValueRange arguments) {
  IRMapping mapping;
  Block &block = region.front();
  mapping.map(block.getArguments(), arguments);
  for (Operation &op : block.without_terminator()) {
    Operation *clone = builder.clone(op, mapping);
    if (Value wide = widenAnyExtremum(builder, clone)) {
      mapping.map(op.getResult(0), wide);
      clone->erase();
    }
  }
  return mapping;
}

ChannelValues convoy::emitPrologue(OpBuilder &builder, Location loc, ConvOp op,
                                   Value scale, Value bias,
                                   ValueRange parameters) {
  ChannelValues channel;
  channel.scale = scale;
  channel.bias = bias;
  if (YieldChannelOp yield = op.getYieldChannel()) {
    IRMapping mapping = cloneBody(builder, op.getPrologue(), parameters);
    if (yield.getScale())
      channel.scale = mapping.lookupOrDefault(yield.getScale());
    if (yield.getBias())
      channel.bias = mapping.lookupOrDefault(yield.getBias());
    for (Value value : yield.getValues())
      channel.values.push_back(mapping.lookupOrDefault(value));
  }
  for (Value *value : {&channel.scale, &channel.bias})
    if (*value)
      *value = convertFloat(builder, loc, *value, op.getAccumulatorType());
  return channel;
}

Value convoy::emitEpilogue(OpBuilder &builder, Location loc, ConvOp op,
                           Value sum, const ChannelValues &channel,
                           Value residual) {
  Value value = sum;
  if (channel.scale && channel.bias)
    value =
        math::FmaOp::create(builder, loc, value, channel.scale, channel.bias);
  else if (channel.scale)
    value = arith::MulFOp::create(builder, loc, value, channel.scale);
  else if (channel.bias)
    value = arith::AddFOp::create(builder, loc, value, channel.bias);
  if (op.getEpilogue().empty())
    return convertFloat(builder, loc, value,
                        getElementTypeOrSelf(op.getInit().getType()));

  SmallVector<Value> arguments{value};
  if (residual)
    arguments.push_back(residual);
  llvm::append_range(arguments, channel.values);
  IRMapping mapping = cloneBody(builder, op.getEpilogue(), arguments);
  return mapping.lookupOrDefault(op.getYieldedValue());
}
