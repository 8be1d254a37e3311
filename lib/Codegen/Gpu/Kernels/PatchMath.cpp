//===- PatchMath.cpp - Products of a patch-resident kernel ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two warpgroups multiply, each for half of the tile's columns and all 64
// channels. Both operands are in shared memory: A the filter's image, B the
// patch, at a different address for each tap. Nothing here waits for memory or
// issues copies: a chain of wgmma blocks its warp.
//
//===----------------------------------------------------------------------===//

#include "PatchMath.h"
#include "PatchConvert.h"

#include "Convoy/Codegen/Gpu/WgmmaDescriptor.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

/// Of the math warps, once, when the filter is packed.
static constexpr int64_t kFilterBarrier = 2;
static constexpr int64_t kFilterStepBytes = 2048;
/// Core matrices of 8 rows; the two halves of K of a filter step.
static constexpr int64_t kCoreBytes = 128;
static constexpr int64_t kFilterHalfBytes = 1024;

static Type getAccumulatorType(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  SmallVector<Type> types(context.plan.getAccumulators(), b.getF32Type());
  return LLVM::LLVMStructType::getLiteral(b.getContext(), types);
}

/// One wgmma: `sums` + A * B, or A * B where `isFirst`.
static Value emitStep(PatchContext &context, Value sums, Value a, Value b,
                      bool isFirst) {
  DeviceBuilder &builder = context.builder;
  PatchProducts products = context.plan.problem.products;
  bool isTF32 = products == PatchProducts::TF32;
  NVVM::WGMMATypes type = isTF32 ? NVVM::WGMMATypes::tf32
                          : products == PatchProducts::BF16
                              ? NVVM::WGMMATypes::bf16
                              : NVVM::WGMMATypes::f16;
  auto shape = NVVM::MMAShapeAttr::get(builder.getContext(), kPatchChannels,
                                       context.plan.columnsPerWarpgroup,
                                       isTF32 ? 8 : 16);
  return NVVM::WgmmaMmaAsyncOp::create(
      builder, sums.getType(), sums, a, b, shape, type, type,
      NVVM::WGMMATypes::f32,
      isFirst ? NVVM::WGMMAScaleOut::zero : NVVM::WGMMAScaleOut::one,
      NVVM::WGMMAScaleIn::one, NVVM::WGMMAScaleIn::one, NVVM::MMALayout::row,
      NVVM::MMALayout::col, NVVM::MMAIntOverflowAttr());
}

/// An address in the unit of descriptors, i64.
static Value getDescriptorAddress(DeviceBuilder &b, Value address) {
  return b.widen(b.shr(address, kDescriptorUnitShift));
}

/// The descriptor of a step's patch, given the address of its column 0.
static Value getPatchDescriptor(PatchContext &context, const PatchStep &step,
                                Value column, Value columnUnits) {
  DeviceBuilder &b = context.builder;
  int64_t first = step.firstHalfBytes;
  Value start = b.add(columnUnits, first >> kDescriptorUnitShift);
  if (step.secondHalfBytes)
    return b.add(
        start, getDescriptorLayout(*step.secondHalfBytes - first, kCoreBytes));
  if (context.plan.isSplit())
    // Finite numbers times zero.
    return b.add(start, getDescriptorLayout(0, kCoreBytes));
  Value zeros = b.add(context.operands.shared, context.plan.shared.zeros);
  Value distance = b.sub(zeros, b.add(column, first));
  Value field =
      b.shl(getDescriptorAddress(b, distance), kDescriptorLeadingShift);
  return b.add(b.add(start, field), getDescriptorLayout(0, kCoreBytes));
}

/// All steps of one slot. `sums` may be null: they then begin here.
static Value emitSteps(PatchContext &context, Value slot, Value warpgroup,
                       Value chunk, Value sums) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  Value column = b.add(context.getSlotAddress(slot),
                       b.mul(warpgroup, plan.columnsPerWarpgroup * 16));
  Value columnUnits = getDescriptorAddress(b, column);
  // Descriptors are computed for each tile: many of them would take registers.
  Value shared = b.here(context.operands.shared);
  Value filter = b.add(b.add(shared, plan.shared.filter),
                       b.mul(chunk, plan.getFilterChunkBytes()));
  Value filterLayout = b.add(getDescriptorAddress(b, filter),
                             getDescriptorLayout(kFilterHalfBytes, kCoreBytes));
  NVVM::WgmmaFenceAlignedOp::create(b);
  bool isFirst = !sums;
  if (isFirst)
    sums = LLVM::UndefOp::create(b, getAccumulatorType(context));
  for (auto [index, step] : llvm::enumerate(plan.steps)) {
    Value a =
        b.add(filterLayout, index * kFilterStepBytes >> kDescriptorUnitShift);
    Value patch = getPatchDescriptor(context, step, column, columnUnits);
    sums = emitStep(context, sums, a, patch, isFirst);
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
static Value getPassRatio(DeviceBuilder &b, const PatchTileScale &scale,
                          Value pass) {
  Value exponent =
      b.add(b.shr(b.bitcast(b.getI32Type(), scale.factor), 23), 14);
  Value classIndex = b.sub(scale.extraPasses, pass);
  Value top = b.sub(exponent, b.mul(classIndex, kPassExponents));
  Value topBefore = b.maxSigned(b.add(top, -kPassExponents), kLeastExponent);
  Value field = b.add(b.sub(topBefore, top), 127);
  return b.bitcast(b.getF32Type(), b.shl(field, 23));
}

/// The passes of a patch after the first: the same slot again with other
/// elements of the patch, at a larger scale.
static Value emitExtraPasses(PatchContext &context, Value slot, Value warpgroup,
                             Value sums, const PatchTileScale &scale,
                             Value passesBefore) {
  DeviceBuilder &b = context.builder;
  return b.forCarrying(
      b.i32(1), b.add(scale.extraPasses, 1), 1, sums,
      [&](Value pass, ValueRange carried) {
        b.syncWarp();
        b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0),
                 [&] { b.arrive(context.passDone()); });
        Value use = b.add(b.add(passesBefore, pass), -1);
        b.waitBarrier(context.passReady(), b.bitAnd(use, 1));
        Value scaled =
            multiplySums(b, carried[0], getPassRatio(b, scale, pass));
        Value next = emitSteps(context, slot, warpgroup, b.i32(0), scaled);
        return SmallVector<Value>{next};
      })[0];
}

/// One slot: waits for it, multiplies, hands it back. Sets the patch's scale
/// where the products need it.
static Value emitSlot(PatchContext &context, Value load, Value warpgroup,
                      Value chunk, Value sums, PatchTileScale &scale,
                      Value passesBefore) {
  DeviceBuilder &b = context.builder;
  Value slot = context.getSlot(load);
  b.waitBarrier(context.converted(slot), context.getSlotParity(load));
  if (context.plan.isSplit()) {
    Value words = context.getSlotScale(slot);
    scale.factor = b.loadShared(b.getF32Type(), words);
    Value passes = b.loadShared(b.getI32Type(), words, 4);
    scale.isBeyond = b.compare(CmpIPredicate::eq, passes, kPatchBeyondSplit);
    scale.extraPasses = b.maxSigned(passes, 0);
  }
  sums = emitSteps(context, slot, warpgroup, chunk, sums);
  if (context.plan.isSplit())
    sums = emitExtraPasses(context, slot, warpgroup, sums, scale, passesBefore);
  releaseSlot(context, slot);
  return sums;
}

/// The sums of a tile.
static Value emitProducts(PatchContext &context, Value index, Value warpgroup,
                          PatchTileScale &scale, Value passesBefore) {
  DeviceBuilder &b = context.builder;
  int64_t chunks = context.plan.chunks;
  if (chunks == 1)
    return emitSlot(context, index, warpgroup, b.i32(0), Value(), scale,
                    passesBefore);
  Value first = b.mul(index, chunks);
  Value zero = LLVM::ZeroOp::create(b, getAccumulatorType(context));
  return b.forCarrying(
      b.i32(0), b.i32(chunks), 1, zero, [&](Value chunk, ValueRange sums) {
        Value next = emitSlot(context, b.add(first, chunk), warpgroup, chunk,
                              sums[0], scale, passesBefore);
        return SmallVector<Value>{next};
      })[0];
}

/// What a thread knows of its two rows of accumulators.
static PatchRow getRow(PatchContext &context, int64_t half) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  Value pair = b.bitAnd(context.warp, 3);
  PatchRow row;
  row.half = half;
  row.block = b.add(b.mul(pair, 2), half);
  row.row = b.shr(context.lane, 2);
  row.channel = context.getChannel(row.block, row.row);
  if (plan.problem.filters % kPatchChannels != 0)
    row.channel = b.min(row.channel, b.i32(plan.problem.filters - 1));
  row.values = context.epilogue.loadChannel(b, row.channel);
  return row;
}

static void loadFilterScale(PatchContext &context, PatchRow &row) {
  DeviceBuilder &b = context.builder;
  Value index = b.add(b.mul(row.block, 8), row.row);
  Value address =
      b.add(b.add(context.operands.shared, context.plan.shared.filterScales),
            b.mul(index, 4));
  row.filterScale = b.loadShared(b.getF32Type(), address);
}

void convoy::emitMathRole(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  SmallVector<PatchRow> rows = {getRow(context, 0), getRow(context, 1)};
  emitPackFilter(context);
  b.fenceAsyncShared();
  b.syncNamed(kFilterBarrier, kPatchMathWarps * 32);
  if (context.plan.isSplit())
    for (PatchRow &row : rows)
      loadFilterScale(context, row);
  Value warpgroup = b.shr(context.warp, 2);
  b.forCarrying(b.i32(0), context.count, 1, b.i32(0),
                [&](Value index, ValueRange carried) {
                  Value passes = carried[0];
                  PatchTileScale scale;
                  Value sums =
                      emitProducts(context, index, warpgroup, scale, passes);
                  PatchTile tile = context.getTile(index);
                  for (const PatchRow &row : rows)
                    emitStageRow(context, tile, index, row, sums, scale);
                  if (scale.extraPasses)
                    passes = b.add(passes, scale.extraPasses);
                  return SmallVector<Value>{passes};
                });
}
