//===- EraseUnused.cpp - Erasing what a rewrite left behind ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EraseUnused.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

void convoy::eraseUnused(RewriterBase &rewriter, SmallVector<Value> values,
                         llvm::function_ref<bool(Operation *)> mustStay) {
  // An op is in the set once, however many of its results are not used.
  llvm::SmallSetVector<Operation *, 16> candidates;
  auto add = [&](ValueRange range) {
    for (Value value : range)
      if (Operation *op = value.getDefiningOp())
        candidates.insert(op);
  };
  add(values);
  while (!candidates.empty()) {
    Operation *op = candidates.pop_back_val();
    if (mustStay(op) || !isOpTriviallyDead(op))
      continue;
    SmallVector<Value> operands(op->getOperands());
    op->walk([&](Operation *nested) {
      llvm::append_range(operands, nested->getOperands());
    });
    // What is defined within the op goes with it.
    llvm::erase_if(operands, [&](Value value) {
      return op->isAncestor(value.getParentBlock()->getParentOp());
    });
    rewriter.eraseOp(op);
    add(operands);
  }
}
