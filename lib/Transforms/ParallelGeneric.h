//===- ParallelGeneric.h - Elementwise structured ops ----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Creates the structured ops that a fold emits. Private to the Transforms room.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_TRANSFORMS_PARALLELGENERIC_H
#define CONVOY_LIB_TRANSFORMS_PARALLELGENERIC_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::convoy::detail {

/// A linalg.generic on tensors, all of whose loops are parallel. `maps` has an
/// entry for each input and then for each init, at least one in all. What
/// upstream's builder does for each map and each loop, this does for each that
/// is not like the one before: that is most of what a small op costs.
linalg::GenericOp createParallelGeneric(
    OpBuilder &builder, Location loc, ValueRange inputs, ValueRange inits,
    ArrayRef<AffineMap> maps,
    function_ref<void(OpBuilder &, Location, ValueRange)> buildBody);

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_TRANSFORMS_PARALLELGENERIC_H
