//===- UnreadInits.h - Inits that only give a shape ------------*- C++ -*-===//
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

#ifndef CONVOY_LIB_TRANSFORMS_UNREADINITS_H
#define CONVOY_LIB_TRANSFORMS_UNREADINITS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::convoy::detail {

/// True if a convolution is among what `op` reads, or `op` is one.
bool isMadeOfConvolution(Operation *op);

/// True if dropUnreadInits has something to do for `op`.
bool hasUnreadInit(linalg::LinalgOp op);

/// Puts a tensor.empty in place of each init in `block` that is never read and
/// is computed from a convolution or in front of one, and erases what nothing
/// needs then:
///
///   %y = linalg.conv ...
///   %z = linalg.conv ins(%y, ...)              // dead but for its shape
///   %r = linalg.mul ins(%a, %b) outs(%z)  ==>  %r = linalg.mul ins(%a, %b)
///                                                              outs(%empty)
///
/// Such an init would count as a use of its value and of what that is computed
/// from.
void dropUnreadInits(RewriterBase &rewriter, Block &block);

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_TRANSFORMS_UNREADINITS_H
