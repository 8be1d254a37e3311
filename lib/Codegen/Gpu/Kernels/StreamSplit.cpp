//===- StreamSplit.cpp - Split products of a streaming kernel -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each slot is scaled by a power of two of its own and written as high and low
// parts. The scale must be known before the first element is written, the
// largest element only when all are loaded; so a slot is written with a guess,
// from the slot before, and checked: if the guess was too small, or so large
// that small elements lose bits, the slot is written again from global memory,
// in passes where its elements span more than one scale represents. On ordinary
// data that never shows.
//
//===----------------------------------------------------------------------===//

#include "KernelBarriers.h"
#include "PatchSplit.h"
#include "StreamGather.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kWordBytes = 4;
static constexpr int64_t kInfinityExponent = 255;
/// Exponents that one of several passes takes: fewer, so that sums of elements
/// of one pass are all but as accurate as the elements.
static constexpr int64_t kPassExponents = 24;
static constexpr int64_t kMaxExtraPasses = 1;
/// A guess leaves room for elements twice as large.
static constexpr int64_t kGuessRoom = 1;

void StreamGather::writeSplitPixel(SmallVector<Value> words,
                                   int64_t firstChannel, int64_t round,
                                   Value address, const SplitClass &split,
                                   Magnitudes &magnitudes) {
  for (Value &word : words) {
    Value magnitude = b.bitAnd(word, 0x7fffffff);
    magnitudes.largest = b.max(magnitudes.largest, magnitude);
    magnitudes.smallest = b.min(magnitudes.smallest, b.add(magnitude, -1));
    if (split.top) {
      Value own = b.shr(magnitude, 23);
      Value isMember =
          b.compare(CmpIPredicate::ult, b.sub(split.top, own), kPassExponents);
      word = b.select(isMember, word, b.i32(0));
    }
    word = arith::MulFOp::create(b, b.bitcast(b.getF32Type(), word), split.up);
  }
  SmallVector<Value> high, low;
  for (int64_t c = 0; c < 8; c += 2) {
    auto [h, l] = splitF16(b, words[c], words[c + 1], kLowPartScale);
    high.push_back(h);
    low.push_back(l);
  }
  ifPixel(round, [&] {
    Place place = getPlace(address, round);
    int64_t offset = place.offset + firstChannel / 8 * 2 * plan.getPlaneBytes();
    b.storeShared(b.makeVector(high), place.address, offset);
    b.storeShared(b.makeVector(low), place.address,
                  offset + plan.getPlaneBytes());
  });
}

StreamGather::Magnitudes StreamGather::reduceMagnitudes(Value use,
                                                        const Magnitudes &own) {
  Value largest = b.reduceWarp(NVVM::ReduxKind::UMAX, own.largest);
  Value smallest = b.reduceWarp(NVVM::ReduxKind::UMIN, own.smallest);
  // Two slots' words in turn: one barrier for each slot is enough.
  constexpr int64_t warpsBytes = kStreamMaxGatherWarps * kWordBytes;
  Value words = b.add(b.add(context.operands.shared, plan.shared.reductions),
                      b.mul(b.bitAnd(use, 1), 2 * warpsBytes));
  b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0), [&] {
    Value word =
        b.add(words, b.mul(b.add(context.warp, -kStreamMathWarps), kWordBytes));
    b.storeShared(largest, word);
    b.storeShared(smallest, word, warpsBytes);
  });
  b.syncNamed(kGatherBarrier, getThreads());
  Type i32 = b.getI32Type();
  Magnitudes all{b.i32(0), b.i32(-1)};
  for (int64_t i : llvm::seq<int64_t>(0, plan.gatherWarps)) {
    Value large = b.loadShared(i32, words, i * kWordBytes);
    Value small = b.loadShared(i32, words, i * kWordBytes + warpsBytes);
    all.largest = b.max(all.largest, large);
    all.smallest = b.min(all.smallest, small);
  }
  return all;
}

/// Writes a slot's scale, and with its first pass the number of others.
void StreamGather::storeScale(Value slot, Value exponent, Value passes) {
  b.ifThen(b.compare(CmpIPredicate::eq, thread, 0), [&] {
    Value words = context.getSlotScale(slot);
    Value field = b.add(b.maxSigned(exponent, kLeastExponent), -14);
    b.storeShared(b.shl(field, 23), words);
    if (passes)
      b.storeShared(passes, words, kWordBytes);
  });
}

/// Writes the slot of use `use` again, from global memory; `largest` is the
/// exponent of its largest element, `least` that of its smallest. Returns the
/// number of passes besides the first.
Value StreamGather::writeAgain(Value use, Value slot, Value address,
                               Value largest, Value least) {
  Value classes = b.div(b.sub(largest, least), kPassExponents);
  Value isBeyond =
      b.anyOf(b.compare(CmpIPredicate::eq, largest, kInfinityExponent),
              b.compare(CmpIPredicate::ugt, classes, kMaxExtraPasses));
  Value extra = b.select(isBeyond, b.i32(0), classes);
  Value passes = extra;
  if (plan.takesTurns) {
    static_assert(kMaxExtraPasses < 1 << kStreamPassesBit);
    Value isOdd = b.bitAnd(passesBefore, 1);
    passes = b.bitOr(extra, b.shl(isOdd, kStreamPassesBit));
  }
  Value state = b.select(isBeyond, b.i32(kStreamBeyondSplit), passes);
  b.forRange(b.add(extra, 1), [&](Value pass) {
    Value isFirst = b.compare(CmpIPredicate::eq, pass, 0);
    b.ifThen(b.bitXor(isFirst, 1), [&] {
      Value passUse = b.add(b.add(passesBefore, pass), -1);
      b.waitBarrier(context.passDone(), b.bitAnd(passUse, 1));
    });
    // The class with the smallest elements first.
    Value top = b.sub(largest, b.mul(b.sub(extra, pass), kPassExponents));
    SplitClass split{getScaleUp(b, top), top};
    // A pixel at a time: what is on its way for other slots stays where it is.
    StreamTilePlace tile = context.getTile(b.div(use, plan.slotsPerTile));
    Value inTile = b.rem(use, plan.slotsPerTile);
    auto [part, inPart] = context.getPart(inTile);
    Value isLast = b.compare(CmpIPredicate::eq, inPart, plan.slotsPerPart - 1);
    Value lastSlot = getLastSlotBit(isLast);
    for (int64_t unit : llvm::seq<int64_t>(0, getStreamUnits(plan))) {
      int64_t firstChannel = getFirstChannel(unit), round = getRound(unit);
      Pixel pixel = getPixel(tile, part, getThread(b.threadHere()), round);
      Value bit =
          b.shl(arith::ExtUIOp::create(b, b.getI32Type(), pixel.exists), round);
      Value mask = b.bitOr(lastSlot, bit);
      Value pointer = b.globalPointer(pixel.pointer, getSlotOffset(inPart));
      Magnitudes unused{b.i32(0), b.i32(-1)};
      writeSplitPixel(getWords(loadPixel(pointer, mask, firstChannel), mask,
                               firstChannel, round),
                      firstChannel, round, address, split, unused);
    }
    storeScale(slot, top, state);
    b.fenceAsyncShared();
    context.arriveForWarp(
        b.select(isFirst, context.slotFull(slot), context.passReady()));
  });
  return extra;
}

Value StreamGather::finishSplitSlot(Value use, Value slot, Value address,
                                    Value guess, const Magnitudes &own) {
  Magnitudes all = reduceMagnitudes(use, own);
  Value largest = b.max(b.shr(all.largest, 23), b.i32(kLeastExponent));
  // Zeros alone: the smallest wraps, and all zeros are exact.
  Value isZero = b.compare(CmpIPredicate::eq, all.smallest, -1);
  Value least = b.select(isZero, largest, b.shr(b.add(all.smallest, 1), 23));
  Value isFine =
      b.allOf(b.compare(CmpIPredicate::ule, largest, guess),
              b.anyOf(isZero, b.compare(CmpIPredicate::sle, b.sub(guess, least),
                                        kMaxSpan)));
  auto op = scf::IfOp::create(b, TypeRange{b.getI32Type()}, isFine,
                              /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(op.thenBlock());
    storeScale(slot, guess, b.i32(0));
    b.fenceAsyncShared();
    context.arriveForWarp(context.slotFull(slot));
    scf::YieldOp::create(b, ValueRange{b.i32(0)});
    b.setInsertionPointToStart(op.elseBlock());
    Value extra = writeAgain(use, slot, address, largest, least);
    scf::YieldOp::create(b, ValueRange{extra});
  }
  passesBefore = b.add(passesBefore, op.getResult(0));
  // Follows the elements up at once and down slowly.
  Value next = b.max(b.add(largest, kGuessRoom), b.add(guess, -1));
  return b.min(next, b.i32(kInfinityExponent - 1));
}
