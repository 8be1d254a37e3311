//===- ParsedModule.h - Modules from text -----------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parses a program for a test and finds ops in it.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_UNITTESTS_ANALYSIS_PARSEDMODULE_H
#define CONVOY_UNITTESTS_ANALYSIS_PARSEDMODULE_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

namespace mlir::convoy::test {

/// A program and its context.
class ParsedModule {
public:
  explicit ParsedModule(llvm::StringRef text) {
    context.loadDialect<arith::ArithDialect, func::FuncDialect,
                        linalg::LinalgDialect, math::MathDialect,
                        tensor::TensorDialect>();
    module = parseSourceString<ModuleOp>(text, &context);
  }

  explicit operator bool() const { return static_cast<bool>(module); }
  ModuleOp operator*() { return *module; }
  MLIRContext *getContext() { return &context; }

  /// The body of the first function.
  Block &getBody() {
    return (*module->getOps<func::FuncOp>().begin()).getBody().front();
  }
  /// The op named `name` that comes as number `index`, or null.
  Operation *find(llvm::StringRef name, unsigned index = 0) {
    Operation *found = nullptr;
    module->walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (!found && op->getName().getStringRef() == name && index-- == 0)
        found = op;
    });
    return found;
  }

private:
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

} // namespace mlir::convoy::test

#endif // CONVOY_UNITTESTS_ANALYSIS_PARSEDMODULE_H
