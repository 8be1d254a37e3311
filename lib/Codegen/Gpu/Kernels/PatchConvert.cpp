//===- PatchConvert.cpp - Conversion of patches for wgmma -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Four warps turn a slot, in place, from [channel][pixel] as it lies in global
// memory into planes of [pixel][16 bytes], what wgmma reads without swizzling:
//
//   split f16   high parts of 8 channels, then low parts times 2^11
//   tf32        channels 0-3, then channels 4-7
//   f16, bf16   8 channels
//
// All elements are in registers before the first is written.
//
//===----------------------------------------------------------------------===//

#include "PatchConvert.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kThreads = kPatchConvertWarps * 32;
/// Of the converting warps; the math warps have their own.
static constexpr int64_t kConvertBarrier = 1;
/// What the low parts are scaled by, so that they use all of f16's range.
static constexpr float kLowPartScale = 2048.0f;

namespace {

/// One slot's conversion by one thread, whose pixels are `thread + k * 128`.
struct Conversion {
  PatchContext &context;
  Value thread;
  Value load;
  Value slot;
  Value address;

  int64_t getRounds() const {
    return llvm::divideCeil(context.plan.patchPixels, kThreads);
  }
  /// Null if all threads have a pixel in round `round`.
  Value hasPixel(int64_t round) const;
  /// Bits of the channels of this thread's pixel of each round, zero beyond the
  /// patch.
  SmallVector<SmallVector<Value>> readPixels();
};

} // namespace

Value Conversion::hasPixel(int64_t round) const {
  int64_t rest = context.plan.patchPixels - round * kThreads;
  if (rest >= kThreads)
    return Value();
  return context.builder.compare(CmpIPredicate::ult, thread, rest);
}

SmallVector<SmallVector<Value>> Conversion::readPixels() {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  int64_t bytes = plan.problem.getInputBytes();
  Type type = b.getIntegerType(bytes * 8);
  Value zero = arith::ConstantOp::create(b, b.getIntegerAttr(type, 0));
  Value first = b.add(address, b.mul(thread, bytes));
  int64_t channels =
      std::min<int64_t>(plan.problem.channels, kPatchChunkChannels);
  SmallVector<SmallVector<Value>> pixels;
  for (int64_t round : llvm::seq<int64_t>(0, getRounds())) {
    auto read = [&] {
      SmallVector<Value> values(kPatchChunkChannels, zero);
      for (int64_t c : llvm::seq<int64_t>(0, channels))
        values[c] = b.loadShared(
            type, first, c * plan.rawChannelBytes + round * kThreads * bytes);
      return values;
    };
    Value condition = hasPixel(round);
    if (!condition) {
      pixels.push_back(read());
      continue;
    }
    SmallVector<Type> types(kPatchChunkChannels, type);
    auto op = scf::IfOp::create(b, types, condition, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(op.thenBlock());
    scf::YieldOp::create(b, read());
    b.setInsertionPointToStart(op.elseBlock());
    scf::YieldOp::create(b, SmallVector<Value>(kPatchChunkChannels, zero));
    pixels.emplace_back(op.getResults());
  }
  return pixels;
}

/// Channels beyond the input's in the last chunk, and pixels that were not
/// loaded, are zeros.
static void clearAbsent(Conversion &conversion,
                        SmallVectorImpl<SmallVector<Value>> &pixels) {
  PatchContext &context = conversion.context;
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  const PatchProblem &problem = plan.problem;
  Type type = pixels[0][0].getType();
  Value zero = arith::ConstantOp::create(b, b.getIntegerAttr(type, 0));
  int64_t present = problem.channels % kPatchChunkChannels;
  if (plan.chunks > 1 && present != 0) {
    Value isWhole =
        b.compare(CmpIPredicate::ult, b.rem(conversion.load, plan.chunks),
                  plan.chunks - 1);
    for (SmallVector<Value> &pixel : pixels)
      for (Value &value : MutableArrayRef<Value>(pixel).drop_front(present))
        value = b.select(isWhole, value, zero);
  }
  PatchTile tile = context.getTile(b.div(conversion.load, plan.chunks));
  if (plan.leadPixels > 0) {
    Value isAbsent = b.allOf(
        b.compare(CmpIPredicate::eq, tile.row, 0),
        b.compare(CmpIPredicate::ult, conversion.thread, plan.leadPixels));
    for (Value &value : pixels[0])
      value = b.select(isAbsent, zero, value);
  }
  if (plan.outputHeight % plan.tileRows == 0)
    return;
  Value rows = b.sub(b.i32(problem.height), b.mul(tile.row, plan.tileRows));
  Value end = b.add(b.mul(rows, plan.pitch), plan.leadPixels);
  for (auto [round, pixel] : llvm::enumerate(pixels)) {
    Value index = b.add(conversion.thread, round * kThreads);
    Value isPresent = b.compare(CmpIPredicate::ult, index, end);
    for (Value &value : pixel)
      value = b.select(isPresent, value, zero);
  }
}

static Value packWords(DeviceBuilder &b, ArrayRef<Value> words) {
  auto type =
      VectorType::get({static_cast<int64_t>(words.size())}, words[0].getType());
  Value vector = LLVM::UndefOp::create(b, type);
  for (auto [i, word] : llvm::enumerate(words))
    vector = LLVM::InsertElementOp::create(b, vector, word, b.i32(i));
  return vector;
}

/// Runs `write` for each round, where the thread has a pixel; the address is
/// that of the pixel's 16 bytes in the slot's first plane.
static void
forEachRound(Conversion &conversion,
             llvm::function_ref<void(int64_t round, Value address)> write) {
  DeviceBuilder &b = conversion.context.builder;
  Value first = b.add(conversion.address, b.mul(conversion.thread, 16));
  for (int64_t round : llvm::seq<int64_t>(0, conversion.getRounds())) {
    auto emit = [&] { write(round, b.add(first, round * kThreads * 16)); };
    Value condition = conversion.hasPixel(round);
    if (condition)
      b.ifThen(condition, emit);
    else
      emit();
  }
}

//===----------------------------------------------------------------------===//
// f16, bf16 and tf32
//===----------------------------------------------------------------------===//

static void convert16Bit(Conversion &conversion) {
  DeviceBuilder &b = conversion.context.builder;
  SmallVector<SmallVector<Value>> pixels = conversion.readPixels();
  clearAbsent(conversion, pixels);
  b.syncNamed(kConvertBarrier, kThreads);
  forEachRound(conversion, [&](int64_t round, Value address) {
    b.storeShared(packWords(b, pixels[round]), address);
  });
}

static void convertTF32(Conversion &conversion) {
  DeviceBuilder &b = conversion.context.builder;
  SmallVector<SmallVector<Value>> pixels = conversion.readPixels();
  clearAbsent(conversion, pixels);
  b.syncNamed(kConvertBarrier, kThreads);
  int64_t planeBytes = conversion.context.plan.patchPixels * 16;
  forEachRound(conversion, [&](int64_t round, Value address) {
    SmallVector<Value> words;
    for (Value bits : pixels[round])
      words.push_back(NVVM::ConvertFloatToTF32Op::create(
          b, b.getI32Type(), b.bitcast(b.getF32Type(), bits),
          NVVM::FPRoundingMode::RNA));
    b.storeShared(packWords(b, ArrayRef<Value>(words).take_front(4)), address);
    b.storeShared(packWords(b, ArrayRef<Value>(words).drop_front(4)), address,
                  planeBytes);
  });
}

//===----------------------------------------------------------------------===//
// Split f16
//===----------------------------------------------------------------------===//

/// Bits of the largest magnitude of the patch, and of the smallest that is not
/// zero, minus one; all ones if all are zero. As integers, magnitudes compare
/// as the numbers do, with infinities and NaNs above all.
static std::pair<Value, Value>
reduceMagnitudes(Conversion &conversion, ArrayRef<SmallVector<Value>> pixels) {
  PatchContext &context = conversion.context;
  DeviceBuilder &b = context.builder;
  Value largest = b.i32(0), smallest = b.i32(-1);
  for (ArrayRef<Value> pixel : pixels)
    for (Value bits : pixel) {
      Value magnitude = b.bitAnd(bits, 0x7fffffff);
      largest = b.max(largest, magnitude);
      smallest = b.min(smallest, b.add(magnitude, -1));
    }
  largest = b.reduceWarp(NVVM::ReduxKind::UMAX, largest);
  smallest = b.reduceWarp(NVVM::ReduxKind::UMIN, smallest);

  constexpr int64_t warpsBytes = kPatchConvertWarps * 4;
  Value words =
      b.add(b.add(context.operands.shared, context.plan.shared.reductions),
            b.mul(b.bitAnd(conversion.load, 1), 2 * warpsBytes));
  b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0), [&] {
    Value word = b.add(words, b.mul(b.add(context.warp, -kPatchMathWarps), 4));
    b.storeShared(largest, word);
    b.storeShared(smallest, word, warpsBytes);
  });
  b.syncNamed(kConvertBarrier, kThreads);
  auto vector = VectorType::get({kPatchConvertWarps}, b.getI32Type());
  Value allLargest = b.loadShared(vector, words);
  Value allSmallest = b.loadShared(vector, words, warpsBytes);
  auto at = [&](Value words, int64_t i) -> Value {
    return LLVM::ExtractElementOp::create(b, words, b.i32(i));
  };
  largest = at(allLargest, 0);
  smallest = at(allSmallest, 0);
  for (int64_t i : llvm::seq<int64_t>(1, kPatchConvertWarps)) {
    largest = b.max(largest, at(allLargest, i));
    smallest = b.min(smallest, at(allSmallest, i));
  }
  return {largest, smallest};
}

std::pair<Value, Value> convoy::splitF16(DeviceBuilder &b, Value first,
                                         Value second, float lowScale) {
  auto f32s = VectorType::get({2}, b.getF32Type());
  auto f16s = VectorType::get({2}, b.getF16Type());
  Value pair = packWords(b, {first, second});
  Value high = arith::TruncFOp::create(b, f16s, pair);
  Value rest =
      arith::SubFOp::create(b, pair, arith::ExtFOp::create(b, f32s, high));
  if (lowScale != 1.0f) {
    Value scale =
        arith::ConstantOp::create(b, DenseElementsAttr::get(f32s, lowScale));
    rest = arith::MulFOp::create(b, rest, scale);
  }
  Value low = arith::TruncFOp::create(b, f16s, rest);
  return {b.bitcast(b.getI32Type(), high), b.bitcast(b.getI32Type(), low)};
}

SplitScale convoy::getSplitScale(DeviceBuilder &b, Value largest) {
  // Exponent fields: below this the scale's own would overflow, and what is
  // smaller is represented all the same.
  constexpr int64_t kLeastExponent = 15;
  SplitScale scale;
  Value exponent = b.max(b.shr(largest, 23), b.i32(kLeastExponent));
  scale.exponent = exponent;
  scale.up = b.bitcast(b.getF32Type(), b.shl(b.sub(b.i32(268), exponent), 23));
  scale.down = b.shl(b.add(exponent, -14), 23);
  return scale;
}

Value convoy::isBeyondSplit(DeviceBuilder &b, Value largest, Value smallest,
                            const SplitScale &scale) {
  constexpr int64_t kInfinity = 0x7f800000;
  constexpr int64_t kMaxSpan = 27;
  Value isInfinite = b.compare(CmpIPredicate::uge, largest, kInfinity);
  Value least = b.shr(b.add(smallest, 1), 23);
  Value span = b.sub(scale.exponent, least);
  // Without a value other than zero `smallest` wraps to zero, and so does the
  // span's end; such a patch is exact.
  Value isWide = b.allOf(b.compare(CmpIPredicate::sgt, span, kMaxSpan),
                         b.compare(CmpIPredicate::ne, smallest, -1));
  return b.anyOf(isInfinite, isWide);
}

static void convertSplit(Conversion &conversion) {
  PatchContext &context = conversion.context;
  DeviceBuilder &b = context.builder;
  SmallVector<SmallVector<Value>> pixels = conversion.readPixels();
  clearAbsent(conversion, pixels);
  auto [largest, smallest] = reduceMagnitudes(conversion, pixels);
  SplitScale scale = getSplitScale(b, largest);
  Value isBeyond = isBeyondSplit(b, largest, smallest, scale);
  b.ifThen(b.compare(CmpIPredicate::eq, conversion.thread, 0), [&] {
    Value words = context.getSlotScale(conversion.slot);
    b.storeShared(scale.down, words);
    b.storeShared(b.createOrFold<arith::ExtUIOp>(b.getI32Type(), isBeyond),
                  words, 4);
  });
  int64_t planeBytes = context.plan.patchPixels * 16;
  forEachRound(conversion, [&](int64_t round, Value address) {
    SmallVector<Value> high, low;
    for (int64_t c = 0; c < kPatchChunkChannels; c += 2) {
      auto scaled = [&](int64_t channel) -> Value {
        Value x = b.bitcast(b.getF32Type(), pixels[round][channel]);
        return arith::MulFOp::create(b, x, scale.up);
      };
      auto [h, l] = splitF16(b, scaled(c), scaled(c + 1), kLowPartScale);
      high.push_back(h);
      low.push_back(l);
    }
    b.storeShared(packWords(b, high), address);
    b.storeShared(packWords(b, low), address, planeBytes);
  });
}

//===----------------------------------------------------------------------===//
// Role
//===----------------------------------------------------------------------===//

static void emitConversion(Conversion &conversion) {
  switch (conversion.context.plan.problem.products) {
  case PatchProducts::SplitF16:
    return convertSplit(conversion);
  case PatchProducts::TF32:
    return convertTF32(conversion);
  case PatchProducts::F16:
  case PatchProducts::BF16:
    return convert16Bit(conversion);
  }
}

void convoy::emitConvertRole(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  Value thread =
      b.add(b.mul(b.add(context.warp, -kPatchMathWarps), 32), context.lane);
  Value loads = b.mul(context.count, context.plan.chunks);
  b.forRange(loads, [&](Value load) {
    Value slot = context.getSlot(load);
    b.waitBarrier(context.full(slot), context.getSlotParity(load));
    Conversion conversion{context, thread, load, slot,
                          context.getSlotAddress(slot)};
    emitConversion(conversion);
    b.fenceAsyncShared();
    b.syncWarp();
    b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0),
             [&] { b.arrive(context.converted(slot)); });
  });
}
