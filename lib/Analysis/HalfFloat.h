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

/// The bits of `value` as a float, rounded to odd: truncated, and if that lost
/// anything the last bit is set. Such a float stands on the same side of each
/// tie as `value` does, so rounding it to 16 bits is rounding once.
inline uint32_t roundToOdd(double value) {
  float nearest = static_cast<float>(value);
  double back = nearest;
  uint32_t bits = llvm::bit_cast<uint32_t>(nearest);
  bits -= std::fabs(back) > std::fabs(value) ? 1 : 0;
  return bits | (back != value ? 1 : 0);
}

inline uint16_t encodeBF16(double value) {
  uint32_t bits = roundToOdd(value);
  uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  uint32_t quietNan = bits >> 16 | 0x40;
  return (bits & 0x7fffffff) > kExponentOfF32 ? quietNan : rounded;
}

inline uint16_t encodeF16(double value) {
  constexpr uint32_t kSmallestNormal = (127 - 14) << 23;
  constexpr uint32_t kBeyondLargest = (127 + 16) << 23;
  uint32_t bits = roundToOdd(value);
  uint32_t sign = bits & 0x80000000, magnitude = bits ^ sign;
  uint32_t biasDifference = uint32_t(127 - 15) << 23;
  uint32_t normal =
      (magnitude - biasDifference + 0xfff + (magnitude >> 13 & 1)) >> 13;
  // The last bit of a float in [0.5, 1) is worth 2^-24, like that of the
  // subnormal halves: the addition rounds to it.
  uint32_t subnormal =
      llvm::bit_cast<uint32_t>(llvm::bit_cast<float>(magnitude) + 0.5f) -
      llvm::bit_cast<uint32_t>(0.5f);
  uint32_t special = magnitude > kExponentOfF32 ? 0x7e00 : kExponentOfF16;
  uint32_t result = magnitude < kSmallestNormal ? subnormal : normal;
  result = magnitude >= kBeyondLargest ? special : result;
  return result | sign >> 16;
}

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_ANALYSIS_HALFFLOAT_H
