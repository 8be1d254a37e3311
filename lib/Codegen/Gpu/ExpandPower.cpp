//===- ExpandPower.cpp - Powers and roots ---------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// x^y is exp(y log(x)): an error of the logarithm is multiplied by up to the
// largest exponent, so the logarithm carries a tail.
//
//===----------------------------------------------------------------------===//

#include "MathExpansions.h"
#include "ReducedLogarithm.h"

using namespace mlir;
using namespace mlir::convoy;

namespace {
/// high + low, |low| at most half a unit in the last place of high.
struct Sum {
  Value high, low;
};
} // namespace

/// a + b for |a| >= |b|.
static Sum addExactly(MathBuilder &b, Value large, Value small) {
  Value high = b.add(large, small);
  return {high, b.sub(small, b.sub(high, large))};
}

/// log(x) with about ten bits more than the type has, for positive finite x.
static Sum logWithTail(MathBuilder &b, Value x) {
  ReducedLogarithm reduced = reduceLogarithm(b, x);
  Value f = reduced.f;
  Sum denominator = addExactly(b, b.constant(2.0), f);
  Value s = b.div(f, denominator.high);
  Value rest = b.fma(b.neg(s), denominator.high, f);
  rest = b.fma(b.neg(s), denominator.low, rest);
  Value low = b.div(rest, denominator.high);
  // 2 (s + low) + s^3 (2/3 + ...): the last part needs no tail of its own.
  Value z = b.mul(s, s);
  Value cubic = b.mul(b.mul(z, s), b.polynomial(z, getAtanhTail(b)));
  Value high = b.add(s, s);
  low = b.add(low, low);
  Sum sum = addExactly(b, high, cubic);
  low = b.add(low, sum.low);
  // k ln(2) is larger than the logarithm of the mantissa, or zero.
  Value multiple = b.mul(reduced.k, b.choose(kLn2HighF32, kLn2HighF64));
  low = b.fma(reduced.k, b.constant(b.choose(kLn2LowF32, kLn2LowF64)), low);
  Value isOne = b.isEqual(reduced.k, 0);
  Sum total = addExactly(b, multiple, sum.high);
  Value totalHigh = b.select(isOne, sum.high, total.high);
  Value totalLow = b.select(isOne, low, b.add(total.low, low));
  return addExactly(b, totalHigh, totalLow);
}

/// |x|^y for a finite x other than zero.
static Value powOfMagnitude(MathBuilder &b, Value magnitude, Value y) {
  Sum log = logWithTail(b, magnitude);
  Value high = b.mul(log.high, y);
  Value low = b.fma(log.high, y, b.neg(high));
  low = b.fma(log.low, y, low);
  // exp(high + low) = exp(high) (1 + low); where exp(high) is infinite or
  // zero, low has nothing to say.
  Value result = expandExp(b, high);
  Value corrected = b.fma(result, low, result);
  Value isRegular =
      b.both(b.isGreater(result, 0), b.isLess(result, b.infinity()));
  return b.select(isRegular, corrected, result);
}

Value convoy::expandPow(MathBuilder &b, Value x, Value y) {
  Value magnitude = b.abs(x);
  Value result = powOfMagnitude(b, magnitude, y);
  // Zero and infinity, to a power that is not zero.
  Value isHuge = b.isEqual(magnitude, b.infinity());
  Value isZero = b.isEqual(magnitude, 0);
  Value growing = b.isGreater(y, 0);
  Value ofHuge = b.select(growing, b.infinity(), b.constant(0));
  Value ofZero = b.select(growing, b.constant(0), b.infinity());
  result = b.select(isHuge, ofHuge, result);
  result = b.select(isZero, ofZero, result);

  // An infinite power.
  Value isInfinite = b.isEqual(b.abs(y), b.infinity());
  Value isBelowOne = b.isLess(magnitude, 1.0);
  Value grows = b.select(isBelowOne, b.isLess(y, 0), growing);
  Value atInfinity = b.select(grows, b.infinity(), b.constant(0));
  atInfinity = b.select(b.isEqual(magnitude, 1.0), b.constant(1), atInfinity);
  result = b.select(isInfinite, atInfinity, result);

  // A negative base.
  Value half = b.mul(y, 0.5);
  Value isInteger = b.isEqual(b.floor(y), y);
  Value isEven = b.both(isInteger, b.isEqual(b.floor(half), half));
  // Of x's sign, that of -0 too.
  Value odd = b.copySign(result, x);
  Value isNegative = b.both(b.isLess(x, 0), b.isLess(magnitude, b.infinity()));
  Value ofNegative = b.select(isInteger, odd, b.nan());
  Value ofOther = b.select(isInteger, odd, result);
  Value signedResult = b.select(isNegative, ofNegative, ofOther);
  result = b.select(isEven, result, signedResult);

  Value isNan = b.isUnordered(x, y);
  result = b.select(isNan, b.nan(), result);
  Value isOne = b.either(b.isEqual(x, 1.0), b.isEqual(y, 0));
  return b.select(isOne, b.constant(1), result);
}

Value convoy::expandCbrt(MathBuilder &b, Value x) {
  Value magnitude = b.abs(x);
  Value root = expandExp(b, b.mul(expandLog(b, magnitude), 1.0 / 3));
  // One step of Newton: root - (root - |x| / root^2) / 3.
  Value step = b.sub(root, b.div(b.div(magnitude, root), root));
  root = b.fma(step, b.constant(-1.0 / 3), root);
  Value isRegular =
      b.both(b.isGreater(magnitude, 0), b.isLess(magnitude, b.infinity()));
  return b.copySign(b.select(isRegular, root, magnitude), x);
}

Value convoy::expandRsqrt(MathBuilder &b, Value x) {
  return b.div(b.constant(1), b.sqrt(x));
}
