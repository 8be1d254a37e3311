//===- ExpandErf.cpp - The error function ---------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A polynomial in x^2 near zero; elsewhere erfc(x) is exp(-x^2) times a
// function that varies slowly. In f32, erf loses nothing if the logarithm of
// erfc is one polynomial, which takes half of the instructions and no division.
//
//===----------------------------------------------------------------------===//

#include "MathCoefficients.h"
#include "MathExpansions.h"

using namespace mlir;
using namespace mlir::convoy;

/// The centre of the fits kErfcxF32 and kErfcxF64.
static constexpr double kErfcxCentre = 3;

template <size_t M, size_t N>
static ArrayRef<double> choose(const MathBuilder &b, const double (&f32)[M],
                               const double (&f64)[N]) {
  return b.isDouble() ? ArrayRef<double>(f64) : ArrayRef<double>(f32);
}

/// erf(x) for |x| <= 1; in f32, for |x| <= kLargestErfNearZeroF32.
static Value expandErfNearZero(MathBuilder &b, Value x) {
  Value factor = b.polynomial(b.mul(x, x), choose(b, kErfF32, kErfF64));
  return b.fma(factor, x, x);
}

/// erfc(a) for a >= 0.5, relatively accurate.
static Value expandErfcOfPositive(MathBuilder &b, Value a) {
  // Zero at the bound already.
  a = b.clamp(a, 0.5, b.choose(11., 28.));
  Value square = b.mul(a, a);
  Value tail = b.fma(a, a, b.neg(square));
  Value exponential = expandExp(b, b.neg(square));
  Value t = b.div(b.add(a, -kErfcxCentre), b.add(a, kErfcxCentre));
  Value scaled = b.polynomial(t, choose(b, kErfcxF32, kErfcxF64));
  Value factor = b.div(scaled, b.fma(a, b.constant(2), 1.0));
  // exp(-square - tail) = exp(-square) (1 - tail).
  factor = b.fma(b.neg(tail), factor, factor);
  return b.mul(exponential, factor);
}

/// In f32: erf(a) for a >= kLargestErfNearZeroF32.
static Value expandErfOfLarge(MathBuilder &b, Value a) {
  // One at the bound already.
  Value bounded = b.lesser(a, 4);
  Value logarithm = b.polynomial(bounded, kLog2ErfcF32);
  return b.sub(1.0, expandModerateExp2(b, logarithm));
}

Value convoy::expandErf(MathBuilder &b, Value x) {
  Value a = b.abs(x);
  if (!b.isDouble()) {
    // Not large: NaNs too.
    Value isLarge = b.isGreater(a, kLargestErfNearZeroF32);
    Value nearZero = expandErfNearZero(b, x);
    return b.copySign(b.select(isLarge, expandErfOfLarge(b, a), nearZero), x);
  }
  Value large = b.copySign(b.sub(1.0, expandErfcOfPositive(b, a)), x);
  return b.select(b.isLess(a, 1.0), expandErfNearZero(b, x), large);
}

Value convoy::expandErfc(MathBuilder &b, Value x) {
  Value a = b.abs(x);
  Value ofPositive = expandErfcOfPositive(b, a);
  Value isPositive = b.isGreater(x, 0);
  Value large = b.select(isPositive, ofPositive, b.sub(2.0, ofPositive));
  Value small = b.sub(1.0, expandErfNearZero(b, x));
  Value result = b.select(b.isLess(a, 0.5), small, large);
  return b.select(b.isEqual(x, x), result, x);
}
