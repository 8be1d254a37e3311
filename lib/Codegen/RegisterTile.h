//===- RegisterTile.h - A reduction whose sums stay in registers -*- C++ -*-==//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_REGISTERTILE_H
#define CONVOY_LIB_CODEGEN_REGISTERTILE_H

#include "Convoy/Codegen/ReductionSchedule.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::convoy {

/// Replaces `tile`, a linalg.generic on memrefs of which every parallel loop
/// but the vector loop and the unrolled one of `schedule` has one iteration and
/// these two have a known number, by loops over its reduction dimensions that
/// carry its results as vectors, one for each iteration of the unrolled loop.
LogicalResult emitRegisterTile(RewriterBase &rewriter, linalg::GenericOp tile,
                               const ReductionSchedule &schedule);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_REGISTERTILE_H
