//===- DeviceCode.h - What an artefact has for its device -------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Images, kernels and constants of a compiled program as data, in the terms of
// Convoy/Runtime/EntryTable.h.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ARTEFACT_DEVICECODE_H
#define CONVOY_LIB_ARTEFACT_DEVICECODE_H

#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlir::convoy {

/// ConvoyImageRecord.
struct DeviceImage {
  std::string cubin; ///< empty where there is none
  std::string ptx;   ///< empty where there is none
  std::string chip;
  int32_t major = 0;
  int32_t minor = 0;
  bool architectureSpecific = false;
};

/// ConvoyKernelRecord.
struct DeviceKernel {
  std::string name;
  int32_t image = 0;
  int32_t dynamicSharedBytesMax = 0;
};

/// ConvoyConstantRecord.
struct DeviceConstant {
  std::string symbol; ///< of its data in the program's object file
  uint64_t bytes = 0;
};

struct DeviceCode {
  std::vector<DeviceImage> images;
  std::vector<DeviceKernel> kernels;
  std::vector<DeviceConstant> constants;
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_ARTEFACT_DEVICECODE_H
