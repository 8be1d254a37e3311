//===- PatchBuffers.h - Shared memory of a patch plan ----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What PatchPlan.cpp asks of PatchBuffers.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_DIALECT_PATCHBUFFERS_H
#define CONVOY_LIB_DIALECT_PATCHBUFFERS_H

#include "Convoy/Dialect/PatchPlan.h"

namespace mlir::convoy {

/// Sets the places of staged rows, given the tile.
void sizePatchStaging(PatchPlan &plan);

/// Chooses the buffers, or takes those of `tuning`, and lays out shared memory,
/// given all else; false with the reason in `why` if they do not fit.
bool planPatchBuffers(PatchPlan &plan, std::optional<PatchTuning> tuning,
                      const Chip &chip, std::string &why);

} // namespace mlir::convoy

#endif // CONVOY_LIB_DIALECT_PATCHBUFFERS_H
