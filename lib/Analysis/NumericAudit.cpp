//===- NumericAudit.cpp - What a fold does to accuracy --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One pass over the weights gathers the sums of each channel; the model of the
// header is then evaluated on them.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/NumericAudit.h"

#include "Convoy/Analysis/FilterFactors.h"

#include <cmath>

using namespace mlir;
using namespace mlir::convoy;

/// Root mean square of the relative rounding error, in units of 2^-p, over
/// significands distributed uniformly in [1, 2): ulp/sqrt(12) over the value.
static constexpr double kRelativeRounding = 0.41;

/// Means of the input, in standard deviations, that a fold must be good for.
static constexpr double kMeans[] = {0.0, 1.0, 5.0};

static const llvm::fltSemantics &getSemantics(FloatKind kind) {
  switch (kind) {
  case FloatKind::F16:
    return llvm::APFloat::IEEEhalf();
  case FloatKind::BF16:
    return llvm::APFloat::BFloat();
  case FloatKind::F32:
    return llvm::APFloat::IEEEsingle();
  case FloatKind::F64:
    return llvm::APFloat::IEEEdouble();
  }
  llvm_unreachable("unknown kind");
}

/// Half the distance between 1 and the next number.
static double getUnitRoundoff(FloatKind kind) {
  int precision = llvm::APFloat::semanticsPrecision(getSemantics(kind));
  return std::ldexp(1.0, -precision);
}

static double getSmallestNormal(FloatKind kind) {
  return llvm::APFloat::getSmallestNormalized(getSemantics(kind))
      .convertToDouble();
}

namespace {
/// Sums over the weights of one output channel.
struct ChannelSums {
  double weight = 0, weightSquared = 0;
  double rounding = 0, roundingSquared = 0;
  double scaledMagnitude = 0;
};
} // namespace

static double getConstant(const ChannelExprPool &pool, ChannelExpr expr,
                          int64_t channel) {
  return expr && pool.isConstant(expr) ? pool.evaluate(expr, channel) : 0.0;
}

static std::vector<ChannelSums>
gatherSums(const ChannelExprPool &pool, const ConvolutionInfo &conv,
           const ConstantData &filter, ChannelExpr scale,
           ChannelExpr inputScale, FloatKind kind, FoldAudit &audit) {
  ArrayRef<int64_t> shape = filter.getType().getShape();
  FilterFactors output(pool, scale, shape, conv.filterChannelDims);
  FilterFactors input(pool, inputScale, shape, conv.filterInputChannelDims);
  ChannelOfElement channel(shape, conv.filterChannelDims);
  double smallestNormal = getSmallestNormal(kind);
  std::vector<ChannelSums> sums(
      ShapedType::getNumElements(conv.getOutputChannels().getSizes()));
  FilterRows rows(shape);
  int64_t length = rows.getRowLength(), element = 0;
  for (int64_t row = 0, e = rows.getNumRows(); row < e; ++row, rows.advance()) {
    RowFactors gains = output.getRow(rows.getPosition());
    RowFactors factors = input.getRow(rows.getPosition());
    int64_t first = channel.get(rows.getPosition());
    for (int64_t i = 0; i < length; ++i, ++element) {
      double weight = filter[element] * factors[i];
      double scaled = weight * gains[i];
      char stored[sizeof(double)];
      storeRounded(kind, scaled, stored);
      double rounded = loadAsDouble(kind, stored);
      if (std::isinf(rounded) && std::isfinite(weight)) {
        ++audit.numOverflows;
        continue;
      }
      if (scaled != 0 && std::fabs(rounded) < smallestNormal &&
          std::fabs(weight) >= smallestNormal)
        ++audit.numSubnormals;
      double rounding = rounded - scaled;
      ChannelSums &sum = sums[first + i * channel.getRowStride()];
      sum.weight += weight;
      sum.weightSquared += weight * weight;
      sum.rounding += rounding;
      sum.roundingSquared += rounding * rounding;
      sum.scaledMagnitude += std::fabs(rounded);
    }
  }
  return sums;
}

FoldAudit mlir::convoy::auditFold(const ChannelExprPool &pool,
                                  const ConvolutionInfo &conv,
                                  const ConstantData &filter, ChannelExpr scale,
                                  ChannelExpr inputScale, ChannelExpr bias,
                                  ChannelExpr shift,
                                  const AuditedTypes &types) {
  FoldAudit audit;
  std::vector<ChannelSums> sums =
      gatherSums(pool, conv, filter, scale, inputScale, types.filter, audit);
  double intermediateRounding =
      kRelativeRounding * getUnitRoundoff(types.intermediate);
  double resultRounding = kRelativeRounding * getUnitRoundoff(types.result);
  for (double mean : kMeans) {
    double fused = 0, unfused = 0;
    for (auto [channel, sum] : llvm::enumerate(sums)) {
      double gain = getConstant(pool, scale, channel);
      double offset = getConstant(pool, bias, channel);
      double meanOfResult = mean * sum.weight + offset;
      double square = meanOfResult * meanOfResult + sum.weightSquared;
      double meanOfScaled =
          gain * meanOfResult + getConstant(pool, shift, channel);
      double scaledSquare =
          meanOfScaled * meanOfScaled + gain * gain * sum.weightSquared;
      double atResult = resultRounding * resultRounding * scaledSquare;
      fused += sum.rounding * sum.rounding * mean * mean + sum.roundingSquared +
               atResult;
      unfused += std::pow(gain * intermediateRounding, 2) * square + atResult;
    }
    if (fused > 0)
      audit.rmseRatio = std::max(
          audit.rmseRatio, unfused > 0 ? std::sqrt(fused / unfused) : INFINITY);
  }
  for (auto [channel, sum] : llvm::enumerate(sums)) {
    double newBias =
        getConstant(pool, scale, channel) * getConstant(pool, bias, channel) +
        getConstant(pool, shift, channel);
    audit.errorBound =
        std::max(audit.errorBound,
                 getUnitRoundoff(types.filter) * sum.scaledMagnitude +
                     getUnitRoundoff(types.result) * std::fabs(newBias));
  }
  return audit;
}
