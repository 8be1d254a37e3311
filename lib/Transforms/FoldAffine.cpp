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

#include "Convoy/Analysis/ConstantData.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

static Value transpose(RewriterBase &rewriter, Location loc, Value value,
                       ArrayRef<int64_t> permutation) {
  if (llvm::equal(permutation, llvm::seq<int64_t>(0, permutation.size())))
    return value;
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(rewriter, loc, value);
  SmallVector<OpFoldResult> permuted =
      llvm::map_to_vector(permutation, [&](int64_t dim) { return sizes[dim]; });
  Value init = tensor::EmptyOp::create(rewriter, loc, permuted,
                                       getElementTypeOrSelf(value.getType()));
  return linalg::TransposeOp::create(rewriter, loc, value, init, permutation)
      ->getResult(0);
}

/// Moves `value`, which stands for `operand`, as the elementwise op does that
/// reads it.
static Value moveLike(RewriterBase &rewriter, OpOperand &operand, Value value) {
  auto structured = dyn_cast<linalg::LinalgOp>(operand.getOwner());
  if (!structured)
    return value;
  std::optional<SmallVector<int64_t>> movement = getMovement(
      structured.getMatchingIndexingMap(&operand),
      structured.getMatchingIndexingMap(structured.getDpsInitOperand(0)),
      structured.getStaticLoopRanges(), structured.getShape(&operand));
  return transpose(rewriter, structured.getLoc(), value, *movement);
}

namespace {
/// The elements that stem from some convolutions, folded and moved.
struct MovedPart {
  SmallVector<Value, 1> convs;
  Value value;
};
/// What stands for a value of the chain: the sum of its parts. A convolution
/// occurs in one part only, however often the chain adds it up, because its
/// whole factor lives in its filter.
using MovedValue = SmallVector<MovedPart, 1>;

/// Replays the data movement of a chain behind its new convolutions.
class ChainRewriter {
public:
  ChainRewriter(RewriterBase &rewriter, const AffineChain &chain)
      : rewriter(rewriter), chain(chain),
        elementType(chooseElementType(chain)) {}

  /// The type of the elements while they move: that of the result, or, where
  /// convolutions are added up, of their accumulators.
  static Type chooseElementType(const AffineChain &chain) {
    Type type = getElementTypeOrSelf(chain.result.getType());
    if (chain.folds.size() == 1)
      return type;
    for (const ConvolutionFold &fold : chain.folds) {
      Type accumulator = fold.conv.getResultType().getElementType();
      if (accumulator.getIntOrFloatBitWidth() > type.getIntOrFloatBitWidth())
        type = accumulator;
    }
    return type;
  }

  void setConvolution(const ConvolutionInfo &conv, Value replacement) {
    moved[conv.getResult()] = {
        {{conv.getResult()}, convertElements(replacement, elementType)}};
  }
  /// Emits what remains of the chain and returns its last value.
  Value replay() {
    for (Operation *op : chain.ops) {
      MovedValue result = replay(*op);
      moved[op->getResult(0)] = std::move(result);
    }
    return convertElements(
        materialize(chain.result.getLoc(), moved.lookup(chain.result)),
        getElementTypeOrSelf(chain.result.getType()));
  }

private:
  MovedValue replay(Operation &op);
  MovedValue replayElementwise(Operation &op);
  MovedValue replayReshape(Operation &op);
  MovedValue replayCrossed(Operation &op);
  MovedValue replayConcatenation(Operation &op);
  Value materialize(Location loc, const MovedValue &parts);
  Value cloneMovement(Operation &op, const IRMapping &mapping);
  Value convertElements(Value value, Type elementType);
  /// A tensor of the shape of `model` and the chain's element type.
  Value createEmpty(Location loc, Value model) {
    return tensor::EmptyOp::create(rewriter, loc,
                                   tensor::getMixedSizes(rewriter, loc, model),
                                   elementType);
  }

  RewriterBase &rewriter;
  const AffineChain &chain;
  Type elementType;
  llvm::DenseMap<Value, MovedValue> moved;
};
} // namespace

Value ChainRewriter::convertElements(Value value, Type elementType) {
  auto from = cast<FloatType>(getElementTypeOrSelf(value.getType()));
  if (from == elementType)
    return value;
  bool widens = from.getWidth() < cast<FloatType>(elementType).getWidth();
  Location loc = value.getLoc();
  Value init = tensor::EmptyOp::create(
      rewriter, loc, tensor::getMixedSizes(rewriter, loc, value), elementType);
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

Value ChainRewriter::materialize(Location loc, const MovedValue &parts) {
  Value sum = parts.front().value;
  for (const MovedPart &part : llvm::drop_begin(parts)) {
    Value init = createEmpty(loc, sum);
    sum = linalg::AddOp::create(rewriter, loc, init.getType(),
                                ValueRange{sum, part.value}, init)
              ->getResult(0);
  }
  return sum;
}

/// The arithmetic of an elementwise op lives in the convolutions now. What
/// remains is its movement of each part.
MovedValue ChainRewriter::replayElementwise(Operation &op) {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  MovedValue result;
  llvm::DenseSet<Value> present;
  for (OpOperand &operand : op.getOpOperands()) {
    auto it = moved.find(operand.get());
    if (it == moved.end() ||
        (structured &&
         structured.getMatchingBlockArgument(&operand).use_empty()))
      continue;
    for (MovedPart part : it->second) {
      if (present.contains(part.convs.front()))
        continue;
      present.insert(part.convs.begin(), part.convs.end());
      part.value = moveLike(rewriter, operand, part.value);
      result.push_back(std::move(part));
    }
  }
  return result;
}

/// Clones an op that moves elements, with the chain's element type.
Value ChainRewriter::cloneMovement(Operation &op, const IRMapping &mapping) {
  IRMapping copy = mapping;
  Value result = rewriter.clone(op, copy)->getResult(0);
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  result.setType(RankedTensorType::get(type.getShape(), elementType));
  return result;
}

MovedValue ChainRewriter::replayReshape(Operation &op) {
  MovedValue result = moved.lookup(op.getOperand(0));
  for (MovedPart &part : result) {
    IRMapping mapping;
    mapping.map(op.getOperand(0), part.value);
    part.value = cloneMovement(op, mapping);
  }
  return result;
}

MovedValue ChainRewriter::replayConcatenation(Operation &op) {
  IRMapping mapping;
  MovedPart joined;
  for (Value operand : op.getOperands()) {
    auto it = moved.find(operand);
    if (it != moved.end()) {
      mapping.map(operand, materialize(op.getLoc(), it->second));
      for (const MovedPart &part : it->second)
        llvm::append_range(joined.convs, part.convs);
    } else if (isa<RankedTensorType>(operand.getType())) {
      // Tensors that take part without being convolutions follow in type.
      mapping.map(operand, operand.getDefiningOp<tensor::EmptyOp>()
                               ? createEmpty(op.getLoc(), operand)
                               : convertElements(operand, elementType));
    }
  }
  joined.value = cloneMovement(op, mapping);
  return {joined};
}

/// An activation that stays, on the folded value.
MovedValue ChainRewriter::replayCrossed(Operation &op) {
  IRMapping mapping;
  MovedPart part;
  for (Value operand : op.getOperands()) {
    auto it = moved.find(operand);
    if (it == moved.end())
      continue;
    mapping.map(operand, materialize(op.getLoc(), it->second));
    part.convs = it->second.front().convs;
  }
  part.value = rewriter.clone(op, mapping)->getResult(0);
  return {part};
}

MovedValue ChainRewriter::replay(Operation &op) {
  if (llvm::is_contained(chain.crossed, &op))
    return replayCrossed(op);
  if (isa<linalg::LinalgOp>(op) || OpTrait::hasElementwiseMappableTraits(&op))
    return replayElementwise(op);
  if (isa<tensor::InsertSliceOp, tensor::ConcatOp>(op))
    return replayConcatenation(op);
  return replayReshape(op);
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
                                  const FoldedParameters &parameters,
                                  Operation *conv) {
  FoldedConvolution folded;
  folded.keepsScale = parameters.keepsScale;
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

/// The types whose rounding the audit compares.
static AuditedTypes getAuditedTypes(const AffineChain &chain,
                                    const ConvolutionInfo &conv) {
  auto getKind = [](Type type) {
    return *getFloatKind(getElementTypeOrSelf(type));
  };
  FloatKind result = getKind(chain.result.getType());
  FloatKind intermediate = getKind(conv.getResultType());
  for (Operation *op : chain.ops) {
    Value value = op->getResult(0);
    if (value != chain.result &&
        getSizeInBytes(getKind(value.getType())) < getSizeInBytes(intermediate))
      intermediate = getKind(value.getType());
  }
  return {getKind(conv.getFilterType()), intermediate, result};
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

/// The new convolution's input: the source of the steps that moved into the
/// filter, padded and moved as before.
static Value replayInput(RewriterBase &rewriter, const ConvolutionFold &fold) {
  if (!fold.input)
    return fold.conv.getInput();
  Value value = fold.input->operands.front()->get();
  for (OpOperand *operand : fold.input->operands) {
    Operation *op = operand->getOwner();
    if (isa<tensor::PadOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp>(
            op)) {
      IRMapping mapping;
      mapping.map(operand->get(), value);
      value = rewriter.clone(*op, mapping)->getResult(0);
    } else {
      value = moveLike(rewriter, *operand, value);
    }
  }
  return value;
}

FailureOr<SmallVector<FoldedConvolution>>
mlir::convoy::foldAffineChain(RewriterBase &rewriter, ChannelExprPool &pool,
                              const AffineChain &chain, Refusal &refusal,
                              const FoldOptions &options) {
  // All checks come before the first mutation.
  std::vector<FoldedParameters> parameters;
  for (const ConvolutionFold &fold : chain.folds) {
    FailureOr<FoldedParameters> computed = computeParameters(
        pool, fold, getAuditedTypes(chain, fold.conv), options, refusal);
    if (failed(computed))
      return failure();
    parameters.push_back(*computed);
  }
  if (isDone(pool, chain, parameters))
    return SmallVector<FoldedConvolution>();

  // Everything that the chain reads is defined in front of its last op.
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(chain.result.getDefiningOp());
  ChainRewriter chainRewriter(rewriter, chain);
  SmallVector<FoldedConvolution> folded;
  SmallVector<Operation *> replaced;
  for (auto [fold, computed] : llvm::zip_equal(chain.folds, parameters)) {
    // A summand without a step of its own stays as it is.
    if (computed.keepsFilter && computed.keepsInit && !computed.keepsScale &&
        (!fold.input || computed.keepsInput)) {
      chainRewriter.setConvolution(fold.conv, fold.conv.getResult());
      continue;
    }
    auto [filter, init] = emitParameters(rewriter, pool, fold, computed);
    linalg::LinalgOp conv = fold.conv.op;
    Value input = computed.keepsInput ? fold.conv.getInput()
                                      : replayInput(rewriter, fold);
    Operation *clone = mlir::clone(rewriter, conv, conv->getResultTypes(),
                                   {input, filter, init});
    Value result = clone->getResult(0);
    if (computed.keepsScale)
      result = emitKeptScale(rewriter, pool, fold, computed, result,
                             ChainRewriter::chooseElementType(chain));
    chainRewriter.setConvolution(fold.conv, result);
    folded.push_back(describe(pool, fold, computed, clone));
    if (fold.input && !computed.keepsInput)
      replaced.append(fold.input->ops);
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
