//===- InputFirst.h - The order of a convolution's operands ----*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_TRANSFORMS_INPUTFIRST_H
#define CONVOY_LIB_TRANSFORMS_INPUTFIRST_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::convoy::detail {

/// True if putInputsFirst may have something to do for `op`.
bool mayHaveInputSecond(linalg::GenericOp op);

/// Makes the input the first operand of linalg.generic ops in `block` that are
/// convolutions of a filter with an input, in this order.
void putInputsFirst(RewriterBase &rewriter, Block &block);

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_TRANSFORMS_INPUTFIRST_H
