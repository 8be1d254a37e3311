//===- PatchWords.h - A slot's words in registers --------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One slot's conversion by one thread: how it reads the patch as it lies in
// the slot, whatever the products are, and where it writes.
//
// A unit of 8 channels is converted by `getWarpsPerUnit` warps, by one warp
// where the slot has as many units as there are warps. A thread works in words,
// one pixel, or two of 16 bits where the patch is contiguous; its words of each
// channel are `thread`, `thread` + the threads of a unit, and so on. All words
// are read before the first is written: the conversion is in place.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHWORDS_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHWORDS_H

#include "PatchKernel.h"

namespace mlir::convoy {

/// Words of the 8 channels of a unit at one place.
struct PatchWord {
  /// Which of the units of this thread, and which of its words there.
  int64_t unit;
  int64_t round;
  SmallVector<Value> channels;
};

class PatchConversion {
public:
  /// Of load number `load`, into slot `slot`.
  PatchConversion(PatchContext &context, Value load, Value slot);

  /// This thread's words: zero beyond the patch, outside of the input, and for
  /// channels that the input does not have.
  SmallVector<PatchWord> readWords();
  /// Until all threads that write where this one has read have read.
  void syncReaders();
  /// Runs `write` for each word, where the thread has one; the address is that
  /// of its first pixel's 16 bytes in the unit's first plane.
  void
  forEachWord(ArrayRef<PatchWord> words,
              llvm::function_ref<void(const PatchWord &, Value address)> write);
  /// Bytes from a unit's first plane to its second.
  int64_t getPlaneBytes() const { return context.plan.patchPixels * 16; }
  int64_t getPixelsPerWord() const;
  /// The number of a word among those of its unit.
  Value getIndex(const PatchWord &word) const;

  PatchContext &context;
  Value load;
  Value slot;
  /// Of the converting warps.
  Value thread;

private:
  Type getWordType() const;
  Value getZero() const;
  /// Threads of a unit, and the number of this one among them.
  int64_t getThreads() const;
  /// Words of a channel, and of them those of a thread.
  int64_t getWords() const;
  int64_t getRounds() const;
  /// The number in the slot of a thread's unit; where it begins.
  Value getUnit(int64_t unit) const;
  Value getUnitAddress(int64_t unit) const;
  /// Null if all threads have a word in round `round`.
  Value hasWord(int64_t round) const;
  bool areChannelsKnown() const;
  SmallVector<Value> readWord(int64_t unit, int64_t round);
  SmallVector<Value> readContiguous(int64_t unit, int64_t round);
  /// Where the slot holds rows of the input.
  SmallVector<Value> pickPixels(int64_t unit, int64_t round);
  void clearChannels(PatchWord &word);
  void clearPixels(PatchWord &word, const PatchTile &tile);

  /// Number of the thread among those of its unit; which of the groups of warps
  /// it is in.
  Value threadInUnit;
  Value group;
  Value address;
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHWORDS_H
