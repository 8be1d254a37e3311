//===- FormConvVectors.cpp - Bias and scale behind a convolution ----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FormConvPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::convoy;

Value convoy::skipWidening(Value value) {
  while (auto extend = value.getDefiningOp<arith::ExtFOp>())
    value = extend.getIn();
  return value;
}

namespace {
/// Reads scale and bias off the beginning of a body: the longest run of
/// acc * scale[f] and acc + bias[f], in this order, that convoy.conv computes
/// itself.
class VectorTaker {
public:
  VectorTaker(ConvPlan &plan, EpilogueStep &step, linalg::LinalgOp op,
              StringRef order)
      : plan(plan), step(step), op(op), order(order) {}

  void take(Value sum) {
    while (sum.hasOneUse()) {
      Operation *user = *sum.user_begin();
      if (!takeProduct(user, sum) && !takeSum(user, sum) &&
          !takeMultiplyAdd(user, sum))
        break;
      step.takenOver.insert(user);
      sum = user->getResult(0);
      step.sumInBody = sum;
    }
  }

private:
  /// The vector that `value` reads, used for nothing else in the body.
  ChannelVector findVector(Value value) {
    auto argument = dyn_cast<BlockArgument>(skipWidening(value));
    if (!argument || argument.getOwner() != op.getBlock() ||
        !argument.hasOneUse() || !value.hasOneUse())
      return {};
    OpOperand *operand = op.getMatchingOpOperand(argument);
    if (!op.isDpsInput(operand) ||
        !isa<RankedTensorType>(operand->get().getType()))
      return {};
    ChannelVector found =
        findChannelOperand(op, operand, order, plan.numChannels);
    // One element is not a vector; the epilogue can have it.
    return found.tensor ? found : ChannelVector();
  }

  void takeWidening(Value value) {
    while (auto extend = value.getDefiningOp<arith::ExtFOp>()) {
      step.takenOver.insert(extend);
      value = extend.getIn();
    }
  }

  bool takeScale(Value value) {
    if (plan.scale || plan.bias)
      return false;
    ChannelVector scale = findVector(value);
    if (!scale)
      return false;
    plan.scale = scale;
    takeWidening(value);
    plan.absorbed.push_back("scale");
    return true;
  }

  bool takeBias(Value value) {
    if (plan.bias)
      return false;
    ChannelVector bias = findVector(value);
    if (!bias)
      return false;
    plan.bias = bias;
    takeWidening(value);
    plan.absorbed.push_back("bias");
    return true;
  }

  bool takeProduct(Operation *user, Value sum) {
    auto product = dyn_cast<arith::MulFOp>(user);
    return product && takeScale(product.getLhs() == sum ? product.getRhs()
                                                        : product.getLhs());
  }

  bool takeSum(Operation *user, Value sum) {
    auto add = dyn_cast<arith::AddFOp>(user);
    return add && takeBias(add.getLhs() == sum ? add.getRhs() : add.getLhs());
  }

  /// sum * scale + bias: both or neither.
  bool takeMultiplyAdd(Operation *user, Value sum) {
    auto fma = dyn_cast<math::FmaOp>(user);
    if (!fma || fma.getC() == sum || plan.bias || !findVector(fma.getC()))
      return false;
    return takeScale(fma.getA() == sum ? fma.getB() : fma.getA()) &&
           takeBias(fma.getC());
  }

  ConvPlan &plan;
  EpilogueStep &step;
  linalg::LinalgOp op;
  StringRef order;
};
} // namespace

void convoy::absorbVectors(ConvPlan &plan, EpilogueStep &step,
                           linalg::LinalgOp op, StringRef order, Value sum) {
  VectorTaker(plan, step, op, order).take(sum);
}
