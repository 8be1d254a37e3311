//===- PatchBuffers.cpp - Shared memory of a patch plan -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How many slots and staging blocks a plan has, and where all that it keeps in
// shared memory lies. The rest of the plan is made in PatchPlan.cpp.
//
//===----------------------------------------------------------------------===//

#include "PatchBuffers.h"
#include "SharedPlaces.h"

#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <numeric>

using namespace mlir;
using namespace mlir::convoy;
using llvm::alignTo;

/// What the plans of one product have in common: measured, not derived.
namespace {
struct Preferences {
  int64_t slots;
  int64_t stagingRing;
  int64_t storeWarps;
};
} // namespace

/// Sectors of DRAM and L2.
static constexpr int64_t kSectorBytes = 32;
/// Of one chunk of many.
static constexpr int64_t kManySlots = 8;
/// Copies of fewer bytes need more warps to issue them.
static constexpr int64_t kLongCopyBytes = 768;
/// Rows of 32 bytes at this pitch modulo all banks touch each bank once.
static constexpr int64_t kBankBytes = 128;

void convoy::sizePatchStaging(PatchPlan &plan) {
  int64_t bytes = plan.problem.outputBytes;
  int64_t planeBytes = plan.outputHeight * plan.outputWidth * bytes;
  plan.channelStep =
      std::min<int64_t>(8, kSectorBytes / std::gcd(planeBytes, kSectorBytes));
  // At most a sector of difference between the rows of a block.
  int64_t stepBytes = plan.channelStep * planeBytes;
  int64_t slack = stepBytes % kSectorBytes ? kSectorBytes : 0;
  int64_t residue = stepBytes % kBankBytes == 96 ? 96 : 32;
  int64_t needed =
      plan.tileRows * plan.outputWidth * bytes + plan.cutBytes + slack;
  plan.stagingPitchBytes =
      residue + alignTo(std::max<int64_t>(needed - residue, 0), kBankBytes);
  plan.stagingBlockBytes = 8 * plan.stagingPitchBytes + kBankBytes;
}

/// Places everything; sets the size.
static void layOut(PatchPlan &plan) {
  PatchSharedLayout &shared = plan.shared;
  SharedPlaces places;
  shared.filter = places.place(
      plan.getFilterChunkBytes() * plan.chunks * plan.residentBlocks, 128);
  shared.slots = places.place(plan.slotBytes * plan.slots, 128);
  // Above the slots: a descriptor's distances are not negative.
  shared.zeros =
      places.place(plan.needsZeros() ? plan.columnsPerWarpgroup * 16 : 0, 16);
  shared.staging =
      places.place(4 * plan.stagingRing * plan.stagingBlockBytes, kBankBytes);
  shared.filterScales =
      places.place(plan.residentBlocks * kPatchChannels * 4, 16);
  // Two tiles' largest and smallest magnitudes of four warps.
  shared.reductions = places.place(2 * 2 * kPatchConvertWarps * 4, 16);
  shared.slotScales = places.place(plan.slots * 8, 8);
  shared.barriers = places.place(
      (3 * plan.slots + 2 * 4 * plan.stagingRing + 3) * kBarrierBytes, 8);
  shared.bytes = places.getBytes();
}

/// Lays out shared memory for these numbers of buffers, if they fit.
static bool setBuffers(PatchPlan &plan, const Chip &chip, int64_t slots,
                       int64_t stagingRing) {
  plan.slots = slots;
  plan.stagingRing = stagingRing;
  plan.loadBatch = plan.alignLoads ? slots / 2 : 1;
  layOut(plan);
  return plan.shared.bytes <= chip.sharedBytesPerBlock;
}

/// Slots without which other numbers are better.
static int64_t getMinSlots(const PatchPlan &plan) {
  if (plan.residentBlocks > 1)
    return plan.chunks > 1 ? 2 * plan.chunks : 2;
  return plan.chunks > 1 && plan.chunkUnits > 1 ? 4 : 2;
}

bool convoy::planPatchBuffers(PatchPlan &plan,
                              std::optional<PatchTuning> tuning,
                              const Chip &chip, std::string &why) {
  const PatchProblem &problem = plan.problem;
  bool is16Bit = problem.outputBytes == 2;
  Preferences preferred = is16Bit ? Preferences{8, 4, 4} : Preferences{6, 3, 1};
  int64_t copyBytes = plan.tileRows * plan.outputWidth * problem.outputBytes;
  if (copyBytes < kLongCopyBytes && plan.residentBlocks > 1)
    preferred.storeWarps = 4;
  // Ends of rows that are stored by elements take time.
  if (plan.hasLooseEnds())
    preferred.storeWarps = std::max<int64_t>(preferred.storeWarps, 2);
  // Where the output's stores are what takes the time, and in long copies.
  plan.alignLoads = tuning ? tuning->alignLoads
                           : plan.chunks == 1 && plan.residentBlocks == 1;
  // Three in turns write as fast, and leave more registers to each thread.
  if (plan.alignLoads)
    preferred.storeWarps = std::min<int64_t>(preferred.storeWarps, 3);
  plan.storeWarps = tuning ? tuning->storeWarps : preferred.storeWarps;
  if (tuning && tuning->slots >= getMinSlots(plan) &&
      setBuffers(plan, chip, tuning->slots, tuning->stagingRing))
    return true;
  int64_t minSlots = getMinSlots(plan);
  if (!tuning && plan.chunks == 1)
    for (int64_t ring = preferred.stagingRing; ring >= 2; --ring)
      for (int64_t slots = preferred.slots; slots >= minSlots; slots -= 2)
        if (setBuffers(plan, chip, slots, ring))
          return true;
  // With many loads a tile they take the time: rather slots than staging.
  if (!tuning && plan.chunks > 1)
    for (int64_t slots = kManySlots; slots >= minSlots; slots -= 2)
      for (int64_t ring = preferred.stagingRing; ring >= 2; --ring)
        if (setBuffers(plan, chip, slots, ring))
          return true;
  why = explainSharedBytes(plan.shared.bytes, chip);
  return false;
}
