//===- EraseUnused.h - Erasing what a rewrite left behind ------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_TRANSFORMS_ERASEUNUSED_H
#define CONVOY_LIB_TRANSFORMS_ERASEUNUSED_H

#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlir::convoy {

/// Erases the ops that define `values` and have neither use nor effect, and
/// what only they used, except for those that `mustStay` names.
void eraseUnused(RewriterBase &rewriter, SmallVector<Value> values,
                 llvm::function_ref<bool(Operation *)> mustStay);

} // namespace mlir::convoy

#endif // CONVOY_LIB_TRANSFORMS_ERASEUNUSED_H
