//===- PackFilterDataTest.cpp - Constant filters as kernels read them -----===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads packed filters back, by the description in FilterImage.h.
//
//===----------------------------------------------------------------------===//

#include "Codegen/Gpu/PackFilterData.h"

#include "Convoy/Dialect/PatchPlan.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

#include "gtest/gtest.h"
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <random>
#include <tuple>
#include <vector>

using namespace mlir;
using namespace mlir::convoy;

namespace {

FloatKind getWeightKind(PatchProducts products) {
  switch (products) {
  case PatchProducts::F16:
    return FloatKind::F16;
  case PatchProducts::BF16:
    return FloatKind::BF16;
  case PatchProducts::SplitF16:
  case PatchProducts::TF32:
    return FloatKind::F32;
  }
  llvm_unreachable("all products have a case");
}

class PackFilterTest : public testing::Test {
protected:
  /// Packs normal weights, some of them changed by `change`.
  void pack(const FilterImage &packed,
            llvm::function_ref<void(std::vector<double> &)> change = {}) {
    image = packed;
    FloatKind kind = getWeightKind(image.products);
    int64_t count = image.groups * image.filters * getRowWeights();
    std::mt19937 random(7);
    std::normal_distribution<double> normal;
    weights.resize(count);
    for (double &weight : weights)
      weight = normal(random);
    if (change)
      change(weights);
    std::vector<char> raw(count * getSizeInBytes(kind));
    for (auto [index, weight] : llvm::enumerate(weights)) {
      char *element = raw.data() + index * getSizeInBytes(kind);
      storeRounded(kind, weight, element);
      weight = loadAsDouble(kind, element);
    }
    Builder builder(&context);
    Type type = kind == FloatKind::F16    ? Type(builder.getF16Type())
                : kind == FloatKind::BF16 ? Type(builder.getBF16Type())
                                          : Type(builder.getF32Type());
    auto attribute = DenseElementsAttr::getFromRawBuffer(
        RankedTensorType::get({count}, type), raw);
    Refusal refusal;
    FailureOr<ConstantData> data = ConstantData::get(attribute, refusal);
    ASSERT_TRUE(succeeded(data));
    bytes.assign(image.getBytes(), char(0xaa));
    packFilter(*data, image, bytes);
  }

  /// Weights of an output channel.
  int64_t getRowWeights() const {
    int64_t count = image.channels * image.taps;
    const ColumnFold &fold = image.fold;
    if (fold.columns == 1)
      return count;
    // With zeros on both sides, a filter's row is as long as folded ones.
    return count / (fold.getFoldedWidth() * fold.columns) * fold.filterWidth;
  }

  /// The weight, or zero where there is none.
  double getWeight(int64_t group, int64_t filter, int64_t channel,
                   int64_t tap) const {
    if (filter >= image.filters || channel >= image.channels)
      return 0;
    int64_t row = group * image.filters + filter;
    int64_t width = image.taps, column = tap, inRow = channel;
    if (const ColumnFold &fold = image.fold; fold.columns != 1) {
      width = fold.filterWidth;
      column = tap % fold.getFoldedWidth() * fold.columns +
               channel % fold.columns - fold.shift;
      if (column < 0 || column >= width)
        return 0;
      inRow = channel / fold.columns * (image.taps / fold.getFoldedWidth()) +
              tap / fold.getFoldedWidth();
    }
    return weights[row * getRowWeights() + inRow * width + column];
  }

  /// Of an output channel of the group, or of one that does not exist.
  float getRowScale(int64_t group, int64_t filter) const {
    float scale;
    int64_t inBlock = filter % image.blockRows;
    int64_t index = group * image.getBlocks() * image.blockRows + filter -
                    inBlock + image.getRow(inBlock);
    std::memcpy(&scale, &bytes[image.getRowScalesOffset() + index * 4], 4);
    return scale;
  }

  /// Runs `visit` for each element of the image: its number, and where it
  /// stands; the half is null where it, or the tap, does not exist. Rows are
  /// output channels.
  struct Element {
    double value;
    int64_t group, row, channel, tap;
    const FilterHalf *half;
  };
  void forEachElement(llvm::function_ref<void(const Element &)> visit) const {
    FloatKind kind = image.getElementBytes() == 4            ? FloatKind::F32
                     : image.products == PatchProducts::BF16 ? FloatKind::BF16
                                                             : FloatKind::F16;
    const char *data = bytes.data();
    for (int64_t group : llvm::seq<int64_t>(0, image.groups))
      for (int64_t block : llvm::seq<int64_t>(0, image.getBlocks()))
        for (int64_t chunk : llvm::seq<int64_t>(0, image.getChunks()))
          for (const FilterStep &step : image.steps)
            for (const FilterHalf *half :
                 {&step.first, step.second ? &*step.second : nullptr})
              for (int64_t row : llvm::seq<int64_t>(0, image.blockRows))
                for (int64_t i :
                     llvm::seq<int64_t>(0, image.getHalfChannels())) {
                  int64_t filter = 0;
                  while (image.getRow(filter) != row)
                    ++filter;
                  Element element = locate(half, i);
                  element.value = loadAsDouble(kind, data);
                  element.group = group;
                  element.row = block * image.blockRows + filter;
                  element.channel += chunk * image.chunkChannels;
                  visit(element);
                  data += image.getElementBytes();
                }
    EXPECT_EQ(data - bytes.data(), image.getRowScalesOffset());
  }

  /// Channel and tap of element `i` of a half.
  Element locate(const FilterHalf *half, int64_t i) const {
    if (!half)
      return {0, 0, 0, i, 0, nullptr};
    if (image.pairedWidth == 0)
      return {0, 0, 0, half->firstChannel + i, half->tap, half};
    bool exists = half->tap % image.pairedWidth + i / 4 < image.pairedWidth;
    return {0, 0, 0, i % 4, half->tap + i / 4, exists ? half : nullptr};
  }

  /// Each element is its weight, or zero.
  void expectWeights(double relativeError) const {
    forEachElement([&](const Element &element) {
      double weight = element.half ? getWeight(element.group, element.row,
                                               element.channel, element.tap)
                                   : 0;
      ASSERT_LE(std::fabs(element.value - weight),
                relativeError * std::fabs(weight));
    });
  }

  /// Of split products: the parts of each weight add up to it.
  void expectParts() const;

  MLIRContext context;
  FilterImage image;
  std::vector<double> weights;
  std::vector<char> bytes;
};

TEST_F(PackFilterTest, FewChannelsOfF16TakeTwoTapsAStep) {
  pack(FilterImage::get(PatchProducts::F16, 1, 20, 3, 9));
  EXPECT_EQ(image.steps.size(), 5u);
  EXPECT_FALSE(image.steps.back().second);
  EXPECT_EQ(image.getBytes(), 5 * 2048);
  expectWeights(0);
}

TEST_F(PackFilterTest, ManyChannelsOfF16TakeOneTapAStep) {
  pack(FilterImage::get(PatchProducts::F16, 1, 70, 40, 9));
  EXPECT_EQ(image.getChunks(), 3);
  EXPECT_EQ(image.getBytes(), 2 * 3 * 9 * 2048);
  expectWeights(0);
}

TEST_F(PackFilterTest, PointwiseBlocksHaveTheRowsOfATile) {
  pack(FilterImage::getPointwise(PatchProducts::F16, 100, 40, 48));
  EXPECT_EQ(image.getBlocks(), 3);
  EXPECT_EQ(image.getStepBytes(), 48 * 32);
  EXPECT_EQ(image.getBytes(), 3 * 3 * 48 * 32);
  expectWeights(0);
}

TEST_F(PackFilterTest, PointwiseStepsAreOfChannelsAlone) {
  pack(FilterImage::getPointwise(PatchProducts::BF16, 16, 8, 16));
  EXPECT_EQ(image.chunkChannels, 16);
  EXPECT_EQ(image.steps.size(), 1u);
  EXPECT_TRUE(image.steps.front().second);
  expectWeights(0);
  pack(FilterImage::getPointwise(PatchProducts::TF32, 20, 12, 24));
  EXPECT_EQ(image.getChunks(), 2);
  expectWeights(0x1p-11);
}

TEST_F(PackFilterTest, GroupsOfBF16) {
  pack(FilterImage::get(PatchProducts::BF16, 3, 16, 24, 4));
  EXPECT_EQ(image.getBytes(), 3 * 2 * 4 * 2048);
  expectWeights(0);
}

TEST_F(PackFilterTest, TF32IsRounded) {
  pack(FilterImage::get(PatchProducts::TF32, 1, 64, 12, 9));
  EXPECT_EQ(image.getChunks(), 2);
  expectWeights(0x1p-11);
  forEachElement([](const Element &element) {
    uint32_t bits;
    float value = static_cast<float>(element.value);
    std::memcpy(&bits, &value, sizeof(bits));
    ASSERT_EQ(bits & 0x1fff, 0u);
  });
}

TEST_F(PackFilterTest, TF32StaysFinite) {
  pack(FilterImage::get(PatchProducts::TF32, 1, 1, 4, 1),
       [](std::vector<double> &weights) {
         weights[0] = std::numeric_limits<float>::max();
         weights[1] = -std::numeric_limits<float>::max();
         weights[2] = std::numeric_limits<double>::infinity();
         weights[3] = std::numeric_limits<double>::quiet_NaN();
       });
  std::vector<double> row;
  forEachElement([&](const Element &element) {
    if (element.row == 0)
      row.push_back(element.value);
  });
  EXPECT_EQ(row[0], 0x1.ffcp127);
  EXPECT_EQ(row[1], -0x1.ffcp127);
  EXPECT_EQ(row[2], std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(row[3]));
}

/// The parts of all weights of a split image.
struct Parts {
  double high = 0, low = 0, lowered = 0;
};
using PartsOfWeights =
    std::map<std::tuple<int64_t, int64_t, int64_t, int64_t>, Parts>;

void PackFilterTest::expectParts() const {
  PartsOfWeights found;
  forEachElement([&](const Element &element) {
    if (!element.half) {
      ASSERT_EQ(element.value, 0);
      return;
    }
    Parts &parts =
        found[{element.group, element.row, element.channel, element.tap}];
    switch (element.half->part) {
    case FilterPart::High:
      parts.high = element.value;
      break;
    case FilterPart::Low:
      parts.low = element.value;
      break;
    case FilterPart::LoweredHigh:
      parts.lowered = element.value;
      break;
    case FilterPart::Value:
      FAIL() << "expected parts";
    }
  });
  int64_t rows = image.groups * image.getBlocks() * image.blockRows;
  EXPECT_EQ(image.getNumRowScales(), rows);
  EXPECT_EQ(found.size(),
            static_cast<size_t>(rows * image.getChunks() * image.taps *
                                (image.pairedWidth ? 4 : image.chunkChannels)));
  for (const auto &[place, parts] : found) {
    auto [group, row, channel, tap] = place;
    double weight = getWeight(group, row, channel, tap);
    double scale = getRowScale(group, row);
    // Beside the relative error, what subnormal parts lose.
    ASSERT_LE(std::fabs((parts.high + parts.low) * scale - weight),
              std::max(0x1p-22 * std::fabs(weight), 0x1p-25 * scale));
    ASSERT_LE(std::fabs(parts.lowered - parts.high / 2048),
              std::max(0x1p-11 * std::fabs(parts.lowered), 0x1p-25));
  }
}

TEST_F(PackFilterTest, PartsAddUpToWeights) {
  pack(FilterImage::get(PatchProducts::SplitF16, 2, 70, 20, 9));
  EXPECT_EQ(image.steps.size(), 14u);
  expectParts();
}

TEST_F(PackFilterTest, PartsOfTheTapsFollowEachOther) {
  pack(FilterImage::get(PatchProducts::SplitF16, 2, 70, 20, 9, kFilterBlockRows,
                        /*oneTapSteps=*/false,
                        /*tapParts=*/3));
  // Two steps of large products for each row of 3 taps.
  ASSERT_EQ(image.steps.size(), 15u);
  EXPECT_EQ(image.steps[5].first.part, FilterPart::Low);
  EXPECT_EQ(image.steps[5].first.tap, 3);
  EXPECT_FALSE(image.steps[9].second);
  expectParts();
}

TEST_F(PackFilterTest, PointwisePartsAddUpToWeights) {
  pack(FilterImage::getPointwise(PatchProducts::SplitF16, 70, 36, 40));
  EXPECT_EQ(image.steps.size(), 3u);
  EXPECT_EQ(image.getChunks(), 3);
  expectParts();
}

FilterImage getFolded(PatchProducts products, int64_t channels, int64_t taps,
                      ColumnFold fold, int64_t tapParts = 1) {
  return FilterImage::get(products, 2, 70, channels, taps, kFilterBlockRows,
                          /*oneTapSteps=*/false, tapParts, fold);
}

TEST_F(PackFilterTest, FoldedColumnsAreChannels) {
  // 7x7 of 3 channels, 4 pairs of columns whose first has a zero.
  ColumnFold fold{2, 7, 1};
  pack(getFolded(PatchProducts::F16, 6, 28, fold));
  EXPECT_EQ(weights.size(), 2u * 70 * 3 * 49);
  EXPECT_EQ(image.steps.size(), 14u);
  expectWeights(0);
  pack(getFolded(PatchProducts::TF32, 6, 28, fold));
  EXPECT_EQ(image.steps.size(), 28u);
  expectWeights(0x1p-11);
  pack(getFolded(PatchProducts::SplitF16, 6, 28, fold));
  EXPECT_EQ(image.steps.size(), 42u);
  expectParts();
}

TEST_F(PackFilterTest, FoldedColumnsHaveZerosOnBothSides) {
  // 2x9 of 2 channels: columns 1 to 3, all, and 0 to 1 of 4.
  ColumnFold fold{4, 9, 1};
  pack(getFolded(PatchProducts::BF16, 8, 6, fold));
  EXPECT_EQ(weights.size(), 2u * 70 * 2 * 18);
  using Columns = std::pair<int64_t, int64_t>;
  auto variants = image.getVariants();
  ASSERT_EQ(variants.size(), 3u);
  EXPECT_EQ(variants[0], Columns(1, 4));
  EXPECT_EQ(variants[1], Columns(0, 4));
  EXPECT_EQ(variants[2], Columns(0, 2));
  // Only the first and the last column of the first row.
  pack(image, [](std::vector<double> &weights) {
    llvm::fill(weights, 0.0);
    weights[0] = 5;
    weights[8] = 7;
  });
  std::map<std::pair<int64_t, int64_t>, double> found;
  forEachElement([&](const Element &element) {
    if (element.value != 0) {
      EXPECT_EQ(element.group, 0);
      EXPECT_EQ(element.row, 0);
      found[{element.channel, element.tap}] = element.value;
    }
  });
  EXPECT_EQ(found.size(), 2u);
  EXPECT_EQ((found[{1, 0}]), 5);
  EXPECT_EQ((found[{1, 2}]), 7);
  // As long as pixels are: nothing is zero.
  pack(getFolded(PatchProducts::F16, 8, 3, {8, 8, 0}));
  EXPECT_EQ(image.getVariants().size(), 1u);
  expectWeights(0);
}

TEST_F(PackFilterTest, PairsOfFoldedTapsAreInTheOrderOfVariants) {
  // 3x5: the last tap of a row has one column, and is paired with the first of
  // the next row.
  pack(getFolded(PatchProducts::F16, 6, 9, {2, 5, 0}));
  ASSERT_EQ(image.steps.size(), 5u);
  EXPECT_EQ(image.getVariant(2), 1);
  EXPECT_EQ(image.getVariant(3), 0);
  EXPECT_EQ(image.steps[1].first.tap, 3);
  EXPECT_EQ(image.steps[1].second->tap, 2);
  expectWeights(0);
  // Split products have no variants.
  pack(getFolded(PatchProducts::SplitF16, 6, 9, {2, 5, 0}));
  EXPECT_EQ(image.getVariants().size(), 1u);
  EXPECT_EQ(image.steps[10].first.tap, 2);
  expectParts();
  // A part for each row.
  pack(getFolded(PatchProducts::SplitF16, 6, 9, {2, 5, 0}, 3));
  EXPECT_EQ(image.steps.size(), 15u);
  expectParts();
}

/// Of a patch kernel for 3x3 on 128x128 pixels.
FilterImage getPatchImage(PatchProducts products, int64_t channels,
                          int64_t filters) {
  PatchProblem problem{channels, 128, 128, filters, 3, 3};
  problem.products = products;
  problem.outputBytes = problem.getInputBytes();
  std::string why;
  return getPatchFilterImage(*planPatch(problem, *lookupChip("sm_90a"), why));
}

TEST_F(PackFilterTest, RowsOfPatchKernelsAreChannelsOfOneSector) {
  pack(getPatchImage(PatchProducts::F16, 8, 70));
  EXPECT_EQ(image.channelStep, 4);
  EXPECT_EQ(image.getRow(0), 0);
  EXPECT_EQ(image.getRow(1), 8);
  EXPECT_EQ(image.getRow(4), 1);
  expectWeights(0);
  pack(getPatchImage(PatchProducts::TF32, 12, 64));
  EXPECT_EQ(image.channelStep, 2);
  expectWeights(0x1p-11);
  pack(getPatchImage(PatchProducts::SplitF16, 8, 64));
  expectParts();
}

TEST_F(PackFilterTest, PairedTapsShareAHalf) {
  pack(getPatchImage(PatchProducts::SplitF16, 3, 64));
  EXPECT_EQ(image.pairedWidth, 3);
  EXPECT_EQ(image.steps.size(), 9u);
  expectParts();
}

TEST_F(PackFilterTest, LargestWeightsReachTheTop) {
  pack(FilterImage::get(PatchProducts::SplitF16, 1, 64, 8, 9));
  for (int64_t row : llvm::seq<int64_t>(0, 64)) {
    double largest = 0;
    for (int64_t i : llvm::seq<int64_t>(0, 72))
      largest = std::max(largest, std::fabs(weights[row * 72 + i]));
    double scaled = largest / getRowScale(0, row);
    EXPECT_GE(scaled, 0x1p14);
    EXPECT_LT(scaled, 0x1p15);
  }
}

TEST_F(PackFilterTest, RowsThatPartsDoNotRepresent) {
  constexpr int64_t kRowWeights = 8 * 9;
  pack(FilterImage::get(PatchProducts::SplitF16, 1, 10, 8, 9),
       [](std::vector<double> &weights) {
         auto row = [&](int64_t index) {
           return &weights[index * kRowWeights];
         };
         row(0)[5] = std::numeric_limits<double>::infinity();
         row(1)[7] = std::numeric_limits<double>::quiet_NaN();
         std::fill_n(row(2), kRowWeights, 1.0);
         row(2)[0] = 0x1p-28;
         std::fill_n(row(3), kRowWeights, 1.0);
         row(3)[0] = 0x1p-27;
         std::fill_n(row(4), kRowWeights, 0.0);
         // Subnormal: as far up as an f32 scale can be inverted.
         std::fill_n(row(5), kRowWeights, 0x1p-140);
         std::fill_n(row(6), kRowWeights, -0x1.8p127);
       });
  EXPECT_TRUE(std::isnan(getRowScale(0, 0)));
  EXPECT_TRUE(std::isnan(getRowScale(0, 1)));
  EXPECT_TRUE(std::isnan(getRowScale(0, 2)));
  EXPECT_EQ(getRowScale(0, 3), 0x1p-14f);
  EXPECT_EQ(getRowScale(0, 4), 1.0f);
  EXPECT_EQ(getRowScale(0, 5), 0x1p-126f);
  EXPECT_EQ(getRowScale(0, 6), 0x1p113f);
  // Rows that do not exist.
  EXPECT_EQ(getRowScale(0, 10), 1.0f);
  EXPECT_EQ(getRowScale(0, 63), 1.0f);
}

} // namespace
