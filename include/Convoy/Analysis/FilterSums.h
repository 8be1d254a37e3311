//===- FilterSums.h - Scaling a filter and taking stock of it --*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One pass over a constant filter that scales it and adds up, for each output
// channel, what the audit (NumericAudit.h) wants to know of the weights. A
// filter is as large as a network, so it is read once.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_ANALYSIS_FILTERSUMS_H
#define CONVOY_ANALYSIS_FILTERSUMS_H

#include "Convoy/Analysis/ChannelExpr.h"
#include "Convoy/Analysis/ConstantData.h"

namespace mlir::convoy {

/// Sums over the weights w of each output channel, multiplied by the scale of
/// their input channel. The scaled weight is a*w, what is stored round(a*w).
/// Weights that overflow when scaled are left out.
struct FilterSums {
  std::vector<double> weight, weightSquared;
  /// Of round(a*w) - a*w, and of its square.
  std::vector<double> rounding, roundingSquared;
  /// Of |round(a*w)|.
  std::vector<double> scaledMagnitude;
  /// How many finite weights become infinite, and how many normal ones
  /// subnormal.
  int64_t numOverflows = 0;
  int64_t numSubnormals = 0;
};

/// Scales the constant `filter` of `conv` by the constants `scale`, over the
/// output channels, and `inputScale`, in f64, rounds to the filter's type, and
/// stores the result at `target` if that is not null. Elements are in the order
/// of the filter; the target needs no alignment.
FilterSums scaleAndSumFilter(const ChannelExprPool &pool,
                             const ConvolutionInfo &conv,
                             const ConstantData &filter, ChannelExpr scale,
                             ChannelExpr inputScale, char *target);

} // namespace mlir::convoy

#endif // CONVOY_ANALYSIS_FILTERSUMS_H
