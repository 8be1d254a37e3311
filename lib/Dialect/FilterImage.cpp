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

#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;

/// `part` of each tap, two taps a step.
static void addPairs(FilterImage &image, FilterPart part) {
  for (int64_t tap = 0; tap < image.taps; tap += 2) {
    FilterStep step{{part, tap, 0}, std::nullopt};
    if (tap + 1 < image.taps)
      step.second = FilterHalf{part, tap + 1, 0};
    image.steps.push_back(step);
  }
}

/// All channels of a chunk, of one part at one tap.
static void addWhole(FilterImage &image, int64_t tap, FilterPart part) {
  image.steps.push_back(
      {{part, tap, 0}, FilterHalf{part, tap, image.getHalfChannels()}});
}

FilterImage FilterImage::get(PatchProducts products, int64_t groups,
                             int64_t filters, int64_t channels, int64_t taps,
                             int64_t blockRows, bool oneTapSteps) {
  FilterImage image{products,
                    groups,
                    filters,
                    channels,
                    taps,
                    /*chunkChannels=*/8,
                    /*steps=*/{}};
  image.blockRows = blockRows;
  image.oneTapSteps = oneTapSteps;
  if (image.isSplit() && oneTapSteps) {
    image.chunkChannels = 2 * image.getHalfChannels();
    // The small products first.
    for (int64_t tap : llvm::seq<int64_t>(0, taps))
      for (FilterPart part :
           {FilterPart::Low, FilterPart::LoweredHigh, FilterPart::High})
        addWhole(image, tap, part);
    return image;
  }
  if (image.isSplit()) {
    // The small products first.
    for (int64_t tap : llvm::seq<int64_t>(0, taps))
      image.steps.push_back({{FilterPart::Low, tap, 0},
                             FilterHalf{FilterPart::LoweredHigh, tap, 0}});
    addPairs(image, FilterPart::High);
    return image;
  }
  int64_t halfChannels = image.getHalfChannels();
  if (products != PatchProducts::TF32 && !oneTapSteps &&
      channels <= halfChannels) {
    addPairs(image, FilterPart::Value);
    return image;
  }
  image.chunkChannels = 2 * halfChannels;
  for (int64_t tap : llvm::seq<int64_t>(0, taps))
    addWhole(image, tap, FilterPart::Value);
  return image;
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
