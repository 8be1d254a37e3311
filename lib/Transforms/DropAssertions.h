//===- DropAssertions.h - Assertions that hold -----------------*- C++ -*-===//
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

#ifndef CONVOY_LIB_TRANSFORMS_DROPASSERTIONS_H
#define CONVOY_LIB_TRANSFORMS_DROPASSERTIONS_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::convoy::detail {

/// Erases assertions that are known to hold from the bodies of the structured
/// ops below `root`:
///
///   %r = linalg.generic ... ins(%constants) {
///     %nonzero = arith.cmpf one, %in, %zero
///     cf.assert %nonzero, "division by zero"     // erased
///     %q = arith.divf %one, %in
///
/// An op with an assertion has a side effect: it would stay, and what reads its
/// result would be known at run time only.
void dropAssertions(RewriterBase &rewriter, Operation *root);

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_TRANSFORMS_DROPASSERTIONS_H
