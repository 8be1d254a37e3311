//===- Packing.h - Where packed elements lie -------------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Positions in front of and behind linalg.pack and linalg.unpack. Private to
// the Analysis room.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ANALYSIS_PACKING_H
#define CONVOY_LIB_ANALYSIS_PACKING_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/AffineExpr.h"

namespace mlir::convoy::detail {

/// True if `op` is a linalg.pack or linalg.unpack, each of which has the packed
/// tensor on one side.
bool isPacking(Operation &op);

/// The position in the result of `op`, which is one of them, of the element at
/// `indices` of its source, or the reverse. Null expressions where tiles of
/// dynamic size hide a coordinate, or where it would grow without bound.
SmallVector<AffineExpr> getPackingResultIndices(Operation &op,
                                                ArrayRef<AffineExpr> indices);
SmallVector<AffineExpr> getPackingSourceIndices(Operation &op,
                                                ArrayRef<AffineExpr> indices);

/// True unless the result of the pack is known to hold nothing but elements of
/// its source.
bool mayAddPadding(linalg::PackOp pack);

/// True if the unpack is known to keep all that its source has along dimension
/// `dim` of its result.
bool keepsAll(linalg::UnPackOp unpack, int64_t dim);

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_ANALYSIS_PACKING_H
