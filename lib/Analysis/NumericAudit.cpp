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
#include "Convoy/Analysis/FloatRows.h"

#include "TargetClones.h"

#include <array>
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
/// What is summed up over the weights of an output channel.
template <typename T>
struct Quantities {
  T weight, weightSquared;
  T rounding, roundingSquared;
  T scaledMagnitude;
};
/// The sums of all channels.
using ChannelSums = Quantities<std::vector<double>>;
/// The numbers of consecutive weights.
using AuditedBlock = Quantities<std::array<double, kBlockLength>>;
} // namespace

static double getConstant(const ChannelExprPool &pool, ChannelExpr expr,
                          int64_t channel) {
  return expr && pool.isConstant(expr) ? pool.evaluate(expr, channel) : 0.0;
}

/// Counts the weights that overflow, and takes them out of the sums.
static int64_t removeOverflows(MutableArrayRef<double> weights, double *scaled,
                               double *rounded) {
  int64_t count = 0;
  for (auto [i, weight] : llvm::enumerate(weights)) {
    if (!std::isinf(rounded[i]) || !std::isfinite(weight))
      continue;
    weight = scaled[i] = rounded[i] = 0;
    ++count;
  }
  return count;
}

/// Derives the quantities of `block` from its weights, what they are when
/// scaled, and that rounded. Returns how many became subnormal.
CONVOY_TARGET_CLONES
static int64_t fillBlock(AuditedBlock &block, const double *scaled,
                         const double *rounded, int64_t length,
                         double smallestNormal) {
  int64_t numSubnormals = 0;
  for (int64_t i = 0; i < length; ++i) {
    double weight = block.weight[i], rounding = rounded[i] - scaled[i];
    double magnitude = std::fabs(rounded[i]);
    block.weightSquared[i] = weight * weight;
    block.rounding[i] = rounding;
    block.roundingSquared[i] = rounding * rounding;
    block.scaledMagnitude[i] = magnitude;
    numSubnormals += (scaled[i] != 0) & (magnitude < smallestNormal) &
                     (std::fabs(weight) >= smallestNormal);
  }
  return numSubnormals;
}

/// Adds up in many partial sums, so that one addition need not wait for the
/// last.
CONVOY_TARGET_CLONES
static void addToOne(const double *values, int64_t length, double &sum) {
  constexpr int64_t kNumLanes = 32;
  double lanes[kNumLanes] = {};
  int64_t i = 0;
  for (; i + kNumLanes <= length; i += kNumLanes)
    for (int64_t lane = 0; lane < kNumLanes; ++lane)
      lanes[lane] += values[i + lane];
  for (; i < length; ++i)
    lanes[0] += values[i];
  for (double lane : lanes)
    sum += lane;
}

CONVOY_TARGET_CLONES
static void addToEach(const double *values, int64_t length, double *sums,
                      int64_t stride) {
  for (int64_t i = 0; i < length; ++i)
    sums[i * stride] += values[i];
}

/// Adds one quantity of a row's segment to the sums of its channels.
static void add(const std::array<double, kBlockLength> &values, int64_t offset,
                int64_t length, std::vector<double> &sums, int64_t channel,
                int64_t stride) {
  if (stride == 0)
    addToOne(values.data() + offset, length, sums[channel]);
  else
    addToEach(values.data() + offset, length, sums.data() + channel, stride);
}

static ChannelSums gatherSums(const ChannelExprPool &pool,
                              const ConvolutionInfo &conv,
                              const ConstantData &filter, ChannelExpr scale,
                              ChannelExpr inputScale, FloatKind kind,
                              FoldAudit &audit) {
  ArrayRef<int64_t> shape = filter.getType().getShape();
  FilterFactors output(pool, scale, shape, conv.filterChannelDims);
  FilterFactors input(pool, inputScale, shape, conv.filterInputChannelDims);
  ChannelOfElement channel(shape, conv.filterChannelDims);
  FilterRows rows(shape, {&input.getChannel(), &channel});
  double smallestNormal = getSmallestNormal(kind);
  std::vector<double> zeros(
      ShapedType::getNumElements(conv.getOutputChannels().getSizes()));
  ChannelSums sums{zeros, zeros, zeros, zeros, zeros};

  AuditedBlock block;
  double scaled[kBlockLength], rounded[kBlockLength];
  char stored[sizeof(scaled)];
  int64_t numElements = filter.getType().getNumElements();
  for (int64_t first = 0; first < numElements; first += kBlockLength) {
    size_t length = std::min(kBlockLength, numElements - first);
    MutableArrayRef<double> weights(block.weight.data(), length);
    loadRow(filter, first, weights);
    FilterRows sameRows = rows;
    rows.visitNext(length, [&](RowSegment segment, int64_t offset) {
      double *source = weights.data() + offset, *target = scaled + offset;
      input.multiply(segment, source);
      std::copy_n(source, segment.length, target);
      output.multiply(segment, target);
    });
    bool isFinite = storeRow(kind, {scaled, length}, stored);
    loadRow(kind, stored, {rounded, length});
    if (!isFinite)
      audit.numOverflows += removeOverflows(weights, scaled, rounded);
    audit.numSubnormals +=
        fillBlock(block, scaled, rounded, length, smallestNormal);
    sameRows.visitNext(length, [&](RowSegment segment, int64_t offset) {
      int64_t to = segment.getFirst(channel), stride = channel.getRowStride();
      auto addUp = [&](const auto &values, std::vector<double> &sums) {
        add(values, offset, segment.length, sums, to, stride);
      };
      addUp(block.weight, sums.weight);
      addUp(block.weightSquared, sums.weightSquared);
      addUp(block.rounding, sums.rounding);
      addUp(block.roundingSquared, sums.roundingSquared);
      addUp(block.scaledMagnitude, sums.scaledMagnitude);
    });
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
  ChannelSums sums =
      gatherSums(pool, conv, filter, scale, inputScale, types.filter, audit);
  double intermediateRounding =
      kRelativeRounding * getUnitRoundoff(types.intermediate);
  double resultRounding = kRelativeRounding * getUnitRoundoff(types.result);
  // The scaled result passes through the accumulator, however wide the result
  // is in the end.
  FloatKind accumulator = *getFloatKind(conv.getResultType().getElementType());
  double scaledRounding = std::max(
      resultRounding, kRelativeRounding * getUnitRoundoff(accumulator));
  // A wider result has no rounding of its own that would hide what a single
  // channel loses.
  bool isWidened = scaledRounding > resultRounding;
  auto takeRatio = [&](double fused, double unfused) {
    if (fused > 0)
      audit.rmseRatio = std::max(
          audit.rmseRatio, unfused > 0 ? std::sqrt(fused / unfused) : INFINITY);
  };
  for (double mean : kMeans) {
    double fused = 0, unfused = 0;
    for (size_t channel = 0; channel < sums.weight.size(); ++channel) {
      double gain = getConstant(pool, scale, channel);
      double weightSquared = sums.weightSquared[channel];
      double rounding = sums.rounding[channel];
      double offset = getConstant(pool, bias, channel);
      double meanOfResult = mean * sums.weight[channel] + offset;
      double square = meanOfResult * meanOfResult + weightSquared;
      double meanOfScaled =
          gain * meanOfResult + getConstant(pool, shift, channel);
      double scaledSquare =
          meanOfScaled * meanOfScaled + gain * gain * weightSquared;
      double ofFused = rounding * rounding * mean * mean +
                       sums.roundingSquared[channel] +
                       scaledRounding * scaledRounding * scaledSquare;
      double ofUnfused = std::pow(gain * intermediateRounding, 2) * square +
                         resultRounding * resultRounding * scaledSquare;
      if (isWidened)
        takeRatio(ofFused, ofUnfused);
      fused += ofFused;
      unfused += ofUnfused;
    }
    takeRatio(fused, unfused);
  }
  for (size_t channel = 0; channel < sums.weight.size(); ++channel) {
    double newBias =
        getConstant(pool, scale, channel) * getConstant(pool, bias, channel) +
        getConstant(pool, shift, channel);
    audit.errorBound =
        std::max(audit.errorBound,
                 getUnitRoundoff(types.filter) * sums.scaledMagnitude[channel] +
                     getUnitRoundoff(types.result) * std::fabs(newBias));
  }
  return audit;
}
