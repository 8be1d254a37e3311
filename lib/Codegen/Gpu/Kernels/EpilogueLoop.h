//===- EpilogueLoop.h - Long bodies in loops --------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread of a tensor core's kernel has its sums in registers, which no loop
// can count through: each sum has a copy of the epilogue's code. The assembler
// takes time for each copy. Where that is too much, the sums move through the
// registers instead, past a few copies in a loop.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_EPILOGUELOOP_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_EPILOGUELOOP_H

#include "DeviceBuilder.h"

namespace mlir::convoy {

/// About how many instructions the body of an elementwise operation takes for
/// one element.
int64_t countInstructions(Region &body);

/// Instructions from which on a body is long: the assembler schedules a basic
/// block as a whole, and keeps the intermediate values of many of them.
inline constexpr int64_t kLongBody = 20;
/// Instructions of all copies of a body in a kernel.
inline constexpr int64_t kMaxCopiedInstructions = 4000;

/// True if a kernel has room for `copies` of a body of `instructions`.
inline bool fitsCode(int64_t copies, int64_t instructions) {
  return copies * instructions <= kMaxCopiedInstructions;
}

/// Of `groups`, how many a turn of a loop computes, at most `most`, if each has
/// `copies` of a body of `instructions`. The last turn may have fewer: it
/// computes some for nothing.
int64_t chooseTurn(int64_t groups, int64_t most, int64_t copies,
                   int64_t instructions);

/// A loop over groups of `step` values: `body` is given the group's number and
/// values, and returns as many of their types, or none. Returns what it
/// returned for all groups, or values without a meaning. Where `step` does not
/// divide their number, the last value stands in for those that lack.
SmallVector<Value>
forGroups(DeviceBuilder &b, ValueRange values, int64_t step,
          llvm::function_ref<SmallVector<Value>(Value number, ValueRange group)>
              body);

/// A value of at most 32 bits as an f32 of the same bits, and the inverse for
/// one of type `type`: for values that replace sums.
Value makeWord(DeviceBuilder &b, Value value);
Value takeFromWord(DeviceBuilder &b, Value word, Type type);

/// The parts of a struct, as of a thread's accumulators, and the inverse for
/// values of one type.
SmallVector<Value> unpackStruct(DeviceBuilder &b, Value whole);
Value packStruct(DeviceBuilder &b, ValueRange parts);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_EPILOGUELOOP_H
