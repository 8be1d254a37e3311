//===- BlockOrder.cpp - Blocks whose operations stand in order ------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockOrder.h"

#include "mlir/IR/OpDefinition.h"

using namespace mlir;

bool convoy::detail::isOrdered(const DominanceInfo &dominance, Block &block) {
  for (Block *at = &block; at; at = at->getParentOp()->getBlock()) {
    if (!dominance.hasSSADominance(at) || !dominance.isReachableFromEntry(at))
      return false;
    if (at->getParentOp()->hasTrait<OpTrait::IsIsolatedFromAbove>())
      return true;
  }
  return true;
}
