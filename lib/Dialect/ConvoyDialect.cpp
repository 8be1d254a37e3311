//===- ConvoyDialect.cpp - The convoy dialect                -*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/ConvoyDialect.h"

#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::convoy;

#include "Convoy/Dialect/ConvoyDialect.cpp.inc"

#include "Convoy/Dialect/ConvoyEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "Convoy/Dialect/ConvoyAttributes.cpp.inc"

void ConvoyDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "Convoy/Dialect/ConvoyAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "Convoy/Dialect/ConvoyOps.cpp.inc"
      >();
}
