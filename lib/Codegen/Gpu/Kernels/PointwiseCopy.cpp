//===- PointwiseCopy.cpp - Copies of a pointwise kernel -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The copying warps fill stages with pieces of 16 bytes of the input, as they
// lie in global memory. What is copied depends on the thread and the tile; from
// stage to stage only the channels move on.
//
//===----------------------------------------------------------------------===//

#include "KernelArithmetic.h"
#include "PointwiseKernel.h"

#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kThreads = kPointwiseCopyWarps * kThreadsPerWarp;
/// Of the input, in pieces: of more, memory serves later ones first, and
/// products wait.
static constexpr int64_t kBytesOnTheirWay = 48 * 1024;

namespace {

/// A piece that a thread copies in each stage of a tile.
struct Piece {
  /// Null if each thread has one.
  Value exists;
  /// In the stage.
  Value target;
  /// From the input's first element on for the tile's first stage, i64.
  Value source;
  /// Whether it is of the input; null if it always is.
  Value isInside;
  /// The first channel of a stage, or of its run, that the piece is of.
  Value channel;
  /// Bytes from the run's first piece.
  Value inRun;
};

/// A place of the ring.
struct Slot {
  Value address;
  Value full;
};

class PointwiseCopy {
public:
  explicit PointwiseCopy(PointwiseContext &context)
      : context(context), b(context.builder), plan(context.plan),
        problem(plan.problem) {
    Value warp = b.add(context.warp,
                       -plan.getWarpgroups() * kPointwiseMathWarpsPerGroup);
    thread = b.add(b.mul(warp, kThreadsPerWarp), context.lane);
    isFilterWarp = b.compare(CmpIPredicate::eq, warp, 0);
  }

  void emit();

private:
  SmallVector<Piece> getPieces(const PointwiseTile &tile);
  Piece getPiece(const PointwiseTile &tile, int64_t round);
  Value isInTile(const Piece &piece, const PointwiseTile &tile, Value image);
  /// Stage number `stage` of tile number `index`.
  void fillStage(const PointwiseTile &tile, ArrayRef<Piece> pieces, Value index,
                 Value stage);
  void fillStageWithRuns(const PointwiseTile &tile, Value index, Value stage);
  /// Waits until the ring's place for that stage is free.
  Slot waitForSlot(Value index, Value stage);
  void emitRuns();
  /// Null for all of the 16.
  Value getBytes(const Piece &piece, Value stage);
  int64_t getChannelBytes() const {
    return problem.pixels * problem.getInputBytes();
  }

  PointwiseContext &context;
  DeviceBuilder &b;
  const PointwisePlan &plan;
  const PointwiseProblem &problem;
  /// Of those that copy.
  Value thread;
  Value isFilterWarp;
};

} // namespace

//===----------------------------------------------------------------------===//
// Filter
//===----------------------------------------------------------------------===//

// L2 gives the same bytes slowly to all multiprocessors at once, so that each
// block of a cluster asks for a part of them, for all of the cluster's blocks.

/// Copies `bytes` of the filter's image from `offset` (i64) on.
static void copyFilterBytes(PointwiseContext &context, Value target,
                            Value offset, int64_t bytes, Value full) {
  DeviceBuilder &b = context.builder;
  int64_t blocks = context.plan.clusterBlocks;
  Value image = context.operands.filterImage;
  if (blocks == 1)
    return b.bulkLoad(target, b.globalPointer(image, offset), b.i32(bytes),
                      full);
  int64_t part = bytes / blocks;
  Value begin = b.mul(context.rank, part);
  b.bulkLoadToCluster(b.add(target, begin),
                      b.globalPointer(image, b.add(offset, b.widen(begin))),
                      b.i32(part), full, blocks);
}

void convoy::copyPointwiseFilter(PointwiseContext &context,
                                 const PointwiseTile &tile, Value index,
                                 Value stage, Value address, Value full) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  int64_t bytes = plan.getStageFilterBytes();
  Value inBlock = b.mul(stage, bytes);
  Value offset =
      b.add(b.mul(b.widen(tile.filterBlock), plan.image.getBlockBytes()),
            b.widen(inBlock));
  if (!plan.residentFilter)
    return copyFilterBytes(context, b.add(address, plan.inputStageBytes),
                           offset, bytes, full);
  // All tiles of a block of the grid have the same filters.
  Value resident = b.add(context.operands.shared, plan.shared.filter);
  b.ifThen(b.compare(CmpIPredicate::eq, index, 0), [&] {
    copyFilterBytes(context, b.add(resident, inBlock), offset, bytes, full);
  });
}

//===----------------------------------------------------------------------===//
// Input
//===----------------------------------------------------------------------===//

Value PointwiseCopy::isInTile(const Piece &piece, const PointwiseTile &tile,
                              Value image) {
  Value isInside;
  if (plan.mayLackImages())
    isInside = b.compare(CmpIPredicate::ult, b.add(tile.image, image),
                         context.operands.batch);
  if (plan.runChannels > 1 || plan.acrossImages)
    return isInside;
  // The last tile of an image may have fewer pixels, and runs that begin in the
  // middle of a piece may need one piece more than others.
  int64_t elementBytes = problem.getInputBytes();
  bool areRunsAligned = getChannelBytes() % kPointwisePieceBytes == 0;
  if (problem.pixels % plan.tilePixels == 0 && areRunsAligned)
    return isInside;
  Value pixels = b.i32(plan.tilePixels);
  if (problem.pixels % plan.tilePixels != 0)
    pixels = b.min(b.sub(b.i32(problem.pixels), tile.pixel), pixels);
  Value end = b.mul(pixels, elementBytes);
  if (!areRunsAligned)
    end = b.add(end, b.bitAnd(b.mul(piece.channel, getChannelBytes()),
                              kPointwisePieceBytes - 1));
  return both(b, isInside, b.compare(CmpIPredicate::ult, piece.inRun, end));
}

Piece PointwiseCopy::getPiece(const PointwiseTile &tile, int64_t round) {
  int64_t count = plan.getStageRuns() * plan.runPieces;
  int64_t runsPerImage = plan.getStageChannels() / plan.runChannels;
  Piece piece;
  Value index = b.add(thread, round * kThreads);
  if ((round + 1) * kThreads > count) {
    piece.exists = b.compare(CmpIPredicate::ult, index, count);
    index = b.min(index, b.i32(count - 1));
  }
  Value run = b.div(index, plan.runPieces);
  piece.inRun = b.mul(b.rem(index, plan.runPieces), kPointwisePieceBytes);
  Value image = b.i32(0), runInImage = run;
  if (plan.tileImages > 1) {
    image = b.div(run, runsPerImage);
    runInImage = b.rem(run, runsPerImage);
  }
  piece.channel = b.mul(runInImage, plan.runChannels);
  piece.target = b.add(b.add(b.mul(image, plan.imagePitchBytes),
                             b.mul(piece.channel, plan.channelPitchBytes)),
                       piece.inRun);
  // Images and tiles begin at pieces.
  Value inImage = b.mul(piece.channel, getChannelBytes());
  if (getChannelBytes() % kPointwisePieceBytes != 0)
    inImage = b.bitAnd(inImage, -kPointwisePieceBytes);
  Value first = b.mul(tile.pixel, problem.getInputBytes());
  if (plan.acrossImages) {
    Value inFirst = b.add(first, piece.inRun);
    image = b.div(inFirst, getChannelBytes());
    inImage = b.add(inImage, b.rem(inFirst, getChannelBytes()));
  } else {
    inImage = b.add(b.add(inImage, piece.inRun), first);
  }
  piece.source = b.add(b.mul(b.widen(b.add(tile.image, image)),
                             context.operands.inputImageBytes),
                       b.widen(inImage));
  piece.isInside = isInTile(piece, tile, image);
  return piece;
}

SmallVector<Piece> PointwiseCopy::getPieces(const PointwiseTile &tile) {
  int64_t rounds =
      llvm::divideCeil(plan.getStageRuns() * plan.runPieces, kThreads);
  SmallVector<Piece> pieces;
  for (int64_t round : llvm::seq<int64_t>(0, rounds))
    pieces.push_back(getPiece(tile, round));
  return pieces;
}

Value PointwiseCopy::getBytes(const Piece &piece, Value stage) {
  Value isInside = piece.isInside;
  // What multiplies the absent channels' zeros must not be infinite.
  if (problem.channels % plan.getStageChannels() != 0) {
    Value left =
        b.sub(b.i32(problem.channels), b.mul(stage, plan.getStageChannels()));
    Value exists = b.compare(CmpIPredicate::slt, piece.channel, left);
    if (plan.runChannels > 1)
      exists = b.compare(CmpIPredicate::slt, piece.inRun,
                         b.mul(left, getChannelBytes()));
    isInside = both(b, isInside, exists);
  }
  if (!isInside)
    return Value();
  return b.select(isInside, b.i32(kPointwisePieceBytes), b.i32(0));
}

Slot PointwiseCopy::waitForSlot(Value index, Value stage) {
  Value use = b.add(b.mul(index, plan.stagesPerTile), stage);
  Value slot = context.getStage(use);
  int64_t window = llvm::divideCeil(kBytesOnTheirWay, plan.inputStageBytes);
  // The thread itself arrives in each of that barrier's phases, and has not
  // arrived in the next one.
  if (!plan.bulkRuns && window < plan.stages)
    b.ifThen(b.compare(CmpIPredicate::uge, use, window), [&] {
      Value before = b.add(use, -window);
      b.waitBarrier(context.stageFull(context.getStage(before)),
                    context.getStageParity(before));
    });
  b.waitBarrier(context.stageEmpty(slot),
                b.bitXor(context.getStageParity(use), 1));
  return {context.getStageAddress(slot), context.stageFull(slot)};
}

void PointwiseCopy::fillStage(const PointwiseTile &tile, ArrayRef<Piece> pieces,
                              Value index, Value stage) {
  Slot slot = waitForSlot(index, stage);
  b.ifThen(isFilterWarp, [&] {
    b.ifThen(b.elect(), [&] {
      b.arriveExpecting(slot.full, context.getFilterBytes(index));
      copyPointwiseFilter(context, tile, index, stage, slot.address, slot.full);
    });
  });
  Value channels =
      b.mul(b.widen(stage), plan.getStageChannels() * getChannelBytes());
  Value input = b.globalPointer(context.operands.input, channels);
  for (const Piece &piece : pieces) {
    auto copy = [&] {
      b.copyPiece(b.add(slot.address, piece.target),
                  b.globalPointer(input, piece.source), getBytes(piece, stage));
    };
    if (piece.exists)
      b.ifThen(piece.exists, copy);
    else
      copy();
  }
  b.arriveWhenCopied(slot.full);
}

//===----------------------------------------------------------------------===//
// Runs as bulk copies
//===----------------------------------------------------------------------===//

void PointwiseCopy::fillStageWithRuns(const PointwiseTile &tile, Value index,
                                      Value stage) {
  Slot slot = waitForSlot(index, stage);
  Value images = b.i32(plan.tileImages);
  if (plan.mayLackImages()) {
    Value end = context.operands.batch;
    images = b.min(images, b.sub(b.max(end, tile.image), tile.image));
  }
  int64_t bytes = plan.imagePitchBytes;
  b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0), [&] {
    b.arriveExpecting(
        slot.full, b.add(b.mul(images, bytes), context.getFilterBytes(index)));
    copyPointwiseFilter(context, tile, index, stage, slot.address, slot.full);
  });
  Value source =
      b.add(b.mul(b.widen(tile.image), context.operands.inputImageBytes),
            b.widen(b.mul(stage, bytes)));
  b.forRange(context.lane, images, kThreadsPerWarp, [&](Value image) {
    Value offset = b.mul(b.widen(image), context.operands.inputImageBytes);
    b.bulkLoad(b.add(slot.address, b.mul(image, bytes)),
               b.globalPointer(context.operands.input, b.add(source, offset)),
               b.i32(bytes), slot.full);
  });
}

void PointwiseCopy::emitRuns() {
  b.ifThen(isFilterWarp, [&] {
    b.forRange(context.count, [&](Value index) {
      PointwiseTile tile = context.getTile(index);
      b.forRange(b.i32(plan.stagesPerTile),
                 [&](Value stage) { fillStageWithRuns(tile, index, stage); });
    });
  });
}

void PointwiseCopy::emit() {
  if (plan.bulkRuns)
    return emitRuns();
  b.forRange(context.count, [&](Value index) {
    PointwiseTile tile = context.getTile(index);
    SmallVector<Piece> pieces = getPieces(tile);
    b.forRange(b.i32(plan.stagesPerTile),
               [&](Value stage) { fillStage(tile, pieces, index, stage); });
  });
  b.waitPieces();
}

void convoy::emitPointwiseCopyRole(PointwiseContext &context) {
  PointwiseCopy(context).emit();
}
