//===- FakeCuda.cpp - A CUDA driver without a GPU -------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Its functions for devices, contexts and memory.
//
//===----------------------------------------------------------------------===//

#include "FakeCudaMachine.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace convoy::runtime::cuda;

using namespace fake;

namespace {

struct Name {
  int result;
  const char *name;
  const char *text;
};
constexpr Name kNames[] = {
    {1, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {100, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {101, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {201, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {218, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
    {500, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {700, "CUDA_ERROR_ILLEGAL_ADDRESS",
     "an illegal memory access was "
     "encountered"},
    {900, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
     "operation not permitted when stream is capturing"},
    {999, "CUDA_ERROR_UNKNOWN", "unknown error"},
};

} // namespace

// NOLINTBEGIN(readability-identifier-naming): the driver's names.
extern "C" {

//===----------------------------------------------------------------------===//
// The driver, devices and contexts
//===----------------------------------------------------------------------===//

Result cuInit(unsigned) {
  ENTER("cuInit");
  return machine().state.deviceCount > 0 ? kSuccess : kErrorNoDevice;
}

Result cuDriverGetVersion(int *version) {
  ENTER("cuDriverGetVersion");
  *version = 13000;
  return kSuccess;
}

Result cuGetErrorName(Result result, const char **name) {
  for (const Name &known : kNames)
    if (known.result == result)
      return *name = known.name, kSuccess;
  return kInvalidValue;
}

Result cuGetErrorString(Result result, const char **text) {
  for (const Name &known : kNames)
    if (known.result == result)
      return *text = known.text, kSuccess;
  return kInvalidValue;
}

Result cuDeviceGetCount(int *count) {
  ENTER("cuDeviceGetCount");
  *count = machine().state.deviceCount;
  return kSuccess;
}

Result cuDeviceGet(Device *device, int ordinal) {
  ENTER("cuDeviceGet");
  *device = ordinal;
  return ordinal < machine().state.deviceCount ? kSuccess : kErrorInvalidDevice;
}

Result cuDeviceGetName(char *name, int bytes, Device) {
  ENTER("cuDeviceGetName");
  snprintf(name, bytes, "Fake GPU");
  return kSuccess;
}

Result cuDeviceGetAttribute(int *value, DeviceAttribute attribute, Device) {
  ENTER("cuDeviceGetAttribute");
  const FakeCuda &state = machine().state;
  switch (attribute) {
  case DeviceAttribute::ComputeCapabilityMajor:
    return *value = state.computeMajor, kSuccess;
  case DeviceAttribute::ComputeCapabilityMinor:
    return *value = state.computeMinor, kSuccess;
  case DeviceAttribute::MaxSharedMemoryPerBlockOptinBytes:
    return *value = state.sharedBytesPerBlock, kSuccess;
  case DeviceAttribute::MultiprocessorCount:
    return *value = 1, kSuccess;
  case DeviceAttribute::L2CacheSizeBytes:
    return *value = 1 << 20, kSuccess;
  }
  return kInvalidValue;
}

Result cuDevicePrimaryCtxRetain(Context *context, Device device) {
  ENTER("cuDevicePrimaryCtxRetain");
  *context = &machine().contexts[device];
  ++machine().state.retainedContexts;
  return kSuccess;
}

Result cuDevicePrimaryCtxRelease_v2(Device) {
  ENTER("cuDevicePrimaryCtxRelease");
  --machine().state.retainedContexts;
  return kSuccess;
}

Result cuCtxGetCurrent(Context *context) {
  ENTER("cuCtxGetCurrent");
  *context = currentContext();
  return kSuccess;
}

Result cuCtxPushCurrent_v2(Context context) {
  ENTER("cuCtxPushCurrent");
  contextStack().push_back(context);
  return kSuccess;
}

Result cuCtxPopCurrent_v2(Context *context) {
  ENTER("cuCtxPopCurrent", Needs::Context);
  *context = currentContext();
  contextStack().pop_back();
  return kSuccess;
}

Result cuCtxSynchronize() {
  ENTER("cuCtxSynchronize", Needs::NoCapture);
  return kSuccess;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Result cuMemGetInfo_v2(size_t *free, size_t *total) {
  ENTER("cuMemGetInfo", Needs::Context);
  *free = *total = size_t(1) << 34;
  return kSuccess;
}

Result cuMemAlloc_v2(DevicePointer *address, size_t bytes) {
  ENTER("cuMemAlloc", Needs::NoCapture);
  if (bytes == 0)
    return kInvalidValue;
  void *memory = aligned_alloc(256, (bytes + 255) / 256 * 256);
  if (!memory)
    return kErrorOutOfMemory;
  memset(memory, 0xcd, bytes);
  *address = reinterpret_cast<DevicePointer>(memory);
  machine().allocations[*address] = bytes;
  ++machine().state.liveAllocations;
  return kSuccess;
}

Result cuMemFree_v2(DevicePointer address) {
  ENTER("cuMemFree", Needs::NoCapture);
  if (!machine().allocations.erase(address))
    return kInvalidValue;
  --machine().state.liveAllocations;
  free(reinterpret_cast<void *>(address));
  return kSuccess;
}

Result cuMemcpyHtoD_v2(DevicePointer to, const void *from, size_t bytes) {
  ENTER("cuMemcpyHtoD", Needs::NoCapture);
  if (!isAllocated(to, bytes))
    return kInvalidValue;
  memcpy(reinterpret_cast<void *>(to), from, bytes);
  return kSuccess;
}

Result cuMemcpyDtoH_v2(void *to, DevicePointer from, size_t bytes) {
  ENTER("cuMemcpyDtoH", Needs::NoCapture);
  if (!isAllocated(from, bytes))
    return kInvalidValue;
  memcpy(to, reinterpret_cast<void *>(from), bytes);
  return kSuccess;
}

Result cuMemcpyDtoDAsync_v2(DevicePointer to, DevicePointer from, size_t bytes,
                            Stream) {
  ENTER("cuMemcpyDtoDAsync", Needs::Context);
  if (!isAllocated(to, bytes) || !isAllocated(from, bytes))
    return kInvalidValue;
  memmove(reinterpret_cast<void *>(to), reinterpret_cast<void *>(from), bytes);
  return kSuccess;
}

Result cuMemsetD8_v2(DevicePointer to, unsigned char value, size_t bytes) {
  ENTER("cuMemsetD8", Needs::NoCapture);
  if (!isAllocated(to, bytes))
    return kInvalidValue;
  memset(reinterpret_cast<void *>(to), value, bytes);
  return kSuccess;
}

Result cuMemsetD8Async(DevicePointer to, unsigned char value, size_t bytes,
                       Stream) {
  ENTER("cuMemsetD8Async", Needs::Context);
  if (!isAllocated(to, bytes))
    return kInvalidValue;
  memset(reinterpret_cast<void *>(to), value, bytes);
  return kSuccess;
}

} // extern "C"
// NOLINTEND(readability-identifier-naming)
