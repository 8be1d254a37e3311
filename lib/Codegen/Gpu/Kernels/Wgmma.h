//===- Wgmma.h - One wgmma instruction -------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_WGMMA_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_WGMMA_H

#include "Convoy/Dialect/ConvoyOps.h"
#include "DeviceBuilder.h"

namespace mlir::convoy {

/// Output channels of a wgmma, its M.
inline constexpr int64_t kWgmmaRows = 64;
/// Core matrices of 8 rows of 16 bytes.
inline constexpr int64_t kWgmmaCoreBytes = 128;

/// The sums of 64 rows by `columns` columns, as a thread has them: for each 8
/// columns two of its first row and two of its second, 8 rows below.
Type getAccumulatorType(DeviceBuilder &b, int64_t columns);

/// One wgmma of 32 bytes of K: `sums` + A * B, or A * B where `isFirst`. A and
/// B are descriptors.
Value emitWgmma(DeviceBuilder &b, PatchProducts products, int64_t columns,
                Value sums, Value filter, Value patch, bool isFirst);

/// Registers (i32) of a thread's part of A, 64 rows by 32 bytes of K.
inline constexpr int64_t kWgmmaFragmentWords = 4;

/// The same with A from registers: `fragment` is its kWgmmaFragmentWords words
/// of this thread, which nothing may change before the product is waited for.
/// `sums` is added if `accumulates` (i32) is not zero.
Value emitWgmmaFromRegisters(DeviceBuilder &b, PatchProducts products,
                             int64_t columns, Value sums, ValueRange fragment,
                             Value filter, Value accumulates);

/// An address in the unit of descriptors, i64.
Value getDescriptorAddress(DeviceBuilder &b, Value address);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_WGMMA_H
