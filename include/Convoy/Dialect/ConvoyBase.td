//===- ConvoyBase.td - The convoy dialect -----------------*- tablegen -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_CONVOYBASE_TD
#define CONVOY_DIALECT_CONVOYBASE_TD

include "mlir/IR/OpBase.td"

def Convoy_Dialect : Dialect {
  let name = "convoy";
  let cppNamespace = "::mlir::convoy";
  let summary = "Fused convolutions, one op for what one kernel computes";
  let description = [{
    The dialect has one computation, `convoy.conv`: a convolution with all
    that one kernel can do on the way in and on the way out. It is formed from
    linalg, scheduled, bufferized, and lowered back to linalg or to a kernel.
  }];
  let useDefaultAttributePrinterParser = 1;
}

#endif // CONVOY_DIALECT_CONVOYBASE_TD
