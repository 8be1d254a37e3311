//===- PatchFilter.cpp - The filter of a patch-resident kernel ------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each block makes the image of its filters for wgmma itself, from the filter
// as it lies in global memory, while the first patches are on their way: a
// filter that is an argument costs what a constant costs.
//
// The image holds the plan's steps one after the other, 2048 bytes each:
// [half of K][block of 8 rows][row][16 bytes]. Row `r` of block `b` is the
// output channel getPatchChannel(b, r).
//
//===----------------------------------------------------------------------===//

#include "PatchConvert.h"

#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kStepBytes = 2048;
static constexpr int64_t kHalfBytes = 1024;
static constexpr int64_t kRowBytes = 16;
/// A warp packs the 8 rows of one block.
static constexpr int64_t kRowsPerWarp = 8;
/// Weights of a row that a lane takes in straight-line code.
static constexpr int64_t kMaxUnrolled = 4;
static constexpr float kHighPartScale = 1.0f / 2048.0f;

namespace {

struct Packing {
  explicit Packing(PatchContext &context) : context(context) {}

  PatchContext &context;
  /// First weight of each row's channel, in bytes, i64; whether the channel
  /// exists.
  SmallVector<Value> rowOffsets;
  SmallVector<Value> rowExists;

  int64_t getRowWeights() const {
    return context.plan.problem.channels * context.plan.problem.getTaps();
  }
  /// Runs `visit` for each index of a row's weights that is this lane's.
  void forEachWeight(llvm::function_ref<void(Value index)> visit);
  /// The rows' weights at `index`, as they are stored; zero where the row or
  /// the weight does not exist. What straight-line code has loaded is not
  /// loaded again.
  SmallVector<Value> loadWeights(Value index);
  /// Where a weight goes: its channel and tap, and the address of its chunk's
  /// image for this warp's first row.
  struct Place {
    Value exists;
    Value channel;
    Value tap;
    Value chunk;
  };
  Place getPlace(Value index);

private:
  /// The indices of straight-line code and their weights.
  SmallVector<Value> unrolled;
  SmallVector<SmallVector<Value>> loaded;
};

} // namespace

void Packing::forEachWeight(llvm::function_ref<void(Value)> visit) {
  DeviceBuilder &b = context.builder;
  int64_t rounds = llvm::divideCeil(getRowWeights(), 32);
  if (rounds > kMaxUnrolled) {
    b.forRange(b.i32(rounds), [&](Value round) {
      visit(b.add(b.mul(round, 32), context.lane));
    });
    return;
  }
  // All loads are on their way before the first weight is used.
  if (unrolled.empty())
    for (int64_t round : llvm::seq<int64_t>(0, rounds)) {
      Value index = b.add(context.lane, round * 32);
      loaded.push_back(loadWeights(index));
      unrolled.push_back(index);
    }
  for (Value index : unrolled)
    visit(index);
}

SmallVector<Value> Packing::loadWeights(Value index) {
  auto known = llvm::find(unrolled, index);
  if (known != unrolled.end())
    return loaded[known - unrolled.begin()];
  DeviceBuilder &b = context.builder;
  int64_t bytes = context.plan.problem.getInputBytes();
  Type type = b.getIntegerType(bytes * 8);
  Value zero = arith::ConstantOp::create(b, b.getIntegerAttr(type, 0));
  // Within the row in any case.
  Value clamped = b.min(index, b.i32(getRowWeights() - 1));
  Value exists = b.compare(CmpIPredicate::ult, index, getRowWeights());
  SmallVector<Value> weights;
  for (int64_t row : llvm::seq<int64_t>(0, kRowsPerWarp)) {
    Value offset = b.add(rowOffsets[row], b.widen(b.mul(clamped, bytes)));
    Value weight = b.loadGlobal(type, context.operands.filter, offset);
    weights.push_back(b.select(b.allOf(exists, rowExists[row]), weight, zero));
  }
  return weights;
}

Packing::Place Packing::getPlace(Value index) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  int64_t taps = plan.problem.getTaps();
  Value channel = b.div(index, taps);
  Value image = b.add(context.operands.shared, plan.shared.filter);
  Value chunk = b.add(b.add(image, b.mul(b.div(channel, kPatchChunkChannels),
                                         plan.getFilterChunkBytes())),
                      b.mul(context.warp, kRowsPerWarp * kRowBytes));
  return {b.compare(CmpIPredicate::ult, index, getRowWeights()),
          b.rem(channel, kPatchChunkChannels), b.rem(index, taps), chunk};
}

/// The address of a tap in steps of two taps, the first of which is `step`.
static Value getPairAddress(DeviceBuilder &b, const Packing::Place &place,
                            int64_t step) {
  Value pair = b.mul(b.shr(place.tap, 1), kStepBytes);
  Value half = b.mul(b.bitAnd(place.tap, 1), kHalfBytes);
  Value element = b.mul(place.channel, 2);
  return b.add(b.add(place.chunk, b.add(pair, b.add(half, element))),
               step * kStepBytes);
}

static void pack16Bit(Packing &packing) {
  DeviceBuilder &b = packing.context.builder;
  packing.forEachWeight([&](Value index) {
    SmallVector<Value> weights = packing.loadWeights(index);
    Packing::Place place = packing.getPlace(index);
    Value address = getPairAddress(b, place, 0);
    b.ifThen(place.exists, [&] {
      for (auto [row, weight] : llvm::enumerate(weights))
        b.storeShared(weight, address, row * kRowBytes);
    });
  });
}

static void packTF32(Packing &packing) {
  DeviceBuilder &b = packing.context.builder;
  packing.forEachWeight([&](Value index) {
    SmallVector<Value> weights = packing.loadWeights(index);
    Packing::Place place = packing.getPlace(index);
    Value half = b.mul(b.shr(place.channel, 2), kHalfBytes);
    Value element = b.mul(b.bitAnd(place.channel, 3), 4);
    Value address = b.add(b.add(place.chunk, b.mul(place.tap, kStepBytes)),
                          b.add(half, element));
    b.ifThen(place.exists, [&] {
      for (auto [row, weight] : llvm::enumerate(weights)) {
        Value rounded = NVVM::ConvertFloatToTF32Op::create(
            b, b.getI32Type(), b.bitcast(b.getF32Type(), weight),
            NVVM::FPRoundingMode::RNA);
        b.storeShared(rounded, address, row * kRowBytes);
      }
    });
  });
}

//===----------------------------------------------------------------------===//
// Split f16
//===----------------------------------------------------------------------===//

/// Scales of the rows by their largest weights; writes their inverses to shared
/// memory, NaN for a row that f16 parts do not represent.
static SmallVector<Value> scaleRows(Packing &packing) {
  PatchContext &context = packing.context;
  DeviceBuilder &b = context.builder;
  int64_t rounds = llvm::divideCeil(packing.getRowWeights(), 32);
  SmallVector<Value> magnitudes(kRowsPerWarp, b.i32(0));
  magnitudes.append(kRowsPerWarp, b.i32(-1));
  auto reduce = [&](Value index, ValueRange carried) {
    SmallVector<Value> weights = packing.loadWeights(index);
    SmallVector<Value> next(carried);
    for (int64_t row : llvm::seq<int64_t>(0, kRowsPerWarp)) {
      Value magnitude = b.bitAnd(weights[row], 0x7fffffff);
      next[row] = b.max(carried[row], magnitude);
      next[kRowsPerWarp + row] =
          b.min(carried[kRowsPerWarp + row], b.add(magnitude, -1));
    }
    return next;
  };
  if (rounds <= kMaxUnrolled)
    packing.forEachWeight(
        [&](Value index) { magnitudes = reduce(index, magnitudes); });
  else
    magnitudes = b.forCarrying(
        b.i32(0), b.i32(rounds), 1, magnitudes,
        [&](Value round, ValueRange carried) {
          return reduce(b.add(b.mul(round, 32), context.lane), carried);
        });

  Value scales =
      b.add(b.add(context.operands.shared, context.plan.shared.filterScales),
            b.mul(context.warp, kRowsPerWarp * 4));
  SmallVector<Value> ups;
  for (int64_t row : llvm::seq<int64_t>(0, kRowsPerWarp)) {
    Value largest = b.reduceWarp(NVVM::ReduxKind::UMAX, magnitudes[row]);
    Value smallest =
        b.reduceWarp(NVVM::ReduxKind::UMIN, magnitudes[kRowsPerWarp + row]);
    SplitScale scale = getSplitScale(b, largest);
    constexpr int64_t kOne = 0x3f800000, kNaN = 0x7fc00000;
    Value isZero = b.compare(CmpIPredicate::eq, largest, 0);
    Value bits = b.select(isZero, b.i32(kOne), scale.down);
    bits =
        b.select(isBeyondSplit(b, largest, smallest, scale), b.i32(kNaN), bits);
    b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0),
             [&] { b.storeShared(bits, scales, row * 4); });
    ups.push_back(scale.up);
  }
  return ups;
}

/// The two 16-bit parts of `pair`.
static std::pair<Value, Value> unpack(DeviceBuilder &b, Value pair) {
  Type i16 = b.getI16Type();
  return {arith::TruncIOp::create(b, i16, pair),
          arith::TruncIOp::create(b, i16, b.shr(pair, 16))};
}

/// Two f16 times kHighPartScale.
static Value lowerHighParts(DeviceBuilder &b, Value pair) {
  auto f16s = VectorType::get({2}, b.getF16Type());
  APFloat value(kHighPartScale);
  bool losesInfo;
  value.convert(APFloat::IEEEhalf(), APFloat::rmNearestTiesToEven, &losesInfo);
  Value scale =
      arith::ConstantOp::create(b, DenseElementsAttr::get(f16s, value));
  return b.bitcast(b.getI32Type(),
                   arith::MulFOp::create(b, b.bitcast(f16s, pair), scale));
}

static void packSplit(Packing &packing) {
  DeviceBuilder &b = packing.context.builder;
  int64_t taps = packing.context.plan.problem.getTaps();
  SmallVector<Value> ups = scaleRows(packing);
  packing.forEachWeight([&](Value index) {
    SmallVector<Value> weights = packing.loadWeights(index);
    Packing::Place place = packing.getPlace(index);
    Value both = b.add(b.add(place.chunk, b.mul(place.tap, kStepBytes)),
                       b.mul(place.channel, 2));
    Value alone = getPairAddress(b, place, taps);
    b.ifThen(place.exists, [&] {
      for (int64_t row = 0; row < kRowsPerWarp; row += 2) {
        auto scaled = [&](int64_t row) -> Value {
          return arith::MulFOp::create(
              b, b.bitcast(b.getF32Type(), weights[row]), ups[row]);
        };
        auto [high, low] = splitF16(b, scaled(row), scaled(row + 1), 1.0f);
        auto store = [&](Value pair, Value address, int64_t offset) {
          auto [first, second] = unpack(b, pair);
          b.storeShared(first, address, offset + row * kRowBytes);
          b.storeShared(second, address, offset + (row + 1) * kRowBytes);
        };
        store(low, both, 0);
        store(lowerHighParts(b, high), both, kHalfBytes);
        store(high, alone, 0);
      }
    });
  });
}

void convoy::emitPackFilter(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  const PatchProblem &problem = context.plan.problem;
  Packing packing(context);
  int64_t rowBytes = packing.getRowWeights() * problem.getInputBytes();
  for (int64_t row : llvm::seq<int64_t>(0, kRowsPerWarp)) {
    Value channel = context.getChannel(context.warp, b.i32(row));
    Value clamped = b.min(channel, b.i32(problem.filters - 1));
    packing.rowOffsets.push_back(b.mul(b.widen(clamped), rowBytes));
    packing.rowExists.push_back(
        b.compare(CmpIPredicate::ult, channel, problem.filters));
  }
  switch (problem.products) {
  case PatchProducts::SplitF16:
    return packSplit(packing);
  case PatchProducts::TF32:
    return packTF32(packing);
  case PatchProducts::F16:
  case PatchProducts::BF16:
    return pack16Bit(packing);
  }
}
