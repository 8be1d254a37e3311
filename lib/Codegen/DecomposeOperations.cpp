//===- DecomposeOperations.cpp - Compound linalg operations ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operations of linalg that stand for several loops have no loops of their own;
// upstream knows what they stand for, but has no pass that says it.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "llvm/ADT/TypeSwitch.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYDECOMPOSEOPERATIONS
#include "Convoy/Codegen/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;

/// Replaces `op`, one of the operations that the pass handles.
static LogicalResult decompose(RewriterBase &rewriter, Operation *op) {
  rewriter.setInsertionPoint(op);
  return TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](linalg::PackOp pack) -> LogicalResult {
        return linalg::lowerPack(rewriter, pack);
      })
      .Case([&](linalg::UnPackOp unpack) -> LogicalResult {
        return linalg::lowerUnPack(rewriter, unpack);
      })
      .Case([&](linalg::AggregatedOpInterface aggregate) -> LogicalResult {
        FailureOr<SmallVector<Value>> parts =
            aggregate.decomposeOperation(rewriter);
        if (failed(parts))
          return failure();
        rewriter.replaceOp(aggregate, *parts);
        return success();
      });
}

namespace {
struct DecomposeOperationsPass
    : convoy::impl::ConvoyDecomposeOperationsBase<DecomposeOperationsPass> {
  void runOnOperation() override {
    SmallVector<Operation *> compounds;
    getOperation()->walk([&](Operation *op) {
      if (isa<linalg::PackOp, linalg::UnPackOp, linalg::AggregatedOpInterface>(
              op))
        compounds.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (Operation *op : compounds)
      if (failed(decompose(rewriter, op))) {
        op->emitError("expected an operation that upstream decomposes, found '")
            << op->getName() << "'";
        return signalPassFailure();
      }
  }
};
} // namespace
