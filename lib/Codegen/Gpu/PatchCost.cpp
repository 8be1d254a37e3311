//===- PatchCost.cpp - How long patch kernels take ------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The model of #convoy.patch_wgmma: for a slot, what its products take, what
// its converting warps take, and what its loads take; then the slots and the
// stores of a tile, and rounds of tiles. Constants are fitted to the times of
// 40 kernels, 8 % off in the root mean square.
//
//===----------------------------------------------------------------------===//

#include "CostModel.h"
#include "PackFilterData.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;

/// Of shared memory's rate, what wgmma's operands reach beside conversion.
static constexpr double kOperandEfficiency = 0.66;
/// Of what a scheduler can issue.
static constexpr double kIssueEfficiency = 0.2;
static constexpr double kL2Efficiency = 0.38;
/// To issue a bulk copy of a load, and one of a store.
static constexpr double kLoadCycles = 9.2;
static constexpr double kStoreCycles = 15.5;
/// Of a slot: its barriers. With split products also its scale, which warps
/// agree on.
static constexpr double kSlotCycles = 200;
static constexpr double kSplitSlotCycles = 600;
/// To stage a column of sums of 64 output channels.
static constexpr double kStageCycles = 4.2;
/// Of a row of an output channel whose ends are stored element by element.
static constexpr double kLooseEndCycles = 7;
/// A kernel's first loads and last stores, and each byte of its filter.
static constexpr double kFillCycles = 6000;
static constexpr double kFilterCyclesPerByte = 0.074;

/// Instructions of a thread for 8 channels of a pixel.
static double getConversionInstructions(PatchProducts products) {
  switch (products) {
  case PatchProducts::SplitF16:
    return 41;
  case PatchProducts::TF32:
    return 46;
  case PatchProducts::F16:
  case PatchProducts::BF16:
    return 26;
  }
  llvm_unreachable("all products have a case");
}

/// Cycles of the tensor cores, or of reading their operands from shared memory,
/// for a slot of both warpgroups.
static double getProductCycles(const PatchPlan &plan, const CostRates &rates) {
  constexpr double kBytesOfK = 32;
  bool isTF32 = plan.problem.products == PatchProducts::TF32;
  double columns = plan.columnsPerWarpgroup;
  double flops = 2.0 * kPatchChannels * columns * (isTF32 ? 8 : 16);
  double rate = rates.tensorFlopsPerCycle * (isTF32 ? 0.5 : 1);
  double operandBytes = kBytesOfK * (kPatchChannels + columns);
  double step = std::max(
      flops / rate, operandBytes / (kSharedBytesPerCycle * kOperandEfficiency));
  return 2.0 * plan.residentBlocks * plan.steps.size() * step;
}

/// Cycles in which a slot is converted.
static double getConversionCycles(const PatchPlan &plan) {
  double units =
      static_cast<double>(plan.patchPixels * plan.chunkUnits) / kThreadsPerWarp;
  return units * getConversionInstructions(plan.problem.products) /
         (kPatchConvertWarps * kIssueEfficiency);
}

/// Cycles in which a slot is loaded.
static double getLoadCycles(const PatchPlan &plan, const Chip &chip) {
  double channels = plan.getChunkChannels();
  return channels *
         std::max(kLoadCycles, plan.rawChannelBytes /
                                   (chip.l2BytesPerCyclePerSM * kL2Efficiency));
}

/// Cycles before the first tile.
static double getSetUpCycles(ConvOp op, const PatchPlan &plan) {
  double taps = plan.residentBlocks * plan.problem.getTaps();
  double bytes = taps * kPatchChannels * plan.problem.channels *
                 plan.problem.getInputBytes();
  double cycles = kFillCycles + bytes * kFilterCyclesPerByte;
  if (findFilterConstant(op.getFilter()))
    return cycles;
  // Each block packs its filters first.
  constexpr double kUnitsAtOnce = 16, kPackCycles = 900;
  double units = taps * plan.chunks * plan.chunkUnits;
  return cycles + std::ceil(units / kUnitsAtOnce) * kPackCycles;
}

ScheduleCost convoy::predictPatch(ConvOp op, const PatchPlan &plan,
                                  const Chip &chip) {
  CostRates rates(chip);
  CostPart parts[] = {{"tensor cores", getProductCycles(plan, rates)},
                      {"conversion", getConversionCycles(plan)},
                      {"loads", getLoadCycles(plan, chip)}};
  double slots =
      plan.chunks *
      (overlap(parts) + (plan.isSplit() ? kSplitSlotCycles : kSlotCycles));
  double blocks = plan.residentBlocks;
  double stage = plan.columnsPerWarpgroup * blocks * kStageCycles;
  if (plan.hasLooseEnds())
    stage += kPatchChannels * blocks * plan.tileRows * kLooseEndCycles;
  double copies = kPatchChannels * blocks / plan.storeWarps * kStoreCycles;
  CostPart tileParts[] = {{getLongest(parts).limit, slots + stage},
                          {"stores", copies}};
  double tiles = static_cast<double>(guessImages(op)) * plan.tilesPerImage *
                 plan.getFilterGroups();
  double cycles = std::ceil(tiles / rates.multiprocessors) * overlap(tileParts);
  return overlapWithMemory(cycles + getSetUpCycles(op, plan),
                           slots < stage ? StringLiteral("stores")
                                         : getLongest(tileParts).limit,
                           getMemoryMilliseconds(op, chip), rates);
}
