//===- PatchMath.cpp - Products of a patch-resident kernel ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two warpgroups multiply, each for half of the tile's columns and all 64
// channels. Both operands are in shared memory: A the filter's image, B the
// patch, at a different address for each tap. Nothing here waits for memory or
// issues copies: a chain of wgmma blocks its warp.
//
//===----------------------------------------------------------------------===//

#include "PatchMath.h"
#include "PatchFilter.h"
#include "PatchPasses.h"
#include "Wgmma.h"

#include "Convoy/Codegen/Gpu/WgmmaDescriptor.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kFilterStepBytes = 2048;
/// The two halves of K of a filter step.
static constexpr int64_t kFilterHalfBytes = 1024;

/// The descriptor of a step's patch, given the address of its column 0.
static Value getPatchDescriptor(PatchContext &context, const PatchStep &step,
                                Value column, Value columnUnits) {
  DeviceBuilder &b = context.builder;
  int64_t first = step.firstHalfBytes;
  Value start = b.add(columnUnits, first >> kDescriptorUnitShift);
  if (step.secondHalfBytes)
    return b.add(start, getDescriptorLayout(*step.secondHalfBytes - first,
                                            kWgmmaCoreBytes));
  if (context.plan.isSplit())
    // Finite numbers times zero.
    return b.add(start, getDescriptorLayout(0, kWgmmaCoreBytes));
  Value zeros = b.add(context.operands.shared, context.plan.shared.zeros);
  Value distance = b.sub(zeros, b.add(column, first));
  Value field =
      b.shl(getDescriptorAddress(b, distance), kDescriptorLeadingShift);
  return b.add(b.add(start, field), getDescriptorLayout(0, kWgmmaCoreBytes));
}

/// All steps of one slot with chunk `filterChunk` of the filter's image. `sums`
/// may be null: they then begin here.
static Value emitSteps(PatchContext &context, Value slot, Value warpgroup,
                       Value filterChunk, Value sums) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  Value column = b.add(context.getSlotAddress(slot),
                       b.mul(warpgroup, plan.columnsPerWarpgroup * 16));
  Value columnUnits = getDescriptorAddress(b, column);
  // Descriptors are computed for each tile: many of them would take registers.
  Value shared = b.here(context.operands.shared);
  Value filter = b.add(b.add(shared, plan.shared.filter),
                       b.mul(filterChunk, plan.getFilterChunkBytes()));
  Value filterLayout =
      b.add(getDescriptorAddress(b, filter),
            getDescriptorLayout(kFilterHalfBytes, kWgmmaCoreBytes));
  NVVM::WgmmaFenceAlignedOp::create(b);
  bool isFirst = !sums;
  if (isFirst)
    sums = LLVM::UndefOp::create(
        b, getAccumulatorType(b, context.plan.columnsPerWarpgroup));
  for (auto [index, step] : llvm::enumerate(plan.steps)) {
    Value a =
        b.add(filterLayout, index * kFilterStepBytes >> kDescriptorUnitShift);
    Value patch = getPatchDescriptor(context, step, column, columnUnits);
    sums = emitWgmma(b, plan.problem.products, plan.columnsPerWarpgroup, sums,
                     a, patch, isFirst);
    isFirst = false;
  }
  NVVM::WgmmaGroupSyncAlignedOp::create(b);
  NVVM::WgmmaWaitGroupSyncOp::create(b, static_cast<uint64_t>(0));
  return sums;
}

static void releaseSlot(PatchContext &context, Value slot) {
  DeviceBuilder &b = context.builder;
  b.syncWarp();
  b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0),
           [&] { b.arrive(context.empty(slot)); });
}

static Value multiplySums(DeviceBuilder &b, Value sums, Value factor) {
  auto type = cast<LLVM::LLVMStructType>(sums.getType());
  Value scaled = LLVM::UndefOp::create(b, type);
  for (int64_t i : llvm::seq<int64_t>(0, type.getBody().size())) {
    Value sum = LLVM::ExtractValueOp::create(b, sums, i);
    scaled = LLVM::InsertValueOp::create(
        b, scaled, arith::MulFOp::create(b, sum, factor), i);
  }
  return scaled;
}

namespace {

/// What the converting warps say of a slot of split products.
struct SlotScale {
  /// What sums are multiplied by, beside the filter's scale, f32.
  Value factor;
  /// True if f16 parts do not represent the slot.
  Value isBeyond;
  /// Passes besides the first, i32.
  Value extraPasses;
};

/// One slot to multiply by one block of filters.
struct SlotProducts {
  PatchContext &context;
  Value load;
  Value warpgroup;
  /// Of the resident blocks; which chunk of channels.
  Value block;
  Value chunk;
  /// How often slots have been written again so far.
  Value rewritesBefore;

  /// Waits for the slot, adds its products to `sums` (null: they begin here),
  /// hands it back after the last block. Sets `scale` where products are split.
  Value emit(Value sums, SlotScale &scale);

private:
  Value getSlot() { return context.getSlot(load); }
  SlotScale loadScale();
  /// Waits for pass `pass` of the slot, which is written when the one before is
  /// done with.
  void waitForPass(const SlotScale &scale, Value pass);
  Value emitSteps(Value sums);
  /// The passes of a slot after the first: the same slot again with other
  /// elements of the patch, at a larger scale.
  Value emitExtraPasses(Value sums, const SlotScale &scale);
};

} // namespace

/// From the scale of the class of pass `pass - 1` to that of pass `pass`.
static Value getPassRatio(DeviceBuilder &b, const SlotScale &scale,
                          Value pass) {
  Value exponent =
      b.add(b.shr(b.bitcast(b.getI32Type(), scale.factor), 23), 14);
  Value classIndex = b.sub(scale.extraPasses, pass);
  Value top = b.sub(exponent, b.mul(classIndex, kPassExponents));
  Value topBefore = b.maxSigned(b.add(top, -kPassExponents), kLeastExponent);
  Value field = b.add(b.sub(topBefore, top), 127);
  return b.bitcast(b.getF32Type(), b.shl(field, 23));
}

SlotScale SlotProducts::loadScale() {
  DeviceBuilder &b = context.builder;
  Value words = context.getSlotScale(getSlot());
  SlotScale scale;
  scale.factor = b.loadShared(b.getF32Type(), words);
  Value passes = b.loadShared(b.getI32Type(), words, 4);
  scale.isBeyond = b.compare(CmpIPredicate::eq, passes, kPatchBeyondSplit);
  scale.extraPasses = b.maxSigned(passes, 0);
  return scale;
}

void SlotProducts::waitForPass(const SlotScale &scale, Value pass) {
  DeviceBuilder &b = context.builder;
  b.syncWarp();
  b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0),
           [&] { b.arrive(context.passDone()); });
  Value passes = b.add(scale.extraPasses, 1);
  Value index = b.add(b.mul(block, passes), pass);
  Value use = b.add(b.add(rewritesBefore, index), -1);
  b.waitBarrier(context.passReady(), b.bitAnd(use, 1));
}

Value SlotProducts::emitSteps(Value sums) {
  DeviceBuilder &b = context.builder;
  Value filterChunk = b.add(b.mul(block, context.plan.chunks), chunk);
  return ::emitSteps(context, getSlot(), warpgroup, filterChunk, sums);
}

Value SlotProducts::emitExtraPasses(Value sums, const SlotScale &scale) {
  DeviceBuilder &b = context.builder;
  return b.forCarrying(b.i32(1), b.add(scale.extraPasses, 1), 1, sums,
                       [&](Value pass, ValueRange carried) {
                         waitForPass(scale, pass);
                         Value scaled = multiplySums(
                             b, carried[0], getPassRatio(b, scale, pass));
                         return SmallVector<Value>{emitSteps(scaled)};
                       })[0];
}

Value SlotProducts::emit(Value sums, SlotScale &scale) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  b.waitBarrier(context.converted(getSlot()), context.getSlotParity(load));
  if (plan.isSplit()) {
    scale = loadScale();
    // What the block before has left in the slot is its last pass.
    if (plan.residentBlocks > 1)
      b.ifThen(b.allOf(b.compare(CmpIPredicate::ne, block, 0),
                       b.compare(CmpIPredicate::ne, scale.extraPasses, 0)),
               [&] { waitForPass(scale, b.i32(0)); });
  }
  sums = emitSteps(sums);
  if (plan.isSplit())
    sums = emitExtraPasses(sums, scale);
  if (plan.residentBlocks == 1) {
    releaseSlot(context, getSlot());
    return sums;
  }
  b.ifThen(b.compare(CmpIPredicate::eq, block, plan.residentBlocks - 1),
           [&] { releaseSlot(context, getSlot()); });
  return sums;
}

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

/// After the packing.
static void finishFilter(PatchContext &context) {
  emitFilterZeros(context);
  context.builder.fenceAsyncShared();
  syncFilter(context);
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
  FilterPacking packing(context, block);
  SmallVector<PatchRow> rows = {getRow(context, 0), getRow(context, 1)};
  packing.pack();
  finishFilter(context);
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
  b.forRange(blocks, [&](Value block) {
    FilterPacking(context.forBlock(block), block).pack();
  });
  finishFilter(context);
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
  if (context.plan.residentBlocks == 1)
    emitMathOfOneBlock(context, warpgroup);
  else
    emitMathOfBlocks(context, warpgroup);
}
