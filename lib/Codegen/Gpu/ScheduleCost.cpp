//===- ScheduleCost.cpp - How long kernels take ---------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the models of all kernels share, and that of #convoy.direct. A model
// adds up the work of a kernel's parts in cycles of a multiprocessor, from the
// plan's numbers and the chip's rates. Parts that run side by side take
// somewhat longer than the longest of them, and so does the whole beside its
// memory traffic. Efficiencies and numbers of instructions are fitted to
// measured times of these kernels; they are the same for all shapes.
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
/// Of the direct kernel's multiply-adds.
static constexpr double kDirectEfficiency = 0.4;
/// A launch, and a kernel's first loads and last stores.
static constexpr double kStartMilliseconds = 0.003;

CostRates::CostRates(const Chip &chip)
    : clockHz(chip.referenceClockGHz * 1e9), multiprocessors(chip.referenceSMs),
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

static double getTransferMilliseconds(double bytes, const Chip &chip) {
  return bytes / (chip.referenceDramGBPerSecond * kDramEfficiency) * 1e-6;
}

double convoy::getMemoryMilliseconds(ConvOp op, const Chip &chip) {
  double bytes = 0;
  for (Value operand :
       {op.getInput(), op.getFilter(), op.getResidual(), op.getInit()})
    bytes += getBytes(op, operand);
  return getTransferMilliseconds(bytes, chip);
}

double convoy::getOutputMilliseconds(ConvOp op, const Chip &chip) {
  return getTransferMilliseconds(getBytes(op, op.getInit()), chip);
}

double convoy::overlap(ArrayRef<CostPart> parts) {
  constexpr double kExponent = 4;
  double sum = 0;
  for (const CostPart &part : parts)
    sum += std::pow(part.cycles, kExponent);
  return std::pow(sum, 1 / kExponent);
}

ScheduleCost convoy::overlapWithMemory(double cycles, StringRef limit,
                                       double memoryMilliseconds,
                                       const CostRates &rates) {
  double memory = memoryMilliseconds * 1e-3 * rates.clockHz;
  double both = overlap({{"memory", memory}, {"", cycles}});
  return {both / rates.clockHz * 1e3 + kStartMilliseconds,
          cycles <= memory ? "memory" : limit};
}

ScheduleCost convoy::combineWithMemory(ConvOp op, const Chip &chip,
                                       double cycles, StringRef limit) {
  double memory = getMemoryMilliseconds(op, chip);
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
         getTransferMilliseconds(
             getBytes(op, op.getFilter()) + image.getBytes(), chip);
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
