//===- DirectReduce.cpp - Sums of products --------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The direct kernel's reduction. For each input channel and tap, a thread adds
// the products of its output channels' filter elements and its pixels' input
// elements to its sums.
//
//===----------------------------------------------------------------------===//

#include "DirectKernel.h"
#include "SharedWindow.h"

#include "Convoy/Dialect/ConvSizes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::convoy;

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

SmallVector<Value> DirectKernel::emitLoop(
    Value end, Value step, ValueRange sums,
    function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto loop =
      scf::ForOp::create(builder, loc, math.constant(0), end, step, sums);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next =
      body(loop.getInductionVar(), loop.getRegionIterArgs());
  scf::YieldOp::create(builder, loc, next);
  return llvm::to_vector(ValueRange(loop.getResults()));
}

SmallVector<Value> DirectKernel::forEachTapFrom(unsigned dim,
                                                SmallVector<Value> &taps,
                                                TapBody body, ValueRange sums) {
  if (dim == kImageLetters.size())
    return body(taps, sums);
  std::optional<int64_t> size = getConstant(sizes.filterImage[dim]);
  int64_t dimsInside = kImageLetters.size() - dim;
  if (size && (*size == 1 || dimsInside <= direct.getUnrolledFilterDims())) {
    SmallVector<Value> next = llvm::to_vector(sums);
    for (int64_t tap = 0; tap < *size; ++tap) {
      taps.push_back(math.constant(tap));
      next = forEachTapFrom(dim + 1, taps, body, next);
      taps.pop_back();
    }
    return next;
  }
  return emitLoop(sizes.filterImage[dim], math.constant(1), sums,
                  [&](Value tap, ValueRange inner) {
                    taps.push_back(tap);
                    SmallVector<Value> next =
                        forEachTapFrom(dim + 1, taps, body, inner);
                    taps.pop_back();
                    return next;
                  });
}

SmallVector<Value> DirectKernel::forEachTap(TapBody body, ValueRange sums) {
  SmallVector<Value> taps;
  return forEachTapFrom(0, taps, body, sums);
}

SmallVector<Value> DirectKernel::addProducts(ValueRange filterElements,
                                             ValueRange inputElements,
                                             ValueRange sums) {
  SmallVector<Value> next;
  for (int64_t channel = 0; channel < direct.getChannelTile(); ++channel)
    for (auto [pixel, element] : llvm::enumerate(inputElements))
      next.push_back(
          math::FmaOp::create(builder, loc, filterElements[channel], element,
                              sums[channel * inputElements.size() + pixel]));
  return next;
}

//===----------------------------------------------------------------------===//
// From global memory
//===----------------------------------------------------------------------===//

/// The filter's elements of the thread's output channels, for one input channel
/// and tap. Output channels past the last one repeat it.
SmallVector<Value> DirectKernel::loadFilterElements(Value channel,
                                                    ArrayRef<Value> taps) {
  auto getStride = [&](char dim) { return filterOperand.getStride(math, dim); };
  Value base = math.add(math.mul(group, getStride(conv_dim::kGroup)),
                        math.mul(channel, getStride(conv_dim::kInputChannel)));
  for (int dim : {0, 1, 2})
    base = math.add(base, math.mul(taps[dim], getStride(kImageLetters[dim])));
  SmallVector<Value> elements;
  for (int64_t index = 0; index < direct.getChannelTile(); ++index) {
    Value outputChannel = math.min(math.add(firstOutputChannel, index),
                                   math.add(sizes.outputChannels, -1));
    Value position = math.add(
        base, math.mul(outputChannel, getStride(conv_dim::kOutputChannel)));
    elements.push_back(convertFloat(
        builder, loc, loadOrZero(filterOperand, position, /*inside=*/Value()),
        accumulator));
  }
  return elements;
}

/// The input's elements of the thread's pixels, for one input channel and tap.
SmallVector<Value> DirectKernel::loadInputElements(const PixelTile &pixels,
                                                   Value channel,
                                                   ArrayRef<Value> taps) {
  auto getStride = [&](char dim) { return inputOperand.getStride(math, dim); };
  std::array<Value, 3> first = {pixels.depth, pixels.threadRow,
                                pixels.threadColumn};
  // What the thread's pixel `pixel` adds to the position along one dimension,
  // and whether it is inside of the image.
  auto locate = [&](int dim, int64_t pixel) {
    Value at = math.add(
        math.add(math.mul(math.add(first[dim], pixel), windows[dim].stride),
                 math.mul(taps[dim], windows[dim].dilation)),
        -windows[dim].padLow);
    return std::pair(math.mul(at, getStride(kImageLetters[dim])),
                     math.isInside(at, sizes.inputImage[dim]));
  };
  auto [depthOffset, depthInside] = locate(0, 0);
  Value plane = math.add(math.mul(pixels.batch, getStride(conv_dim::kBatch)),
                         math.mul(group, getStride(conv_dim::kGroup)));
  plane = math.add(math.add(plane, depthOffset),
                   math.mul(channel, getStride(conv_dim::kInputChannel)));
  SmallVector<Value> elements;
  for (int64_t row = 0; row < direct.getRowTile(); ++row) {
    auto [rowOffset, rowInside] = locate(1, row);
    for (int64_t column = 0; column < direct.getColumnTile(); ++column) {
      auto [columnOffset, columnInside] = locate(2, column);
      Value element = loadOrZero(
          inputOperand, math.add(math.add(plane, rowOffset), columnOffset),
          math.both(math.both(depthInside, rowInside), columnInside));
      elements.push_back(convertFloat(builder, loc, element, accumulator));
    }
  }
  return elements;
}

SmallVector<Value> DirectKernel::reduceFromGlobal(const PixelTile &pixels) {
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(accumulator));
  SmallVector<Value> sums(getNumSums(), zero);
  return emitLoop(sizes.inputChannels, math.constant(1), sums,
                  [&](Value channel, ValueRange inner) {
                    return forEachTap(
                        [&](ArrayRef<Value> taps, ValueRange innermost) {
                          SmallVector<Value> filterElements =
                              loadFilterElements(channel, taps);
                          return addProducts(
                              filterElements,
                              loadInputElements(pixels, channel, taps),
                              innermost);
                        },
                        inner);
                  });
}

//===----------------------------------------------------------------------===//
// From shared memory
//===----------------------------------------------------------------------===//

/// The largest vector whose width divides all of `numbers`.
static int64_t getSharedVectorWidth(Type element, ArrayRef<int64_t> numbers) {
  int64_t width = kMaxVectorBytes * 8 / element.getIntOrFloatBitWidth();
  while (llvm::any_of(numbers,
                      [&](int64_t number) { return number % width != 0; }))
    width /= 2;
  return width;
}

namespace {
/// Sums a value of constant and other terms apart.
struct SplitPosition {
  const IndexMath &math;
  Value variable;
  int64_t constant = 0;

  void add(Value count, int64_t distance) {
    if (std::optional<int64_t> known = getConstant(count))
      constant += *known * distance;
    else
      variable = math.add(variable, math.mul(count, distance));
  }
};

/// Where a thread's elements for one input channel and tap begin.
struct SharedTap {
  SplitPosition filter;
  SplitPosition input;

  /// Moves from the first channel and tap to these.
  void moveTo(Value channel, ArrayRef<Value> taps, const DirectTile &tile,
              ArrayRef<ConvWindow> windows) {
    const ConvWindow &depths = windows[0], &rows = windows[1],
                     &columns = windows[2];
    int64_t filterPitch = tile.blockChannels;
    filter.add(channel, tile.filterTaps * filterPitch);
    filter.add(taps[0], rows.filterSize * columns.filterSize * filterPitch);
    filter.add(taps[1], columns.filterSize * filterPitch);
    filter.add(taps[2], filterPitch);
    input.add(channel, depths.filterSize * tile.patchPlanePitch);
    input.add(taps[0], tile.patchPlanePitch);
    input.add(taps[1], rows.dilation * tile.patchRowPitch);
    input.add(taps[2], columns.dilation);
  }
};

/// Elements in equal distances.
struct Distances {
  int64_t count;
  int64_t step;
};
} // namespace

/// Rows of columns, from `first` on.
static SmallVector<Value> read(SharedWindow &window, int64_t first,
                               Distances rows, Distances columns) {
  SmallVector<Value> elements;
  for (int64_t row = 0; row < rows.count; ++row)
    for (int64_t column = 0; column < columns.count; ++column)
      elements.push_back(
          window.get(first + row * rows.step + column * columns.step));
  return elements;
}

/// Adds the products of the first `numChannels` channels in shared memory.
SmallVector<Value> DirectKernel::reduceFromShared(Value numChannels,
                                                  ValueRange sums) {
  int64_t rowPitch = tile.patchRowPitch, planePitch = tile.patchPlanePitch;
  int64_t rowStep = windows[1].stride * rowPitch;
  int64_t columnStep = windows[2].stride;
  Distances channelTile{direct.getChannelTile(), 1};
  Distances rowTile{direct.getRowTile(), rowStep};
  Distances columnTile{direct.getColumnTile(), columnStep};
  Value filterThread = math.mul(channelThread, channelTile.count);
  Value inputThread =
      math.add(math.mul(rowThread, rowTile.count * rowStep),
               math.mul(columnThread, columnTile.count * columnStep));
  int64_t filterWidth = getSharedVectorWidth(
      accumulator, {channelTile.count, tile.blockChannels});
  int64_t inputWidth = getSharedVectorWidth(
      accumulator, {columnTile.count * columnStep, rowPitch, planePitch});

  return emitLoop(
      numChannels, math.constant(1), sums,
      [&](Value channel, ValueRange inner) {
        // One window for each block of operations: within one, loops outside of
        // it do not move.
        llvm::DenseMap<Block *, std::unique_ptr<SharedWindow>> filterWindows;
        llvm::DenseMap<Block *, std::unique_ptr<SharedWindow>> inputWindows;
        auto addTap = [&](ArrayRef<Value> taps, ValueRange innermost) {
          SharedTap at{{math, filterThread}, {math, inputThread}};
          at.moveTo(channel, taps, tile, windows);
          Block *block = builder.getInsertionBlock();
          std::unique_ptr<SharedWindow> &filterWindow = filterWindows[block];
          std::unique_ptr<SharedWindow> &inputWindow = inputWindows[block];
          if (!filterWindow) {
            filterWindow = std::make_unique<SharedWindow>(
                math, filterView, at.filter.variable, filterWidth);
            // A column that is a loop's may begin anywhere.
            inputWindow = std::make_unique<SharedWindow>(
                math, patchView, at.input.variable,
                getConstant(taps[2]) ? inputWidth : 1);
          }
          SmallVector<Value> filterElements =
              read(*filterWindow, at.filter.constant, {1, 0}, channelTile);
          return addProducts(
              filterElements,
              read(*inputWindow, at.input.constant, rowTile, columnTile),
              innermost);
        };
        return forEachTap(addTap, inner);
      });
}

/// One chunk of input channels after the other.
SmallVector<Value> DirectKernel::reduceChunks(const PixelTile &pixels,
                                              ValueRange sums) {
  int64_t chunk = direct.getChannelChunk();
  return emitLoop(
      sizes.inputChannels, math.constant(chunk), sums,
      [&](Value firstChannel, ValueRange inner) {
        // Nobody reads the chunk before any more.
        gpu::BarrierOp::create(builder, loc);
        stageFilter(firstChannel);
        stagePatch(pixels, firstChannel);
        gpu::BarrierOp::create(builder, loc);
        std::optional<int64_t> channels = getConstant(sizes.inputChannels);
        Value count = math.constant(chunk);
        if (!channels || *channels % chunk != 0)
          count = math.min(count,
                           math.add(sizes.inputChannels,
                                    math.mul(firstChannel, math.constant(-1))));
        return reduceFromShared(count, inner);
      });
}

SmallVector<Value> DirectKernel::reduce(const PixelTile &pixels) {
  if (!direct.isStaged())
    return reduceFromGlobal(pixels);
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(accumulator));
  SmallVector<Value> sums(getNumSums(), zero);
  if (!isOneChunk())
    return reduceChunks(pixels, sums);
  // Nobody reads the tile before any more.
  if (direct.getTilesPerBlock() > 1)
    gpu::BarrierOp::create(builder, loc);
  stagePatch(pixels, math.constant(0));
  gpu::BarrierOp::create(builder, loc);
  return reduceFromShared(sizes.inputChannels, sums);
}
