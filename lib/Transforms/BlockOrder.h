//===- BlockOrder.h - Blocks whose operations stand in order ---*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_TRANSFORMS_BLOCKORDER_H
#define CONVOY_LIB_TRANSFORMS_BLOCKORDER_H

#include "mlir/IR/Dominance.h"

namespace mlir::convoy::detail {

/// Whether what an operation of `block` reads was computed before it.
/// Upstream's verifier does not ask for that in regions of graphs, such as a
/// module's, nor in blocks that are never reached: there an operation may read
/// its own result, and who follows values never comes to an end.
bool isOrdered(const DominanceInfo &dominance, Block &block);

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_TRANSFORMS_BLOCKORDER_H
