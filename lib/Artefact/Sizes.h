//===- Sizes.h - Sizes and windows that make no sense ----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What upstream's verifiers let through and would be code that computes
// addresses outside of every tensor.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ARTEFACT_SIZES_H
#define CONVOY_LIB_ARTEFACT_SIZES_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir::convoy {

/// Refuses, at the op, a tensor of known sizes whose bytes no 64-bit number
/// counts, and a structured op with strides or dilations below one.
LogicalResult checkSizes(ModuleOp module);

} // namespace mlir::convoy

#endif // CONVOY_LIB_ARTEFACT_SIZES_H
