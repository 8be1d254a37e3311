//===- WgmmaDomain.cpp - What no wgmma kernel computes --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WgmmaDomain.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>

using namespace mlir;
using namespace mlir::convoy;

/// Products of a few sizes then fit 64 bits.
static constexpr int64_t kMaxSize = 1 << 20;
/// Positions in a block of the packed filter are 32-bit numbers; a block has up
/// to 256 output channels, and 8 bytes of each of their weights.
static constexpr int64_t kMaxWeights = 1 << 20;
/// Positions in one image are 32-bit numbers.
static constexpr int64_t kMaxImageBytes = int64_t(1) << 31;
static constexpr int64_t kMaxElementBytes = 4;

std::string convoy::findChipObstacle(const Chip &chip) {
  if (chip.tensorCores == TensorCores::Wgmma && chip.hasTMA)
    return "";
  return ("needs wgmma, which " + chip.name + " lacks").str();
}

std::string convoy::findSizeObstacle(ArrayRef<int64_t> sizes) {
  if (llvm::none_of(sizes, [](int64_t size) { return size > kMaxSize; }))
    return "";
  return "needs sizes of at most " + std::to_string(kMaxSize);
}

std::string convoy::findShapeObstacle(const PatchProblem &problem) {
  std::string why = findSizeObstacle(
      {problem.channels, problem.filters, problem.height, problem.width,
       problem.filterHeight, problem.filterWidth, problem.strideHeight,
       problem.strideWidth, problem.dilationHeight, problem.dilationWidth,
       problem.padTop, problem.padBottom, problem.padLeft, problem.padRight});
  if (!why.empty())
    return why;
  if (int64_t weights = problem.channels * problem.getTaps();
      weights > kMaxWeights)
    return "needs at most " + std::to_string(kMaxWeights) +
           " weights of an output channel, found " + std::to_string(weights);
  if (std::min({problem.padTop, problem.padBottom, problem.padLeft,
                problem.padRight}) < 0)
    return "needs padding that is not negative";
  if (problem.getOutputHeight() < 1 || problem.getOutputWidth() < 1)
    return "needs an output that is not empty";
  return "";
}

std::string convoy::findImageObstacle(int64_t channels, int64_t pixels) {
  // Divided, as the product may be too large for 64 bits.
  constexpr int64_t kMaxElements = kMaxImageBytes / kMaxElementBytes;
  if (pixels <= kMaxElements && channels <= kMaxElements / pixels)
    return "";
  return "needs images of less than 2 GiB";
}

std::string convoy::findImageObstacle(const PatchProblem &problem,
                                      int64_t groups) {
  std::string why = findImageObstacle(groups * problem.channels,
                                      problem.height * problem.width);
  if (!why.empty())
    return why;
  return findImageObstacle(groups * problem.filters,
                           problem.getOutputHeight() *
                               problem.getOutputWidth());
}
