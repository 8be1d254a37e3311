//===- PackFilter.td - Filters as kernels read them -------*- tablegen -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// convoy.pack_filter and the attribute that says what it writes; the layout
// itself is in FilterImage.h.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_PACKFILTER_TD
#define CONVOY_DIALECT_PACKFILTER_TD

include "Convoy/Dialect/ConvoyBase.td"
include "Convoy/Dialect/PatchWgmma.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Convoy_Operand : AnyTypeOf<[AnyRankedTensor, AnyStridedMemRef],
                               "ranked tensor or strided memref">;

def Convoy_FilterImageAttr : AttrDef<Convoy_Dialect, "FilterImage"> {
  let mnemonic = "filter_image";
  let summary = "What a packed filter holds";
  let description = [{
    The sizes of a filter and how its weights are multiplied, from which the
    layout of the packed filter follows: `filters` output channels and
    `channels` input channels of each of `groups` groups, at `taps` positions of
    the window; blocks have `blockRows` output channels, with `oneTapSteps`
    both halves of each step are channels, and the taps are multiplied in
    `tapParts` parts, which divide their number. With `foldedColumns`, of 2, 4
    or 8 neighbouring columns of a filter of `filterWidth`, whose first comes
    after `columnShift` zeros, are channels of one tap: `channels` and `taps`
    are those of the folded filter then. The layout is described in
    `Convoy/Dialect/FilterImage.h`.
  }];
  let parameters = (ins
    EnumParameter<Convoy_PatchProducts>:$products,
    DefaultValuedParameter<"int64_t", "1">:$groups,
    "int64_t":$filters,
    "int64_t":$channels,
    "int64_t":$taps,
    DefaultValuedParameter<"int64_t", "64">:$blockRows,
    DefaultValuedParameter<"bool", "false">:$oneTapSteps,
    DefaultValuedParameter<"int64_t", "1">:$tapParts,
    DefaultValuedParameter<"int64_t", "1">:$foldedColumns,
    DefaultValuedParameter<"int64_t", "0">:$filterWidth,
    DefaultValuedParameter<"int64_t", "0">:$columnShift);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Convoy_PackFilterOp : Op<Convoy_Dialect, "pack_filter", [
    DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                              ["reifyResultShapes"]>,
    AlwaysSpeculatable]> {
  let summary = "Lay out a filter as a kernel streams it";
  let description = [{
    Writes the weights of `filter` into `init`, a vector of bytes, in the order
    and in the parts in which the kernel of a `convoy.conv` with the schedule
    `#convoy.stream_wgmma`, `#convoy.pointwise_wgmma` or `#convoy.window_wgmma`
    copies them to shared memory. The old contents of `init` are not read.
    `convoy-pack-filters` makes it where the filter is not known at compile
    time.

    The filter stands in memory order as groups, output channels, input channels
    and image, where groups may be merged into the output channels.

    ```mlir
    %image = convoy.pack_filter
        <products = split_f16, filters = 64, channels = 64, taps = 9>
        ins(%w : tensor<64x64x3x3xf32>) outs(%bytes : tensor<229632xi8>)
        -> tensor<229632xi8>
    ```
  }];
  let arguments = (ins Convoy_Operand:$filter, Convoy_Operand:$init,
                       Convoy_FilterImageAttr:$image);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let assemblyFormat = [{
    $image `ins` `(` $filter `:` type($filter) `)`
    `outs` `(` $init `:` type($init) `)` attr-dict (`->` type($result)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(getInitMutable());
    }

    /// True if the op computes on tensors.
    bool hasTensorSemantics();
  }];
  let hasVerifier = 1;
}

#endif // CONVOY_DIALECT_PACKFILTER_TD
