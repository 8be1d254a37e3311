//===- ChainResults.cpp - Chains and refusals from a walk -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Turns the checkpoints of a walk into chains, and what was left behind into
// refusals with their reasons.
//
//===----------------------------------------------------------------------===//

#include "ChainWalker.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// Producers of a parameter that are searched for a convolution; what lies
/// behind more than these is reported as another use.
static constexpr size_t kMaxSearchedOps = 1024;

//===----------------------------------------------------------------------===//
// Chains
//===----------------------------------------------------------------------===//

void ChainWalker::collectChains(unsigned component) {
  const Component &top = components[component];
  if (top.checkpoint && (top.hasPseudoRoot ? collectCrossing(top.checkpoint)
                                           : collectChain(top.checkpoint)))
    return;
  for (unsigned child : top.children)
    collectChains(child);
}

/// The init of a convolution as a per-channel bias.
FailureOr<ChannelExpr> ChainWalker::readBias(const Root &root,
                                             Refusal &refusal) {
  SmallVector<AffineExpr> identity;
  RankedTensorType type = root.conv.getResultType();
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    identity.push_back(getAffineDimExpr(dim, type.getContext()));
  return root.reader->read(root.conv.getInit(), identity, refusal);
}

/// Adds what stands in front of convolutions, unless another chain has it.
void ChainWalker::collectInputs() {
  llvm::DenseSet<Operation *> taken;
  llvm::DenseMap<Value, ConvolutionFold *> folds;
  for (AffineChain &chain : result.chains) {
    taken.insert(chain.ops.begin(), chain.ops.end());
    for (ConvolutionFold &fold : chain.folds)
      folds[fold.conv.getResult()] = &fold;
  }
  std::vector<AffineChain> inputChains;
  for (auto [id, root] : llvm::enumerate(roots)) {
    if (root->isPseudo)
      continue;
    std::optional<InputFold> input = walkInput(
        pool, root->conv, [&](Operation *op) { return taken.contains(op); },
        [this](Value value) { return forms.contains(value); },
        root->inputRefusal);
    if (!input)
      continue;
    taken.insert(input->ops.begin(), input->ops.end());
    Value result = root->conv.getResult();
    if (ConvolutionFold *fold = folds.lookup(result)) {
      fold->input = std::move(input);
      continue;
    }
    Refusal refusal;
    FailureOr<ChannelExpr> bias = readBias(*root, refusal);
    if (failed(bias))
      continue;
    AffineChain chain;
    chain.result = result;
    chain.folds.push_back({root->conv, pool.getScalar(1), pool.getScalar(0),
                           *bias, std::move(input)});
    inputChains.push_back(std::move(chain));
    if (!covered.contains(id))
      covered[id] = result;
  }
  llvm::move(inputChains, std::back_inserter(result.chains));
}

/// Adds the followed ops behind `value` to `chain`, in block order.
void ChainWalker::addOps(AffineChain &chain, Value value) const {
  llvm::SetVector<Operation *> ops;
  SmallVector<Value> worklist = {value};
  while (!worklist.empty()) {
    Operation *op = worklist.pop_back_val().getDefiningOp();
    if (!followed.contains(op) || !ops.insert(op))
      continue;
    for (Value operand : op->getOperands())
      if (forms.contains(operand))
        worklist.push_back(operand);
  }
  SmallVector<Operation *> sorted = ops.takeVector();
  llvm::sort(sorted, [](Operation *lhs, Operation *rhs) {
    return lhs->isBeforeInBlock(rhs);
  });
  llvm::copy_if(sorted, std::back_inserter(chain.steps),
                [&](Operation *op) { return steps.contains(op); });
  chain.ops.append(sorted);
}

/// A chain whose scale moves in front of an activation: a*f(x) = f(a*x).
bool ChainWalker::collectCrossing(Value value) {
  const Term &behind = forms.find(value)->second.terms.front();
  Value argument = roots[behind.root]->crossable;
  const Term &term = forms.find(argument)->second.terms.front();
  if (covered.contains(term.root) && covered.lookup(term.root) != argument)
    return false;
  Refusal refusal;
  FailureOr<ChannelExpr> bias = readBias(*roots[term.root], refusal);
  if (failed(bias))
    return false;
  llvm::erase_if(result.chains, [&](const AffineChain &chain) {
    return chain.result == argument;
  });

  AffineChain chain;
  chain.result = value;
  chain.folds.push_back({roots[term.root]->conv,
                         pool.multiply(term.scale, behind.scale),
                         pool.multiply(term.shift, behind.scale),
                         *bias,
                         {}});
  addOps(chain, argument);
  Operation *activation = *argument.user_begin();
  chain.ops.push_back(activation);
  chain.crossed.push_back(activation);
  addOps(chain, value);
  covered[term.root] = value;
  result.chains.push_back(std::move(chain));
  return true;
}

bool ChainWalker::collectChain(Value value) {
  AffineChain chain;
  chain.result = value;

  // A chain replaces the convolutions' inits, so each of them must be a
  // per-channel bias: s*(W*x + init) scales the init as well.
  const Form &form = forms.find(value)->second;
  for (const Term &term : form.terms) {
    Root &root = *roots[term.root];
    Refusal refusal;
    FailureOr<ChannelExpr> bias = readBias(root, refusal);
    if (failed(bias)) {
      refusal.op = root.conv.op;
      refusal.message =
          "the convolution accumulates onto an init that is no bias: " +
          refusal.message;
      for (const Term &other : form.terms) {
        roots[other.root]->stranded = refusal;
        roots[other.root]->lastStepped = roots[other.root]->lastVarying = {};
      }
      return false;
    }
    chain.folds.push_back({root.conv, term.scale, term.shift, *bias, {}});
  }

  addOps(chain, value);
  for (const Term &term : form.terms)
    covered[term.root] = value;
  result.chains.push_back(std::move(chain));
  return true;
}

//===----------------------------------------------------------------------===//
// Refusals
//===----------------------------------------------------------------------===//

/// True if `op` sums a convolution's result up over its images: statistics of
/// a batch, where a sum over one image is a pooling.
static bool reducesBatch(Operation *op,
                         const llvm::DenseMap<Value, Form> &forms,
                         ArrayRef<std::unique_ptr<Root>> roots) {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  if (!structured)
    return false;
  SmallVector<utils::IteratorType> iterators =
      structured.getIteratorTypesArray();
  for (OpOperand &operand : op->getOpOperands()) {
    auto it = forms.find(operand.get());
    if (it == forms.end())
      continue;
    const Term &term = it->second.terms.front();
    const ConvolutionInfo &conv = roots[term.root]->conv;
    AffineMap map = structured.getMatchingIndexingMap(&operand);
    for (unsigned batchLoop : conv.dims.batch)
      for (auto [expr, coordinate] :
           llvm::zip_equal(map.getResults(), term.coordinates)) {
        auto loop = dyn_cast<AffineDimExpr>(expr);
        std::optional<unsigned> batchDim = conv.outputMap.getResultPosition(
            getAffineDimExpr(batchLoop, op->getContext()));
        if (loop && batchDim && coordinate.isFunctionOfDim(*batchDim) &&
            iterators[loop.getPosition()] == utils::IteratorType::reduction)
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
    auto it = forms.find(next);
    if (it != forms.end()) {
      depends |= llvm::any_of(it->second.terms, [&](const Term &term) {
        return term.root == root ||
               llvm::is_contained(roots[term.root]->origins, root);
      });
      continue;
    }
    Operation *op = next.getDefiningOp();
    if (!op || op->getBlock() != &block || !seen.insert(op).second)
      continue;
    throughReduction |= reducesBatch(op, forms, roots);
    llvm::append_range(worklist, op->getOperands());
  }
  return depends;
}

Refusal ChainWalker::explainOpenUses(unsigned rootId) {
  const Root &root = *roots[rootId];
  // A parameter that is computed from the convolution itself: statistics of
  // the batch, or a gate. It is not known before the convolution has run.
  const Form &form = forms.find(root.lastStepped)->second;
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

  // Otherwise something else still reads the unfolded value.
  Operation *other = nullptr;
  SmallVector<Value> worklist = {root.conv.getResult()};
  llvm::DenseSet<Value> seen;
  while (!worklist.empty() && !other) {
    Value value = worklist.pop_back_val();
    if (value == root.lastStepped || !seen.insert(value).second)
      continue;
    for (Operation *user : value.getUsers()) {
      if (!followed.contains(user))
        other = user;
      else
        worklist.push_back(user->getResult(0));
    }
  }
  return {Reason::MultipleUses,
          other ? other : root.lastStepped.getDefiningOp(),
          "the value in front of the step is used here too"};
}

/// True if a step that differs between channels stayed behind `chainResult`.
bool ChainWalker::isPartlyRefused(const Root &root, Value chainResult) const {
  return root.lastVarying && root.lastVarying != chainResult &&
         chainResult.getDefiningOp()->isBeforeInBlock(
             root.lastVarying.getDefiningOp());
}

void ChainWalker::collectRefusals() {
  for (unsigned id = 0; id < roots.size(); ++id) {
    const Root &root = *roots[id];
    if (root.isPseudo)
      continue;
    Value chainResult = covered.lookup(id);
    RefusedConvolution refused;
    refused.conv = root.conv.op;
    refused.partly = static_cast<bool>(chainResult);
    if (chainResult ? isPartlyRefused(root, chainResult)
                    : static_cast<bool>(root.lastStepped))
      refused.refusal = explainOpenUses(id);
    else if (root.stranded)
      refused.refusal = *root.stranded;
    else if (root.inputRefusal)
      refused.refusal = *root.inputRefusal;
    else if (root.obstacle && !chainResult)
      refused.refusal = *root.obstacle;
    else
      continue;
    result.refused.push_back(std::move(refused));
  }
}
