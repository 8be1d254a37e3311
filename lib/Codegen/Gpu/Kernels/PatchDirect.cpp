//===- PatchDirect.cpp - What bulk copies or products do not hold ---------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The way of the tiles whose numbers two f16 parts do not represent: infinities
// and NaNs, or too wide a range in one patch or one filter; and of tensors that
// bulk copies cannot address. A thread computes its elements in f32 from global
// memory.
//
//===----------------------------------------------------------------------===//

#include "PatchKernel.h"
#include "ScalarSum.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

/// The sum of the output pixel in row `y` and column `x`.
static Value emitSum(PatchContext &context, Value image, Value channel, Value y,
                     Value x) {
  const PatchOperands &operands = context.operands;
  return ScalarSum{context.plan.problem,
                   operands.input,
                   operands.inputImageBytes,
                   operands.filter,
                   context.grid,
                   image,
                   channel,
                   y,
                   x,
                   /*firstInputChannel=*/Value()}
      .emit(context.builder);
}

void convoy::emitDirectTile(PatchContext &context, const PatchTile &tile,
                            Value channel, Value rowAddress,
                            ValueRange channelValues) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  int64_t bytes = plan.problem.outputBytes;
  // Nothing of this is computed before it is known to be needed: it would take
  // the registers of sums.
  PatchContext here = context;
  here.grid = b.here(context.grid);
  channel = b.here(channel);
  Value thread = b.threadHere();
  Value warpgroup = b.shr(thread, 7);
  Value lane = b.mul(b.bitAnd(thread, 3), 2);
  // Columns are counted from the row before the tile's first.
  Value first = b.add(b.add(b.mul(warpgroup, plan.columnsPerWarpgroup), lane),
                      plan.pitch - plan.leadPixels);
  // Elements 0 and 1 of groups of 8 columns; as many, but not known to be.
  int64_t elements = plan.columnsPerWarpgroup / 4;
  Value end = b.min(b.i32(elements), b.mul(here.grid, elements));
  b.forRange(end, [&](Value step) {
    Value column =
        b.add(first, b.add(b.mul(b.shr(step, 1), 8), b.bitAnd(step, 1)));
    Value row = b.add(b.div(column, plan.pitch), -1);
    Value x = b.rem(column, plan.pitch);
    Value pixel = b.add(b.mul(row, plan.outputWidth), x);
    Value y = b.add(b.mul(tile.row, plan.tileRows), row);
    Value isStored =
        b.allOf(b.allOf(b.compare(CmpIPredicate::ult, x, plan.outputWidth),
                        b.compare(CmpIPredicate::ult, y, plan.outputHeight)),
                b.allOf(b.compare(CmpIPredicate::slt, row, plan.tileRows),
                        b.compare(CmpIPredicate::sge, pixel,
                                  -(plan.cutBytes / bytes))));
    b.ifThen(isStored, [&] {
      Value sum = emitSum(here, tile.image, channel, y, x);
      Value element =
          context.epilogue.applyAt(b, sum, Value(), channelValues,
                                   context.getElement(tile, channel, pixel));
      b.storeShared(element, b.add(rowAddress, b.mul(pixel, bytes)));
    });
  });
}

void convoy::emitDirectOutput(PatchContext &context) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  const PatchProblem &problem = plan.problem;
  int64_t plane = plan.outputHeight * plan.outputWidth;
  Value thread = NVVM::ThreadIdXOp::create(b, b.getI32Type());
  Value block = NVVM::BlockIdXOp::create(b, b.getI32Type());
  Value first = b.add(b.mul(block, plan.getThreads()), thread);
  Value planes = b.mul(context.operands.batch, problem.filters);
  // A plane has fewer pixels than 2^31, all planes together may have more.
  b.forRange(planes, [&](Value index) {
    Value image = b.div(index, problem.filters);
    Value channel = b.rem(index, problem.filters);
    SmallVector<Value> values = context.epilogue.loadChannel(b, channel);
    Value planeBytes =
        b.add(b.mul(b.widen(image), context.operands.outputImageBytes),
              b.widen(b.mul(channel, plane * problem.outputBytes)));
    Value target = b.globalPointer(context.operands.output, planeBytes);
    auto loop = scf::ForOp::create(b, first, b.i32(plane),
                                   b.mul(context.grid, plan.getThreads()));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value pixel = loop.getInductionVar();
    Value y = b.div(pixel, plan.outputWidth);
    Value x = b.rem(pixel, plan.outputWidth);
    Value sum = emitSum(context, image, channel, y, x);
    Value element = context.epilogue.applyAt(b, sum, Value(), values,
                                             {image, channel, pixel});
    b.storeGlobal(element, target, b.mul(b.widen(pixel), problem.outputBytes));
  });
}
