//===- EmitPtx.h - A gpu.module to PTX -------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM's NVPTX back end for one gpu.module.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_EMITPTX_H
#define CONVOY_LIB_CODEGEN_GPU_EMITPTX_H

#include "Convoy/Target/Chip.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

#include <string>

namespace mlir::convoy {

struct PtxModule {
  /// Text, ends with a newline.
  std::string text;
  /// What it is for: the chip's name, or that without `a` if the kernels need
  /// nothing that later GPUs lack.
  std::string target;
};

/// Compiles `module`, in the LLVM and NVVM dialects, for `chip`. Refuses, with
/// a diagnostic, what the chip does not have and calls of functions that are
/// not defined in the module. May be called for several modules of a context at
/// a time.
FailureOr<PtxModule> emitPtx(gpu::GPUModuleOp module, const Chip &chip);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_EMITPTX_H
