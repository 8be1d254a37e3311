//===- ChainSplits.cpp - Following parts of the channels ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A value that is sliced along its channels, where each slice goes its own way:
//   y[0:k] * s + ...,  y[k:n] * t + ...
// Each slice is a root of its own while it is followed. If the slices are all
// that reads the value, and together are all of it, then the value's steps are
// those of the slices, one behind the other: its scale is s in front of channel
// k and t from there on. Behind an activation that may be all of it, for scales
// that are positive.
//
//===----------------------------------------------------------------------===//

#include "ChainWalker.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

//===----------------------------------------------------------------------===//
// The walk
//===----------------------------------------------------------------------===//

/// The dimensions of a value along which all of its terms move through their
/// channels and through nothing else.
SmallVector<int64_t> ChainWalker::getChannelDims(const Form &form,
                                                 int64_t rank) const {
  auto movesThroughChannels = [&](const Term &term, int64_t dim) {
    const ChannelSpace &channels = roots[term.root]->channels;
    bool found = false, others = false;
    term.coordinates[dim].walk([&](AffineExpr expr) {
      if (isa<AffineSymbolExpr>(expr))
        others = true;
      auto position = dyn_cast<AffineDimExpr>(expr);
      if (!position)
        return;
      bool isChannel =
          llvm::is_contained(channels.dims, int64_t(position.getPosition()));
      (isChannel ? found : others) = true;
    });
    return found && !others;
  };
  return llvm::filter_to_vector(llvm::seq<int64_t>(0, rank), [&](int64_t dim) {
    return llvm::all_of(form.terms, [&](const Term &term) {
      return movesThroughChannels(term, dim);
    });
  });
}

/// The split of `whole` along `dim`; null if it is split along another
/// dimension already.
Split *ChainWalker::getSplit(Value whole, int64_t dim) {
  auto [it, isNew] = splitOfValue.try_emplace(whole, splits.size());
  if (isNew)
    splits.push_back({whole, dim, {}, std::nullopt});
  Split &split = splits[it->second];
  return split.dim == dim ? &split : nullptr;
}

/// Starts a root for `slice` if that is a part of the channels of its source.
bool ChainWalker::startPart(tensor::ExtractSliceOp slice) {
  const Form &form = getForm(slice.getSource());
  RankedTensorType sourceType = slice.getSourceType(), type = slice.getType();
  bool inPieces = llvm::any_of(
      form.terms, [](const Term &term) { return term.piece != 0; });
  if (inPieces || form.hasOtherElements || form.hasUnderlay || form.hasZeros ||
      (components[findComponent(form.component)].hasPseudoRoot &&
       !getCrossed(form)))
    return false;
  SmallVector<int64_t> channelDims = getChannelDims(form, type.getRank());
  std::optional<int64_t> cut;
  for (int64_t dim : channelDims) {
    if (type.isDynamicDim(dim) || sourceType.isDynamicDim(dim))
      return false;
    if (type.getDimSize(dim) == sourceType.getDimSize(dim))
      continue;
    if (cut)
      return false;
    cut = dim;
  }
  std::optional<int64_t> offset =
      cut ? getConstantIntValue(slice.getMixedOffsets()[*cut]) : std::nullopt;
  Split *split = offset ? getSplit(slice.getSource(), *cut) : nullptr;
  if (!split)
    return false;

  Root root;
  root.conv = roots[form.terms.front().root]->conv;
  root.value = slice.getResult();
  root.channels = {type, channelDims, slice.getResult()};
  root.split = split - splits.data();
  Term term;
  term.coordinates = getIdentity(type);
  term.root = addRoot(std::move(root));
  split->parts.push_back({term.root, *offset, *offset + type.getDimSize(*cut)});
  followed.insert(slice);
  startForm(slice.getResult(), {std::move(term)});
  return true;
}

//===----------------------------------------------------------------------===//
// What may be put together
//===----------------------------------------------------------------------===//

void ChainWalker::checkSplit(Split &split) {
  const Component &whole = components[findWhole(split)];
  int64_t numParts = split.parts.size();
  if (whole.openUses != numParts || countUses(split.whole) != numParts) {
    Operation *other = nullptr;
    for (Operation *user : split.whole.getUsers())
      if (!isa<tensor::ExtractSliceOp, tensor::DimOp>(user))
        other = user;
    for (const Term &term : getForm(split.whole).terms)
      if (!other)
        other = findOtherUse(roots[term.root]->value, split.whole);
    split.refusal = Refusal{Reason::MultipleUses, other,
                            "the value that is split is used here too"};
    return;
  }
  llvm::sort(split.parts, [](const Split::Part &lhs, const Split::Part &rhs) {
    return lhs.begin < rhs.begin;
  });
  for (auto [part, next] :
       llvm::zip(split.parts, llvm::drop_begin(split.parts)))
    if (next.begin < part.end) {
      split.refusal =
          Refusal{Reason::MultipleUses, roots[next.root]->value.getDefiningOp(),
                  "the parts of the split overlap"};
      return;
    }
}

/// Finds out which splits can be undone, and which components are folded
/// together if they are.
void ChainWalker::checkSplits() {
  for (Split &split : splits) {
    checkSplit(split);
    if (split.refusal)
      continue;
    unsigned whole = findWhole(split);
    SmallVector<unsigned> members = {whole};
    // What is in front of an activation is folded with what is behind it.
    Value argument = getCrossed(getForm(split.whole));
    for (; argument; argument = getCrossed(getForm(argument)))
      members.push_back(findComponent(getForm(argument).component));
    for (unsigned member : members)
      components[member].isSplit = true;
    for (const Split::Part &part : split.parts)
      members.push_back(
          findComponent(getForm(roots[part.root]->value).component));
    // Groups that meet become one.
    llvm::SmallDenseSet<unsigned, 4> met;
    for (unsigned member : members)
      if (components[member].group)
        met.insert(*components[member].group);
    for (unsigned member : members)
      components[member].group = whole;
    if (!met.empty())
      for (Component &component : components)
        if (component.group && met.contains(*component.group))
          component.group = whole;
  }
}

//===----------------------------------------------------------------------===//
// Chains
//===----------------------------------------------------------------------===//

/// Adds the ends of the parts that occur in `component`; true if there are
/// steps in front of one of them.
bool ChainWalker::addPartEndings(unsigned id,
                                 SmallVectorImpl<Ending> &endings) {
  const Component &component = components[id];
  if (!component.hasPart) {
    collectChains(id);
    return false;
  }
  if (std::optional<Ending> ending = getEnding(component)) {
    bool isRefused = llvm::any_of(ending->factors, [&](const Factor &factor) {
      std::optional<unsigned> split = roots[factor.root]->split;
      return split && splits[*split].refusal;
    });
    if (!isRefused) {
      endings.push_back(*ending);
      return true;
    }
  }
  bool hasSteps = false;
  for (unsigned child : component.children)
    hasSteps |= addPartEndings(child, endings);
  if (!component.children.empty())
    return hasSteps;
  // A part without a step ends where it begins.
  Ending ending = getPlainEnding(component.part);
  if (!splits[*roots[ending.factors.front().root]->split].refusal)
    endings.push_back(std::move(ending));
  return false;
}

/// True if `expr` is the same for all channels.
static bool isUniform(const ChannelExprPool &pool, ChannelExpr expr) {
  return llvm::all_of(pool.getPostOrder(expr), [&](ChannelExpr part) {
    const ChannelExprNode &node = pool.get(part);
    return node.kind != ChannelExprNode::Kind::Vector && !node.parts &&
           llvm::all_of(node.indices, [](AffineExpr index) {
             return isa<AffineConstantExpr>(index);
           });
  });
}

/// What the parts of `split` have as `member`, over the channels of `term`.
ChannelExpr ChainWalker::joinPartExprs(const Split &split, const Term &term,
                                       const Factors &factors,
                                       ChannelExpr Factor::*member) {
  auto type = cast<RankedTensorType>(split.whole.getType());
  auto getExpr = [&](const Split::Part &part) {
    return factors.find(part.root)->second.*member;
  };
  int64_t size = 0;
  for (const Split::Part &part : split.parts)
    size += part.end - part.begin;
  if (size != type.getDimSize(split.dim)) {
    ChannelExpr expr = getExpr(split.parts.front());
    bool same = split.parts.size() == 1 && isUniform(pool, expr);
    return same ? expr : ChannelExpr();
  }
  ChannelParts parts;
  for (const Split::Part &part : split.parts)
    parts.parts.push_back(
        {getExpr(part), roots[part.root]->channels, part.begin});
  SmallVector<AffineExpr> indices;
  for (int64_t dim : roots[split.parts.front().root]->channels.dims) {
    if (dim == split.dim)
      parts.dim = parts.sizes.size();
    parts.sizes.push_back(type.getDimSize(dim));
    indices.push_back(term.coordinates[dim]);
  }
  return pool.getParts(std::move(parts), indices, roots[term.root]->channels);
}

/// Makes of the factors of the parts of `split` those of its whole.
LogicalResult ChainWalker::joinParts(Split &split, Factors &factors) {
  bool isFirst = true;
  for (const Term &term : getForm(split.whole).terms) {
    ChannelExpr scale = joinPartExprs(split, term, factors, &Factor::scale);
    ChannelExpr shift = joinPartExprs(split, term, factors, &Factor::shift);
    if (!scale || !shift)
      return refuse(*(split.refusal = Refusal()), Reason::AmbiguousChannel,
                    nullptr,
                    "the steps say nothing about the channels outside of the "
                    "slice");
    Factor factor{term.root, pool.multiply(term.scale, scale), term.shift};
    if (!pool.isScalar(term.shift, 0))
      factor.shift = pool.multiply(term.shift, scale);
    // A shift is added once to a sum.
    if (isFirst)
      factor.shift = pool.add(factor.shift, shift);
    isFirst = false;
    factors[term.root] = factor;
  }
  return success();
}

/// Moves the factors of what is behind activations in front of them, and lists
/// the arguments of those in `crossed`.
LogicalResult ChainWalker::crossActivations(Split &split, Factors &factors,
                                            SmallVectorImpl<Value> &crossed) {
  Value value = split.whole;
  while (Value argument = getCrossed(getForm(value))) {
    crossed.push_back(argument);
    const Form &inFront = getForm(argument);
    for (auto [term, behind] :
         llvm::zip_equal(inFront.terms, getForm(value).terms)) {
      Factor factor = factors.find(behind.root)->second;
      if (!pool.isScalar(factor.shift, 0) || !isPositive(factor.scale))
        return refuse(*(split.refusal = Refusal()), Reason::CrossesActivation,
                      nullptr,
                      "the convolution passes through an activation "
                      "before it is split");
      factors[term.root] = {term.root, pool.multiply(term.scale, factor.scale),
                            pool.isScalar(term.shift, 0)
                                ? term.shift
                                : pool.multiply(term.shift, factor.scale)};
    }
    value = argument;
  }
  return success();
}

/// Folds components that belong together because of splits.
void ChainWalker::collectSplitGroup(ArrayRef<unsigned> group,
                                    ArrayRef<unsigned> splitsOfGroup) {
  SmallVector<Ending> endings;
  bool hasSteps = false;
  for (unsigned component : group)
    if (!components[component].isSplit)
      hasSteps |= addPartEndings(component, endings);
  Factors factors;
  for (const Ending &ending : endings)
    for (const Factor &factor : ending.factors)
      factors[factor.root] = factor;
  // A split of a part comes behind the split that makes it.
  bool joined = hasSteps;
  SmallVector<Value> crossed;
  for (unsigned split : llvm::reverse(splitsOfGroup))
    joined = joined && succeeded(joinParts(splits[split], factors)) &&
             succeeded(crossActivations(splits[split], factors, crossed));
  if (joined)
    llvm::append_range(endings.front().crossed, crossed);
  SmallVector<Factor> ofConvolutions;
  for (const auto &[root, factor] : factors)
    if (!roots[root]->split && !roots[root]->isPseudo)
      ofConvolutions.push_back(factor);
  if (joined && collectChain(endings, ofConvolutions)) {
    for (const Factor &factor : ofConvolutions)
      covered.try_emplace(factor.root, endings.front().value);
    return;
  }
  for (unsigned component : group)
    if (components[component].isSplit)
      collectChains(component);
}

void ChainWalker::collectSplitGroups() {
  llvm::MapVector<unsigned, SmallVector<unsigned>> groups;
  llvm::DenseMap<unsigned, SmallVector<unsigned>> splitsOfGroup;
  for (auto [id, component] : llvm::enumerate(components))
    if (component.group)
      groups[*component.group].push_back(id);
  for (auto [id, split] : llvm::enumerate(splits))
    if (!split.refusal)
      splitsOfGroup[*components[findWhole(split)].group].push_back(id);
  for (const auto &[middle, group] : groups)
    collectSplitGroup(group, splitsOfGroup[middle]);
}
