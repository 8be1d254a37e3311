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
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlir::convoy;

using Result = std::optional<double>;

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

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

// Integers are kept as what their bits mean when read as signed.

/// Integers below 2^this, in magnitude, are doubles.
static constexpr unsigned kExactBits = 53;

static unsigned getWidth(Type type) {
  Type element = getElementTypeOrSelf(type);
  return element.isIndex() ? IndexType::kInternalStorageBitWidth
                           : element.getIntOrFloatBitWidth();
}

/// `value` if `type` holds it; what wraps around is left to run time, and so is
/// what a double may not hold exactly: one bit less, as what is at the limit
/// may have been rounded to it.
static Result fit(Type type, double value) {
  unsigned width = getWidth(type);
  if (width == 0)
    return std::nullopt;
  double limit = std::ldexp(1.0, std::min(width - 1, kExactBits - 1));
  return value >= -limit && value < limit ? Result(value) : std::nullopt;
}

/// What the bits of `value` mean when they are read as unsigned.
static Result readAsUnsigned(Type type, double value) {
  if (value >= 0)
    return value;
  unsigned width = getWidth(type);
  return width <= kExactBits ? Result(value + std::ldexp(1.0, width))
                             : std::nullopt;
}

static bool compare(arith::CmpIPredicate predicate, double a, double b) {
  using P = arith::CmpIPredicate;
  switch (predicate) {
  case P::eq:
    return a == b;
  case P::ne:
    return a != b;
  case P::slt:
  case P::ult:
    return a < b;
  case P::sle:
  case P::ule:
    return a <= b;
  case P::sgt:
  case P::ugt:
    return a > b;
  case P::sge:
  case P::uge:
    return a >= b;
  }
  llvm_unreachable("unknown predicate");
}

static Result compareIntegers(arith::CmpIOp cmp, ArrayRef<double> v) {
  using P = arith::CmpIPredicate;
  Result a = v[0], b = v[1];
  if (llvm::is_contained({P::ult, P::ule, P::ugt, P::uge},
                         cmp.getPredicate())) {
    a = readAsUnsigned(cmp.getLhs().getType(), v[0]);
    b = readAsUnsigned(cmp.getLhs().getType(), v[1]);
  }
  if (!a || !b)
    return std::nullopt;
  return compare(cmp.getPredicate(), *a, *b) ? -1.0 : 0.0;
}

/// Quotient or remainder of integers that doubles hold exactly.
static Result divideIntegers(Operation *op, ArrayRef<double> v) {
  Result a = v[0], b = v[1];
  if (isa<arith::DivUIOp, arith::RemUIOp>(op)) {
    a = readAsUnsigned(op->getOperand(0).getType(), v[0]);
    b = readAsUnsigned(op->getOperand(1).getType(), v[1]);
  }
  if (!a || !b || *b == 0)
    return std::nullopt;
  int64_t dividend = static_cast<int64_t>(*a);
  int64_t divisor = static_cast<int64_t>(*b);
  if (isa<arith::FloorDivSIOp>(op))
    return static_cast<double>(llvm::divideFloorSigned(dividend, divisor));
  bool isQuotient = isa<arith::DivSIOp, arith::DivUIOp>(op);
  return static_cast<double>(isQuotient ? dividend / divisor
                                        : dividend % divisor);
}

static Result computeIntegers(Operation *op, ArrayRef<double> v) {
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](arith::AddIOp) { return v[0] + v[1]; })
      .Case([&](arith::SubIOp) { return v[0] - v[1]; })
      .Case([&](arith::MulIOp) { return v[0] * v[1]; })
      .Case([&](arith::MinSIOp) { return std::min(v[0], v[1]); })
      .Case([&](arith::MaxSIOp) { return std::max(v[0], v[1]); })
      .Case<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp,
            arith::FloorDivSIOp>([&](auto) { return divideIntegers(op, v); })
      .Case<arith::IndexCastOp, arith::ExtSIOp, arith::TruncIOp>(
          [&](auto) { return v[0]; })
      .Case<arith::IndexCastUIOp, arith::ExtUIOp>([&](auto) {
        return readAsUnsigned(op->getOperand(0).getType(), v[0]);
      })
      .Default([](Operation *) { return std::nullopt; });
}

static Result evaluateIntegers(Operation *op, ArrayRef<double> v) {
  if (auto cmp = dyn_cast<arith::CmpIOp>(op))
    return compareIntegers(cmp, v);
  Result result = computeIntegers(op, v);
  return result ? fit(op->getResult(0).getType(), *result) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Floats
//===----------------------------------------------------------------------===//

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
      .Case([&](arith::CmpFOp cmp) {
        return compare(cmp.getPredicate(), v[0], v[1]) ? -1.0 : 0.0;
      })
      .Case([&](arith::SIToFPOp) { return v[0]; })
      .Case([&](arith::UIToFPOp) {
        return readAsUnsigned(op->getOperand(0).getType(), v[0]);
      })
      .Case([&](arith::SelectOp) { return v[0] != 0 ? v[1] : v[2]; })
      .Default([](Operation *) { return std::nullopt; });
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
      .Default([](Operation *) { return std::nullopt; });
}

std::optional<double>
mlir::convoy::evaluateInDouble(Operation *op, ArrayRef<double> operands) {
  if (Result result = evaluateArith(op, operands))
    return result;
  if (Result result = evaluateMath(op, operands))
    return result;
  return evaluateIntegers(op, operands);
}
