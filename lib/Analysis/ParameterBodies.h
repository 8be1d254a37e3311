//===- ParameterBodies.h - What bodies of ops read -------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parameters at positions over the loops of an op. Private to the Analysis
// room.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ANALYSIS_PARAMETERBODIES_H
#define CONVOY_LIB_ANALYSIS_PARAMETERBODIES_H

#include "Convoy/Analysis/ParameterReader.h"
#include "Convoy/Analysis/SymbolicElement.h"

namespace mlir::convoy::detail {

/// The element of `value` at `indices` over the loops of an op. `loops` are the
/// positions of these loops over the channels of `reader`.
FailureOr<ChannelExpr> readOverLoops(ParameterReader &reader, Value value,
                                     ArrayRef<AffineExpr> indices,
                                     ArrayRef<AffineExpr> loops,
                                     Refusal &refusal);

/// The same, as seen from the one convolution that `reader` reads for.
FailureOr<SymbolicElement> readElementOverLoops(ParameterReader &reader,
                                                Value value,
                                                ArrayRef<AffineExpr> indices,
                                                ArrayRef<AffineExpr> loops,
                                                Refusal &refusal);

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_ANALYSIS_PARAMETERBODIES_H
