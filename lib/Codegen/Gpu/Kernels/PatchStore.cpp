//===- PatchStore.cpp - Stores of a patch-resident kernel -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Store warps do nothing but copy staged rows to global memory in bulk: the
// queue of the copy engine pushes back, and what pushes back must not be what
// multiplies. A tile's rows of one channel are one range of the output. Where
// the plan cuts at sectors, a tile leaves the last part of a sector to the tile
// below, which has computed it too.
//
//===----------------------------------------------------------------------===//

#include "PatchKernel.h"

#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kSectorBytes = 32;
static constexpr int64_t kBulkBytes = 16;
static constexpr int64_t kRowsPerBlock = 8;
/// Warps of the two warpgroups stage blocks together, two halves of their rows.
static constexpr int64_t kPairs = 4;
static constexpr int64_t kHalves = 2;

namespace {

/// A block of 8 staged rows.
struct StagedBlock {
  PatchContext &context;
  const PatchTile &tile;
  Value block;
  Value firstChannel;
  /// In the output: of the first row, i64. In shared memory: of the first
  /// row's first pixel.
  Value destination;
  Value source;
  /// Bytes of a tile's row range, and whether tiles lie above and below.
  Value bytes;
  Value isFirst;
  Value isLast;
};

/// One staged row, in bytes from the tile's first pixel.
struct StoredRange {
  Value destination;
  Value source;
  Value begin;
  Value end;
};

} // namespace

static int64_t getPlaneBytes(const PatchPlan &plan) {
  return plan.outputHeight * plan.outputWidth * plan.problem.outputBytes;
}

/// The range of row `row`, a constant or a lane's.
static StoredRange getRange(StagedBlock &staged, Value row) {
  PatchContext &context = staged.context;
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  StoredRange range;
  int64_t stepBytes = plan.channelStep * getPlaneBytes(plan);
  range.destination = b.add(staged.destination, b.mul(b.widen(row), stepBytes));
  range.source = b.add(b.add(staged.source, b.mul(row, plan.stagingPitchBytes)),
                       context.getRowShift(row));
  range.begin = b.i32(0);
  range.end = staged.bytes;
  if (plan.cutBytes == 0)
    return range;
  // Congruent with the destination.
  Value early = b.bitAnd(range.source, kSectorBytes - 1);
  range.begin = b.select(staged.isFirst, b.i32(0), b.sub(b.i32(0), early));
  Value late = b.bitAnd(b.add(range.source, staged.bytes), kSectorBytes - 1);
  range.end = b.sub(staged.bytes, b.select(staged.isLast, b.i32(0), late));
  return range;
}

static Value signExtend(DeviceBuilder &b, Value value) {
  return arith::ExtSIOp::create(b, b.getI64Type(), value);
}

static void storeBulk(StagedBlock &staged, const StoredRange &range,
                      Value begin, Value end) {
  DeviceBuilder &b = staged.context.builder;
  Value target =
      b.globalPointer(staged.context.operands.output,
                      b.add(range.destination, signExtend(b, begin)));
  b.bulkStore(target, b.add(range.source, begin), b.sub(end, begin));
}

/// Runs `store` if the row's channel exists.
static void ifChannel(StagedBlock &staged, Value row,
                      llvm::function_ref<void()> store) {
  DeviceBuilder &b = staged.context.builder;
  const PatchPlan &plan = staged.context.plan;
  if (plan.hasAllChannels())
    return store();
  Value channel = b.add(staged.firstChannel, b.mul(row, plan.channelStep));
  b.ifThen(b.compare(CmpIPredicate::ult, channel, plan.problem.filters), store);
}

/// Copies whole rows: both ends are aligned.
static void storeAligned(StagedBlock &staged) {
  PatchContext &context = staged.context;
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  int64_t stepBytes = plan.channelStep * getPlaneBytes(plan);
  StoredRange first = getRange(staged, b.i32(0));
  b.ifThen(b.elect(), [&] {
    for (int64_t row : llvm::seq<int64_t>(0, kRowsPerBlock))
      ifChannel(staged, b.i32(row), [&] {
        StoredRange range = first;
        if (stepBytes % kSectorBytes != 0) {
          range = getRange(staged, b.i32(row));
        } else {
          // All rows of the block are alike.
          range.destination = b.add(first.destination, row * stepBytes);
          range.source = b.add(first.source, row * plan.stagingPitchBytes);
        }
        storeBulk(staged, range, range.begin, range.end);
      });
  });
}

/// Elements from `begin` to `end`, bytes, by ordinary stores.
static void storeElements(StagedBlock &staged, const StoredRange &range,
                          Value begin, Value end) {
  DeviceBuilder &b = staged.context.builder;
  int64_t bytes = staged.context.plan.problem.outputBytes;
  Type type = b.getIntegerType(bytes * 8);
  Value target = b.add(range.destination, signExtend(b, begin));
  b.forRange(b.i32(0), b.sub(end, begin), bytes, [&](Value offset) {
    Value element =
        b.loadShared(type, b.add(b.add(range.source, begin), offset));
    b.storeGlobal(element, staged.context.operands.output,
                  b.add(target, b.widen(offset)));
  });
}

/// Copies the aligned middle of each row in bulk, the ends by elements.
static void storeLoose(StagedBlock &staged) {
  DeviceBuilder &b = staged.context.builder;
  auto getMiddle = [&](const StoredRange &range) {
    Value begin = b.add(range.source, range.begin);
    Value up = b.bitAnd(b.sub(b.i32(0), begin), kBulkBytes - 1);
    Value end = b.add(range.source, range.end);
    Value down = b.bitAnd(end, kBulkBytes - 1);
    // A range within one unit has no middle.
    Value middle = b.add(range.begin, up);
    Value last = b.sub(range.end, down);
    Value isEmpty = b.compare(CmpIPredicate::sge, middle, last);
    return std::pair<Value, Value>{b.select(isEmpty, range.end, middle),
                                   b.select(isEmpty, range.end, last)};
  };
  b.ifThen(b.compare(CmpIPredicate::ult, staged.context.lane, kRowsPerBlock),
           [&] {
             Value row = staged.context.lane;
             ifChannel(staged, row, [&] {
               StoredRange range = getRange(staged, row);
               auto [begin, end] = getMiddle(range);
               storeElements(staged, range, range.begin, begin);
               storeElements(staged, range, end, range.end);
             });
           });
  b.ifThen(b.elect(), [&] {
    for (int64_t row : llvm::seq<int64_t>(0, kRowsPerBlock))
      ifChannel(staged, b.i32(row), [&] {
        StoredRange range = getRange(staged, b.i32(row));
        auto [begin, end] = getMiddle(range);
        b.ifThen(b.compare(CmpIPredicate::slt, begin, end),
                 [&, begin = begin, end = end] {
                   storeBulk(staged, range, begin, end);
                 });
      });
  });
}

/// Stores a block, in the way that its ends need.
static void storeBlock(StagedBlock &staged) {
  DeviceBuilder &b = staged.context.builder;
  const PatchPlan &plan = staged.context.plan;
  if (!plan.hasLooseEnds())
    return storeAligned(staged);
  if (plan.cutBytes == 0)
    return storeLoose(staged);
  b.ifThenElse(
      b.anyOf(staged.isFirst, staged.isLast), [&] { storeLoose(staged); },
      [&] { storeAligned(staged); });
}

static StagedBlock getStagedBlock(PatchContext &context, const PatchTile &tile,
                                  Value block, Value rowBlock) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  StagedBlock staged{context, tile,    block,   Value(), Value(),
                     Value(), Value(), Value(), Value()};
  staged.firstChannel = context.getChannel(rowBlock, b.i32(0));
  staged.destination = context.getOutputOffset(tile, staged.firstChannel);
  staged.source = b.add(context.getStagingAddress(block),
                        context.getStagingShift(tile, staged.firstChannel));
  int64_t rowBytes = plan.outputWidth * plan.problem.outputBytes;
  Value rows = b.i32(plan.tileRows);
  if (plan.outputHeight % plan.tileRows != 0)
    rows = b.min(
        rows, b.sub(b.i32(plan.outputHeight), b.mul(tile.row, plan.tileRows)));
  staged.bytes = b.mul(rows, rowBytes);
  staged.isFirst = b.compare(CmpIPredicate::eq, tile.row, 0);
  staged.isLast =
      b.compare(CmpIPredicate::eq, tile.row, plan.tilesPerImage - 1);
  return staged;
}

/// Stores the block that pair `pair` of warps stages with half `half` of its
/// rows of tile `index`, or of one of its blocks of filters, when it is staged,
/// and gives back a block: this one, or with groups of stores in flight the one
/// before it, whose barrier is `before`. Returns this one's.
static Value storeStaged(PatchContext &context, const PatchTile &tile,
                         Value index, Value pair, Value half, Value before,
                         int64_t pending) {
  DeviceBuilder &b = context.builder;
  Value use = b.add(b.mul(index, 2), half);
  Value block = context.getStagingBlock(pair, use);
  StagedBlock staged =
      getStagedBlock(context, tile, block, b.add(b.mul(pair, 2), half));
  b.waitBarrier(context.staged(block), context.getStagingParity(use));
  storeBlock(staged);
  b.commitBulkStores();
  b.waitBulkReads(pending);
  b.syncWarp();
  Value release = context.released(block);
  Value leaving = pending ? before : release;
  Value isReady = b.allOf(b.compare(CmpIPredicate::eq, context.lane, 0),
                          b.compare(CmpIPredicate::ne, leaving, 0));
  b.ifThen(isReady, [&] { b.arrive(leaving); });
  return release;
}

/// Each warp stores the blocks of its pairs of warps.
static void storePairs(PatchContext &context, Value warp, Value tiles,
                       int64_t pending) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  b.forCarrying(
      b.i32(0), tiles, 1, b.i32(0), [&](Value index, ValueRange outer) {
        PatchContext inBlock =
            context.forBlock(b.rem(index, plan.residentBlocks));
        PatchTile tile = context.getTile(b.div(index, plan.residentBlocks));
        return b.forCarrying(
            warp, b.i32(kPairs), plan.storeWarps, outer,
            [&](Value pair, ValueRange inner) {
              Value before = inner[0];
              for (int64_t half : llvm::seq<int64_t>(0, kHalves))
                before = storeStaged(inBlock, tile, index, pair, b.i32(half),
                                     before, pending);
              return SmallVector<Value>{before};
            });
      });
}

/// The warps store blocks in turns, as these are staged: first halves first.
static void storeInTurns(PatchContext &context, Value warp, Value tiles,
                         int64_t pending) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  constexpr int64_t kBlocks = kPairs * kHalves;
  b.forCarrying(warp, b.mul(tiles, kBlocks), plan.storeWarps, b.i32(0),
                [&](Value turn, ValueRange before) {
                  Value index = b.div(turn, kBlocks);
                  PatchContext inBlock =
                      context.forBlock(b.rem(index, plan.residentBlocks));
                  PatchTile tile =
                      context.getTile(b.div(index, plan.residentBlocks));
                  Value pair = b.rem(turn, kPairs);
                  Value half = b.rem(b.div(turn, kPairs), kHalves);
                  return SmallVector<Value>{storeStaged(
                      inBlock, tile, index, pair, half, before[0], pending)};
                });
}

void convoy::emitStoreRole(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  Value warp = b.add(context.warp, -kPatchFirstStoreWarp);
  b.ifThen(b.compare(CmpIPredicate::eq, warp, 0), [&] {
    b.ifThen(b.elect(), [&] { initOtherBarriers(context); });
    b.syncWarp();
  });
  syncStart(context);
  // The blocks of 64 channels of all tiles, one after the other.
  Value tiles = b.mul(context.count, plan.residentBlocks);
  // One warp, and three, keep a group of stores in flight and release the block
  // before; two and four release their own block, and wait in turns.
  if (kPairs % plan.storeWarps != 0)
    storeInTurns(context, warp, tiles, /*pending=*/1);
  else
    storePairs(context, warp, tiles, plan.storeWarps == 1 ? 1 : 0);
  // The kernel's end waits for the writes; shared memory must last for the
  // reads.
  b.waitBulkReads(0);
}
