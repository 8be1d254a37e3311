//===- WindowCopy.cpp - Copies of a window kernel -------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All copying warps fill stages: a lane copies windows, of some channels and
// parts, as one run each, clipped to the channel's image. A warp's lanes begin
// their copies one after the other, so each warp has a part of the lanes. What
// is copied depends on the lane and the tile; from stage to stage only the
// channels move on.
//
//===----------------------------------------------------------------------===//

#include "WindowKernel.h"

#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

namespace {

/// A channel's window of one part, all but `source` i32.
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
        frame(context.plan) {
    copyWarp = b.add(context.warp,
                     -frame.mathWarpgroups * kPointwiseMathWarpsPerGroup);
  }

  void emit();

private:
  /// The lane's runs.
  SmallVector<Run> getRuns(const PointwiseTile &tile);
  Run getRun(const PointwiseTile &tile, int64_t round);
  void fillStage(const PointwiseTile &tile, ArrayRef<Run> runs, Value total,
                 Value index, Value stage);

  PointwiseContext &context;
  DeviceBuilder &b;
  const WindowPlan &plan;
  const PointwisePlan &frame;
  /// The warp's number among those that copy.
  Value copyWarp;
};

} // namespace

Value convoy::emitWindowBytes(DeviceBuilder &b, const WindowPlan &plan,
                              Value row, Value column) {
  Value bytes = b.add(b.mul(row, plan.getRowStepBytes()),
                      b.mul(column, plan.getColumnStepBytes()));
  return b.add(bytes, plan.getFirstWindowBytes());
}

WindowPart convoy::emitWindowPart(PointwiseContext &context,
                                  const PointwiseTile &tile, Value part) {
  DeviceBuilder &b = context.builder;
  const WindowPlan &plan = *context.window;
  Value row = b.div(tile.pixel, plan.outputWidth);
  Value column = b.rem(tile.pixel, plan.outputWidth);
  Value firstWindow = emitWindowBytes(b, plan, row, column);
  if (plan.mostParts == 1)
    return {b.i32(0), firstWindow};
  Value isFirst = b.compare(CmpIPredicate::eq, part, 0);
  // The first part goes to its image's end then, and those between have all of
  // their images.
  int64_t lastWindow = plan.getFirstWindowBytes() + plan.getImageSpanBytes();
  int64_t spare = plan.getPartSpareBytes() + kPointwisePieceBytes - 1;
  Value first = b.bitAnd(b.sub(b.i32(lastWindow + spare), firstWindow),
                         -kPointwisePieceBytes);
  Value between =
      b.mul(b.add(part, -1), plan.getPartBytes(plan.getImageSpanBytes()));
  return {b.select(isFirst, b.i32(0), b.add(first, between)),
          b.select(isFirst, firstWindow, b.i32(plan.getFirstWindowBytes()))};
}

Run WindowCopy::getRun(const PointwiseTile &tile, int64_t round) {
  int64_t count = plan.getStageRuns(), pixels = frame.problem.pixels;
  Value index = b.add(context.lane, round * kThreadsPerWarp);
  Value number = b.div(index, frame.getStageChannels());
  Value channel = b.rem(index, frame.getStageChannels());
  WindowPart part = emitWindowPart(context, tile, number);
  // Of the tile's last pixel, counted from the part's image on.
  Value last =
      b.sub(b.add(tile.pixel, frame.tilePixels - 1), b.mul(number, pixels));
  Value hasAny = b.compare(CmpIPredicate::sge, last, 0);
  last = b.select(b.compare(CmpIPredicate::slt, last, pixels), last,
                  b.i32(pixels - 1));
  Value image = b.add(tile.image, number);
  hasAny = b.allOf(
      hasAny, b.compare(CmpIPredicate::ult, image, context.operands.batch));
  if (count % kThreadsPerWarp != 0)
    hasAny = b.allOf(hasAny, b.compare(CmpIPredicate::ult, index, count));
  Value end = b.add(emitWindowBytes(b, plan, b.div(last, plan.outputWidth),
                                    b.rem(last, plan.outputWidth)),
                    plan.pixelElements * plan.getElementBytes());
  // What is in the image, in whole pieces, counted from the image's begin.
  int64_t planeBytes = plan.getPlaneBytes();
  Value begin = b.maxSigned(part.firstWindow, 0);
  end = b.select(b.compare(CmpIPredicate::slt, end, planeBytes), end,
                 b.i32(planeBytes));
  hasAny = b.allOf(hasAny, b.compare(CmpIPredicate::slt, begin, end));
  auto roundDown = [&](Value bytes) {
    return b.bitAnd(bytes, -kPointwisePieceBytes);
  };
  Value plane = b.mul(channel, planeBytes);
  Value source = roundDown(b.add(plane, begin));
  Value limit = roundDown(b.add(b.add(plane, end), kPointwisePieceBytes - 1));
  Value inPart =
      b.sub(b.sub(source, roundDown(plane)), roundDown(part.firstWindow));
  Run run;
  run.target =
      b.add(b.mul(channel, frame.channelPitchBytes), b.add(part.bytes, inPart));
  run.source = b.add(b.mul(b.widen(image), context.operands.inputImageBytes),
                     b.widen(source));
  run.bytes = b.select(hasAny, b.sub(limit, source), b.i32(0));
  return run;
}

SmallVector<Run> WindowCopy::getRuns(const PointwiseTile &tile) {
  int64_t rounds = llvm::divideCeil(plan.getStageRuns(), kThreadsPerWarp);
  SmallVector<Run> runs;
  for (int64_t round : llvm::seq<int64_t>(0, rounds))
    runs.push_back(getRun(tile, round));
  return runs;
}

void WindowCopy::fillStage(const PointwiseTile &tile, ArrayRef<Run> runs,
                           Value total, Value index, Value stage) {
  Value use = b.add(b.mul(index, frame.stagesPerTile), stage);
  Value slot = context.getStage(use);
  Value address = context.getStageAddress(slot);
  Value full = context.stageFull(slot);
  b.waitBarrier(context.stageEmpty(slot),
                b.bitXor(context.getStageParity(use), 1));
  Value isFirstThread = b.allOf(b.compare(CmpIPredicate::eq, context.lane, 0),
                                b.compare(CmpIPredicate::eq, copyWarp, 0));
  // Until it arrives, bytes that come before are counted below zero.
  b.ifThen(isFirstThread, [&] {
    b.arriveExpecting(full, b.add(total, context.getFilterBytes(index)));
    copyPointwiseFilter(context, tile, index, stage, address, full);
  });
  Value channels =
      b.mul(b.widen(stage), frame.getStageChannels() * plan.getPlaneBytes());
  Value input = b.globalPointer(context.operands.input, channels);
  Value isOwn =
      b.compare(CmpIPredicate::eq,
                b.bitAnd(context.lane, kPointwiseCopyWarps - 1), copyWarp);
  for (const Run &run : runs)
    b.ifThen(b.allOf(isOwn, b.compare(CmpIPredicate::ne, run.bytes, 0)), [&] {
      b.bulkLoad(b.add(address, run.target), b.globalPointer(input, run.source),
                 run.bytes, full);
    });
}

void WindowCopy::emit() {
  b.forRange(context.count, [&](Value index) {
    PointwiseTile tile = context.getTile(index);
    SmallVector<Run> runs = getRuns(tile);
    Value total = runs.front().bytes;
    for (const Run &run : llvm::drop_begin(runs))
      total = b.add(total, run.bytes);
    total = b.reduceWarp(NVVM::ReduxKind::ADD, total);
    b.forRange(b.i32(frame.stagesPerTile), [&](Value stage) {
      fillStage(tile, runs, total, index, stage);
    });
  });
}

void convoy::emitWindowCopyRole(PointwiseContext &context) {
  WindowCopy(context).emit();
}
