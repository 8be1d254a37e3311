//===- Assertions.h - Assertions in bodies of ops --------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Front ends guard divisions with assertions (cf.assert) within the bodies of
// structured ops. What is known of the numbers tells whether they hold.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_ANALYSIS_ASSERTIONS_H
#define CONVOY_ANALYSIS_ASSERTIONS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::convoy {

/// True if each cf.assert in the body of `op` is known to hold in each
/// iteration: `op` is elementwise on tensors, and what the conditions are
/// computed from is constant.
bool doAssertionsHold(linalg::LinalgOp op);

} // namespace mlir::convoy

#endif // CONVOY_ANALYSIS_ASSERTIONS_H
