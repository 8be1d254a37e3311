//===- FilterSums.cpp - Scaling a filter and taking stock of it -----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Works in blocks that stay in the fastest cache, one plain loop for each thing
// to do with a block. Buffers begin at cache lines, because a register is as
// long as a line where it counts.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/FilterSums.h"

#include "Convoy/Analysis/FilterFactors.h"
#include "Convoy/Analysis/FloatRows.h"

#include "TargetClones.h"

#include "llvm/Support/Compiler.h"

#include <cmath>

using namespace mlir;
using namespace mlir::convoy;

static constexpr size_t kLineBytes = 64;
static constexpr int64_t kDoublesInLine = kLineBytes / sizeof(double);

/// How many elements ahead memory is asked for them: while there is something
/// to compute, nothing is loaded otherwise.
static constexpr int64_t kPrefetchDistance = 2 * kBlockLength;

static double getSmallestNormal(FloatKind kind) {
  switch (kind) {
  case FloatKind::F16:
    return 0x1p-14;
  case FloatKind::BF16:
  case FloatKind::F32:
    return 0x1p-126;
  case FloatKind::F64:
    return 0x1p-1022;
  }
  llvm_unreachable("unknown kind");
}

namespace {
/// What there is of consecutive weights; scaled is a*w, rounded is round(a*w).
struct WeightBlock {
  alignas(kLineBytes) double weights[kBlockLength];
  alignas(kLineBytes) double scaled[kBlockLength];
  alignas(kLineBytes) double rounded[kBlockLength];
};

/// Where quantities are added up; one number for each channel or lane.
struct Sums {
  double *weight, *weightSquared, *rounding, *roundingSquared, *scaledMagnitude;

  Sums dropFront(int64_t count) const {
    return {weight + count, weightSquared + count, rounding + count,
            roundingSquared + count, scaledMagnitude + count};
  }
};

/// The sums of all channels.
class ChannelSums {
public:
  explicit ChannelSums(int64_t numChannels)
      : numChannels(numChannels),
        linesPerQuantity(llvm::divideCeil(numChannels, kDoublesInLine)),
        lines(kNumQuantities * linesPerQuantity) {}

  Sums get() {
    return {getQuantity(0), getQuantity(1), getQuantity(2), getQuantity(3),
            getQuantity(4)};
  }
  std::vector<double> copy(const double *quantity) const {
    return std::vector<double>(quantity, quantity + numChannels);
  }

private:
  static constexpr int64_t kNumQuantities = 5;
  struct alignas(kLineBytes) Line {
    double numbers[kDoublesInLine] = {};
  };

  double *getQuantity(int64_t index) {
    return reinterpret_cast<double *>(lines.data() + index * linesPerQuantity);
  }

  int64_t numChannels;
  int64_t linesPerQuantity;
  std::vector<Line> lines;
};
} // namespace

/// Adds the quantities of each weight to sums of its own. Returns how many
/// normal weights became subnormal. Becomes SIMD code only where it is part of
/// the function that is compiled for a machine.
LLVM_ATTRIBUTE_ALWAYS_INLINE
static int64_t addUp(const double *__restrict weights,
                     const double *__restrict scaled,
                     const double *__restrict rounded, int64_t length,
                     double smallestNormal, Sums to) {
  double *__restrict weight = to.weight;
  double *__restrict weightSquared = to.weightSquared;
  double *__restrict rounding = to.rounding;
  double *__restrict roundingSquared = to.roundingSquared;
  double *__restrict scaledMagnitude = to.scaledMagnitude;
  int64_t numSubnormals = 0;
  for (int64_t i = 0; i < length; ++i) {
    double difference = rounded[i] - scaled[i];
    double magnitude = std::fabs(rounded[i]);
    weight[i] += weights[i];
    weightSquared[i] += weights[i] * weights[i];
    rounding[i] += difference;
    roundingSquared[i] += difference * difference;
    scaledMagnitude[i] += magnitude;
    numSubnormals += (scaled[i] != 0) & (magnitude < smallestNormal) &
                     (std::fabs(weights[i]) >= smallestNormal);
  }
  return numSubnormals;
}

CONVOY_TARGET_CLONES
static int64_t addToEach(const double *weights, const double *scaled,
                         const double *rounded, int64_t length,
                         double smallestNormal, Sums to) {
  return addUp(weights, scaled, rounded, length, smallestNormal, to);
}

/// Adds all up to the one first sum; in many partial sums, so that one addition
/// need not wait for the last.
CONVOY_TARGET_CLONES
static int64_t addToOne(const double *weights, const double *scaled,
                        const double *rounded, int64_t length,
                        double smallestNormal, Sums to) {
  constexpr int64_t kNumLanes = 16;
  alignas(kLineBytes) double lanes[5][kNumLanes] = {};
  Sums partial = {lanes[0], lanes[1], lanes[2], lanes[3], lanes[4]};
  int64_t numSubnormals = 0, i = 0;
  for (; i + kNumLanes <= length; i += kNumLanes)
    numSubnormals += addUp(weights + i, scaled + i, rounded + i, kNumLanes,
                           smallestNormal, partial);
  numSubnormals += addUp(weights + i, scaled + i, rounded + i, length - i,
                         smallestNormal, partial);
  for (int64_t lane = 0; lane < kNumLanes; ++lane) {
    *to.weight += lanes[0][lane];
    *to.weightSquared += lanes[1][lane];
    *to.rounding += lanes[2][lane];
    *to.roundingSquared += lanes[3][lane];
    *to.scaledMagnitude += lanes[4][lane];
  }
  return numSubnormals;
}

/// Adds up the `length` weights from `offset` on, whose channels are `stride`
/// apart and begin with that of `to`.
static int64_t addUp(const WeightBlock &block, int64_t offset, int64_t length,
                     double smallestNormal, Sums to, int64_t stride) {
  const double *weights = block.weights + offset;
  const double *scaled = block.scaled + offset;
  const double *rounded = block.rounded + offset;
  if (stride == 0)
    return addToOne(weights, scaled, rounded, length, smallestNormal, to);
  if (stride == 1)
    return addToEach(weights, scaled, rounded, length, smallestNormal, to);
  int64_t numSubnormals = 0;
  for (int64_t i = 0; i < length; ++i)
    numSubnormals += addUp(weights + i, scaled + i, rounded + i, 1,
                           smallestNormal, to.dropFront(i * stride));
  return numSubnormals;
}

/// Counts the weights that overflow, and takes them out of the sums.
static int64_t removeOverflows(WeightBlock &block, int64_t length) {
  int64_t count = 0;
  for (int64_t i = 0; i < length; ++i) {
    if (!std::isinf(block.rounded[i]) || !std::isfinite(block.weights[i]))
      continue;
    block.weights[i] = block.scaled[i] = block.rounded[i] = 0;
    ++count;
  }
  return count;
}

/// Asks for the block that begins at element `first`, to read `filter` and to
/// write `target`, which may be null.
static void prefetchBlock(const ConstantData &filter, char *target,
                          int64_t first) {
  int64_t size = getSizeInBytes(filter.getKind());
  int64_t last =
      std::min(first + kBlockLength, filter.getType().getNumElements()) * size;
  const char *source = filter.isSplat() ? nullptr : filter.getRawData().data();
  for (int64_t offset = first * size; offset < last; offset += kLineBytes) {
    if (source)
      LLVM_PREFETCH(source + offset, /*rw=*/0, /*locality=*/3);
    if (target)
      LLVM_PREFETCH(target + offset, /*rw=*/1, /*locality=*/3);
  }
}

FilterSums mlir::convoy::scaleAndSumFilter(const ChannelExprPool &pool,
                                           const ConvolutionInfo &conv,
                                           const ConstantData &filter,
                                           ChannelExpr scale,
                                           ChannelExpr inputScale,
                                           char *target) {
  FloatKind kind = filter.getKind();
  ArrayRef<int64_t> shape = filter.getType().getShape();
  FilterFactors output(pool, scale, shape, conv.filterChannelDims);
  FilterFactors input(pool, inputScale, shape, conv.filterInputChannelDims);
  ChannelOfElement channel(shape, conv.filterChannelDims);
  FilterRows rows(shape, {&input.getChannel(), &channel});
  ChannelSums sums(
      ShapedType::getNumElements(conv.getOutputChannels().getSizes()));
  double smallestNormal = getSmallestNormal(kind);

  FilterSums result;
  WeightBlock block;
  char notKept[sizeof(block.rounded)];
  int64_t numElements = filter.getType().getNumElements();
  for (int64_t first = 0; first < numElements; first += kBlockLength) {
    size_t length = std::min(kBlockLength, numElements - first);
    prefetchBlock(filter, target, first + kPrefetchDistance);
    loadRow(filter, first, {block.weights, length});
    FilterRows sameRows = rows;
    rows.visitNext(length, [&](RowSegment segment, int64_t offset) {
      input.multiply(segment, block.weights + offset);
      output.multiply(segment, block.weights + offset, block.scaled + offset);
    });
    char *stored = target ? target + first * getSizeInBytes(kind) : notKept;
    bool isFinite =
        roundRow(kind, {block.scaled, length}, stored, {block.rounded, length});
    if (!isFinite)
      result.numOverflows += removeOverflows(block, length);
    sameRows.visitNext(length, [&](RowSegment segment, int64_t offset) {
      result.numSubnormals +=
          addUp(block, offset, segment.length, smallestNormal,
                sums.get().dropFront(segment.getFirst(channel)),
                channel.getRowStride());
    });
  }
  Sums all = sums.get();
  result.weight = sums.copy(all.weight);
  result.weightSquared = sums.copy(all.weightSquared);
  result.rounding = sums.copy(all.rounding);
  result.roundingSquared = sums.copy(all.roundingSquared);
  result.scaledMagnitude = sums.copy(all.scaledMagnitude);
  return result;
}
