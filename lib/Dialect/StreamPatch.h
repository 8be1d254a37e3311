//===- StreamPatch.h - Pixels of a streaming kernel's patch -----*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_DIALECT_STREAMPATCH_H
#define CONVOY_LIB_DIALECT_STREAMPATCH_H

#include "Convoy/Dialect/StreamPlan.h"

namespace mlir::convoy {

/// Sets the patch of a plan whose tile and parts of the filter are set: phases,
/// pixels, columns, and how many tiles there are.
void setStreamPatch(StreamPlan &plan);

} // namespace mlir::convoy

#endif // CONVOY_LIB_DIALECT_STREAMPATCH_H
