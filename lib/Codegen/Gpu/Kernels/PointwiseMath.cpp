//===- PointwiseMath.cpp - Products of a pointwise kernel -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each warpgroup multiplies its own rows of a tile, which are pixels, with the
// filter of all of the tile's output channels. How elements of the input become
// wgmma's operand in registers is in PointwiseElements.cpp.
//
// While products are on their way, those of the next stage are prepared, also
// where that is the next tile's.
//
//===----------------------------------------------------------------------===//

#include "PointwiseMath.h"
#include "PatchSplit.h"
#include "Wgmma.h"

#include "Convoy/Codegen/Gpu/WgmmaDescriptor.h"
#include "Convoy/Dialect/PointwiseTurns.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

Value convoy::getFilterDescriptor(PointwiseContext &context,
                                  const PointwiseStage &stage, int64_t chunk,
                                  int64_t step) {
  const PointwisePlan &plan = context.plan;
  int64_t bytes =
      chunk * plan.image.getChunkBytes() + step * plan.image.getStepBytes();
  return context.builder.add(stage.filter, bytes >> kDescriptorUnitShift);
}

namespace {
/// Products of some chunks of a stage. The first of a tile take no note of the
/// sums.
class ChunkUnit : public PointwiseUnit {
public:
  ChunkUnit(PointwiseContext &context, const PointwiseThread &thread,
            int64_t firstChunk, int64_t endChunk)
      : context(context), b(context.builder), plan(context.plan),
        thread(thread), firstChunk(firstChunk), endChunk(endChunk) {}

  SmallVector<Value> prepare(Value stage) override;
  int64_t getNumWords() const override {
    return (endChunk - firstChunk) * plan.rowBlocks * kWgmmaFragmentWords;
  }
  void emit(const PointwiseTile &tile, const PointwiseStage &stage,
            ValueRange prepared, MutableArrayRef<Value> sums) override;
  void finish(ValueRange, MutableArrayRef<Value>) override {}

private:
  PointwiseContext &context;
  DeviceBuilder &b;
  const PointwisePlan &plan;
  const PointwiseThread &thread;
  int64_t firstChunk;
  int64_t endChunk;
};

/// The products of a warpgroup, stage by stage. Where there are several groups
/// of channels, every so manieth stage of a tile is this one's.
class PointwiseProducts {
public:
  PointwiseProducts(PointwiseContext &context, const PointwiseThread &thread);

  /// What is prepared before tile number `index`, of which nothing is yet.
  SmallVector<Value> begin(Value index);
  /// Adds up tile number `index`; returns the sums, one for each block of rows,
  /// and goes on with `prepared` to what is prepared for the next tile.
  SmallVector<Value> emitTile(const PointwiseTile &tile, Value index,
                              SmallVector<Value> &prepared);

private:
  /// Waits for the stage of use `use`, if it `exists`, and prepares its first
  /// unit.
  SmallVector<Value> prepareStage(Value use, Value exists);
  /// The same of this group's stage after `number` of tile number `index`. A
  /// warpgroup that takes turns stores before it goes on to another tile.
  SmallVector<Value> prepareNext(Value index, Value number);
  /// Waits until the stage of use `use` is full.
  void waitForStage(Value use, Value slot);
  /// This group's stage `step` of tile number `index`.
  void emitStage(const PointwiseTile &tile, Value index, Value step,
                 MutableArrayRef<Value> sums, SmallVector<Value> &prepared);
  void emitInTurns(const PointwiseTile &tile, const PointwiseStage &stage,
                   Value index, Value use, MutableArrayRef<Value> sums,
                   SmallVector<Value> &prepared);
  /// Stages of a tile that are this group's.
  Value getSteps();
  /// The number in its tile of this group's stage `step`.
  Value getNumber(Value step);
  /// The use of this group's stage after `number` of tile number `index`.
  Value getNextUse(Value index, Value number);
  bool isInTurns() const { return !plan.isSplit() && units.size() == 2; }
  PointwiseStage getStage(Value step, Value number, Value use);

  PointwiseContext &context;
  DeviceBuilder &b;
  const PointwisePlan &plan;
  const PointwiseThread &thread;
  std::vector<std::unique_ptr<PointwiseUnit>> units;
  /// Of all tiles.
  Value uses;
};
} // namespace

SmallVector<Value> ChunkUnit::prepare(Value stage) {
  SmallVector<Value> words;
  for (int64_t chunk : llvm::seq(firstChunk, endChunk))
    for (const PointwiseRows &rows : thread.rows)
      for (int64_t half : llvm::seq<int64_t>(0, 2))
        llvm::append_range(
            words,
            makePointwiseWords(context, loadElements(context, thread, stage,
                                                     rows, chunk, half)));
  return words;
}

void ChunkUnit::emit(const PointwiseTile &, const PointwiseStage &stage,
                     ValueRange prepared, MutableArrayRef<Value> sums) {
  NVVM::WgmmaFenceAlignedOp::create(b);
  for (int64_t chunk : llvm::seq(firstChunk, endChunk)) {
    Value filter = getFilterDescriptor(context, stage, chunk, 0);
    Value accumulates = chunk == 0 ? stage.accumulates : b.i32(1);
    for (Value &sum : sums) {
      sum = emitWgmmaFromRegisters(
          b, plan.problem.products, plan.tileFilters, sum,
          prepared.take_front(kWgmmaFragmentWords), filter, accumulates);
      prepared = prepared.drop_front(kWgmmaFragmentWords);
    }
  }
  NVVM::WgmmaGroupSyncAlignedOp::create(b);
}

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

PointwiseProducts::PointwiseProducts(PointwiseContext &context,
                                     const PointwiseThread &thread)
    : context(context), b(context.builder), plan(context.plan), thread(thread) {
  if (plan.isSplit()) {
    units = makeSplitUnits(context, thread);
  } else {
    // Two of them, so that registers of one are free while those of the other
    // are read.
    int64_t chunks = plan.stageChunks, half = (chunks + 1) / 2;
    units.push_back(std::make_unique<ChunkUnit>(context, thread, 0, half));
    if (half < chunks)
      units.push_back(
          std::make_unique<ChunkUnit>(context, thread, half, chunks));
  }
  uses = b.mul(context.count, plan.stagesPerTile);
}

SmallVector<Value> PointwiseProducts::prepareStage(Value use, Value exists) {
  PointwiseUnit &unit = *units.front();
  SmallVector<Type> types(unit.getNumWords(), b.getI32Type());
  auto op = scf::IfOp::create(b, types, exists, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.thenBlock());
  Value slot = context.getStage(use);
  waitForStage(use, slot);
  SmallVector<Value> words = unit.prepare(context.getStageAddress(slot));
  scf::YieldOp::create(b, b.pin(words));
  b.setInsertionPointToStart(op.elseBlock());
  // Nobody reads what follows the last stage.
  Value nothing = LLVM::PoisonOp::create(b, b.getI32Type());
  scf::YieldOp::create(b, SmallVector<Value>(types.size(), nothing));
  return llvm::to_vector_of<Value>(op.getResults());
}

// A stage's barriers tell a round of the ring from the next, not from the one
// after that: who waits for a stage to be full must know that its place was
// full a round before. Warpgroups that take turns have not seen that of the
// stages of the tiles between their own, and copies may overtake each other. So
// they wait for the place to be free first, as who copies does: then the round
// before was read. That it is free of the round before that is known: a stage
// was seen full less than a round ago (getTileWarpgroups), and was copied after
// the stage a round before it had been read.
void PointwiseProducts::waitForStage(Value use, Value slot) {
  Value parity = context.getStageParity(use);
  if (getPointwiseTurns(plan) > 1)
    b.waitBarrier(context.stageEmpty(slot), b.bitXor(parity, 1));
  b.waitBarrier(context.stageFull(slot), parity);
}

SmallVector<Value> PointwiseProducts::prepareNext(Value index, Value number) {
  Value use = getNextUse(index, number);
  if (getPointwiseTurns(plan) == 1)
    return prepareStage(use, b.compare(CmpIPredicate::ult, use, uses));
  return prepareStage(
      use, b.compare(CmpIPredicate::ult, b.add(number, 1), plan.stagesPerTile));
}

SmallVector<Value> PointwiseProducts::begin(Value index) {
  Value use = b.add(b.mul(index, plan.stagesPerTile), thread.group);
  return prepareStage(use, b.compare(CmpIPredicate::ult, use, uses));
}

Value PointwiseProducts::getSteps() {
  if (plan.channelGroups == 1)
    return b.i32(plan.stagesPerTile);
  Value left = b.sub(b.i32(plan.stagesPerTile + plan.channelGroups - 1),
                     b.here(thread.group));
  return b.div(left, plan.channelGroups);
}

Value PointwiseProducts::getNumber(Value step) {
  return b.add(b.mul(step, plan.channelGroups), thread.group);
}

Value PointwiseProducts::getNextUse(Value index, Value number) {
  Value first = b.mul(index, plan.stagesPerTile);
  Value next = b.add(number, plan.channelGroups);
  if (plan.stagesPerTile % plan.channelGroups != 0)
    next = b.select(b.compare(CmpIPredicate::ult, next, plan.stagesPerTile),
                    next, b.add(thread.group, plan.stagesPerTile));
  return b.add(first, next);
}

PointwiseStage PointwiseProducts::getStage(Value step, Value number,
                                           Value use) {
  PointwiseStage stage;
  stage.index = number;
  stage.accumulates = step;
  stage.address = context.getStageAddress(context.getStage(use));
  Value filter = b.add(stage.address, plan.inputStageBytes);
  if (plan.residentFilter)
    filter =
        b.add(b.add(context.operands.shared, plan.shared.filter),
              b.mul(number, plan.stageChunks * plan.image.getChunkBytes()));
  stage.filter =
      b.add(getDescriptorAddress(b, filter),
            getDescriptorLayout(plan.image.getHalfBytes(), kWgmmaCoreBytes));
  return stage;
}

static void waitForProducts(DeviceBuilder &b, int64_t pending) {
  NVVM::WgmmaWaitGroupSyncOp::create(b, static_cast<uint64_t>(pending));
}

void PointwiseProducts::emitStage(const PointwiseTile &tile, Value index,
                                  Value step, MutableArrayRef<Value> sums,
                                  SmallVector<Value> &prepared) {
  Value use = b.add(b.mul(index, plan.stagesPerTile), getNumber(step));
  // Not known to compilers: they would peel off the first stage.
  Value opaque = b.here(step);
  PointwiseStage stage = getStage(opaque, getNumber(opaque), use);
  if (isInTurns())
    return emitInTurns(tile, stage, index, use, sums, prepared);
  // Elements of split products are prepared beside the products, unless they
  // are read one by one: there would not be registers enough.
  bool isBeside = plan.isSplit() && plan.pixelVector > 1;
  for (size_t i = 0; i < units.size(); ++i) {
    auto prepareOther = [&] {
      return i + 1 < units.size() ? b.pin(units[i + 1]->prepare(stage.address))
                                  : prepareNext(index, stage.index);
    };
    units[i]->emit(tile, stage, prepared, sums);
    SmallVector<Value> next;
    if (isBeside)
      next = prepareOther();
    waitForProducts(b, 0);
    units[i]->finish(prepared, sums);
    prepared = isBeside ? std::move(next) : prepareOther();
  }
  context.release(use);
}

/// The products of one unit are always on their way while the other's elements
/// are read, also from stage to stage.
void PointwiseProducts::emitInTurns(const PointwiseTile &tile,
                                    const PointwiseStage &stage, Value index,
                                    Value use, MutableArrayRef<Value> sums,
                                    SmallVector<Value> &prepared) {
  units[0]->emit(tile, stage, prepared, sums);
  waitForProducts(b, 1);
  b.ifThen(b.compare(CmpIPredicate::ne, stage.accumulates, 0),
           [&] { context.release(b.add(use, -plan.channelGroups)); });
  units[1]->emit(tile, stage, b.pin(units[1]->prepare(stage.address)), sums);
  waitForProducts(b, 1);
  prepared = prepareNext(index, stage.index);
}

SmallVector<Value> PointwiseProducts::emitTile(const PointwiseTile &tile,
                                               Value index,
                                               SmallVector<Value> &prepared) {
  Type type = getAccumulatorType(b, plan.tileFilters);
  Value first = plan.isSplit() ? LLVM::ZeroOp::create(b, type).getResult()
                               : LLVM::UndefOp::create(b, type).getResult();
  SmallVector<Value> carried(plan.rowBlocks, first);
  llvm::append_range(carried, prepared);
  Value steps = getSteps();
  SmallVector<Value> results = b.forCarrying(
      b.i32(0), steps, 1, carried, [&](Value step, ValueRange carried) {
        SmallVector<Value> sums(carried.take_front(plan.rowBlocks));
        SmallVector<Value> words(carried.drop_front(plan.rowBlocks));
        emitStage(tile, index, step, sums, words);
        llvm::append_range(sums, words);
        return sums;
      });
  if (isInTurns()) {
    waitForProducts(b, 0);
    context.release(
        b.add(b.mul(index, plan.stagesPerTile), getNumber(b.add(steps, -1))));
  }
  prepared.assign(results.begin() + plan.rowBlocks, results.end());
  results.truncate(plan.rowBlocks);
  return results;
}

static void emitGroupStore(PointwiseContext &context,
                           const PointwiseThread &thread,
                           const PointwiseTile &tile, ValueRange touched,
                           ValueRange sums) {
  DeviceBuilder &b = context.builder;
  if (context.plan.channelGroups == 1)
    return emitPointwiseStore(context, thread, tile, touched, sums);
  SmallVector<Value> total = emitPointwiseGroupSums(context, thread, sums);
  b.ifThen(b.compare(CmpIPredicate::eq, b.here(thread.group), 0),
           [&] { emitPointwiseStore(context, thread, tile, touched, total); });
}

void convoy::emitPointwiseMathRole(PointwiseContext &context) {
  DeviceBuilder &b = context.builder;
  PointwiseThread thread = getPointwiseThread(context);
  PointwiseProducts products(context, thread);
  int64_t turns = getPointwiseTurns(context.plan);
  b.forCarrying(
      thread.turn, context.count, turns, products.begin(thread.turn),
      [&](Value index, ValueRange carried) {
        SmallVector<Value> prepared(carried);
        PointwiseTile tile = context.getTile(index);
        SmallVector<Value> touched = touchPointwiseChannels(context, tile);
        SmallVector<Value> sums = products.emitTile(tile, index, prepared);
        emitGroupStore(context, thread, tile, touched, sums);
        return turns == 1 ? prepared : products.begin(b.add(index, turns));
      });
  finishPointwiseBulkStores(context);
}
