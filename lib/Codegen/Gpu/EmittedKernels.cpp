//===- EmittedKernels.cpp - Kernels by the operations they compute --------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operations are compared as such, not as text: a kernel has thousands of
// operations, and its operation has few. Where the comparison does not find two
// operations equal that are, their kernels still are one (EmitKernels.cpp).
//
//===----------------------------------------------------------------------===//

#include "EmittedKernels.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/OperationSupport.h"

using namespace mlir;
using namespace mlir::convoy;

static llvm::hash_code hash(Operation *op) {
  return llvm::hash_combine(OperationEquivalence::computeHash(
                                op, OperationEquivalence::ignoreHashValue,
                                OperationEquivalence::ignoreHashValue,
                                OperationEquivalence::IgnoreLocations),
                            llvm::hash_combine_range(op->operand_type_begin(),
                                                     op->operand_type_end()));
}

/// The value of a constant operand, which a kernel may hold instead of taking
/// it as an argument; null for all else.
static Attribute getConstantValue(Value operand) {
  Attribute value;
  return matchPattern(operand, m_Constant(&value)) ? value : Attribute();
}

/// True if the operations differ in nothing but their locations and their
/// operands, which have the same types, are the same constants, and are the
/// same among each other.
static bool areEqual(Operation *lhs, Operation *rhs) {
  if (lhs->getNumOperands() != rhs->getNumOperands())
    return false;
  llvm::SmallDenseMap<Value, Value, 16> rightOf, leftOf;
  for (auto [left, right] :
       llvm::zip_equal(lhs->getOperands(), rhs->getOperands()))
    if (left.getType() != right.getType() ||
        getConstantValue(left) != getConstantValue(right) ||
        rightOf.try_emplace(left, right).first->second != right ||
        leftOf.try_emplace(right, left).first->second != left)
      return false;
  auto check = [&](Value left, Value right) {
    return success(rightOf.lookup(left) == right);
  };
  // The kernel keeps the order of operands.
  auto checkInOrder = [&](ValueRange left, ValueRange right) {
    return success(
        left.size() == right.size() &&
        llvm::all_of(llvm::zip_equal(left, right), [&](auto values) {
          return std::get<0>(values) == std::get<1>(values) ||
                 succeeded(check(std::get<0>(values), std::get<1>(values)));
        }));
  };
  return OperationEquivalence::isEquivalentTo(
      lhs, rhs, check, [&](Value left, Value right) { rightOf[left] = right; },
      OperationEquivalence::IgnoreLocations, checkInOrder);
}

const EmittedKernels::Entry *EmittedKernels::find(Operation *op) const {
  auto sameHash = entries.find(hash(op));
  if (sameHash == entries.end())
    return nullptr;
  const auto *entry = llvm::find_if(sameHash->second, [&](const Entry &entry) {
    return areEqual(entry.op, op);
  });
  return entry == sameHash->second.end() ? nullptr : entry;
}

void EmittedKernels::add(Entry entry) {
  entries[hash(entry.op)].push_back(std::move(entry));
}

KernelLaunch mlir::convoy::replayLaunch(OpBuilder &builder,
                                        const EmittedKernels::Entry &entry,
                                        Operation *op) {
  IRMapping mapping;
  mapping.map(entry.op->getOperands(), op->getOperands());
  for (Operation *hostOp : entry.hostOps)
    builder.clone(*hostOp, mapping)->setLoc(op->getLoc());
  KernelLaunch launch = entry.launch;
  for (Value &argument : launch.arguments)
    argument = mapping.lookupOrDefault(argument);
  for (Value &size : launch.grid)
    size = mapping.lookupOrDefault(size);
  return launch;
}
