//===- FoldAffine.cpp - Folding chains into convolutions ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Applies a chain: new convolutions in front of the chain's end, the chain's
// data movement replayed behind them, the rest dropped. What to fold was
// decided by the analysis; what the numbers are, by FoldedParameters.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Transforms/FoldAffine.h"

#include "FoldedParameters.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

namespace {
/// Replays the data movement of a chain behind its new convolutions.
class ChainRewriter {
public:
  ChainRewriter(RewriterBase &rewriter, const AffineChain &chain)
      : rewriter(rewriter), chain(chain),
        elementType(getElementTypeOrSelf(chain.result.getType())) {}

  void setConvolution(const ConvolutionInfo &conv, Value replacement) {
    moved[conv.getResult()] = convertElements(replacement);
  }
  /// Emits what remains of the chain and returns its last value.
  Value replay() {
    for (Operation *op : chain.ops)
      moved[op->getResult(0)] = replay(*op);
    return moved.lookup(chain.result);
  }

private:
  Value replay(Operation &op);
  Value replayElementwise(Operation &op);
  Value transpose(Location loc, Value value, ArrayRef<int64_t> permutation);
  Value add(Location loc, Value lhs, Value rhs);
  Value convertElements(Value value);
  /// A tensor of the shape of `model` and the chain's element type.
  Value createEmpty(Location loc, Value model) {
    return tensor::EmptyOp::create(rewriter, loc,
                                   tensor::getMixedSizes(rewriter, loc, model),
                                   elementType);
  }

  RewriterBase &rewriter;
  const AffineChain &chain;
  Type elementType;
  /// What stands for each value of the chain: the same elements, folded.
  llvm::DenseMap<Value, Value> moved;
};
} // namespace

Value ChainRewriter::convertElements(Value value) {
  auto from = cast<FloatType>(getElementTypeOrSelf(value.getType()));
  if (from == elementType)
    return value;
  bool widens = from.getWidth() < cast<FloatType>(elementType).getWidth();
  Location loc = value.getLoc();
  Value init = createEmpty(loc, value);
  unsigned rank = cast<RankedTensorType>(value.getType()).getRank();
  AffineMap identity = rewriter.getMultiDimIdentityMap(rank);
  return linalg::GenericOp::create(
             rewriter, loc, init.getType(), value, init,
             ArrayRef<AffineMap>{identity, identity},
             SmallVector<utils::IteratorType>(rank,
                                              utils::IteratorType::parallel),
             [&](OpBuilder &b, Location bodyLoc, ValueRange arguments) {
               Value element = arguments.front();
               if (widens)
                 element =
                     arith::ExtFOp::create(b, bodyLoc, elementType, element);
               else
                 element =
                     arith::TruncFOp::create(b, bodyLoc, elementType, element);
               linalg::YieldOp::create(b, bodyLoc, element);
             })
      .getResult(0);
}

Value ChainRewriter::transpose(Location loc, Value value,
                               ArrayRef<int64_t> permutation) {
  if (llvm::equal(permutation, llvm::seq<int64_t>(0, permutation.size())))
    return value;
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(rewriter, loc, value);
  SmallVector<OpFoldResult> permuted =
      llvm::map_to_vector(permutation, [&](int64_t dim) { return sizes[dim]; });
  Value init = tensor::EmptyOp::create(rewriter, loc, permuted, elementType);
  return linalg::TransposeOp::create(rewriter, loc, value, init, permutation)
      ->getResult(0);
}

Value ChainRewriter::add(Location loc, Value lhs, Value rhs) {
  Value init = createEmpty(loc, lhs);
  return linalg::AddOp::create(rewriter, loc, init.getType(),
                               ValueRange{lhs, rhs}, init)
      ->getResult(0);
}

/// The arithmetic of an elementwise op lives in the convolutions now. What
/// remains is its movement, and the sum where different convolutions meet.
Value ChainRewriter::replayElementwise(Operation &op) {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  SmallVector<Value> summands;
  for (OpOperand &operand : op.getOpOperands()) {
    Value value = moved.lookup(operand.get());
    if (!value || (structured &&
                   structured.getMatchingBlockArgument(&operand).use_empty()))
      continue;
    if (structured) {
      AffineMap resultMap =
          structured.getMatchingIndexingMap(structured.getDpsInitOperand(0));
      std::optional<SmallVector<int64_t>> movement =
          getMovement(structured.getMatchingIndexingMap(&operand), resultMap,
                      structured.getStaticLoopRanges());
      value = transpose(op.getLoc(), value, *movement);
    }
    if (!llvm::is_contained(summands, value))
      summands.push_back(value);
  }
  Value sum = summands.front();
  for (Value summand : llvm::drop_begin(summands))
    sum = add(op.getLoc(), sum, summand);
  return sum;
}

Value ChainRewriter::replay(Operation &op) {
  bool isElementwise =
      isa<linalg::LinalgOp>(op) || OpTrait::hasElementwiseMappableTraits(&op);
  if (isElementwise)
    return replayElementwise(op);
  // Tensors that take part without being convolutions follow in type.
  IRMapping mapping;
  for (Value operand : op.getOperands()) {
    if (Value value = moved.lookup(operand))
      mapping.map(operand, value);
    else if (isa<RankedTensorType>(operand.getType()))
      mapping.map(operand, operand.getDefiningOp<tensor::EmptyOp>()
                               ? createEmpty(op.getLoc(), operand)
                               : convertElements(operand));
  }
  Operation *clone = rewriter.clone(op, mapping);
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  clone->getResult(0).setType(
      RankedTensorType::get(type.getShape(), elementType));
  return clone->getResult(0);
}

/// Asks the inits for the sizes of results that are about to disappear.
static void forwardSizes(RewriterBase &rewriter, Value value) {
  auto op = value.getDefiningOp<DestinationStyleOpInterface>();
  if (!op)
    return;
  Value init = op.getTiedOpOperand(cast<OpResult>(value))->get();
  for (Operation *user : llvm::make_early_inc_range(value.getUsers()))
    if (auto dim = dyn_cast<tensor::DimOp>(user))
      rewriter.modifyOpInPlace(dim,
                               [&] { dim.getSourceMutable().assign(init); });
}

/// Erases `ops` and what only they needed, as far as nothing reads it.
static void eraseDead(RewriterBase &rewriter, ArrayRef<Operation *> ops) {
  llvm::SetVector<Operation *> worklist(ops.begin(), ops.end());
  while (!worklist.empty()) {
    Operation *op = worklist.pop_back_val();
    if (!isOpTriviallyDead(op))
      continue;
    for (Value operand : op->getOperands())
      if (Operation *producer = operand.getDefiningOp())
        worklist.insert(producer);
    rewriter.eraseOp(op);
  }
}

static FoldedConvolution describe(const ChannelExprPool &pool,
                                  const ConvolutionFold &fold,
                                  Operation *conv) {
  FoldedConvolution folded;
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

FailureOr<SmallVector<FoldedConvolution>>
mlir::convoy::foldAffineChain(RewriterBase &rewriter, ChannelExprPool &pool,
                              const AffineChain &chain, Refusal &refusal) {
  // All checks come before the first mutation.
  SmallVector<FoldedParameters, 1> parameters;
  for (const ConvolutionFold &fold : chain.folds) {
    FailureOr<FoldedParameters> computed =
        computeParameters(pool, fold, refusal);
    if (failed(computed))
      return failure();
    parameters.push_back(*computed);
  }

  // Everything that the chain reads is defined in front of its last op.
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(chain.result.getDefiningOp());
  ChainRewriter chainRewriter(rewriter, chain);
  SmallVector<FoldedConvolution> folded;
  SmallVector<Operation *> replaced;
  for (auto [fold, computed] : llvm::zip_equal(chain.folds, parameters)) {
    auto [filter, init] = emitParameters(rewriter, pool, fold, computed);
    linalg::LinalgOp conv = fold.conv.op;
    Operation *clone = mlir::clone(rewriter, conv, conv->getResultTypes(),
                                   {fold.conv.getInput(), filter, init});
    chainRewriter.setConvolution(fold.conv, clone->getResult(0));
    folded.push_back(describe(pool, fold, clone));
    replaced.push_back(conv);
  }
  Value result = chainRewriter.replay();
  rewriter.replaceAllUsesWith(chain.result, result);

  replaced.append(chain.ops);
  for (Operation *op : replaced)
    forwardSizes(rewriter, op->getResult(0));
  eraseDead(rewriter, replaced);
  return folded;
}
