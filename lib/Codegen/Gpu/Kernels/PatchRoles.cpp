//===- PatchRoles.cpp - Roles of a patch-resident kernel ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The frame of the kernel: barriers, the split into roles, and where slots,
// staging blocks, tiles and channels are. What a role does is in its own file.
//
//===----------------------------------------------------------------------===//

#include "KernelBarriers.h"
#include "PatchKernel.h"

#include "llvm/ADT/Sequence.h"
#include <numeric>

using namespace mlir;
using namespace mlir::convoy;

using arith::CmpIPredicate;

static constexpr int64_t kBulkAlignmentBytes = 16;

//===----------------------------------------------------------------------===//
// Tiles, slots, channels
//===----------------------------------------------------------------------===//

PatchContext PatchContext::forBlock(Value block) const {
  PatchContext context = *this;
  context.firstChannel =
      builder.add(firstChannel, builder.mul(block, kPatchChannels));
  return context;
}

PatchTile PatchContext::getTile(Value index) const {
  Value tile = builder.add(peer, builder.mul(index, peers));
  if (plan.tilesPerImage == 1)
    return {tile, builder.i32(0)};
  return {builder.div(tile, plan.tilesPerImage),
          builder.rem(tile, plan.tilesPerImage)};
}

Value PatchContext::getSlot(Value load) const {
  return builder.rem(load, plan.slots);
}

Value PatchContext::getSlotParity(Value load) const {
  return builder.bitAnd(builder.div(load, plan.slots), 1);
}

Value PatchContext::getSlotAddress(Value slot) const {
  return builder.add(builder.add(operands.shared, plan.shared.slots),
                     builder.mul(slot, plan.slotBytes));
}

Value PatchContext::getSlotScale(Value slot) const {
  return builder.add(builder.add(operands.shared, plan.shared.slotScales),
                     builder.mul(slot, 8));
}

static Value getBarrier(const PatchContext &context, int64_t first,
                        Value index) {
  return getMbarrier(context.builder, context.operands.shared,
                     context.plan.shared.barriers, first, index);
}

Value PatchContext::full(Value slot) const {
  return getBarrier(*this, 0, slot);
}

Value PatchContext::converted(Value slot) const {
  return getBarrier(*this, plan.slots, slot);
}

Value PatchContext::empty(Value slot) const {
  return getBarrier(*this, 2 * plan.slots, slot);
}

Value PatchContext::staged(Value block) const {
  return getBarrier(*this, 3 * plan.slots, block);
}

Value PatchContext::released(Value block) const {
  return getBarrier(*this, 3 * plan.slots + 4 * plan.stagingRing, block);
}

Value PatchContext::passReady() const {
  return getBarrier(*this, 3 * plan.slots + 8 * plan.stagingRing,
                    builder.i32(0));
}

Value PatchContext::passDone() const {
  return getBarrier(*this, 3 * plan.slots + 8 * plan.stagingRing,
                    builder.i32(1));
}

Value PatchContext::filterCopied() const {
  return getBarrier(*this, 3 * plan.slots + 8 * plan.stagingRing,
                    builder.i32(2));
}

Value PatchContext::getStagingBlock(Value pair, Value use) const {
  return builder.add(builder.mul(pair, plan.stagingRing),
                     builder.rem(use, plan.stagingRing));
}

Value PatchContext::getStagingParity(Value use) const {
  return builder.bitAnd(builder.div(use, plan.stagingRing), 1);
}

Value PatchContext::getStagingAddress(Value block) const {
  return builder.add(builder.add(operands.shared, plan.shared.staging),
                     builder.mul(block, plan.stagingBlockBytes));
}

Value PatchContext::getChannel(Value block, Value row) const {
  int64_t step = plan.channelStep;
  Value group = builder.mul(builder.div(block, step), 8 * step);
  Value inGroup = builder.add(builder.mul(row, step), builder.rem(block, step));
  return builder.add(firstChannel, builder.add(group, inGroup));
}

Value PatchContext::getOutputOffset(const PatchTile &tile,
                                    Value channel) const {
  int64_t rowBytes = plan.outputWidth * plan.problem.outputBytes;
  Value inImage =
      builder.add(builder.mul(channel, plan.outputHeight * rowBytes),
                  builder.mul(tile.row, plan.tileRows * rowBytes));
  Value image =
      builder.mul(builder.widen(tile.image), operands.outputImageBytes);
  return builder.add(image, builder.widen(inImage));
}

PatchElement PatchContext::getElement(const PatchTile &tile, Value channel,
                                      Value pixel) const {
  Value first = builder.mul(tile.row, plan.tileRows * plan.outputWidth);
  return {tile.image, channel, builder.add(first, pixel)};
}

Value PatchContext::getStagingShift(const PatchTile &tile,
                                    Value channel) const {
  Type i32 = builder.getI32Type();
  Value base = LLVM::PtrToIntOp::create(builder, i32, operands.output);
  Value offset =
      arith::TruncIOp::create(builder, i32, getOutputOffset(tile, channel));
  Value destination = builder.add(base, offset);
  Value shift = builder.bitAnd(
      builder.add(destination, -plan.cutBytes - kPatchStorePhaseBytes), 127);
  return builder.add(shift, plan.cutBytes);
}

Value PatchContext::getRowShift(Value row) const {
  int64_t step = plan.channelStep * plan.outputHeight * plan.outputWidth *
                 plan.problem.outputBytes;
  if (step % 32 == 0)
    return builder.i32(0);
  return builder.bitAnd(builder.mul(row, step), 31);
}

//===----------------------------------------------------------------------===//
// Frame
//===----------------------------------------------------------------------===//

void convoy::initLoadBarriers(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  for (int64_t slot : llvm::seq<int64_t>(0, context.plan.slots))
    b.initBarrier(context.full(b.i32(slot)), 1);
  b.initBarrier(context.filterCopied(), 1);
  NVVM::FenceMbarrierInitOp::create(b);
}

void convoy::initOtherBarriers(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  for (int64_t slot : llvm::seq<int64_t>(0, plan.slots)) {
    b.initBarrier(context.converted(b.i32(slot)), kPatchConvertWarps);
    b.initBarrier(context.empty(b.i32(slot)), kPatchMathWarps);
  }
  for (int64_t block : llvm::seq<int64_t>(0, 4 * plan.stagingRing)) {
    // One warp of each warpgroup fills a block.
    b.initBarrier(context.staged(b.i32(block)), 2);
    b.initBarrier(context.released(b.i32(block)), 1);
  }
  b.initBarrier(context.passReady(), kPatchConvertWarps);
  b.initBarrier(context.passDone(), kPatchMathWarps);
  NVVM::FenceMbarrierInitOp::create(b);
}

static PatchContext makeContext(DeviceBuilder &b, const PatchPlan &plan,
                                const PatchOperands &operands,
                                const PatchEpilogue &epilogue) {
  Value lane = b.lane();
  Value warp = b.warp();
  Value block = NVVM::BlockIdXOp::create(b, b.getI32Type());
  Value grid = NVVM::GridDimXOp::create(b, b.getI32Type());
  int64_t groups = plan.getFilterGroups();
  Value peers = b.div(grid, groups);
  Value peer = b.div(block, groups);
  Value firstChannel =
      b.mul(b.rem(block, groups), plan.residentBlocks * kPatchChannels);
  Value tiles = b.mul(operands.batch, plan.tilesPerImage);
  Value rest = b.sub(tiles, peer);
  Value count = b.div(b.add(rest, b.add(peers, -1)), peers);
  return {b,    plan,  operands, epilogue,     lane,  warp,
          grid, peers, peer,     firstChannel, tiles, count};
}

/// The kernel where images are aligned.
static void emitRoles(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  auto isBelow = [&](int64_t warp) {
    return b.compare(CmpIPredicate::ult, context.warp, warp);
  };
  b.ifThenElse(
      isBelow(kPatchMathWarps), [&] { emitMathRole(context); },
      [&] {
        b.ifThenElse(
            isBelow(kPatchLoadWarp), [&] { emitConvertRole(context); },
            [&] {
              b.ifThenElse(
                  isBelow(kPatchFirstStoreWarp), [&] { emitLoadRole(context); },
                  [&] { emitStoreRole(context); });
            });
      });
}

void convoy::syncStart(PatchContext &context) {
  context.builder.syncRoles(kPatchStartBarrier,
                            context.plan.getThreads() - kPatchMathWarps * 32);
}

void convoy::syncFilter(PatchContext &context) {
  context.builder.syncRoles(kPatchFilterBarrier, (kPatchMathWarps + 1) * 32);
}

void convoy::syncMath(PatchContext &context) {
  context.builder.syncNamed(kPatchMathBarrier, kPatchMathWarps * 32);
}

/// True if bulk copies can begin at each image, and at the filter if it is
/// copied.
static Value areImagesAligned(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  const PatchOperands &operands = context.operands;
  Value bits = b.bitOr(operands.inputImageBytes, operands.outputImageBytes);
  SmallVector<Value> pointers{operands.input, operands.output};
  if (context.getFilterSource() == PatchFilterSource::Copy)
    pointers.push_back(operands.filter);
  for (Value pointer : pointers)
    bits = b.bitOr(bits, LLVM::PtrToIntOp::create(b, b.getI64Type(), pointer));
  return b.compare(CmpIPredicate::eq, b.bitAnd(bits, kBulkAlignmentBytes - 1),
                   0);
}

void convoy::emitPatchKernel(DeviceBuilder &b, const PatchPlan &plan,
                             const PatchOperands &operands,
                             const PatchEpilogue &epilogue) {
  PatchContext context = makeContext(b, plan, operands, epilogue);
  b.ifThenElse(
      areImagesAligned(context),
      [&] {
        emitFirstLoads(context);
        emitRoles(context);
      },
      [&] { emitDirectOutput(context); });
}
