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
// Constants are fitted to the times of about 190 kernels, 7 % off in the root
// mean square.
//
//===----------------------------------------------------------------------===//

#include "CostModel.h"

#include "Convoy/Dialect/PointwiseTurns.h"

#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;
using namespace mlir::convoy;

/// From a copy's issue to its arrival, where many are on their way.
static constexpr double kCopyLatencyCycles = 2570;
/// Of a piece of 16 bytes that a copying thread asks for.
static constexpr double kPieceCycles = 140;
static constexpr double kL2Efficiency = 0.9;
/// Of a warpgroup and a stage: the barriers, the first loads, the end of the
/// products.
static constexpr double kStageLatencyCycles = 100;
/// The same of the tensor cores, which are idle while no warpgroup has a chain
/// of products ready.
static constexpr double kStageIdleCycles = 71;
/// Of an instruction of a warp that waits for its own results; more where there
/// are few that do not depend on each other.
static constexpr double kInstructionLatencyCycles = 0.95;
static constexpr double kSplitInstructionLatencyCycles = 0.62;
/// Of what a scheduler can issue.
static constexpr double kIssueEfficiency = 0.86;
/// Of the tensor cores' rate: of all warpgroups, which read what they multiply
/// next while others multiply, and what one sees of its own products.
static constexpr double kTensorEfficiency = 0.915;
static constexpr double kOwnProducts = 1.02;
static constexpr double kSharedFactor = 0.424;
/// Loads of single pixels meet in banks.
static constexpr double kConflicts16Bit = 4.1, kConflicts32Bit = 3.4;
/// To finish and store an accumulator of a warpgroup: of two pixels at a time,
/// or one.
static constexpr double kStoreCycles = 5.24, kSingleStoreCycles = 39;
/// The same by way of shared memory, to be stored in bulk.
static constexpr double kBulkStoreCycles = 8;
static constexpr double kStoreL2Efficiency = 0.367;
/// Of an accumulator of a group of channels that goes to another group.
static constexpr double kSumCycles = 4;
/// Memory's time beside that of long copies; the input comes in runs and the
/// output goes in pieces, each of which costs as if it were so many bytes
/// longer.
static constexpr double kMemoryFactor = 1.035;
static constexpr double kRunBytes = 33;
/// What a piece of the output costs more that does not begin and end at
/// sectors.
static constexpr double kPieceBytes = 500;
/// A kernel's first copies and last stores, and how much sooner whole images of
/// an even number of pixels are there than pieces, which memory serves in no
/// order, and have left.
static constexpr double kFillCycles = 9190;
static constexpr double kSavedFillCycles = 2300;

/// Instructions of a thread for its part of 64 pixels of a chunk: loads, what
/// makes fragments of them, and for split products what adds up their sums.
static double getChunkInstructions(const PointwisePlan &plan) {
  double loads = plan.pixelVector == 2 ? 4 : 8;
  switch (plan.problem.products) {
  case PatchProducts::SplitF16:
    // Sums are added to the tile's for each two chunks, or for each one.
    return loads + 273 +
           plan.getAccumulators() * (plan.stageChunks % 2 == 0 ? 0.6 : 1.2);
  case PatchProducts::TF32:
    return loads / 2 + 43;
  case PatchProducts::F16:
  case PatchProducts::BF16:
    return loads + (plan.pixelVector == 2 ? 54 : 68);
  }
  llvm_unreachable("all products have a case");
}

/// Cycles of shared memory for a chunk of a tile: what is written of it, read
/// of the input by threads, and of the filter by wgmma.
static double getSharedCycles(const PointwisePlan &plan) {
  double rows = getTileWarpgroups(plan) * plan.rowBlocks * kPointwiseRows;
  double input = rows * plan.image.chunkChannels * plan.problem.getInputBytes();
  double steps = plan.image.steps.size();
  double filter = steps * plan.image.getStepBytes();
  bool is16Bit = plan.problem.getInputBytes() == 2;
  double conflicts =
      plan.pixelVector == 2 ? 1 : (is16Bit ? kConflicts16Bit : kConflicts32Bit);
  double written = input + (plan.residentFilter ? 0 : filter);
  double read = input * conflicts + filter * rows / kPointwiseRows;
  return (written + read) / kSharedBytesPerCycle * kSharedFactor;
}

/// Cycles of the tensor cores at their rate for a step of 64 pixels.
static double getStepCycles(const PointwisePlan &plan, const CostRates &rates) {
  bool isTF32 = plan.problem.products == PatchProducts::TF32;
  double flops =
      2.0 * kPointwiseRows * plan.tileFilters * plan.image.chunkChannels;
  return flops / (rates.tensorFlopsPerCycle * (isTF32 ? 0.5 : 1));
}

/// Cycles in which a tile's sums are finished and stored.
static double getStoreCycles(const PointwisePlan &plan, const Chip &chip) {
  double sums =
      getTileWarpgroups(plan) * plan.rowBlocks * plan.getAccumulators();
  double each = plan.bulkStores         ? kBulkStoreCycles
                : plan.pixelVector == 1 ? kSingleStoreCycles
                                        : kStoreCycles;
  double bytes = static_cast<double>(plan.getTilePixels()) * plan.tileFilters *
                 plan.problem.outputBytes;
  return std::max(sums * each,
                  bytes / (chip.l2BytesPerCyclePerSM * kStoreL2Efficiency)) +
         sums * (plan.channelGroups - 1) * kSumCycles;
}

/// Cycles of the warpgroups for `tiles` tiles.
static CostPart getTilesCost(const PointwisePlan &plan, double tiles,
                             const CostRates &rates, const Chip &chip) {
  double chunks = plan.image.getChunks();
  double products = plan.image.steps.size() * getStepCycles(plan, rates);
  double instructions = getChunkInstructions(plan);
  double blocks = getTileWarpgroups(plan) * plan.rowBlocks;
  // What each warpgroup does one after the other.
  double chunk = products * kOwnProducts +
                 instructions * (plan.isSplit() ? kSplitInstructionLatencyCycles
                                                : kInstructionLatencyCycles);
  double latency = (plan.stagesPerTile * kStageLatencyCycles +
                    chunks * plan.rowBlocks * chunk) /
                   plan.channelGroups;
  SmallVector<CostPart> parts = {
      {"tensor cores", chunks * blocks * products / kTensorEfficiency +
                           plan.stagesPerTile * kStageIdleCycles},
      {"conversion", chunks * blocks * instructions / kIssueEfficiency},
      {"shared memory", chunks * getSharedCycles(plan)}};
  double store = getStoreCycles(plan, chip);
  double turns = std::min<double>(getPointwiseTurns(plan), tiles);
  if (turns > 1) {
    // Others multiply while one stores, but for the last one.
    double own = latency + store;
    parts.push_back({"stores", store});
    parts.push_back({"latency", own / turns});
    return {getLongest(parts).limit,
            tiles * overlap(parts) + own * (1 - 1 / turns)};
  }
  parts.push_back({"latency", latency});
  double math = overlap(parts);
  StringLiteral limit =
      store > math ? StringLiteral("stores") : getLongest(parts).limit;
  return {limit, tiles * (math + store)};
}

/// Cycles of the copies for `tiles` tiles.
static double getCopyCycles(const PointwisePlan &plan, double tiles,
                            const Chip &chip) {
  // The last tile of an image may be a part of one.
  double whole = plan.acrossImages ? 1
                                   : static_cast<double>(plan.problem.pixels) /
                                         (plan.pixelTiles * plan.tilePixels);
  double runs = whole * plan.getStageRuns() * plan.stagesPerTile;
  double pieces = tiles * runs * plan.runPieces;
  double input = pieces * kPointwisePieceBytes;
  double filter = static_cast<double>(plan.image.getBlockBytes()) *
                  (plan.residentFilter ? 1 : tiles);
  double streamed = input + (plan.residentFilter ? 0 : filter);
  double inFlight = (plan.stages - 1) * static_cast<double>(plan.stageBytes);
  double asked = plan.bulkRuns ? 0 : pieces;
  return overlap({{"L2", (input + filter / plan.clusterBlocks) /
                             (chip.l2BytesPerCyclePerSM * kL2Efficiency)},
                  {"latency", streamed / inFlight * kCopyLatencyCycles},
                  {"pieces", asked / (kPointwiseCopyWarps * kThreadsPerWarp) *
                                 kPieceCycles}});
}

/// Memory's time for the input, the filter and the output.
static double getTransferMilliseconds(ConvOp op, const PointwisePlan &plan,
                                      const Chip &chip) {
  constexpr int64_t kSectorBytes = 32;
  int64_t plane = plan.problem.pixels * plan.problem.outputBytes;
  int64_t piece = plan.pixelTiles == 1
                      ? plane * plan.tileFilters
                      : plan.tilePixels * plan.problem.outputBytes;
  double common = std::gcd(std::gcd(piece, plane), kSectorBytes);
  double added = kRunBytes + (1 - common / kSectorBytes) * kPieceBytes;
  double output = getOutputMilliseconds(op, chip);
  double input = getMemoryMilliseconds(op, chip) - output;
  double run = static_cast<double>(plan.runPieces) * kPointwisePieceBytes;
  return input * (kMemoryFactor + kRunBytes / run) +
         output * (kMemoryFactor + added / piece);
}

ScheduleCost convoy::predictPointwise(ConvOp op, const PointwisePlan &plan,
                                      const Chip &chip) {
  CostRates rates(chip);
  int64_t images = guessImages(op);
  double tiles =
      llvm::divideCeil(plan.getTiles(images), plan.getGridBlocks(images, chip));
  CostPart parts[] = {{"copies", getCopyCycles(plan, tiles, chip)},
                      getTilesCost(plan, tiles, rates, chip)};
  double memory = getTransferMilliseconds(op, plan, chip);
  bool isSaved = plan.bulkRuns && plan.pixelVector == 2;
  double fill = kFillCycles - (isSaved ? kSavedFillCycles : 0);
  ScheduleCost cost = overlapWithMemory(overlap(parts) + fill,
                                        getLongest(parts).limit, memory, rates);
  cost.milliseconds += getPackMilliseconds(op, plan.image, chip);
  return cost;
}
