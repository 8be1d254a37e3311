//===- Mutator.cpp - Random changes of IR ---------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Changes of operands and ops; those of attributes and types are in
// MutateAttributes.cpp.
//
//===----------------------------------------------------------------------===//

#include "Mutator.h"

#include "MutateAttributes.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// All ops inside of functions.
static SmallVector<Operation *> collectOps(ModuleOp module) {
  SmallVector<Operation *> ops;
  module.walk([&](Operation *op) {
    if (op != module && op->getParentOp() != module)
      ops.push_back(op);
  });
  return ops;
}

/// A value of type `type` that `op` may use, or null.
static Value chooseValue(Operation *op, Type type, std::minstd_rand &random) {
  SmallVector<Value> values;
  for (Block *block = op->getBlock(); block;) {
    for (Value argument : block->getArguments())
      if (argument.getType() == type)
        values.push_back(argument);
    for (Operation &other : *block) {
      if (&other == op)
        break;
      for (Value result : other.getResults())
        if (result.getType() == type)
          values.push_back(result);
    }
    Operation *parent = block->getParentOp();
    if (!parent || !parent->getBlock() || isa<ModuleOp>(parent->getParentOp()))
      break;
    op = parent;
    block = op->getBlock();
  }
  return values.empty() ? Value() : choose(values, random);
}

/// Another value of the same type instead of an operand.
static bool replaceOperand(Operation *op, std::minstd_rand &random) {
  if (op->getNumOperands() == 0)
    return false;
  OpOperand &operand = op->getOpOperand(random() % op->getNumOperands());
  Value value = chooseValue(op, operand.get().getType(), random);
  if (!value || value == operand.get())
    return false;
  operand.set(value);
  return true;
}

static bool swapOperands(Operation *op, std::minstd_rand &random) {
  unsigned count = op->getNumOperands();
  if (count < 2)
    return false;
  unsigned a = random() % count, b = random() % count;
  if (op->getOperand(a) == op->getOperand(b) ||
      op->getOperand(a).getType() != op->getOperand(b).getType())
    return false;
  Value value = op->getOperand(a);
  op->setOperand(a, op->getOperand(b));
  op->setOperand(b, value);
  return true;
}

/// The op once more behind itself, for some of its users.
static bool duplicate(Operation *op, std::minstd_rand &random) {
  if (op->getNumResults() == 0)
    return false;
  OpBuilder builder(op->getContext());
  builder.setInsertionPointAfter(op);
  Operation *copy = builder.clone(*op);
  for (auto [result, other] : llvm::zip(op->getResults(), copy->getResults()))
    for (OpOperand &use : llvm::make_early_inc_range(result.getUses()))
      if (use.getOwner() != copy && random() % 2)
        use.set(other);
  return true;
}

/// A copy of an earlier op between `op` and its users: chains grow.
static bool append(Operation *op, ArrayRef<Operation *> ops,
                   std::minstd_rand &random) {
  if (op->getNumResults() != 1)
    return false;
  Type type = op->getResult(0).getType();
  SmallVector<Operation *> fitting;
  for (Operation *other : ops)
    if (other != op && other->getBlock() == op->getBlock() &&
        other->isBeforeInBlock(op) && other->getNumResults() == 1 &&
        other->getResult(0).getType() == type &&
        llvm::is_contained(other->getOperandTypes(), type))
      fitting.push_back(other);
  if (fitting.empty())
    return false;
  OpBuilder builder(op->getContext());
  builder.setInsertionPointAfter(op);
  Operation *copy = builder.clone(*choose(fitting, random));
  op->getResult(0).replaceUsesWithIf(copy->getResult(0), [&](OpOperand &use) {
    return use.getOwner() != copy;
  });
  for (OpOperand &operand : copy->getOpOperands())
    if (operand.get().getType() == type) {
      operand.set(op->getResult(0));
      break;
    }
  return true;
}

/// Without the op: its users take a value of the same type.
static bool remove(Operation *op, std::minstd_rand &random) {
  if (op->hasTrait<OpTrait::IsTerminator>())
    return false;
  for (Value result : op->getResults()) {
    Value value = chooseValue(op, result.getType(), random);
    if (!value)
      return false;
    result.replaceAllUsesWith(value);
  }
  op->erase();
  return true;
}

/// Another op of the same signature.
static bool rename(Operation *op, std::minstd_rand &random) {
  static constexpr StringLiteral kBinary[] = {
      "arith.addf",    "arith.subf",     "arith.mulf",
      "arith.divf",    "arith.maximumf", "arith.minimumf",
      "arith.maxnumf", "arith.remf",     "math.powf"};
  static constexpr StringLiteral kUnary[] = {"arith.negf", "math.sqrt",
                                             "math.rsqrt", "math.exp",
                                             "math.absf",  "math.tanh"};
  ArrayRef<StringLiteral> names;
  for (ArrayRef<StringLiteral> candidates :
       {ArrayRef<StringLiteral>(kBinary), ArrayRef<StringLiteral>(kUnary)})
    if (llvm::is_contained(candidates, op->getName().getStringRef()))
      names = candidates;
  if (names.empty())
    return false;
  OpBuilder builder(op);
  OperationState state(op->getLoc(), names[random() % names.size()]);
  state.addOperands(op->getOperands());
  state.addTypes(op->getResultTypes());
  Operation *other = builder.create(state);
  op->replaceAllUsesWith(other->getResults());
  op->erase();
  return true;
}

bool mlir::convoy::mutate(ModuleOp module, std::minstd_rand &random) {
  SmallVector<Operation *> ops = collectOps(module);
  if (ops.empty())
    return false;
  Operation *op = choose(ops, random);
  switch (random() % 10) {
  case 0:
  case 1:
    return replaceOperand(op, random);
  case 2:
    return swapOperands(op, random);
  case 3:
    return duplicate(op, random);
  case 4:
    return append(op, ops, random);
  case 5:
    return remove(op, random);
  case 6:
    return rename(op, random);
  case 7:
    return replaceTypes(module, random);
  default:
    return replaceAttribute(op, random);
  }
}
