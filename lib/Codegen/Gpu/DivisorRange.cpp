//===- DivisorRange.cpp - What divisors are known to be -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every rounding keeps the order of numbers, and zero and one are numbers of
// every type: what holds for an exact result holds for the rounded one.
//
//===----------------------------------------------------------------------===//

#include "DivisorRange.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::convoy;

/// Operations between a divisor and what bounds it.
static constexpr int kMaxDepth = 8;

static std::optional<double> getConstant(Value value) {
  APFloat number(0.0);
  if (!matchPattern(value, m_ConstantFloat(&number)))
    return std::nullopt;
  bool losesInfo = false;
  number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                 &losesInfo);
  return number.convertToDouble();
}

static bool isAtLeastOne(Value value, int depth);

/// True if `value` is at least zero, of either sign, or a NaN.
static bool isNonNegative(Value value, int depth) {
  if (std::optional<double> constant = getConstant(value))
    return *constant >= 0;
  Operation *op = value.getDefiningOp();
  if (!op || depth == 0)
    return false;
  auto isOperand = [&](unsigned i) {
    return isNonNegative(op->getOperand(i), depth - 1);
  };
  return TypeSwitch<Operation *, bool>(op)
      .Case<math::ExpOp, math::Exp2Op, math::AbsFOp, math::SqrtOp>(
          [](Operation *) { return true; })
      .Case<arith::ExtFOp, arith::TruncFOp>(
          [&](Operation *) { return isOperand(0); })
      .Case([&](arith::AddFOp) { return isOperand(0) && isOperand(1); })
      // A quotient by -0 is negative.
      .Case([&](arith::DivFOp div) {
        return isOperand(0) && isAtLeastOne(div.getRhs(), depth - 1);
      })
      .Case([&](arith::MulFOp mul) {
        return mul.getLhs() == mul.getRhs() || (isOperand(0) && isOperand(1));
      })
      .Default([](Operation *) { return false; });
}

static bool isAtLeastOne(Value value, int depth) {
  if (std::optional<double> constant = getConstant(value))
    return *constant >= 1;
  Operation *op = value.getDefiningOp();
  if (!op || depth == 0)
    return false;
  auto isOne = [&](unsigned i) {
    return isAtLeastOne(op->getOperand(i), depth - 1);
  };
  auto isPositive = [&](unsigned i) {
    return isNonNegative(op->getOperand(i), depth - 1);
  };
  return TypeSwitch<Operation *, bool>(op)
      .Case<arith::ExtFOp, arith::TruncFOp>(
          [&](Operation *) { return isOne(0); })
      .Case([&](arith::AddFOp) {
        return (isOne(0) && isPositive(1)) || (isOne(1) && isPositive(0));
      })
      .Default([](Operation *) { return false; });
}

bool convoy::isAtLeastOne(Value value) {
  return ::isAtLeastOne(value, kMaxDepth);
}

std::optional<double> convoy::getModerateConstant(Value value) {
  std::optional<double> constant = getConstant(value);
  if (!constant || !(std::abs(*constant) >= 0x1p-60) ||
      !(std::abs(*constant) <= 0x1p60))
    return std::nullopt;
  return constant;
}
