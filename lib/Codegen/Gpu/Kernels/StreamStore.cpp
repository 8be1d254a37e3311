//===- StreamStore.cpp - Epilogue and stores of a streaming kernel --------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A warp has 16 output channels by its columns. It writes its sums to shared
// memory of its own and reads them back along the pixels, so that lanes have
// neighbouring output pixels of one channel: the epilogue computes only what is
// stored, and residuals are read as outputs are written. No other warp is
// waited for.
//
//===----------------------------------------------------------------------===//

#include "ScalarSum.h"
#include "StreamMath.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kLanes = 32;
/// Rows in straight-line code, where all warps have all or none of them.
static constexpr int64_t kUnrolledRows = 4;

namespace {

/// Pixels of a tile, first and end.
struct PixelRange {
  int64_t first;
  int64_t end;
};

/// A pixel of this lane, or the first of a pair, the same for all rows.
struct LanePixel {
  /// Whether it is stored; null if it is in any tile.
  Value exists;
  /// In the row's staged sums, bytes.
  Value staged;
  /// Of the pixel in the first row's plane, i64.
  Value output;
  Value residual;
  /// For sums that are computed anew.
  Value image;
  Value y;
  Value x;
};

/// One part of a warp's columns, which fits its staging memory.
class StorePass {
public:
  StorePass(StreamContext &context, const StreamTilePlace &tile,
            const StreamRows &rows, const StreamSums &sums, int64_t pass)
      : context(context), b(context.builder), plan(context.plan), tile(tile),
        rows(rows), sums(sums), firstColumn(pass * plan.stagingColumns),
        endColumn(std::min(firstColumn + plan.stagingColumns,
                           plan.columnsPerWarpgroup)),
        vector(context.operands.hasPairs && plan.hasPixelPairs() ? 2 : 1),
        warpgroup(b.shr(context.warp, 2)) {}

  void emit();

private:
  void stage();
  /// The tile's pixels in this pass's columns of a warpgroup.
  PixelRange getPixels(int64_t warpgroup) const;
  /// The value for this warp's warpgroup.
  Value pick(int64_t first, int64_t second);
  LanePixel getLanePixel(Value index, int64_t end);
  SmallVector<LanePixel> getLanePixels();
  void storeRow(Value row, ArrayRef<LanePixel> pixels);
  /// Applies the epilogue to the sums of the pixel and of those after it.
  void storeElements(Value row, const LanePixel &pixel, ArrayRef<Value> sums,
                     ValueRange values);
  /// The row's sums do not hold: computes each pixel from global memory.
  void storeScalarRow(Value row, ValueRange values);
  Value shuffle(Value value, Value lane);
  Value getPlanePixels() { return b.i32(plan.outputHeight * plan.outputWidth); }

  StreamContext &context;
  DeviceBuilder &b;
  const StreamPlan &plan;
  const StreamTilePlace &tile;
  const StreamRows &rows;
  const StreamSums &sums;
  int64_t firstColumn;
  int64_t endColumn;
  /// Neighbouring pixels of a lane.
  int64_t vector;
  Value warpgroup;
  Value staging;
};

} // namespace

/// This warp's staging memory.
static Value getStaging(StreamContext &context) {
  DeviceBuilder &b = context.builder;
  const StreamPlan &plan = context.plan;
  return b.add(b.add(context.operands.shared, plan.shared.staging),
               b.mul(context.warp, kStreamWarpRows * plan.stagingPitchBytes));
}

void StorePass::stage() {
  Value row = b.shr(context.lane, 2);
  Value quad = b.bitAnd(context.lane, 3);
  Value address =
      b.add(staging, b.add(b.mul(row, plan.stagingPitchBytes), b.mul(quad, 8)));
  for (int64_t group : llvm::seq(firstColumn / 8, endColumn / 8))
    for (int64_t half : llvm::seq<int64_t>(0, 2)) {
      SmallVector<Value> pair;
      for (int64_t i : llvm::seq<int64_t>(0, 2))
        pair.push_back(LLVM::ExtractValueOp::create(b, sums.sums,
                                                    4 * group + 2 * half + i));
      b.storeShared(b.makeVector(pair), address,
                    8 * half * plan.stagingPitchBytes +
                        (8 * group - firstColumn) * 4);
    }
}

PixelRange StorePass::getPixels(int64_t warpgroup) const {
  int64_t origin =
      plan.tileBlocks == 1 ? warpgroup * plan.columnsPerWarpgroup : 0;
  auto findFrom = [&](int64_t column) {
    int64_t pixel = 0;
    while (pixel < plan.getTilePixels() && getTileColumn(plan, pixel) < column)
      ++pixel;
    return pixel;
  };
  return {findFrom(origin + firstColumn), findFrom(origin + endColumn)};
}

Value StorePass::pick(int64_t first, int64_t second) {
  if (first == second)
    return b.i32(first);
  Value isFirst = b.compare(CmpIPredicate::eq, warpgroup, 0);
  return b.select(isFirst, b.i32(first), b.i32(second));
}

/// `a` and `b`, where null is true.
static Value both(DeviceBuilder &builder, Value a, Value b) {
  if (!a || !b)
    return a ? a : b;
  return builder.allOf(a, b);
}

/// The lane's pixel number `index` of the tile, of those below `end`, which is
/// relative to the warpgroup's first.
LanePixel StorePass::getLanePixel(Value index, int64_t end) {
  PixelRange first = getPixels(0), second = getPixels(1);
  int64_t length0 = first.end - first.first;
  int64_t length1 = second.end - second.first;
  LanePixel lane;
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
  int64_t origin1 = plan.tileBlocks == 1 ? plan.columnsPerWarpgroup : 0;
  Value patchColumn = b.add(
      b.add(b.mul(image, plan.imagePixels), b.mul(row, plan.pitch)), column);
  Value inPass = b.sub(patchColumn, pick(firstColumn, origin1 + firstColumn));
  if (lane.exists)
    inPass = b.select(lane.exists, inPass, b.i32(0));
  lane.staged = b.mul(inPass, 4);
  return lane;
}

SmallVector<LanePixel> StorePass::getLanePixels() {
  PixelRange first = getPixels(0), second = getPixels(1);
  int64_t length = std::max(first.end - first.first, second.end - second.first);
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

Value StorePass::shuffle(Value value, Value lane) {
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

void StorePass::storeElements(Value row, const LanePixel &pixel,
                              ArrayRef<Value> sums, ValueRange values) {
  const StreamOperands &operands = context.operands;
  const StreamEpilogue &epilogue = context.epilogue;
  int64_t planePixels = plan.outputHeight * plan.outputWidth;
  auto getOffset = [&](Value first, Type type, int64_t distance) {
    int64_t bytes = type.getIntOrFloatBitWidth() / 8;
    Value inPlane = b.add(b.mul(row, planePixels * bytes), distance * bytes);
    return b.add(first, b.widen(inPlane));
  };
  SmallVector<Value> elements;
  for (auto [i, sum] : llvm::enumerate(sums)) {
    Value residual;
    if (Type type = epilogue.residualType)
      residual = b.loadGlobal(type, operands.residual,
                              getOffset(pixel.residual, type, i));
    elements.push_back(epilogue.apply(b, sum, values, residual));
  }
  auto store = [&] {
    b.storeGlobal(elements.size() == 1 ? elements[0] : b.makeVector(elements),
                  operands.output,
                  getOffset(pixel.output, epilogue.outputType, 0));
  };
  if (pixel.exists)
    b.ifThen(pixel.exists, store);
  else
    store();
}

void StorePass::storeScalarRow(Value row, ValueRange values) {
  PixelRange first = getPixels(0), second = getPixels(1);
  int64_t length = std::max(first.end - first.first, second.end - second.first);
  int64_t rounds = llvm::divideCeil(length, kLanes);
  b.forRange(b.i32(rounds), [&](Value round) {
    Value index = b.add(b.mul(round, kLanes), context.lane);
    LanePixel pixel = getLanePixel(index, rounds * kLanes);
    auto emit = [&] {
      Value channel = b.add(rows.channel, row);
      ScalarSum sum{plan.problem,
                    context.operands.input,
                    context.operands.inputImageBytes,
                    context.operands.filter,
                    context.grid,
                    pixel.image,
                    channel,
                    pixel.y,
                    pixel.x,
                    b.mul(tile.group, plan.problem.channels)};
      Value plane = b.mul(rows.channel, getPlanePixels());
      Value inPlane = b.add(b.mul(pixel.y, plan.outputWidth), pixel.x);
      Value element = b.widen(b.add(plane, inPlane));
      auto getOffset = [&](Value imageBytes, int64_t bytes) {
        return b.add(b.mul(b.widen(pixel.image), imageBytes),
                     b.mul(element, bytes));
      };
      LanePixel place = pixel;
      place.exists = Value();
      place.output = getOffset(context.operands.outputImageBytes,
                               plan.problem.outputBytes);
      if (Type type = context.epilogue.residualType)
        place.residual = getOffset(context.operands.residualImageBytes,
                                   type.getIntOrFloatBitWidth() / 8);
      storeElements(row, place, sum.emit(b), values);
    };
    if (pixel.exists)
      b.ifThen(pixel.exists, emit);
    else
      emit();
  });
}

void StorePass::storeRow(Value row, ArrayRef<LanePixel> pixels) {
  SmallVector<Value> values;
  for (Value value : rows.values)
    values.push_back(shuffle(value, row));
  Value rowAddress = b.add(staging, b.mul(row, plan.stagingPitchBytes));
  auto storeStaged = [&] {
    for (const LanePixel &pixel : pixels) {
      Value address = b.add(rowAddress, pixel.staged);
      Type type = b.getF32Type();
      if (vector == 1) {
        storeElements(row, pixel, b.loadShared(type, address), values);
        continue;
      }
      Value pair = b.loadShared(VectorType::get({vector}, type), address);
      SmallVector<Value> sums;
      for (int64_t i : llvm::seq<int64_t>(0, vector))
        sums.push_back(LLVM::ExtractElementOp::create(b, pair, b.i32(i)));
      storeElements(row, pixel, sums, values);
    }
  };
  if (!plan.isSplit())
    return storeStaged();
  // The first of the four lanes that have the row's sums.
  Value flags = shuffle(sums.beyond, b.mul(b.bitAnd(row, 7), 4));
  Value flag = arith::ShRUIOp::create(b, flags, b.shr(row, 3));
  b.ifThenElse(
      b.compare(CmpIPredicate::ne, b.bitAnd(flag, 1), 0),
      [&] { storeScalarRow(row, values); }, storeStaged);
}

void StorePass::emit() {
  PixelRange first = getPixels(0), second = getPixels(1);
  if (first.first == first.end && second.first == second.end)
    return;
  staging = getStaging(context);
  stage();
  b.syncWarp();
  SmallVector<LanePixel> pixels = getLanePixels();
  int64_t step = plan.problem.filters % kUnrolledRows == 0 && !plan.isSplit()
                     ? kUnrolledRows
                     : 1;
  b.forRange(b.i32(0), rows.count, step, [&](Value row) {
    for (int64_t i : llvm::seq<int64_t>(0, step))
      storeRow(b.add(row, i), pixels);
  });
  // The next sums are staged in the same place.
  b.syncWarp();
}

void convoy::emitStreamStore(StreamContext &context,
                             const StreamTilePlace &tile,
                             const StreamRows &rows, const StreamSums &sums) {
  const StreamPlan &plan = context.plan;
  int64_t passes =
      llvm::divideCeil(plan.columnsPerWarpgroup, plan.stagingColumns);
  for (int64_t pass : llvm::seq<int64_t>(0, passes))
    StorePass(context, tile, rows, sums, pass).emit();
}
