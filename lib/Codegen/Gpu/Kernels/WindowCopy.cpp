//===- WindowCopy.cpp - Copies of a window kernel -------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One warp fills stages: a lane copies the windows of some channels as one run
// each, clipped to the channel's image. What is copied depends on the lane and
// the tile; from stage to stage only the channels move on.
//
//===----------------------------------------------------------------------===//

#include "WindowKernel.h"

#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

namespace {

/// A channel's window of one image, all but `source` i32.
struct Run {
  /// In the stage.
  Value target;
  /// From the input's first element on for the tile's first stage, i64.
  Value source;
  /// Zero where nothing of it is in the image.
  Value bytes;
};

class WindowCopy {
public:
  explicit WindowCopy(PointwiseContext &context)
      : context(context), b(context.builder), plan(*context.window),
        frame(context.plan) {}

  void emit();

private:
  /// The lane's runs.
  SmallVector<Run> getRuns(const PointwiseTile &tile);
  Run getRun(const PointwiseTile &tile, int64_t round);
  void fillStage(const PointwiseTile &tile, ArrayRef<Run> runs, Value total,
                 Value stage, Value use);

  PointwiseContext &context;
  DeviceBuilder &b;
  const WindowPlan &plan;
  const PointwisePlan &frame;
};

} // namespace

Value convoy::getFirstRow(PointwiseContext &context,
                          const PointwiseTile &tile) {
  DeviceBuilder &b = context.builder;
  if (context.plan.pixelTiles == 1)
    return b.i32(0);
  return b.div(tile.pixel, context.window->outputWidth);
}

Run WindowCopy::getRun(const PointwiseTile &tile, int64_t round) {
  int64_t count = frame.getStageRuns();
  Value index = b.add(context.lane, round * kThreadsPerWarp);
  Value image = b.i32(0), channel = index;
  if (frame.tileImages > 1) {
    image = b.div(index, frame.getStageChannels());
    channel = b.rem(index, frame.getStageChannels());
  }
  // Relative to the channel's first element, negative above the image.
  Value begin = b.add(b.mul(getFirstRow(context, tile),
                            plan.problem.strideHeight * plan.getRowBytes()),
                      plan.getRunBegin(0) * plan.getElementBytes());
  Value end = b.add(begin, plan.runElements * plan.getElementBytes());
  int64_t planeBytes = plan.getPlaneBytes();
  Value first = b.maxSigned(begin, 0);
  Value last = b.select(b.compare(CmpIPredicate::slt, end, planeBytes), end,
                        b.i32(planeBytes));
  Value hasAny = b.compare(CmpIPredicate::slt, first, last);
  if (count % kThreadsPerWarp != 0)
    hasAny = b.allOf(hasAny, b.compare(CmpIPredicate::ult, index, count));
  Value imageNumber = b.add(tile.image, image);
  if (frame.mayLackImages())
    hasAny = b.allOf(hasAny, b.compare(CmpIPredicate::ult, imageNumber,
                                       context.operands.batch));
  // In whole pieces, counted from the image's first element.
  Value plane = b.mul(channel, planeBytes);
  auto roundDown = [&](Value bytes) {
    return b.bitAnd(bytes, -kPointwisePieceBytes);
  };
  Value origin = roundDown(b.add(plane, begin));
  Value source = roundDown(b.add(plane, first));
  Value limit = roundDown(b.add(b.add(plane, last), kPointwisePieceBytes - 1));
  Run run;
  run.target = b.add(b.add(b.mul(image, frame.imagePitchBytes),
                           b.mul(channel, frame.channelPitchBytes)),
                     b.sub(source, origin));
  run.source =
      b.add(b.mul(b.widen(imageNumber), context.operands.inputImageBytes),
            b.widen(source));
  run.bytes = b.select(hasAny, b.sub(limit, source), b.i32(0));
  return run;
}

SmallVector<Run> WindowCopy::getRuns(const PointwiseTile &tile) {
  int64_t rounds = llvm::divideCeil(frame.getStageRuns(), kThreadsPerWarp);
  SmallVector<Run> runs;
  for (int64_t round : llvm::seq<int64_t>(0, rounds))
    runs.push_back(getRun(tile, round));
  return runs;
}

void WindowCopy::fillStage(const PointwiseTile &tile, ArrayRef<Run> runs,
                           Value total, Value stage, Value use) {
  Value slot = context.getStage(use);
  Value address = context.getStageAddress(slot);
  Value full = context.stageFull(slot);
  b.waitBarrier(context.stageEmpty(slot),
                b.bitXor(context.getStageParity(use), 1));
  b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0), [&] {
    b.arriveExpecting(full, b.add(total, frame.getFilterStageBytes()));
    if (!frame.residentFilter)
      copyPointwiseFilter(context, tile, stage, address, full);
  });
  Value channels =
      b.mul(b.widen(stage), frame.getStageChannels() * plan.getPlaneBytes());
  Value input = b.globalPointer(context.operands.input, channels);
  for (const Run &run : runs)
    b.ifThen(b.compare(CmpIPredicate::ne, run.bytes, 0), [&] {
      b.bulkLoad(b.add(address, run.target), b.globalPointer(input, run.source),
                 run.bytes, full);
    });
}

void WindowCopy::emit() {
  Value isFirstWarp =
      b.compare(CmpIPredicate::eq, context.warp,
                frame.mathWarpgroups * kPointwiseMathWarpsPerGroup);
  b.ifThen(isFirstWarp, [&] {
    if (frame.residentFilter)
      copyResidentPointwiseFilter(context);
    b.forRange(context.count, [&](Value index) {
      PointwiseTile tile = context.getTile(index);
      SmallVector<Run> runs = getRuns(tile);
      Value total = runs.front().bytes;
      for (const Run &run : llvm::drop_begin(runs))
        total = b.add(total, run.bytes);
      total = b.reduceWarp(NVVM::ReduxKind::ADD, total);
      b.forRange(b.i32(frame.stagesPerTile), [&](Value stage) {
        Value use = b.add(b.mul(index, frame.stagesPerTile), stage);
        fillStage(tile, runs, total, stage, use);
      });
    });
  });
}

void convoy::emitWindowCopyRole(PointwiseContext &context) {
  WindowCopy(context).emit();
}
