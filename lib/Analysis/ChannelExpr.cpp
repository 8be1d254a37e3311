//===- ChannelExpr.cpp - Expressions over output channels -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Building expressions. Simplifications are limited to those that hold for
// every float, NaN and infinity included, in exact arithmetic: x*1, x/1, x+0.
// 0*x is not 0.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/ChannelExpr.h"

#include "Convoy/Analysis/IndexArithmetic.h"

#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/DenseSet.h"

#include <cmath>

using namespace mlir;
using namespace mlir::convoy;

using Kind = ChannelExprNode::Kind;
using Arithmetic = ChannelExprNode::Arithmetic;

ChannelExpr ChannelExprPool::push(Node node) {
  nodes.push_back(new (storage.Allocate()) Node(std::move(node)));
  return ChannelExpr(nodes.size() - 1);
}

ChannelExpr ChannelExprPool::getScalar(double value, Type type) {
  // -0 is equal to 0, but not the same number.
  bool isZero = value == 0 && !std::signbit(value);
  bool isShared = !type && (isZero || value == 1);
  ChannelExpr &shared = isZero ? zero : one;
  if (isShared && shared)
    return shared;
  Node node;
  node.type = type;
  node.kind = Kind::Scalar;
  node.scalar = value;
  ChannelExpr expr = push(std::move(node));
  if (isShared)
    shared = expr;
  return expr;
}

ChannelExpr ChannelExprPool::getVector(std::vector<double> values, Type type) {
  if (!values.empty() && llvm::all_equal(values))
    return getScalar(values.front(), type);
  Node node;
  node.type = type;
  node.kind = Kind::Vector;
  node.vector = std::move(values);
  return push(std::move(node));
}

ChannelExpr ChannelExprPool::getPosition(AffineExpr index) {
  Node node;
  node.kind = Kind::Position;
  node.type = IndexType::get(index.getContext());
  node.indices.push_back(index);
  return push(std::move(node));
}

ChannelExpr ChannelExprPool::getLeaf(Value value,
                                     ArrayRef<AffineExpr> indices) {
  Node node;
  node.kind = Kind::Leaf;
  node.value = value;
  node.indices.assign(indices.begin(), indices.end());
  return push(std::move(node));
}

/// The number of constant `parts` at `position`.
static std::optional<double> evaluateParts(const ChannelExprPool &pool,
                                           const ChannelParts &parts,
                                           ArrayRef<int64_t> position) {
  // There may be as many parts as channels.
  const auto *next =
      llvm::partition_point(parts.parts, [&](const ChannelParts::Part &part) {
        return part.offset <= position[parts.dim];
      });
  if (next == parts.parts.begin())
    return std::nullopt;
  const ChannelParts::Part &part = *std::prev(next);
  int64_t channel = 0;
  for (auto [dim, size] : llvm::enumerate(part.channels.getSizes())) {
    int64_t offset = dim == parts.dim ? part.offset : 0;
    int64_t index = position[dim] - offset;
    if (index < 0 || index >= size)
      return std::nullopt;
    channel = channel * size + index;
  }
  return pool.evaluate(part.expr, channel);
}

ChannelExpr ChannelExprPool::getParts(ChannelParts parts,
                                      ArrayRef<AffineExpr> indices,
                                      const ChannelSpace &channels) {
  const ChannelExpr first = parts.parts.front().expr;
  if (get(first).kind == Kind::Scalar &&
      llvm::all_of(parts.parts, [&](const ChannelParts::Part &part) {
        return isEqual(part.expr, first);
      }))
    return first;
  bool allConstant =
      llvm::all_of(parts.parts, [&](const ChannelParts::Part &part) {
        return isConstant(part.expr);
      });
  if (allConstant && channels.isEnumerable()) {
    std::vector<double> values;
    bool isKnown = true;
    channels.forEachChannel([&](ArrayRef<int64_t> coordinates) {
      SmallVector<int64_t> position;
      for (AffineExpr index : indices) {
        position.push_back(evaluateAffine(index, coordinates).value_or(-1));
      }
      std::optional<double> value = evaluateParts(*this, parts, position);
      isKnown &= value.has_value();
      values.push_back(value.value_or(0));
    });
    if (isKnown)
      return getVector(std::move(values));
  }
  Node node;
  node.kind = Kind::Parts;
  node.indices.assign(indices.begin(), indices.end());
  node.parts = std::make_unique<ChannelParts>(std::move(parts));
  return push(std::move(node));
}

/// The value of `compute` for each channel; one number if no operand varies.
static ChannelExpr evaluatePointwise(
    ChannelExprPool &pool, ArrayRef<ChannelExpr> operands, Type type,
    function_ref<std::optional<double>(ArrayRef<double>)> compute) {
  size_t channels = 1;
  bool varies = false;
  for (ChannelExpr operand : operands) {
    if (!pool.isConstant(operand))
      return {};
    const ChannelExprNode &node = pool.get(operand);
    if (node.kind == Kind::Vector) {
      channels = node.vector.size();
      varies = true;
    }
  }
  std::vector<double> results(channels);
  SmallVector<double, 3> arguments(operands.size());
  for (size_t channel = 0; channel < channels; ++channel) {
    for (auto [argument, operand] : llvm::zip_equal(arguments, operands))
      argument = pool.evaluate(operand, channel);
    std::optional<double> result = compute(arguments);
    if (!result)
      return {};
    results[channel] = *result;
  }
  return varies ? pool.getVector(std::move(results), type)
                : pool.getScalar(results.front(), type);
}

static double evaluateArithmetic(Arithmetic arithmetic, ArrayRef<double> v) {
  switch (arithmetic) {
  case Arithmetic::Add:
    return v[0] + v[1];
  case Arithmetic::Subtract:
    return v[0] - v[1];
  case Arithmetic::Multiply:
    return v[0] * v[1];
  case Arithmetic::Divide:
    return v[0] / v[1];
  case Arithmetic::Negate:
    return -v[0];
  case Arithmetic::None:
    break;
  }
  llvm_unreachable("an applied op is not chain arithmetic");
}

ChannelExpr ChannelExprPool::applyArithmetic(Arithmetic arithmetic,
                                             ArrayRef<ChannelExpr> operands) {
  ChannelExpr folded =
      evaluatePointwise(*this, operands, Type(), [&](ArrayRef<double> values) {
        return evaluateArithmetic(arithmetic, values);
      });
  if (folded)
    return folded;
  Node node;
  node.kind = Kind::Apply;
  node.arithmetic = arithmetic;
  node.operands.assign(operands.begin(), operands.end());
  return push(std::move(node));
}

/// What `expr` is the negation of, if it is one that is computed at run time;
/// null if not. Signs move outwards, where they become those of sums: each is
/// an op less.
static ChannelExpr getNegated(const ChannelExprPool &pool, ChannelExpr expr) {
  const ChannelExprNode &node = pool.get(expr);
  return node.kind == Kind::Apply && node.arithmetic == Arithmetic::Negate
             ? node.operands.front()
             : ChannelExpr();
}

ChannelExpr ChannelExprPool::add(ChannelExpr lhs, ChannelExpr rhs) {
  if (isScalar(lhs, 0))
    return rhs;
  if (isScalar(rhs, 0))
    return lhs;
  if (ChannelExpr negated = getNegated(*this, rhs))
    return subtract(lhs, negated);
  if (ChannelExpr negated = getNegated(*this, lhs))
    return subtract(rhs, negated);
  return applyArithmetic(Arithmetic::Add, {lhs, rhs});
}

ChannelExpr ChannelExprPool::subtract(ChannelExpr lhs, ChannelExpr rhs) {
  if (isScalar(rhs, 0))
    return lhs;
  if (isScalar(lhs, 0))
    return negate(rhs);
  if (ChannelExpr negated = getNegated(*this, rhs))
    return add(lhs, negated);
  return applyArithmetic(Arithmetic::Subtract, {lhs, rhs});
}

ChannelExpr ChannelExprPool::multiply(ChannelExpr lhs, ChannelExpr rhs) {
  if (isScalar(lhs, 1))
    return rhs;
  if (isScalar(rhs, 1))
    return lhs;
  if (ChannelExpr negated = getNegated(*this, lhs))
    return negate(multiply(negated, rhs));
  return applyArithmetic(Arithmetic::Multiply, {lhs, rhs});
}

ChannelExpr ChannelExprPool::divide(ChannelExpr lhs, ChannelExpr rhs) {
  if (isScalar(rhs, 1))
    return lhs;
  if (ChannelExpr negated = getNegated(*this, lhs))
    return negate(divide(negated, rhs));
  return applyArithmetic(Arithmetic::Divide, {lhs, rhs});
}

ChannelExpr ChannelExprPool::negate(ChannelExpr operand) {
  if (ChannelExpr negated = getNegated(*this, operand))
    return negated;
  return applyArithmetic(Arithmetic::Negate, {operand});
}

ChannelExpr ChannelExprPool::apply(Operation *op,
                                   ArrayRef<ChannelExpr> operands) {
  if (op->getNumResults() != 1 || op->getNumRegions() != 0 ||
      op->getNumOperands() != operands.size() || !isMemoryEffectFree(op))
    return {};
  Type resultType = getElementTypeOrSelf(op->getResult(0).getType());
  if (isa<FloatType>(resultType))
    resultType = Type();
  ChannelExpr folded = evaluatePointwise(
      *this, operands, resultType,
      [&](ArrayRef<double> values) { return evaluateInDouble(op, values); });
  if (folded)
    return folded;
  Node node;
  node.kind = Kind::Apply;
  node.op = op;
  node.operands.assign(operands.begin(), operands.end());
  return push(std::move(node));
}

SmallVector<ChannelExpr>
ChannelExprPool::getPostOrder(ArrayRef<ChannelExpr> roots) const {
  llvm::SmallDenseSet<int32_t, 16> reached;
  SmallVector<ChannelExpr> order, worklist(roots);
  while (!worklist.empty()) {
    ChannelExpr expr = worklist.pop_back_val();
    if (!reached.insert(expr.getId()).second)
      continue;
    order.push_back(expr);
    llvm::append_range(worklist, get(expr).operands);
  }
  // Operands precede users in the pool.
  llvm::sort(order, [](ChannelExpr lhs, ChannelExpr rhs) {
    return lhs.getId() < rhs.getId();
  });
  return order;
}
