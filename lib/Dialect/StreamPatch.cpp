//===- StreamPatch.cpp - Pixels of a streaming kernel's patch -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which pixels of the input a tile's patch has, and in which order: phases of
// the strides, rows and images, and where columns of the accumulators and taps
// of the filter are among them.
//
//===----------------------------------------------------------------------===//

#include "StreamPatch.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <set>

using namespace mlir;
using namespace mlir::convoy;
using llvm::alignTo;
using llvm::divideCeil;

/// The phase of filter element `index` along one dimension, and its distance
/// in that phase.
static std::pair<int64_t, int64_t> getTapPhase(int64_t index, int64_t dilation,
                                               int64_t stride) {
  return {index * dilation % stride, index * dilation / stride};
}

/// The phases that the taps of a part read, in any order.
static SmallVector<StreamPhase> findPhases(const StreamPlan &plan) {
  const PatchProblem &problem = plan.problem;
  std::set<std::pair<int64_t, int64_t>> found;
  for (int64_t r : llvm::seq<int64_t>(0, plan.partHeight))
    for (int64_t s : llvm::seq<int64_t>(0, plan.partWidth))
      found.insert(
          {getTapPhase(r, problem.dilationHeight, problem.strideHeight).first,
           getTapPhase(s, problem.dilationWidth, problem.strideWidth).first});
  SmallVector<StreamPhase> phases;
  for (auto [row, column] : found)
    phases.push_back({row, column});
  return phases;
}

std::pair<int64_t, int64_t> convoy::getPartOrigin(const StreamPlan &plan,
                                                  int64_t part) {
  return {part / plan.columnParts * plan.partHeight,
          part % plan.columnParts * plan.partWidth};
}

int64_t convoy::getStreamTapPixel(const StreamPlan &plan, int64_t tap) {
  const PatchProblem &problem = plan.problem;
  auto [phaseRow, row] = getTapPhase(
      tap / plan.partWidth, problem.dilationHeight, problem.strideHeight);
  auto [phaseColumn, column] = getTapPhase(
      tap % plan.partWidth, problem.dilationWidth, problem.strideWidth);
  int64_t phase = 0;
  while (plan.phases[phase].row != phaseRow ||
         plan.phases[phase].column != phaseColumn)
    ++phase;
  return phase * plan.phasePixels + row * plan.pitch + column;
}

StreamPixel convoy::getPatchPixel(const StreamPlan &plan, int64_t pixel) {
  const PatchProblem &problem = plan.problem;
  StreamPhase phase = plan.phases[pixel / plan.phasePixels];
  int64_t rest = pixel % plan.phasePixels;
  int64_t image = plan.tileImages > 1 ? rest / plan.imagePixels : 0;
  int64_t inImage = rest - image * plan.imagePixels;
  return {image, inImage / plan.pitch * problem.strideHeight + phase.row,
          inImage % plan.pitch * problem.strideWidth + phase.column};
}

SmallVector<int64_t> convoy::getSortedPhases(const StreamPlan &plan) {
  auto sorted = llvm::to_vector(llvm::seq<int64_t>(0, plan.phases.size()));
  llvm::sort(sorted, [&](int64_t a, int64_t b) {
    const StreamPhase &first = plan.phases[a], &second = plan.phases[b];
    return std::pair(first.row, first.column) <
           std::pair(second.row, second.column);
  });
  return sorted;
}

int64_t convoy::getGatheredPixel(const StreamPlan &plan, int64_t index) {
  int64_t rowPixels = plan.phasePixels * plan.columnPhases;
  int64_t phaseRow = index / rowPixels, inRow = index % rowPixels;
  int64_t phase = getSortedPhases(
      plan)[phaseRow * plan.columnPhases + inRow % plan.columnPhases];
  return phase * plan.phasePixels + inRow / plan.columnPhases;
}

int64_t convoy::getTileColumn(const StreamPlan &plan, int64_t pixel) {
  int64_t perImage = plan.tileRows * plan.tileColumns;
  int64_t inImage = pixel % perImage;
  return pixel / perImage * plan.imagePixels +
         inImage / plan.tileColumns * plan.pitch + inImage % plan.tileColumns;
}

/// A phase's pixels, so that threads which write neighbours of the input into
/// two phases, 16 bytes each, touch all banks.
static int64_t spreadPhases(int64_t pixels, int64_t columnPhases) {
  constexpr int64_t kThreadsPerAccess = 8;
  int64_t odd = pixels % kThreadsPerAccess;
  int64_t missing = kThreadsPerAccess / 2 - odd;
  return columnPhases == 2
             ? pixels + (missing + kThreadsPerAccess) % kThreadsPerAccess
             : pixels;
}

void convoy::setStreamPatch(StreamPlan &plan) {
  const PatchProblem &problem = plan.problem;
  plan.rowTiles = divideCeil(plan.outputHeight, plan.tileRows);
  plan.columnTiles = divideCeil(plan.outputWidth, plan.tileColumns);
  int64_t moreRows =
      (plan.partHeight - 1) * problem.dilationHeight / problem.strideHeight;
  int64_t moreColumns =
      (plan.partWidth - 1) * problem.dilationWidth / problem.strideWidth;
  // The zeros after a row serve the row below as the zeros before it; those
  // below an image the next image, as far as that leaves each output a column
  // of its own. A part of the rows or columns of a filter does not read all of
  // them.
  bool isDense = problem.strideHeight == 1 && problem.strideWidth == 1;
  int64_t sharedColumns =
      isDense && plan.columnTiles == 1 && plan.columnParts == 1
          ? std::min({problem.padLeft, problem.padRight, moreColumns})
          : 0;
  int64_t sharedRows =
      isDense && plan.tileImages > 1 && plan.rowParts == 1
          ? std::min({problem.padTop, problem.padBottom, moreRows})
          : 0;
  plan.phases = findPhases(plan);
  plan.columnPhases = llvm::count_if(plan.phases, [&](StreamPhase phase) {
    return phase.row == plan.phases[0].row;
  });
  plan.pitch = plan.tileColumns + moreColumns - sharedColumns;
  // A pixel more where that lets outputs be stored in pairs.
  if ((plan.tileColumns | plan.outputWidth) % 2 == 0)
    plan.pitch = alignTo(plan.pitch, 2);
  int64_t rows = plan.tileRows + moreRows;
  plan.imagePixels = (rows - sharedRows) * plan.pitch;
  plan.phasePixels = spreadPhases((plan.tileImages - 1) * plan.imagePixels +
                                      rows * plan.pitch + sharedColumns,
                                  plan.columnPhases);
  plan.patchPixels =
      static_cast<int64_t>(plan.phases.size()) * plan.phasePixels;
  plan.columns = getTileColumn(plan, plan.getTilePixels() - 1) + 1;
  plan.columnsPerWarpgroup =
      alignTo(divideCeil(plan.columns, plan.getColumnShares()), 8);
}
