//===- WindowMath.cpp - Products of a window kernel -----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each warpgroup multiplies its own rows of a tile, which are pixels, tap by
// tap. While the products of a tap are on their way, the elements of the next
// one are read into registers of their own, over the borders of stages.
//
//===----------------------------------------------------------------------===//

#include "PatchSplit.h"
#include "PointwiseMath.h"
#include "Wgmma.h"
#include "WindowElements.h"
#include "WindowKernel.h"

#include "Convoy/Codegen/Gpu/WgmmaDescriptor.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

/// Stages of a ring that are multiplied or filled while warpgroups are a stage
/// apart.
static constexpr int64_t kFreeStages = 2;

namespace {
/// The products of a warpgroup, tile by tile.
class WindowProducts {
public:
  WindowProducts(PointwiseContext &context, const PointwiseThread &thread)
      : context(context), b(context.builder), frame(context.plan),
        elements(context, thread) {}

  /// Adds up tile number `index`; returns the sums, one for each block of rows.
  SmallVector<Value> emitTile(const PointwiseTile &tile, Value index);

private:
  int64_t getTaps() const { return context.window->problem.getTaps(); }
  void waitForStage(Value use);
  /// What the first tap of the stage of use `use` needs.
  SmallVector<Value> beginStage(Value use);
  /// The same for the stage after number `number`, if the tile has one.
  SmallVector<Value> beginNextStage(Value number, Value use);
  void emitStage(Value number, Value use, MutableArrayRef<Value> sums,
                 SmallVector<Value> &prepared);
  void emitTap(const PointwiseStage &stage, int64_t tap, ValueRange fragments,
               MutableArrayRef<Value> sums);
  PointwiseStage getStage(Value number, Value use);

  PointwiseContext &context;
  DeviceBuilder &b;
  const PointwisePlan &frame;
  WindowElements elements;
};
} // namespace

static void waitForProducts(DeviceBuilder &b, int64_t pending) {
  NVVM::WgmmaWaitGroupSyncOp::create(b, static_cast<uint64_t>(pending));
}

PointwiseStage WindowProducts::getStage(Value number, Value use) {
  PointwiseStage stage;
  stage.index = number;
  stage.accumulates = number;
  stage.address = context.getStageAddress(context.getStage(use));
  Value filter = b.add(stage.address, frame.inputStageBytes);
  if (frame.residentFilter)
    filter = b.add(b.add(context.operands.shared, frame.shared.filter),
                   b.mul(number, frame.image.getChunkBytes()));
  stage.filter =
      b.add(getDescriptorAddress(b, filter),
            getDescriptorLayout(frame.image.getHalfBytes(), kWgmmaCoreBytes));
  return stage;
}

SmallVector<Value> WindowProducts::beginStage(Value use) {
  Value slot = context.getStage(use);
  b.waitBarrier(context.stageFull(slot), context.getStageParity(use));
  return b.pin(elements.begin(context.getStageAddress(slot)));
}

SmallVector<Value> WindowProducts::beginNextStage(Value number, Value use) {
  SmallVector<Type> types(elements.getNumWords(), b.getI32Type());
  Value exists =
      b.compare(CmpIPredicate::ult, b.add(number, 1), frame.stagesPerTile);
  auto op = scf::IfOp::create(b, types, exists, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.thenBlock());
  scf::YieldOp::create(b, beginStage(b.add(use, 1)));
  b.setInsertionPointToStart(op.elseBlock());
  scf::YieldOp::create(b, SmallVector<Value>(types.size(), b.i32(0)));
  return llvm::to_vector_of<Value>(op.getResults());
}

void WindowProducts::emitTap(const PointwiseStage &stage, int64_t tap,
                             ValueRange fragments,
                             MutableArrayRef<Value> sums) {
  NVVM::WgmmaFenceAlignedOp::create(b);
  Value filter = getFilterDescriptor(context, stage, /*chunk=*/0, tap);
  Value accumulates = tap == 0 ? stage.accumulates : b.i32(1);
  for (Value &sum : sums) {
    sum = emitWgmmaFromRegisters(b, frame.problem.products, frame.tileFilters,
                                 sum, fragments.take_front(kWgmmaFragmentWords),
                                 filter, accumulates);
    fragments = fragments.drop_front(kWgmmaFragmentWords);
  }
  NVVM::WgmmaGroupSyncAlignedOp::create(b);
}

void WindowProducts::emitStage(Value number, Value use,
                               MutableArrayRef<Value> sums,
                               SmallVector<Value> &prepared) {
  // Not known to compilers: they would peel off the first stage.
  PointwiseStage stage = getStage(b.here(number), use);
  elements.enterStage(prepared);
  for (int64_t tap : llvm::seq<int64_t>(0, getTaps())) {
    emitTap(stage, tap, prepared, sums);
    waitForProducts(b, 1);
    if (tap == 0)
      b.ifThen(b.compare(CmpIPredicate::ne, stage.accumulates, 0),
               [&] { context.release(b.add(use, -1)); });
    prepared = tap + 1 < getTaps()
                   ? b.pin(elements.load(stage.address, tap + 1))
                   : beginNextStage(number, use);
  }
}

SmallVector<Value> WindowProducts::emitTile(const PointwiseTile &tile,
                                            Value index) {
  elements.enterTile(tile);
  Type type = getAccumulatorType(b, frame.tileFilters);
  SmallVector<Value> carried(frame.rowBlocks, LLVM::UndefOp::create(b, type));
  Value firstUse = b.mul(index, frame.stagesPerTile);
  llvm::append_range(carried, beginStage(firstUse));
  SmallVector<Value> results = b.forCarrying(
      b.i32(0), b.i32(frame.stagesPerTile), 1, carried,
      [&](Value number, ValueRange carried) {
        SmallVector<Value> sums(carried.take_front(frame.rowBlocks));
        SmallVector<Value> words(carried.drop_front(frame.rowBlocks));
        emitStage(number, b.add(firstUse, number), sums, words);
        llvm::append_range(sums, words);
        return sums;
      });
  waitForProducts(b, 0);
  context.release(b.add(firstUse, frame.stagesPerTile - 1));
  results.truncate(frame.rowBlocks);
  return results;
}

/// Each warpgroup begins when one stage more is there than for the one before:
/// so one stores its sums while others multiply.
static void waitForTurn(PointwiseContext &context) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &frame = context.plan;
  // What is ahead of the slowest one is not free to be filled again.
  int64_t ahead = frame.mathWarpgroups - 1;
  if (ahead == 0 || frame.stagesPerTile <= ahead ||
      frame.stages < ahead + kFreeStages)
    return;
  b.ifThen(b.compare(CmpIPredicate::ne, context.count, 0), [&] {
    Value warpgroup = b.div(context.warp, kPointwiseMathWarpsPerGroup);
    b.waitBarrier(context.stageFull(warpgroup), b.i32(0));
  });
}

void convoy::emitWindowMathRole(PointwiseContext &context) {
  DeviceBuilder &b = context.builder;
  waitForTurn(context);
  PointwiseThread thread = getWindowThread(context);
  WindowProducts products(context, thread);
  b.forRange(context.count, [&](Value index) {
    PointwiseTile tile = context.getTile(index);
    SmallVector<Value> touched = touchPointwiseChannels(context, tile);
    SmallVector<Value> sums = products.emitTile(tile, index);
    emitPointwiseStore(context, thread, tile, touched, sums);
  });
}
