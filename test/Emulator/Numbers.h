//===- Numbers.h - Floating-point formats and roundings ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Halves and bfloats, and conversions of f64 that round once.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TEST_EMULATOR_NUMBERS_H
#define CONVOY_TEST_EMULATOR_NUMBERS_H

#include <cmath>
#include <cstdint>
#include <cstring>
#include <immintrin.h>
#include <limits>

namespace emulator {

template <typename To, typename From>
inline To bitCast(From value) {
  static_assert(sizeof(To) == sizeof(From));
  To result;
  memcpy(&result, &value, sizeof(To));
  return result;
}

/// What the hardware makes of every NaN that it computes.
inline constexpr uint16_t kNan16 = 0x7fff;
inline constexpr uint32_t kNan32 = 0x7fffffff;
inline constexpr uint64_t kNan64 = 0x7fffffffffffffff;

inline float withOneNan(float value) {
  return std::isnan(value) ? bitCast<float>(kNan32) : value;
}
inline double withOneNan(double value) {
  return std::isnan(value) ? bitCast<double>(kNan64) : value;
}

inline float fromHalf(uint16_t half) { return _cvtsh_ss(half); }
inline float fromBfloat(uint16_t bfloat) {
  return bitCast<float>(uint32_t(bfloat) << 16);
}
inline uint16_t toHalf(float value) {
  return std::isnan(value)
             ? kNan16
             : _cvtss_sh(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
inline uint16_t toBfloat(float value) {
  uint32_t bits = bitCast<uint32_t>(value);
  return std::isnan(value) ? kNan16 : (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

/// f32 towards zero.
inline float truncateToFloat(double value) {
  auto rounded = static_cast<float>(value);
  if (std::fabs(static_cast<double>(rounded)) > std::fabs(value))
    rounded = bitCast<float>(bitCast<uint32_t>(rounded) - 1);
  return rounded;
}

/// f32 with its last bit set where something is lost: rounding it again to a
/// format of at most 22 bits gives what rounding `value` gives.
inline float toOddFloat(double value) {
  if (!std::isfinite(value))
    return static_cast<float>(value);
  float rounded = truncateToFloat(value);
  if (static_cast<double>(rounded) != value)
    rounded = bitCast<float>(bitCast<uint32_t>(rounded) | 1);
  return rounded;
}

inline uint16_t toHalf(double value) { return toHalf(toOddFloat(value)); }
inline uint16_t toBfloat(double value) { return toBfloat(toOddFloat(value)); }
inline uint16_t truncateToHalf(double value) {
  return std::isnan(value) ? kNan16
                           : _cvtss_sh(truncateToFloat(value),
                                       _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
}
inline uint16_t truncateToBfloat(double value) {
  return std::isnan(value) ? kNan16
                           : bitCast<uint32_t>(truncateToFloat(value)) >> 16;
}

/// The bits of an f32 that tf32 keeps.
inline constexpr uint32_t kTf32Mask = ~0x1fffu;

} // namespace emulator

#endif // CONVOY_TEST_EMULATOR_NUMBERS_H
