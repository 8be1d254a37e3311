//===- Shapes.h - The shapes of a call --------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From tensors to the dims that compiled code computes with: what every
// function of the ABI that takes tensors begins with.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_RUNTIME_ARTEFACT_SHAPES_H
#define CONVOY_LIB_RUNTIME_ARTEFACT_SHAPES_H

#include "Convoy/Runtime/EntryTable.h"
#include "convoy-c/Artefact.h"

namespace convoy::runtime {

inline const ConvoyEntryRecord &record(const ConvoyEntry *entry) {
  return *reinterpret_cast<const ConvoyEntryRecord *>(entry);
}

/// The sum of the ranks, at least 1 so that an array of that length exists.
int32_t inputDimCount(const ConvoyEntryRecord &entry);
int32_t outputDimCount(const ConvoyEntryRecord &entry);

/// Whether there are as many tensors as the entry has and an array to hold
/// them. `kind` is "input" or "output".
ConvoyStatus checkCount(const ConvoyEntryRecord &entry, const char *kind,
                        const DLTensor *const *tensors, int32_t found,
                        int32_t expected);

/// Checks the number and the shapes of the inputs and writes them to `dims`.
ConvoyStatus gatherInputDims(const ConvoyEntryRecord &entry,
                             const DLTensor *const *inputs, int32_t inputCount,
                             int64_t *dims);

/// The bytes of workspace for checked input dims.
ConvoyStatus computeWorkspaceBytes(const ConvoyEntryRecord &entry,
                                   const int64_t *dims, uint64_t *bytes);

/// The dims of all results for checked input dims.
ConvoyStatus computeResultDims(const ConvoyEntryRecord &entry,
                               const int64_t *dims, int64_t *resultDims);

} // namespace convoy::runtime

#endif // CONVOY_LIB_RUNTIME_ARTEFACT_SHAPES_H
