//===- PointwisePlanTest.cpp - Numbers of a pointwise wgmma kernel --------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Computes convolutions of small integers with the arithmetic of plans: what
// copies, reads and multiplies by these numbers computes the convolution.
//
//===----------------------------------------------------------------------===//

#include "PointwiseTunings.h"

#include "gtest/gtest.h"
#include <array>
#include <random>
#include <set>
#include <vector>

using namespace mlir::convoy;
using namespace mlir::convoy::test;

namespace {

/// One convolution, computed directly and by a plan.
class Convolution {
public:
  Convolution(const PointwisePlan &plan, unsigned seed)
      : random(seed), plan(plan), problem(plan.problem),
        input(drawNumbers(random, kImages * problem.channels * problem.pixels)),
        filter(drawNumbers(random, problem.filters * problem.channels)) {}

  /// The number of outputs that the plan computes rightly; stops at the first
  /// that is wrong or computed twice.
  int64_t compare();

private:
  int64_t computeDirectly(int64_t image, int64_t channel, int64_t pixel) const {
    int64_t sum = 0;
    for (int64_t c = 0; c < problem.channels; ++c)
      sum += input[(image * problem.channels + c) * problem.pixels + pixel] *
             filter[channel * problem.channels + c];
    return sum;
  }

  struct Place {
    int64_t block, image, pixel;
  };
  Place getPlace(int64_t tile) const {
    int64_t group = tile / plan.clusterBlocks;
    int64_t pixels = group / plan.filterTiles * plan.clusterBlocks +
                     tile % plan.clusterBlocks;
    if (plan.acrossImages)
      return {group % plan.filterTiles,
              pixels * plan.tilePixels / problem.pixels,
              pixels * plan.tilePixels % problem.pixels};
    return {group % plan.filterTiles,
            pixels / plan.pixelTiles * plan.tileImages,
            pixels % plan.pixelTiles * plan.tilePixels};
  }

  /// The elements of a stage's input part.
  std::vector<int64_t> copyStage(const Place &place, int64_t stage) const;
  void copyRun(std::vector<int64_t> &elements, const Place &place,
               int64_t stage, int64_t image, int64_t channel) const;
  int64_t multiply(const std::vector<std::vector<int64_t>> &stages,
                   const Place &place, int64_t pixel, int64_t row) const;
  bool compareTile(int64_t tile, int64_t &agreed);

  std::mt19937 random;
  const PointwisePlan &plan;
  const PointwiseProblem &problem;
  std::vector<int64_t> input, filter;
  std::set<std::array<int64_t, 3>> seen;
};

/// Copies the pieces of a run that begins with `channel` of the stage, zeros
/// where channels do not exist.
void Convolution::copyRun(std::vector<int64_t> &elements, const Place &place,
                          int64_t stage, int64_t image, int64_t channel) const {
  int64_t bytes = problem.getInputBytes();
  int64_t inPiece = kPointwisePieceBytes / bytes;
  int64_t firstChannel = stage * plan.getStageChannels() + channel;
  int64_t first = ((place.image + image) * problem.channels + firstChannel) *
                      problem.pixels +
                  place.pixel;
  // To the piece's begin.
  first -= first % inPiece;
  int64_t end = (place.image + image + 1) * problem.channels * problem.pixels;
  if (plan.acrossImages)
    end = static_cast<int64_t>(input.size());
  int64_t target =
      image * plan.imagePitchBytes + channel * plan.channelPitchBytes;
  ASSERT_EQ(target % kPointwisePieceBytes, 0);
  for (int64_t i = 0; i < plan.runPieces * inPiece; ++i) {
    // Pieces of the next image are those of the same channel.
    int64_t images = plan.acrossImages ? (place.pixel + i / inPiece * inPiece) /
                                             problem.pixels
                                       : 0;
    int64_t element =
        first + i + images * (problem.channels - 1) * problem.pixels;
    bool exists = firstChannel < problem.channels && element < end;
    elements.at(target / bytes + i) = exists ? input[element] : 0;
  }
}

std::vector<int64_t> Convolution::copyStage(const Place &place,
                                            int64_t stage) const {
  std::vector<int64_t> elements(plan.inputStageBytes / problem.getInputBytes(),
                                kStale);
  for (int64_t image = 0; image < plan.tileImages; ++image)
    for (int64_t channel = 0; channel < plan.getStageChannels();
         channel += plan.runChannels)
      if (place.image + image < kImages)
        copyRun(elements, place, stage, image, channel);
  return elements;
}

/// The sum of a pixel of the tile and a row of its filters.
int64_t Convolution::multiply(const std::vector<std::vector<int64_t>> &stages,
                              const Place &place, int64_t pixel,
                              int64_t row) const {
  int64_t sum = 0;
  int64_t channel = place.block * plan.tileFilters + row;
  for (int64_t c = 0; c < plan.stagesPerTile * plan.getStageChannels(); ++c) {
    int64_t inStage = c % plan.getStageChannels();
    int64_t address = getPointwiseElementBytes(
        plan, pixel / plan.tilePixels, inStage, pixel % plan.tilePixels);
    EXPECT_EQ(address % problem.getInputBytes(), 0);
    if (plan.pixelVector == 2 && pixel % 2 == 0) {
      EXPECT_EQ(address % (2 * problem.getInputBytes()), 0);
    }
    int64_t element = stages[c / plan.getStageChannels()].at(
        address / problem.getInputBytes());
    if (c >= problem.channels)
      // Zero times infinity would leak.
      EXPECT_EQ(element, 0);
    else
      sum += element * filter[channel * problem.channels + c];
  }
  return sum;
}

bool Convolution::compareTile(int64_t tile, int64_t &agreed) {
  Place place = getPlace(tile);
  std::vector<std::vector<int64_t>> stages(plan.stagesPerTile);
  for (int64_t stage = 0; stage < plan.stagesPerTile; ++stage)
    stages[stage] = copyStage(place, stage);
  for (int64_t row = 0; row < plan.getTileRows(); ++row) {
    int64_t perWarpgroup = plan.rowBlocks * kPointwiseRows;
    int64_t pixel = getPointwisePixel(plan, row / perWarpgroup,
                                      row % perWarpgroup / kPointwiseRows,
                                      row % kPointwiseRows);
    int64_t image = place.image + pixel / plan.tilePixels;
    int64_t inImage = place.pixel + pixel % plan.tilePixels;
    if (plan.acrossImages) {
      image = place.image + (place.pixel + pixel) / problem.pixels;
      inImage = (place.pixel + pixel) % problem.pixels;
    }
    if (pixel >= plan.getTilePixels() || image >= kImages ||
        inImage >= problem.pixels)
      continue;
    for (int64_t filterRow = 0; filterRow < plan.tileFilters; ++filterRow) {
      int64_t channel = place.block * plan.tileFilters + filterRow;
      if (channel >= problem.filters)
        continue;
      if (!seen.insert({image, channel, inImage}).second ||
          multiply(stages, place, pixel, filterRow) !=
              computeDirectly(image, channel, inImage))
        return false;
      ++agreed;
    }
  }
  return true;
}

int64_t Convolution::compare() {
  int64_t agreed = 0;
  for (int64_t tile = 0; tile < plan.getTiles(kImages); ++tile)
    if (!compareTile(tile, agreed))
      break;
  return agreed;
}

} // namespace

TEST(PointwisePlan, ComputesTheConvolution) {
  std::mt19937 random(11);
  auto draw = [&](int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random() % (high - low + 1));
  };
  PatchProducts products[] = {PatchProducts::SplitF16, PatchProducts::TF32,
                              PatchProducts::F16};
  int64_t computed = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    PointwiseProblem problem{draw(1, 8), draw(1, 300), draw(1, 40)};
    problem.products = products[seed % 3];
    problem.channels *= kPointwisePieceBytes / problem.getInputBytes();
    problem.outputBytes = problem.getInputBytes();
    std::string why;
    auto plans = listPointwisePlans(problem, getChip(), kImages, why);
    ASSERT_FALSE(plans.empty()) << why;
    for (size_t i : {size_t(0), plans.size() / 2, plans.size() - 1}) {
      ASSERT_EQ(Convolution(plans[i], seed).compare(),
                kImages * problem.filters * problem.pixels)
          << "seed " << seed << " plan " << i;
      ++computed;
    }
  }
  EXPECT_EQ(computed, 180);
}

/// Each bank once: all loads of a warp's fragment of 16 pixels.
TEST(PointwisePlan, FragmentsHaveNoBankConflicts) {
  for (PatchProducts products :
       {PatchProducts::SplitF16, PatchProducts::TF32, PatchProducts::F16})
    for (int64_t pixels : {64, 100, 196, 784, 3136}) {
      PointwiseProblem problem{64, pixels, 64, products};
      std::string why;
      auto plans = listPointwisePlans(problem, getChip(), kImages, why);
      ASSERT_FALSE(plans.empty()) << why;
      for (const PointwisePlan &plan : plans) {
        ASSERT_EQ(plan.pixelVector, 2);
        int64_t bytes = 2 * problem.getInputBytes();
        // A load of 8 bytes is done by half a warp at a time.
        int64_t lanes = 128 / bytes;
        std::set<int64_t> banks;
        for (int64_t lane = 0; lane < lanes; ++lane) {
          int64_t channel =
              products == PatchProducts::TF32 ? lane % 4 : lane % 4 * 2;
          int64_t address = getPointwiseElementBytes(
              plan, 0, channel, getPointwisePixel(plan, 0, 0, lane / 4));
          for (int64_t word = 0; word < bytes / 4; ++word)
            banks.insert((address / 4 + word) % 32);
        }
        ASSERT_EQ(banks.size(), 32u) << plan.channelPitchBytes;
      }
    }
}

TEST(PointwisePlan, TilesBeginAndEndInAnyImage) {
  PointwiseProblem problem{64, 784, 128, PatchProducts::TF32, 4};
  PointwiseTuning tuning = getTuning();
  std::string why;
  auto plan = planPointwise(problem, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_TRUE(plan->acrossImages);
  EXPECT_EQ(plan->getTiles(64), 392);
  EXPECT_EQ(Convolution(*plan, 3).compare(), kImages * 128 * 784);
  // Tiles that divide an image are no larger across images.
  tuning.tilePixels = 112;
  plan = planPointwise(problem, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_FALSE(plan->acrossImages);
  // Pieces would be of two images.
  tuning.tilePixels = 96;
  problem = {64, 196, 128, PatchProducts::F16, 2};
  plan = planPointwise(problem, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_FALSE(plan->acrossImages);
}

TEST(PointwisePlan, ClustersShareAFilter) {
  PointwiseProblem problem{64, 196, 96, PatchProducts::F16, 2};
  PointwiseTuning tuning = getTuning();
  tuning.tilePixels = 112;
  tuning.tileFilters = 48;
  tuning.residentFilter = false;
  std::string why;
  for (int64_t blocks : {1, 2, 4}) {
    tuning.clusterBlocks = blocks;
    auto plan = planPointwise(problem, getChip(), why, tuning);
    ASSERT_TRUE(plan) << why;
    // 3 images of 2 tiles each, filled up, and 2 of output channels.
    EXPECT_EQ(plan->getTiles(kImages), blocks == 4 ? 16 : 12);
    EXPECT_EQ(plan->getGridBlocks(kImages, getChip()), plan->getTiles(kImages));
    EXPECT_EQ(plan->getGridBlocks(1000, getChip()), 132);
    EXPECT_EQ(plan->mayLackImages(), blocks > 1);
    EXPECT_EQ(Convolution(*plan, 5).compare(), kImages * 96 * 196);
  }
}

TEST(PointwisePlan, WarpgroupsTakeTurnsWithSmallTiles) {
  PointwiseProblem problem{128, 784, 128, PatchProducts::F16, 2};
  PointwiseTuning tuning = getTuning();
  tuning.tilePixels = 64;
  tuning.tileFilters = 128;
  tuning.mathWarpgroups = 3;
  tuning.stageChunks = 4;
  tuning.stages = 5;
  std::string why;
  auto plan = planPointwise(problem, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(plan->stagesPerTile, 2);
  EXPECT_EQ(getTileWarpgroups(*plan), 1);
  EXPECT_EQ(getPointwiseTurns(*plan), 3);
  EXPECT_EQ(Convolution(*plan, 7).compare(), kImages * 128 * 784);

  // A warpgroup would wait for what is two rounds of the ring ahead.
  tuning.stages = 4;
  plan = planPointwise(problem, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(getPointwiseTurns(*plan), 1);

  // Two of the three warpgroups have the pixels of a tile.
  tuning.stages = 5;
  tuning.tilePixels = 112;
  plan = planPointwise(problem, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(getPointwiseTurns(*plan), 1);

  // Bulk stores have one place for a tile's output.
  PointwiseProblem odd{128, 49, 128, PatchProducts::F16, 2};
  tuning.tilePixels = 49;
  plan = planPointwise(odd, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_TRUE(plan->bulkStores);
  EXPECT_EQ(getPointwiseTurns(*plan), 1);
}
