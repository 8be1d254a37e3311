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

/// Rounds to a format of 16 bits whose significands have `fractionBits` bits
/// behind the point and whose smallest normal number is 2^minExponent.
template <int fractionBits, int minExponent>
inline uint16_t encode16(double value) {
  const double kSmallestNormal =
      llvm::bit_cast<double>(uint64_t(1023 + minExponent) << 52);
  // The first power of two beyond the largest number; its encoding is that of
  // infinity.
  const double kInfinity =
      llvm::bit_cast<double>(uint64_t(1023 + 2 - minExponent) << 52);
  constexpr uint64_t kInfinityBits = 0x7fff >> fractionBits << fractionBits;
  double magnitude = std::fabs(value);
  magnitude = magnitude < kInfinity ? magnitude : kInfinity;
  double normal = magnitude > kSmallestNormal ? magnitude : kSmallestNormal;
  uint64_t exponent = llvm::bit_cast<uint64_t>(normal) & kExponentOfF64;
  // A power of two so large that the last bit of the sum is worth what the last
  // bit of the result is: the addition does the rounding.
  uint64_t shifter = exponent + (uint64_t(52 - fractionBits) << 52);
  uint64_t sum =
      llvm::bit_cast<uint64_t>(magnitude + llvm::bit_cast<double>(shifter));
  uint64_t significand = sum - shifter;
  // The leading bit of the significand, if there is one, adds to the exponent.
  uint64_t bits = (exponent >> (52 - fractionBits)) -
                  (uint64_t(1023 + minExponent) << fractionBits) + significand;
  uint64_t quietNan = kInfinityBits | uint64_t(1) << (fractionBits - 1);
  bits = value != value ? quietNan : bits;
  return bits | (llvm::bit_cast<uint64_t>(value) >> 48 & 0x8000);
}

inline uint16_t encodeF16(double value) { return encode16<10, -14>(value); }
inline uint16_t encodeBF16(double value) { return encode16<7, -126>(value); }

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_ANALYSIS_HALFFLOAT_H
