//===- FuseElementwise.cpp - Fewer passes over memory ---------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's elementwise fusion, kept to where it saves memory traffic and
// repeats no arithmetic. Loops are fused, arithmetic stays as it is.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYFUSEELEMENTWISE
#include "Convoy/Codegen/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;

/// True if the producer of `operand` is better computed inside its consumer.
static bool isWorthFusing(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  // Inside a reduction, the producer would run once for each use of a value.
  if (!producer || !consumer ||
      consumer.getNumParallelLoops() != consumer.getNumLoops())
    return false;
  // What only moves data costs nothing to repeat.
  if (llvm::hasSingleElement(*producer.getBody()))
    return true;
  // A producer of fewer elements would run once for each element it is
  // broadcast to: a square root per pixel in place of one per channel.
  return producer->hasOneUse() &&
         producer.getNumLoops() == consumer.getNumLoops() &&
         consumer.getMatchingIndexingMap(operand).isPermutation();
}

namespace {
struct FuseElementwisePass
    : convoy::impl::ConvoyFuseElementwiseBase<FuseElementwisePass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    linalg::populateElementwiseOpsFusionPatterns(patterns, isWorthFusing);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation()->emitError("expected elementwise fusion to converge");
      signalPassFailure();
    }
  }
};
} // namespace
