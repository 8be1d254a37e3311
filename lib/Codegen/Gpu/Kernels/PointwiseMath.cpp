//===- PointwiseMath.cpp - Products of a pointwise kernel -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each warpgroup multiplies its own rows of a tile, which are pixels, with the
// filter of all of the tile's output channels. Elements of the input are read
// from the stage as they lie there and become wgmma's operand in registers.
//
// While products are on their way, those of the next stage are prepared, also
// where that is the next tile's.
//
//===----------------------------------------------------------------------===//

#include "PointwiseMath.h"
#include "PatchSplit.h"
#include "Wgmma.h"

#include "Convoy/Codegen/Gpu/WgmmaDescriptor.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kWarpRows = 16;

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

Value convoy::emitPointwisePixel(PointwiseContext &context, int64_t block,
                                 int64_t half) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  Value warpgroup = b.shr(context.warp, 2);
  if (plan.channelGroups > 1)
    warpgroup = b.rem(warpgroup, plan.mathWarpgroups);
  Value warp = b.bitAnd(context.warp, kPointwiseMathWarpsPerGroup - 1);
  Value first = b.add(b.mul(warpgroup, plan.rowBlocks * kPointwiseRows),
                      b.mul(warp, kWarpRows));
  Value row = b.shr(context.lane, 2);
  Value inWarp =
      plan.pixelVector == 1 ? b.add(row, 8 * half) : b.add(b.mul(row, 2), half);
  return b.add(b.add(first, block * kPointwiseRows), inWarp);
}

static PointwiseRows getRows(PointwiseContext &context, int64_t block) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  PointwiseRows rows;
  for (int64_t half : llvm::seq<int64_t>(0, 2)) {
    Value pixel = emitPointwisePixel(context, block, half);
    Value image = b.i32(0), inImage = pixel;
    if (plan.tileImages > 1) {
      image = b.div(pixel, plan.tilePixels);
      inImage = b.rem(pixel, plan.tilePixels);
    }
    Value bytes = b.add(b.mul(image, plan.imagePitchBytes),
                        b.mul(inImage, plan.problem.getInputBytes()));
    // Dead rows read what there is.
    if (plan.getTilePixels() < plan.getTileRows())
      bytes =
          b.select(b.compare(CmpIPredicate::ult, pixel, plan.getTilePixels()),
                   bytes, b.i32(0));
    rows.pixels[half] = pixel;
    rows.bytes[half] = bytes;
  }
  return rows;
}

static PointwiseThread getThread(PointwiseContext &context) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  PointwiseThread thread;
  for (int64_t block : llvm::seq<int64_t>(0, plan.rowBlocks))
    thread.rows.push_back(getRows(context, block));
  thread.quad = b.bitAnd(context.lane, 3);
  thread.group = b.i32(0);
  if (plan.channelGroups > 1)
    thread.group = b.div(b.shr(context.warp, 2), plan.mathWarpgroups);
  // A filter's image is aligned.
  Value image =
      LLVM::PtrToIntOp::create(b, b.getI32Type(), context.operands.filterImage);
  thread.zero = b.bitAnd(image, 1);
  int64_t channels = plan.problem.products == PatchProducts::TF32 ? 1 : 2;
  for (int64_t i : llvm::seq<int64_t>(0, channels)) {
    Value channel = b.add(b.mul(thread.quad, channels), i);
    Value bytes = b.mul(channel, plan.channelPitchBytes);
    // Runs of one channel begin at pieces, their elements where they may.
    if (plan.runChannels == 1)
      bytes = b.add(bytes,
                    b.bitAnd(b.mul(channel, plan.problem.pixels *
                                                plan.problem.getInputBytes()),
                             kPointwisePieceBytes - 1));
    thread.channelBytes.push_back(bytes);
  }
  return thread;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

PointwiseElements convoy::loadElements(PointwiseContext &context,
                                       const PointwiseThread &thread,
                                       Value stage, const PointwiseRows &rows,
                                       int64_t chunk, int64_t half) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  Type i32 = b.getI32Type();
  bool is16Bit = plan.problem.getInputBytes() == 2;
  // Chunks and halves are whole pieces of channels: all begin alike.
  int64_t channel =
      chunk * plan.image.chunkChannels + half * plan.image.getHalfChannels();
  int64_t offset = channel * plan.channelPitchBytes;
  PointwiseElements elements;
  for (Value channelBytes : thread.channelBytes) {
    Value first = b.add(stage, channelBytes);
    if (plan.pixelVector == 1) {
      for (int64_t row : llvm::seq<int64_t>(0, 2)) {
        Value element =
            b.loadShared(b.getIntegerType(8 * plan.problem.getInputBytes()),
                         b.add(first, rows.bytes[row]), offset);
        if (is16Bit)
          element = arith::ExtUIOp::create(b, i32, element);
        elements[row].push_back(element);
      }
      continue;
    }
    Value address = b.add(first, rows.bytes[0]);
    if (is16Bit) {
      // Both pixels in one word: fragments pick their half.
      elements[0].push_back(b.loadShared(i32, address, offset));
      continue;
    }
    Value pair = b.loadShared(VectorType::get({2}, i32), address, offset);
    for (int64_t row : llvm::seq<int64_t>(0, 2))
      elements[row].push_back(
          LLVM::ExtractElementOp::create(b, pair, b.i32(row)));
  }
  return elements;
}

/// Words 2 * `half` and the next one of a fragment: a word of each row.
static std::array<Value, 2> makeWords(PointwiseContext &context,
                                      const PointwiseElements &elements) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  if (plan.problem.products == PatchProducts::TF32)
    return {roundToTF32(b, elements[0][0]), roundToTF32(b, elements[1][0])};
  // Two channels of 16 bits each: bytes of the first operand are numbered from
  // 0, of the second from 4.
  constexpr int64_t kLowHalves = 0x5410, kHighHalves = 0x7632;
  auto permute = [&](Value first, Value second, int64_t selector) -> Value {
    return NVVM::PermuteOp::create(b, b.getI32Type(), first, second,
                                   b.i32(selector), NVVM::PermuteMode::DEFAULT);
  };
  if (plan.pixelVector == 1)
    return {permute(elements[0][0], elements[0][1], kLowHalves),
            permute(elements[1][0], elements[1][1], kLowHalves)};
  return {permute(elements[0][0], elements[0][1], kLowHalves),
          permute(elements[0][0], elements[0][1], kHighHalves)};
}

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

  /// What is prepared before the first tile.
  SmallVector<Value> begin();
  /// Adds up tile number `index`; returns the sums, one for each block of rows,
  /// and goes on with `prepared` to what is prepared for the next tile.
  SmallVector<Value> emitTile(const PointwiseTile &tile, Value index,
                              SmallVector<Value> &prepared);

private:
  /// Waits for the stage of use `use`, if there is one, and prepares its first
  /// unit.
  SmallVector<Value> prepareStage(Value use);
  /// This group's stage `step` of tile number `index`.
  void emitStage(const PointwiseTile &tile, Value index, Value step,
                 MutableArrayRef<Value> sums, SmallVector<Value> &prepared);
  void emitInTurns(const PointwiseTile &tile, const PointwiseStage &stage,
                   Value use, Value next, MutableArrayRef<Value> sums,
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
            words, makeWords(context, loadElements(context, thread, stage, rows,
                                                   chunk, half)));
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

SmallVector<Value> PointwiseProducts::prepareStage(Value use) {
  PointwiseUnit &unit = *units.front();
  SmallVector<Type> types(unit.getNumWords(), b.getI32Type());
  Value exists = b.compare(CmpIPredicate::ult, use, uses);
  auto op = scf::IfOp::create(b, types, exists, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.thenBlock());
  Value slot = context.getStage(use);
  b.waitBarrier(context.stageFull(slot), context.getStageParity(use));
  SmallVector<Value> words = unit.prepare(context.getStageAddress(slot));
  scf::YieldOp::create(b, b.pin(words));
  b.setInsertionPointToStart(op.elseBlock());
  scf::YieldOp::create(b, SmallVector<Value>(types.size(), b.i32(0)));
  return llvm::to_vector_of<Value>(op.getResults());
}

SmallVector<Value> PointwiseProducts::begin() {
  if (plan.residentFilter)
    b.ifThen(b.compare(CmpIPredicate::ne, context.count, 0),
             [&] { b.waitBarrier(context.filterFull(), b.i32(0)); });
  return prepareStage(thread.group);
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
  Value nextUse = getNextUse(index, stage.index);
  if (isInTurns())
    return emitInTurns(tile, stage, use, nextUse, sums, prepared);
  // Elements of split products are prepared beside the products, unless they
  // are read one by one: there would not be registers enough.
  bool isBeside = plan.isSplit() && plan.pixelVector > 1;
  for (size_t i = 0; i < units.size(); ++i) {
    auto prepareNext = [&] {
      return i + 1 < units.size() ? b.pin(units[i + 1]->prepare(stage.address))
                                  : prepareStage(nextUse);
    };
    units[i]->emit(tile, stage, prepared, sums);
    SmallVector<Value> next;
    if (isBeside)
      next = prepareNext();
    waitForProducts(b, 0);
    units[i]->finish(prepared, sums);
    prepared = isBeside ? std::move(next) : prepareNext();
  }
  context.release(use);
}

/// The products of one unit are always on their way while the other's elements
/// are read, also from stage to stage.
void PointwiseProducts::emitInTurns(const PointwiseTile &tile,
                                    const PointwiseStage &stage, Value use,
                                    Value nextUse, MutableArrayRef<Value> sums,
                                    SmallVector<Value> &prepared) {
  units[0]->emit(tile, stage, prepared, sums);
  waitForProducts(b, 1);
  b.ifThen(b.compare(CmpIPredicate::ne, stage.accumulates, 0),
           [&] { context.release(b.add(use, -plan.channelGroups)); });
  units[1]->emit(tile, stage, b.pin(units[1]->prepare(stage.address)), sums);
  waitForProducts(b, 1);
  prepared = prepareStage(nextUse);
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
                           const PointwiseTile &tile, ValueRange sums) {
  DeviceBuilder &b = context.builder;
  if (context.plan.channelGroups == 1)
    return emitPointwiseStore(context, thread, tile, sums);
  SmallVector<Value> total = emitPointwiseGroupSums(context, thread, sums);
  b.ifThen(b.compare(CmpIPredicate::eq, b.here(thread.group), 0),
           [&] { emitPointwiseStore(context, thread, tile, total); });
}

void convoy::emitPointwiseMathRole(PointwiseContext &context) {
  DeviceBuilder &b = context.builder;
  PointwiseThread thread = getThread(context);
  PointwiseProducts products(context, thread);
  b.forCarrying(b.i32(0), context.count, 1, products.begin(),
                [&](Value index, ValueRange carried) {
                  SmallVector<Value> prepared(carried);
                  PointwiseTile tile = context.getTile(index);
                  SmallVector<Value> sums =
                      products.emitTile(tile, index, prepared);
                  emitGroupStore(context, thread, tile, sums);
                  return prepared;
                });
  finishPointwiseBulkStores(context);
}
