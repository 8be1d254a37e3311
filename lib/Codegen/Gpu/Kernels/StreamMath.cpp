//===- StreamMath.cpp - Products of a filter-streaming kernel -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two warpgroups multiply, each for half of the tile's columns or for a block
// of channels of its own. Sums stay in registers over all slots of a tile.
//
// Split products: each slot has a scale of its own, so its sums begin anew and
// are added to the tile's in f32 when the slot is done. That also keeps the sum
// over many channels as accurate as f32 is: wgmma truncates when it adds.
//
//===----------------------------------------------------------------------===//

#include "StreamMath.h"
#include "PatchDescriptor.h"

#include "Convoy/Codegen/Gpu/WgmmaDescriptor.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

/// Of split products: more would lose what wgmma truncates.
static constexpr int64_t kMaxSummedSteps = 18;
/// Of a slot, whose descriptors have registers before its first product. Of
/// split products also what finds its stages has, in all of the loop over
/// passes.
static constexpr size_t kManySteps = 25;
static constexpr size_t kManySplitSteps = kMaxSummedSteps;
/// Stages whose steps lie alike that are a loop from here on: the assembler
/// takes long for chains of many products.
static constexpr int64_t kLoopedStages = 4;

static bool hasManySteps(const StreamPlan &plan) {
  return plan.steps.size() > (plan.isSplit() ? kManySplitSteps : kManySteps);
}

namespace {

/// The products of this warp's warpgroup with one slot.
struct SlotProducts {
  StreamContext &context;
  Value warpgroup;
  /// Number of the slot's use.
  Value use;
  /// Address of the warpgroup's column 0.
  Value column;

  void findColumn();

  /// All steps; runs `afterFirst` when those of the first stage are on their
  /// way, and releases what is done after those of the others. `sums` may be
  /// null: they then begin here.
  Value emit(Value sums, llvm::function_ref<void()> afterFirst);
  /// The stage before `stage` of the slot.
  void releaseBefore(Value stage);
  /// The last stage of the slot before, and that slot.
  void releaseSlotBefore();

  Value emitStage(int64_t stage, Value sums) {
    return emitStageAt(context.builder.i32(stage), stage, column, sums);
  }

private:
  /// Stage `stage` with the steps of stage `alike`, from `column` on.
  Value emitStageAt(Value stage, int64_t alike, Value column, Value sums);
  Value emitStagesInLoop(int64_t distanceBytes, Value sums);
  Value getStageUse(Value stage) {
    const StreamPlan &plan = context.plan;
    DeviceBuilder &b = context.builder;
    return b.add(b.mul(use, plan.stagesPerSlot), stage);
  }
};

} // namespace

Value SlotProducts::emitStageAt(Value stage, int64_t alike, Value column,
                                Value sums) {
  DeviceBuilder &b = context.builder;
  const StreamPlan &plan = context.plan;
  Value stageUse = getStageUse(stage);
  Value place = context.getStage(stageUse, warpgroup);
  b.waitBarrier(context.stageFull(place), context.getStageParity(stageUse));
  Value filter = context.getStageAddress(place);
  if (hasManySteps(plan)) {
    // Descriptors of one stage at a time.
    filter = b.here(filter);
    column = b.here(column);
  }
  Value layout = b.add(getDescriptorAddress(b, filter),
                       getDescriptorLayout(kFilterHalfBytes, kWgmmaCoreBytes));
  int64_t first = alike * plan.stageSteps;
  ArrayRef<PatchStep> steps = ArrayRef<PatchStep>(plan.steps).drop_front(first);
  PatchZeros zeros{context.operands.shared, plan.shared.zeros, plan.isSplit()};
  bool isFirst = !sums;
  if (isFirst)
    sums = LLVM::UndefOp::create(
        b, getAccumulatorType(b, plan.columnsPerWarpgroup));
  NVVM::WgmmaFenceAlignedOp::create(b);
  for (auto [i, step] : llvm::enumerate(steps.take_front(plan.stageSteps))) {
    Value a = b.add(layout, i * kFilterStepBytes >> kDescriptorUnitShift);
    Value patch = getPatchDescriptor(b, step, column,
                                     getDescriptorAddress(b, column), zeros);
    sums = emitWgmma(b, plan.problem.products, plan.columnsPerWarpgroup, sums,
                     a, patch, isFirst);
    isFirst = false;
  }
  NVVM::WgmmaGroupSyncAlignedOp::create(b);
  return sums;
}

void SlotProducts::releaseBefore(Value stage) {
  DeviceBuilder &b = context.builder;
  if (context.plan.residentFilter)
    return;
  Value stageUse = b.add(getStageUse(stage), -1);
  context.arriveForWarp(
      context.stageEmpty(context.getStage(stageUse, warpgroup)));
}

void SlotProducts::releaseSlotBefore() {
  DeviceBuilder &b = context.builder;
  releaseBefore(b.i32(0));
  context.arriveForWarp(context.slotEmpty(context.getSlot(b.add(use, -1))));
}

void SlotProducts::findColumn() {
  DeviceBuilder &b = context.builder;
  const StreamPlan &plan = context.plan;
  // Descriptors are computed for each slot: many of them would take registers.
  column = b.here(context.getSlotAddress(context.getSlot(use)));
  if (plan.getColumnShares() > 1)
    column = b.add(column, b.mul(warpgroup, plan.columnsPerWarpgroup * 16));
}

/// The bytes by which each stage's steps but the first's lie behind those of
/// the stage before, if all are alike and many.
static std::optional<int64_t> findDistance(const StreamPlan &plan) {
  int64_t count = plan.stageSteps, stages = plan.stagesPerSlot;
  ArrayRef<PatchStep> steps = plan.steps;
  if (stages < kLoopedStages ||
      stages * count != static_cast<int64_t>(steps.size()))
    return std::nullopt;
  int64_t distance = steps[count].firstHalfBytes - steps[0].firstHalfBytes;
  for (size_t i = count; i < steps.size(); ++i) {
    const PatchStep &step = steps[i], &before = steps[i - count];
    if (step.firstHalfBytes - before.firstHalfBytes != distance ||
        step.secondHalfBytes.has_value() !=
            before.secondHalfBytes.has_value() ||
        step.secondHalfBytes.value_or(distance) -
                before.secondHalfBytes.value_or(0) !=
            distance)
      return std::nullopt;
  }
  return distance;
}

/// All stages but the first.
Value SlotProducts::emitStagesInLoop(int64_t distanceBytes, Value sums) {
  DeviceBuilder &b = context.builder;
  // Not known to compilers, which would unroll the loop.
  Value stages = b.here(b.i32(context.plan.stagesPerSlot));
  return b.forCarrying(
      b.i32(1), stages, 1, sums, [&](Value stage, ValueRange carried) {
        Value there = b.add(column, b.mul(stage, distanceBytes));
        Value next = emitStageAt(stage, /*alike=*/0, there, carried[0]);
        NVVM::WgmmaWaitGroupSyncOp::create(b, static_cast<uint64_t>(1));
        releaseBefore(stage);
        return SmallVector<Value>{next};
      })[0];
}

Value SlotProducts::emit(Value sums, llvm::function_ref<void()> afterFirst) {
  DeviceBuilder &b = context.builder;
  const StreamPlan &plan = context.plan;
  findColumn();
  sums = emitStage(0, sums);
  afterFirst();
  if (plan.steps.size() > kManySteps)
    if (std::optional<int64_t> distance = findDistance(plan))
      return emitStagesInLoop(*distance, sums);
  for (int64_t stage : llvm::seq<int64_t>(1, plan.stagesPerSlot)) {
    sums = emitStage(stage, sums);
    NVVM::WgmmaWaitGroupSyncOp::create(b, static_cast<uint64_t>(1));
    releaseBefore(b.i32(stage));
  }
  return sums;
}

//===----------------------------------------------------------------------===//
// Turns
//===----------------------------------------------------------------------===//

/// Waits until the other warpgroup has issued the products of tile `index` - 1:
/// the two shall not multiply side by side, and store side by side then. Slots
/// and stages rely on it too: by then all of that tile's have been full, so
/// that what this warpgroup waits for is at most one phase ahead.
static void awaitTurn(StreamContext &context, Value warpgroup, Value index) {
  if (!context.plan.takesTurns)
    return;
  // Warpgroup 0 begins; it waits for the first time in its second tile.
  DeviceBuilder &b = context.builder;
  Value turn = b.add(b.shr(index, 1), warpgroup);
  b.waitBarrier(context.turnBarrier(warpgroup), b.bitXor(b.bitAnd(turn, 1), 1));
}

/// Lets the other warpgroup multiply.
static void passTurn(StreamContext &context, Value warpgroup) {
  if (!context.plan.takesTurns)
    return;
  DeviceBuilder &b = context.builder;
  context.arriveForWarp(context.turnBarrier(b.bitXor(warpgroup, 1)));
}

//===----------------------------------------------------------------------===//
// Split products
//===----------------------------------------------------------------------===//

/// `total` + `sums` * the factor of their row.
static Value addScaled(DeviceBuilder &b, Value total, Value sums,
                       ArrayRef<Value> factors) {
  auto type = cast<LLVM::LLVMStructType>(sums.getType());
  Value next = LLVM::UndefOp::create(b, type);
  for (int64_t i : llvm::seq<int64_t>(0, type.getBody().size())) {
    Value sum = LLVM::ExtractValueOp::create(b, sums, i);
    Value before = LLVM::ExtractValueOp::create(b, total, i);
    Value after = LLVM::FMAOp::create(b, sum, factors[i / 2 % 2], before);
    next = LLVM::InsertValueOp::create(b, next, after, i);
  }
  return next;
}

/// What the sums of one pass are multiplied by, for both rows of a thread, and
/// bits as in StreamSums::beyond for factors that are not numbers: a NaN marks
/// a row of the filter that is not represented, and a product of two powers of
/// two is exact unless it leaves f32's range.
static std::pair<std::array<Value, 2>, Value>
getFactors(DeviceBuilder &b, const StreamRows &rows, Value slotScale) {
  constexpr int64_t kInfinity = 0x7f800000;
  std::array<Value, 2> factors;
  Value beyond = b.i32(0);
  for (int64_t half : llvm::seq<int64_t>(0, 2)) {
    factors[half] =
        arith::MulFOp::create(b, slotScale, rows.filterScales[half]);
    Value bits = b.bitcast(b.getI32Type(), factors[half]);
    Value isUsable =
        b.compare(CmpIPredicate::ult, b.add(bits, -1), kInfinity - 1);
    beyond = b.bitOr(beyond, b.select(isUsable, b.i32(0), b.i32(1 << half)));
  }
  return {factors, beyond};
}

/// One pass: all stages, whose sums are added to `total` and begin anew after
/// some steps. `afterLast` runs when all products are on their way.
static Value emitSplitPass(StreamContext &context, SlotProducts &products,
                           Value isLast, ArrayRef<Value> factors, Value total,
                           llvm::function_ref<void()> afterLast) {
  DeviceBuilder &b = context.builder;
  const StreamPlan &plan = context.plan;
  Value own;
  int64_t steps = 0;
  auto add = [&] {
    NVVM::WgmmaWaitGroupSyncOp::create(b, static_cast<uint64_t>(0));
    total = addScaled(b, total, own, factors);
    own = Value();
    steps = 0;
  };
  products.findColumn();
  Value use = products.use;
  for (int64_t stage : llvm::seq<int64_t>(0, plan.stagesPerSlot)) {
    if (hasManySteps(plan))
      products.use = b.here(use);
    if (own && steps + plan.stageSteps > kMaxSummedSteps)
      add();
    own = products.emitStage(stage, own);
    steps += plan.stageSteps;
    if (stage == 0)
      continue;
    NVVM::WgmmaWaitGroupSyncOp::create(b, static_cast<uint64_t>(1));
    if (!plan.residentFilter)
      b.ifThen(isLast, [&] { products.releaseBefore(b.i32(stage)); });
  }
  afterLast();
  add();
  return total;
}

/// All passes over one slot. Carries the tile's sums, StreamSums::beyond, and
/// the number of passes besides first ones so far. `isLastSlot` (i1) says that
/// this is a tile's last one, whose warpgroup gives its turn away; null where
/// warpgroups take no turns.
static SmallVector<Value> emitSplitSlot(StreamContext &context,
                                        const StreamRows &rows, Value warpgroup,
                                        Value use, Value isLastSlot,
                                        ValueRange carried) {
  DeviceBuilder &b = context.builder;
  Value slot = context.getSlot(use);
  b.waitBarrier(context.slotFull(slot), context.getSlotParity(use));
  Value words = context.getSlotScale(slot);
  Value state = b.loadShared(b.getI32Type(), words, 4);
  Value isBeyond = b.compare(CmpIPredicate::eq, state, kStreamBeyondSplit);
  Value beyond = b.bitOr(carried[1], b.select(isBeyond, b.i32(3), b.i32(0)));
  Value extra = b.maxSigned(state, 0);
  Value passesBefore = carried[2];
  if (context.plan.takesTurns) {
    // The other warpgroup had some of them.
    passesBefore = b.shr(extra, kStreamPassesBit);
    extra = b.bitAnd(extra, (1 << kStreamPassesBit) - 1);
  }
  SmallVector<Value> next = b.forCarrying(
      b.i32(0), b.add(extra, 1), 1, {carried[0], beyond},
      [&](Value pass, ValueRange sums) {
        b.ifThen(b.compare(CmpIPredicate::ne, pass, 0), [&] {
          context.arriveForWarp(context.passDone());
          Value passUse = b.add(b.add(passesBefore, pass), -1);
          b.waitBarrier(context.passReady(), b.bitAnd(passUse, 1));
        });
        Value scale = b.loadShared(b.getF32Type(), words);
        auto [factors, unusable] = getFactors(b, rows, scale);
        Value isLast = b.compare(CmpIPredicate::eq, pass, extra);
        SlotProducts products{context, warpgroup, use, Value()};
        Value total =
            emitSplitPass(context, products, isLast, factors, sums[0], [&] {
              if (isLastSlot)
                b.ifThen(b.allOf(isLast, isLastSlot),
                         [&] { passTurn(context, warpgroup); });
            });
        return SmallVector<Value>{total, b.bitOr(sums[1], unusable)};
      });
  // The last stage, and the slot.
  SlotProducts{context, warpgroup, b.add(use, 1), Value()}.releaseSlotBefore();
  return {next[0], next[1], b.add(passesBefore, extra)};
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

/// One slot, whose products are on their way when this ends; those of the slot
/// before are done, and their slot and stages released. `isFirst` (i1) says
/// that this is a tile's first slot; null if there is no other.
static Value emitSlot(StreamContext &context, Value warpgroup, Value use,
                      Value sums, Value isFirst) {
  DeviceBuilder &b = context.builder;
  Value slot = context.getSlot(use);
  b.waitBarrier(context.slotFull(slot), context.getSlotParity(use));
  SlotProducts products{context, warpgroup, use, Value()};
  return products.emit(sums, [&] {
    if (!isFirst)
      return;
    NVVM::WgmmaWaitGroupSyncOp::create(b, static_cast<uint64_t>(1));
    b.ifThen(b.bitXor(isFirst, 1), [&] { products.releaseSlotBefore(); });
  });
}

/// The sums of tile number `index`; updates the number of extra passes.
static StreamSums emitProducts(StreamContext &context, const StreamRows &rows,
                               Value index, Value warpgroup, Value &passes) {
  DeviceBuilder &b = context.builder;
  const StreamPlan &plan = context.plan;
  Value first = b.mul(index, plan.slotsPerTile);
  awaitTurn(context, warpgroup, index);
  // The last slot of a tile, when its products are done.
  auto finish = [&](Value use) {
    passTurn(context, warpgroup);
    NVVM::WgmmaWaitGroupSyncOp::create(b, static_cast<uint64_t>(0));
    SlotProducts{context, warpgroup, b.add(use, 1), Value()}
        .releaseSlotBefore();
  };
  if (!plan.isSplit() && plan.slotsPerTile == 1) {
    Value sums = emitSlot(context, warpgroup, first, Value(), Value());
    finish(first);
    return {sums, Value()};
  }
  Value zero =
      LLVM::ZeroOp::create(b, getAccumulatorType(b, plan.columnsPerWarpgroup));
  SmallVector<Value> initial{zero};
  if (plan.isSplit())
    initial.append({b.i32(0), passes});
  SmallVector<Value> results = b.forCarrying(
      b.i32(0), b.i32(plan.slotsPerTile), 1, initial,
      [&](Value slot, ValueRange carried) -> SmallVector<Value> {
        Value use = b.add(first, slot);
        if (plan.isSplit()) {
          Value isLast;
          if (plan.takesTurns)
            isLast = b.compare(CmpIPredicate::eq, slot, plan.slotsPerTile - 1);
          return emitSplitSlot(context, rows, warpgroup, use, isLast, carried);
        }
        // Not known to compilers: they would peel the first slot off, and put
        // the zeros that sums begin with between a fence and its wgmma.
        Value isFirst = b.compare(CmpIPredicate::eq, b.here(slot), 0);
        return {emitSlot(context, warpgroup, use, carried[0], isFirst)};
      });
  if (!plan.isSplit()) {
    finish(b.add(first, plan.slotsPerTile - 1));
    return {results[0], Value()};
  }
  passes = results[2];
  return {results[0], results[1]};
}

/// What a math warp knows of its rows.
static StreamRows getRows(StreamContext &context, const StreamTilePlace &tile,
                          Value warpgroup) {
  DeviceBuilder &b = context.builder;
  const StreamPlan &plan = context.plan;
  int64_t filters = plan.problem.filters;
  Value block = tile.block;
  if (plan.tileBlocks > 1)
    block = b.add(block, warpgroup);
  Value inBlock = b.mul(b.bitAnd(context.warp, 3), kStreamWarpRows);
  StreamRows rows;
  rows.channelInGroup = b.add(b.mul(block, kFilterBlockRows), inBlock);
  Value groupChannel = b.mul(tile.group, filters);
  rows.channel = b.add(groupChannel, rows.channelInGroup);
  rows.count = b.i32(kStreamWarpRows);
  bool mayLackRows = filters % (plan.tileBlocks * kFilterBlockRows) != 0;
  if (mayLackRows)
    rows.count = b.min(
        b.maxSigned(b.sub(b.i32(filters), rows.channelInGroup), 0), rows.count);
  Value row = b.bitAnd(context.lane, kStreamWarpRows - 1);
  Value own = b.add(rows.channelInGroup, row);
  if (mayLackRows)
    own = b.min(own, b.i32(filters - 1));
  rows.values = context.epilogue.loadChannel(b, b.add(groupChannel, own));
  if (!plan.isSplit())
    return rows;
  for (int64_t half : llvm::seq<int64_t>(0, 2)) {
    Value inTile = b.add(b.shr(context.lane, 2), 8 * half);
    // The last one again instead of one that does not exist, as its filter.
    Value existing = block;
    if (plan.image.getBlocks() % plan.tileBlocks != 0)
      existing = b.min(block, b.i32(plan.image.getBlocks() - 1));
    Value imageBlock =
        b.add(b.mul(tile.group, plan.image.getBlocks()), existing);
    Value imageRow =
        b.add(b.mul(imageBlock, kFilterBlockRows), b.add(inBlock, inTile));
    Value offset =
        b.add(b.widen(b.mul(imageRow, 4)), plan.image.getRowScalesOffset());
    rows.filterScales[half] =
        b.loadGlobal(b.getF32Type(), context.operands.filterImage, offset);
  }
  return rows;
}

void convoy::emitStreamMathRole(StreamContext &context) {
  DeviceBuilder &b = context.builder;
  Value warpgroup = b.shr(context.warp, 2);
  bool takesTurns = context.plan.takesTurns;
  b.forCarrying(
      takesTurns ? warpgroup : b.i32(0), context.count, takesTurns ? 2 : 1,
      b.i32(0), [&](Value index, ValueRange carried) {
        Value passes = carried[0];
        StreamContext inTile = context;
        // What depends on it is computed in each tile: before the
        // loop it would take registers.
        inTile.lane = b.here(context.lane);
        StreamTilePlace tile = inTile.getTile(index);
        StreamRows rows = getRows(inTile, tile, warpgroup);
        StreamSums sums = emitProducts(inTile, rows, index, warpgroup, passes);
        emitStreamStore(inTile, tile, rows, sums);
        return SmallVector<Value>{passes};
      });
}
