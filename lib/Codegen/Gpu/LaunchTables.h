//===- LaunchTables.h - Kernels and constants that are used ----*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The lists that compiled host code names kernels and constants by, while they
// are collected.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_LAUNCHTABLES_H
#define CONVOY_LIB_CODEGEN_GPU_LAUNCHTABLES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::convoy {

class LaunchTables {
public:
  /// The position of the kernel in the table. A failure has emitted an error.
  FailureOr<int64_t> noteLaunch(gpu::LaunchFuncOp launch);

  /// The position of the constant in the table.
  int64_t noteConstant(memref::GlobalOp global);

  /// Makes the constants visible under their names of the table, and writes
  /// both lists to `module`, whose symbols are `symbols`.
  LogicalResult publish(ModuleOp module, SymbolTable &symbols);

private:
  /// What is known of a kernel from its launches.
  struct LaunchedKernel {
    SmallVector<StringRef> entries;
    /// None if launches differ or compute it.
    std::optional<SmallVector<int64_t, 3>> block;
    int64_t dynamicSharedBytes = 0;
  };

  LogicalResult renameConstants(SymbolTable &symbols);

  llvm::MapVector<Attribute, LaunchedKernel> kernels;
  llvm::MapVector<memref::GlobalOp, int64_t> constants;
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_LAUNCHTABLES_H
