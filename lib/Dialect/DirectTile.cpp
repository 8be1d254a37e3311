//===- DirectTile.cpp - Sizes that follow from #convoy.direct -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/DirectTile.h"

#include "Convoy/Dialect/ConvSizes.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;

using llvm::SaturatingAdd;
using llvm::SaturatingMultiply;

/// Rows of the patch begin at multiples of this, for vectors of any width.
static constexpr uint64_t kRowAlignmentElements = 4;
static constexpr uint64_t kNumBanks = 32;
/// Addresses, loop counters and the like.
static constexpr uint64_t kOtherRegisters = 24;

ConvWindow ConvWindow::get(ConvOp op, char dim) {
  ConvWindow window;
  size_t index = op.getLayout().getImageDims().find(dim);
  if (index == StringRef::npos)
    return window;
  window.filterSize = ConvSizes::get(op).filterImage[index];
  window.stride = op.getStrides()[index];
  window.dilation = op.getDilations()[index];
  window.padLow = op.getPadLow()[index];
  return window;
}

uint64_t ConvWindow::getExtent(uint64_t outputs) const {
  uint64_t taps = SaturatingMultiply<uint64_t>(
      std::max<int64_t>(filterSize, 1) - 1, dilation);
  uint64_t pixels = SaturatingMultiply<uint64_t>(outputs - 1, stride);
  return SaturatingAdd<uint64_t>(SaturatingAdd(taps, pixels), 1);
}

static uint64_t alignTo(uint64_t value, uint64_t alignment) {
  return SaturatingAdd(value, alignment - 1) / alignment * alignment;
}

/// The distance of planes, so that threads that copy neighbouring channels of
/// the input write to different banks.
static uint64_t getPlanePitch(ConvOp op, uint64_t planeElements) {
  StringRef order = op.getLayout().getInput();
  bool channelsAreContiguous = order.back() == conv_dim::kInputChannel;
  if (!channelsAreContiguous)
    return planeElements;
  uint64_t rest = planeElements % kNumBanks;
  return SaturatingAdd(planeElements,
                       (kNumBanks + kRowAlignmentElements - rest) % kNumBanks);
}

static uint64_t countChannelValues(ConvOp op) {
  YieldChannelOp yield = op.getYieldChannel();
  return op.hasScale() + op.hasBias() + (yield ? yield.getValues().size() : 0);
}

/// Fills in what a staged block keeps in shared memory.
static void addStages(DirectTile &tile, ConvOp op, DirectAttr direct,
                      uint64_t elementBytes) {
  ConvWindow d = ConvWindow::get(op, 'd');
  ConvWindow h = ConvWindow::get(op, 'h');
  ConvWindow w = ConvWindow::get(op, 'w');
  uint64_t planes =
      SaturatingMultiply<uint64_t>(direct.getChannelChunk(), d.filterSize);
  tile.filterTaps = SaturatingMultiply<uint64_t>(
      SaturatingMultiply<uint64_t>(d.filterSize, h.filterSize), w.filterSize);
  tile.filterElements = SaturatingMultiply<uint64_t>(
      SaturatingMultiply<uint64_t>(direct.getChannelChunk(), tile.filterTaps),
      tile.blockChannels);
  tile.patchRows = h.getExtent(tile.blockRows);
  tile.patchColumns = w.getExtent(tile.blockColumns);
  tile.patchRowPitch = alignTo(tile.patchColumns, kRowAlignmentElements);
  tile.patchPlanePitch =
      getPlanePitch(op, SaturatingMultiply(tile.patchRows, tile.patchRowPitch));
  tile.patchElements = SaturatingMultiply(planes, tile.patchPlanePitch);
  tile.patchOffsetBytes = alignTo(
      SaturatingMultiply(tile.filterElements, elementBytes), kMaxVectorBytes);
  tile.channelValuesOffsetBytes = alignTo(
      SaturatingAdd(tile.patchOffsetBytes,
                    SaturatingMultiply(tile.patchElements, elementBytes)),
      kMaxVectorBytes);
}

static uint64_t countUnrolledProducts(ConvOp op, DirectAttr direct) {
  uint64_t products =
      direct.getChannelTile() * direct.getRowTile() * direct.getColumnTile();
  StringRef dims = op.getLayout().getImageDims();
  for (char dim : dims.take_back(direct.getUnrolledFilterDims()))
    products = SaturatingMultiply<uint64_t>(
        products, ConvWindow::get(op, dim).filterSize);
  return products;
}

DirectTile DirectTile::get(ConvOp op, DirectAttr direct) {
  DirectTile tile;
  tile.threads = direct.getThreadsPerBlock();
  tile.blockChannels = direct.getChannelThreads() * direct.getChannelTile();
  tile.blockRows = direct.getRowThreads() * direct.getRowTile();
  tile.blockColumns = direct.getColumnThreads() * direct.getColumnTile();

  uint64_t elementBytes = op.getAccumulatorType().getIntOrFloatBitWidth() / 8;
  if (direct.isStaged())
    addStages(tile, op, direct, elementBytes);
  tile.sharedBytes =
      SaturatingAdd(tile.channelValuesOffsetBytes,
                    countChannelValues(op) * tile.blockChannels *
                        static_cast<uint64_t>(kChannelValueBytes));

  uint64_t pixels = direct.getRowTile() * direct.getColumnTile();
  uint64_t elements =
      direct.getChannelTile() * pixels + direct.getChannelTile() + pixels;
  tile.registersPerThread = elements * elementBytes / 4 + kOtherRegisters;
  tile.unrolledProducts = countUnrolledProducts(op, direct);
  return tile;
}
