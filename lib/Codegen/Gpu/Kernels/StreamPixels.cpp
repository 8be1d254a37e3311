//===- StreamPixels.cpp - A tile's pixels among its threads ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From the pixels of a tile to the lanes of a math warp, for both ways in which
// outputs leave a streaming kernel.
//
//===----------------------------------------------------------------------===//

#include "StreamPixels.h"
#include "KernelArithmetic.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kLanes = 32;

Value StreamPixels::getStaging() {
  return b.add(b.add(context.operands.shared, plan.shared.staging),
               b.mul(context.warp, plan.stagingBytes));
}

PixelRange StreamPixels::getPixels(int64_t warpgroup) const {
  int64_t origin =
      plan.getColumnShares() > 1 ? warpgroup * plan.columnsPerWarpgroup : 0;
  auto findFrom = [&](int64_t column) {
    int64_t pixel = 0;
    while (pixel < plan.getTilePixels() && getTileColumn(plan, pixel) < column)
      ++pixel;
    return pixel;
  };
  return {findFrom(origin + firstColumn), findFrom(origin + endColumn)};
}

int64_t StreamPixels::getLength() const {
  PixelRange first = getPixels(0), second = getPixels(1);
  return std::max(first.end - first.first, second.end - second.first);
}

Value StreamPixels::pick(int64_t first, int64_t second) {
  if (first == second)
    return b.i32(first);
  Value isFirst = b.compare(CmpIPredicate::eq, warpgroup, 0);
  return b.select(isFirst, b.i32(first), b.i32(second));
}

LanePixel StreamPixels::getLanePixel(Value index, int64_t end) {
  PixelRange first = getPixels(0), second = getPixels(1);
  int64_t length0 = first.end - first.first;
  int64_t length1 = second.end - second.first;
  LanePixel lane;
  lane.index = index;
  if (end > std::min(length0, length1))
    lane.exists = b.compare(CmpIPredicate::ult, index, pick(length0, length1));
  Value pixel = b.add(index, pick(first.first, second.first));
  int64_t perImage = plan.tileRows * plan.tileColumns;
  Value image = b.i32(0), inImage = pixel;
  if (plan.tileImages > 1) {
    image = b.div(pixel, perImage);
    inImage = b.rem(pixel, perImage);
  }
  Value row = b.i32(0), column = inImage;
  if (plan.tileRows > 1) {
    row = b.div(inImage, plan.tileColumns);
    column = b.rem(inImage, plan.tileColumns);
  }
  lane.image = b.add(tile.image, image);
  lane.y = b.add(tile.row, row);
  lane.x = b.add(tile.column, column);
  auto require = [&](Value value, Value size) {
    lane.exists =
        both(b, lane.exists, b.compare(CmpIPredicate::ult, value, size));
  };
  if (plan.tileImages > 1)
    require(lane.image, context.operands.batch);
  if (plan.outputHeight % plan.tileRows != 0)
    require(lane.y, b.i32(plan.outputHeight));
  if (plan.outputWidth % plan.tileColumns != 0)
    require(lane.x, b.i32(plan.outputWidth));
  int64_t origin1 = plan.getColumnShares() > 1 ? plan.columnsPerWarpgroup : 0;
  Value patchColumn = b.add(
      b.add(b.mul(image, plan.imagePixels), b.mul(row, plan.pitch)), column);
  Value inPass = b.sub(patchColumn, pick(firstColumn, origin1 + firstColumn));
  if (lane.exists)
    inPass = b.select(lane.exists, inPass, b.i32(0));
  lane.staged = b.mul(inPass, 4);
  return lane;
}

SmallVector<LanePixel> StreamPixels::getLanePixels(int64_t vector) {
  int64_t length = getLength();
  SmallVector<LanePixel> pixels;
  // Not known to be the same in all tiles, which would keep them in registers.
  Value lane = b.here(context.lane);
  int64_t step = kLanes * vector;
  for (int64_t begin = 0; begin < length; begin += step) {
    Value index = b.add(b.mul(lane, vector), begin);
    LanePixel pixel = getLanePixel(index, begin + step);
    Value plane = b.mul(rows.channel, getPlanePixels());
    Value inPlane = b.add(b.mul(pixel.y, plan.outputWidth), pixel.x);
    Value element = b.widen(b.add(plane, inPlane));
    if (pixel.exists)
      element = b.select(pixel.exists, element, b.i64(0));
    Value image = b.widen(pixel.image);
    if (pixel.exists)
      image = b.select(pixel.exists, image, b.i64(0));
    auto getOffset = [&](Value imageBytes, int64_t bytes) {
      return b.add(b.mul(image, imageBytes), b.mul(element, bytes));
    };
    pixel.output =
        getOffset(context.operands.outputImageBytes, plan.problem.outputBytes);
    if (context.epilogue.residualType)
      pixel.residual =
          getOffset(context.operands.residualImageBytes,
                    context.epilogue.residualType.getIntOrFloatBitWidth() / 8);
    pixels.push_back(pixel);
  }
  return pixels;
}

Value StreamPixels::shuffle(Value value, Value lane) {
  unsigned bits = value.getType().getIntOrFloatBitWidth();
  Type i32 = b.getI32Type();
  auto shuffleWord = [&](Value word) -> Value {
    return NVVM::ShflOp::create(b, i32, b.i32(-1), word, lane,
                                b.i32(kLanes - 1), NVVM::ShflKind::idx,
                                UnitAttr());
  };
  Value raw = arith::BitcastOp::create(b, b.getIntegerType(bits), value);
  Value result;
  if (bits == 64) {
    Value low = shuffleWord(arith::TruncIOp::create(b, i32, raw));
    Value high = shuffleWord(arith::TruncIOp::create(b, i32, b.shr(raw, 32)));
    result = b.bitOr(b.widen(low), b.shl(b.widen(high), 32));
  } else if (bits == 32) {
    result = shuffleWord(raw);
  } else {
    Value word = shuffleWord(arith::ExtUIOp::create(b, i32, raw));
    result = arith::TruncIOp::create(b, b.getIntegerType(bits), word);
  }
  return arith::BitcastOp::create(b, value.getType(), result);
}
