//===- PatchPasses.h - Conversion to split products ------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A slot is scaled by its largest element and written in f16 parts. Where its
// elements span more than f16 parts hold, it is written in several passes,
// each a class of elements of similar size, the smallest first. Where several
// blocks of filters are multiplied by one slot, all passes are repeated for
// each of them.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHPASSES_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHPASSES_H

#include "PatchSplit.h"
#include "PatchWords.h"

namespace mlir::convoy {

/// Exponents that one pass over a patch covers to 22 bits, and how many passes
/// there may be besides the first. Where elements span more, few of them are
/// most of each sum, and 22 bits of these are less than f32 has: such patches
/// are computed directly.
inline constexpr int64_t kPassExponents = 28;
inline constexpr int64_t kMaxExtraPasses = 1;

/// How often a slot with `extra` passes besides the first is written after the
/// first time.
Value getRewrites(PatchContext &context, Value extra);

/// Makes what this warp has written visible to wgmma and arrives.
void handOver(PatchContext &context, Value barrier);

/// Converts and hands over; returns how often slots have been written again in
/// all, given how often before.
Value convertSplit(PatchConversion &conversion, Value rewritesBefore);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_PATCHPASSES_H
