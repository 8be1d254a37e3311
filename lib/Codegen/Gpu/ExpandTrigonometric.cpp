//===- ExpandTrigonometric.cpp - Trigonometric functions ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// sin and cos: x = n pi/2 + r, |r| <= pi/4, and Taylor series. The quotient n
// is rounded to an integer by an addition, which bounds |x|.
//
//===----------------------------------------------------------------------===//

#include "MathCoefficients.h"
#include "MathExpansions.h"

#include "mlir/IR/TypeUtilities.h"

#include "llvm/ADT/SmallVector.h"

using namespace mlir;
using namespace mlir::convoy;

static constexpr double kTwoOverPi = 0x1.45f306dc9c883p-1;
// pi/2 as a sum; each part has all bits of f64.
static constexpr double kHalfPi[] = {
    0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110};
static constexpr double kPi = 0x1.921fb54442d18p+1;
static constexpr double kTanOfPiOver8 = 0x1.a827999fcef32p-2;

//===----------------------------------------------------------------------===//
// sin, cos, tan
//===----------------------------------------------------------------------===//

namespace {
/// x = n pi/2 + r + tail, all in the type of the builder; n modulo 4 as an
/// integer.
struct ReducedAngle {
  Value n, r, tail;
};
} // namespace

/// In f64.
static ReducedAngle reduceDouble(MathBuilder &b, Value x) {
  MathBuilder::Rounded n = b.roundToInteger(x, kTwoOverPi);
  Value minusN = b.neg(n.asFloat);
  Value first = b.fma(minusN, b.constant(kHalfPi[0]), x);
  // The product's own rounding error counts where `first` is small.
  Value product = b.mul(minusN, kHalfPi[1]);
  Value rest = b.fma(minusN, b.constant(kHalfPi[1]), b.neg(product));
  rest = b.fma(minusN, b.constant(kHalfPi[2]), rest);
  Value r = b.add(first, product);
  Value back = b.sub(r, first);
  Value error = b.add(b.sub(first, b.sub(r, back)), b.sub(product, back));
  return {n.asInteger, r, b.add(error, rest)};
}

/// In f32, by way of f64: the quotient has up to 30 bits.
static ReducedAngle reduceAngle(MathBuilder &b, Value x) {
  if (b.isDouble())
    return reduceDouble(b, x);
  OpBuilder &builder = b.getBuilder();
  auto withElement = [&](Type element) -> Type {
    auto shaped = dyn_cast<ShapedType>(b.getType());
    return shaped ? Type(shaped.clone(element)) : element;
  };
  MathBuilder wide(builder, b.getLoc(), withElement(builder.getF64Type()));
  ReducedAngle reduced =
      reduceDouble(wide, b.create<arith::ExtFOp>(wide.getType(), x));
  Value sum = wide.add(reduced.r, reduced.tail);
  return {
      b.create<arith::TruncIOp>(withElement(builder.getI32Type()), reduced.n),
      b.create<arith::TruncFOp>(b.getType(), sum), b.constant(0)};
}

/// The Taylor coefficients from x^first / first! on, every second one, with
/// alternating signs beginning with a minus.
static SmallVector<double> getAlternatingSeries(int first, int last) {
  SmallVector<double> coefficients;
  double factorial = 1;
  double sign = -1;
  for (int k = 1; k <= last; ++k) {
    factorial *= k;
    if (k < first || (k - first) % 2 != 0)
      continue;
    coefficients.push_back(sign / factorial);
    sign = -sign;
  }
  return coefficients;
}

SinCos convoy::expandSinCos(MathBuilder &b, Value x) {
  ReducedAngle reduced = reduceAngle(b, x);
  Value r = reduced.r;
  Value z = b.mul(r, r);
  // r + (r^3 * series + tail).
  Value sine = b.polynomial(z, getAlternatingSeries(3, b.choose(9, 17)));
  sine = b.add(r, b.fma(b.mul(z, r), sine, reduced.tail));
  // 1 - z/2 + z^2 * series - r * tail.
  SmallVector<double> series = getAlternatingSeries(2, b.choose(10, 18));
  series.erase(series.begin());
  Value cosine = b.mul(b.mul(z, z), b.polynomial(z, series));
  cosine = b.fma(b.neg(r), reduced.tail, cosine);
  Value halfSquare = b.mul(z, 0.5);
  Value nearOne = b.sub(1.0, halfSquare);
  Value lost = b.sub(b.sub(1.0, nearOne), halfSquare);
  cosine = b.add(nearOne, b.add(lost, cosine));

  // Each step of pi/2: sin becomes cos, cos becomes -sin.
  auto hasBit = [&](Value n, int64_t bit) {
    Value masked = b.create<arith::AndIOp>(n, b.integer(bit));
    return b.create<arith::CmpIOp>(arith::CmpIPredicate::ne, masked,
                                   b.integer(0));
  };
  Value isOdd = hasBit(reduced.n, 1);
  Value sinResult = b.select(isOdd, cosine, sine);
  Value cosResult = b.select(isOdd, sine, cosine);
  Value next = b.addInteger(reduced.n, b.integer(1));
  sinResult = b.select(hasBit(reduced.n, 2), b.neg(sinResult), sinResult);
  cosResult = b.select(hasBit(next, 2), b.neg(cosResult), cosResult);
  // -0 stays as it is.
  sinResult = b.select(b.isEqual(x, 0), x, sinResult);
  return {sinResult, cosResult};
}

Value convoy::expandTan(MathBuilder &b, Value x) {
  SinCos both = expandSinCos(b, x);
  return b.div(both.sin, both.cos);
}

//===----------------------------------------------------------------------===//
// Inverses
//===----------------------------------------------------------------------===//

Value convoy::expandAtan(MathBuilder &b, Value x) {
  // Above 1: pi/2 - atan(1/a); above tan(pi/8): pi/4 + atan((a-1)/(a+1)).
  Value a = b.abs(x);
  Value isLarge = b.isGreater(a, 1.0);
  Value t = b.select(isLarge, b.div(b.constant(1), a), a);
  Value isMiddle = b.isGreater(t, kTanOfPiOver8);
  Value quotient = b.div(b.add(t, -1.0), b.add(t, 1.0));
  Value u = b.select(isMiddle, quotient, t);
  Value z = b.mul(u, u);
  ArrayRef<double> coefficients =
      b.isDouble() ? ArrayRef<double>(kAtanF64) : ArrayRef<double>(kAtanF32);
  Value angle = b.fma(b.mul(z, u), b.polynomial(z, coefficients), u);
  angle = b.select(isMiddle, b.add(angle, kPi / 4), angle);
  angle = b.select(isLarge, b.sub(kPi / 2, angle), angle);
  return b.copySign(angle, x);
}

Value convoy::expandAtan2(MathBuilder &b, Value y, Value x) {
  Value aX = b.abs(x), aY = b.abs(y);
  // The quotient of the smaller by the larger; 0/0 and inf/inf by definition.
  Value isSteep = b.isLess(aX, aY);
  Value numerator = b.select(isSteep, aX, aY);
  Value denominator = b.select(isSteep, aY, aX);
  Value quotient = b.div(numerator, denominator);
  quotient =
      b.select(b.isEqual(numerator, b.infinity()), b.constant(1), quotient);
  quotient = b.select(b.isEqual(denominator, 0), b.constant(0), quotient);
  Value angle = expandAtan(b, quotient);
  angle = b.select(isSteep, b.sub(kPi / 2, angle), angle);
  // The sign bit of x, that of -0 too.
  Value isLeft = b.isLess(b.copySign(b.constant(1), x), 0.0);
  angle = b.select(isLeft, b.sub(kPi, angle), angle);
  angle = b.copySign(angle, y);
  return b.select(b.isUnordered(y, x), b.nan(), angle);
}

Value convoy::expandAsin(MathBuilder &b, Value x) {
  // A NaN beyond one, by the square root.
  Value root = b.sqrt(b.mul(b.sub(1.0, x), b.add(x, 1.0)));
  return expandAtan2(b, x, root);
}

Value convoy::expandAcos(MathBuilder &b, Value x) {
  Value y = b.sqrt(b.sub(1.0, x));
  Value half = expandAtan2(b, y, b.sqrt(b.add(x, 1.0)));
  return b.add(half, half);
}
