//===- PointwiseChannels.cpp - What epilogues read of channels ------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An epilogue reads its parameters a few channels at a time, between stores,
// which loads do not overtake. Each such load of a kernel's first tile would
// wait for memory. So threads touch the parameters of a tile's channels side by
// side, before its products, and the epilogue's own loads find them in the
// multiprocessor's cache.
//
//===----------------------------------------------------------------------===//

#include "PointwiseMath.h"

#include "Convoy/Dialect/PointwiseTurns.h"

#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;

SmallVector<Value> convoy::touchPointwiseChannels(PointwiseContext &context,
                                                  const PointwiseTile &tile) {
  DeviceBuilder &b = context.builder;
  const PointwisePlan &plan = context.plan;
  int64_t threads = getTileWarpgroups(plan) * kThreadsPerWarpgroup;
  Value first = b.mul(tile.filterBlock, plan.tileFilters);
  SmallVector<Value> touched;
  int64_t rounds = llvm::divideCeil(plan.tileFilters, threads);
  for (int64_t round : llvm::seq<int64_t>(0, rounds)) {
    Value thread = b.rem(b.threadHere(), threads);
    Value inTile = b.add(thread, round * threads);
    Value channel =
        b.min(b.add(first, inTile), b.i32(plan.problem.filters - 1));
    llvm::append_range(touched, context.epilogue.loadChannel(b, channel));
    if (!plan.isSplit())
      continue;
    // Scales of rows that do not exist stand in the image too.
    Value row = b.min(inTile, b.i32(plan.tileFilters - 1));
    Value offset = b.add(b.widen(b.mul(b.add(first, row), 4)),
                         plan.image.getRowScalesOffset());
    touched.push_back(
        b.loadGlobal(b.getI32Type(), context.operands.filterImage, offset));
  }
  return touched;
}

Value convoy::waitForPointwiseChannels(PointwiseContext &context,
                                       ValueRange touched) {
  DeviceBuilder &b = context.builder;
  // A filter's image is aligned.
  Value zero =
      LLVM::PtrToIntOp::create(b, b.getI32Type(), context.operands.filterImage);
  zero = b.bitAnd(zero, 1);
  for (Value value : touched) {
    unsigned width = value.getType().getIntOrFloatBitWidth();
    Value bits = b.bitcast(b.getIntegerType(width), value);
    if (width < 32)
      bits = arith::ExtUIOp::create(b, b.getI32Type(), bits);
    else if (width > 32)
      bits = arith::TruncIOp::create(b, b.getI32Type(), bits);
    zero = arith::AndIOp::create(b, zero, bits);
  }
  return zero;
}
