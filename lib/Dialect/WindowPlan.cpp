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

static constexpr int64_t kMaxSize = 1 << 20;
static constexpr int64_t kMaxImageBytes = int64_t(1) << 31;
/// The taps of a stage are straight-line code.
static constexpr int64_t kMaxTaps = 25;
/// What wgmma allows of N.
static constexpr int64_t kFilterGranule = 8;
/// Registers that a thread that multiplies needs besides its accumulators and
/// what it has read of the input: addresses, masks, an epilogue.
static constexpr int64_t kMathRegisters = 60;
static constexpr int64_t kFragmentRegisters = 4;
/// Of a thread that copies: as such, and for each of its runs.
static constexpr int64_t kCopyRegisters = 32;
static constexpr int64_t kRunRegisters = 8;
static constexpr int64_t kMaxThreadRuns = 4;
/// setmaxnreg's granule and limit.
static constexpr int64_t kRegisterGranule = 8;
static constexpr int64_t kMaxRegisters = 232;
static constexpr int64_t kMaxMathWarpgroups = 4;
static constexpr int64_t kStageAlignmentBytes = 128;
static constexpr int64_t kBarrierBytes = 8;

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
static std::string findSizeObstacle(const PatchProblem &problem) {
  int64_t sizes[] = {
      problem.channels,      problem.filters,      problem.height,
      problem.width,         problem.filterHeight, problem.filterWidth,
      problem.strideHeight,  problem.strideWidth,  problem.dilationHeight,
      problem.dilationWidth, problem.padTop,       problem.padBottom,
      problem.padLeft,       problem.padRight};
  // Also keeps the arithmetic of plans from overflowing.
  if (llvm::any_of(sizes, [](int64_t size) { return size > kMaxSize; }))
    return "needs sizes of at most " + std::to_string(kMaxSize);
  if (std::min({problem.padTop, problem.padBottom, problem.padLeft,
                problem.padRight}) < 0)
    return "needs padding that is not negative";
  if (problem.getOutputHeight() < 1 || problem.getOutputWidth() < 1)
    return "needs an output that is not empty";
  if (problem.getTaps() < 2 || problem.getTaps() > kMaxTaps)
    return "needs 2 to " + std::to_string(kMaxTaps) + " filter taps, found " +
           std::to_string(problem.getTaps());
  // So a pixel's window begins behind those of all pixels before.
  if ((problem.getOutputWidth() - 1) * problem.strideWidth >
      problem.strideHeight * problem.width)
    return "needs less padding beside a row than filters read";
  // Divided, as the products may be too large for 64 bits.
  int64_t limit = kMaxImageBytes / 4;
  int64_t pixels = problem.height * problem.width;
  int64_t outputPixels = problem.getOutputHeight() * problem.getOutputWidth();
  if (pixels > limit || outputPixels > limit ||
      problem.channels > limit / pixels ||
      problem.filters > limit / outputPixels)
    return "needs images of less than 2 GiB";
  return "";
}

/// Why `problem` is none of this strategy's, whatever the plan; empty if it is.
static std::string findObstacle(const PatchProblem &problem, const Chip &chip) {
  if (chip.tensorCores != TensorCores::Wgmma || !chip.hasTMA)
    return ("needs wgmma, which " + chip.name + " lacks").str();
  if (problem.products == PatchProducts::SplitF16)
    return "needs products that are not split";
  std::string why = findSizeObstacle(problem);
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

static bool planTile(WindowPlan &plan, const Chip &chip, std::string &why) {
  auto needs = [&](const Twine &what) {
    why = ("needs " + what).str();
    return false;
  };
  PointwisePlan &frame = plan.frame;
  if (frame.tileFilters % kFilterGranule != 0)
    return needs("tileFilters that are a multiple of " + Twine(kFilterGranule) +
                 ", found " + Twine(frame.tileFilters));
  frame.acrossImages = true;
  frame.tileImages = frame.pixelTiles = 1;
  frame.tilePixels = frame.getTileRows();
  frame.filterTiles = frame.image.getBlocks();
  plan.mostParts = countMostRows(frame.tilePixels, frame.problem.pixels);
  // Elements that are read one by one would be in the same banks as those of
  // other threads.
  bool hasPairs = plan.outputWidth % 2 == 0 && plan.problem.width % 2 == 0 &&
                  plan.getElementBytes() == 2;
  frame.pixelVector = hasPairs ? 2 : 1;
  return true;
}

/// The least pitch of runs, from `bytes` on, at which a warp's loads of a
/// fragment touch each bank once where pixels are neighbours.
static int64_t padPitch(const WindowPlan &plan, int64_t bytes) {
  int64_t channelStep = plan.getElementBytes() == 4 ? 1 : 2;
  constexpr int64_t kBankBytes = 128, kQuarterBytes = 32;
  for (int64_t pitch = alignTo(bytes, kPointwisePieceBytes);;
       pitch += kPointwisePieceBytes)
    if (channelStep * pitch % (kBankBytes / 2) == kQuarterBytes)
      return pitch;
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
  frame.channelPitchBytes = padPitch(plan, runBytes);
  frame.imagePitchBytes = 0;
  frame.inputStageBytes = alignTo(
      frame.getStageChannels() * frame.channelPitchBytes, kStageAlignmentBytes);
  frame.stageBytes = frame.inputStageBytes + frame.getFilterStageBytes();
}

static bool planStages(WindowPlan &plan, const Chip &chip, std::string &why) {
  PointwisePlan &frame = plan.frame;
  frame.stagesPerTile = frame.image.getChunks();
  planInput(plan);
  PointwiseSharedLayout &shared = frame.shared;
  shared.filter = 0;
  shared.stages = frame.residentFilter ? frame.image.getBlockBytes() : 0;
  shared.sums = shared.stages + frame.stages * frame.stageBytes;
  shared.barriers = shared.sums;
  shared.bytes = shared.barriers + 2 * frame.stages * kBarrierBytes;
  if (shared.bytes <= chip.sharedBytesPerBlock)
    return true;
  why = "needs " + std::to_string(shared.bytes) + " bytes of shared memory, " +
        chip.name.str() + " has " + std::to_string(chip.sharedBytesPerBlock);
  return false;
}

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

/// What the threads may have of the registers, and whether that is enough.
static bool planRegisters(WindowPlan &plan, const Chip &chip,
                          std::string &why) {
  PointwisePlan &frame = plan.frame;
  // What a block is launched with is shared out anew.
  int64_t threads = frame.getThreads();
  int64_t atLaunch =
      std::min(chip.registersPerSM / threads, chip.registersPerThread) /
      kRegisterGranule * kRegisterGranule;
  int64_t copyThreads = kPointwiseCopyWarps * kThreadsPerWarp;
  int64_t runs = divideCeil(plan.getStageRuns(), kThreadsPerWarp);
  if (runs > kMaxThreadRuns) {
    why = "needs at most " + std::to_string(kMaxThreadRuns * kThreadsPerWarp) +
          " runs of the input in a stage, found " +
          std::to_string(plan.getStageRuns());
    return false;
  }
  frame.copyRegisters =
      alignTo(kCopyRegisters + runs * kRunRegisters, kRegisterGranule);
  int64_t left = atLaunch * threads - copyThreads * frame.copyRegisters;
  int64_t each = left / (threads - copyThreads);
  frame.mathRegisters = std::min<int64_t>(
      each / kRegisterGranule * kRegisterGranule, kMaxRegisters);
  // Two taps' fragments, and what is kept for the next ones of a row.
  int64_t elements = plan.getElementBytes() == 4 ? 2 : 4;
  int64_t kept = frame.pixelVector == 2 ? plan.getRowWords() : 2;
  int64_t needed =
      frame.rowBlocks *
          (frame.getAccumulators() + 2 * kFragmentRegisters + elements * kept) +
      kMathRegisters;
  if (needed <= frame.mathRegisters)
    return true;
  why = "needs " + std::to_string(needed) +
        " registers of each thread that multiplies, found " +
        std::to_string(frame.mathRegisters);
  return false;
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
  if (frame.mathWarpgroups > kMaxMathWarpgroups) {
    why = "needs at most " + std::to_string(kMaxMathWarpgroups) +
          " warpgroups, found " + std::to_string(frame.mathWarpgroups);
    return std::nullopt;
  }
  if (!planTile(plan, chip, why) || !planStages(plan, chip, why) ||
      !planRegisters(plan, chip, why))
    return std::nullopt;
  return plan;
}
