//===- DirectKernel.h - The direct kernel -----------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block computes a tile of channels at tiles of pixels, one after the other.
// Its parts, in the order in which a kernel has them: channel values, staging,
// reduction, stores. Each is in a file of its own.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_DIRECTKERNEL_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_DIRECTKERNEL_H

#include "ConvArguments.h"
#include "ConvOperand.h"
#include "Epilogue.h"

#include "Convoy/Dialect/DirectTile.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include <functional>

namespace mlir::convoy {

/// The numbers of tiles that make up the output. A channel block is what one
/// thread computes of the channels, or all threads of a staged kernel; it lies
/// in one group. A channel tile is what a block computes.
struct DirectGrid {
  Value channelBlocksPerGroup;
  Value channelTiles;
  Value columnTiles;
  Value rowTiles;
  Value pixelTiles;

  static DirectGrid get(const IndexMath &math, const ConvSizeValues &sizes,
                        DirectAttr direct, const DirectTile &tile);
  /// Blocks to launch.
  Value getNumBlocks(const IndexMath &math, DirectAttr direct) const;
};

/// Where a tile of pixels begins. Row and column are those of the block's first
/// pixel, `threadRow` and `threadColumn` those of the thread's.
struct PixelTile {
  Value batch;
  Value depth;
  Value row;
  Value column;
  Value threadRow;
  Value threadColumn;
};

/// A loop over steps that all threads of a block share, unrolled.
struct SharedStep {
  /// The thread's element, and whether it exists; null if it always does.
  Value element;
  Value exists;
};

/// The positions of a thread's first elements.
struct StoreBases {
  Value init;
  Value residual;
};

/// A copy of a rectangle by the threads of a block, and how they lie on it.
struct StageShape {
  uint64_t numOuter;
  uint64_t numInner;
  /// A divisor of the number of threads.
  uint64_t innerThreads;
  /// True if neighbouring threads differ in the inner position.
  bool innerIsFastest;
};

class DirectKernel {
public:
  /// Emits into the body of a function with the arguments `operands`, those of
  /// `op`. `shared` is the block's shared memory, a flat memref of bytes.
  DirectKernel(OpBuilder &builder, ConvOp op, DirectAttr direct,
               ValueRange operands, Value shared);

  void emitBody();

private:
  // DirectKernel.cpp
  void locateThread();
  void locateChannels(Value channelTile);
  PixelTile locatePixels(Value pixelTile);
  void emitTile(Value pixelTile);
  Value getSharedView(uint64_t offsetBytes, uint64_t elements, Type type);
  /// The element at `position`, or zero unless `inside`, which may be null.
  /// Touches no memory unless `inside`, or the operand's first element.
  Value loadOrZero(const ConvOperand &operand, Value position, Value inside);
  /// Steps `first` to `first + count` of a loop over `numElements` in which a
  /// thread begins with `begin` and goes on by `numThreads`.
  SmallVector<SharedStep> getSharedSteps(uint64_t numElements,
                                         uint64_t numThreads, Value begin,
                                         uint64_t first, uint64_t count);

  // DirectChannels.cpp
  void emitChannelValues();
  ChannelValues loadChannelValues(int64_t channel);

  // DirectStage.cpp
  bool isOneChunk() const;
  Value isInputChannel(Value channel);
  void stageFilter(Value firstChannel);
  void stagePatch(const PixelTile &pixels, Value firstChannel);
  StageShape getPatchShape();
  bool channelsAreContiguous();
  Value getFilterOffset(Value row);
  /// Returns a step's element and its position in shared memory.
  using StagedLoad = std::function<std::pair<Value, Value>(const SharedStep &)>;
  using StagedOuter = function_ref<StagedLoad(const SharedStep &)>;
  void stage(const StageShape &shape, Value view, StagedOuter outer);
  void forSharedSteps(uint64_t numElements, uint64_t numThreads, Value begin,
                      uint64_t batch,
                      function_ref<void(ArrayRef<SharedStep>)> body);
  void stageBatch(ArrayRef<SharedStep> steps, ArrayRef<SharedStep> rows,
                  Value view, ArrayRef<StagedLoad> rowLoads);

  // DirectReduce.cpp
  SmallVector<Value> reduce(const PixelTile &pixels);
  SmallVector<Value> reduceFromGlobal(const PixelTile &pixels);
  SmallVector<Value> loadFilterElements(Value channel, ArrayRef<Value> taps);
  SmallVector<Value> loadInputElements(const PixelTile &pixels, Value channel,
                                       ArrayRef<Value> taps);
  SmallVector<Value> reduceFromShared(Value numChannels, ValueRange sums);
  SmallVector<Value> reduceChunks(const PixelTile &pixels, ValueRange sums);
  SmallVector<Value> addProducts(ValueRange filterElements,
                                 ValueRange inputElements, ValueRange sums);
  /// Runs `body` for each tap of the filter, in loops or unrolled.
  using TapBody =
      function_ref<SmallVector<Value>(ArrayRef<Value> taps, ValueRange sums)>;
  SmallVector<Value> forEachTap(TapBody body, ValueRange sums);
  SmallVector<Value> forEachTapFrom(unsigned dim, SmallVector<Value> &taps,
                                    TapBody body, ValueRange sums);
  /// A loop from 0 to `end` that carries `sums`.
  SmallVector<Value>
  emitLoop(Value end, Value step, ValueRange sums,
           function_ref<SmallVector<Value>(Value, ValueRange)> body);

  // DirectStore.cpp
  void emitAlignmentChecks();
  void store(const PixelTile &pixels, ValueRange sums);
  void storeTile(const PixelTile &pixels, const StoreBases &bases,
                 ValueRange sums, ArrayRef<ChannelValues> channels,
                 int64_t width);
  void storeElements(const StoreBases &bases, ValueRange sums,
                     ArrayRef<ChannelValues> channels, int64_t channel,
                     int64_t row, int64_t column, int64_t width);
  SmallVector<Value> loadResidual(Value position, int64_t width);
  Value getFirstPosition(const ConvOperand &operand, const PixelTile &pixels);
  Value getPosition(const ConvOperand &operand, Value first, int64_t channel,
                    int64_t row, int64_t column);
  int64_t getVectorWidth(Value memref, StringRef order) const;
  Value isAligned(Value memref, const ConvOperand &operand, int64_t width);

  /// The sum of a thread's channel, row and column among its sums.
  int64_t getSumIndex(int64_t channel, int64_t row, int64_t column) const {
    return (channel * direct.getRowTile() + row) * direct.getColumnTile() +
           column;
  }
  int64_t getNumSums() const {
    return direct.getChannelTile() * direct.getRowTile() *
           direct.getColumnTile();
  }

  OpBuilder &builder;
  ConvOp op;
  DirectAttr direct;
  DirectTile tile;
  /// In the order of kImageLetters.
  std::array<ConvWindow, 3> windows;
  Location loc;
  IndexMath math;
  Type accumulator;

  // The function's arguments, and the block's shared memory.
  ConvArguments arguments;
  Value shared;

  ConvSizeValues sizes;
  DirectGrid grid;
  ConvOperand inputOperand, filterOperand, residualOperand, initOperand;

  // The thread in its block.
  Value thread, channelThread, rowThread, columnThread;
  // What it computes: its group, its first channel in the group, and whether
  // there is such a channel block (null: there is).
  Value group, firstOutputChannel, hasChannels;
  // The first channel of the block, of a staged kernel.
  Value blockChannel;
  // Of the block's channels, in shared memory: one view for each value.
  SmallVector<Value> channelViews;
  Value filterView, patchView;

  // Stores of several elements at a time: how many, along `w` or `f`, whether
  // the residual is loaded so too, and whether the memory is aligned for it.
  int64_t vectorWidth = 1;
  bool residualHasVectors = false;
  Value isVectorAligned;
};

/// The type in which the positions of `op` are computed, i32 where they fit.
Type getPositionType(ConvOp op, const DirectTile &tile);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_DIRECTKERNEL_H
