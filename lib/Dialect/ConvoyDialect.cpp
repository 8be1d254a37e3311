//===- ConvoyDialect.cpp - The convoy dialect                -*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/ConvoyDialect.h"

#include "Convoy/Dialect/ConvoyDialect.cpp.inc"

void mlir::convoy::ConvoyDialect::initialize() {}
