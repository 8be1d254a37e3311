//===- PointwiseCost.cpp - How long pointwise kernels take ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The model of #convoy.pointwise_wgmma: what its copies take of L2 and of what
// can be on its way, and what its warpgroups take of the tensor cores, of
// shared memory and of the schedulers, for the tiles of one multiprocessor.
//
//===----------------------------------------------------------------------===//

#include "CostModel.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;

/// From a copy's issue to its arrival, where many are on their way.
static constexpr double kCopyLatencyCycles = 1100;
/// Of a piece of 16 bytes that a copying thread asks for.
static constexpr double kPieceCycles = 113;
/// Of a warpgroup and a stage: the barriers, the first loads, the end of the
/// products; nothing of it overlaps with the warpgroup's own products.
static constexpr double kStageLatencyCycles = 103;
/// Of an instruction of a warp that waits for its own results; less where there
/// are many that do not depend on each other.
static constexpr double kInstructionLatencyCycles = 2.7;
static constexpr double kSplitInstructionLatencyCycles = 1.28;
/// Of what a scheduler can issue.
static constexpr double kIssueEfficiency = 0.74;
/// Of the tensor cores' rate, where warpgroups read what they multiply next
/// while others multiply.
static constexpr double kSharedTensorEfficiency = 0.425;
/// Memory's time beside that of long copies: the input comes in short rows, the
/// output goes in pieces of a sector or two.
static constexpr double kShortPieces = 1.28;
/// A kernel's first copies and last stores.
static constexpr double kFillCycles = 6000;

/// Instructions of a thread for its part of 64 pixels of a chunk: loads, what
/// makes fragments of them, and for split products what adds up their sums.
static double getChunkInstructions(const PointwisePlan &plan) {
  double loads = plan.pixelVector == 2 ? 4 : 8;
  switch (plan.problem.products) {
  case PatchProducts::SplitF16:
    // Sums are added to the tile's for each two chunks, or for each one.
    return loads + 165 +
           plan.getAccumulators() * (plan.stageChunks % 2 == 0 ? 2 : 4);
  case PatchProducts::TF32:
    return loads / 2 + 34;
  case PatchProducts::F16:
  case PatchProducts::BF16:
    return loads + 31;
  }
  llvm_unreachable("all products have a case");
}

/// Cycles of shared memory for a chunk of a tile: what is written of it, read
/// of the input by threads, and of the filter by wgmma.
static double getSharedCycles(const PointwisePlan &plan) {
  double rows = plan.getTileRows();
  double input = rows * plan.image.chunkChannels * plan.problem.getInputBytes();
  double steps = plan.image.steps.size();
  double filter = steps * plan.image.getStepBytes();
  // Single elements of odd images meet in banks; those of 16 bits are half of
  // what a bank gives.
  double conflicts =
      plan.pixelVector == 2 ? 1 : (plan.problem.getInputBytes() == 2 ? 4 : 2);
  double written = input + (plan.residentFilter ? 0 : filter);
  double read = input * conflicts + filter * rows / kPointwiseRows;
  return (written + read) / kSharedBytesPerCycle;
}

/// Cycles of the tensor cores at their rate for a step of 64 pixels.
static double getStepCycles(const PointwisePlan &plan, const CostRates &rates) {
  bool isTF32 = plan.problem.products == PatchProducts::TF32;
  double flops =
      2.0 * kPointwiseRows * plan.tileFilters * plan.image.chunkChannels;
  return flops / (rates.tensorFlopsPerCycle * (isTF32 ? 0.5 : 1));
}

/// Cycles of the warpgroups for a tile, but for its stores.
static CostPart getMathCost(const PointwisePlan &plan, const CostRates &rates) {
  double chunks = plan.image.getChunks();
  double products = plan.image.steps.size() * getStepCycles(plan, rates);
  double instructions = getChunkInstructions(plan);
  double blocks = plan.mathWarpgroups * plan.rowBlocks;
  // What each warpgroup does one after the other.
  double chunk =
      products + instructions * (plan.isSplit() ? kSplitInstructionLatencyCycles
                                                : kInstructionLatencyCycles);
  CostPart parts[] = {
      {"tensor cores", chunks * blocks * products / kSharedTensorEfficiency},
      {"conversion", chunks * blocks * instructions / kIssueEfficiency},
      {"shared memory", chunks * getSharedCycles(plan)},
      {"latency", plan.stagesPerTile * kStageLatencyCycles +
                      chunks * plan.rowBlocks * chunk}};
  return getLongest(parts);
}

/// Bytes of a tile's input, and of its filter.
static std::pair<double, double> getCopiedBytes(const PointwisePlan &plan) {
  // The last tile of an image may be a part of one.
  double runs = static_cast<double>(plan.getStageRuns()) * plan.stagesPerTile *
                plan.problem.pixels / (plan.pixelTiles * plan.tilePixels);
  return {runs * plan.runPieces * kPointwisePieceBytes,
          static_cast<double>(plan.image.getBlockBytes())};
}

ScheduleCost convoy::predictPointwise(ConvOp op, const PointwisePlan &plan,
                                      const Chip &chip) {
  CostRates rates(chip);
  int64_t images = guessImages(op);
  double tiles =
      llvm::divideCeil(plan.getTiles(images), plan.getGridBlocks(images, chip));
  auto [input, filter] = getCopiedBytes(plan);
  double filters = filter * (plan.residentFilter ? 1 : tiles);
  double inFlight = (plan.stages - 1) * static_cast<double>(plan.stageBytes) /
                    kCopyLatencyCycles;
  double pieces = tiles * input / kPointwisePieceBytes /
                  (kPointwiseCopyWarps * kThreadsPerWarp);
  double copied = tiles * input + filters;
  double streamed = tiles * input + (plan.residentFilter ? 0 : filters);
  double copies = std::max({copied / rates.l2BytesPerCycle, streamed / inFlight,
                            pieces * kPieceCycles});
  CostPart math = getMathCost(plan, rates);
  constexpr double kStoreInstructions = 6.7;
  double blocks = plan.mathWarpgroups * plan.rowBlocks;
  double store = blocks * plan.getAccumulators() * kStoreInstructions;
  store = std::max(store, static_cast<double>(plan.getTilePixels()) *
                              plan.tileFilters * plan.problem.outputBytes /
                              rates.l2BytesPerCycle);
  CostPart parts[] = {{"copies", copies},
                      {math.limit, tiles * (math.cycles + store)}};
  CostPart longest = getLongest(parts);
  if (longest.limit != "copies" && store > math.cycles)
    longest.limit = "stores";
  ScheduleCost cost = combineWithMemory(op, chip, longest.cycles + kFillCycles,
                                        longest.limit, kShortPieces);
  // What overlaps does not do so entirely.
  constexpr double kExposed = 0.05;
  double overlapped = parts[0].cycles + parts[1].cycles;
  cost.milliseconds += kExposed * overlapped / rates.clockHz * 1e3;
  cost.milliseconds += getPackMilliseconds(op, plan.image, chip);
  return cost;
}
