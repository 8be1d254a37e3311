//===- StreamPlanTest.cpp - Numbers of a filter-streaming kernel ----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Computes convolutions of small integers with the arithmetic of plans: what
// gathers, multiplies and stores by these numbers computes the convolution.
//
//===----------------------------------------------------------------------===//

#include "StreamProblems.h"

#include "gtest/gtest.h"
#include <array>
#include <map>
#include <optional>
#include <random>
#include <set>

using namespace mlir::convoy;
using namespace mlir::convoy::test;

namespace {

/// A tensor of small integers, a different one for each part of an element.
struct Numbers {
  std::vector<std::array<int64_t, 2>> values;

  Numbers(std::mt19937 &random, int64_t size) : values(size) {
    for (auto &parts : values)
      for (int64_t &part : parts)
        part = static_cast<int64_t>(random() % 7) - 3;
  }
};

enum Part { High = 0, Low = 1 };

/// One convolution, computed directly and by a plan.
class Convolution {
public:
  Convolution(const StreamProblem &problem, const StreamPlan &plan,
              unsigned seed)
      : random(seed), problem(problem), plan(plan),
        input(random, kImages * problem.groups * problem.group.channels *
                          problem.group.height * problem.group.width),
        filter(random, problem.groups * problem.group.filters *
                           problem.group.channels * problem.group.getTaps()) {}

  /// The number of output pixels that plan and problem agree on; stops at the
  /// first that they do not.
  int64_t compare();

private:
  int64_t multiply(const std::array<int64_t, 2> &x,
                   const std::array<int64_t, 2> &w) const {
    if (!plan.isSplit())
      return x[High] * w[High];
    return x[High] * w[Low] + x[Low] * w[High] + x[High] * w[High];
  }
  int64_t computeDirectly(int64_t image, int64_t channel, int64_t y,
                          int64_t x) const;

  /// None: a zero that is no element of the input.
  using Element = std::optional<int64_t>;
  using Slot = std::map<int64_t, std::vector<Element>>;
  /// A slot of any block of a tile's cluster: the part of the filter, and the
  /// number among those that have the group's channels for it.
  struct SlotPlace {
    int64_t part, chunk;
  };
  SlotPlace getSlotPlace(int64_t slot) const {
    int64_t rank = slot / plan.slotsPerTile, own = slot % plan.slotsPerTile;
    return {own / plan.slotsPerPart,
            rank * plan.slotsPerPart + own % plan.slotsPerPart};
  }
  Slot gather(int64_t tile, const SlotPlace &slot) const;
  void addElement(Slot &contents, int64_t pixel, int64_t inSlot,
                  const std::array<int64_t, 2> *value) const;
  std::optional<int64_t> getWeight(int64_t filterIndex, const FilterHalf &half,
                                   int64_t channel) const;
  std::optional<int64_t> multiplyHalf(const std::vector<Element> &elements,
                                      int64_t filterIndex,
                                      const FilterHalf &half,
                                      int64_t firstChannel) const;
  std::optional<int64_t> multiplySlot(const Slot &slot,
                                      const SlotPlace &slotPlace,
                                      int64_t column,
                                      int64_t filterIndex) const;
  bool compareTile(int64_t tile, int64_t &agreed) const;

  struct Place {
    int64_t group, block, image, row, column;
  };
  Place getPlace(int64_t tile) const {
    int64_t channels = tile % plan.channelTiles,
            pixels = tile / plan.channelTiles;
    int64_t perGroup = plan.channelTiles / plan.groups;
    int64_t rows = pixels / plan.columnTiles;
    return {channels / perGroup, channels % perGroup * plan.tileBlocks,
            rows / plan.rowTiles * plan.tileImages,
            rows % plan.rowTiles * plan.tileRows,
            pixels % plan.columnTiles * plan.tileColumns};
  }

  std::mt19937 random;
  const StreamProblem &problem;
  const StreamPlan &plan;
  Numbers input, filter;
};

int64_t Convolution::computeDirectly(int64_t image, int64_t channel, int64_t y,
                                     int64_t x) const {
  const PatchProblem &p = problem.group;
  int64_t group = channel / p.filters, sum = 0;
  for (int64_t c = 0; c < p.channels; ++c)
    for (int64_t tap = 0; tap < p.getTaps(); ++tap) {
      int64_t iy = y * p.strideHeight + tap / p.filterWidth * p.dilationHeight -
                   p.padTop;
      int64_t ix =
          x * p.strideWidth + tap % p.filterWidth * p.dilationWidth - p.padLeft;
      if (iy < 0 || iy >= p.height || ix < 0 || ix >= p.width)
        continue;
      int64_t plane = (image * problem.groups + group) * p.channels + c;
      sum += multiply(
          input.values[(plane * p.height + iy) * p.width + ix],
          filter.values[(channel * p.channels + c) * p.getTaps() + tap]);
    }
  return sum;
}

/// One of a pixel's channels, in each variant of the pixel: the columns of a
/// variant keep their elements, others are zeros.
void Convolution::addElement(Slot &contents, int64_t pixel, int64_t inSlot,
                             const std::array<int64_t, 2> *value) const {
  int64_t column = inSlot % plan.getPixelColumns();
  int64_t plane =
      inSlot / plan.image.getHalfChannels() * (plan.isSplit() ? 2 : 1);
  for (auto [first, end] : plan.image.getVariants()) {
    const auto *kept = column >= first && column < end ? value : nullptr;
    auto add = [&](int64_t plane, Part part) {
      contents[plane * plan.getPlaneBytes() + pixel * 16].push_back(
          kept ? Element((*kept)[part]) : std::nullopt);
    };
    add(plane, High);
    if (plan.isSplit())
      add(plane + 1, Low);
    plane += plan.getVariantPlanes();
  }
}

/// The contents of a slot by address: elements of 16 bytes. Neighbouring
/// columns of the input are channels of a pixel where columns are folded.
Convolution::Slot Convolution::gather(int64_t tile,
                                      const SlotPlace &slot) const {
  const PatchProblem &p = plan.problem;
  Place place = getPlace(tile);
  int64_t columns = plan.getPixelColumns();
  int64_t channels = problem.group.channels;
  int64_t planeElements = problem.group.height * problem.group.width;
  auto [partRow, partColumn] = getPartOrigin(plan, slot.part);
  Slot contents;
  for (int64_t pixel = 0; pixel < plan.patchPixels; ++pixel) {
    StreamPixel at = getPatchPixel(plan, pixel);
    int64_t image = place.image + at.image;
    int64_t y = place.row * p.strideHeight + at.row - p.padTop +
                partRow * p.dilationHeight;
    int64_t x = place.column * p.strideWidth + at.column - p.padLeft +
                partColumn * p.dilationWidth;
    bool exists =
        y >= 0 && y < p.height && x >= 0 && x < p.width && image < kImages;
    for (int64_t c = 0; c < plan.getSlotChannels(); ++c) {
      int64_t channel = slot.chunk * plan.getSlotChannels() + c;
      if (!exists || channel >= p.channels) {
        addElement(contents, pixel, c, nullptr);
        continue;
      }
      int64_t plane =
          (image * plan.groups + place.group) * channels + channel / columns;
      int64_t inPlane = (y * p.width + x) * columns + channel % columns;
      addElement(contents, pixel, c,
                 &input.values[plane * planeElements + inPlane]);
    }
  }
  return contents;
}

/// None where the filter has no weight.
std::optional<int64_t> Convolution::getWeight(int64_t filterIndex,
                                              const FilterHalf &half,
                                              int64_t channel) const {
  if (channel >= plan.problem.channels)
    return std::nullopt;
  std::optional<int64_t> weight = plan.image.getWeight(channel, half.tap);
  if (!weight)
    return std::nullopt;
  int64_t perFilter = problem.group.channels * problem.group.getTaps();
  return filter.values[filterIndex * perFilter + *weight]
                      [half.part == FilterPart::Low ? Low : High];
}

/// The sum of a half's products; none if an element of the input, which may be
/// infinite, meets a zero of the filter's image that is no weight. Split
/// products are not computed of infinities.
std::optional<int64_t>
Convolution::multiplyHalf(const std::vector<Element> &elements,
                          int64_t filterIndex, const FilterHalf &half,
                          int64_t firstChannel) const {
  int64_t sum = 0;
  for (int64_t c = 0; c < plan.image.getHalfChannels(); ++c) {
    Element weight = getWeight(filterIndex, half, firstChannel + c);
    if (elements[c] && !weight && !plan.isSplit())
      return std::nullopt;
    sum += elements[c].value_or(0) * weight.value_or(0);
  }
  return sum;
}

/// The sum of a slot's steps for a column of the accumulators; none as above.
std::optional<int64_t> Convolution::multiplySlot(const Slot &slot,
                                                 const SlotPlace &slotPlace,
                                                 int64_t column,
                                                 int64_t filterIndex) const {
  int64_t sum = 0;
  bool isRight = true;
  int64_t perChunk =
      static_cast<int64_t>(plan.image.steps.size()) / plan.getFilterParts();
  for (int64_t i = 0; i < static_cast<int64_t>(plan.steps.size()); ++i) {
    const FilterStep &step =
        plan.image.steps[slotPlace.part * perChunk + i % perChunk];
    int64_t chunk = slotPlace.chunk * plan.slotChunks + i / perChunk;
    auto addHalf = [&](const FilterHalf &half, int64_t bytes) {
      auto elements = slot.find(bytes + column * 16);
      ASSERT_NE(elements, slot.end());
      std::optional<int64_t> products =
          multiplyHalf(elements->second, filterIndex, half,
                       chunk * plan.image.chunkChannels + half.firstChannel);
      isRight &= products.has_value();
      sum += products.value_or(0);
    };
    EXPECT_EQ(step.second.has_value(),
              plan.steps[i].secondHalfBytes.has_value());
    addHalf(step.first, plan.steps[i].firstHalfBytes);
    if (step.second && plan.steps[i].secondHalfBytes)
      addHalf(*step.second, *plan.steps[i].secondHalfBytes);
  }
  return isRight ? std::optional(sum) : std::nullopt;
}

bool Convolution::compareTile(int64_t tile, int64_t &agreed) const {
  Place place = getPlace(tile);
  // Each block of a cluster has the slots of its part.
  int64_t count = plan.channelParts * plan.slotsPerTile;
  std::vector<Slot> slots(count);
  for (int64_t slot = 0; slot < count; ++slot)
    slots[slot] = gather(tile, getSlotPlace(slot));
  for (int64_t pixel = 0; pixel < plan.getTilePixels(); ++pixel) {
    int64_t perImage = plan.tileRows * plan.tileColumns;
    int64_t image = place.image + pixel / perImage;
    int64_t y = place.row + pixel % perImage / plan.tileColumns;
    int64_t x = place.column + pixel % plan.tileColumns;
    if (image >= kImages || y >= plan.outputHeight || x >= plan.outputWidth)
      continue;
    // In the problem as it is, rows and columns may be others.
    int64_t inPlane = y * plan.outputWidth + x;
    int64_t width = problem.group.getOutputWidth();
    for (int64_t row = 0; row < plan.tileBlocks * kFilterBlockRows; ++row) {
      int64_t inGroup = place.block * kFilterBlockRows + row;
      if (inGroup >= plan.problem.filters)
        continue;
      int64_t channel = place.group * plan.problem.filters + inGroup;
      int64_t sum = 0;
      for (int64_t slot = 0; slot < count; ++slot) {
        auto products = multiplySlot(slots[slot], getSlotPlace(slot),
                                     getTileColumn(plan, pixel), channel);
        if (!products)
          return false;
        sum += *products;
      }
      if (sum !=
          computeDirectly(image, channel, inPlane / width, inPlane % width))
        return false;
      ++agreed;
    }
  }
  return true;
}

int64_t Convolution::compare() {
  // Or elements would be looked for where there are none.
  const PatchProblem &p = problem.group;
  int64_t columns = plan.getPixelColumns();
  if (plan.problem.channels != p.channels * columns ||
      plan.problem.height * plan.problem.width * columns !=
          p.height * p.width ||
      plan.image.getWeightChannels() != p.channels ||
      plan.image.getWeightTaps() != p.getTaps())
    return 0;
  int64_t agreed = 0;
  for (int64_t tile = 0; tile < plan.getTiles(kImages); ++tile)
    if (!compareTile(tile, agreed))
      break;
  return agreed;
}

} // namespace

static StreamProblem drawProblem(std::mt19937 &random) {
  auto draw = [&](int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random() % (high - low + 1));
  };
  PatchProducts products[] = {PatchProducts::SplitF16, PatchProducts::TF32,
                              PatchProducts::F16};
  StreamProblem problem;
  problem.groups = draw(1, 2);
  PatchProblem &p = problem.group;
  p = {draw(1, 20), draw(1, 9), draw(1, 9), draw(1, 5), draw(1, 3), draw(1, 3)};
  p.strideHeight = p.strideWidth = draw(1, 2);
  p.dilationHeight = draw(1, 2);
  p.dilationWidth = draw(1, 2);
  p.padTop = draw(0, 2);
  p.padBottom = draw(0, 2);
  p.padLeft = draw(0, 2);
  p.padRight = draw(0, 2);
  p.products = products[random() % 3];
  p.outputBytes = p.getInputBytes();
  // Of every other one the columns may fold.
  if (draw(0, 1) == 0)
    return problem;
  int64_t columns = int64_t(1) << draw(1, 3);
  p.channels = draw(1, 1 + 8 / columns);
  p.filterWidth = draw(1, 9);
  p.strideWidth = columns * draw(1, 3);
  p.width = columns * draw(1, 6);
  p.dilationWidth = 1;
  p.padLeft = draw(0, 9);
  return problem;
}

/// Few plans of many problems, each computed.
TEST(StreamPlan, ComputesTheConvolution) {
  std::mt19937 random(7);
  int64_t computed = 0;
  std::map<int64_t, int64_t> computedOfColumns;
  for (unsigned seed = 0; seed < 400; ++seed) {
    StreamProblem problem = drawProblem(random);
    if (problem.group.getOutputHeight() < 1 ||
        problem.group.getOutputWidth() < 1)
      continue;
    std::string why;
    auto plans = listStreamPlans(problem, getChip(), kImages, why);
    ASSERT_FALSE(plans.empty()) << why;
    for (size_t i : {size_t(0), plans.size() / 2, plans.size() - 1}) {
      Convolution convolution(problem, plans[i], seed);
      int64_t outputs = kImages * problem.groups * problem.group.filters *
                        problem.group.getOutputHeight() *
                        problem.group.getOutputWidth();
      ASSERT_EQ(convolution.compare(), outputs)
          << "seed " << seed << " plan " << i;
      ++computed;
      ++computedOfColumns[plans[i].getPixelColumns()];
    }
  }
  EXPECT_GT(computed, 800);
  for (int64_t columns : {1, 2, 4, 8})
    EXPECT_GT(computedOfColumns[columns], 20) << columns;
}

/// Outputs that share a column of the accumulators are computed alike where
/// both read nothing but padding, and yet stored only once.
TEST(StreamPlan, GivesEachOutputAColumn) {
  std::mt19937 random(11);
  int64_t shared = 0, several = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    StreamProblem problem = drawProblem(random);
    const PatchProblem &group = problem.group;
    if (group.getOutputHeight() < 1 || group.getOutputWidth() < 1)
      continue;
    std::string why;
    auto plans = listStreamPlans(problem, getChip(), kImages, why);
    ASSERT_FALSE(plans.empty()) << why;
    for (const auto &[i, plan] : llvm::enumerate(plans)) {
      std::set<int64_t> columns;
      for (int64_t pixel = 0; pixel < plan.getTilePixels(); ++pixel)
        columns.insert(getTileColumn(plan, pixel));
      ASSERT_EQ(static_cast<int64_t>(columns.size()), plan.getTilePixels())
          << "seed " << seed << " plan " << i;
      ASSERT_LT(*columns.rbegin(),
                plan.getColumnShares() * plan.columnsPerWarpgroup);
      int64_t padding = std::min(group.padLeft, group.padRight);
      shared += padding > 0 && group.filterWidth == 1 && plan.tileRows > 1;
      several += plan.tileImages > 1 && group.filterHeight == 1 &&
                 std::min(group.padTop, group.padBottom) > 0;
    }
  }
  EXPECT_GT(shared, 20);
  EXPECT_GT(several, 20);
}

TEST(StreamPlan, SharesNoZerosThatAreOutputs) {
  // A column of zeros before and after each row is an output of its own.
  StreamProblem problem = makeProblem(
      {16, 9, 11, 24, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1}, PatchProducts::F16);
  std::string why;
  auto plan = planStreamTile(problem, getChip(), why, {1, 9, 13, 1});
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(plan->pitch, 13);
  EXPECT_EQ(Convolution(problem, *plan, 3).compare(), kImages * 24 * 9 * 13);
  // So is a row of them above and below each image.
  problem.group = {16, 6, 7, 24, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1};
  problem.group.products = PatchProducts::F16;
  plan = planStreamTile(problem, getChip(), why, {3, 8, 7, 1});
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(plan->imagePixels, 8 * plan->pitch);
  EXPECT_EQ(Convolution(problem, *plan, 3).compare(), kImages * 24 * 8 * 7);
}

/// A warpgroup has all columns of its tiles.
TEST(StreamPlan, ComputesTilesByTurns) {
  PatchProblem stem{3, 18, 20, 9, 7, 7, 2, 2, 1, 1, 3, 3, 3, 3};
  PatchProblem dense{20, 7, 8, 66, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
  PatchProblem parts{20, 22, 23, 5, 3, 3, 5, 5, 2, 2, 1, 1, 1, 1};
  for (const PatchProblem &group : {stem, dense, parts})
    for (PatchProducts products :
         {PatchProducts::SplitF16, PatchProducts::TF32, PatchProducts::F16})
      for (int64_t tileRows : {1, 2, 3}) {
        StreamProblem problem = makeProblem(group, products);
        std::string why;
        StreamTile tile{1, tileRows, 4, 1, 1, /*takesTurns=*/true};
        auto plan = planStreamTile(problem, getChip(), why, tile);
        ASSERT_TRUE(plan) << why;
        EXPECT_TRUE(plan->takesTurns);
        EXPECT_EQ(plan->getColumnShares(), 1);
        EXPECT_GE(plan->columnsPerWarpgroup, plan->columns);
        EXPECT_LT(plan->columnsPerWarpgroup, plan->columns + 8);
        int64_t outputs = kImages * group.filters * group.getOutputHeight() *
                          group.getOutputWidth();
        EXPECT_EQ(Convolution(problem, *plan, 3).compare(), outputs);
        // As one that shares tiles, but for who has the columns.
        tile.takesTurns = false;
        auto both = planStreamTile(problem, getChip(), why, tile);
        ASSERT_TRUE(both) << why;
        EXPECT_EQ(both->getColumnShares(), 2);
        EXPECT_EQ(both->columns, plan->columns);
        EXPECT_FALSE(both->residentFilter);
      }
}

TEST(StreamPlan, ComputesTwoBlocksOfAWarpgroupEach) {
  StreamProblem problem = makeProblem(
      {17, 7, 7, 100, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1}, PatchProducts::F16);
  std::string why;
  auto plan = planStreamTile(problem, getChip(), why, {2, 7, 7, 2});
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(plan->channelTiles, 1);
  // The zeros between rows and images are shared.
  EXPECT_EQ(plan->pitch, 8);
  EXPECT_EQ(plan->imagePixels, 64);
  EXPECT_EQ(Convolution(problem, *plan, 3).compare(), kImages * 100 * 49);
}

TEST(StreamPlan, ComputesTheLastOfAnOddNumberOfBlocks) {
  StreamProblem problem =
      makeProblem({17, 9, 5, 130, 3, 3, 2, 2}, PatchProducts::F16);
  problem.groups = 2;
  std::string why;
  auto plan = planStreamTile(problem, getChip(), why, {1, 4, 2, 2});
  ASSERT_TRUE(plan) << why;
  // Two of each group.
  EXPECT_EQ(plan->channelTiles, 4);
  EXPECT_EQ(Convolution(problem, *plan, 3).compare(), kImages * 2 * 130 * 8);
}

TEST(StreamPlan, ComputesPartsOfTheChannels) {
  for (PatchProducts products :
       {PatchProducts::SplitF16, PatchProducts::TF32, PatchProducts::F16})
    for (int64_t parts : {2, 4, 8})
      for (int64_t taps : {1, 3}) {
        // The last of 8 or 16 chunks lacks some channels.
        PatchProblem group{125, 5, 6, 70, taps, taps};
        group.padTop = group.padLeft = taps / 2;
        group.padBottom = group.padRight = taps / 2;
        StreamProblem problem = makeProblem(group, products);
        problem.groups = 2;
        StreamTile tile{1, taps == 1 ? 1 : 5, taps == 1 ? 30 : 6, 2, parts};
        std::string why;
        auto plan = planStreamTile(problem, getChip(), why, tile);
        ASSERT_TRUE(plan) << why;
        EXPECT_EQ(plan->getPartRows(), 16 / parts);
        EXPECT_EQ(parts * plan->slotsPerTile * plan->slotChunks,
                  plan->image.getChunks());
        EXPECT_EQ(Convolution(problem, *plan, 3).compare(),
                  kImages * 2 * 70 * 30)
            << parts << " parts, " << taps << " taps";
      }
}

namespace {
/// A convolution, and what the plan makes of its columns.
struct FoldedFilter {
  PatchProblem group;
  PatchProducts products;
  int64_t columns, shift, foldedWidth;
  size_t variants;
  /// Of all parts.
  size_t steps;
  int64_t rowParts, columnParts;
};
} // namespace

static PatchProblem makeStrided(int64_t channels, std::array<int64_t, 2> input,
                                std::array<int64_t, 2> window,
                                std::array<int64_t, 2> stride, int64_t pad,
                                int64_t dilation = 1) {
  PatchProblem group{channels,  input[0],  input[1],  9,        window[0],
                     window[1], stride[0], stride[1], dilation, dilation};
  group.padTop = group.padBottom = group.padLeft = group.padRight = pad;
  return group;
}

static void expectFold(const StreamPlan &plan, const FoldedFilter &filter) {
  EXPECT_EQ(plan.getPixelColumns(), filter.columns);
  EXPECT_EQ(plan.image.fold.shift, filter.shift);
  EXPECT_EQ(plan.problem.filterWidth, filter.foldedWidth);
  EXPECT_EQ(plan.problem.channels, filter.columns * filter.group.channels);
  EXPECT_EQ(plan.image.getVariants().size(), filter.variants);
  EXPECT_EQ(plan.image.steps.size(), filter.steps);
  EXPECT_EQ(plan.rowParts, filter.rowParts);
  EXPECT_EQ(plan.columnParts, filter.columnParts);
  // What is computed in plain f32.
  EXPECT_EQ(plan.unfolded.channels, filter.group.channels);
  EXPECT_EQ(plan.unfolded.filterWidth, filter.group.filterWidth);
}

TEST(StreamPlan, FoldsColumnsOfStrides) {
  constexpr PatchProducts kSplit = PatchProducts::SplitF16;
  constexpr PatchProducts kTF32 = PatchProducts::TF32;
  constexpr PatchProducts kF16 = PatchProducts::F16;
  PatchProblem stem = makeStrided(3, {17, 18}, {7, 7}, {2, 2}, 3);
  PatchProblem small = makeStrided(3, {15, 22}, {5, 5}, {2, 2}, 2);
  PatchProblem large = makeStrided(3, {31, 36}, {11, 11}, {4, 4}, 2);
  PatchProblem patches = makeStrided(3, {48, 32}, {16, 16}, {16, 16}, 0);
  PatchProblem bare = makeStrided(3, {16, 18}, {3, 3}, {2, 2}, 0);
  PatchProblem padded = makeStrided(3, {16, 18}, {3, 3}, {2, 2}, 1);
  PatchProblem rows = makeStrided(4, {9, 14}, {2, 3}, {1, 2}, 1);
  PatchProblem gray = makeStrided(1, {12, 40}, {3, 8}, {4, 8}, 0);
  PatchProblem apart = makeStrided(3, {2, 40}, {1, 11}, {1, 10}, 1);
  PatchProblem odd = makeStrided(3, {17, 19}, {7, 7}, {2, 2}, 3);
  PatchProblem dilated = makeStrided(3, {17, 18}, {3, 3}, {2, 2}, 1, 2);
  PatchProblem many = makeStrided(5, {17, 18}, {3, 3}, {2, 2}, 1);
  PatchProblem narrow = makeStrided(3, {17, 18}, {3, 1}, {2, 2}, 1);
  const FoldedFilter filters[] = {
      {stem, kSplit, 2, 1, 4, 1, 42, 1, 1},
      {stem, kTF32, 2, 1, 4, 2, 28, 1, 1},
      {stem, kF16, 2, 1, 4, 2, 14, 1, 1},
      {small, kSplit, 2, 0, 3, 1, 23, 1, 1},
      {small, kF16, 2, 0, 3, 2, 8, 1, 1},
      {large, kSplit, 2, 0, 6, 1, 99, 11, 1},
      {large, kTF32, 2, 0, 6, 2, 66, 11, 1},
      {large, kF16, 2, 0, 6, 2, 33, 11, 1},
      // Two parts of a row, which differ in nothing.
      {patches, kSplit, 2, 0, 8, 1, 192, 16, 2},
      {patches, kF16, 2, 0, 8, 1, 64, 16, 2},
      {bare, kTF32, 2, 0, 2, 2, 6, 1, 1},
      {bare, kF16, 2, 0, 2, 2, 3, 1, 1},
      {padded, kSplit, 2, 1, 2, 1, 9, 1, 1},
      {padded, kF16, 2, 1, 2, 2, 3, 1, 1},
      {rows, kTF32, 2, 1, 2, 2, 4, 1, 1},
      {rows, kF16, 2, 1, 2, 2, 2, 1, 1},
      // No more than a load of 16 bytes has.
      {gray, kF16, 8, 0, 1, 1, 2, 1, 1},
      {gray, kTF32, 4, 0, 2, 1, 6, 3, 1},
      // Parts of a row would differ, unless they are of split products.
      {apart, kSplit, 2, 1, 6, 1, 10, 1, 2},
      {apart, kF16, 1, 0, 11, 1, 11, 1, 11},
      {odd, kF16, 1, 0, 7, 1, 25, 1, 1},
      {dilated, kF16, 1, 0, 3, 1, 5, 1, 1},
      {many, kF16, 1, 0, 3, 1, 5, 1, 1},
      {narrow, kF16, 1, 0, 1, 1, 2, 1, 1},
  };
  for (const auto &[index, filter] : llvm::enumerate(filters)) {
    SCOPED_TRACE("filter " + std::to_string(index));
    StreamProblem problem = makeProblem(filter.group, filter.products);
    problem.groups = 2;
    std::string why;
    auto plans = listStreamPlans(problem, getChip(), kImages, why);
    ASSERT_FALSE(plans.empty()) << why;
    expectFold(plans[0], filter);
    int64_t outputs = kImages * 2 * filter.group.filters *
                      filter.group.getOutputHeight() *
                      filter.group.getOutputWidth();
    for (size_t i : {size_t(0), plans.size() / 2, plans.size() - 1})
      EXPECT_EQ(Convolution(problem, plans[i], 3).compare(), outputs)
          << "plan " << i;
  }
}

namespace {
/// A convolution whose filter is taken in so many parts.
struct PartedFilter {
  PatchProblem group;
  PatchProducts products;
  int64_t rowParts, columnParts;
};
} // namespace

/// Every tile's shape of the plans that are listed, of one and of several
/// blocks of output channels.
TEST(StreamPlan, ComputesFiltersInParts) {
  PatchProblem stem{3, 17, 19, 70, 7, 7, 2, 2, 1, 1, 3, 2, 3, 2};
  PatchProblem dense{20, 9, 12, 5, 9, 9, 1, 1, 1, 1, 4, 4, 4, 4};
  PatchProblem tall{9, 40, 3, 5, 28, 2, 1, 1, 1, 1, 3, 0, 1, 1};
  PatchProblem wide{9, 3, 60, 5, 1, 51, 1, 1, 1, 1, 0, 0, 2, 7};
  PatchProblem prime{9, 2, 50, 5, 1, 47, 1, 1, 1, 1, 0, 0, 2, 7};
  PatchProblem many{20, 14, 13, 5, 11, 11, 1, 1, 1, 1, 2, 3, 1, 0};
  PatchProblem strided{20, 22, 23, 5, 3, 3, 5, 5, 2, 2, 1, 1, 1, 1};
  // Whether pairs of taps ascend depends on whether tiles are whole rows.
  PatchProblem whole{2, 8, 33, 5, 5, 5, 1, 1, 1, 1, 2, 2, 2, 2};
  PatchProblem unordered{20, 12, 13, 5, 3, 2, 2, 2, 2, 1, 1, 1, 1, 1};
  const PartedFilter filters[] = {
      {stem, PatchProducts::SplitF16, 7, 1},
      {dense, PatchProducts::SplitF16, 3, 1},
      {tall, PatchProducts::SplitF16, 2, 1},
      {wide, PatchProducts::SplitF16, 1, 3},
      {prime, PatchProducts::SplitF16, 1, 47},
      {many, PatchProducts::F16, 11, 1},
      {many, PatchProducts::TF32, 11, 1},
      {strided, PatchProducts::F16, 3, 1},
      {unordered, PatchProducts::SplitF16, 1, 1},
      {whole, PatchProducts::F16, 1, 1},
  };
  for (const auto &[index, filter] : llvm::enumerate(filters)) {
    StreamProblem problem = makeProblem(filter.group, filter.products);
    problem.groups = 2;
    std::string why;
    auto plans = listStreamPlans(problem, getChip(), kImages, why);
    ASSERT_FALSE(plans.empty()) << why;
    EXPECT_EQ(plans[0].rowParts, filter.rowParts) << "filter " << index;
    EXPECT_EQ(plans[0].columnParts, filter.columnParts) << "filter " << index;
    int64_t outputs = kImages * 2 * filter.group.filters *
                      filter.group.getOutputHeight() *
                      filter.group.getOutputWidth();
    for (size_t i : {size_t(0), plans.size() / 2, plans.size() - 1})
      EXPECT_EQ(Convolution(problem, plans[i], 3).compare(), outputs)
          << "filter " << index << " plan " << i;
  }
}
