//===- StreamPlan.cpp - Numbers of a filter-streaming kernel --------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a problem and the numbers of its schedule to a plan. Which pixels a
// patch has is in StreamPatch.cpp, which schedules are worth trying in
// StreamTilings.cpp.
//
//===----------------------------------------------------------------------===//

#include "StreamFold.h"
#include "StreamPatch.h"
#include "StreamResources.h"
#include "WgmmaDomain.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace mlir;
using namespace mlir::convoy;
using llvm::divideCeil;
using llvm::Twine;

/// Accumulators are f32 registers: N / 2 of a thread, twice as many where each
/// chunk's sums are scaled before they are added to the others'.
static constexpr int64_t kMaxColumns = 256;
static constexpr int64_t kMaxSplitColumns = 120;
/// And three times as many where sums begin anew more than once in a slot
/// (kMaxSummedSteps of StreamMath.cpp): the assembler adds one chain's while
/// the next one is on its way.
static constexpr int64_t kManySplitSteps = 18;
static constexpr int64_t kMaxLongSplitColumns = 88;
/// Straight-line code for more steps takes the assembler long (kManySteps of
/// StreamMath.cpp).
static constexpr int64_t kManyTaps = 25;
static constexpr int64_t kMaxSteps = 100;
/// Kernels with more steps of split products in a row spill registers.
static constexpr int64_t kMaxSplitSteps = 44;
static constexpr size_t kMaxPhases = 4;
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
  if (group.getTaps() > kMaxFilterTaps)
    return "needs at most " + std::to_string(kMaxFilterTaps) +
           " filter taps, found " + std::to_string(group.getTaps());
  return findImageObstacle(group, problem.groups);
}

//===----------------------------------------------------------------------===//
// Tile
//===----------------------------------------------------------------------===//

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
  setStreamPatch(plan);
  int64_t partSteps = plan.image.steps.size() / plan.getFilterParts();
  int64_t limit = kMaxColumns;
  if (plan.isSplit())
    limit =
        partSteps > kManySplitSteps ? kMaxLongSplitColumns : kMaxSplitColumns;
  if (plan.columnsPerWarpgroup > limit)
    return refuse(why, "at most " + Twine(limit) +
                           " columns of each warpgroup, found " +
                           Twine(plan.columnsPerWarpgroup));
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
  plane += plan.image.getVariant(half.tap) * plan.getVariantPlanes();
  return (chunk * perChunk + plane) * plan.getPlaneBytes() +
         getStreamTapPixel(plan, half.tap) * 16;
}

/// Sets the steps for the phases in their order; false if a second half lies
/// before its first, which wgmma cannot address.
static bool setSteps(StreamPlan &plan) {
  plan.steps.clear();
  size_t partSteps = plan.image.steps.size() / plan.getFilterParts();
  for (int64_t chunk : llvm::seq<int64_t>(0, plan.slotChunks))
    for (const FilterStep &step :
         ArrayRef<FilterStep>(plan.image.steps).take_front(partSteps)) {
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

/// Orders the phases so that wgmma can address all steps; false if no order
/// does.
static bool orderPhases(StreamPlan &plan) {
  auto isBefore = [](const StreamPhase &a, const StreamPhase &b) {
    return std::pair(a.row, a.column) < std::pair(b.row, b.column);
  };
  bool isDone = setSteps(plan);
  while (!isDone && std::next_permutation(plan.phases.begin(),
                                          plan.phases.end(), isBefore))
    isDone = setSteps(plan);
  return isDone;
}

static bool planSteps(StreamPlan &plan, std::string &why) {
  if (!orderPhases(plan))
    return refuse(
        why, "an order of the strides' phases in which pairs of taps ascend");
  if (plan.steps.size() > kMaxSteps)
    return refuse(why, "at most " + Twine(kMaxSteps) +
                           " steps for a slot, found " +
                           Twine(plan.steps.size()));
  return true;
}

//===----------------------------------------------------------------------===//
// Parts of the filter
//===----------------------------------------------------------------------===//

/// Divides the filter into parts of `height` by `width` taps; false if a part
/// has more steps or phases than a kernel can have, or no order of the phases.
static bool setFilterParts(StreamPlan &plan, int64_t height, int64_t width) {
  const PatchProblem &problem = plan.problem;
  plan.partHeight = height;
  plan.partWidth = width;
  plan.rowParts = problem.filterHeight / height;
  plan.columnParts = problem.filterWidth / width;
  int64_t parts = plan.getFilterParts();
  plan.image =
      FilterImage::get(problem.products, plan.groups, problem.filters,
                       problem.channels, problem.getTaps(), kFilterBlockRows,
                       /*oneTapSteps=*/false, parts, plan.image.fold);
  // All parts have the same steps.
  if (plan.columnParts > 1 && plan.image.getVariants().size() > 1)
    return false;
  int64_t steps = static_cast<int64_t>(plan.image.steps.size()) / parts;
  if (steps > (plan.isSplit() ? kMaxSplitSteps : kMaxSteps))
    return false;
  // Neither depends on the tile.
  StreamPlan probe = plan;
  probe.tileImages = probe.tileRows = probe.tileColumns = probe.tileBlocks = 1;
  probe.takesTurns = false;
  setStreamPatch(probe);
  probe.slotChunks = 1;
  probe.planes = probe.countPlanes();
  return probe.phases.size() <= kMaxPhases && orderPhases(probe);
}

/// The largest parts that will do: several rows of the filter, one, or equal
/// pieces of one; false if none do.
static bool chooseFilterParts(StreamPlan &plan) {
  int64_t height = plan.problem.filterHeight, width = plan.problem.filterWidth;
  for (int64_t rows = height; rows >= 1; --rows)
    if (height % rows == 0 && setFilterParts(plan, rows, width))
      return true;
  for (int64_t columns = width - 1; columns >= 1; --columns)
    if (width % columns == 0 && setFilterParts(plan, 1, columns))
      return true;
  return false;
}

/// The problem as the kernel sees it, and the parts of its filter.
static void planProblem(StreamPlan &plan, const StreamProblem &problem) {
  plan.groups = problem.groups;
  plan.unfolded = flattenRows(problem.group);
  plan.outputHeight = plan.unfolded.getOutputHeight();
  plan.outputWidth = plan.unfolded.getOutputWidth();
  plan.image.fold = chooseColumnFold(plan.unfolded);
  plan.problem = foldColumns(plan.unfolded, plan.image.fold);
  if (chooseFilterParts(plan))
    return;
  plan.image.fold = {};
  plan.problem = plan.unfolded;
  bool isDone = chooseFilterParts(plan);
  assert(isDone && "a part of one tap always will do");
  (void)isDone;
}

//===----------------------------------------------------------------------===//
// Slots
//===----------------------------------------------------------------------===//

/// The number of chunks in a slot: enough work between two barriers.
static int64_t chooseSlotChunks(const StreamPlan &plan) {
  int64_t chunks = plan.image.getChunks();
  if (plan.isSplit() || plan.getFilterParts() > 1)
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
  // The filter's image has the parts of one chunk side by side.
  if (plan.getFilterParts() > 1 && plan.slotChunks != 1)
    return refuse(why, "one chunk in a slot for a filter in parts, found " +
                           Twine(plan.slotChunks));
  int64_t slots = plan.image.getChunks() / plan.slotChunks;
  if (!llvm::isPowerOf2_64(plan.channelParts) || slots % plan.channelParts != 0)
    return refuse(why, "channelParts that are a power of two and divide the " +
                           Twine(slots) + " slots of a tile, found " +
                           Twine(plan.channelParts));
  plan.slotsPerPart = slots / plan.channelParts;
  plan.slotsPerTile = plan.getFilterParts() * plan.slotsPerPart;
  plan.planes = plan.countPlanes();
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
  StreamPlan plan = {};
  planProblem(plan, problem);
  plan.tileImages = tile.images;
  plan.tileRows = tile.rows;
  plan.tileColumns = tile.columns;
  plan.tileBlocks = tile.blocks;
  plan.channelParts = tile.channelParts;
  plan.takesTurns = tile.takesTurns;
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
  StreamTile tile{tuning.tileImages, tuning.tileRows,     tuning.tileColumns,
                  tuning.tileBlocks, tuning.channelParts, tuning.takesTurns};
  return makePlan(problem, chip, why, tile, tuning);
}

std::optional<StreamPlan> convoy::planStreamTile(const StreamProblem &problem,
                                                 const Chip &chip,
                                                 std::string &why,
                                                 const StreamTile &tile) {
  return makePlan(problem, chip, why, tile, std::nullopt);
}
