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

/// The RMSE of n elements may be off by this, over sqrt(n), of what is
/// predicted: the deviation of the square of a uniformly distributed error is
/// 0.9, and this allows for three times that in both programs.
static constexpr double kScatter = 3.0;

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

/// By how much `value` is off once it is stored.
static double getRounding(FloatKind kind, double value) {
  char stored[sizeof(double)];
  storeRounded(kind, value, stored);
  double rounding = loadAsDouble(kind, stored) - value;
  return std::isfinite(rounding) ? rounding : 0.0;
}

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

static bool isConstantOrNull(const ChannelExprPool &pool, ChannelExpr expr) {
  return !expr || pool.isConstant(expr);
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

namespace {
/// An output channel before and after the fold.
struct AuditedChannel {
  /// Sums over the weights and their squares.
  double weight, weightSquared;
  double gain, bias, newBias;
  /// What is known of the new parameters' roundings.
  double rounding, roundingSquared, biasRounding;
};

/// Predicted squares of errors, summed up over elements.
struct SquaredErrors {
  double fused = 0, unfused = 0;

  void add(const SquaredErrors &other) {
    fused += other.fused;
    unfused += other.unfused;
  }
  double getRatio() const {
    if (fused == 0)
      return 0;
    return unfused > 0 ? std::sqrt(fused / unfused) : INFINITY;
  }
};

/// The model of the header, for inputs of one mean and deviation 1.
class Model {
public:
  Model(const AuditedTypes &types, FloatKind accumulator, double mean)
      : intermediate(getRelativeRounding(types.intermediate)),
        result(getRelativeRounding(types.result)),
        accumulator(getRelativeRounding(accumulator)), mean(mean) {}

  /// Sums are rounded once, when they are stored.
  SquaredErrors predict(const AuditedChannel &channel) const;
  /// The accumulator rounds each of the `numSummands` sums.
  SquaredErrors predictEachSum(const AuditedChannel &channel,
                               double numSummands) const;

private:
  static double getRelativeRounding(FloatKind kind) {
    return kRelativeRounding * getUnitRoundoff(kind);
  }
  double getSquaredRounding(const AuditedChannel &channel) const {
    double rounding =
        std::fabs(channel.rounding) * mean + std::fabs(channel.biasRounding);
    return rounding * rounding + channel.roundingSquared;
  }

  double intermediate, result, accumulator, mean;
};
} // namespace

SquaredErrors Model::predict(const AuditedChannel &channel) const {
  double sum = mean * channel.weight;
  double square =
      (sum + channel.bias) * (sum + channel.bias) + channel.weightSquared;
  double scaledSum = channel.gain * sum + channel.newBias;
  double scaledSquare = scaledSum * scaledSum +
                        channel.gain * channel.gain * channel.weightSquared;
  double last = std::max(result, accumulator);
  double ofIntermediate = channel.gain * intermediate;
  return {getSquaredRounding(channel) + last * last * scaledSquare,
          ofIntermediate * ofIntermediate * square +
              result * result * scaledSquare};
}

SquaredErrors Model::predictEachSum(const AuditedChannel &channel,
                                    double numSummands) const {
  // The mean of (bias + part of the sum)^2 over parts of any length, for
  // weights in any order.
  auto getMeanSquare = [&](double bias, double gain) {
    double sum = gain * mean * channel.weight;
    double squares = gain * gain * channel.weightSquared;
    return bias * bias + bias * sum + sum * sum / 3 +
           squares * (1.0 / 2 + mean * mean / 6);
  };
  double factor = numSummands * accumulator * accumulator;
  return {getSquaredRounding(channel) +
              factor * getMeanSquare(channel.newBias, channel.gain),
          factor * channel.gain * channel.gain *
              getMeanSquare(channel.bias, 1.0)};
}

/// The elements that a convolution computes; a size that is not known is 1.
static double countElements(const ConvolutionInfo &conv) {
  double count = 1;
  for (int64_t size : conv.getResultType().getShape())
    count *= ShapedType::isDynamic(size) ? 1 : size;
  return count;
}

/// A prediction is a mean; what comes true of it for few elements scatters.
static double getMargin(double numElements) {
  return 1 + kScatter / std::sqrt(std::max(numElements, 1.0));
}

/// True if the fold only moves the point of all numbers.
static bool isExact(const AuditedChannel &channel) {
  int exponent;
  bool isPowerOfTwo = std::fabs(std::frexp(channel.gain, &exponent)) == 0.5;
  return isPowerOfTwo && channel.roundingSquared == 0 &&
         channel.biasRounding == 0 &&
         channel.newBias == channel.gain * channel.bias;
}

/// The largest ratio of errors where the result is wider than the accumulator:
/// the result has no rounding that would hide what is lost in a single channel,
/// in a single sum, or by chance.
static double predictWidened(ArrayRef<AuditedChannel> channels,
                             const Model &model, const ConvolutionInfo &conv) {
  if (llvm::all_of(channels, isExact))
    return 1;
  double numSummands =
      double(conv.getFilterType().getNumElements()) / channels.size();
  double numElements = countElements(conv), ratio = 0;
  double margin = getMargin(numElements / channels.size());
  SquaredErrors stored, summed;
  for (const AuditedChannel &channel : channels) {
    SquaredErrors once = model.predict(channel);
    SquaredErrors each = model.predictEachSum(channel, numSummands);
    ratio =
        std::max({ratio, margin * once.getRatio(), margin * each.getRatio()});
    stored.add(once);
    summed.add(each);
  }
  return std::max(ratio, getMargin(numElements) *
                             std::max(stored.getRatio(), summed.getRatio()));
}

static double predict(ArrayRef<AuditedChannel> channels, const Model &model) {
  SquaredErrors errors;
  for (const AuditedChannel &channel : channels)
    errors.add(model.predict(channel));
  return errors.getRatio();
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
  FloatKind accumulator = *getFloatKind(conv.getResultType().getElementType());
  bool isBiasKnown =
      isConstantOrNull(pool, bias) && isConstantOrNull(pool, shift);
  SmallVector<AuditedChannel> channels;
  for (size_t i = 0; i < sums.weight.size(); ++i) {
    AuditedChannel channel{sums.weight[i],
                           sums.weightSquared[i],
                           getConstant(pool, scale, i),
                           getConstant(pool, bias, i),
                           0.0,
                           sums.rounding[i],
                           sums.roundingSquared[i],
                           0.0};
    channel.newBias = channel.gain * channel.bias + getConstant(pool, shift, i);
    if (isBiasKnown)
      channel.biasRounding = getRounding(accumulator, channel.newBias);
    channels.push_back(channel);
    audit.errorBound = std::max(
        audit.errorBound,
        getUnitRoundoff(types.filter) * sums.scaledMagnitude[i] +
            getUnitRoundoff(types.result) * std::fabs(channel.newBias));
  }
  bool isWidened = getUnitRoundoff(accumulator) > getUnitRoundoff(types.result);
  for (double mean : kMeans) {
    Model model(types, accumulator, mean);
    audit.rmseRatio = std::max(audit.rmseRatio,
                               isWidened ? predictWidened(channels, model, conv)
                                         : predict(channels, model));
  }
  return audit;
}
