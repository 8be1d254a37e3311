//===- ExpandHyperbolic.cpp - Hyperbolic functions ------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Hyperbolic functions and their inverses from exp(x) - 1 and log(1 + x), which
// lose nothing near zero.
//
//===----------------------------------------------------------------------===//

#include "MathCoefficients.h"
#include "MathExpansions.h"

using namespace mlir;
using namespace mlir::convoy;

/// Where exp(x) may be infinite while exp(x) / 2 is not.
static double getLargeArgument(const MathBuilder &b) {
  return b.choose(80., 700.);
}

/// exp(a) / 2 for large a.
static Value expandHalfExp(MathBuilder &b, Value a) {
  Value root = expandExp(b, b.mul(a, 0.5));
  return b.mul(b.mul(root, 0.5), root);
}

Value convoy::expandSinh(MathBuilder &b, Value x) {
  Value a = b.abs(x);
  Value e = expandExpM1(b, a);
  Value small = b.mul(b.add(e, b.div(e, b.add(e, 1.0))), 0.5);
  Value isLarge = b.isGreater(a, getLargeArgument(b));
  return b.copySign(b.select(isLarge, expandHalfExp(b, a), small), x);
}

Value convoy::expandCosh(MathBuilder &b, Value x) {
  Value a = b.abs(x);
  Value e = expandExp(b, a);
  Value small = b.mul(b.add(e, b.div(b.constant(1), e)), 0.5);
  Value isLarge = b.isGreater(a, getLargeArgument(b));
  return b.select(isLarge, expandHalfExp(b, a), small);
}

/// In f32: 1 - 2 t / (1 + t) with t = exp(-2a), for a >=
/// kLargestTanhNearZeroF32.
static Value expandTanhOfLarge(MathBuilder &b, Value a) {
  static constexpr double kLog2E = 0x1.71547652b82fep+0;
  // One at the bound already.
  Value t = expandModerateExp2(b, b.greater(b.mul(a, -2 * kLog2E), -30));
  Value reciprocal = expandModerateReciprocal(b, b.add(t, 1.0));
  return b.fma(b.mul(t, -2.0), reciprocal, 1.0);
}

/// In f32: tanh(x) for |x| <= kLargestTanhNearZeroF32.
static Value expandTanhNearZero(MathBuilder &b, Value x) {
  Value square = b.mul(x, x);
  Value factor = b.mul(b.polynomial(square, kTanhF32), square);
  return b.fma(factor, x, x);
}

Value convoy::expandTanh(MathBuilder &b, Value x) {
  Value a = b.abs(x);
  if (!b.isDouble()) {
    // Not large: NaNs too.
    Value isLarge = b.isGreater(a, kLargestTanhNearZeroF32);
    Value nearZero = expandTanhNearZero(b, x);
    return b.copySign(b.select(isLarge, expandTanhOfLarge(b, a), nearZero), x);
  }
  // e / (e + 2), or 1 - 2 / (e + 2) where that is close to one.
  Value e = expandExpM1(b, b.clamp(b.add(a, a), 0, 50));
  Value isSmall = b.isLess(a, 0.55);
  Value numerator = b.select(isSmall, e, b.constant(-2));
  Value offset = b.select(isSmall, b.constant(0), b.constant(1));
  Value result = b.add(b.div(numerator, b.add(e, 2.0)), offset);
  return b.copySign(result, x);
}

Value convoy::expandAsinh(MathBuilder &b, Value x) {
  // log(a + sqrt(a^2 + 1)), as log1p(a + a^2 / (1 + sqrt(a^2 + 1))); for large
  // a, log(2a).
  Value a = b.abs(x);
  Value isLarge = b.isGreater(a, b.choose(0x1p14, 0x1p28));
  Value bounded = b.select(isLarge, b.constant(1), a);
  Value square = b.mul(bounded, bounded);
  Value root = b.sqrt(b.add(square, 1.0));
  Value small = expandLog1p(b, b.add(bounded, b.div(square, b.add(root, 1.0))));
  Value large = b.add(expandLog(b, a), 0x1.62e42fefa39efp-1);
  return b.copySign(b.select(isLarge, large, small), x);
}

Value convoy::expandAcosh(MathBuilder &b, Value x) {
  // log1p(t + sqrt(2t + t^2)) with t = x - 1; for large x, log(2x).
  Value isLarge = b.isGreater(x, b.choose(0x1p14, 0x1p28));
  Value t = b.add(b.select(isLarge, b.constant(1), x), -1.0);
  Value root = b.sqrt(b.fma(t, t, b.add(t, t)));
  Value small = expandLog1p(b, b.add(t, root));
  Value large = b.add(expandLog(b, x), 0x1.62e42fefa39efp-1);
  Value result = b.select(isLarge, large, small);
  return b.select(b.isLess(x, 1.0), b.nan(), result);
}

Value convoy::expandAtanh(MathBuilder &b, Value x) {
  // log1p(2a / (1 - a)) / 2.
  Value a = b.abs(x);
  Value quotient = b.div(b.add(a, a), b.sub(1.0, a));
  return b.copySign(b.mul(expandLog1p(b, quotient), 0.5), x);
}
