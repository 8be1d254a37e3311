//===- DirectStage.cpp - Filter and input to shared memory ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The direct kernel's copies: the filter transposed, so that a thread's
// channels are contiguous, and the input of the block's pixels with zeros
// outside of the image, so that the reduction needs no checks.
//
//===----------------------------------------------------------------------===//

#include "DirectKernel.h"

#include "Convoy/Dialect/ConvSizes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::convoy;

/// Loads of a thread that are under way at a time, and in the code: fewer where
/// the sums take registers.
static constexpr uint64_t kLoadsInFlight = 16;
static constexpr uint64_t kLoadsBesideSums = 8;
static constexpr uint64_t kUnrolledLoads = 64;
static constexpr uint64_t kUnrolledLoadsBesideSums = 16;

bool DirectKernel::isOneChunk() const {
  std::optional<int64_t> channels = getConstant(sizes.inputChannels);
  return channels && *channels <= direct.getChannelChunk();
}

/// Whether `channel` is one of the input's; null if all of a chunk are.
Value DirectKernel::isInputChannel(Value channel) {
  std::optional<int64_t> channels = getConstant(sizes.inputChannels);
  if (channels && *channels % direct.getChannelChunk() == 0)
    return {};
  return math.isInside(channel, sizes.inputChannels);
}

/// Copies a rectangle of `numOuter` times `numInner` elements with all threads,
/// some of which lie along each side. `outer` is called for each outer position
/// of a thread, and returns what is called for each inner position: its load,
/// of an element and the position that it gets in `view`.
void DirectKernel::stage(const StageShape &shape, Value view,
                         StagedOuter outer) {
  Value innerThread, outerThread;
  if (shape.innerIsFastest) {
    innerThread = math.rem(thread, shape.innerThreads);
    outerThread = math.div(thread, shape.innerThreads);
  } else {
    int64_t outerThreads = tile.threads / shape.innerThreads;
    outerThread = math.rem(thread, outerThreads);
    innerThread = math.div(thread, outerThreads);
  }
  uint64_t outerThreads = tile.threads / shape.innerThreads;
  uint64_t outerSteps = llvm::divideCeil(shape.numOuter, outerThreads);
  uint64_t innerSteps = llvm::divideCeil(shape.numInner, shape.innerThreads);
  uint64_t loads = isOneChunk() ? kLoadsInFlight : kLoadsBesideSums;
  uint64_t unrolled = isOneChunk() ? kUnrolledLoads : kUnrolledLoadsBesideSums;
  uint64_t batch = std::clamp<uint64_t>(loads / innerSteps, 1, outerSteps);

  auto copyRows = [&](ArrayRef<SharedStep> rows) {
    SmallVector<StagedLoad> rowLoads = llvm::map_to_vector(
        rows, [&](const SharedStep &row) { return outer(row); });
    if (innerSteps <= unrolled) {
      for (uint64_t first = 0; first < innerSteps; first += loads)
        stageBatch(getSharedSteps(shape.numInner, shape.innerThreads,
                                  innerThread, first,
                                  std::min(loads, innerSteps - first)),
                   rows, view, rowLoads);
      return;
    }
    forSharedSteps(shape.numInner, shape.innerThreads, innerThread, loads,
                   [&](ArrayRef<SharedStep> steps) {
                     stageBatch(steps, rows, view, rowLoads);
                   });
  };
  if (outerSteps * innerSteps <= unrolled) {
    for (uint64_t first = 0; first < outerSteps; first += batch)
      copyRows(getSharedSteps(shape.numOuter, outerThreads, outerThread, first,
                              std::min(batch, outerSteps - first)));
    return;
  }
  forSharedSteps(shape.numOuter, outerThreads, outerThread, batch, copyRows);
}

/// A loop whose body does `batch` steps of a thread.
void DirectKernel::forSharedSteps(
    uint64_t numElements, uint64_t numThreads, Value begin, uint64_t batch,
    function_ref<void(ArrayRef<SharedStep>)> body) {
  uint64_t stride = batch * numThreads;
  auto loop = scf::ForOp::create(
      builder, loc, math.constant(0),
      math.constant(llvm::divideCeil(numElements, stride) * stride),
      math.constant(stride));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  SmallVector<SharedStep> steps;
  for (uint64_t index = 0; index < batch; ++index) {
    SharedStep step;
    step.element =
        math.add(loop.getInductionVar(), math.add(begin, index * numThreads));
    if (numElements % stride != 0)
      step.exists = math.isInside(step.element, math.constant(numElements));
    steps.push_back(step);
  }
  body(steps);
}

/// All loads before the stores, so that the loads wait together.
void DirectKernel::stageBatch(ArrayRef<SharedStep> steps,
                              ArrayRef<SharedStep> rows, Value view,
                              ArrayRef<StagedLoad> rowLoads) {
  struct Staged {
    Value element, position, exists;
  };
  SmallVector<Staged> batch;
  for (auto [row, load] : llvm::zip(rows, rowLoads)) {
    for (const SharedStep &step : steps) {
      auto [element, position] = load(step);
      batch.push_back({element, position, math.both(row.exists, step.exists)});
    }
  }
  for (const Staged &staged : batch) {
    OpBuilder::InsertionGuard guard(builder);
    if (staged.exists) {
      auto branch = scf::IfOp::create(builder, loc, staged.exists);
      builder.setInsertionPointToStart(branch.thenBlock());
    }
    Value wide = convertFloat(builder, loc, staged.element, accumulator);
    memref::StoreOp::create(builder, loc, wide, view,
                            math.toIndex(staged.position));
  }
}

//===----------------------------------------------------------------------===//
// The filter
//===----------------------------------------------------------------------===//

/// The position of the view's row `row`, an input channel of the chunk and a
/// tap, from the chunk's first element on.
Value DirectKernel::getFilterOffset(Value row) {
  auto getStride = [&](char dim) { return filterOperand.getStride(math, dim); };
  // Rows that follow each other in memory need no division.
  std::optional<int64_t> distance = getConstant(getStride('w'));
  int64_t expected = distance.value_or(0);
  bool isLinear = distance.has_value();
  for (auto [dim, window] :
       {std::pair('w', &windows[2]), std::pair('h', &windows[1]),
        std::pair('d', &windows[0]),
        std::pair(conv_dim::kInputChannel,
                  static_cast<ConvWindow *>(nullptr))}) {
    // A dimension of one element has no distance.
    bool isOne = window && window->filterSize == 1;
    isLinear &= isOne || getConstant(getStride(dim)) == expected;
    if (window)
      expected *= window->filterSize;
  }
  if (isLinear && windows[2].filterSize > 1)
    return math.mul(row, *distance);

  Value rest = row;
  Value position = math.constant(0);
  for (int dim : {2, 1, 0}) {
    int64_t size = windows[dim].filterSize;
    position = math.add(position, math.mul(math.rem(rest, size),
                                           getStride(kImageLetters[dim])));
    rest = math.div(rest, size);
  }
  return math.add(position, math.mul(rest, getStride(conv_dim::kInputChannel)));
}

void DirectKernel::stageFilter(Value firstChannel) {
  // Neighbouring threads write neighbouring output channels.
  StageShape shape;
  shape.numOuter = tile.blockChannels;
  shape.numInner = direct.getChannelChunk() * tile.filterTaps;
  int64_t outerThreads =
      std::min<int64_t>(llvm::PowerOf2Ceil(tile.blockChannels),
                        llvm::bit_floor(static_cast<uint64_t>(tile.threads)));
  while (tile.threads % outerThreads != 0)
    outerThreads /= 2;
  shape.innerThreads = tile.threads / outerThreads;
  shape.innerIsFastest = false;

  Value chunkBase = math.add(
      math.mul(group, filterOperand.getStride(math, conv_dim::kGroup)),
      math.mul(firstChannel,
               filterOperand.getStride(math, conv_dim::kInputChannel)));
  stage(shape, filterView, [&](const SharedStep &outer) -> StagedLoad {
    Value outputChannel = math.add(blockChannel, outer.element);
    Value inside = outer.exists;
    std::optional<int64_t> channels = getConstant(sizes.outputChannels);
    if (!channels || *channels % tile.blockChannels != 0)
      inside =
          math.both(inside, math.isInside(outputChannel, sizes.outputChannels));
    Value base = math.add(
        chunkBase,
        math.mul(outputChannel,
                 filterOperand.getStride(math, conv_dim::kOutputChannel)));
    return [=](const SharedStep &step) {
      Value channel = math.add(
          firstChannel,
          math.div(step.element, static_cast<int64_t>(tile.filterTaps)));
      Value present =
          math.both(math.both(inside, step.exists), isInputChannel(channel));
      Value position = math.add(base, getFilterOffset(step.element));
      return std::pair(
          loadOrZero(filterOperand, position, present),
          math.add(math.mul(step.element, tile.blockChannels), outer.element));
    };
  });
}

//===----------------------------------------------------------------------===//
// The input
//===----------------------------------------------------------------------===//

bool DirectKernel::channelsAreContiguous() {
  return op.getLayout().getInput().back() == conv_dim::kInputChannel;
}

/// Neighbouring threads read neighbouring elements of the input: columns, or
/// channels. Outer positions are pixels, inner ones planes.
StageShape DirectKernel::getPatchShape() {
  StageShape shape;
  shape.numOuter = tile.patchRows * tile.patchColumns;
  shape.numInner = direct.getChannelChunk() * windows[0].filterSize;
  shape.innerIsFastest = channelsAreContiguous();
  uint64_t numThreads = llvm::bit_floor(static_cast<uint64_t>(tile.threads));
  shape.innerThreads =
      shape.innerIsFastest
          ? std::min<uint64_t>(llvm::PowerOf2Ceil(shape.numInner), numThreads)
          : numThreads /
                std::min(llvm::PowerOf2Ceil(shape.numOuter), numThreads);
  while (tile.threads % shape.innerThreads != 0)
    shape.innerThreads /= 2;
  return shape;
}

void DirectKernel::stagePatch(const PixelTile &pixels, Value firstChannel) {
  int64_t depths = windows[0].filterSize;
  auto getStride = [&](char dim) { return inputOperand.getStride(math, dim); };
  Value imageBase =
      math.add(math.mul(pixels.batch, getStride(conv_dim::kBatch)),
               math.mul(group, getStride(conv_dim::kGroup)));
  // The input's coordinate that the patch begins with.
  auto getBegin = [&](int dim, Value pixel) {
    return math.add(math.mul(pixel, windows[dim].stride), -windows[dim].padLow);
  };
  Value rowBegin = getBegin(1, pixels.row);
  Value columnBegin = getBegin(2, pixels.column);
  Value depthBegin = getBegin(0, pixels.depth);
  Value chunkBase = math.add(
      imageBase, math.mul(firstChannel, getStride(conv_dim::kInputChannel)));

  stage(getPatchShape(), patchView, [&](const SharedStep &outer) -> StagedLoad {
    Value patchRow =
        math.div(outer.element, static_cast<int64_t>(tile.patchColumns));
    Value patchColumn =
        math.rem(outer.element, static_cast<int64_t>(tile.patchColumns));
    Value row = math.add(rowBegin, patchRow);
    Value column = math.add(columnBegin, patchColumn);
    Value inside = math.both(
        outer.exists, math.both(math.isInside(row, sizes.inputImage[1]),
                                math.isInside(column, sizes.inputImage[2])));
    Value base =
        math.add(chunkBase, math.add(math.mul(row, getStride('h')),
                                     math.mul(column, getStride('w'))));
    Value viewBase =
        math.add(math.mul(patchRow, tile.patchRowPitch), patchColumn);
    return [=](const SharedStep &step) {
      // Planes in shared memory lie channel by channel.
      Value channel, depth;
      if (channelsAreContiguous()) {
        channel = math.rem(step.element, direct.getChannelChunk());
        depth = math.div(step.element, direct.getChannelChunk());
      } else {
        channel = math.div(step.element, depths);
        depth = math.rem(step.element, depths);
      }
      Value at = math.add(depthBegin, math.mul(depth, windows[0].dilation));
      Value present = math.both(inside, step.exists);
      present =
          math.both(present, isInputChannel(math.add(firstChannel, channel)));
      if (getConstant(at) != 0 || getConstant(sizes.inputImage[0]) != 1)
        present = math.both(present, math.isInside(at, sizes.inputImage[0]));
      Value position = math.add(
          base, math.add(math.mul(channel, getStride(conv_dim::kInputChannel)),
                         math.mul(at, getStride('d'))));
      Value plane = math.add(math.mul(channel, depths), depth);
      return std::pair(
          loadOrZero(inputOperand, position, present),
          math.add(math.mul(plane, tile.patchPlanePitch), viewBase));
    };
  });
}
