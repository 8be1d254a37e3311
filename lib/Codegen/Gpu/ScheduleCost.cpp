//===- ScheduleCost.cpp - How long kernels take ---------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A model of each strategy's kernel: the work of its parts in cycles of a
// multiprocessor, from the plan's numbers and the chip's rates. Parts that run
// side by side count as the longest of them. The whole is no shorter than its
// memory traffic. Efficiencies and numbers of instructions are those that were
// measured of these kernels; they are the same for all shapes.
//
// Predictions only order schedules. They need not be exact, but what is twice
// as fast must not look slower.
//
//===----------------------------------------------------------------------===//

#include "CostModel.h"
#include "PackFilterData.h"

#include "Convoy/Dialect/ConvSizes.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::convoy;

/// Of a chip's stated rates, what kernels reach at best.
static constexpr double kDramEfficiency = 0.87;
static constexpr double kL2Efficiency = 0.5;
/// Of the direct kernel's multiply-adds.
static constexpr double kDirectEfficiency = 0.4;
/// A launch, and a kernel's first loads and last stores.
static constexpr double kStartMilliseconds = 0.003;
/// From a load to its use, where many are on their way and miss the caches: a
/// part of it, and what each byte of the loads' elements adds.
static constexpr double kLoadLatencyCycles = 900;
static constexpr double kLoadLatencyCyclesPerByte = 150;
/// To issue one bulk copy.
static constexpr double kBulkCopyCycles = 20;
/// Of a warp that loads, converts or stores, and waits for its own results.
static constexpr double kInstructionsPerCycleOfWarp = 0.2;
/// Between the two warpgroups and the barriers of a stage.
static constexpr double kStageCycles = 80;

CostRates::CostRates(const Chip &chip)
    : clockHz(chip.referenceClockGHz * 1e9), multiprocessors(chip.referenceSMs),
      l2BytesPerCycle(chip.l2BytesPerCyclePerSM * kL2Efficiency),
      tensorFlopsPerCycle(chip.referenceF16TensorTFlopsPerSecond * 1e12 /
                          clockHz / chip.referenceSMs) {}

const CostPart &convoy::getLongest(ArrayRef<CostPart> parts) {
  return *llvm::max_element(parts, [](const CostPart &a, const CostPart &b) {
    return a.cycles < b.cycles;
  });
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

/// Bytes of an operand, unknown sizes guessed.
static double getBytes(ConvOp op, Value operand) {
  constexpr double kGuessedSize = 64;
  auto type =
      dyn_cast_if_present<ShapedType>(operand ? operand.getType() : Type());
  if (!type)
    return 0;
  double bytes = type.getElementTypeBitWidth() / 8.0;
  for (auto [index, size] : llvm::enumerate(type.getShape())) {
    if (!ShapedType::isDynamic(size))
      bytes *= size;
    else
      bytes *= index == 0 ? guessImages(op) : kGuessedSize;
  }
  return bytes;
}

static double getMemoryMilliseconds(double bytes, const Chip &chip) {
  return bytes / (chip.referenceDramGBPerSecond * kDramEfficiency) * 1e-6;
}

/// The time in which the operands pass from or to memory once.
static double getMemoryMilliseconds(ConvOp op, const Chip &chip) {
  double bytes = 0;
  for (Value operand :
       {op.getInput(), op.getFilter(), op.getResidual(), op.getInit()})
    bytes += getBytes(op, operand);
  return getMemoryMilliseconds(bytes, chip);
}

ScheduleCost convoy::combineWithMemory(ConvOp op, const Chip &chip,
                                       double cycles, StringRef limit,
                                       double memoryFactor) {
  double memory = getMemoryMilliseconds(op, chip) * memoryFactor;
  double compute = cycles / CostRates(chip).clockHz * 1e3;
  if (compute <= memory)
    return {memory + kStartMilliseconds, "memory"};
  return {compute + kStartMilliseconds, limit};
}

double convoy::getPackMilliseconds(ConvOp op, const FilterImage &image,
                                   const Chip &chip) {
  if (op.getFilterImage() || findFilterConstant(op.getFilter()))
    return 0;
  return kStartMilliseconds +
         getMemoryMilliseconds(getBytes(op, op.getFilter()) + image.getBytes(),
                               chip);
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

static double guess(int64_t size, double otherwise) {
  return ShapedType::isDynamic(size) ? otherwise : static_cast<double>(size);
}

/// Multiply-adds of all threads of a direct kernel, those that compute nothing
/// of the output included, and its blocks.
static std::pair<double, double> countDirectWork(ConvOp op, DirectAttr direct) {
  ConvSizes sizes = ConvSizes::get(op);
  auto roundUp = [](double size, int64_t tile) {
    return std::ceil(size / tile) * tile;
  };
  int64_t channels = direct.getChannelThreads() * direct.getChannelTile();
  int64_t rows = direct.getRowThreads() * direct.getRowTile();
  int64_t columns = direct.getColumnThreads() * direct.getColumnTile();
  double outputs = guessImages(op) * sizes.groups *
                   roundUp(guess(sizes.outputChannels, 64), channels);
  double products = guess(sizes.inputChannels, 64);
  size_t rank = sizes.outputImage.size();
  for (size_t dim = 0; dim < rank; ++dim) {
    int64_t tile = dim + 1 == rank ? columns : (dim + 2 == rank ? rows : 1);
    outputs *= roundUp(guess(sizes.outputImage[dim], 56), tile);
    products *= guess(sizes.filterImage[dim], 3);
  }
  return {outputs * products, outputs / (channels * rows * columns)};
}

ScheduleCost convoy::predictDirect(ConvOp op, DirectAttr direct,
                                   const Chip &chip) {
  auto [products, blocks] = countDirectWork(op, direct);
  // Few blocks leave multiprocessors, or what hides latencies there, idle.
  constexpr double kBlocksPerSM = 2;
  double occupied = std::min(1.0, blocks / (chip.referenceSMs * kBlocksPerSM));
  double rate = chip.referenceF32TFlopsPerSecond * 1e12 * kDirectEfficiency;
  double seconds = 2 * products / (rate * occupied);
  return combineWithMemory(op, chip, seconds * chip.referenceClockGHz * 1e9,
                           "arithmetic");
}

/// Cycles of the wgmmas of one step, one for each of the two warpgroups: those
/// of the multiplication, or of reading its operands from shared memory.
static double getStepCycles(int64_t columns, PatchProducts products,
                            const CostRates &rates) {
  constexpr double kBytesOfK = 32;
  bool isTF32 = products == PatchProducts::TF32;
  double flops = 2.0 * kFilterBlockRows * columns * (isTF32 ? 8 : 16);
  double rate = rates.tensorFlopsPerCycle * (isTF32 ? 0.5 : 1);
  double operandBytes = kBytesOfK * (kFilterBlockRows + columns);
  return 2 * std::max(flops / (rate * kTensorEfficiency),
                      operandBytes / kSharedBytesPerCycle);
}

/// Instructions of a thread for 8 channels of a pixel: loads, conversion and
/// stores.
static double getConversionInstructions(PatchProducts products) {
  switch (products) {
  case PatchProducts::SplitF16:
    return 60;
  case PatchProducts::TF32:
    return 32;
  case PatchProducts::F16:
  case PatchProducts::BF16:
    return 26;
  }
  llvm_unreachable("all products have a case");
}

double convoy::getIssueCycles(double units, double instructions,
                              int64_t warps) {
  double perCycle = std::min<double>(4, warps * kInstructionsPerCycleOfWarp);
  return units / kThreadsPerWarp * instructions / perCycle;
}

/// Cycles in which the math warps take the sums of a tile and 64 output
/// channels to memory, or to those who store them.
static double getStoreCycles(int64_t columnsPerWarpgroup, double instructions) {
  return getIssueCycles(2.0 * kFilterBlockRows * columnsPerWarpgroup,
                        instructions, kStreamMathWarps);
}

/// Tiles that the busiest multiprocessor has.
static double getTilesPerSM(double tiles, const CostRates &rates) {
  return std::ceil(tiles / rates.multiprocessors);
}

/// A slot of a patch is waited for, converted, multiplied and released, one
/// after the other; with split parts in several units at least so long.
static constexpr double kLeastSlotCycles = 1300;
static constexpr double kLeastSplitSlotCycles = 1400;
static constexpr double kPatchSetUpMilliseconds = 0.002;

ScheduleCost convoy::predictPatch(ConvOp op, const PatchPlan &plan,
                                  const Chip &chip) {
  CostRates rates(chip);
  PatchProducts products = plan.problem.products;
  double tensor = plan.residentBlocks * plan.steps.size() *
                  getStepCycles(plan.columnsPerWarpgroup, products, rates);
  double convert =
      getIssueCycles(plan.patchPixels * plan.chunkUnits,
                     getConversionInstructions(products), kPatchConvertWarps);
  double load = std::max(plan.rawChannelBytes * plan.getChunkChannels() /
                             rates.l2BytesPerCycle,
                         plan.getChunkChannels() * kBulkCopyCycles);
  CostPart parts[] = {
      {"tensor cores", tensor}, {"conversion", convert}, {"loads", load}};
  // Slots are few: while one is converted, often none is ready to be
  // multiplied, less so where each is a tile of its own.
  double overlap = plan.chunks == 1 ? 0.6 : 0.2;
  CostPart longest = getLongest(parts);
  double slot =
      std::max(longest.cycles, std::max(tensor, convert) +
                                   (1 - overlap) * std::min(tensor, convert));
  slot = std::max(slot, plan.isSplit() && plan.chunkUnits > 1
                            ? kLeastSplitSlotCycles
                            : kLeastSlotCycles);
  constexpr double kStoreInstructions = 2.5;
  // The staging of several blocks in turn is not hidden by loads.
  double store = (2.0 * plan.residentBlocks - 1) *
                 getStoreCycles(plan.columnsPerWarpgroup, kStoreInstructions);
  double tiles = static_cast<double>(guessImages(op)) * plan.tilesPerImage *
                 plan.getFilterGroups();
  double cycles = getTilesPerSM(tiles, rates) * (plan.chunks * slot + store);
  // With one tap an element is used too little for its split to be hidden
  // behind memory: measured.
  constexpr double kSplitOfOneTap = 1.35;
  double exposed =
      plan.isSplit() && plan.problem.getTaps() == 1 ? kSplitOfOneTap : 1;
  ScheduleCost cost = combineWithMemory(
      op, chip, cycles, plan.chunks * slot < store ? "stores" : longest.limit,
      exposed);
  // Each block packs its filters first.
  cost.milliseconds += kPatchSetUpMilliseconds;
  constexpr double kUnitsAtOnce = 16, kPackCycles = 900;
  double units = plan.residentBlocks * plan.chunks * plan.chunkUnits *
                 plan.problem.getTaps();
  cost.milliseconds +=
      std::ceil(units / kUnitsAtOnce) * kPackCycles / rates.clockHz * 1e3;
  return cost;
}

/// Cycles of the gathering warps for a slot.
static double getGatherCycles(const StreamPlan &plan) {
  double units = static_cast<double>(plan.patchPixels) * plan.getSlotUnits();
  double issue =
      getIssueCycles(units, getConversionInstructions(plan.problem.products),
                     plan.gatherWarps);
  // What is on its way in the time of one load.
  double unitsInFlight = plan.prefetchUnits;
  double latency = kLoadLatencyCycles +
                   kLoadLatencyCyclesPerByte * plan.problem.getInputBytes();
  double threadUnits =
      static_cast<double>(plan.rounds * plan.getSlotUnits()) / plan.unitGroups;
  return issue + threadUnits / unitsInFlight * latency;
}

ScheduleCost convoy::predictStream(ConvOp op, const StreamPlan &plan,
                                   const Chip &chip) {
  CostRates rates(chip);
  double columns = plan.columnsPerWarpgroup;
  double tensor =
      plan.steps.size() * getStepCycles(plan.columnsPerWarpgroup,
                                        plan.problem.products, rates) +
      plan.stagesPerSlot * kStageCycles;
  // Each chunk's sums are added to the others' by the ordinary cores.
  if (plan.isSplit())
    tensor += columns;
  double filter = plan.steps.size() * plan.tileBlocks * kFilterStepBytes /
                  (rates.l2BytesPerCycle * kSameBytesRate);
  CostPart parts[] = {{"tensor cores", tensor},
                      {"gathering", getGatherCycles(plan)},
                      {"filter", filter}};
  const CostPart &longest = getLongest(parts);
  // Sums go from registers to memory while this warpgroup multiplies nothing,
  // but the other one may, if it has filters of its own.
  constexpr double kStoreInstructions = 8, kVectorStoreInstructions = 4;
  double store = getStoreCycles(plan.columnsPerWarpgroup,
                                plan.storesVectors() ? kVectorStoreInstructions
                                                     : kStoreInstructions);
  if (plan.getBlockLag() > 0)
    store /= 2;
  double slot = longest.cycles, fill = 0;
  // With one tap a slot is too short for its parts to overlap: measured, they
  // follow each other, and the first loads are not hidden.
  constexpr double kFillCycles = 5000;
  if (!plan.isSplit() && plan.problem.getTaps() == 1) {
    slot = parts[0].cycles + parts[1].cycles + parts[2].cycles;
    fill = kFillCycles;
  }
  double slots = plan.slotsPerTile * slot;
  // Where the warpgroups share a tile's columns, each filter step is read twice
  // as often: measured beside two blocks of filters. Small patches are bound by
  // what they gather.
  constexpr double kSharedColumns16Bit = 1.5, kSharedColumnsTF32 = 1.35;
  if (!plan.isSplit() && plan.tileBlocks == 1 && plan.unitGroups == 1)
    slots *= plan.problem.getInputBytes() == 2 ? kSharedColumns16Bit
                                               : kSharedColumnsTF32;
  double cycles =
      getTilesPerSM(plan.getTiles(guessImages(op)), rates) * (slots + store) +
      fill;
  ScheduleCost cost = combineWithMemory(
      op, chip, cycles, slots < store ? "stores" : longest.limit,
      kOrdinaryStores);
  cost.milliseconds += getPackMilliseconds(op, plan.image, chip);
  return cost;
}
