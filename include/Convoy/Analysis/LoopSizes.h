//===- LoopSizes.h - Sizes that contradict each other ----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's verifier compares the shapes of a structured op's operands only if
// all of them are static: a dynamic batch lets through a convolution of six
// filters with a result of two channels.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_ANALYSIS_LOOPSIZES_H
#define CONVOY_ANALYSIS_LOOPSIZES_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::convoy {

/// True unless static sizes of the operands of `op` contradict each other: two
/// sizes along one loop, or a position that lies outside of an operand.
bool haveSizesInAgreement(linalg::LinalgOp op);

} // namespace mlir::convoy

#endif // CONVOY_ANALYSIS_LOOPSIZES_H
