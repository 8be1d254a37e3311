//===- Resources.h - Data of dense_resource constants -----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What upstream's verifier lets through and nothing behind it can compile.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ARTEFACT_RESOURCES_H
#define CONVOY_LIB_ARTEFACT_RESOURCES_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir::convoy {

/// Refuses, at the op that holds it, a `dense_resource` attribute without data
/// or with more or less of it than its type needs.
LogicalResult checkResources(ModuleOp module);

} // namespace mlir::convoy

#endif // CONVOY_LIB_ARTEFACT_RESOURCES_H
