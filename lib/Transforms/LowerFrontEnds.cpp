//===- LowerFrontEnds.cpp - From TOSA to linalg ---------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// TOSA is lowered by upstream's passes. Dialects of other front ends are not
// ours to lower: the user hears which tool does it.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/IndexArithmetic.h"
#include "Convoy/Transforms/Passes.h"

#include "mlir/Conversion/TosaToArith/TosaToArith.h"
#include "mlir/Conversion/TosaToLinalg/TosaToLinalg.h"
#include "mlir/Conversion/TosaToSCF/TosaToSCF.h"
#include "mlir/Conversion/TosaToTensor/TosaToTensor.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Index/IR/IndexDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Iterators.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Pass/PassManager.h"

#include "llvm/ADT/StringSwitch.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYLOWERFRONTENDS
#include "Convoy/Transforms/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;

/// What turns a program of the dialect called `name` into linalg; empty for
/// dialects that are no front end's.
static StringRef getImporter(StringRef name) {
  return llvm::StringSwitch<StringRef>(name)
      .Cases({"torch", "torch_c"},
             "torch-mlir's importer with output type linalg-on-tensors")
      .Case("onnx", "torch-mlir's ONNX importer and its linalg-on-tensors "
                    "pipeline")
      .Cases({"stablehlo", "chlo", "vhlo"},
             "stablehlo-opt --stablehlo-legalize-to-linalg")
      .Case("mhlo", "mlir-hlo-opt --hlo-legalize-to-stablehlo, then "
                    "stablehlo-opt --stablehlo-legalize-to-linalg")
      .Cases({"tf", "tfl"}, "TensorFlow's conversion to TOSA")
      .Default("");
}

/// Emits an error at the first operation of a foreign front end.
static LogicalResult refuseForeignDialects(ModuleOp module) {
  WalkResult result = module.walk<WalkOrder::PreOrder>([](Operation *op) {
    StringRef dialect = op->getName().getDialectNamespace();
    StringRef importer = getImporter(dialect);
    if (importer.empty() && op->isRegistered())
      return WalkResult::advance();
    InFlightDiagnostic error = op->emitError("expected linalg or TOSA, found '")
                               << op->getName() << "' of the dialect '"
                               << dialect << "'";
    if (!importer.empty())
      error << ": use " << importer;
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

/// Emits an error at the first reshape that verifies and means nothing: what
/// comes later, here and upstream, reads tensors at the dimensions it names.
static LogicalResult refuseImproperReshapes(ModuleOp module) {
  WalkResult result = module.walk([](Operation *op) {
    if (convoy::hasProperReassociation(*op))
      return WalkResult::advance();
    op->emitError("expected a reassociation that names each dimension once and "
                  "in order, found ")
        << op->getAttr("reassociation");
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

/// Erases TOSA operations that nothing uses: upstream's lowering leaves the
/// shapes behind that it has read.
static void eraseUnusedTosa(ModuleOp module) {
  // In reverse, so that users go before what they use.
  module.walk<WalkOrder::PostOrder, ReverseIterator>([](Operation *op) {
    if (isa_and_nonnull<tosa::TosaDialect>(op->getDialect()) &&
        isOpTriviallyDead(op))
      op->erase();
  });
}

/// The first TOSA operation of `module`, or null.
static Operation *findTosa(ModuleOp module) {
  Operation *found = nullptr;
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (!isa_and_nonnull<tosa::TosaDialect>(op->getDialect()))
      return WalkResult::advance();
    found = op;
    return WalkResult::interrupt();
  });
  return found;
}

static void buildTosaLowering(OpPassManager &passes) {
  TosaToLinalgOptions options;
  tosa::addTosaToLinalgPasses(passes, options);
  OpPassManager &functions = passes.nest<func::FuncOp>();
  TosaToArithPassOptions arithmetic;
  arithmetic.includeApplyRescale = true;
  functions.addPass(createTosaToArithPass(arithmetic));
  functions.addPass(createTosaToTensorPass());
  functions.addPass(createTosaToSCFPass());
}

namespace {
struct LowerFrontEndsPass
    : convoy::impl::ConvoyLowerFrontEndsBase<LowerFrontEndsPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (failed(refuseForeignDialects(module)) ||
        failed(refuseImproperReshapes(module)))
      return signalPassFailure();
    if (!findTosa(module))
      return;
    OpPassManager passes(ModuleOp::getOperationName());
    buildTosaLowering(passes);
    if (failed(runPipeline(passes, module)))
      return signalPassFailure();
    eraseUnusedTosa(module);
    if (Operation *left = findTosa(module)) {
      left->emitError("expected TOSA that upstream lowers to linalg, found '")
          << left->getName() << "'";
      signalPassFailure();
    }
  }
};
} // namespace
