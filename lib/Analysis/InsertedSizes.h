//===- InsertedSizes.h - How much an insert_slice covers -------*- C++ -*-===//
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

#ifndef CONVOY_LIB_ANALYSIS_INSERTEDSIZES_H
#define CONVOY_LIB_ANALYSIS_INSERTEDSIZES_H

#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::convoy::detail {

/// True if the source of `insert` is known to be as large as `base`, what the
/// whole concatenation was begun with, along the dynamic dimensions `dims`.
bool isAsLarge(tensor::InsertSliceOp insert, Value base,
               ArrayRef<int64_t> dims);

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_ANALYSIS_INSERTEDSIZES_H
