//===- Ptxas.h - NVIDIA's assembler ----------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds ptxas, runs it and reads its report. Knows nothing of MLIR beyond
// diagnostics.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_PTXAS_H
#define CONVOY_LIB_CODEGEN_GPU_PTXAS_H

#include "mlir/IR/Diagnostics.h"

#include <optional>
#include <string>
#include <vector>

namespace mlir::convoy {

/// What ptxas says of the functions in one file of PTX.
struct PtxasReport {
  /// The largest number of 32-bit registers of a thread.
  int64_t registers = 0;
  /// Bytes of spill stores and loads of all functions.
  int64_t spillBytes = 0;
  /// Bytes of local memory of a thread, spills included.
  int64_t stackBytes = 0;
  /// Bytes of static shared memory of a block.
  int64_t sharedBytes = 0;
  /// Lines of warnings and advice, without ptxas' own prefix.
  std::vector<std::string> warnings;
};

/// Reads what `ptxas -v` writes to stderr.
PtxasReport parsePtxasReport(StringRef text);

/// True for the warnings about tensor-core instructions that ptxas has to
/// serialise (C7508 to C7519 and their like).
bool isSerialisationWarning(StringRef warning);

struct Ptxas {
  std::string path;
  /// As in "13.0.88".
  std::string version;
};

/// The ptxas at `given` or, where that is empty, at the environment's
/// CONVOY_PTXAS, else the one in PATH, CUDA_HOME/bin or /usr/local/cuda/bin.
/// None if there is none; a diagnostic and failure if one is named by the
/// option or CONVOY_PTXAS and does not run.
FailureOr<std::optional<Ptxas>> findPtxas(StringRef given, Location loc);

struct Cubin {
  /// An ELF file.
  std::string bytes;
  PtxasReport report;
};

/// Compiles `ptx` for `chip` ("sm_90a"). A diagnostic at `loc` when ptxas
/// refuses.
FailureOr<Cubin> runPtxas(const Ptxas &ptxas, StringRef ptx, StringRef chip,
                          Location loc);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_PTXAS_H
