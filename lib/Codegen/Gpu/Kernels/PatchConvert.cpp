//===- PatchConvert.cpp - Conversion of patches for wgmma -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Four warps turn a slot, in place, from [channel][pixel] as it lies in global
// memory into planes of [pixel][16 bytes], what wgmma reads without swizzling,
// for each unit of 8 channels:
//
//   split f16   high parts of 8 channels, then low parts times 2^11
//   tf32        channels 0-3, then channels 4-7
//   f16, bf16   8 channels
//
//===----------------------------------------------------------------------===//

#include "PatchPasses.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

/// The lower or upper 16-bit parts of two words, the first word's below.
static Value pairHalves(DeviceBuilder &b, Value first, Value second,
                        bool upper) {
  if (upper)
    return b.bitOr(b.shr(first, 16), b.bitAnd(second, 0xffff0000));
  return b.bitOr(b.bitAnd(first, 0xffff), b.shl(second, 16));
}

static void convert16Bit(PatchConversion &conversion) {
  DeviceBuilder &b = conversion.context.builder;
  SmallVector<PatchWord> words = conversion.readWords();
  conversion.syncReaders();
  bool isPaired = conversion.getPixelsPerWord() == 2;
  conversion.forEachWord(words, [&](const PatchWord &word, Value address) {
    if (!isPaired)
      return b.storeShared(b.makeVector(word.channels), address);
    for (bool upper : {false, true}) {
      SmallVector<Value> pairs;
      for (int64_t c = 0; c < kPatchUnitChannels; c += 2)
        pairs.push_back(
            pairHalves(b, word.channels[c], word.channels[c + 1], upper));
      b.storeShared(b.makeVector(pairs), address, upper ? 16 : 0);
    }
  });
}

static void convertTF32(PatchConversion &conversion) {
  DeviceBuilder &b = conversion.context.builder;
  SmallVector<PatchWord> words = conversion.readWords();
  conversion.syncReaders();
  conversion.forEachWord(words, [&](const PatchWord &word, Value address) {
    SmallVector<Value> rounded;
    for (Value bits : word.channels)
      rounded.push_back(roundToTF32(b, bits));
    b.storeShared(b.makeVector(ArrayRef<Value>(rounded).take_front(4)),
                  address);
    b.storeShared(b.makeVector(ArrayRef<Value>(rounded).drop_front(4)), address,
                  conversion.getPlaneBytes());
  });
}

/// Returns how often slots have been written again, for split products.
static Value emitConversion(PatchConversion &conversion, Value rewritesBefore) {
  PatchContext &context = conversion.context;
  PatchProducts products = context.plan.problem.products;
  if (products == PatchProducts::SplitF16)
    return convertSplit(conversion, rewritesBefore);
  if (products == PatchProducts::TF32)
    convertTF32(conversion);
  else
    convert16Bit(conversion);
  handOver(context, context.converted(conversion.slot));
  return rewritesBefore;
}

void convoy::emitConvertRole(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  Value loads = b.mul(context.count, context.plan.chunks);
  syncStart(context);
  b.forCarrying(
      b.i32(0), loads, 1, b.i32(0), [&](Value load, ValueRange rewrites) {
        Value slot = context.getSlot(load);
        b.waitBarrier(context.full(slot), context.getSlotParity(load));
        PatchConversion conversion(context, load, slot);
        return SmallVector<Value>{emitConversion(conversion, rewrites[0])};
      });
}
