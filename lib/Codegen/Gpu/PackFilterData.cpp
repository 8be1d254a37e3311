//===- PackFilterData.cpp - Constant filters as kernels read them ---------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Packs row after row, a row being the weights of one output channel: first its
// parts, then these to their places. The same arithmetic as in the kernel for
// filters that are not known, PackFilterStrategy.cpp.
//
//===----------------------------------------------------------------------===//

#include "PackFilterData.h"

#include "Kernels/PatchSplit.h"

#include "Convoy/Analysis/FloatRows.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/bit.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace mlir;
using namespace mlir::convoy;

/// The exponent of a row's largest scaled weight.
static constexpr int kTopExponent = 14;
/// From exponents to their fields.
static constexpr int kExponentBias = 127;

namespace {

class FilterPacker {
public:
  FilterPacker(const ConstantData &filter, const FilterImage &image,
               MutableArrayRef<char> bytes)
      : filter(filter), image(image), bytes(bytes),
        rowWeights(image.getWeightChannels() * image.getWeightTaps()),
        weights(rowWeights), rest(rowWeights) {}

  void pack();

private:
  /// Elements of one part of a row, [channel][tap].
  using Part = SmallVector<char, 0>;

  Part &getPart(FilterPart part) { return parts[static_cast<int>(part)]; }
  Part &store(FilterPart part, FloatKind kind, ArrayRef<double> values);
  void makeParts();
  void splitParts(float *rowScale);
  /// The factor that brings the row's weights to f16's upper end; sets its
  /// inverse.
  double getScale(float *rowScale) const;
  /// Writes the parts of the row from `row` on, its place in the first step.
  void place(char *row);

  const ConstantData &filter;
  const FilterImage &image;
  MutableArrayRef<char> bytes;
  int64_t rowWeights;
  SmallVector<double, 0> weights;
  SmallVector<double, 0> rest;
  Part parts[4];
};

} // namespace

FilterPacker::Part &FilterPacker::store(FilterPart part, FloatKind kind,
                                        ArrayRef<double> values) {
  Part &data = getPart(part);
  data.resize_for_overwrite(rowWeights * getSizeInBytes(kind));
  storeRow(kind, values, data.data());
  return data;
}

/// Rounded to 10 bits of mantissa, halves away from zero; the largest such
/// number where that would make a finite one infinite.
static uint32_t roundToTF32(float value) {
  constexpr uint32_t kLargest = 0x7f7fe000, kSign = 0x80000000;
  if (std::isnan(value))
    return 0x7fffffff;
  auto bits = llvm::bit_cast<uint32_t>(value);
  if (std::isfinite(value) && (bits & ~kSign) > kLargest)
    return (bits & kSign) | kLargest;
  return (bits + 0x1000) & ~uint32_t(0x1fff);
}

double FilterPacker::getScale(float *rowScale) const {
  double largest = 0, smallest = std::numeric_limits<double>::infinity();
  bool isFinite = true;
  for (double weight : weights) {
    isFinite &= std::isfinite(weight);
    double magnitude = std::fabs(weight);
    largest = std::max(largest, magnitude);
    if (magnitude > 0)
      smallest = std::min(smallest, magnitude);
  }
  *rowScale = 1;
  if (!isFinite)
    *rowScale = std::numeric_limits<float>::quiet_NaN();
  if (!isFinite || largest == 0)
    return 0;
  // f32's subnormal numbers all have its least exponent.
  int exponent =
      std::max<int>(std::ilogb(largest), kLeastExponent - kExponentBias);
  int least = std::max(std::ilogb(smallest), -kExponentBias);
  *rowScale = exponent - least > kMaxSpan
                  ? std::numeric_limits<float>::quiet_NaN()
                  : std::ldexp(1.0f, exponent - kTopExponent);
  return std::ldexp(1.0, kTopExponent - exponent);
}

void FilterPacker::splitParts(float *rowScale) {
  double scale = getScale(rowScale);
  for (double &weight : weights)
    weight = scale == 0 ? 0 : weight * scale;
  const Part &high = store(FilterPart::High, FloatKind::F16, weights);
  loadRow(FloatKind::F16, high.data(), rest);
  for (auto [high, weight] : llvm::zip_equal(rest, weights)) {
    double left = weight - high;
    weight = high / kLowPartScale;
    high = left;
  }
  store(FilterPart::Low, FloatKind::F16, rest);
  store(FilterPart::LoweredHigh, FloatKind::F16, weights);
}

void FilterPacker::makeParts() {
  switch (image.products) {
  case PatchProducts::SplitF16:
    llvm_unreachable("rows of split products have scales");
  case PatchProducts::F16:
    store(FilterPart::Value, FloatKind::F16, weights);
    return;
  case PatchProducts::BF16:
    store(FilterPart::Value, FloatKind::BF16, weights);
    return;
  case PatchProducts::TF32:
    Part &part = getPart(FilterPart::Value);
    part.resize_for_overwrite(rowWeights * sizeof(uint32_t));
    for (auto [index, weight] : llvm::enumerate(weights)) {
      uint32_t bits = roundToTF32(static_cast<float>(weight));
      std::memcpy(&part[index * sizeof(bits)], &bits, sizeof(bits));
    }
    return;
  }
}

void FilterPacker::place(char *row) {
  int64_t elementBytes = image.getElementBytes();
  auto placeHalf = [&](const FilterHalf &half, int64_t firstChannel,
                       char *target) {
    const char *part = getPart(half.part).data();
    for (int64_t i : llvm::seq<int64_t>(0, image.getHalfChannels())) {
      int64_t channel = firstChannel + i, tap = half.tap;
      bool exists = true;
      if (image.pairedWidth) {
        constexpr int64_t kPairedChannels = 4;
        channel = i % kPairedChannels;
        tap += i / kPairedChannels;
        exists = half.tap % image.pairedWidth + i / kPairedChannels <
                 image.pairedWidth;
      }
      if (!exists || channel >= image.channels)
        continue;
      if (std::optional<int64_t> weight = image.getWeight(channel, tap))
        std::memcpy(target + i * elementBytes, part + *weight * elementBytes,
                    elementBytes);
    }
  };
  for (int64_t chunk : llvm::seq<int64_t>(0, image.getChunks())) {
    int64_t first = chunk * image.chunkChannels;
    for (const FilterStep &step : image.steps) {
      placeHalf(step.first, first + step.first.firstChannel, row);
      if (step.second)
        placeHalf(*step.second, first + step.second->firstChannel,
                  row + image.getHalfBytes());
      row += image.getStepBytes();
    }
  }
}

void FilterPacker::pack() {
  llvm::fill(bytes, 0);
  for (int64_t i : llvm::seq<int64_t>(0, image.getNumRowScales())) {
    float one = 1;
    std::memcpy(&bytes[image.getRowScalesOffset() + i * sizeof(one)], &one,
                sizeof(one));
  }
  int64_t blocks = image.getBlocks();
  for (int64_t index : llvm::seq<int64_t>(0, image.groups * image.filters)) {
    int64_t group = index / image.filters, row = index % image.filters;
    int64_t block = group * blocks + row / image.blockRows;
    int64_t rowInBlock = image.getRow(row % image.blockRows);
    loadRow(filter, index * rowWeights, weights);
    if (image.isSplit()) {
      float scale;
      splitParts(&scale);
      int64_t scaleIndex = block * image.blockRows + rowInBlock;
      std::memcpy(
          &bytes[image.getRowScalesOffset() + scaleIndex * sizeof(scale)],
          &scale, sizeof(scale));
    } else {
      makeParts();
    }
    place(&bytes[block * image.getBlockBytes() + rowInBlock * kFilterRowBytes]);
  }
}

void convoy::packFilter(const ConstantData &filter, const FilterImage &image,
                        MutableArrayRef<char> bytes) {
  FilterPacker(filter, image, bytes).pack();
}

Attribute convoy::findFilterConstant(Value filter) {
  while (Operation *view = filter.getDefiningOp()) {
    if (!isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(view))
      break;
    filter = view->getOperand(0);
  }
  return getConstantAttribute(filter);
}
