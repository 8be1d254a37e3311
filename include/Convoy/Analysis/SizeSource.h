//===- SizeSource.h - Where a dynamic size comes from ----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two dynamic sizes with one source are equal. Sizes with different sources may
// be.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_ANALYSIS_SIZESOURCE_H
#define CONVOY_ANALYSIS_SIZESOURCE_H

#include "mlir/IR/Value.h"

namespace mlir::convoy {

/// A dimension of a tensor, or a number if the dimension is negative.
using SizeSource = std::pair<Value, int64_t>;

/// The source of dimension `dim` of `tensor`.
SizeSource findSizeSource(Value tensor, int64_t dim);

/// The source of `size`, an index.
SizeSource findSizeSource(Value size);

} // namespace mlir::convoy

#endif // CONVOY_ANALYSIS_SIZESOURCE_H
