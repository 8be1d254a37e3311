//===- PatchSlot.cpp - Products of one slot -------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A chain of wgmma. Both operands are in shared memory: A the filter's image, B
// the patch, at a different address for each tap. Slots of split products may
// be written several times: a chain for each.
//
//===----------------------------------------------------------------------===//

#include "PatchSlot.h"
#include "PatchDescriptor.h"
#include "PatchPasses.h"

#include "Convoy/Codegen/Gpu/WgmmaDescriptor.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

/// All steps of one slot with chunk `filterChunk` of the filter's image. `sums`
/// may be null: they then begin here.
static Value emitSteps(PatchContext &context, Value slot, Value warpgroup,
                       Value filterChunk, Value sums) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  Value column = b.add(context.getSlotAddress(slot),
                       b.mul(warpgroup, plan.columnsPerWarpgroup * 16));
  // Descriptors are computed for each tile and each of its blocks of filters:
  // many of them would take registers.
  if (plan.residentBlocks > 1)
    column = b.here(column);
  Value columnUnits = getDescriptorAddress(b, column);
  Value shared = b.here(context.operands.shared);
  Value filter = b.add(b.add(shared, plan.shared.filter),
                       b.mul(filterChunk, plan.getFilterChunkBytes()));
  Value filterLayout =
      b.add(getDescriptorAddress(b, filter),
            getDescriptorLayout(kFilterHalfBytes, kWgmmaCoreBytes));
  PatchZeros zeros{context.operands.shared, plan.shared.zeros, plan.isSplit()};
  NVVM::WgmmaFenceAlignedOp::create(b);
  bool isFirst = !sums;
  if (isFirst)
    sums = LLVM::UndefOp::create(
        b, getAccumulatorType(b, context.plan.columnsPerWarpgroup));
  for (auto [index, step] : llvm::enumerate(plan.steps)) {
    Value a =
        b.add(filterLayout, index * kFilterStepBytes >> kDescriptorUnitShift);
    Value patch = getPatchDescriptor(b, step, column, columnUnits, zeros);
    sums = emitWgmma(b, plan.problem.products, plan.columnsPerWarpgroup, sums,
                     a, patch, isFirst);
    isFirst = false;
  }
  NVVM::WgmmaGroupSyncAlignedOp::create(b);
  NVVM::WgmmaWaitGroupSyncOp::create(b, static_cast<uint64_t>(0));
  return sums;
}

static void releaseSlot(PatchContext &context, Value slot) {
  DeviceBuilder &b = context.builder;
  b.syncWarp();
  b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0),
           [&] { b.arrive(context.empty(slot)); });
}

static Value multiplySums(DeviceBuilder &b, Value sums, Value factor) {
  auto type = cast<LLVM::LLVMStructType>(sums.getType());
  Value scaled = LLVM::UndefOp::create(b, type);
  for (int64_t i : llvm::seq<int64_t>(0, type.getBody().size())) {
    Value sum = LLVM::ExtractValueOp::create(b, sums, i);
    scaled = LLVM::InsertValueOp::create(
        b, scaled, arith::MulFOp::create(b, sum, factor), i);
  }
  return scaled;
}

/// From the scale of the class of pass `pass - 1` to that of pass `pass`.
static Value getPassRatio(DeviceBuilder &b, const SlotScale &scale,
                          Value pass) {
  Value exponent =
      b.add(b.shr(b.bitcast(b.getI32Type(), scale.factor), 23), 14);
  Value classIndex = b.sub(scale.extraPasses, pass);
  Value top = b.sub(exponent, b.mul(classIndex, kPassExponents));
  Value topBefore = b.maxSigned(b.add(top, -kPassExponents), kLeastExponent);
  Value field = b.add(b.sub(topBefore, top), 127);
  return b.bitcast(b.getF32Type(), b.shl(field, 23));
}

SlotScale SlotProducts::loadScale() {
  DeviceBuilder &b = context.builder;
  Value words = context.getSlotScale(getSlot());
  SlotScale scale;
  scale.factor = b.loadShared(b.getF32Type(), words);
  Value passes = b.loadShared(b.getI32Type(), words, 4);
  scale.isBeyond = b.compare(CmpIPredicate::eq, passes, kPatchBeyondSplit);
  scale.extraPasses = b.maxSigned(passes, 0);
  return scale;
}

void SlotProducts::waitForPass(const SlotScale &scale, Value pass) {
  DeviceBuilder &b = context.builder;
  b.syncWarp();
  b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0),
           [&] { b.arrive(context.passDone()); });
  Value passes = b.add(scale.extraPasses, 1);
  Value index = b.add(b.mul(block, passes), pass);
  Value use = b.add(b.add(rewritesBefore, index), -1);
  b.waitBarrier(context.passReady(), b.bitAnd(use, 1));
}

Value SlotProducts::emitSteps(Value sums) {
  DeviceBuilder &b = context.builder;
  Value filterChunk = b.add(b.mul(block, context.plan.chunks), chunk);
  return ::emitSteps(context, getSlot(), warpgroup, filterChunk, sums);
}

Value SlotProducts::emitExtraPasses(Value sums, const SlotScale &scale) {
  DeviceBuilder &b = context.builder;
  return b.forCarrying(b.i32(1), b.add(scale.extraPasses, 1), 1, sums,
                       [&](Value pass, ValueRange carried) {
                         waitForPass(scale, pass);
                         Value scaled = multiplySums(
                             b, carried[0], getPassRatio(b, scale, pass));
                         return SmallVector<Value>{emitSteps(scaled)};
                       })[0];
}

Value SlotProducts::emit(Value sums, SlotScale &scale) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  b.waitBarrier(context.converted(getSlot()), context.getSlotParity(load));
  if (plan.isSplit()) {
    scale = loadScale();
    // What the block before has left in the slot is its last pass.
    if (plan.residentBlocks > 1)
      b.ifThen(b.allOf(b.compare(CmpIPredicate::ne, block, 0),
                       b.compare(CmpIPredicate::ne, scale.extraPasses, 0)),
               [&] { waitForPass(scale, b.i32(0)); });
  }
  sums = emitSteps(sums);
  if (plan.isSplit())
    sums = emitExtraPasses(sums, scale);
  if (plan.residentBlocks == 1) {
    releaseSlot(context, getSlot());
    return sums;
  }
  b.ifThen(b.compare(CmpIPredicate::eq, block, plan.residentBlocks - 1),
           [&] { releaseSlot(context, getSlot()); });
  return sums;
}
