//===- DivisorRange.h - What divisors are known to be ----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bounds of float values by the operations that compute them: 1 + exp(x), as in
// a logistic function, is at least one.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_DIVISORRANGE_H
#define CONVOY_LIB_CODEGEN_GPU_DIVISORRANGE_H

#include "mlir/IR/Value.h"

#include <optional>

namespace mlir::convoy {

/// True if each element of `value` is at least one, infinite or a NaN, by the
/// rounded operations that compute it.
bool isAtLeastOne(Value value);

/// The constant that all elements of `value` are, if its magnitude is within
/// 2^-60 and 2^60.
std::optional<double> getModerateConstant(Value value);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_DIVISORRANGE_H
