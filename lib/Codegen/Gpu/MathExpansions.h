//===- MathExpansions.h - Math functions as arithmetic ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function for each function of the math dialect that targets do not have.
// Arguments and results have the builder's type. Special values are those of
// C's functions; docs/Math.md states the errors, test/Codegen/Gpu measures
// them. Code without branches, so that it works on vectors.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_MATHEXPANSIONS_H
#define CONVOY_LIB_CODEGEN_GPU_MATHEXPANSIONS_H

#include "MathBuilder.h"

namespace mlir::convoy {

// Exponentials and logarithms.
Value expandExp(MathBuilder &b, Value x);
Value expandExp2(MathBuilder &b, Value x);
Value expandExpM1(MathBuilder &b, Value x);
Value expandLog(MathBuilder &b, Value x);
Value expandLog2(MathBuilder &b, Value x);
Value expandLog10(MathBuilder &b, Value x);
Value expandLog1p(MathBuilder &b, Value x);

/// 2^x in f32 for |x| <= 100, to about one unit in the last place more than
/// expandExp2; arbitrary but defined for others.
Value expandModerateExp2(MathBuilder &b, Value x);

// Quotients.
/// 1 / x in f32 for x from 2^-100 to 2^124; arbitrary but defined for others.
Value expandModerateReciprocal(MathBuilder &b, Value x);
/// x / divisor in f32 where the divisor is at least one, infinite or a NaN.
Value expandQuotientByLarge(MathBuilder &b, Value x, Value divisor);
/// x / divisor in f32 for a divisor of a magnitude from 2^-60 to 2^60.
Value expandQuotientByConstant(MathBuilder &b, Value x, double divisor);

// Powers.
Value expandPow(MathBuilder &b, Value x, Value y);
Value expandCbrt(MathBuilder &b, Value x);
Value expandRsqrt(MathBuilder &b, Value x);

// Hyperbolic functions and their inverses.
Value expandSinh(MathBuilder &b, Value x);
Value expandCosh(MathBuilder &b, Value x);
Value expandTanh(MathBuilder &b, Value x);
Value expandAsinh(MathBuilder &b, Value x);
Value expandAcosh(MathBuilder &b, Value x);
Value expandAtanh(MathBuilder &b, Value x);

// Trigonometric functions, accurate for |x| up to 2^30, and their inverses.
struct SinCos {
  Value sin, cos;
};
SinCos expandSinCos(MathBuilder &b, Value x);
Value expandTan(MathBuilder &b, Value x);
Value expandAtan(MathBuilder &b, Value x);
Value expandAtan2(MathBuilder &b, Value y, Value x);
Value expandAsin(MathBuilder &b, Value x);
Value expandAcos(MathBuilder &b, Value x);

// The error function and its complement.
Value expandErf(MathBuilder &b, Value x);
Value expandErfc(MathBuilder &b, Value x);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_MATHEXPANSIONS_H
