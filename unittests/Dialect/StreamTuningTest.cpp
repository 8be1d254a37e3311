//===- StreamTuningTest.cpp - Tiles and resources of stream kernels -------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Single numbers of plans, and what is refused. That plans compute convolutions
// is in StreamPlanTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "StreamProblems.h"

#include "gtest/gtest.h"
#include <map>
#include <set>

using namespace mlir::convoy;
using namespace mlir::convoy::test;

TEST(StreamPlan, LetsTheSecondBlockFollowTheFirst) {
  StreamProblem problem = makeProblem(
      {64, 112, 112, 128, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1}, PatchProducts::F16);
  std::string why;
  auto plan = planStreamTile(problem, getChip(), why, {1, 2, 112, 2});
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(plan->getBlockLag(), 2);
  EXPECT_EQ(plan->getNumStages(), 2 * plan->filterStages);
  // One slot is multiplied while the next is gathered.
  StreamTuning tuning = plan->getTuning();
  tuning.slots = 2;
  EXPECT_EQ(planStream(problem, getChip(), why, tuning)->getBlockLag(), 0);
  auto one = planStreamTile(problem, getChip(), why, {1, 2, 112, 1});
  ASSERT_TRUE(one) << why;
  EXPECT_EQ(one->getBlockLag(), 0);
}

TEST(StreamPlan, StagesOutputsOf16Bits) {
  StreamProblem problem = makeProblem(
      {64, 14, 14, 128, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1}, PatchProducts::F16);
  std::string why;
  auto plan = planStreamTile(problem, getChip(), why, {1, 14, 14, 2});
  ASSERT_TRUE(plan) << why;
  EXPECT_TRUE(plan->storesVectors());
  EXPECT_EQ(plan->getStagedPixels(), 200);
  // 202 outputs and what keeps 8 rows in different banks.
  EXPECT_EQ(plan->stagedRowBytes, 528);
  problem.group.products = PatchProducts::TF32;
  problem.group.outputBytes = 4;
  plan = planStreamTile(problem, getChip(), why, {1, 14, 14, 2});
  ASSERT_TRUE(plan) << why;
  EXPECT_FALSE(plan->storesVectors());
}

TEST(StreamPlan, SeesPointwiseImagesAsOneRow) {
  StreamProblem problem =
      makeProblem({480, 14, 14, 64, 1, 1}, PatchProducts::F16);
  std::string why;
  auto plan = planStreamTile(problem, getChip(), why, {1, 1, 196, 1});
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(plan->outputHeight, 1);
  EXPECT_EQ(plan->columnsPerWarpgroup, 104);
  // 30 chunks of 16 channels.
  EXPECT_EQ(plan->slotChunks, 2);
  EXPECT_EQ(plan->slotsPerTile, 15);
}

TEST(StreamPlan, DividesGatheringThreadsForFewPixels) {
  StreamProblem problem =
      makeProblem({992, 7, 7, 128, 1, 1}, PatchProducts::F16);
  std::string why;
  auto plan = planStreamTile(problem, getChip(), why, {1, 1, 49, 1});
  ASSERT_TRUE(plan) << why;
  // 4 blocks of 8 channels of a slot, 64 threads each for 49 pixels.
  EXPECT_EQ(plan->getSlotUnits(), 4);
  EXPECT_EQ(plan->unitGroups, 4);
  EXPECT_EQ(plan->getPixelThreads(), 64);
  EXPECT_EQ(plan->rounds, 1);
}

TEST(StreamPlan, OrdersPhasesForPairsOfTaps) {
  // Columns of rows of 224 would be channels, and two phases enough.
  StreamProblem problem = makeProblem(
      {3, 225, 225, 64, 7, 7, 2, 2, 1, 1, 3, 3, 3, 3}, PatchProducts::F16);
  std::string why;
  auto plan = planStreamTile(problem, getChip(), why, {1, 4, 56, 1});
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(plan->phases.size(), 4u);
  EXPECT_TRUE(plan->needsZeros());
  for (const PatchStep &step : plan->steps)
    if (step.secondHalfBytes) {
      EXPECT_GE(*step.secondHalfBytes, step.firstHalfBytes);
    }
}

/// Neighbours in the input are gathered one after the other, each pixel once.
TEST(StreamPlan, GathersPhasesInTheOrderOfTheInput) {
  StreamProblem problem =
      makeProblem({64, 57, 57, 64, 3, 3, 2, 2}, PatchProducts::SplitF16);
  std::string why;
  auto plan = planStreamTile(problem, getChip(), why, {1, 4, 28, 1});
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(plan->columnPhases, 2);
  // 5 rows of 30 pixels, and what lets 8 threads touch all banks.
  EXPECT_EQ(plan->phasePixels, 156);
  std::set<int64_t> pixels;
  StreamPixel before{0, 0, -1};
  for (int64_t index = 0; index < plan->patchPixels; ++index) {
    pixels.insert(getGatheredPixel(*plan, index));
    StreamPixel pixel = getPatchPixel(*plan, getGatheredPixel(*plan, index));
    if (pixel.row == before.row) {
      EXPECT_EQ(pixel.column, before.column + 1);
    } else {
      EXPECT_EQ(pixel.column, 0);
    }
    before = pixel;
  }
  EXPECT_EQ(static_cast<int64_t>(pixels.size()), plan->patchPixels);
  EXPECT_EQ(*pixels.rbegin(), plan->patchPixels - 1);
}

TEST(StreamPlan, CopiesWhereProductsWouldWait) {
  StreamProblem problem =
      makeProblem({64, 57, 57, 64, 3, 3, 2, 2}, PatchProducts::SplitF16);
  std::string why;
  auto plan = planStreamTile(problem, getChip(), why, {1, 4, 28, 1});
  ASSERT_TRUE(plan) << why;
  EXPECT_TRUE(plan->copiesElements());
  EXPECT_GE(plan->rawSlots, 2);
  // A slot holds as much after it is converted, but for threads without pixels.
  EXPECT_GE(plan->getRawSlotBytes(), plan->slotBytes);
  EXPECT_GE(plan->shared.staging,
            plan->shared.raw + plan->rawSlots * plan->getRawSlotBytes());
  // Copies are of 4 bytes.
  problem.group.products = PatchProducts::F16;
  plan = planStreamTile(problem, getChip(), why, {1, 4, 28, 1});
  ASSERT_TRUE(plan) << why;
  EXPECT_FALSE(plan->copiesElements());
  EXPECT_EQ(plan->rawSlots, 0);
  // Without strides a patch has about as many pixels as are multiplied.
  problem.group = {64, 28, 28, 64, 3, 3};
  problem.group.products = PatchProducts::SplitF16;
  plan = planStreamTile(problem, getChip(), why, {1, 4, 26, 1});
  ASSERT_TRUE(plan) << why;
  EXPECT_FALSE(plan->copiesElements());
}

/// Parts of the channels are for what leaves multiprocessors without work.
TEST(StreamPlan, SharesChannelsOfFewTiles) {
  StreamProblem problem = makeProblem(
      {512, 7, 7, 512, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1}, PatchProducts::F16);
  std::string why;
  auto getMostParts = [&](int64_t images) {
    std::map<int64_t, int64_t> most;
    for (const StreamPlan &plan :
         listStreamPlans(problem, getChip(), images, why)) {
      int64_t &parts = most[plan.getTiles(images)];
      parts = std::max(parts, plan.channelParts);
    }
    return most;
  };
  EXPECT_EQ(getMostParts(1).at(8), 8);
  for (auto [tiles, parts] : getMostParts(64))
    EXPECT_EQ(parts > 1, tiles < getChip().referenceSMs) << tiles;
}

TEST(StreamPlan, CountsClustersThatRunAtATime) {
  StreamProblem problem =
      makeProblem({128, 7, 7, 64, 3, 3}, PatchProducts::F16);
  std::string why;
  for (auto [parts, clusters] : {std::pair(1, 132), std::pair(2, 60),
                                 std::pair(4, 30), std::pair(8, 15)}) {
    auto plan = planStreamTile(problem, getChip(), why, {1, 5, 5, 1, parts});
    ASSERT_TRUE(plan) << why;
    EXPECT_EQ(plan->getResidentClusters(getChip()), clusters);
    // Sums of all parts are needed to finish an output.
    EXPECT_EQ(plan->storesVectors(), parts == 1);
  }
}

/// Of all tiles that are tried, those of one slot: with more, little is stored
/// between products.
TEST(StreamPlan, TakesTurnsAtTilesOfOneSlot) {
  const PatchProblem stem{3, 224, 224, 64, 7, 7, 2, 2, 1, 1, 3, 3, 3, 3};
  const PatchProblem one{8, 56, 56, 64, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
  const PatchProblem several{16, 56, 56, 64, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
  struct {
    const PatchProblem &group;
    PatchProducts products;
    int64_t outputBytes;
    bool takesTurns;
  } cases[] = {
      {one, PatchProducts::TF32, 4, true},
      {one, PatchProducts::SplitF16, 4, true},
      {several, PatchProducts::TF32, 4, false},
      {several, PatchProducts::SplitF16, 4, false},
      // Two columns of three channels are channels of one pixel.
      {stem, PatchProducts::TF32, 4, true},
      {stem, PatchProducts::SplitF16, 4, true},
      // Stored as vectors, which takes little.
      {stem, PatchProducts::F16, 2, false},
      {one, PatchProducts::F16, 2, false},
      {one, PatchProducts::F16, 4, true},
  };
  for (const auto &[index, of] : llvm::enumerate(cases)) {
    StreamProblem problem = makeProblem(of.group, of.products);
    problem.group.outputBytes = of.outputBytes;
    std::string why;
    auto plans = listStreamPlans(problem, getChip(), 64, why);
    ASSERT_FALSE(plans.empty()) << why;
    int64_t turns = 0;
    for (const StreamPlan &plan : plans) {
      // Small tiles need their filter as often as large ones.
      EXPECT_EQ(plan.residentFilter, plan.takesTurns);
      turns += plan.takesTurns;
    }
    EXPECT_EQ(turns > 0, of.takesTurns) << "case " << index;
    EXPECT_LT(turns, static_cast<int64_t>(plans.size())) << "case " << index;
  }
}

TEST(StreamPlan, CountsWarpsThatHandOver) {
  StreamProblem problem = makeProblem(
      {64, 28, 28, 128, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1}, PatchProducts::F16);
  struct {
    StreamTile tile;
    int64_t slotWarps, stageWarps;
  } cases[] = {
      {{1, 4, 28, 1}, 8, 8},
      {{1, 4, 28, 2}, 8, 4},
      {{1, 4, 28, 1, 1, /*takesTurns=*/true}, 4, 4},
      {{1, 4, 28, 1, 2}, 8, 8},
  };
  for (const auto &[tile, slotWarps, stageWarps] : cases) {
    std::string why;
    auto plan = planStreamTile(problem, getChip(), why, tile);
    ASSERT_TRUE(plan) << why;
    EXPECT_EQ(plan->getSlotWarps(), slotWarps);
    EXPECT_EQ(plan->getStageWarps(), stageWarps);
    // Two for each slot and stage, those of passes, of turns, and of sums that
    // blocks of a cluster exchange.
    int64_t barriers = 2 * plan->slots + 2 * plan->getNumStages() + 2 +
                       (tile.takesTurns ? 2 : 0) +
                       (tile.channelParts > 1 ? 2 * 8 : 0);
    EXPECT_EQ(plan->shared.bytes, plan->shared.barriers + 8 * barriers);
  }
}

TEST(StreamPlan, KeepsFiltersThatFit) {
  struct {
    PatchProblem group;
    int64_t groups, slotsPerTile;
    bool isResident;
  } cases[] = {
      {{8, 28, 28, 64, 3, 3}, 1, 1, true},
      {{40, 28, 28, 64, 3, 3}, 1, 5, true},
      // 12 times 18 KiB leave no memory for slots.
      {{96, 28, 28, 64, 3, 3}, 1, 12, false},
      // Two of 64 output channels.
      {{8, 28, 28, 65, 3, 3}, 1, 1, false},
      {{8, 28, 28, 20, 3, 3}, 2, 1, false},
      // 31 slots of 4 KiB, and 37: more stages than are kept.
      {{248, 28, 28, 64, 1, 2}, 1, 31, true},
      {{296, 28, 28, 64, 1, 2}, 1, 37, false},
  };
  for (const auto &[index, of] : llvm::enumerate(cases)) {
    StreamProblem problem = makeProblem(of.group, PatchProducts::TF32);
    problem.groups = of.groups;
    std::string why;
    auto plan = planStreamTile(problem, getChip(), why,
                               {1, 2, 13, 1, 1, /*takesTurns=*/true});
    ASSERT_TRUE(plan) << why;
    EXPECT_EQ(plan->slotsPerTile, of.slotsPerTile) << "case " << index;
    EXPECT_EQ(plan->residentFilter, of.isResident) << "case " << index;
    EXPECT_GE(plan->slots, 2);
    if (plan->residentFilter) {
      EXPECT_EQ(plan->filterStages, plan->slotsPerTile * plan->stagesPerSlot);
    }
    // The numbers of a schedule make the same plan.
    auto again = planStream(problem, getChip(), why, plan->getTuning());
    ASSERT_TRUE(again) << why;
    EXPECT_EQ(again->residentFilter, plan->residentFilter);
    EXPECT_TRUE(again->takesTurns);
    EXPECT_EQ(again->shared.bytes, plan->shared.bytes);
  }
}

TEST(StreamPlan, FitsTheChip) {
  for (PatchProducts products :
       {PatchProducts::SplitF16, PatchProducts::TF32, PatchProducts::BF16})
    for (int64_t channels : {3, 64, 512})
      for (int64_t size : {7, 28, 224}) {
        StreamProblem problem;
        problem.group = {channels, size, size, 128, 3, 3};
        problem.group.padTop = problem.group.padLeft = 1;
        problem.group.padBottom = problem.group.padRight = 1;
        problem.group.products = products;
        std::string why;
        auto plans = listStreamPlans(problem, getChip(), 64, why);
        EXPECT_FALSE(plans.empty()) << why;
        for (const StreamPlan &plan : plans) {
          EXPECT_LE(plan.shared.bytes, getChip().sharedBytesPerBlock);
          EXPECT_GE(plan.slots, 2);
          EXPECT_LE(plan.getThreads(), 544);
          EXPECT_GE(plan.rounds * plan.getPixelThreads(), plan.patchPixels);
          // The numbers of a schedule make the same plan.
          auto again = planStream(problem, getChip(), why, plan.getTuning());
          ASSERT_TRUE(again) << why;
          EXPECT_EQ(again->shared.bytes, plan.shared.bytes);
        }
      }
}

static std::string refuse(const StreamProblem &problem, StreamTuning tuning) {
  std::string why;
  EXPECT_FALSE(planStream(problem, getChip(), why, tuning));
  return why;
}

TEST(StreamPlan, Refusals) {
  StreamProblem problem =
      makeProblem({64, 28, 28, 64, 3, 3}, PatchProducts::SplitF16);
  StreamTuning tuning{1, 4, 26, 1, 1, 3, 3, 3, 1};
  std::string why;
  EXPECT_TRUE(planStream(problem, getChip(), why, tuning)) << why;
  StreamTuning other = tuning;
  other.tileBlocks = 2;
  EXPECT_EQ(refuse(problem, other),
            "needs several blocks of 64 output channels for two in a tile, "
            "found 1");
  other = tuning;
  other.slotChunks = 3;
  EXPECT_EQ(refuse(problem, other),
            "needs slotChunks that divide the 8 chunks of channels, found 3");
  other = tuning;
  other.channelParts = 3;
  EXPECT_EQ(refuse(problem, other),
            "needs channelParts that are a power of two and divide the 8 slots "
            "of a tile, found 3");
  other = tuning;
  other.tileRows = 27;
  EXPECT_EQ(refuse(problem, other),
            "needs tiles within the output of 26 by 26, found 27 by 26");
  other = tuning;
  other.filterStages = 1;
  EXPECT_EQ(refuse(problem, other), "needs at least 2 filterStages, found 1");
  other = tuning;
  other.slots = 16;
  other.filterStages = 12;
  EXPECT_NE(refuse(problem, other).find("bytes of shared memory"),
            std::string::npos);
  // 42 steps of split products, and 14.
  problem.group = {3, 224, 224, 64, 7, 7, 2, 2, 1, 1, 3, 3, 3, 3};
  tuning = {1, 2, 112, 1, 1, 3, 3, 3, 1};
  EXPECT_EQ(refuse(problem, tuning),
            "needs at most 88 columns of each warpgroup, found 120");
  // By turns each has all of them.
  other = tuning;
  other.tileRows = 1;
  auto shared = planStreamTile(problem, getChip(), why, {1, 1, 112, 1});
  ASSERT_TRUE(shared) << why;
  EXPECT_EQ(shared->columnsPerWarpgroup, 56);
  other.takesTurns = true;
  EXPECT_EQ(refuse(problem, other),
            "needs at most 88 columns of each warpgroup, found 112");
  problem.group = {3, 114, 114, 64, 3, 3};
  EXPECT_TRUE(planStream(problem, getChip(), why, tuning)) << why;
  problem.group.padTop = -1;
  EXPECT_EQ(refuse(problem, tuning), "needs padding that is not negative");
}

TEST(StreamPlan, RefusesResidentFilters) {
  StreamProblem problem =
      makeProblem({16, 28, 28, 64, 3, 3}, PatchProducts::SplitF16);
  // Two slots of two stages.
  StreamTuning tuning{1, 4, 26, 1, 1, 3, 4, 3, 1};
  tuning.residentFilter = true;
  std::string why;
  auto plan = planStream(problem, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_TRUE(plan->residentFilter);
  StreamTuning other = tuning;
  for (int64_t stages : {3, 5}) {
    other.filterStages = stages;
    EXPECT_EQ(refuse(problem, other),
              "needs the same filter in all tiles and 4 filterStages of at "
              "most 32 for residentFilter, found 1 filters and " +
                  std::to_string(stages) + " stages");
  }
  other = tuning;
  other.channelParts = 2;
  other.filterStages = 2;
  EXPECT_EQ(refuse(problem, other),
            "needs the same filter in all tiles and 2 filterStages of at most "
            "32 for residentFilter, found 2 filters and 2 stages");
  // A tile has one of two blocks of output channels, or of two groups.
  problem.group.filters = 65;
  EXPECT_EQ(refuse(problem, tuning),
            "needs the same filter in all tiles and 4 filterStages of at most "
            "32 for residentFilter, found 2 filters and 4 stages");
  problem.group.filters = 64;
  problem.groups = 2;
  EXPECT_EQ(refuse(problem, tuning),
            "needs the same filter in all tiles and 4 filterStages of at most "
            "32 for residentFilter, found 2 filters and 4 stages");
  problem.groups = 1;
  problem.group.channels = 17 * 8;
  tuning.filterStages = 34;
  EXPECT_EQ(refuse(problem, tuning),
            "needs the same filter in all tiles and 34 filterStages of at most "
            "32 for residentFilter, found 1 filters and 34 stages");
}
