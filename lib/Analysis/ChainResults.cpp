//===- ChainResults.cpp - Chains and refusals from a walk -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Turns the checkpoints of a walk into chains.
//
//===----------------------------------------------------------------------===//

#include "ChainWalker.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// Ends a chain at the last possible value of `component`, or else chains of
/// the components that met in it.
void ChainWalker::collectChains(unsigned component) {
  const Component &top = components[component];
  std::optional<Ending> ending = getEnding(top);
  bool hasPart = ending && llvm::any_of(ending->factors, [&](const Factor &f) {
                   return roots[f.root]->split.has_value();
                 });
  if (ending && !hasPart && collectChain(*ending, ending->factors))
    return;
  for (unsigned child : top.children)
    collectChains(child);
}

Ending ChainWalker::getPlainEnding(Value value) const {
  Ending ending;
  ending.value = value;
  for (const Term &term : getForm(value).terms)
    ending.factors.push_back({term.root, term.scale, term.shift});
  return ending;
}

std::optional<Ending> ChainWalker::getEnding(const Component &component) {
  // What is behind an activation belongs to what is in front of it.
  if (component.hasPseudoRoot)
    return std::nullopt;
  Value behind;
  for (const Component *next = &component; next->behindActivation;) {
    next = &components[*next->behindActivation];
    if (next->checkpoint)
      behind = next->checkpoint;
  }
  if (behind)
    return getCrossedEnding(behind);
  if (component.checkpoint)
    return getPlainEnding(component.checkpoint);
  return std::nullopt;
}

/// The scales behind an activation move in front of it: a*f(x) = f(a*x).
Ending ChainWalker::getCrossedEnding(Value value) {
  SmallVector<Value, 2> ends = {value};
  while (Value argument =
             roots[getForm(ends.back()).terms.front().root]->crossable)
    ends.push_back(argument);
  Ending ending = getPlainEnding(ends.back());
  ending.value = value;
  ending.crossed.append(std::next(ends.begin()), ends.end());
  for (Value end : llvm::drop_end(ends))
    for (auto [factor, term] :
         llvm::zip_equal(ending.factors, getForm(end).terms)) {
      factor.scale = pool.multiply(factor.scale, term.scale);
      if (!pool.isScalar(factor.shift, 0))
        factor.shift = pool.multiply(factor.shift, term.scale);
    }
  return ending;
}

/// The init of a convolution as a per-channel bias.
FailureOr<ChannelExpr> ChainWalker::readBias(Root &root, Refusal &refusal) {
  return getReader(root).read(root.conv.getInit(),
                              getIdentity(root.conv.getResultType()), refusal);
}

/// What `fold`, which has steps in front of its convolution only, adds to. An
/// init that is no bias stays what it is: conv(s*x, W, init) is
/// conv(x, s*W, init). What a shift of the input adds up to could be added to
/// it for all elements only.
LogicalResult ChainWalker::addInit(Root &root, ConvolutionFold &fold) {
  Refusal refusal;
  FailureOr<ChannelExpr> bias = readBias(root, refusal);
  if (succeeded(bias)) {
    fold.bias = *bias;
    return success();
  }
  if (!pool.isScalar(fold.input->shift, 0)) {
    root.inputRefusal = Refusal{
        refusal.reason, fold.input->steps.front(),
        "a shift in front of a convolution that accumulates onto an init that "
        "is no bias: " +
            refusal.message};
    return failure();
  }
  fold.bias = pool.getScalar(0);
  fold.accumulates = true;
  return success();
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
    if (root->isPseudo || root->split)
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
    ConvolutionFold fold{
        root->conv, pool.getScalar(1), pool.getScalar(0), {}, std::move(input)};
    if (failed(addInit(*root, fold)))
      continue;
    AffineChain chain;
    chain.result = result;
    chain.results = {result};
    chain.folds.push_back(std::move(fold));
    inputChains.push_back(std::move(chain));
    if (!covered.contains(id))
      covered[id] = result;
  }
  llvm::move(inputChains, std::back_inserter(result.chains));
}

/// Adds the followed ops behind the endings to `chain`, in block order.
void ChainWalker::addOps(AffineChain &chain, ArrayRef<Ending> endings) const {
  SmallVector<Value> worklist;
  for (const Ending &ending : endings)
    worklist.push_back(ending.value);
  llvm::SmallPtrSet<Operation *, 16> seen;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    Operation *op = value.getDefiningOp();
    if (!op || !forms.contains(value) || seen.contains(op))
      continue;
    bool isCrossed = llvm::is_contained(chain.crossed, op);
    if (!isCrossed && !followed.contains(op))
      continue;
    seen.insert(op);
    chain.ops.push_back(op);
    // A convolution continues what it accumulates onto, not its input.
    if (sums.contains(op))
      worklist.push_back(
          cast<DestinationStyleOpInterface>(op).getDpsInits()[0]);
    else
      llvm::append_range(worklist, op->getOperands());
  }
  llvm::sort(chain.ops, [](Operation *lhs, Operation *rhs) {
    return lhs->isBeforeInBlock(rhs);
  });
  llvm::copy_if(chain.ops, std::back_inserter(chain.steps),
                [&](Operation *op) { return steps.contains(op); });
  llvm::copy_if(chain.ops, std::back_inserter(chain.parts), [&](Operation *op) {
    const Form &form = getForm(op->getResult(0));
    const Root &root = *roots[form.terms.front().root];
    return root.split && root.value == op->getResult(0);
  });
}

/// Adds what `factor` makes of its convolution.
LogicalResult ChainWalker::addFold(AffineChain &chain, const Factor &factor,
                                   Refusal &refusal) {
  Root &root = *roots[factor.root];
  ConvolutionFold fold{root.conv, factor.scale, factor.shift, {}, {}};
  fold.accumulates = root.accumulates;
  if (root.accumulates) {
    // The other summands scale themselves, and one of them takes the shift.
    fold.bias = pool.getScalar(0);
  } else {
    // A chain replaces the convolution's init, so it must be a per-channel
    // bias: s*(W*x + init) scales the init as well.
    FailureOr<ChannelExpr> bias = readBias(root, refusal);
    if (failed(bias) && root.sumRefusal) {
      refusal = *root.sumRefusal;
      return failure();
    }
    if (failed(bias)) {
      refusal.op = root.conv.op;
      refusal.message =
          "the convolution accumulates onto an init that is no bias: " +
          refusal.message;
      return failure();
    }
    fold.bias = *bias;
  }
  chain.folds.push_back(std::move(fold));
  return success();
}

/// The one op that reads the elements of `value`.
static Operation *getReaderOf(Value value) {
  return *llvm::find_if(value.getUsers(), [](Operation *user) {
    return !isa<tensor::DimOp>(user);
  });
}

/// Makes a chain of what ends at `endings`, where `factors` are those of
/// convolutions.
bool ChainWalker::collectChain(ArrayRef<Ending> endings,
                               ArrayRef<Factor> factors) {
  AffineChain chain;
  Refusal refusal;
  for (const Factor &factor : factors) {
    if (succeeded(addFold(chain, factor, refusal)))
      continue;
    for (const Factor &other : factors) {
      roots[other.root]->stranded = refusal;
      roots[other.root]->lastStepped = roots[other.root]->lastVarying = {};
    }
    return false;
  }
  if (endings.size() == 1)
    joinBiases(chain, endings.front());
  for (const Ending &ending : endings) {
    chain.results.push_back(ending.value);
    for (Value argument : ending.crossed)
      chain.crossed.push_back(getReaderOf(argument));
    for (const Factor &factor : ending.factors)
      covered[factor.root] = ending.value;
  }
  llvm::sort(chain.results, [](Value lhs, Value rhs) {
    return lhs.getDefiningOp()->isBeforeInBlock(rhs.getDefiningOp());
  });
  chain.result = chain.results.back();
  addOps(chain, endings);
  result.chains.push_back(std::move(chain));
  return true;
}
