//===- Homogeneity.cpp - What a positive scale may cross ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An activation f is positively homogeneous if a*f(x) = f(a*x) for all a > 0:
// ReLU, leaky and parametric ReLU and the magnitude are, a clamp at anything
// but zero is not. A positive scale behind such an activation may move in front
// of it; a shift never may.
//
//===----------------------------------------------------------------------===//

#include "ChainWalker.h"
#include "ElementwiseView.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

namespace {
/// What a scalar is, as a function of the activation's argument x.
enum class Kind {
  /// h(a*x) = a*h(x) for a > 0; x itself, and 0.
  Homogeneous,
  /// Does not change under x -> a*x, a > 0: parameters, comparisons of
  /// homogeneous values.
  Invariant,
  Neither,
};
} // namespace

static Kind classify(Operation *op, ArrayRef<Kind> operands) {
  auto allAre = [&](Kind kind) {
    return llvm::all_of(operands, [&](Kind k) { return k == kind; });
  };
  if (allAre(Kind::Invariant))
    return Kind::Invariant;
  if (isa<arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
          arith::MinNumFOp, arith::AddFOp, arith::SubFOp, arith::NegFOp,
          math::AbsFOp>(op))
    return allAre(Kind::Homogeneous) ? Kind::Homogeneous : Kind::Neither;
  if (isa<arith::CmpFOp>(op))
    return allAre(Kind::Homogeneous) ? Kind::Invariant : Kind::Neither;
  if (isa<arith::MulFOp>(op))
    return llvm::is_contained(operands, Kind::Invariant) &&
                   llvm::is_contained(operands, Kind::Homogeneous)
               ? Kind::Homogeneous
               : Kind::Neither;
  if (isa<arith::DivFOp>(op))
    return operands[0] == Kind::Homogeneous && operands[1] == Kind::Invariant
               ? Kind::Homogeneous
               : Kind::Neither;
  if (isa<arith::SelectOp>(op))
    return operands[0] == Kind::Invariant && operands[1] == Kind::Homogeneous &&
                   operands[2] == Kind::Homogeneous
               ? Kind::Homogeneous
               : Kind::Neither;
  return Kind::Neither;
}

/// What each operand of the elementwise `op` is, as a function of `argument`;
/// none if the op moves the argument.
static std::optional<SmallVector<Kind>>
classifyOperands(Operation &op, Value argument,
                 function_ref<bool(OpOperand &)> isZero) {
  ElementwiseView view(op);
  SmallVector<Kind> kinds;
  for (OpOperand &operand : op.getOpOperands()) {
    bool isArgument = operand.get() == argument;
    // y + transpose(y) is homogeneous, but for one factor, not for one a
    // channel: the argument must keep its place.
    if (isArgument && view.getMap(operand) != view.getResultMap())
      return std::nullopt;
    bool isHomogeneous =
        isArgument || (view.isRead(operand) && isZero(operand));
    kinds.push_back(isHomogeneous ? Kind::Homogeneous : Kind::Invariant);
  }
  return kinds;
}

static bool isHomogeneousFunction(Operation &op, Value argument,
                                  function_ref<bool(OpOperand &)> isZero) {
  std::optional<SmallVector<Kind>> operandKinds =
      classifyOperands(op, argument, isZero);
  if (!operandKinds)
    return false;
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  if (!structured)
    return classify(&op, *operandKinds) == Kind::Homogeneous;

  Block *body = structured.getBlock();
  llvm::DenseMap<Value, Kind> kinds;
  for (auto [blockArgument, kind] :
       llvm::zip_equal(body->getArguments(), *operandKinds))
    kinds[blockArgument] = kind;
  auto lookUp = [&](Value value) {
    // Zero is a*0 for every a.
    if (matchPattern(value, m_AnyZeroFloat()))
      return Kind::Homogeneous;
    auto it = kinds.find(value);
    return it == kinds.end() ? Kind::Invariant : it->second;
  };
  for (Operation &inner : body->without_terminator()) {
    if (inner.getNumResults() != 1 || inner.getNumRegions() != 0)
      return false;
    SmallVector<Kind> operands =
        llvm::map_to_vector(inner.getOperands(), lookUp);
    kinds[inner.getResult(0)] = classify(&inner, operands);
  }
  return lookUp(body->getTerminator()->getOperand(0)) == Kind::Homogeneous;
}

bool mlir::convoy::detail::isPositivelyHomogeneous(
    Operation &op, Value argument, function_ref<bool(OpOperand &)> isZero) {
  if (!isElementwise(op))
    return false;
  // A tensor of zeros is a parameter like any other (the slope of a leaky
  // ReLU), or the zero of max(x, 0).
  return isHomogeneousFunction(op, argument,
                               [](OpOperand &) { return false; }) ||
         isHomogeneousFunction(op, argument, isZero);
}
