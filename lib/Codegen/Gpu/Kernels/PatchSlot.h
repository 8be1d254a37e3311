//===- PatchSlot.h - Products of one slot ----------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How a warpgroup multiplies one slot of the patch by one block of filters.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHSLOT_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHSLOT_H

#include "PatchKernel.h"

namespace mlir::convoy {

/// What the converting warps say of a slot of split products.
struct SlotScale {
  /// What sums are multiplied by, beside the filter's scale, f32.
  Value factor;
  /// True if f16 parts do not represent the slot.
  Value isBeyond;
  /// Passes besides the first, i32.
  Value extraPasses;
};

/// One slot to multiply by one block of filters.
struct SlotProducts {
  PatchContext &context;
  Value load;
  Value warpgroup;
  /// Of the resident blocks; which chunk of channels.
  Value block;
  Value chunk;
  /// How often slots have been written again so far.
  Value rewritesBefore;

  /// Waits for the slot, adds its products to `sums` (null: they begin here),
  /// hands it back after the last block. Sets `scale` where products are split.
  Value emit(Value sums, SlotScale &scale);

private:
  Value getSlot() { return context.getSlot(load); }
  SlotScale loadScale();
  /// Waits for pass `pass` of the slot, which is written when the one before is
  /// done with.
  void waitForPass(const SlotScale &scale, Value pass);
  Value emitSteps(Value sums);
  /// The passes of a slot after the first: the same slot again with other
  /// elements of the patch, at a larger scale.
  Value emitExtraPasses(Value sums, const SlotScale &scale);
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHSLOT_H
