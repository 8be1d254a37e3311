//===- WorkspaceLayout.h - Where buffers lie in the workspace --*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The decision, as plain data: which buffers of a function may share memory.
// Knows lifetimes and sizes, no IR.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_CODEGEN_WORKSPACELAYOUT_H
#define CONVOY_CODEGEN_WORKSPACELAYOUT_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>

namespace mlir::convoy {

/// Every buffer begins at a multiple of this.
inline constexpr int64_t kBufferAlignmentBytes = 64;

/// What the layout needs to know of one buffer.
struct BufferLifetime {
  /// The first and the last position in the program that uses the buffer.
  int64_t first, last;
  /// None where the size depends on the sizes of the inputs.
  std::optional<int64_t> bytes;

  bool overlaps(const BufferLifetime &other) const {
    return first <= other.last && other.first <= last;
  }
};

/// Buffers of known size lie at fixed offsets in the first `staticBytes` bytes
/// of the workspace. The others follow in slots, each as large as the largest
/// of its buffers.
struct WorkspaceLayout {
  int64_t staticBytes = 0;
  /// For each buffer its offset in bytes; meaningless for those in slots.
  SmallVector<int64_t> offsetBytes;
  /// The buffers of each slot, as indices into the list of buffers.
  SmallVector<SmallVector<int64_t>> slots;
};

/// No two buffers with overlapping lifetimes share memory. The result depends
/// on the order of `buffers` alone.
WorkspaceLayout computeWorkspaceLayout(ArrayRef<BufferLifetime> buffers);

} // namespace mlir::convoy

#endif // CONVOY_CODEGEN_WORKSPACELAYOUT_H
