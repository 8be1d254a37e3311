//===- Verification.h - Results against float64 -----------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The judge of --verify: the fused and the unfused result of a program against
// the same program in float64. All three are streamed once; nothing is copied.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_RUNTIME_VERIFICATION_H
#define CONVOY_RUNTIME_VERIFICATION_H

#include "Convoy/Runtime/Tensor.h"

#include <cstdint>

namespace convoy::runtime {

struct Verdict {
  /// Over the elements that are finite in all three.
  double fusedRmse = 0;
  double unfusedRmse = 0;
  /// What fusedRmse may be at most.
  double bound = 0;
  int64_t elementCount = 0;
  int64_t comparedCount = 0;
  /// Elements that are finite in one of fused and unfused, not in the other.
  int64_t nonFiniteMismatches = 0;

  bool withinBound() const { return fusedRmse <= bound; }
  /// Within the bound, no mismatch, and something compared where there is
  /// something.
  bool holds() const {
    return withinBound() && nonFiniteMismatches == 0 &&
           (comparedCount > 0 || elementCount == 0);
  }
};

/// Compares results of one shape; `reference` is float64 where the others are
/// floating-point. The bound is
///   max(2 x unfusedRmse, 2 x u x magnitude),
/// u being the rounding unit of the result (2^-24 for f32, but that of tf32,
/// 2^-11, where products may be those of tf32), `magnitude` being the RMS of
/// sum|W||x| + |b|.
Verdict compareWithReference(const Tensor &fused, const Tensor &unfused,
                             const Tensor &reference, double magnitude,
                             bool multipliesTF32 = false);

/// The RMS of the elements whose absolute value is at most `limit`; 0 where
/// there are none. With the largest finite value of the results' type as limit,
/// elements that overflow there do not widen the bound of the others.
double rootMeanSquare(const Tensor &tensor, double limit);

} // namespace convoy::runtime

#endif // CONVOY_RUNTIME_VERIFICATION_H
