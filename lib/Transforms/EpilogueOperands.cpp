//===- EpilogueOperands.cpp - What the ops of an epilogue read ------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where an epilogue has the operands of its structured ops from: values that it
// computes, constants, one number for each channel, the residual.
//
//===----------------------------------------------------------------------===//

#include "EpilogueGrower.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::convoy;

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
  if (!value || !isEpilogueElement(getElementTypeOrSelf(value.getType())))
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
  if (!type || !isEpilogueElement(type.getElementType()) || type.getEncoding())
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
