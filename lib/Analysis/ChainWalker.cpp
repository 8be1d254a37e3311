//===- ChainWalker.cpp - Following convolutions forward -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The walk over a block: roots, forms and components. How one op is followed
// stands in ChainSteps.cpp, ChainMoves.cpp and ChainSplits.cpp, what happens
// where one cannot be in ChainObstacles.cpp, what it may cost in
// ChainBudget.cpp, what is made of the walk in ChainResults.cpp and
// ChainRefusals.cpp.
//
//===----------------------------------------------------------------------===//

#include "ChainWalker.h"
#include "ElementwiseView.h"
#include "Packing.h"

#include "Convoy/Analysis/LoopSizes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

BlockChains mlir::convoy::analyzeBlock(Block &block,
                                       SymbolTableCollection *symbols) {
  BlockChains result;
  ChainWalker(block, result, symbols).run();
  return result;
}

/// Terms of long values that are looked at in any block, and for each of its
/// ops: what takes longer would not be linear in the size of the block.
static constexpr size_t kMinTermBudget = 16384;
static constexpr size_t kTermBudgetForOp = 1;

void ChainWalker::run() {
  termBudget = kMinTermBudget + kTermBudgetForOp * block.getOperations().size();
  for (Operation &op : block) {
    if (isConvolutionLike(&op))
      addConvolution(cast<linalg::LinalgOp>(op));
    else if (hasDerivedOperand(op))
      follow(op);
    else if (!shadows.empty())
      followShadow(op);
    noteCaptured(op);
  }
  noteStepsInOtherBlocks();
  checkSplits();
  for (unsigned component = 0, e = components.size(); component < e;
       ++component)
    if (components[component].parent == component &&
        !components[component].group)
      collectChains(component);
  collectSplitGroups();
  collectInputs();
  collectRefusals();
}

void ChainWalker::addConvolution(linalg::LinalgOp op) {
  Refusal refusal;
  FailureOr<ConvolutionInfo> conv = analyzeConvolution(op, refusal, loops);
  if (failed(conv)) {
    result.refused.push_back({op, refusal, /*partly=*/false});
    return;
  }
  ++result.numConvolutions;
  Root root;
  root.conv = *conv;
  root.value = conv->getResult();
  root.channels = conv->getOutputChannels();
  Term term;
  term.coordinates = getIdentity(conv->getResultType());
  if (std::optional<Form> sum = startSum(root)) {
    root.accumulates = true;
    term.root = addRoot(std::move(root));
    term.scale = pool.getScalar(1);
    term.shift = pool.getScalar(0);
    sum->terms.push_back(std::move(term));
    setForm(op->getResult(0), std::move(*sum));
    return;
  }
  term.root = addRoot(std::move(root));
  startForm(op->getResult(0), {std::move(term)});
}

/// conv(x, w, init) with an init that is a form is the sum of that form and
/// conv(x, w, 0). Gives the form without the convolution's own term, if the
/// algebra can follow it.
std::optional<Form> ChainWalker::startSum(Root &root) {
  Value init = root.conv.getInit();
  const Form *accumulator = forms.find(init);
  if (!accumulator)
    return std::nullopt;
  bool inPieces = llvm::any_of(
      accumulator->terms, [](const Term &term) { return term.piece != 0; });
  if (inPieces || accumulator->hasOtherElements || accumulator->hasUnderlay ||
      accumulator->hasZeros || accumulator->assembly ||
      components[findComponent(accumulator->component)].hasPseudoRoot)
    return std::nullopt;
  Refusal refusal;
  if (failed(spendTerms(*root.conv.op, refusal))) {
    root.sumRefusal = refusal;
    return std::nullopt;
  }
  Form sum = *accumulator;
  sum.component = joinComponents(*root.conv.op, init);
  sums.insert(root.conv.op);
  return sum;
}

bool ChainWalker::hasDerivedOperand(Operation &op) const {
  return llvm::any_of(op.getOperands(),
                      [&](Value operand) { return forms.contains(operand); });
}

/// A result of another size is made of other elements.
static LogicalResult checkSizes(Operation &op, Refusal &refusal) {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  if (!structured || haveSizesInAgreement(structured))
    return success();
  return refuse(refusal, Reason::NotPerChannel, &op,
                "expected operands whose sizes agree");
}

void ChainWalker::follow(Operation &op) {
  Refusal refusal;
  if (isElementwise(op)) {
    if (failed(checkSizes(op, refusal)) || failed(spendTerms(op, refusal)) ||
        failed(followElementwise(op, refusal))) {
      deepenReason(op, refusal);
      recordObstacle(op, refusal);
      startPseudoRoots(op, refusal);
    }
    return;
  }
  if (isa<linalg::LinalgOp>(op) && op.getNumResults() > 1)
    recordObstacle(
        op, {Reason::NonlinearStep, &op, "expected a step with one result"});
  // Data movement; behind what is none of these the walk goes on only to see
  // what is stranded there.
  bool movesElements =
      isa<tensor::CastOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp,
          tensor::ExtractSliceOp, tensor::InsertSliceOp, tensor::ConcatOp,
          tensor::PadOp, linalg::PackOp, linalg::UnPackOp>(op);
  LogicalResult followed = success();
  if (movesElements && failed(spendTerms(op, refusal)))
    return startPseudoRoots(op, refusal);
  if (isa<tensor::CastOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op) &&
      isa<RankedTensorType>(op.getResult(0).getType()))
    followed = followReshape(op, refusal);
  else if (isa<tensor::ExtractSliceOp>(op) &&
           getForm(op.getOperand(0)).terms.size() > kMaxTerms)
    followed = refuse(refusal, Reason::TooManyConvolutions, &op,
                      "expected a slice of fewer convolutions");
  else if (isa<tensor::ExtractSliceOp>(op))
    followed = followSlice(op);
  else if (isa<tensor::InsertSliceOp>(op))
    followed = followInsert(op, refusal);
  else if (isa<tensor::ConcatOp>(op))
    followed = followConcat(op, refusal);
  else if (isa<tensor::PadOp>(op))
    followed = followPad(op, refusal);
  else if (isPacking(op))
    followPacking(op);
  else
    startShadows(op);
  if (failed(followed))
    startPseudoRoots(op, refusal);
}

//===----------------------------------------------------------------------===//
// Forms
//===----------------------------------------------------------------------===//

unsigned ChainWalker::addRoot(Root root) {
  roots.push_back(std::make_unique<Root>(std::move(root)));
  return roots.size() - 1;
}

ParameterReader &ChainWalker::getReader(Root &root) {
  // Most roots are followed by nothing that has parameters.
  if (!root.reader)
    root.reader = std::make_unique<ParameterReader>(
        pool, root.channels, [this](Value v) { return forms.contains(v); });
  return *root.reader;
}

SmallVector<AffineExpr, 4>
ChainWalker::getIdentity(RankedTensorType type) const {
  SmallVector<AffineExpr, 4> identity;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    identity.push_back(getAffineDimExpr(dim, type.getContext()));
  return identity;
}

void ChainWalker::startForm(Value value, SmallVector<Term, 1> terms,
                            bool hasZeros) {
  Component component;
  component.parent = components.size();
  Form form;
  form.component = component.parent;
  form.terms = std::move(terms);
  form.hasZeros = hasZeros;
  for (Term &term : form.terms) {
    term.scale = pool.getScalar(1);
    term.shift = pool.getScalar(0);
    component.hasPseudoRoot |= roots[term.root]->isPseudo;
    if (roots[term.root]->split) {
      component.hasPart = true;
      component.part = value;
    }
  }
  components.push_back(std::move(component));
  setForm(value, std::move(form));
}

/// Ops that are passed on the way to where a value has its sizes from.
static constexpr unsigned kMaxForwardedOps = 8;

static bool areSizesForwardable(Value value, unsigned budget) {
  Operation *op = value.getDefiningOp();
  if (!op || isa<tensor::ExpandShapeOp>(op) ||
      isa<DestinationStyleOpInterface>(op))
    return true;
  bool takesFromOperand = isa<tensor::CastOp, tensor::CollapseShapeOp>(op) ||
                          OpTrait::hasElementwiseMappableTraits(op);
  return budget > 0 && takesFromOperand &&
         isa<RankedTensorType>(op->getOperand(0).getType()) &&
         areSizesForwardable(op->getOperand(0), budget - 1);
}

bool mlir::convoy::isForwardableDim(OpOperand &use) {
  auto dim = dyn_cast<tensor::DimOp>(use.getOwner());
  auto type = dyn_cast<RankedTensorType>(use.get().getType());
  std::optional<int64_t> index = dim ? dim.getConstantIndex() : std::nullopt;
  if (!type || !index || !use.get().getDefiningOp())
    return false;
  bool isStatic =
      *index >= 0 && *index < type.getRank() && !type.isDynamicDim(*index);
  // Along any other dimension than its own a concatenation is as large as each
  // of its parts.
  auto concat = use.get().getDefiningOp<tensor::ConcatOp>();
  if (concat && !isStatic)
    return *index >= 0 && *index < type.getRank() &&
           *index != static_cast<int64_t>(concat.getDim()) &&
           areSizesForwardable(concat.getInputs().front(), kMaxForwardedOps);
  return isStatic || areSizesForwardable(use.get(), kMaxForwardedOps);
}

int64_t mlir::convoy::detail::countUses(Value value) {
  return llvm::count_if(value.getUses(),
                        [](OpOperand &use) { return !isForwardableDim(use); });
}

void ChainWalker::setForm(Value value, Form form) {
  components[findComponent(form.component)].openUses += countUses(value);
  forms.set(value, std::move(form));
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
  SmallVector<Value> consumed = llvm::filter_to_vector(
      op.getOperands(), [&](Value operand) { return forms.contains(operand); });
  return joinComponents(op, consumed);
}

unsigned ChainWalker::joinComponents(Operation &op, ArrayRef<Value> consumed) {
  llvm::SmallSetVector<unsigned, 4> met;
  for (Value value : consumed)
    met.insert(findComponent(getForm(value).component));
  unsigned joined = met.front();
  if (met.size() > 1) {
    joined = components.size();
    Component component;
    component.parent = joined;
    for (unsigned part : met) {
      component.openUses += components[part].openUses;
      component.hasPseudoRoot |= components[part].hasPseudoRoot;
      component.hasPart |= components[part].hasPart;
      component.children.push_back(part);
      components[part].parent = joined;
    }
    components.push_back(std::move(component));
  }
  components[joined].openUses -= consumed.size();
  followed.insert(&op);
  return joined;
}
