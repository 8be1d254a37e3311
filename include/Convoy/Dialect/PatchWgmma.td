//===- PatchWgmma.td - The patch-resident wgmma strategy --*- tablegen -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// #convoy.patch_wgmma. What follows from its numbers is in PatchPlan.h.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_PATCHWGMMA_TD
#define CONVOY_DIALECT_PATCHWGMMA_TD

include "Convoy/Dialect/Schedule.td"

def Convoy_PatchProducts : I32EnumAttr<"PatchProducts",
    "How products are formed from the elements", [
    I32EnumAttrCase<"SplitF16", 0, "split_f16">,
    I32EnumAttrCase<"TF32", 1, "tf32">,
    I32EnumAttrCase<"F16", 2, "f16">,
    I32EnumAttrCase<"BF16", 3, "bf16">]> {
  let cppNamespace = "::mlir::convoy";
  let genSpecializedAttr = 0;
}

def Convoy_PatchWgmmaAttr : AttrDef<Convoy_Dialect, "PatchWgmma", [
    DeclareAttrInterfaceMethods<Convoy_StrategyAttrInterface>]> {
  let mnemonic = "patch_wgmma";
  let summary = "Multiply patches of the input that stay in shared memory";
  let description = [{
    One block a multiprocessor works through tiles of `tileRows` whole rows of
    the output by 64 output channels, or by several times 64 where so much of
    the filter fits. The input under a tile is loaded into `slots` slots of
    shared memory, once, converted there, and multiplied by wgmma, a filter tap
    being an address in the patch. Outputs are staged in rings of `stagingRing`
    blocks of 8 channels and copied to global memory in bulk by `storeWarps`
    warps, 1 to 4. With `alignLoads` all blocks of the grid load at the same
    time.

    `products` is how elements are multiplied: `split_f16` (f32 to f32's
    accuracy, as three products of f16 parts), `tf32` (f32 rounded), `f16`,
    `bf16`.

    Computes ungrouped convolutions of two image dimensions in the layout
    `<nchw, fchw -> nfhw>`, with known sizes but for the batch, on chips with
    wgmma; docs/Kernels.md lists the limits.
  }];
  let parameters = (ins
    EnumParameter<Convoy_PatchProducts>:$products,
    "int64_t":$tileRows,
    "int64_t":$slots,
    "int64_t":$stagingRing,
    "int64_t":$storeWarps,
    "bool":$alignLoads);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // CONVOY_DIALECT_PATCHWGMMA_TD
