//===- ScalePlacement.cpp - Where the scales of a fold go -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is not predicted is folded only where that is harmless whatever the
// numbers are.
//
//===----------------------------------------------------------------------===//

#include "ScalePlacement.h"

#include "Convoy/Analysis/ConstantData.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// What a prediction may be off by in double precision, and by the rounding of
/// a gain to the type of a kept scale.
static constexpr double kSlack = 1 + 0x1p-16;

/// The most that `policy` lets the predicted RMSE grow.
static double getLimit(const FoldOptions &options) {
  if (options.accuracyLimit > 0)
    return options.accuracyLimit;
  return options.policy == FoldPolicy::Weights
             ? std::numeric_limits<double>::infinity()
             : 2.0;
}

/// The numbers of the constant `expr`; one for a scalar.
static ArrayRef<double> getNumbers(const ChannelExprPool &pool,
                                   ChannelExpr expr) {
  const ChannelExprNode &node = pool.get(expr);
  if (node.kind == ChannelExprNode::Kind::Scalar)
    return node.scalar;
  return node.vector;
}

ScalePlacement::ScalePlacement(ChannelExprPool &pool,
                               const ConvolutionFold &fold, Attribute filter,
                               ArrayRef<AuditedTypes> types,
                               const FoldOptions &options,
                               FoldedParameters &parameters)
    : pool(pool), fold(fold), filter(filter), types(types), options(options),
      parameters(parameters), limit(getLimit(options)),
      accumulator(*getFloatKind(fold.conv.getResultType().getElementType())),
      is16Bit(getSizeInBytes(types.front().filter) == 2),
      canKeep(getSizeInBytes(accumulator) > 2) {
  bool hasShift = !pool.isScalar(fold.shift, 0);
  shiftsSums = !canKeep && hasShift;
  isNarrowed = !canKeep && (!parameters.keepsFilter || hasShift) &&
               llvm::any_of(types, [](const AuditedTypes &each) {
                 return getSizeInBytes(each.result) > 2;
               });
}

LogicalResult ScalePlacement::run(Refusal &refusal) {
  bool isOpen = !parameters.keepsFilter || isNarrowed || shiftsSums;
  if (isOpen && (failed(audit(refusal)) || failed(decide(refusal))))
    return failure();
  if (options.predictsAll)
    predict();
  return success();
}

//===----------------------------------------------------------------------===//
// Audit
//===----------------------------------------------------------------------===//

/// True if all that the new filter is made of is constant.
bool ScalePlacement::isFilterKnown() const {
  return filter && pool.isConstant(parameters.scale) &&
         pool.isConstant(parameters.inputScale);
}

/// True if the fold adds nothing to the sums.
bool ScalePlacement::addsNothing() const {
  return pool.isScalar(fold.shift, 0) &&
         (!fold.input || pool.isScalar(fold.input->shift, 0));
}

/// True if `isExact` holds for each number that the fold multiplies by.
bool ScalePlacement::multipliesBy(
    llvm::function_ref<bool(double)> isExact) const {
  return llvm::all_of(ArrayRef({parameters.scale, parameters.inputScale}),
                      [&](ChannelExpr expr) {
                        return pool.isConstant(expr) &&
                               llvm::all_of(getNumbers(pool, expr), isExact);
                      });
}

/// A product with such a number is not rounded, whatever the other factor is.
static bool isPowerOfTwoFromOne(double number) {
  int exponent;
  return std::fabs(number) >= 1 &&
         std::fabs(std::frexp(number, &exponent)) == 0.5;
}

/// True if the new bias is known as far as the audit must know it. Where
/// program and result have 16 bits, what is not known counts as zero.
bool ScalePlacement::isBiasPredictable() const {
  if (!isNarrowed)
    return true;
  bool isBiasKnown = fold.losesBias || !fold.bias || pool.isConstant(fold.bias);
  bool isBiasExact = addsNothing() && multipliesBy(isPowerOfTwoFromOne);
  return pool.isConstant(fold.shift) && (isBiasKnown || isBiasExact);
}

/// The audit of the way on which the result loses most.
FoldAudit ScalePlacement::getWorstAudit(const FilterSums &sums,
                                        ChannelExpr scale) const {
  bool keepsOtherwise = canKeep && options.policy != FoldPolicy::Weights;
  std::optional<FoldAudit> worst;
  for (const AuditedTypes &each : types) {
    FoldAudit audit = auditFold(pool, fold, sums, scale, each, keepsOtherwise);
    if (!worst || audit.rmseRatio > worst->rmseRatio)
      worst = audit;
  }
  return *worst;
}

/// Audits the fold where a decision hangs on it or 16 bits make the numbers
/// interesting. Scales the filter on the way, for if the fold is made.
LogicalResult ScalePlacement::audit(Refusal &refusal) {
  if (!isFilterKnown() || !isBiasPredictable() ||
      (!is16Bit && options.accuracyLimit <= 0))
    return success();
  FailureOr<ConstantData> data = ConstantData::get(filter, refusal);
  if (failed(data)) {
    refusal.op = fold.conv.op;
    return failure();
  }
  bool isEpilogue = options.policy == FoldPolicy::Epilogue && canKeep;
  bool wantsScaled = !parameters.keepsFilter && !data->isSplat() &&
                     data->getType().getNumElements() > 0 && !isEpilogue;
  if (wantsScaled)
    scaled = allocateConstant(data->getType());
  FilterSums sums = scaleAndSumFilter(
      pool, fold.conv, *data, parameters.scale, parameters.inputScale,
      scaled ? scaled->getMutableData().data() : nullptr);
  bool isFinite = llvm::all_of(
      sums.weight, [](double weight) { return std::isfinite(weight); });
  if (!isFinite && isEpilogue)
    return success();
  if (!isFinite)
    return refuse(refusal, Reason::NonFinite, fold.conv.op,
                  "expected a filter of finite weights");
  parameters.audit = getWorstAudit(sums, parameters.scale);
  if (canKeep && !isSafe(*parameters.audit))
    auditRoundedScale(*data, sums);
  return success();
}

/// The constant scale as it is kept behind the convolution.
std::vector<double> ScalePlacement::getRoundedScale() const {
  std::vector<double> rounded;
  for (double number : getNumbers(pool, parameters.scale)) {
    char stored[sizeof(double)];
    storeRounded(accumulator, number, stored);
    rounded.push_back(loadAsDouble(accumulator, stored));
  }
  return rounded;
}

/// `sums` of a filter that may be rounded by `relative` of each weight less.
static FilterSums withLessRounding(FilterSums sums, double relative) {
  for (size_t i = 0; i < sums.weight.size(); ++i) {
    double less = relative * sums.scaledMagnitude[i];
    double rounding = std::fabs(sums.rounding[i]) - less;
    double root = std::sqrt(sums.roundingSquared[i]) - less;
    sums.rounding[i] = std::max(rounding, 0.0);
    sums.roundingSquared[i] = root > 0 ? root * root : 0.0;
  }
  return sums;
}

/// A scale that stays behind the convolution is rounded there. If what it
/// becomes is as good in the filter, the fold is made now: another one would
/// make it.
void ScalePlacement::auditRoundedScale(const ConstantData &data,
                                       const FilterSums &sums) {
  std::vector<double> numbers = getRoundedScale();
  if (ArrayRef(numbers) == getNumbers(pool, parameters.scale))
    return;
  ChannelExpr rounded = numbers.size() == 1 ? pool.getScalar(numbers.front())
                                            : pool.getVector(numbers);
  // No weight is rounded by less than what the rounding of the scale moves it
  // by: where that cannot make the fold safe, the filter is not read again.
  double unit = accumulator == FloatKind::F64 ? 0x1p-52 : 0x1p-23;
  FilterSums least = withLessRounding(sums, unit);
  least.numOverflows = 0;
  if (!isSafe(getWorstAudit(least, parameters.scale), kSlack))
    return;
  FilterSums again = scaleAndSumFilter(pool, fold.conv, data, rounded,
                                       parameters.inputScale, nullptr);
  FoldAudit audit = getWorstAudit(again, rounded);
  if (isSafe(audit))
    parameters.audit = audit;
}

//===----------------------------------------------------------------------===//
// Decision
//===----------------------------------------------------------------------===//

bool ScalePlacement::isSafe(const FoldAudit &audit, double slack) const {
  return audit.numOverflows == 0 && audit.rmseRatio <= limit * slack;
}

/// True if the fold may be made without a prediction. In 16 bits throughout,
/// scaled weights and the new bias are off by 2u*(sum|aW||x| + |b|) at most, u
/// the rounding unit, which is what a result in that type is allowed. Anywhere
/// else nothing may be rounded.
bool ScalePlacement::isHarmless() const {
  if (!canKeep && !isNarrowed)
    return true;
  return (canKeep || addsNothing()) &&
         multipliesBy([](double number) { return std::fabs(number) == 1; });
}

/// Why the fold is not made.
std::string ScalePlacement::describeLoss() const {
  const std::optional<FoldAudit> &audit = parameters.audit;
  if (audit && audit->numOverflows > 0)
    return llvm::formatv("expected weights that the filter's type holds after "
                         "scaling, found {0} that overflow{1}",
                         audit->numOverflows,
                         audit->numOverflows == 1 ? "s" : "")
        .str();
  if (audit)
    return llvm::formatv("expected a predicted RMSE of at most {0} times that "
                         "of the unfused program, found {1} times",
                         limit, audit->rmseRatio)
        .str();
  return "expected a result no wider than the accumulator of 16 bits, which "
         "rounds what is computed in it, or constants to predict the RMSE "
         "from";
}

/// The audit of a fold that was made without one. What is wrong with the filter
/// is said where it is scaled.
void ScalePlacement::predict() {
  if (parameters.audit || parameters.keepsScale || !isFilterKnown() ||
      !isBiasPredictable())
    return;
  Refusal unused;
  FailureOr<ConstantData> data = ConstantData::get(filter, unused);
  if (failed(data))
    return;
  FilterSums sums = scaleAndSumFilter(pool, fold.conv, *data, parameters.scale,
                                      parameters.inputScale, nullptr);
  if (llvm::all_of(sums.weight,
                   [](double weight) { return std::isfinite(weight); }))
    parameters.audit = getWorstAudit(sums, parameters.scale);
}

/// True if the scale would be 1 behind the convolution, where it is rounded.
bool ScalePlacement::isKeptAsOne() const {
  return pool.isConstant(parameters.scale) &&
         llvm::all_of(getRoundedScale(),
                      [](double number) { return number == 1; });
}

LogicalResult ScalePlacement::decide(Refusal &refusal) {
  bool safe = parameters.audit ? isSafe(*parameters.audit)
                               : !is16Bit || isHarmless() ||
                                     options.policy == FoldPolicy::Weights;
  bool wantsEpilogue = options.policy == FoldPolicy::Epilogue ||
                       (options.policy == FoldPolicy::Auto && !safe);
  if (wantsEpilogue && canKeep) {
    parameters.keepsScale = !isKeptAsOne();
    if (fold.input && !safe)
      parameters.keptInput =
          Refusal{Reason::AccuracyLimit, fold.input->steps.front(),
                  parameters.audit
                      ? describeLoss()
                      : "expected constants to predict the RMSE from, as only "
                        "the scale behind a convolution can be kept out of its "
                        "16-bit filter"};
    return success();
  }
  if (safe)
    return success();
  return refuse(refusal, Reason::AccuracyLimit, fold.conv.op, describeLoss());
}
