//===- ChainRefusals.cpp - Why steps stay ---------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the reason for each step that a walk has seen and no chain covers.
//
//===----------------------------------------------------------------------===//

#include "ChainWalker.h"
#include "ElementwiseView.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// Producers of a parameter that are searched for a convolution; what lies
/// behind more than these is reported as another use.
static constexpr size_t kMaxSearchedOps = 1024;

/// True if root `root` is a part of root `from`, or that root.
bool ChainWalker::derivesFrom(unsigned root, unsigned from) const {
  if (root == from)
    return true;
  const Root &derived = *roots[root];
  if (derived.split)
    return llvm::any_of(
        getForm(splits[*derived.split].whole).terms,
        [&](const Term &term) { return derivesFrom(term.root, from); });
  return llvm::any_of(derived.origins, [&](unsigned origin) {
    return derivesFrom(origin, from);
  });
}

/// True if dimension `dim` of the root's coordinates runs over the images of a
/// batch.
bool ChainWalker::isBatchDim(unsigned rootId, int64_t dim) const {
  const Root &root = *roots[rootId];
  if (root.isPseudo)
    return isBatchDim(root.model, dim);
  if (root.split) {
    const Term &term = getForm(splits[*root.split].whole).terms.front();
    AffineExpr coordinate = term.coordinates[dim];
    int64_t rank = roots[term.root]->channels.type.getRank();
    return llvm::any_of(llvm::seq<int64_t>(0, rank), [&](int64_t inner) {
      return coordinate.isFunctionOfDim(inner) && isBatchDim(term.root, inner);
    });
  }
  auto loop = dyn_cast<AffineDimExpr>(root.conv.outputMap.getResult(dim));
  return loop && llvm::is_contained(root.conv.dims.batch, loop.getPosition());
}

/// True if `op` sums a convolution's result up over its images: statistics of
/// a batch, where a sum over one image is a pooling.
bool ChainWalker::reducesBatch(Operation *op) const {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  if (!structured)
    return false;
  SmallVector<utils::IteratorType> iterators =
      structured.getIteratorTypesArray();
  for (OpOperand &operand : op->getOpOperands()) {
    const Form *form = forms.find(operand.get());
    if (!form)
      continue;
    const Term &term = form->terms.front();
    int64_t rank = roots[term.root]->channels.type.getRank();
    AffineMap map = structured.getMatchingIndexingMap(&operand);
    for (auto [expr, coordinate] :
         llvm::zip_equal(map.getResults(), term.coordinates)) {
      auto loop = dyn_cast<AffineDimExpr>(expr);
      if (!loop ||
          iterators[loop.getPosition()] != utils::IteratorType::reduction)
        continue;
      for (int64_t dim = 0; dim < rank; ++dim)
        if (coordinate.isFunctionOfDim(dim) && isBatchDim(term.root, dim))
          return true;
    }
  }
  return false;
}

bool ChainWalker::dependsOn(Value value, unsigned root,
                            bool &throughReduction) const {
  llvm::SmallPtrSet<Operation *, 32> seen;
  SmallVector<Value> worklist = {value};
  bool depends = false;
  throughReduction = false;
  while (!worklist.empty() && seen.size() < kMaxSearchedOps) {
    Value next = worklist.pop_back_val();
    if (const Form *form = forms.find(next)) {
      depends |= llvm::any_of(form->terms, [&](const Term &term) {
        return derivesFrom(term.root, root);
      });
      continue;
    }
    Operation *op = next.getDefiningOp();
    if (!op || op->getBlock() != &block || !seen.insert(op).second)
      continue;
    throughReduction |= reducesBatch(op);
    llvm::append_range(worklist, op->getOperands());
  }
  return depends;
}

Refusal ChainWalker::explainOpenUses(unsigned rootId) {
  const Root &root = *roots[rootId];
  // A parameter that is computed from the convolution itself: statistics of
  // the batch, or a gate. It is not known before the convolution has run.
  const Form &form = getForm(root.lastStepped);
  SmallVector<ChannelExpr> exprs;
  for (const Term &term : form.terms)
    exprs.append({term.scale, term.shift});
  for (ChannelExpr expr : pool.getPostOrder(exprs)) {
    const ChannelExprNode &node = pool.get(expr);
    bool throughReduction;
    if (node.kind != ChannelExprNode::Kind::Leaf ||
        !dependsOn(node.value, rootId, throughReduction))
      continue;
    if (throughReduction)
      return {Reason::BatchStatistics, root.lastStepped.getDefiningOp(),
              "the statistics are computed from the convolution's own output"};
    return {Reason::DependsOnConv, root.lastStepped.getDefiningOp(),
            "the operand is computed from the convolution"};
  }

  // Otherwise something else still reads the unfolded value, or that of a
  // convolution which the step changes as well.
  if (Operation *other = findOtherUse(root.value, root.lastStepped))
    return {Reason::MultipleUses, other,
            "the value in front of the step is used here too"};
  return {Reason::MultipleUses, root.lastStepped.getDefiningOp(),
          "the step also changes another convolution, whose value in front of "
          "the step is used elsewhere"};
}

/// True if `op` puts together two values that are computed from `root`, as
/// activations do at their end: y*erf(k*y).
bool ChainWalker::joinsValuesOf(unsigned root, Operation &op) const {
  if (!isElementwise(op))
    return false;
  llvm::SmallDenseSet<Value, 4> derived;
  for (Value operand : op.getOperands())
    if (const Form *form = forms.find(operand))
      if (llvm::any_of(form->terms, [&](const Term &term) {
            return derivesFrom(term.root, root);
          }))
        derived.insert(operand);
  return derived.size() > 1;
}

/// True if `op` yields one of several values, as max(x, y) does.
static bool choosesValue(Operation &op) {
  Operation *last = &op;
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    last =
        structured.getBlock()->getTerminator()->getOperand(0).getDefiningOp();
  return isa_and_nonnull<arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
                         arith::MinNumFOp, arith::SelectOp>(last);
}

/// True if the last step on `root` is the slope of a PReLU, max(x, a[c]*x): it
/// computes on `chainResult` or, if that is null, on the convolution itself,
/// and all that reads it chooses between it and another such value.
bool ChainWalker::isSlope(unsigned rootId, Value chainResult) const {
  const Root &root = *roots[rootId];
  Value argument = chainResult ? chainResult : root.value;
  Operation *step = root.lastStepped.getDefiningOp();
  return root.lastStepped == root.lastVarying &&
         llvm::is_contained(step->getOperands(), argument) &&
         llvm::all_of(step->getUses(), [&](OpOperand &use) {
           Operation *reader = use.getOwner();
           return isForwardableDim(use) ||
                  (!followed.contains(reader) &&
                   joinsValuesOf(rootId, *reader) && choosesValue(*reader));
         });
}

/// An op that reads `from`, or what only moves and changes it, beside `until`.
Operation *ChainWalker::findOtherUse(Value from, Value until) const {
  auto leadsElsewhere = [&](Operation *user) {
    if (!followed.contains(user))
      return true;
    return sums.contains(user) &&
           llvm::none_of(getForm(until).terms, [&](const Term &term) {
             return roots[term.root]->conv.op == user;
           });
  };
  SmallVector<Value> worklist = {from};
  llvm::DenseSet<Value> seen;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    if (value == until || !seen.insert(value).second)
      continue;
    for (Operation *user : value.getUsers()) {
      if (leadsElsewhere(user))
        return user;
      worklist.push_back(user->getResult(0));
    }
  }
  return nullptr;
}

/// True if a step that differs between channels stayed behind `chainResult`.
bool ChainWalker::isPartlyRefused(const Root &root, Value chainResult) const {
  return root.lastVarying && root.lastVarying != chainResult &&
         chainResult.getDefiningOp()->isBeforeInBlock(
             root.lastVarying.getDefiningOp());
}

/// True if a chain covers `root` or, for a part, what it is a part of.
bool ChainWalker::isPartlyFolded(unsigned rootId) const {
  if (covered.contains(rootId))
    return true;
  const Root &root = *roots[rootId];
  return root.split &&
         isPartlyFolded(getForm(splits[*root.split].whole).terms.front().root);
}

/// Why the steps behind `chainResult`, or all of them if that is null, stay;
/// null if there are none, or none that are worth a word.
const ChainWalker::ExplainedStep *
ChainWalker::explainSteps(unsigned rootId, Value chainResult,
                          ExplainedSteps &explained) {
  const Root &root = *roots[rootId];
  if (chainResult ? !isPartlyRefused(root, chainResult) : !root.lastStepped)
    return nullptr;
  ExplainedStep &step = explained[root.lastStepped];
  if (++step.count <= kMaxTerms) {
    step.refusal = explainOpenUses(rootId);
    bool isShared = step.refusal.reason == Reason::MultipleUses;
    step.isNumber = isShared && !root.lastVarying &&
                    joinsValuesOf(rootId, *step.refusal.op);
    step.isSlope = isShared && isSlope(rootId, chainResult);
  }
  return step.isNumber ? nullptr : &step;
}

void ChainWalker::collectRefusals() {
  llvm::DenseSet<unsigned> explainedSplits;
  ExplainedSteps explainedSteps;
  for (unsigned id = 0; id < roots.size(); ++id) {
    const Root &root = *roots[id];
    if (root.isPseudo)
      continue;
    Value chainResult = covered.lookup(id);
    RefusedConvolution refused;
    refused.conv = root.conv.op;
    refused.partly = isPartlyFolded(id);
    bool isBarePart = root.split && chainResult == root.value;
    const std::optional<Refusal> *splitRefusal =
        root.split ? &splits[*root.split].refusal : nullptr;
    if (splitRefusal && *splitRefusal) {
      // One reason for all of the parts, at the first step that stays.
      if (!root.lastStepped || !explainedSplits.insert(*root.split).second)
        continue;
      refused.refusal = **splitRefusal;
      if (!refused.refusal.op)
        refused.refusal.op = root.lastStepped.getDefiningOp();
    } else if (const ExplainedStep *step =
                   explainSteps(id, chainResult, explainedSteps)) {
      refused.refusal = step->refusal;
      refused.isActivation = step->isSlope;
    } else if (root.stranded) {
      refused.refusal = *root.stranded;
    } else if (root.inputRefusal) {
      refused.refusal = *root.inputRefusal;
    } else if (root.obstacle &&
               (!chainResult || isBarePart ||
                root.obstacle->reason == Reason::NotPerChannel ||
                root.obstacle->reason == Reason::DependsOnConv)) {
      // Behind a fold, activations compute with numbers as well; what varies
      // along other dimensions, or comes from sums over the result, is none.
      refused.refusal = *root.obstacle;
    } else {
      continue;
    }
    result.refused.push_back(std::move(refused));
  }
}
