//===- FormEntries.cpp - Results become destinations ----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The first half of the artefact's calling convention, on tensors: which
// functions become entries, what sizes their results have, and that results go
// where the caller wants them. The second half, on pointers, is
// EmitEntryPoints.cpp.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Passes.h"

#include "EntryAttributes.h"
#include "ResultDims.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYFORMENTRIES
#include "Convoy/Codegen/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;
using namespace mlir::convoy;

/// True for the element types whose layout in memory C and numpy agree on.
static bool isEntryElementType(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type))
    return llvm::is_contained({1, 8, 16, 32, 64}, integer.getWidth());
  return isa<Float16Type, BFloat16Type, Float32Type, Float64Type, IndexType>(
      type);
}

static LogicalResult checkType(func::FuncOp function, Type type, StringRef role,
                               unsigned number) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  Type element = tensor ? tensor.getElementType() : type;
  if (isEntryElementType(element) && (!tensor || !tensor.getEncoding()))
    return success();
  return function.emitError("expected ")
         << role << " #" << number << " of '" << function.getName()
         << "' to be a tensor or scalar of floats (16, 32, 64 bits) or "
            "integers (1, 8, 16, 32, 64 bits), found "
         << type;
}

/// All checks of the pass on one entry.
static LogicalResult checkEntry(func::FuncOp function) {
  if (!function.getBody().hasOneBlock())
    return function.emitError("expected the body of '")
           << function.getName()
           << "' to be one block (structured control flow), found "
           << function.getBody().getBlocks().size();
  for (auto [number, type] : llvm::enumerate(function.getArgumentTypes()))
    if (failed(checkType(function, type, "argument", number)))
      return failure();
  for (auto [number, type] : llvm::enumerate(function.getResultTypes()))
    if (failed(checkType(function, type, "result", number)))
      return failure();
  return success();
}

/// After inlining, a call that is left is recursive or has no body to inline.
static LogicalResult checkNoCalls(ModuleOp module) {
  WalkResult found = module.walk([](CallOpInterface call) {
    call->emitError("expected calls that can be inlined, found a recursive "
                    "call or one of a function without a body");
    return WalkResult::interrupt();
  });
  return failure(found.wasInterrupted());
}

/// Makes scalar arguments and results tensors of rank 0.
static void makeScalarsTensors(func::FuncOp function) {
  Block &body = function.getBody().front();
  OpBuilder builder = OpBuilder::atBlockBegin(&body);
  for (BlockArgument argument : body.getArguments()) {
    if (isa<RankedTensorType>(argument.getType()))
      continue;
    argument.setType(RankedTensorType::get({}, argument.getType()));
    auto scalar = tensor::ExtractOp::create(builder, argument.getLoc(),
                                            argument, ValueRange());
    argument.replaceAllUsesExcept(scalar, scalar);
  }
  Operation *terminator = body.getTerminator();
  builder.setInsertionPoint(terminator);
  for (OpOperand &operand : terminator->getOpOperands()) {
    Type type = operand.get().getType();
    if (isa<RankedTensorType>(type))
      continue;
    operand.set(tensor::FromElementsOp::create(builder, terminator->getLoc(),
                                               RankedTensorType::get({}, type),
                                               operand.get()));
  }
  function.setFunctionType(builder.getFunctionType(
      body.getArgumentTypes(), terminator->getOperandTypes()));
}

/// Makes every result a memref argument that it is written to.
static void makeResultsDestinations(func::FuncOp function) {
  Block &body = function.getBody().front();
  int64_t numInputs = body.getNumArguments();
  Operation *terminator = body.getTerminator();
  OpBuilder builder(terminator);
  for (Value result : terminator->getOperands()) {
    auto type = cast<RankedTensorType>(result.getType());
    Value destination = body.addArgument(
        MemRefType::get(type.getShape(), type.getElementType()),
        result.getLoc());
    auto store = bufferization::MaterializeInDestinationOp::create(
        builder, terminator->getLoc(), Type(), result, destination);
    store.setRestrict(true);
    store.setWritable(true);
  }
  terminator->setOperands({});
  function.setArgAttrsAttr(nullptr);
  function.setResAttrsAttr(nullptr);
  function.setFunctionType(
      builder.getFunctionType(body.getArgumentTypes(), {}));
  // Inputs belong to the caller.
  for (int64_t number = 0; number < numInputs; ++number)
    function.setArgAttr(number,
                        bufferization::BufferizationDialect::kWritableAttrName,
                        builder.getBoolAttr(false));
  function->setAttr(kEntryAttrName, builder.getI64IntegerAttr(numInputs));
}

namespace {
struct FormEntriesPass : convoy::impl::ConvoyFormEntriesBase<FormEntriesPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<func::FuncOp> entries;
    for (auto function : module.getOps<func::FuncOp>())
      if (function.isPublic() && !function.isExternal())
        entries.push_back(function);
    if (failed(checkNoCalls(module)))
      return signalPassFailure();
    for (func::FuncOp function : entries)
      if (failed(checkEntry(function)))
        return signalPassFailure();

    for (func::FuncOp function : entries) {
      makeScalarsTensors(function);
      if (failed(createResultDimsFunction(function)))
        return signalPassFailure();
      makeResultsDestinations(function);
    }
  }
};
} // namespace
