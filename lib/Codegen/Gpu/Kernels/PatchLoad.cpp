//===- PatchLoad.cpp - Loads of a patch-resident kernel -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One thread copies patches into slots, a batch of slots at a time. Reads that
// trickle into a stream of writes cost bandwidth; reads of all multiprocessors
// in the same short time cost almost none. So before each batch a block counts
// itself in on a counter in global memory and waits until all have: a barrier
// for speed alone, given up for good after some polls, so that neither a block
// that is not resident nor a dirty counter can stop the kernel.
//
//===----------------------------------------------------------------------===//

#include "PatchKernel.h"

#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kMaxPolls = 200;

namespace {

/// The batches that every block of the grid has, but the first ones, whose
/// slots are empty from the start.
struct AlignedBatches {
  Value begin;
  Value end;
  /// Arrivals of a whole launch, minus one: the counter wraps to zero.
  Value wrap;
};

} // namespace

static AlignedBatches getAlignedBatches(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  AlignedBatches batches;
  batches.begin = b.i32(plan.slots / plan.loadBatch);
  Value common = b.mul(b.div(context.tiles, context.peers), plan.chunks);
  batches.end = b.max(b.div(common, plan.loadBatch), batches.begin);
  Value arrivals = b.mul(b.sub(batches.end, batches.begin), context.grid);
  batches.wrap = b.add(arrivals, -1);
  return batches;
}

/// Counts this block in and waits for the others, at most `mayPoll` times;
/// returns how often the next meeting may poll, zero once one has failed.
static Value emitMeeting(PatchContext &context, const AlignedBatches &batches,
                         Value batch, Value mayPoll) {
  DeviceBuilder &b = context.builder;
  Value counter = context.operands.counter;
  LLVM::AtomicRMWOp::create(b, LLVM::AtomicBinOp::uinc_wrap, counter,
                            batches.wrap, LLVM::AtomicOrdering::monotonic,
                            "device");
  Value first = b.mul(b.sub(batch, batches.begin), context.grid);
  Type i32 = b.getI32Type();
  auto loop = scf::WhileOp::create(b, TypeRange{i32}, ValueRange{mayPoll});
  OpBuilder::InsertionGuard guard(b);
  b.createBlock(&loop.getBefore(), {}, {i32}, {b.getLoc()});
  Value arrived = LLVM::LoadOp::create(
      b, i32, counter, /*alignment=*/4, /*isVolatile=*/false,
      /*isNonTemporal=*/false, /*isInvariant=*/false,
      /*isInvariantGroup=*/false, LLVM::AtomicOrdering::monotonic, "device");
  Value isWaiting =
      b.compare(CmpIPredicate::ult, b.sub(arrived, first), context.grid);
  Value left = loop.getBeforeArguments()[0];
  Value goesOn = b.allOf(isWaiting, b.compare(CmpIPredicate::ne, left, 0));
  scf::ConditionOp::create(b, goesOn, ValueRange{left});
  b.createBlock(&loop.getAfter(), {}, {i32}, {b.getLoc()});
  scf::YieldOp::create(b, ValueRange{b.add(loop.getAfterArguments()[0], -1)});
  b.setInsertionPointAfter(loop);
  Value failed = b.compare(CmpIPredicate::eq, loop.getResult(0), 0);
  return b.select(failed, b.i32(0), b.i32(kMaxPolls));
}

/// The meeting before `batch`, if it has one.
static Value emitMeetingIfAligned(PatchContext &context,
                                  const AlignedBatches &batches, Value batch,
                                  Value mayPoll) {
  DeviceBuilder &b = context.builder;
  Value isAligned = b.allOf(b.compare(CmpIPredicate::uge, batch, batches.begin),
                            b.compare(CmpIPredicate::ult, batch, batches.end));
  auto op = scf::IfOp::create(b, TypeRange{b.getI32Type()}, isAligned,
                              /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.thenBlock());
  scf::YieldOp::create(b, emitMeeting(context, batches, batch, mayPoll));
  b.setInsertionPointToStart(op.elseBlock());
  scf::YieldOp::create(b, mayPoll);
  return op.getResult(0);
}

/// Runs `visit` for each channel of a slot that the input has: channel `c` of
/// unit `unit`.
static void forEachChannel(
    PatchContext &context, Value firstChannel,
    llvm::function_ref<void(Value unit, int64_t c, Value channel)> visit) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  int64_t channels = plan.problem.channels;
  b.forRange(b.i32(plan.chunkUnits), [&](Value unit) {
    Value first = b.add(firstChannel, b.mul(unit, kPatchUnitChannels));
    for (int64_t c : llvm::seq<int64_t>(0, kPatchUnitChannels)) {
      Value channel = b.add(first, c);
      if (channels % plan.getChunkChannels() == 0)
        visit(unit, c, channel);
      else if (plan.chunkUnits > 1 || plan.chunks > 1)
        b.ifThen(b.compare(CmpIPredicate::ult, channel, channels),
                 [&] { visit(unit, c, channel); });
      else if (c < channels)
        visit(unit, c, channel);
    }
  });
}

/// Copies of a patch that is one range of each channel.
static void emitContiguousLoad(PatchContext &context, Value load) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  const PatchProblem &problem = plan.problem;
  int64_t bytes = problem.getInputBytes();
  PatchTile tile = context.getTile(b.div(load, plan.chunks));
  Value chunk = b.rem(load, plan.chunks);
  Value slot = context.getSlot(load);

  // The lead of an image's first tile does not exist.
  Value isTop = b.compare(CmpIPredicate::eq, tile.row, 0);
  Value skipped = b.select(isTop, b.i32(plan.leadPixels), b.i32(0));
  Value begin = b.add(b.mul(tile.row, plan.tileRows * problem.width),
                      b.sub(skipped, b.i32(plan.leadPixels)));
  Value pixels = b.sub(b.i32(plan.patchPixels), skipped);
  if (plan.outputHeight % plan.tileRows != 0)
    pixels = b.min(pixels, b.sub(b.i32(problem.height * problem.width), begin));
  Value copyBytes = b.mul(pixels, bytes);

  int64_t planeBytes = problem.height * problem.width * bytes;
  Value firstChannel = b.mul(chunk, plan.getChunkChannels());
  Value inImage = b.add(b.mul(firstChannel, planeBytes), b.mul(begin, bytes));
  Value source =
      b.add(b.mul(b.widen(tile.image), context.operands.inputImageBytes),
            b.widen(inImage));
  Value target = b.add(context.getSlotAddress(slot), b.mul(skipped, bytes));
  Value here = b.min(b.i32(plan.getChunkChannels()),
                     b.sub(b.i32(problem.channels), firstChannel));
  b.arriveExpecting(context.full(slot), b.mul(copyBytes, here));
  forEachChannel(context, firstChannel, [&](Value unit, int64_t c, Value) {
    Value unitTarget = b.add(target, b.mul(unit, plan.unitBytes));
    Value unitSource =
        b.add(source, b.widen(b.mul(unit, kPatchUnitChannels * planeBytes)));
    b.bulkLoad(b.add(unitTarget, c * plan.rawChannelBytes),
               b.globalPointer(context.operands.input,
                               b.add(unitSource, c * planeBytes)),
               copyBytes, context.full(slot));
  });
}

PatchRows convoy::getPatchRows(PatchContext &context, const PatchTile &tile) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  const PatchProblem &problem = plan.problem;
  Value top = b.add(b.mul(tile.row, plan.tileRows), -problem.padTop);
  Value above = b.maxSigned(b.sub(b.i32(0), top), 0);
  Value first = b.min(b.maxSigned(top, 0), b.i32(problem.height));
  Value end =
      b.min(b.maxSigned(b.add(top, plan.patchRows), 0), b.i32(problem.height));
  return {above, first, end};
}

Value convoy::getInputOffset(PatchContext &context, Value channel, Value row) {
  DeviceBuilder &b = context.builder;
  const PatchProblem &problem = context.plan.problem;
  Value rows = b.add(b.mul(channel, problem.height), row);
  return b.mul(rows, problem.width * problem.getInputBytes());
}

/// Copies of whole rows, for a patch whose pixels the conversion picks.
static void emitRowsLoad(PatchContext &context, Value load) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  const PatchProblem &problem = plan.problem;
  PatchTile tile = context.getTile(b.div(load, plan.chunks));
  Value firstChannel = b.mul(b.rem(load, plan.chunks), plan.getChunkChannels());
  Value slot = context.getSlot(load);
  PatchRows rows = getPatchRows(context, tile);
  Value image = b.globalPointer(
      context.operands.input,
      b.mul(b.widen(tile.image), context.operands.inputImageBytes));
  auto getRange = [&](Value channel) {
    Value begin = b.bitAnd(getInputOffset(context, channel, rows.first), -16);
    Value end =
        b.bitAnd(b.add(getInputOffset(context, channel, rows.end), 15), -16);
    Value exists =
        b.allOf(b.compare(CmpIPredicate::ult, channel, problem.channels),
                b.compare(CmpIPredicate::ult, rows.first, rows.end));
    return std::pair<Value, Value>{
        begin, b.select(exists, b.sub(end, begin), b.i32(0))};
  };
  Value total = b.forCarrying(
      b.i32(0), b.i32(plan.chunkUnits), 1, b.i32(0),
      [&](Value unit, ValueRange carried) {
        Value sum = carried[0];
        Value first = b.add(firstChannel, b.mul(unit, kPatchUnitChannels));
        for (int64_t c : llvm::seq<int64_t>(0, kPatchUnitChannels))
          sum = b.add(sum, getRange(b.add(first, c)).second);
        return SmallVector<Value>{sum};
      })[0];
  b.arriveExpecting(context.full(slot), total);
  forEachChannel(
      context, firstChannel, [&](Value unit, int64_t c, Value channel) {
        Value target =
            b.add(context.getSlotAddress(slot), b.mul(unit, plan.unitBytes));
        auto [begin, bytes] = getRange(channel);
        b.ifThen(b.compare(CmpIPredicate::ne, bytes, 0), [&] {
          b.bulkLoad(b.add(target, c * plan.rawChannelBytes),
                     b.globalPointer(image, begin), bytes, context.full(slot));
        });
      });
}

static void emitLoad(PatchContext &context, Value load) {
  if (context.plan.isContiguous)
    emitContiguousLoad(context, load);
  else
    emitRowsLoad(context, load);
}

/// Waits until the math warps have left the slots of loads `first` to `end`.
static void waitForSlots(PatchContext &context, Value first, Value end) {
  DeviceBuilder &b = context.builder;
  b.forRange(first, end, 1, [&](Value load) {
    b.waitBarrier(context.empty(context.getSlot(load)),
                  b.bitXor(context.getSlotParity(load), 1));
  });
}

/// The loads after those that find their slots empty.
static void emitRefills(PatchContext &context, Value loads) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  Value batches = b.div(b.add(loads, plan.loadBatch - 1), plan.loadBatch);
  AlignedBatches aligned;
  if (plan.alignLoads)
    aligned = getAlignedBatches(context);
  b.forCarrying(
      b.i32(plan.slots / plan.loadBatch), batches, 1, b.i32(kMaxPolls),
      [&](Value batch, ValueRange carried) {
        Value mayPoll = carried[0];
        Value first = b.mul(batch, plan.loadBatch);
        Value end = b.min(b.add(first, plan.loadBatch), loads);
        waitForSlots(context, first, end);
        if (plan.alignLoads)
          mayPoll = emitMeetingIfAligned(context, aligned, batch, mayPoll);
        b.forRange(first, end, 1, [&](Value load) { emitLoad(context, load); });
        return SmallVector<Value>{mayPoll};
      });
}

/// Copies the filter, or its image with the rows' scales.
static void emitFilterLoad(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  const PatchOperands &operands = context.operands;
  int64_t rows = plan.residentBlocks * kPatchChannels;
  auto load = [&](int64_t place, Value source, Value offset, int64_t bytes) {
    b.bulkLoad(b.add(operands.shared, place), b.globalPointer(source, offset),
               b.i32(bytes), context.filterCopied());
  };
  switch (context.getFilterSource()) {
  case PatchFilterSource::Loads:
    return;
  case PatchFilterSource::Copy: {
    int64_t rowBytes = plan.getFilterRowBytes();
    b.arriveExpecting(context.filterCopied(), b.i32(rows * rowBytes));
    Value offset = b.mul(b.widen(context.firstChannel), rowBytes);
    return load(plan.shared.staging, operands.filter, offset, rows * rowBytes);
  }
  case PatchFilterSource::Image: {
    FilterImage image = getPatchFilterImage(plan);
    int64_t bytes = plan.residentBlocks * image.getBlockBytes();
    int64_t scaleBytes = image.isSplit() ? rows * 4 : 0;
    b.arriveExpecting(context.filterCopied(), b.i32(bytes + scaleBytes));
    Value block = b.widen(b.div(context.firstChannel, kPatchChannels));
    load(plan.shared.filter, operands.filterImage,
         b.mul(block, image.getBlockBytes()), bytes);
    if (image.isSplit())
      load(plan.shared.filterScales, operands.filterImage,
           b.add(b.mul(b.widen(context.firstChannel), 4),
                 image.getRowScalesOffset()),
           scaleBytes);
    return;
  }
  }
}

void convoy::emitFirstLoads(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  Value loads = b.mul(context.count, context.plan.chunks);
  b.ifThen(b.compare(CmpIPredicate::eq, context.warp, kPatchLoadWarp), [&] {
    b.ifThen(b.elect(), [&] {
      initLoadBarriers(context);
      emitFilterLoad(context);
      b.forRange(b.min(loads, b.i32(context.plan.slots)),
                 [&](Value load) { emitLoad(context, load); });
    });
    b.syncWarp();
  });
}

void convoy::emitLoadRole(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  Value loads = b.mul(context.count, context.plan.chunks);
  syncStart(context);
  syncFilter(context);
  b.ifThen(b.elect(), [&] { emitRefills(context, loads); });
}
