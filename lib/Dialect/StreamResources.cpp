//===- StreamResources.cpp - Warps and memory of a streaming kernel -------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How many warps gather, in what order they load, how many buffers there are
// and where they lie.
//
//===----------------------------------------------------------------------===//

#include "StreamResources.h"

#include "SharedPlaces.h"
#include "WgmmaDomain.h"

#include "Convoy/Dialect/StreamGathering.h"

#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace mlir;
using namespace mlir::convoy;
using llvm::alignTo;
using llvm::divideCeil;
using llvm::Twine;

/// Addresses of pixels that a gathering thread keeps in registers.
static constexpr int64_t kMaxRounds = 10;
static constexpr int64_t kMaxCopiedRounds = 12;
static constexpr int64_t kMaxPrefetchUnits = 14;
static constexpr int64_t kMaxSlotsInTurn = 2;
/// What copies can have a size of, and how much of it is on its way at least.
static constexpr int64_t kCopiedElementBytes = 4;
static constexpr int64_t kCopiedAheadBytes = 24 << 10;
static constexpr int64_t kMaxSlotsAhead = 3;
static constexpr int64_t kLargeSlotBytes = 32 << 10;
/// About what a thread takes for a unit of f32, and how many columns of a step
/// are multiplied in a cycle.
static constexpr int64_t kSplitUnitCycles = 250;
static constexpr int64_t kTF32UnitCycles = 150;
static constexpr double kColumnsPerCycle = 2.5;
/// Patches for which the gathering threads are divided.
static constexpr int64_t kMaxGroupedPixels = 128;
static constexpr int64_t kMaxBuffers = 6;
static constexpr int64_t kMaxResidentStages = 32;
static constexpr int64_t kMaxBlockLag = 2;
/// Registers that gathering needs for each pixel, for each unit and besides;
/// split products need more.
static constexpr int64_t kPixelRegisters = 4;
static constexpr int64_t kUnitRegisters = 8;
static constexpr int64_t kGatherRegisters = 40;
static constexpr int64_t kSplitRegisters = 16;
/// Each scheduler has a quarter of the registers for its warps.
static constexpr int64_t kRegisterThreads = 4 * kThreadsPerWarp;
static constexpr int64_t kStagingRows = 16;
static constexpr int64_t kMaxStagingColumns = 136;
/// Where only operations with a residual stage sums.
static constexpr int64_t kMaxResidualColumns = 72;

int64_t StreamPlan::getBlockLag() const {
  // All of a slot's filter stays until its last pass is done, for which both
  // blocks wait: what the first one has for slots ahead would stop the second.
  if (tileBlocks == 1 || isSplit())
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

/// True if elements are copied before they are converted. That takes no
/// registers, so that more are on their way, but more instructions: it is worth
/// it where products wait for what is gathered.
static bool copiesElements(const StreamPlan &plan) {
  int64_t gathering = getStreamUnits(plan) *
                      (plan.isSplit() ? kSplitUnitCycles : kTF32UnitCycles);
  int64_t steps = plan.steps.size();
  int64_t products = steps * 2 * plan.columnsPerWarpgroup / kColumnsPerCycle;
  return plan.problem.getInputBytes() == kCopiedElementBytes &&
         gathering > products;
}

bool convoy::planGather(StreamPlan &plan, const Chip &chip,
                        std::optional<StreamTuning> tuning, std::string &why) {
  plan.gatherWarps = tuning ? tuning->gatherWarps : chooseGatherWarps(plan);
  plan.unitGroups = chooseUnitGroups(plan);
  int64_t threads = plan.getPixelThreads();
  plan.rounds = divideCeil(plan.patchPixels, threads);
  bool copies = copiesElements(plan);
  int64_t maxRounds = copies ? kMaxCopiedRounds : kMaxRounds;
  if (plan.rounds > maxRounds)
    return refuse(why, "a patch of at most " + Twine(maxRounds * threads) +
                           " pixels, found " + Twine(plan.patchPixels));
  int64_t registers = std::min<int64_t>(
      chip.registersPerSM / alignTo(plan.getThreads(), kRegisterThreads) / 8 *
          8,
      chip.registersPerThread);
  registers -= kGatherRegisters + (plan.isSplit() ? kSplitRegisters : 0);
  int64_t units = (registers - kPixelRegisters * plan.rounds) / kUnitRegisters;
  plan.prefetchUnits = std::clamp<int64_t>(units, 1, kMaxPrefetchUnits);
  plan.rawSlots = 0;
  if (copies)
    plan.rawSlots = 1 + std::clamp<int64_t>(divideCeil(kCopiedAheadBytes,
                                                       plan.getRawSlotBytes()),
                                            1, kMaxSlotsAhead);
  return true;
}

int64_t StreamPlan::getRawSlotBytes() const {
  return getStreamUnits(*this) * getRawChannels() * kCopiedElementBytes *
         gatherWarps * kThreadsPerWarp;
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
    if (plan.slotsPerPart % slots == 0)
      return slots;
  return 1;
}

//===----------------------------------------------------------------------===//
// Shared memory
//===----------------------------------------------------------------------===//

int64_t StreamPlan::getStagedPixels() const {
  return alignTo(std::min(columnsPerWarpgroup, getTilePixels()), 8);
}

/// True if slots are so large that memory for more of them is worth more than
/// that for stores.
static bool leavesLittle(const StreamPlan &plan) {
  return plan.copiesElements() &&
         plan.slotBytes + plan.getRawSlotBytes() >= kLargeSlotBytes;
}

static void sizeStaging(StreamPlan &plan) {
  int64_t most = plan.storesVectors() || leavesLittle(plan)
                     ? kMaxResidualColumns
                     : kMaxStagingColumns;
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
  SharedPlaces places;
  shared.filter = places.place(plan.getNumStages() * plan.getStageBytes(), 128);
  shared.slots = places.place(plan.slots * plan.slotBytes, 128);
  // Above the slots: a descriptor's distances are not negative.
  shared.zeros =
      places.place(plan.needsZeros() ? plan.columnsPerWarpgroup * 16 : 0, 16);
  shared.raw = places.place(plan.rawSlots * plan.getRawSlotBytes(), 16);
  // What wgmma reads beyond the last slot's patch is in here.
  shared.staging = places.place(kStreamMathWarps * plan.stagingBytes, 128);
  shared.reductions = places.place(2 * 2 * kStreamMaxGatherWarps * 4, 16);
  shared.slotScales = places.place(plan.slots * 8, 8);
  // Words of flags for each half of a warp's rows, and two barriers.
  bool isShared = plan.channelParts > 1;
  int64_t flagBytes = kStreamMathWarps * kStreamWarpRows / 2 * 4;
  shared.exchange = places.place(isShared && plan.isSplit() ? flagBytes : 0, 8);
  int64_t exchangeBarriers = isShared ? 2 * kStreamMathWarps : 0;
  int64_t turnBarriers = plan.takesTurns ? 2 : 0;
  shared.barriers = places.place((2 * plan.slots + 2 * plan.getNumStages() + 2 +
                                  exchangeBarriers + turnBarriers) *
                                     kBarrierBytes,
                                 8);
  shared.bytes = places.getBytes();
}

static bool setBuffers(StreamPlan &plan, const Chip &chip, int64_t slots,
                       int64_t stages) {
  plan.slots = slots;
  plan.filterStages = stages;
  layOut(plan);
  return plan.shared.bytes <= chip.sharedBytesPerBlock;
}

/// As many slots and stages as fit, two of each at least.
static bool fillBuffers(StreamPlan &plan, const Chip &chip,
                        int64_t leastStages) {
  leastStages = std::max<int64_t>(leastStages, 2);
  int64_t slots = 2, stages = leastStages;
  if (!setBuffers(plan, chip, slots, stages))
    return false;
  for (int64_t more : llvm::seq<int64_t>(3, kMaxBuffers + 1)) {
    int64_t moreStages = std::max(more, leastStages);
    if (setBuffers(plan, chip, slots, moreStages))
      stages = moreStages;
    if (setBuffers(plan, chip, more, stages))
      slots = more;
  }
  return setBuffers(plan, chip, slots, stages);
}

/// True if all tiles of a block have the same filter, and it has few stages.
static bool mayBeResident(const StreamPlan &plan) {
  return plan.channelTiles == 1 && plan.channelParts == 1 &&
         plan.slotsPerTile * plan.stagesPerSlot <= kMaxResidentStages;
}

/// All of the filter, and as many slots as fit.
static bool keepFilter(StreamPlan &plan, const Chip &chip) {
  int64_t stages = plan.slotsPerTile * plan.stagesPerSlot;
  if (!mayBeResident(plan) || !setBuffers(plan, chip, 2, stages))
    return false;
  plan.residentFilter = true;
  int64_t slots = 2;
  while (slots < kMaxBuffers && setBuffers(plan, chip, slots + 1, stages))
    ++slots;
  return setBuffers(plan, chip, slots, stages);
}

/// The buffers of a schedule.
static bool takeBuffers(StreamPlan &plan, const Chip &chip,
                        const StreamTuning &tuning, int64_t leastStages,
                        std::string &why) {
  int64_t all = plan.slotsPerTile * plan.stagesPerSlot;
  plan.residentFilter = tuning.residentFilter;
  if (tuning.residentFilter &&
      (!mayBeResident(plan) || tuning.filterStages != all))
    return refuse(why,
                  "the same filter in all tiles and " + Twine(all) +
                      " filterStages of at most " + Twine(kMaxResidentStages) +
                      " for residentFilter, found " +
                      Twine(plan.channelTiles * plan.channelParts) +
                      " filters and " + Twine(tuning.filterStages) + " stages");
  if (tuning.filterStages < leastStages)
    return refuse(why, "at least " + Twine(leastStages) +
                           " filterStages, found " +
                           Twine(tuning.filterStages));
  if (setBuffers(plan, chip, tuning.slots, tuning.filterStages))
    return true;
  why = explainSharedBytes(plan.shared.bytes, chip);
  return false;
}

bool convoy::planBuffers(StreamPlan &plan, const Chip &chip,
                         std::optional<StreamTuning> tuning, std::string &why) {
  sizeStaging(plan);
  // All of a slot's filter stays until its last pass is done.
  int64_t leastStages = plan.isSplit() ? plan.stagesPerSlot : 1;
  if (tuning)
    return takeBuffers(plan, chip, *tuning, leastStages, why);
  plan.residentFilter = false;
  if ((plan.takesTurns && keepFilter(plan, chip)) ||
      fillBuffers(plan, chip, leastStages))
    return true;
  why = explainSharedBytes(plan.shared.bytes, chip);
  return false;
}
