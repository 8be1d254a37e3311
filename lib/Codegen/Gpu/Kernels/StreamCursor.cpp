//===- StreamCursor.cpp - Which pixels a gathering thread has -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From the number of a tile, and of a part of the filter, to the addresses of a
// thread's pixels in global memory, and from the number of a pixel to its place
// in a slot.
//
//===----------------------------------------------------------------------===//

#include "StreamGather.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

/// The number of those that `index` counts; the last one beyond them.
static Value pick(DeviceBuilder &b, ArrayRef<int64_t> numbers, Value index) {
  Value picked = b.i32(numbers.back());
  for (int64_t i = static_cast<int64_t>(numbers.size()) - 2; i >= 0; --i)
    picked = b.select(b.compare(CmpIPredicate::eq, index, i), b.i32(numbers[i]),
                      picked);
  return picked;
}

StreamGather::PhasePixel StreamGather::getPhasePixel(Value index) {
  if (plan.phases.size() == 1)
    return {b.i32(0), index};
  int64_t rowPixels = plan.phasePixels * plan.columnPhases;
  Value inRow = b.rem(index, rowPixels);
  Value phase = b.add(b.mul(b.div(index, rowPixels), plan.columnPhases),
                      b.rem(inRow, plan.columnPhases));
  return {phase, b.div(inRow, plan.columnPhases)};
}

Value StreamGather::getPlaceBytes(Value pixelThread, int64_t round) {
  PhasePixel pixel =
      getPhasePixel(b.add(pixelThread, round * plan.getPixelThreads()));
  Value phase = pick(b, getSortedPhases(plan), pixel.phase);
  return b.mul(b.add(b.mul(phase, plan.phasePixels), pixel.pixel), 16);
}

std::pair<Value, Value> StreamGather::getPartOffset(Value part) {
  const PatchProblem &problem = plan.problem;
  Value row = b.i32(0), column = b.i32(0);
  if (plan.rowParts > 1)
    row = b.mul(b.div(part, plan.columnParts),
                plan.partHeight * problem.dilationHeight);
  if (plan.columnParts > 1)
    column = b.mul(b.rem(part, plan.columnParts),
                   plan.partWidth * problem.dilationWidth);
  return {row, column};
}

StreamGather::PatchPlace StreamGather::findPlace(Value thread, int64_t round) {
  const PatchProblem &problem = plan.problem;
  Value index = b.add(thread, round * plan.getPixelThreads());
  auto [phase, rest] = getPhasePixel(index);
  SmallVector<int64_t> phaseRows, phaseColumns;
  for (int64_t i : getSortedPhases(plan)) {
    phaseRows.push_back(plan.phases[i].row);
    phaseColumns.push_back(plan.phases[i].column);
  }
  Value phaseRow = pick(b, phaseRows, phase);
  Value phaseColumn = pick(b, phaseColumns, phase);
  PatchPlace place;
  if (plan.tileImages > 1) {
    place.image = b.div(rest, plan.imagePixels);
    rest = b.rem(rest, plan.imagePixels);
  }
  auto inPatch = [&](Value position, int64_t stride, Value phase) {
    return b.add(b.mul(position, stride), phase);
  };
  place.row = inPatch(b.div(rest, plan.pitch), problem.strideHeight, phaseRow);
  place.column =
      inPatch(b.rem(rest, plan.pitch), problem.strideWidth, phaseColumn);
  if ((round + 1) * plan.getPixelThreads() > plan.patchPixels)
    place.exists = b.compare(CmpIPredicate::ult, index, plan.patchPixels);
  return place;
}

bool StreamGather::keepsPlaces() const {
  const PatchProblem &problem = plan.problem;
  // A patch reaches beyond the padded image by less than two strides, but for
  // pixels that spread its phases, which no output reads.
  auto isShort = [](int64_t size, int64_t stride) {
    return size + 2 * stride < 1 << kPlaceBits;
  };
  return plan.slotsPerPart <= kMaxKeptSlots && plan.tileImages == 1 &&
         isShort(problem.height + problem.padTop + problem.padBottom,
                 problem.strideHeight) &&
         isShort(problem.width + problem.padLeft + problem.padRight,
                 problem.strideWidth);
}

void StreamGather::keepPlaces() {
  constexpr int64_t kNowhere = (int64_t(1) << kPlaceBits) - 1;
  for (int64_t round : llvm::seq<int64_t>(0, plan.rounds)) {
    PatchPlace place = findPlace(pixelThread, round);
    Value row = place.row;
    if (place.exists)
      row = b.select(place.exists, row, b.i32(kNowhere));
    // As if it were a new value: it is not to be computed again.
    kept.push_back(b.here(b.bitOr(b.shl(row, kPlaceBits), place.column)));
  }
}

StreamGather::PatchPlace StreamGather::getPatchPlace(Value thread,
                                                     int64_t round) {
  if (kept.empty())
    return findPlace(thread, round);
  PatchPlace place;
  place.row = b.shr(kept[round], kPlaceBits);
  place.column = b.bitAnd(kept[round], (int64_t(1) << kPlaceBits) - 1);
  return place;
}

StreamGather::Pixel StreamGather::getPixel(const StreamTilePlace &tile,
                                           Value part, Value thread,
                                           int64_t round) {
  const PatchProblem &problem = plan.problem;
  PatchPlace place = getPatchPlace(thread, round);
  Value image = tile.image;
  if (place.image)
    image = b.add(image, place.image);
  // What lies above the image or left of it wraps.
  auto inImage = [&](Value first, int64_t stride, int64_t pad, Value inPatch) {
    return b.add(b.add(b.mul(first, stride), -pad), inPatch);
  };
  Value y = inImage(tile.row, problem.strideHeight, problem.padTop, place.row);
  Value x =
      inImage(tile.column, problem.strideWidth, problem.padLeft, place.column);
  if (plan.getFilterParts() > 1) {
    auto [partRow, partColumn] = getPartOffset(part);
    y = b.add(y, partRow);
    x = b.add(x, partColumn);
  }
  Value exists = b.allOf(b.compare(CmpIPredicate::ult, y, problem.height),
                         b.compare(CmpIPredicate::ult, x, problem.width));
  if (plan.tileImages > 1)
    exists = b.allOf(
        exists, b.compare(CmpIPredicate::ult, image, context.operands.batch));
  if (place.exists)
    exists = b.allOf(exists, place.exists);
  Value plane = b.mul(tile.group, plan.unfolded.channels * problem.height);
  if (context.rank)
    plane = b.add(plane, b.mul(context.getFirstSlot(),
                               plan.getSlotChannels() * problem.height));
  Value inTensor = b.add(b.mul(b.add(plane, y), problem.width), x);
  int64_t pixelBytes = plan.getPixelColumns() * problem.getInputBytes();
  Value offset = b.add(b.mul(b.widen(image), context.operands.inputImageBytes),
                       b.widen(b.mul(inTensor, pixelBytes)));
  offset = b.select(exists, offset, b.i64(0));
  return {b.globalPointer(context.operands.input, offset), exists};
}

StreamGather::Cursor StreamGather::openPart(Value index, int64_t slots) {
  int64_t parts = plan.getFilterParts();
  Value number = parts == 1 ? index : b.div(index, parts);
  Value part = parts == 1 ? b.i32(0) : b.rem(index, parts);
  // The last tile again instead of one that does not exist: nobody reads it.
  StreamTilePlace tile =
      context.getTile(b.min(number, b.add(context.count, -1)));
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
  cursor.part = index;
  cursor.slot = b.i32(0);
  bool isLast = slots == plan.slotsPerPart;
  cursor.mask = isLast ? getLastSlotBit(Value()) : b.i32(0);
  for (int64_t round : llvm::seq<int64_t>(0, plan.rounds)) {
    Pixel pixel = getPixel(tile, part, pixelThread, round);
    if (groupOffset)
      pixel.pointer = b.globalPointer(pixel.pointer, groupOffset);
    cursor.pointers.push_back(pixel.pointer);
    Value bit =
        b.shl(arith::ExtUIOp::create(b, b.getI32Type(), pixel.exists), round);
    cursor.mask = b.bitOr(cursor.mask, bit);
  }
  return cursor;
}

Value StreamGather::getLastSlotBit(Value isLast) {
  if (context.rank) {
    Value isLastPart =
        b.compare(CmpIPredicate::eq, context.rank, plan.channelParts - 1);
    isLast = isLast ? b.allOf(isLast, isLastPart) : isLastPart;
  }
  if (!isLast)
    return b.i32(int64_t(1) << kLastSlotBit);
  return b.shl(arith::ExtUIOp::create(b, b.getI32Type(), isLast), kLastSlotBit);
}

SmallVector<Value> StreamGather::Cursor::pack() const {
  SmallVector<Value> packed{part, slot, mask};
  llvm::append_range(packed, pointers);
  return packed;
}

StreamGather::Cursor StreamGather::Cursor::unpack(ValueRange packed) {
  return {packed[0], packed[1], packed[2],
          llvm::to_vector(packed.drop_front(kNumbers))};
}

/// From one turn's slots to the next one's, of this part or another.
StreamGather::Cursor StreamGather::advance(const Cursor &cursor,
                                           int64_t slots) {
  Value nextPart = b.add(cursor.part, 1);
  if (plan.slotsPerPart == slots)
    return openPart(nextPart, slots);
  Value nextSlot = b.add(cursor.slot, slots);
  Value isEnd = b.compare(CmpIPredicate::eq, nextSlot, plan.slotsPerPart);
  SmallVector<Value> same = cursor.pack();
  auto op = scf::IfOp::create(b, ValueRange(same).getTypes(), isEnd,
                              /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.thenBlock());
  scf::YieldOp::create(b, openPart(nextPart, slots).pack());
  b.setInsertionPointToStart(op.elseBlock());
  Cursor next = cursor;
  next.slot = nextSlot;
  Value isLast =
      b.compare(CmpIPredicate::eq, nextSlot, plan.slotsPerPart - slots);
  next.mask = b.bitOr(cursor.mask, getLastSlotBit(isLast));
  scf::YieldOp::create(b, next.pack());
  return Cursor::unpack(op.getResults());
}
