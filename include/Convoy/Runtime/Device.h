//===- Device.h - Which devices this machine has ----------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a tool has to know before it compiles: whether there is a CUDA device,
// and which. The CUDA driver is opened at run time; no CUDA header is needed.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_RUNTIME_DEVICE_H
#define CONVOY_RUNTIME_DEVICE_H

#include <optional>
#include <string>

namespace convoy::runtime {

/// The first CUDA device, as far as a compiler asks.
struct CudaTarget {
  int computeCapabilityMajor = 0;
  int computeCapabilityMinor = 0;
};

/// None where there is no driver or no device; `why` says why, in one line, if
/// it is not null.
std::optional<CudaTarget> findCudaTarget(std::string *why = nullptr);

} // namespace convoy::runtime

#endif // CONVOY_RUNTIME_DEVICE_H
