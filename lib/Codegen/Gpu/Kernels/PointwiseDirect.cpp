//===- PointwiseDirect.cpp - What copies or products do not hold ----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The way of elements that split products do not represent, and of tensors that
// cannot be copied 16 bytes at a time: plain f32 from global memory.
//
//===----------------------------------------------------------------------===//

#include "ScalarSum.h"
#include "WindowKernel.h"

using namespace mlir;
using namespace mlir::convoy;

/// An image as one row of pixels.
static PatchProblem getRowProblem(const PointwiseProblem &problem) {
  PatchProblem row;
  row.channels = problem.channels;
  row.height = 1;
  row.width = problem.pixels;
  row.filters = problem.filters;
  row.filterHeight = row.filterWidth = 1;
  row.products = problem.products;
  return row;
}

void convoy::emitPointwiseElement(PointwiseContext &context, Value image,
                                  Value channel, Value pixel,
                                  ValueRange channelValues) {
  DeviceBuilder &b = context.builder;
  const PointwiseOperands &operands = context.operands;
  const PointwiseEpilogue &epilogue = context.epilogue;
  const WindowPlan *window = context.window;
  PatchProblem problem =
      window ? window->problem : getRowProblem(context.plan.problem);
  Value row = b.i32(0), column = pixel;
  if (window) {
    row = b.div(pixel, window->outputWidth);
    column = b.rem(pixel, window->outputWidth);
  }
  Value sum = ScalarSum{problem,
                        operands.input,
                        operands.inputImageBytes,
                        operands.filter,
                        context.grid,
                        image,
                        channel,
                        /*y=*/row,
                        /*x=*/column,
                        /*firstInputChannel=*/Value()}
                  .emit(b);
  auto getOffset = [&](Value imageBytes, Type type) {
    return context.getElementBytes(image, imageBytes, channel, pixel,
                                   type.getIntOrFloatBitWidth() / 8);
  };
  Value residual;
  if (Type type = epilogue.residualType)
    residual = b.loadGlobal(type, operands.residual,
                            getOffset(operands.residualImageBytes, type));
  Value element =
      epilogue.apply(b, sum, /*factor=*/Value(), channelValues, residual);
  b.storeGlobal(element, operands.output,
                getOffset(operands.outputImageBytes, epilogue.outputType));
}

void convoy::emitPointwiseDirect(PointwiseContext &context) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  Value thread = NVVM::ThreadIdXOp::create(b, b.getI32Type());
  Value first = b.add(b.mul(context.block, plan.getThreads()), thread);
  // A plane has fewer pixels than 2^31; all images together may have more
  // planes.
  b.forRange(context.operands.batch, [&](Value image) {
    b.forRange(b.i32(plan.problem.filters), [&](Value channel) {
      SmallVector<Value> values = context.epilogue.loadChannel(b, channel);
      auto loop = scf::ForOp::create(b, first, b.i32(plan.problem.pixels),
                                     b.mul(context.grid, plan.getThreads()));
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      emitPointwiseElement(context, image, channel, loop.getInductionVar(),
                           values);
    });
  });
}
