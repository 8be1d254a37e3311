//===- folding-tool.cpp - Convoy in a compiler of one's own ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads a module, folds it, prints it: folding-tool FILE.mlir
//
//===----------------------------------------------------------------------===//

#include "Convoy/InitAll.h"
#include "Convoy/Transforms/Passes.h"

#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::convoy::registerAllDialects(registry);
  mlir::MLIRContext context(registry);

  auto module = mlir::parseSourceFile<mlir::ModuleOp>(
      argc > 1 ? argv[1] : "-", mlir::ParserConfig(&context));
  mlir::PassManager passes(&context);
  passes.addPass(mlir::convoy::createConvoyFoldAffine());
  if (!module || mlir::failed(passes.run(*module)))
    return 1;
  module->print(llvm::outs());
}
