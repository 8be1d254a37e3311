//===- Call.cpp - Calling an entry ----------------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks tensors, workspace and device, and gathers dims and data pointers on
// the stack.
//
//===----------------------------------------------------------------------===//

#include "Call.h"
#include "CudaLaunch.h"
#include "Devices.h"
#include "LastError.h"
#include "Shapes.h"
#include "TensorChecks.h"

#include <alloca.h>

using namespace convoy::runtime;

namespace {

/// The device that all tensors have to be on: for a CUDA entry that of the
/// first one, without a number where that is on none.
DLDevice expectedDevice(const ConvoyEntryRecord &entry,
                        const DLTensor *const *inputs,
                        const DLTensor *const *outputs) {
  const DLTensor *first = entry.inputCount > 0    ? inputs[0]
                          : entry.outputCount > 0 ? outputs[0]
                                                  : nullptr;
  auto type = static_cast<DLDeviceType>(entry.deviceType);
  if (type == kDLCUDA && first && first->device.device_type == type)
    return first->device;
  return {type, kAnyDevice};
}

ConvoyStatus checkInputs(const ConvoyEntryRecord &entry,
                         const DLTensor *const *inputs, DLDevice device) {
  for (int32_t i = 0; i < entry.inputCount; ++i)
    if (ConvoyStatus status =
            checkMemory({"input", i, entry.inputs[i]}, *inputs[i], device))
      return status;
  return CONVOY_OK;
}

ConvoyStatus checkOutputs(const ConvoyEntryRecord &entry,
                          const int64_t *resultDims,
                          const DLTensor *const *inputs,
                          const DLTensor *const *outputs, DLDevice device) {
  for (int32_t i = 0; i < entry.outputCount; ++i) {
    TensorPlace place{"output", i, entry.outputs[i]};
    if (ConvoyStatus status = checkShape(place, outputs[i], resultDims))
      return status;
    if (ConvoyStatus status = checkMemory(place, *outputs[i], device))
      return status;
    resultDims += entry.outputs[i].rank;
    for (int32_t k = 0; k < entry.inputCount; ++k)
      if (overlap(*outputs[i], *inputs[k]))
        return fail(CONVOY_INVALID_ARGUMENT,
                    "output %d (%s) overlaps input %d (%s)", i,
                    entry.outputs[i].name, k, entry.inputs[k].name);
    for (int32_t k = 0; k < i; ++k)
      if (overlap(*outputs[i], *outputs[k]))
        return fail(CONVOY_INVALID_ARGUMENT,
                    "output %d (%s) overlaps output %d (%s)", i,
                    entry.outputs[i].name, k, entry.outputs[k].name);
  }
  return CONVOY_OK;
}

ConvoyStatus checkWorkspace(const ConvoyEntryRecord &entry, const int64_t *dims,
                            const void *workspace, uint64_t workspaceBytes) {
  uint64_t needed = 0;
  if (ConvoyStatus status = computeWorkspaceBytes(entry, dims, &needed))
    return status;
  if (workspaceBytes < needed)
    return fail(CONVOY_WORKSPACE_TOO_SMALL,
                "entry %s: expected a workspace of %llu bytes, found %llu",
                entry.name, static_cast<unsigned long long>(needed),
                static_cast<unsigned long long>(workspaceBytes));
  if (needed > 0 && !workspace)
    return fail(CONVOY_INVALID_ARGUMENT, "entry %s: workspace is NULL",
                entry.name);
  if (reinterpret_cast<uintptr_t>(workspace) %
          CONVOY_WORKSPACE_ALIGNMENT_BYTES !=
      0)
    return fail(CONVOY_LAYOUT_MISMATCH,
                "entry %s: expected a workspace aligned to %d bytes, found %p",
                entry.name, CONVOY_WORKSPACE_ALIGNMENT_BYTES, workspace);
  return CONVOY_OK;
}

ConvoyStatus runOnCpu(const ConvoyEntryRecord &entry,
                      const EntryArguments &arguments) {
  if (!isCpuPrepared())
    return fail(CONVOY_NOT_PREPARED, "call of entry %s before prepare",
                entry.name);
  entry.run(arguments.inputs, arguments.outputs, arguments.dims,
            arguments.workspace, /*launch=*/nullptr);
  return CONVOY_OK;
}

} // namespace

ConvoyStatus convoy::runtime::call(const ConvoyEntry *entry,
                                   const DLTensor *const *inputs,
                                   int32_t inputCount,
                                   const DLTensor *const *outputs,
                                   int32_t outputCount, void *workspace,
                                   uint64_t workspaceBytes, void *stream) {
  if (!entry)
    return fail(CONVOY_INVALID_ARGUMENT, "entry is NULL");
  const ConvoyEntryRecord &e = record(entry);
  bool onCpu = e.deviceType == kDLCPU;
  if (onCpu && stream)
    return fail(CONVOY_INVALID_ARGUMENT,
                "entry %s runs on the CPU: expected no stream", e.name);
  auto *dims =
      static_cast<int64_t *>(alloca(inputDimCount(e) * sizeof(int64_t)));
  if (ConvoyStatus status = gatherInputDims(e, inputs, inputCount, dims))
    return status;
  if (ConvoyStatus status =
          checkCount(e, "output", outputs, outputCount, e.outputCount))
    return status;
  DLDevice device = expectedDevice(e, inputs, outputs);
  if (ConvoyStatus status = checkInputs(e, inputs, device))
    return status;
  auto *resultDims =
      static_cast<int64_t *>(alloca(outputDimCount(e) * sizeof(int64_t)));
  if (ConvoyStatus status = computeResultDims(e, dims, resultDims))
    return status;
  if (ConvoyStatus status =
          checkOutputs(e, resultDims, inputs, outputs, device))
    return status;
  if (ConvoyStatus status = checkWorkspace(e, dims, workspace, workspaceBytes))
    return status;

  auto **inputData = static_cast<const void **>(
      alloca((inputCount + 1) * sizeof(const void *)));
  for (int32_t i = 0; i < inputCount; ++i)
    inputData[i] = dataOf(*inputs[i]);
  auto **outputData =
      static_cast<void **>(alloca((outputCount + 1) * sizeof(void *)));
  for (int32_t i = 0; i < outputCount; ++i)
    outputData[i] = dataOf(*outputs[i]);
  EntryArguments arguments{inputData, outputData, dims, workspace};
  return onCpu ? runOnCpu(e, arguments)
               : runOnCuda(e, device, arguments, stream);
}
