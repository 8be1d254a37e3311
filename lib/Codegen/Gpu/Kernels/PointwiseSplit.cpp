//===- PointwiseSplit.cpp - Split products of a pointwise kernel ----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// f32 elements become high and low parts in registers. Each pixel has a scale
// of its own for each group of channels, so that the group's sums begin anew
// and are added to the tile's in f32: wgmma truncates when it adds, so few
// products are added at a time.
//
// Elements too small for their pixel's scale are taken out of the products and
// added as they are; among ordinary numbers there is one in 10^8. Pixels with
// numbers that are not finite, or near f32's limit, become NaN here and are
// computed again, as all results are that are not finite.
//
//===----------------------------------------------------------------------===//

#include "PatchSplit.h"
#include "PointwiseMath.h"
#include "Wgmma.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

/// Chunks that have a scale together.
static constexpr int64_t kGroupChunks = 2;
/// What the low parts are scaled by, so that they use all of f16's range.
static constexpr float kLowPartScale = 2048.0f;
/// Exponents below a scale's that are represented to 22 bits.
static constexpr int64_t kMaxSpan = 27;
/// Sums are kept times two to this power: products with subnormal elements then
/// keep their bits.
static constexpr int64_t kSumExponent = 24;
/// Exponent field from which on elements are too large: such sums of 2^20
/// products with weights up to 2^15 would not be finite.
static constexpr int64_t kLeastLargeExponent = 190;
static constexpr int64_t kMantissaBits = 23;

float convoy::getSplitFactor() { return 0x1p-24f; }

namespace {

/// The scale of a row for a group of channels.
struct RowScale {
  Value up;
  /// What the row's sums are multiplied by, f32.
  Value factor;
  /// Magnitudes (bits) below are too small.
  Value least;
};

/// Products of some chunks of a stage with a block of rows.
class SplitGroup {
public:
  SplitGroup(PointwiseContext &context, const PointwiseThread &thread,
             const PointwiseTile &tile, const PointwiseStage &stage,
             const PointwiseRows &rows, int64_t firstChunk, int64_t chunks)
      : context(context), b(context.builder), plan(context.plan),
        thread(thread), tile(tile), stage(stage), rows(rows),
        firstChunk(firstChunk), chunks(chunks) {}

  Value emit(Value total);

private:
  void load();
  void findScales();
  RowScale findScale(int64_t row);
  Value takeSmallOut(Value total);
  Value addSmall(Value total);
  Value addProducts(Value total, Value channel, ArrayRef<Value> elements);
  Value multiply();

  PointwiseContext &context;
  DeviceBuilder &b;
  const PointwisePlan &plan;
  const PointwiseThread &thread;
  const PointwiseTile &tile;
  const PointwiseStage &stage;
  const PointwiseRows &rows;
  int64_t firstChunk;
  int64_t chunks;
  /// Of each chunk's halves.
  SmallVector<PointwiseElements> elements;
  std::array<RowScale, 2> scales;
  Value hasSmall;
};

} // namespace

void SplitGroup::load() {
  for (int64_t chunk : llvm::seq(firstChunk, firstChunk + chunks))
    for (int64_t half : llvm::seq<int64_t>(0, 2))
      elements.push_back(
          loadElements(context, thread, stage, rows, chunk, half));
}

//===----------------------------------------------------------------------===//
// Scales
//===----------------------------------------------------------------------===//

RowScale SplitGroup::findScale(int64_t row) {
  Value largest = b.i32(0), smallest = b.i32(-1);
  for (const PointwiseElements &half : elements)
    for (Value element : half[row]) {
      Value magnitude = b.bitAnd(element, 0x7fffffff);
      largest = b.max(largest, magnitude);
      // Zeros wrap.
      smallest = b.min(smallest, b.add(magnitude, -1));
    }
  // The other channels of the row are in the quad's other lanes.
  for (int64_t mask : {1, 2})
    largest = b.max(largest, b.shuffleXor(largest, mask));
  Value exponent = b.max(b.shr(largest, kMantissaBits), b.i32(kLeastExponent));
  RowScale scale;
  scale.up = getScaleUp(b, exponent);
  constexpr int64_t kNaN = 0x7fc00000;
  Value factor = b.shl(b.add(exponent, kSumExponent - 14), kMantissaBits);
  Value isLarge = b.compare(CmpIPredicate::uge, exponent, kLeastLargeExponent);
  scale.factor =
      b.bitcast(b.getF32Type(), b.select(isLarge, b.i32(kNaN), factor));
  scale.least =
      b.shl(b.maxSigned(b.add(exponent, -kMaxSpan), 0), kMantissaBits);
  Value isSmall =
      b.compare(CmpIPredicate::ult, b.add(smallest, 1), scale.least);
  // Without an element other than zero, the smallest is all ones.
  isSmall = b.allOf(isSmall, b.compare(CmpIPredicate::ne, smallest, -1));
  hasSmall = hasSmall ? b.anyOf(hasSmall, isSmall) : isSmall;
  return scale;
}

//===----------------------------------------------------------------------===//
// Small elements
//===----------------------------------------------------------------------===//

/// Adds the products of one channel of the input, an element of each row.
Value SplitGroup::addProducts(Value total, Value channel,
                              ArrayRef<Value> elements) {
  const PointwiseOperands &operands = context.operands;
  Type f32 = b.getF32Type();
  Value unit = b.f32(1.0f / getSplitFactor());
  Value first =
      b.add(b.mul(tile.filterBlock, plan.tileFilters), b.mul(thread.quad, 2));
  std::array<Value, 2> scaled;
  for (int64_t row : llvm::seq<int64_t>(0, 2))
    scaled[row] = arith::MulFOp::create(b, elements[row], unit);
  Value next = total;
  for (int64_t i : llvm::seq<int64_t>(0, plan.tileFilters / 4)) {
    Value column = b.add(first, i / 2 * 8 + i % 2);
    Value filter = b.min(column, b.i32(plan.problem.filters - 1));
    Value index =
        b.add(b.mul(b.widen(filter), plan.problem.channels), b.widen(channel));
    Value weight = b.loadGlobal(f32, operands.filter, b.mul(index, 4));
    Value offset =
        b.add(b.mul(b.widen(column), 4), plan.image.getRowScalesOffset());
    // Scales are powers of two, and so are their inverses; results with one
    // that is NaN are computed again.
    Value scale = b.loadGlobal(b.getI32Type(), operands.filterImage, offset);
    Value inverse = b.bitcast(f32, b.sub(b.i32(0x7f000000), scale));
    weight = arith::MulFOp::create(b, weight, inverse);
    for (int64_t row : llvm::seq<int64_t>(0, 2)) {
      int64_t place = i / 2 * 4 + row * 2 + i % 2;
      Value before = LLVM::ExtractValueOp::create(b, total, place);
      Value after = LLVM::FMAOp::create(b, scaled[row], weight, before);
      next = LLVM::InsertValueOp::create(b, next, after, place);
    }
  }
  return next;
}

/// Adds the products of the group's elements that are too small. All lanes of a
/// quad read the same elements, and each has columns of its own.
Value SplitGroup::addSmall(Value total) {
  int64_t channels = plan.image.chunkChannels;
  Value first = b.i32(firstChunk * channels);
  int64_t channelBytes = plan.problem.pixels * plan.problem.getInputBytes();
  return b.forCarrying(
      b.here(first), b.i32((firstChunk + chunks) * channels), 1, total,
      [&](Value inStage, ValueRange carried) -> SmallVector<Value> {
        Value address =
            b.add(stage.address, b.mul(inStage, plan.channelPitchBytes));
        if (plan.runChannels == 1)
          address = b.add(address, b.bitAnd(b.mul(inStage, channelBytes),
                                            kPointwisePieceBytes - 1));
        SmallVector<Value> small;
        Value any;
        for (int64_t row : llvm::seq<int64_t>(0, 2)) {
          Value element =
              b.loadShared(b.getI32Type(), b.add(address, rows.bytes[row]));
          Value magnitude = b.bitAnd(element, 0x7fffffff);
          Value isSmall = b.allOf(
              b.compare(CmpIPredicate::ult, magnitude, scales[row].least),
              b.compare(CmpIPredicate::ne, magnitude, 0));
          small.push_back(
              b.bitcast(b.getF32Type(), b.select(isSmall, element, b.i32(0))));
          any = any ? b.anyOf(any, isSmall) : isSmall;
        }
        auto op = scf::IfOp::create(b, TypeRange{total.getType()}, any, true);
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToStart(op.thenBlock());
        Value channel =
            b.add(b.mul(stage.index, plan.getStageChannels()), inStage);
        scf::YieldOp::create(b, addProducts(carried[0], channel, small));
        b.setInsertionPointToStart(op.elseBlock());
        scf::YieldOp::create(b, carried[0]);
        return {op.getResult(0)};
      })[0];
}

/// Replaces small elements by zeros, and adds their products to `total`.
Value SplitGroup::takeSmallOut(Value total) {
  SmallVector<Value> all{total};
  for (const PointwiseElements &half : elements)
    for (int64_t row : llvm::seq<int64_t>(0, 2))
      llvm::append_range(all, half[row]);
  auto op = scf::IfOp::create(b, TypeRange(ValueRange(all)),
                              b.anyLane(hasSmall), /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(op.thenBlock());
    SmallVector<Value> next{addSmall(total)};
    for (const PointwiseElements &half : elements)
      for (int64_t row : llvm::seq<int64_t>(0, 2))
        for (Value element : half[row]) {
          Value magnitude = b.bitAnd(element, 0x7fffffff);
          Value isSmall =
              b.compare(CmpIPredicate::ult, magnitude, scales[row].least);
          next.push_back(b.select(isSmall, b.i32(0), element));
        }
    scf::YieldOp::create(b, next);
    b.setInsertionPointToStart(op.elseBlock());
    scf::YieldOp::create(b, all);
  }
  ResultRange results = op.getResults();
  int64_t place = 1;
  for (PointwiseElements &half : elements)
    for (int64_t row : llvm::seq<int64_t>(0, 2))
      for (Value &element : half[row])
        element = results[place++];
  return results[0];
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// The products of the group, in sums of their own.
Value SplitGroup::multiply() {
  SmallVector<Value> high, low;
  for (const PointwiseElements &half : elements)
    for (int64_t row : llvm::seq<int64_t>(0, 2)) {
      SmallVector<Value> scaled;
      for (Value element : half[row])
        scaled.push_back(arith::MulFOp::create(
            b, b.bitcast(b.getF32Type(), element), scales[row].up));
      auto [h, l] = splitF16(b, scaled[0], scaled[1], kLowPartScale);
      high.push_back(h);
      low.push_back(l);
    }
  SmallVector<Value> words(high);
  llvm::append_range(words, low);
  words = b.pin(words);
  ArrayRef<Value> all = words;
  ArrayRef<Value> highs = all.take_front(high.size());
  ArrayRef<Value> lows = all.drop_front(high.size());
  Value sums =
      LLVM::UndefOp::create(b, getAccumulatorType(b, plan.tileFilters));
  bool isFirst = true;
  NVVM::WgmmaFenceAlignedOp::create(b);
  for (int64_t chunk : llvm::seq<int64_t>(0, chunks))
    for (auto [i, step] : llvm::enumerate(plan.image.steps)) {
      bool isLow = step.first.part == FilterPart::LoweredHigh;
      ArrayRef<Value> fragment =
          (isLow ? lows : highs)
              .slice(chunk * kWgmmaFragmentWords, kWgmmaFragmentWords);
      sums = emitWgmmaFromRegisters(
          b, plan.problem.products, plan.tileFilters, sums, fragment,
          getFilterDescriptor(context, stage, firstChunk + chunk, i),
          b.i32(!isFirst));
      isFirst = false;
    }
  NVVM::WgmmaGroupSyncAlignedOp::create(b);
  NVVM::WgmmaWaitGroupSyncOp::create(b, static_cast<uint64_t>(0));
  return sums;
}

Value SplitGroup::emit(Value total) {
  load();
  for (int64_t row : llvm::seq<int64_t>(0, 2))
    scales[row] = findScale(row);
  total = takeSmallOut(total);
  Value sums = multiply();
  Value next = total;
  for (int64_t i : llvm::seq<int64_t>(0, plan.getAccumulators())) {
    Value sum = LLVM::ExtractValueOp::create(b, sums, i);
    Value before = LLVM::ExtractValueOp::create(b, total, i);
    Value after = LLVM::FMAOp::create(b, sum, scales[i / 2 % 2].factor, before);
    next = LLVM::InsertValueOp::create(b, next, after, i);
  }
  return next;
}

SmallVector<Value> convoy::emitSplitStage(PointwiseContext &context,
                                          const PointwiseThread &thread,
                                          const PointwiseTile &tile,
                                          const PointwiseStage &stage,
                                          ValueRange totals) {
  const PointwisePlan &plan = context.plan;
  SmallVector<Value> next(totals);
  for (int64_t chunk = 0; chunk < plan.stageChunks; chunk += kGroupChunks)
    for (auto [rows, total] : llvm::zip_equal(thread.rows, next))
      total = SplitGroup(context, thread, tile, stage, rows, chunk,
                         std::min(kGroupChunks, plan.stageChunks - chunk))
                  .emit(total);
  return next;
}
