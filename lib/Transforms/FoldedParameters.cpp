//===- FoldedParameters.cpp - Filters and biases of a fold ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Decides which parameters of a fold are constants, and computes those. Nothing
// is emitted here; where the scales go is decided in ScalePlacement.cpp.
//
//===----------------------------------------------------------------------===//

#include "FoldedParameters.h"

#include "ScalePlacement.h"

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
    parameters.keptInput = Refusal{
        Reason::NotPerChannel, fold.input->steps.front(),
        "what the shift adds up to would go into an init that is no bias"};
  ConvolutionFold placed = fold;
  if (parameters.keptInput) {
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

  bool hasAllScales = !parameters.keepsScale && !parameters.keptInput;
  if (failed(checkFinite(pool, parameters, conv, refusal)) ||
      failed(computeFilter(pool, conv, filter, hasAllScales,
                           placement.takeScaled(), parameters, refusal)))
    return failure();
  return parameters;
}
