//===- IndexMath.h - Arithmetic on sizes and positions ----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_INDEXMATH_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_INDEXMATH_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

namespace mlir::convoy {

/// Creates integer arithmetic of one type, index or i32, and folds constants.
/// Nothing overflows: whoever chooses i32 has checked the sizes.
class IndexMath {
public:
  IndexMath(OpBuilder &builder, Location loc, Type type)
      : builder(builder), loc(loc), type(type) {}

  OpBuilder &getBuilder() const { return builder; }
  Location getLoc() const { return loc; }
  Type getType() const { return type; }

  Value constant(int64_t value) const;
  Value add(Value lhs, Value rhs) const;
  Value add(Value lhs, int64_t rhs) const { return add(lhs, constant(rhs)); }
  Value sub(Value lhs, Value rhs) const;
  Value mul(Value lhs, Value rhs) const;
  Value mul(Value lhs, int64_t rhs) const { return mul(lhs, constant(rhs)); }
  /// Of values that are not negative.
  Value div(Value lhs, Value rhs) const;
  Value div(Value lhs, int64_t rhs) const { return div(lhs, constant(rhs)); }
  Value rem(Value lhs, Value rhs) const;
  Value rem(Value lhs, int64_t rhs) const { return rem(lhs, constant(rhs)); }
  Value ceilDiv(Value lhs, int64_t rhs) const;
  Value min(Value lhs, Value rhs) const;

  /// 0 <= value < bound, for a bound that is not negative.
  Value isInside(Value value, Value bound) const;
  Value isZero(Value value) const;
  /// Conjunction; either may be null, which is true.
  Value both(Value lhs, Value rhs) const;
  Value select(Value condition, Value ifTrue, Value ifFalse) const;

  /// Conversions from and to the index type.
  Value fromIndex(Value value) const;
  Value toIndex(Value value) const;

private:
  OpBuilder &builder;
  Location loc;
  Type type;
};

/// The value of a constant, if it is one.
std::optional<int64_t> getConstant(Value value);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_INDEXMATH_H
