//===- Shapes.cpp - The shapes of a call ----------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks of counts and shapes, and the functions of the table that compute with
// them.
//
//===----------------------------------------------------------------------===//

#include "Shapes.h"
#include "LastError.h"
#include "TensorChecks.h"

using namespace convoy::runtime;

static int32_t dimCount(const ConvoyTensorSpec *specs, int32_t count) {
  int32_t dims = 0;
  for (int32_t i = 0; i < count; ++i)
    dims += specs[i].rank;
  return dims ? dims : 1;
}

int32_t convoy::runtime::inputDimCount(const ConvoyEntryRecord &entry) {
  return dimCount(entry.inputs, entry.inputCount);
}

int32_t convoy::runtime::outputDimCount(const ConvoyEntryRecord &entry) {
  return dimCount(entry.outputs, entry.outputCount);
}

ConvoyStatus convoy::runtime::checkCount(const ConvoyEntryRecord &entry,
                                         const char *kind,
                                         const DLTensor *const *tensors,
                                         int32_t found, int32_t expected) {
  if (found != expected)
    return fail(CONVOY_INVALID_ARGUMENT, "entry %s: expected %d %ss, found %d",
                entry.name, expected, kind, found);
  if (expected > 0 && !tensors)
    return fail(CONVOY_INVALID_ARGUMENT, "entry %s: the array of %ss is NULL",
                entry.name, kind);
  return CONVOY_OK;
}

ConvoyStatus convoy::runtime::gatherInputDims(const ConvoyEntryRecord &entry,
                                              const DLTensor *const *inputs,
                                              int32_t inputCount,
                                              int64_t *dims) {
  if (ConvoyStatus status =
          checkCount(entry, "input", inputs, inputCount, entry.inputCount))
    return status;
  for (int32_t i = 0; i < inputCount; ++i) {
    const ConvoyTensorSpec &spec = entry.inputs[i];
    if (ConvoyStatus status =
            checkShape({"input", i, spec}, inputs[i], spec.dims))
      return status;
    for (int32_t k = 0; k < spec.rank; ++k)
      *dims++ = inputs[i]->shape[k];
  }
  return CONVOY_OK;
}

ConvoyStatus
convoy::runtime::computeWorkspaceBytes(const ConvoyEntryRecord &entry,
                                       const int64_t *dims, uint64_t *bytes) {
  int64_t result = entry.workspaceBytes(dims);
  if (result < 0)
    return fail(CONVOY_SHAPE_MISMATCH,
                "entry %s: the shapes of the inputs contradict each other",
                entry.name);
  *bytes = static_cast<uint64_t>(result);
  return CONVOY_OK;
}

ConvoyStatus convoy::runtime::computeResultDims(const ConvoyEntryRecord &entry,
                                                const int64_t *dims,
                                                int64_t *resultDims) {
  uint64_t bytes = 0;
  if (ConvoyStatus status = computeWorkspaceBytes(entry, dims, &bytes))
    return status;
  entry.resultDims(dims, resultDims);
  for (int32_t i = 0; i < entry.outputCount; ++i)
    for (int32_t k = 0; k < entry.outputs[i].rank; ++k)
      if (*resultDims++ < 0)
        return fail(CONVOY_SHAPE_MISMATCH,
                    "entry %s: the inputs are too small: dim %d of output %d "
                    "would be negative",
                    entry.name, k, i);
  return CONVOY_OK;
}
