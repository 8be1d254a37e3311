//===- FilterImage.cpp - Filters as wgmma reads them ----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sizes and steps of packed filters.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/FilterImage.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;

/// `part` of each of the taps from `first` on, two taps a step.
static void addPairs(FilterImage &image, int64_t first, int64_t end,
                     FilterPart part) {
  for (int64_t tap = first; tap < end; tap += 2) {
    FilterStep step{{part, tap, 0}, std::nullopt};
    if (tap + 1 < end) {
      step.second = FilterHalf{part, tap + 1, 0};
      if (image.getVariant(tap + 1) < image.getVariant(tap))
        std::swap(step.first, *step.second);
    }
    image.steps.push_back(step);
  }
}

/// All channels of a chunk, of one part at one tap.
static void addWhole(FilterImage &image, int64_t tap, FilterPart part) {
  image.steps.push_back(
      {{part, tap, 0}, FilterHalf{part, tap, image.getHalfChannels()}});
}

/// True if steps of elements as they are have two taps each.
static bool pairsValues(const FilterImage &image) {
  return image.products != PatchProducts::TF32 && !image.oneTapSteps &&
         image.channels <= image.getHalfChannels();
}

static int64_t getChunkChannels(const FilterImage &image) {
  bool hasOneHalf = image.isSplit() ? !image.oneTapSteps : pairsValues(image);
  return hasOneHalf ? 8 : 2 * image.getHalfChannels();
}

/// The steps of the taps from `first` on; of split products the small ones
/// first.
static void addSteps(FilterImage &image, int64_t first, int64_t end) {
  auto taps = llvm::seq<int64_t>(first, end);
  if (image.isSplit() && image.oneTapSteps) {
    for (int64_t tap : taps)
      for (FilterPart part :
           {FilterPart::Low, FilterPart::LoweredHigh, FilterPart::High})
        addWhole(image, tap, part);
    return;
  }
  if (image.isSplit()) {
    for (int64_t tap : taps)
      image.steps.push_back({{FilterPart::Low, tap, 0},
                             FilterHalf{FilterPart::LoweredHigh, tap, 0}});
    addPairs(image, first, end, FilterPart::High);
    return;
  }
  if (pairsValues(image)) {
    addPairs(image, first, end, FilterPart::Value);
    return;
  }
  for (int64_t tap : taps)
    addWhole(image, tap, FilterPart::Value);
}

FilterImage FilterImage::get(PatchProducts products, int64_t groups,
                             int64_t filters, int64_t channels, int64_t taps,
                             int64_t blockRows, bool oneTapSteps,
                             int64_t tapParts, ColumnFold fold) {
  FilterImage image{products,
                    groups,
                    filters,
                    channels,
                    taps,
                    /*chunkChannels=*/8,
                    /*steps=*/{}};
  image.blockRows = blockRows;
  image.oneTapSteps = oneTapSteps;
  image.tapParts = tapParts;
  image.fold = fold;
  image.chunkChannels = getChunkChannels(image);
  int64_t partTaps = taps / tapParts;
  for (int64_t first = 0; first < taps; first += partTaps)
    addSteps(image, first, first + partTaps);
  return image;
}

SmallVector<std::pair<int64_t, int64_t>> FilterImage::getVariants() const {
  SmallVector<std::pair<int64_t, int64_t>> variants;
  if (!fold.isFolded() || isSplit())
    return {{0, fold.columns}};
  for (int64_t column : llvm::seq<int64_t>(0, fold.getFoldedWidth()))
    if (variants.empty() || variants.back() != fold.getColumns(column))
      variants.push_back(fold.getColumns(column));
  return variants;
}

int64_t FilterImage::getVariant(int64_t tap) const {
  if (!fold.isFolded() || isSplit())
    return 0;
  auto columns = fold.getColumns(tap % fold.getFoldedWidth());
  SmallVector<std::pair<int64_t, int64_t>> variants = getVariants();
  return llvm::find(variants, columns) - variants.begin();
}

int64_t FilterImage::getWeightTaps() const {
  return fold.isFolded() ? taps / fold.getFoldedWidth() * fold.filterWidth
                         : taps;
}

std::optional<int64_t> FilterImage::getWeight(int64_t channel,
                                              int64_t tap) const {
  if (!fold.isFolded())
    return channel * taps + tap;
  int64_t row = tap / fold.getFoldedWidth();
  int64_t column = tap % fold.getFoldedWidth() * fold.columns +
                   channel % fold.columns - fold.shift;
  if (column < 0 || column >= fold.filterWidth)
    return std::nullopt;
  return channel / fold.columns * getWeightTaps() + row * fold.filterWidth +
         column;
}

int64_t FilterImage::getRow(int64_t filter) const {
  int64_t rows = 8 * channelStep, inRows = filter % rows;
  return filter - inRows + inRows % channelStep * 8 + inRows / channelStep;
}

int64_t FilterImage::getBlocks() const {
  return llvm::divideCeil(filters, blockRows);
}

int64_t FilterImage::getChunks() const {
  return llvm::divideCeil(channels, chunkChannels);
}

int64_t FilterImage::getChunkBytes() const {
  return static_cast<int64_t>(steps.size()) * getStepBytes();
}

int64_t FilterImage::getBlockBytes() const {
  return getChunks() * getChunkBytes();
}

int64_t FilterImage::getRowScalesOffset() const {
  return groups * getBlocks() * getBlockBytes();
}

int64_t FilterImage::getNumRowScales() const {
  return isSplit() ? groups * getBlocks() * blockRows : 0;
}

int64_t FilterImage::getBytes() const {
  return getRowScalesOffset() + getNumRowScales() * 4;
}
