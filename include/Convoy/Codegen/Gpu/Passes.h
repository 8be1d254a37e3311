//===- Passes.h - GPU codegen passes -------------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_CODEGEN_GPU_PASSES_H
#define CONVOY_CODEGEN_GPU_PASSES_H

#include "Convoy/Codegen/Gpu/Options.h"
#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::convoy {

#define GEN_PASS_DECL
#include "Convoy/Codegen/Gpu/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "Convoy/Codegen/Gpu/Passes.h.inc"

} // namespace mlir::convoy

#endif // CONVOY_CODEGEN_GPU_PASSES_H
