//===- StreamGather.cpp - Gathering of a filter-streaming kernel ----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread has the same pixels of the patch in all slots of a tile: it finds
// where they lie, and which of them exist, once a tile, or once for each part
// of the filter. A unit of its work is 8 channels of one of its pixels.
//
// The loads of the next slots begin when what was loaded before is converted
// and handed over, into the same registers: what is still being loaded where a
// loop begins again must not be copied then, which waits for all loads. Where
// gathering takes longer than products, elements are copied to shared memory
// instead (StreamCopies.cpp).
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

int64_t StreamGather::getChannelBytes(int64_t channel) const {
  const PatchProblem &problem = plan.problem;
  int64_t columns = plan.getPixelColumns();
  int64_t pixels = problem.height * problem.width * columns;
  return (channel / columns * pixels + channel % columns) *
         problem.getInputBytes();
}

SmallVector<Value> StreamGather::loadRuns(Value pointer) {
  int64_t columns = plan.getPixelColumns();
  int64_t runWords = columns * plan.problem.getInputBytes() / 4;
  Type i32 = b.getI32Type();
  SmallVector<Value> words;
  for (int64_t c = 0; c < 8; c += columns) {
    if (isNeverThere(c)) {
      words.append(runWords, b.i32(0));
      continue;
    }
    Type type = runWords == 1 ? i32 : VectorType::get({runWords}, i32);
    Value run = b.loadGlobal(type, pointer, b.i64(getChannelBytes(c)));
    llvm::append_range(words, b.takeApart(run));
  }
  return words;
}

SmallVector<Value> StreamGather::loadPixel(Value pointer, Value mask,
                                           int64_t firstChannel) {
  if (loadsRuns())
    return loadRuns(pointer);
  int64_t planeBytes =
      plan.problem.height * plan.problem.width * plan.problem.getInputBytes();
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
    Value offset = b.i64(getChannelBytes(c));
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

SmallVector<Value> StreamGather::joinElements(ArrayRef<Value> elements,
                                              Value mask,
                                              int64_t firstChannel) {
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
  return words;
}

SmallVector<Value> StreamGather::getWords(ArrayRef<Value> elements, Value mask,
                                          int64_t firstChannel, int64_t round) {
  SmallVector<Value> words = loadsRuns()
                                 ? llvm::to_vector(elements)
                                 : joinElements(elements, mask, firstChannel);
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

StreamGather::Place StreamGather::getPlace(Value address, int64_t round) {
  if (places.empty())
    return {address, round * plan.getPixelThreads() * 16};
  return {b.add(address, places[round]), 0};
}

SmallVector<Value>
StreamGather::getVariant(ArrayRef<Value> words,
                         std::pair<int64_t, int64_t> columns) {
  int64_t perWord = 4 / plan.problem.getInputBytes();
  int64_t bits = 32 / perWord;
  SmallVector<Value> kept;
  for (auto [i, word] : llvm::enumerate(words)) {
    int64_t mask = 0;
    for (int64_t j : llvm::seq<int64_t>(0, perWord)) {
      int64_t column =
          (static_cast<int64_t>(i) * perWord + j) % plan.getPixelColumns();
      if (column >= columns.first && column < columns.second)
        mask |= ((int64_t(1) << bits) - 1) << (j * bits);
    }
    bool isWhole = mask == (int64_t(1) << 32) - 1;
    kept.push_back(isWhole ? word : b.bitAnd(word, mask));
  }
  return kept;
}

/// Writes the planes of a unit, for products that take elements as they are.
void StreamGather::writeUnit(SmallVector<Value> words, int64_t unit,
                             Value address) {
  int64_t round = getRound(unit);
  if (plan.problem.products == PatchProducts::TF32)
    for (Value &word : words)
      word = roundToTF32(b, word);
  int64_t plane = getFirstChannel(unit) / 8 * plan.getVariantPlanes();
  ifPixel(round, [&] {
    Place place = getPlace(address, round);
    for (std::pair<int64_t, int64_t> columns : plan.image.getVariants()) {
      SmallVector<Value> kept = getVariant(words, columns);
      for (int64_t i = 0; i < static_cast<int64_t>(kept.size()); i += 4)
        b.storeShared(b.makeVector(ArrayRef<Value>(kept).slice(i, 4)),
                      place.address,
                      place.offset + plane++ * plan.getPlaneBytes());
    }
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

void StreamGather::writeWords(SmallVector<Value> words, int64_t unit,
                              Value address, const SplitClass &split,
                              Magnitudes &magnitudes) {
  if (plan.isSplit())
    writeSplitPixel(std::move(words), getFirstChannel(unit), getRound(unit),
                    address, split, magnitudes);
  else
    writeUnit(std::move(words), unit, address);
}

void StreamGather::writeBatch(const Batch &batch, int64_t number, Value address,
                              const SplitClass &split, Magnitudes &magnitudes) {
  ArrayRef<Value> rest = batch.elements;
  // Words, or elements of 8 channels.
  int64_t perUnit = loadsRuns() ? 2 * plan.problem.getInputBytes() : 8;
  for (int64_t unit :
       llvm::seq(getFirstUnit(number), getFirstUnit(number + 1))) {
    writeWords(getWords(rest.take_front(perUnit), batch.mask,
                        getFirstChannel(unit), getRound(unit)),
               unit, address, split, magnitudes);
    rest = rest.drop_front(perUnit);
  }
}

Value StreamGather::beginSlot(Value use) {
  Value slot = context.getSlot(use);
  Value address = context.getSlotAddress(slot);
  if (places.empty())
    address = b.add(address, b.mul(pixelThread, 16));
  int64_t planesPerUnit = plan.planes / plan.getSlotUnits();
  if (plan.unitGroups > 1)
    address =
        b.add(address, b.mul(group, planesPerUnit * plan.getPlaneBytes()));
  b.waitBarrier(context.slotEmpty(slot),
                b.bitXor(context.getSlotParity(use), 1));
  return address;
}

Value StreamGather::endSlot(Value use, Value address, Value guess,
                            const Magnitudes &magnitudes) {
  Value slot = context.getSlot(use);
  if (plan.isSplit())
    return finishSplitSlot(use, slot, address, guess, magnitudes);
  b.fenceAsyncShared();
  context.arriveForWarp(context.slotFull(slot));
  return guess;
}

Value StreamGather::writeSlot(Value use, const Cursor &cursor, Batch batch,
                              Value guess) {
  Value address = beginSlot(use);
  Magnitudes magnitudes = noMagnitudes();
  SplitClass split = getSplitClass(guess);
  for (int64_t i : llvm::seq<int64_t>(0, getStreamBatches(plan))) {
    if (i > 0)
      batch = load(cursor, 0, i);
    writeBatch(batch, i, address, split, magnitudes);
  }
  return endSlot(use, address, guess, magnitudes);
}

StreamGather::SplitClass StreamGather::getSplitClass(Value guess) {
  SplitClass split;
  if (plan.isSplit())
    split.up = getScaleUp(b, guess);
  return split;
}

SmallVector<Value> StreamGather::getFirstNumbers() {
  return {b.i32(kFirstGuess), b.i32(0)};
}

void StreamGather::emitLoading() {
  int64_t slots = getStreamSlotsInTurn(plan);
  Cursor cursor = openPart(b.i32(0), slots);
  int64_t cursorSize = cursor.pack().size();
  auto loadTurn = [&](const Cursor &cursor) {
    SmallVector<Value> batches;
    for (int64_t i : llvm::seq<int64_t>(0, slots))
      llvm::append_range(batches, load(cursor, i, 0).pack());
    return batches;
  };
  SmallVector<Value> initial = getFirstNumbers();
  llvm::append_range(initial, cursor.pack());
  llvm::append_range(initial, loadTurn(cursor));
  auto emitTurn = [&](Value use, ValueRange carried) {
    Value guess = carried[0];
    passesBefore = carried[1];
    Cursor cursor = Cursor::unpack(carried.slice(kNumbers, cursorSize));
    ValueRange loaded = carried.drop_front(kNumbers + cursorSize);
    int64_t size = loaded.size() / slots;
    // Found while loads are on their way.
    Cursor following = advance(cursor, slots);
    for (int64_t i : llvm::seq<int64_t>(0, slots))
      guess = writeSlot(b.add(use, i), cursor,
                        Batch::unpack(loaded.slice(i * size, size)), guess);
    SmallVector<Value> next{guess, passesBefore};
    llvm::append_range(next, following.pack());
    llvm::append_range(next, loadTurn(following));
    return next;
  };
  Value uses = b.mul(context.count, plan.slotsPerTile);
  b.forCarrying(b.i32(0), uses, slots, initial, emitTurn);
}

void StreamGather::emit() {
  thread = getThread(NVVM::ThreadIdXOp::create(b, b.getI32Type()));
  pixelThread = getPixelThread(thread);
  group = b.div(thread, plan.getPixelThreads());
  if (plan.phases.size() > 1)
    for (int64_t round : llvm::seq<int64_t>(0, plan.rounds))
      places.push_back(getPlaceBytes(pixelThread, round));
  if (keepsPlaces())
    keepPlaces();
  if (plan.copiesElements())
    emitCopying();
  else
    emitLoading();
}

void convoy::emitGatherRole(StreamContext &context) {
  DeviceBuilder &b = context.builder;
  b.ifThen(b.compare(CmpIPredicate::ne, context.count, 0),
           [&] { StreamGather(context).emit(); });
}
