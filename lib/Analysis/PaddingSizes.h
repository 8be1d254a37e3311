//===- PaddingSizes.h - Paddings that can be asked for --------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the Analysis room.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ANALYSIS_PADDINGSIZES_H
#define CONVOY_LIB_ANALYSIS_PADDINGSIZES_H

#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::convoy::detail {

/// True if `pad` has an operand for each low and high size that it calls
/// dynamic, which no verifier asks for. Without, its mixed sizes must not be
/// asked for.
inline bool hasSizeOperands(tensor::PadOp pad) {
  auto holds = [](ArrayRef<int64_t> sizes, size_t numOperands) {
    return size_t(llvm::count_if(sizes, ShapedType::isDynamic)) == numOperands;
  };
  return holds(pad.getStaticLow(), pad.getLow().size()) &&
         holds(pad.getStaticHigh(), pad.getHigh().size()) &&
         pad.getStaticLow().size() == size_t(pad.getSourceType().getRank()) &&
         pad.getStaticHigh().size() == size_t(pad.getSourceType().getRank());
}

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_ANALYSIS_PADDINGSIZES_H
