//===- DirectChannels.cpp - Values of the output channels -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The direct kernel's first part: the block computes scale, bias and what the
// prologue yields once for each of its channels, into shared memory.
//
//===----------------------------------------------------------------------===//

#include "DirectKernel.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::convoy;

void DirectKernel::emitChannelValues() {
  SmallVector<Type> types = getChannelValueTypes(op);
  for (auto [index, type] : llvm::enumerate(types))
    channelViews.push_back(
        getSharedView(tile.channelValuesOffsetBytes +
                          index * tile.blockChannels * kChannelValueBytes,
                      tile.blockChannels, type));
  if (types.empty())
    return;

  uint64_t numSteps = llvm::divideCeil(tile.blockChannels, tile.threads);
  for (const SharedStep &step :
       getSharedSteps(tile.blockChannels, tile.threads, thread, 0, numSteps)) {
    OpBuilder::InsertionGuard guard(builder);
    if (step.exists) {
      auto branch = scf::IfOp::create(builder, loc, step.exists);
      builder.setInsertionPointToStart(branch.thenBlock());
    }
    // Channels past the last one repeat it.
    Value inGroup, ofGroup;
    if (direct.isStaged()) {
      ofGroup = group;
      inGroup = math.add(blockChannel, step.element);
    } else {
      Value tileBegin = math.mul(math.rem(math.fromIndex(gpu::BlockIdOp::create(
                                              builder, loc, gpu::Dimension::x)),
                                          grid.channelTiles),
                                 direct.getChannelThreads());
      Value block = math.min(
          math.add(tileBegin, math.div(step.element, direct.getChannelTile())),
          math.add(math.mul(grid.channelBlocksPerGroup, sizes.groups), -1));
      ofGroup = math.div(block, grid.channelBlocksPerGroup);
      inGroup = math.add(math.mul(math.rem(block, grid.channelBlocksPerGroup),
                                  direct.getChannelTile()),
                         math.rem(step.element, direct.getChannelTile()));
    }
    inGroup = math.min(inGroup, math.add(sizes.outputChannels, -1));
    Value channel = math.toIndex(
        math.add(math.mul(ofGroup, sizes.outputChannels), inGroup));

    auto loadIfThere = [&](Value operand) {
      return operand ? loadAtChannel(builder, loc, operand, channel) : Value();
    };
    SmallVector<Value> elements =
        llvm::map_to_vector(arguments.parameters, [&](Value parameter) {
          return loadIfThere(parameter);
        });
    SmallVector<Value> values =
        emitPrologue(builder, loc, op, loadIfThere(arguments.scale),
                     loadIfThere(arguments.bias), elements)
            .pack();
    for (auto [value, view] : llvm::zip(values, channelViews))
      memref::StoreOp::create(builder, loc, value, view,
                              math.toIndex(step.element));
  }
}

ChannelValues DirectKernel::loadChannelValues(int64_t channel) {
  Value at = math.toIndex(
      math.add(math.mul(channelThread, direct.getChannelTile()), channel));
  SmallVector<Value> values;
  for (Value view : channelViews)
    values.push_back(memref::LoadOp::create(builder, loc, view, at));
  return ChannelValues::unpack(op, values);
}
