//===- InputFirst.cpp - The order of a convolution's operands -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A product does not care for the order of its factors, but everybody who looks
// for convolutions expects the input to come first, as named ops have it.
//
//===----------------------------------------------------------------------===//

#include "InputFirst.h"

#include "Convoy/Analysis/ConvolutionInfo.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlir::convoy;

// True if the second operand of `op` is read through windows and the first is
// not.
bool mlir::convoy::detail::mayHaveInputSecond(linalg::GenericOp op) {
  // The maps tell most ops apart, and are cheaper to look at than operands by
  // kind.
  ArrayAttr maps = op.getIndexingMaps();
  auto isThroughWindows = [&](unsigned operand) {
    return !cast<AffineMapAttr>(maps[operand])
                .getValue()
                .isProjectedPermutation();
  };
  return maps.size() == 3 && isThroughWindows(1) && !isThroughWindows(0) &&
         op.getNumDpsInputs() == 2 && op.hasPureTensorSemantics();
}

/// `op` with its inputs swapped.
static linalg::GenericOp swapInputs(RewriterBase &rewriter,
                                    linalg::GenericOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  std::swap(maps[0], maps[1]);
  SmallVector<Value> inputs = {op.getInputs()[1], op.getInputs()[0]};
  rewriter.setInsertionPoint(op);
  auto swapped = linalg::GenericOp::create(
      rewriter, op.getLoc(), op.getResultTypes(), inputs, op.getOutputs(), maps,
      op.getIteratorTypesArray(),
      [&](OpBuilder &builder, Location loc, ValueRange arguments) {
        IRMapping mapping;
        Block &body = *op.getBody();
        mapping.map(body.getArgument(0), arguments[1]);
        mapping.map(body.getArgument(1), arguments[0]);
        mapping.map(body.getArgument(2), arguments[2]);
        for (Operation &inner : body)
          builder.clone(inner, mapping);
      });
  swapped->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  return swapped;
}

void mlir::convoy::detail::putInputsFirst(RewriterBase &rewriter,
                                          Block &block) {
  OpBuilder::InsertionGuard guard(rewriter);
  for (auto op :
       llvm::make_early_inc_range(block.getOps<linalg::GenericOp>())) {
    if (!mayHaveInputSecond(op) || isConvolutionLike(op))
      continue;
    linalg::GenericOp swapped = swapInputs(rewriter, op);
    if (isConvolutionLike(swapped))
      rewriter.replaceOp(op, swapped);
    else
      rewriter.eraseOp(swapped);
  }
}
