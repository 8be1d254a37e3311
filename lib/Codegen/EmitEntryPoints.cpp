//===- EmitEntryPoints.cpp - The artefact's calling convention ------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Wraps each entry, and the functions that compute its sizes, in functions on
// plain pointers. Everything else becomes internal to the artefact.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Passes.h"

#include "EntryAttributes.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYEMITENTRYPOINTS
#include "Convoy/Codegen/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;
using namespace mlir::convoy;

namespace {
/// Emits the three functions of one entry.
class EntryPointEmitter {
public:
  EntryPointEmitter(func::FuncOp entry, func::FuncOp resultDims,
                    func::FuncOp workspace)
      : entry(entry), resultDims(resultDims), workspace(workspace),
        builder(entry), converter(entry.getContext()), loc(entry.getLoc()),
        pointer(LLVM::LLVMPointerType::get(entry.getContext())),
        i64(builder.getI64Type()) {}

  void emit() {
    emitEntry();
    emitWorkspace();
    emitResultDims();
  }

private:
  /// Starts a function of pointer arguments and leaves the builder in it.
  LLVM::LLVMFuncOp startFunction(StringRef prefix, unsigned numArguments,
                                 Type result) {
    builder.setInsertionPoint(entry);
    SmallVector<Type> arguments(numArguments, pointer);
    auto function = LLVM::LLVMFuncOp::create(
        builder, loc, (prefix + entry.getName()).str(),
        LLVM::LLVMFunctionType::get(result, arguments));
    builder.setInsertionPointToStart(function.addEntryBlock(builder));
    return function;
  }

  Value load(Type type, Value base, int64_t index) {
    Value address = LLVM::GEPOp::create(
        builder, loc, pointer, type, base,
        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
    return LLVM::LoadOp::create(builder, loc, type, address);
  }

  /// The sizes of all inputs, as indices.
  SmallVector<Value> loadSizes(Value dims) {
    SmallVector<Value> sizes;
    for (int64_t index = 0, end = resultDims.getNumArguments(); index < end;
         ++index)
      sizes.push_back(arith::IndexCastOp::create(
          builder, loc, builder.getIndexType(), load(i64, dims, index)));
    return sizes;
  }

  Value createMemRef(MemRefType type, Value data, ArrayRef<Value> sizes);
  void emitEntry();
  void emitWorkspace();
  void emitResultDims();

  func::FuncOp entry, resultDims, workspace;
  OpBuilder builder;
  LLVMTypeConverter converter;
  Location loc;
  Type pointer, i64;
};
} // namespace

/// A memref of row-major `data`; `sizes` are those of all its dimensions.
Value EntryPointEmitter::createMemRef(MemRefType type, Value data,
                                      ArrayRef<Value> sizes) {
  auto descriptor =
      MemRefDescriptor::poison(builder, loc, converter.convertType(type));
  descriptor.setAllocatedPtr(builder, loc, data);
  descriptor.setAlignedPtr(builder, loc, data);
  descriptor.setConstantOffset(builder, loc, 0);
  Value stride = LLVM::ConstantOp::create(builder, loc, i64, 1);
  for (int64_t dim = type.getRank(); dim-- > 0;) {
    Value size =
        type.isDynamicDim(dim)
            ? arith::IndexCastOp::create(builder, loc, i64, sizes[dim])
                  .getResult()
            : LLVM::ConstantOp::create(builder, loc, i64, type.getDimSize(dim))
                  .getResult();
    descriptor.setSize(builder, loc, dim, size);
    descriptor.setStride(builder, loc, dim, stride);
    stride = LLVM::MulOp::create(builder, loc, stride, size);
  }
  return UnrealizedConversionCastOp::create(builder, loc, type,
                                            Value(descriptor))
      .getResult(0);
}

void EntryPointEmitter::emitEntry() {
  LLVM::LLVMFuncOp function = startFunction(
      "convoy_entry_", 5, LLVM::LLVMVoidType::get(builder.getContext()));
  Value inputs = function.getArgument(0), outputs = function.getArgument(1);
  SmallVector<Value> sizes = loadSizes(function.getArgument(2));
  llvm::append_range(
      sizes,
      func::CallOp::create(builder, loc, resultDims, sizes).getResults());

  int64_t numInputs = *getNumInputs(entry);
  bool takesLaunch = llvm::is_contained(entry.getArgumentTypes(), pointer);
  int64_t numTensors = entry.getNumArguments() - (takesLaunch ? 2 : 1);
  ArrayRef<Value> remaining = sizes;
  SmallVector<Value> operands;
  for (int64_t number = 0; number < numTensors; ++number) {
    auto type = cast<MemRefType>(entry.getArgument(number).getType());
    Value data = number < numInputs
                     ? load(pointer, inputs, number)
                     : load(pointer, outputs, number - numInputs);
    operands.push_back(
        createMemRef(type, data, remaining.take_front(type.getRank())));
    remaining = remaining.drop_front(type.getRank());
  }
  Value bytes = func::CallOp::create(builder, loc, workspace,
                                     ArrayRef<Value>(sizes).take_front(
                                         resultDims.getNumArguments()))
                    .getResult(0);
  operands.push_back(
      createMemRef(cast<MemRefType>(entry.getArgument(numTensors).getType()),
                   function.getArgument(3), bytes));
  if (takesLaunch)
    operands.push_back(function.getArgument(4));
  func::CallOp::create(builder, loc, entry, operands);
  LLVM::ReturnOp::create(builder, loc, ValueRange());
}

void EntryPointEmitter::emitWorkspace() {
  LLVM::LLVMFuncOp function = startFunction("convoy_workspace_", 1, i64);
  Value bytes = func::CallOp::create(builder, loc, workspace,
                                     loadSizes(function.getArgument(0)))
                    .getResult(0);
  Value result = arith::IndexCastOp::create(builder, loc, i64, bytes);
  LLVM::ReturnOp::create(builder, loc, result);
}

void EntryPointEmitter::emitResultDims() {
  LLVM::LLVMFuncOp function = startFunction(
      "convoy_result_dims_", 2, LLVM::LLVMVoidType::get(builder.getContext()));
  auto sizes = func::CallOp::create(builder, loc, resultDims,
                                    loadSizes(function.getArgument(0)));
  for (auto [index, size] : llvm::enumerate(sizes.getResults())) {
    Value address = LLVM::GEPOp::create(
        builder, loc, pointer, i64, function.getArgument(1),
        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
    LLVM::StoreOp::create(builder, loc,
                          arith::IndexCastOp::create(builder, loc, i64, size),
                          address);
  }
  LLVM::ReturnOp::create(builder, loc, ValueRange());
}

/// Makes `function` internal, under a name that no function of libc or libm
/// has: a model may well call its entry `exp`.
static LogicalResult internalize(SymbolTable &symbols, func::FuncOp function) {
  if (getNumInputs(function) &&
      failed(
          symbols.rename(function, "convoy.body." + function.getName().str())))
    return function.emitError(
        "expected a name for the entry's body to be free");
  function.setPrivate();
  function->setAttr(
      "llvm.linkage",
      LLVM::LinkageAttr::get(function.getContext(), LLVM::Linkage::Internal));
  return success();
}

namespace {
struct EmitEntryPointsPass
    : convoy::impl::ConvoyEmitEntryPointsBase<EmitEntryPointsPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    SmallVector<func::FuncOp> functions(module.getOps<func::FuncOp>());
    for (func::FuncOp function : functions) {
      if (!getNumInputs(function))
        continue;
      auto resultDims = symbols.lookup<func::FuncOp>(
          getResultDimsFunctionName(function.getName()));
      auto workspace = symbols.lookup<func::FuncOp>(
          getWorkspaceFunctionName(function.getName()));
      if (!resultDims || !workspace) {
        function.emitError("expected an entry whose workspace is planned");
        return signalPassFailure();
      }
      EntryPointEmitter(function, resultDims, workspace).emit();
    }
    for (func::FuncOp function : functions)
      if (failed(internalize(symbols, function)))
        return signalPassFailure();
  }
};
} // namespace
