//===- HalfFloat.h - Numbers of 16 bits, one at a time ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a number of type f16 or bf16 is, and to which one a double is rounded
// (to nearest, ties to even; NaNs become quiet and lose their payload). Without
// branches and tables, so that loops over these functions become SIMD code;
// llvm::APFloat says the same, a hundred times slower. Loops are in
// FloatRows.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ANALYSIS_HALFFLOAT_H
#define CONVOY_LIB_ANALYSIS_HALFFLOAT_H

#include "llvm/ADT/bit.h"

#include <cmath>
#include <cstdint>

namespace mlir::convoy::detail {

constexpr uint16_t kExponentOfF16 = 0x7c00;
constexpr uint16_t kExponentOfBF16 = 0x7f80;
constexpr uint32_t kExponentOfF32 = 0x7f800000;
constexpr uint64_t kExponentOfF64 = 0x7ff0000000000000;

inline float decodeF16(uint16_t half) {
  // The significand moves to its place in a float; the bias of the exponent is
  // corrected by a multiplication, which is right for subnormals too.
  uint32_t significandAndExponent = uint32_t(half & 0x7fff) << 13;
  float magnitude = llvm::bit_cast<float>(significandAndExponent) * 0x1p112f;
  bool isSpecial = (half & kExponentOfF16) == kExponentOfF16;
  uint32_t bits = llvm::bit_cast<uint32_t>(magnitude) |
                  (isSpecial ? kExponentOfF32 : 0) |
                  uint32_t(half & 0x8000) << 16;
  return llvm::bit_cast<float>(bits);
}

inline float decodeBF16(uint16_t half) {
  return llvm::bit_cast<float>(uint32_t(half) << 16);
}

/// `value` rounded to a format of 16 bits whose significands have
/// `fractionBits` bits behind the point and whose smallest normal number is
/// 2^minExponent. What is too large becomes the first power of two beyond the
/// format's numbers instead of infinity.
template <int fractionBits, int minExponent>
inline double roundTo16(double value) {
  constexpr uint64_t kSmallestNormal = uint64_t(1023 + minExponent) << 52;
  constexpr uint64_t kTooLarge = uint64_t(1023 + 2 - minExponent) << 52;
  const double kLimit = llvm::bit_cast<double>(kTooLarge);
  // Compared as integers, which compilers turn into minima and maxima.
  uint64_t exponent = llvm::bit_cast<uint64_t>(value) & kExponentOfF64;
  exponent = exponent < kSmallestNormal ? kSmallestNormal : exponent;
  exponent = exponent < kTooLarge ? exponent : kTooLarge;
  // A power of two so large that the last bit of the sum is worth what the last
  // bit of the result is: the addition does the rounding.
  double shifter =
      llvm::bit_cast<double>(exponent + (uint64_t(52 - fractionBits) << 52));
  double magnitude = std::fabs(value) + shifter - shifter;
  magnitude = magnitude > kLimit ? kLimit : magnitude;
  return std::copysign(magnitude, value);
}

inline double roundToF16(double value) { return roundTo16<10, -14>(value); }
inline double roundToBF16(double value) { return roundTo16<7, -126>(value); }

/// The encoding of what roundToF16 returns. As in decodeF16, a multiplication
/// corrects the bias of the exponent; it is exact, and a float's bits are then
/// the encoding's with zeros behind them.
inline uint16_t packF16(double rounded) {
  uint32_t bits =
      llvm::bit_cast<uint32_t>(static_cast<float>(rounded * 0x1p-112));
  return (bits >> 13 & 0x7fff) | (bits >> 16 & 0x8000);
}

/// The encoding of what roundToBF16 returns.
inline uint16_t packBF16(double rounded) {
  return llvm::bit_cast<uint32_t>(static_cast<float>(rounded)) >> 16;
}

inline uint16_t encodeF16(double value) { return packF16(roundToF16(value)); }
inline uint16_t encodeBF16(double value) {
  return packBF16(roundToBF16(value));
}

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_ANALYSIS_HALFFLOAT_H
