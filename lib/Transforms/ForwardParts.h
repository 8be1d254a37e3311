//===- ForwardParts.h - Parts of concatenations ----------------*- C++ -*-===//
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

#ifndef CONVOY_LIB_TRANSFORMS_FORWARDPARTS_H
#define CONVOY_LIB_TRANSFORMS_FORWARDPARTS_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::convoy::detail {

/// Replaces each slice of a concatenation in `block` that takes out one of its
/// parts, as that was put in, by the part. What nothing reads any more is
/// erased. Returns true if there was one.
bool forwardParts(RewriterBase &rewriter, Block &block);

/// True if a slice in `block` may be of a concatenation once the steps between
/// the two are folded.
bool hasPartsBehindSteps(Block &block);

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_TRANSFORMS_FORWARDPARTS_H
