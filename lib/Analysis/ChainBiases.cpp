//===- ChainBiases.cpp - One bias for a sum of convolutions ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In a sum of convolutions with biases of their own,
//   a1*(sum(W1*x1) + b1) + a2*(sum(W2*x2) + b2) + t,
// what is added is one number for each channel, a1*b1 + a2*b2 + t. It is
// rounded as one and added once: summands that cancel out would leave the
// rounding of each behind. One of the convolutions takes it; in a sum with
// concatenations, one of each piece.
//
//===----------------------------------------------------------------------===//

#include "ChainWalker.h"

#include "mlir/IR/AffineExpr.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// By how much `expr` is further on than dimension `dim`; none if it is
/// anything else.
static std::optional<int64_t> getOffsetFrom(AffineExpr expr, int64_t dim) {
  AffineExpr loop = getAffineDimExpr(dim, expr.getContext());
  auto offset = dyn_cast<AffineConstantExpr>(expr - loop);
  return offset ? std::optional(offset.getValue()) : std::nullopt;
}

/// The values [begin, end) of `expr`, a dimension of `shape` moved by an
/// offset; none if they are not known.
static std::optional<std::pair<int64_t, int64_t>>
getRange(AffineExpr expr, ArrayRef<int64_t> shape) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return std::pair(constant.getValue(), constant.getValue() + 1);
  for (auto [dim, size] : llvm::enumerate(shape))
    if (std::optional<int64_t> begin = getOffsetFrom(expr, dim))
      return ShapedType::isDynamic(size)
                 ? std::nullopt
                 : std::optional(std::pair(*begin, *begin + size));
  return std::nullopt;
}

namespace {
/// Moves biases between the folds of one chain, whose terms are `terms`.
class BiasJoiner {
public:
  BiasJoiner(ChannelExprPool &pool, ArrayRef<Term> terms,
             ArrayRef<std::unique_ptr<Root>> roots, AffineChain &chain)
      : pool(pool), terms(terms), roots(roots), folds(chain.folds) {}

  void run();

private:
  bool hasShift(unsigned id) const {
    return !pool.isScalar(folds[id].shift, 0);
  }
  bool hasBias(unsigned id) const {
    return !folds[id].accumulates && !pool.isScalar(folds[id].bias, 0);
  }
  using Takers = llvm::MapVector<unsigned, std::optional<unsigned>>;
  Takers chooseTakers() const;
  bool covers(unsigned outer, unsigned inner) const;
  ChannelExpr readAt(ChannelExpr expr, unsigned from, unsigned to);
  void moveBias(unsigned id, ArrayRef<unsigned> takers);

  ChannelExprPool &pool;
  ArrayRef<Term> terms;
  ArrayRef<std::unique_ptr<Root>> roots;
  SmallVectorImpl<ConvolutionFold> &folds;
};
} // namespace

/// For each piece the convolution that adds something to it anyway, if there is
/// one.
BiasJoiner::Takers BiasJoiner::chooseTakers() const {
  Takers takers;
  for (unsigned id = 0; id < folds.size(); ++id) {
    if (terms[id].piece == kSpansPieces)
      continue;
    std::optional<unsigned> &taker = takers[terms[id].piece];
    if (folds[id].accumulates || (taker && hasShift(*taker)))
      continue;
    if (hasShift(id) || (!taker && hasBias(id)))
      taker = id;
  }
  return takers;
}

/// True if convolution `outer` has a part in all that `inner` has a part in:
/// only then may the bias of `inner` take that of `outer` along.
bool BiasJoiner::covers(unsigned outer, unsigned inner) const {
  ArrayRef<int64_t> outerShape =
      roots[terms[outer].root]->channels.type.getShape();
  ArrayRef<int64_t> innerShape =
      roots[terms[inner].root]->channels.type.getShape();
  return llvm::all_of(
      llvm::zip_equal(terms[outer].coordinates, terms[inner].coordinates),
      [&](auto pair) {
        auto [there, here] = pair;
        auto around = getRange(there, outerShape);
        auto inside = getRange(here, innerShape);
        if (!around || !inside)
          return there == here;
        return around->first <= inside->first &&
               inside->second <= around->second;
      });
}

/// `expr`, which is over the channels of convolution `from`, over those of `to`
/// where both have the same elements; null if there is no such thing.
ChannelExpr BiasJoiner::readAt(ChannelExpr expr, unsigned from, unsigned to) {
  if (pool.get(expr).kind == ChannelExprNode::Kind::Scalar)
    return expr;
  const ChannelSpace &source = roots[terms[from].root]->channels;
  const ChannelSpace &target = roots[terms[to].root]->channels;
  if (terms[from].coordinates == terms[to].coordinates &&
      source.dims == target.dims && source.getSizes() == target.getSizes())
    return expr;
  if (!pool.isConstant(expr) || !source.isEnumerable() ||
      !target.isEnumerable())
    return {};
  SmallVector<AffineExpr> indices;
  for (int64_t dim : source.dims)
    for (auto [there, here] :
         llvm::zip_equal(terms[from].coordinates, terms[to].coordinates))
      if (std::optional<int64_t> offset = getOffsetFrom(there, dim)) {
        indices.push_back(here - *offset);
        break;
      }
  if (indices.size() != source.dims.size() ||
      llvm::any_of(indices, [&](AffineExpr index) {
        return llvm::any_of(llvm::seq<int64_t>(0, target.type.getRank()),
                            [&](int64_t dim) {
                              return index.isFunctionOfDim(dim) &&
                                     !llvm::is_contained(target.dims, dim);
                            });
      }))
    return {};
  ChannelParts whole;
  whole.parts.push_back({expr, source, /*offset=*/0});
  whole.sizes = source.getSizes();
  ChannelExpr read = pool.getParts(std::move(whole), indices, target);
  return pool.isConstant(read) ? read : ChannelExpr();
}

/// Moves what convolution `id` adds.
void BiasJoiner::moveBias(unsigned id, ArrayRef<unsigned> takers) {
  ConvolutionFold &fold = folds[id];
  ChannelExpr bias = fold.shift;
  if (hasBias(id))
    bias = pool.add(pool.multiply(fold.scale, fold.bias), bias);
  Type type = fold.conv.getResultType().getElementType();
  SmallVector<ChannelExpr> moved;
  for (unsigned taker : takers) {
    ChannelExpr expr =
        covers(id, taker) ? readAt(bias, id, taker) : ChannelExpr();
    if (!expr || folds[taker].conv.getResultType().getElementType() != type)
      return;
    moved.push_back(expr);
  }
  if (moved.empty())
    return;
  for (auto [taker, expr] : llvm::zip_equal(takers, moved))
    folds[taker].shift = pool.add(folds[taker].shift, expr);
  fold.shift = pool.getScalar(0);
  fold.losesBias = hasBias(id);
}

void BiasJoiner::run() {
  Takers takerOf = chooseTakers();
  // Pieces without a taker have nothing to add to.
  SmallVector<unsigned> takers;
  for (auto [piece, taker] : takerOf)
    if (taker)
      takers.push_back(*taker);
  for (unsigned id = 0; id < folds.size(); ++id) {
    if (folds[id].accumulates || (!hasBias(id) && !hasShift(id)))
      continue;
    if (terms[id].piece == kSpansPieces) {
      if (takers.size() == takerOf.size())
        moveBias(id, takers);
    } else if (unsigned taker = *takerOf[terms[id].piece]; taker != id) {
      moveBias(id, taker);
    }
  }
}

void ChainWalker::joinBiases(AffineChain &chain, const Ending &ending) {
  const Form &form =
      getForm(ending.crossed.empty() ? ending.value : ending.crossed.back());
  // Where zeros or others surround a convolution, one that spans it has a bias
  // there that no other can take.
  if (form.hasZeros || form.hasOtherElements || form.hasUnderlay)
    return;
  ArrayRef<Term> terms = form.terms;
  bool isSum = chain.folds.size() > 1 && terms.size() == chain.folds.size();
  for (auto [term, fold] : llvm::zip(terms, chain.folds))
    isSum &= roots[term.root]->value == fold.conv.getResult();
  if (isSum)
    BiasJoiner(pool, terms, roots, chain).run();
}
