//===- ConvOpRegionVerifier.cpp - Prologue and epilogue of convoy.conv ----===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the regions of a convoy.conv must hold. Its operands and attributes have
// been verified before (ConvOpVerifier.cpp).
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::convoy;

//===----------------------------------------------------------------------===//
// Both regions
//===----------------------------------------------------------------------===//

namespace {
/// How messages call a region.
struct RegionName {
  StringRef article, name;
};
} // namespace

static constexpr RegionName kPrologue = {"a", "prologue"};
static constexpr RegionName kEpilogue = {"an", "epilogue"};

/// Checks the arguments of a region; `meaning` says what they are.
static LogicalResult verifyArguments(ConvOp op, RegionName region,
                                     StringRef meaning, Block &block,
                                     TypeRange expected) {
  if (block.getNumArguments() != expected.size())
    return op.emitOpError("expected ")
           << region.article << " " << region.name << " with "
           << expected.size() << " arguments, " << meaning << ", found "
           << block.getNumArguments();
  for (auto [index, type] : llvm::enumerate(expected))
    if (block.getArgument(index).getType() != type)
      return op.emitOpError("expected ")
             << region.name << " argument #" << index << " of type " << type
             << ", found " << block.getArgument(index).getType();
  return success();
}

/// True if `operation` may stand in a region: a pure function of scalars.
static bool isScalarOperation(Operation &operation) {
  return operation.getNumRegions() == 0 && isMemoryEffectFree(&operation) &&
         llvm::all_of(operation.getResultTypes(),
                      [](Type type) { return type.isIntOrIndexOrFloat(); });
}

static LogicalResult verifyOperations(RegionName region, Block &block) {
  for (Operation &operation : block.without_terminator())
    if (!isScalarOperation(operation))
      return operation.emitOpError(
                 "expected only side-effect-free operations on scalars in the ")
             << region.name << " of convoy.conv";
  return success();
}

//===----------------------------------------------------------------------===//
// Prologue
//===----------------------------------------------------------------------===//

static bool isSupportedElement(Type type) {
  return type.isF16() || type.isBF16() || type.isF32() || type.isF64();
}

/// What the prologue yields, and that nobody else provides it.
static LogicalResult verifyYieldChannel(ConvOp op, YieldChannelOp yield) {
  if (yield->getNumOperands() == 0)
    return yield.emitOpError("expected a scale, a bias or values for the "
                             "epilogue, found none");
  for (Type type : yield->getOperandTypes())
    if (!isSupportedElement(type))
      return yield.emitOpError("expected values of type f16, bf16, f32 or f64, "
                               "found ")
             << type;
  if (op.getScale() && yield.getScale())
    return yield.emitOpError("expected one scale, found an operand of "
                             "convoy.conv and one that its prologue yields");
  if (op.getBias() && yield.getBias())
    return yield.emitOpError("expected one bias, found an operand of "
                             "convoy.conv and one that its prologue yields");
  if (!yield.getValues().empty() && op.getEpilogue().empty())
    return yield.emitOpError("expected an epilogue that uses the values "
                             "yielded for it, found none");
  return success();
}

static LogicalResult verifyPrologue(ConvOp op) {
  if (op.getPrologue().empty()) {
    if (op.getParameters().empty())
      return success();
    return op.emitOpError(
        "expected a prologue that uses the parameters, found none");
  }
  Block &block = op.getPrologue().front();
  SmallVector<Type> expected;
  for (Value parameter : op.getParameters())
    expected.push_back(getElementTypeOrSelf(parameter.getType()));
  if (failed(verifyArguments(op, kPrologue, "one for each parameter", block,
                             expected)))
    return failure();
  auto yield = dyn_cast<YieldChannelOp>(block.getTerminator());
  if (!yield)
    return op.emitOpError("expected the prologue to end with "
                          "convoy.yield_channel, found ")
           << block.getTerminator()->getName();
  if (failed(verifyYieldChannel(op, yield)))
    return failure();
  return verifyOperations(kPrologue, block);
}

//===----------------------------------------------------------------------===//
// Epilogue
//===----------------------------------------------------------------------===//

/// An absent epilogue is a conversion of the sum.
static LogicalResult verifyAbsentEpilogue(ConvOp op) {
  if (op.getResidual())
    return op.emitOpError(
        "expected an epilogue that uses the residual, found none");
  Type result = getElementTypeOrSelf(op.getInit().getType());
  Type accumulator = op.getAccumulatorType();
  if (result.getIntOrFloatBitWidth() > accumulator.getIntOrFloatBitWidth())
    return op.emitOpError("expected an epilogue that widens the sum from ")
           << accumulator << " to " << result << ", found none";
  return success();
}

/// The arguments that the epilogue must have, after verifyPrologue.
static LogicalResult verifyEpilogueArguments(ConvOp op, Block &block) {
  SmallVector<Type> expected{op.getAccumulatorType()};
  std::string meaning = "the sum";
  if (Value residual = op.getResidual()) {
    expected.push_back(getElementTypeOrSelf(residual.getType()));
    meaning += " and the residual";
  }
  if (YieldChannelOp yield = op.getYieldChannel();
      yield && !yield.getValues().empty()) {
    llvm::append_range(expected, yield.getValues().getTypes());
    meaning += " and the prologue's values";
  }
  return verifyArguments(op, kEpilogue, meaning, block, expected);
}

static LogicalResult verifyEpilogue(ConvOp op) {
  if (op.getEpilogue().empty())
    return verifyAbsentEpilogue(op);
  Block &block = op.getEpilogue().front();
  if (failed(verifyEpilogueArguments(op, block)))
    return failure();

  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield)
    return op.emitOpError(
               "expected the epilogue to end with convoy.yield, found ")
           << block.getTerminator()->getName();
  Type result = getElementTypeOrSelf(op.getInit().getType());
  if (yield.getValue().getType() != result)
    return yield.emitOpError("expected a value of init's element type ")
           << result << ", found " << yield.getValue().getType();
  return verifyOperations(kEpilogue, block);
}

/// Here, because what a schedule needs depends on the prologue.
static LogicalResult verifySchedule(ConvOp op) {
  ScheduleAttr schedule = op.getScheduleAttr();
  if (!schedule)
    return success();
  return schedule.getStrategy().verifyFor(
      op, *lookupChip(schedule.getChip()),
      [&]() { return op.emitOpError("cannot be computed as scheduled: "); });
}

LogicalResult ConvOp::verifyRegions() {
  if (failed(verifyPrologue(*this)) || failed(verifyEpilogue(*this)))
    return failure();
  return verifySchedule(*this);
}
