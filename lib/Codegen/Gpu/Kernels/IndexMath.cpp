//===- IndexMath.cpp - Arithmetic on sizes and positions ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IndexMath.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::convoy;

static constexpr auto kNoWrap = arith::IntegerOverflowFlags::nsw;

Value IndexMath::constant(int64_t value) const {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getIntegerAttr(type, value));
}

Value IndexMath::add(Value lhs, Value rhs) const {
  return builder.createOrFold<arith::AddIOp>(loc, lhs, rhs, kNoWrap);
}

Value IndexMath::sub(Value lhs, Value rhs) const {
  return builder.createOrFold<arith::SubIOp>(loc, lhs, rhs, kNoWrap);
}

Value IndexMath::mul(Value lhs, Value rhs) const {
  return builder.createOrFold<arith::MulIOp>(loc, lhs, rhs, kNoWrap);
}

Value IndexMath::div(Value lhs, Value rhs) const {
  return builder.createOrFold<arith::DivUIOp>(loc, lhs, rhs);
}

Value IndexMath::rem(Value lhs, Value rhs) const {
  if (getConstant(rhs) == 1)
    return constant(0);
  return builder.createOrFold<arith::RemUIOp>(loc, lhs, rhs);
}

Value IndexMath::ceilDiv(Value lhs, int64_t rhs) const {
  return div(add(lhs, rhs - 1), rhs);
}

Value IndexMath::min(Value lhs, Value rhs) const {
  return builder.createOrFold<arith::MinSIOp>(loc, lhs, rhs);
}

Value IndexMath::isInside(Value value, Value bound) const {
  return builder.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::ult,
                                             value, bound);
}

Value IndexMath::isZero(Value value) const {
  return builder.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq,
                                             value, constant(0));
}

Value IndexMath::both(Value lhs, Value rhs) const {
  if (!lhs || !rhs)
    return lhs ? lhs : rhs;
  return builder.createOrFold<arith::AndIOp>(loc, lhs, rhs);
}

Value IndexMath::select(Value condition, Value ifTrue, Value ifFalse) const {
  return builder.createOrFold<arith::SelectOp>(loc, condition, ifTrue, ifFalse);
}

Value IndexMath::fromIndex(Value value) const {
  if (value.getType() == type)
    return value;
  return builder.createOrFold<arith::IndexCastOp>(loc, type, value);
}

Value IndexMath::toIndex(Value value) const {
  if (value.getType().isIndex())
    return value;
  return builder.createOrFold<arith::IndexCastOp>(loc, builder.getIndexType(),
                                                  value);
}

std::optional<int64_t> convoy::getConstant(Value value) {
  APInt constant;
  if (!matchPattern(value, m_ConstantInt(&constant)))
    return std::nullopt;
  return constant.getSExtValue();
}
