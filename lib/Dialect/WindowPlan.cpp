//===- WindowPlan.cpp - Numbers of a window wgmma kernel ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a problem and the numbers of its schedule to a plan. Which schedules are
// worth trying is in WindowTilings.cpp.
//
//===----------------------------------------------------------------------===//

#include "PointwiseFrame.h"
#include "WgmmaDomain.h"

#include "Convoy/Dialect/WindowPlan.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/SmallSet.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <numeric>

using namespace mlir;
using namespace mlir::convoy;
using llvm::alignTo;
using llvm::divideCeil;
using llvm::Twine;

/// The taps of a stage are straight-line code.
static constexpr int64_t kMaxTaps = 25;
/// Registers that a thread that multiplies needs besides its accumulators and
/// what it has read of the input: addresses, masks, an epilogue.
static constexpr int64_t kMathRegisters = 60;
static constexpr int64_t kFragmentRegisters = 4;
/// Of a thread that copies: as such, and for each of its runs.
static constexpr int64_t kCopyRegisters = 32;
static constexpr int64_t kRunRegisters = 8;
static constexpr int64_t kMaxThreadRuns = 4;
static constexpr int64_t kMaxMathWarpgroups = 4;

//===----------------------------------------------------------------------===//
// Domain
//===----------------------------------------------------------------------===//

std::optional<PatchProblem>
convoy::getWindowProblem(ConvOp op, PatchProducts products, std::string &why) {
  if (op.getGroups() != 1) {
    why = "needs one group";
    return std::nullopt;
  }
  return getGroupProblem(op, products, why);
}

/// Why the sizes of `problem` are none of this strategy's; empty if they are.
static std::string findWindowObstacle(const PatchProblem &problem) {
  std::string why = findShapeObstacle(problem);
  if (!why.empty())
    return why;
  if (problem.getTaps() < 2 || problem.getTaps() > kMaxTaps)
    return "needs 2 to " + std::to_string(kMaxTaps) + " filter taps, found " +
           std::to_string(problem.getTaps());
  // So a pixel's window begins behind those of all pixels before.
  if ((problem.getOutputWidth() - 1) * problem.strideWidth >
      problem.strideHeight * problem.width)
    return "needs less padding beside a row than filters read";
  return findImageObstacle(problem);
}

/// Why `problem` is none of this strategy's, whatever the plan; empty if it is.
static std::string findObstacle(const PatchProblem &problem, const Chip &chip) {
  std::string why = findChipObstacle(chip);
  if (!why.empty())
    return why;
  if (problem.products == PatchProducts::SplitF16)
    return "needs products that are not split";
  why = findWindowObstacle(problem);
  if (!why.empty())
    return why;
  int64_t chunk = 2 * kFilterRowBytes / problem.getInputBytes();
  if (problem.channels % chunk != 0)
    return "needs a multiple of " + std::to_string(chunk) +
           " input channels, found " + std::to_string(problem.channels);
  int64_t outputBytes = problem.filters * problem.getOutputHeight() *
                        problem.getOutputWidth() * problem.outputBytes;
  if (outputBytes % kPointwisePieceBytes != 0)
    return "needs images of the output of multiples of 16 bytes";
  return "";
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

int64_t WindowPlan::getTapElements(int64_t row, int64_t column) const {
  return row * problem.dilationHeight * problem.width +
         column * problem.dilationWidth + leadColumns - problem.padLeft;
}

int64_t WindowPlan::getRowWords() const {
  if (frame.pixelVector == 1)
    return 2 * problem.filterWidth;
  llvm::SmallSet<int64_t, 32> words;
  for (int64_t column : llvm::seq<int64_t>(0, problem.filterWidth))
    for (int64_t pixel : llvm::seq<int64_t>(0, 2))
      words.insert((getTapElements(0, column) + pixel * problem.strideWidth) /
                   wordElements);
  return words.size();
}

bool WindowPlan::mayBeOutside(int64_t row, int64_t column) const {
  auto leaves = [](int64_t outputs, int64_t stride, int64_t offset,
                   int64_t size) {
    return offset < 0 || (outputs - 1) * stride + offset >= size;
  };
  return leaves(outputHeight, problem.strideHeight,
                row * problem.dilationHeight - problem.padTop,
                problem.height) ||
         leaves(outputWidth, problem.strideWidth,
                column * problem.dilationWidth - problem.padLeft,
                problem.width);
}

int64_t WindowPlan::getPartSpareBytes() const {
  // Channels and windows begin anywhere in their pieces.
  int64_t channelShift =
      kPointwisePieceBytes - std::gcd(getPlaneBytes(), kPointwisePieceBytes);
  int64_t windowShift = kPointwisePieceBytes - getElementBytes();
  return channelShift + windowShift + pixelElements * getElementBytes();
}

int64_t WindowPlan::getPartBytes(int64_t spanBytes) const {
  return alignTo(spanBytes + getPartSpareBytes(), kPointwisePieceBytes);
}

int64_t convoy::getWindowElementBytes(const WindowPlan &plan,
                                      int64_t firstPixel, int64_t part,
                                      int64_t channel, int64_t row,
                                      int64_t column) {
  constexpr int64_t kInPiece = kPointwisePieceBytes - 1;
  int64_t firstWindow = plan.getWindowBytes(firstPixel / plan.outputWidth,
                                            firstPixel % plan.outputWidth);
  int64_t lastWindow = plan.getFirstWindowBytes() + plan.getImageSpanBytes();
  int64_t bytes = channel * plan.frame.channelPitchBytes +
                  (channel * plan.getPlaneBytes() & kInPiece);
  if (part > 0) {
    bytes += plan.getPartBytes(lastWindow - firstWindow) +
             (part - 1) * plan.getPartBytes(plan.getImageSpanBytes());
    firstWindow = plan.getFirstWindowBytes();
  }
  return bytes - (firstWindow & ~kInPiece) +
         (row * plan.problem.width + column) * plan.getElementBytes();
}

//===----------------------------------------------------------------------===//
// Tile
//===----------------------------------------------------------------------===//

/// Of rows of `width`, those that `pixels` neighbours may be in, the first one
/// of which is at a multiple of `pixels` from the first row's begin.
static int64_t countMostRows(int64_t pixels, int64_t width) {
  return (width - std::gcd(pixels, width) + pixels - 1) / width + 1;
}

static bool planTile(WindowPlan &plan, std::string &why) {
  PointwisePlan &frame = plan.frame;
  if (!planFilterTiles(frame, why))
    return false;
  frame.acrossImages = true;
  frame.tileImages = frame.pixelTiles = 1;
  frame.tilePixels = frame.getTileRows();
  plan.mostParts = countMostRows(frame.tilePixels, frame.problem.pixels);
  // Elements that are read one by one would be in the same banks as those of
  // other threads.
  bool hasPairs = plan.outputWidth % 2 == 0 && plan.problem.width % 2 == 0 &&
                  plan.getElementBytes() == 2;
  frame.pixelVector = hasPairs ? 2 : 1;
  return true;
}

/// What the windows of one channel take at most.
static int64_t getMostRunBytes(const WindowPlan &plan) {
  int64_t pixels = plan.frame.tilePixels, width = plan.outputWidth;
  // From the last pixel of a row to the next row.
  int64_t gap =
      plan.getRowStepBytes() - (width - 1) * plan.getColumnStepBytes();
  int64_t step = plan.getColumnStepBytes();
  int64_t gaps =
      gap > step ? countMostRows(pixels, width) - 1 : (pixels - 1) / width;
  int64_t span = gaps * gap + (pixels - 1 - gaps) * step;
  int64_t most = 0;
  // Between two images there is no gap, but each has all of a pixel's window.
  for (int64_t parts : {int64_t(1), plan.mostParts})
    most =
        std::max(most, parts * (plan.getPartBytes(0) + kPointwisePieceBytes) +
                           span - (parts - 1) * gap);
  return alignTo(most, kPointwisePieceBytes);
}

/// Sets how the input lies in a stage.
static void planInput(WindowPlan &plan) {
  const PatchProblem &problem = plan.problem;
  PointwisePlan &frame = plan.frame;
  plan.wordElements = frame.pixelVector;
  bool hasVectors = plan.wordElements == 2 && problem.width % 4 == 0 &&
                    problem.strideWidth % 2 == 0;
  plan.vectorWords = hasVectors ? 2 : 1;
  plan.leadColumns =
      alignTo(problem.padLeft, plan.wordElements * plan.vectorWords);
  plan.pixelElements = alignTo(
      plan.getTapElements(problem.filterHeight - 1, problem.filterWidth - 1) +
          1,
      plan.wordElements * plan.vectorWords);
  frame.runChannels = 1;
  frame.bulkRuns = true;
  int64_t runBytes = getMostRunBytes(plan);
  frame.runPieces = runBytes / kPointwisePieceBytes;
  frame.channelPitchBytes = padChannelPitch(problem.products, runBytes);
  frame.imagePitchBytes = 0;
  frame.inputStageBytes = alignTo(
      frame.getStageChannels() * frame.channelPitchBytes, kStageAlignmentBytes);
  frame.stageBytes = frame.inputStageBytes + frame.getFilterStageBytes();
}

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

static bool planRegisters(WindowPlan &plan, const Chip &chip,
                          std::string &why) {
  PointwisePlan &frame = plan.frame;
  int64_t runs = divideCeil(plan.getStageRuns(), kThreadsPerWarp);
  if (runs > kMaxThreadRuns)
    return refuse(why, "at most " + Twine(kMaxThreadRuns * kThreadsPerWarp) +
                           " runs of the input in a stage, found " +
                           Twine(plan.getStageRuns()));
  // Two taps' fragments, and what is kept for the next ones of a row.
  int64_t elements = plan.getElementBytes() == 4 ? 2 : 4;
  int64_t kept = frame.pixelVector == 2 ? plan.getRowWords() : 2;
  int64_t needed =
      frame.rowBlocks *
          (frame.getAccumulators() + 2 * kFragmentRegisters + elements * kept) +
      kMathRegisters;
  return shareRegisters(frame, chip, kCopyRegisters + runs * kRunRegisters,
                        needed, why);
}

//===----------------------------------------------------------------------===//
// Plan
//===----------------------------------------------------------------------===//

/// The output as images of pixels.
static PointwiseProblem getFrameProblem(const PatchProblem &problem) {
  PointwiseProblem frame;
  frame.channels = problem.channels;
  frame.pixels = problem.getOutputHeight() * problem.getOutputWidth();
  frame.filters = problem.filters;
  frame.products = problem.products;
  frame.outputBytes = problem.outputBytes;
  return frame;
}

std::optional<WindowPlan> convoy::planWindow(const PatchProblem &problem,
                                             const Chip &chip, std::string &why,
                                             const WindowTuning &tuning) {
  why = findObstacle(problem, chip);
  if (!why.empty())
    return std::nullopt;
  WindowPlan plan;
  plan.problem = problem;
  plan.outputHeight = problem.getOutputHeight();
  plan.outputWidth = problem.getOutputWidth();
  PointwisePlan &frame = plan.frame;
  frame.problem = getFrameProblem(problem);
  frame.image =
      FilterImage::get(problem.products, /*groups=*/1, problem.filters,
                       problem.channels, problem.getTaps(), tuning.tileFilters,
                       /*oneTapSteps=*/true);
  frame.tileFilters = tuning.tileFilters;
  frame.rowBlocks = tuning.rowBlocks;
  frame.mathWarpgroups = tuning.mathWarpgroups;
  frame.channelGroups = 1;
  frame.clusterBlocks = 1;
  frame.stageChunks = 1;
  frame.stages = tuning.stages;
  frame.residentFilter = tuning.residentFilter;
  frame.stagesPerTile = frame.image.getChunks();
  if (frame.mathWarpgroups > kMaxMathWarpgroups) {
    refuse(why, "at most " + Twine(kMaxMathWarpgroups) + " warpgroups, found " +
                    Twine(frame.mathWarpgroups));
    return std::nullopt;
  }
  if (!planTile(plan, why))
    return std::nullopt;
  planInput(plan);
  if (!planShared(frame, chip, why) || !planRegisters(plan, chip, why))
    return std::nullopt;
  return plan;
}
