//===- ConvoyOps.h - Operations of the convoy dialect ----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_CONVOYOPS_H
#define CONVOY_DIALECT_CONVOYOPS_H

#include "Convoy/Dialect/ConvoyDialect.h"
#include "Convoy/Dialect/Schedule.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "Convoy/Dialect/ConvoyEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "Convoy/Dialect/ConvoyAttributes.h.inc"

#define GET_OP_CLASSES
#include "Convoy/Dialect/ConvoyOps.h.inc"

#endif // CONVOY_DIALECT_CONVOYOPS_H
