//===- LoopSizes.cpp - Sizes that contradict each other -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What upstream's verifier leaves out.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/LoopSizes.h"

#include "Convoy/Analysis/IndexArithmetic.h"

#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace mlir::convoy;

/// The largest value of a sum of loops with factors, if the sizes of its loops
/// are known and fit into 64 bits.
static std::optional<int64_t> getLargest(AffineExpr expr,
                                         ArrayRef<int64_t> sizes) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue() >= 0 ? std::optional(constant.getValue())
                                    : std::nullopt;
  if (auto loop = dyn_cast<AffineDimExpr>(expr)) {
    int64_t size = sizes[loop.getPosition()];
    return size > 0 ? std::optional(size - 1) : std::nullopt;
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary || (expr.getKind() != AffineExprKind::Add &&
                  expr.getKind() != AffineExprKind::Mul))
    return std::nullopt;
  std::optional<int64_t> lhs = getLargest(binary.getLHS(), sizes);
  std::optional<int64_t> rhs = getLargest(binary.getRHS(), sizes);
  if (!lhs || !rhs)
    return std::nullopt;
  return expr.getKind() == AffineExprKind::Add ? llvm::checkedAdd(*lhs, *rhs)
                                               : llvm::checkedMul(*lhs, *rhs);
}

bool mlir::convoy::haveSizesInAgreement(linalg::LinalgOp op) {
  auto isDynamic = [](Type type) {
    auto shaped = dyn_cast<ShapedType>(type);
    return shaped && (!shaped.hasRank() || !shaped.hasStaticShape());
  };
  if (llvm::none_of(op->getOperandTypes(), isDynamic))
    return true;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<int64_t> sizes(maps.front().getNumDims(), ShapedType::kDynamic);
  auto forEachDim = [&](function_ref<bool(AffineExpr, int64_t)> agrees) {
    for (auto [map, type] : llvm::zip_equal(maps, op->getOperandTypes())) {
      auto shaped = dyn_cast<ShapedType>(type);
      if (!shaped || !shaped.hasRank())
        continue;
      for (auto [expr, size] :
           llvm::zip_equal(map.getResults(), shaped.getShape()))
        if (!ShapedType::isDynamic(size) && !agrees(expr, size))
          return false;
    }
    return true;
  };
  return forEachDim([&](AffineExpr expr, int64_t size) {
           auto loop = dyn_cast<AffineDimExpr>(expr);
           if (!loop)
             return true;
           int64_t &known = sizes[loop.getPosition()];
           bool agrees = ShapedType::isDynamic(known) || known == size;
           known = size;
           return agrees;
         }) &&
         forEachDim([&](AffineExpr expr, int64_t size) {
           std::optional<int64_t> largest = getLargest(expr, sizes);
           return !largest || *largest < size;
         });
}
