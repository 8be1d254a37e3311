//===- Diagnostics.h - Printing diagnostics and remarks ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How the tools print what the compiler has to say: one line each, with the
// place first, so that editors find it.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ARTEFACT_DIAGNOSTICS_H
#define CONVOY_LIB_ARTEFACT_DIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"

namespace mlir::convoy {

/// Prints `location` as `file:line:column`, as far as it is known; nothing for
/// an unknown location. Returns whether something was printed.
bool printPlace(Location location, llvm::raw_ostream &os);

/// Prints `place: severity: message`, then the notes in the same form.
void printDiagnostic(Diagnostic &diagnostic, llvm::raw_ostream &os);

/// Notes, while it lives, whether an error was said. For steps of upstream that
/// can fail without a word, or with one.
class ErrorWatcher {
public:
  explicit ErrorWatcher(MLIRContext *context);

  bool sawError() const { return seen; }

private:
  bool seen = false;
  ScopedDiagnosticHandler handler;
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_ARTEFACT_DIAGNOSTICS_H
