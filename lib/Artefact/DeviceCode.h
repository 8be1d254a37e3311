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

#include "Convoy/Target/Chip.h"

#include "mlir/IR/BuiltinOps.h"

#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>
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
  bool cubinIsArchitectureSpecific = false;
  bool ptxIsArchitectureSpecific = false;
};

/// ConvoyKernelRecord, and what the manifest says of the kernel.
struct DeviceKernel {
  std::string name;
  int32_t image = 0;
  int32_t dynamicSharedBytesMax = 0;

  llvm::SmallVector<std::string> entries; ///< functions that launch it
  llvm::SmallVector<int64_t> block;       ///< empty where it varies
  std::string key;    ///< hash of the module that the back end was given
  std::string ptxKey; ///< hash of the PTX
  /// What ptxas says; none where it was not used.
  std::optional<int64_t> registers, sharedBytes, spillBytes;
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
  std::string ptxasVersion; ///< empty where ptxas was not used
};

/// Takes the device code of `chip` out of `module`, which has been lowered to
/// the LLVM dialect beside gpu.binary operations: afterwards it is host code
/// alone.
FailureOr<DeviceCode> takeDeviceCode(ModuleOp module, const Chip &chip);

/// The PTX of all kernels, each under a comment that names it.
std::string concatenatePtx(const DeviceCode &code);

} // namespace mlir::convoy

#endif // CONVOY_LIB_ARTEFACT_DEVICECODE_H
