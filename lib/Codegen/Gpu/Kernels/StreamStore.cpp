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
// stored, and residuals are read as outputs are written. No other warp of the
// block is waited for; where a cluster shares a tile's channels, a warp stores
// its part of the rows, from what StreamExchange adds.
//
//===----------------------------------------------------------------------===//

#include "ScalarSum.h"
#include "StreamExchange.h"
#include "StreamPixels.h"
#include "StreamVectorStore.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kLanes = 32;
/// Rows in straight-line code, where all warps have all or none of them.
static constexpr int64_t kUnrolledRows = 4;

namespace {

/// One part of a warp's columns, which fits its staging memory.
class StorePass : StreamPixels {
public:
  StorePass(StreamContext &context, const StreamTilePlace &tile,
            const StreamRows &rows, const StreamSums &sums, int64_t pass)
      : StreamPixels(context, tile, rows, pass * context.plan.stagingColumns,
                     std::min((pass + 1) * context.plan.stagingColumns,
                              context.plan.columnsPerWarpgroup)),
        sums(sums), exchange(context, getExchange(context, tile, pass)),
        vector(context.operands.alignedElements >= 2 && plan.hasPixelPairs()
                   ? 2
                   : 1) {}

  void emit();
  /// Of all columns of a warpgroup.
  static int64_t getPasses(const StreamPlan &plan) {
    return llvm::divideCeil(plan.columnsPerWarpgroup, plan.stagingColumns);
  }

private:
  /// Its number; null without clusters.
  static Value getExchange(StreamContext &context, const StreamTilePlace &tile,
                           int64_t pass);
  void stage();
  /// Of `pixels` places of this lane.
  int64_t getUnrolledRows(int64_t pixels) const;
  void storeRow(Value row, ArrayRef<LanePixel> pixels);
  /// Applies the epilogue to the sums of the pixel and of those after it.
  void storeElements(Value row, const LanePixel &pixel, ArrayRef<Value> sums,
                     ValueRange values);
  /// The row's sums do not hold: computes each pixel from global memory.
  void storeScalarRow(Value row, ValueRange values);

  const StreamSums &sums;
  StreamExchange exchange;
  /// Neighbouring pixels of a lane.
  int64_t vector;
  Value staging;
};

} // namespace

Value StorePass::getExchange(StreamContext &context,
                             const StreamTilePlace &tile, int64_t pass) {
  if (context.plan.channelParts == 1)
    return Value();
  DeviceBuilder &b = context.builder;
  return b.add(b.mul(tile.number, getPasses(context.plan)), pass);
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
  int64_t rounds = llvm::divideCeil(getLength(), kLanes);
  b.forRange(b.i32(rounds), [&](Value round) {
    Value index = b.add(b.mul(round, kLanes), context.lane);
    LanePixel pixel = getLanePixel(index, rounds * kLanes);
    auto emit = [&] {
      Value channel = b.add(rows.channel, row);
      ScalarSum sum{plan.unfolded,
                    context.operands.input,
                    context.operands.inputImageBytes,
                    context.operands.filter,
                    context.grid,
                    pixel.image,
                    channel,
                    pixel.y,
                    pixel.x,
                    b.mul(tile.group, plan.unfolded.channels)};
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
        storeElements(row, pixel, exchange.loadSums(type, address), values);
        continue;
      }
      Value pair = exchange.loadSums(VectorType::get({vector}, type), address);
      SmallVector<Value> sums;
      for (int64_t i : llvm::seq<int64_t>(0, vector))
        sums.push_back(LLVM::ExtractElementOp::create(b, pair, b.i32(i)));
      storeElements(row, pixel, sums, values);
    }
  };
  if (!plan.isSplit())
    return storeStaged();
  // Of the first of the four lanes that have the row's sums.
  Value flags = plan.channelParts > 1
                    ? exchange.loadFlags(row)
                    : shuffle(sums.beyond, b.mul(b.bitAnd(row, 7), 4));
  Value flag = arith::ShRUIOp::create(b, flags, b.shr(row, 3));
  b.ifThenElse(
      b.compare(CmpIPredicate::ne, b.bitAnd(flag, 1), 0),
      [&] { storeScalarRow(row, values); }, storeStaged);
}

int64_t StorePass::getUnrolledRows(int64_t pixels) const {
  if (plan.problem.filters % kUnrolledRows != 0 || plan.isSplit())
    return 1;
  int64_t rows = std::min(kUnrolledRows, plan.getPartRows());
  return fitsCode(getPasses(plan) * rows * pixels * vector,
                  context.epilogue.instructions)
             ? rows
             : 1;
}

void StorePass::emit() {
  // Exchanges follow each other without gaps.
  if (getLength() == 0 && plan.channelParts == 1)
    return;
  staging = getStaging();
  exchange.waitUntilRead();
  stage();
  if (plan.isSplit())
    exchange.stageFlags(sums.beyond);
  exchange.shareStaged();
  SmallVector<LanePixel> pixels = getLanePixels(vector);
  int64_t step = getUnrolledRows(static_cast<int64_t>(pixels.size()));
  auto [first, end] = exchange.getRows(rows.count);
  b.forRange(first, end, step, [&](Value row) {
    for (int64_t i : llvm::seq<int64_t>(0, step))
      storeRow(b.add(row, i), pixels);
  });
  // The next sums are staged in the same place.
  exchange.endReading();
}

void convoy::emitStreamStore(StreamContext &context,
                             const StreamTilePlace &tile,
                             const StreamRows &rows, const StreamSums &sums) {
  const StreamPlan &plan = context.plan;
  if (plan.storesVectors() && !context.epilogue.residualType)
    return emitStreamVectorStore(context, tile, rows, sums);
  for (int64_t pass : llvm::seq<int64_t>(0, StorePass::getPasses(plan)))
    StorePass(context, tile, rows, sums, pass).emit();
}
