//===- PatchFilter.h - The filter of a patch-resident kernel ---*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How the math warps pack a filter of which the kernel has no image. In two
// steps: the first puts loads on their way, so that others can join them before
// the second waits for them.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHFILTER_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHFILTER_H

#include "PatchKernel.h"
#include "PatchSplit.h"

namespace mlir::convoy {

class FilterPacking {
public:
  /// Of block `block` of the resident blocks, which `context` is for. Begins to
  /// load from global memory, where all of a lane's weights fit into registers.
  FilterPacking(const PatchContext &context, Value block);

  /// True if a lane keeps all its weights in registers.
  static bool fitsRegisters(const PatchPlan &plan);

  /// Writes the filter's image into shared memory.
  void pack();

private:
  /// One tap of 8 channels of this lane's row.
  struct Unit {
    Value exists;
    Value chunk;
    /// Counted over the units of 8 channels of the chunk.
    Value tap;
    /// As they are stored; zero where the row or the channel does not exist.
    SmallVector<Value> weights;
  };

  static int64_t getUnits(const PatchPlan &plan);
  /// Of them in a chunk.
  int64_t getChunkTaps() const;
  /// Units of a lane.
  static int64_t getRounds(const PatchPlan &plan);
  void keepUnits();
  Value loadWeight(Type type, Value offset);
  /// Of channel `channel` at tap `tap`; zero unless `exists`.
  Value pickWeight(Value channel, Value tap, Value exists);
  SmallVector<Value> loadTap(Value tap, Value firstChannel);
  SmallVector<Value> loadPair(Value pair);
  Unit loadUnit(Value round);
  void forEachUnit(llvm::function_ref<void(const Unit &)> visit);
  /// Of the row in the first step of the unit's chunk.
  Value getAddress(const Unit &unit);
  /// Of the unit in steps of two taps, the first of which is `step`.
  Value getPairAddress(const Unit &unit, int64_t step);

  void pack16Bit();
  void packTF32();
  void packSplit();
  /// The factor of the row by its largest weight; writes its inverse to shared
  /// memory, NaN for a row that f16 parts do not represent.
  Value scaleRow();

  PatchContext context;
  Value block;
  /// First weight of the row's channel in bytes: in the filter, i64; of a copy,
  /// in shared memory.
  Value rowOffset;
  Value rowExists;
  Value firstUnit;
  /// All units, if they are loaded early.
  SmallVector<Unit> kept;
};

/// Zeros where the image holds no weight, by the math warps.
void emitFilterZeros(PatchContext &context);
/// Those that odd steps multiply, if there are such steps.
void emitPatchZeros(PatchContext &context);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHFILTER_H
