//===- EraseReplaced.h - Dropping what a fold replaced ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the Transforms room.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_TRANSFORMS_ERASEREPLACED_H
#define CONVOY_LIB_TRANSFORMS_ERASEREPLACED_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::convoy::detail {

/// Erases `ops`, each with one result, and what only they needed, as far as
/// nothing reads it. Questions for the sizes of their results are answered from
/// what the ops themselves take their sizes from. `unread` are others that may
/// have lost their last reader.
void eraseReplaced(RewriterBase &rewriter, ArrayRef<Operation *> ops,
                   ArrayRef<Operation *> unread = {});

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_TRANSFORMS_ERASEREPLACED_H
