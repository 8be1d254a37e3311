//===- Arrivals.h - Which convolutions meet in an op -----------*- C++ -*-===//
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

#ifndef CONVOY_LIB_ANALYSIS_ARRIVALS_H
#define CONVOY_LIB_ANALYSIS_ARRIVALS_H

#include "ChainWalker.h"
#include "ElementwiseView.h"

namespace mlir::convoy::detail {

/// A root as it arrives in an op: its element meets these loops.
struct Arrival {
  unsigned root = 0;
  /// Arrivals of one piece add up; different pieces are different parts of the
  /// op's result.
  unsigned piece = 0;
  SmallVector<AffineExpr, 4> loops;
};

/// Lists the roots of all derived operands that `view` reads. Fails if the op
/// enlarges one, meets different elements of the same one, or combines parts of
/// concatenations that are not the same.
LogicalResult collectArrivals(ElementwiseView &view, const FormMap &forms,
                              ArrayRef<std::unique_ptr<Root>> roots,
                              SmallVectorImpl<Arrival> &arrivals,
                              Refusal &refusal);

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_ANALYSIS_ARRIVALS_H
