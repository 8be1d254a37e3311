//===- ExpandExponential.cpp - Exponentials and logarithms ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// exp: x = n ln(2) + r, |r| <= ln(2)/2, and a polynomial for exp(r). log:
// x = 2^k m, m between sqrt(1/2) and sqrt(2), and the series of the inverse
// hyperbolic tangent. Everything else is made of them such that nothing
// cancels.
//
//===----------------------------------------------------------------------===//

#include "MathCoefficients.h"
#include "MathExpansions.h"
#include "ReducedLogarithm.h"

#include "llvm/ADT/SmallVector.h"

using namespace mlir;
using namespace mlir::convoy;

static constexpr double kLn2 = 0x1.62e42fefa39efp-1;
static constexpr double kLog2E = 0x1.71547652b82fep+0;
// log10(2), split like ln(2), and log10(e).
static constexpr double kLog10Of2HighF32 = 0x1.344p-2;
static constexpr double kLog10Of2LowF32 = 0x1.3509f79fef312p-18;
static constexpr double kLog10Of2HighF64 = 0x1.34413509cp-2;
static constexpr double kLog10Of2LowF64 = 0x1.bcff7988f895ap-37;
static constexpr double kLog10E = 0x1.bcb7b1526e50ep-2;

//===----------------------------------------------------------------------===//
// Exponentials
//===----------------------------------------------------------------------===//

/// The coefficients of (exp(r) - 1 - r) / r^2, for |r| <= ln(2)/2.
static SmallVector<double> getExpTail(const MathBuilder &b) {
  if (!b.isDouble())
    return SmallVector<double>(ArrayRef(kExpTailF32));
  SmallVector<double> coefficients;
  double factorial = 1;
  for (int k = 2; k <= 13; ++k) {
    factorial *= k;
    coefficients.push_back(1 / factorial);
  }
  return coefficients;
}

/// exp(r) for |r| <= ln(2)/2.
static Value expandExpNearZero(MathBuilder &b, Value r) {
  SmallVector<double> coefficients = {1, 1};
  coefficients.append(getExpTail(b));
  return b.polynomial(r, coefficients);
}

namespace {
/// x = n ln(2) + r.
struct ReducedExponent {
  Value n, r;
};
} // namespace

static ReducedExponent reduceExponent(MathBuilder &b, Value x) {
  MathBuilder::Rounded n = b.roundToInteger(x, kLog2E);
  Value minusHigh = b.constant(b.choose(-kLn2HighF32, -kLn2HighF64));
  Value minusLow = b.constant(b.choose(-kLn2LowF32, -kLn2LowF64));
  Value r = b.fma(n.asFloat, minusHigh, x);
  return {n.asInteger, b.fma(n.asFloat, minusLow, r)};
}

Value convoy::expandExp(MathBuilder &b, Value x) {
  // Beyond these bounds the result is zero or infinite, as it is at them.
  x = b.clamp(x, b.choose(-105., -746.), b.choose(89., 710.));
  ReducedExponent reduced = reduceExponent(b, x);
  return b.scaleByPowerOfTwo(expandExpNearZero(b, reduced.r), reduced.n);
}

Value convoy::expandExp2(MathBuilder &b, Value x) {
  x = b.clamp(x, b.choose(-151., -1076.), b.choose(129., 1025.));
  MathBuilder::Rounded n = b.roundToInteger(x, 1);
  Value r = b.mul(b.sub(x, n.asFloat), kLn2);
  return b.scaleByPowerOfTwo(expandExpNearZero(b, r), n.asInteger);
}

Value convoy::expandModerateExp2(MathBuilder &b, Value x) {
  MathBuilder::Rounded n = b.roundToInteger(x, 1);
  Value r = b.sub(x, n.asFloat);
  Value bits = b.toBits(b.polynomial(r, kExp2F32));
  return b.fromBits(
      b.addInteger(bits, b.shiftLeft(n.asInteger, b.getMantissaBits())));
}

Value convoy::expandExpM1(MathBuilder &b, Value x) {
  Value bounded = b.clamp(x, b.choose(-18., -38.), b.choose(89., 710.));
  ReducedExponent reduced = reduceExponent(b, bounded);
  Value r = reduced.r;
  Value nearZero = b.fma(b.mul(r, r), b.polynomial(r, getExpTail(b)), r);
  // 2^n (nearZero + 1) - 1, halved in between: 2^n may overflow.
  Value scale = b.powerOfTwo(b.subInteger(reduced.n, b.integer(1)));
  Value half = b.fma(scale, nearZero, b.add(scale, -0.5));
  return b.copySign(b.add(half, half), x);
}

//===----------------------------------------------------------------------===//
// Logarithms
//===----------------------------------------------------------------------===//

SmallVector<double> convoy::getAtanhTail(const MathBuilder &b) {
  SmallVector<double> coefficients;
  for (int i = 1; i <= b.choose(5, 11); ++i)
    coefficients.push_back(2.0 / (2 * i + 1));
  return coefficients;
}

ReducedLogarithm convoy::reduceLogarithm(MathBuilder &b, Value x) {
  int64_t mantissaBits = b.getMantissaBits();
  // Make subnormal numbers normal.
  double smallest = b.choose(0x1p-126, 0x1p-1022);
  double factor = b.choose(0x1p24, 0x1p54);
  Value isSmall = b.isLess(x, smallest);
  x = b.select(isSmall, b.mul(x, factor), x);
  Value adjustment =
      b.select(isSmall, b.constant(b.choose(-24., -54.)), b.constant(0));

  Value bits = b.toBits(x);
  Value rootOfHalf =
      b.integer(b.choose<int64_t>(0x3f3504f3, 0x3fe6a09e667f3bcd));
  Value k = b.shiftRight(b.subInteger(bits, rootOfHalf), mantissaBits);
  Value m = b.fromBits(b.subInteger(bits, b.shiftLeft(k, mantissaBits)));

  Value f = b.add(m, -1.0);
  Value divisor = b.add(f, 2.0);
  // It only corrects f: a unit in its last place is none of the result's.
  Value s = b.isDouble() ? b.div(f, divisor)
                         : b.mul(f, expandModerateReciprocal(b, divisor));
  Value z = b.mul(s, s);
  Value tail = b.mul(z, b.polynomial(z, getAtanhTail(b)));
  Value halfSquare = b.mul(b.mul(f, 0.5), f);
  Value correction = b.mul(s, b.add(halfSquare, tail));
  return {b.add(b.toFloat(k), adjustment), f, halfSquare, correction};
}

/// log(1 + f).
static Value logOfMantissa(MathBuilder &b, const ReducedLogarithm &reduced) {
  return b.sub(reduced.f, b.sub(reduced.halfSquare, reduced.correction));
}

/// `result`, the logarithm of a positive finite `x`, or what C says for others.
static Value selectLogarithm(MathBuilder &b, Value x, Value result) {
  Value positive = b.select(b.isEqual(x, b.infinity()), b.infinity(), result);
  Value notPositive = b.select(b.isEqual(x, 0), b.neg(b.infinity()), b.nan());
  return b.select(b.isGreater(x, 0), positive, notPositive);
}

Value convoy::expandLog(MathBuilder &b, Value x) {
  ReducedLogarithm reduced = reduceLogarithm(b, x);
  Value low = b.fma(reduced.k, b.constant(b.choose(kLn2LowF32, kLn2LowF64)),
                    reduced.correction);
  Value rest = b.sub(b.sub(reduced.halfSquare, low), reduced.f);
  Value high = b.mul(reduced.k, b.choose(kLn2HighF32, kLn2HighF64));
  return selectLogarithm(b, x, b.sub(high, rest));
}

Value convoy::expandLog2(MathBuilder &b, Value x) {
  ReducedLogarithm reduced = reduceLogarithm(b, x);
  Value result =
      b.fma(logOfMantissa(b, reduced), b.constant(kLog2E), reduced.k);
  return selectLogarithm(b, x, result);
}

Value convoy::expandLog10(MathBuilder &b, Value x) {
  ReducedLogarithm reduced = reduceLogarithm(b, x);
  Value low = b.mul(reduced.k, b.choose(kLog10Of2LowF32, kLog10Of2LowF64));
  low = b.fma(logOfMantissa(b, reduced), b.constant(kLog10E), low);
  Value result = b.fma(
      reduced.k, b.constant(b.choose(kLog10Of2HighF32, kLog10Of2HighF64)), low);
  return selectLogarithm(b, x, result);
}

Value convoy::expandLog1p(MathBuilder &b, Value x) {
  Value u = b.add(x, 1.0);
  Value before = b.add(u, -1.0);
  Value result = expandLog(b, u);
  if (b.isDouble()) {
    // The rounding of 1 + x is made up for by the quotient.
    result = b.mul(result, b.div(x, before));
  } else {
    // log(u + lost) = log(u) + lost / u; beyond 2^60 nothing of it is left.
    Value reciprocal = expandModerateReciprocal(b, b.lesser(u, 0x1p60));
    result = b.fma(b.sub(x, before), reciprocal, result);
  }
  result = b.select(b.isEqual(u, b.infinity()), u, result);
  result = b.select(b.isEqual(u, 0), b.neg(b.infinity()), result);
  return b.select(b.isEqual(u, 1.0), x, result);
}
