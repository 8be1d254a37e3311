//===- CudaDevice.h - A CUDA device and its memory --------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The driver's device, stream and memory as objects; every failed call is a
// DeviceError that names it. What is called on them lives in CudaCall.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_RUNTIME_HOST_CUDADEVICE_H
#define CONVOY_LIB_RUNTIME_HOST_CUDADEVICE_H

#include "Cuda/Driver.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace convoy::runtime {

struct CudaDeviceInfo {
  std::string name;
  int computeCapabilityMajor = 0;
  int computeCapabilityMinor = 0;
  /// "13.0": the CUDA version that the driver speaks.
  std::string driverVersion;
  int multiprocessorCount = 0;
  uint64_t l2CacheBytes = 0;
};

/// Throws DeviceError where a call fails.
CudaDeviceInfo describeCudaDevice(const cuda::Driver &driver,
                                  cuda::Device device);

/// A device whose primary context is current on the thread that made this
/// object, while it lives.
class CudaDevice {
public:
  /// Throws DeviceError where there is no driver or no device `ordinal`.
  explicit CudaDevice(int ordinal = 0);
  ~CudaDevice();
  CudaDevice(const CudaDevice &) = delete;
  CudaDevice &operator=(const CudaDevice &) = delete;

  const CudaDeviceInfo &info() const { return description; }
  const cuda::Driver &driver() const { return *cudaDriver; }
  int ordinal() const { return index; }
  /// A stream of its own, which does not wait for the legacy default stream.
  cuda::Stream stream() const { return ownStream; }

  /// Throws DeviceError for a failed call.
  void check(cuda::Status status) const;
  /// Waits for all that the device does.
  void synchronize() const;
  /// Whether the device still takes calls: after an illegal access to memory
  /// it does not in this process.
  bool isUsable() const;

private:
  const cuda::Driver *cudaDriver = nullptr;
  int index;
  cuda::Device device;
  CudaDeviceInfo description;
  std::optional<cuda::CurrentContext> current;
  cuda::Stream ownStream = nullptr;
};

/// What lies around memory of the device, to find out about accesses outside.
enum class GuardBand {
  NotANumber, ///< in every floating-point type: reading it spoils results
  Finite,     ///< so that results which were spoilt differ from it
};

/// Memory of the device between two guard bands.
class CudaMemory {
public:
  CudaMemory(const CudaDevice &device, uint64_t byteCount, GuardBand guard);
  CudaMemory(CudaMemory &&other) noexcept;
  CudaMemory &operator=(CudaMemory &&) = delete;
  ~CudaMemory();

  /// Aligned to 256 bytes.
  cuda::DevicePointer address() const;
  void *pointer() const { return reinterpret_cast<void *>(address()); }
  uint64_t byteCount() const { return bytes; }

  void copyFrom(const void *host) const;
  void copyTo(void *host) const;
  void fill(unsigned char byte) const;
  /// What has been written into the guard bands, in words; none where they are
  /// intact.
  std::optional<std::string> describeOverwrittenGuards() const;

private:
  const CudaDevice *device;
  uint64_t bytes;
  GuardBand guard;
  cuda::DevicePointer base = 0;
};

} // namespace convoy::runtime

#endif // CONVOY_LIB_RUNTIME_HOST_CUDADEVICE_H
