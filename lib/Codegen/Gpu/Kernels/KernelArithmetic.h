//===- KernelArithmetic.h - Small words of several kernels ------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_KERNELARITHMETIC_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_KERNELARITHMETIC_H

#include "DeviceBuilder.h"

#include <utility>

namespace mlir::convoy {

/// `value` / `divisor` and the rest.
inline std::pair<Value, Value> divide(DeviceBuilder &b, Value value,
                                      int64_t divisor) {
  if (divisor == 1)
    return {value, b.i32(0)};
  return {b.div(value, divisor), b.rem(value, divisor)};
}

/// `first` and `second`, where null is true.
inline Value both(DeviceBuilder &b, Value first, Value second) {
  if (!first || !second)
    return first ? first : second;
  return b.allOf(first, second);
}

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_KERNELARITHMETIC_H
