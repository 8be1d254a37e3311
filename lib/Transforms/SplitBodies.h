//===- SplitBodies.h - Steps in one body with more -------------*- C++ -*-===//
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

#ifndef CONVOY_LIB_TRANSFORMS_SPLITBODIES_H
#define CONVOY_LIB_TRANSFORMS_SPLITBODIES_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::convoy::detail {

/// False if one look at `op` tells that splitBodies leaves it as it is.
bool mayBeSplit(linalg::GenericOp op);

/// Compilers put batch-norm and what follows it into one body. Takes the affine
/// arithmetic on convolutions out of the ops in `block` that go on with
/// something else, or sum it up, into ops of their own:
///
///   %r = generic ins(%conv, %s, %residual) {   %t = generic ins(%conv, %s) {
///     %a = mulf %in, %scale               ==>    yield mulf %in, %scale }
///     %b = addf %a, %other                     %r = generic ins(%residual, %t)
///     yield maximumf %b, %zero }                 { addf, maximumf }
///
/// Returns true if there was something to take out.
bool splitBodies(RewriterBase &rewriter, Block &block);

/// Puts back what splitBodies took out and nothing has folded.
void joinBodies(RewriterBase &rewriter, Block &block);

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_TRANSFORMS_SPLITBODIES_H
