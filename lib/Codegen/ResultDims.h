//===- ResultDims.h - The sizes of an entry's results ----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_RESULTDIMS_H
#define CONVOY_LIB_CODEGEN_RESULTDIMS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::convoy {

/// Adds the function called getResultDimsFunctionName beside `function`, whose
/// arguments and results are ranked tensors and whose body is one block. Fails
/// with a diagnostic where the shape of a result depends on more than the
/// shapes of the arguments.
LogicalResult createResultDimsFunction(func::FuncOp function);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_RESULTDIMS_H
