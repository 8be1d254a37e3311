//===- ScalarSum.cpp - One output pixel in plain arithmetic ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loops over the input channels and the taps of one output pixel.
//
//===----------------------------------------------------------------------===//

#include "ScalarSum.h"

#include "Epilogue.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

Value ScalarSum::loadElement(DeviceBuilder &b, Value pointer,
                             Value index) const {
  Type type = b.getF32Type();
  if (problem.products == PatchProducts::F16)
    type = b.getF16Type();
  else if (problem.products == PatchProducts::BF16)
    type = b.getBF16Type();
  Value element =
      b.loadGlobal(type, pointer, b.mul(index, problem.getInputBytes()));
  return convertFloat(b, b.getLoc(), element, b.getF32Type());
}

Value ScalarSum::addProduct(DeviceBuilder &b, Value c, Value r, Value s,
                            Value sum) const {
  auto place = [&](Value output, int64_t stride, Value tap, int64_t dilation,
                   int64_t pad) {
    return b.add(b.add(b.mul(output, stride), b.mul(tap, dilation)), -pad);
  };
  Value inputY =
      place(y, problem.strideHeight, r, problem.dilationHeight, problem.padTop);
  Value inputX =
      place(x, problem.strideWidth, s, problem.dilationWidth, problem.padLeft);
  auto getValue = [&]() -> Value {
    Value inputChannel = firstInputChannel ? b.add(firstInputChannel, c) : c;
    Value row = b.add(b.mul(inputChannel, problem.height), inputY);
    Value inImage = b.add(b.mul(row, problem.width), inputX);
    Value images = b.mul(b.widen(image), inputImageBytes);
    return loadElement(b, b.globalPointer(input, images), b.widen(inImage));
  };
  Value tap = b.add(b.mul(r, problem.filterWidth), s);
  Value inFilter = problem.isFilterChannelsLast
                       ? b.add(b.mul(tap, problem.channels), c)
                       : b.add(b.mul(c, problem.getTaps()), tap);
  Value first = b.mul(b.widen(channel), problem.channels * problem.getTaps());
  Value weight = loadElement(b, filter, b.add(first, b.widen(inFilter)));
  // Without a branch, the loads of several taps are on their way together.
  if (!problem.isPadded())
    return LLVM::FMAOp::create(b, getValue(), weight, sum);
  // Zeros outside of the image take part: times an infinite weight they are
  // NaN. What lies before the first row or column wraps.
  Value isInside =
      b.allOf(b.compare(CmpIPredicate::ult, inputY, problem.height),
              b.compare(CmpIPredicate::ult, inputX, problem.width));
  auto op = scf::IfOp::create(b, TypeRange{b.getF32Type()}, isInside, true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(op.thenBlock());
    scf::YieldOp::create(b, getValue());
    b.setInsertionPointToStart(op.elseBlock());
    scf::YieldOp::create(b, b.f32(0));
  }
  return LLVM::FMAOp::create(b, op.getResult(0), weight, sum);
}

Value ScalarSum::emit(DeviceBuilder &b) const {
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
      b.min(b.i32(problem.channels), b.mul(grid, problem.channels));
  return loop(channels, b.f32(0), [&](Value c, Value sum) {
    return loop(b.i32(problem.filterHeight), sum, [&](Value r, Value sum) {
      return loop(b.i32(problem.filterWidth), sum, [&](Value s, Value sum) {
        return addProduct(b, c, r, s, sum);
      });
    });
  });
}
