//===- FuseElementwise.cpp - Fewer passes over memory ---------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's elementwise fusion, kept to where it saves memory traffic and
// repeats no arithmetic, and results in place of inputs that nothing else
// needs. Loops are fused, arithmetic stays as it is.
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

/// Where a launch costs more than arithmetic: the most elements of a producer
/// that is computed again for each element of a consumer, and how many times
/// more the consumer has at least.
static constexpr int64_t kMaxRecomputedElements = 65536;
static constexpr int64_t kMinRecomputingFactor = 16;

/// The most operations in a body. What is fused is copied, so that bodies
/// without a bound would take time that is quadratic in the length of a chain.
static constexpr size_t kMaxFusedOperations = 512;

/// True if `op` has at least `bound` iterations, or an unknown number.
static bool hasIterations(linalg::GenericOp op, int64_t bound) {
  int64_t product = 1;
  for (int64_t size : op.getStaticLoopRanges())
    if (ShapedType::isDynamic(size) ||
        llvm::MulOverflow(product, size, product))
      return true;
  return product >= bound;
}

/// True if `producer`, elementwise, has few results beside its consumer.
static bool isSmall(linalg::GenericOp producer, linalg::GenericOp consumer) {
  if (producer.getNumParallelLoops() != producer.getNumLoops() ||
      hasIterations(producer, kMaxRecomputedElements + 1))
    return false;
  int64_t elements = 1;
  for (int64_t size : producer.getStaticLoopRanges())
    elements *= size;
  return hasIterations(consumer, elements * kMinRecomputingFactor);
}

/// True if the producer of `operand` is better computed inside its consumer.
static bool isWorthFusing(OpOperand *operand, bool recomputeSmall) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  // Inside a reduction, the producer would run once for each use of a value.
  if (!producer || !consumer ||
      consumer.getNumParallelLoops() != consumer.getNumLoops())
    return false;
  // What only moves data costs nothing to repeat.
  if (llvm::hasSingleElement(*producer.getBody()))
    return true;
  if (llvm::range_size(*producer.getBody()) +
          llvm::range_size(*consumer.getBody()) >
      kMaxFusedOperations)
    return false;
  if (recomputeSmall && isSmall(producer, consumer))
    return true;
  // A producer of fewer elements would run once for each element it is
  // broadcast to: a square root per pixel in place of one per channel.
  return producer->hasOneUse() &&
         producer.getNumLoops() == consumer.getNumLoops() &&
         consumer.getMatchingIndexingMap(operand).isPermutation();
}

/// The input of `op` that its result can overwrite: read at the place where the
/// result is written, needed by nobody else, and computed by an operation whose
/// result is a buffer of ours. Null if there is none.
static OpOperand *findOverwritableInput(linalg::GenericOp op) {
  if (!op.hasPureTensorSemantics() || op.getNumDpsInits() != 1 ||
      op.getNumParallelLoops() != op.getNumLoops())
    return nullptr;
  OpOperand *init = op.getDpsInitOperand(0);
  AffineMap map = op.getMatchingIndexingMap(init);
  if (!init->get().getDefiningOp<tensor::EmptyOp>() || !map.isPermutation() ||
      op.payloadUsesValueFromOperand(init))
    return nullptr;
  for (OpOperand *input : op.getDpsInputOperands()) {
    Value value = input->get();
    if (value.getType() == init->get().getType() && value.hasOneUse() &&
        op.getMatchingIndexingMap(input) == map &&
        isa_and_nonnull<linalg::LinalgOp>(value.getDefiningOp()))
      return input;
  }
  return nullptr;
}

/// Makes `input` the destination of `op`: one buffer less.
static void overwriteInput(RewriterBase &rewriter, linalg::GenericOp op,
                           OpOperand *input) {
  unsigned number = input->getOperandNumber();
  SmallVector<Value> inputs(op.getInputs());
  inputs.erase(inputs.begin() + number);
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  maps.erase(maps.begin() + number);
  rewriter.setInsertionPoint(op);
  auto inPlace = linalg::GenericOp::create(
      rewriter, op.getLoc(), op->getResultTypes(), inputs, input->get(), maps,
      op.getIteratorTypesArray());
  Block *body = op.getBody();
  rewriter.replaceAllUsesWith(body->getArgument(number),
                              body->getArguments().back());
  body->eraseArgument(number);
  rewriter.inlineRegionBefore(op.getRegion(), inPlace.getRegion(),
                              inPlace.getRegion().begin());
  rewriter.replaceOp(op, inPlace.getResults());
}

namespace {
struct FuseElementwisePass
    : convoy::impl::ConvoyFuseElementwiseBase<FuseElementwisePass> {
  using Base::Base;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    linalg::populateElementwiseOpsFusionPatterns(
        patterns, [this](OpOperand *operand) {
          return isWorthFusing(operand, recomputeSmall);
        });
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation()->emitError("expected elementwise fusion to converge");
      return signalPassFailure();
    }
    IRRewriter rewriter(&getContext());
    getOperation()->walk([&](linalg::GenericOp op) {
      if (OpOperand *input = findOverwritableInput(op))
        overwriteInput(rewriter, op, input);
    });
  }
};
} // namespace
