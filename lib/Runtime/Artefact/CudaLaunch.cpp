//===- CudaLaunch.cpp - Starting kernels ----------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nothing here allocates, waits or does anything else that a stream under
// capture forbids.
//
//===----------------------------------------------------------------------===//

#include "CudaLaunch.h"
#include "CudaDevice.h"
#include "LastError.h"

#include <atomic>

using namespace convoy::runtime;
using namespace convoy::runtime::cuda;

namespace {

/// What `launch` points to.
struct Launch {
  const CudaDevice &device;
  Stream stream;
  /// The first failure: the driver's, or a grid that it has no numbers for.
  Status failed = {};
  int32_t failedKernel = -1;
  int64_t blockCounts[3] = {};
};

std::atomic<uint64_t> launches{0};

bool fitsDriver(int64_t count) { return count <= INT32_MAX; }

ConvoyStatus report(const ConvoyEntryRecord &entry, const Launch &launch) {
  if (launch.failedKernel < 0)
    return CONVOY_OK;
  const char *kernel = convoy_kernel_table[launch.failedKernel].name;
  if (launch.failed)
    return fail(CONVOY_DEVICE_ERROR, "entry %s, kernel %s: %s", entry.name,
                kernel, launch.device.driver->describe(launch.failed).text);
  return fail(CONVOY_SHAPE_MISMATCH,
              "entry %s, kernel %s: the inputs are too large: they need a grid "
              "of %lldx%lldx%lld blocks",
              entry.name, kernel, static_cast<long long>(launch.blockCounts[0]),
              static_cast<long long>(launch.blockCounts[1]),
              static_cast<long long>(launch.blockCounts[2]));
}

} // namespace

ConvoyStatus convoy::runtime::runOnCuda(const ConvoyEntryRecord &entry,
                                        DLDevice device,
                                        const EntryArguments &arguments,
                                        void *stream) {
  // Without tensors there is nothing to compute.
  if (entry.inputCount == 0 && entry.outputCount == 0)
    return CONVOY_OK;
  const CudaDevice *prepared = findCudaDevice(device.device_id);
  if (!prepared)
    return fail(CONVOY_NOT_PREPARED,
                "call of entry %s before prepare of CUDA device %d", entry.name,
                device.device_id);
  CurrentContext current(*prepared->driver, prepared->context);
  if (Status failed = current.status())
    return fail(CONVOY_DEVICE_ERROR, "entry %s: %s", entry.name,
                prepared->driver->describe(failed).text);
  Launch launch{*prepared, static_cast<Stream>(stream)};
  entry.run(arguments.inputs, arguments.outputs, arguments.dims,
            arguments.workspace, &launch);
  return report(entry, launch);
}

uint64_t convoy::runtime::launchCount() {
  return launches.load(std::memory_order_relaxed);
}

extern "C" void convoy_rt_launch(void *opaque, int32_t kernel, int64_t gridX,
                                 int64_t gridY, int64_t gridZ, int64_t blockX,
                                 int64_t blockY, int64_t blockZ,
                                 int64_t dynamicSharedBytes, void **arguments) {
  Launch &launch = *static_cast<Launch *>(opaque);
  if (launch.failedKernel >= 0 || gridX <= 0 || gridY <= 0 || gridZ <= 0)
    return;
  if (!fitsDriver(gridX) || !fitsDriver(gridY) || !fitsDriver(gridZ)) {
    launch.failedKernel = kernel;
    launch.blockCounts[0] = gridX;
    launch.blockCounts[1] = gridY;
    launch.blockCounts[2] = gridZ;
    return;
  }
  launch.failed = launch.device.driver->launchKernel(
      launch.device.functions[kernel], static_cast<unsigned>(gridX),
      static_cast<unsigned>(gridY), static_cast<unsigned>(gridZ),
      static_cast<unsigned>(blockX), static_cast<unsigned>(blockY),
      static_cast<unsigned>(blockZ), static_cast<unsigned>(dynamicSharedBytes),
      launch.stream, arguments, /*extra=*/nullptr);
  if (launch.failed)
    launch.failedKernel = kernel;
  else
    launches.fetch_add(1, std::memory_order_relaxed);
}

extern "C" const void *convoy_rt_device_constant(void *opaque,
                                                 int32_t constant) {
  const Launch &launch = *static_cast<Launch *>(opaque);
  return reinterpret_cast<const void *>(
      static_cast<uintptr_t>(launch.device.constants[constant]));
}
