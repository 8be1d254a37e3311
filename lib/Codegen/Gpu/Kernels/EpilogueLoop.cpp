//===- EpilogueLoop.cpp - Long bodies in loops ----------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How long a body is, by what its functions expand to, and the loop. A turn of
// it moves every value by one group; beside dozens of instructions for each
// value of the group that is little.
//
//===----------------------------------------------------------------------===//

#include "EpilogueLoop.h"

#include "../DivisorRange.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;

/// A quotient is a few instructions where its divisor is known well enough;
/// else a call behind a branch, as dear as all these.
static constexpr int64_t kQuotient = 8;
static constexpr int64_t kCalledQuotient = 100;

/// About what a function of math expands to in f32.
static int64_t countFunction(Operation *op) {
  return TypeSwitch<Operation *, int64_t>(op)
      .Case<math::AbsFOp, math::AbsIOp, math::CopySignOp, math::FmaOp,
            math::CeilOp, math::FloorOp, math::TruncOp, math::RoundEvenOp>(
          [](auto) { return 1; })
      .Case<math::ExpOp, math::Exp2Op, math::ExpM1Op, math::AtanOp,
            math::SqrtOp, math::RsqrtOp>([](auto) { return 25; })
      .Case<math::Log1pOp, math::ErfcOp, math::TanOp, math::SinhOp,
            math::CoshOp, math::AtanhOp>([](auto) { return 65; })
      .Case<math::PowFOp, math::FPowIOp, math::AcoshOp, math::AsinhOp,
            math::CbrtOp, math::SincosOp>([](auto) { return 120; })
      // Logarithms, sines, arcs, tanh, erf.
      .Default([](Operation *) { return 45; });
}

static int64_t countOperation(Operation &op) {
  if (op.hasTrait<OpTrait::ConstantLike>() ||
      op.hasTrait<OpTrait::IsTerminator>())
    return 0;
  int64_t count = 1;
  if (isa<math::MathDialect>(op.getDialect()))
    count = countFunction(&op);
  else if (auto quotient = dyn_cast<arith::DivFOp>(op))
    count = getModerateConstant(quotient.getRhs()) ||
                    isAtLeastOne(quotient.getRhs())
                ? kQuotient
                : kCalledQuotient;
  // Conversions around each operation, or instructions of a quarter's rate.
  bool isOther = op.getNumResults() == 1 &&
                 isa<FloatType>(op.getResult(0).getType()) &&
                 !op.getResult(0).getType().isF32() &&
                 !isa<arith::TruncFOp, arith::ExtFOp>(op);
  return isOther ? 2 * count : count;
}

int64_t convoy::countInstructions(Region &body) {
  int64_t count = 0;
  body.walk([&](Operation *op) { count += countOperation(*op); });
  return count;
}

int64_t convoy::chooseTurn(int64_t groups, int64_t most, int64_t copies,
                           int64_t instructions) {
  // What a turn takes besides, in groups.
  constexpr int64_t kTurn = 2;
  auto getCost = [&](int64_t step) {
    return static_cast<int64_t>(llvm::divideCeil(groups, step)) *
           (step + kTurn);
  };
  int64_t best = 1;
  for (int64_t step = 2; step <= most && fitsCode(step * copies, instructions);
       ++step)
    if (getCost(step) < getCost(best))
      best = step;
  return best;
}

SmallVector<Value> convoy::forGroups(
    DeviceBuilder &b, ValueRange values, int64_t step,
    llvm::function_ref<SmallVector<Value>(Value number, ValueRange group)>
        body) {
  SmallVector<Value> all(values);
  all.resize(llvm::alignTo(values.size(), step), values.back());
  // How many is not known to compilers: they would unroll the loop.
  Value groups = b.here(b.i32(static_cast<int64_t>(all.size()) / step));
  SmallVector<Value> results = b.forCarrying(
      b.i32(0), groups, 1, all, [&](Value number, ValueRange carried) {
        SmallVector<Value> results = body(number, carried.take_front(step));
        SmallVector<Value> next(carried.drop_front(step));
        if (results.empty())
          llvm::append_range(next, carried.take_back(step));
        llvm::append_range(next, results);
        return next;
      });
  results.truncate(values.size());
  return results;
}

Value convoy::makeWord(DeviceBuilder &b, Value value) {
  unsigned bits = value.getType().getIntOrFloatBitWidth();
  Value word = b.bitcast(b.getIntegerType(bits), value);
  if (bits < 32)
    word = arith::ExtUIOp::create(b, b.getI32Type(), word);
  return b.bitcast(b.getF32Type(), word);
}

Value convoy::takeFromWord(DeviceBuilder &b, Value word, Type type) {
  unsigned bits = type.getIntOrFloatBitWidth();
  Value value = b.bitcast(b.getI32Type(), word);
  if (bits < 32)
    value = arith::TruncIOp::create(b, b.getIntegerType(bits), value);
  return b.bitcast(type, value);
}

SmallVector<Value> convoy::unpackStruct(DeviceBuilder &b, Value whole) {
  auto type = cast<LLVM::LLVMStructType>(whole.getType());
  SmallVector<Value> parts;
  for (int64_t i : llvm::seq<int64_t>(0, type.getBody().size()))
    parts.push_back(LLVM::ExtractValueOp::create(b, whole, i));
  return parts;
}

Value convoy::packStruct(DeviceBuilder &b, ValueRange parts) {
  SmallVector<Type> types(parts.getTypes());
  Value whole = LLVM::UndefOp::create(
      b, LLVM::LLVMStructType::getLiteral(b.getContext(), types));
  for (auto [i, part] : llvm::enumerate(parts))
    whole = LLVM::InsertValueOp::create(b, whole, part, i);
  return whole;
}
