//===- NumericAudit.cpp - What a fold does to accuracy --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluates the model of the header on the sums of each channel's weights.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/NumericAudit.h"

#include "llvm/ADT/APFloat.h"

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

static bool isConstantOrNull(const ChannelExprPool &pool, ChannelExpr expr) {
  return !expr || pool.isConstant(expr);
}

static FloatKind getAccumulator(const ConvolutionInfo &conv) {
  return *getFloatKind(conv.getResultType().getElementType());
}

namespace {
/// An output channel before and after the fold.
struct AuditedChannel {
  /// Sums over the weights and their squares, and over the magnitudes of the
  /// scaled weights.
  double weight, weightSquared, scaledMagnitude;
  double gain, bias, newBias;
  /// What is known of the new parameters' roundings.
  double rounding, roundingSquared, biasRounding;
  /// True if `newBias` is a shift that is added to a bias which is not known.
  bool shiftsUnknownBias;
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
        accumulator(getRelativeRounding(accumulator)),
        sums(std::min(this->accumulator, getRelativeRounding(FloatKind::F32))),
        mean(mean) {}

  /// Sums are rounded once, when they are stored.
  SquaredErrors predict(const AuditedChannel &channel) const;
  /// The accumulator rounds each of the `numSummands` sums.
  SquaredErrors predictEachSum(const AuditedChannel &channel,
                               double numSummands) const;
  /// `channel` with the bias that makes most of its shift, if that is not
  /// known.
  AuditedChannel withWorstBias(const AuditedChannel &channel) const;
  /// The square of u*(sum|a*w||x| + |b|), u the rounding unit of the result:
  /// what any program may be off by.
  double getSquaredUnit(const AuditedChannel &channel,
                        const AuditedTypes &types) const;

private:
  static double getRelativeRounding(FloatKind kind) {
    return kRelativeRounding * getUnitRoundoff(kind);
  }
  double getSquaredRounding(const AuditedChannel &channel) const {
    double rounding =
        std::fabs(channel.rounding) * mean + std::fabs(channel.biasRounding);
    return rounding * rounding + channel.roundingSquared;
  }

  /// Of the squares of the products, how much the mean square of partial sums
  /// has beside that of their mean.
  double getSpread() const { return 1.0 / 2 + mean * mean / 6; }

  /// The error of `numSummands` sums of products, times `gain`, that begin with
  /// `bias`.
  double getSquaredErrorOfSums(const AuditedChannel &channel, double bias,
                               double gain, double numSummands) const;

  /// The square of what a number whose square is `square` is off by once it is
  /// stored with the relative rounding `relative`; nothing where it is the sum
  /// of the products, which is stored so already.
  double getSquaredErrorOfStored(double relative, bool isSum,
                                 double square) const {
    return isSum && relative <= sums ? 0 : relative * relative * square;
  }

  double intermediate, result, accumulator;
  /// Of the type in which products are added up before they are stored.
  double sums;
  double mean;
};
} // namespace

SquaredErrors Model::predict(const AuditedChannel &channel) const {
  double squaredGain = channel.gain * channel.gain;
  double sum = mean * channel.weight;
  double squareOfSum = sum * sum + channel.weightSquared;
  double square =
      (sum + channel.bias) * (sum + channel.bias) + channel.weightSquared;
  double scaledSum = channel.gain * sum + channel.newBias;
  double scaledSquare =
      scaledSum * scaledSum + squaredGain * channel.weightSquared;
  double ofSums = squaredGain * sums * sums * squareOfSum;
  double last = std::max(result, accumulator);
  return {getSquaredRounding(channel) + ofSums +
              getSquaredErrorOfStored(last, channel.newBias == 0, scaledSquare),
          ofSums + result * result * scaledSquare +
              squaredGain * getSquaredErrorOfStored(intermediate,
                                                    channel.bias == 0, square)};
}

double Model::getSquaredErrorOfSums(const AuditedChannel &channel, double bias,
                                    double gain, double numSummands) const {
  double sum = gain * mean * channel.weight;
  double squares = gain * gain * channel.weightSquared;
  // The mean of (bias + part of the sum)^2 over parts of any length, for
  // weights in any order.
  double square =
      bias * bias + bias * sum + sum * sum / 3 + squares * getSpread();
  // No rounding of a sum is off by more than the product that was added, but
  // the products that are too small for the sum are lost one and all.
  double products = squares * (1 + mean * mean);
  double rounding = numSummands * accumulator * accumulator * square;
  double unit = accumulator / kRelativeRounding;
  bool areLost = products < numSummands * unit * unit * bias * bias;
  return std::min(rounding, products) + (areLost ? sum * sum : 0.0);
}

SquaredErrors Model::predictEachSum(const AuditedChannel &channel,
                                    double numSummands) const {
  return {getSquaredRounding(channel) +
              getSquaredErrorOfSums(channel, channel.newBias, channel.gain,
                                    numSummands),
          channel.gain * channel.gain *
              getSquaredErrorOfSums(channel, channel.bias, 1.0, numSummands)};
}

AuditedChannel Model::withWorstBias(const AuditedChannel &channel) const {
  if (!channel.shiftsUnknownBias || channel.gain == 0)
    return channel;
  double shift = channel.newBias;
  double sum = channel.gain * mean * channel.weight;
  double squares = channel.gain * channel.gain * channel.weightSquared;
  double rest = std::sqrt(sum * sum / 12 + squares * getSpread());
  // The difference of the header, times its conjugate.
  double fromMiddle = std::copysign(
      2 * rest * rest / (std::hypot(shift, 2 * rest) + std::fabs(shift)),
      shift);
  AuditedChannel worst = channel;
  double bias = fromMiddle - sum / 2;
  worst.bias = bias / channel.gain;
  worst.newBias = bias + shift;
  worst.biasRounding = accumulator * worst.newBias;
  return worst;
}

double Model::getSquaredUnit(const AuditedChannel &channel,
                             const AuditedTypes &types) const {
  // The mean of |x| for x of mean 0 is sqrt(2/pi).
  double magnitude = channel.scaledMagnitude * std::max(mean, 0.8) +
                     std::fabs(channel.newBias);
  double unit = getUnitRoundoff(types.result) * magnitude;
  return unit * unit;
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

/// The ratio where an accumulator of 16 bits may round each sum, and the result
/// has 16 bits as well. What any result of that type may be off by counts as an
/// error of the program before the fold.
static double predictSummed(ArrayRef<AuditedChannel> channels,
                            const Model &model, const AuditedTypes &types,
                            const ConvolutionInfo &conv) {
  double numSummands =
      double(conv.getFilterType().getNumElements()) / channels.size();
  double ratio = 0;
  for (bool isWorstBias : {false, true}) {
    SquaredErrors errors;
    double squaredUnit = 0;
    for (const AuditedChannel &given : channels) {
      AuditedChannel channel = isWorstBias ? model.withWorstBias(given) : given;
      SquaredErrors summed = model.predictEachSum(channel, numSummands);
      summed.unfused += model.predict(channel).unfused;
      errors.add(summed);
      squaredUnit += model.getSquaredUnit(channel, types);
    }
    errors.unfused = std::max(errors.unfused, squaredUnit);
    ratio = std::max(ratio, errors.getRatio());
  }
  return ratio;
}

/// What is known of channel `index` of `fold` with its scale at `scale`.
static AuditedChannel describeChannel(const ChannelExprPool &pool,
                                      const ConvolutionFold &fold,
                                      const FilterSums &sums, ChannelExpr scale,
                                      size_t index, bool keepsOtherwise) {
  FloatKind accumulator = getAccumulator(fold.conv);
  AuditedChannel channel{sums.weight[index],
                         sums.weightSquared[index],
                         sums.scaledMagnitude[index],
                         getConstant(pool, scale, index),
                         getConstant(pool, fold.bias, index),
                         0.0,
                         sums.rounding[index],
                         sums.roundingSquared[index],
                         0.0,
                         /*shiftsUnknownBias=*/false};
  bool isKnown =
      isConstantOrNull(pool, fold.bias) && isConstantOrNull(pool, fold.shift);
  double bias = getConstant(pool, fold.shift, index) +
                (fold.losesBias ? 0.0 : channel.gain * channel.bias);
  channel.shiftsUnknownBias = !isConstantOrNull(pool, fold.bias) &&
                              !fold.losesBias && pool.isConstant(fold.shift) &&
                              bias != 0;
  double rounding = getRounding(accumulator, bias);
  if (!keepsOtherwise) {
    channel.newBias = bias;
    channel.biasRounding = isKnown ? rounding : 0.0;
  } else if (isKnown) {
    // Behind a kept scale the bias is rounded to the same type.
    channel.newBias = bias + rounding;
  }
  return channel;
}

/// The model's ratio for the rounding of `types`, over all means.
static double predictRatio(ArrayRef<AuditedChannel> channels,
                           const ConvolutionInfo &conv,
                           const AuditedTypes &types) {
  FloatKind accumulator = getAccumulator(conv);
  bool isWidened = getUnitRoundoff(accumulator) > getUnitRoundoff(types.result);
  bool isSummedIn16Bits = !isWidened && getSizeInBytes(accumulator) == 2;
  double ratio = 0;
  for (double mean : kMeans) {
    Model model(types, accumulator, mean);
    ratio = std::max(ratio, isWidened ? predictWidened(channels, model, conv)
                                      : predict(channels, model));
    if (isSummedIn16Bits)
      ratio = std::max(ratio, predictSummed(channels, model, types, conv));
  }
  return ratio;
}

FoldAudit mlir::convoy::auditFold(const ChannelExprPool &pool,
                                  const ConvolutionFold &fold,
                                  const FilterSums &sums, ChannelExpr scale,
                                  AuditedTypes types, bool keepsOtherwise) {
  FoldAudit audit;
  audit.numOverflows = sums.numOverflows;
  audit.numSubnormals = sums.numSubnormals;
  FloatKind accumulator = getAccumulator(fold.conv);
  // A scale that is kept is applied in the accumulator's type.
  if (keepsOtherwise &&
      getUnitRoundoff(accumulator) > getUnitRoundoff(types.result))
    types.result = accumulator;
  SmallVector<AuditedChannel> channels;
  for (size_t i = 0; i < sums.weight.size(); ++i) {
    channels.push_back(
        describeChannel(pool, fold, sums, scale, i, keepsOtherwise));
    audit.errorBound = std::max(
        audit.errorBound,
        getUnitRoundoff(types.filter) * sums.scaledMagnitude[i] +
            getUnitRoundoff(types.result) * std::fabs(channels[i].newBias));
  }
  audit.rmseRatio = predictRatio(channels, fold.conv, types);
  return audit;
}
