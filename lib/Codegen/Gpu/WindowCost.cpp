//===- WindowCost.cpp - How long window kernels take ----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The model of #convoy.window_wgmma: what its copies take of L2, and what its
// warpgroups take of the tensor cores, of shared memory and of the schedulers,
// for the tiles of one multiprocessor.
//
//===----------------------------------------------------------------------===//

#include "CostModel.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;

/// Of the tensor cores' rate at the chip's reference clock, which is exceeded,
/// and of shared memory's, what is reached.
static constexpr double kWindowTensorEfficiency = 1.18;
static constexpr double kSharedEfficiency = 0.91;
/// Cycles in which f32 elements of 64 pixels and 8 channels become tf32.
static constexpr double kRoundCycles = 22;
/// What a warp waits for its elements of a tap, while its products are on their
/// way: in any case, and for each block of rows, pairs of pixels or single
/// ones.
static constexpr double kTapLatencyCycles = 36;
static constexpr double kPairLatencyCycles = 90;
static constexpr double kSingleLatencyCycles = 163;
/// Of memory's bandwidth.
static constexpr double kWindowDramEfficiency = 0.87;
/// Until the first bytes of a stage's input come from memory.
static constexpr double kCopyLatencyCycles = 1700;
/// Of an accumulator of 64 rows: pairs of pixels are stored as one; single ones
/// of 2 bytes are parts of sectors.
static constexpr double kPairStoreCycles = 19;
static constexpr double kSingleStoreCycles = 53;
/// A kernel's first copies and last stores.
static constexpr double kFillCycles = 5900;

/// Loads of a warp for a block of 64 rows and a stage.
static double getLoads(const WindowPlan &plan) {
  constexpr double kHalves = 2;
  double channels = plan.getElementBytes() == 2 ? 2 : 1;
  return kHalves * channels * plan.problem.filterHeight * plan.getRowWords();
}

/// Cycles that a warp's load takes of shared memory. Eight neighbouring pixels
/// of four channels are so far apart that each bank is touched once where they
/// span a quarter of the banks.
static double getLoadCycles(const WindowPlan &plan) {
  constexpr double kQuarterBytes = 32, kPixels = 8;
  double bytes = kPixels * plan.frame.pixelVector * plan.problem.strideWidth *
                 plan.getElementBytes();
  double cycles = std::max(1.0, bytes / kQuarterBytes);
  // Two of three words, say, come as one without conflicts.
  constexpr double kVectorGain = 1.5;
  if (plan.vectorWords == 2)
    cycles /= kVectorGain;
  return cycles;
}

/// Cycles of the tensor cores for the products of 64 pixels with one tap.
static double getStepCycles(const PointwisePlan &plan, const CostRates &rates) {
  bool isTF32 = plan.problem.products == PatchProducts::TF32;
  double flops =
      2.0 * kPointwiseRows * plan.tileFilters * plan.image.chunkChannels;
  return flops / (rates.tensorFlopsPerCycle * (isTF32 ? 0.5 : 1));
}

/// Images that a tile has parts of, in the mean.
static double getParts(const WindowPlan &plan) {
  double crossed = static_cast<double>(plan.frame.tilePixels - 1) /
                   plan.frame.problem.pixels;
  return std::min<double>(plan.mostParts, 1 + crossed);
}

/// Bytes of the input that are copied to a stage.
static double getInputBytes(const WindowPlan &plan) {
  double rows = static_cast<double>(plan.frame.tilePixels) / plan.outputWidth;
  double run =
      getParts(plan) * plan.getPartBytes(0) + rows * plan.getRowStepBytes();
  return plan.frame.getStageChannels() * run;
}

/// Until a stage that was given back is filled again, for each of the ring's
/// others: all multiprocessors load at the same time, those with other filters
/// the same input.
static double getCopyCycles(const WindowPlan &plan, const CostRates &rates,
                            const Chip &chip) {
  const PointwisePlan &frame = plan.frame;
  double input = getInputBytes(plan);
  double dramBytesPerCycle = chip.referenceDramGBPerSecond * 1e9 *
                             kWindowDramEfficiency /
                             (rates.clockHz * rates.multiprocessors);
  double latency =
      kCopyLatencyCycles + input / (frame.filterTiles * dramBytesPerCycle);
  return std::max(latency / (frame.stages - 1),
                  (input + frame.getFilterStageBytes()) /
                      chip.l2BytesPerCyclePerSM);
}

/// What one stage takes.
static CostPart getStageCost(const WindowPlan &plan, const CostRates &rates,
                             const Chip &chip) {
  const PointwisePlan &frame = plan.frame;
  double blocks = frame.mathWarpgroups * frame.rowBlocks;
  double taps = plan.problem.getTaps();
  constexpr double kWarps = kThreadsPerWarpgroup / kThreadsPerWarp;
  bool isTF32 = plan.problem.products == PatchProducts::TF32;
  double loads = blocks * kWarps * getLoads(plan) * getLoadCycles(plan);
  double rounding = isTF32 ? taps * blocks * kRoundCycles : 0;
  double filterReads =
      taps * blocks * frame.image.getStepBytes() / kSharedBytesPerCycle;
  double bytes = getInputBytes(plan) + frame.getFilterStageBytes();
  double block =
      frame.pixelVector == 2 ? kPairLatencyCycles : kSingleLatencyCycles;
  CostPart parts[] = {
      {"tensor cores",
       taps * blocks * getStepCycles(frame, rates) / kWindowTensorEfficiency},
      {"shared memory",
       (loads + filterReads + rounding + bytes / kSharedBytesPerCycle) /
           kSharedEfficiency},
      {"latency", taps * (kTapLatencyCycles + frame.rowBlocks * block)}};
  CostPart stages[] = {{getLongest(parts).limit, overlap(parts)},
                       {"copies", getCopyCycles(plan, rates, chip)}};
  return getLongest(stages);
}

ScheduleCost convoy::predictWindow(ConvOp op, const WindowPlan &plan,
                                   const Chip &chip) {
  CostRates rates(chip);
  const PointwisePlan &frame = plan.frame;
  int64_t images = guessImages(op);
  double tiles = llvm::divideCeil(frame.getTiles(images),
                                  frame.getGridBlocks(images, chip));
  CostPart stage = getStageCost(plan, rates, chip);
  double store =
      static_cast<double>(frame.mathWarpgroups * frame.rowBlocks) *
      frame.getAccumulators() *
      (frame.pixelVector == 2 ? kPairStoreCycles : kSingleStoreCycles);
  double cycles = tiles * (frame.stagesPerTile * stage.cycles + store);
  double memory = getMemoryMilliseconds(op, chip) * kOrdinaryStores;
  ScheduleCost cost =
      overlapWithMemory(cycles + kFillCycles, stage.limit, memory, rates);
  cost.milliseconds += getPackMilliseconds(op, frame.image, chip);
  return cost;
}
