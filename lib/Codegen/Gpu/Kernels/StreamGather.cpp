//===- StreamGather.cpp - Gathering of a filter-streaming kernel ----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread has the same pixels of the patch in all slots of a tile: it finds
// where they lie, and which of them exist, once a tile. A unit of its work is 8
// channels of one of its pixels.
//
// The loads of the next slots begin when what was loaded before is converted
// and handed over, into the same registers: what is still being loaded where a
// loop begins again must not be copied then, which waits for all loads.
//
//===----------------------------------------------------------------------===//

#include "StreamGather.h"

#include "PatchSplit.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

/// Exponent field of the first slot's scale: elements up to 16.
static constexpr int64_t kFirstGuess = 127 + 3;

//===----------------------------------------------------------------------===//
// Pixels
//===----------------------------------------------------------------------===//

/// One of the phases' numbers by the phase's index.
static Value pickPhase(DeviceBuilder &b, const StreamPlan &plan, Value phase,
                       int64_t StreamPhase::*number) {
  Value picked = b.i32(plan.phases[0].*number);
  for (int64_t i : llvm::seq<int64_t>(1, plan.phases.size()))
    picked = b.select(b.compare(CmpIPredicate::eq, phase, i),
                      b.i32(plan.phases[i].*number), picked);
  return picked;
}

StreamGather::Pixel StreamGather::getPixel(const StreamTilePlace &tile,
                                           Value thread, int64_t round) {
  const PatchProblem &problem = plan.problem;
  Value pixel = b.add(thread, round * plan.getPixelThreads());
  Value phaseRow = b.i32(plan.phases[0].row);
  Value phaseColumn = b.i32(plan.phases[0].column);
  Value rest = pixel;
  if (plan.phases.size() > 1) {
    Value phase = b.div(pixel, plan.phasePixels);
    rest = b.rem(pixel, plan.phasePixels);
    phaseRow = pickPhase(b, plan, phase, &StreamPhase::row);
    phaseColumn = pickPhase(b, plan, phase, &StreamPhase::column);
  }
  Value image = tile.image;
  if (plan.tileImages > 1) {
    image = b.add(image, b.div(rest, plan.imagePixels));
    rest = b.rem(rest, plan.imagePixels);
  }
  auto place = [&](Value first, Value position, int64_t stride, Value phase,
                   int64_t pad) {
    Value output = b.add(first, position);
    return b.add(b.add(b.mul(output, stride), phase), -pad);
  };
  // What lies above the image or left of it wraps.
  Value y = place(tile.row, b.div(rest, plan.pitch), problem.strideHeight,
                  phaseRow, problem.padTop);
  Value x = place(tile.column, b.rem(rest, plan.pitch), problem.strideWidth,
                  phaseColumn, problem.padLeft);
  Value exists = b.allOf(b.compare(CmpIPredicate::ult, y, problem.height),
                         b.compare(CmpIPredicate::ult, x, problem.width));
  if (plan.tileImages > 1)
    exists = b.allOf(
        exists, b.compare(CmpIPredicate::ult, image, context.operands.batch));
  if ((round + 1) * plan.getPixelThreads() > plan.patchPixels)
    exists =
        b.allOf(exists, b.compare(CmpIPredicate::ult, pixel, plan.patchPixels));
  Value plane = b.mul(tile.group, problem.channels * problem.height);
  Value inImage = b.add(b.mul(b.add(plane, y), problem.width), x);
  Value offset = b.add(b.mul(b.widen(image), context.operands.inputImageBytes),
                       b.widen(b.mul(inImage, problem.getInputBytes())));
  offset = b.select(exists, offset, b.i64(0));
  return {b.globalPointer(context.operands.input, offset), exists};
}

StreamGather::Cursor StreamGather::openTile(Value index) {
  // The last tile again instead of one that does not exist: nobody reads it.
  StreamTilePlace tile =
      context.getTile(b.min(index, b.add(context.count, -1)));
  // Computed here, not kept in registers over all tiles.
  Value thread = getThread(b.threadHere());
  Value pixelThread = getPixelThread(thread);
  Value groupOffset;
  if (plan.unitGroups > 1) {
    const PatchProblem &problem = plan.problem;
    Value group = b.div(thread, plan.getPixelThreads());
    groupOffset = b.mul(group, 8 * problem.height * problem.width *
                                   problem.getInputBytes());
  }
  Cursor cursor;
  cursor.tile = index;
  cursor.slot = b.i32(0);
  bool isLast = getStreamSlotsInTurn(plan) == plan.slotsPerTile;
  cursor.mask = b.i32(isLast ? int64_t(1) << kLastSlotBit : 0);
  for (int64_t round : llvm::seq<int64_t>(0, plan.rounds)) {
    Pixel pixel = getPixel(tile, pixelThread, round);
    if (groupOffset)
      pixel.pointer = b.globalPointer(pixel.pointer, groupOffset);
    cursor.pointers.push_back(pixel.pointer);
    Value bit =
        b.shl(arith::ExtUIOp::create(b, b.getI32Type(), pixel.exists), round);
    cursor.mask = b.bitOr(cursor.mask, bit);
  }
  return cursor;
}

SmallVector<Value> StreamGather::Cursor::pack() const {
  SmallVector<Value> packed{tile, slot, mask};
  llvm::append_range(packed, pointers);
  return packed;
}

StreamGather::Cursor StreamGather::Cursor::unpack(ValueRange packed) {
  return {packed[0], packed[1], packed[2],
          llvm::to_vector(packed.drop_front(kNumbers))};
}

/// From one turn's slots to the next one's, of this tile or another.
StreamGather::Cursor StreamGather::advance(const Cursor &cursor) {
  Value nextTile = b.add(cursor.tile, 1);
  int64_t slots = getStreamSlotsInTurn(plan);
  if (plan.slotsPerTile == slots)
    return openTile(nextTile);
  Value nextSlot = b.add(cursor.slot, slots);
  Value isEnd = b.compare(CmpIPredicate::eq, nextSlot, plan.slotsPerTile);
  SmallVector<Value> same = cursor.pack();
  auto op = scf::IfOp::create(b, ValueRange(same).getTypes(), isEnd,
                              /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.thenBlock());
  scf::YieldOp::create(b, openTile(nextTile).pack());
  b.setInsertionPointToStart(op.elseBlock());
  Cursor next = cursor;
  next.slot = nextSlot;
  Value isLast =
      b.compare(CmpIPredicate::eq, nextSlot, plan.slotsPerTile - slots);
  next.mask = b.bitOr(
      cursor.mask,
      b.shl(arith::ExtUIOp::create(b, b.getI32Type(), isLast), kLastSlotBit));
  scf::YieldOp::create(b, next.pack());
  return Cursor::unpack(op.getResults());
}

//===----------------------------------------------------------------------===//
// Units
//===----------------------------------------------------------------------===//

bool StreamGather::mayLack(int64_t channel) const {
  int64_t rest = plan.problem.channels % plan.getSlotChannels();
  return rest != 0 && channel + 8 * (plan.unitGroups - 1) >= rest;
}

Value StreamGather::isLacking(int64_t channel, Value mask) {
  int64_t rest = plan.problem.channels % plan.getSlotChannels();
  Value isLast = b.compare(CmpIPredicate::slt, mask, 0);
  if (plan.unitGroups == 1)
    return isLast;
  Value own = b.add(b.mul(group, 8), channel);
  return b.allOf(isLast, b.compare(CmpIPredicate::uge, own, rest));
}

Type StreamGather::getElementType() const {
  return b.getIntegerType(8 * plan.problem.getInputBytes());
}

SmallVector<Value> StreamGather::loadPixel(Value pointer, Value mask,
                                           int64_t firstChannel) {
  const PatchProblem &problem = plan.problem;
  int64_t planeBytes = problem.height * problem.width * problem.getInputBytes();
  Value slotBegin = b.i64(0);
  if (plan.unitGroups > 1)
    slotBegin = b.sub(slotBegin, b.widen(b.mul(group, 8 * planeBytes)));
  SmallVector<Value> elements;
  for (int64_t c : llvm::seq(firstChannel, firstChannel + 8)) {
    if (isNeverThere(c)) {
      Attribute zero = b.getIntegerAttr(getElementType(), 0);
      elements.push_back(arith::ConstantOp::create(b, cast<TypedAttr>(zero)));
      continue;
    }
    Value offset = b.i64(c * planeBytes);
    // The first channel of a slot always exists.
    if (mayLack(c))
      offset = b.select(isLacking(c, mask), slotBegin, offset);
    elements.push_back(b.loadGlobal(getElementType(), pointer, offset));
  }
  return elements;
}

Value StreamGather::getSlotOffset(Value slot) {
  const PatchProblem &problem = plan.problem;
  return b.widen(b.mul(slot, plan.getSlotChannels() * problem.height *
                                 problem.width * problem.getInputBytes()));
}

StreamGather::Batch StreamGather::load(const Cursor &cursor, int64_t inTurn,
                                       int64_t batch) {
  Value slotOffset = getSlotOffset(b.add(cursor.slot, inTurn));
  // Only a turn's last slot may be its tile's.
  bool isLast = inTurn + 1 == getStreamSlotsInTurn(plan);
  constexpr int64_t kPixelBits = (int64_t(1) << kLastSlotBit) - 1;
  Batch loaded{isLast ? cursor.mask : b.bitAnd(cursor.mask, kPixelBits), {}};
  for (int64_t unit : llvm::seq(getFirstUnit(batch), getFirstUnit(batch + 1))) {
    Value first = b.globalPointer(cursor.pointers[getRound(unit)], slotOffset);
    llvm::append_range(loaded.elements,
                       loadPixel(first, loaded.mask, getFirstChannel(unit)));
  }
  return loaded;
}

SmallVector<Value> StreamGather::getWords(ArrayRef<Value> elements, Value mask,
                                          int64_t firstChannel, int64_t round) {
  Type i32 = b.getI32Type();
  SmallVector<Value> words;
  for (auto [c, element] : llvm::enumerate(elements)) {
    Value word = element;
    if (word.getType() != i32)
      word = arith::ExtUIOp::create(b, i32, word);
    if (mayLack(firstChannel + c) && !isNeverThere(firstChannel + c))
      word = b.select(isLacking(firstChannel + c, mask), b.i32(0), word);
    words.push_back(word);
  }
  if (plan.problem.getInputBytes() == 2) {
    for (int64_t i : llvm::seq<int64_t>(0, 4))
      words[i] = b.bitOr(words[2 * i], b.shl(words[2 * i + 1], 16));
    words.truncate(4);
  }
  // All ones if the pixel exists.
  Value all = arith::ShRSIOp::create(b, b.shl(mask, 31 - round), b.i32(31));
  for (Value &word : words)
    word = arith::AndIOp::create(b, word, all);
  return words;
}

void StreamGather::ifPixel(int64_t round, llvm::function_ref<void()> emit) {
  int64_t rest = plan.patchPixels - round * plan.getPixelThreads();
  if (rest >= plan.getPixelThreads())
    return emit();
  b.ifThen(b.compare(CmpIPredicate::ult, pixelThread, rest), emit);
}

/// Writes the planes of a unit, for products that take elements as they are.
void StreamGather::writeUnit(ArrayRef<Value> elements, Value mask, int64_t unit,
                             Value address) {
  bool isTF32 = plan.problem.products == PatchProducts::TF32;
  int64_t plane = getFirstChannel(unit) / 8 * (isTF32 ? 2 : 1);
  int64_t round = getRound(unit);
  SmallVector<Value> words =
      getWords(elements, mask, getFirstChannel(unit), round);
  if (isTF32)
    for (Value &word : words)
      word = roundToTF32(b, word);
  ifPixel(round, [&] {
    for (int64_t i = 0; i < static_cast<int64_t>(words.size()); i += 4)
      b.storeShared(b.makeVector(ArrayRef<Value>(words).slice(i, 4)), address,
                    (plane + i / 4) * plan.getPlaneBytes() +
                        round * plan.getPixelThreads() * 16);
  });
}

//===----------------------------------------------------------------------===//
// Role
//===----------------------------------------------------------------------===//

SmallVector<Value> StreamGather::Batch::pack() const {
  SmallVector<Value> packed{mask};
  llvm::append_range(packed, elements);
  return packed;
}

StreamGather::Batch StreamGather::Batch::unpack(ValueRange packed) {
  return {packed[0], llvm::to_vector(packed.drop_front())};
}

void StreamGather::writeBatch(const Batch &batch, int64_t number, Value address,
                              const SplitClass &split, Magnitudes &magnitudes) {
  ArrayRef<Value> rest = batch.elements;
  for (int64_t unit :
       llvm::seq(getFirstUnit(number), getFirstUnit(number + 1))) {
    ArrayRef<Value> elements = rest.take_front(8);
    rest = rest.drop_front(8);
    int64_t channel = getFirstChannel(unit), round = getRound(unit);
    if (!plan.isSplit())
      writeUnit(elements, batch.mask, unit, address);
    else
      writeSplitPixel(getWords(elements, batch.mask, channel, round), channel,
                      round, address, split, magnitudes);
  }
}

Value StreamGather::writeSlot(Value use, const Cursor &cursor, Batch batch,
                              Value guess) {
  Value slot = context.getSlot(use);
  Value address = b.add(context.getSlotAddress(slot), b.mul(pixelThread, 16));
  int64_t planesPerUnit = plan.planes / plan.getSlotUnits();
  if (plan.unitGroups > 1)
    address =
        b.add(address, b.mul(group, planesPerUnit * plan.getPlaneBytes()));
  Magnitudes magnitudes{b.i32(0), b.i32(-1)};
  SplitClass split;
  if (plan.isSplit())
    split.up = getScaleUp(b, guess);
  b.waitBarrier(context.slotEmpty(slot),
                b.bitXor(context.getSlotParity(use), 1));
  for (int64_t i : llvm::seq<int64_t>(0, getStreamBatches(plan))) {
    if (i > 0)
      batch = load(cursor, 0, i);
    writeBatch(batch, i, address, split, magnitudes);
  }
  if (plan.isSplit())
    return finishSplitSlot(use, slot, address, guess, magnitudes);
  b.fenceAsyncShared();
  context.arriveForWarp(context.slotFull(slot));
  return guess;
}

void StreamGather::emit() {
  thread = getThread(NVVM::ThreadIdXOp::create(b, b.getI32Type()));
  pixelThread = getPixelThread(thread);
  group = b.div(thread, plan.getPixelThreads());
  Cursor cursor = openTile(b.i32(0));
  int64_t cursorSize = cursor.pack().size(), slots = getStreamSlotsInTurn(plan);
  auto loadTurn = [&](const Cursor &cursor) {
    SmallVector<Value> batches;
    for (int64_t i : llvm::seq<int64_t>(0, slots))
      llvm::append_range(batches, load(cursor, i, 0).pack());
    return batches;
  };
  // Two numbers of split products: the next slot's guess, and the passes.
  SmallVector<Value> initial{b.i32(kFirstGuess), b.i32(0)};
  llvm::append_range(initial, cursor.pack());
  llvm::append_range(initial, loadTurn(cursor));
  Value uses = b.mul(context.count, plan.slotsPerTile);
  auto emitTurn = [&](Value use, ValueRange carried) {
    Value guess = carried[0];
    passesBefore = carried[1];
    Cursor cursor = Cursor::unpack(carried.slice(2, cursorSize));
    ValueRange loaded = carried.drop_front(2 + cursorSize);
    int64_t size = loaded.size() / slots;
    // Found while loads are on their way.
    Cursor following = advance(cursor);
    for (int64_t i : llvm::seq<int64_t>(0, slots))
      guess = writeSlot(b.add(use, i), cursor,
                        Batch::unpack(loaded.slice(i * size, size)), guess);
    SmallVector<Value> next{guess, passesBefore};
    llvm::append_range(next, following.pack());
    llvm::append_range(next, loadTurn(following));
    return next;
  };
  b.forCarrying(b.i32(0), uses, slots, initial, emitTurn);
}

void convoy::emitGatherRole(StreamContext &context) {
  DeviceBuilder &b = context.builder;
  b.ifThen(b.compare(CmpIPredicate::ne, context.count, 0),
           [&] { StreamGather(context).emit(); });
}
