//===- DropAssertions.cpp - Assertions that hold --------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which assertions hold is decided in the Analysis room.
//
//===----------------------------------------------------------------------===//

#include "DropAssertions.h"

#include "Convoy/Analysis/Assertions.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

void mlir::convoy::detail::dropAssertions(RewriterBase &rewriter,
                                          Operation *root) {
  // Few programs have any; a program that has one has loaded its dialect.
  if (!root->getContext()->getLoadedDialect<cf::ControlFlowDialect>())
    return;
  SmallVector<cf::AssertOp> assertions;
  root->walk([&](linalg::LinalgOp op) {
    auto ofBody = op.getBlock()->getOps<cf::AssertOp>();
    if (!ofBody.empty() && doAssertionsHold(op))
      llvm::append_range(assertions, ofBody);
  });
  for (cf::AssertOp assertion : assertions)
    rewriter.eraseOp(assertion);
}
