//===- Devices.cpp - The devices of an artefact ---------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The CPU's part of preparing, and the choice.
//
//===----------------------------------------------------------------------===//

#include "Devices.h"
#include "CudaDevice.h"
#include "LastError.h"
#include "TensorChecks.h"
#include "ThreadPool.h"

#include "Convoy/Runtime/EntryTable.h"

#include <atomic>

using namespace convoy::runtime;

namespace {

std::atomic<bool> cpuPrepared{false};

bool hasEntryFor(DLDeviceType type) {
  for (int32_t i = 0; i < convoy_entry_count; ++i)
    if (convoy_entry_table[i].deviceType == type)
      return true;
  return false;
}

/// What the artefact's entries run on, for messages.
const char *describeEntries() {
  if (!hasEntryFor(kDLCUDA))
    return "the CPU";
  return hasEntryFor(kDLCPU) ? "CUDA devices and the CPU" : "CUDA devices";
}

} // namespace

bool convoy::runtime::isCpuPrepared() {
  return cpuPrepared.load(std::memory_order_acquire);
}

ConvoyStatus convoy::runtime::prepare(DLDevice device) {
  // An artefact without entries is as ready for the CPU as it can be.
  bool known = hasEntryFor(device.device_type) ||
               (convoy_entry_count == 0 && device.device_type == kDLCPU);
  if (!known)
    return fail(CONVOY_DEVICE_MISMATCH, "this artefact runs on %s, not on %s",
                describeEntries(), DeviceText(device).text);
  if (device.device_type == kDLCUDA)
    return prepareCudaDevice(device.device_id);
  startThreadPool();
  cpuPrepared.store(true, std::memory_order_release);
  return CONVOY_OK;
}
