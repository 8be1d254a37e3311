//===- EraseReplaced.cpp - Dropping what a fold replaced ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which questions for sizes can be answered is decided by isForwardableDim
// (AffineChain.h); how, here.
//
//===----------------------------------------------------------------------===//

#include "EraseReplaced.h"

#include "Convoy/Analysis/AffineChain.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// Size `dim` of `value`, from what is not the result of one of `replaced`.
static OpFoldResult getSize(RewriterBase &rewriter, Location loc, Value value,
                            int64_t dim,
                            const llvm::SmallDenseSet<Operation *> &replaced) {
  Operation *op = value.getDefiningOp();
  auto type = cast<RankedTensorType>(value.getType());
  if (!type.isDynamicDim(dim) || !op || !replaced.contains(op))
    return tensor::getMixedSize(rewriter, loc, value, dim);
  auto getSizeOf = [&](Value source, int64_t sourceDim) {
    return getSize(rewriter, loc, source, sourceDim, replaced);
  };
  if (auto destination = dyn_cast<DestinationStyleOpInterface>(op))
    return getSizeOf(destination.getTiedOpOperand(cast<OpResult>(value))->get(),
                     dim);
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return expand.getMixedOutputShape()[dim];
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op)) {
    Value product = arith::ConstantIndexOp::create(rewriter, loc, 1);
    SmallVector<ReassociationIndices, 4> groups =
        collapse.getReassociationIndices();
    for (int64_t sourceDim : groups[dim]) {
      OpFoldResult size = getSizeOf(collapse.getSrc(), sourceDim);
      product = rewriter.createOrFold<arith::MulIOp>(
          loc, product, getValueOrCreateConstantIndexOp(rewriter, loc, size));
    }
    return OpFoldResult(product);
  }
  // Casts, elementwise ops, and concatenations along another dimension.
  return getSizeOf(op->getOperand(0), dim);
}

/// Answers `question` for a size of the result of one of `replaced`.
static void answer(RewriterBase &rewriter, tensor::DimOp question,
                   const llvm::SmallDenseSet<Operation *> &replaced) {
  Value source = question.getSource();
  auto type = cast<RankedTensorType>(source.getType());
  std::optional<int64_t> dim = question.getConstantIndex();
  if (!dim || *dim < 0 || *dim >= type.getRank())
    return;
  rewriter.setInsertionPoint(question);
  Location loc = question.getLoc();
  OpFoldResult size = getSize(rewriter, loc, source, *dim, replaced);
  rewriter.replaceOp(question,
                     getValueOrCreateConstantIndexOp(rewriter, loc, size));
}

/// True if `op` can go. What structured ops on tensors do is in their bodies;
/// to ask for their effects takes longer than all else here.
static bool isDead(Operation *op) {
  if (!op->use_empty())
    return false;
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  if (!structured ||
      llvm::any_of(op->getOperandTypes(), llvm::IsaPred<BaseMemRefType>))
    return wouldOpBeTriviallyDead(op);
  return llvm::all_of(
      structured.getBlock()->without_terminator(), [](Operation &inner) {
        // Arithmetic has no effects.
        return isa_and_nonnull<arith::ArithDialect, math::MathDialect>(
                   inner.getDialect()) ||
               (inner.getNumRegions() == 0 && wouldOpBeTriviallyDead(&inner));
      });
}

void mlir::convoy::detail::eraseReplaced(RewriterBase &rewriter,
                                         ArrayRef<Operation *> ops,
                                         ArrayRef<Operation *> unread) {
  llvm::SmallDenseSet<Operation *> replaced(ops.begin(), ops.end());
  OpBuilder::InsertionGuard guard(rewriter);
  for (Operation *op : ops)
    for (OpOperand &use :
         llvm::make_early_inc_range(op->getResult(0).getUses()))
      if (isForwardableDim(use))
        answer(rewriter, cast<tensor::DimOp>(use.getOwner()), replaced);

  SmallVector<Operation *> worklist(unread);
  llvm::append_range(worklist, ops);
  llvm::SmallDenseSet<Operation *> erased;
  while (!worklist.empty()) {
    Operation *op = worklist.pop_back_val();
    if (erased.contains(op) || !isDead(op))
      continue;
    erased.insert(op);
    for (Value operand : op->getOperands())
      if (Operation *producer = operand.getDefiningOp())
        worklist.push_back(producer);
    rewriter.eraseOp(op);
  }
}
