//===- PatchPlan.cpp - Numbers of a patch-resident kernel -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a problem, and the numbers of its schedule if there are any, to a plan:
// tiles, patches, steps, and the choices that are not told. How shared memory
// is divided is in PatchBuffers.cpp, what follows from a plan in
// PatchGeometry.cpp.
//
//===----------------------------------------------------------------------===//

#include "PatchBuffers.h"
#include "WgmmaDomain.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <numeric>

using namespace mlir;
using namespace mlir::convoy;
using llvm::alignTo;
using llvm::divideCeil;
using llvm::Twine;

/// Sectors of DRAM and L2.
static constexpr int64_t kSectorBytes = 32;
static constexpr int64_t kBulkAlignmentBytes = 16;
/// More columns would take registers that the other warps need.
static constexpr int64_t kMaxColumns = 2 * 136;
static constexpr int64_t kConvertThreads = kPatchConvertWarps * 32;
/// Pixels of a unit that a converting thread holds in registers, and words of
/// several units.
static constexpr int64_t kMaxPixelsPerThread = 6;
static constexpr int64_t kMaxUnitWordsPerThread = 8;
static constexpr int64_t kMaxSplitUnitWordsPerThread = 6;
/// The steps are straight-line code.
static constexpr int64_t kMaxTaps = 64;
/// Each tap of split products is a step and a half, twice in the code.
static constexpr int64_t kMaxSplitTaps = 16;
/// Of split products with several chunks, whose sums are kept twice.
static constexpr int64_t kMaxTwofoldColumns = 2 * 88;
/// Of a warpgroup, where several blocks of filters are multiplied.
static constexpr int64_t kMaxResidentColumns = 112;
/// Taps of all units of a slot, where there are several.
static constexpr int64_t kMaxUnitTaps = 18;
static constexpr int64_t kMaxSplitUnitTaps = 8;
/// What the batch, which is not part of a problem, is taken for.
static constexpr int64_t kGuessedImages = 64;
/// Rows of 32 bytes at this pitch modulo all banks touch each bank once.
static constexpr int64_t kBankBytes = 128;

//===----------------------------------------------------------------------===//
// Domain
//===----------------------------------------------------------------------===//

/// Why `problem` is none of this strategy's, whatever the plan; empty if it is.
static std::string findObstacle(const PatchProblem &problem, const Chip &chip) {
  for (const std::string &why :
       {findChipObstacle(chip), findShapeObstacle(problem)})
    if (!why.empty())
      return why;
  if (problem.getTaps() > kMaxTaps)
    return "needs at most " + std::to_string(kMaxTaps) +
           " filter taps, found " + std::to_string(problem.getTaps());
  std::string why = findImageObstacle(problem);
  if (!why.empty())
    return why;
  // Images begin where bulk copies can.
  int64_t inputImage = problem.channels * problem.height * problem.width;
  int64_t outputImage =
      problem.filters * problem.getOutputHeight() * problem.getOutputWidth();
  if (inputImage * problem.getInputBytes() % kBulkAlignmentBytes != 0 ||
      outputImage * problem.outputBytes % kBulkAlignmentBytes != 0)
    return "needs images of multiples of 16 bytes";
  if (problem.strideHeight != 1 || problem.strideWidth != 1)
    return "needs stride 1";
  if (problem.products == PatchProducts::SplitF16 &&
      problem.getTaps() > kMaxSplitTaps)
    return "needs at most " + std::to_string(kMaxSplitTaps) +
           " filter taps in strict mode, found " +
           std::to_string(problem.getTaps());
  return "";
}

//===----------------------------------------------------------------------===//
// Tile and patch
//===----------------------------------------------------------------------===//

/// True if rows of the input can be taken as they lie.
static bool canTakeRows(const PatchPlan &plan) {
  const PatchProblem &problem = plan.problem;
  int64_t bytes = problem.getInputBytes();
  return !problem.isPadded() &&
         problem.width * bytes % kBulkAlignmentBytes == 0;
}

/// Columns that a tile may have.
static int64_t getMaxColumns(const PatchPlan &plan) {
  return plan.isSplit() && plan.chunks > 1 ? kMaxTwofoldColumns : kMaxColumns;
}

/// Sets what follows from the number of rows; returns the columns that it
/// takes.
static int64_t setTileRows(PatchPlan &plan, int64_t rows) {
  const PatchProblem &problem = plan.problem;
  plan.tileRows = rows;
  plan.tilesPerImage = divideCeil(plan.outputHeight, rows);
  plan.patchRows = rows + (problem.filterHeight - 1) * problem.dilationHeight;
  int64_t planeBytes =
      plan.outputHeight * plan.outputWidth * problem.outputBytes;
  int64_t chunkBytes = rows * plan.outputWidth * problem.outputBytes;
  int64_t granule = std::gcd(std::gcd(planeBytes, chunkBytes), kSectorBytes);
  plan.cutBytes = plan.tilesPerImage > 1 ? kSectorBytes - granule : 0;
  int64_t columns = (rows - 1) * plan.pitch + plan.outputWidth;
  plan.leadPixels = 0;
  if (plan.cutBytes)
    plan.leadPixels =
        alignTo(plan.getGap() + plan.cutBytes / problem.outputBytes, 8);
  // Not at the price of a wider instruction than fits.
  if (columns + plan.leadPixels > getMaxColumns(plan) ||
      plan.leadPixels > plan.pitch || !plan.isContiguous)
    plan.leadPixels = plan.cutBytes = 0;
  return columns + plan.leadPixels;
}

/// The same number of tiles as with the most rows that fit, with as few rows as
/// possible; 0 if none fits.
static int64_t chooseTileRows(PatchPlan &plan) {
  int64_t rows = 0;
  while (rows < plan.outputHeight &&
         setTileRows(plan, rows + 1) <= getMaxColumns(plan))
    ++rows;
  if (rows == 0)
    return 0;
  return divideCeil(plan.outputHeight, divideCeil(plan.outputHeight, rows));
}

static bool planTile(PatchPlan &plan, std::optional<PatchTuning> tuning,
                     std::string &why) {
  const PatchProblem &problem = plan.problem;
  plan.outputHeight = problem.getOutputHeight();
  plan.outputWidth = problem.getOutputWidth();
  plan.isContiguous = canTakeRows(plan);
  plan.pitch = plan.isContiguous
                   ? problem.width
                   : plan.outputWidth +
                         (problem.filterWidth - 1) * problem.dilationWidth;
  int64_t rows = tuning             ? tuning->tileRows
                 : plan.isRegrouped ? 1
                                    : chooseTileRows(plan);
  int64_t columns = rows > 0 ? setTileRows(plan, rows) : 0;
  if (rows < 1 || rows > plan.outputHeight || columns > getMaxColumns(plan))
    return refuse(why, "tiles of at most " + Twine(getMaxColumns(plan)) +
                           " columns, found rows of " +
                           Twine(plan.outputWidth));
  // A fragment of 8 columns then crosses at most one row's end.
  if (plan.pitch < 8)
    return refuse(why, "rows of at least 8 pixels, found " + Twine(plan.pitch));
  plan.columnsPerWarpgroup = alignTo(divideCeil(columns, 2), 8);
  plan.patchPixels = plan.leadPixels + plan.patchRows * plan.pitch;
  if (plan.patchPixels > kConvertThreads * kMaxPixelsPerThread)
    return refuse(why, "a patch of at most " +
                           Twine(kConvertThreads * kMaxPixelsPerThread) +
                           " pixels, found " + Twine(plan.patchPixels));
  return true;
}

static void sizeSlots(PatchPlan &plan) {
  const PatchProblem &problem = plan.problem;
  int64_t bytes = problem.getInputBytes();
  // Bulk copies of other rows begin up to 15 bytes early and end 15 bytes late.
  plan.rawChannelBytes = plan.isContiguous
                             ? plan.patchPixels * bytes
                             : alignTo(plan.patchRows * problem.width * bytes,
                                       kBulkAlignmentBytes) +
                                   kBulkAlignmentBytes;
  int64_t converted = plan.patchPixels * kPatchUnitChannels * bytes;
  plan.unitBytes = alignTo(
      std::max(plan.rawChannelBytes * kPatchUnitChannels, converted), 16);
  plan.slotBytes = plan.unitBytes * plan.chunkUnits;
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

/// Where the taps of the units of a slot lie, in bytes.
static llvm::SmallVector<int64_t> getTapBytes(const PatchPlan &plan) {
  llvm::SmallVector<int64_t> bytes;
  for (int64_t unit : llvm::seq<int64_t>(0, plan.chunkUnits))
    for (int64_t tap : llvm::seq<int64_t>(0, plan.getUnitTaps()))
      bytes.push_back(unit * plan.unitBytes +
                      getTapPixel(plan, plan.getUnitTap(tap)) * 16);
  return bytes;
}

/// Two taps of 8 channels of 16-bit elements a step.
static void addPairs(PatchPlan &plan) {
  llvm::SmallVector<int64_t> taps = getTapBytes(plan);
  for (size_t i = 0; i < taps.size(); i += 2) {
    PatchStep step{taps[i], std::nullopt};
    if (i + 1 < taps.size())
      step.secondHalfBytes = taps[i + 1];
    plan.steps.push_back(step);
  }
}

/// One tap a step: both planes of the unit.
static void addTaps(PatchPlan &plan) {
  for (int64_t first : getTapBytes(plan))
    plan.steps.push_back({first, first + plan.patchPixels * 16});
}

static void setSteps(PatchPlan &plan) {
  PatchProducts products = plan.problem.products;
  // The small products first: of the high part with the filter's low part, and
  // of the low part with the filter's high part.
  if (products == PatchProducts::SplitF16 || products == PatchProducts::TF32)
    addTaps(plan);
  if (products != PatchProducts::TF32)
    addPairs(plan);
}

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

namespace {
/// What a plan is made from, beside the problem.
struct Choice {
  int64_t residentBlocks;
  int64_t chunkUnits;
  /// Pixels of a row of a regrouped image; 0: rows are those of the image.
  int64_t rowPixels;
};
} // namespace

/// Rows that the image of a filter of one pixel can be regrouped into, the best
/// first: whole sectors, then long ones.
static llvm::SmallVector<int64_t> listRows(const PatchProblem &problem) {
  llvm::SmallVector<int64_t> rows;
  int64_t pixels = problem.height * problem.width;
  if (problem.getTaps() == 1 && !problem.isPadded())
    for (int64_t row = kMaxColumns; row >= kBankBytes / 4; --row)
      if (pixels % row == 0 &&
          row * problem.getInputBytes() % kBulkAlignmentBytes == 0)
        rows.push_back(row);
  llvm::stable_sort(rows, [&](int64_t a, int64_t b) {
    auto isCut = [&](int64_t row) {
      return row != pixels && row * problem.outputBytes % kSectorBytes != 0;
    };
    return isCut(a) < isCut(b);
  });
  if (rows.empty() && problem.getTaps() == 1 && !problem.isPadded() &&
      pixels <= kMaxColumns && pixels >= 8)
    rows.push_back(pixels);
  if (rows.empty())
    rows.push_back(0);
  return rows;
}

/// Units of a slot, the best first: few slots, without much that is not there.
static llvm::SmallVector<int64_t> listChunkUnits(const PatchProblem &problem) {
  int64_t units = divideCeil(problem.channels, kPatchUnitChannels);
  int64_t maxTaps = problem.products == PatchProducts::SplitF16
                        ? kMaxSplitUnitTaps
                        : kMaxUnitTaps;
  llvm::SmallVector<int64_t> list;
  for (int64_t count : {8, 4, 2})
    if (count * problem.getTaps() <= maxTaps &&
        static_cast<int64_t>(alignTo(units, count)) * 8 <= units * 9)
      list.push_back(count);
  list.push_back(1);
  return list;
}

/// The products that a sum of split products needs to be as accurate as one of
/// multiply-adds: wgmma truncates as it adds each step of large products, and
/// the error of a loop grows with the root of its length. Fitted to errors on a
/// GPU: 1.6 times the loop's for 27 products in 5 steps, 1.0 times for 72.
static int64_t getLeastProducts(const PatchPlan &plan) {
  if (!plan.isSplit() || plan.chunks > 1)
    return 0;
  int64_t steps = divideCeil(plan.chunkUnits * plan.getUnitTaps(), 2);
  return steps * steps * 5 / 4;
}

static std::optional<PatchPlan> makePlan(const PatchProblem &problem,
                                         const Chip &chip, Choice choice,
                                         std::optional<PatchTuning> tuning,
                                         std::string &why) {
  PatchPlan plan;
  plan.problem = problem;
  plan.isRegrouped = choice.rowPixels != 0;
  if (plan.isRegrouped) {
    plan.problem.height = problem.height * problem.width / choice.rowPixels;
    plan.problem.width = choice.rowPixels;
  }
  plan.chunkUnits = choice.chunkUnits;
  plan.chunks = divideCeil(problem.channels, plan.getChunkChannels());
  // Fewer steps, and fewer roundings of their sums.
  plan.pairsTaps = plan.isSplit() && problem.filterWidth > 1 &&
                   problem.channels <= kPatchPairedChannels;
  int64_t products = problem.channels * problem.getTaps();
  if (int64_t least = getLeastProducts(plan); products < least) {
    refuse(why,
           "at least " + Twine(least) +
               " products an output for so many steps in strict mode, found " +
               Twine(products));
    return std::nullopt;
  }
  plan.filterBlocks = divideCeil(problem.filters, kPatchChannels);
  plan.residentBlocks = choice.residentBlocks;
  // A patch that is written several times is kept in registers.
  if (plan.isSplit() && plan.residentBlocks > 1 && plan.chunks > 1)
    return std::nullopt;
  if (!planTile(plan, tuning, why))
    return std::nullopt;
  // What several blocks need for each of them takes the registers of sums.
  if (plan.residentBlocks > 1 &&
      (problem.hasResidual || plan.columnsPerWarpgroup > kMaxResidentColumns))
    return std::nullopt;
  // Rather several blocks of the grid for a tile than idle multiprocessors.
  if (plan.residentBlocks > 1 &&
      kGuessedImages * plan.tilesPerImage * plan.getFilterGroups() <
          2 * chip.referenceSMs)
    return std::nullopt;
  int64_t threads = plan.getWarpsPerUnit() * 32;
  int64_t words = plan.patchPixels / plan.getPixelsPerWord();
  int64_t unitWords = divideCeil(words, threads) * plan.getUnitsPerGroup();
  if (plan.chunkUnits > 1 &&
      unitWords > (plan.isSplit() ? kMaxSplitUnitWordsPerThread
                                  : kMaxUnitWordsPerThread))
    return std::nullopt;
  sizeSlots(plan);
  setSteps(plan);
  sizePatchStaging(plan);
  if (!planPatchBuffers(plan, tuning, chip, why))
    return std::nullopt;
  return plan;
}

std::optional<PatchPlan> convoy::planPatch(const PatchProblem &problem,
                                           const Chip &chip, std::string &why,
                                           std::optional<PatchTuning> tuning) {
  why = findObstacle(problem, chip);
  if (!why.empty())
    return std::nullopt;
  int64_t blocks = divideCeil(problem.filters, kPatchChannels);
  for (int64_t groups = 1; groups <= blocks; ++groups) {
    int64_t resident = divideCeil(blocks, groups);
    int64_t last = groups > 1 ? divideCeil(blocks, groups - 1) : 0;
    if (resident == last)
      continue;
    for (int64_t rowPixels : listRows(problem))
      for (int64_t chunkUnits : listChunkUnits(problem))
        if (auto plan = makePlan(
                problem, chip, {resident, chunkUnits, rowPixels}, tuning, why))
          return plan;
  }
  return std::nullopt;
}
