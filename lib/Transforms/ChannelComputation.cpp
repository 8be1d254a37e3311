//===- ChannelComputation.cpp - What one channel's elements take ----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelComputation.h"

#include "FormConvPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::convoy;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static bool isSupportedElement(Type type) {
  return type.isF16() || type.isBF16() || type.isF32() || type.isF64();
}

bool ChannelComputation::isUniform(Type type) const {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return type.isIntOrIndexOrFloat();
  return tensor.hasStaticShape() && tensor.getNumElements() == 1 &&
         !tensor.getEncoding();
}

bool ChannelComputation::isVector(Type type) const {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.getEncoding())
    return false;
  if (tensor.hasStaticShape() && !ShapedType::isDynamic(numChannels))
    return tensor.getNumElements() == numChannels;
  return tensor.getRank() == 1;
}

//===----------------------------------------------------------------------===//
// Structured ops
//===----------------------------------------------------------------------===//

/// The loops of `op` along which an operand of type `type` and map `map`
/// varies, in the order of the operand's dimensions. None if it is read other
/// than element by element. `ranges` has the sizes of the loops.
static std::optional<SmallVector<unsigned>>
getVaryingLoops(AffineMap map, Type type, ArrayRef<int64_t> ranges) {
  SmallVector<unsigned> loops;
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return loops;
  for (auto [size, expr] :
       llvm::zip_equal(tensor.getShape(), map.getResults())) {
    if (size == 1)
      continue;
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim || ranges[dim.getPosition()] == 1)
      return std::nullopt;
    loops.push_back(dim.getPosition());
  }
  return loops;
}

/// A body of pure operations on scalars.
static bool hasScalarBody(linalg::LinalgOp op) {
  return llvm::all_of(
      op.getBlock()->without_terminator(), [](Operation &nested) {
        return nested.getNumRegions() == 0 && !isa<linalg::IndexOp>(nested) &&
               isMemoryEffectFree(&nested) &&
               llvm::all_of(nested.getResultTypes(), [](Type type) {
                 return type.isIntOrIndexOrFloat();
               });
      });
}

/// The values from outside that the body of `op` uses.
static SmallVector<Value> getCaptured(linalg::LinalgOp op) {
  SmallVector<Value> captured;
  for (Operation &nested : *op.getBlock())
    for (Value operand : nested.getOperands())
      if (operand.getParentBlock() != op.getBlock())
        captured.push_back(operand);
  return captured;
}

bool ChannelComputation::isAvailable(linalg::LinalgOp op) {
  if (op.getNumParallelLoops() != op.getNumLoops() ||
      !op.hasPureTensorSemantics() || !hasScalarBody(op))
    return false;
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  auto getLoops = [&](OpOperand &operand) {
    return getVaryingLoops(op.getMatchingIndexingMap(&operand),
                           operand.get().getType(), ranges);
  };
  std::optional<SmallVector<unsigned>> resultLoops =
      getLoops(*op.getDpsInitOperand(0));
  if (!resultLoops)
    return false;
  for (OpOperand &operand : op->getOpOperands()) {
    std::optional<SmallVector<unsigned>> loops = getLoops(operand);
    bool isRead = !op.getMatchingBlockArgument(&operand).use_empty();
    if (op.isDpsInit(&operand)
            ? !op.getMatchingIndexingMap(&operand).isPermutation() ||
                  loops != resultLoops
            : isRead && (!loops || (!loops->empty() && loops != resultLoops)))
      return false;
    if (isRead && !isAvailable(operand.get()))
      return false;
  }
  return areAvailable(getCaptured(op));
}

//===----------------------------------------------------------------------===//
// Classification
//===----------------------------------------------------------------------===//

bool ChannelComputation::areAvailable(ValueRange values) {
  return llvm::all_of(values, [&](Value value) { return isAvailable(value); });
}

bool ChannelComputation::takeFromBudget(int64_t count) {
  if (count > budget)
    return false;
  budget -= count;
  return true;
}

/// True if `op` only changes the shape of its operand or takes its only
/// element; vectors of channels stay in order.
static bool movesElements(Operation *op) {
  return isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::CastOp,
             tensor::ExtractOp, tensor::SplatOp>(op) ||
         (isa<tensor::FromElementsOp>(op) && op->getNumOperands() == 1);
}

ChannelComputation::Kind ChannelComputation::classifyDefinition(Operation *op) {
  if (movesElements(op)) {
    // An element is taken from a tensor that has no other.
    Value source = op->getOperand(0);
    if (isa<tensor::ExtractOp>(op) && !isUniform(source.getType()))
      return Kind::Unavailable;
    return takeFromBudget(1) && isAvailable(source) ? Kind::Moved
                                                    : Kind::Unavailable;
  }
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return takeFromBudget(linalgOp.getBlock()->getOperations().size()) &&
                   isAvailable(linalgOp)
               ? Kind::Structured
               : Kind::Unavailable;
  bool isElementwise = OpTrait::hasElementwiseMappableTraits(op) &&
                       op->getNumResults() == 1 && op->getNumRegions() == 0 &&
                       isMemoryEffectFree(op);
  return isElementwise && takeFromBudget(1) && areAvailable(op->getOperands())
             ? Kind::Elementwise
             : Kind::Unavailable;
}

ChannelComputation::Node ChannelComputation::classify(Value value) {
  Type type = value.getType();
  Node node;
  node.constant = getUniformConstant(value);
  if (node.constant) {
    node.kind = Kind::Constant;
    return node;
  }
  if (!isUniform(type) && !isVector(type))
    return node;
  // What is computed outside of a loop around the convolution stays there.
  Operation *op = value.getDefiningOp();
  if (op && op->getBlock() == block)
    node.kind = classifyDefinition(op);
  if (node.kind == Kind::Unavailable &&
      isSupportedElement(getElementTypeOrSelf(type)))
    node.kind = Kind::Leaf;
  return node;
}

ChannelComputation::Node ChannelComputation::getNode(Value value) {
  auto [entry, isNew] = nodes.try_emplace(value);
  if (!isNew)
    return entry->second;
  Node node = classify(value);
  nodes[value] = node;
  return node;
}

bool ChannelComputation::isComputed(Value value) {
  Node node = getNode(value);
  while (node.kind == Kind::Moved) {
    value = value.getDefiningOp()->getOperand(0);
    node = getNode(value);
  }
  // A constant tensor is as good an operand as any.
  if (node.kind == Kind::Constant)
    return !value.getDefiningOp()->hasTrait<OpTrait::ConstantLike>();
  return node.kind == Kind::Structured || node.kind == Kind::Elementwise;
}

//===----------------------------------------------------------------------===//
// Emission
//===----------------------------------------------------------------------===//

void ChannelComputation::emitStructured(
    OpBuilder &builder, linalg::LinalgOp op,
    llvm::function_ref<Value(Value)> getLeaf) {
  IRMapping mapping;
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    if (!argument.use_empty())
      mapping.map(argument, emit(builder, operand.get(), getLeaf));
  }
  for (Value captured : getCaptured(op))
    mapping.map(captured, emit(builder, captured, getLeaf));
  for (Operation &nested : op.getBlock()->without_terminator())
    builder.clone(nested, mapping);
  for (auto [result, yielded] : llvm::zip_equal(
           op->getResults(), op.getBlock()->getTerminator()->getOperands()))
    elements[result] = mapping.lookup(yielded);
}

Value ChannelComputation::emit(OpBuilder &builder, Value value,
                               llvm::function_ref<Value(Value)> getLeaf) {
  if (Value element = elements.lookup(value))
    return element;
  Node node = getNode(value);
  Operation *op = value.getDefiningOp();
  Value element;
  switch (node.kind) {
  case Kind::Unavailable:
    llvm_unreachable("expected a value that is available");
  case Kind::Leaf:
    element = getLeaf(value);
    break;
  case Kind::Constant:
    element = arith::ConstantOp::create(builder, value.getLoc(), node.constant);
    break;
  case Kind::Moved:
    element = emit(builder, op->getOperand(0), getLeaf);
    break;
  case Kind::Structured:
    emitStructured(builder, cast<linalg::LinalgOp>(op), getLeaf);
    return elements.lookup(value);
  case Kind::Elementwise: {
    OperationState state(op->getLoc(), op->getName());
    for (Value operand : op->getOperands())
      state.operands.push_back(emit(builder, operand, getLeaf));
    state.addTypes(getElementTypeOrSelf(value.getType()));
    state.addAttributes(op->getAttrs());
    element = builder.create(state)->getResult(0);
    break;
  }
  }
  elements[value] = element;
  return element;
}
