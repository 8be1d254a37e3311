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

/// Of the tensor cores' rate, what warpgroups reach that read what they
/// multiply next while others multiply.
static constexpr double kWindowTensorEfficiency = 0.77;
/// Cycles of shared memory for a load without bank conflicts, and for 128 bytes
/// of the filter that wgmma reads.
static constexpr double kLoadCycles = 1.85;
static constexpr double kFilterCycles = 1.18;
/// And in which f32 elements of 64 pixels and 8 channels become tf32.
static constexpr double kRoundCycles = 32;
/// What a warp waits for its loads of a tap, while its products are on their
/// way: in any case, and for each load.
static constexpr double kTapLatencyCycles = 60;
static constexpr double kLoadLatencyCycles = 24;
/// Of what L2 gives a multiprocessor.
static constexpr double kBulkEfficiency = 0.45;
/// With two stages a copy is waited for in part.
static constexpr double kTwoStages = 1.15;
/// Of an accumulator of 64 rows: pairs of pixels are stored as one; single ones
/// of 2 bytes are parts of sectors.
static constexpr double kPairStoreCycles = 7;
static constexpr double kSingleStoreCycles = 20;
/// Until a tile's first products are on their way.
static constexpr double kTileCycles = 1000;
/// A kernel's first copies and last stores.
static constexpr double kFillCycles = 6000;

/// Loads of a warp of 16 rows for all taps of a chunk.
static double getLoads(const WindowPlan &plan) {
  constexpr double kHalves = 2;
  double channels = plan.getElementBytes() == 2 ? 2 : 1;
  return kHalves * channels * plan.problem.filterHeight * plan.getRowWords();
}

/// Cycles of shared memory of one of these loads: eight pixels of four channels
/// are in as many banks, if the pixels are neighbours.
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

/// Cycles of the tensor cores at their rate for a step of 64 pixels.
static double getStepCycles(const PointwisePlan &plan, const CostRates &rates) {
  bool isTF32 = plan.problem.products == PatchProducts::TF32;
  double flops =
      2.0 * kPointwiseRows * plan.tileFilters * plan.image.chunkChannels;
  return flops / (rates.tensorFlopsPerCycle * (isTF32 ? 0.5 : 1));
}

/// Cycles of a stage.
static CostPart getStageCost(const WindowPlan &plan, const CostRates &rates) {
  const PointwisePlan &frame = plan.frame;
  double blocks = frame.mathWarpgroups * frame.rowBlocks;
  double taps = plan.problem.getTaps();
  constexpr double kWarps = kThreadsPerWarpgroup / kThreadsPerWarp;
  double loads = blocks * kWarps * getLoads(plan) * getLoadCycles(plan);
  double warpLoads = frame.rowBlocks * getLoads(plan);
  double rounding = plan.problem.products == PatchProducts::TF32
                        ? taps * blocks * kRoundCycles
                        : 0;
  double filterReads =
      taps * blocks * frame.image.getStepBytes() / kSharedBytesPerCycle;
  double input = static_cast<double>(frame.getStageRuns()) * frame.runPieces *
                 kPointwisePieceBytes;
  double filter = static_cast<double>(frame.getFilterStageBytes());
  // The rate of L2 that others reach is a half already.
  double l2BytesPerCycle = rates.l2BytesPerCycle * 2 * kBulkEfficiency;
  CostPart parts[] = {
      {"tensor cores",
       taps * blocks * getStepCycles(frame, rates) / kWindowTensorEfficiency},
      {"shared memory",
       loads * kLoadCycles + filterReads * kFilterCycles + rounding},
      {"latency", taps * kTapLatencyCycles + warpLoads * kLoadLatencyCycles},
      {"copies", (input + filter) / l2BytesPerCycle}};
  CostPart longest = getLongest(parts);
  if (frame.stages == 2)
    longest.cycles *= kTwoStages;
  return longest;
}

ScheduleCost convoy::predictWindow(ConvOp op, const WindowPlan &plan,
                                   const Chip &chip) {
  CostRates rates(chip);
  const PointwisePlan &frame = plan.frame;
  int64_t images = guessImages(op);
  double tiles = llvm::divideCeil(frame.getTiles(images),
                                  frame.getGridBlocks(images, chip));
  CostPart stage = getStageCost(plan, rates);
  double store =
      static_cast<double>(frame.mathWarpgroups * frame.rowBlocks) *
      frame.getAccumulators() *
      (frame.pixelVector == 2 ? kPairStoreCycles : kSingleStoreCycles);
  double fill = kFillCycles;
  if (frame.residentFilter)
    fill +=
        frame.image.getBlockBytes() / (rates.l2BytesPerCycle * kSameBytesRate);
  double cycles =
      tiles * (kTileCycles + frame.stagesPerTile * stage.cycles + store) + fill;
  ScheduleCost cost =
      combineWithMemory(op, chip, cycles, stage.limit, kOrdinaryStores);
  cost.milliseconds += getPackMilliseconds(op, frame.image, chip);
  return cost;
}
