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
  ChannelExpr bias = fold.bias;
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

/// Decides where the scales of `fold` go.
static LogicalResult placeScales(ChannelExprPool &pool,
                                 const ConvolutionFold &fold, Attribute filter,
                                 ArrayRef<AuditedTypes> types,
                                 const FoldOptions &options,
                                 FoldedParameters &parameters,
                                 Refusal &refusal) {
  const ConvolutionInfo &conv = fold.conv;
  bool is16Bit = getSizeInBytes(types.front().filter) == 2;
  bool hasOutputScale = !pool.isScalar(parameters.scale, 1);
  bool isNarrowed = computesInNarrowerType(parameters, pool, fold, types);
  if (parameters.keepsFilter && !isNarrowed)
    return success();

  // The audit reads the weights once more; it is worth that where a decision
  // hangs on it or 16 bits make the numbers interesting.
  bool isConstant = filter && pool.isConstant(parameters.scale) &&
                    pool.isConstant(parameters.inputScale) &&
                    (!isNarrowed || pool.isConstant(fold.shift));
  if (isConstant && (is16Bit || options.accuracyLimit > 0)) {
    FailureOr<ConstantData> data = ConstantData::get(filter, refusal);
    if (failed(data)) {
      refusal.op = conv.op;
      return failure();
    }
    for (const AuditedTypes &each : types) {
      FoldAudit audit =
          auditFold(pool, conv, *data, parameters.scale, parameters.inputScale,
                    fold.bias, fold.shift, each);
      if (!parameters.audit || audit.rmseRatio > parameters.audit->rmseRatio)
        parameters.audit = audit;
    }
  }

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
  // An accumulator of 16 bits has rounded already; a scale behind it gains
  // nothing.
  bool canKeep = conv.getResultType().getElementTypeBitWidth() > 16;
  bool wantsEpilogue = options.policy == FoldPolicy::Epilogue ||
                       (options.policy == FoldPolicy::Auto && !isSafe);
  if (wantsEpilogue && canKeep) {
    parameters.keepsScale = hasOutputScale;
    parameters.keepsInput = fold.input && !isSafe;
    return success();
  }
  // Without a prediction, what is rounded in 16 bits anyway may be: scaled
  // weights and the bias are off by 2u*(sum|aW||x| + |b|) at most, u the
  // rounding unit, which is what a result in that type is allowed.
  if (isSafe || (!parameters.audit && !canKeep && !isNarrowed))
    return success();
  refusal = {Reason::AccuracyLimit, conv.op,
             parameters.audit
                 ? describeLoss(*parameters.audit, limit)
                 : "expected a result no wider than the accumulator of 16 "
                   "bits, which rounds what is computed in it, or constants "
                   "to predict the RMSE from"};
  return failure();
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
  if (failed(
          placeScales(pool, fold, filter, types, options, parameters, refusal)))
    return failure();
  // What a shift of the input adds up to goes into the init, which belongs to
  // others here.
  if (fold.accumulates && fold.input && !pool.isScalar(fold.input->shift, 0))
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
      parameters.bias &&
      (parameters.bias == fold.bias ||
       (pool.isScalar(parameters.bias, 0) && pool.isScalar(fold.bias, 0)));

  FloatKind kind = *getFloatKind(conv.getResultType().getElementType());
  auto isFinite = [&](ChannelExpr expr, StringRef what) {
    return !expr ||
           succeeded(checkFinite(pool, expr, kind, conv.op, what, refusal));
  };
  if (!isFinite(parameters.scale, "scale") ||
      !isFinite(parameters.inputScale, "scale of the input") ||
      !isFinite(parameters.bias, "bias"))
    return failure();

  ChannelExpr intoFilter =
      parameters.keepsScale ? pool.getScalar(1) : parameters.scale;
  parameters.keepsFilter =
      pool.isScalar(intoFilter, 1) && pool.isScalar(parameters.inputScale, 1);
  if (filter && !parameters.keepsFilter && pool.isConstant(intoFilter) &&
      pool.isConstant(parameters.inputScale)) {
    FailureOr<TypedAttr> scaled = scaleFilter(
        pool, intoFilter, parameters.inputScale, conv, filter, refusal);
    if (failed(scaled))
      return failure();
    parameters.filter = *scaled;
  }
  return parameters;
}
