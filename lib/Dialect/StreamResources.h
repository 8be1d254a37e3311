//===- StreamResources.h - Warps and memory of a streaming kernel -*- C++ -*-=//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The parts of a StreamPlan that depend on what a multiprocessor has: how its
// gathering warps divide their work, and what shared memory holds.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_DIALECT_STREAMRESOURCES_H
#define CONVOY_LIB_DIALECT_STREAMRESOURCES_H

#include "Convoy/Dialect/StreamPlan.h"

namespace mlir::convoy {

/// Sets how a patch is gathered, with the numbers of `tuning` if there are any;
/// false with the reason in `why`.
bool planGather(StreamPlan &plan, const Chip &chip,
                std::optional<StreamTuning> tuning, std::string &why);

/// Likewise slots, filter stages, staging and their places, last of all.
bool planBuffers(StreamPlan &plan, const Chip &chip,
                 std::optional<StreamTuning> tuning, std::string &why);

} // namespace mlir::convoy

#endif // CONVOY_LIB_DIALECT_STREAMRESOURCES_H
