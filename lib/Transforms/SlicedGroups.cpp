//===- SlicedGroups.cpp - Grouped convolutions in slices ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Transforms/FormConv.h"

#include "EraseUnused.h"
#include "JoinedParts.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::convoy;

FailureOr<SmallVector<linalg::LinalgOp>>
convoy::joinSlicedGroups(RewriterBase &rewriter, Operation *op) {
  std::optional<Concatenation> concatenation = getConcatenation(op);
  if (!concatenation)
    return rewriter.notifyMatchFailure(op, "expected a concatenation");
  PartJoiner joiner;
  if (!joiner.plan(*concatenation))
    return rewriter.notifyMatchFailure(
        op, "expected parts that convolutions of slices of one value compute "
            "alike");

  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  Value joined = joiner.build(rewriter);
  Type type = op->getResult(0).getType();
  if (joined.getType() != type)
    joined = tensor::CastOp::create(rewriter, op->getLoc(), type, joined);
  SmallVector<Value> operands(op->getOperands());
  rewriter.replaceOp(op, joined);
  eraseUnused(rewriter, std::move(operands), [](Operation *) { return false; });
  return SmallVector<linalg::LinalgOp>(joiner.getConvolutions());
}
