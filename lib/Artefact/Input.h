//===- Input.h - Reading a module from a file -------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parsing, with errors that a user of a model can act upon.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ARTEFACT_INPUT_H
#define CONVOY_LIB_ARTEFACT_INPUT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace mlir::convoy {

/// Parses and verifies the text or bytecode in `path`, `-` for stdin. Null
/// after one diagnostic. IR of a front end that Convoy does not read is one
/// error that names the op and the importer to use.
OwningOpRef<ModuleOp> parseInput(llvm::StringRef path, MLIRContext &context);

} // namespace mlir::convoy

#endif // CONVOY_LIB_ARTEFACT_INPUT_H
