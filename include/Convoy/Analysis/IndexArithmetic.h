//===- IndexArithmetic.h - Positions as expressions ------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The positions of elements as affine expressions over the coordinates of a
// convolution, and how reshapes change them.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_ANALYSIS_INDEXARITHMETIC_H
#define CONVOY_ANALYSIS_INDEXARITHMETIC_H

#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mlir::convoy {

/// The value of `expr` for the given values of its dimensions; fails on
/// symbols and on division by zero.
FailureOr<int64_t> evaluateAffine(AffineExpr expr, ArrayRef<int64_t> dims);

/// The indices into the source of a reshape that correspond to `indices` into
/// its result, or the reverse; null expressions where dynamic sizes hide
/// them, or where they would grow without bound.
SmallVector<AffineExpr> collapseIndices(ArrayRef<AffineExpr> expanded,
                                        ArrayRef<ReassociationIndices> groups,
                                        RankedTensorType expandedType);
SmallVector<AffineExpr> expandIndices(ArrayRef<AffineExpr> collapsed,
                                      ArrayRef<ReassociationIndices> groups,
                                      RankedTensorType expandedType);

} // namespace mlir::convoy

#endif // CONVOY_ANALYSIS_INDEXARITHMETIC_H
