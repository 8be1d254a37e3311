//===- StreamFold.h - A convolution as a kernel sees it --------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_DIALECT_STREAMFOLD_H
#define CONVOY_LIB_DIALECT_STREAMFOLD_H

#include "Convoy/Dialect/FilterImage.h"
#include "Convoy/Dialect/PatchPlan.h"

namespace mlir::convoy {

/// The same convolution as one row where no pixel has neighbours.
PatchProblem flattenRows(const PatchProblem &problem);

/// Which columns of `problem` become channels: as many as divide the stride and
/// the rows of the input and fit into 8 channels. None with dilation, or where
/// windows have one column.
ColumnFold chooseColumnFold(const PatchProblem &problem);

/// The convolution that `problem` is with those columns as channels. Its output
/// is the same.
PatchProblem foldColumns(const PatchProblem &problem, const ColumnFold &fold);

} // namespace mlir::convoy

#endif // CONVOY_LIB_DIALECT_STREAMFOLD_H
