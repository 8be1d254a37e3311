//===- Abi.cpp - The C ABI in front of the compiled entries ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of ConvoyArtefactApi over the table that the compiler emitted:
// every check that compiled code leaves out, and the gathering of dims and data
// pointers on the stack.
//
//===----------------------------------------------------------------------===//

#include "LastError.h"
#include "TensorChecks.h"
#include "ThreadPool.h"

#include <alloca.h>
#include <atomic>
#include <cstring>

using namespace convoy::runtime;

namespace {

std::atomic<bool> prepared{false};

const ConvoyEntryRecord &record(const ConvoyEntry *entry) {
  return *reinterpret_cast<const ConvoyEntryRecord *>(entry);
}

/// The sum of the ranks, at least 1 so that an array of that length exists.
int32_t dimCount(const ConvoyTensorSpec *specs, int32_t count) {
  int32_t dims = 0;
  for (int32_t i = 0; i < count; ++i)
    dims += specs[i].rank;
  return dims ? dims : 1;
}

int32_t inputDimCount(const ConvoyEntry *entry) {
  return dimCount(record(entry).inputs, record(entry).inputCount);
}

int32_t outputDimCount(const ConvoyEntry *entry) {
  return dimCount(record(entry).outputs, record(entry).outputCount);
}

ConvoyStatus checkEntry(const ConvoyEntry *entry) {
  return entry ? CONVOY_OK : fail(CONVOY_INVALID_ARGUMENT, "entry is NULL");
}

ConvoyStatus checkCount(const ConvoyEntry *entry, const char *kind,
                        const DLTensor *const *tensors, int32_t found,
                        int32_t expected) {
  if (found != expected)
    return fail(CONVOY_INVALID_ARGUMENT, "entry %s: expected %d %ss, found %d",
                record(entry).name, expected, kind, found);
  if (expected > 0 && !tensors)
    return fail(CONVOY_INVALID_ARGUMENT, "entry %s: the array of %ss is NULL",
                record(entry).name, kind);
  return CONVOY_OK;
}

/// Checks the shapes of the inputs and writes them to `dims`.
ConvoyStatus gatherInputDims(const ConvoyEntry *entry,
                             const DLTensor *const *inputs, int32_t inputCount,
                             int64_t *dims) {
  const ConvoyEntryRecord &e = record(entry);
  if (ConvoyStatus status =
          checkCount(entry, "input", inputs, inputCount, e.inputCount))
    return status;
  for (int32_t i = 0; i < inputCount; ++i) {
    const ConvoyTensorSpec &spec = e.inputs[i];
    if (ConvoyStatus status =
            checkShape({"input", i, spec}, inputs[i], spec.dims))
      return status;
    for (int32_t k = 0; k < spec.rank; ++k)
      *dims++ = inputs[i]->shape[k];
  }
  return CONVOY_OK;
}

/// The bytes of workspace for checked input dims.
ConvoyStatus computeWorkspaceBytes(const ConvoyEntry *entry,
                                   const int64_t *dims, uint64_t *bytes) {
  int64_t result = record(entry).workspaceBytes(dims);
  if (result < 0)
    return fail(CONVOY_SHAPE_MISMATCH,
                "entry %s: the shapes of the inputs contradict each other",
                record(entry).name);
  *bytes = static_cast<uint64_t>(result);
  return CONVOY_OK;
}

/// The dims of all results for checked input dims.
ConvoyStatus computeResultDims(const ConvoyEntry *entry, const int64_t *dims,
                               int64_t *resultDims) {
  uint64_t bytes = 0;
  if (ConvoyStatus status = computeWorkspaceBytes(entry, dims, &bytes))
    return status;
  const ConvoyEntryRecord &e = record(entry);
  e.resultDims(dims, resultDims);
  for (int32_t i = 0; i < e.outputCount; ++i)
    for (int32_t k = 0; k < e.outputs[i].rank; ++k)
      if (*resultDims++ < 0)
        return fail(CONVOY_SHAPE_MISMATCH,
                    "entry %s: the inputs are too small: dim %d of output %d "
                    "would be negative",
                    e.name, k, i);
  return CONVOY_OK;
}

ConvoyStatus checkOutputs(const ConvoyEntry *entry, const int64_t *resultDims,
                          const DLTensor *const *inputs,
                          const DLTensor *const *outputs) {
  const ConvoyEntryRecord &e = record(entry);
  for (int32_t i = 0; i < e.outputCount; ++i) {
    TensorPlace place{"output", i, e.outputs[i]};
    if (ConvoyStatus status = checkShape(place, outputs[i], resultDims))
      return status;
    if (ConvoyStatus status = checkMemory(place, *outputs[i]))
      return status;
    resultDims += e.outputs[i].rank;
    for (int32_t k = 0; k < e.inputCount; ++k)
      if (overlap(*outputs[i], *inputs[k]))
        return fail(CONVOY_INVALID_ARGUMENT,
                    "output %d (%s) overlaps input %d (%s)", i,
                    e.outputs[i].name, k, e.inputs[k].name);
    for (int32_t k = 0; k < i; ++k)
      if (overlap(*outputs[i], *outputs[k]))
        return fail(CONVOY_INVALID_ARGUMENT,
                    "output %d (%s) overlaps output %d (%s)", i,
                    e.outputs[i].name, k, e.outputs[k].name);
  }
  return CONVOY_OK;
}

ConvoyStatus checkWorkspace(const ConvoyEntry *entry, const int64_t *dims,
                            const void *workspace, uint64_t workspaceBytes) {
  uint64_t needed = 0;
  if (ConvoyStatus status = computeWorkspaceBytes(entry, dims, &needed))
    return status;
  if (workspaceBytes < needed)
    return fail(CONVOY_WORKSPACE_TOO_SMALL,
                "entry %s: expected a workspace of %llu bytes, found %llu",
                record(entry).name, static_cast<unsigned long long>(needed),
                static_cast<unsigned long long>(workspaceBytes));
  if (needed > 0 && !workspace)
    return fail(CONVOY_INVALID_ARGUMENT, "entry %s: workspace is NULL",
                record(entry).name);
  if (reinterpret_cast<uintptr_t>(workspace) %
          CONVOY_WORKSPACE_ALIGNMENT_BYTES !=
      0)
    return fail(CONVOY_LAYOUT_MISMATCH,
                "entry %s: expected a workspace aligned to %d bytes, found %p",
                record(entry).name, CONVOY_WORKSPACE_ALIGNMENT_BYTES,
                workspace);
  return CONVOY_OK;
}

int32_t entryCount() { return convoy_entry_count; }

const char *entryName(int32_t index) {
  if (index < 0 || index >= convoy_entry_count)
    return nullptr;
  return convoy_entry_table[index].name;
}

ConvoyStatus findEntry(const char *name, const ConvoyEntry **entry) {
  if (!name || !entry)
    return fail(CONVOY_INVALID_ARGUMENT, "%s is NULL", name ? "entry" : "name");
  for (int32_t i = 0; i < convoy_entry_count; ++i) {
    if (strcmp(convoy_entry_table[i].name, name) != 0)
      continue;
    *entry = reinterpret_cast<const ConvoyEntry *>(&convoy_entry_table[i]);
    return CONVOY_OK;
  }
  return fail(CONVOY_NO_SUCH_ENTRY, "the artefact has no entry '%s'", name);
}

ConvoyStatus query(const ConvoyEntry *entry, const char **manifest) {
  if (ConvoyStatus status = checkEntry(entry))
    return status;
  if (!manifest)
    return fail(CONVOY_INVALID_ARGUMENT, "manifest is NULL");
  *manifest = record(entry).manifest;
  return CONVOY_OK;
}

int32_t inputCount(const ConvoyEntry *entry) {
  return entry ? record(entry).inputCount : 0;
}

int32_t outputCount(const ConvoyEntry *entry) {
  return entry ? record(entry).outputCount : 0;
}

ConvoyStatus tensorInfo(const char *kind, const ConvoyTensorSpec *specs,
                        int32_t count, int32_t index, ConvoyTensorInfo *info) {
  if (!info)
    return fail(CONVOY_INVALID_ARGUMENT, "info is NULL");
  if (index < 0 || index >= count)
    return fail(CONVOY_INVALID_ARGUMENT,
                "expected an index of %d %ss, found %d", count, kind, index);
  const ConvoyTensorSpec &spec = specs[index];
  *info = {spec.name,
           {static_cast<uint8_t>(spec.dtypeCode),
            static_cast<uint8_t>(spec.dtypeBits), 1},
           spec.rank,
           spec.dims};
  return CONVOY_OK;
}

ConvoyStatus inputInfo(const ConvoyEntry *entry, int32_t index,
                       ConvoyTensorInfo *info) {
  if (ConvoyStatus status = checkEntry(entry))
    return status;
  return tensorInfo("input", record(entry).inputs, record(entry).inputCount,
                    index, info);
}

ConvoyStatus outputInfo(const ConvoyEntry *entry, int32_t index,
                        ConvoyTensorInfo *info) {
  if (ConvoyStatus status = checkEntry(entry))
    return status;
  return tensorInfo("output", record(entry).outputs, record(entry).outputCount,
                    index, info);
}

ConvoyStatus prepare(DLDevice device) {
  if (device.device_type != kDLCPU)
    return fail(CONVOY_DEVICE_MISMATCH,
                "this artefact runs on the CPU (device type %d), not on device "
                "type %d",
                static_cast<int>(kDLCPU), static_cast<int>(device.device_type));
  startThreadPool();
  prepared.store(true, std::memory_order_release);
  return CONVOY_OK;
}

ConvoyStatus resultShape(const ConvoyEntry *entry,
                         const DLTensor *const *inputs, int32_t inputCount,
                         int32_t index, int64_t *shape) {
  if (ConvoyStatus status = checkEntry(entry))
    return status;
  const ConvoyEntryRecord &e = record(entry);
  if (index < 0 || index >= e.outputCount)
    return fail(CONVOY_INVALID_ARGUMENT,
                "expected an index of %d outputs, found %d", e.outputCount,
                index);
  if (e.outputs[index].rank > 0 && !shape)
    return fail(CONVOY_INVALID_ARGUMENT, "shape is NULL");
  int64_t *dims =
      static_cast<int64_t *>(alloca(inputDimCount(entry) * sizeof(int64_t)));
  if (ConvoyStatus status = gatherInputDims(entry, inputs, inputCount, dims))
    return status;
  int64_t *resultDims =
      static_cast<int64_t *>(alloca(outputDimCount(entry) * sizeof(int64_t)));
  if (ConvoyStatus status = computeResultDims(entry, dims, resultDims))
    return status;
  for (int32_t i = 0; i < index; ++i)
    resultDims += e.outputs[i].rank;
  for (int32_t k = 0; k < e.outputs[index].rank; ++k)
    shape[k] = resultDims[k];
  return CONVOY_OK;
}

ConvoyStatus workspaceBytes(const ConvoyEntry *entry,
                            const DLTensor *const *inputs, int32_t inputCount,
                            uint64_t *bytes) {
  if (ConvoyStatus status = checkEntry(entry))
    return status;
  if (!bytes)
    return fail(CONVOY_INVALID_ARGUMENT, "bytes is NULL");
  int64_t *dims =
      static_cast<int64_t *>(alloca(inputDimCount(entry) * sizeof(int64_t)));
  if (ConvoyStatus status = gatherInputDims(entry, inputs, inputCount, dims))
    return status;
  return computeWorkspaceBytes(entry, dims, bytes);
}

ConvoyStatus call(const ConvoyEntry *entry, const DLTensor *const *inputs,
                  int32_t inputCount, const DLTensor *const *outputs,
                  int32_t outputCount, void *workspace, uint64_t workspaceBytes,
                  void *stream) {
  if (ConvoyStatus status = checkEntry(entry))
    return status;
  const ConvoyEntryRecord &e = record(entry);
  if (!prepared.load(std::memory_order_acquire))
    return fail(CONVOY_NOT_PREPARED, "call of entry %s before prepare", e.name);
  if (stream)
    return fail(CONVOY_INVALID_ARGUMENT,
                "entry %s runs on the CPU: expected no stream", e.name);
  int64_t *dims =
      static_cast<int64_t *>(alloca(inputDimCount(entry) * sizeof(int64_t)));
  if (ConvoyStatus status = gatherInputDims(entry, inputs, inputCount, dims))
    return status;
  for (int32_t i = 0; i < inputCount; ++i)
    if (ConvoyStatus status =
            checkMemory({"input", i, e.inputs[i]}, *inputs[i]))
      return status;
  int64_t *resultDims =
      static_cast<int64_t *>(alloca(outputDimCount(entry) * sizeof(int64_t)));
  if (ConvoyStatus status = computeResultDims(entry, dims, resultDims))
    return status;
  if (ConvoyStatus status =
          checkCount(entry, "output", outputs, outputCount, e.outputCount))
    return status;
  if (ConvoyStatus status = checkOutputs(entry, resultDims, inputs, outputs))
    return status;
  if (ConvoyStatus status =
          checkWorkspace(entry, dims, workspace, workspaceBytes))
    return status;

  const void **inputData = static_cast<const void **>(
      alloca((inputCount + 1) * sizeof(const void *)));
  for (int32_t i = 0; i < inputCount; ++i)
    inputData[i] = dataOf(*inputs[i]);
  void **outputData =
      static_cast<void **>(alloca((outputCount + 1) * sizeof(void *)));
  for (int32_t i = 0; i < outputCount; ++i)
    outputData[i] = dataOf(*outputs[i]);
  e.run(inputData, outputData, dims, workspace);
  return CONVOY_OK;
}

const ConvoyArtefactApi api = {CONVOY_ARTEFACT_API_VERSION,
                               sizeof(ConvoyArtefactApi),
                               lastError,
                               entryCount,
                               entryName,
                               findEntry,
                               query,
                               inputCount,
                               outputCount,
                               inputInfo,
                               outputInfo,
                               prepare,
                               resultShape,
                               workspaceBytes,
                               call};

} // namespace

extern "C" __attribute__((visibility("default"))) const ConvoyArtefactApi *
convoy_artefact_api( // NOLINT(readability-identifier-naming): C's name
    uint32_t version) {
  // The second comparison is between the compiler and this runtime, which are
  // built together: only a mixed-up installation fails it.
  if (version != CONVOY_ARTEFACT_API_VERSION ||
      convoy_entry_table_version != CONVOY_ENTRY_TABLE_VERSION)
    return nullptr;
  return &api;
}
