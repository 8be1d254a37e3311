//===- Movement.cpp - How elementwise ops move elements -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The permutation between an operand and the result of an elementwise op. The
// analysis uses it to follow coordinates, the fold to move folded values the
// same way.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/AffineChain.h"

#include "mlir/IR/AffineMap.h"

using namespace mlir;

std::optional<SmallVector<int64_t>>
mlir::convoy::getMovement(AffineMap operandMap, AffineMap resultMap,
                          ArrayRef<int64_t> loopRanges,
                          ArrayRef<int64_t> operandShape) {
  constexpr int64_t kUnset = -1;
  unsigned rank = resultMap.getNumResults();
  if (!resultMap.isPermutation() || operandMap.getNumResults() != rank)
    return std::nullopt;

  // Which operand dimension each loop runs along. An operand dimension that is
  // read at a constant position must have size 1, like a loop it does not see.
  SmallVector<int64_t> dimOfLoop(operandMap.getNumDims(), kUnset);
  SmallVector<int64_t> constantDims;
  for (auto [position, expr] : llvm::enumerate(operandMap.getResults())) {
    if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
      if (constant.getValue() != 0 || operandShape[position] != 1)
        return std::nullopt;
      constantDims.push_back(position);
      continue;
    }
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim || dimOfLoop[dim.getPosition()] != kUnset)
      return std::nullopt;
    dimOfLoop[dim.getPosition()] = position;
  }

  SmallVector<int64_t> movement;
  auto nextConstant = constantDims.begin();
  for (unsigned position = 0; position < rank; ++position) {
    unsigned loop = resultMap.getDimPosition(position);
    if (dimOfLoop[loop] == kUnset) {
      if (loopRanges[loop] != 1 || nextConstant == constantDims.end())
        return std::nullopt;
      dimOfLoop[loop] = *nextConstant++;
    }
    movement.push_back(dimOfLoop[loop]);
  }
  return movement;
}
