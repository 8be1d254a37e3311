//===- EntryTable.h - The table of entries as LLVM IR -----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The compiler's half of Convoy/Runtime/EntryTable.h: names of emitted
// functions, and the table.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ARTEFACT_ENTRYTABLE_H
#define CONVOY_LIB_ARTEFACT_ENTRYTABLE_H

#include "DeviceCode.h"
#include "Entries.h"

#include "llvm/IR/Module.h"

namespace mlir::convoy {

/// The functions emitted for each entry, by the prefix of their names.
inline constexpr llvm::StringLiteral kEntryFunctionPrefixes[] = {
    "convoy_entry_", "convoy_workspace_", "convoy_result_dims_"};

/// A module that defines the table of `entries` with their `manifests` (of the
/// same length), those of their `deviceCode`, and declares the functions and
/// data that they point to.
std::unique_ptr<llvm::Module>
makeEntryTable(llvm::ArrayRef<EntrySpec> entries,
               llvm::ArrayRef<std::string> manifests,
               const DeviceCode &deviceCode, llvm::LLVMContext &context);

} // namespace mlir::convoy

#endif // CONVOY_LIB_ARTEFACT_ENTRYTABLE_H
