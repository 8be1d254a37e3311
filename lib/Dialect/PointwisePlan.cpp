//===- PointwisePlan.cpp - Numbers of a pointwise wgmma kernel ------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a problem and the numbers of its schedule to a plan. Which schedules are
// worth trying is in PointwiseTilings.cpp.
//
//===----------------------------------------------------------------------===//

#include "PointwiseFrame.h"
#include "WgmmaDomain.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;
using llvm::alignTo;
using llvm::divideCeil;
using llvm::Twine;

/// Registers that a thread that multiplies needs besides its accumulators and a
/// stage's fragments: addresses, an epilogue. Split products have the elements
/// of a few chunks instead, and their parts.
static constexpr int64_t kMathRegisters = 44;
static constexpr int64_t kSplitMathRegisters = 80;
static constexpr int64_t kFragmentRegisters = 4;
/// Of split products, two chunks of a stage are among kSplitMathRegisters.
/// Without registers for further ones, ptxas spilled 40 to 52 bytes a thread.
static constexpr int64_t kSplitMathChunks = 2;
/// Single pixels come one element a register, each with a place of its own.
static constexpr int64_t kSingleRegisters = 16, kSingleSplitRegisters = 32;
/// Several tiles of output channels: where a tile's filter, scales and results
/// begin is no constant. With fewer, ptxas spilled up to 1.7 KB a thread;
/// single pixels need no more than these.
static constexpr int64_t kTiledSplitRegisters = 56;
/// Of a thread that copies: as such, and for each piece of a stage.
static constexpr int64_t kCopyRegisters = 40;
static constexpr int64_t kPieceRegisters = 6;
static constexpr int64_t kMaxCopyPieces = 12;
static constexpr int64_t kMaxWarpgroups = 4;
/// Shorter runs are copied in pieces, by many threads.
static constexpr int64_t kMinBulkBytes = 512;

int64_t PointwiseProblem::getInputBytes() const {
  bool is16Bit =
      products == PatchProducts::F16 || products == PatchProducts::BF16;
  return is16Bit ? 2 : 4;
}

int64_t PointwisePlan::getThreads() const {
  return getWarpgroups() * kThreadsPerWarpgroup +
         kPointwiseCopyWarps * kThreadsPerWarp;
}

int64_t PointwisePlan::getSumsBytes() const {
  return (channelGroups - 1) * mathWarpgroups * rowBlocks * getAccumulators() *
         kThreadsPerWarpgroup * 4;
}

int64_t PointwisePlan::getStagedImageBytes() const {
  return bulkStores ? tileFilters * problem.pixels * problem.outputBytes : 0;
}

int64_t PointwisePlan::getStagingBytes() const {
  return tileImages * getStagedImageBytes();
}

int64_t PointwisePlan::getTileRows() const {
  return mathWarpgroups * rowBlocks * kPointwiseRows;
}

int64_t PointwisePlan::getRunShiftBytes(int64_t channel) const {
  if (runChannels > 1)
    return 0;
  return channel * problem.pixels * problem.getInputBytes() %
         kPointwisePieceBytes;
}

int64_t PointwisePlan::getTiles(int64_t images) const {
  int64_t tiles = acrossImages ? divideCeil(images * problem.pixels, tilePixels)
                               : pixelTiles * divideCeil(images, tileImages);
  return filterTiles * static_cast<int64_t>(alignTo(tiles, clusterBlocks));
}

int64_t PointwisePlan::getGridBlocks(int64_t images, const Chip &chip) const {
  int64_t clusters = chip.referenceSMs / clusterBlocks;
  if (residentFilter)
    clusters = std::max<int64_t>(clusters / filterTiles, 1) * filterTiles;
  return std::min(getTiles(images), clusters * clusterBlocks);
}

//===----------------------------------------------------------------------===//
// Domain
//===----------------------------------------------------------------------===//

std::optional<PointwiseProblem>
convoy::getPointwiseProblem(ConvOp op, PatchProducts products,
                            std::string &why) {
  std::optional<PatchProblem> whole = getPatchProblem(op, products, why);
  if (!whole)
    return std::nullopt;
  if (whole->getTaps() != 1 || whole->strideHeight != 1 ||
      whole->strideWidth != 1 || whole->isPadded()) {
    why = "needs a filter of one tap, unit strides and no padding";
    return std::nullopt;
  }
  why = findSizeObstacle(
      {whole->height, whole->width, whole->channels, whole->filters});
  if (!why.empty())
    return std::nullopt;
  PointwiseProblem problem;
  problem.channels = whole->channels;
  problem.pixels = whole->height * whole->width;
  problem.filters = whole->filters;
  problem.products = products;
  problem.outputBytes = whole->outputBytes;
  return problem;
}

/// Why `problem` is none of this strategy's, whatever the plan; empty if it is.
static std::string findObstacle(const PointwiseProblem &problem,
                                const Chip &chip) {
  for (const std::string &why :
       {findChipObstacle(chip),
        findImageObstacle(std::max(problem.channels, problem.filters),
                          problem.pixels),
        findSizeObstacle({problem.channels, problem.filters})})
    if (!why.empty())
      return why;
  // So that each image begins at a piece.
  int64_t granule = kPointwisePieceBytes / problem.getInputBytes();
  if (problem.channels % granule != 0)
    return "needs a multiple of " + std::to_string(granule) +
           " input channels, found " + std::to_string(problem.channels);
  return "";
}

//===----------------------------------------------------------------------===//
// Tile
//===----------------------------------------------------------------------===//

static bool planBlocks(const PointwisePlan &plan, const Chip &chip,
                       std::string &why) {
  if (plan.getWarpgroups() > kMaxWarpgroups)
    return refuse(why, "at most " + Twine(kMaxWarpgroups) +
                           " warpgroups in all groups of channels, found " +
                           Twine(plan.getWarpgroups()));
  if (!llvm::isPowerOf2_64(plan.clusterBlocks) ||
      plan.clusterBlocks > chip.referenceSMs)
    return refuse(why, "clusterBlocks that are a power of two, found " +
                           Twine(plan.clusterBlocks));
  return true;
}

static bool planTile(PointwisePlan &plan, std::string &why) {
  const PointwiseProblem &problem = plan.problem;
  bool isWhole = plan.tilePixels == problem.pixels;
  if (plan.tilePixels < 1 || plan.tilePixels > problem.pixels)
    return refuse(why, "tilePixels of at most the image's " +
                           Twine(problem.pixels) + ", found " +
                           Twine(plan.tilePixels));
  if (!isWhole &&
      plan.tilePixels * problem.getInputBytes() % kPointwisePieceBytes != 0)
    return refuse(why, "tilePixels that are a whole image or a multiple of " +
                           Twine(kPointwisePieceBytes) + " bytes, found " +
                           Twine(plan.tilePixels));
  if (!isWhole && plan.tileImages > 1)
    return refuse(why, "tiles of whole images where they are of several");
  if (plan.getTilePixels() > plan.getTileRows())
    return refuse(
        why, "at most the " + Twine(plan.getTileRows()) +
                 " pixels that rowBlocks and mathWarpgroups multiply, found " +
                 Twine(plan.getTilePixels()));
  if (!planFilterTiles(plan, why))
    return false;
  plan.pixelTiles = divideCeil(problem.pixels, plan.tilePixels);
  // No piece may be of two images.
  plan.acrossImages =
      problem.pixels % plan.tilePixels != 0 &&
      problem.pixels * problem.getInputBytes() % kPointwisePieceBytes == 0;
  plan.pixelVector = (problem.pixels | plan.tilePixels) % 2 == 0 ? 2 : 1;
  return true;
}

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

/// Of a pair of pixels.
static int64_t getPairBytes(const PointwiseProblem &problem) {
  return 2 * problem.getInputBytes();
}

int64_t convoy::getPointwisePairLanes(const PointwiseProblem &problem) {
  return 32 / getPairBytes(problem);
}

/// The pairGroup with which loads touch each bank once where channels lie
/// `pitchBytes` apart; 0 if there is none. The four channels of a load are as
/// far apart as some groups of as many pairs as divide that distance.
static int64_t findPairGroup(const PointwiseProblem &problem,
                             int64_t pitchBytes) {
  if (pitchBytes % getPairBytes(problem) != 0)
    return 0;
  int64_t channelStep = problem.products == PatchProducts::TF32 ? 1 : 2;
  int64_t distance = channelStep * pitchBytes / getPairBytes(problem);
  int64_t group = distance & -distance;
  return group <= getPointwisePairLanes(problem) ? group : 0;
}

/// True if whole images are copied as they lie: odd ones, whose channels begin
/// anywhere and are closer together then, and even ones in bulk, where loads
/// do not meet in banks. Results of split products are stored from registers,
/// for which pairs had better be neighbours.
static bool areRunsWhole(const PointwisePlan &plan, int64_t imageBytes) {
  if (plan.tilePixels != plan.problem.pixels)
    return false;
  return plan.pixelVector == 1 ||
         (plan.bulkRuns && !plan.isSplit() &&
          findPairGroup(plan.problem, imageBytes) != 0);
}

/// Sets how the input lies in a stage.
static void planInput(PointwisePlan &plan) {
  const PointwiseProblem &problem = plan.problem;
  int64_t elementBytes = problem.getInputBytes();
  int64_t imageBytes = problem.pixels * elementBytes;
  int64_t channels = plan.getStageChannels();
  int64_t runBytes = alignTo(channels * imageBytes, kPointwisePieceBytes);
  // No zeros for channels that do not exist.
  plan.bulkRuns = problem.channels % plan.image.chunkChannels == 0 &&
                  runBytes >= kMinBulkBytes;
  if (areRunsWhole(plan, imageBytes)) {
    plan.runChannels = channels;
    plan.channelPitchBytes = imageBytes;
    plan.imagePitchBytes = runBytes;
    plan.runPieces = runBytes / kPointwisePieceBytes;
    if (plan.pixelVector == 2)
      plan.pairGroup = findPairGroup(problem, imageBytes);
  } else {
    plan.bulkRuns = false;
    int64_t bytes = plan.tilePixels * elementBytes;
    // Room for what lies before the first pixel.
    if (imageBytes % kPointwisePieceBytes != 0)
      bytes += kPointwisePieceBytes - elementBytes;
    plan.runChannels = 1;
    plan.runPieces = divideCeil(bytes, kPointwisePieceBytes);
    plan.channelPitchBytes = padChannelPitch(
        problem.products, plan.runPieces * kPointwisePieceBytes);
    plan.imagePitchBytes = channels * plan.channelPitchBytes;
  }
  plan.inputStageBytes =
      alignTo(plan.tileImages * plan.imagePitchBytes, kStageAlignmentBytes);
  plan.stageBytes = plan.inputStageBytes + plan.getFilterStageBytes();
}

/// Sets how the output is stored. Whole images are one piece of memory for the
/// output channels of a tile; single pixels are slow to store in any other
/// way. Split products may have to compute some outputs again.
static void planOutput(PointwisePlan &plan) {
  const PointwiseProblem &problem = plan.problem;
  bool areWhole = plan.tilePixels == problem.pixels;
  bool arePieces =
      problem.filters * problem.outputBytes % kPointwisePieceBytes == 0;
  plan.bulkStores =
      (plan.pixelVector == 1 || plan.bulkRuns) && areWhole && arePieces &&
      !plan.isSplit() &&
      plan.tileFilters * problem.pixels * problem.outputBytes >= kMinBulkBytes;
}

static bool planStages(PointwisePlan &plan, const Chip &chip,
                       std::string &why) {
  int64_t chunks = plan.image.getChunks();
  if (chunks % plan.stageChunks != 0)
    return refuse(why, "stageChunks that divide the " + Twine(chunks) +
                           " chunks of channels, found " +
                           Twine(plan.stageChunks));
  plan.stagesPerTile = chunks / plan.stageChunks;
  if (plan.stagesPerTile < plan.channelGroups)
    return refuse(why, "a stage for each of the " + Twine(plan.channelGroups) +
                           " groups of channels, found " +
                           Twine(plan.stagesPerTile));
  // A group waits for its next stage before it is done with the one it has: as
  // many further, at most, where a tile ends.
  int64_t distance =
      plan.channelGroups + plan.stagesPerTile % plan.channelGroups;
  if (plan.stages <= distance)
    return refuse(why, "at least " + Twine(distance + 1) + " stages, found " +
                           Twine(plan.stages));
  planInput(plan);
  planOutput(plan);
  return planShared(plan, chip, why);
}

static bool planRegisters(PointwisePlan &plan, const Chip &chip,
                          std::string &why) {
  int64_t copyThreads = kPointwiseCopyWarps * kThreadsPerWarp;
  int64_t pieces =
      divideCeil(plan.getStageRuns() * plan.runPieces, copyThreads);
  if (plan.bulkRuns)
    pieces = 1;
  else if (pieces > kMaxCopyPieces)
    return refuse(
        why, "a stage of at most " +
                 Twine(kMaxCopyPieces * copyThreads * kPointwisePieceBytes) +
                 " bytes of input, found " + Twine(plan.inputStageBytes));
  // Sums of a few chunks that are scaled before they are added to the others'.
  int64_t sums = (plan.rowBlocks + plan.isSplit()) * plan.getAccumulators();
  int64_t fragments = plan.rowBlocks * plan.stageChunks * kFragmentRegisters;
  int64_t furtherChunks =
      std::max<int64_t>(plan.stageChunks - kSplitMathChunks, 0);
  int64_t needed =
      sums + (plan.isSplit()
                  ? kSplitMathRegisters + furtherChunks * kFragmentRegisters
                  : kMathRegisters + fragments);
  if (plan.isSplit() && plan.filterTiles > 1)
    needed += kTiledSplitRegisters;
  else if (plan.pixelVector == 1)
    needed += plan.isSplit() ? kSingleSplitRegisters : kSingleRegisters;
  return shareRegisters(plan, chip, kCopyRegisters + pieces * kPieceRegisters,
                        needed, why);
}

//===----------------------------------------------------------------------===//
// Plan
//===----------------------------------------------------------------------===//

std::optional<PointwisePlan>
convoy::planPointwise(const PointwiseProblem &problem, const Chip &chip,
                      std::string &why, const PointwiseTuning &tuning) {
  why = findObstacle(problem, chip);
  if (!why.empty())
    return std::nullopt;
  PointwisePlan plan;
  plan.problem = problem;
  plan.image = FilterImage::getPointwise(problem.products, problem.filters,
                                         problem.channels, tuning.tileFilters);
  plan.tileImages = tuning.tileImages;
  plan.tilePixels = tuning.tilePixels;
  plan.tileFilters = tuning.tileFilters;
  plan.rowBlocks = tuning.rowBlocks;
  plan.mathWarpgroups = tuning.mathWarpgroups;
  plan.channelGroups = tuning.channelGroups;
  plan.clusterBlocks = tuning.clusterBlocks;
  plan.stageChunks = tuning.stageChunks;
  plan.stages = tuning.stages;
  plan.residentFilter = tuning.residentFilter;
  if (!planBlocks(plan, chip, why) || !planTile(plan, why) ||
      !planStages(plan, chip, why) || !planRegisters(plan, chip, why))
    return std::nullopt;
  return plan;
}

int64_t convoy::getPointwiseElementBytes(const PointwisePlan &plan,
                                         int64_t image, int64_t channel,
                                         int64_t pixel) {
  return image * plan.imagePitchBytes + channel * plan.channelPitchBytes +
         plan.getRunShiftBytes(channel) + pixel * plan.problem.getInputBytes();
}

int64_t convoy::getPointwisePixel(const PointwisePlan &plan, int64_t warpgroup,
                                  int64_t block, int64_t row) {
  constexpr int64_t kWarpRows = 16, kWarpPairs = kWarpRows / 2;
  int64_t first = (warpgroup * plan.rowBlocks + block) * kPointwiseRows;
  int64_t warp = row / kWarpRows, inWarp = row % kWarpRows;
  if (plan.pixelVector == 1)
    return first + row;
  int64_t place = inWarp % kWarpPairs, half = inWarp / kWarpPairs;
  int64_t group = plan.pairGroup;
  if (group == kWarpPairs)
    return first + warp * kWarpRows + place * 2 + half;
  // Groups that are loaded at the same time are as far apart as those of four
  // warps are long.
  int64_t lanes = getPointwisePairLanes(plan.problem);
  int64_t pair = warp * group + place % group +
                 place % lanes / group * 4 * group + place / lanes * 4 * lanes;
  return first + pair * 2 + half;
}
