//===- PointwiseWgmma.td - The pointwise wgmma strategy ---*- tablegen -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// #convoy.pointwise_wgmma. What follows from its numbers is in PointwisePlan.h.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_POINTWISEWGMMA_TD
#define CONVOY_DIALECT_POINTWISEWGMMA_TD

include "Convoy/Dialect/PatchWgmma.td"
include "Convoy/Dialect/Schedule.td"

def Convoy_PointwiseWgmmaAttr : AttrDef<Convoy_Dialect, "PointwiseWgmma", [
    DeclareAttrInterfaceMethods<Convoy_StrategyAttrInterface>]> {
  let mnemonic = "pointwise_wgmma";
  let summary = "Multiply pixels from registers with a filter of one tap";
  let description = [{
    One block a multiprocessor works through tiles of `tilePixels` pixels of
    `tileImages` images by `tileFilters` output channels; where an image has no
    multiple of `tilePixels` and 16 bytes divide its channels, tiles go on from
    image to image. The input and the packed filter pass through `stages` stages
    of shared memory, each with the channels of `stageChunks` chunks of the
    filter; with `residentFilter` all of a tile's filter is copied once and
    stays. Each of `mathWarpgroups` warpgroups multiplies `rowBlocks` times 64
    pixels with wgmma, reading them from the stage into registers as they are.

    `clusterBlocks` neighbouring blocks are a cluster: they work on neighbouring
    pixels and the same output channels, and each copies its part of the filter
    to all of them. `channelGroups` times as many warpgroups share the input's
    channels: each group takes every so manieth stage, and the groups' sums are
    added up in shared memory.

    `products` is how elements are multiplied, as for `#convoy.patch_wgmma`.
    Several images are only taken with whole images.

    Computes convolutions of one tap of two image dimensions in the layout
    `<nchw, fchw -> nfhw>`, without groups, strides or padding, with known sizes
    but for the batch, on chips with wgmma; docs/Kernels.md lists the limits.
    The filter is read from the op's filter image, which `convoy-pack-filters`
    adds.
  }];
  let parameters = (ins
    EnumParameter<Convoy_PatchProducts>:$products,
    DefaultValuedParameter<"int64_t", "1">:$tileImages,
    "int64_t":$tilePixels,
    "int64_t":$tileFilters,
    DefaultValuedParameter<"int64_t", "1">:$rowBlocks,
    "int64_t":$mathWarpgroups,
    "int64_t":$stageChunks,
    "int64_t":$stages,
    DefaultValuedParameter<"bool", "false">:$residentFilter,
    DefaultValuedParameter<"int64_t", "1">:$clusterBlocks,
    DefaultValuedParameter<"int64_t", "1">:$channelGroups);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // CONVOY_DIALECT_POINTWISEWGMMA_TD
