//===- ChainSteps.cpp - Following elementwise ops -------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How the form of an elementwise op's result follows from its operands' forms.
//
//===----------------------------------------------------------------------===//

#include "Arrivals.h"
#include "ParameterBodies.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/AffineMap.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// The term of `root`, or null. In a sum of many terms, roots mostly arrive in
/// the order of the terms: `position` is where to look first.
static const Term *findTerm(const Form &form, unsigned root, size_t position) {
  if (position < form.terms.size() && form.terms[position].root == root)
    return &form.terms[position];
  for (const Term &term : llvm::reverse(form.terms))
    if (term.root == root)
      return &term;
  return nullptr;
}

/// The symbolic element of a derived operand, with one entry per arrival.
static SymbolicElement getDerivedElement(ChannelExprPool &pool,
                                         const Form &form,
                                         ArrayRef<Arrival> arrivals) {
  SymbolicElement element;
  element.isParameter = false;
  element.entries.reserve(arrivals.size());
  for (auto [position, arrival] : llvm::enumerate(arrivals)) {
    if (const Term *term = findTerm(form, arrival.root, position))
      element.entries.push_back({term->scale, term->shift, arrival.piece});
    else
      element.entries.push_back(
          {ChannelExpr(), pool.getScalar(0), arrival.piece});
  }
  return element;
}

/// True if a parameter's value differs, or may differ, between channels.
static bool varies(const ChannelExprPool &pool, ChannelExpr expr) {
  return expr && pool.get(expr).kind != ChannelExprNode::Kind::Scalar;
}

FailureOr<SymbolicElement> mlir::convoy::detail::evaluateElementwise(
    ChannelExprPool &pool, Operation &op, ArrayRef<SymbolicElement> args,
    ReadParameterFn readParameter, Refusal &refusal) {
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return evaluateBody(pool, *structured.getBlock(), 0, args, readParameter,
                        refusal);
  return evaluateOp(pool, &op, args, refusal);
}

FailureOr<SymbolicElement> mlir::convoy::detail::evaluateStep(
    ChannelExprPool &pool, ElementwiseView &view, OpOperand &operand,
    ArrayRef<AffineExpr> loops, ParameterReader &reader, Refusal &refusal) {
  auto readElement = [&](Value value, ArrayRef<AffineExpr> indices,
                         Refusal &why) {
    return readElementOverLoops(reader, value, indices, loops, why);
  };
  AffineMap map = view.getMap(operand);
  SmallVector<SymbolicElement, 4> arguments;
  for (OpOperand &other : view.op.getOpOperands()) {
    SymbolicElement element;
    element.entries.push_back({ChannelExpr(), pool.getScalar(0), 0});
    if (&other == &operand ||
        (other.get() == operand.get() && view.isRead(other) &&
         view.getMap(other) == map)) {
      element.isParameter = false;
      element.entries.front().scale = pool.getScalar(1);
    } else if (view.isRead(other)) {
      FailureOr<SymbolicElement> read =
          readElement(other.get(), view.getMap(other).getResults(), refusal);
      if (failed(read))
        return failure();
      element = *read;
    }
    arguments.push_back(element);
  }
  return evaluateElementwise(pool, view.op, arguments, readElement, refusal);
}

/// True if `op` makes zero of zero operands: `arguments` are what it reads, of
/// which those that are derived have these shifts.
static bool keepsZeros(ChannelExprPool &pool, Operation &op,
                       ArrayRef<SymbolicElement> arguments,
                       ReadParameterFn readParameter) {
  SmallVector<SymbolicElement, 4> zeros(arguments);
  for (SymbolicElement &argument : zeros)
    if (!argument.isParameter)
      for (SymbolicElement::Entry &entry : argument.entries)
        entry.shift = pool.getScalar(0);
  Refusal ignored;
  FailureOr<SymbolicElement> result =
      evaluateElementwise(pool, op, zeros, readParameter, ignored);
  return succeeded(result) &&
         llvm::all_of(result->entries, [&](const SymbolicElement::Entry &e) {
           return pool.isScalar(e.shift, 0);
         });
}

/// True if the result of `view` has the type and places of its operand.
static bool isIdentity(ElementwiseView &view, const FormMap &forms) {
  AffineMap resultMap = view.getResultMap();
  return llvm::all_of(view.op.getOpOperands(), [&](OpOperand &operand) {
    return !forms.contains(operand.get()) || !view.isRead(operand) ||
           (operand.get().getType() == view.type &&
            view.getMap(operand) == resultMap);
  });
}

/// True if `view` does no more than round its operands to a narrower type.
static bool isTruncation(ElementwiseView &view, const FormMap &forms) {
  AffineMap resultMap = view.getResultMap();
  unsigned width = view.type.getElementTypeBitWidth();
  return llvm::all_of(view.op.getOpOperands(), [&](OpOperand &operand) {
    if (!forms.contains(operand.get()) || !view.isRead(operand))
      return true;
    auto type = cast<RankedTensorType>(operand.get().getType());
    return type.getShape() == view.type.getShape() &&
           type.getElementTypeBitWidth() > width &&
           view.getMap(operand) == resultMap;
  });
}

/// An op that changes nothing (y*1, y + 0) belongs to the chain in front of it,
/// and so does a last truncation: that is how the result is stored.
void ChainWalker::passCheckpoint(Operation &op) {
  Value value = op.getResult(0);
  Component &component = components[findComponent(getForm(value).component)];
  if (component.checkpoint && component.openUses == countUses(value) &&
      llvm::is_contained(op.getOperands(), component.checkpoint)) {
    component.checkpoint = value;
    for (const Term &term : getForm(value).terms)
      roots[term.root]->lastStepped = value;
  }
}

namespace {
/// Reads the parameters of an op: the same element, written over the
/// coordinates of each convolution that takes part.
struct ParametersOfArrivals {
  FailureOr<SymbolicElement>
  operator()(Value value, ArrayRef<AffineExpr> indices, Refusal &refusal) {
    SymbolicElement element;
    for (const Arrival &arrival : arrivals) {
      FailureOr<ChannelExpr> expr = readOverLoops(
          getReader(arrival.root), value, indices, arrival.loops, refusal);
      if (failed(expr))
        return failure();
      anyVaries |= varies(pool, *expr);
      element.entries.push_back({ChannelExpr(), *expr, arrival.piece});
    }
    return element;
  }

  ChannelExprPool &pool;
  ArrayRef<Arrival> arrivals;
  function_ref<ParameterReader &(unsigned root)> getReader;
  /// True if one that was read may differ between channels.
  bool anyVaries = false;
};

/// What an elementwise op makes of the forms of its operands.
struct Outcome {
  /// Belongs to no component yet.
  Form form;
  /// True if a scale or a shift is another than before.
  bool isStep = false;
  /// True if that is different between channels.
  bool varies = false;
};
} // namespace

/// The elements that the op of `view` reads, one for each operand.
static LogicalResult
collectArguments(ElementwiseView &view, const FormMap &forms,
                 ParametersOfArrivals &parameters,
                 SmallVectorImpl<SymbolicElement> &arguments,
                 Refusal &refusal) {
  ChannelExprPool &pool = parameters.pool;
  ArrayRef<Arrival> arrivals = parameters.arrivals;
  for (OpOperand &operand : view.op.getOpOperands()) {
    const Form *form = forms.find(operand.get());
    if (!view.isRead(operand)) {
      SymbolicElement unread;
      unread.entries.resize(arrivals.size(), {{}, pool.getScalar(0), 0});
      arguments.push_back(unread);
    } else if (form) {
      arguments.push_back(getDerivedElement(pool, *form, arrivals));
    } else {
      FailureOr<SymbolicElement> element =
          parameters(operand.get(), view.getMap(operand).getResults(), refusal);
      if (failed(element))
        return failure();
      arguments.push_back(std::move(*element));
    }
  }
  return success();
}

/// The term that `arrival` has in the result, where it is `entry`.
static Term makeTerm(ChannelExprPool &pool, const Arrival &arrival,
                     const SymbolicElement::Entry &entry, AffineMap resultMap,
                     bool resultIsIdentity) {
  Term term;
  term.root = arrival.root;
  term.piece = arrival.piece;
  term.scale = entry.scale ? entry.scale : pool.getScalar(0);
  term.shift = entry.shift;
  if (resultIsIdentity)
    term.coordinates = arrival.loops;
  else
    for (AffineExpr expr : resultMap.getResults())
      term.coordinates.push_back(expr.replaceDims(arrival.loops));
  return term;
}

/// What the op of `view` makes of its operands, if its result is `element`.
static Outcome makeOutcome(ElementwiseView &view, const FormMap &forms,
                           const ParametersOfArrivals &parameters,
                           const SymbolicElement &element) {
  ChannelExprPool &pool = parameters.pool;
  SmallVector<const Form *, 4> operandForms;
  for (Value operand : view.op.getOperands())
    if (const Form *form = forms.find(operand))
      operandForms.push_back(form);
  Outcome outcome;
  Form &form = outcome.form;
  form.terms.reserve(parameters.arrivals.size());
  AffineMap resultMap = view.getResultMap();
  bool resultIsIdentity = resultMap.isIdentity();
  for (auto [index, arrival, entry] :
       llvm::enumerate(parameters.arrivals, element.entries)) {
    Term term = makeTerm(pool, arrival, entry, resultMap, resultIsIdentity);
    size_t position = index;
    bool unchanged = llvm::any_of(operandForms, [&](const Form *operand) {
      const Term *before = findTerm(*operand, term.root, position);
      return before && pool.isEqual(before->scale, term.scale) &&
             pool.isEqual(before->shift, term.shift);
    });
    outcome.isStep |= !unchanged;
    // What a varying scale in front of the step makes of one number says
    // nothing about the step.
    outcome.varies |= !unchanged && parameters.anyVaries &&
                      (varies(pool, term.scale) || varies(pool, term.shift));
    form.terms.push_back(std::move(term));
  }
  for (const Form *operand : operandForms) {
    form.hasOtherElements |= operand->hasOtherElements || operand->hasUnderlay;
    form.hasZeros |= operand->hasZeros;
  }
  return outcome;
}

LogicalResult ChainWalker::followElementwise(Operation &op, Refusal &refusal) {
  ElementwiseView view(op);
  if (view.type.getEncoding())
    return refuse(refusal, Reason::UnsupportedType, &op,
                  "expected a result without an encoding");
  SmallVector<Arrival, 2> arrivals;
  if (failed(collectArrivals(view, forms, roots, arrivals, refusal)))
    return failure();
  auto getReaderOf = [&](unsigned root) -> ParameterReader & {
    return getReader(*roots[root]);
  };
  ParametersOfArrivals parameters{pool, arrivals, getReaderOf};
  SmallVector<SymbolicElement, 4> arguments;
  if (failed(collectArguments(view, forms, parameters, arguments, refusal)))
    return failure();
  FailureOr<SymbolicElement> element =
      evaluateElementwise(pool, op, arguments, parameters, refusal);
  if (failed(element))
    return failure();
  if (element->isParameter)
    return refuse(refusal, Reason::NonlinearStep, &op,
                  "the convolution does not reach the result");

  auto [form, isStep, stepVaries] =
      makeOutcome(view, forms, parameters, *element);
  if (isStep && form.hasZeros && !keepsZeros(pool, op, arguments, parameters)) {
    (void)refuse(refusal, Reason::ShiftCrossesPadding, &op,
                 "the step would change the zeros around the convolution");
    if (!stepVaries)
      return failure();
    // Behind an activation that is the reason.
    markStranded(form);
    for (const Term &term : form.terms)
      if (!roots[term.root]->isPseudo)
        markStranded(term.root, refusal);
    return failure();
  }
  if (isStep && form.hasOtherElements)
    return refuse(refusal, Reason::NotPerChannel, &op,
                  "the step also changes elements that belong to no "
                  "convolution");
  unsigned component = joinComponents(op);
  form.component = component;
  Value result = op.getResult(0);
  setForm(result, std::move(form));
  if (isStep) {
    steps.insert(&op);
    recordStep(result, getForm(result), stepVaries);
  } else if (isIdentity(view, forms) ||
             (isTruncation(view, forms) &&
              !components[findComponent(component)].hasPseudoRoot)) {
    passCheckpoint(op);
  }
  return success();
}
