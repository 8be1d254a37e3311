//===- EvaluateInDouble.cpp - Scalar ops on doubles -----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a scalar arith or math op computes, in double precision. An op that is
// missing here only means that a parameter is computed at run time.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/ChannelExpr.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::convoy;

using Result = FailureOr<double>;

/// Maximum and minimum that propagate NaN, as arith.maximumf and minimumf do.
static double maximumPropagatingNaN(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? NAN : std::fmax(a, b);
}
static double minimumPropagatingNaN(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? NAN : std::fmin(a, b);
}

static bool compare(arith::CmpFPredicate predicate, double a, double b) {
  bool unordered = std::isnan(a) || std::isnan(b);
  using P = arith::CmpFPredicate;
  switch (predicate) {
  case P::AlwaysFalse:
    return false;
  case P::AlwaysTrue:
    return true;
  case P::OEQ:
    return !unordered && a == b;
  case P::OGT:
    return !unordered && a > b;
  case P::OGE:
    return !unordered && a >= b;
  case P::OLT:
    return !unordered && a < b;
  case P::OLE:
    return !unordered && a <= b;
  case P::ONE:
    return !unordered && a != b;
  case P::ORD:
    return !unordered;
  case P::UEQ:
    return unordered || a == b;
  case P::UGT:
    return unordered || a > b;
  case P::UGE:
    return unordered || a >= b;
  case P::ULT:
    return unordered || a < b;
  case P::ULE:
    return unordered || a <= b;
  case P::UNE:
    return unordered || a != b;
  case P::UNO:
    return unordered;
  }
  llvm_unreachable("unknown predicate");
}

static Result evaluateArith(Operation *op, ArrayRef<double> v) {
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](arith::AddFOp) { return v[0] + v[1]; })
      .Case([&](arith::SubFOp) { return v[0] - v[1]; })
      .Case([&](arith::MulFOp) { return v[0] * v[1]; })
      .Case([&](arith::DivFOp) { return v[0] / v[1]; })
      .Case([&](arith::NegFOp) { return -v[0]; })
      .Case(
          [&](arith::MaximumFOp) { return maximumPropagatingNaN(v[0], v[1]); })
      .Case(
          [&](arith::MinimumFOp) { return minimumPropagatingNaN(v[0], v[1]); })
      .Case([&](arith::MaxNumFOp) { return std::fmax(v[0], v[1]); })
      .Case([&](arith::MinNumFOp) { return std::fmin(v[0], v[1]); })
      .Case<arith::ExtFOp, arith::TruncFOp>([&](auto) { return v[0]; })
      // Integers are kept as what their bits mean when read as signed.
      .Case([&](arith::CmpFOp cmp) {
        return compare(cmp.getPredicate(), v[0], v[1]) ? -1.0 : 0.0;
      })
      .Case([&](arith::SIToFPOp) { return v[0]; })
      .Case(
          [&](arith::UIToFPOp) { return v[0] < 0 ? Result(failure()) : v[0]; })
      .Case([&](arith::SelectOp) { return v[0] != 0 ? v[1] : v[2]; })
      .Default([](Operation *) { return failure(); });
}

static Result evaluateMath(Operation *op, ArrayRef<double> v) {
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](math::SqrtOp) { return std::sqrt(v[0]); })
      .Case([&](math::RsqrtOp) { return 1.0 / std::sqrt(v[0]); })
      .Case([&](math::CbrtOp) { return std::cbrt(v[0]); })
      .Case([&](math::PowFOp) { return std::pow(v[0], v[1]); })
      .Case([&](math::FPowIOp) { return std::pow(v[0], v[1]); })
      .Case([&](math::FmaOp) { return std::fma(v[0], v[1], v[2]); })
      .Case([&](math::AbsFOp) { return std::fabs(v[0]); })
      .Case([&](math::ExpOp) { return std::exp(v[0]); })
      .Case([&](math::Exp2Op) { return std::exp2(v[0]); })
      .Case([&](math::ExpM1Op) { return std::expm1(v[0]); })
      .Case([&](math::LogOp) { return std::log(v[0]); })
      .Case([&](math::Log2Op) { return std::log2(v[0]); })
      .Case([&](math::Log10Op) { return std::log10(v[0]); })
      .Case([&](math::Log1pOp) { return std::log1p(v[0]); })
      .Case([&](math::TanhOp) { return std::tanh(v[0]); })
      .Case([&](math::ErfOp) { return std::erf(v[0]); })
      .Default([](Operation *) { return failure(); });
}

FailureOr<double> mlir::convoy::evaluateInDouble(Operation *op,
                                                 ArrayRef<double> operands) {
  Result result = evaluateArith(op, operands);
  return succeeded(result) ? result : evaluateMath(op, operands);
}
