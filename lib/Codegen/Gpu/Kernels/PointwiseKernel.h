//===- PointwiseKernel.h - The pointwise wgmma kernel -----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits the body of a kernel from a PointwisePlan. One block a multiprocessor
// works through its tiles; its warps have one role each:
//
//   math   warpgroups read elements into registers, multiply, and store
//   copy   warps copy the input, and one thread the packed filter, into stages
//
// and hand the stages to each other through mbarriers. Each role has its file;
// PointwiseRoles.cpp joins them.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_POINTWISEKERNEL_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_POINTWISEKERNEL_H

#include "ConvKernel.h"

#include "Convoy/Dialect/PointwisePlan.h"

namespace mlir::convoy {

struct WindowPlan;

/// What happens to a sum on its way out.
struct PointwiseEpilogue : ConvEpilogue {
  /// The element of the output, of type `outputType`, from the f32 sum, a power
  /// of two to multiply it by (f32, or null), the channel's values and the
  /// residual's element (or null).
  std::function<Value(DeviceBuilder &, Value sum, Value factor,
                      ValueRange channelValues, Value residual)>
      apply;
};

/// Always with a filter's image.
using PointwiseOperands = ConvOperands;

/// Emits the kernel's code at the insertion point of `builder`.
void emitPointwiseKernel(DeviceBuilder &builder, const PointwisePlan &plan,
                         const PointwiseOperands &operands,
                         const PointwiseEpilogue &epilogue,
                         const WindowPlan *window = nullptr);

//===----------------------------------------------------------------------===//
// What the roles share
//===----------------------------------------------------------------------===//

/// A tile, all i32: the block of the filter's image, and the first image and
/// pixel.
struct PointwiseTile {
  Value filterBlock;
  Value image;
  Value pixel;
};

struct PointwiseContext {
  DeviceBuilder &builder;
  const PointwisePlan &plan;
  const PointwiseOperands &operands;
  const PointwiseEpilogue &epilogue;
  Value lane;
  Value warp;
  Value grid;
  Value block;
  /// Clusters of the grid, this block's, and its number in it; the blocks
  /// themselves and zero without clusters.
  Value clusters;
  Value cluster;
  Value rank;
  /// Tiles of this block of the grid.
  Value count;
  /// Null but for filters of several taps, whose input has a role of its own:
  /// WindowKernel.h.
  const WindowPlan *window;

  /// Tile number `index` of this block of the grid.
  PointwiseTile getTile(Value index) const;

  /// Stages by the number of their use, which counts from the kernel's start.
  Value getStage(Value use) const;
  Value getStageParity(Value use) const;
  Value getStageAddress(Value stage) const;
  Value stageFull(Value stage) const;
  Value stageEmpty(Value stage) const;
  /// Bytes of the filter that come with each stage of tile number `index`: a
  /// resident one comes with the first tile's.
  Value getFilterBytes(Value index) const;
  /// A warp of those that multiply is done with the stage of use `use`.
  void release(Value use) const;

  /// An element of the output or residual, in bytes from its first image, i64:
  /// `channel` and `pixel` are i32.
  Value getElementBytes(Value image, Value imageBytes, Value channel,
                        Value pixel, int64_t elementBytes) const;
};

inline constexpr int64_t kPointwiseMathWarpsPerGroup = 4;

/// In one thread: begins to copy the filter of stage number `stage` of a tile,
/// number `index` of this block, to the stage at `address` or to its place in
/// the resident filter, all of its bytes or a cluster's share of them, which
/// arrive at `full`. Who expects getFilterBytes(index), all of them, is the
/// caller.
void copyPointwiseFilter(PointwiseContext &context, const PointwiseTile &tile,
                         Value index, Value stage, Value address, Value full);

void emitPointwiseCopyRole(PointwiseContext &context);
void emitPointwiseMathRole(PointwiseContext &context);

/// Computes one element of the output in plain f32 and stores it.
void emitPointwiseElement(PointwiseContext &context, Value image, Value channel,
                          Value pixel, ValueRange channelValues);

/// Computes all of the output so, by all threads of the grid: the way of
/// tensors that cannot be copied 16 bytes at a time.
void emitPointwiseDirect(PointwiseContext &context);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_POINTWISEKERNEL_H
