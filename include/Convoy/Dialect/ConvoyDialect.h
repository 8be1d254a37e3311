//===- ConvoyDialect.h - The convoy dialect                  -*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_CONVOYDIALECT_H
#define CONVOY_DIALECT_CONVOYDIALECT_H

#include "mlir/IR/Dialect.h"

#include "Convoy/Dialect/ConvoyDialect.h.inc"

#endif // CONVOY_DIALECT_CONVOYDIALECT_H
