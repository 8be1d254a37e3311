//===- StreamResources.cpp - Warps and memory of a streaming kernel -------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StreamResources.h"

#include "Convoy/Dialect/StreamGathering.h"

#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace mlir;
using namespace mlir::convoy;
using llvm::alignTo;
using llvm::divideCeil;

/// Addresses of pixels that a gathering thread keeps in registers.
static constexpr int64_t kMaxRounds = 10;
static constexpr int64_t kMaxPrefetchUnits = 14;
static constexpr int64_t kMaxSlotsInTurn = 2;
/// Patches for which the gathering threads are divided.
static constexpr int64_t kMaxGroupedPixels = 128;
static constexpr int64_t kMaxBuffers = 6;
static constexpr int64_t kMaxBlockLag = 2;
/// Registers that gathering needs for each pixel, for each unit and besides;
/// split products need more.
static constexpr int64_t kPixelRegisters = 4;
static constexpr int64_t kUnitRegisters = 8;
static constexpr int64_t kGatherRegisters = 40;
static constexpr int64_t kSplitRegisters = 16;
static constexpr int64_t kStagingRows = 16;
static constexpr int64_t kMaxStagingColumns = 136;
/// Where only operations with a residual stage sums.
static constexpr int64_t kMaxResidualColumns = 72;
static constexpr int64_t kBarrierBytes = 8;

int64_t StreamPlan::getBlockLag() const {
  if (tileBlocks == 1)
    return 0;
  // One slot is being gathered, and one multiplied.
  int64_t wanted = std::clamp<int64_t>(slotsPerTile / 2, 1, kMaxBlockLag);
  return std::min(wanted, slots - 2);
}

//===----------------------------------------------------------------------===//
// Gathering
//===----------------------------------------------------------------------===//

/// As many warps as registers allow beside the accumulators.
static int64_t chooseGatherWarps(const StreamPlan &plan) {
  int64_t sums = plan.getAccumulators() * (plan.isSplit() ? 2 : 1);
  if (sums > 72)
    return 3;
  // As many as can be divided for patches of few pixels.
  return plan.patchPixels <= kMaxGroupedPixels ? kStreamMaxGatherWarps : 7;
}

/// Into how many parts the gathering threads can be divided.
static int64_t chooseUnitGroups(const StreamPlan &plan) {
  for (int64_t groups : {8, 4, 2})
    if (plan.gatherWarps % groups == 0 && plan.getSlotUnits() % groups == 0 &&
        plan.patchPixels <= plan.gatherWarps / groups * kThreadsPerWarp)
      return groups;
  return 1;
}

bool convoy::planGather(StreamPlan &plan, const Chip &chip,
                        std::optional<StreamTuning> tuning, std::string &why) {
  plan.gatherWarps = tuning ? tuning->gatherWarps : chooseGatherWarps(plan);
  plan.unitGroups = chooseUnitGroups(plan);
  int64_t threads = plan.getPixelThreads();
  plan.rounds = divideCeil(plan.patchPixels, threads);
  if (plan.rounds > kMaxRounds) {
    why = "needs a patch of at most " + std::to_string(kMaxRounds * threads) +
          " pixels, found " + std::to_string(plan.patchPixels);
    return false;
  }
  int64_t registers = std::min<int64_t>(
      chip.registersPerSM / plan.getThreads() / 8 * 8, chip.registersPerThread);
  registers -= kGatherRegisters + (plan.isSplit() ? kSplitRegisters : 0);
  int64_t units = (registers - kPixelRegisters * plan.rounds) / kUnitRegisters;
  plan.prefetchUnits = std::clamp<int64_t>(units, 1, kMaxPrefetchUnits);
  return true;
}

int64_t convoy::getStreamUnits(const StreamPlan &plan) {
  return plan.getSlotUnits() / plan.unitGroups * plan.rounds;
}

int64_t convoy::getStreamBatches(const StreamPlan &plan) {
  return divideCeil(getStreamUnits(plan), plan.prefetchUnits);
}

int64_t convoy::getStreamSlotsInTurn(const StreamPlan &plan) {
  int64_t most =
      std::min(kMaxSlotsInTurn, plan.prefetchUnits / getStreamUnits(plan));
  for (int64_t slots = most; slots > 1; --slots)
    if (plan.slotsPerTile % slots == 0)
      return slots;
  return 1;
}

//===----------------------------------------------------------------------===//
// Shared memory
//===----------------------------------------------------------------------===//

int64_t StreamPlan::getStagedPixels() const {
  return alignTo(std::min(columnsPerWarpgroup, getTilePixels()), 8);
}

static void sizeStaging(StreamPlan &plan) {
  int64_t most =
      plan.storesVectors() ? kMaxResidualColumns : kMaxStagingColumns;
  int64_t passes = divideCeil(plan.columnsPerWarpgroup, most);
  plan.stagingColumns =
      alignTo(divideCeil(plan.columnsPerWarpgroup, passes), 8);
  // A half-warp stores 4 rows of 8 words: 8 words apart they touch all banks.
  int64_t words =
      8 + alignTo(std::max<int64_t>(plan.stagingColumns - 8, 0), 32);
  plan.stagingPitchBytes = words * 4;
  plan.stagingBytes = kStagingRows * plan.stagingPitchBytes;
  plan.stagedRowBytes = 0;
  if (!plan.storesVectors())
    return;
  // A warp stores 8 rows of 4 words, likewise. Columns that are no pixels have
  // a place for two behind them.
  int64_t bytes = (plan.getStagedPixels() + 2) * plan.problem.outputBytes;
  plan.stagedRowBytes = 16 + alignTo(bytes - 16, 128);
  plan.stagingBytes =
      std::max(plan.stagingBytes, kStagingRows / 2 * plan.stagedRowBytes);
}

/// Places everything; sets the size.
static void layOut(StreamPlan &plan) {
  StreamSharedLayout &shared = plan.shared;
  int64_t end = 0;
  auto place = [&](int64_t bytes, int64_t alignment) {
    int64_t begin = alignTo(end, alignment);
    end = begin + bytes;
    return begin;
  };
  shared.filter = place(plan.getNumStages() * plan.getStageBytes(), 128);
  shared.slots = place(plan.slots * plan.slotBytes, 128);
  // Above the slots: a descriptor's distances are not negative.
  shared.zeros =
      place(plan.needsZeros() ? plan.columnsPerWarpgroup * 16 : 0, 16);
  // What wgmma reads beyond the last slot's patch is in here.
  shared.staging = place(kStreamMathWarps * plan.stagingBytes, 128);
  shared.reductions = place(2 * 2 * kStreamMaxGatherWarps * 4, 16);
  shared.slotScales = place(plan.slots * 8, 8);
  shared.barriers =
      place((2 * plan.slots + 2 * plan.getNumStages() + 2) * kBarrierBytes, 8);
  shared.bytes = end;
}

static bool setBuffers(StreamPlan &plan, const Chip &chip, int64_t slots,
                       int64_t stages) {
  plan.slots = slots;
  plan.filterStages = stages;
  layOut(plan);
  return plan.shared.bytes <= chip.sharedBytesPerBlock;
}

bool convoy::planBuffers(StreamPlan &plan, const Chip &chip,
                         std::optional<StreamTuning> tuning, std::string &why) {
  sizeStaging(plan);
  // All of a slot's filter stays until its last pass is done.
  int64_t leastStages = plan.isSplit() ? plan.stagesPerSlot : 1;
  if (tuning) {
    if (tuning->filterStages < leastStages) {
      why = "needs at least " + std::to_string(leastStages) +
            " filterStages, found " + std::to_string(tuning->filterStages);
      return false;
    }
    if (setBuffers(plan, chip, tuning->slots, tuning->filterStages))
      return true;
  } else {
    // As many of both as fit, two of each at least.
    leastStages = std::max<int64_t>(leastStages, 2);
    int64_t slots = 2, stages = leastStages;
    if (setBuffers(plan, chip, slots, stages)) {
      for (int64_t more : llvm::seq<int64_t>(3, kMaxBuffers + 1)) {
        int64_t moreStages = std::max(more, leastStages);
        if (setBuffers(plan, chip, slots, moreStages))
          stages = moreStages;
        if (setBuffers(plan, chip, more, stages))
          slots = more;
      }
      return setBuffers(plan, chip, slots, stages);
    }
  }
  why = "needs " + std::to_string(plan.shared.bytes) +
        " bytes of shared memory, " + chip.name.str() + " has " +
        std::to_string(chip.sharedBytesPerBlock);
  return false;
}
