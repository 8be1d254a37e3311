//===- SymbolicElement.cpp - Elements as affine forms ---------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With x = sum_k (s_k*conv_k + b_k) and a parameter p:
//   x + p = (s_0*conv_0 + b_0 + p) + sum_{k>0} ...  (p is added once a piece)
//   x * p = sum_k (s_k*p*conv_k + b_k*p)
//   x / p likewise, p / x is not affine; x + y adds term by term; x * y with
//   both derived is quadratic.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/SymbolicElement.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::convoy;

using Element = SymbolicElement;

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

namespace {
using PoolBinary = ChannelExpr (ChannelExprPool::*)(ChannelExpr, ChannelExpr);

/// The affine arithmetic of two elements.
class Arithmetic {
public:
  explicit Arithmetic(ChannelExprPool &pool) : pool(pool) {}

  Element add(const Element &lhs, const Element &rhs) {
    return combine(lhs, rhs, &ChannelExprPool::add);
  }
  Element subtract(const Element &lhs, const Element &rhs) {
    // p - x = (-x) + p; x - p and x - y need no detour.
    if (lhs.isParameter && !rhs.isParameter)
      return add(negate(rhs), lhs);
    return combine(lhs, rhs, &ChannelExprPool::subtract);
  }
  Element negate(const Element &operand) {
    Element result = operand;
    for (Element::Entry &entry : result.entries) {
      if (entry.scale)
        entry.scale = pool.negate(entry.scale);
      entry.shift = pool.negate(entry.shift);
    }
    return result;
  }
  /// x*p or x/p; at least `factor` is a parameter.
  Element scaleBy(const Element &operand, const Element &factor,
                  PoolBinary multiply) {
    Element result = operand;
    for (auto [entry, by] : llvm::zip_equal(result.entries, factor.entries)) {
      ChannelExpr scale = entry.scale;
      if (scale)
        entry.scale = (pool.*multiply)(scale, by.shift);
      // No shift is no shift, whatever the factor: where 0*factor is not 0,
      // the convolution times the factor is not finite either.
      if (!operand.isParameter && pool.isScalar(entry.shift, 0))
        continue;
      ChannelExpr shared = replaceFactor(entry.shift, scale, entry.scale);
      entry.shift = shared ? shared : (pool.*multiply)(entry.shift, by.shift);
    }
    return result;
  }

private:
  /// a*to, if `expr` is a*from, computed at run time: what was subtracted in
  /// front of several factors shares their product with the scale. Null if not.
  ChannelExpr replaceFactor(ChannelExpr expr, ChannelExpr from,
                            ChannelExpr to) {
    const ChannelExprNode &node = pool.get(expr);
    if (!from || node.kind != ChannelExprNode::Kind::Apply)
      return {};
    if (node.arithmetic == ChannelExprNode::Arithmetic::Negate) {
      ChannelExpr inner = replaceFactor(node.operands.front(), from, to);
      return inner ? pool.negate(inner) : ChannelExpr();
    }
    return node.arithmetic == ChannelExprNode::Arithmetic::Multiply &&
                   node.operands[1] == from
               ? pool.multiply(node.operands[0], to)
               : ChannelExpr();
  }

  /// Sum or difference, where a parameter on the left stands alone.
  Element combine(const Element &lhs, const Element &rhs, PoolBinary combine) {
    if (lhs.isParameter && !rhs.isParameter)
      return this->combine(rhs, lhs, combine);
    Element result = lhs;
    bool addsParameterOnce = !lhs.isParameter && rhs.isParameter;
    llvm::SmallDenseSet<unsigned, 4> piecesDone;
    for (auto [k, entry] : llvm::enumerate(result.entries)) {
      if (addsParameterOnce && (entry.piece == kSpansPieces ||
                                !piecesDone.insert(entry.piece).second))
        continue;
      const Element::Entry &other = rhs.entries[k];
      entry.shift = (pool.*combine)(entry.shift, other.shift);
      if (!other.scale)
        continue;
      ChannelExpr base = entry.scale ? entry.scale : pool.getScalar(0);
      entry.scale = (pool.*combine)(base, other.scale);
    }
    return result;
  }

  ChannelExprPool &pool;
};
} // namespace

/// Applies `op`, which need not be affine, to parameters.
static FailureOr<Element> applyToParameters(ChannelExprPool &pool,
                                            Operation *op,
                                            ArrayRef<Element> operands,
                                            Refusal &refusal) {
  Element result;
  size_t terms = operands.empty() ? 1 : operands.front().entries.size();
  for (size_t k = 0; k < terms; ++k) {
    SmallVector<ChannelExpr, 3> values;
    for (const Element &operand : operands)
      values.push_back(operand.entries[k].shift);
    ChannelExpr value = pool.apply(op, values);
    if (!value)
      return refuse(refusal, Reason::NonlinearStep, op,
                    "expected an elementwise op without side effects, found " +
                        op->getName().getStringRef());
    result.entries.push_back({ChannelExpr(), value});
  }
  return result;
}

/// The reason why `op` does not keep a convolution's result affine.
static LogicalResult refuseNonlinear(Operation *op, Refusal &refusal) {
  // max(a*x + b, 0) and other selections: an activation. A positive factor
  // could still cross it, a shift never does.
  if (isa<arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
          arith::MinNumFOp, arith::SelectOp, arith::CmpFOp>(op))
    return refuse(refusal, Reason::CrossesActivation, op,
                  "the convolution passes through " +
                      op->getName().getStringRef() + " first");
  return refuse(refusal, Reason::NonlinearStep, op,
                op->getName().getStringRef() +
                    " is not affine in the convolution");
}

FailureOr<Element> mlir::convoy::evaluateOp(ChannelExprPool &pool,
                                            Operation *op,
                                            ArrayRef<Element> operands,
                                            Refusal &refusal) {
  if (llvm::all_of(operands, [](const Element &e) { return e.isParameter; }))
    return applyToParameters(pool, op, operands, refusal);

  Arithmetic arithmetic(pool);
  auto multiply = [&](const Element &lhs,
                      const Element &rhs) -> FailureOr<Element> {
    if (rhs.isParameter)
      return arithmetic.scaleBy(lhs, rhs, &ChannelExprPool::multiply);
    if (lhs.isParameter)
      return arithmetic.scaleBy(rhs, lhs, &ChannelExprPool::multiply);
    return refuseNonlinear(op, refusal);
  };
  using Result = FailureOr<Element>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      // Integers are what a conversion has made, which ended the algebra; their
      // arithmetic is read to tell steps stranded behind it.
      .Case<arith::AddFOp, arith::AddIOp>([&](auto) -> Result {
        return arithmetic.add(operands[0], operands[1]);
      })
      .Case<arith::SubFOp, arith::SubIOp>([&](auto) -> Result {
        return arithmetic.subtract(operands[0], operands[1]);
      })
      .Case([&](arith::NegFOp) -> Result {
        return arithmetic.negate(operands[0]);
      })
      .Case<arith::MulFOp, arith::MulIOp>(
          [&](auto) -> Result { return multiply(operands[0], operands[1]); })
      .Case([&](arith::DivFOp) -> Result {
        if (!operands[1].isParameter)
          return refuseNonlinear(op, refusal);
        return arithmetic.scaleBy(operands[0], operands[1],
                                  &ChannelExprPool::divide);
      })
      .Case([&](math::FmaOp) -> Result {
        Result product = multiply(operands[0], operands[1]);
        if (failed(product))
          return product;
        return arithmetic.add(*product, operands[2]);
      })
      .Case<arith::ExtFOp, arith::TruncFOp>(
          [&](auto) -> Result { return operands[0]; })
      .Default([&](Operation *other) -> Result {
        return refuseNonlinear(other, refusal);
      });
}

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

/// Index arithmetic is read as far as this many ops, constants up to this
/// magnitude: hostile input must cost neither time nor overflow.
static constexpr unsigned kMaxIndexOps = 64;
static constexpr int64_t kMaxIndexConstant = int64_t(1) << 31;

/// `value` as an argument of a tensor.generate, which is a position in what
/// that makes; else null.
static BlockArgument getGeneratedPosition(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  return argument && isa<tensor::GenerateOp>(argument.getOwner()->getParentOp())
             ? argument
             : BlockArgument();
}

/// `value` as an affine expression over the loops of the enclosing structured
/// op, or null. Counts `budget` down by the ops it reads.
static AffineExpr evaluateIndex(Value value, unsigned &budget) {
  if (budget == 0)
    return {};
  --budget;
  MLIRContext *context = value.getContext();
  if (auto constant = getConstantIntValue(OpFoldResult(value)))
    return std::abs(*constant) < kMaxIndexConstant
               ? getAffineConstantExpr(*constant, context)
               : AffineExpr();
  if (auto argument = getGeneratedPosition(value))
    return getAffineDimExpr(argument.getArgNumber(), context);
  Operation *op = value.getDefiningOp();
  if (auto index = dyn_cast_or_null<linalg::IndexOp>(op))
    return getAffineDimExpr(index.getDim(), context);
  if (!op || !isa<arith::AddIOp, arith::SubIOp, arith::MulIOp>(op))
    return {};
  AffineExpr lhs = evaluateIndex(op->getOperand(0), budget);
  AffineExpr rhs = evaluateIndex(op->getOperand(1), budget);
  if (!lhs || !rhs)
    return {};
  if (isa<arith::AddIOp>(op))
    return lhs + rhs;
  if (isa<arith::SubIOp>(op))
    return lhs - rhs;
  auto constant = dyn_cast<AffineConstantExpr>(rhs);
  if (!constant)
    constant = dyn_cast<AffineConstantExpr>(lhs);
  // Products of products would leave 64 bits.
  if (!constant || std::abs(constant.getValue()) >= kMaxIndexConstant)
    return {};
  return lhs * rhs;
}

/// Reads the element that `extract` takes from a tensor outside the body.
static FailureOr<Element> evaluateExtract(tensor::ExtractOp extract,
                                          ReadParameterFn readParameter,
                                          Refusal &refusal) {
  SmallVector<AffineExpr> indices;
  for (Value index : extract.getIndices()) {
    unsigned budget = kMaxIndexOps;
    indices.push_back(evaluateIndex(index, budget));
    if (!indices.back())
      return refuse(refusal, Reason::NotPerChannel, extract,
                    "expected positions affine in the loops");
  }
  return readParameter(extract.getTensor(), indices, refusal);
}

namespace {
/// Evaluates the ops of one body in order.
class BodyEvaluation {
public:
  BodyEvaluation(ChannelExprPool &pool, Block &body,
                 ReadParameterFn readParameter, Refusal &refusal)
      : pool(pool), body(body), readParameter(readParameter), refusal(refusal) {
  }

  void setArguments(ArrayRef<Element> arguments) {
    for (auto [argument, element] :
         llvm::zip_equal(body.getArguments(), arguments))
      known[argument] = element;
  }
  LogicalResult evaluateOps();
  FailureOr<Element> lookUp(Value value);

private:
  FailureOr<Element> evaluate(Operation &op);
  LogicalResult checkAssertion(cf::AssertOp assertion);

  ChannelExprPool &pool;
  Block &body;
  ReadParameterFn readParameter;
  Refusal &refusal;
  llvm::SmallDenseMap<Value, Element, 8> known;
  /// What cannot be followed is no obstacle unless it is read.
  llvm::DenseMap<Value, Refusal> obstacles;
};
} // namespace

FailureOr<Element> BodyEvaluation::lookUp(Value value) {
  auto it = known.find(value);
  if (it != known.end())
    return it->second;
  if (auto obstacle = obstacles.find(value); obstacle != obstacles.end()) {
    refusal = obstacle->second;
    return failure();
  }
  if (auto position = getGeneratedPosition(value);
      position && position.getOwner() == &body)
    return readParameter(
        value, getAffineDimExpr(position.getArgNumber(), value.getContext()),
        refusal);
  if (value.getParentBlock() == &body)
    return refuse(refusal, Reason::NonlinearStep, value.getDefiningOp(),
                  "the value is one of several of its op");
  return readParameter(value, {}, refusal);
}

FailureOr<Element> BodyEvaluation::evaluate(Operation &op) {
  if (auto extract = dyn_cast<tensor::ExtractOp>(op))
    return evaluateExtract(extract, readParameter, refusal);
  if (auto index = dyn_cast<linalg::IndexOp>(op))
    return readParameter(
        index, getAffineDimExpr(index.getDim(), index.getContext()), refusal);
  if (op.hasTrait<OpTrait::ConstantLike>())
    return readParameter(op.getResult(0), {}, refusal);
  SmallVector<Element, 4> operands;
  for (Value operand : op.getOperands()) {
    FailureOr<Element> element = lookUp(operand);
    if (failed(element))
      return failure();
    operands.push_back(std::move(*element));
  }
  return evaluateOp(pool, &op, operands, refusal);
}

/// An assertion has no effect where its condition is known and true.
LogicalResult BodyEvaluation::checkAssertion(cf::AssertOp assertion) {
  FailureOr<Element> condition = lookUp(assertion.getArg());
  if (failed(condition))
    return failure();
  auto holds = [&](const Element::Entry &entry) {
    const ChannelExprNode &node = pool.get(entry.shift);
    return node.kind == ChannelExprNode::Kind::Scalar
               ? node.scalar != 0
               : node.kind == ChannelExprNode::Kind::Vector &&
                     !llvm::is_contained(node.vector, 0.0);
  };
  if (condition->isParameter && llvm::all_of(condition->entries, holds))
    return success();
  return refuse(refusal, Reason::NonlinearStep, assertion,
                "expected an assertion that is known to hold");
}

LogicalResult BodyEvaluation::evaluateOps() {
  for (Operation &op : body.without_terminator()) {
    if (auto assertion = dyn_cast<cf::AssertOp>(op)) {
      if (failed(checkAssertion(assertion)))
        return failure();
      continue;
    }
    FailureOr<Element> result = evaluate(op);
    if (succeeded(result))
      known[op.getResult(0)] = std::move(*result);
    else if (op.getNumResults() == 1 && isMemoryEffectFree(&op))
      obstacles[op.getResult(0)] = refusal;
    else
      return failure();
  }
  return success();
}

/// The op whose result `body` yields, if it is the only one and reads, besides
/// what is known outside, the body's arguments: the body of most steps.
static Operation *getOnlyOp(Block &body, unsigned yieldIndex) {
  Operation *op = &body.front();
  bool isOnly =
      op->getNextNode() && op->getNextNode() == body.getTerminator() &&
      op->getNumOperands() > 0 && op->getNumResults() == 1 &&
      body.getTerminator()->getOperand(yieldIndex) == op->getResult(0);
  return isOnly && !isa<tensor::ExtractOp>(op) &&
                 !isa<tensor::GenerateOp>(body.getParentOp())
             ? op
             : nullptr;
}

/// Evaluates `op`, the only one of its body, of which nothing else is known.
static FailureOr<Element> evaluateOnlyOp(ChannelExprPool &pool, Operation *op,
                                         ArrayRef<Element> arguments,
                                         ReadParameterFn readParameter,
                                         Refusal &refusal) {
  SmallVector<Element, 2> operands;
  for (Value operand : op->getOperands()) {
    auto argument = dyn_cast<BlockArgument>(operand);
    if (argument && argument.getOwner() == op->getBlock()) {
      operands.push_back(arguments[argument.getArgNumber()]);
      continue;
    }
    FailureOr<Element> element = readParameter(operand, {}, refusal);
    if (failed(element))
      return failure();
    operands.push_back(std::move(*element));
  }
  return evaluateOp(pool, op, operands, refusal);
}

FailureOr<Element> mlir::convoy::evaluateBody(ChannelExprPool &pool,
                                              Block &body, unsigned yieldIndex,
                                              ArrayRef<Element> arguments,
                                              ReadParameterFn readParameter,
                                              Refusal &refusal) {
  if (Operation *op = getOnlyOp(body, yieldIndex))
    return evaluateOnlyOp(pool, op, arguments, readParameter, refusal);
  BodyEvaluation evaluation(pool, body, readParameter, refusal);
  // The arguments of a tensor.generate are positions, read where they are used.
  if (!isa<tensor::GenerateOp>(body.getParentOp()))
    evaluation.setArguments(arguments);
  if (failed(evaluation.evaluateOps()))
    return failure();
  return evaluation.lookUp(body.getTerminator()->getOperand(yieldIndex));
}

LogicalResult mlir::convoy::checkAssertions(ChannelExprPool &pool, Block &body,
                                            ArrayRef<SymbolicElement> arguments,
                                            ReadParameterFn readParameter,
                                            Refusal &refusal) {
  BodyEvaluation evaluation(pool, body, readParameter, refusal);
  evaluation.setArguments(arguments);
  return evaluation.evaluateOps();
}
