//===- ConvMagnitude.cpp - The scale of a convolution's rounding errors ---===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A sum of products computed in floats is off by at most some multiple of the
// sum of the products' absolute values, however it is ordered. This makes the
// program that computes those sums.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/ConvolutionInfo.h"
#include "Convoy/Transforms/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Iterators.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYCONVMAGNITUDE
#include "Convoy/Transforms/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;

/// The elementwise absolute value of `tensor`.
static Value createAbs(OpBuilder &builder, Location loc, Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  Value empty = tensor::EmptyOp::create(
      builder, loc, tensor::getMixedSizes(builder, loc, tensor),
      type.getElementType());
  AffineMap identity = builder.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> loops(type.getRank(),
                                         utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, type, tensor, empty,
             ArrayRef<AffineMap>{identity, identity}, loops,
             [](OpBuilder &body, Location loc, ValueRange arguments) {
               Value magnitude = math::AbsFOp::create(body, loc, arguments[0]);
               linalg::YieldOp::create(body, loc, magnitude);
             })
      .getResult(0);
}

/// The convolutions that no other convolution depends on. Magnitudes of inner
/// layers would multiply up and bound nothing.
static SmallVector<linalg::LinalgOp> findLastConvolutions(Operation *root) {
  SmallVector<linalg::LinalgOp> last;
  llvm::DenseSet<Value> feeding;
  // In reverse, so that every user is seen before what it uses.
  root->walk<WalkOrder::PreOrder, ReverseIterator>([&](Operation *op) {
    bool feeds = llvm::any_of(
        op->getResults(), [&](Value value) { return feeding.contains(value); });
    auto structured = dyn_cast<linalg::LinalgOp>(op);
    bool isConvolution = structured && convoy::isConvolutionLike(op) &&
                         structured.hasPureTensorSemantics();
    if (isConvolution && !feeds)
      last.push_back(structured);
    if (!isConvolution && !feeds)
      return;
    feeding.insert(op->operand_begin(), op->operand_end());
    llvm::SetVector<Value> captured;
    getUsedValuesDefinedAbove(op->getRegions(), captured);
    feeding.insert(captured.begin(), captured.end());
  });
  return last;
}

namespace {
struct ConvMagnitudePass
    : convoy::impl::ConvoyConvMagnitudeBase<ConvMagnitudePass> {
  void runOnOperation() override {
    for (linalg::LinalgOp op : findLastConvolutions(getOperation())) {
      OpBuilder builder(op);
      for (OpOperand &operand : op->getOpOperands()) {
        auto type = dyn_cast<RankedTensorType>(operand.get().getType());
        if (type && isa<FloatType>(type.getElementType()))
          operand.set(createAbs(builder, op.getLoc(), operand.get()));
      }
    }
  }
};
} // namespace
