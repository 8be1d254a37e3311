//===- Schedule.td - How a convolution is computed --------*- tablegen -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// #convoy.schedule, and one attribute for each strategy that it can name.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_SCHEDULE_TD
#define CONVOY_DIALECT_SCHEDULE_TD

include "Convoy/Dialect/ConvoyBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Convoy_StrategyAttrInterface : AttrInterface<"StrategyAttrInterface"> {
  let cppNamespace = "::mlir::convoy";
  let description = [{
    A way of computing a `convoy.conv`, with all numbers that its kernel is
    built from.
  }];
  let methods = [
    InterfaceMethod<"The strategy's name, for messages and kernel names.",
                    "::llvm::StringRef", "getStrategyName">,
    InterfaceMethod<"Threads of one block.",
                    "int64_t", "getThreadsPerBlock">,
    InterfaceMethod<"Bytes of shared memory of one block, of a kernel for a "
                    "verified op.",
                    "int64_t", "getSharedBytesPerBlock",
                    (ins "::mlir::convoy::ConvOp &":$op)>,
    InterfaceMethod<[{
      Whether the strategy can compute `op` on `chip`. `op` is verified except
      for its schedule. A refusal names the limit that is broken.
    }], "::llvm::LogicalResult", "verifyFor",
        (ins "::mlir::convoy::ConvOp &":$op, "const ::mlir::convoy::Chip &":$chip,
             "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError)>
  ];
}

def Convoy_ScheduleAttr : AttrDef<Convoy_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "How a convolution is computed on which chip";
  let description = [{
    Decided by `convoy-select-schedule`, or by hand, and obeyed by
    `convoy-emit-kernels`. A schedule that breaks a limit of the chip, or that
    its strategy has no kernel for, makes the op invalid.

    ```mlir
    #convoy.schedule<chip = "sm_90a", strategy = #convoy.direct<
        lanes = columns, channelThreads = 8, columnThreads = 32,
        channelTile = 8, columnTile = 2, rowTile = 4>>
    ```
  }];
  let parameters = (ins StringRefParameter<"name of the chip">:$chip,
                        "::mlir::convoy::StrategyAttrInterface":$strategy);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Convoy_LaneOrder : I32EnumAttr<"LaneOrder",
    "What neighbouring threads differ in", [
    I32EnumAttrCase<"Columns", 0, "columns">,
    I32EnumAttrCase<"Channels", 1, "channels">]> {
  let cppNamespace = "::mlir::convoy";
  let genSpecializedAttr = 0;
}

def Convoy_DirectAttr : AttrDef<Convoy_Dialect, "Direct", [
    DeclareAttrInterfaceMethods<Convoy_StrategyAttrInterface>]> {
  let mnemonic = "direct";
  let summary = "Multiply and add on the ordinary cores, outputs in registers";
  let description = [{
    Each thread computes `channelTile` output channels of one group at
    `rowTile` times `columnTile` output pixels, where columns lie along `w` and
    rows along `h`. A block has `channelThreads * rowThreads * columnThreads`
    threads. Neighbouring threads differ in their column, then row, then
    channel, or with `lanes = channels` in their channel, then column, then row.
    A thread's columns and channels are contiguous.

    With `channelChunk = 0` threads read input and filter from global memory.
    Otherwise a block copies the filter and the input of its pixels, with the
    zeros of the padding, for `channelChunk` input channels at a time into
    shared memory, and computes from there; the filter's image sizes must then
    be known. Where all channels are one chunk, a block keeps the filter for
    `tilesPerBlock` tiles of pixels, one after the other.

    The compiler of the kernel limits its registers so that `blocksPerSM` blocks
    fit on one multiprocessor.

    `unrolledFilterDims` innermost image dimensions of the filter are unrolled,
    the others are loops.

    This strategy computes every `convoy.conv`.
  }];
  let parameters = (ins
    EnumParameter<Convoy_LaneOrder>:$lanes,
    "int64_t":$channelThreads,
    DefaultValuedParameter<"int64_t", "1">:$rowThreads,
    "int64_t":$columnThreads,
    "int64_t":$channelTile,
    DefaultValuedParameter<"int64_t", "1">:$rowTile,
    "int64_t":$columnTile,
    DefaultValuedParameter<"int64_t", "0">:$channelChunk,
    DefaultValuedParameter<"int64_t", "0">:$unrolledFilterDims,
    DefaultValuedParameter<"int64_t", "1">:$tilesPerBlock,
    DefaultValuedParameter<"int64_t", "1">:$blocksPerSM);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    bool isStaged() const { return getChannelChunk() > 0; }
  }];
}

#endif // CONVOY_DIALECT_SCHEDULE_TD
