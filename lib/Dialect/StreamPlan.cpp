//===- StreamPlan.cpp - Numbers of a filter-streaming kernel --------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a problem and the numbers of its schedule to a plan. Which schedules are
// worth trying is in StreamTilings.cpp.
//
//===----------------------------------------------------------------------===//

#include "StreamResources.h"
#include "WgmmaDomain.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <set>

using namespace mlir;
using namespace mlir::convoy;
using llvm::alignTo;
using llvm::divideCeil;
using llvm::Twine;

/// Accumulators are f32 registers: N / 2 of a thread, twice as many where each
/// chunk's sums are scaled before they are added to the others'.
static constexpr int64_t kMaxColumns = 256;
static constexpr int64_t kMaxSplitColumns = 120;
/// Straight-line code for more steps takes the assembler long.
static constexpr int64_t kManyTaps = 25;
static constexpr int64_t kMaxSteps = 100;
static constexpr int64_t kMaxPhases = 4;
/// Of one stage of the filter, for one block.
static constexpr int64_t kMaxStageSteps = 9;

int64_t StreamPlan::getThreads() const {
  // One more warp copies the filter.
  return (kStreamMathWarps + gatherWarps + 1) * kThreadsPerWarp;
}

int64_t StreamPlan::getTiles(int64_t images) const {
  return channelTiles * rowTiles * columnTiles *
         static_cast<int64_t>(divideCeil(images, tileImages));
}

int64_t StreamPlan::getResidentClusters(const Chip &chip) const {
  if (channelParts == 1)
    return chip.referenceSMs;
  // A cluster lies in one of the chip's parts of up to 18 multiprocessors,
  // which leaves some over: of an H200's 132, drivers run 15 clusters of 8
  // blocks at a time or 30 of 4 (and 66 of 2, which are not taken for granted).
  return chip.referenceSMs * 10 / 11 / channelParts;
}

//===----------------------------------------------------------------------===//
// Domain
//===----------------------------------------------------------------------===//

std::optional<StreamProblem>
convoy::getStreamProblem(ConvOp op, PatchProducts products, std::string &why) {
  std::optional<PatchProblem> group = getGroupProblem(op, products, why);
  if (!group)
    return std::nullopt;
  return StreamProblem{*group, static_cast<int64_t>(op.getGroups())};
}

/// Why `problem` is none of this strategy's, whatever the plan; empty if it is.
static std::string findObstacle(const StreamProblem &problem,
                                const Chip &chip) {
  const PatchProblem &group = problem.group;
  for (const std::string &why :
       {findChipObstacle(chip), findSizeObstacle({problem.groups}),
        findShapeObstacle(group)})
    if (!why.empty())
      return why;
  if (group.getTaps() > kMaxSteps)
    return "needs at most " + std::to_string(kMaxSteps) +
           " filter taps, found " + std::to_string(group.getTaps());
  return findImageObstacle(group, problem.groups);
}

//===----------------------------------------------------------------------===//
// Tile and patch
//===----------------------------------------------------------------------===//

/// The same convolution as one row, where no pixel has neighbours.
static PatchProblem flatten(const PatchProblem &problem) {
  PatchProblem flat = problem;
  if (problem.getTaps() != 1 || problem.isPadded() ||
      problem.strideHeight != 1 || problem.strideWidth != 1)
    return flat;
  flat.width = problem.height * problem.width;
  flat.height = 1;
  flat.dilationHeight = flat.dilationWidth = 1;
  return flat;
}

/// The phase of filter element `index` along one dimension, and its distance
/// in that phase.
static std::pair<int64_t, int64_t> getTapPhase(int64_t index, int64_t dilation,
                                               int64_t stride) {
  return {index * dilation % stride, index * dilation / stride};
}

/// The phases that taps read, in any order.
static SmallVector<StreamPhase> findPhases(const PatchProblem &problem) {
  std::set<std::pair<int64_t, int64_t>> found;
  for (int64_t r : llvm::seq<int64_t>(0, problem.filterHeight))
    for (int64_t s : llvm::seq<int64_t>(0, problem.filterWidth))
      found.insert(
          {getTapPhase(r, problem.dilationHeight, problem.strideHeight).first,
           getTapPhase(s, problem.dilationWidth, problem.strideWidth).first});
  SmallVector<StreamPhase> phases;
  for (auto [row, column] : found)
    phases.push_back({row, column});
  return phases;
}

int64_t convoy::getStreamTapPixel(const StreamPlan &plan, int64_t tap) {
  const PatchProblem &problem = plan.problem;
  auto [phaseRow, row] = getTapPhase(
      tap / problem.filterWidth, problem.dilationHeight, problem.strideHeight);
  auto [phaseColumn, column] = getTapPhase(
      tap % problem.filterWidth, problem.dilationWidth, problem.strideWidth);
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

/// Sets the patch for the plan's tile.
static void setPatch(StreamPlan &plan) {
  const PatchProblem &problem = plan.problem;
  plan.rowTiles = divideCeil(plan.outputHeight, plan.tileRows);
  plan.columnTiles = divideCeil(plan.outputWidth, plan.tileColumns);
  int64_t moreRows = (problem.filterHeight - 1) * problem.dilationHeight /
                     problem.strideHeight;
  int64_t moreColumns =
      (problem.filterWidth - 1) * problem.dilationWidth / problem.strideWidth;
  // The zeros after a row serve the row below as the zeros before it; those
  // below an image the next image.
  bool isDense = problem.strideHeight == 1 && problem.strideWidth == 1;
  int64_t sharedColumns = isDense && plan.columnTiles == 1
                              ? std::min(problem.padLeft, problem.padRight)
                              : 0;
  int64_t sharedRows = isDense && plan.tileImages > 1
                           ? std::min(problem.padTop, problem.padBottom)
                           : 0;
  plan.phases = findPhases(problem);
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
      alignTo(divideCeil(plan.columns, plan.tileBlocks == 1 ? 2 : 1), 8);
}

static bool planTile(StreamPlan &plan, std::string &why) {
  if (plan.tileRows < 1 || plan.tileRows > plan.outputHeight ||
      plan.tileColumns < 1 || plan.tileColumns > plan.outputWidth)
    return refuse(why,
                  "tiles within the output of " + Twine(plan.outputHeight) +
                      " by " + Twine(plan.outputWidth) + ", found " +
                      Twine(plan.tileRows) + " by " + Twine(plan.tileColumns));
  if (plan.tileImages > 1 && (plan.tileRows != plan.outputHeight ||
                              plan.tileColumns != plan.outputWidth))
    return refuse(why, "tiles of whole images where they are of several");
  if (plan.tileBlocks > plan.image.getBlocks())
    return refuse(why, "several blocks of 64 output channels for two in a "
                       "tile, found " +
                           Twine(plan.image.getBlocks()));
  setPatch(plan);
  int64_t limit = plan.isSplit() ? kMaxSplitColumns : kMaxColumns;
  if (plan.columnsPerWarpgroup > limit)
    return refuse(why, "at most " + Twine(limit) +
                           " columns of each warpgroup, found " +
                           Twine(plan.columnsPerWarpgroup));
  if (plan.phases.size() > kMaxPhases)
    return refuse(why, "at most " + Twine(kMaxPhases) +
                           " phases of the strides, found " +
                           Twine(plan.phases.size()));
  return true;
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

/// Where a slot has what `half` of chunk `chunk` multiplies, in bytes.
static int64_t getHalfBytes(const StreamPlan &plan, const FilterHalf &half,
                            int64_t chunk) {
  int64_t perChunk = plan.planes / plan.slotChunks;
  int64_t plane = half.firstChannel / plan.image.getHalfChannels();
  // High parts and low parts are planes of their own.
  if (plan.isSplit())
    plane = 2 * plane + (half.part == FilterPart::LoweredHigh ? 1 : 0);
  return (chunk * perChunk + plane) * plan.getPlaneBytes() +
         getStreamTapPixel(plan, half.tap) * 16;
}

/// Sets the steps for the phases in their order; false if a second half lies
/// before its first, which wgmma cannot address.
static bool setSteps(StreamPlan &plan) {
  plan.steps.clear();
  for (int64_t chunk : llvm::seq<int64_t>(0, plan.slotChunks))
    for (const FilterStep &step : plan.image.steps) {
      PatchStep patch{getHalfBytes(plan, step.first, chunk), std::nullopt};
      if (step.second)
        patch.secondHalfBytes = getHalfBytes(plan, *step.second, chunk);
      if (patch.secondHalfBytes.value_or(patch.firstHalfBytes) <
          patch.firstHalfBytes)
        return false;
      plan.steps.push_back(patch);
    }
  return true;
}

static bool planSteps(StreamPlan &plan, std::string &why) {
  auto isBefore = [](const StreamPhase &a, const StreamPhase &b) {
    return std::pair(a.row, a.column) < std::pair(b.row, b.column);
  };
  bool isDone = setSteps(plan);
  while (!isDone && std::next_permutation(plan.phases.begin(),
                                          plan.phases.end(), isBefore))
    isDone = setSteps(plan);
  if (!isDone)
    return refuse(
        why, "an order of the strides' phases in which pairs of taps ascend");
  if (plan.steps.size() > kMaxSteps)
    return refuse(why, "at most " + Twine(kMaxSteps) +
                           " steps for a slot, found " +
                           Twine(plan.steps.size()));
  return true;
}

/// The number of chunks in a slot: enough work between two barriers.
static int64_t chooseSlotChunks(const StreamPlan &plan) {
  int64_t chunks = plan.image.getChunks();
  if (plan.isSplit())
    return 1;
  for (int64_t count : {4, 2, 3})
    if (chunks % (count * plan.channelParts) == 0 &&
        count * plan.problem.getTaps() <= kMaxStageSteps)
      return count;
  return 1;
}

static bool planSlot(StreamPlan &plan, std::optional<StreamTuning> tuning,
                     std::string &why) {
  plan.slotChunks = tuning ? tuning->slotChunks : chooseSlotChunks(plan);
  if (plan.slotChunks < 1 || plan.image.getChunks() % plan.slotChunks != 0)
    return refuse(
        why, "slotChunks that divide the " + Twine(plan.image.getChunks()) +
                 " chunks of channels, found " + Twine(plan.slotChunks));
  if (plan.isSplit() && plan.slotChunks != 1)
    return refuse(why, "one chunk in a slot for split_f16, found " +
                           Twine(plan.slotChunks));
  int64_t slots = plan.image.getChunks() / plan.slotChunks;
  if (!llvm::isPowerOf2_64(plan.channelParts) || slots % plan.channelParts != 0)
    return refuse(why, "channelParts that are a power of two and divide the " +
                           Twine(slots) + " slots of a tile, found " +
                           Twine(plan.channelParts));
  plan.slotsPerTile = slots / plan.channelParts;
  int64_t planesPerUnit = plan.problem.getInputBytes() == 4 ? 2 : 1;
  plan.planes = plan.getSlotUnits() * planesPerUnit;
  if (!planSteps(plan, why))
    return false;
  plan.slotBytes = plan.planes * plan.getPlaneBytes();
  int64_t steps = plan.steps.size();
  int64_t maxStageSteps =
      plan.tileBlocks == 1 ? kMaxStageSteps : divideCeil(kMaxStageSteps, 2);
  plan.stagesPerSlot = divideCeil(steps, maxStageSteps);
  plan.stageSteps = divideCeil(steps, plan.stagesPerSlot);
  // A row of a long filter, all of whose stages are alike then.
  int64_t row = plan.problem.filterWidth;
  if (plan.phases.size() == 1 && steps == plan.problem.getTaps() &&
      steps > kManyTaps && row <= kMaxStageSteps && 2 * row > maxStageSteps)
    plan.stageSteps = row;
  plan.stagesPerSlot = divideCeil(steps, plan.stageSteps);
  return true;
}

//===----------------------------------------------------------------------===//
// Plan
//===----------------------------------------------------------------------===//

/// The plan with `tile`, and with the numbers of `tuning` if there are any.
static std::optional<StreamPlan> makePlan(const StreamProblem &problem,
                                          const Chip &chip, std::string &why,
                                          const StreamTile &tile,
                                          std::optional<StreamTuning> tuning) {
  why = findObstacle(problem, chip);
  if (!why.empty())
    return std::nullopt;
  StreamPlan plan;
  plan.problem = flatten(problem.group);
  plan.groups = problem.groups;
  plan.image = FilterImage::get(plan.problem.products, problem.groups,
                                plan.problem.filters, plan.problem.channels,
                                plan.problem.getTaps());
  plan.outputHeight = plan.problem.getOutputHeight();
  plan.outputWidth = plan.problem.getOutputWidth();
  plan.tileImages = tile.images;
  plan.tileRows = tile.rows;
  plan.tileColumns = tile.columns;
  plan.tileBlocks = tile.blocks;
  plan.channelParts = tile.channelParts;
  plan.channelTiles =
      plan.groups *
      static_cast<int64_t>(divideCeil(plan.image.getBlocks(), plan.tileBlocks));
  if (!planTile(plan, why) || !planSlot(plan, tuning, why) ||
      !planGather(plan, chip, tuning, why) ||
      !planBuffers(plan, chip, tuning, why))
    return std::nullopt;
  return plan;
}

std::optional<StreamPlan> convoy::planStream(const StreamProblem &problem,
                                             const Chip &chip, std::string &why,
                                             const StreamTuning &tuning) {
  StreamTile tile{tuning.tileImages, tuning.tileRows, tuning.tileColumns,
                  tuning.tileBlocks, tuning.channelParts};
  return makePlan(problem, chip, why, tile, tuning);
}

std::optional<StreamPlan> convoy::planStreamTile(const StreamProblem &problem,
                                                 const Chip &chip,
                                                 std::string &why,
                                                 const StreamTile &tile) {
  return makePlan(problem, chip, why, tile, std::nullopt);
}
