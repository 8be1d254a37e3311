//===- StreamGathering.h - What gathering threads load together -*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How a thread of a streaming kernel that gathers divides a slot's loads.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_STREAMGATHERING_H
#define CONVOY_DIALECT_STREAMGATHERING_H

#include "Convoy/Dialect/StreamPlan.h"

namespace mlir::convoy {

/// Of a gathering thread, for a slot.
int64_t getStreamUnits(const StreamPlan &plan);

/// Parts in which a thread loads the units of a slot, one after the other, as
/// `prefetchUnits` are on their way at most.
int64_t getStreamBatches(const StreamPlan &plan);

/// Slots of a tile whose loads are on their way together; divides their number.
int64_t getStreamSlotsInTurn(const StreamPlan &plan);

} // namespace mlir::convoy

#endif // CONVOY_DIALECT_STREAMGATHERING_H
