//===- ElementwiseView.h - Elementwise ops of two kinds --------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One view of elementwise structured ops and of arith and math ops on tensors.
// Private to the Analysis room.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ANALYSIS_ELEMENTWISEVIEW_H
#define CONVOY_LIB_ANALYSIS_ELEMENTWISEVIEW_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/AffineMap.h"

namespace mlir::convoy::detail {

/// True if `op` computes each element of its one ranked result by itself.
inline bool isElementwise(Operation &op) {
  if (op.getNumResults() != 1 ||
      !isa<RankedTensorType>(op.getResult(0).getType()))
    return false;
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return structured.hasPureTensorSemantics() &&
           structured.getNumParallelLoops() == structured.getNumLoops();
  return OpTrait::hasElementwiseMappableTraits(&op);
}

/// One view of structured ops and of arith/math ops on tensors.
struct ElementwiseView {
  explicit ElementwiseView(Operation &op)
      : op(op), structured(dyn_cast<linalg::LinalgOp>(op)) {
    type = cast<RankedTensorType>(op.getResult(0).getType());
    loopRanges = structured ? structured.getStaticLoopRanges()
                            : llvm::to_vector(type.getShape());
  }
  AffineMap getMap(OpOperand &operand) {
    if (structured)
      return structured.getMatchingIndexingMap(&operand);
    unsigned rank = type.getRank();
    return isa<ShapedType>(operand.get().getType())
               ? AffineMap::getMultiDimIdentityMap(rank, op.getContext())
               : AffineMap::get(rank, 0, op.getContext());
  }
  AffineMap getResultMap() {
    if (structured)
      return structured.getMatchingIndexingMap(structured.getDpsInitOperand(0));
    return AffineMap::getMultiDimIdentityMap(type.getRank(), op.getContext());
  }
  /// False for an init that only gives the result its shape.
  bool isRead(OpOperand &operand) {
    return !structured ||
           !structured.getMatchingBlockArgument(&operand).use_empty();
  }

  Operation &op;
  linalg::LinalgOp structured;
  RankedTensorType type;
  SmallVector<int64_t> loopRanges;
};

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_ANALYSIS_ELEMENTWISEVIEW_H
