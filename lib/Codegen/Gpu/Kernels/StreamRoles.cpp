//===- StreamRoles.cpp - Roles of a filter-streaming kernel ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The frame of the kernel: barriers, the split into roles, where slots, filter
// stages and tiles are, and the thread that copies the filter.
//
//===----------------------------------------------------------------------===//

#include "KernelArithmetic.h"
#include "KernelBarriers.h"
#include "StreamExchange.h"

#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kScaleBytes = 8;
static constexpr int64_t kThreadStoreBytes = 16;

//===----------------------------------------------------------------------===//
// Tiles, slots, stages
//===----------------------------------------------------------------------===//

StreamTilePlace StreamContext::getTile(Value index) const {
  DeviceBuilder &b = builder;
  Value tile = b.add(cluster, b.mul(index, clusters));
  auto [pixels, channels] = divide(b, tile, plan.channelTiles);
  auto [rows, columnTile] = divide(b, pixels, plan.columnTiles);
  auto [images, rowTile] = divide(b, rows, plan.rowTiles);
  auto [group, blocks] = divide(b, channels, plan.channelTiles / plan.groups);
  return {index,
          group,
          b.mul(blocks, plan.tileBlocks),
          b.mul(images, plan.tileImages),
          b.mul(rowTile, plan.tileRows),
          b.mul(columnTile, plan.tileColumns)};
}

Value StreamContext::getSlot(Value use) const {
  return builder.rem(use, plan.slots);
}

Value StreamContext::getSlotParity(Value use) const {
  return builder.bitAnd(builder.div(use, plan.slots), 1);
}

Value StreamContext::getSlotAddress(Value slot) const {
  return builder.add(builder.add(operands.shared, plan.shared.slots),
                     builder.mul(slot, plan.slotBytes));
}

Value StreamContext::getSlotScale(Value slot) const {
  return builder.add(builder.add(operands.shared, plan.shared.slotScales),
                     builder.mul(slot, kScaleBytes));
}

static Value getBarrier(const StreamContext &context, int64_t first,
                        Value index) {
  return getMbarrier(context.builder, context.operands.shared,
                     context.plan.shared.barriers, first, index);
}

Value StreamContext::slotFull(Value slot) const {
  return getBarrier(*this, 0, slot);
}

Value StreamContext::slotEmpty(Value slot) const {
  return getBarrier(*this, plan.slots, slot);
}

Value StreamContext::getStage(Value use, Value block) const {
  Value inBlock = builder.rem(use, plan.filterStages);
  if (plan.tileBlocks == 1)
    return inBlock;
  return builder.add(inBlock, builder.mul(block, plan.filterStages));
}

Value StreamContext::getStageParity(Value use) const {
  // Filled once.
  if (plan.residentFilter)
    return builder.i32(0);
  return builder.bitAnd(builder.div(use, plan.filterStages), 1);
}

Value StreamContext::getStageAddress(Value stage) const {
  return builder.add(builder.add(operands.shared, plan.shared.filter),
                     builder.mul(stage, plan.getStageBytes()));
}

Value StreamContext::stageFull(Value stage) const {
  return getBarrier(*this, 2 * plan.slots, stage);
}

Value StreamContext::stageEmpty(Value stage) const {
  return getBarrier(*this, 2 * plan.slots + plan.getNumStages(), stage);
}

Value StreamContext::passReady() const {
  return getBarrier(*this, 2 * plan.slots + 2 * plan.getNumStages(),
                    builder.i32(0));
}

Value StreamContext::passDone() const {
  return getBarrier(*this, 2 * plan.slots + 2 * plan.getNumStages(),
                    builder.i32(1));
}

Value StreamContext::exchangeBarrier(Value index) const {
  return getBarrier(*this, 2 * plan.slots + 2 * plan.getNumStages() + 2, index);
}

Value StreamContext::turnBarrier(Value warpgroup) const {
  // There are no exchanges then.
  return exchangeBarrier(warpgroup);
}

std::pair<Value, Value> StreamContext::getPart(Value slot) const {
  if (plan.getFilterParts() == 1)
    return {builder.i32(0), slot};
  return {builder.div(slot, plan.slotsPerPart),
          builder.rem(slot, plan.slotsPerPart)};
}

Value StreamContext::getFirstSlot() const {
  return rank ? builder.mul(rank, plan.slotsPerPart) : builder.i32(0);
}

void StreamContext::arriveForWarp(Value barrier) const {
  builder.syncWarp();
  builder.ifThen(builder.compare(CmpIPredicate::eq, lane, 0),
                 [&] { builder.arrive(barrier); });
}

//===----------------------------------------------------------------------===//
// Filter
//===----------------------------------------------------------------------===//

/// Copies the stages of one slot for block `inTile` of its tile.
static void copyStages(StreamContext &context, Value slotUse, int64_t inTile) {
  DeviceBuilder &b = context.builder;
  const StreamPlan &plan = context.plan;
  StreamTilePlace tile = context.getTile(b.div(slotUse, plan.slotsPerTile));
  Value block = b.add(tile.block, inTile);
  // The last one again instead of one that does not exist: nobody stores it.
  if (plan.image.getBlocks() % plan.tileBlocks != 0)
    block = b.min(block, b.i32(plan.image.getBlocks() - 1));
  block = b.add(b.mul(tile.group, plan.image.getBlocks()), block);
  int64_t steps = plan.steps.size();
  // The image has the parts of a chunk one after the other.
  auto [part, slot] = context.getPart(b.rem(slotUse, plan.slotsPerTile));
  if (context.rank)
    slot = b.add(slot, context.getFirstSlot());
  if (plan.getFilterParts() > 1)
    slot = b.add(b.mul(slot, plan.getFilterParts()), part);
  Value inBlock = b.mul(slot, steps * kFilterStepBytes);
  Value source = b.add(b.mul(b.widen(block), plan.image.getBlockBytes()),
                       b.widen(inBlock));
  for (int64_t i : llvm::seq<int64_t>(0, plan.stagesPerSlot)) {
    int64_t first = i * plan.stageSteps;
    int64_t bytes = std::min(plan.stageSteps, steps - first) * kFilterStepBytes;
    Value use = b.add(b.mul(slotUse, plan.stagesPerSlot), i);
    Value stage = context.getStage(use, b.i32(inTile));
    b.waitBarrier(context.stageEmpty(stage),
                  b.bitXor(context.getStageParity(use), 1));
    Value full = context.stageFull(stage);
    b.arriveExpecting(full, b.i32(bytes));
    Value offset = b.add(source, first * kFilterStepBytes);
    b.bulkLoad(context.getStageAddress(stage),
               b.globalPointer(context.operands.filterImage, offset),
               b.i32(bytes), full);
  }
}

void convoy::emitFilterRole(StreamContext &context) {
  DeviceBuilder &b = context.builder;
  const StreamPlan &plan = context.plan;
  Value tiles = context.count;
  if (plan.residentFilter)
    tiles = b.min(tiles, b.i32(1));
  Value uses = b.mul(tiles, plan.slotsPerTile);
  int64_t lag = plan.getBlockLag();
  b.ifThen(b.elect(), [&] {
    b.forRange(b.add(uses, lag), [&](Value use) {
      if (lag == 0)
        copyStages(context, use, 0);
      else
        b.ifThen(b.compare(CmpIPredicate::ult, use, uses),
                 [&] { copyStages(context, use, 0); });
      if (plan.tileBlocks == 1)
        return;
      if (lag == 0)
        copyStages(context, use, 1);
      else
        b.ifThen(b.compare(CmpIPredicate::uge, use, lag),
                 [&] { copyStages(context, b.add(use, -lag), 1); });
    });
  });
}

//===----------------------------------------------------------------------===//
// Frame
//===----------------------------------------------------------------------===//

static void initBarriers(StreamContext &context) {
  DeviceBuilder &b = context.builder;
  const StreamPlan &plan = context.plan;
  for (int64_t slot : llvm::seq<int64_t>(0, plan.slots)) {
    b.initBarrier(context.slotFull(b.i32(slot)), plan.gatherWarps);
    b.initBarrier(context.slotEmpty(b.i32(slot)), plan.getSlotWarps());
  }
  for (int64_t stage : llvm::seq<int64_t>(0, plan.getNumStages())) {
    b.initBarrier(context.stageFull(b.i32(stage)), 1);
    b.initBarrier(context.stageEmpty(b.i32(stage)), plan.getStageWarps());
  }
  b.initBarrier(context.passReady(), plan.gatherWarps);
  b.initBarrier(context.passDone(), plan.getSlotWarps());
  if (plan.takesTurns)
    for (int64_t warpgroup : llvm::seq<int64_t>(0, 2))
      b.initBarrier(context.turnBarrier(b.i32(warpgroup)), plan.getSlotWarps());
  initExchange(context);
  NVVM::FenceMbarrierInitOp::create(b);
}

/// Writes the zeros that absent halves of steps read.
static void clearZeros(StreamContext &context, Value thread) {
  DeviceBuilder &b = context.builder;
  const StreamPlan &plan = context.plan;
  if (!plan.needsZeros())
    return;
  Type type = VectorType::get({4}, b.getI32Type());
  Value zeros = LLVM::ZeroOp::create(b, type);
  Value first = b.add(b.add(context.operands.shared, plan.shared.zeros),
                      b.mul(thread, kThreadStoreBytes));
  b.ifThen(b.compare(CmpIPredicate::ult, thread, plan.columnsPerWarpgroup),
           [&] { b.storeShared(zeros, first); });
  b.fenceAsyncShared();
}

static StreamContext makeContext(DeviceBuilder &b, const StreamPlan &plan,
                                 const StreamOperands &operands,
                                 const StreamEpilogue &epilogue) {
  Value grid = NVVM::GridDimXOp::create(b, b.getI32Type());
  Value clusters = grid;
  Value cluster = NVVM::BlockIdXOp::create(b, b.getI32Type());
  Value rank;
  if (plan.channelParts > 1) {
    clusters = b.div(grid, plan.channelParts);
    rank = b.rem(cluster, plan.channelParts);
    cluster = b.div(cluster, plan.channelParts);
  }
  Value imageTiles =
      b.div(b.add(operands.batch, plan.tileImages - 1), plan.tileImages);
  Value tiles =
      b.mul(imageTiles, plan.rowTiles * plan.columnTiles * plan.channelTiles);
  Value rest = b.sub(tiles, cluster);
  Value count = b.div(b.add(rest, b.add(clusters, -1)), clusters);
  return {b,    plan,     operands, epilogue, b.lane(), b.warp(),
          grid, clusters, cluster,  rank,     count};
}

void convoy::emitStreamKernel(DeviceBuilder &b, const StreamPlan &plan,
                              const StreamOperands &operands,
                              const StreamEpilogue &epilogue) {
  StreamContext context = makeContext(b, plan, operands, epilogue);
  Value thread = NVVM::ThreadIdXOp::create(b, b.getI32Type());
  b.ifThen(b.compare(CmpIPredicate::eq, thread, 0),
           [&] { initBarriers(context); });
  clearZeros(context, thread);
  // Blocks of a cluster arrive at each other's barriers, and read each other's
  // memory to the end.
  bool isClustered = plan.channelParts > 1;
  if (isClustered)
    b.syncCluster();
  else
    b.syncBlock();
  auto isBelow = [&](int64_t warp) {
    return b.compare(CmpIPredicate::ult, context.warp, warp);
  };
  b.ifThenElse(
      isBelow(kStreamMathWarps), [&] { emitStreamMathRole(context); },
      [&] {
        b.ifThenElse(
            isBelow(kStreamMathWarps + plan.gatherWarps),
            [&] { emitGatherRole(context); }, [&] { emitFilterRole(context); });
      });
  if (isClustered)
    b.syncCluster();
}
