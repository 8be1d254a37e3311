//===- Passes.td - Transformation passes, in pipeline order -*- tablegen -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TRANSFORMS_PASSES_TD
#define CONVOY_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvoyFoldAffine : Pass<"convoy-fold-affine", "::mlir::ModuleOp"> {
  let summary = "Fold per-channel affine steps into the convolutions they follow";
}

#endif // CONVOY_TRANSFORMS_PASSES_TD
