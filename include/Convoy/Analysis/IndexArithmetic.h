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

/// The value of `expr` for the given values of its dimensions; none for symbols
/// and divisions by zero.
std::optional<int64_t> evaluateAffine(AffineExpr expr, ArrayRef<int64_t> dims);

/// `expr`, or null if it is too large to be followed: each reshape may double
/// an index.
AffineExpr boundSize(AffineExpr expr);

/// True if `groups` name the dimensions of a tensor of rank `rank`, each once
/// and in order.
bool arePartition(ArrayRef<ReassociationIndices> groups, int64_t rank);

/// True unless `op` is a tensor.expand_shape or tensor.collapse_shape whose
/// reassociation is no partition of the dimensions: upstream's verifier only
/// looks at the lower 32 bits of what it names.
bool hasProperReassociation(Operation &op);

/// The indices into the source of a reshape that correspond to `indices` into
/// its result, or the reverse; null expressions where dynamic sizes hide
/// them, where they would grow without bound, or where `groups` are no
/// partition.
SmallVector<AffineExpr> collapseIndices(ArrayRef<AffineExpr> expanded,
                                        ArrayRef<ReassociationIndices> groups,
                                        RankedTensorType expandedType);
SmallVector<AffineExpr> expandIndices(ArrayRef<AffineExpr> collapsed,
                                      ArrayRef<ReassociationIndices> groups,
                                      RankedTensorType expandedType);

} // namespace mlir::convoy

#endif // CONVOY_ANALYSIS_INDEXARITHMETIC_H
