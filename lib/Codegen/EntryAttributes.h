//===- EntryAttributes.h - How entries are marked --------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the passes from convoy-form-entries to convoy-emit-entry-points tell
// each other about the functions of a module.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_ENTRYATTRIBUTES_H
#define CONVOY_LIB_CODEGEN_ENTRYATTRIBUTES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>

namespace mlir::convoy {

/// On a function that becomes an entry: the number of its first arguments that
/// are inputs (i64). Its other arguments are the results' destinations, then,
/// once planned, the workspace, and, where it launches kernels, a pointer to
/// the state of the call.
inline constexpr llvm::StringLiteral kEntryAttrName = "convoy.entry";

/// The function that computes the sizes of `entry`'s results, in order, from
/// the sizes of its inputs; all are of type index.
inline std::string getResultDimsFunctionName(llvm::StringRef entry) {
  return ("convoy.result_dims." + entry).str();
}

/// The function that computes the bytes of workspace that `entry` needs from
/// the sizes of its inputs; all are of type index.
inline std::string getWorkspaceFunctionName(llvm::StringRef entry) {
  return ("convoy.workspace." + entry).str();
}

/// The number of inputs of an entry, or none where `function` is not one.
inline std::optional<int64_t> getNumInputs(func::FuncOp function) {
  auto attr = function->getAttrOfType<IntegerAttr>(kEntryAttrName);
  return attr ? std::optional<int64_t>(attr.getInt()) : std::nullopt;
}

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_ENTRYATTRIBUTES_H
