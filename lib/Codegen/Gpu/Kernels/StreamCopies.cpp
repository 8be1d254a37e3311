//===- StreamCopies.cpp - Elements that are copied, then converted --------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Elements of 4 bytes come as asynchronous copies into a ring of raw slots, and
// are read, converted and written from there: however many are on their way,
// they take no registers, and what does not exist is filled with zeros. A
// thread reads only what it has copied, so raw slots need no barriers.
//
//===----------------------------------------------------------------------===//

#include "StreamGather.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kElementBytes = 4;

// A thread's part of a raw slot is [unit][channel][column], channels of other
// threads between them: columns that are channels of one pixel lie side by
// side.

Value StreamGather::getRawAddress(Value use) {
  Value slot = b.rem(use, plan.rawSlots);
  Value address = b.add(context.operands.shared, plan.shared.raw);
  return b.add(b.add(address, b.mul(slot, plan.getRawSlotBytes())),
               b.mul(thread, plan.getPixelColumns() * kElementBytes));
}

void StreamGather::copySlot(Value use, const Cursor &cursor) {
  int64_t copied = loadsRuns() ? plan.getPixelColumns() : 1;
  Value raw = getRawAddress(use), slotOffset = getSlotOffset(cursor.slot);
  for (int64_t unit : llvm::seq<int64_t>(0, getStreamUnits(plan))) {
    int64_t round = getRound(unit), first = getFirstChannel(unit);
    Value pointer = b.globalPointer(cursor.pointers[round], slotOffset);
    Value exists = b.bitAnd(b.shr(cursor.mask, round), 1);
    Value bytes = b.mul(exists, copied * kElementBytes);
    for (int64_t c = 0; c < plan.getRawChannels(); c += copied) {
      int64_t channel = first + c;
      Value own = bytes;
      if (mayLack(channel))
        own = b.select(isLacking(channel, cursor.mask), b.i32(0), bytes);
      NVVM::CpAsyncOp::create(
          b, b.sharedPointer(raw, getRawOffset(unit, c)),
          b.globalPointer(pointer, b.i64(getChannelBytes(channel))),
          copied * kElementBytes, NVVM::LoadCacheModifierKind::CA, own);
    }
  }
}

int64_t StreamGather::getRawOffset(int64_t unit, int64_t channel) const {
  int64_t columns = plan.getPixelColumns(), column = channel % columns;
  int64_t place = unit * plan.getRawChannels() + channel - column;
  return (place * getThreads() + column) * kElementBytes;
}

SmallVector<Value> StreamGather::readUnit(Value raw, int64_t unit) {
  SmallVector<Value> words;
  int64_t columns = plan.getPixelColumns();
  Type i32 = b.getI32Type();
  Type type = columns == 1 ? i32 : VectorType::get({columns}, i32);
  for (int64_t c = 0; c < plan.getRawChannels(); c += columns) {
    Value run = b.loadShared(type, raw, getRawOffset(unit, c));
    llvm::append_range(words, b.takeApart(run));
  }
  words.resize(8, b.i32(0));
  return words;
}

Value StreamGather::convertSlot(Value use, Value guess) {
  Value raw = getRawAddress(use);
  // What is read next is on its way while what was read is converted.
  SmallVector<Value> next = readUnit(raw, 0);
  Value address = beginSlot(use);
  Magnitudes magnitudes = noMagnitudes();
  SplitClass split = getSplitClass(guess);
  int64_t units = getStreamUnits(plan);
  for (int64_t unit : llvm::seq<int64_t>(0, units)) {
    SmallVector<Value> words = std::exchange(next, {});
    if (unit + 1 < units)
      next = readUnit(raw, unit + 1);
    writeWords(words, unit, address, split, magnitudes);
  }
  return endSlot(use, address, guess, magnitudes);
}

void StreamGather::emitCopying() {
  Value uses = b.mul(context.count, plan.slotsPerTile);
  int64_t ahead = plan.rawSlots - 1;
  SmallVector<Value> initial = getFirstNumbers();
  llvm::append_range(initial, openPart(b.i32(0), 1).pack());
  b.forCarrying(
      b.i32(0), b.add(uses, ahead), 1, initial,
      [&](Value turn, ValueRange carried) {
        Cursor cursor = Cursor::unpack(carried.drop_front(kNumbers));
        b.ifThen(b.compare(CmpIPredicate::ult, turn, uses),
                 [&] { copySlot(turn, cursor); });
        NVVM::CpAsyncCommitGroupOp::create(b);
        // Found while copies are on their way.
        Cursor following = advance(cursor, 1);
        NVVM::CpAsyncWaitGroupOp::create(b, static_cast<uint32_t>(ahead));
        auto op =
            scf::IfOp::create(b, TypeRange{b.getI32Type(), b.getI32Type()},
                              b.compare(CmpIPredicate::uge, turn, ahead),
                              /*withElseRegion=*/true);
        {
          OpBuilder::InsertionGuard guard(b);
          b.setInsertionPointToStart(op.thenBlock());
          passesBefore = carried[1];
          Value guess = convertSlot(b.add(turn, -ahead), carried[0]);
          scf::YieldOp::create(b, ValueRange{guess, passesBefore});
          b.setInsertionPointToStart(op.elseBlock());
          scf::YieldOp::create(b, carried.take_front(kNumbers));
        }
        SmallVector<Value> next(op.getResults());
        llvm::append_range(next, following.pack());
        return next;
      });
}
