//===- ChainConvolutions.cpp - The convolutions of a fold -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Makes the convolutions of a chain: the old one with other operands where
// nobody can tell, a new one elsewhere. What moves their results is in
// ChainReplay.cpp; filters and inits are in EmitParameters.cpp.
//
//===----------------------------------------------------------------------===//

#include "ChainReplay.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// True if nobody can tell that the convolution of `fold` is the old one with
/// other operands, further down in its block: it is emitted in front of the
/// chain's end, and what stands between is erased (eraseReplaced).
bool ChainReplay::canChangeInPlace(unsigned id) const {
  const ConvolutionFold &fold = chain.folds[id];
  Value result = fold.conv.getResult();
  // What is asked of the result below would have to be asked of each of
  // several: one may be the convolution's own, another may have no reader.
  if (chain.results.size() != 1)
    return false;
  // A convolution that adds to a value of the chain is one of the chain's ops:
  // those are made again and erased, one as the other.
  if (fold.accumulates)
    return false;
  // The bias of a scale that stays behind the convolution is emitted after it,
  // from the old filter.
  if (parameters[id].keepsScale)
    return false;
  // Questions for sizes of the chain's ops are answered where they are asked,
  // if need be by asking the convolution: in front of where it is emitted.
  if (!fold.conv.getResultType().hasStaticShape())
    return false;
  // One use is that by the chain, as the chain's result is made of it. Another
  // may be a question for a size, in front of where the convolution is emitted.
  if (!result.hasOneUse())
    return false;
  // The chain's result would be emitted in front of itself. In a chain that
  // nobody reads, the convolution is erased with the ops behind it, but one
  // that was emitted is reported.
  return result != chain.result && !chain.result.use_empty();
}

/// Gives the convolution of `fold` other operands, in front of the insertion
/// point.
Operation *ChainReplay::changeInPlace(const ConvolutionFold &fold,
                                      ValueRange operands) {
  Operation *conv = fold.conv.op;
  for (auto [operand, replacement] :
       llvm::zip_equal(conv->getOperands(), operands))
    if (Operation *op = operand.getDefiningOp(); operand != replacement && op)
      unread.push_back(op);
  // To move it within its block would number all ops of the block anew.
  conv->remove();
  rewriter.insert(conv);
  rewriter.modifyOpInPlace(conv, [&] { conv->setOperands(operands); });
  return conv;
}

/// Emits the convolution of `fold`, which adds to `accumulator` if the old one
/// adds to a value of the chain.
Value ChainReplay::emitConvolution(unsigned id, Value accumulator) {
  const ConvolutionFold &fold = chain.folds[id];
  const FoldedParameters &computed = parameters[id];
  // A summand without a step of its own, or one whose steps cancel out.
  if (isUnchanged(id) && !accumulator)
    return fold.conv.getResult();
  auto [filter, init] = emitParameters(rewriter, pool, fold, computed);
  Value operands[] = {movesInput(id) ? replayInput(fold) : fold.conv.getInput(),
                      filter, accumulator ? accumulator : init};
  linalg::LinalgOp conv = fold.conv.op;
  convolutions[id] =
      canChangeInPlace(id)
          ? changeInPlace(fold, operands)
          : mlir::clone(rewriter, conv, conv->getResultTypes(), operands);
  Value result = convolutions[id]->getResult(0);
  return computed.keepsScale ? emitKeptScale(rewriter, pool, fold, computed,
                                             result, elementType)
                             : result;
}

Value ChainReplay::emitZeros(Location loc, Value model) {
  Type type = getElementTypeOrSelf(model.getType());
  Value zero =
      arith::ConstantOp::create(rewriter, loc, rewriter.getZeroAttr(type));
  return linalg::FillOp::create(rewriter, loc, zero,
                                createEmpty(loc, model, type))
      .getResult(0);
}

/// A convolution that adds to another value of the chain.
ChainReplay::MovedValue ChainReplay::replaySum(Operation &op) {
  unsigned id = foldOf.lookup(op.getResult(0));
  const ConvolutionInfo &conv = chain.folds[id].conv;
  MovedValue summands = *find(conv.getInit());
  Location loc = op.getLoc();
  Type accumulatorType = conv.getResultType().getElementType();
  MovedPart sum;
  sum.origins = {op.getResult(0)};
  if (parameters[id].keepsScale) {
    // What is scaled behind the convolution is not scaled again with it.
    sum.value = emitConvolution(id, emitZeros(loc, conv.getInit()));
    summands.push_back(std::move(sum));
    return summands;
  }
  for (const MovedPart &summand : summands)
    llvm::append_range(sum.origins, summand.origins);
  Value accumulator =
      convertElements(materialize(loc, summands), accumulatorType);
  sum.value = convertElements(emitConvolution(id, accumulator), elementType);
  return {sum};
}
