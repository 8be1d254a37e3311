//===- Verification.cpp - Results against float64 -------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sums of squares over large tensors, in double, block by block: the sum of a
// block is small beside the total only where the total is large beside it, so a
// hundred million terms lose no digit that matters.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Runtime/Verification.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

using namespace convoy::runtime;

namespace {

constexpr int64_t kBlockElements = 4096;
/// Half the distance between 1 and the next number of `type`. Integers that
/// stand for floats nowhere are held against that of f32. An f32 result of
/// products of tf32 is no better than these.
double roundingUnitOf(ElementType type, bool multipliesTF32) {
  switch (type) {
  case ElementType::F64:
    return 0x1p-53;
  case ElementType::F16:
    return 0x1p-11;
  case ElementType::BF16:
    return 0x1p-8;
  default:
    return multipliesTF32 ? 0x1p-11 : 0x1p-24;
  }
}

template <typename T>
double toDouble(T value) {
  if constexpr (std::is_same_v<T, BFloat16>)
    return static_cast<double>(static_cast<float>(value));
  else
    return static_cast<double>(value);
}

template <typename T, typename R>
void accumulate(const T *fused, const T *unfused, const R *reference,
                int64_t count, Verdict &verdict, double &fusedSquares,
                double &unfusedSquares) {
  double fusedBlock = 0, unfusedBlock = 0;
  for (int64_t i = 0; i < count; ++i) {
    double f = toDouble(fused[i]);
    double u = toDouble(unfused[i]);
    double r = toDouble(reference[i]);
    verdict.nonFiniteMismatches += std::isfinite(f) != std::isfinite(u);
    if (!std::isfinite(f) || !std::isfinite(u) || !std::isfinite(r))
      continue;
    ++verdict.comparedCount;
    fusedBlock += (f - r) * (f - r);
    unfusedBlock += (u - r) * (u - r);
  }
  fusedSquares += fusedBlock;
  unfusedSquares += unfusedBlock;
}

template <typename T, typename R>
void compare(const Tensor &fused, const Tensor &unfused,
             const Tensor &reference, Verdict &verdict) {
  double fusedSquares = 0, unfusedSquares = 0;
  for (int64_t at = 0; at < verdict.elementCount; at += kBlockElements)
    accumulate(fused.elementsAs<T>() + at, unfused.elementsAs<T>() + at,
               reference.elementsAs<R>() + at,
               std::min(kBlockElements, verdict.elementCount - at), verdict,
               fusedSquares, unfusedSquares);
  if (verdict.comparedCount == 0)
    return;
  double compared = static_cast<double>(verdict.comparedCount);
  verdict.fusedRmse = std::sqrt(fusedSquares / compared);
  verdict.unfusedRmse = std::sqrt(unfusedSquares / compared);
}

} // namespace

Verdict convoy::runtime::compareWithReference(const Tensor &fused,
                                              const Tensor &unfused,
                                              const Tensor &reference,
                                              double magnitude,
                                              bool multipliesTF32) {
  Verdict verdict;
  verdict.elementCount = fused.elementCount();
  visitElementType(fused.elementType(), [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    if (isFloat(fused.elementType()))
      compare<T, double>(fused, unfused, reference, verdict);
    else
      compare<T, T>(fused, unfused, reference, verdict);
  });
  verdict.bound = std::max(
      2 * verdict.unfusedRmse,
      2 * roundingUnitOf(fused.elementType(), multipliesTF32) * magnitude);
  return verdict;
}

double convoy::runtime::rootMeanSquare(const Tensor &tensor, double limit) {
  double squares = 0;
  int64_t counted = 0;
  visitElementType(tensor.elementType(), [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    const T *elements = tensor.elementsAs<T>();
    for (int64_t at = 0; at < tensor.elementCount(); at += kBlockElements) {
      int64_t end = std::min(at + kBlockElements, tensor.elementCount());
      double block = 0;
      for (int64_t i = at; i < end; ++i) {
        double value = toDouble(elements[i]);
        // False for NaN too.
        if (!(std::fabs(value) <= limit))
          continue;
        block += value * value;
        ++counted;
      }
      squares += block;
    }
  });
  return counted ? std::sqrt(squares / static_cast<double>(counted)) : 0.0;
}
