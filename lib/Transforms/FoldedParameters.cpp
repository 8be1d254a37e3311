//===- FoldedParameters.cpp - Filters and biases of a fold ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Decides where the scales of a fold go and which of its parameters are
// constants, and computes those. Nothing is emitted here.
//
//===----------------------------------------------------------------------===//

#include "FoldedParameters.h"

#include "Convoy/Analysis/ConstantData.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// Checks that a constant `expr` stays finite when it is rounded to `kind`.
static LogicalResult checkFinite(const ChannelExprPool &pool, ChannelExpr expr,
                                 FloatKind kind, Operation *op, StringRef what,
                                 Refusal &refusal) {
  if (!pool.isConstant(expr))
    return success();
  const ChannelExprNode &node = pool.get(expr);
  bool isScalar = node.kind == ChannelExprNode::Kind::Scalar;
  size_t count = isScalar ? 1 : node.vector.size();
  for (size_t channel = 0; channel < count; ++channel) {
    char rounded[sizeof(double)];
    storeRounded(kind, pool.evaluate(expr, channel), rounded);
    if (std::isfinite(loadAsDouble(kind, rounded)))
      continue;
    refusal = {Reason::NonFinite, op,
               llvm::formatv("expected a finite {0} for channel {1}, found {2}",
                             what, channel, pool.evaluate(expr, channel))
                   .str()};
    return failure();
  }
  return success();
}

/// A splat is as small in memory as its tensor is large; scaled by a vector it
/// would become data. Beyond this many elements that is left to run time.
static constexpr int64_t kMaxElementsFromSplat = int64_t(1) << 24;

/// The constant filter, or null if it is none or must not be expanded.
static Attribute getFoldableFilter(const ConvolutionInfo &conv) {
  Attribute filter = getConstantAttribute(conv.getFilter());
  auto dense = dyn_cast_if_present<DenseElementsAttr>(filter);
  if (dense && dense.isSplat() &&
      conv.getFilterType().getNumElements() > kMaxElementsFromSplat)
    return {};
  return filter;
}

/// The bias of the new convolution, as far as it is known without emitting
/// anything.
static FailureOr<ChannelExpr> computeBias(ChannelExprPool &pool,
                                          const ConvolutionFold &fold,
                                          Attribute filter, Refusal &refusal) {
  ChannelExpr bias = fold.losesBias ? pool.getScalar(0) : fold.bias;
  if (fold.input && !pool.isScalar(fold.input->shift, 0)) {
    if (!filter || !pool.isConstant(fold.input->shift) ||
        !fold.conv.getOutputChannels().isEnumerable())
      return ChannelExpr();
    FailureOr<std::vector<double>> sums =
        sumShiftedFilter(pool, fold.input->shift, fold.conv, filter, refusal);
    if (failed(sums))
      return failure();
    bias = pool.add(bias, pool.getVector(std::move(*sums)));
  }
  // No bias stays no bias, also behind a scale that is known at run time.
  if (pool.isScalar(bias, 0))
    return fold.shift;
  return pool.add(pool.multiply(bias, fold.scale), fold.shift);
}

/// The types between which Convoy folds: the accumulator holds what the filter
/// holds.
static LogicalResult checkTypes(const ConvolutionInfo &conv, Refusal &refusal) {
  auto filter = cast<FloatType>(conv.getFilterType().getElementType());
  auto result = cast<FloatType>(conv.getResultType().getElementType());
  if (filter == result || filter.getWidth() < result.getWidth())
    return success();
  refusal = {Reason::UnsupportedType, conv.op,
             "expected an accumulator no narrower than the filter"};
  return failure();
}

/// Why the audit stands against a fold into the filter.
static std::string describeLoss(const FoldAudit &audit, double limit) {
  if (audit.numOverflows > 0)
    return llvm::formatv("expected weights that the filter's type holds after "
                         "scaling, found {0} that overflow{1}",
                         audit.numOverflows, audit.numOverflows == 1 ? "s" : "")
        .str();
  return llvm::formatv("expected a predicted RMSE of at most {0} times that of "
                       "the unfused program, found {1} times",
                       limit, audit.rmseRatio)
      .str();
}

/// True if the fold multiplies or adds something in an accumulator of 16 bits
/// that was multiplied or added in a wider type. The unfused program rounds
/// nothing there that would hide what the fold rounds.
static bool computesInNarrowerType(const FoldedParameters &parameters,
                                   const ChannelExprPool &pool,
                                   const ConvolutionFold &fold,
                                   ArrayRef<AuditedTypes> types) {
  unsigned width = fold.conv.getResultType().getElementTypeBitWidth();
  bool isFolded = !parameters.keepsFilter || !pool.isScalar(fold.shift, 0);
  return width == 16 && isFolded &&
         llvm::any_of(types, [&](const AuditedTypes &each) {
           return getSizeInBytes(each.result) * 8 > width;
         });
}

namespace {
/// Decides where the scales of a fold go.
class ScalePlacement {
public:
  ScalePlacement(const ChannelExprPool &pool, const ConvolutionFold &fold,
                 Attribute filter, ArrayRef<AuditedTypes> types,
                 const FoldOptions &options, FoldedParameters &parameters)
      : pool(pool), fold(fold), filter(filter), types(types), options(options),
        parameters(parameters),
        is16Bit(getSizeInBytes(types.front().filter) == 2),
        isNarrowed(computesInNarrowerType(parameters, pool, fold, types)),
        shiftsSums(fold.conv.getResultType().getElementTypeBitWidth() == 16 &&
                   !pool.isScalar(fold.shift, 0)),
        canKeep(fold.conv.getResultType().getElementTypeBitWidth() > 16) {}

  LogicalResult run(Refusal &refusal) {
    if (parameters.keepsFilter && !isNarrowed && !shiftsSums)
      return success();
    return failed(audit(refusal)) ? failure() : decide(refusal);
  }
  /// The filter times both scales, if the audit has computed it.
  std::optional<AsmResourceBlob> takeScaled() { return std::move(scaled); }

private:
  LogicalResult audit(Refusal &refusal);
  LogicalResult decide(Refusal &refusal);

  const ChannelExprPool &pool;
  const ConvolutionFold &fold;
  Attribute filter;
  ArrayRef<AuditedTypes> types;
  const FoldOptions &options;
  FoldedParameters &parameters;
  bool is16Bit;
  bool isNarrowed;
  /// An accumulator of 16 bits begins with what was added to its sum.
  bool shiftsSums;
  /// An accumulator of 16 bits has rounded already; a scale behind it gains
  /// nothing.
  bool canKeep;
  std::optional<AsmResourceBlob> scaled;
};
} // namespace

/// Audits the fold where a decision hangs on it or 16 bits make the numbers
/// interesting. Scales the filter on the way, for if the fold is made.
LogicalResult ScalePlacement::audit(Refusal &refusal) {
  // What becomes the init is rounded there as well.
  bool isBiasConstant =
      pool.isConstant(fold.shift) &&
      (fold.losesBias || !fold.bias || pool.isConstant(fold.bias));
  bool isConstant = filter && pool.isConstant(parameters.scale) &&
                    pool.isConstant(parameters.inputScale) &&
                    (!isNarrowed || isBiasConstant);
  if (!isConstant || (!is16Bit && options.accuracyLimit <= 0))
    return success();
  FailureOr<ConstantData> data = ConstantData::get(filter, refusal);
  if (failed(data)) {
    refusal.op = fold.conv.op;
    return failure();
  }
  bool wantsScaled = !parameters.keepsFilter && !data->isSplat() &&
                     data->getType().getNumElements() > 0 &&
                     (options.policy != FoldPolicy::Epilogue || !canKeep);
  if (wantsScaled)
    scaled = allocateConstant(data->getType());
  FilterSums sums = scaleAndSumFilter(
      pool, fold.conv, *data, parameters.scale, parameters.inputScale,
      scaled ? scaled->getMutableData().data() : nullptr);
  for (const AuditedTypes &each : types) {
    FoldAudit audit = auditFold(pool, fold.conv, sums, parameters.scale,
                                fold.bias, fold.shift, each);
    if (!parameters.audit || audit.rmseRatio > parameters.audit->rmseRatio)
      parameters.audit = audit;
  }
  return success();
}

LogicalResult ScalePlacement::decide(Refusal &refusal) {
  double limit = options.accuracyLimit > 0 ? options.accuracyLimit
                 : options.policy == FoldPolicy::Weights
                     ? std::numeric_limits<double>::infinity()
                     : 2.0;
  bool isSafe = !is16Bit;
  if (parameters.audit)
    isSafe = parameters.audit->numOverflows == 0 &&
             parameters.audit->rmseRatio <= limit;
  else if (options.policy == FoldPolicy::Weights)
    isSafe = true;
  bool wantsEpilogue = options.policy == FoldPolicy::Epilogue ||
                       (options.policy == FoldPolicy::Auto && !isSafe);
  if (wantsEpilogue && canKeep) {
    parameters.keepsScale = !pool.isScalar(parameters.scale, 1);
    parameters.keepsInput = fold.input && !isSafe;
    return success();
  }
  // Without a prediction, what is rounded in 16 bits anyway may be: scaled
  // weights and the bias are off by 2u*(sum|aW||x| + |b|) at most, u the
  // rounding unit, which is what a result in that type is allowed.
  if (isSafe || (!parameters.audit && !canKeep && !isNarrowed))
    return success();
  refusal = {Reason::AccuracyLimit, fold.conv.op,
             parameters.audit
                 ? describeLoss(*parameters.audit, limit)
                 : "expected a result no wider than the accumulator of 16 "
                   "bits, which rounds what is computed in it, or constants "
                   "to predict the RMSE from"};
  return failure();
}

/// Checks that the constants of `parameters` stay finite.
static LogicalResult checkFinite(const ChannelExprPool &pool,
                                 const FoldedParameters &parameters,
                                 const ConvolutionInfo &conv,
                                 Refusal &refusal) {
  FloatKind kind = *getFloatKind(conv.getResultType().getElementType());
  for (auto [expr, what] :
       {std::pair(parameters.scale, "scale"),
        std::pair(parameters.inputScale, "scale of the input"),
        std::pair(parameters.bias, "bias")})
    if (expr && failed(checkFinite(pool, expr, kind, conv.op, what, refusal)))
      return failure();
  return success();
}

/// The filter times the scales that go into it, if all of that is constant.
/// `scaled` is the filter times all scales, or nothing.
static LogicalResult computeFilter(ChannelExprPool &pool,
                                   const ConvolutionInfo &conv,
                                   Attribute filter, bool hasAllScales,
                                   std::optional<AsmResourceBlob> scaled,
                                   FoldedParameters &parameters,
                                   Refusal &refusal) {
  ChannelExpr intoFilter =
      parameters.keepsScale ? pool.getScalar(1) : parameters.scale;
  parameters.keepsFilter =
      pool.isScalar(intoFilter, 1) && pool.isScalar(parameters.inputScale, 1);
  if (!filter || parameters.keepsFilter || !pool.isConstant(intoFilter) ||
      !pool.isConstant(parameters.inputScale))
    return success();
  if (scaled && hasAllScales) {
    parameters.filter = makeConstant(conv.getFilterType(), std::move(*scaled));
    return success();
  }
  FailureOr<TypedAttr> computed = scaleFilter(
      pool, intoFilter, parameters.inputScale, conv, filter, refusal);
  if (failed(computed))
    return failure();
  parameters.filter = *computed;
  return success();
}

FailureOr<FoldedParameters> mlir::convoy::detail::computeParameters(
    ChannelExprPool &pool, const ConvolutionFold &fold,
    ArrayRef<AuditedTypes> types, const FoldOptions &options,
    Refusal &refusal) {
  const ConvolutionInfo &conv = fold.conv;
  if (failed(checkTypes(conv, refusal)))
    return failure();
  Attribute filter = getFoldableFilter(conv);
  FoldedParameters parameters;
  parameters.scale = fold.scale;
  parameters.inputScale = fold.input ? fold.input->scale : pool.getScalar(1);
  parameters.keepsFilter = pool.isScalar(parameters.scale, 1) &&
                           pool.isScalar(parameters.inputScale, 1);
  ScalePlacement placement(pool, fold, filter, types, options, parameters);
  if (failed(placement.run(refusal)))
    return failure();
  // What a shift of the input adds up to goes into the init, which belongs to
  // others here; behind a kept scale there is a bias of its own.
  if (fold.accumulates && !parameters.keepsScale && fold.input &&
      !pool.isScalar(fold.input->shift, 0))
    parameters.keepsInput = true;
  ConvolutionFold placed = fold;
  if (parameters.keepsInput) {
    placed.input.reset();
    parameters.inputScale = pool.getScalar(1);
  }

  FailureOr<ChannelExpr> bias = computeBias(pool, placed, filter, refusal);
  if (failed(bias))
    return failure();
  parameters.bias = *bias;
  parameters.keepsInit =
      parameters.bias && !fold.losesBias &&
      (parameters.bias == fold.bias ||
       (pool.isScalar(parameters.bias, 0) && pool.isScalar(fold.bias, 0)));

  bool hasAllScales = !parameters.keepsScale && !parameters.keepsInput;
  if (failed(checkFinite(pool, parameters, conv, refusal)) ||
      failed(computeFilter(pool, conv, filter, hasAllScales,
                           placement.takeScaled(), parameters, refusal)))
    return failure();
  return parameters;
}
