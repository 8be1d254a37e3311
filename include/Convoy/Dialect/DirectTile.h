//===- DirectTile.h - Sizes that follow from #convoy.direct ----*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The arithmetic of tiles, shared by the verifier of the schedule, by what
// selects it and by the kernel that obeys it.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_DIRECTTILE_H
#define CONVOY_DIALECT_DIRECTTILE_H

#include "Convoy/Dialect/ConvoyOps.h"

namespace mlir::convoy {

/// How outputs and inputs meet along one image dimension. A dimension that the
/// convolution lacks has one tap and no padding.
struct ConvWindow {
  /// ShapedType::kDynamic where unknown.
  int64_t filterSize = 1;
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t padLow = 0;

  /// The window of `op` along `dim`, one of "dhw".
  static ConvWindow get(ConvOp op, char dim);

  /// Number of neighbouring inputs that `outputs` neighbouring outputs read,
  /// from the first to the last; saturates. The filter's size is known.
  uint64_t getExtent(uint64_t outputs) const;
};

/// What a block of #convoy.direct covers and needs. Sizes in elements saturate
/// instead of overflowing.
struct DirectTile {
  int64_t threads;
  int64_t blockChannels;
  int64_t blockRows;
  int64_t blockColumns;

  /// What one block keeps in shared memory if it is staged, else zero. The
  /// filter is [channel, d, h, w][block's output channel], the input is
  /// [channel, d][row][column] with `patchRowPitch` elements from row to row
  /// and `patchPlanePitch` from plane to plane. Elements are of the accumulator
  /// type.
  uint64_t filterTaps = 0;
  uint64_t filterElements = 0;
  uint64_t patchRows = 0;
  uint64_t patchColumns = 0;
  uint64_t patchRowPitch = 0;
  uint64_t patchPlanePitch = 0;
  uint64_t patchElements = 0;

  /// Parts of shared memory: filter at 0, then the patch, then one vector of
  /// blockChannels elements of kChannelValueBytes for scale, bias and each
  /// value that a prologue passes to the epilogue.
  uint64_t patchOffsetBytes = 0;
  uint64_t channelValuesOffsetBytes = 0;
  uint64_t sharedBytes = 0;

  /// A lower bound of the registers of a thread.
  uint64_t registersPerThread;
  /// Multiply-adds of one thread in the unrolled part of the loops.
  uint64_t unrolledProducts;

  /// Computes the tile. The sizes of unrolled and staged filter dimensions are
  /// known.
  static DirectTile get(ConvOp op, DirectAttr direct);
};

/// Channel values of all types take as much as the widest.
inline constexpr int64_t kChannelValueBytes = 8;
/// Largest vector that one instruction moves.
inline constexpr int64_t kMaxVectorBytes = 16;

} // namespace mlir::convoy

#endif // CONVOY_DIALECT_DIRECTTILE_H
