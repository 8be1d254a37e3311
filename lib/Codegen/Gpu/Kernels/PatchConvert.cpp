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
static constexpr int64_t kWordBytes = 4;

namespace {

/// One slot's conversion by one thread. It works in words, one pixel, or two
/// of 16 bits where the patch is contiguous; its words are `thread + k * 128`
/// of each channel.
struct Conversion {
  PatchContext &context;
  Value thread;
  Value load;
  Value slot;
  Value address;

  int64_t getPixelsPerWord() const {
    return context.plan.isContiguous
               ? kWordBytes / context.plan.problem.getInputBytes()
               : 1;
  }
  Type getWordType() const {
    return context.builder.getIntegerType(8 * getPixelsPerWord() *
                                          context.plan.problem.getInputBytes());
  }
  Value getZero() const {
    return arith::ConstantOp::create(
        context.builder, context.builder.getIntegerAttr(getWordType(), 0));
  }
  /// Channels of the input that a slot can have.
  int64_t getChannels() const {
    return std::min<int64_t>(context.plan.problem.channels,
                             kPatchChunkChannels);
  }
  int64_t getWords() const {
    return context.plan.patchPixels / getPixelsPerWord();
  }
  int64_t getRounds() const { return llvm::divideCeil(getWords(), kThreads); }
  /// Null if all threads have a word in round `round`.
  Value hasWord(int64_t round) const;
  /// This thread's words of all channels in each round, zero beyond the patch.
  SmallVector<SmallVector<Value>> readWords();

private:
  /// The words of a round in which the thread has one.
  SmallVector<Value> readRound(int64_t round);
  /// The same where the slot holds rows of the input: zero outside.
  SmallVector<Value> pickRound(int64_t round);
};

} // namespace

Value Conversion::hasWord(int64_t round) const {
  int64_t rest = getWords() - round * kThreads;
  if (rest >= kThreads)
    return Value();
  return context.builder.compare(CmpIPredicate::ult, thread, rest);
}

SmallVector<Value> Conversion::readRound(int64_t round) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  if (!plan.isContiguous)
    return pickRound(round);
  Value first = b.add(address, b.mul(thread, kWordBytes));
  SmallVector<Value> values(kPatchChunkChannels, getZero());
  for (int64_t c : llvm::seq<int64_t>(0, getChannels()))
    values[c] =
        b.loadShared(getWordType(), first,
                     c * plan.rawChannelBytes + round * kThreads * kWordBytes);
  return values;
}

SmallVector<Value> Conversion::pickRound(int64_t round) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  const PatchProblem &problem = plan.problem;
  int64_t bytes = problem.getInputBytes();
  PatchRows rows =
      getPatchRows(context, context.getTile(b.div(load, plan.chunks)));
  Value pixel = b.add(thread, round * kThreads);
  Value row = b.div(pixel, plan.pitch);
  Value column = b.add(b.rem(pixel, plan.pitch), -problem.padLeft);
  // Rows of the slot; what lies above it or left of the image wraps.
  Value slotRow = b.sub(row, rows.above);
  Value exists = b.allOf(
      b.compare(CmpIPredicate::ult, slotRow, b.sub(rows.end, rows.first)),
      b.compare(CmpIPredicate::ult, column, problem.width));
  Value offset = b.mul(b.add(b.mul(slotRow, problem.width), column), bytes);
  Value place = b.add(address, b.select(exists, offset, b.i32(0)));
  Value firstChannel = b.mul(b.rem(load, plan.chunks), kPatchChunkChannels);
  SmallVector<Value> values(kPatchChunkChannels, getZero());
  for (int64_t c : llvm::seq<int64_t>(0, getChannels())) {
    Value begin = getInputOffset(context, b.add(firstChannel, c), rows.first);
    Value word = b.loadShared(getWordType(), b.add(place, b.bitAnd(begin, 15)),
                              c * plan.rawChannelBytes);
    values[c] = b.select(exists, word, getZero());
  }
  return values;
}

SmallVector<SmallVector<Value>> Conversion::readWords() {
  DeviceBuilder &b = context.builder;
  SmallVector<SmallVector<Value>> words;
  for (int64_t round : llvm::seq<int64_t>(0, getRounds())) {
    Value condition = hasWord(round);
    if (!condition) {
      words.push_back(readRound(round));
      continue;
    }
    SmallVector<Type> types(kPatchChunkChannels, getWordType());
    auto op = scf::IfOp::create(b, types, condition, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(op.thenBlock());
    scf::YieldOp::create(b, readRound(round));
    b.setInsertionPointToStart(op.elseBlock());
    scf::YieldOp::create(b, SmallVector<Value>(kPatchChunkChannels, getZero()));
    words.emplace_back(op.getResults());
  }
  return words;
}

/// Channels beyond the input's in the last chunk, and pixels that were not
/// loaded, are zeros.
static void clearAbsent(Conversion &conversion,
                        SmallVectorImpl<SmallVector<Value>> &words) {
  PatchContext &context = conversion.context;
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  const PatchProblem &problem = plan.problem;
  int64_t perWord = conversion.getPixelsPerWord();
  Value zero = conversion.getZero();
  int64_t present = problem.channels % kPatchChunkChannels;
  if (plan.chunks > 1 && present != 0) {
    Value isWhole =
        b.compare(CmpIPredicate::ult, b.rem(conversion.load, plan.chunks),
                  plan.chunks - 1);
    for (SmallVector<Value> &word : words)
      for (Value &value : MutableArrayRef<Value>(word).drop_front(present))
        value = b.select(isWhole, value, zero);
  }
  PatchTile tile = context.getTile(b.div(conversion.load, plan.chunks));
  if (plan.leadPixels > 0) {
    Value isAbsent = b.allOf(b.compare(CmpIPredicate::eq, tile.row, 0),
                             b.compare(CmpIPredicate::ult, conversion.thread,
                                       plan.leadPixels / perWord));
    for (Value &value : words[0])
      value = b.select(isAbsent, zero, value);
  }
  // Picked pixels are zeros already.
  if (plan.outputHeight % plan.tileRows == 0 || !plan.isContiguous)
    return;
  Value rows = b.sub(b.i32(problem.height), b.mul(tile.row, plan.tileRows));
  Value end =
      b.add(b.mul(rows, plan.pitch / perWord), plan.leadPixels / perWord);
  for (auto [round, word] : llvm::enumerate(words)) {
    Value index = b.add(conversion.thread, round * kThreads);
    Value isPresent = b.compare(CmpIPredicate::ult, index, end);
    for (Value &value : word)
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

/// Runs `write` for each round, where the thread has a word; the address is
/// that of its first pixel's 16 bytes in the slot's first plane.
static void
forEachRound(Conversion &conversion,
             llvm::function_ref<void(int64_t round, Value address)> write) {
  DeviceBuilder &b = conversion.context.builder;
  int64_t bytes = 16 * conversion.getPixelsPerWord();
  Value first = b.add(conversion.address, b.mul(conversion.thread, bytes));
  for (int64_t round : llvm::seq<int64_t>(0, conversion.getRounds())) {
    auto emit = [&] { write(round, b.add(first, round * kThreads * bytes)); };
    Value condition = conversion.hasWord(round);
    if (condition)
      b.ifThen(condition, emit);
    else
      emit();
  }
}

//===----------------------------------------------------------------------===//
// f16, bf16 and tf32
//===----------------------------------------------------------------------===//

/// The lower or upper 16-bit parts of two words, the first word's below.
static Value pairHalves(DeviceBuilder &b, Value first, Value second,
                        bool upper) {
  if (upper)
    return b.bitOr(b.shr(first, 16), b.bitAnd(second, 0xffff0000));
  return b.bitOr(b.bitAnd(first, 0xffff), b.shl(second, 16));
}

static void convert16Bit(Conversion &conversion) {
  DeviceBuilder &b = conversion.context.builder;
  SmallVector<SmallVector<Value>> words = conversion.readWords();
  clearAbsent(conversion, words);
  b.syncNamed(kConvertBarrier, kThreads);
  bool isPaired = conversion.getPixelsPerWord() == 2;
  forEachRound(conversion, [&](int64_t round, Value address) {
    if (!isPaired)
      return b.storeShared(packWords(b, words[round]), address);
    for (bool upper : {false, true}) {
      SmallVector<Value> pairs;
      for (int64_t c = 0; c < kPatchChunkChannels; c += 2)
        pairs.push_back(
            pairHalves(b, words[round][c], words[round][c + 1], upper));
      b.storeShared(packWords(b, pairs), address, upper ? 16 : 0);
    }
  });
}

static void convertTF32(Conversion &conversion) {
  DeviceBuilder &b = conversion.context.builder;
  SmallVector<SmallVector<Value>> pixels = conversion.readWords();
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

Value convoy::getScaleUp(DeviceBuilder &b, Value exponent) {
  Value field = b.sub(b.i32(268), b.maxSigned(exponent, kLeastExponent));
  return b.bitcast(b.getF32Type(), b.shl(field, 23));
}

SplitScale convoy::getSplitScale(DeviceBuilder &b, Value largest) {
  SplitScale scale;
  Value exponent = b.max(b.shr(largest, 23), b.i32(kLeastExponent));
  scale.exponent = exponent;
  scale.up = getScaleUp(b, exponent);
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

namespace {

/// The passes over one patch. Elements whose exponents are within
/// kPassExponents form a class, class 0 with the largest; each pass writes one
/// class, the last class first, and zeros for all other elements.
struct SplitPasses {
  Conversion &conversion;
  ArrayRef<SmallVector<Value>> pixels;
  /// Exponent field of the patch's scale.
  Value exponent;
  /// Passes besides the last, which is class 0.
  Value extra;

  /// Writes the elements of `classIndex`; of all classes if it is null.
  void write(Value classIndex);
};

} // namespace

void SplitPasses::write(Value classIndex) {
  DeviceBuilder &b = conversion.context.builder;
  Value top = exponent;
  if (classIndex)
    top = b.sub(exponent, b.mul(classIndex, kPassExponents));
  Value up = getScaleUp(b, top);
  int64_t planeBytes = conversion.context.plan.patchPixels * 16;
  auto scaled = [&](Value bits) -> Value {
    if (classIndex) {
      Value own = b.shr(b.bitAnd(bits, 0x7fffffff), 23);
      Value isMember =
          b.compare(CmpIPredicate::ult, b.sub(top, own), kPassExponents);
      bits = b.select(isMember, bits, b.i32(0));
    }
    return arith::MulFOp::create(b, b.bitcast(b.getF32Type(), bits), up);
  };
  forEachRound(conversion, [&](int64_t round, Value address) {
    SmallVector<Value> high, low;
    for (int64_t c = 0; c < kPatchChunkChannels; c += 2) {
      auto [h, l] = splitF16(b, scaled(pixels[round][c]),
                             scaled(pixels[round][c + 1]), kLowPartScale);
      high.push_back(h);
      low.push_back(l);
    }
    b.storeShared(packWords(b, high), address);
    b.storeShared(packWords(b, low), address, planeBytes);
  });
}

/// Makes what this warp has written visible to wgmma and arrives.
static void handOver(PatchContext &context, Value barrier) {
  DeviceBuilder &b = context.builder;
  b.fenceAsyncShared();
  b.syncWarp();
  b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0),
           [&] { b.arrive(barrier); });
}

/// All passes of a patch with more than one, each but the first after the math
/// warps are done with the one before.
static void writePasses(SplitPasses &passes, Value passesBefore) {
  Conversion &conversion = passes.conversion;
  PatchContext &context = conversion.context;
  DeviceBuilder &b = context.builder;
  b.forRange(b.add(passes.extra, 1), [&](Value pass) {
    Value isFirst = b.compare(CmpIPredicate::eq, pass, 0);
    b.ifThen(b.bitXor(isFirst, 1), [&] {
      Value use = b.add(b.add(passesBefore, pass), -1);
      b.waitBarrier(context.passDone(), b.bitAnd(use, 1));
    });
    passes.write(b.sub(passes.extra, pass));
    handOver(context, b.select(isFirst, context.converted(conversion.slot),
                               context.passReady()));
  });
}

/// Converts and hands over; returns how many passes besides the first there
/// have been in all, given those before.
static Value convertSplit(Conversion &conversion, Value passesBefore) {
  PatchContext &context = conversion.context;
  DeviceBuilder &b = context.builder;
  SmallVector<SmallVector<Value>> pixels = conversion.readWords();
  clearAbsent(conversion, pixels);
  auto [largest, smallest] = reduceMagnitudes(conversion, pixels);
  SplitScale scale = getSplitScale(b, largest);
  // Zeros alone: `smallest` wraps to zero.
  Value span = b.sub(scale.exponent, b.shr(b.add(smallest, 1), 23));
  Value classes = b.div(span, kPassExponents);
  Value isBeyond =
      b.anyOf(b.compare(CmpIPredicate::uge, largest, 0x7f800000),
              b.compare(CmpIPredicate::ugt, classes, kMaxExtraPasses));
  Value extra = b.select(isBeyond, b.i32(0), classes);
  b.ifThen(b.compare(CmpIPredicate::eq, conversion.thread, 0), [&] {
    Value words = context.getSlotScale(conversion.slot);
    b.storeShared(scale.down, words);
    b.storeShared(b.select(isBeyond, b.i32(kPatchBeyondSplit), extra), words,
                  4);
  });
  SplitPasses passes{conversion, pixels, scale.exponent, extra};
  b.ifThenElse(
      b.compare(CmpIPredicate::eq, extra, 0),
      [&] {
        passes.write(Value());
        handOver(context, context.converted(conversion.slot));
      },
      [&] { writePasses(passes, passesBefore); });
  return b.add(passesBefore, extra);
}

//===----------------------------------------------------------------------===//
// Role
//===----------------------------------------------------------------------===//

/// Returns the passes so far, for split products.
static Value emitConversion(Conversion &conversion, Value passesBefore) {
  PatchContext &context = conversion.context;
  PatchProducts products = context.plan.problem.products;
  if (products == PatchProducts::SplitF16)
    return convertSplit(conversion, passesBefore);
  if (products == PatchProducts::TF32)
    convertTF32(conversion);
  else
    convert16Bit(conversion);
  handOver(context, context.converted(conversion.slot));
  return passesBefore;
}

void convoy::emitConvertRole(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  Value thread =
      b.add(b.mul(b.add(context.warp, -kPatchMathWarps), 32), context.lane);
  Value loads = b.mul(context.count, context.plan.chunks);
  b.forCarrying(
      b.i32(0), loads, 1, b.i32(0), [&](Value load, ValueRange passes) {
        Value slot = context.getSlot(load);
        b.waitBarrier(context.full(slot), context.getSlotParity(load));
        Conversion conversion{context, thread, load, slot,
                              context.getSlotAddress(slot)};
        return SmallVector<Value>{emitConversion(conversion, passes[0])};
      });
}
