//===- LaunchTables.cpp - Kernels and constants that are used -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Collects what launches say of kernels; attributes and names at the end.
//
//===----------------------------------------------------------------------===//

#include "LaunchTables.h"

#include "Convoy/Codegen/Gpu/DeviceTables.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;

/// The globals of constants are called this and their position.
static constexpr llvm::StringLiteral kConstantPrefix = "convoy_constant_";

static std::optional<SmallVector<int64_t, 3>>
getConstantBlock(gpu::LaunchFuncOp launch) {
  SmallVector<int64_t, 3> sizes;
  gpu::KernelDim3 block = launch.getBlockSizeOperandValues();
  for (Value value : {block.x, block.y, block.z}) {
    std::optional<int64_t> size = getConstantIntValue(value);
    if (!size)
      return std::nullopt;
    sizes.push_back(*size);
  }
  return sizes;
}

FailureOr<int64_t> LaunchTables::noteLaunch(gpu::LaunchFuncOp launch) {
  int64_t sharedBytes = 0;
  if (Value size = launch.getDynamicSharedMemorySize()) {
    std::optional<int64_t> constant = getConstantIntValue(size);
    if (!constant || *constant < 0)
      return launch.emitError("expected the dynamic shared memory of a launch "
                              "to be a constant");
    sharedBytes = *constant;
  }
  auto [known, isNew] =
      kernels.insert({launch.getKernelAttr(), LaunchedKernel()});
  LaunchedKernel &kernel = known->second;
  std::optional<SmallVector<int64_t, 3>> block = getConstantBlock(launch);
  if (isNew)
    kernel.block = block;
  else if (kernel.block != block)
    kernel.block = std::nullopt;
  kernel.dynamicSharedBytes = std::max(kernel.dynamicSharedBytes, sharedBytes);
  StringRef entry = launch->getParentOfType<func::FuncOp>().getName();
  if (!llvm::is_contained(kernel.entries, entry))
    kernel.entries.push_back(entry);
  return std::distance(kernels.begin(), known);
}

int64_t LaunchTables::noteConstant(memref::GlobalOp global) {
  return constants.insert({global, constants.size()}).first->second;
}

static int64_t getElementBytes(Type type) {
  if (type.isIndex())
    return sizeof(int64_t);
  return llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
}

LogicalResult LaunchTables::renameConstants(SymbolTable &symbols) {
  for (auto &[global, position] : constants) {
    memref::GlobalOp op = global;
    std::string name = (kConstantPrefix + llvm::Twine(position)).str();
    if (failed(symbols.rename(op, name)))
      return op.emitError("expected the name '") << name << "' to be free";
    op.setSymVisibility("public");
  }
  return success();
}

LogicalResult LaunchTables::publish(ModuleOp module, SymbolTable &symbols) {
  if (failed(renameConstants(symbols)))
    return failure();
  Builder builder(module.getContext());
  SmallVector<Attribute> kernelAttrs, constantAttrs;
  for (auto &[symbol, kernel] : kernels) {
    NamedAttrList attrs;
    attrs.set("kernel", symbol);
    attrs.set("entries", builder.getStrArrayAttr(kernel.entries));
    if (kernel.block)
      attrs.set("block", builder.getDenseI64ArrayAttr(*kernel.block));
    attrs.set("dynamic_shared_bytes",
              builder.getI64IntegerAttr(kernel.dynamicSharedBytes));
    kernelAttrs.push_back(attrs.getDictionary(module.getContext()));
  }
  for (auto &[global, position] : constants) {
    MemRefType type = global.getType();
    NamedAttrList attrs;
    attrs.set("symbol", FlatSymbolRefAttr::get(global.getSymNameAttr()));
    attrs.set("bytes", builder.getI64IntegerAttr(
                           type.getNumElements() *
                           getElementBytes(type.getElementType())));
    constantAttrs.push_back(attrs.getDictionary(module.getContext()));
  }
  module->setAttr(kKernelsAttrName, builder.getArrayAttr(kernelAttrs));
  module->setAttr(kConstantsAttrName, builder.getArrayAttr(constantAttrs));
  return success();
}
