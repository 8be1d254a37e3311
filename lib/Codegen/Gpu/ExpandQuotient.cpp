//===- ExpandQuotient.cpp - Divisions without a branch --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Targets divide by a short sequence and, where exponents are extreme, by a
// call behind a branch. Assemblers take long over hundreds of those in a
// kernel, and divisors whose exponents are known have no need of them. In f32.
//
//===----------------------------------------------------------------------===//

#include "MathExpansions.h"

#include <cmath>

using namespace mlir;
using namespace mlir::convoy;

Value convoy::expandModerateReciprocal(MathBuilder &b, Value x) {
  // Bits of floats are nearly logarithms: 1 / x to 5.1 %.
  Value r = b.fromBits(b.subInteger(b.integer(0x7ef311c7), b.toBits(x)));
  Value minusX = b.neg(x);
  // r / (1 - e) with e = 1 - x r: r (1 + e + e^2), and then r (1 + e).
  Value e = b.fma(minusX, r, 1.0);
  r = b.fma(r, b.fma(e, e, e), r);
  e = b.fma(minusX, r, 1.0);
  return b.fma(r, e, r);
}

Value convoy::expandQuotientByLarge(MathBuilder &b, Value x, Value divisor) {
  // The reciprocal of a sixteenth: that of the largest number is subnormal. It
  // is so in the product, which costs four units in the last place there.
  Value part = b.mul(divisor, 0x1p-4);
  Value reciprocal = expandModerateReciprocal(b, part);
  Value isInfinite = b.isEqual(part, b.infinity());
  reciprocal = b.select(isInfinite, b.constant(0), reciprocal);
  return b.mul(x, b.mul(reciprocal, 0x1p-4));
}

Value convoy::expandQuotientByConstant(MathBuilder &b, Value x,
                                       double divisor) {
  // 1 / divisor = high + low. Of one sign, such that an infinite x meets no
  // difference of infinities.
  double reciprocal = 1 / divisor;
  float high = static_cast<float>(reciprocal);
  if (std::abs(high) > std::abs(reciprocal))
    high = std::nextafter(high, 0.0f);
  double low = reciprocal - high;
  if (low == 0)
    return b.mul(x, high);
  return b.fma(x, b.constant(high), b.mul(x, low));
}
