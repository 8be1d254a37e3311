//===- PatchWords.cpp - A slot's words in registers -----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the words of a slot lie, and which of them exist.
//
//===----------------------------------------------------------------------===//

#include "PatchWords.h"
#include "KernelBarriers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kWordBytes = 4;

PatchConversion::PatchConversion(PatchContext &context, Value load, Value slot)
    : context(context), load(load), slot(slot) {
  DeviceBuilder &b = context.builder;
  Value warp = b.add(context.warp, -kPatchMathWarps);
  int64_t warps = context.plan.getWarpsPerUnit();
  thread = b.add(b.mul(warp, 32), context.lane);
  threadInUnit = b.bitAnd(thread, warps * 32 - 1);
  group = b.div(warp, warps);
  address = context.getSlotAddress(slot);
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

int64_t PatchConversion::getPixelsPerWord() const {
  return context.plan.getPixelsPerWord();
}

Type PatchConversion::getWordType() const {
  return context.builder.getIntegerType(8 * getPixelsPerWord() *
                                        context.plan.problem.getInputBytes());
}

Value PatchConversion::getZero() const {
  return arith::ConstantOp::create(
      context.builder, context.builder.getIntegerAttr(getWordType(), 0));
}

int64_t PatchConversion::getThreads() const {
  return context.plan.getWarpsPerUnit() * 32;
}

int64_t PatchConversion::getWords() const {
  return context.plan.patchPixels / getPixelsPerWord();
}

int64_t PatchConversion::getRounds() const {
  return llvm::divideCeil(getWords(), getThreads());
}

Value PatchConversion::getUnit(int64_t unit) const {
  DeviceBuilder &b = context.builder;
  return b.add(b.mul(group, context.plan.getUnitsPerGroup()), unit);
}

Value PatchConversion::getUnitAddress(int64_t unit) const {
  DeviceBuilder &b = context.builder;
  if (context.plan.chunkUnits == 1)
    return address;
  return b.add(address, b.mul(getUnit(unit), context.plan.unitBytes));
}

Value PatchConversion::hasWord(int64_t round) const {
  int64_t rest = getWords() - round * getThreads();
  if (rest >= getThreads())
    return Value();
  return context.builder.compare(CmpIPredicate::ult, threadInUnit, rest);
}

Value PatchConversion::getIndex(const PatchWord &word) const {
  return context.builder.add(threadInUnit, word.round * getThreads());
}

void PatchConversion::syncReaders() {
  if (context.plan.getWarpsPerUnit() > 1)
    context.builder.syncNamed(kPatchConvertBarrier, kPatchConvertWarps * 32);
  else
    context.builder.syncWarp();
}

void PatchConversion::forEachWord(
    ArrayRef<PatchWord> words,
    llvm::function_ref<void(const PatchWord &, Value)> write) {
  DeviceBuilder &b = context.builder;
  int64_t bytes = 16 * getPixelsPerWord();
  for (const PatchWord &word : words) {
    auto emit = [&] {
      Value first =
          b.add(getUnitAddress(word.unit), b.mul(threadInUnit, bytes));
      write(word, b.add(first, word.round * getThreads() * bytes));
    };
    if (Value condition = hasWord(word.round))
      b.ifThen(condition, emit);
    else
      emit();
  }
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// True if units have the same channels, in all slots.
bool PatchConversion::areChannelsKnown() const {
  const PatchPlan &plan = context.plan;
  return plan.problem.channels % plan.getChunkChannels() == 0 ||
         (plan.chunks == 1 && plan.chunkUnits == 1);
}

SmallVector<Value> PatchConversion::readContiguous(int64_t unit,
                                                   int64_t round) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  Value first = b.add(getUnitAddress(unit), b.mul(threadInUnit, kWordBytes));
  SmallVector<Value> values(kPatchUnitChannels, getZero());
  int64_t present = std::min(plan.problem.channels, kPatchUnitChannels);
  for (int64_t c : llvm::seq<int64_t>(0, present))
    values[c] = b.loadShared(getWordType(), first,
                             c * plan.rawChannelBytes +
                                 round * getThreads() * kWordBytes);
  return values;
}

SmallVector<Value> PatchConversion::pickPixels(int64_t unit, int64_t round) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  const PatchProblem &problem = plan.problem;
  int64_t bytes = problem.getInputBytes();
  PatchRows rows =
      getPatchRows(context, context.getTile(b.div(load, plan.chunks)));
  Value pixel = b.add(threadInUnit, round * getThreads());
  Value row = b.div(pixel, plan.pitch);
  Value column = b.add(b.rem(pixel, plan.pitch), -problem.padLeft);
  // Rows of the slot; what lies above it or left of the image wraps.
  Value slotRow = b.sub(row, rows.above);
  Value exists = b.allOf(
      b.compare(CmpIPredicate::ult, slotRow, b.sub(rows.end, rows.first)),
      b.compare(CmpIPredicate::ult, column, problem.width));
  Value offset = b.mul(b.add(b.mul(slotRow, problem.width), column), bytes);
  Value place = b.add(getUnitAddress(unit), b.select(exists, offset, b.i32(0)));
  Value firstChannel =
      b.add(b.mul(b.rem(load, plan.chunks), plan.getChunkChannels()),
            b.mul(getUnit(unit), kPatchUnitChannels));
  SmallVector<Value> values(kPatchUnitChannels, getZero());
  int64_t present = std::min(problem.channels, kPatchUnitChannels);
  for (int64_t c : llvm::seq<int64_t>(0, present)) {
    Value begin = getInputOffset(context, b.add(firstChannel, c), rows.first);
    Value word = b.loadShared(getWordType(), b.add(place, b.bitAnd(begin, 15)),
                              c * plan.rawChannelBytes);
    values[c] = b.select(exists, word, getZero());
  }
  return values;
}

SmallVector<Value> PatchConversion::readWord(int64_t unit, int64_t round) {
  DeviceBuilder &b = context.builder;
  auto read = [&] {
    return context.plan.isContiguous ? readContiguous(unit, round)
                                     : pickPixels(unit, round);
  };
  Value condition = hasWord(round);
  if (!condition)
    return read();
  SmallVector<Type> types(kPatchUnitChannels, getWordType());
  auto op = scf::IfOp::create(b, types, condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.thenBlock());
  scf::YieldOp::create(b, read());
  b.setInsertionPointToStart(op.elseBlock());
  scf::YieldOp::create(b, SmallVector<Value>(kPatchUnitChannels, getZero()));
  return SmallVector<Value>(op.getResults());
}

/// Channels beyond the input's.
void PatchConversion::clearChannels(PatchWord &word) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  Value first = b.add(b.mul(b.rem(load, plan.chunks), plan.getChunkChannels()),
                      b.mul(getUnit(word.unit), kPatchUnitChannels));
  for (auto [c, value] : llvm::enumerate(word.channels)) {
    Value exists =
        b.compare(CmpIPredicate::ult, b.add(first, c), plan.problem.channels);
    value = b.select(exists, value, getZero());
  }
}

/// Pixels that were not loaded: above an image's first tile, below its last.
/// Picked pixels are zeros already.
void PatchConversion::clearPixels(PatchWord &word, const PatchTile &tile) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  int64_t perWord = getPixelsPerWord();
  auto clearUnless = [&](Value isPresent) {
    for (Value &value : word.channels)
      value = b.select(isPresent, value, getZero());
  };
  if (plan.leadPixels > word.round * getThreads() * perWord) {
    Value index = getIndex(word);
    clearUnless(b.anyOf(
        b.compare(CmpIPredicate::ne, tile.row, 0),
        b.compare(CmpIPredicate::uge, index, plan.leadPixels / perWord)));
  }
  if (plan.outputHeight % plan.tileRows == 0 || !plan.isContiguous)
    return;
  Value rows =
      b.sub(b.i32(plan.problem.height), b.mul(tile.row, plan.tileRows));
  Value end =
      b.add(b.mul(rows, plan.pitch / perWord), plan.leadPixels / perWord);
  clearUnless(b.compare(CmpIPredicate::ult, getIndex(word), end));
}

SmallVector<PatchWord> PatchConversion::readWords() {
  DeviceBuilder &b = context.builder;
  SmallVector<PatchWord> words;
  for (int64_t unit : llvm::seq(context.plan.getUnitsPerGroup()))
    for (int64_t round : llvm::seq(getRounds()))
      words.push_back({unit, round, readWord(unit, round)});
  PatchTile tile = context.getTile(b.div(load, context.plan.chunks));
  for (PatchWord &word : words) {
    if (!areChannelsKnown())
      clearChannels(word);
    clearPixels(word, tile);
  }
  return words;
}
