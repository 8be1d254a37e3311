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
  /// What the row's sums are multiplied by (bits of f32), and the magnitude
  /// below which elements are too small; i32.
  Value factor;
  Value least;
};

/// Products of some chunks of a stage with a block of rows. What is prepared
/// are the words of high parts, those of low parts, both rows' factors and
/// least magnitudes, and whether there are elements that are too small.
class SplitUnit : public PointwiseUnit {
public:
  SplitUnit(PointwiseContext &context, const PointwiseThread &thread,
            int64_t block, int64_t firstChunk, int64_t chunks)
      : context(context), b(context.builder), plan(context.plan),
        thread(thread), rows(thread.rows[block]), block(block),
        firstChunk(firstChunk), chunks(chunks) {}

  SmallVector<Value> prepare(Value stage) override;
  int64_t getNumWords() const override { return 2 * getPartWords() + 5; }
  void emit(const PointwiseTile &tile, const PointwiseStage &stage,
            ValueRange prepared, MutableArrayRef<Value> sums) override;
  void finish(ValueRange prepared, MutableArrayRef<Value> sums) override;

private:
  int64_t getPartWords() const { return chunks * kWgmmaFragmentWords; }
  RowScale findScale(ArrayRef<PointwiseElements> elements, int64_t row,
                     Value &hasSmall);
  void clearSmall(MutableArrayRef<PointwiseElements> elements,
                  ArrayRef<RowScale> scales, Value hasSmall);
  Value addSmall(const PointwiseTile &tile, const PointwiseStage &stage,
                 ValueRange least, Value total);
  Value addProducts(const PointwiseTile &tile, Value total, Value channel,
                    ArrayRef<Value> elements);

  PointwiseContext &context;
  DeviceBuilder &b;
  const PointwisePlan &plan;
  const PointwiseThread &thread;
  const PointwiseRows &rows;
  int64_t block;
  int64_t firstChunk;
  int64_t chunks;
  /// The products on their way.
  Value ownSums;
};

} // namespace

//===----------------------------------------------------------------------===//
// Scales
//===----------------------------------------------------------------------===//

RowScale SplitUnit::findScale(ArrayRef<PointwiseElements> elements, int64_t row,
                              Value &hasSmall) {
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
  scale.factor = b.select(isLarge, b.i32(kNaN), factor);
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
Value SplitUnit::addProducts(const PointwiseTile &tile, Value total,
                             Value channel, ArrayRef<Value> elements) {
  const PointwiseOperands &operands = context.operands;
  Type f32 = b.getF32Type();
  Value unit = b.f32(1.0f / getSplitFactor());
  // Computed here: places of all columns would take registers all the time.
  Value first = b.add(b.mul(b.here(tile.filterBlock), plan.tileFilters),
                      b.mul(b.here(thread.quad), 2));
  bool hasAllFilters = plan.problem.filters % plan.tileFilters == 0;
  std::array<Value, 2> scaled;
  for (int64_t row : llvm::seq<int64_t>(0, 2))
    scaled[row] = arith::MulFOp::create(b, elements[row], unit);
  Value next = total;
  for (int64_t i : llvm::seq<int64_t>(0, plan.tileFilters / 4)) {
    Value column = b.add(first, i / 2 * 8 + i % 2);
    Value filter = column;
    if (!hasAllFilters)
      filter = b.min(column, b.i32(plan.problem.filters - 1));
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

/// Adds the products of the unit's elements that are too small. All lanes of a
/// quad read the same elements, and each has columns of its own.
Value SplitUnit::addSmall(const PointwiseTile &tile,
                          const PointwiseStage &stage, ValueRange least,
                          Value total) {
  int64_t channels = plan.image.chunkChannels;
  int64_t channelBytes = plan.problem.pixels * plan.problem.getInputBytes();
  return b.forCarrying(
      b.i32(firstChunk * channels), b.i32((firstChunk + chunks) * channels), 1,
      total, [&](Value inStage, ValueRange carried) -> SmallVector<Value> {
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
          Value isSmall =
              b.allOf(b.compare(CmpIPredicate::ult, magnitude, least[row]),
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
        scf::YieldOp::create(b, addProducts(tile, carried[0], channel, small));
        b.setInsertionPointToStart(op.elseBlock());
        scf::YieldOp::create(b, carried[0]);
        return {op.getResult(0)};
      })[0];
}

/// Replaces elements that are too small by zeros.
void SplitUnit::clearSmall(MutableArrayRef<PointwiseElements> elements,
                           ArrayRef<RowScale> scales, Value hasSmall) {
  SmallVector<Value> all, cleared;
  for (const PointwiseElements &half : elements)
    for (int64_t row : llvm::seq<int64_t>(0, 2))
      llvm::append_range(all, half[row]);
  auto op = scf::IfOp::create(b, TypeRange(ValueRange(all)), hasSmall,
                              /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(op.thenBlock());
    for (const PointwiseElements &half : elements)
      for (int64_t row : llvm::seq<int64_t>(0, 2))
        for (Value element : half[row]) {
          Value magnitude = b.bitAnd(element, 0x7fffffff);
          Value isSmall =
              b.compare(CmpIPredicate::ult, magnitude, scales[row].least);
          cleared.push_back(b.select(isSmall, b.i32(0), element));
        }
    scf::YieldOp::create(b, cleared);
    b.setInsertionPointToStart(op.elseBlock());
    scf::YieldOp::create(b, all);
  }
  int64_t place = 0;
  for (PointwiseElements &half : elements)
    for (int64_t row : llvm::seq<int64_t>(0, 2))
      for (Value &element : half[row])
        element = op.getResult(place++);
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

SmallVector<Value> SplitUnit::prepare(Value stage) {
  SmallVector<PointwiseElements> elements;
  for (int64_t chunk : llvm::seq(firstChunk, firstChunk + chunks))
    for (int64_t half : llvm::seq<int64_t>(0, 2))
      elements.push_back(
          loadElements(context, thread, stage, rows, chunk, half));
  Value hasSmall;
  SmallVector<RowScale> scales;
  for (int64_t row : llvm::seq<int64_t>(0, 2))
    scales.push_back(findScale(elements, row, hasSmall));
  hasSmall = b.anyLane(hasSmall);
  clearSmall(elements, scales, hasSmall);
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
  SmallVector<Value> prepared(high);
  llvm::append_range(prepared, low);
  prepared.append({scales[0].factor, scales[1].factor, scales[0].least,
                   scales[1].least,
                   arith::ExtUIOp::create(b, b.getI32Type(), hasSmall)});
  return prepared;
}

void SplitUnit::emit(const PointwiseTile &tile, const PointwiseStage &stage,
                     ValueRange prepared, MutableArrayRef<Value> sums) {
  // Copies: the next unit's take the place of what was prepared while these are
  // read.
  SmallVector<Value> words;
  for (Value word : prepared.take_front(2 * getPartWords()))
    words.push_back(b.bitOr(word, thread.zero));
  words = b.pin(words);
  ArrayRef<Value> all = words;
  ArrayRef<Value> high = all.take_front(getPartWords());
  ArrayRef<Value> low = all.drop_front(getPartWords());
  ValueRange least = prepared.drop_front(2 * getPartWords() + 2).take_front(2);
  Value hasSmall = b.compare(CmpIPredicate::ne, prepared.back(), 0);
  auto op = scf::IfOp::create(b, TypeRange{sums[block].getType()}, hasSmall,
                              /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(op.thenBlock());
    scf::YieldOp::create(b, addSmall(tile, stage, least, sums[block]));
    b.setInsertionPointToStart(op.elseBlock());
    scf::YieldOp::create(b, sums[block]);
  }
  sums[block] = op.getResult(0);
  ownSums = LLVM::UndefOp::create(b, sums[block].getType());
  bool isFirst = true;
  NVVM::WgmmaFenceAlignedOp::create(b);
  for (int64_t chunk : llvm::seq<int64_t>(0, chunks))
    for (auto [i, step] : llvm::enumerate(plan.image.steps)) {
      bool isLow = step.first.part == FilterPart::LoweredHigh;
      ValueRange fragment =
          (isLow ? low : high)
              .slice(chunk * kWgmmaFragmentWords, kWgmmaFragmentWords);
      ownSums = emitWgmmaFromRegisters(
          b, plan.problem.products, plan.tileFilters, ownSums, fragment,
          getFilterDescriptor(context, stage, firstChunk + chunk, i),
          b.i32(!isFirst));
      isFirst = false;
    }
  NVVM::WgmmaGroupSyncAlignedOp::create(b);
}

void SplitUnit::finish(ValueRange prepared, MutableArrayRef<Value> sums) {
  ValueRange factors = prepared.drop_front(2 * getPartWords()).take_front(2);
  std::array<Value, 2> scales;
  for (int64_t row : llvm::seq<int64_t>(0, 2))
    scales[row] = b.bitcast(b.getF32Type(), factors[row]);
  Value &total = sums[block];
  Value next = total;
  for (int64_t i : llvm::seq<int64_t>(0, plan.getAccumulators())) {
    Value sum = LLVM::ExtractValueOp::create(b, ownSums, i);
    Value before = LLVM::ExtractValueOp::create(b, total, i);
    Value after = LLVM::FMAOp::create(b, sum, scales[i / 2 % 2], before);
    next = LLVM::InsertValueOp::create(b, next, after, i);
  }
  total = next;
}

std::vector<std::unique_ptr<PointwiseUnit>>
convoy::makeSplitUnits(PointwiseContext &context,
                       const PointwiseThread &thread) {
  const PointwisePlan &plan = context.plan;
  std::vector<std::unique_ptr<PointwiseUnit>> units;
  for (int64_t chunk = 0; chunk < plan.stageChunks; chunk += kGroupChunks)
    for (int64_t block : llvm::seq<int64_t>(0, plan.rowBlocks))
      units.push_back(std::make_unique<SplitUnit>(
          context, thread, block, chunk,
          std::min(kGroupChunks, plan.stageChunks - chunk)));
  return units;
}
