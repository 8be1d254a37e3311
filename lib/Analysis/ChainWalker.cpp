//===- ChainWalker.cpp - Following convolutions forward -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The walk over a block: roots, forms and components. How one op is followed
// stands in ChainSteps.cpp and ChainMoves.cpp, what is made of the walk in
// ChainResults.cpp.
//
//===----------------------------------------------------------------------===//

#include "ChainWalker.h"
#include "ElementwiseView.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// Pseudo-roots remember this many hidden convolutions; in a deep residual
/// network every value hides all earlier ones.
static constexpr size_t kMaxOrigins = 4;

BlockChains mlir::convoy::analyzeBlock(Block &block) {
  BlockChains result;
  ChainWalker(block, result).run();
  return result;
}

void ChainWalker::run() {
  for (Operation &op : block) {
    if (isConvolutionLike(&op))
      addConvolution(cast<linalg::LinalgOp>(op));
    else if (hasDerivedOperand(op))
      follow(op);
  }
  for (unsigned component = 0, e = components.size(); component < e;
       ++component)
    if (components[component].parent == component)
      collectChains(component);
  collectInputs();
  collectRefusals();
}

void ChainWalker::addConvolution(linalg::LinalgOp op) {
  Refusal refusal;
  FailureOr<ConvolutionInfo> conv = analyzeConvolution(op, refusal);
  if (failed(conv)) {
    result.refused.push_back({op, refusal, /*partly=*/false});
    return;
  }
  ++result.numConvolutions;
  Root root;
  root.conv = *conv;
  addRoot(std::move(root), conv->getResult());
}

bool ChainWalker::hasDerivedOperand(Operation &op) const {
  return llvm::any_of(op.getOperands(),
                      [&](Value operand) { return forms.contains(operand); });
}

void ChainWalker::follow(Operation &op) {
  Refusal refusal;
  if (isElementwise(op)) {
    if (failed(followElementwise(op, refusal))) {
      recordObstacle(op, refusal);
      startPseudoRoots(op, refusal);
    }
    return;
  }
  if (isa<linalg::LinalgOp>(op) && op.getNumResults() > 1)
    recordObstacle(
        op, {Reason::NonlinearStep, &op, "expected a step with one result"});
  // Data movement; what is none of these ends the walk without a reason.
  LogicalResult followed = success();
  if (isa<tensor::CastOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    followed = followReshape(op, refusal);
  else if (isa<tensor::ExtractSliceOp>(op))
    followed = followSlice(op, refusal);
  else if (isa<tensor::InsertSliceOp>(op))
    followed = followInsert(op, refusal);
  else if (isa<tensor::ConcatOp>(op))
    followed = followConcat(op, refusal);
  if (failed(followed))
    startPseudoRoots(op, refusal);
}

//===----------------------------------------------------------------------===//
// Forms
//===----------------------------------------------------------------------===//

unsigned ChainWalker::addRoot(Root root, Value value,
                              ArrayRef<AffineExpr> coordinates) {
  unsigned id = roots.size();
  roots.push_back(std::make_unique<Root>(std::move(root)));
  Root &stored = *roots.back();
  stored.reader = std::make_unique<ParameterReader>(
      pool, stored.conv.getOutputChannels(),
      [this](Value v) { return forms.contains(v); });

  Term term;
  term.root = id;
  term.scale = pool.getScalar(1);
  term.shift = pool.getScalar(0);
  term.coordinates.assign(coordinates.begin(), coordinates.end());
  if (!stored.isPseudo)
    for (int64_t dim = 0; dim < stored.conv.getResultType().getRank(); ++dim)
      term.coordinates.push_back(getAffineDimExpr(dim, value.getContext()));

  Form form;
  form.terms.push_back(std::move(term));
  form.component = components.size();
  Component component;
  component.parent = form.component;
  component.hasPseudoRoot = stored.isPseudo;
  components.push_back(component);
  setForm(value, std::move(form));
  return id;
}

/// The size of the result of a destination-style op is that of its init, so
/// asking for it does not need the result.
static bool isForwardableDim(OpOperand &use) {
  return isa<tensor::DimOp>(use.getOwner()) &&
         isa_and_nonnull<DestinationStyleOpInterface>(
             use.get().getDefiningOp());
}

int64_t mlir::convoy::detail::countUses(Value value) {
  return llvm::count_if(value.getUses(),
                        [](OpOperand &use) { return !isForwardableDim(use); });
}

void ChainWalker::setForm(Value value, Form form) {
  components[findComponent(form.component)].openUses += countUses(value);
  forms[value] = std::move(form);
}

void ChainWalker::recordStep(Value value, const Form &form, bool varies) {
  Component &component = components[findComponent(form.component)];
  if (component.hasPseudoRoot) {
    // A step by one constant for all channels says nothing about a lost
    // batch-norm: activations are full of them.
    if (mayCross(form) &&
        components[findComponent(form.component)].openUses == countUses(value))
      component.checkpoint = value;
    else if (varies)
      markStranded(form);
    return;
  }
  for (const Term &term : form.terms) {
    roots[term.root]->lastStepped = value;
    if (varies)
      roots[term.root]->lastVarying = value;
  }
  // All that is still to be read of the component is `value` itself.
  if (component.openUses == countUses(value))
    component.checkpoint = value;
}

/// True if `form` is a positive constant times an activation that lets it pass.
bool ChainWalker::mayCross(const Form &form) const {
  if (form.terms.size() != 1)
    return false;
  const Term &term = form.terms.front();
  if (!roots[term.root]->crossable || !pool.isScalar(term.shift, 0) ||
      !pool.isConstant(term.scale))
    return false;
  const ChannelExprNode &node = pool.get(term.scale);
  return node.kind == ChannelExprNode::Kind::Scalar
             ? node.scalar > 0
             : llvm::all_of(node.vector, [](double a) { return a > 0; });
}

/// The derived argument of the activation `op`, if a scale may cross it and
/// only `op` sees the convolution behind it.
Value ChainWalker::getCrossable(Operation &op) {
  Value argument;
  for (OpOperand &operand : op.getOpOperands()) {
    auto it = forms.find(operand.get());
    if (it == forms.end())
      continue;
    if (argument && argument != operand.get())
      return {};
    argument = operand.get();
  }
  const Form &form = forms.find(argument)->second;
  Component &component = components[findComponent(form.component)];
  int64_t uses = llvm::count(op.getOperands(), argument);
  if (component.hasPseudoRoot || form.terms.size() != 1 ||
      component.openUses != uses || countUses(argument) != uses ||
      argument.getType() != op.getResult(0).getType() ||
      !isPositivelyHomogeneous(op, argument))
    return {};
  return argument;
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
      if (!roots[origin]->stranded)
        roots[origin]->stranded = root.cause;
  }
}

/// True if `op` does arithmetic between a derived value and a parameter. A sum
/// with another tensor is how residuals are added and says nothing.
static bool computesWithParameter(Operation &op,
                                  const llvm::DenseMap<Value, Form> &forms) {
  SmallVector<Operation *> computations = {&op};
  bool hasParameter = llvm::any_of(op.getOperands(), [&](Value operand) {
    return !forms.contains(operand) &&
           !operand.getDefiningOp<tensor::EmptyOp>();
  });
  if (auto structured = dyn_cast<linalg::LinalgOp>(op)) {
    computations.clear();
    for (Operation &inner : structured.getBlock()->without_terminator())
      computations.push_back(&inner);
    hasParameter =
        llvm::any_of(structured.getDpsInputs(),
                     [&](Value input) { return !forms.contains(input); }) ||
        llvm::any_of(computations, [](Operation *inner) {
          return isa<linalg::IndexOp, tensor::ExtractOp>(inner);
        });
  }
  bool isResidual =
      computations.size() == 1 && isa<arith::AddFOp>(computations.front());
  return hasParameter && !isResidual &&
         llvm::any_of(computations, [](Operation *inner) {
           return isa<arith::AddFOp, arith::SubFOp, arith::MulFOp,
                      arith::DivFOp, math::FmaOp>(inner);
         });
}

void ChainWalker::recordObstacle(Operation &op, const Refusal &refusal) {
  if (!computesWithParameter(op, forms))
    return;
  for (Value operand : op.getOperands()) {
    auto it = forms.find(operand);
    if (it == forms.end())
      continue;
    for (const Term &term : it->second.terms) {
      Root &root = *roots[term.root];
      if (root.isPseudo || root.obstacle)
        continue;
      root.obstacle = refusal;
      root.obstacle->op = &op;
      // That it is computed from the convolution is the deeper reason.
      bool throughReduction;
      if (refusal.reason == Reason::NotPerChannel &&
          llvm::any_of(op.getOperands(), [&](Value parameter) {
            return !forms.contains(parameter) &&
                   dependsOn(parameter, term.root, throughReduction);
          }))
        root.obstacle = Refusal{Reason::DependsOnConv, &op,
                                "the operand is computed from the convolution"};
    }
  }
}

void ChainWalker::startPseudoRoots(Operation &op, const Refusal &cause) {
  Value value = op.getResult(0);
  auto type = dyn_cast<RankedTensorType>(value.getType());
  Root root;
  root.isPseudo = true;
  root.cause = cause;
  root.cause.op = &op;
  const Term *model = nullptr;
  for (Value operand : op.getOperands()) {
    auto it = forms.find(operand);
    if (it == forms.end())
      continue;
    for (const Term &term : it->second.terms) {
      const Root &hidden = *roots[term.root];
      // The first obstacle is the cause, whatever lies behind it.
      if (hidden.isPseudo && !model)
        root.cause = hidden.cause;
      if (!model)
        model = &term;
      ArrayRef<unsigned> origins = hidden.origins;
      if (!hidden.isPseudo)
        origins = term.root;
      for (unsigned origin : origins)
        if (root.origins.size() < kMaxOrigins &&
            !llvm::is_contained(root.origins, origin))
          root.origins.push_back(origin);
    }
  }
  // Without the same dimensions, where the channels went is unknown.
  if (!model || !type ||
      static_cast<size_t>(type.getRank()) != model->coordinates.size())
    return;
  root.crossable = getCrossable(op);
  root.conv = roots[model->root]->conv;
  SmallVector<AffineExpr> coordinates(model->coordinates.begin(),
                                      model->coordinates.end());
  addRoot(std::move(root), value, coordinates);
}

//===----------------------------------------------------------------------===//
// Components
//===----------------------------------------------------------------------===//

unsigned ChainWalker::findComponent(unsigned component) {
  while (components[component].parent != component) {
    unsigned &parent = components[component].parent;
    parent = components[parent].parent;
    component = parent;
  }
  return component;
}

unsigned ChainWalker::joinComponents(Operation &op) {
  llvm::SetVector<unsigned> met;
  int64_t consumed = 0;
  for (Value operand : op.getOperands()) {
    auto it = forms.find(operand);
    if (it == forms.end())
      continue;
    met.insert(findComponent(it->second.component));
    ++consumed;
  }
  unsigned joined = met.front();
  if (met.size() > 1) {
    joined = components.size();
    Component component;
    component.parent = joined;
    for (unsigned part : met) {
      component.openUses += components[part].openUses;
      component.hasPseudoRoot |= components[part].hasPseudoRoot;
      component.children.push_back(part);
      components[part].parent = joined;
    }
    components.push_back(std::move(component));
  }
  components[joined].openUses -= consumed;
  followed.insert(&op);
  return joined;
}
