//===- StreamTilings.cpp - Tiles of a filter-streaming kernel -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which shapes of tiles are worth comparing. What a plan costs is not decided
// here.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/StreamPlan.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <set>
#include <tuple>

using namespace mlir;
using namespace mlir::convoy;
using llvm::alignTo;
using llvm::divideCeil;

/// Shapes tried beyond the largest that fits: smaller tiles fill a chip that a
/// few large ones do not.
static constexpr int64_t kMaxSplits = 8;
static constexpr int64_t kMaxTileImages = 8;
/// Of a tile: with more, what is stored between products hardly counts.
static constexpr int64_t kMaxTurnSlots = 1;
/// Parts of a row begin where vectors do.
static constexpr int64_t kColumnGranule = 8;

namespace {

class Tilings {
public:
  Tilings(const StreamProblem &problem, const Chip &chip, int64_t images,
          std::string &why)
      : problem(problem), chip(chip), images(images), why(why) {}

  llvm::SmallVector<StreamPlan, 0> list();

private:
  /// Adds the plan of this tile if it exists and is new, and those in which
  /// clusters share its channels.
  bool add(int64_t tileImages, int64_t rows, int64_t columns);
  void addParts(const StreamTile &tile, int64_t tiles);
  void addImages();
  void addRows(int64_t columns);
  void addColumns();

  const StreamProblem &problem;
  const Chip &chip;
  int64_t images;
  std::string &why;
  int64_t height = 0;
  int64_t width = 0;
  /// How the warpgroups share what they multiply.
  int64_t blocks = 1;
  bool takesTurns = false;
  std::set<std::tuple<int64_t, int64_t, int64_t, int64_t, bool>> tried;
  llvm::SmallVector<StreamPlan, 0> plans;
};

} // namespace

bool Tilings::add(int64_t tileImages, int64_t rows, int64_t columns) {
  if (!tried.insert({tileImages, rows, columns, blocks, takesTurns}).second)
    return true;
  StreamTile tile{tileImages,         rows,      columns, blocks,
                  /*channelParts=*/1, takesTurns};
  std::optional<StreamPlan> plan = planStreamTile(problem, chip, why, tile);
  if (!plan)
    return false;
  // Small tiles need their filter as often as large ones.
  if (takesTurns && !plan->residentFilter)
    return true;
  int64_t tiles = plan->getTiles(images);
  plans.push_back(std::move(*plan));
  if (!takesTurns)
    addParts(tile, tiles);
  return true;
}

/// Where `tiles` tiles leave multiprocessors without work.
void Tilings::addParts(const StreamTile &tile, int64_t tiles) {
  std::string unused;
  for (int64_t parts = 2;
       parts <= kStreamMaxChannelParts && tiles * parts / 2 < chip.referenceSMs;
       parts *= 2) {
    StreamTile shared = tile;
    shared.channelParts = parts;
    if (auto plan = planStreamTile(problem, chip, unused, shared))
      plans.push_back(std::move(*plan));
  }
}

/// Tiles of several whole images.
void Tilings::addImages() {
  for (int64_t count = 2; count <= std::min(images, kMaxTileImages); ++count)
    if (!add(count, height, width))
      return;
}

/// Tiles of `columns` columns, in as few parts of an image as fit and somewhat
/// more.
void Tilings::addRows(int64_t columns) {
  int64_t found = 0, last = 0;
  for (int64_t parts = 1; parts <= height && found < kMaxSplits; ++parts) {
    int64_t rows = divideCeil(height, parts);
    if (rows != last && add(1, rows, columns))
      ++found;
    last = rows;
  }
}

/// Tiles of parts of rows, likewise.
void Tilings::addColumns() {
  int64_t found = 0, last = 0;
  for (int64_t parts = 1; parts <= width && found < kMaxSplits; ++parts) {
    int64_t columns = divideCeil(width, parts);
    if (parts > 1)
      columns = std::min<int64_t>(alignTo(columns, kColumnGranule), width);
    size_t before = plans.size();
    if (columns != last)
      addRows(columns);
    if (plans.size() != before)
      ++found;
    last = columns;
  }
}

llvm::SmallVector<StreamPlan, 0> Tilings::list() {
  // A plan of one pixel says what is refused whatever the tile, and how the
  // problem is seen.
  std::optional<StreamPlan> least =
      planStreamTile(problem, chip, why, {1, 1, 1, 1});
  if (!least)
    return {};
  height = least->outputHeight;
  width = least->outputWidth;
  bool canPair = least->image.getBlocks() > 1;
  for (blocks = 1; blocks <= (canPair ? 2 : 1); ++blocks) {
    addImages();
    addColumns();
  }
  // Outputs of 16 bits take little to store.
  if (least->slotsPerTile <= kMaxTurnSlots && !least->storesVectors()) {
    blocks = 1;
    takesTurns = true;
    addImages();
    addColumns();
  }
  return std::move(plans);
}

llvm::SmallVector<StreamPlan, 0>
convoy::listStreamPlans(const StreamProblem &problem, const Chip &chip,
                        int64_t images, std::string &why) {
  return Tilings(problem, chip, images, why).list();
}
