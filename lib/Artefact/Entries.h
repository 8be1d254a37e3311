//===- Entries.h - The functions that an artefact offers --------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What of the input's functions becomes an entry, and its signature as data:
// read from the function types before anything is lowered.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ARTEFACT_ENTRIES_H
#define CONVOY_LIB_ARTEFACT_ENTRIES_H

#include "DeviceCode.h"

#include "mlir/IR/BuiltinOps.h"

#include "llvm/ADT/SmallVector.h"

#include <dlpack/dlpack.h>
#include <optional>
#include <string>
#include <vector>

namespace mlir::convoy {

/// One argument or result, in the terms of ConvoyTensorSpec.
struct TensorSpec {
  std::string name;
  std::string dtype; ///< numpy's name, or `bfloat16`
  int32_t dtypeCode;
  int32_t dtypeBits;
  llvm::SmallVector<int64_t> dims; ///< -1 where dynamic
};

/// One entry of an artefact.
struct EntrySpec {
  std::string function; ///< its name in the module, and in emitted symbols
  std::string name;     ///< its name in the artefact
  int32_t deviceType = kDLCPU;
  llvm::SmallVector<TensorSpec> inputs;
  llvm::SmallVector<TensorSpec> outputs;
  std::optional<int64_t> convolutionFlops; ///< none where a size is dynamic
};

/// Makes the functions that are not to be compiled private: all public ones
/// but `entry`, or none when it is empty. Says what is there when `entry` is
/// not a public function of the module, or when it has none at all.
LogicalResult selectEntries(ModuleOp module, llvm::StringRef entry);

/// The entries of `module`, its public functions, with `suffix` appended to
/// their names. Refuses arguments and results that no artefact can carry.
FailureOr<std::vector<EntrySpec>> collectEntries(ModuleOp module,
                                                 llvm::StringRef suffix);

/// Sets `convolutionFlops` from the linalg convolutions that `module` has now.
void countConvolutionFlops(ModuleOp module,
                           llvm::MutableArrayRef<EntrySpec> entries);

/// What the manifest of an entry says beside the entry.
struct ManifestContext {
  std::string cpu;  ///< of the host code
  std::string chip; ///< of kernels
  std::string math; ///< of kernels
  /// What entries on a GPU launch.
  const DeviceCode *deviceCode = nullptr;
};

/// The manifest of `entry`, one JSON object on one line. Its schema stands in
/// docs/Artefact.md.
std::string makeManifest(const EntrySpec &entry,
                         const ManifestContext &context);

} // namespace mlir::convoy

#endif // CONVOY_LIB_ARTEFACT_ENTRIES_H
