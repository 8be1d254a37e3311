//===- PatchMath.cpp - Products of a patch-resident kernel ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two warpgroups multiply, each for half of the tile's columns and all 64
// channels (PatchSlot.cpp). Nothing here waits for memory or issues copies: a
// chain of wgmma blocks its warp.
//
//===----------------------------------------------------------------------===//

#include "PatchMath.h"
#include "PatchFilter.h"
#include "PatchPasses.h"
#include "PatchSlot.h"
#include "Wgmma.h"

#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

/// What a thread knows of its two rows of accumulators.
static PatchRow getRow(PatchContext &context, int64_t half) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  Value pair = b.bitAnd(context.warp, 3);
  PatchRow row;
  row.half = half;
  row.block = b.add(b.mul(pair, 2), half);
  row.row = b.shr(context.lane, 2);
  row.channel = context.getChannel(row.block, row.row);
  if (!plan.hasAllChannels())
    row.channel = b.min(row.channel, b.i32(plan.problem.filters - 1));
  row.values = context.epilogue.loadChannel(b, row.channel);
  return row;
}

static void loadFilterScale(PatchContext &context, Value block, PatchRow &row) {
  DeviceBuilder &b = context.builder;
  Value index =
      b.add(b.mul(block, kPatchChannels), b.add(b.mul(row.block, 8), row.row));
  Value address =
      b.add(b.add(context.operands.shared, context.plan.shared.filterScales),
            b.mul(index, 4));
  row.filterScale = b.loadShared(b.getF32Type(), address);
}

/// What the sums of a slot are multiplied by in each row.
static PatchTileScale getTileScale(DeviceBuilder &b, const SlotScale &slot,
                                   ArrayRef<PatchRow> rows) {
  PatchTileScale scale;
  for (const PatchRow &row : rows) {
    Value factor = arith::MulFOp::create(b, slot.factor, row.filterScale);
    // Powers of two: the product is exact unless it leaves f32's range. A NaN
    // marks a row of the filter that is not represented.
    constexpr int64_t kInfinity = 0x7f800000;
    Value bits = b.bitcast(b.getI32Type(), factor);
    Value isUsable =
        b.compare(CmpIPredicate::ult, b.add(bits, -1), kInfinity - 1);
    scale.factors[row.half] = factor;
    scale.isBeyond[row.half] = b.anyOf(slot.isBeyond, b.bitXor(isUsable, 1));
  }
  return scale;
}

/// `totals` + `sums`, each row's multiplied by its factor.
static Value addScaled(DeviceBuilder &b, Value totals, Value sums,
                       const PatchTileScale &scale) {
  auto type = cast<LLVM::LLVMStructType>(sums.getType());
  Value result = LLVM::UndefOp::create(b, type);
  for (int64_t i : llvm::seq<int64_t>(0, type.getBody().size())) {
    Value sum = LLVM::ExtractValueOp::create(b, sums, i);
    Value total = LLVM::ExtractValueOp::create(b, totals, i);
    // Two columns of each half, in turns.
    Value factor = scale.factors[i / 2 % 2];
    Value next = LLVM::FMAOp::create(b, sum, factor, total);
    result = LLVM::InsertValueOp::create(b, result, next, i);
  }
  return result;
}

namespace {

/// One tile multiplied by one block of filters.
struct TileProducts {
  PatchContext &context;
  /// Of this block's tiles; of the resident blocks of filters.
  Value index;
  Value block;
  Value warpgroup;
  ArrayRef<PatchRow> rows;
  Value rewritesBefore;

  Value sums;
  PatchTileScale scale;
  /// How often the tile's slots have been written again, for all blocks.
  Value rewrites;

  /// Sets what is not given.
  void emit();

private:
  SlotProducts getSlot(Value chunk, Value rewrites) {
    DeviceBuilder &b = context.builder;
    Value load = b.add(b.mul(index, context.plan.chunks), chunk);
    return {context, load, warpgroup, block, chunk, rewrites};
  }
  void emitOneChunk();
  void emitChunks();
  /// Split products: each chunk has its scale.
  void emitScaledChunks();
};

} // namespace

void TileProducts::emitOneChunk() {
  DeviceBuilder &b = context.builder;
  SlotScale slot;
  sums = getSlot(b.i32(0), rewritesBefore).emit(Value(), slot);
  if (!context.plan.isSplit())
    return;
  scale = getTileScale(b, slot, rows);
  rewrites = getRewrites(context, slot.extraPasses);
}

void TileProducts::emitChunks() {
  DeviceBuilder &b = context.builder;
  Value zero = LLVM::ZeroOp::create(
      b, getAccumulatorType(b, context.plan.columnsPerWarpgroup));
  sums =
      b.forCarrying(b.i32(0), b.i32(context.plan.chunks), 1, zero,
                    [&](Value chunk, ValueRange carried) {
                      SlotScale slot;
                      Value next =
                          getSlot(chunk, rewritesBefore).emit(carried[0], slot);
                      return SmallVector<Value>{next};
                    })[0];
}

void TileProducts::emitScaledChunks() {
  DeviceBuilder &b = context.builder;
  Value zero = LLVM::ZeroOp::create(
      b, getAccumulatorType(b, context.plan.columnsPerWarpgroup));
  Value no = arith::ConstantOp::create(b, b.getBoolAttr(false));
  SmallVector<Value> results = b.forCarrying(
      b.i32(0), b.i32(context.plan.chunks), 1, {zero, no, no, b.i32(0)},
      [&](Value chunk, ValueRange carried) {
        SlotScale slot;
        Value before = b.add(rewritesBefore, carried[3]);
        Value ofSlot = getSlot(chunk, before).emit(Value(), slot);
        PatchTileScale slotScale = getTileScale(b, slot, rows);
        return SmallVector<Value>{
            addScaled(b, carried[0], ofSlot, slotScale),
            b.anyOf(carried[1], slotScale.isBeyond[0]),
            b.anyOf(carried[2], slotScale.isBeyond[1]),
            b.add(carried[3], getRewrites(context, slot.extraPasses))};
      });
  sums = results[0];
  scale.isBeyond[0] = results[1];
  scale.isBeyond[1] = results[2];
  rewrites = results[3];
}

void TileProducts::emit() {
  rewrites = context.builder.i32(0);
  if (context.plan.chunks == 1)
    emitOneChunk();
  else if (context.plan.isSplit())
    emitScaledChunks();
  else
    emitChunks();
}

//===----------------------------------------------------------------------===//
// Role
//===----------------------------------------------------------------------===//

/// Before the packing: waits for a copy of the filter or of its image.
static void awaitFilter(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  if (context.getFilterSource() == PatchFilterSource::Loads)
    return;
  syncFilter(context);
  b.waitBarrier(context.filterCopied(), b.i32(0));
}

/// After the packing.
static void finishFilter(PatchContext &context) {
  emitFilterZeros(context);
  context.builder.fenceAsyncShared();
  if (context.getFilterSource() == PatchFilterSource::Loads)
    syncFilter(context);
  else
    syncMath(context);
}

/// One tile by one block of filters, from the slot to the staging; returns how
/// often slots have been written again.
static Value emitTile(PatchContext &context, Value index, Value block,
                      Value warpgroup, ArrayRef<PatchRow> rows,
                      Value rewritesBefore) {
  DeviceBuilder &b = context.builder;
  TileProducts products{context,        index,   block, warpgroup, rows,
                        rewritesBefore, Value(), {},    Value()};
  products.emit();
  Value use = b.add(b.mul(index, context.plan.residentBlocks), block);
  PatchTile tile = context.getTile(index);
  for (const PatchRow &row : rows)
    emitStageRow(context, tile, use, row, products.sums, products.scale);
  return b.add(rewritesBefore, products.rewrites);
}

/// The role with one block of filters: all that is known of rows is kept.
static void emitMathOfOneBlock(PatchContext &context, Value warpgroup) {
  DeviceBuilder &b = context.builder;
  Value block = b.i32(0);
  // The loads of the rows' values join those of the filter.
  std::optional<FilterPacking> packing;
  if (context.getFilterSource() != PatchFilterSource::Image)
    packing.emplace(context, block);
  SmallVector<PatchRow> rows = {getRow(context, 0), getRow(context, 1)};
  awaitFilter(context);
  if (packing) {
    packing->pack();
    finishFilter(context);
  }
  if (context.plan.isSplit())
    for (PatchRow &row : rows)
      loadFilterScale(context, block, row);
  b.forCarrying(b.i32(0), context.count, 1, b.i32(0),
                [&](Value index, ValueRange rewrites) {
                  return SmallVector<Value>{emitTile(
                      context, index, block, warpgroup, rows, rewrites[0])};
                });
}

/// The role with several: what is known of rows is loaded for each tile.
static void emitMathOfBlocks(PatchContext &context, Value warpgroup) {
  DeviceBuilder &b = context.builder;
  Value blocks = b.i32(context.plan.residentBlocks);
  awaitFilter(context);
  if (context.getFilterSource() != PatchFilterSource::Image) {
    b.forRange(blocks, [&](Value block) {
      FilterPacking(context.forBlock(block), block).pack();
    });
    finishFilter(context);
  }
  auto emitBlock = [&](Value index, Value block, Value rewrites) {
    PatchContext inBlock = context.forBlock(block);
    // Computed here: before the loops it would take registers.
    Value thread = b.threadHere();
    inBlock.lane = b.bitAnd(thread, 31);
    inBlock.warp = b.shr(thread, 5);
    SmallVector<PatchRow> rows = {getRow(inBlock, 0), getRow(inBlock, 1)};
    if (context.plan.isSplit())
      for (PatchRow &row : rows)
        loadFilterScale(context, block, row);
    return emitTile(inBlock, index, block, warpgroup, rows, rewrites);
  };
  b.forCarrying(
      b.i32(0), context.count, 1, b.i32(0),
      [&](Value index, ValueRange before) {
        // Each block counts the tile's anew.
        return b.forCarrying(
            b.i32(0), blocks, 1, before, [&](Value block, ValueRange) {
              return SmallVector<Value>{emitBlock(index, block, before[0])};
            });
      });
}

void convoy::emitMathRole(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  Value warpgroup = b.shr(context.warp, 2);
  emitPatchZeros(context);
  if (context.plan.residentBlocks == 1)
    emitMathOfOneBlock(context, warpgroup);
  else
    emitMathOfBlocks(context, warpgroup);
}
