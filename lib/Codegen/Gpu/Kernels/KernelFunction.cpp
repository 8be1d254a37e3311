//===- KernelFunction.cpp - The function around a kernel ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions and symbols of kernels.
//
//===----------------------------------------------------------------------===//

#include "KernelFunction.h"

using namespace mlir;
using namespace mlir::convoy;

static constexpr int64_t kSharedAlignmentBytes = 1024;

gpu::GPUFuncOp convoy::createKernelFunction(OpBuilder &builder, Operation *op,
                                            int64_t threads, StringRef name) {
  auto function = gpu::GPUFuncOp::create(
      builder, op->getLoc(), name,
      builder.getFunctionType(op->getOperandTypes(), {}));
  function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                    builder.getUnitAttr());
  function.setKnownBlockSizeAttr(
      builder.getDenseI32ArrayAttr({static_cast<int32_t>(threads), 1, 1}));
  function->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                    builder.getI32IntegerAttr(1));
  return function;
}

LLVM::GlobalOp convoy::createDeviceGlobal(OpBuilder &builder, Location loc,
                                          StringRef name, Type type,
                                          LLVM::Linkage linkage,
                                          Attribute value,
                                          int64_t alignmentBytes,
                                          NVVM::NVVMMemorySpace space) {
  return LLVM::GlobalOp::create(builder, loc, type, /*isConstant=*/false,
                                linkage, name, value, alignmentBytes,
                                static_cast<unsigned>(space));
}

LLVM::GlobalOp convoy::createDynamicShared(OpBuilder &builder, Location loc,
                                           StringRef name) {
  return createDeviceGlobal(
      builder, loc, name, LLVM::LLVMArrayType::get(builder.getI8Type(), 0),
      LLVM::Linkage::External, Attribute(), kSharedAlignmentBytes,
      NVVM::NVVMMemorySpace::Shared);
}

Value convoy::addressOfGlobal(DeviceBuilder &b, LLVM::GlobalOp global) {
  return LLVM::AddressOfOp::create(
      b, LLVM::LLVMPointerType::get(b.getContext(), global.getAddrSpace()),
      global.getSymName());
}
