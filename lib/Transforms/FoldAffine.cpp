//===- FoldAffine.cpp - Folding chains into convolutions ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Applies a chain: checks, new convolutions (ChainReplay), the rest dropped.
// What to fold was decided by the analysis; what the numbers are, by
// FoldedParameters.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Transforms/FoldAffine.h"

#include "ChainReplay.h"
#include "EraseReplaced.h"
#include "UnreadInits.h"

#include "Convoy/Analysis/ConstantData.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/RegionUtils.h"

#include <map>

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

static FoldedConvolution describe(const ChannelExprPool &pool,
                                  const ConvolutionFold &fold,
                                  const FoldedParameters &parameters,
                                  Operation *conv) {
  FoldedConvolution folded;
  folded.keepsScale = parameters.keepsScale;
  folded.keptInput = parameters.keptInput;
  folded.audit = parameters.audit;
  folded.conv = conv;
  SmallVector<int64_t> sizes = fold.conv.getOutputChannels().getSizes();
  folded.numChannels = ShapedType::isDynamicShape(sizes)
                           ? ShapedType::kDynamic
                           : ShapedType::getNumElements(sizes);
  if (!pool.isConstant(fold.scale))
    return folded;
  const ChannelExprNode &node = pool.get(fold.scale);
  std::vector<double> one = {node.scalar};
  ArrayRef<double> scales =
      node.kind == ChannelExprNode::Kind::Scalar ? one : node.vector;
  for (double scale : scales) {
    double gain = std::abs(scale);
    if (!folded.gainRange)
      folded.gainRange = {gain, gain};
    folded.gainRange->first = std::min(folded.gainRange->first, gain);
    folded.gainRange->second = std::max(folded.gainRange->second, gain);
  }
  return folded;
}

static FloatKind getKind(Type type) {
  return *getFloatKind(getElementTypeOrSelf(type));
}

/// For each op of `chain` the narrowest type in which a convolution's result of
/// type `accumulator`, or what is made of it, is stored in front of the op.
static llvm::DenseMap<Operation *, FloatKind>
getNarrowestTypes(const AffineChain &chain, FloatKind accumulator) {
  llvm::DenseMap<Operation *, FloatKind> narrowest;
  for (Operation *op : chain.ops) {
    FloatKind kind = accumulator;
    for (Value operand : op->getOperands()) {
      auto inFront = narrowest.find(operand.getDefiningOp());
      if (inFront == narrowest.end())
        continue;
      for (FloatKind other : {inFront->second, getKind(operand.getType())})
        if (getSizeInBytes(other) < getSizeInBytes(kind))
          kind = other;
    }
    narrowest[op] = kind;
  }
  return narrowest;
}

/// The types whose rounding the audit compares, on the ways from a convolution
/// with a filter and a result of these types to the ends of the chain, each
/// once.
static SmallVector<AuditedTypes> getAuditedTypes(const AffineChain &chain,
                                                 FloatKind filter,
                                                 FloatKind accumulator) {
  llvm::DenseMap<Operation *, FloatKind> narrowest =
      getNarrowestTypes(chain, accumulator);
  SmallVector<AuditedTypes> all;
  for (Value result : chain.results) {
    // What is only extended at the end has its rounding behind it.
    while (auto extend = result.getDefiningOp<arith::ExtFOp>())
      result = extend.getIn();
    AuditedTypes types{filter, accumulator, getKind(result.getType())};
    if (auto found = narrowest.find(result.getDefiningOp());
        found != narrowest.end())
      types.intermediate = found->second;
    if (llvm::none_of(all, [&](const AuditedTypes &other) {
          return other.intermediate == types.intermediate &&
                 other.result == types.result;
        }))
      all.push_back(types);
  }
  return all;
}

/// True if the chain is what a fold leaves: nothing to do but to keep a scale
/// that is kept already.
static bool isDone(const ChannelExprPool &pool, const AffineChain &chain,
                   ArrayRef<FoldedParameters> parameters) {
  return chain.folds.size() == 1 && chain.ops.size() == 1 &&
         parameters.front().keepsScale && parameters.front().keepsFilter &&
         pool.isScalar(chain.folds.front().bias, 0) &&
         isKeptScale(chain.ops.front(), chain.folds.front().conv);
}

/// Collects the values that `exprs` read.
static void collectLeaves(const ChannelExprPool &pool,
                          ArrayRef<ChannelExpr> exprs,
                          SmallVectorImpl<Value> &leaves) {
  for (ChannelExpr part : pool.getPostOrder(exprs)) {
    const ChannelExprNode &node = pool.get(part);
    if (node.value)
      leaves.push_back(node.value);
    if (node.parts)
      for (const ChannelParts::Part &inner : node.parts->parts)
        collectLeaves(pool, inner.expr, leaves);
  }
}

bool mlir::convoy::readsConvolutions(const BlockChains &chains) {
  SmallVector<Value> values;
  for (const AffineChain &chain : chains.chains)
    for (const ConvolutionFold &fold : chain.folds) {
      values.push_back(fold.conv.getFilter());
      collectLeaves(chains.pool, {fold.scale, fold.shift, fold.bias}, values);
      if (fold.input)
        collectLeaves(chains.pool, {fold.input->scale, fold.input->shift},
                      values);
    }
  return llvm::any_of(values, [](Value value) {
    Operation *op = value.getDefiningOp();
    return op && isMadeOfConvolution(op);
  });
}

/// Everything that a chain reads is defined in front of its end. With several
/// ends, what the later ones read must be known in front of the first.
static LogicalResult moveParameters(RewriterBase &rewriter,
                                    const ChannelExprPool &pool,
                                    const AffineChain &chain,
                                    Refusal &refusal) {
  if (chain.results.size() == 1)
    return success();
  SmallVector<Value> leaves;
  for (const ConvolutionFold &fold : chain.folds)
    for (ChannelExpr expr : {fold.scale, fold.shift, fold.bias})
      collectLeaves(pool, expr, leaves);
  Operation *first = chain.results.front().getDefiningOp();
  llvm::erase_if(leaves, [&](Value leaf) {
    Operation *op = leaf.getDefiningOp();
    return !op || op->getBlock() != first->getBlock() ||
           op->isBeforeInBlock(first);
  });
  if (leaves.empty() ||
      succeeded(moveValueDefinitions(rewriter, leaves, first)))
    return success();
  return refuse(refusal, Reason::DependsOnConv, chain.result.getDefiningOp(),
                "expected operands that are known before the first part of the "
                "convolution is used");
}

FailureOr<SmallVector<FoldedConvolution>>
mlir::convoy::foldAffineChain(RewriterBase &rewriter, ChannelExprPool &pool,
                              const AffineChain &chain, Refusal &refusal,
                              const FoldOptions &options) {
  // All checks come before the first mutation.
  std::vector<FoldedParameters> parameters;
  // Many convolutions have few types among them.
  std::map<std::pair<FloatKind, FloatKind>, SmallVector<AuditedTypes>> audited;
  for (const ConvolutionFold &fold : chain.folds) {
    std::pair kinds(getKind(fold.conv.getFilterType()),
                    getKind(fold.conv.getResultType()));
    auto [types, isNew] = audited.try_emplace(kinds);
    if (isNew)
      types->second = getAuditedTypes(chain, kinds.first, kinds.second);
    FailureOr<FoldedParameters> computed =
        computeParameters(pool, fold, types->second, options, refusal);
    if (failed(computed))
      return failure();
    parameters.push_back(*computed);
  }
  if (isDone(pool, chain, parameters))
    return SmallVector<FoldedConvolution>();

  if (failed(moveParameters(rewriter, pool, chain, refusal)))
    return failure();

  // What nobody reads goes, convolutions and all.
  bool isRead = llvm::any_of(chain.results, [](Value result) {
    return !llvm::all_of(result.getUses(), isForwardableDim);
  });
  ChainReplay replay(rewriter, pool, chain, parameters);
  replay.run();
  SmallVector<FoldedConvolution> folded;
  SmallVector<Operation *> replaced;
  for (auto [id, fold, computed, conv] :
       llvm::enumerate(chain.folds, parameters, replay.getConvolutions())) {
    // Steps that cancel each other out leave the convolution as it is.
    if (conv || isRead) {
      folded.push_back(
          describe(pool, fold, computed, conv ? conv : fold.conv.op));
      folded.back().fold = id;
      folded.back().isUnchanged = replay.isUnchanged(id);
    }
    if (!conv)
      continue;
    if (fold.input && !computed.keptInput)
      replaced.append(fold.input->ops);
    if (conv != fold.conv.op)
      replaced.push_back(fold.conv.op);
  }
  replaced.append(chain.ops);
  eraseReplaced(rewriter, replaced, replay.getUnread());
  return folded;
}
