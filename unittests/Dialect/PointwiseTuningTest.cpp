//===- PointwiseTuningTest.cpp - Tiles of pointwise kernels ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Single numbers of plans, and what is refused. That plans compute convolutions
// is in PointwisePlanTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "PointwiseTunings.h"

#include "gtest/gtest.h"

using namespace mlir::convoy;
using namespace mlir::convoy::test;

TEST(PointwisePlan, KeepsTheFilterWhereItFits) {
  PointwiseProblem problem{480, 784, 128, PatchProducts::F16, 2};
  std::string why;
  auto plan = planPointwise(problem, getChip(), why, getTuning());
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(plan->shared.stages, 480 * 128 * 2);
  EXPECT_EQ(plan->getFilterStageBytes(), 0);
  EXPECT_EQ(plan->stagesPerTile, 15);
  // Rows of 128 pixels are 16 pieces, and one more keeps banks apart.
  EXPECT_EQ(plan->runPieces, 16);
  EXPECT_EQ(plan->channelPitchBytes, 272);
  EXPECT_EQ(plan->getTiles(64), 64 * 784 / 128);
  EXPECT_EQ(plan->getGridBlocks(64, getChip()), 132);
}

TEST(PointwisePlan, BlocksKeepTheirFiltersWhereTheseAreResident) {
  PointwiseProblem problem{64, 3136, 320, PatchProducts::F16, 2};
  PointwiseTuning tuning = getTuning();
  tuning.tileFilters = 64;
  std::string why;
  auto plan = planPointwise(problem, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(plan->filterTiles, 5);
  EXPECT_EQ(plan->getGridBlocks(64, getChip()), 130);
  tuning.residentFilter = false;
  plan = planPointwise(problem, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(plan->getGridBlocks(64, getChip()), 132);
}

TEST(PointwisePlan, CopiesOddImagesAsTheyLie) {
  PointwiseProblem problem{992, 49, 128, PatchProducts::F16, 2};
  PointwiseTuning tuning = getTuning();
  tuning.tileImages = 2;
  tuning.tilePixels = 49;
  tuning.residentFilter = false;
  std::string why;
  auto plan = planPointwise(problem, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(plan->pixelVector, 1);
  EXPECT_EQ(plan->runChannels, 32);
  EXPECT_EQ(plan->runPieces, 32 * 98 / 16);
  EXPECT_TRUE(plan->bulkRuns);
  EXPECT_EQ(plan->channelPitchBytes, 98);
  EXPECT_EQ(plan->getStageRuns(), 2);
}

TEST(PointwisePlan, CopiesEvenImagesAsTheyLieWhereBanksAllow) {
  PointwiseTuning tuning = getTuning();
  tuning.rowBlocks = 2;
  tuning.tileFilters = 64;
  std::string why;
  // Two channels further, pairs of pixels lie 196 words further: groups of 4.
  tuning.tilePixels = 196;
  PointwiseProblem problem{64, 196, 64, PatchProducts::F16, 2};
  auto plan = planPointwise(problem, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_TRUE(plan->bulkRuns);
  EXPECT_TRUE(plan->bulkStores);
  EXPECT_EQ(plan->pairGroup, 4);
  EXPECT_EQ(plan->channelPitchBytes, 392);
  EXPECT_EQ(plan->getStagingBytes(), 64 * 392);
  // Pairs of f32 are 8 bytes, and a load has neighbouring channels.
  problem = {64, 196, 64, PatchProducts::TF32, 4};
  plan = planPointwise(problem, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_TRUE(plan->bulkRuns);
  EXPECT_EQ(plan->pairGroup, 2);
  // All four channels of a load would meet in the same banks.
  tuning.tilePixels = 64;
  problem = {64, 64, 64, PatchProducts::F16, 2};
  plan = planPointwise(problem, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_FALSE(plan->bulkRuns);
  EXPECT_EQ(plan->pairGroup, 8);
}

TEST(PointwisePlan, RunsBeginInTheMiddleOfPieces) {
  PointwiseProblem problem{64, 196, 64, PatchProducts::F16, 2};
  PointwiseTuning tuning = getTuning();
  tuning.tilePixels = 104;
  tuning.tileFilters = 64;
  std::string why;
  auto plan = planPointwise(problem, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(plan->getRunShiftBytes(0), 0);
  EXPECT_EQ(plan->getRunShiftBytes(1), 392 % 16);
  EXPECT_EQ(plan->getRunShiftBytes(8), 0);
  // 104 pixels are 13 pieces, and what lies before the first is in a further.
  EXPECT_EQ(plan->runPieces, 14);
}

TEST(PointwisePlan, GroupsOfChannelsHaveSumsOfTheirOwn) {
  PointwiseProblem problem{992, 49, 128, PatchProducts::F16, 2};
  PointwiseTuning tuning = getTuning();
  tuning.tilePixels = 49;
  tuning.tileFilters = 64;
  tuning.mathWarpgroups = 1;
  // One more than a group waits for where a tile of 31 ends.
  tuning.stages = 5;
  tuning.residentFilter = false;
  std::string why;
  auto one = planPointwise(problem, getChip(), why, tuning);
  ASSERT_TRUE(one) << why;
  tuning.channelGroups = 3;
  auto plan = planPointwise(problem, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(plan->getWarpgroups(), 3);
  EXPECT_EQ(plan->getThreads(), 512);
  EXPECT_EQ(plan->getTileRows(), 64);
  // Of two groups, 64 x 64 sums of 4 bytes.
  EXPECT_EQ(plan->getSumsBytes(), 2 * 64 * 64 * 4);
  EXPECT_EQ(plan->shared.bytes, one->shared.bytes + plan->getSumsBytes());
}

static std::string refuse(const PointwiseProblem &problem,
                          const PointwiseTuning &tuning) {
  std::string why;
  EXPECT_FALSE(planPointwise(problem, getChip(), why, tuning));
  return why;
}

TEST(PointwisePlan, SaysWhatItNeedsOfTheProblem) {
  PointwiseProblem problem{64, 784, 128, PatchProducts::F16, 2};
  PointwiseTuning tuning = getTuning();

  PointwiseProblem odd = problem;
  odd.channels = 68;
  EXPECT_EQ(refuse(odd, tuning),
            "needs a multiple of 8 input channels, found 68");
  PointwiseProblem large = problem;
  large.pixels = int64_t(1) << 34;
  EXPECT_EQ(refuse(large, tuning), "needs images of less than 2 GiB");
  std::string why;
  EXPECT_FALSE(planPointwise(problem, *lookupChip("sm_80"), why, tuning));
  EXPECT_EQ(why, "needs wgmma, which sm_80 lacks");
}

TEST(PointwisePlan, SaysWhatItNeedsOfTheTuning) {
  auto with = [&](auto change) {
    PointwiseTuning changed = getTuning();
    change(changed);
    return refuse({64, 784, 128, PatchProducts::F16, 2}, changed);
  };
  EXPECT_EQ(with([](PointwiseTuning &t) { t.tilePixels = 785; }),
            "needs tilePixels of at most the image's 784, found 785");
  EXPECT_EQ(with([](PointwiseTuning &t) { t.tilePixels = 100; }),
            "needs tilePixels that are a whole image or a multiple of 16 "
            "bytes, found 100");
  EXPECT_EQ(with([](PointwiseTuning &t) { t.tileImages = 2; }),
            "needs tiles of whole images where they are of several");
  EXPECT_EQ(with([](PointwiseTuning &t) { t.tilePixels = 136; }),
            "needs at most the 128 pixels that rowBlocks and mathWarpgroups "
            "multiply, found 136");
  EXPECT_EQ(with([](PointwiseTuning &t) { t.tileFilters = 100; }),
            "needs tileFilters that are a multiple of 8, found 100");
  EXPECT_EQ(with([](PointwiseTuning &t) { t.stageChunks = 3; }),
            "needs stageChunks that divide the 4 chunks of channels, found 3");
  EXPECT_EQ(with([](PointwiseTuning &t) { t.channelGroups = 3; }),
            "needs at most 4 warpgroups in all groups of channels, found 6");
  EXPECT_EQ(with([](PointwiseTuning &t) {
              t.channelGroups = 2;
              t.stageChunks = 4;
            }),
            "needs a stage for each of the 2 groups of channels, found 1");
  // Of four stages of a tile the second group has one, and then the sixth.
  EXPECT_EQ(with([](PointwiseTuning &t) {
              t.mathWarpgroups = 1;
              t.tilePixels = 64;
              t.channelGroups = 3;
              t.stageChunks = 1;
            }),
            "needs at least 5 stages, found 4");
  EXPECT_EQ(with([](PointwiseTuning &t) { t.clusterBlocks = 3; }),
            "needs clusterBlocks that are a power of two, found 3");
  EXPECT_EQ(with([](PointwiseTuning &t) { t.stages = 32; }),
            "needs 295424 bytes of shared memory, sm_90a has 232448");
  EXPECT_EQ(with([](PointwiseTuning &t) {
              t.rowBlocks = 2;
              t.tileFilters = 256;
            }),
            "needs 316 registers of each thread that multiplies, found 216");
}
