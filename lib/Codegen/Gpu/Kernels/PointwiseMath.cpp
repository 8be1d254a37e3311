//===- PointwiseMath.cpp - Products of a pointwise kernel -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each warpgroup multiplies its own rows of a tile, which are pixels, with the
// filter of all of the tile's output channels. Elements of the input are read
// from the stage as they lie there and become wgmma's operand in registers.
//
// While one warpgroup waits for its products, another reads and converts.
//
//===----------------------------------------------------------------------===//

#include "PointwiseMath.h"
#include "PatchSplit.h"
#include "Wgmma.h"

#include "Convoy/Codegen/Gpu/WgmmaDescriptor.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kWarpRows = 16;

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

/// getPointwisePixel of row `8 * half + lane / 4` of this warp.
static Value getPixel(PointwiseContext &context, int64_t block, int64_t half) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  Value warpgroup = b.shr(context.warp, 2);
  Value warp = b.bitAnd(context.warp, kPointwiseMathWarpsPerGroup - 1);
  Value first = b.add(b.mul(warpgroup, plan.rowBlocks * kPointwiseRows),
                      b.mul(warp, kWarpRows));
  Value row = b.shr(context.lane, 2);
  Value inWarp =
      plan.pixelVector == 1 ? b.add(row, 8 * half) : b.add(b.mul(row, 2), half);
  return b.add(b.add(first, block * kPointwiseRows), inWarp);
}

static PointwiseRows getRows(PointwiseContext &context, int64_t block) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  PointwiseRows rows;
  for (int64_t half : llvm::seq<int64_t>(0, 2)) {
    Value pixel = getPixel(context, block, half);
    Value image = b.i32(0), inImage = pixel;
    if (plan.tileImages > 1) {
      image = b.div(pixel, plan.tilePixels);
      inImage = b.rem(pixel, plan.tilePixels);
    }
    Value bytes = b.add(b.mul(image, plan.imagePitchBytes),
                        b.mul(inImage, plan.problem.getInputBytes()));
    // Dead rows read what there is.
    if (plan.getTilePixels() < plan.getTileRows())
      bytes =
          b.select(b.compare(CmpIPredicate::ult, pixel, plan.getTilePixels()),
                   bytes, b.i32(0));
    rows.pixels[half] = pixel;
    rows.bytes[half] = bytes;
  }
  return rows;
}

static PointwiseThread getThread(PointwiseContext &context) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  PointwiseThread thread;
  for (int64_t block : llvm::seq<int64_t>(0, plan.rowBlocks))
    thread.rows.push_back(getRows(context, block));
  thread.quad = b.bitAnd(context.lane, 3);
  int64_t channels = plan.problem.products == PatchProducts::TF32 ? 1 : 2;
  for (int64_t i : llvm::seq<int64_t>(0, channels)) {
    Value channel = b.add(b.mul(thread.quad, channels), i);
    Value bytes = b.mul(channel, plan.channelPitchBytes);
    // Runs of one channel begin at pieces, their elements where they may.
    if (plan.runChannels == 1)
      bytes = b.add(bytes,
                    b.bitAnd(b.mul(channel, plan.problem.pixels *
                                                plan.problem.getInputBytes()),
                             kPointwisePieceBytes - 1));
    thread.channelBytes.push_back(bytes);
  }
  return thread;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

PointwiseElements convoy::loadElements(PointwiseContext &context,
                                       const PointwiseThread &thread,
                                       const PointwiseStage &stage,
                                       const PointwiseRows &rows, int64_t chunk,
                                       int64_t half) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  Type i32 = b.getI32Type();
  bool is16Bit = plan.problem.getInputBytes() == 2;
  // Chunks and halves are whole pieces of channels: all begin alike.
  int64_t channel =
      chunk * plan.image.chunkChannels + half * plan.image.getHalfChannels();
  int64_t offset = channel * plan.channelPitchBytes;
  PointwiseElements elements;
  for (Value channelBytes : thread.channelBytes) {
    Value first = b.add(stage.address, channelBytes);
    if (plan.pixelVector == 1) {
      for (int64_t row : llvm::seq<int64_t>(0, 2)) {
        Value element =
            b.loadShared(b.getIntegerType(8 * plan.problem.getInputBytes()),
                         b.add(first, rows.bytes[row]), offset);
        if (is16Bit)
          element = arith::ExtUIOp::create(b, i32, element);
        elements[row].push_back(element);
      }
      continue;
    }
    Value address = b.add(first, rows.bytes[0]);
    if (is16Bit) {
      // Both pixels in one word: fragments pick their half.
      elements[0].push_back(b.loadShared(i32, address, offset));
      continue;
    }
    Value pair = b.loadShared(VectorType::get({2}, i32), address, offset);
    for (int64_t row : llvm::seq<int64_t>(0, 2))
      elements[row].push_back(
          LLVM::ExtractElementOp::create(b, pair, b.i32(row)));
  }
  return elements;
}

/// Words 2 * `half` and the next one of a fragment: a word of each row.
static std::array<Value, 2> makeWords(PointwiseContext &context,
                                      const PointwiseElements &elements) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  if (plan.problem.products == PatchProducts::TF32)
    return {roundToTF32(b, elements[0][0]), roundToTF32(b, elements[1][0])};
  // Two channels of 16 bits each: bytes of the first operand are numbered from
  // 0, of the second from 4.
  constexpr int64_t kLowHalves = 0x5410, kHighHalves = 0x7632;
  auto permute = [&](Value first, Value second, int64_t selector) -> Value {
    return NVVM::PermuteOp::create(b, b.getI32Type(), first, second,
                                   b.i32(selector), NVVM::PermuteMode::DEFAULT);
  };
  if (plan.pixelVector == 1)
    return {permute(elements[0][0], elements[0][1], kLowHalves),
            permute(elements[1][0], elements[1][1], kLowHalves)};
  return {permute(elements[0][0], elements[0][1], kLowHalves),
          permute(elements[0][0], elements[0][1], kHighHalves)};
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

Value convoy::getFilterDescriptor(PointwiseContext &context,
                                  const PointwiseStage &stage, int64_t chunk,
                                  int64_t step) {
  const PointwisePlan &plan = context.plan;
  int64_t bytes =
      chunk * plan.image.getChunkBytes() + step * plan.image.getStepBytes();
  return context.builder.add(stage.filter, bytes >> kDescriptorUnitShift);
}

/// All products of a stage, added to `sums`, of which the tile's first stage
/// takes no note.
static SmallVector<Value> emitStage(PointwiseContext &context,
                                    const PointwiseThread &thread,
                                    const PointwiseStage &stage,
                                    ValueRange sums) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  SmallVector<Value> words;
  for (int64_t chunk : llvm::seq<int64_t>(0, plan.stageChunks))
    for (const PointwiseRows &rows : thread.rows)
      for (int64_t half : llvm::seq<int64_t>(0, 2))
        llvm::append_range(
            words, makeWords(context, loadElements(context, thread, stage, rows,
                                                   chunk, half)));
  // Nothing but products comes between the fence and their end.
  words = b.pin(words);
  ArrayRef<Value> left = words;
  SmallVector<Value> next(sums);
  NVVM::WgmmaFenceAlignedOp::create(b);
  for (int64_t chunk : llvm::seq<int64_t>(0, plan.stageChunks)) {
    Value filter = getFilterDescriptor(context, stage, chunk, 0);
    Value accumulates = chunk == 0 ? stage.index : b.i32(1);
    for (Value &sum : next) {
      sum = emitWgmmaFromRegisters(b, plan.problem.products, plan.tileFilters,
                                   sum, left.take_front(kWgmmaFragmentWords),
                                   filter, accumulates);
      left = left.drop_front(kWgmmaFragmentWords);
    }
  }
  NVVM::WgmmaGroupSyncAlignedOp::create(b);
  NVVM::WgmmaWaitGroupSyncOp::create(b, static_cast<uint64_t>(0));
  return next;
}

/// Waits for a stage.
static PointwiseStage waitForStage(PointwiseContext &context, Value index,
                                   Value use) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  Value slot = context.getStage(use);
  b.waitBarrier(context.stageFull(slot), context.getStageParity(use));
  PointwiseStage stage;
  stage.index = index;
  stage.address = context.getStageAddress(slot);
  Value filter = b.add(stage.address, plan.inputStageBytes);
  if (plan.residentFilter)
    filter = b.add(b.add(context.operands.shared, plan.shared.filter),
                   b.mul(index, plan.stageChunks * plan.image.getChunkBytes()));
  int64_t halfBytes = plan.tileFilters * kFilterRowBytes;
  stage.filter = b.add(getDescriptorAddress(b, filter),
                       getDescriptorLayout(halfBytes, kWgmmaCoreBytes));
  return stage;
}

/// The sums of tile number `index`, one for each block of rows.
static SmallVector<Value> emitProducts(PointwiseContext &context,
                                       const PointwiseThread &thread,
                                       const PointwiseTile &tile, Value index) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  Type type = getAccumulatorType(b, plan.tileFilters);
  Value first = plan.isSplit() ? LLVM::ZeroOp::create(b, type).getResult()
                               : LLVM::UndefOp::create(b, type).getResult();
  SmallVector<Value> initial(plan.rowBlocks, first);
  return b.forCarrying(
      b.i32(0), b.i32(plan.stagesPerTile), 1, initial,
      [&](Value number, ValueRange sums) {
        Value use = b.add(b.mul(index, plan.stagesPerTile), number);
        // Not known to compilers: they would peel off the first stage.
        PointwiseStage stage = waitForStage(context, b.here(number), use);
        SmallVector<Value> next =
            plan.isSplit() ? emitSplitStage(context, thread, tile, stage, sums)
                           : emitStage(context, thread, stage, sums);
        b.syncWarp();
        b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0),
                 [&] { b.arrive(context.stageEmpty(context.getStage(use))); });
        return next;
      });
}

void convoy::emitPointwiseMathRole(PointwiseContext &context) {
  DeviceBuilder &b = context.builder;
  PointwiseThread thread = getThread(context);
  if (context.plan.residentFilter)
    b.ifThen(b.compare(CmpIPredicate::ne, context.count, 0),
             [&] { b.waitBarrier(context.filterFull(), b.i32(0)); });
  b.forRange(context.count, [&](Value index) {
    PointwiseTile tile = context.getTile(index);
    SmallVector<Value> sums = emitProducts(context, thread, tile, index);
    emitPointwiseStore(context, thread, tile, sums);
  });
}
