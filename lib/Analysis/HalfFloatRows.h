//===- HalfFloatRows.h - Rows of f16 in vectors of 512 bits ----*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the Analysis room. What HalfFloat.h does element by element, with
// the conversions of AVX-512, which compilers do not find in those loops. The
// numbers are the same, bit for bit; but a signalling NaN becomes a quiet one.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ANALYSIS_HALFFLOATROWS_H
#define CONVOY_LIB_ANALYSIS_HALFFLOATROWS_H

#include "HalfFloat.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define CONVOY_HAS_WIDE_ROWS 1
#include <immintrin.h>
#else
#define CONVOY_HAS_WIDE_ROWS 0
#endif

namespace mlir::convoy::detail {

/// The elements that one step of the functions below handles. Their length is a
/// multiple of it.
constexpr int64_t kWideLength = 16;

#if CONVOY_HAS_WIDE_ROWS

inline bool canHandleWideRows() { return __builtin_cpu_supports("avx512f"); }

__attribute__((target("avx512f"))) inline __m512d widenHalf(__m512 values,
                                                            bool isUpper) {
  __m512d bits = _mm512_castps_pd(values);
  __m256d half =
      isUpper ? _mm512_extractf64x4_pd(bits, 1) : _mm512_castpd512_pd256(bits);
  return _mm512_cvtps_pd(_mm256_castpd_ps(half));
}

__attribute__((target("avx512f"))) inline void
loadWideF16(const char *data, double *values, int64_t length) {
  for (int64_t i = 0; i < length; i += kWideLength) {
    auto *source = reinterpret_cast<const __m256i *>(data + i * 2);
    __m512 wide = _mm512_cvtph_ps(_mm256_loadu_si256(source));
    _mm512_storeu_pd(values + i, widenHalf(wide, /*isUpper=*/false));
    _mm512_storeu_pd(values + i + 8, widenHalf(wide, /*isUpper=*/true));
  }
}

/// roundToF16 of eight numbers.
__attribute__((target("avx512f"))) inline __m512d roundWide(__m512d value) {
  const __m512i smallestNormal = _mm512_set1_epi64(uint64_t(1023 - 14) << 52);
  const __m512i tooLarge = _mm512_set1_epi64(uint64_t(1023 + 2 + 14) << 52);
  __m512i bits = _mm512_castpd_si512(value);
  __m512i exponent = _mm512_and_epi64(bits, _mm512_set1_epi64(kExponentOfF64));
  exponent = _mm512_max_epu64(exponent, smallestNormal);
  exponent = _mm512_min_epu64(exponent, tooLarge);
  __m512d shifter = _mm512_castsi512_pd(
      _mm512_add_epi64(exponent, _mm512_set1_epi64(uint64_t(52 - 10) << 52)));
  __m512d rounded =
      _mm512_sub_pd(_mm512_add_pd(_mm512_abs_pd(value), shifter), shifter);
  // The second operand is the result where one is no number.
  rounded = _mm512_min_pd(_mm512_castsi512_pd(tooLarge), rounded);
  __m512i sign =
      _mm512_andnot_epi64(_mm512_set1_epi64(~(uint64_t(1) << 63)), bits);
  return _mm512_castsi512_pd(
      _mm512_or_epi64(_mm512_castpd_si512(rounded), sign));
}

/// Rounds `values` to `rounded` and stores them at `data`; an infinity is
/// rounded to a finite double. Returns false if something that is stored is not
/// finite.
__attribute__((target("avx512f"))) inline bool
roundWideF16(const double *values, char *data, double *rounded,
             int64_t length) {
  const __m512i limit = _mm512_set1_epi64(uint64_t(1023 + 16) << 52);
  __mmask8 isSpecial = 0;
  for (int64_t i = 0; i < length; i += kWideLength) {
    __m256 halves[2];
    for (int64_t k = 0; k < 2; ++k) {
      __m512d number = roundWide(_mm512_loadu_pd(values + i + 8 * k));
      _mm512_storeu_pd(rounded + i + 8 * k, number);
      __m512i magnitude = _mm512_castpd_si512(_mm512_abs_pd(number));
      isSpecial |= _mm512_cmpge_epu64_mask(magnitude, limit);
      halves[k] = _mm512_cvtpd_ps(number);
    }
    __m512d both =
        _mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_castps_pd(halves[0])),
                           _mm256_castps_pd(halves[1]), 1);
    __m256i stored = _mm512_cvtps_ph(
        _mm512_castpd_ps(both), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    _mm256_storeu_si256(reinterpret_cast<__m256i *>(data + i * 2), stored);
  }
  return isSpecial == 0;
}

#else

inline bool canHandleWideRows() { return false; }
inline void loadWideF16(const char *, double *, int64_t) {}
inline bool roundWideF16(const double *, char *, double *, int64_t) {
  return true;
}

#endif // CONVOY_HAS_WIDE_ROWS

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_ANALYSIS_HALFFLOATROWS_H
