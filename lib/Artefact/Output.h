//===- Output.h - Writing what was compiled ---------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Files that appear whole or not at all.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ARTEFACT_OUTPUT_H
#define CONVOY_LIB_ARTEFACT_OUTPUT_H

#include "mlir/IR/Location.h"
#include "mlir/Support/LLVM.h"

namespace mlir::convoy {

/// Says, before any work is done, when `path` plainly cannot be written.
LogicalResult checkOutput(Location loc, llvm::StringRef path);

/// Writes `contents` to `path`, `-` for stdout. A file that was there stays as
/// it was on failure, and stays mapped where a process has it loaded.
LogicalResult writeOutput(Location loc, llvm::StringRef path,
                          llvm::StringRef contents);

} // namespace mlir::convoy

#endif // CONVOY_LIB_ARTEFACT_OUTPUT_H
