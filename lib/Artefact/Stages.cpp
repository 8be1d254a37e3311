//===- Stages.cpp - The MLIR stages of a compilation ----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the named pipelines of Convoy/Pipelines up to a stage. No pass order
// lives here.
//
//===----------------------------------------------------------------------===//

#include "Stages.h"

#include "Convoy/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::convoy;

ArrayRef<ProgramVariant> convoy::getReferenceVariants() {
  static constexpr ProgramVariant kVariants[] = {
      ProgramVariant::Unfused, ProgramVariant::F64, ProgramVariant::Magnitude};
  return kVariants;
}

StringRef convoy::getEntrySuffix(ProgramVariant variant) {
  switch (variant) {
  case ProgramVariant::Folded:
    return "";
  case ProgramVariant::Unfused:
    return "__unfused";
  case ProgramVariant::F64:
    return "__f64";
  case ProgramVariant::Magnitude:
    return "__magnitude";
  }
  llvm_unreachable("unknown variant");
}

/// Runs `passes`; a failure always leaves a diagnostic.
static LogicalResult runPasses(ModuleOp module, PassManager &passes,
                               StringRef stage) {
  bool explained = false;
  ScopedDiagnosticHandler watcher(
      module.getContext(), [&](Diagnostic &diagnostic) {
        explained |= diagnostic.getSeverity() == DiagnosticSeverity::Error;
        return failure();
      });
  if (succeeded(passes.run(module)))
    return success();
  if (!explained)
    module.emitError() << "expected stage '" << stage
                       << "' to succeed, found that it cannot compile this "
                          "module";
  return failure();
}

LogicalResult convoy::runToStage(ModuleOp module, EmitStage stage,
                                 ProgramVariant variant) {
  PassManager passes(module.getContext());
  passes.addPass(createSymbolDCEPass());
  if (variant == ProgramVariant::Folded)
    passes.addPass(createConvoyFoldAffine());
  if (failed(runPasses(module, passes, stringifyEmitStage(stage))))
    return failure();
  if (stage == EmitStage::LLVMDialect)
    for (auto f : llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
      f.erase();
  return success();
}
