//===- Options.h - Choices of GPU codegen passes --------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Types of pass and pipeline options.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_CODEGEN_GPU_OPTIONS_H
#define CONVOY_CODEGEN_GPU_OPTIONS_H

namespace mlir::convoy {

/// What convoy-compile-kernels makes of kernels.
enum class KernelFormat {
  /// Cubins if there is a ptxas, and PTX.
  Auto,
  /// PTX alone.
  Ptx,
  /// Cubins and PTX; without a ptxas an error.
  Cubin
};

} // namespace mlir::convoy

#endif // CONVOY_CODEGEN_GPU_OPTIONS_H
