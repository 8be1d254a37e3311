//===- PointwiseTilings.cpp - Plans of pointwise kernels to choose from ---===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The schedules that are worth comparing: tiles of several shapes, with the
// filter resident or not. Which is the best, a cost model says.
//
//===----------------------------------------------------------------------===//

#include "PointwiseFrame.h"
#include "SharedPlaces.h"

#include "Convoy/Dialect/PointwiseTurns.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace mlir;
using namespace mlir::convoy;
using llvm::alignTo;
using llvm::divideCeil;

/// More have too few registers each.
static constexpr int64_t kMaxMathWarpgroups = 3;
static constexpr int64_t kMaxRowBlocks = 2;
/// Tiles begin where sectors of global memory do.
static constexpr int64_t kSectorBytes = 32;
/// So that several fit, and the first is soon there.
static constexpr int64_t kMaxStageBytes = 44 * 1024;
static constexpr int64_t kMaxStages = 16;
/// Groups of channels of tiles that one warpgroup could multiply alone.
static constexpr int64_t kMaxChannelGroups = 3;

namespace {

class Tilings {
public:
  Tilings(const PointwiseProblem &problem, const Chip &chip, int64_t images,
          std::string &why)
      : problem(problem), chip(chip), images(images), why(why) {}

  llvm::SmallVector<PointwisePlan, 0> list();

private:
  /// Adds plans for rows of `tuning` with tiles of as many pixels as they take;
  /// those of one warpgroup where they take turns.
  void addPixels(PointwiseTuning tuning, bool takeTurns);
  /// Pixels of tiles of `filters` output channels and up to `rows` pixels that
  /// are parts of images.
  llvm::SmallVector<int64_t, 2> listTilePixels(int64_t filters, int64_t rows);
  /// Adds plans with and without a resident filter, and with stages of several
  /// sizes.
  void addChunks(PointwiseTuning tuning);
  /// Adds the plan with as many stages as fit; there are `chunks` chunks.
  void addStages(PointwiseTuning tuning, int64_t chunks);

  const PointwiseProblem &problem;
  const Chip &chip;
  int64_t images;
  std::string &why;
  /// Of the plans that are added.
  bool takeTurns = false;
  llvm::SmallVector<PointwisePlan, 0> plans;
};

} // namespace

void Tilings::addStages(PointwiseTuning tuning, int64_t chunks) {
  // As few as planPointwise allows.
  int64_t groups = tuning.channelGroups;
  tuning.stages = groups + 1 + chunks / tuning.stageChunks % groups;
  std::optional<PointwisePlan> plan = planPointwise(problem, chip, why, tuning);
  if (!plan)
    return;
  int64_t bytes = plan->stageBytes + 2 * kBarrierBytes;
  int64_t more = (chip.sharedBytesPerBlock - plan->shared.bytes) / bytes;
  tuning.stages = std::min(tuning.stages + more, kMaxStages);
  plan = planPointwise(problem, chip, why, tuning);
  if (plan && takeTurns == (getPointwiseTurns(*plan) > 1))
    plans.push_back(std::move(*plan));
}

void Tilings::addChunks(PointwiseTuning tuning) {
  FilterImage image = FilterImage::getPointwise(
      problem.products, problem.filters, problem.channels, tuning.tileFilters);
  int64_t inputBytes = tuning.tileImages * tuning.tilePixels *
                       problem.getInputBytes() * image.chunkChannels;
  for (bool isResident : {false, true}) {
    tuning.residentFilter = isResident;
    int64_t chunkBytes = inputBytes + (isResident ? 0 : image.getChunkBytes());
    int64_t most = std::max<int64_t>(kMaxStageBytes / chunkBytes, 1);
    // Large ones first: of equal costs, fewer barriers.
    for (int64_t chunks :
         llvm::reverse(llvm::seq_inclusive<int64_t>(1, most))) {
      tuning.stageChunks = chunks;
      if (image.getChunks() % chunks == 0)
        addStages(tuning, image.getChunks());
    }
  }
}

void Tilings::addPixels(PointwiseTuning tuning, bool takeTurns) {
  this->takeTurns = takeTurns;
  int64_t rows = tuning.rowBlocks * kPointwiseRows;
  if (!takeTurns)
    rows *= tuning.mathWarpgroups;
  int64_t wholeImages = rows / problem.pixels;
  if (wholeImages >= 1) {
    tuning.tilePixels = problem.pixels;
    tuning.tileImages = std::min(wholeImages, images);
    addChunks(tuning);
    return;
  }
  // One warpgroup leaves the tensor cores idle while it reads and stores: only
  // for images that are no larger.
  if (rows == kPointwiseRows && !takeTurns)
    return;
  tuning.tileImages = 1;
  for (int64_t pixels : listTilePixels(tuning.tileFilters, rows)) {
    tuning.tilePixels = pixels;
    addChunks(tuning);
  }
}

llvm::SmallVector<int64_t, 2> Tilings::listTilePixels(int64_t filters,
                                                      int64_t rows) {
  int64_t granule = kSectorBytes / problem.getInputBytes();
  int64_t parts = divideCeil(problem.pixels, rows);
  int64_t part = alignTo(divideCeil(problem.pixels, parts), granule);
  // As many for all multiprocessors in as few rounds, whatever images they are
  // of.
  int64_t tiles = divideCeil(problem.filters, filters);
  int64_t pixels = images * problem.pixels * tiles;
  int64_t rounds = divideCeil(pixels, rows * chip.referenceSMs);
  int64_t balanced =
      alignTo(divideCeil(pixels, rounds * chip.referenceSMs), granule);
  llvm::SmallVector<int64_t, 2> all;
  for (int64_t size : {part, balanced})
    if (size <= std::min(rows, problem.pixels) &&
        !llvm::is_contained(all, size))
      all.push_back(size);
  return all;
}

llvm::SmallVector<PointwisePlan, 0> Tilings::list() {
  for (int64_t filters : listTileFilters(problem.filters))
    for (int64_t blocks :
         llvm::seq_inclusive<int64_t>(1, problem.isSplit() ? 1 : kMaxRowBlocks))
      for (int64_t warpgroups : llvm::seq<int64_t>(1, kMaxMathWarpgroups + 1))
        for (int64_t groups : llvm::seq_inclusive<int64_t>(
                 1, warpgroups == 1 ? kMaxChannelGroups : 1))
          for (bool takeTurns : {false, true})
            if (!takeTurns || warpgroups > 1)
              addPixels({/*tileImages=*/1, /*tilePixels=*/0, filters, blocks,
                         warpgroups, /*stageChunks=*/0, /*stages=*/0,
                         /*residentFilter=*/false, /*clusterBlocks=*/1, groups},
                        takeTurns);
  return std::move(plans);
}

llvm::SmallVector<PointwisePlan, 0>
convoy::listPointwisePlans(const PointwiseProblem &problem, const Chip &chip,
                           int64_t images, std::string &why) {
  // Tiles are of at least one.
  if (images < 1) {
    why = "needs at least one image";
    return {};
  }
  return Tilings(problem, chip, images, why).list();
}
