//===- PointwiseMath.h - Products of a pointwise kernel ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the math warps' parts share: where a thread's pixels are, and how their
// elements come into registers (PointwiseElements.cpp), their products
// (PointwiseMath.cpp), the split of f32 elements (PointwiseSplit.cpp), and the
// way of the sums out (PointwiseStore.cpp).
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_POINTWISEMATH_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_POINTWISEMATH_H

#include "PointwiseKernel.h"

#include <array>
#include <memory>
#include <vector>

namespace mlir::convoy {

/// The two rows of a thread in a block of 64 rows: both `g` and `g + 8` of its
/// warp's 16, with `g` = lane / 4.
struct PointwiseRows {
  /// The pixels in the tile, counted over its images, i32.
  std::array<Value, 2> pixels;
  /// Their places in a stage's first channel; 0 for dead rows.
  std::array<Value, 2> bytes;
};

/// What a thread of a math warp knows that no tile changes.
struct PointwiseThread {
  /// Of each block of rows of its warpgroup.
  SmallVector<PointwiseRows> rows;
  /// lane % 4: the number of its channels in a fragment and of its columns in a
  /// group of 8.
  Value quad;
  /// The group of channels of the thread's warpgroup; zero where there is one.
  Value group;
  /// The first tile of its warpgroup, among the block's.
  Value turn;
  /// Zero, which no compiler knows.
  Value zero;
  /// Bytes from a stage's first channel to the thread's channels of a chunk's
  /// first half: two neighbours, or one for tf32.
  SmallVector<Value> channelBytes;
};

/// What this thread of a math warp knows.
PointwiseThread getPointwiseThread(PointwiseContext &context);

/// getPointwisePixel of row `8 * half + lane / 4` of this warp.
Value emitPointwisePixel(PointwiseContext &context, int64_t block,
                         int64_t half);

/// A stage whose input and filter are there.
struct PointwiseStage {
  /// Number in the tile, i32.
  Value index;
  /// Zero in the first stage of a tile that this warpgroup multiplies.
  Value accumulates;
  Value address;
  /// Of its first step, as an address in the unit of descriptors with the
  /// layout, i64.
  Value filter;
};

/// Elements of one half of a chunk, as raw bits in i32: [row][channel].
using PointwiseElements = std::array<SmallVector<Value, 2>, 2>;

/// The elements of half `half` (0, 1) of chunk `chunk` of a stage.
PointwiseElements loadElements(PointwiseContext &context,
                               const PointwiseThread &thread, Value stage,
                               const PointwiseRows &rows, int64_t chunk,
                               int64_t half);

/// Words 2 * h and the next one of a fragment from the elements of half h of a
/// chunk: a word of each row.
std::array<Value, 2> makePointwiseWords(PointwiseContext &context,
                                        const PointwiseElements &elements);

/// The filter's descriptor of a stage's step.
Value getFilterDescriptor(PointwiseContext &context,
                          const PointwiseStage &stage, int64_t chunk,
                          int64_t step);

/// A chain of products that is waited for as a whole. The elements of the next
/// one are prepared while it is on its way.
class PointwiseUnit {
public:
  virtual ~PointwiseUnit() = default;

  /// Reads the elements from the stage at address `stage` and makes what emit
  /// takes: getNumWords() i32.
  virtual SmallVector<Value> prepare(Value stage) = 0;
  virtual int64_t getNumWords() const = 0;
  /// Emits the products from what was prepared; sums are those of all blocks of
  /// rows.
  virtual void emit(const PointwiseTile &tile, const PointwiseStage &stage,
                    ValueRange prepared, MutableArrayRef<Value> sums) = 0;
  /// When the products are done.
  virtual void finish(ValueRange prepared, MutableArrayRef<Value> sums) = 0;
};

/// The units of a stage for split products.
std::vector<std::unique_ptr<PointwiseUnit>>
makeSplitUnits(PointwiseContext &context, const PointwiseThread &thread);

/// What sums of split products are multiplied by, after the filter's scale.
float getSplitFactor();

/// Adds up the sums of all groups of channels; those of the first are the
/// tile's then, and the only ones that are stored.
SmallVector<Value> emitPointwiseGroupSums(PointwiseContext &context,
                                          const PointwiseThread &thread,
                                          ValueRange sums);

/// Begins to load what the epilogue needs of a tile's output channels, some of
/// them by each thread, so that the multiprocessor has it when the tile's sums
/// are there: PointwiseChannels.cpp.
SmallVector<Value> touchPointwiseChannels(PointwiseContext &context,
                                          const PointwiseTile &tile);
/// Zero, but no compiler knows, as soon as `touched` is there.
Value waitForPointwiseChannels(PointwiseContext &context, ValueRange touched);

/// Applies the epilogue to the sums of a tile, one for each block of rows, and
/// stores. `touched` is what touchPointwiseChannels began to load.
void emitPointwiseStore(PointwiseContext &context,
                        const PointwiseThread &thread,
                        const PointwiseTile &tile, ValueRange touched,
                        ValueRange sums);

/// Stores a tile's output in bulk: what `write` has all threads of the first
/// group of channels write to the staged output.
void emitPointwiseBulkStore(PointwiseContext &context,
                            const PointwiseTile &tile,
                            llvm::function_ref<void()> write);
/// At the end of a math warp: shared memory is read until then.
void finishPointwiseBulkStores(PointwiseContext &context);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_POINTWISEMATH_H
