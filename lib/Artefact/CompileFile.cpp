//===- CompileFile.cpp - From a file to an artefact -----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a tool needs around a compilation: a context with everything registered,
// diagnostics on stderr, a deep stack.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Artefact/Compile.h"

#include "Diagnostics.h"
#include "Input.h"

#include "mlir/IR/MLIRContext.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::convoy;

static LogicalResult compileFile(StringRef inputPath,
                                 const ArtefactOptions &options,
                                 StringRef outputPath,
                                 const CompileFileOptions &fileOptions) {
  DialectRegistry registry;
  registerArtefactDialects(registry);
  // Threads of the context's own pool would have ordinary stacks.
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  ScopedDiagnosticHandler printer(&context, [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Remark ||
        fileOptions.printRemarks)
      printDiagnostic(diagnostic, llvm::errs());
  });
  if (fileOptions.printRemarks && failed(enableRemarksOnStderr(context)))
    return failure();
  if (options.progress)
    options.progress("parse");
  OwningOpRef<ModuleOp> module = parseInput(inputPath, context);
  if (!module)
    return failure();
  return compileToArtefact(*module, options, outputPath);
}

LogicalResult convoy::compileFileToArtefact(
    StringRef inputPath, const ArtefactOptions &options, StringRef outputPath,
    const CompileFileOptions &fileOptions) {
  return runOnDeepStack(
      [&] { return compileFile(inputPath, options, outputPath, fileOptions); });
}
