//===- CudaDevice.h - A CUDA device made ready ------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What this artefact has on a device: its modules, kernels and constants in the
// device's primary context, loaded once and released when the artefact is
// unloaded.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_RUNTIME_ARTEFACT_CUDADEVICE_H
#define CONVOY_LIB_RUNTIME_ARTEFACT_CUDADEVICE_H

#include "Cuda/Driver.h"
#include "convoy-c/Artefact.h"

namespace convoy::runtime {

/// A device on which everything is loaded. Does not change any more.
struct CudaDevice {
  const cuda::Driver *driver;
  cuda::Device device;
  cuda::Context context;
  cuda::Module *modules;          // of convoy_image_table
  cuda::Function *functions;      // of convoy_kernel_table
  cuda::DevicePointer *constants; // of convoy_constant_table
  cuda::DevicePointer constantMemory;
};

/// Loads everything onto the device unless it is there already. Thread-safe.
ConvoyStatus prepareCudaDevice(int32_t ordinal);

/// nullptr where the device has not been prepared.
const CudaDevice *findCudaDevice(int32_t ordinal);

} // namespace convoy::runtime

#endif // CONVOY_LIB_RUNTIME_ARTEFACT_CUDADEVICE_H
