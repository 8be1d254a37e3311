//===- MathBuilder.h - Arithmetic on f32 or f64 ----------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes formulas as operations of arith and of the part of math that every
// target has. One type at a time: f32 or f64, or a vector of them, with
// integers of the same width for their bits. No operation has fast-math flags:
// the formulas depend on every rounding.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_MATHBUILDER_H
#define CONVOY_LIB_CODEGEN_GPU_MATHBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::convoy {

class MathBuilder {
public:
  /// `type` is f32, f64 or a vector of one of them.
  MathBuilder(OpBuilder &builder, Location loc, Type type);

  /// True for f64.
  bool isDouble() const { return bits == 64; }
  /// `f32` or `f64`, by the type.
  template <typename T>
  T choose(T f32, T f64) const {
    return isDouble() ? f64 : f32;
  }
  int64_t getMantissaBits() const { return choose<int64_t>(23, 52); }
  int64_t getExponentBias() const { return choose<int64_t>(127, 1023); }

  Value constant(double value);
  /// Of the integer type.
  Value integer(int64_t value);

  Value add(Value a, Value b) { return create<arith::AddFOp>(a, b); }
  Value add(Value a, double b) { return add(a, constant(b)); }
  Value sub(Value a, Value b) { return create<arith::SubFOp>(a, b); }
  Value sub(double a, Value b) { return sub(constant(a), b); }
  Value mul(Value a, Value b) { return create<arith::MulFOp>(a, b); }
  Value mul(Value a, double b) { return mul(a, constant(b)); }
  Value div(Value a, Value b) { return create<arith::DivFOp>(a, b); }
  Value neg(Value a) { return create<arith::NegFOp>(a); }
  /// a * b + c in one rounding.
  Value fma(Value a, Value b, Value c) { return create<math::FmaOp>(a, b, c); }
  Value fma(Value a, Value b, double c) { return fma(a, b, constant(c)); }
  Value abs(Value a) { return create<math::AbsFOp>(a); }
  Value sqrt(Value a) { return create<math::SqrtOp>(a); }
  Value floor(Value a) { return create<math::FloorOp>(a); }
  Value copySign(Value magnitude, Value sign) {
    return create<math::CopySignOp>(magnitude, sign);
  }
  Value select(Value condition, Value a, Value b) {
    return create<arith::SelectOp>(condition, a, b);
  }

  /// Comparisons are false for NaNs.
  Value isLess(Value a, Value b) {
    return compare(arith::CmpFPredicate::OLT, a, b);
  }
  Value isLess(Value a, double b) { return isLess(a, constant(b)); }
  Value isGreater(Value a, double b) {
    return compare(arith::CmpFPredicate::OGT, a, constant(b));
  }
  Value isEqual(Value a, Value b) {
    return compare(arith::CmpFPredicate::OEQ, a, b);
  }
  Value isEqual(Value a, double b) { return isEqual(a, constant(b)); }
  /// True if one of them is a NaN.
  Value isUnordered(Value a, Value b) {
    return compare(arith::CmpFPredicate::UNO, a, b);
  }
  Value both(Value a, Value b) { return create<arith::AndIOp>(a, b); }
  Value either(Value a, Value b) { return create<arith::OrIOp>(a, b); }
  /// The bound for NaNs.
  Value lesser(Value a, double bound) {
    return create<arith::MinNumFOp>(a, constant(bound));
  }
  Value greater(Value a, double bound) {
    return create<arith::MaxNumFOp>(a, constant(bound));
  }
  /// `a` within the bounds; a NaN stays one.
  Value clamp(Value a, double low, double high);

  Value infinity();
  Value nan();

  /// coefficients[0] + coefficients[1] * x + ...
  Value polynomial(Value x, ArrayRef<double> coefficients);

  Value toBits(Value a) { return create<arith::BitcastOp>(integerType, a); }
  Value fromBits(Value a) { return create<arith::BitcastOp>(type, a); }
  Value toFloat(Value i) { return create<arith::SIToFPOp>(type, i); }
  Value addInteger(Value a, Value b) { return create<arith::AddIOp>(a, b); }
  Value subInteger(Value a, Value b) { return create<arith::SubIOp>(a, b); }
  Value shiftLeft(Value a, int64_t count) {
    return create<arith::ShLIOp>(a, integer(count));
  }
  Value shiftRight(Value a, int64_t count) {
    return create<arith::ShRSIOp>(a, integer(count));
  }

  /// 2^i for an i that keeps it a normal number.
  Value powerOfTwo(Value i);
  /// a * 2^i, rounded once, for |i| up to twice the range of exponents.
  Value scaleByPowerOfTwo(Value a, Value i);

  /// The nearest integer to a * factor, for a magnitude below 2^21. Arbitrary
  /// but defined for NaNs.
  struct Rounded {
    Value asFloat;
    /// Equal modulo 2^22: what exponents and quadrants have need of.
    Value asInteger;
  };
  Rounded roundToInteger(Value a, double factor);

  template <typename Op, typename... Args>
  Value create(Args &&...args) {
    return Op::create(builder, loc, std::forward<Args>(args)...);
  }

  OpBuilder &getBuilder() { return builder; }
  Location getLoc() const { return loc; }
  Type getType() const { return type; }

private:
  Value compare(arith::CmpFPredicate predicate, Value a, Value b) {
    return create<arith::CmpFOp>(predicate, a, b);
  }

  OpBuilder &builder;
  Location loc;
  Type type, integerType;
  unsigned bits;
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_MATHBUILDER_H
