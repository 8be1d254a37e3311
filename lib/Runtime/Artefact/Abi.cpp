//===- Abi.cpp - The C ABI in front of the compiled entries ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of ConvoyArtefactApi over the table that the compiler emitted:
// those that answer questions about entries, and the table of them all.
//
//===----------------------------------------------------------------------===//

#include "Call.h"
#include "CudaLaunch.h"
#include "Devices.h"
#include "LastError.h"
#include "Shapes.h"

#include <alloca.h>
#include <cstring>

using namespace convoy::runtime;

namespace {

ConvoyStatus checkEntry(const ConvoyEntry *entry) {
  return entry ? CONVOY_OK : fail(CONVOY_INVALID_ARGUMENT, "entry is NULL");
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
  auto *dims =
      static_cast<int64_t *>(alloca(inputDimCount(e) * sizeof(int64_t)));
  if (ConvoyStatus status = gatherInputDims(e, inputs, inputCount, dims))
    return status;
  auto *resultDims =
      static_cast<int64_t *>(alloca(outputDimCount(e) * sizeof(int64_t)));
  if (ConvoyStatus status = computeResultDims(e, dims, resultDims))
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
  const ConvoyEntryRecord &e = record(entry);
  auto *dims =
      static_cast<int64_t *>(alloca(inputDimCount(e) * sizeof(int64_t)));
  if (ConvoyStatus status = gatherInputDims(e, inputs, inputCount, dims))
    return status;
  return computeWorkspaceBytes(e, dims, bytes);
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
                               call,
                               launchCount};

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
