//===- WindowWgmma.td - The window wgmma strategy ---------*- tablegen -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// #convoy.window_wgmma. What follows from its numbers is in WindowPlan.h.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_WINDOWWGMMA_TD
#define CONVOY_DIALECT_WINDOWWGMMA_TD

include "Convoy/Dialect/PatchWgmma.td"
include "Convoy/Dialect/Schedule.td"

def Convoy_WindowWgmmaAttr : AttrDef<Convoy_Dialect, "WindowWgmma", [
    DeclareAttrInterfaceMethods<Convoy_StrategyAttrInterface>]> {
  let mnemonic = "window_wgmma";
  let summary = "Multiply pixels from registers with a filter of several taps";
  let description = [{
    One block a multiprocessor works through tiles of neighbouring pixels of the
    output, which go on from row to row and from image to image, by
    `tileFilters` output channels. Each of `mathWarpgroups` warpgroups
    multiplies `rowBlocks` times 64 of a tile's pixels with wgmma. The input
    under a tile, as it lies in memory, and the packed filter pass through
    `stages` stages of shared memory, each with the channels of one chunk of the
    filter and all taps; with `residentFilter` all of a tile's filter is copied
    once and stays. Pixels are read from the stage into registers anew for each
    tap.

    `products` is how elements are multiplied, as for `#convoy.patch_wgmma`, but
    not `split_f16`.

    Computes convolutions of several taps of two image dimensions in the layout
    `<nchw, fchw -> nfhw>`, without groups, with known sizes but for the batch,
    on chips with wgmma; docs/Kernels.md lists the limits. The filter is read
    from the op's filter image, which `convoy-pack-filters` adds.
  }];
  let parameters = (ins
    EnumParameter<Convoy_PatchProducts>:$products,
    "int64_t":$tileFilters,
    DefaultValuedParameter<"int64_t", "1">:$rowBlocks,
    "int64_t":$mathWarpgroups,
    "int64_t":$stages,
    DefaultValuedParameter<"bool", "false">:$residentFilter);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // CONVOY_DIALECT_WINDOWWGMMA_TD
