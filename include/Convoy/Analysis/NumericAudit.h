//===- NumericAudit.h - What a fold does to accuracy -----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Predicts, from constant weights alone, how the rounding error of a folded
// convolution compares with that of the program before the fold.
//
// The model, for output channel k with weights w, gain a, bias b, and inputs x
// of mean m and standard deviation s, independent of each other:
//   rounding of the scaled weights, d_i = round(a*w_i) - a*w_i, and of the new
//   bias, d_b, is known; at worst the two have one sign:
//     e_fused^2   = (|sum d_i| m + |d_b|)^2 + (sum d_i^2) s^2
//   the unfused program rounds the convolution's result y, if it adds a bias or
//   is stored in 16 bits before the steps, and the gain amplifies that:
//     e_unfused^2 = (a * r * rms(y))^2,  rms(y)^2 = (m sum w_i + b)^2 +
//                                                   s^2 sum w_i^2
//   both round the sum of the products, in f32 or what is wider, and their
//   result z to its type: (a * r * rms(sum))^2 and (r * rms(z))^2 are added to
//   both; the folded program's z passes through the accumulator, so that r is
//   that of the narrower of the two types there.
// A number that is rounded to p bits is off by r = 0.41 * 2^-p of its magnitude
// (root mean square over a uniformly distributed significand). The prediction
// is the largest ratio of the two, summed over all channels, for inputs whose
// mean is 0, 1 and 5 standard deviations.
//
// Where the result is wider than the accumulator, no rounding of its own hides
// what a fold loses. There each channel must hold by itself as well, and the
// accumulator may round each sum,
//   e_sums^2 = K * r^2 * (mean square of the sums of some of the K summands),
// where it would round the last one only; and because a prediction is a mean,
// which comes true for many elements only, it counts as larger by 3/sqrt(n) for
// n elements.
//
// An accumulator of 16 bits may round each sum where the result has 16 bits as
// well. There e_sums counts for both programs, with the bias as what the sums
// begin with; a rounding is off by no more than the product that was added, but
// products too small for the sum are lost, every one. The error of the unfused
// program counts as at least what any such result may be off by,
//   u * (sum |a*w_i| mean(|x|) + |b|), u the rounding unit.
//
// A bias B that is not known counts as zero. Where a constant shift t is added
// to it in an accumulator of 16 bits, and sums begin with B + t that began with
// B, it counts as what is worst for these as well. The mean square of partial
// sums that begin with v is q(v) = (v + c)^2 + R^2, with -c half the sum and R
// what is left of the square of c, and q(B + t)/q(B) is largest for
//   B + c = sign(t) * (sqrt(t^2 + 4R^2) - |t|)/2.
// No other bias makes more of the shift: what else both programs round only
// brings the two closer to each other. A shift that is not known is not
// predicted at all.
//
// Where the alternative to a fold is a scale that is kept behind the
// convolution, acc*s + b in the accumulator's type, what that rounds as well is
// no loss of the fold: the bias and the result in that type. Then no kept scale
// is audited to be folded by a second fold: what a kept scale leaves is the
// program without the roundings of y, so that its e_unfused is no larger.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_ANALYSIS_NUMERICAUDIT_H
#define CONVOY_ANALYSIS_NUMERICAUDIT_H

#include "Convoy/Analysis/AffineChain.h"
#include "Convoy/Analysis/FilterSums.h"

namespace mlir::convoy {

struct FoldAudit {
  /// Weights that are infinite or subnormal in the filter's type after scaling,
  /// and were not before.
  int64_t numOverflows = 0;
  int64_t numSubnormals = 0;
  /// Predicted RMSE of the folded program over that of the unfused one, or what
  /// a result may be off by anyway.
  double rmseRatio = 0;
  /// For inputs of magnitude 1 at most, no output is further off because of the
  /// fold's own rounding (weights and bias) than this.
  double errorBound = 0;
};

/// What the audit must know of a chain beside the numbers.
struct AuditedTypes {
  /// The type that the filter is stored in.
  FloatKind filter;
  /// The narrowest type in which the unfused program stores the convolution's
  /// result or what its steps make of it, before the last.
  FloatKind intermediate;
  FloatKind result;
};

/// Audits `fold` with the constant `scale` for that of its output into its
/// constant filter, of which `sums` were taken with that scale. Zero is assumed
/// for a bias and a shift that are not constant. `keepsOtherwise` says that
/// without the fold the scale would be kept behind the convolution.
FoldAudit auditFold(const ChannelExprPool &pool, const ConvolutionFold &fold,
                    const FilterSums &sums, ChannelExpr scale,
                    AuditedTypes types, bool keepsOtherwise);

} // namespace mlir::convoy

#endif // CONVOY_ANALYSIS_NUMERICAUDIT_H
