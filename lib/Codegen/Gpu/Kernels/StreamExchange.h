//===- StreamExchange.h - Sums of a cluster's blocks -----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the blocks of a cluster share the channels of a tile, the warps of the
// same number have sums of the same outputs, each of its block's channels. They
// stage them as ever, and each finishes its share of the rows: it reads what
// all of them have staged. Without clusters a warp reads what it has staged
// itself.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMEXCHANGE_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMEXCHANGE_H

#include "StreamKernel.h"

namespace mlir::convoy {

/// Initializes the barriers; one thread of each block.
void initExchange(StreamContext &context);

/// One exchange of a math warp. In the order of the functions; all of them do
/// nothing, or what no other block is needed for, without clusters.
class StreamExchange {
public:
  /// `number` (i32) counts the warp's exchanges from the kernel's start.
  StreamExchange(StreamContext &context, Value number)
      : context(context), b(context.builder), number(number) {}

  /// Until the other blocks have read what was staged before.
  void waitUntilRead();
  /// Adds `flags` (i32), of which the four lanes of a row have the same, to
  /// what is staged.
  void stageFlags(Value flags);
  /// Tells the others that this warp has staged its sums, and waits for theirs.
  void shareStaged();

  /// The rows that this warp finishes, of the `count` that exist: first and
  /// end.
  std::pair<Value, Value> getRows(Value count);
  /// All warps' sums at `address` of the staging memory, of type `type`, added
  /// in the order of the blocks.
  Value loadSums(Type type, Value address);
  /// What any block staged for row `row`.
  Value loadFlags(Value row);
  /// Tells the others that this warp has read what they staged.
  void endReading();

private:
  bool isShared() const { return context.plan.channelParts > 1; }
  Value getFlagsAddress(Value row);
  /// What block `rank` has at the address that `address` is in this block.
  Value loadFrom(int64_t rank, Type type, Value address);

  StreamContext &context;
  DeviceBuilder &b;
  Value number;
  /// From an address of this block's shared memory to that of each block.
  SmallVector<Value> distances;
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_STREAMEXCHANGE_H
