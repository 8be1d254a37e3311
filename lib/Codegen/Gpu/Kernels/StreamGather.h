//===- StreamGather.h - Gathering of a filter-streaming kernel -*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the parts of the gathering warps share: loading and writing
// (StreamGather.cpp), copying and converting (StreamCopies.cpp) and the parts
// of split products (StreamSplit.cpp).
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMGATHER_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMGATHER_H

#include "StreamKernel.h"

#include "Convoy/Dialect/StreamGathering.h"

#include "llvm/ADT/Sequence.h"

namespace mlir::convoy {

class StreamGather {
public:
  explicit StreamGather(StreamContext &context)
      : context(context), b(context.builder), plan(context.plan) {}

  void emit();

private:
  struct Pixel {
    /// In the first channel of the group, or of the block's part of it; in any
    /// memory of the input where the pixel does not exist.
    Value pointer;
    Value exists;
  };

  /// A pixel that is gathered: its phase's number in the order of rows and
  /// columns, and its number in the phase.
  struct PhasePixel {
    Value phase;
    Value pixel;
  };

  /// A pixel of the patch, relative to the tile, as StreamPixel; image and
  /// exists are null where they are zero and true.
  struct PatchPlace {
    Value image;
    Value row;
    Value column;
    Value exists;
  };

  /// In shared memory.
  struct Place {
    Value address;
    int64_t offset;
  };

  /// The slots of a turn, which are loaded together; all of one part of the
  /// filter and one tile.
  struct Cursor {
    static constexpr int64_t kNumbers = 3;

    /// Number of the part, which counts through the tiles of this block of the
    /// grid, and of the turn's first slot among the part's.
    Value part;
    Value slot;
    /// Bit `round`: the thread's pixel exists; kLastSlotBit of the last slot.
    Value mask;
    /// The thread's pixels in the first channel of the group, or of the block's
    /// part of it.
    SmallVector<Value> pointers;

    SmallVector<Value> pack() const;
    static Cursor unpack(ValueRange packed);
  };

  /// Units of one slot that are loaded together, each 8 channels of one of the
  /// thread's pixels.
  struct Batch {
    /// The cursor's.
    Value mask;
    /// 8 of each unit, as they lie in memory, or their words.
    SmallVector<Value> elements;

    SmallVector<Value> pack() const;
    static Batch unpack(ValueRange packed);
  };

  static constexpr int64_t kPlaceBits = 16;
  /// Of a part, with which places are kept.
  static constexpr int64_t kMaxKeptSlots = 2;
  /// In a mask of pixels: the slot is its part's last, which may lack channels.
  static constexpr int64_t kLastSlotBit = 31;

  /// All gathering threads.
  int64_t getThreads() const { return plan.gatherWarps * 32; }
  Value getThread(Value threadInBlock) {
    return b.add(threadInBlock, -kStreamMathWarps * 32);
  }
  Value getPixelThread(Value thread) {
    return plan.unitGroups == 1 ? thread
                                : b.rem(thread, plan.getPixelThreads());
  }
  /// A thread's units of a slot are its blocks of 8 channels, by its pixels.
  /// The first one of a batch.
  int64_t getFirstUnit(int64_t batch) const {
    return getStreamUnits(plan) * batch / getStreamBatches(plan);
  }
  int64_t getRound(int64_t unit) const { return unit % plan.rounds; }
  /// In the slot, of the first group of threads.
  int64_t getFirstChannel(int64_t unit) const {
    return unit / plan.rounds * 8 * plan.unitGroups;
  }
  Type getElementType() const;
  /// True if the input lacks channel `channel`, which counts from the first
  /// group of threads, of a part's last slot for some group.
  bool mayLack(int64_t channel) const;
  /// True if no slot has it: each part of the filter has one.
  bool isNeverThere(int64_t channel) const {
    return plan.unitGroups == 1 && channel >= plan.problem.channels;
  }
  /// Whether it does for this thread, in a slot with this mask (i1).
  Value isLacking(int64_t channel, Value mask);

  /// kLastSlotBit if the slot has the last channels: `isLast` (i1) says that it
  /// has the last of this block's, as is known where that is null.
  Value getLastSlotBit(Value isLast);

  /// What getGatheredPixel says, for all indices of pixels.
  PhasePixel getPhasePixel(Value index);
  /// From the input under the filter's first row and column to that under the
  /// ones of part `part`.
  std::pair<Value, Value> getPartOffset(Value part);
  PatchPlace findPlace(Value thread, int64_t round);
  /// True if threads find their places once: where tiles have few slots, to
  /// find them takes longer than what is gathered.
  bool keepsPlaces() const;
  void keepPlaces();
  PatchPlace getPatchPlace(Value thread, int64_t round);
  Pixel getPixel(const StreamTilePlace &tile, Value part, Value thread,
                 int64_t round);
  /// With turns of `slots` slots.
  Cursor openPart(Value index, int64_t slots);
  Cursor advance(const Cursor &cursor, int64_t slots);
  /// From a pixel in the slot's first channel to it in channel `channel`.
  int64_t getChannelBytes(int64_t channel) const;
  /// True if columns that are channels of a pixel are loaded together: images
  /// begin where vectors of them do.
  bool loadsRuns() const {
    return plan.getPixelColumns() > 1 &&
           context.operands.alignedInputElements % plan.getPixelColumns() == 0;
  }
  /// Words of the 8 channels of a pixel.
  SmallVector<Value> loadRuns(Value pointer);
  /// 8 channels of a pixel, given where it lies in the slot's first channel.
  SmallVector<Value> loadPixel(Value pointer, Value mask, int64_t firstChannel);
  /// From that channel to the first of a part's slot, bytes.
  Value getSlotOffset(Value slot);
  /// Of slot `inTurn` of those that the cursor is at.
  Batch load(const Cursor &cursor, int64_t inTurn, int64_t batch);

  /// Words of elements that were loaded one by one; zeros where the channel
  /// does not exist.
  SmallVector<Value> joinElements(ArrayRef<Value> elements, Value mask,
                                  int64_t firstChannel);
  /// 8 channels of one pixel, as words: 4 of two elements of 16 bits, or 8.
  /// Zeros where the pixel or the channel does not exist.
  SmallVector<Value> getWords(ArrayRef<Value> elements, Value mask,
                              int64_t firstChannel, int64_t round);
  /// Runs `emit` in the threads that have a pixel in `round`.
  void ifPixel(int64_t round, llvm::function_ref<void()> emit);
  /// Of a thread's pixel in a plane, bytes.
  Value getPlaceBytes(Value pixelThread, int64_t round);
  /// In a slot, from what beginSlot returns.
  Place getPlace(Value address, int64_t round);
  /// The words of a pixel with zeros for channels of other columns.
  SmallVector<Value> getVariant(ArrayRef<Value> words,
                                std::pair<int64_t, int64_t> columns);
  void writeUnit(SmallVector<Value> words, int64_t unit, Value address);

  /// As bits: the largest magnitude, and the smallest that is not zero minus
  /// one, all ones if all are zero.
  struct Magnitudes {
    Value largest;
    Value smallest;
  };
  /// What a slot is scaled by (f32). With `top` only those elements are written
  /// whose exponents are in the class below it, zeros for the others.
  struct SplitClass {
    Value up;
    Value top;
  };
  /// Writes high and low parts of 8 channels of a pixel; adds the elements to
  /// `magnitudes`.
  void writeSplitPixel(SmallVector<Value> words, int64_t firstChannel,
                       int64_t round, Value address, const SplitClass &split,
                       Magnitudes &magnitudes);
  Magnitudes reduceMagnitudes(Value use, const Magnitudes &own);
  void storeScale(Value slot, Value exponent, Value passes);
  Value writeAgain(Value use, Value slot, Value address, Value largest,
                   Value least);
  /// Hands a slot over that was written with exponent `guess`, or writes it
  /// again; returns the guess for the next slot.
  Value finishSplitSlot(Value use, Value slot, Value address, Value guess,
                        const Magnitudes &own);
  Magnitudes noMagnitudes() { return {b.i32(0), b.i32(-1)}; }
  /// All elements, scaled by `guess`; nothing where products are not split.
  SplitClass getSplitClass(Value guess);
  /// Writes a unit's words as its products take them.
  void writeWords(SmallVector<Value> words, int64_t unit, Value address,
                  const SplitClass &split, Magnitudes &magnitudes);
  void writeBatch(const Batch &batch, int64_t number, Value address,
                  const SplitClass &split, Magnitudes &magnitudes);
  /// Waits until the slot of use `use` can be written; returns where.
  Value beginSlot(Value use);
  /// Hands it over; returns the next slot's guess, or `guess` where products
  /// are not split.
  Value endSlot(Value use, Value address, Value guess,
                const Magnitudes &magnitudes);
  /// Writes the slot of use `use`, whose first batch is `batch`; `cursor` is at
  /// this slot if it has more. Returns the next guess.
  Value writeSlot(Value use, const Cursor &cursor, Batch batch, Value guess);
  /// What slots hand on: the next one's guess, and the passes so far.
  static constexpr int64_t kNumbers = 2;
  SmallVector<Value> getFirstNumbers();
  /// The role where elements are loaded into registers, and where they are
  /// copied.
  void emitLoading();
  void emitCopying();

  /// Begins to copy the cursor's slot.
  void copySlot(Value use, const Cursor &cursor);
  /// 8 channels of one pixel, as words, of what has been copied.
  SmallVector<Value> readUnit(Value raw, int64_t unit);
  Value getRawAddress(Value use);
  /// Of a unit's channel in a raw slot.
  int64_t getRawOffset(int64_t unit, int64_t channel) const;
  /// Converts a slot that has been copied; returns the next guess.
  Value convertSlot(Value use, Value guess);

  StreamContext &context;
  DeviceBuilder &b;
  const StreamPlan &plan;
  /// Number among the gathering threads, among those of its group, and the
  /// group's.
  Value thread;
  Value pixelThread;
  Value group;
  /// Of the thread's pixels in a plane, bytes; empty where they are as far
  /// apart as there are threads.
  SmallVector<Value> places;
  /// The patch places of the thread's pixels, row and column in kPlaceBits
  /// each; empty where they are found anew for each tile.
  SmallVector<Value> kept;
  /// Of split products: passes besides first ones so far.
  Value passesBefore;
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMGATHER_H
