//===- ConvoyOps.td - The convoy dialect ------------------*- tablegen -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_CONVOYOPS_TD
#define CONVOY_DIALECT_CONVOYOPS_TD

include "mlir/IR/OpBase.td"

def Convoy_Dialect : Dialect {
  let name = "convoy";
  let cppNamespace = "::mlir::convoy";
  let summary = "Fused convolutions, one op for what one kernel computes";
}

#endif // CONVOY_DIALECT_CONVOYOPS_TD
