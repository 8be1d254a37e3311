//===- PointwiseElements.cpp - Pixels of a pointwise kernel ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which pixels are a thread's, where they lie in a stage, and how their
// elements come into registers as wgmma's first operand.
//
//===----------------------------------------------------------------------===//

#include "PatchSplit.h"
#include "PointwiseMath.h"

#include "Convoy/Dialect/PointwiseTurns.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kWarpRows = 16;
static constexpr int64_t kWarpPairs = kWarpRows / 2;

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

Value convoy::emitPointwisePixel(PointwiseContext &context, int64_t block,
                                 int64_t half) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  Value warpgroup = b.shr(context.warp, 2);
  if (plan.getWarpgroups() > getTileWarpgroups(plan))
    warpgroup = b.rem(warpgroup, getTileWarpgroups(plan));
  Value warp = b.bitAnd(context.warp, kPointwiseMathWarpsPerGroup - 1);
  Value first = b.add(b.mul(warpgroup, plan.rowBlocks * kPointwiseRows),
                      block * kPointwiseRows);
  Value place = b.shr(context.lane, 2);
  if (plan.pixelVector == 1)
    return b.add(b.add(first, b.mul(warp, kWarpRows)),
                 b.add(place, kWarpPairs * half));
  Value pair = b.add(b.mul(warp, plan.pairGroup), place);
  if (int64_t group = plan.pairGroup; group != kWarpPairs) {
    int64_t lanes = getPointwisePairLanes(plan.problem);
    Value inGroup = b.add(b.mul(warp, group), b.rem(place, group));
    Value apart = b.mul(b.div(b.rem(place, lanes), group), 4 * group);
    pair = b.add(b.add(inGroup, apart), b.mul(b.div(place, lanes), 4 * lanes));
  }
  return b.add(first, b.add(b.mul(pair, 2), half));
}

static PointwiseRows getRows(PointwiseContext &context, int64_t block) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  PointwiseRows rows;
  for (int64_t half : llvm::seq<int64_t>(0, 2)) {
    Value pixel = emitPointwisePixel(context, block, half);
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

PointwiseThread convoy::getPointwiseThread(PointwiseContext &context) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  PointwiseThread thread;
  for (int64_t block : llvm::seq<int64_t>(0, plan.rowBlocks))
    thread.rows.push_back(getRows(context, block));
  thread.quad = b.bitAnd(context.lane, 3);
  thread.group = b.i32(0);
  if (plan.channelGroups > 1)
    thread.group = b.div(b.shr(context.warp, 2), plan.mathWarpgroups);
  thread.turn = b.i32(0);
  if (getPointwiseTurns(plan) > 1)
    thread.turn = b.div(b.shr(context.warp, 2), getTileWarpgroups(plan));
  // A filter's image is aligned.
  Value image =
      LLVM::PtrToIntOp::create(b, b.getI32Type(), context.operands.filterImage);
  thread.zero = b.bitAnd(image, 1);
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
                                       Value stage, const PointwiseRows &rows,
                                       int64_t chunk, int64_t half) {
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
    Value first = b.add(stage, channelBytes);
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

std::array<Value, 2>
convoy::makePointwiseWords(PointwiseContext &context,
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
