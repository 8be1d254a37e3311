//===- StreamVectorStore.cpp - Vector stores of a streaming kernel --------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Outputs of 16 bits: the epilogue computes on the sums where they are, in the
// registers of wgmma's fragments, and only finished outputs go through shared
// memory, 8 rows at a time, without the columns that are no pixels. So a row of
// a tile lies there as it lies in global memory, and goes there in vectors as
// long as all rows allow.
//
//===----------------------------------------------------------------------===//

#include "StreamVectorStore.h"
#include "StreamPixels.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

#include <array>

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kHalfRows = 8;
/// Lanes of a row of a fragment, with two neighbouring columns of 8 each.
static constexpr int64_t kQuadLanes = 4;
static constexpr int64_t kVectorBytes = 16;
/// Rows in straight-line code, where all warps have all or none of them.
static constexpr int64_t kUnrolledRows = 4;
/// Groups of 8 columns of a basic block, where each sum has a long epilogue.
static constexpr int64_t kBlockGroups = 4;
/// Of a group, of a thread and one of its rows.
static constexpr int64_t kGroupSums = 2;
static constexpr int64_t kRows = 2;

namespace {

/// Where the columns 2 * quad + `second` of a group of 8 are staged, in
/// elements, for each quad.
using QuadPlaces = std::array<int64_t, kQuadLanes>;

class VectorStore : StreamPixels {
public:
  VectorStore(StreamContext &context, const StreamTilePlace &tile,
              const StreamRows &rows, const StreamSums &sums)
      : StreamPixels(context, tile, rows, 0, context.plan.columnsPerWarpgroup),
        sums(sums), bytes(plan.problem.outputBytes) {}

  void emit();

private:
  int64_t getVector() const;
  QuadPlaces getPlaces(int64_t warpgroup, int64_t group, int64_t second) const;
  bool isPaired(int64_t group) const;
  Value selectByQuad(const QuadPlaces &places);
  Value getPlace(int64_t group, int64_t second);
  /// Number `index` of the thread's sums in rows `8 * half` on.
  Value getSum(int64_t half, int64_t index) {
    return LLVM::ExtractValueOp::create(b, sums.sums,
                                        4 * (index / 2) + 2 * half + index % 2);
  }
  SmallVector<Value> finishInLoop(int64_t half, ValueRange values);
  void stage(int64_t half);
  void store(int64_t half, ArrayRef<LanePixel> pixels, int64_t vector);

  const StreamSums &sums;
  int64_t bytes;
  Value staging;
  Value quad;
};

} // namespace

/// Neighbouring outputs that all rows can store at once.
int64_t VectorStore::getVector() const {
  bool hasWholeRows = plan.tileColumns == plan.outputWidth;
  int64_t distance = hasWholeRows ? plan.tileRows * plan.outputWidth
                                  : plan.outputWidth | plan.tileColumns;
  if (hasWholeRows && plan.rowTiles == 1)
    distance = 0;
  PixelRange first = getPixels(0), second = getPixels(1);
  int64_t all = distance | (plan.outputHeight * plan.outputWidth) |
                first.first | first.end | second.first | second.end |
                context.operands.alignedElements;
  int64_t vector = kVectorBytes / bytes;
  while (all % vector != 0)
    vector /= 2;
  return vector;
}

QuadPlaces VectorStore::getPlaces(int64_t warpgroup, int64_t group,
                                  int64_t second) const {
  int64_t origin =
      plan.getColumnShares() > 1 ? warpgroup * plan.columnsPerWarpgroup : 0;
  int64_t perImage = plan.tileRows * plan.tileColumns;
  QuadPlaces places;
  for (int64_t i : llvm::seq<int64_t>(0, kQuadLanes)) {
    int64_t column = origin + 8 * group + 2 * i + second;
    int64_t inImage = column % plan.imagePixels;
    int64_t row = inImage / plan.pitch, inRow = inImage % plan.pitch;
    int64_t pixel =
        column / plan.imagePixels * perImage + row * plan.tileColumns + inRow;
    bool exists = inRow < plan.tileColumns && row < plan.tileRows &&
                  column / plan.imagePixels < plan.tileImages;
    // What is no pixel goes behind them all.
    places[i] = exists ? pixel - getPixels(warpgroup).first
                       : plan.getStagedPixels() + second;
  }
  return places;
}

/// True if both columns of each lane can be staged at once.
bool VectorStore::isPaired(int64_t group) const {
  for (int64_t warpgroup : {0, 1}) {
    QuadPlaces first = getPlaces(warpgroup, group, 0);
    QuadPlaces second = getPlaces(warpgroup, group, 1);
    for (int64_t i : llvm::seq<int64_t>(0, kQuadLanes))
      if (first[i] % 2 != 0 || second[i] != first[i] + 1)
        return false;
  }
  return true;
}

Value VectorStore::selectByQuad(const QuadPlaces &places) {
  bool isLinear = true;
  for (int64_t i : llvm::seq<int64_t>(1, kQuadLanes))
    isLinear &= places[i] == places[0] + 2 * i;
  if (isLinear)
    return b.add(b.mul(quad, 2 * bytes), places[0] * bytes);
  Value place = b.i32(places[0] * bytes);
  for (int64_t i : llvm::seq<int64_t>(1, kQuadLanes))
    if (places[i] != places[0])
      place = b.select(b.compare(CmpIPredicate::eq, quad, i),
                       b.i32(places[i] * bytes), place);
  return place;
}

/// In the row's staging memory, bytes.
Value VectorStore::getPlace(int64_t group, int64_t second) {
  QuadPlaces mine = getPlaces(0, group, second);
  QuadPlaces other = getPlaces(1, group, second);
  if (mine == other)
    return selectByQuad(mine);
  return b.select(b.compare(CmpIPredicate::eq, warpgroup, 0),
                  selectByQuad(mine), selectByQuad(other));
}

/// Computes the outputs of all groups, those of some at a time where there is
/// no room for the code of all; else none.
SmallVector<Value> VectorStore::finishInLoop(int64_t half, ValueRange values) {
  const StreamEpilogue &epilogue = context.epilogue;
  int64_t groups = plan.columnsPerWarpgroup / 8;
  if (fitsCode(kRows * kGroupSums * groups, epilogue.instructions))
    return {};
  int64_t step = chooseTurn(groups, kBlockGroups, kRows * kGroupSums,
                            epilogue.instructions);
  SmallVector<Value> own;
  for (int64_t i : llvm::seq(kGroupSums * groups))
    own.push_back(getSum(half, i));
  auto apply = [&](Value, ValueRange group) {
    return llvm::map_to_vector(group, [&](Value sum) {
      return makeWord(b, epilogue.apply(b, sum, values, Value()));
    });
  };
  SmallVector<Value> outputs;
  for (Value word : forGroups(b, own, kGroupSums * step, apply))
    outputs.push_back(takeFromWord(b, word, epilogue.outputType));
  return outputs;
}

/// The outputs of rows `8 * half` on.
void VectorStore::stage(int64_t half) {
  Value row = b.shr(context.lane, 2);
  Value address = b.add(staging, b.mul(row, plan.stagedRowBytes));
  SmallVector<Value> values;
  for (Value value : rows.values)
    values.push_back(shuffle(value, b.add(row, kHalfRows * half)));
  SmallVector<Value> outputs = finishInLoop(half, values);
  auto stageGroup = [&](int64_t group) {
    SmallVector<Value> pair;
    for (int64_t i : llvm::seq(kGroupSums * group, kGroupSums * (group + 1)))
      pair.push_back(outputs.empty()
                         ? context.epilogue.apply(b, getSum(half, i), values,
                                                  /*residual=*/Value())
                         : outputs[i]);
    if (isPaired(group)) {
      b.storeShared(b.makeVector(pair), b.add(address, getPlace(group, 0)));
      return;
    }
    for (int64_t i : llvm::seq<int64_t>(0, 2))
      b.storeShared(pair[i], b.add(address, getPlace(group, i)));
  };
  int64_t groups = plan.columnsPerWarpgroup / 8;
  for (int64_t first = 0; first < groups; first += kBlockGroups) {
    auto stageGroups = [&] {
      for (int64_t i = first; i < std::min(first + kBlockGroups, groups); ++i)
        stageGroup(i);
    };
    // Basic blocks of their own: the grid is never empty.
    if (context.epilogue.isLong() && outputs.empty())
      b.ifThen(b.compare(CmpIPredicate::ne, b.here(context.grid), 0),
               stageGroups);
    else
      stageGroups();
  }
}

void VectorStore::store(int64_t half, ArrayRef<LanePixel> pixels,
                        int64_t vector) {
  auto type = VectorType::get({vector}, context.epilogue.outputType);
  int64_t planeBytes = plan.outputHeight * plan.outputWidth * bytes;
  auto storeRow = [&](Value row) {
    Value staged = b.add(staging, b.mul(row, plan.stagedRowBytes));
    Value inPlane = b.mul(b.add(row, kHalfRows * half), planeBytes);
    for (const LanePixel &pixel : pixels) {
      auto storeVector = [&] {
        Value outputs =
            b.loadShared(type, b.add(staged, b.mul(pixel.index, bytes)));
        b.storeGlobal(outputs, context.operands.output,
                      b.add(pixel.output, b.widen(inPlane)));
      };
      if (pixel.exists)
        b.ifThen(pixel.exists, storeVector);
      else
        storeVector();
    }
  };
  Value count = b.min(b.maxSigned(b.add(rows.count, -kHalfRows * half), 0),
                      b.i32(kHalfRows));
  int64_t step = plan.problem.filters % kUnrolledRows == 0 ? kUnrolledRows : 1;
  b.forRange(b.i32(0), count, step, [&](Value row) {
    for (int64_t i : llvm::seq<int64_t>(0, step))
      storeRow(b.add(row, i));
  });
}

void VectorStore::emit() {
  staging = getStaging();
  quad = b.bitAnd(b.here(context.lane), kQuadLanes - 1);
  int64_t vector = getVector();
  SmallVector<LanePixel> pixels = getLanePixels(vector);
  for (int64_t half : llvm::seq<int64_t>(0, 2)) {
    stage(half);
    b.syncWarp();
    store(half, pixels, vector);
    // What comes next is staged in the same place.
    b.syncWarp();
  }
}

void convoy::emitStreamVectorStore(StreamContext &context,
                                   const StreamTilePlace &tile,
                                   const StreamRows &rows,
                                   const StreamSums &sums) {
  VectorStore(context, tile, rows, sums).emit();
}
