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

FilterImage FilterImage::get(PatchProducts products, int64_t groups,
                             int64_t filters, int64_t channels, int64_t taps) {
  FilterImage image{products,
                    groups,
                    filters,
                    channels,
                    taps,
                    /*chunkChannels=*/8,
                    /*steps=*/{}};
  if (image.isSplit()) {
    // The small products first.
    for (int64_t tap : llvm::seq<int64_t>(0, taps))
      image.steps.push_back({{FilterPart::Low, tap, 0},
                             FilterHalf{FilterPart::LoweredHigh, tap, 0}});
    addPairs(image, FilterPart::High);
    return image;
  }
  int64_t halfChannels = image.getHalfChannels();
  if (products != PatchProducts::TF32 && channels <= halfChannels) {
    addPairs(image, FilterPart::Value);
    return image;
  }
  image.chunkChannels = 2 * halfChannels;
  for (int64_t tap : llvm::seq<int64_t>(0, taps))
    image.steps.push_back({{FilterPart::Value, tap, 0},
                           FilterHalf{FilterPart::Value, tap, halfChannels}});
  return image;
}

int64_t FilterImage::getBlocks() const {
  return llvm::divideCeil(filters, kFilterBlockRows);
}

int64_t FilterImage::getChunks() const {
  return llvm::divideCeil(channels, chunkChannels);
}

int64_t FilterImage::getChunkBytes() const {
  return static_cast<int64_t>(steps.size()) * kFilterStepBytes;
}

int64_t FilterImage::getBlockBytes() const {
  return getChunks() * getChunkBytes();
}

int64_t FilterImage::getRowScalesOffset() const {
  return groups * getBlocks() * getBlockBytes();
}

int64_t FilterImage::getNumRowScales() const {
  return isSplit() ? groups * getBlocks() * kFilterBlockRows : 0;
}

int64_t FilterImage::getBytes() const {
  return getRowScalesOffset() + getNumRowScales() * 4;
}
