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

/// Loads of a thread that are under way at a time.
static constexpr uint64_t kLoadsInFlight = 8;
/// Longer copies are loops.
static constexpr uint64_t kMaxUnrolledSteps = 4 * kLoadsInFlight;

bool DirectKernel::isOneChunk() const {
  std::optional<int64_t> channels = getConstant(sizes.inputChannels);
  return channels && *channels <= direct.getChannelChunk();
}

/// All loads of a batch before its stores, so that the loads wait together.
void DirectKernel::stageBatch(ArrayRef<SharedStep> steps, Value view,
                              StagedLoad load) {
  SmallVector<std::pair<Value, Value>> loaded = llvm::map_to_vector(
      steps, [&](const SharedStep &step) { return load(step); });
  for (auto [step, elementAndPosition] : llvm::zip(steps, loaded)) {
    auto [element, position] = elementAndPosition;
    OpBuilder::InsertionGuard guard(builder);
    if (step.exists) {
      auto branch = scf::IfOp::create(builder, loc, step.exists);
      builder.setInsertionPointToStart(branch.thenBlock());
    }
    Value wide = convertFloat(builder, loc, element, accumulator);
    memref::StoreOp::create(builder, loc, wide, view, math.toIndex(position));
  }
}

void DirectKernel::stage(uint64_t numElements, Value view, StagedLoad load) {
  uint64_t numSteps = llvm::divideCeil(numElements, tile.threads);
  if (numSteps <= kMaxUnrolledSteps) {
    for (uint64_t first = 0; first < numSteps; first += kLoadsInFlight)
      stageBatch(getSharedSteps(numElements, thread, first,
                                std::min(kLoadsInFlight, numSteps - first)),
                 view, load);
    return;
  }
  auto loop = scf::ForOp::create(builder, loc, math.constant(0),
                                 math.constant(numElements),
                                 math.constant(kLoadsInFlight * tile.threads));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  SmallVector<SharedStep> steps = getSharedSteps(
      std::numeric_limits<int64_t>::max(),
      math.add(loop.getInductionVar(), thread), 0, kLoadsInFlight);
  for (SharedStep &step : steps)
    step.exists = math.isInside(step.element, math.constant(numElements));
  stageBatch(steps, view, load);
}

std::pair<Value, Value> DirectKernel::loadFilterElement(const SharedStep &step,
                                                        Value firstChannel) {
  // The order of the view: channel, d, h, w, output channel.
  Value rest = step.element;
  auto takeFrom = [&](int64_t count) {
    Value taken = math.rem(rest, count);
    rest = math.div(rest, count);
    return taken;
  };
  Value outputChannel = math.add(blockChannel, takeFrom(tile.blockChannels));
  Value position = math.mul(group, filterOperand.getStride(math, 'g'));
  for (int dim : {2, 1, 0}) {
    Value tap = takeFrom(windows[dim].filterSize);
    position = math.add(position, math.mul(tap, filterOperand.getStride(
                                                    math, kImageLetters[dim])));
  }
  Value inputChannel = math.add(firstChannel, rest);

  Value inside = step.exists;
  std::optional<int64_t> outputChannels = getConstant(sizes.outputChannels);
  if (!outputChannels || *outputChannels % tile.blockChannels != 0)
    inside =
        math.both(inside, math.isInside(outputChannel, sizes.outputChannels));
  std::optional<int64_t> inputChannels = getConstant(sizes.inputChannels);
  if (!inputChannels || *inputChannels % direct.getChannelChunk() != 0)
    inside =
        math.both(inside, math.isInside(inputChannel, sizes.inputChannels));
  position = math.add(
      position,
      math.add(math.mul(outputChannel, filterOperand.getStride(
                                           math, conv_dim::kOutputChannel)),
               math.mul(inputChannel, filterOperand.getStride(
                                          math, conv_dim::kInputChannel))));
  return {loadOrZero(filterOperand, position, inside), step.element};
}

void DirectKernel::stageFilter(Value firstChannel) {
  stage(tile.filterElements, filterView, [&](const SharedStep &step) {
    return loadFilterElement(step, firstChannel);
  });
}

std::pair<Value, Value> DirectKernel::loadPatchElement(const SharedStep &step,
                                                       const PixelTile &pixels,
                                                       Value firstChannel) {
  // Neighbouring threads read neighbouring elements of the input.
  Value rest = step.element;
  auto takeFrom = [&](int64_t count) {
    Value taken = math.rem(rest, count);
    rest = math.div(rest, count);
    return taken;
  };
  bool channelsAreContiguous =
      op.getLayout().getInput().back() == conv_dim::kInputChannel;
  Value chunkChannel;
  if (channelsAreContiguous)
    chunkChannel = takeFrom(direct.getChannelChunk());
  Value column = takeFrom(tile.patchColumns);
  Value row = takeFrom(tile.patchRows);
  Value depth = takeFrom(windows[0].filterSize);
  if (!channelsAreContiguous)
    chunkChannel = rest;
  Value plane = math.add(math.mul(chunkChannel, windows[0].filterSize), depth);
  Value viewPosition = math.add(math.add(math.mul(plane, tile.patchPlanePitch),
                                         math.mul(row, tile.patchRowPitch)),
                                column);

  Value channel = math.add(firstChannel, chunkChannel);
  Value inside = step.exists;
  std::optional<int64_t> inputChannels = getConstant(sizes.inputChannels);
  if (!inputChannels || *inputChannels % direct.getChannelChunk() != 0)
    inside = math.both(inside, math.isInside(channel, sizes.inputChannels));
  Value position = math.add(
      math.mul(pixels.batch, inputOperand.getStride(math, conv_dim::kBatch)),
      math.add(math.mul(group, inputOperand.getStride(math, conv_dim::kGroup)),
               math.mul(channel, inputOperand.getStride(
                                     math, conv_dim::kInputChannel))));
  std::array<Value, 3> first = {pixels.depth, pixels.row, pixels.column};
  std::array<Value, 3> offset = {math.mul(depth, windows[0].dilation), row,
                                 column};
  for (int dim : {0, 1, 2}) {
    Value at = math.add(
        math.add(math.mul(first[dim], windows[dim].stride), offset[dim]),
        -windows[dim].padLow);
    inside = math.both(inside, math.isInside(at, sizes.inputImage[dim]));
    position = math.add(position, math.mul(at, inputOperand.getStride(
                                                   math, kImageLetters[dim])));
  }
  return {loadOrZero(inputOperand, position, inside), viewPosition};
}

void DirectKernel::stagePatch(const PixelTile &pixels, Value firstChannel) {
  uint64_t numElements = direct.getChannelChunk() * windows[0].filterSize *
                         tile.patchRows * tile.patchColumns;
  stage(numElements, patchView, [&](const SharedStep &step) {
    return loadPatchElement(step, pixels, firstChannel);
  });
}
