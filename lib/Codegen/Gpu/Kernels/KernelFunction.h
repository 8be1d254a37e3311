//===- KernelFunction.h - The function around a kernel ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What kernels of one block a multiprocessor have in common: a function with
// the operands of its operation, and shared memory whose size the launch
// decides.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_KERNELFUNCTION_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_KERNELFUNCTION_H

#include "DeviceBuilder.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlir::convoy {

/// A kernel called `name` with the operands of `op` and blocks of `threads`
/// threads, one on a multiprocessor; empty but for its entry block.
gpu::GPUFuncOp createKernelFunction(OpBuilder &builder, Operation *op,
                                    int64_t threads, StringRef name);

/// A symbol in global or shared memory.
LLVM::GlobalOp createDeviceGlobal(OpBuilder &builder, Location loc,
                                  StringRef name, Type type,
                                  LLVM::Linkage linkage, Attribute value,
                                  int64_t alignmentBytes,
                                  NVVM::NVVMMemorySpace space);

/// The dynamic shared memory of a kernel.
LLVM::GlobalOp createDynamicShared(OpBuilder &builder, Location loc,
                                   StringRef name);

Value addressOfGlobal(DeviceBuilder &b, LLVM::GlobalOp global);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_KERNELFUNCTION_H
