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
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/IR/AffineMap.h"

namespace mlir::convoy::detail {

/// True if `op` computes each element of its one ranked result by itself.
inline bool isElementwise(Operation &op) {
  if (op.getNumResults() != 1 ||
      !isa<RankedTensorType>(op.getResult(0).getType()))
    return false;
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return structured.hasPureTensorSemantics() &&
           llvm::all_of(structured.getIteratorTypesArray(),
                        linalg::isParallelIterator);
  return OpTrait::hasElementwiseMappableTraits(&op);
}

/// One view of structured ops and of arith/math ops on tensors. Named ops make
/// their maps anew whenever they are asked, so they are asked once.
class ElementwiseView {
public:
  explicit ElementwiseView(Operation &op)
      : op(op), type(cast<RankedTensorType>(op.getResult(0).getType())) {
    auto structured = dyn_cast<linalg::LinalgOp>(op);
    if (!structured)
      return;
    body = structured.getBlock();
    maps = structured.getIndexingMapsArray();
  }
  /// Few ops are asked for them, but those for each of their operands.
  ArrayRef<int64_t> getLoopRanges() {
    if (!loopRanges)
      loopRanges = findLoopRanges();
    return *loopRanges;
  }
  AffineMap getMap(OpOperand &operand) const {
    if (body)
      return maps[operand.getOperandNumber()];
    unsigned rank = type.getRank();
    return isa<ShapedType>(operand.get().getType())
               ? AffineMap::getMultiDimIdentityMap(rank, op.getContext())
               : AffineMap::get(rank, 0, op.getContext());
  }
  AffineMap getResultMap() const {
    // The one init is the last operand.
    if (body)
      return maps.back();
    return AffineMap::getMultiDimIdentityMap(type.getRank(), op.getContext());
  }
  /// False for an init that only gives the result its shape.
  bool isRead(OpOperand &operand) const {
    return !body || !body->getArgument(operand.getOperandNumber()).use_empty();
  }

  Operation &op;
  /// Of a structured op; else null.
  Block *body = nullptr;
  RankedTensorType type;

private:
  SmallVector<int64_t> findLoopRanges() const {
    if (!body)
      return llvm::to_vector(type.getShape());
    SmallVector<int64_t> ranges(maps.front().getNumDims(),
                                ShapedType::kDynamic);
    for (auto [map, operand] : llvm::zip_equal(maps, op.getOperands()))
      if (auto shaped = dyn_cast<ShapedType>(operand.getType()))
        for (auto [expr, size] :
             llvm::zip_equal(map.getResults(), shaped.getShape()))
          if (auto dim = dyn_cast<AffineDimExpr>(expr);
              dim && !ShapedType::isDynamic(size))
            ranges[dim.getPosition()] = size;
    return ranges;
  }

  SmallVector<AffineMap, 4> maps;
  std::optional<SmallVector<int64_t>> loopRanges;
};

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_ANALYSIS_ELEMENTWISEVIEW_H
