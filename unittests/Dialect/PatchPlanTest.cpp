//===- PatchPlanTest.cpp - Numbers of a patch-resident kernel -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/PatchPlan.h"

#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"
#include <map>
#include <set>

using namespace mlir::convoy;

static std::optional<PatchPlan> plan(const PatchProblem &problem) {
  std::string why;
  return planPatch(problem, *lookupChip("sm_90a"), why);
}

static PatchProblem getHeadline(PatchProducts products) {
  PatchProblem problem{8, 128, 128, 64, 3, 3};
  problem.products = products;
  problem.outputBytes = problem.getInputBytes();
  return problem;
}

/// 3x3 with padding 1 on `size` by `size` pixels.
static PatchProblem getPadded(int64_t channels, int64_t size, int64_t filters) {
  PatchProblem problem{channels, size, size, filters, 3, 3};
  problem.padTop = problem.padBottom = problem.padLeft = problem.padRight = 1;
  problem.products = PatchProducts::TF32;
  return problem;
}

TEST(PatchPlan, HeadlineF32) {
  auto p = plan(getHeadline(PatchProducts::SplitF16));
  ASSERT_TRUE(p);
  EXPECT_EQ(p->tileRows, 2);
  EXPECT_EQ(p->tilesPerImage, 63);
  EXPECT_EQ(p->leadPixels, 8);
  EXPECT_EQ(p->patchPixels, 520);
  EXPECT_EQ(p->columnsPerWarpgroup, 136);
  EXPECT_EQ(p->steps.size(), 14u);
  EXPECT_EQ(p->stagingPitchBytes, 1056);
  EXPECT_EQ(p->getThreads(), 448);
  EXPECT_LE(p->shared.bytes, 232448);
}

TEST(PatchPlan, HeadlineF16ReadsZerosForTheOddTap) {
  auto p = plan(getHeadline(PatchProducts::F16));
  ASSERT_TRUE(p);
  EXPECT_EQ(p->steps.size(), 5u);
  EXPECT_EQ(p->cutBytes, 24);
  EXPECT_FALSE(p->steps.back().secondHalfBytes);
  EXPECT_TRUE(p->needsZeros());
}

TEST(PatchPlan, SixteenWarpsWhereLoadsAreAligned) {
  auto p = plan(getHeadline(PatchProducts::BF16));
  ASSERT_TRUE(p);
  EXPECT_TRUE(p->alignLoads);
  EXPECT_EQ(p->storeWarps, 3);
  EXPECT_EQ(p->getThreads(), 512);
}

TEST(PatchPlan, StagedRowsOfABlockAgreeModuloASector) {
  for (PatchProducts products : {PatchProducts::SplitF16, PatchProducts::F16}) {
    auto p = plan(getHeadline(products));
    ASSERT_TRUE(p);
    int64_t plane = 126 * 126 * p->problem.outputBytes;
    std::set<int64_t> channels;
    for (int64_t block = 0; block < 8; ++block)
      for (int64_t row = 0; row < 8; ++row) {
        int64_t channel = getPatchChannel(*p, block, row);
        channels.insert(channel);
        int64_t first = getPatchChannel(*p, block, 0);
        EXPECT_EQ((channel - first) * plane % 128,
                  row * p->stagingPitchBytes % 128);
      }
    EXPECT_EQ(channels.size(), 64u);
  }
}

/// Each pixel of a tile is in one fragment, at the place that its column says.
static void checkFragments(const PatchPlan &p) {
  std::map<int64_t, int> times;
  for (int64_t warpgroup : {0, 1})
    for (int64_t group = 0; group < p.columnsPerWarpgroup / 8; ++group)
      for (auto &quad : getPatchFragment(p, warpgroup, group).pixels)
        for (std::optional<int64_t> pixel : quad)
          if (pixel)
            ++times[*pixel];
  int64_t before = p.cutBytes / p.problem.outputBytes;
  EXPECT_EQ(times.size(), size_t(p.tileRows * p.outputWidth + before));
  EXPECT_EQ(times.begin()->first, -before);
  for (auto [pixel, count] : times)
    EXPECT_EQ(count, 1) << "pixel " << pixel;
}

TEST(PatchPlan, FragmentsCoverEachPixelOnce) {
  checkFragments(*plan(getHeadline(PatchProducts::SplitF16)));
  checkFragments(*plan(getHeadline(PatchProducts::F16)));
  for (int64_t size : {8, 13, 14, 28, 41, 56, 112, 224}) {
    auto p = plan(getPadded(4, size, 64));
    ASSERT_TRUE(p) << size;
    checkFragments(*p);
  }
}

TEST(PatchPlan, PaddedRowsAreNotContiguous) {
  auto p = plan(getPadded(8, 56, 64));
  ASSERT_TRUE(p);
  EXPECT_FALSE(p->isContiguous);
  EXPECT_EQ(p->pitch, 58);
  EXPECT_EQ(p->tileRows, 4);
  // Room to begin up to 15 bytes early.
  EXPECT_EQ(p->rawChannelBytes, 6 * 56 * 4 + 16);
}

TEST(PatchPlan, RefusesWithTheReason) {
  std::string why;
  PatchProblem problem = getHeadline(PatchProducts::SplitF16);
  problem.filterHeight = problem.filterWidth = 5;
  EXPECT_FALSE(planPatch(problem, *lookupChip("sm_90a"), why));
  EXPECT_EQ(why, "needs at most 16 filter taps in strict mode, found 25");
  EXPECT_FALSE(
      planPatch(getHeadline(PatchProducts::F16), *lookupChip("sm_80"), why));
  EXPECT_EQ(why, "needs wgmma, which sm_80 lacks");
}

TEST(PatchPlan, ObeysTheNumbersOfASchedule) {
  std::string why;
  PatchTuning tuning{1, 4, 2, 1, false};
  auto p = planPatch(getHeadline(PatchProducts::TF32), *lookupChip("sm_90a"),
                     why, tuning);
  ASSERT_TRUE(p);
  EXPECT_EQ(p->tilesPerImage, 126);
  EXPECT_EQ(p->slots, 4);
  EXPECT_FALSE(p->alignLoads);
  tuning.slots = 16;
  EXPECT_FALSE(planPatch(getHeadline(PatchProducts::TF32),
                         *lookupChip("sm_90a"), why, tuning));
}

/// 1x1 on `size` by `size` pixels.
static PatchProblem getPointwise(int64_t channels, int64_t size,
                                 int64_t filters, PatchProducts products) {
  PatchProblem problem{channels, size, size, filters, 1, 1};
  problem.products = products;
  problem.outputBytes = problem.getInputBytes();
  return problem;
}

TEST(PatchPlan, PointwiseKeepsAllFiltersOnOnePatch) {
  for (PatchProducts products :
       {PatchProducts::SplitF16, PatchProducts::TF32, PatchProducts::F16}) {
    auto p = plan(getPointwise(64, 56, 256, products));
    ASSERT_TRUE(p);
    EXPECT_TRUE(p->isRegrouped);
    EXPECT_EQ(p->residentBlocks, 4);
    EXPECT_EQ(p->getFilterGroups(), 1);
    // All channels in one slot: its patch may be written several times.
    EXPECT_EQ(p->chunks, 1);
    EXPECT_EQ(p->chunkUnits, 8);
    EXPECT_EQ(p->getWarpsPerUnit(), 1);
    EXPECT_EQ(p->getUnitsPerGroup(), 2);
    EXPECT_EQ(p->cutBytes, 0);
    EXPECT_EQ(56 * 56 % p->outputWidth, 0);
    checkFragments(*p);
  }
}

TEST(PatchPlan, PointwiseStepsPairTheUnitsOfASlot) {
  auto p = plan(getPointwise(256, 56, 64, PatchProducts::F16));
  ASSERT_TRUE(p);
  EXPECT_EQ(p->steps.size(), size_t(p->chunkUnits / 2));
  for (auto [i, step] : llvm::enumerate(p->steps)) {
    EXPECT_EQ(step.firstHalfBytes, int64_t(2 * i) * p->unitBytes);
    EXPECT_EQ(step.secondHalfBytes, int64_t(2 * i + 1) * p->unitBytes);
  }
}

TEST(PatchPlan, FewChannelsShareAStepWithTheNextTap) {
  PatchProblem problem = getHeadline(PatchProducts::SplitF16);
  problem.channels = 3;
  auto p = plan(problem);
  ASSERT_TRUE(p);
  EXPECT_TRUE(p->pairsTaps);
  EXPECT_EQ(p->getUnitTaps(), 6);
  // Each row's first two taps, and its last one.
  EXPECT_EQ(p->getUnitTap(2), 3);
  EXPECT_EQ(p->getUnitTap(3), 5);
  ASSERT_EQ(p->steps.size(), 9u);
  EXPECT_EQ(p->steps[3].firstHalfBytes, (128 + 2) * 16);
  EXPECT_EQ(*p->steps[7].secondHalfBytes, (128 + 2) * 16);
  problem.products = PatchProducts::TF32;
  EXPECT_FALSE(plan(problem)->pairsTaps);
  problem.products = PatchProducts::SplitF16;
  problem.channels = 5;
  EXPECT_FALSE(plan(problem)->pairsTaps);
}

TEST(PatchPlan, RefusesToAddFewProductsInManySteps) {
  PatchProblem problem{2, 64, 64, 64, 5, 3};
  problem.padTop = problem.padBottom = 2;
  problem.padLeft = problem.padRight = 1;
  std::string why;
  EXPECT_FALSE(planPatch(problem, *lookupChip("sm_90a"), why));
  EXPECT_EQ(why, "needs at least 31 products an output for so many steps in "
                 "strict mode, found 30");
  problem.channels = 3;
  EXPECT_TRUE(planPatch(problem, *lookupChip("sm_90a"), why));
}

/// The image has the plan's steps, and its rows are those of the accumulators.
static void checkImage(const PatchPlan &p) {
  FilterImage image = getPatchFilterImage(p);
  EXPECT_EQ(image.getChunkBytes(), p.getFilterChunkBytes());
  EXPECT_EQ(image.getChunks(), p.chunks);
  EXPECT_EQ(image.getBlocks(), p.filterBlocks);
  for (auto [step, read] : llvm::zip_equal(image.steps, p.steps))
    EXPECT_EQ(step.second.has_value(), read.secondHalfBytes.has_value());
  for (int64_t block = 0; block < 8; ++block)
    for (int64_t row = 0; row < 8; ++row)
      EXPECT_EQ(image.getRow(getPatchChannel(p, block, row)), 8 * block + row);
}

TEST(PatchPlan, ImagesOfFiltersFollowThePlan) {
  for (PatchProducts products :
       {PatchProducts::SplitF16, PatchProducts::TF32, PatchProducts::F16}) {
    checkImage(*plan(getHeadline(products)));
    checkImage(*plan(getPointwise(64, 56, 256, products)));
    checkImage(*plan(getPointwise(256, 56, 70, products)));
  }
}

TEST(PatchPlan, SplitProductsOfSeveralSlotsHaveFewerColumns) {
  auto p = plan(getPointwise(256, 56, 64, PatchProducts::SplitF16));
  ASSERT_TRUE(p);
  EXPECT_GT(p->chunks, 1);
  EXPECT_EQ(p->residentBlocks, 1);
  EXPECT_LE(p->columnsPerWarpgroup, 88);
}
