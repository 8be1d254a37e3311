//===- IndexArithmetic.cpp - Positions as affine expressions --------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluating positions, and what reshapes make of them.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/IndexArithmetic.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;

std::optional<int64_t> mlir::convoy::evaluateAffine(AffineExpr expr,
                                                    ArrayRef<int64_t> dims) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue();
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return dims[dim.getPosition()];
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return std::nullopt;
  std::optional<int64_t> lhs = evaluateAffine(binary.getLHS(), dims);
  std::optional<int64_t> rhs = evaluateAffine(binary.getRHS(), dims);
  if (!lhs || !rhs)
    return std::nullopt;
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return *lhs + *rhs;
  case AffineExprKind::Mul:
    return *lhs * *rhs;
  default:
    break;
  }
  // Coordinates are never negative, so truncation is the floor.
  if (*rhs <= 0 || *lhs < 0)
    return std::nullopt;
  if (expr.getKind() == AffineExprKind::Mod)
    return *lhs % *rhs;
  if (expr.getKind() == AffineExprKind::FloorDiv)
    return *lhs / *rhs;
  return llvm::divideCeil(*lhs, *rhs);
}

/// The dimensions of a group that do not have the static size 1.
static SmallVector<int64_t> getNonUnitDims(ArrayRef<int64_t> group,
                                           RankedTensorType type) {
  return llvm::filter_to_vector(
      group, [&](int64_t dim) { return type.getDimSize(dim) != 1; });
}

/// Index expressions of more nodes than this are not followed.
static constexpr unsigned kMaxIndexNodes = 64;

AffineExpr mlir::convoy::boundSize(AffineExpr expr) {
  unsigned nodes = 0;
  if (expr)
    expr.walk([&](AffineExpr) {
      return ++nodes > kMaxIndexNodes ? WalkResult::interrupt()
                                      : WalkResult::advance();
    });
  return nodes > kMaxIndexNodes ? AffineExpr() : expr;
}

/// True if all but the outermost of `dims` have static sizes.
static bool hasStaticInnerSizes(ArrayRef<int64_t> dims, RankedTensorType type) {
  return llvm::none_of(dims.drop_front(),
                       [&](int64_t dim) { return type.isDynamicDim(dim); });
}

bool mlir::convoy::arePartition(ArrayRef<ReassociationIndices> groups,
                                int64_t rank) {
  int64_t next = 0;
  for (ArrayRef<int64_t> group : groups)
    for (int64_t dim : group)
      if (dim != next++)
        return false;
  return next == rank || groups.empty();
}

bool mlir::convoy::hasProperReassociation(Operation &op) {
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return arePartition(expand.getReassociationIndices(),
                        expand.getResultType().getRank());
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    return arePartition(collapse.getReassociationIndices(),
                        collapse.getSrcType().getRank());
  return true;
}

SmallVector<AffineExpr>
mlir::convoy::collapseIndices(ArrayRef<AffineExpr> expanded,
                              ArrayRef<ReassociationIndices> groups,
                              RankedTensorType expandedType) {
  if (!arePartition(groups, expandedType.getRank()))
    return SmallVector<AffineExpr>(groups.size());
  AffineExpr zero = getAffineConstantExpr(0, expandedType.getContext());
  SmallVector<AffineExpr> collapsed;
  for (ArrayRef<int64_t> group : groups) {
    SmallVector<int64_t> dims = getNonUnitDims(group, expandedType);
    AffineExpr index = zero;
    if (!dims.empty() && !hasStaticInnerSizes(dims, expandedType))
      index = AffineExpr();
    for (int64_t dim : dims)
      if (index)
        index = dim == dims.front()
                    ? expanded[dim]
                    : index * expandedType.getDimSize(dim) + expanded[dim];
    collapsed.push_back(boundSize(index));
  }
  return collapsed;
}

SmallVector<AffineExpr>
mlir::convoy::expandIndices(ArrayRef<AffineExpr> collapsed,
                            ArrayRef<ReassociationIndices> groups,
                            RankedTensorType expandedType) {
  if (!arePartition(groups, expandedType.getRank()))
    return SmallVector<AffineExpr>(expandedType.getRank());
  AffineExpr zero = getAffineConstantExpr(0, expandedType.getContext());
  SmallVector<AffineExpr> expanded(expandedType.getRank(), zero);
  for (auto [index, group] : llvm::zip_equal(collapsed, groups)) {
    SmallVector<int64_t> dims = getNonUnitDims(group, expandedType);
    if (dims.empty())
      continue;
    bool known = hasStaticInnerSizes(dims, expandedType);
    AffineExpr rest = index;
    for (int64_t dim : llvm::reverse(dims)) {
      bool outermost = dim == dims.front();
      int64_t size = expandedType.getDimSize(dim);
      expanded[dim] = !known ? AffineExpr() : outermost ? rest : rest % size;
      if (known && !outermost)
        rest = rest.floorDiv(size);
    }
  }
  for (AffineExpr &index : expanded)
    index = boundSize(index);
  return expanded;
}
