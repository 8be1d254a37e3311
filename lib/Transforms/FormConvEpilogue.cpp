//===- FormConvEpilogue.cpp - What consumes a convolution's result --------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Grows the epilogue op by op in program order. The values that it computes
// form a graph, not only a chain (x * sigmoid(x)); the epilogue may end
// wherever all values but the newest are used inside it alone.
//
//===----------------------------------------------------------------------===//

#include "EpilogueGrower.h"

#include "Convoy/Analysis/LoopSizes.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::convoy;

//===----------------------------------------------------------------------===//
// Growing
//===----------------------------------------------------------------------===//

EpilogueGrower::Checkpoint EpilogueGrower::save() const {
  return {plan.replaced.size(),
          plan.steps.size(),
          plan.absorbed.size(),
          plan.channelValues.size(),
          plan.outputOrder,
          plan.residual,
          plan.bias,
          plan.scale};
}

void EpilogueGrower::restore(const Checkpoint &checkpoint) {
  plan.replaced.resize(checkpoint.numReplaced);
  plan.steps.resize(checkpoint.numSteps);
  plan.absorbed.resize(checkpoint.numAbsorbed);
  plan.channelValues.resize(checkpoint.numChannelValues);
  plan.outputOrder = checkpoint.outputOrder;
  plan.residual = checkpoint.residual;
  plan.bias = checkpoint.bias;
  plan.scale = checkpoint.scale;
}

void EpilogueGrower::addDerived(Value value) {
  derived.insert(value);
  for (Operation *user : value.getUsers()) {
    if (user->getBlock() == plan.conv->getBlock())
      pending.insert(user);
    else
      isUsedElsewhere = true;
  }
}

/// True if one would expect `op` in an epilogue, so that its absence needs a
/// reason.
static bool isElementwise(Operation *op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return linalgOp.getNumParallelLoops() == linalgOp.getNumLoops();
  return OpTrait::hasElementwiseMappableTraits(op);
}

void EpilogueGrower::grow() {
  Checkpoint checkpoint = save();
  addDerived(plan.getResult());
  while (!pending.empty() && !isUsedElsewhere) {
    Operation *op = *pending.begin();
    pending.erase(pending.begin());
    if (Obstacle obstacle = absorb(op)) {
      if (isElementwise(op)) {
        plan.leftBehind = op;
        plan.leftBehindReason = obstacle;
      }
      break;
    }
    if (pending.empty() &&
        isEpilogueElement(getElementTypeOrSelf(op->getResult(0))))
      checkpoint = save();
    addDerived(op->getResult(0));
  }
  restore(checkpoint);
}

Obstacle EpilogueGrower::absorb(Operation *op) {
  auto type = op->getNumResults() == 1
                  ? dyn_cast<RankedTensorType>(op->getResult(0).getType())
                  : RankedTensorType();
  if (!type || type.getEncoding())
    return "expected one result, a ranked tensor without an encoding";
  if (std::optional<std::string> order =
          getMovedOrder(op, plan.outputOrder, plan.groups))
    return absorbMovement(op, std::move(*order));
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return absorbStructured(linalgOp);
  if (OpTrait::hasElementwiseMappableTraits(op))
    return absorbElementwise(op);
  return "expected an elementwise operation";
}

/// Makes the residual, if there is one, what it was before it was moved from
/// order `order` to that of the output. Fails if it was not.
bool EpilogueGrower::moveResidual(StringRef order) {
  if (!plan.residual)
    return true;
  Value residual = plan.residual;
  std::string residualOrder = plan.outputOrder;
  while (residualOrder != order)
    if (!lookThroughMovement(residual, residualOrder))
      return false;
  plan.residual = residual;
  return true;
}

/// A permutation or reshape of the newest value: the output is stored so.
Obstacle EpilogueGrower::absorbMovement(Operation *op, std::string order) {
  if (!pending.empty())
    return "its operand is also used where it is not moved";
  if (!moveResidual(order))
    return "it moves elements after a residual was added";
  plan.outputOrder = std::move(order);
  plan.replaced.push_back(op);
  return nullptr;
}

void EpilogueGrower::addStep(EpilogueStep step) {
  plan.replaced.push_back(step.op);
  plan.steps.push_back(std::move(step));
}

//===----------------------------------------------------------------------===//
// Elementwise ops on tensors
//===----------------------------------------------------------------------===//

Obstacle EpilogueGrower::absorbElementwise(Operation *op) {
  EpilogueStep step;
  step.op = op;
  for (Value operand : op->getOperands()) {
    EpilogueOperand source{EpilogueOperand::Kind::Derived, operand, {}};
    if (!isDerived(operand)) {
      source.constant = getUniformConstant(operand);
      source.kind = source.constant ? EpilogueOperand::Kind::Constant
                                    : EpilogueOperand::Kind::Residual;
    }
    if (source.kind == EpilogueOperand::Kind::Residual) {
      ChannelVector vector =
          findChannelVector(operand, plan.outputOrder, plan.numChannels);
      if (!vector)
        vector = findUniformElement(operand, plan.outputOrder);
      if (std::optional<unsigned> index = takeChannelValue(vector)) {
        source.kind = EpilogueOperand::Kind::Channel;
        source.channelValue = *index;
      } else if (Obstacle obstacle = takeResidual(operand)) {
        return obstacle;
      }
    }
    step.operands.push_back(source);
  }
  addStep(std::move(step));
  isPlainSum = false;
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Structured ops
//===----------------------------------------------------------------------===//

/// A body that is a function of scalars, and reads no old contents.
static Obstacle checkBody(linalg::LinalgOp op) {
  if (!haveSizesInAgreement(op))
    return "the sizes of its operands do not agree";
  Block &body = *op.getBlock();
  if (!op.getMatchingBlockArgument(op.getDpsInitOperand(0)).use_empty())
    return "it reads the old contents of its init";
  for (Operation &nested : body.without_terminator())
    if (nested.getNumRegions() != 0 || isa<linalg::IndexOp>(nested) ||
        !isMemoryEffectFree(&nested) ||
        !llvm::all_of(nested.getResultTypes(),
                      [](Type type) { return type.isIntOrIndexOrFloat(); }))
      return "expected a body of side-effect-free operations on scalars";
  for (Operation &nested : body)
    for (Value operand : nested.getOperands())
      if (operand.getParentBlock() != &body &&
          !isEpilogueElement(operand.getType()) &&
          (!operand.getType().isIntOrIndexOrFloat() ||
           !matchPattern(operand, m_Constant())))
        return "its body uses a value from outside that is neither constant "
               "nor a float";
  return nullptr;
}

/// The order of the result of `op`; none if it reads derived operands other
/// than by a permutation, the same for all.
std::optional<std::string>
EpilogueGrower::getOrderOfResult(linalg::LinalgOp op) const {
  std::optional<std::string> order;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    if (!isDerived(operand->get()))
      continue;
    std::optional<SmallVector<int64_t>> movement = getOperandMovement(operand);
    if (!movement || movement->size() != plan.outputOrder.size())
      return std::nullopt;
    std::string moved;
    for (int64_t dim : *movement)
      moved.push_back(plan.outputOrder[dim]);
    if (order && *order != moved)
      return std::nullopt;
    order = moved;
  }
  return order;
}

Obstacle EpilogueGrower::absorbStructured(linalg::LinalgOp op) {
  if (op.getNumParallelLoops() != op.getNumLoops() ||
      op.getNumDpsInits() != 1 || !op.hasPureTensorSemantics())
    return "expected an elementwise operation on tensors";
  if (Obstacle obstacle = checkBody(op))
    return obstacle;
  std::optional<std::string> order = getOrderOfResult(op);
  if (!order)
    return "it reads the convolution's result other than element by element";
  if ((*order != plan.outputOrder && !pending.empty()) || !moveResidual(*order))
    return "it moves elements that are also used where they are not moved";

  EpilogueStep step;
  step.op = op;
  if (Obstacle obstacle = readOperands(op, *order, step))
    return obstacle;
  if (Obstacle obstacle = takeCaptured(op, step))
    return obstacle;
  isPlainSum = step.sumInBody &&
               step.sumInBody == op.getBlock()->getTerminator()->getOperand(0);
  plan.outputOrder = *order;
  addStep(std::move(step));
  return nullptr;
}

void convoy::absorbEpilogue(ConvPlan &plan) { EpilogueGrower(plan).grow(); }
