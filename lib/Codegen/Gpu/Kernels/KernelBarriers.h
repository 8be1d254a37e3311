//===- KernelBarriers.h - Barriers of kernels with roles -------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which of a block's 16 named barriers is whose in each family of kernels, and
// where mbarriers lie. Two roles that wait at the same number at once would
// release each other, so the numbers of a family stand together.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_KERNELBARRIERS_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_KERNELBARRIERS_H

#include "DeviceBuilder.h"

namespace mlir::convoy {

/// Of all threads of the block, in every family; also what
/// DeviceBuilder::syncBlock waits at.
inline constexpr int64_t kBlockBarrier = 0;

/// Patch kernels: the converting warps.
inline constexpr int64_t kPatchConvertBarrier = 1;
/// The load warp and the multiplying ones.
inline constexpr int64_t kPatchFilterBarrier = 2;
/// All warps but those that multiply.
inline constexpr int64_t kPatchStartBarrier = 3;
/// The multiplying warps.
inline constexpr int64_t kPatchMathBarrier = 4;

/// Pointwise and window kernels, groups that share out the channels: their sums
/// are written, and read.
inline constexpr int64_t kGroupsWrittenBarrier = 1;
inline constexpr int64_t kGroupsReadBarrier = 2;
/// The first group, which stores whole images: their place is free, and they
/// are written.
inline constexpr int64_t kImagesFreeBarrier = 3;
inline constexpr int64_t kImagesWrittenBarrier = 4;
/// The copying warps.
inline constexpr int64_t kCopyBarrier = 5;

/// Stream kernels: the gathering warps.
inline constexpr int64_t kGatherBarrier = 1;

/// The address of mbarrier number `first` + `index` (i32) of those that begin
/// `offset` bytes behind `shared`.
inline Value getMbarrier(DeviceBuilder &b, Value shared, int64_t offset,
                         int64_t first, Value index) {
  constexpr int64_t kMbarrierBytes = 8;
  return b.add(b.add(shared, offset + first * kMbarrierBytes),
               b.mul(index, kMbarrierBytes));
}

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_KERNELBARRIERS_H
