//===- CudaDevice.cpp - A CUDA device and its memory ----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The device is opened once and kept; memory is plain memory of the driver, so
// that tools which watch allocations see each tensor.
//
//===----------------------------------------------------------------------===//

#include "CudaDevice.h"
#include "Convoy/Runtime/Device.h"
#include "Convoy/Runtime/Error.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

using namespace convoy::runtime;
using cuda::DeviceAttribute;

static constexpr uint64_t kAlignmentBytes = 256;

/// The length of a guard band. Tools that watch accesses to memory see those
/// outside of tensors only where there are none.
static uint64_t guardBytes() {
  static const bool hasGuards = [] {
    const char *choice = std::getenv("CONVOY_GUARD_BANDS");
    return !choice || std::strcmp(choice, "0") != 0;
  }();
  return hasGuards ? 256 * kAlignmentBytes : 0;
}

static void check(const cuda::Driver &driver, cuda::Status status) {
  if (status)
    throw DeviceError(driver.describe(status).text);
}

static const cuda::Driver &openedDriver() {
  cuda::OpenedDriver opened = cuda::openDriver();
  if (!opened.driver)
    throw DeviceError(opened.error);
  return *opened.driver;
}

static cuda::Device findDevice(const cuda::Driver &driver, int ordinal) {
  int count = 0;
  check(driver, driver.deviceGetCount(&count));
  if (ordinal >= count)
    throw DeviceError("expected a CUDA device " + std::to_string(ordinal) +
                      ", found " + std::to_string(count) + " devices");
  cuda::Device device = 0;
  check(driver, driver.deviceGet(&device, ordinal));
  return device;
}

CudaDeviceInfo convoy::runtime::describeCudaDevice(const cuda::Driver &driver,
                                                   cuda::Device device) {
  CudaDeviceInfo info;
  char name[256] = {};
  check(driver, driver.deviceGetName(name, sizeof(name), device));
  info.name = name;
  auto attribute = [&](DeviceAttribute which) {
    int value = 0;
    check(driver, driver.deviceGetAttribute(&value, which, device));
    return value;
  };
  info.computeCapabilityMajor =
      attribute(DeviceAttribute::ComputeCapabilityMajor);
  info.computeCapabilityMinor =
      attribute(DeviceAttribute::ComputeCapabilityMinor);
  info.multiprocessorCount = attribute(DeviceAttribute::MultiprocessorCount);
  info.l2CacheBytes = attribute(DeviceAttribute::L2CacheSizeBytes);
  int version = 0;
  check(driver, driver.driverGetVersion(&version));
  // 13020 is 13.2.
  info.driverVersion = std::to_string(version / 1000) + "." +
                       std::to_string(version % 1000 / 10);
  return info;
}

std::optional<CudaTarget> convoy::runtime::findCudaTarget(std::string *why) {
  try {
    const cuda::Driver &driver = openedDriver();
    CudaDeviceInfo info = describeCudaDevice(driver, findDevice(driver, 0));
    return CudaTarget{info.computeCapabilityMajor, info.computeCapabilityMinor};
  } catch (const DeviceError &error) {
    if (why)
      *why = error.what();
    return std::nullopt;
  }
}

CudaDevice::CudaDevice(int ordinal)
    : cudaDriver(&openedDriver()), index(ordinal),
      device(findDevice(driver(), ordinal)),
      description(describeCudaDevice(driver(), device)) {
  cuda::Context context = nullptr;
  check(driver().devicePrimaryCtxRetain(&context, device));
  current.emplace(driver(), context);
  cuda::Status status = current->status();
  if (!status)
    status = driver().streamCreate(&ownStream, cuda::kStreamNonBlocking);
  if (!status)
    return;
  current.reset();
  // The first failure is the one to report.
  (void)driver().devicePrimaryCtxRelease(device);
  check(status);
}

CudaDevice::~CudaDevice() {
  // Nobody is left to report a failure to; the process ends soon.
  (void)driver().streamDestroy(ownStream);
  current.reset();
  (void)driver().devicePrimaryCtxRelease(device);
}

void CudaDevice::check(cuda::Status status) const { ::check(driver(), status); }

void CudaDevice::synchronize() const { check(driver().ctxSynchronize()); }

bool CudaDevice::isUsable() const { return !driver().ctxSynchronize(); }

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

static std::vector<unsigned char> makeGuard(GuardBand kind) {
  // 0x7FF7 is NaN as f16 and bf16, and repeated as f32 and f64.
  const unsigned char nan[] = {0xF7, 0x7F}, finite[] = {0x5A, 0x5A};
  std::vector<unsigned char> guard(guardBytes());
  for (uint64_t i = 0; i < guardBytes(); ++i)
    guard[i] = (kind == GuardBand::NotANumber ? nan : finite)[i % 2];
  return guard;
}

CudaMemory::CudaMemory(const CudaDevice &device, uint64_t byteCount,
                       GuardBand guard)
    : device(&device), bytes(byteCount), guard(guard) {
  const cuda::Driver &driver = device.driver();
  if (cuda::Status failed = driver.memAlloc(
          &base, std::max(bytes + 2 * guardBytes(), kAlignmentBytes)))
    throw DeviceError("cannot allocate " + std::to_string(bytes) +
                      " bytes: " + driver.describe(failed).text);
  std::vector<unsigned char> band = makeGuard(guard);
  cuda::Status status = driver.memcpyHtoD(base, band.data(), guardBytes());
  if (!status)
    status = driver.memcpyHtoD(address() + bytes, band.data(), guardBytes());
  if (status) {
    (void)driver.memFree(base);
    device.check(status);
  }
}

CudaMemory::CudaMemory(CudaMemory &&other) noexcept
    : device(other.device), bytes(other.bytes), guard(other.guard),
      base(std::exchange(other.base, 0)) {}

CudaMemory::~CudaMemory() {
  // Fails only where an earlier call has failed and was reported.
  if (base)
    (void)device->driver().memFree(base);
}

cuda::DevicePointer CudaMemory::address() const { return base + guardBytes(); }

void CudaMemory::copyFrom(const void *host) const {
  if (bytes)
    device->check(device->driver().memcpyHtoD(address(), host, bytes));
}

void CudaMemory::copyTo(void *host) const {
  if (bytes)
    device->check(device->driver().memcpyDtoH(host, address(), bytes));
}

void CudaMemory::fill(unsigned char byte) const {
  if (bytes)
    device->check(device->driver().memsetD8(address(), byte, bytes));
}

std::optional<std::string> CudaMemory::describeOverwrittenGuards() const {
  std::vector<unsigned char> expected = makeGuard(guard), found(guardBytes());
  auto overwritten = [&](cuda::DevicePointer at) {
    device->check(device->driver().memcpyDtoH(found.data(), at, guardBytes()));
    return found != expected;
  };
  if (overwritten(base)) {
    auto last =
        std::mismatch(expected.rbegin(), expected.rend(), found.rbegin());
    return "memory was written in front of it, the nearest " +
           std::to_string(last.first - expected.rbegin() + 1) +
           " bytes before its first byte";
  }
  if (overwritten(address() + bytes)) {
    auto first = std::mismatch(expected.begin(), expected.end(), found.begin());
    return "memory was written behind it, the nearest " +
           std::to_string(first.first - expected.begin() + 1) +
           " bytes after its last byte";
  }
  return std::nullopt;
}
