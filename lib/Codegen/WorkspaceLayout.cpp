//===- WorkspaceLayout.cpp - Where buffers lie in the workspace -----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/WorkspaceLayout.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;

/// The lowest offset at which buffer `index` collides with none of `placed`.
static int64_t findOffset(ArrayRef<BufferLifetime> buffers, int64_t index,
                          ArrayRef<int64_t> placed, ArrayRef<int64_t> offsets) {
  SmallVector<std::pair<int64_t, int64_t>> taken;
  for (int64_t other : placed)
    if (buffers[other].overlaps(buffers[index]))
      taken.emplace_back(offsets[other],
                         offsets[other] + *buffers[other].bytes);
  llvm::sort(taken);
  int64_t offset = 0;
  for (auto [begin, end] : taken) {
    if (offset + *buffers[index].bytes <= begin)
      break;
    offset =
        std::max(offset, int64_t(llvm::alignTo(end, kBufferAlignmentBytes)));
  }
  return offset;
}

static void placeStaticBuffers(ArrayRef<BufferLifetime> buffers,
                               WorkspaceLayout &layout) {
  SmallVector<int64_t> order;
  for (int64_t index : llvm::seq<int64_t>(0, buffers.size()))
    if (buffers[index].bytes)
      order.push_back(index);
  // The large ones first: small ones fit into what is left between them.
  llvm::stable_sort(order, [&](int64_t a, int64_t b) {
    return *buffers[a].bytes > *buffers[b].bytes;
  });
  SmallVector<int64_t> placed;
  for (int64_t index : order) {
    int64_t offset = findOffset(buffers, index, placed, layout.offsetBytes);
    layout.offsetBytes[index] = offset;
    placed.push_back(index);
    layout.staticBytes =
        std::max(layout.staticBytes,
                 int64_t(llvm::alignTo(offset + *buffers[index].bytes,
                                       kBufferAlignmentBytes)));
  }
}

WorkspaceLayout
convoy::computeWorkspaceLayout(ArrayRef<BufferLifetime> buffers) {
  WorkspaceLayout layout;
  layout.offsetBytes.assign(buffers.size(), 0);
  placeStaticBuffers(buffers, layout);
  for (int64_t index : llvm::seq<int64_t>(0, buffers.size())) {
    if (buffers[index].bytes)
      continue;
    auto slot = llvm::find_if(layout.slots, [&](ArrayRef<int64_t> members) {
      return llvm::none_of(members, [&](int64_t member) {
        return buffers[member].overlaps(buffers[index]);
      });
    });
    if (slot == layout.slots.end())
      slot = layout.slots.insert(slot, SmallVector<int64_t>());
    slot->push_back(index);
  }
  return layout;
}
