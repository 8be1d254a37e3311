//===- CudaDevice.cpp - A CUDA device made ready --------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loading and releasing. Which of an image's codes a device can run is decided
// in CudaImage.cpp.
//
//===----------------------------------------------------------------------===//

#include "CudaDevice.h"
#include "CudaImage.h"
#include "LastError.h"

#include "Convoy/Runtime/EntryTable.h"

#include <atomic>
#include <cstdlib>
#include <pthread.h>

using namespace convoy::runtime;
using namespace convoy::runtime::cuda;

namespace {

/// More than any machine has.
constexpr int32_t kMaxDevices = 256;
constexpr uint64_t kConstantAlignmentBytes = 256;

std::atomic<CudaDevice *> devices[kMaxDevices];
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

class Lock {
public:
  Lock() { pthread_mutex_lock(&mutex); }
  ~Lock() { pthread_mutex_unlock(&mutex); }
  Lock(const Lock &) = delete;
  Lock &operator=(const Lock &) = delete;
};

ConvoyStatus failWith(const Driver &driver, Status failed) {
  return fail(CONVOY_DEVICE_ERROR, "%s", driver.describe(failed).text);
}

uint64_t alignedBytes(uint64_t bytes) {
  return (bytes + kConstantAlignmentBytes - 1) / kConstantAlignmentBytes *
         kConstantAlignmentBytes;
}

/// Undoes what of loadDevice has been done. What the driver says does not
/// matter: it refuses only while it shuts down or after an error that took the
/// context with it, and then nothing is left to release.
void release(CudaDevice *device) {
  const Driver &driver = *device->driver;
  if (device->context) {
    {
      CurrentContext current(driver, device->context);
      if (!current.status()) {
        // Kernels of the modules may still run.
        (void)driver.ctxSynchronize();
        for (int32_t i = 0; i < convoy_image_count; ++i)
          if (device->modules && device->modules[i])
            (void)driver.moduleUnload(device->modules[i]);
        if (device->constantMemory)
          (void)driver.memFree(device->constantMemory);
      }
    }
    (void)driver.devicePrimaryCtxRelease(device->device);
  }
  free(device->modules);
  free(device->functions);
  free(device->constants);
  free(device);
}

/// Room for `count` objects that are zero.
template <typename T>
bool allocate(T *&array, int32_t count) {
  array = static_cast<T *>(calloc(count + 1, sizeof(T)));
  return array != nullptr;
}

ConvoyStatus loadModules(CudaDevice &device, int32_t ordinal) {
  for (int32_t i = 0; i < convoy_image_count; ++i)
    if (ConvoyStatus status =
            loadImage(*device.driver, device.device, ordinal,
                      convoy_image_table[i], device.modules[i]))
      return status;
  return CONVOY_OK;
}

/// Finds a kernel and lets it have the shared memory that its launches ask for.
ConvoyStatus loadKernel(CudaDevice &device, const ConvoyKernelRecord &kernel,
                        Function &function) {
  const Driver &driver = *device.driver;
  if (Status failed = driver.moduleGetFunction(
          &function, device.modules[kernel.image], kernel.name))
    return fail(CONVOY_DEVICE_ERROR, "kernel %s: %s", kernel.name,
                driver.describe(failed).text);
  int available = 0;
  if (Status failed = driver.deviceGetAttribute(
          &available, DeviceAttribute::MaxSharedMemoryPerBlockOptinBytes,
          device.device))
    return failWith(driver, failed);
  if (kernel.dynamicSharedBytesMax > available)
    return fail(CONVOY_DEVICE_MISMATCH,
                "kernel %s: expected a device with %d bytes of shared memory "
                "for a block, found one with %d",
                kernel.name, kernel.dynamicSharedBytesMax, available);
  // Also loads the kernel now: a driver that loads lazily would do so at the
  // first launch, which may be inside the capture of a graph.
  if (Status failed = driver.funcSetAttribute(
          function, FunctionAttribute::MaxDynamicSharedSizeBytes,
          kernel.dynamicSharedBytesMax))
    return fail(CONVOY_DEVICE_ERROR, "kernel %s: %s", kernel.name,
                driver.describe(failed).text);
  return CONVOY_OK;
}

ConvoyStatus uploadConstants(CudaDevice &device) {
  const Driver &driver = *device.driver;
  uint64_t bytes = 0;
  for (int32_t i = 0; i < convoy_constant_count; ++i)
    bytes += alignedBytes(convoy_constant_table[i].bytes);
  if (bytes == 0)
    return CONVOY_OK;
  if (Status failed = driver.memAlloc(&device.constantMemory, bytes))
    return fail(CONVOY_DEVICE_ERROR, "%llu bytes for constants: %s",
                static_cast<unsigned long long>(bytes),
                driver.describe(failed).text);
  DevicePointer address = device.constantMemory;
  for (int32_t i = 0; i < convoy_constant_count; ++i) {
    const ConvoyConstantRecord &constant = convoy_constant_table[i];
    device.constants[i] = address;
    address += alignedBytes(constant.bytes);
    if (constant.bytes == 0)
      continue;
    if (Status failed = driver.memcpyHtoD(device.constants[i], constant.data,
                                          constant.bytes))
      return failWith(driver, failed);
  }
  // The copy may still be on its way when the call returns, and streams of the
  // caller do not wait for the one that it is on.
  if (Status failed = driver.ctxSynchronize())
    return failWith(driver, failed);
  return CONVOY_OK;
}

/// Everything that needs the device's context to be current.
ConvoyStatus loadInContext(CudaDevice &device, int32_t ordinal) {
  CurrentContext current(*device.driver, device.context);
  if (Status failed = current.status())
    return failWith(*device.driver, failed);
  if (ConvoyStatus status = loadModules(device, ordinal))
    return status;
  for (int32_t i = 0; i < convoy_kernel_count; ++i)
    if (ConvoyStatus status =
            loadKernel(device, convoy_kernel_table[i], device.functions[i]))
      return status;
  return uploadConstants(device);
}

ConvoyStatus loadDevice(CudaDevice &device, int32_t ordinal) {
  const Driver &driver = *device.driver;
  if (!allocate(device.modules, convoy_image_count) ||
      !allocate(device.functions, convoy_kernel_count) ||
      !allocate(device.constants, convoy_constant_count))
    return fail(CONVOY_DEVICE_ERROR, "out of memory");
  if (Status failed = driver.deviceGet(&device.device, ordinal))
    return failWith(driver, failed);
  if (Status failed =
          driver.devicePrimaryCtxRetain(&device.context, device.device)) {
    device.context = nullptr;
    return failWith(driver, failed);
  }
  return loadInContext(device, ordinal);
}

ConvoyStatus checkOrdinal(const Driver &driver, int32_t ordinal) {
  int count = 0;
  if (Status failed = driver.deviceGetCount(&count))
    return failWith(driver, failed);
  if (ordinal < 0 || ordinal >= count || ordinal >= kMaxDevices)
    return fail(CONVOY_DEVICE_MISMATCH,
                "expected the number of a CUDA device, of which there %s %d, "
                "found %d",
                count == 1 ? "is" : "are", count, ordinal);
  return CONVOY_OK;
}

/// Runs when the artefact is unloaded.
__attribute__((destructor)) void releaseDevices() {
  for (std::atomic<CudaDevice *> &entry : devices)
    if (CudaDevice *device = entry.exchange(nullptr))
      release(device);
}

} // namespace

const CudaDevice *convoy::runtime::findCudaDevice(int32_t ordinal) {
  if (ordinal < 0 || ordinal >= kMaxDevices)
    return nullptr;
  return devices[ordinal].load(std::memory_order_acquire);
}

ConvoyStatus convoy::runtime::prepareCudaDevice(int32_t ordinal) {
  if (findCudaDevice(ordinal))
    return CONVOY_OK;
  OpenedDriver opened = openDriver();
  if (!opened.driver)
    return fail(CONVOY_DEVICE_ERROR, "%s", opened.error);
  if (ConvoyStatus status = checkOrdinal(*opened.driver, ordinal))
    return status;
  Lock lock;
  if (findCudaDevice(ordinal))
    return CONVOY_OK;
  auto *device = static_cast<CudaDevice *>(calloc(1, sizeof(CudaDevice)));
  if (!device)
    return fail(CONVOY_DEVICE_ERROR, "out of memory");
  device->driver = opened.driver;
  if (ConvoyStatus status = loadDevice(*device, ordinal)) {
    release(device);
    return status;
  }
  devices[ordinal].store(device, std::memory_order_release);
  return CONVOY_OK;
}
