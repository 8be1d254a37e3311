//===- PointwiseRoles.cpp - Roles of a pointwise kernel -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The frame of the kernel: barriers, the split into roles, where stages and
// tiles are.
//
//===----------------------------------------------------------------------===//

#include "KernelArithmetic.h"
#include "KernelBarriers.h"
#include "WindowKernel.h"

#include "Convoy/Dialect/PointwiseTurns.h"

#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kAlignmentBytes = 16;

//===----------------------------------------------------------------------===//
// Tiles, stages
//===----------------------------------------------------------------------===//

static Value narrow(DeviceBuilder &b, Value value) {
  return arith::TruncIOp::create(b, b.getI32Type(), value);
}

PointwiseTile PointwiseContext::getTile(Value index) const {
  DeviceBuilder &b = builder;
  Value tile = b.add(cluster, b.mul(index, clusters));
  auto [pixelTile, filterBlock] = divide(b, tile, plan.filterTiles);
  if (plan.clusterBlocks > 1)
    pixelTile = b.add(b.mul(pixelTile, plan.clusterBlocks), rank);
  if (plan.acrossImages) {
    Value first = b.mul(b.widen(pixelTile), plan.tilePixels);
    return {filterBlock, narrow(b, b.div(first, plan.problem.pixels)),
            narrow(b, b.rem(first, plan.problem.pixels))};
  }
  auto [images, pixels] = divide(b, pixelTile, plan.pixelTiles);
  return {filterBlock, b.mul(images, plan.tileImages),
          b.mul(pixels, plan.tilePixels)};
}

Value PointwiseContext::getStage(Value use) const {
  return builder.rem(use, plan.stages);
}

Value PointwiseContext::getStageParity(Value use) const {
  return builder.bitAnd(builder.div(use, plan.stages), 1);
}

Value PointwiseContext::getStageAddress(Value stage) const {
  return builder.add(builder.add(operands.shared, plan.shared.stages),
                     builder.mul(stage, plan.stageBytes));
}

static Value getBarrier(const PointwiseContext &context, int64_t first,
                        Value index) {
  return getMbarrier(context.builder, context.operands.shared,
                     context.plan.shared.barriers, first, index);
}

Value PointwiseContext::stageFull(Value stage) const {
  return getBarrier(*this, 0, stage);
}

Value PointwiseContext::stageEmpty(Value stage) const {
  return getBarrier(*this, plan.stages, stage);
}

Value PointwiseContext::getFilterBytes(Value index) const {
  DeviceBuilder &b = builder;
  if (!plan.residentFilter)
    return b.i32(plan.getFilterStageBytes());
  Value isFirst = b.compare(CmpIPredicate::eq, index, 0);
  return b.select(isFirst, b.i32(plan.getStageFilterBytes()), b.i32(0));
}

void PointwiseContext::release(Value use) const {
  DeviceBuilder &b = builder;
  b.syncWarp();
  Value empty = stageEmpty(getStage(use));
  if (plan.clusterBlocks > 1)
    return b.ifThen(b.compare(CmpIPredicate::ult, lane, plan.clusterBlocks),
                    [&] { b.arriveIn(lane, empty); });
  b.ifThen(b.compare(CmpIPredicate::eq, lane, 0), [&] { b.arrive(empty); });
}

Value PointwiseContext::getElementBytes(Value image, Value imageBytes,
                                        Value channel, Value pixel,
                                        int64_t elementBytes) const {
  DeviceBuilder &b = builder;
  Value inImage = b.add(b.mul(channel, plan.problem.pixels), pixel);
  return b.add(b.mul(b.widen(image), imageBytes),
               b.mul(b.widen(inImage), elementBytes));
}

//===----------------------------------------------------------------------===//
// Frame
//===----------------------------------------------------------------------===//

static void initBarriers(PointwiseContext &context) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  // All threads that copy pieces, and the one that expects bulk copies' bytes.
  int64_t arrivals = 1;
  if (!plan.bulkRuns)
    arrivals = kPointwiseCopyWarps * kThreadsPerWarp + 1;
  for (int64_t stage : llvm::seq<int64_t>(0, plan.stages)) {
    b.initBarrier(context.stageFull(b.i32(stage)), arrivals);
    b.initBarrier(context.stageEmpty(b.i32(stage)),
                  plan.clusterBlocks * getTileWarpgroups(plan) *
                      kPointwiseMathWarpsPerGroup);
  }
  NVVM::FenceMbarrierInitOp::create(b);
}

/// Tiles of pixels of all images. There may be more pixels than 2^32.
static Value countPixelTiles(DeviceBuilder &b, const PointwisePlan &plan,
                             Value batch) {
  if (plan.acrossImages) {
    Value pixels = b.mul(b.widen(batch), plan.problem.pixels);
    return narrow(b,
                  b.div(b.add(pixels, plan.tilePixels - 1), plan.tilePixels));
  }
  Value images = b.div(b.add(batch, plan.tileImages - 1), plan.tileImages);
  return b.mul(images, plan.pixelTiles);
}

static PointwiseContext makeContext(DeviceBuilder &b, const PointwisePlan &plan,
                                    const PointwiseOperands &operands,
                                    const PointwiseEpilogue &epilogue,
                                    const WindowPlan *window) {
  Value grid = NVVM::GridDimXOp::create(b, b.getI32Type());
  Value block = NVVM::BlockIdXOp::create(b, b.getI32Type());
  auto [clusters, zero] = divide(b, grid, plan.clusterBlocks);
  auto [cluster, rank] = divide(b, block, plan.clusterBlocks);
  Value pixelTiles = countPixelTiles(b, plan, operands.batch);
  if (plan.clusterBlocks > 1)
    pixelTiles =
        b.div(b.add(pixelTiles, plan.clusterBlocks - 1), plan.clusterBlocks);
  Value tiles = b.mul(pixelTiles, plan.filterTiles);
  Value count =
      b.div(b.add(b.sub(tiles, cluster), b.add(clusters, -1)), clusters);
  return {b,     plan,     operands, epilogue, b.lane(), b.warp(), grid,
          block, clusters, cluster,  rank,     count,    window};
}

/// Makes the barriers, known to all copying warps, which begin their copies
/// before the others are there.
static void startCopies(PointwiseContext &context, int64_t mathWarps) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  Value isFirst = b.compare(CmpIPredicate::eq, context.warp, mathWarps);
  b.ifThen(isFirst, [&] {
    b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0),
             [&] { initBarriers(context); });
    b.syncWarp();
  });
  // Else the first warp alone copies.
  if (!plan.bulkRuns || context.window)
    b.syncRoles(kCopyBarrier, kPointwiseCopyWarps * kThreadsPerWarp);
  b.arriveRoles(kBlockBarrier, plan.getThreads());
}

static void emitRoles(PointwiseContext &context) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  int64_t mathWarps = plan.getWarpgroups() * kPointwiseMathWarpsPerGroup;
  // Blocks of a cluster write to each other's barriers and stages.
  bool isClustered = plan.clusterBlocks > 1;
  if (isClustered) {
    Value thread = NVVM::ThreadIdXOp::create(b, b.getI32Type());
    b.ifThen(b.compare(CmpIPredicate::eq, thread, 0),
             [&] { initBarriers(context); });
    b.syncCluster();
  }
  b.ifThenElse(
      b.compare(CmpIPredicate::ult, context.warp, mathWarps),
      [&] {
        if (!isClustered)
          b.syncRoles(kBlockBarrier, plan.getThreads());
        b.growRegisters(plan.mathRegisters);
        context.window ? emitWindowMathRole(context)
                       : emitPointwiseMathRole(context);
      },
      [&] {
        b.shrinkRegisters(plan.copyRegisters);
        if (!isClustered)
          startCopies(context, mathWarps);
        context.window ? emitWindowCopyRole(context)
                       : emitPointwiseCopyRole(context);
      });
  if (isClustered)
    b.syncCluster();
}

/// True if images can be copied 16 bytes at a time, and pairs of pixels stored
/// as one.
static Value areImagesAligned(PointwiseContext &context) {
  DeviceBuilder &b = context.builder;
  const PointwiseOperands &operands = context.operands;
  auto getBits = [&](Value pointer) -> Value {
    return LLVM::PtrToIntOp::create(b, b.getI64Type(), pointer);
  };
  Value bits = b.bitOr(getBits(operands.input), operands.inputImageBytes);
  bits = b.bitOr(bits,
                 b.bitOr(getBits(operands.output), operands.outputImageBytes));
  if (operands.residual)
    bits = b.bitOr(
        bits, b.bitOr(getBits(operands.residual), operands.residualImageBytes));
  return b.compare(CmpIPredicate::eq, b.bitAnd(bits, kAlignmentBytes - 1), 0);
}

void convoy::emitPointwiseKernel(DeviceBuilder &b, const PointwisePlan &plan,
                                 const PointwiseOperands &operands,
                                 const PointwiseEpilogue &epilogue,
                                 const WindowPlan *window) {
  PointwiseContext context = makeContext(b, plan, operands, epilogue, window);
  b.ifThenElse(
      areImagesAligned(context), [&] { emitRoles(context); },
      [&] { emitPointwiseDirect(context); });
}
