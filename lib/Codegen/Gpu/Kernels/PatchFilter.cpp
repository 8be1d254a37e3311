//===- PatchFilter.cpp - The filter of a patch-resident kernel ------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of a filter that is not known before, each block makes the image for wgmma
// itself while the first patches are on their way: a small filter, which takes
// no longer than they do, is copied to shared memory in bulk and packed from
// there.
//
// The image holds the plan's steps one after the other, 2048 bytes each:
// [half of K][block of 8 rows][row][16 bytes]. Row `r` of block `b` is the
// output channel getPatchChannel(b, r).
//
// A unit here is one tap of 8 channels of one row: 16 bytes of K in each step
// that it is part of. A warp packs the 8 rows of a block: a lane the row `lane
// % 8`, four lanes its units in turn, so that the lanes that store together
// write 128 bytes without a bank conflict.
//
//===----------------------------------------------------------------------===//

#include "PatchFilter.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kStepBytes = 2048;
static constexpr int64_t kHalfBytes = 1024;
static constexpr int64_t kRowBytes = 16;
static constexpr int64_t kRowsPerWarp = 8;
static constexpr int64_t kLanesPerRow = 32 / kRowsPerWarp;
/// Units that a lane loads before it uses the first.
static constexpr int64_t kUnitsAtOnce = 4;

//===----------------------------------------------------------------------===//
// Units
//===----------------------------------------------------------------------===//

FilterPacking::FilterPacking(const PatchContext &context, Value block)
    : context(context), block(block) {
  DeviceBuilder &b = context.builder;
  const PatchProblem &problem = context.plan.problem;
  Value row = b.bitAnd(context.lane, kRowsPerWarp - 1);
  Value channel = context.getChannel(context.warp, row);
  rowExists = b.compare(CmpIPredicate::ult, channel, problem.filters);
  firstUnit = b.shr(context.lane, 3);
  int64_t rowBytes = context.plan.getFilterRowBytes();
  if (context.getFilterSource() == PatchFilterSource::Copy) {
    Value inBlock = b.sub(channel, context.firstChannel);
    Value copied = b.add(b.mul(block, kPatchChannels), inBlock);
    Value copy = b.add(context.operands.shared, context.plan.shared.staging);
    rowOffset = b.add(copy, b.mul(copied, rowBytes));
    return;
  }
  Value clamped = b.min(channel, b.i32(problem.filters - 1));
  rowOffset = b.mul(b.widen(clamped), rowBytes);
  if (fitsRegisters(context.plan))
    keepUnits();
}

void FilterPacking::keepUnits() {
  for (int64_t round : llvm::seq<int64_t>(0, getRounds(context.plan)))
    kept.push_back(loadUnit(context.builder.i32(round)));
}

bool FilterPacking::fitsRegisters(const PatchPlan &plan) {
  return getRounds(plan) <= kUnitsAtOnce;
}

int64_t FilterPacking::getUnits(const PatchPlan &plan) {
  return plan.chunks * plan.chunkUnits * plan.getUnitTaps();
}

int64_t FilterPacking::getChunkTaps() const {
  return context.plan.chunkUnits * context.plan.getUnitTaps();
}

int64_t FilterPacking::getRounds(const PatchPlan &plan) {
  return llvm::divideCeil(getUnits(plan), kLanesPerRow);
}

Value FilterPacking::loadWeight(Type type, Value offset) {
  DeviceBuilder &b = context.builder;
  if (context.getFilterSource() == PatchFilterSource::Copy)
    return b.loadShared(type, b.add(rowOffset, offset));
  return b.loadGlobal(type, context.operands.filter,
                      b.add(rowOffset, b.widen(offset)));
}

Value FilterPacking::pickWeight(Value channel, Value tap, Value exists) {
  DeviceBuilder &b = context.builder;
  const PatchProblem &problem = context.plan.problem;
  int64_t bytes = problem.getInputBytes();
  Type type = b.getIntegerType(bytes * 8);
  Value zero = arith::ConstantOp::create(b, b.getIntegerAttr(type, 0));
  Value place = problem.isFilterChannelsLast
                    ? b.add(b.mul(tap, problem.channels), channel)
                    : b.add(b.mul(channel, problem.getTaps()), tap);
  return b.select(exists, loadWeight(type, b.mul(place, bytes)), zero);
}

SmallVector<Value> FilterPacking::loadTap(Value tap, Value firstChannel) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  int64_t channels = plan.problem.channels;
  SmallVector<Value> weights;
  for (int64_t c : llvm::seq<int64_t>(0, kPatchUnitChannels)) {
    Value exists = rowExists;
    Value channel = b.add(firstChannel, c);
    if (channels != plan.chunks * plan.getChunkChannels()) {
      Value isChannel = b.compare(CmpIPredicate::ult, channel, channels);
      exists = b.allOf(exists, isChannel);
      channel = b.min(channel, b.i32(channels - 1));
    }
    weights.push_back(pickWeight(channel, tap, exists));
  }
  return weights;
}

SmallVector<Value> FilterPacking::loadPair(Value pair) {
  DeviceBuilder &b = context.builder;
  const PatchProblem &problem = context.plan.problem;
  int64_t pairs = context.plan.getRowPairs(), width = problem.filterWidth;
  Value row = b.mul(b.div(pair, pairs), width);
  Value column = b.mul(b.rem(pair, pairs), 2);
  Value isSecond = b.compare(CmpIPredicate::ult, b.add(column, 1), width);
  Value last = b.i32(width - 1);
  SmallVector<Value> weights(kPatchUnitChannels, b.i32(0));
  for (int64_t c : llvm::seq<int64_t>(0, problem.channels)) {
    weights[c] = pickWeight(b.i32(c), b.add(row, column), rowExists);
    weights[kPatchPairedChannels + c] =
        pickWeight(b.i32(c), b.add(row, b.min(b.add(column, 1), last)),
                   b.allOf(rowExists, isSecond));
  }
  return weights;
}

FilterPacking::Unit FilterPacking::loadUnit(Value round) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  Unit unit;
  Value index = b.add(b.mul(round, kLanesPerRow), firstUnit);
  int64_t units = getUnits(plan), taps = plan.getUnitTaps();
  unit.exists = b.compare(CmpIPredicate::ult, index, units);
  // Within the row in any case.
  index = b.min(index, b.i32(units - 1));
  unit.chunk = b.div(index, getChunkTaps());
  unit.tap = b.rem(index, getChunkTaps());
  if (plan.pairsTaps)
    unit.weights = loadPair(unit.tap);
  else
    unit.weights = loadTap(b.rem(index, taps),
                           b.mul(b.div(index, taps), kPatchUnitChannels));
  return unit;
}

void FilterPacking::forEachUnit(llvm::function_ref<void(const Unit &)> visit) {
  DeviceBuilder &b = context.builder;
  if (!kept.empty()) {
    for (const Unit &unit : kept)
      visit(unit);
    return;
  }
  // Not known to compilers: they would unroll the loop, and load all at once.
  Value rounds = b.here(b.i32(getRounds(context.plan)));
  b.forRange(b.i32(0), rounds, kUnitsAtOnce, [&](Value round) {
    SmallVector<Unit> units;
    for (int64_t i : llvm::seq<int64_t>(0, kUnitsAtOnce))
      units.push_back(loadUnit(b.add(round, i)));
    for (const Unit &unit : units)
      visit(unit);
  });
}

Value FilterPacking::getAddress(const Unit &unit) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  Value image = b.add(context.operands.shared, plan.shared.filter);
  Value index = b.add(b.mul(block, plan.chunks), unit.chunk);
  Value chunk = b.mul(index, plan.getFilterChunkBytes());
  Value row = b.add(b.mul(context.warp, kRowsPerWarp * kRowBytes),
                    b.mul(b.bitAnd(context.lane, kRowsPerWarp - 1), kRowBytes));
  return b.add(b.add(image, chunk), row);
}

Value FilterPacking::getPairAddress(const Unit &unit, int64_t step) {
  DeviceBuilder &b = context.builder;
  Value pair = b.mul(b.shr(unit.tap, 1), kStepBytes);
  Value half = b.mul(b.bitAnd(unit.tap, 1), kHalfBytes);
  return b.add(getAddress(unit), b.add(b.add(pair, half), step * kStepBytes));
}

//===----------------------------------------------------------------------===//
// f16, bf16, tf32
//===----------------------------------------------------------------------===//

void FilterPacking::pack16Bit() {
  DeviceBuilder &b = context.builder;
  forEachUnit([&](const Unit &unit) {
    b.ifThen(unit.exists, [&] {
      b.storeShared(b.makeVector(unit.weights), getPairAddress(unit, 0));
    });
  });
}

void FilterPacking::packTF32() {
  DeviceBuilder &b = context.builder;
  forEachUnit([&](const Unit &unit) {
    SmallVector<Value> words;
    for (Value weight : unit.weights)
      words.push_back(roundToTF32(b, weight));
    Value address = b.add(getAddress(unit), b.mul(unit.tap, kStepBytes));
    b.ifThen(unit.exists, [&] {
      ArrayRef<Value> all = words;
      b.storeShared(b.makeVector(all.take_front(4)), address);
      b.storeShared(b.makeVector(all.drop_front(4)), address, kHalfBytes);
    });
  });
}

//===----------------------------------------------------------------------===//
// Split f16
//===----------------------------------------------------------------------===//

/// The largest or smallest of the lanes of a row.
static Value reduceRow(DeviceBuilder &b, Value value, bool isLargest) {
  for (int64_t distance = kRowsPerWarp; distance < 32; distance *= 2) {
    Value other = b.shuffleXor(value, distance);
    value = isLargest ? b.max(value, other) : b.min(value, other);
  }
  return value;
}

Value FilterPacking::scaleRow() {
  DeviceBuilder &b = context.builder;
  SmallVector<Value> range{b.i32(0), b.i32(-1)};
  auto reduce = [&](const Unit &unit, ValueRange before) {
    Value largest = before[0], smallest = before[1];
    for (Value weight : unit.weights) {
      Value magnitude = b.bitAnd(weight, 0x7fffffff);
      largest = b.max(largest, magnitude);
      smallest = b.min(smallest, b.add(magnitude, -1));
    }
    return SmallVector<Value>{largest, smallest};
  };
  // What does not exist is loaded as a unit or channel that does, or as zero.
  if (!kept.empty())
    for (const Unit &unit : kept)
      range = reduce(unit, range);
  else
    range =
        b.forCarrying(b.i32(0), b.i32(getRounds(context.plan)), kUnitsAtOnce,
                      range, [&](Value round, ValueRange carried) {
                        SmallVector<Unit> units;
                        for (int64_t i : llvm::seq<int64_t>(0, kUnitsAtOnce))
                          units.push_back(loadUnit(b.add(round, i)));
                        SmallVector<Value> next(carried);
                        for (const Unit &unit : units)
                          next = reduce(unit, next);
                        return next;
                      });
  Value largest = reduceRow(b, range[0], /*isLargest=*/true);
  Value smallest = reduceRow(b, range[1], /*isLargest=*/false);
  SplitScale scale = getSplitScale(b, largest);
  constexpr int64_t kOne = 0x3f800000, kNaN = 0x7fc00000;
  Value isZero = b.compare(CmpIPredicate::eq, largest, 0);
  Value bits = b.select(isZero, b.i32(kOne), scale.down);
  bits =
      b.select(isBeyondSplit(b, largest, smallest, scale), b.i32(kNaN), bits);
  Value index = b.add(b.mul(block, kPatchChannels),
                      b.add(b.mul(context.warp, kRowsPerWarp), context.lane));
  Value address =
      b.add(b.add(context.operands.shared, context.plan.shared.filterScales),
            b.mul(index, 4));
  b.ifThen(b.compare(CmpIPredicate::ult, context.lane, kRowsPerWarp),
           [&] { b.storeShared(bits, address); });
  return scale.up;
}

void FilterPacking::packSplit() {
  DeviceBuilder &b = context.builder;
  int64_t singles = getChunkTaps();
  Value up = scaleRow();
  forEachUnit([&](const Unit &unit) {
    auto scaled = [&](int64_t c) -> Value {
      return arith::MulFOp::create(
          b, b.bitcast(b.getF32Type(), unit.weights[c]), up);
    };
    SmallVector<Value> lows, lowered, highs;
    for (int64_t c = 0; c < kPatchUnitChannels; c += 2) {
      auto [high, low] = splitF16(b, scaled(c), scaled(c + 1), 1.0f);
      lows.push_back(low);
      lowered.push_back(lowerHighParts(b, high));
      highs.push_back(high);
    }
    Value both = b.add(getAddress(unit), b.mul(unit.tap, kStepBytes));
    Value alone = getPairAddress(unit, singles);
    b.ifThen(unit.exists, [&] {
      b.storeShared(b.makeVector(lows), both);
      b.storeShared(b.makeVector(lowered), both, kHalfBytes);
      b.storeShared(b.makeVector(highs), alone);
    });
  });
}

//===----------------------------------------------------------------------===//
// What holds no weight
//===----------------------------------------------------------------------===//

/// Zeros from `address` on.
static void clearShared(PatchContext &context, Value address, int64_t bytes) {
  DeviceBuilder &b = context.builder;
  auto type = VectorType::get({4}, b.getI32Type());
  Value zeros = LLVM::ZeroOp::create(b, type);
  Value thread = b.add(b.mul(context.warp, 32), context.lane);
  b.forRange(b.mul(thread, 16), b.i32(bytes), kPatchMathWarps * 32 * 16,
             [&](Value byte) { b.storeShared(zeros, b.add(address, byte)); });
}

void convoy::emitFilterZeros(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  Value shared = context.operands.shared;
  if (!plan.steps.back().secondHalfBytes)
    b.forRange(b.i32(plan.residentBlocks * plan.chunks), [&](Value chunk) {
      Value end = b.mul(b.add(chunk, 1), plan.getFilterChunkBytes());
      Value begin = b.add(end, plan.shared.filter - kHalfBytes);
      clearShared(context, b.add(shared, begin), kHalfBytes);
    });
}

void convoy::emitPatchZeros(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  if (!plan.needsZeros())
    return;
  clearShared(context, b.add(context.operands.shared, plan.shared.zeros),
              plan.columnsPerWarpgroup * 16);
  b.fenceAsyncShared();
}

PatchFilterSource PatchContext::getFilterSource() const {
  if (operands.filterImage)
    return PatchFilterSource::Image;
  bool isCopied = plan.canCopyFilter() && FilterPacking::fitsRegisters(plan);
  return isCopied ? PatchFilterSource::Copy : PatchFilterSource::Loads;
}

void FilterPacking::pack() {
  if (context.getFilterSource() == PatchFilterSource::Copy)
    keepUnits();
  switch (context.plan.problem.products) {
  case PatchProducts::SplitF16:
    return packSplit();
  case PatchProducts::TF32:
    return packTF32();
  case PatchProducts::F16:
  case PatchProducts::BF16:
    return pack16Bit();
  }
}
