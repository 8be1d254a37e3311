//===- StreamKernel.h - The filter-streaming wgmma kernel ------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits the body of a kernel from a StreamPlan. One block a multiprocessor
// works through its tiles; its warps have one role each:
//
//   math      two warpgroups multiply, then stage and store their sums
//   gather    warps load a chunk of channels of the patch, pixel by pixel, and
//             write it as wgmma reads it
//   filter    one thread copies stages of the packed filter
//
// and hand slots of the patch and stages of the filter to each other through
// mbarriers. Where a cluster of blocks works through tiles, each block has a
// part of their channels, and StreamExchange adds their sums. Each role has its
// file; StreamRoles.cpp joins them.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMKERNEL_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMKERNEL_H

#include "ConvKernel.h"

#include "Convoy/Dialect/StreamPlan.h"

namespace mlir::convoy {

/// What happens to a sum on its way out.
struct StreamEpilogue : ConvEpilogue {
  /// The element of the output, of type `outputType`, from the f32 sum, the
  /// channel's values and the residual's element (or null).
  std::function<Value(DeviceBuilder &, Value sum, ValueRange channelValues,
                      Value residual)>
      apply;
};

/// Always with a filter's image.
struct StreamOperands : ConvOperands {
  /// Powers of two: images of the output, and of the input, begin at multiples
  /// of so many elements, as far as vectors are concerned.
  int64_t alignedElements;
  int64_t alignedInputElements;
};

/// Emits the kernel's code at the insertion point of `builder`.
void emitStreamKernel(DeviceBuilder &builder, const StreamPlan &plan,
                      const StreamOperands &operands,
                      const StreamEpilogue &epilogue);

//===----------------------------------------------------------------------===//
// What the roles share
//===----------------------------------------------------------------------===//

/// A tile, all i32.
struct StreamTilePlace {
  /// Of this block's tiles.
  Value number;
  Value group;
  /// The first of the tile's blocks of filters, in its group.
  Value block;
  /// First image, row and column of the output.
  Value image;
  Value row;
  Value column;
};

struct StreamContext {
  DeviceBuilder &builder;
  const StreamPlan &plan;
  const StreamOperands &operands;
  const StreamEpilogue &epilogue;
  Value lane;
  Value warp;
  Value grid;
  /// Clusters of the grid, this block's, and its number in it, the number of
  /// its part of the channels; the blocks themselves and null without clusters.
  Value clusters;
  Value cluster;
  Value rank;
  /// Tiles of this block of the grid, or of its cluster.
  Value count;

  /// Tile number `index` of those.
  StreamTilePlace getTile(Value index) const;

  /// Slots and filter stages by the number of their use, which counts from the
  /// kernel's start.
  Value getSlot(Value use) const;
  Value getSlotParity(Value use) const;
  Value getSlotAddress(Value slot) const;
  Value getSlotScale(Value slot) const;
  Value slotFull(Value slot) const;
  Value slotEmpty(Value slot) const;
  /// Block `block` of a tile has stages of its own.
  Value getStage(Value use, Value block) const;
  Value getStageParity(Value use) const;
  Value getStageAddress(Value stage) const;
  Value stageFull(Value stage) const;
  Value stageEmpty(Value stage) const;
  /// A further pass of a slot is written; the pass before it is multiplied.
  Value passReady() const;
  Value passDone() const;
  /// Those of StreamExchange.
  Value exchangeBarrier(Value index) const;
  /// Where warpgroups take turns: the other one has issued its tile's products.
  Value turnBarrier(Value warpgroup) const;
  /// The part of the filter that slot `slot` of a tile has, and its number
  /// among the part's.
  std::pair<Value, Value> getPart(Value slot) const;
  /// The first slot of this block's part of the channels, of those of a tile's
  /// cluster for one part of the filter.
  Value getFirstSlot() const;

  /// Lane 0 arrives for its warp.
  void arriveForWarp(Value barrier) const;
};

/// In the second word of a slot's scale: split products do not represent the
/// chunk. Else the word is the number of passes besides the first, and where
/// warpgroups take turns, from kStreamPassesBit on, whether the number of such
/// passes before this slot is odd.
inline constexpr int64_t kStreamBeyondSplit = -1;
inline constexpr int64_t kStreamPassesBit = 1;

void emitGatherRole(StreamContext &context);
void emitFilterRole(StreamContext &context);
void emitStreamMathRole(StreamContext &context);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMKERNEL_H
