//===- PatchPasses.cpp - Conversion to split products ---------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The four warps agree on a slot's scale through shared memory; that barrier
// also keeps them from writing what others still read.
//
//===----------------------------------------------------------------------===//

#include "PatchPasses.h"
#include "KernelBarriers.h"

#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

/// Bits of the largest magnitude of the slot, and of the smallest that is not
/// zero, minus one; all ones if all are zero. As integers, magnitudes compare
/// as the numbers do, with infinities and NaNs above all.
static std::pair<Value, Value> reduceMagnitudes(PatchConversion &conversion,
                                                ArrayRef<PatchWord> words) {
  PatchContext &context = conversion.context;
  DeviceBuilder &b = context.builder;
  Value largest = b.i32(0), smallest = b.i32(-1);
  for (const PatchWord &word : words)
    for (Value bits : word.channels) {
      Value magnitude = b.bitAnd(bits, 0x7fffffff);
      largest = b.max(largest, magnitude);
      smallest = b.min(smallest, b.add(magnitude, -1));
    }
  largest = b.reduceWarp(NVVM::ReduxKind::UMAX, largest);
  smallest = b.reduceWarp(NVVM::ReduxKind::UMIN, smallest);

  constexpr int64_t warpsBytes = kPatchConvertWarps * 4;
  Value results =
      b.add(b.add(context.operands.shared, context.plan.shared.reductions),
            b.mul(b.bitAnd(conversion.load, 1), 2 * warpsBytes));
  b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0), [&] {
    Value word =
        b.add(results, b.mul(b.add(context.warp, -kPatchMathWarps), 4));
    b.storeShared(largest, word);
    b.storeShared(smallest, word, warpsBytes);
  });
  b.syncNamed(kPatchConvertBarrier, kPatchConvertWarps * 32);
  auto vector = VectorType::get({kPatchConvertWarps}, b.getI32Type());
  Value allLargest = b.loadShared(vector, results);
  Value allSmallest = b.loadShared(vector, results, warpsBytes);
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

namespace {

/// The passes over one patch. Elements whose exponents are within
/// kPassExponents form a class, class 0 with the largest; each pass writes one
/// class, the last class first, and zeros for all other elements.
struct SplitPasses {
  PatchConversion &conversion;
  ArrayRef<PatchWord> words;
  /// Exponent field of the patch's scale.
  Value exponent;
  /// Passes besides the last, which is class 0.
  Value extra;

  /// Writes the elements of `classIndex`; of all classes if it is null.
  void write(Value classIndex);

private:
  /// Where taps are paired: a pixel is the first half of its own place, and the
  /// second half of the place of the pixel before, by the dilation.
  void writePair(const PatchWord &word, Value address, ValueRange high,
                 ValueRange low);
};

} // namespace

void SplitPasses::writePair(const PatchWord &word, Value address,
                            ValueRange high, ValueRange low) {
  DeviceBuilder &b = conversion.context.builder;
  const PatchPlan &plan = conversion.context.plan;
  constexpr int64_t kHalf = kPatchPairedChannels * 2;
  int64_t planeBytes = conversion.getPlaneBytes();
  int64_t distance = plan.problem.dilationWidth;
  auto write = [&](ValueRange high, ValueRange low, int64_t offset) {
    b.storeShared(b.makeVector(high), address, offset);
    b.storeShared(b.makeVector(low), address, offset + planeBytes);
  };
  write(high, low, 0);
  Value index = conversion.getIndex(word);
  b.ifThen(b.compare(CmpIPredicate::uge, index, distance),
           [&] { write(high, low, kHalf - distance * 16); });
  // No pixel comes after the last ones.
  b.ifThen(b.compare(CmpIPredicate::uge, index, plan.patchPixels - distance),
           [&] {
             SmallVector<Value> zeros(high.size(), b.i32(0));
             write(zeros, zeros, kHalf);
           });
}

void SplitPasses::write(Value classIndex) {
  DeviceBuilder &b = conversion.context.builder;
  Value top = exponent;
  if (classIndex)
    top = b.sub(exponent, b.mul(classIndex, kPassExponents));
  Value up = getScaleUp(b, top);
  int64_t planeBytes = conversion.getPlaneBytes();
  auto scaled = [&](Value bits) -> Value {
    if (classIndex) {
      Value own = b.shr(b.bitAnd(bits, 0x7fffffff), 23);
      Value isMember =
          b.compare(CmpIPredicate::ult, b.sub(top, own), kPassExponents);
      bits = b.select(isMember, bits, b.i32(0));
    }
    return arith::MulFOp::create(b, b.bitcast(b.getF32Type(), bits), up);
  };
  bool isPaired = conversion.context.plan.pairsTaps;
  int64_t channels = isPaired ? kPatchPairedChannels : kPatchUnitChannels;
  conversion.forEachWord(words, [&](const PatchWord &word, Value address) {
    SmallVector<Value> high, low;
    for (int64_t c = 0; c < channels; c += 2) {
      auto [h, l] = splitF16(b, scaled(word.channels[c]),
                             scaled(word.channels[c + 1]), kLowPartScale);
      high.push_back(h);
      low.push_back(l);
    }
    if (isPaired)
      return writePair(word, address, high, low);
    b.storeShared(b.makeVector(high), address);
    b.storeShared(b.makeVector(low), address, planeBytes);
  });
}

void convoy::handOver(PatchContext &context, Value barrier) {
  DeviceBuilder &b = context.builder;
  b.fenceAsyncShared();
  b.syncWarp();
  b.ifThen(b.compare(CmpIPredicate::eq, context.lane, 0),
           [&] { b.arrive(barrier); });
}

Value convoy::getRewrites(PatchContext &context, Value extra) {
  DeviceBuilder &b = context.builder;
  int64_t blocks = context.plan.residentBlocks;
  if (blocks == 1)
    return extra;
  Value all = b.add(b.mul(b.add(extra, 1), blocks), -1);
  return b.select(b.compare(CmpIPredicate::eq, extra, 0), extra, all);
}

/// All passes of a slot with more than one, for each block of filters, each but
/// the first after the math warps are done with the one before.
static void writePasses(SplitPasses &passes, Value rewritesBefore) {
  PatchConversion &conversion = passes.conversion;
  PatchContext &context = conversion.context;
  DeviceBuilder &b = context.builder;
  Value perBlock = b.add(passes.extra, 1);
  b.forRange(b.i32(context.plan.residentBlocks), [&](Value block) {
    b.forRange(perBlock, [&](Value pass) {
      Value index = b.add(b.mul(block, perBlock), pass);
      Value isFirst = b.compare(CmpIPredicate::eq, index, 0);
      b.ifThen(b.bitXor(isFirst, 1), [&] {
        Value use = b.add(b.add(rewritesBefore, index), -1);
        b.waitBarrier(context.passDone(), b.bitAnd(use, 1));
      });
      passes.write(b.sub(passes.extra, pass));
      handOver(context, b.select(isFirst, context.converted(conversion.slot),
                                 context.passReady()));
    });
  });
}

Value convoy::convertSplit(PatchConversion &conversion, Value rewritesBefore) {
  PatchContext &context = conversion.context;
  DeviceBuilder &b = context.builder;
  SmallVector<PatchWord> words = conversion.readWords();
  auto [largest, smallest] = reduceMagnitudes(conversion, words);
  SplitScale scale = getSplitScale(b, largest);
  // Zeros alone: `smallest` wraps to zero.
  Value span = b.sub(scale.exponent, b.shr(b.add(smallest, 1), 23));
  Value classes = b.div(span, kPassExponents);
  Value isBeyond =
      b.anyOf(b.compare(CmpIPredicate::uge, largest, 0x7f800000),
              b.compare(CmpIPredicate::ugt, classes, kMaxExtraPasses));
  Value extra = b.select(isBeyond, b.i32(0), classes);
  b.ifThen(b.compare(CmpIPredicate::eq, conversion.thread, 0), [&] {
    Value address = context.getSlotScale(conversion.slot);
    b.storeShared(scale.down, address);
    b.storeShared(b.select(isBeyond, b.i32(kPatchBeyondSplit), extra), address,
                  4);
  });
  SplitPasses passes{conversion, words, scale.exponent, extra};
  b.ifThenElse(
      b.compare(CmpIPredicate::eq, extra, 0),
      [&] {
        passes.write(Value());
        handOver(context, context.converted(conversion.slot));
      },
      [&] { writePasses(passes, rewritesBefore); });
  return b.add(rewritesBefore, getRewrites(context, extra));
}
