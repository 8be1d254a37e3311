//===- ReducedLogarithm.h - The parts of a logarithm -----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What logarithms and powers share.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_REDUCEDLOGARITHM_H
#define CONVOY_LIB_CODEGEN_GPU_REDUCEDLOGARITHM_H

#include "MathBuilder.h"

#include "llvm/ADT/SmallVector.h"

namespace mlir::convoy {

// ln(2) as a sum; products of the first part and an exponent are exact.
inline constexpr double kLn2HighF32 = 0x1.63p-1;
inline constexpr double kLn2LowF32 = -0x1.bd0105c610ca8p-13;
inline constexpr double kLn2HighF64 = 0x1.62e42feep-1;
inline constexpr double kLn2LowF64 = 0x1.a39ef35793c76p-33;

/// x = 2^k (1 + f), 1 + f between sqrt(1/2) and sqrt(2), and
/// log(1 + f) = f - (halfSquare - correction).
struct ReducedLogarithm {
  Value k, f, halfSquare, correction;
};

/// For positive finite x; arbitrary but defined for others.
ReducedLogarithm reduceLogarithm(MathBuilder &b, Value x);

/// The coefficients of (2 atanh(s) - 2 s) / s^3 as a polynomial in s^2, for
/// |s| <= (sqrt(2) - 1) / (sqrt(2) + 1).
SmallVector<double> getAtanhTail(const MathBuilder &b);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_REDUCEDLOGARITHM_H
