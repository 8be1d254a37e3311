//===- Schedule.h - How a convolution is computed --------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The interface of strategies. The attributes themselves are declared with the
// other attributes of the dialect, in ConvoyOps.h.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_SCHEDULE_H
#define CONVOY_DIALECT_SCHEDULE_H

#include "Convoy/Target/Chip.h"

#include "mlir/IR/Attributes.h"
#include "mlir/IR/Diagnostics.h"

namespace mlir::convoy {
class ConvOp;
} // namespace mlir::convoy

#include "Convoy/Dialect/StrategyAttrInterface.h.inc"

#endif // CONVOY_DIALECT_SCHEDULE_H
