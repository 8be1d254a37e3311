//===- StreamWgmma.td - The filter-streaming wgmma strategy *- tablegen -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// #convoy.stream_wgmma. What follows from its numbers is in StreamPlan.h.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_STREAMWGMMA_TD
#define CONVOY_DIALECT_STREAMWGMMA_TD

include "Convoy/Dialect/PatchWgmma.td"
include "Convoy/Dialect/Schedule.td"

def Convoy_StreamWgmmaAttr : AttrDef<Convoy_Dialect, "StreamWgmma", [
    DeclareAttrInterfaceMethods<Convoy_StrategyAttrInterface>]> {
  let mnemonic = "stream_wgmma";
  let summary = "Stream filter and patches of the input through shared memory";
  let description = [{
    One block a multiprocessor works through tiles of `tileImages` images by
    `tileRows` rows by `tileColumns` columns of the output, for `tileBlocks`
    blocks of 64 output channels. Channels are taken a few at a time:
    `gatherWarps` warps read the input under the tile from global memory into
    one of `slots` slots of shared memory, each with the channels of
    `slotChunks` chunks of the packed filter, while the filter is copied through
    `filterStages` stages. Two warpgroups multiply with wgmma, a filter tap being
    an address in the patch; with `tileBlocks = 1` they share the tile's columns,
    with 2 each has a block of output channels.

    With `channelParts` larger than 1 tiles are worked through by clusters of so
    many blocks instead, for layers of few tiles: each block sums over a part of
    the channels, and stores its share of the tile's rows from all blocks' sums,
    which it adds in the order of the parts.

    With `takesTurns` each warpgroup has whole tiles, every other one: while one
    stores its sums the other multiplies. With `residentFilter` the stages hold
    all of the filter, which is copied once.

    `products` is how elements are multiplied, as for `#convoy.patch_wgmma`.
    Several images are only taken with whole images, several chunks not with
    `split_f16`.

    Computes convolutions of two image dimensions in the layout
    `<nchw, fchw -> nfhw>`, grouped or not, with known sizes but for the batch,
    on chips with wgmma; docs/Kernels.md lists the limits. The filter is read
    from the op's filter image, which `convoy-pack-filters` adds.
  }];
  let parameters = (ins
    EnumParameter<Convoy_PatchProducts>:$products,
    DefaultValuedParameter<"int64_t", "1">:$tileImages,
    "int64_t":$tileRows,
    "int64_t":$tileColumns,
    DefaultValuedParameter<"int64_t", "1">:$tileBlocks,
    DefaultValuedParameter<"int64_t", "1">:$slotChunks,
    "int64_t":$slots,
    "int64_t":$filterStages,
    "int64_t":$gatherWarps,
    DefaultValuedParameter<"int64_t", "1">:$channelParts,
    DefaultValuedParameter<"bool", "false">:$takesTurns,
    DefaultValuedParameter<"bool", "false">:$residentFilter);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // CONVOY_DIALECT_STREAMWGMMA_TD
