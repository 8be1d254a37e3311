//===- StreamRegisters.h - Registers of a streaming kernel -----*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What depends on a thread's registers. Where seven warps gather beside warps
// that keep many sums, the kernel moves registers from the former to the
// latter.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_STREAMREGISTERS_H
#define CONVOY_DIALECT_STREAMREGISTERS_H

#include "Convoy/Dialect/StreamPlan.h"

#include <optional>

namespace mlir::convoy {

/// Registers of each thread of the warps that multiply and of all others, from
/// the roles' first instructions on.
struct StreamRegisters {
  int64_t math;
  int64_t others;
};

/// None where all threads keep as many as they are launched with. Needs the
/// plan's tile and gatherWarps.
std::optional<StreamRegisters> getStreamRegisters(const StreamPlan &plan);

/// Of a gathering thread, for a slot.
int64_t getStreamUnits(const StreamPlan &plan);

/// Parts in which a thread loads the units of a slot, one after the other, as
/// `prefetchUnits` are on their way at most.
int64_t getStreamBatches(const StreamPlan &plan);

/// Slots whose loads are on their way together.
int64_t getStreamSlotsInTurn(const StreamPlan &plan);

} // namespace mlir::convoy

#endif // CONVOY_DIALECT_STREAMREGISTERS_H
