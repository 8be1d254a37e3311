//===- ChainObstacles.cpp - Where the algebra ends ------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Activations and other ops that are not affine: the pseudo-roots behind them,
// which of them a scale may cross, and what is remembered for refusals.
//
//===----------------------------------------------------------------------===//

#include "ChainWalker.h"
#include "ElementwiseView.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// Pseudo-roots remember this many hidden convolutions; in a deep residual
/// network every value hides all earlier ones.
static constexpr size_t kMaxOrigins = 4;

/// True if `scale` is known to be above zero for all channels.
bool ChainWalker::isPositive(ChannelExpr scale) const {
  if (!pool.isConstant(scale))
    return false;
  const ChannelExprNode &node = pool.get(scale);
  return node.kind == ChannelExprNode::Kind::Scalar
             ? node.scalar > 0
             : llvm::all_of(node.vector, [](double a) { return a > 0; });
}

/// True if `form` is a positive constant times activations that let it pass.
bool ChainWalker::mayCross(const Form &form) const {
  return llvm::all_of(form.terms, [&](const Term &term) {
    return roots[term.root]->crossable && pool.isScalar(term.shift, 0) &&
           isPositive(term.scale);
  });
}

/// The argument of the activation of which `form` is a positive multiple; null
/// if that is not all that it is.
Value ChainWalker::getCrossed(const Form &form) const {
  Value argument = roots[form.terms.front().root]->crossable;
  bool isWhole = argument &&
                 form.terms.size() == getForm(argument).terms.size() &&
                 llvm::all_of(form.terms, [&](const Term &term) {
                   return roots[term.root]->crossable == argument;
                 });
  return isWhole && mayCross(form) ? argument : Value();
}

/// The derived argument of the activation `op`, if a scale may cross it and
/// only `op` sees the convolutions behind it.
Value ChainWalker::getCrossable(Operation &op) {
  Value argument;
  for (OpOperand &operand : op.getOpOperands()) {
    if (!forms.contains(operand.get()))
      continue;
    if (argument && argument != operand.get())
      return {};
    argument = operand.get();
  }
  const Form &form = getForm(argument);
  Component &component = components[findComponent(form.component)];
  int64_t uses = llvm::count(op.getOperands(), argument);
  // Elements that belong to no convolution could not take the scale; zeros need
  // not, as f(0) = f(2*0) = 2*f(0) is 0 as well. What has crossed one
  // activation may cross the next.
  if ((component.hasPseudoRoot && !getCrossed(form)) ||
      component.behindActivation || form.hasOtherElements || form.hasUnderlay ||
      component.openUses != uses || countUses(argument) != uses ||
      argument.getType() != op.getResult(0).getType())
    return {};
  const Term &term = form.terms.front();
  auto isZero = [&](OpOperand &operand) {
    ElementwiseView view(op);
    // The argument keeps its place, so its coordinates are those of the result.
    AffineMap inverse = inversePermutation(view.getResultMap());
    if (!inverse || !isa<RankedTensorType>(operand.get().getType()))
      return false;
    SmallVector<AffineExpr> loops, indices;
    for (AffineExpr expr : inverse.getResults())
      loops.push_back(expr.replaceDims(term.coordinates));
    for (AffineExpr expr : view.getMap(operand).getResults())
      indices.push_back(expr.replaceDims(loops));
    Refusal ignored;
    FailureOr<ChannelExpr> expr =
        getReader(*roots[term.root]).read(operand.get(), indices, ignored);
    return succeeded(expr) && pool.isScalar(*expr, 0);
  };
  return isPositivelyHomogeneous(op, argument, isZero) ? argument : Value();
}

void ChainWalker::markStranded(const Form &form) {
  std::optional<Refusal> cause;
  for (const Term &term : form.terms)
    if (roots[term.root]->isPseudo)
      cause = roots[term.root]->cause;
  if (!cause)
    return;
  for (const Term &term : form.terms) {
    Root &root = *roots[term.root];
    if (!root.isPseudo) {
      root.stranded = cause;
      continue;
    }
    for (unsigned origin : root.origins)
      markStranded(origin, root.cause);
  }
}

void ChainWalker::markStranded(unsigned root, const Refusal &cause) {
  if (!roots[root]->stranded)
    roots[root]->stranded = cause;
}

/// True if an operand of `op`, that is not one of `forms`, has more than one
/// element but fewer than the result: no residual, which has as many.
static bool readsVector(Operation &op, const FormMap &forms) {
  auto countElements = [](Value value) -> int64_t {
    if (auto broadcast = value.getDefiningOp<linalg::BroadcastOp>())
      value = broadcast.getInput();
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type || !type.hasStaticShape())
      return 0;
    std::optional<int64_t> count = 1;
    for (int64_t size : type.getShape())
      count = count ? llvm::checkedMul(*count, size) : std::nullopt;
    return count.value_or(0);
  };
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  SmallVector<Value> inputs = structured ? structured.getDpsInputs()
                                         : SmallVector<Value>(op.getOperands());
  int64_t resultElements = countElements(op.getResult(0));
  return llvm::any_of(inputs, [&](Value input) {
    int64_t elements = countElements(input);
    return !forms.contains(input) && elements > 1 && elements < resultElements;
  });
}

/// True if all that `op` does with operands that are not derived is to add
/// them: how residuals are added.
static bool addsResiduals(Operation &op, const FormMap &forms) {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  if (!structured)
    return isa<arith::AddFOp>(op);
  return llvm::all_of(structured.getDpsInputOperands(), [&](OpOperand *input) {
    return forms.contains(input->get()) ||
           llvm::all_of(structured.getMatchingBlockArgument(input).getUsers(),
                        llvm::IsaPred<arith::AddFOp>);
  });
}

/// True if `op` does arithmetic between a derived value and a parameter. A sum
/// with another tensor is how residuals are added and says nothing.
static bool computesWithParameter(Operation &op, const FormMap &forms) {
  SmallVector<Operation *> computations = {&op};
  bool readsPosition = false;
  bool hasParameter = llvm::any_of(op.getOperands(), [&](Value operand) {
    return !forms.contains(operand) &&
           !operand.getDefiningOp<tensor::EmptyOp>();
  });
  if (auto structured = dyn_cast<linalg::LinalgOp>(op)) {
    computations.clear();
    for (Operation &inner : structured.getBlock()->without_terminator())
      computations.push_back(&inner);
    hasParameter = llvm::any_of(structured.getDpsInputs(), [&](Value input) {
      return !forms.contains(input);
    });
    readsPosition = llvm::any_of(
        computations, llvm::IsaPred<linalg::IndexOp, tensor::ExtractOp>);
  }
  bool isResidual =
      !readsPosition && addsResiduals(op, forms) && !readsVector(op, forms);
  return (hasParameter || readsPosition) && !isResidual &&
         llvm::any_of(computations,
                      llvm::IsaPred<arith::AddFOp, arith::SubFOp, arith::MulFOp,
                                    arith::DivFOp, math::FmaOp>);
}

/// That an operand is computed from the convolution is a deeper reason than
/// that it varies along other dimensions.
void ChainWalker::deepenReason(Operation &op, Refusal &refusal) const {
  const Term *first = nullptr;
  for (Value operand : op.getOperands())
    if (const Form *form = forms.find(operand); form && !first)
      first = &form->terms.front();
  if (refusal.reason != Reason::NotPerChannel || !first ||
      roots[first->root]->obstacle)
    return;
  bool throughReduction;
  if (llvm::any_of(op.getOperands(), [&](Value parameter) {
        return !forms.contains(parameter) &&
               dependsOn(parameter, first->root, throughReduction);
      }))
    refusal = {Reason::DependsOnConv, &op,
               "the operand is computed from the convolution"};
}

void ChainWalker::recordObstacle(Operation &op, const Refusal &refusal) {
  if (!computesWithParameter(op, forms))
    return;
  for (Value operand : op.getOperands()) {
    const Form *form = forms.find(operand);
    if (!form)
      continue;
    // Behind activations a step is stranded, looked at or not.
    if (refusal.reason == Reason::TooManyConvolutions && readsVector(op, forms))
      markStranded(*form);
    for (const Term &term : form->terms) {
      Root &root = *roots[term.root];
      if (root.isPseudo || root.obstacle)
        continue;
      root.obstacle = refusal;
      root.obstacle->op = &op;
    }
  }
}

/// The pseudo-root that hides what `op` reads; `first` becomes the first term
/// that it hides.
Root ChainWalker::makePseudoRoot(Operation &op, const Refusal &cause,
                                 const Term *&first) const {
  Root root;
  root.isPseudo = true;
  root.value = op.getResult(0);
  root.cause = cause;
  root.cause.op = &op;
  for (Value operand : op.getOperands()) {
    const Form *form = forms.find(operand);
    if (!form)
      continue;
    for (const Term &term : form->terms) {
      const Root &hidden = *roots[term.root];
      // The first obstacle is the cause, whatever lies behind it.
      if (hidden.isPseudo && !first)
        root.cause = hidden.cause;
      if (!first)
        first = &term;
      ArrayRef<unsigned> origins = hidden.origins;
      if (!hidden.isPseudo)
        origins = term.root;
      for (unsigned origin : origins)
        if (root.origins.size() < kMaxOrigins &&
            !llvm::is_contained(root.origins, origin))
          root.origins.push_back(origin);
    }
  }
  return root;
}

void ChainWalker::startPseudoRoots(Operation &op, const Refusal &cause) {
  const Term *first = nullptr;
  Root model = makePseudoRoot(op, cause, first);
  auto type = dyn_cast<RankedTensorType>(op.getResult(0).getType());
  // Without the same dimensions, where the channels went is unknown.
  if (!first || !type ||
      static_cast<size_t>(type.getRank()) != first->coordinates.size())
    return;
  SmallVector<Term, 1> hidden = {*first};
  hidden.front().piece = 0;
  // Each term gets a root, which costs more than to look at it.
  constexpr size_t kCostOfRoot = 16;
  Value argument = getCrossable(op);
  size_t numTerms = argument ? getForm(argument).terms.size() : 0;
  if (numTerms > kMaxTerms && kCostOfRoot * numTerms > termBudget)
    argument = {};
  else if (numTerms > kMaxTerms)
    termBudget -= kCostOfRoot * numTerms;
  if (argument)
    hidden = getForm(argument).terms;
  SmallVector<Term, 1> terms;
  for (Term &term : hidden) {
    Root root;
    root.isPseudo = true;
    root.value = model.value;
    root.cause = model.cause;
    root.origins = model.origins;
    root.crossable = argument;
    root.conv = roots[term.root]->conv;
    root.channels = roots[term.root]->channels;
    root.model = term.root;
    term.root = addRoot(std::move(root));
    terms.push_back(std::move(term));
  }
  bool hasZeros = argument && getForm(argument).hasZeros;
  startForm(op.getResult(0), std::move(terms), hasZeros);
  if (argument)
    components[findComponent(getForm(argument).component)].behindActivation =
        components.size() - 1;
}
