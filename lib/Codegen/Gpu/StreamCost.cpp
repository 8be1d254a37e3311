//===- StreamCost.cpp - How long streaming kernels take -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The model of #convoy.stream_wgmma: for a slot, what its products take, what
// its gathering warps do one after the other, and the bytes that come from L2;
// then slots, stores, tiles and rounds of tiles. Constants are fitted to the
// times of about 200 kernels, 10 % off in the root mean square.
//
//===----------------------------------------------------------------------===//

#include "CostModel.h"

#include "Convoy/Dialect/ConvSizes.h"
#include "Convoy/Dialect/StreamGathering.h"

#include <algorithm>
#include <numeric>

using namespace mlir;
using namespace mlir::convoy;

/// Of a step of two warpgroups, beside the tensor cores' stated rate at the
/// reference clock, which short kernels exceed, and beside shared memory's.
static constexpr double kProductFactor = 0.8;
static constexpr double kOperandFactor = 1.01;
/// Of a slot: the barriers, the first operands, the end of the products. With
/// split products also the slot's scale, which warps agree on.
static constexpr double kSlotCycles = 540;
static constexpr double kSplitSlotCycles = 900;
/// Less where warpgroups have blocks, and stages, of their own.
static constexpr double kOwnStages = 0.92;
/// To add a column of a slot's sums to the tile's.
static constexpr double kSplitColumnCycles = 1.2;
/// Of a gathering thread for 8 channels of a pixel: it waits for its own
/// results. More of it where other gathering warps have the same scheduler.
static constexpr double kUnitCycles16Bit = 92;
static constexpr double kUnitCyclesTF32 = 150;
static constexpr double kUnitCyclesSplit = 250;
static constexpr double kSharedScheduler = 1.57;
static constexpr int64_t kSchedulers = 4;
/// And where neighbours in a phase are none in memory: a load of theirs touches
/// twice the sectors.
static constexpr double kStridedUnit = 2;
/// Where elements are copied first, and for a slot besides. Copies hold the
/// registers of their addresses until they begin.
static constexpr double kCopiedUnitCyclesSplit = 360;
static constexpr double kCopiedUnitCyclesTF32 = 310;
static constexpr double kSharedSchedulerOfCopies = 1.9;
static constexpr double kStridedCopy = 1.1;
static constexpr double kCopiedSlotCycles = 300;
/// From the last load of a batch to its use.
static constexpr double kLoadLatencyCycles = 800;
/// Where columns are channels of a pixel there are fewer loads and copies, of
/// runs: parts of the above, and what replaces kSharedSchedulerOfCopies.
static constexpr double kFoldedUnit = 0.6;
static constexpr double kFoldedLatency = 0.5;
static constexpr double kFoldedCopy = 0.4;
static constexpr double kSharedSchedulerOfRuns = 1.2;
/// Of what L2 gives a multiprocessor at most: bulk copies, and loads, of which
/// whole sectors are counted.
static constexpr double kFilterL2Efficiency = 1;
static constexpr double kGatherL2Efficiency = 0.58;
static constexpr double kSectorBytes = 32;
/// Of a warp that stages sums, for each word of a lane; then for each vector
/// that it stores: outputs that are finished, or sums that are not.
static constexpr double kStageCycles = 15;
static constexpr double kStoreCycles = 7.1;
static constexpr double kFinishCycles = 25;
/// Where blocks share a tile's channels: until all have staged their sums, and
/// to load a vector of another block's.
static constexpr double kExchangeCycles = 2000;
static constexpr double kRemoteCycles = 20;
/// Memory's time beside that of long copies.
static constexpr double kShortPieces = 1.38;
/// What a piece of a row costs memory that does not begin and end where L2's
/// lines do, as if it were so many bytes longer: hidden behind other work, and
/// not.
static constexpr int64_t kLineBytes = 128;
static constexpr double kHiddenPieceBytes = 68;
static constexpr double kPieceBytes = 61;
/// Until the first elements of a tile are there, which the tile before hides in
/// part.
static constexpr double kTileCycles = 1800;
/// A kernel's first loads and last stores.
static constexpr double kFillCycles = 9000;

/// Cycles of the tensor cores, or of reading their operands from shared memory,
/// for a slot of both warpgroups.
static double getProductCycles(const StreamPlan &plan, const CostRates &rates) {
  constexpr double kBytesOfK = 32;
  bool isTF32 = plan.problem.products == PatchProducts::TF32;
  double columns = plan.columnsPerWarpgroup;
  double flops = 2.0 * kFilterBlockRows * columns * (isTF32 ? 8 : 16);
  double rate = rates.tensorFlopsPerCycle * (isTF32 ? 0.5 : 1);
  double operandBytes = kBytesOfK * (kFilterBlockRows + columns);
  double step = std::max(flops / rate * kProductFactor,
                         operandBytes / kSharedBytesPerCycle * kOperandFactor);
  double warpgroups = plan.takesTurns ? 1 : 2;
  double cycles = warpgroups * plan.steps.size() * step;
  double slot = plan.isSplit() ? kSplitSlotCycles : kSlotCycles;
  cycles += plan.tileBlocks == 1 ? slot : slot * kOwnStages;
  return plan.isSplit() ? cycles + kSplitColumnCycles * columns : cycles;
}

/// Cycles of a gathering thread for a slot whose elements are copied before
/// they are converted.
static double getCopyCycles(const StreamPlan &plan) {
  double unit = plan.isSplit() ? kCopiedUnitCyclesSplit : kCopiedUnitCyclesTF32;
  bool isFolded = plan.getPixelColumns() > 1;
  if (isFolded)
    unit *= kFoldedCopy;
  if (plan.gatherWarps > kSchedulers)
    unit *= isFolded ? kSharedSchedulerOfRuns : kSharedSchedulerOfCopies;
  if (plan.problem.strideWidth > 1)
    unit *= kStridedCopy;
  return getStreamUnits(plan) * unit + kCopiedSlotCycles;
}

/// The same whatever it does.
static double getGatherCycles(const StreamPlan &plan) {
  if (plan.copiesElements())
    return getCopyCycles(plan);
  double bytes = plan.problem.getInputBytes();
  double unit = plan.isSplit()
                    ? kUnitCyclesSplit
                    : (bytes == 2 ? kUnitCycles16Bit : kUnitCyclesTF32);
  if (plan.gatherWarps > kSchedulers)
    unit *= kSharedScheduler;
  double waits =
      static_cast<double>(getStreamBatches(plan)) / getStreamSlotsInTurn(plan);
  if (plan.getPixelColumns() > 1) {
    unit *= kFoldedUnit;
    waits *= kFoldedLatency;
  } else if (plan.problem.strideWidth > 1) {
    unit *= kStridedUnit;
  }
  return getStreamUnits(plan) * unit + waits * kLoadLatencyCycles;
}

/// Cycles of L2 for a slot: the filter, and the sectors of the patch's rows.
static double getL2Cycles(const StreamPlan &plan, const Chip &chip) {
  double filter = static_cast<double>(plan.steps.size()) * plan.tileBlocks *
                  kFilterStepBytes;
  if (plan.residentFilter)
    filter = 0;
  double rows =
      static_cast<double>(plan.patchPixels) / (plan.pitch * plan.columnPhases);
  double rowBytes = static_cast<double>(plan.pitch) * plan.problem.strideWidth *
                        plan.getPixelColumns() * plan.problem.getInputBytes() +
                    kSectorBytes - 1;
  double channels = std::min(plan.getSlotChannels(), plan.problem.channels);
  double input = rows * rowBytes * channels / plan.getPixelColumns();
  return (filter / kFilterL2Efficiency + input / kGatherL2Efficiency) /
         chip.l2BytesPerCyclePerSM;
}

/// Bytes of a piece of an image of the output that a tile stores.
static int64_t getPieceBytes(const StreamPlan &plan) {
  int64_t pixels = plan.tileColumns;
  if (plan.tileColumns == plan.outputWidth)
    pixels *= plan.rowTiles == 1 ? plan.outputHeight : plan.tileRows;
  return pixels * plan.problem.outputBytes;
}

/// Of a line, what pieces of the output may lack at their ends.
static double getCutOfLine(const StreamPlan &plan) {
  int64_t piece = getPieceBytes(plan);
  int64_t distance = plan.tileColumns == plan.outputWidth
                         ? piece
                         : plan.outputWidth * plan.problem.outputBytes;
  int64_t common = std::gcd(std::gcd(piece, distance), kLineBytes);
  return 1 - static_cast<double>(common) / kLineBytes;
}

/// Neighbouring outputs that a lane stores at once.
static int64_t getVector(const StreamPlan &plan) {
  int64_t plane = plan.outputHeight * plan.outputWidth;
  if (!plan.storesVectors())
    return plan.hasPixelPairs() && plane % 2 == 0 ? 2 : 1;
  constexpr int64_t kVectorBytes = 16;
  int64_t distance = getPieceBytes(plan) / plan.problem.outputBytes;
  if (plan.tileColumns != plan.outputWidth)
    distance |= plan.outputWidth;
  return std::gcd(distance | plane, kVectorBytes / plan.problem.outputBytes);
}

/// Cycles in which a warp takes its sums of a tile to memory.
static double getStoreCycles(const StreamPlan &plan) {
  double pixels =
      static_cast<double>(plan.getTilePixels()) / plan.getColumnShares();
  double vectors = std::ceil(pixels / (kThreadsPerWarp * getVector(plan)));
  double words =
      plan.columnsPerWarpgroup * kStreamWarpRows / kThreadsPerWarp / 2.0;
  double finish = plan.storesVectors() ? kStoreCycles : kFinishCycles;
  double exchange = 0;
  if (plan.channelParts > 1) {
    finish += plan.channelParts * kRemoteCycles;
    exchange = kExchangeCycles;
  }
  return words * kStageCycles + plan.getPartRows() * vectors * finish +
         exchange;
}

ScheduleCost convoy::predictStream(ConvOp op, const StreamPlan &plan,
                                   const Chip &chip) {
  CostRates rates(chip);
  CostPart parts[] = {{"tensor cores", getProductCycles(plan, rates)},
                      {"gathering", getGatherCycles(plan)},
                      {"filter", getL2Cycles(plan, chip)}};
  double slots = plan.slotsPerTile * overlap(parts);
  double store = getStoreCycles(plan);
  double rounds =
      std::ceil(static_cast<double>(plan.getTiles(guessImages(op))) /
                plan.getResidentClusters(chip));
  double tile = kTileCycles + slots + store;
  if (plan.takesTurns) {
    // Of a warpgroup, for every other tile.
    double own =
        (kTileCycles + plan.slotsPerTile * parts[0].cycles + store) / 2;
    CostPart turns[] = {{"", slots}, {"", own}};
    tile = overlap(turns);
  }
  double cycles = rounds * tile + kFillCycles;
  StringLiteral limit = slots < store ? "stores" : getLongest(parts).limit;
  // As if the output were longer by so much, for each byte of the pieces.
  double cut = getOutputMilliseconds(op, chip) * getCutOfLine(plan) /
               getPieceBytes(plan);
  double memory =
      getMemoryMilliseconds(op, chip) * kShortPieces + cut * kHiddenPieceBytes;
  ScheduleCost cost = overlapWithMemory(cycles, limit, memory, rates);
  cost.milliseconds +=
      cut * kPieceBytes + getPackMilliseconds(op, plan.image, chip);
  return cost;
}
