//===- PatchKernel.h - The patch-resident wgmma kernel ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits the body of a kernel from a PatchPlan. One block a multiprocessor works
// through its tiles; its warps have one role each:
//
//   load      one thread copies the patches of the next tiles into slots
//   convert   four warps turn a slot, in place, into what wgmma reads
//   math      two warpgroups multiply, apply the epilogue, stage the output
//   store     one or four warps copy staged rows to global memory
//
// and hand slots and staging blocks to each other through mbarriers. Each role
// has its file; PatchRoles.cpp joins them.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHKERNEL_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHKERNEL_H

#include "ConvKernel.h"

#include "Convoy/Dialect/PatchPlan.h"

namespace mlir::convoy {

/// An element of the output, all i32.
struct PatchElement {
  Value image;
  Value channel;
  /// In the channel's plane, row-major.
  Value pixel;
};

/// What happens to a sum on its way out.
struct PatchEpilogue : ConvEpilogue {
  /// The residual's element; null without a residual. What is not stored is
  /// loaded from somewhere in the channel's plane.
  std::function<Value(DeviceBuilder &, const PatchElement &)> loadResidual;
  /// The element of the output, of type `outputType`, from the f32 sum, a
  /// power of two to multiply it by (f32, or null), the channel's values and
  /// the residual's element (or null).
  std::function<Value(DeviceBuilder &, Value sum, Value factor,
                      ValueRange channelValues, Value residual)>
      apply;

  /// The same of `element`, whose residual is loaded.
  Value applyAt(DeviceBuilder &b, Value sum, Value factor,
                ValueRange channelValues, const PatchElement &element) const {
    Value residual = loadResidual ? loadResidual(b, element) : Value();
    return apply(b, sum, factor, channelValues, residual);
  }
};

/// The filter's image is that of getPatchFilterImage, aligned to 16 bytes;
/// where there is none the kernel packs the filter.
struct PatchOperands : ConvOperands {
  /// Counter of 32 bits, zero except during a launch; null where the plan does
  /// not align loads.
  Value counter;
  /// Registers that a thread may have.
  int64_t registers;
};

/// Emits the kernel's code at the insertion point of `builder`. Input and
/// output may lie anywhere; the kernel is slow where images are not aligned to
/// 16 bytes.
void emitPatchKernel(DeviceBuilder &builder, const PatchPlan &plan,
                     const PatchOperands &operands,
                     const PatchEpilogue &epilogue);

//===----------------------------------------------------------------------===//
// What the roles share
//===----------------------------------------------------------------------===//

/// A tile: rows of one image.
struct PatchTile {
  Value image;
  /// Counted in tiles from the image's top.
  Value row;
};

/// How a block gets its filter's image into shared memory.
enum class PatchFilterSource {
  /// Copies it.
  Image,
  /// Copies the filter as it is into the staging blocks and packs it from
  /// there.
  Copy,
  /// Packs it, weight by weight, from global memory.
  Loads
};

struct PatchContext {
  DeviceBuilder &builder;
  const PatchPlan &plan;
  const PatchOperands &operands;
  const PatchEpilogue &epilogue;
  Value lane;
  Value warp;
  /// Blocks of the grid; how many of them share this block's filters; which of
  /// these this one is.
  Value grid;
  Value peers;
  Value peer;
  /// First output channel of this block.
  Value firstChannel;
  /// Tiles of all images, tiles of this block.
  Value tiles;
  Value count;

  PatchFilterSource getFilterSource() const;
  /// The same for block `block` of the resident blocks of filters.
  PatchContext forBlock(Value block) const;
  PatchTile getTile(Value index) const;
  /// Slot of load number `load`, and the parity of its use of the slot.
  Value getSlot(Value load) const;
  Value getSlotParity(Value load) const;
  Value getSlotAddress(Value slot) const;
  Value getSlotScale(Value slot) const;
  Value full(Value slot) const;
  Value converted(Value slot) const;
  Value empty(Value slot) const;
  /// The filter, or its image, is copied.
  Value filterCopied() const;
  /// A further pass of a patch is written; the pass before it is multiplied.
  Value passReady() const;
  Value passDone() const;
  Value staged(Value block) const;
  Value released(Value block) const;
  /// The staging block of use number `use` of the ring of warp pair `pair`, and
  /// the parity of that use.
  Value getStagingBlock(Value pair, Value use) const;
  Value getStagingParity(Value use) const;
  Value getStagingAddress(Value block) const;
  /// The output channel of row `row` of the block of 8 rows `block`.
  Value getChannel(Value block, Value row) const;
  /// Byte offset in the output of a tile's first pixel in a channel, i64.
  Value getOutputOffset(const PatchTile &tile, Value channel) const;
  /// Distance in bytes from the beginning of a staging row to the tile's first
  /// pixel, without the rows' own differences; `channel` is the block's first.
  Value getStagingShift(const PatchTile &tile, Value channel) const;
  /// What row `row` of any block adds to it, in bytes.
  Value getRowShift(Value row) const;
  /// The element at `pixel` of a tile's stored range.
  PatchElement getElement(const PatchTile &tile, Value channel,
                          Value pixel) const;
};

/// In the second word of a slot's scale: split products do not represent the
/// patch. Else the word is the number of passes besides the first.
inline constexpr int64_t kPatchBeyondSplit = -1;

/// The rows of the input that a tile's patch has, all i32: what of the patch's
/// first row number lies above the image, and the rows in the image. For plans
/// that are not contiguous.
struct PatchRows {
  Value above;
  Value first;
  Value end;
};
PatchRows getPatchRows(PatchContext &context, const PatchTile &tile);

/// Where row `row` of channel `channel` begins in an image, in bytes, i32.
Value getInputOffset(PatchContext &context, Value channel, Value row);

/// Of the mbarriers: those of loads, by the thread that begins them; the
/// others, by another one.
void initLoadBarriers(PatchContext &context);
void initOtherBarriers(PatchContext &context);
/// All warps but those that multiply: the mbarriers are ready.
void syncStart(PatchContext &context);
/// The load warp and those that multiply: the mbarriers are, and the filter if
/// its source is loads.
void syncFilter(PatchContext &context);
/// Those that multiply.
void syncMath(PatchContext &context);

/// The loads that wait for nobody, before there are roles.
void emitFirstLoads(PatchContext &context);
void emitLoadRole(PatchContext &context);
void emitConvertRole(PatchContext &context);
void emitMathRole(PatchContext &context);
void emitStoreRole(PatchContext &context);

/// The whole output in plain f32 arithmetic, by all threads of the grid.
void emitDirectOutput(PatchContext &context);

/// One tile's sums in plain f32 arithmetic from global memory, staged like
/// those of wgmma: for what the products of the plan cannot represent. For the
/// columns of this thread in the row of `channel`, whose first pixel is staged
/// at `rowAddress`.
void emitDirectTile(PatchContext &context, const PatchTile &tile, Value channel,
                    Value rowAddress, ValueRange channelValues);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHKERNEL_H
