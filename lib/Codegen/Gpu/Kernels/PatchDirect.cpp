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
// memory, one fused multiply-add after the other, as a direct convolution does.
// Rare, so small instead of fast.
//
//===----------------------------------------------------------------------===//

#include "Epilogue.h"
#include "PatchKernel.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

/// The f32 value of an element of the input or filter.
static Value loadElement(PatchContext &context, Value pointer, Value index) {
  DeviceBuilder &b = context.builder;
  PatchProducts products = context.plan.problem.products;
  Type type = b.getF32Type();
  if (products == PatchProducts::F16)
    type = b.getF16Type();
  else if (products == PatchProducts::BF16)
    type = b.getBF16Type();
  int64_t bytes = context.plan.problem.getInputBytes();
  Value element = b.loadGlobal(type, pointer, b.mul(index, bytes));
  return convertFloat(b, b.getLoc(), element, b.getF32Type());
}

namespace {

/// The sum of one output pixel, whose row and column in the image are `y`, `x`.
struct DirectSum {
  PatchContext &context;
  Value image;
  Value channel;
  Value y;
  Value x;

  Value emit() const;

private:
  /// Adds the product of one input channel and tap, if it is in the image.
  Value addProduct(Value c, Value r, Value s, Value sum) const;
};

} // namespace

Value DirectSum::addProduct(Value c, Value r, Value s, Value sum) const {
  DeviceBuilder &b = context.builder;
  const PatchProblem &problem = context.plan.problem;
  auto place = [&](Value output, int64_t stride, Value tap, int64_t dilation,
                   int64_t pad) {
    return b.add(b.add(b.mul(output, stride), b.mul(tap, dilation)), -pad);
  };
  Value inputY =
      place(y, problem.strideHeight, r, problem.dilationHeight, problem.padTop);
  Value inputX =
      place(x, problem.strideWidth, s, problem.dilationWidth, problem.padLeft);
  auto getSum = [&]() -> Value {
    Value row = b.add(b.mul(c, problem.height), inputY);
    Value inImage = b.add(b.mul(row, problem.width), inputX);
    Value images = b.mul(b.widen(image), context.operands.inputImageBytes);
    Value source = b.globalPointer(context.operands.input, images);
    Value value = loadElement(context, source, b.widen(inImage));
    Value tap = b.add(b.mul(c, problem.getTaps()),
                      b.add(b.mul(r, problem.filterWidth), s));
    Value first = b.mul(b.widen(channel), problem.channels * problem.getTaps());
    Value weight = loadElement(context, context.operands.filter,
                               b.add(first, b.widen(tap)));
    return LLVM::FMAOp::create(b, value, weight, sum);
  };
  // Without a branch, the loads of several taps are on their way together.
  if (!problem.isPadded())
    return getSum();
  // What lies before the first row or column wraps.
  Value isInside =
      b.allOf(b.compare(CmpIPredicate::ult, inputY, problem.height),
              b.compare(CmpIPredicate::ult, inputX, problem.width));
  auto op = scf::IfOp::create(b, TypeRange{b.getF32Type()}, isInside, true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.thenBlock());
  scf::YieldOp::create(b, getSum());
  b.setInsertionPointToStart(op.elseBlock());
  scf::YieldOp::create(b, sum);
  return op.getResult(0);
}

Value DirectSum::emit() const {
  DeviceBuilder &b = context.builder;
  const PatchProblem &problem = context.plan.problem;
  auto loop = [&](Value end, Value initial,
                  llvm::function_ref<Value(Value, Value)> body) {
    return b.forCarrying(b.i32(0), end, 1, initial,
                         [&](Value i, ValueRange carried) {
                           return SmallVector<Value>{body(i, carried[0])};
                         })[0];
  };
  // A grid has at least one block, so this is the number of channels; but not
  // one that compilers know and unroll: the loads of all channels together
  // would need the registers that hold sums.
  Value channels =
      b.min(b.i32(problem.channels), b.mul(context.grid, problem.channels));
  return loop(channels, b.f32(0), [&](Value c, Value sum) {
    return loop(b.i32(problem.filterHeight), sum, [&](Value r, Value sum) {
      return loop(b.i32(problem.filterWidth), sum,
                  [&](Value s, Value sum) { return addProduct(c, r, s, sum); });
    });
  });
}

void convoy::emitDirectTile(PatchContext &context, const PatchTile &tile,
                            Value channel, Value rowAddress,
                            ValueRange channelValues) {
  DeviceBuilder &b = context.builder;
  const PatchPlan &plan = context.plan;
  int64_t bytes = plan.problem.outputBytes;
  Value warpgroup = b.shr(context.warp, 2);
  Value lane = b.mul(b.bitAnd(context.lane, 3), 2);
  // Columns are counted from the row before the tile's first.
  Value first = b.add(b.add(b.mul(warpgroup, plan.columnsPerWarpgroup), lane),
                      plan.pitch - plan.leadPixels);
  // Elements 0 and 1 of groups of 8 columns.
  b.forRange(b.i32(plan.columnsPerWarpgroup / 4), [&](Value step) {
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
      Value sum = DirectSum{context, tile.image, channel, y, x}.emit();
      Value element =
          context.epilogue.apply(b, sum, Value(), channelValues,
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
    Value sum = DirectSum{context, image, channel, y, x}.emit();
    Value element = context.epilogue.apply(b, sum, Value(), values,
                                           {image, channel, pixel});
    b.storeGlobal(element, target, b.mul(b.widen(pixel), problem.outputBytes));
  });
}
