//===- CostModel.h - What predictions are made of --------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the models of all kernels share: a chip's rates as kernels reach them,
// and the time of memory.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_COSTMODEL_H
#define CONVOY_LIB_CODEGEN_GPU_COSTMODEL_H

#include "Candidates.h"

namespace mlir::convoy {

inline constexpr double kSharedBytesPerCycle = 128;
/// Stores that are no bulk copies, which alone reach memory's best rate.
inline constexpr double kOrdinaryStores = 1.1;

/// A part of a kernel's work.
struct CostPart {
  StringLiteral limit;
  double cycles;
};

/// Figures of one multiprocessor.
struct CostRates {
  explicit CostRates(const Chip &chip);

  double clockHz;
  int64_t multiprocessors;
  /// On elements of 16 bits.
  double tensorFlopsPerCycle;
};

const CostPart &getLongest(ArrayRef<CostPart> parts);

/// Cycles of parts that go on side by side: somewhat more than the longest,
/// which the others hide behind, but not entirely.
double overlap(ArrayRef<CostPart> parts);

/// The time in which the operands pass from or to memory once, and that of the
/// output alone.
double getMemoryMilliseconds(ConvOp op, const Chip &chip);
double getOutputMilliseconds(ConvOp op, const Chip &chip);

/// The time of `cycles` on each multiprocessor beside that of memory.
ScheduleCost overlapWithMemory(double cycles, StringRef limit,
                               double memoryMilliseconds,
                               const CostRates &rates);

/// The time of `cycles` on each multiprocessor, or that of memory.
ScheduleCost combineWithMemory(ConvOp op, const Chip &chip, double cycles,
                               StringRef limit);

/// The time of the kernel that packs the filter of `op`, if one has to.
double getPackMilliseconds(ConvOp op, const FilterImage &image,
                           const Chip &chip);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_COSTMODEL_H
