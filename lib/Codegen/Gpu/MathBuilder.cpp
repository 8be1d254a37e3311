//===- MathBuilder.cpp - Arithmetic on f32 or f64 -------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MathBuilder.h"

#include "mlir/IR/TypeUtilities.h"

#include "llvm/ADT/STLExtras.h"

#include <limits>

using namespace mlir;
using namespace mlir::convoy;

MathBuilder::MathBuilder(OpBuilder &builder, Location loc, Type type)
    : builder(builder), loc(loc), type(type),
      bits(getElementTypeOrSelf(type).getIntOrFloatBitWidth()) {
  integerType = builder.getIntegerType(bits);
  if (auto shaped = dyn_cast<ShapedType>(type))
    integerType = shaped.clone(integerType);
}

/// `element` for each element of `type`.
static TypedAttr splat(Type type, TypedAttr element) {
  if (auto shaped = dyn_cast<ShapedType>(type))
    return DenseElementsAttr::get(shaped, element);
  return element;
}

Value MathBuilder::constant(double value) {
  TypedAttr element = builder.getFloatAttr(getElementTypeOrSelf(type), value);
  return create<arith::ConstantOp>(type, splat(type, element));
}

Value MathBuilder::integer(int64_t value) {
  TypedAttr element =
      builder.getIntegerAttr(getElementTypeOrSelf(integerType), value);
  return create<arith::ConstantOp>(integerType, splat(integerType, element));
}

Value MathBuilder::infinity() {
  return constant(std::numeric_limits<double>::infinity());
}

Value MathBuilder::nan() {
  return constant(std::numeric_limits<double>::quiet_NaN());
}

Value MathBuilder::clamp(Value a, double low, double high) {
  // Targets have these as one instruction each in f32 alone.
  if (!isDouble())
    return create<arith::MinimumFOp>(
        create<arith::MaximumFOp>(a, constant(low)), constant(high));
  a = select(isLess(a, low), constant(low), a);
  return select(isGreater(a, high), constant(high), a);
}

Value MathBuilder::polynomial(Value x, ArrayRef<double> coefficients) {
  Value sum = constant(coefficients.back());
  for (double coefficient : llvm::reverse(coefficients.drop_back()))
    sum = fma(sum, x, coefficient);
  return sum;
}

Value MathBuilder::powerOfTwo(Value i) {
  return fromBits(
      shiftLeft(addInteger(i, integer(getExponentBias())), getMantissaBits()));
}

Value MathBuilder::scaleByPowerOfTwo(Value a, Value i) {
  Value half = shiftRight(i, 1);
  // The first product is exact: it stays far from both ends of the range.
  a = mul(a, powerOfTwo(half));
  return mul(a, powerOfTwo(subInteger(i, half)));
}

MathBuilder::Rounded MathBuilder::roundToInteger(Value a, double factor) {
  // At 1.5 * 2^(mantissa bits) the last bit of a float counts one; the bits
  // that make it so large are above the integer.
  Value magic =
      constant(choose<double>(1.5 * (1 << 23), 1.5 * (int64_t(1) << 52)));
  Value shifted = factor == 1 ? add(a, magic) : fma(a, constant(factor), magic);
  return {sub(shifted, magic), toBits(shifted)};
}
