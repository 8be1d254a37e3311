//===- CudaImage.cpp - Device code on a device ----------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// NVIDIA's rules of compatibility between compute capabilities.
//
//===----------------------------------------------------------------------===//

#include "CudaImage.h"
#include "LastError.h"

using namespace convoy::runtime;
using namespace convoy::runtime::cuda;

namespace {

struct ComputeCapability {
  int major;
  int minor;
};

bool isSame(const ConvoyImageRecord &image, ComputeCapability device) {
  return image.major == device.major && image.minor == device.minor;
}

bool runsMachineCode(const ConvoyImageRecord &image, ComputeCapability device) {
  if (!image.cubin)
    return false;
  if (image.cubinIsArchitectureSpecific)
    return isSame(image, device);
  return image.major == device.major && image.minor <= device.minor;
}

bool runsPtx(const ConvoyImageRecord &image, ComputeCapability device) {
  if (!image.ptx)
    return false;
  if (image.ptxIsArchitectureSpecific)
    return isSame(image, device);
  return image.major < device.major ||
         (image.major == device.major && image.minor <= device.minor);
}

ConvoyStatus readComputeCapability(const Driver &driver, Device device,
                                   ComputeCapability &capability) {
  Status failed = driver.deviceGetAttribute(
      &capability.major, DeviceAttribute::ComputeCapabilityMajor, device);
  if (!failed)
    failed = driver.deviceGetAttribute(
        &capability.minor, DeviceAttribute::ComputeCapabilityMinor, device);
  if (failed)
    return fail(CONVOY_DEVICE_ERROR, "%s", driver.describe(failed).text);
  return CONVOY_OK;
}

ConvoyStatus refuseDevice(const Driver &driver, Device device, int32_t ordinal,
                          const ConvoyImageRecord &image,
                          ComputeCapability capability) {
  char name[128] = "";
  if (Status failed = driver.deviceGetName(name, sizeof(name), device))
    return fail(CONVOY_DEVICE_ERROR, "%s", driver.describe(failed).text);
  return fail(CONVOY_DEVICE_MISMATCH,
              "this artefact is compiled for %s, CUDA device %d (%s) is an "
              "sm_%d%d: compile it for that chip",
              image.chip, ordinal, name, capability.major, capability.minor);
}

} // namespace

ConvoyStatus convoy::runtime::loadImage(const Driver &driver, Device device,
                                        int32_t ordinal,
                                        const ConvoyImageRecord &image,
                                        Module &module) {
  ComputeCapability capability = {};
  if (ConvoyStatus status = readComputeCapability(driver, device, capability))
    return status;
  bool useMachineCode = runsMachineCode(image, capability);
  if (!useMachineCode && !runsPtx(image, capability))
    return refuseDevice(driver, device, ordinal, image, capability);
  // What the driver's compiler says about PTX.
  char log[256] = "";
  JitOption options[] = {JitOption::ErrorLogBuffer,
                         JitOption::ErrorLogBufferSizeBytes};
  void *values[] = {log, reinterpret_cast<void *>(sizeof(log))};
  Status failed = driver.moduleLoadDataEx(
      &module, useMachineCode ? image.cubin : image.ptx, 2, options, values);
  if (!failed)
    return CONVOY_OK;
  module = nullptr;
  log[sizeof(log) - 1] = '\0';
  return fail(CONVOY_DEVICE_ERROR, "%s of %s: %s%s%s",
              useMachineCode ? "machine code" : "PTX", image.chip,
              driver.describe(failed).text, *log ? ": " : "", log);
}
