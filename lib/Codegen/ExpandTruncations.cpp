//===- ExpandTruncations.cpp - From f64 to 16 bits in one rounding --------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// No x86-64 instruction rounds f64 to 16 bits, and the function that LLVM calls
// for it is not in every libgcc. Going through f32 rounds twice, unless the
// first rounding is to odd: then what it cut off still decides the second. What
// LLVM would compute in f32 and round twice goes the same way.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYEXPANDTRUNCATIONS
#include "Convoy/Codegen/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;

/// `type`, a scalar or a shaped type, with elements of type `element`.
static Type withElement(Type type, Type element) {
  if (auto shaped = dyn_cast<ShapedType>(type))
    return shaped.clone(element);
  return element;
}

static Value createConstant(OpBuilder &builder, Location loc, Type type,
                            int32_t value) {
  TypedAttr attr = builder.getI32IntegerAttr(value);
  if (auto shaped = dyn_cast<ShapedType>(type))
    attr = DenseElementsAttr::get(shaped, attr);
  return arith::ConstantOp::create(builder, loc, type, attr);
}

/// `wide` in f32: itself where that is exact, else of its two neighbours the
/// one whose last bit is set.
static Value roundToOdd(OpBuilder &builder, Location loc, Value wide) {
  Type f32 = withElement(wide.getType(), builder.getF32Type());
  Type i32 = withElement(wide.getType(), builder.getI32Type());
  Value nearest = arith::TruncFOp::create(builder, loc, f32, wide);
  Value back = arith::ExtFOp::create(builder, loc, wide.getType(), nearest);
  // False for NaNs, which stay as they are.
  Value inexact = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::ONE,
                                        back, wide);
  Value magnitude = math::AbsFOp::create(builder, loc, wide);
  Value backMagnitude = math::AbsFOp::create(builder, loc, back);
  Value away = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OGT,
                                     backMagnitude, magnitude);
  Value bits = arith::BitcastOp::create(builder, loc, i32, nearest);
  Value one = createConstant(builder, loc, i32, 1);
  Value closer = arith::SubIOp::create(builder, loc, bits, one);
  Value toZero = arith::SelectOp::create(builder, loc, away, closer, bits);
  Value odd = arith::OrIOp::create(builder, loc, toZero, one);
  Value result = arith::SelectOp::create(builder, loc, inexact, odd, bits);
  return arith::BitcastOp::create(builder, loc, f32, result);
}

/// A fused multiply-add of 16-bit floats, which no instruction computes, in
/// f64: the product is exact there.
static void widen(math::FmaOp op) {
  Type type = op.getType();
  OpBuilder builder(op);
  Type f64 = withElement(type, builder.getF64Type());
  auto extend = [&](Value value) -> Value {
    return arith::ExtFOp::create(builder, op.getLoc(), f64, value);
  };
  Value wide = math::FmaOp::create(builder, op.getLoc(), extend(op.getA()),
                                   extend(op.getB()), extend(op.getC()),
                                   op.getFastmath());
  Value result = arith::TruncFOp::create(builder, op.getLoc(), type, wide);
  op.replaceAllUsesWith(result);
  op.erase();
}

namespace {
struct ExpandTruncationsPass
    : convoy::impl::ConvoyExpandTruncationsBase<ExpandTruncationsPass> {
  void runOnOperation() override {
    getOperation()->walk([](math::FmaOp op) {
      if (getElementTypeOrSelf(op.getType()).getIntOrFloatBitWidth() == 16)
        widen(op);
    });
    getOperation()->walk([](arith::TruncFOp truncation) {
      if (!getElementTypeOrSelf(truncation.getIn()).isF64() ||
          getElementTypeOrSelf(truncation.getType()).getIntOrFloatBitWidth() !=
              16)
        return;
      OpBuilder builder(truncation);
      truncation.getInMutable().assign(
          roundToOdd(builder, truncation.getLoc(), truncation.getIn()));
    });
  }
};
} // namespace
