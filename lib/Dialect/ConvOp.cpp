//===- ConvOp.cpp - convoy.conv -------------------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builder, queries and interfaces of convoy.conv. Its verifier is in
// ConvOpVerifier.cpp.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::convoy;

#define GET_OP_CLASSES
#include "Convoy/Dialect/ConvoyOps.cpp.inc"

void ConvOp::build(OpBuilder &builder, OperationState &state, Value input,
                   Value filter, Value bias, Value scale, Value residual,
                   Value init, LayoutAttr layout, ArrayRef<int64_t> strides,
                   ArrayRef<int64_t> dilations, ArrayRef<int64_t> padLow,
                   ArrayRef<int64_t> padHigh, int64_t groups, MathMode math) {
  Type resultType =
      isa<RankedTensorType>(init.getType()) ? init.getType() : Type();
  build(builder, state, resultType, input, filter, bias, scale, residual,
        /*parameters=*/ValueRange(), /*filterImage=*/Value(), init, layout,
        strides, dilations, padLow, padHigh, groups, math,
        /*schedule=*/ScheduleAttr());
}

Type ConvOp::getAccumulatorType() {
  Type element = getElementTypeOrSelf(getInput().getType());
  return element.isF64() ? element : Float32Type::get(getContext());
}

bool ConvOp::hasTensorSemantics() {
  return isa<RankedTensorType>(getInit().getType());
}

Value ConvOp::getYieldedValue() {
  if (getEpilogue().empty())
    return {};
  return cast<YieldOp>(getEpilogue().front().getTerminator()).getValue();
}

YieldChannelOp ConvOp::getYieldChannel() {
  if (getPrologue().empty())
    return {};
  return cast<YieldChannelOp>(getPrologue().front().getTerminator());
}

bool ConvOp::hasScale() {
  YieldChannelOp yield = getYieldChannel();
  return getScale() || (yield && yield.getScale());
}

bool ConvOp::hasBias() {
  YieldChannelOp yield = getYieldChannel();
  return getBias() || (yield && yield.getBias());
}

/// Adds the only block of `region`, with arguments of `types`.
static Block *addBlock(OpBuilder &builder, Region &region, TypeRange types,
                       Location loc) {
  SmallVector<Location> locs(types.size(), loc);
  OpBuilder::InsertionGuard guard(builder);
  return builder.createBlock(&region, {}, types, locs);
}

Block *ConvOp::addPrologueBlock(OpBuilder &builder) {
  SmallVector<Type> types;
  for (Value parameter : getParameters())
    types.push_back(getElementTypeOrSelf(parameter.getType()));
  return addBlock(builder, getPrologue(), types, getLoc());
}

Block *ConvOp::addEpilogueBlock(OpBuilder &builder) {
  SmallVector<Type> types{getAccumulatorType()};
  if (getResidual())
    types.push_back(getElementTypeOrSelf(getResidual().getType()));
  if (YieldChannelOp yield = getYieldChannel())
    llvm::append_range(types, yield.getValues().getTypes());
  return addBlock(builder, getEpilogue(), types, getLoc());
}

void ConvOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  for (OpOperand &operand : getOperation()->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    if (isDpsInit(&operand))
      effects.emplace_back(MemoryEffects::Write::get(), &operand, /*stage=*/0,
                           /*effectOnFullRegion=*/true,
                           SideEffects::DefaultResource::get());
    else
      effects.emplace_back(MemoryEffects::Read::get(), &operand, /*stage=*/0,
                           /*effectOnFullRegion=*/true,
                           SideEffects::DefaultResource::get());
  }
}

// Dynamic sizes that do not match are undefined behaviour, so only the op on
// tensors of static sizes may run where it would not have run before.
Speculation::Speculatability ConvOp::getSpeculatability() {
  bool isStatic =
      hasTensorSemantics() && llvm::all_of(getOperandTypes(), [](Type type) {
        auto shapedType = dyn_cast<ShapedType>(type);
        return !shapedType || shapedType.hasStaticShape();
      });
  return isStatic ? Speculation::Speculatable : Speculation::NotSpeculatable;
}

LogicalResult
ConvOp::reifyResultShapes(OpBuilder &builder,
                          ReifiedRankedShapedTypeDims &reifiedReturnShapes) {
  if (hasTensorSemantics())
    reifiedReturnShapes.push_back(
        tensor::getMixedSizes(builder, getLoc(), getInit()));
  return success();
}
