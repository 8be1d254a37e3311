//===- StreamPixels.h - A tile's pixels among its threads ------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which pixels of the output a lane of a math warp stores, and where they lie.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMPIXELS_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMPIXELS_H

#include "StreamMath.h"

namespace mlir::convoy {

/// Pixels of a tile, first and end.
struct PixelRange {
  int64_t first;
  int64_t end;
};

/// A pixel of this lane, or the first of a vector, the same for all rows.
struct LanePixel {
  /// Whether it is stored; null if it is in any tile.
  Value exists;
  /// Its number among those of the warpgroup.
  Value index;
  /// In the row's staged sums, bytes.
  Value staged;
  /// Of the pixel in the first row's plane, i64.
  Value output;
  Value residual;
  /// For sums that are computed anew.
  Value image;
  Value y;
  Value x;
};

/// The pixels under columns `firstColumn` to `endColumn` of each warpgroup.
class StreamPixels {
public:
  StreamPixels(StreamContext &context, const StreamTilePlace &tile,
               const StreamRows &rows, int64_t firstColumn, int64_t endColumn)
      : context(context), b(context.builder), plan(context.plan), tile(tile),
        rows(rows), firstColumn(firstColumn), endColumn(endColumn),
        warpgroup(b.shr(context.warp, 2)) {}

  /// Of a warpgroup, in the tile.
  PixelRange getPixels(int64_t warpgroup) const;
  /// The larger number of pixels of both warpgroups.
  int64_t getLength() const;
  /// The value for this warp's warpgroup.
  Value pick(int64_t first, int64_t second);
  /// Pixel number `index` of the warpgroup, of those below `end`.
  LanePixel getLanePixel(Value index, int64_t end);
  /// All of this lane, `vector` neighbours at a time, with their places in
  /// memory.
  SmallVector<LanePixel> getLanePixels(int64_t vector);
  Value getPlanePixels() { return b.i32(plan.outputHeight * plan.outputWidth); }
  /// This warp's staging memory.
  Value getStaging();
  /// The value of another lane.
  Value shuffle(Value value, Value lane);

protected:
  StreamContext &context;
  DeviceBuilder &b;
  const StreamPlan &plan;
  const StreamTilePlace &tile;
  const StreamRows &rows;
  int64_t firstColumn;
  int64_t endColumn;
  Value warpgroup;
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMPIXELS_H
