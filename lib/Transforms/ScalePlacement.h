//===- ScalePlacement.h - Where the scales of a fold go --------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Into the filter or behind the convolution, or nowhere: the decision that
// hangs on policy and audit. Private to the Transforms room.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_TRANSFORMS_SCALEPLACEMENT_H
#define CONVOY_LIB_TRANSFORMS_SCALEPLACEMENT_H

#include "FoldedParameters.h"

namespace mlir::convoy {
class ConstantData;
struct FilterSums;
} // namespace mlir::convoy

namespace mlir::convoy::detail {

/// Decides where the scales of a fold go. An accumulator of more than 16 bits
/// can have a scale behind it; one of 16 bits has rounded already, so that a
/// fold which may lose too much is refused.
class ScalePlacement {
public:
  /// `filter` is the constant filter or null, `types` has an entry for each way
  /// that the result is rounded. The scales of `parameters` are set.
  ScalePlacement(ChannelExprPool &pool, const ConvolutionFold &fold,
                 Attribute filter, ArrayRef<AuditedTypes> types,
                 const FoldOptions &options, FoldedParameters &parameters);

  /// Sets `audit`, `keepsScale` and `keptInput` of the parameters. Fails with
  /// `accuracy-limit`, or with `non-finite` for a filter that is not finite
  /// before.
  LogicalResult run(Refusal &refusal);
  /// The filter times both scales, if the audit has computed it.
  std::optional<AsmResourceBlob> takeScaled() { return std::move(scaled); }

private:
  bool isFilterKnown() const;
  bool addsNothing() const;
  bool multipliesBy(llvm::function_ref<bool(double)> isExact) const;
  bool isBiasPredictable() const;
  bool isHarmless() const;
  bool isSafe(const FoldAudit &audit, double slack = 1) const;
  LogicalResult audit(Refusal &refusal);
  void auditRoundedScale(const ConstantData &data, const FilterSums &sums);
  FoldAudit getWorstAudit(const FilterSums &sums, ChannelExpr scale) const;
  std::vector<double> getRoundedScale() const;
  bool isKeptAsOne() const;
  LogicalResult decide(Refusal &refusal);
  void predict();
  std::string describeLoss() const;

  ChannelExprPool &pool;
  const ConvolutionFold &fold;
  Attribute filter;
  ArrayRef<AuditedTypes> types;
  const FoldOptions &options;
  FoldedParameters &parameters;
  /// The most that the predicted RMSE may grow.
  double limit;
  FloatKind accumulator;
  bool is16Bit;
  bool canKeep;
  /// Some of the results are wider than an accumulator of 16 bits, in which
  /// something would be computed that was computed in the wider type. The
  /// unfused program rounds nothing there that would hide what the fold rounds.
  bool isNarrowed;
  /// An accumulator of 16 bits begins with what was added to its sum.
  bool shiftsSums;
  std::optional<AsmResourceBlob> scaled;
};

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_TRANSFORMS_SCALEPLACEMENT_H
