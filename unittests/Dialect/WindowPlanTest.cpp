//===- WindowPlanTest.cpp - Numbers of a window wgmma kernel --------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Computes convolutions of small integers with the arithmetic of plans: what
// copies, reads, masks and multiplies by these numbers computes the
// convolution.
//
//===----------------------------------------------------------------------===//

#include "PlannedConvolutions.h"

#include "Convoy/Dialect/WindowPlan.h"

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
  Convolution(const WindowPlan &plan, unsigned seed)
      : random(seed), plan(plan), frame(plan.frame), problem(plan.problem),
        input(drawNumbers(random, kImages * problem.channels * getPlane())),
        filter(drawNumbers(random, problem.filters * problem.channels *
                                       problem.getTaps())) {}

  /// The number of outputs that the plan computes rightly; stops at the first
  /// that is wrong or computed twice.
  int64_t compare();

private:
  struct Place {
    int64_t block, image, pixel;
  };

  int64_t getPlane() const { return problem.height * problem.width; }
  Place getPlace(int64_t tile) const;
  /// The sum of an output; `read` returns the element of a channel of the image
  /// at a row and column of the padded input's output pixel and tap.
  template <typename Read>
  int64_t sumUp(int64_t image, int64_t channel, int64_t pixel, Read read) const;
  void copyRun(std::vector<int64_t> &elements, const Place &place,
               int64_t stage, int64_t part, int64_t channel) const;
  std::vector<int64_t> copyStage(const Place &place, int64_t stage) const;
  bool compareTile(int64_t tile, int64_t &agreed);

  std::mt19937 random;
  const WindowPlan &plan;
  const PointwisePlan &frame;
  const PatchProblem &problem;
  std::vector<int64_t> input, filter;
  std::set<std::array<int64_t, 3>> seen;
};

Convolution::Place Convolution::getPlace(int64_t tile) const {
  int64_t pixel = tile / frame.filterTiles * frame.tilePixels;
  return {tile % frame.filterTiles, pixel / frame.problem.pixels,
          pixel % frame.problem.pixels};
}

template <typename Read>
int64_t Convolution::sumUp(int64_t image, int64_t channel, int64_t pixel,
                           Read read) const {
  int64_t sum = 0;
  for (int64_t c = 0; c < problem.channels; ++c)
    for (int64_t tap = 0; tap < problem.getTaps(); ++tap) {
      int64_t row = tap / problem.filterWidth;
      int64_t column = tap % problem.filterWidth;
      int64_t y = pixel / plan.outputWidth * problem.strideHeight +
                  row * problem.dilationHeight - problem.padTop;
      int64_t x = pixel % plan.outputWidth * problem.strideWidth +
                  column * problem.dilationWidth - problem.padLeft;
      if (y < 0 || y >= problem.height || x < 0 || x >= problem.width) {
        EXPECT_TRUE(plan.mayBeOutside(row, column));
        continue;
      }
      sum += read(c, y, x, row, column) *
             filter[(channel * problem.channels + c) * problem.getTaps() + tap];
    }
  return sum;
}

/// Copies what of the window of a channel and part is in the image, in pieces.
void Convolution::copyRun(std::vector<int64_t> &elements, const Place &place,
                          int64_t stage, int64_t part, int64_t channel) const {
  int64_t inPiece = kPointwisePieceBytes / plan.getElementBytes();
  auto roundDown = [&](int64_t element) {
    return element - (element % inPiece + inPiece) % inPiece;
  };
  auto getWindow = [&](int64_t pixel) {
    return plan.getWindowBytes(pixel / plan.outputWidth,
                               pixel % plan.outputWidth) /
           plan.getElementBytes();
  };
  int64_t pixels = frame.problem.pixels;
  int64_t lastPixel = place.pixel + frame.tilePixels - 1 - part * pixels;
  if (lastPixel < 0 || place.image + part >= kImages)
    return;
  int64_t begin = getWindow(part == 0 ? place.pixel : 0);
  int64_t end = getWindow(std::min(lastPixel, pixels - 1)) + plan.pixelElements;
  int64_t first = std::max<int64_t>(begin, 0);
  int64_t last = std::min(end, getPlane());
  if (first >= last)
    return;
  int64_t number = stage * frame.getStageChannels() + channel;
  int64_t plane =
      ((place.image + part) * problem.channels + number) * getPlane();
  int64_t limit = roundDown(plane + last + inPiece - 1);
  int64_t source = roundDown(plane + first);
  // Where the piece's first element belongs, of those that are in no image too.
  int64_t bytes = getWindowElementBytes(plan, place.pixel, part, channel, 0,
                                        source - plane);
  ASSERT_EQ(bytes % kPointwisePieceBytes, 0);
  ASSERT_GE(bytes, channel * frame.channelPitchBytes);
  for (int64_t i = source; i < limit; ++i, bytes += plan.getElementBytes()) {
    ASSERT_LT(bytes, channel * frame.channelPitchBytes +
                         frame.runPieces * kPointwisePieceBytes);
    int64_t &element = elements.at(bytes / plan.getElementBytes());
    ASSERT_EQ(element, kStale) << "two parts overlap";
    element = input.at(i);
  }
}

std::vector<int64_t> Convolution::copyStage(const Place &place,
                                            int64_t stage) const {
  std::vector<int64_t> elements(frame.inputStageBytes / plan.getElementBytes(),
                                kStale);
  for (int64_t part = 0; part < plan.mostParts; ++part)
    for (int64_t channel = 0; channel < frame.getStageChannels(); ++channel)
      copyRun(elements, place, stage, part, channel);
  return elements;
}

bool Convolution::compareTile(int64_t tile, int64_t &agreed) {
  Place place = getPlace(tile);
  std::vector<std::vector<int64_t>> stages;
  for (int64_t stage = 0; stage < frame.stagesPerTile; ++stage)
    stages.push_back(copyStage(place, stage));
  for (int64_t pixel = 0; pixel < frame.getTilePixels(); ++pixel) {
    int64_t image = (place.pixel + pixel) / frame.problem.pixels;
    int64_t output = (place.pixel + pixel) % frame.problem.pixels;
    if (place.image + image >= kImages)
      continue;
    auto readStage = [&](int64_t c, int64_t y, int64_t x, int64_t, int64_t) {
      int64_t bytes = getWindowElementBytes(plan, place.pixel, image,
                                            c % frame.getStageChannels(), y, x);
      EXPECT_EQ(bytes % plan.getElementBytes(), 0);
      return stages[c / frame.getStageChannels()].at(bytes /
                                                     plan.getElementBytes());
    };
    auto readInput = [&](int64_t c, int64_t y, int64_t x, int64_t, int64_t) {
      return input[((place.image + image) * problem.channels + c) * getPlane() +
                   y * problem.width + x];
    };
    for (int64_t filterRow = 0; filterRow < frame.tileFilters; ++filterRow) {
      int64_t channel = place.block * frame.tileFilters + filterRow;
      if (channel >= problem.filters)
        continue;
      if (!seen.insert({place.image + image, channel, output}).second ||
          sumUp(image, channel, output, readStage) !=
              sumUp(image, channel, output, readInput))
        return false;
      ++agreed;
    }
  }
  return true;
}

int64_t Convolution::compare() {
  int64_t agreed = 0;
  for (int64_t tile = 0; tile < frame.getTiles(kImages); ++tile)
    if (!compareTile(tile, agreed))
      break;
  return agreed;
}

/// A strided layer of a network.
PatchProblem getStridedProblem() {
  PatchProblem problem;
  problem.channels = problem.filters = 128;
  problem.height = problem.width = 56;
  problem.filterHeight = problem.filterWidth = 3;
  problem.strideHeight = problem.strideWidth = 2;
  problem.padTop = problem.padBottom = problem.padLeft = problem.padRight = 1;
  problem.products = PatchProducts::F16;
  problem.outputBytes = 2;
  return problem;
}

constexpr WindowTuning kTuning{/*tileFilters=*/128, /*rowBlocks=*/2,
                               /*mathWarpgroups=*/2, /*stages=*/3,
                               /*residentFilter=*/false};

} // namespace

TEST(WindowPlan, ComputesTheConvolution) {
  std::mt19937 random(7);
  auto draw = [&](int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random() % (high - low + 1));
  };
  int64_t computed = 0;
  for (unsigned seed = 0; seed < 120; ++seed) {
    PatchProblem problem;
    problem.products = seed % 2 ? PatchProducts::F16 : PatchProducts::TF32;
    problem.channels = draw(1, 2) * (seed % 2 ? 16 : 8);
    problem.filters = 8 * draw(1, 3);
    problem.outputBytes = seed % 2 ? 2 : 4;
    problem.height = draw(1, 20);
    problem.width = draw(1, 20);
    problem.filterHeight = draw(1, 4);
    problem.filterWidth = draw(1, 4);
    problem.strideHeight = draw(1, 3);
    problem.strideWidth = draw(1, 3);
    problem.dilationHeight = draw(1, 2);
    problem.dilationWidth = draw(1, 3);
    problem.padTop = draw(0, 3);
    problem.padBottom = draw(0, 3);
    problem.padLeft = draw(0, 3);
    problem.padRight = draw(0, 3);
    std::string why;
    auto plans = listWindowPlans(problem, getChip(), why);
    if (plans.empty())
      continue;
    const WindowPlan &plan = plans[random() % plans.size()];
    int64_t outputs = kImages * problem.filters * plan.frame.problem.pixels;
    ASSERT_EQ(Convolution(plan, seed).compare(), outputs) << "seed " << seed;
    ++computed;
  }
  EXPECT_GT(computed, 60);
}

TEST(WindowPlan, ReadsNeighboursAsOneWord) {
  std::string why;
  std::optional<WindowPlan> plan =
      planWindow(getStridedProblem(), getChip(), why, kTuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(plan->wordElements, 2);
  EXPECT_EQ(plan->vectorWords, 2);
  // The padding's column, and more until the stride's words are aligned.
  EXPECT_EQ(plan->leadColumns, 4);
  // Each row and pair of pixels, and a channel's first element.
  EXPECT_EQ(plan->getRowStepBytes() % 8, 0);
  EXPECT_EQ(2 * plan->getColumnStepBytes() % 8, 0);
  EXPECT_EQ(plan->getFirstWindowBytes() % 8, 0);
  EXPECT_EQ(plan->getPlaneBytes() % 8, 0);

  PatchProblem odd = getStridedProblem();
  odd.width = 55;
  WindowTuning tuning = kTuning;
  tuning.tileFilters = 64;
  plan = planWindow(odd, getChip(), why, tuning);
  ASSERT_TRUE(plan) << why;
  EXPECT_EQ(plan->wordElements, 1);
  EXPECT_EQ(plan->leadColumns, 1);
}

TEST(WindowPlan, RefusesWithTheReason) {
  auto refuse = [](auto change) {
    PatchProblem problem = getStridedProblem();
    WindowTuning tuning = kTuning;
    change(problem, tuning);
    std::string why;
    EXPECT_FALSE(planWindow(problem, getChip(), why, tuning));
    return why;
  };
  using P = PatchProblem;
  using T = WindowTuning;
  EXPECT_EQ(refuse([](P &p, T &) { p.channels = 24; }),
            "needs a multiple of 16 input channels, found 24");
  EXPECT_EQ(refuse([](P &p, T &) { p.products = PatchProducts::SplitF16; }),
            "needs products that are not split");
  EXPECT_EQ(refuse([](P &p, T &) { p.filterHeight = p.filterWidth = 1; }),
            "needs 2 to 25 filter taps, found 1");
  EXPECT_EQ(refuse([](P &p, T &) { p.padLeft = -1; }),
            "needs padding that is not negative");
  EXPECT_EQ(refuse([](P &p, T &) { p.padLeft = 60; }),
            "needs less padding beside a row than filters read");
  EXPECT_EQ(refuse([](P &p, T &t) {
              p.height = p.width = 8;
              t.stages = 2;
            }),
            "needs at most 128 runs of the input in a stage, found 256");
  EXPECT_EQ(refuse([](P &, T &t) { t.tileFilters = 100; }),
            "needs tileFilters that are a multiple of 8, found 100");
  EXPECT_EQ(refuse([](P &, T &t) { t.stages = 4; }).substr(0, 12),
            "needs 306240");
  EXPECT_EQ(refuse([](P &, T &t) {
              t.tileFilters = 256;
              t.stages = 2;
            }),
            "needs 356 registers of each thread that multiplies, found 232");
}
