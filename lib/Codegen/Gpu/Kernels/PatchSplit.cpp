//===- PatchSplit.cpp - Splitting f32 into f16 parts ----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the conversion of patches and the packing of filters share.
//
//===----------------------------------------------------------------------===//

#include "PatchSplit.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

std::pair<Value, Value> convoy::splitF16(DeviceBuilder &b, Value first,
                                         Value second, float lowScale) {
  auto f32s = VectorType::get({2}, b.getF32Type());
  auto f16s = VectorType::get({2}, b.getF16Type());
  Value pair = b.makeVector({first, second});
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

Value convoy::lowerHighParts(DeviceBuilder &b, Value pair) {
  auto f16s = VectorType::get({2}, b.getF16Type());
  APFloat factor(APFloat::IEEEhalf(), "0x1p-11");
  Value scale =
      arith::ConstantOp::create(b, DenseElementsAttr::get(f16s, factor));
  return b.bitcast(b.getI32Type(),
                   arith::MulFOp::create(b, b.bitcast(f16s, pair), scale));
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
  Value isInfinite = b.compare(CmpIPredicate::uge, largest, kInfinity);
  Value least = b.shr(b.add(smallest, 1), 23);
  Value span = b.sub(scale.exponent, least);
  // Without a value other than zero `smallest` wraps to zero, and so does the
  // span's end; such a patch is exact.
  Value isWide = b.allOf(b.compare(CmpIPredicate::sgt, span, kMaxSpan),
                         b.compare(CmpIPredicate::ne, smallest, -1));
  return b.anyOf(isInfinite, isWide);
}

Value convoy::roundToTF32(DeviceBuilder &b, Value bits) {
  constexpr int64_t kHalfUlp = 0x1000, kFractionBelow = 0x1fff;
  // From here on finite numbers would round to infinity: they lose the bits
  // below instead. A sum makes NaNs quiet, which are NaNs without these bits.
  constexpr float kLeastSpecial = 0x1.ffep127f;
  Value number = b.bitcast(b.getF32Type(), bits);
  Value isOrdinary = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT,
                                           LLVM::FAbsOp::create(b, number),
                                           b.f32(kLeastSpecial));
  Value special =
      b.bitcast(b.getI32Type(), arith::AddFOp::create(b, number, b.f32(0)));
  Value rounded = b.select(isOrdinary, b.add(bits, kHalfUlp), special);
  return b.bitAnd(rounded, ~kFractionBelow);
}
