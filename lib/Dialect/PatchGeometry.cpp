//===- PatchGeometry.cpp - What follows from a patch plan -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sizes and places that emitters ask a plan for. The plan is made in
// PatchPlan.cpp.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/PatchPlan.h"

#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace mlir;
using namespace mlir::convoy;
using llvm::divideCeil;

static constexpr int64_t kBulkAlignmentBytes = 16;

int64_t PatchProblem::getInputBytes() const {
  return products == PatchProducts::SplitF16 || products == PatchProducts::TF32
             ? 4
             : 2;
}

int64_t PatchProblem::getOutputHeight() const {
  return (height + padTop + padBottom -
          ((filterHeight - 1) * dilationHeight + 1)) /
             strideHeight +
         1;
}

int64_t PatchProblem::getOutputWidth() const {
  return (width + padLeft + padRight -
          ((filterWidth - 1) * dilationWidth + 1)) /
             strideWidth +
         1;
}

int64_t PatchPlan::getThreads() const {
  return (kPatchFirstStoreWarp + storeWarps) * 32;
}

int64_t PatchPlan::getChunkChannels() const {
  return chunkUnits * kPatchUnitChannels;
}

int64_t PatchPlan::getWarpsPerUnit() const {
  return std::max<int64_t>(kPatchConvertWarps / chunkUnits, 1);
}

int64_t PatchPlan::getUnitsPerGroup() const {
  return divideCeil(chunkUnits * getWarpsPerUnit(), kPatchConvertWarps);
}

int64_t PatchPlan::getFilterGroups() const {
  return divideCeil(filterBlocks, residentBlocks);
}

int64_t PatchPlan::getPixelsPerWord() const {
  return isContiguous ? 4 / problem.getInputBytes() : 1;
}

bool PatchPlan::hasAllChannels() const {
  return problem.filters == getFilterGroups() * residentBlocks * kPatchChannels;
}

int64_t PatchPlan::getFilterChunkBytes() const {
  return kFilterStepBytes * static_cast<int64_t>(steps.size());
}

int64_t PatchPlan::getUnitTaps() const {
  return pairsTaps ? problem.filterHeight * getRowPairs() : problem.getTaps();
}

int64_t PatchPlan::getUnitTap(int64_t index) const {
  if (!pairsTaps)
    return index;
  return index / getRowPairs() * problem.filterWidth +
         index % getRowPairs() * 2;
}

int64_t PatchPlan::getFilterRowBytes() const {
  return problem.channels * problem.getTaps() * problem.getInputBytes();
}

bool PatchPlan::canCopyFilter() const {
  int64_t bytes = residentBlocks * kPatchChannels * getFilterRowBytes();
  return hasAllChannels() && bytes <= 4 * stagingRing * stagingBlockBytes;
}

int64_t convoy::getPatchChannel(const PatchPlan &plan, int64_t block,
                                int64_t row) {
  int64_t step = plan.channelStep;
  return 8 * step * (block / step) + step * row + block % step;
}

/// The halves of one part of all taps of a chunk, unit by unit.
static SmallVector<FilterHalf> listHalves(const PatchPlan &plan,
                                          FilterPart part) {
  SmallVector<FilterHalf> halves;
  for (int64_t unit : llvm::seq<int64_t>(0, plan.chunkUnits))
    for (int64_t tap : llvm::seq<int64_t>(0, plan.getUnitTaps()))
      halves.push_back({part, plan.getUnitTap(tap), unit * kPatchUnitChannels});
  return halves;
}

FilterImage convoy::getPatchFilterImage(const PatchPlan &plan) {
  const PatchProblem &problem = plan.problem;
  FilterImage image =
      FilterImage::get(problem.products, /*groups=*/1, problem.filters,
                       problem.channels, problem.getTaps());
  image.chunkChannels = plan.getChunkChannels();
  image.channelStep = plan.channelStep;
  image.pairedWidth = plan.pairsTaps ? problem.filterWidth : 0;
  image.steps.clear();
  auto addPairs = [&](FilterPart part) {
    SmallVector<FilterHalf> halves = listHalves(plan, part);
    for (size_t i = 0; i < halves.size(); i += 2) {
      image.steps.push_back({halves[i], std::nullopt});
      if (i + 1 < halves.size())
        image.steps.back().second = halves[i + 1];
    }
  };
  // The order of the plan's steps.
  switch (problem.products) {
  case PatchProducts::SplitF16:
    for (FilterHalf low : listHalves(plan, FilterPart::Low))
      image.steps.push_back({low, FilterHalf{FilterPart::LoweredHigh, low.tap,
                                             low.firstChannel}});
    addPairs(FilterPart::High);
    break;
  case PatchProducts::TF32:
    for (FilterHalf half : listHalves(plan, FilterPart::Value))
      image.steps.push_back(
          {half, FilterHalf{half.part, half.tap, half.firstChannel + 4}});
    break;
  case PatchProducts::F16:
  case PatchProducts::BF16:
    addPairs(FilterPart::Value);
    break;
  }
  return image;
}

int64_t convoy::getTapPixel(const PatchPlan &plan, int64_t tap) {
  const PatchProblem &problem = plan.problem;
  return tap / problem.filterWidth * problem.dilationHeight * plan.pitch +
         tap % problem.filterWidth * problem.dilationWidth;
}

bool PatchPlan::hasLooseEnds() const {
  int64_t rowBytes = outputWidth * problem.outputBytes;
  return outputHeight * rowBytes % kBulkAlignmentBytes != 0 ||
         tileRows * rowBytes % kBulkAlignmentBytes != 0;
}

PatchFragment convoy::getPatchFragment(const PatchPlan &plan, int64_t warpgroup,
                                       int64_t group) {
  PatchFragment fragment;
  int64_t firstStored =
      -static_cast<int64_t>(plan.cutBytes / plan.problem.outputBytes);
  for (int64_t quad : llvm::seq<int64_t>(0, 4))
    for (int64_t element : llvm::seq<int64_t>(0, 2)) {
      // Rows are counted from the one before the tile's first.
      int64_t column = warpgroup * plan.columnsPerWarpgroup + 8 * group +
                       2 * quad + element - plan.leadPixels + plan.pitch;
      int64_t row = column / plan.pitch - 1;
      int64_t x = column % plan.pitch;
      int64_t pixel = row * plan.outputWidth + x;
      if (x < plan.outputWidth && row < plan.tileRows && pixel >= firstStored)
        fragment.pixels[quad][element] = pixel;
    }
  return fragment;
}
