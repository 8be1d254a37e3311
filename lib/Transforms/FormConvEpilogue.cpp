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

#include "FormConvPlan.h"

#include "Convoy/Analysis/LoopSizes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include <set>

using namespace mlir;
using namespace mlir::convoy;

namespace {
/// Why an op does not join; null if it does.
using Obstacle = const char *;

class EpilogueGrower {
public:
  explicit EpilogueGrower(ConvPlan &plan)
      : plan(plan), isPlainSum(!plan.startsFromResidual &&
                               getElementTypeOrSelf(plan.getResult()) ==
                                   plan.accumulatorType) {}

  void grow();

private:
  /// What is undone where growing went too far.
  struct Checkpoint {
    size_t numReplaced, numSteps, numAbsorbed;
    size_t numChannelValues;
    std::string outputOrder;
    Value residual;
    ChannelVector bias, scale;
  };
  Checkpoint save() const;
  void restore(const Checkpoint &checkpoint);

  void addDerived(Value value);
  bool isDerived(Value value) const { return derived.contains(value); }

  Obstacle absorb(Operation *op);
  Obstacle absorbMovement(Operation *op, std::string order);
  bool moveResidual(StringRef order);
  Obstacle absorbStructured(linalg::LinalgOp op);
  Obstacle absorbElementwise(Operation *op);
  Obstacle readOperands(linalg::LinalgOp op, const std::string &order,
                        EpilogueStep &step);
  Obstacle readResidual(OpOperand *operand);
  Obstacle takeResidual(Value value);
  std::optional<unsigned> takeChannelValue(const ChannelVector &vector);
  Obstacle takeCaptured(linalg::LinalgOp op, EpilogueStep &step);
  std::optional<std::string> getOrderOfResult(linalg::LinalgOp op) const;
  void takeVectors(linalg::LinalgOp op, const std::string &order,
                   EpilogueStep &step);
  void addStep(EpilogueStep step);

  ConvPlan &plan;
  /// The newest value is the sum, scaled and shifted at most.
  bool isPlainSum;
  DenseSet<Value> derived;
  struct IsBefore {
    bool operator()(Operation *a, Operation *b) const {
      return a != b && a->isBeforeInBlock(b);
    }
  };
  /// Users of derived values that have not joined, in program order.
  std::set<Operation *, IsBefore> pending;
  bool isUsedElsewhere = false;
};
} // namespace

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

static bool isSupportedElement(Type type) {
  return type.isF16() || type.isBF16() || type.isF32() || type.isF64();
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
        isSupportedElement(getElementTypeOrSelf(op->getResult(0))))
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
          !isSupportedElement(operand.getType()) &&
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

/// Classifies the operands of `op`. Where one cannot be had in the epilogue,
/// growing ends and undoes what was taken for the others.
Obstacle EpilogueGrower::readOperands(linalg::LinalgOp op,
                                      const std::string &order,
                                      EpilogueStep &step) {
  if (isPlainSum && pending.empty())
    takeVectors(op, order, step);
  for (OpOperand *operand : op.getDpsInputOperands()) {
    EpilogueOperand source{EpilogueOperand::Kind::Derived, operand->get(), {}};
    BlockArgument argument = op.getMatchingBlockArgument(operand);
    if (isDerived(operand->get())) {
      step.operands.push_back(source);
      continue;
    }
    bool isConsumed = llvm::all_of(argument.getUsers(), [&](Operation *user) {
      return step.takenOver.contains(user);
    });
    source.constant = getUniformConstant(operand->get());
    if (isConsumed) {
      source.kind = EpilogueOperand::Kind::Consumed;
    } else if (source.constant) {
      source.kind = EpilogueOperand::Kind::Constant;
    } else if (std::optional<unsigned> index = takeChannelValue(
                   findChannelOperand(op, operand, order, plan.numChannels))) {
      source.kind = EpilogueOperand::Kind::Channel;
      source.channelValue = *index;
    } else if (Obstacle obstacle = readResidual(operand)) {
      return obstacle;
    } else {
      source.kind = EpilogueOperand::Kind::Residual;
    }
    step.operands.push_back(source);
  }
  return nullptr;
}

/// Makes `vector` an argument of the epilogue, if there is one and an epilogue
/// may have it. Returns its index.
std::optional<unsigned>
EpilogueGrower::takeChannelValue(const ChannelVector &vector) {
  Value value = vector.tensor ? vector.tensor : vector.scalar;
  if (!value || !isSupportedElement(getElementTypeOrSelf(value.getType())))
    return std::nullopt;
  for (auto [index, known] : llvm::enumerate(plan.channelValues))
    if (known.tensor == vector.tensor && known.scalar == vector.scalar)
      return index;
  plan.channelValues.push_back(vector);
  return plan.channelValues.size() - 1;
}

/// Scalars that the body of `op` uses and that are known at run time.
Obstacle EpilogueGrower::takeCaptured(linalg::LinalgOp op, EpilogueStep &step) {
  Block &body = *op.getBlock();
  for (Operation &nested : body)
    for (Value operand : nested.getOperands()) {
      if (operand.getParentBlock() == &body ||
          matchPattern(operand, m_Constant()))
        continue;
      ChannelVector vector;
      vector.scalar = operand;
      std::optional<unsigned> index = takeChannelValue(vector);
      if (!index)
        return "its body uses a value from outside that is no float";
      step.captured[operand] = *index;
    }
  return nullptr;
}

/// Makes `value`, a tensor of the output's shape, the residual.
Obstacle EpilogueGrower::takeResidual(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !isSupportedElement(type.getElementType()) || type.getEncoding())
    return "it reads an operand that is neither constant nor a float tensor";
  if (plan.startsFromResidual || (plan.residual && plan.residual != value))
    return "it needs a second residual";
  plan.residual = value;
  return nullptr;
}

/// An operand that is read at the element that is written.
Obstacle EpilogueGrower::readResidual(OpOperand *operand) {
  std::optional<SmallVector<int64_t>> movement = getOperandMovement(operand);
  if (!movement ||
      !llvm::equal(*movement, llvm::seq<int64_t>(0, movement->size())))
    return "it reads an operand that is neither constant, nor of the output's "
           "shape, nor one number for each channel or for all";
  return takeResidual(operand->get());
}

/// Lets the plan have the bias and scale that `op` applies to the only derived
/// operand that it reads.
void EpilogueGrower::takeVectors(linalg::LinalgOp op, const std::string &order,
                                 EpilogueStep &step) {
  Value sum;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    if (!isDerived(operand->get()))
      continue;
    if (sum)
      return;
    sum = op.getMatchingBlockArgument(operand);
  }
  absorbVectors(plan, step, op, order, sum);
}

void convoy::absorbEpilogue(ConvPlan &plan) { EpilogueGrower(plan).grow(); }
