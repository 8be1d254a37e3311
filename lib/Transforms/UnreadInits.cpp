//===- UnreadInits.cpp - Inits that only give a shape ---------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is erased here are ops on tensors whose elements nobody reads; what the
// fold replaces goes another way (EraseReplaced.cpp).
//
//===----------------------------------------------------------------------===//

#include "UnreadInits.h"

#include "EraseReplaced.h"

#include "Convoy/Analysis/ConvolutionInfo.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// Producers or users that are searched for a convolution.
static constexpr size_t kMaxSearchedOps = 64;

bool mlir::convoy::detail::isMadeOfConvolution(Operation *op) {
  SmallVector<Operation *> worklist = {op};
  llvm::SmallPtrSet<Operation *, 16> seen;
  while (!worklist.empty() && seen.size() < kMaxSearchedOps) {
    Operation *next = worklist.pop_back_val();
    if (!seen.insert(next).second)
      continue;
    if (isConvolutionLike(next))
      return true;
    for (Value operand : next->getOperands())
      if (Operation *producer = operand.getDefiningOp();
          producer && producer->getBlock() == op->getBlock())
        worklist.push_back(producer);
  }
  return false;
}

/// True if what `op` computes goes into a convolution, so that it may be a step
/// in front of one.
static bool goesIntoConvolution(Operation *op) {
  SmallVector<Operation *> worklist = {op};
  llvm::SmallPtrSet<Operation *, 16> seen;
  // A value may have more users than there are ops to search.
  size_t numUsers = 0;
  while (!worklist.empty()) {
    Operation *next = worklist.pop_back_val();
    if (!seen.insert(next).second)
      continue;
    for (Operation *user : next->getUsers()) {
      if (isConvolutionLike(user))
        return true;
      if (++numUsers == kMaxSearchedOps)
        return false;
      if (user->getBlock() == op->getBlock())
        worklist.push_back(user);
    }
  }
  return false;
}

/// What computes `init`, an init of `op`, if it is worth to be dropped.
static Operation *getDroppedProducer(linalg::LinalgOp op, OpOperand &init) {
  Operation *producer = init.get().getDefiningOp();
  if (!producer || producer->getNumResults() != 1 ||
      isa<tensor::EmptyOp, linalg::FillOp>(producer) ||
      producer->hasTrait<OpTrait::ConstantLike>() ||
      !isa<RankedTensorType>(init.get().getType()) ||
      op.payloadUsesValueFromOperand(&init) || !isPure(producer))
    return nullptr;
  // Read as an input as well, it is needed anyway.
  bool isInput = llvm::is_contained(op.getDpsInputs(), init.get());
  if (isInput)
    return nullptr;
  return isMadeOfConvolution(producer) || goesIntoConvolution(producer)
             ? producer
             : nullptr;
}

/// The inits of `op`. On tensors they are the last operands, one for each
/// result; to ask for them takes longer.
static MutableArrayRef<OpOperand> getInits(linalg::LinalgOp op) {
  return op->getOpOperands().take_back(op->getNumResults());
}

bool mlir::convoy::detail::hasUnreadInit(linalg::LinalgOp op) {
  return llvm::any_of(getInits(op), [&](OpOperand &init) {
    return getDroppedProducer(op, init) != nullptr;
  });
}

void mlir::convoy::detail::dropUnreadInits(RewriterBase &rewriter,
                                           Block &block) {
  OpBuilder::InsertionGuard guard(rewriter);
  SmallVector<std::pair<OpOperand *, Operation *>> dropped;
  for (auto op : block.getOps<linalg::LinalgOp>())
    for (OpOperand &init : getInits(op))
      if (Operation *producer = getDroppedProducer(op, init))
        dropped.push_back({&init, producer});
  SmallVector<Operation *> producers;
  for (auto [init, producer] : dropped) {
    Operation *op = init->getOwner();
    Value value = init->get();
    rewriter.setInsertionPoint(op);
    Value empty = tensor::EmptyOp::create(
        rewriter, op->getLoc(),
        tensor::getMixedSizes(rewriter, op->getLoc(), value),
        getElementTypeOrSelf(value));
    if (empty.getType() != value.getType())
      empty = tensor::CastOp::create(rewriter, op->getLoc(), value.getType(),
                                     empty);
    rewriter.modifyOpInPlace(op, [&, init = init] { init->set(empty); });
    if (!llvm::is_contained(producers, producer))
      producers.push_back(producer);
  }
  if (!producers.empty())
    eraseReplaced(rewriter, producers);
}
