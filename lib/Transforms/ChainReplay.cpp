//===- ChainReplay.cpp - New convolutions and what moves them -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function for each kind of op that a chain can hold. The convolutions
// themselves are in ChainConvolutions.cpp. All of a chain with one end are
// emitted first; with several, each where the first op reads it.
//
//===----------------------------------------------------------------------===//

#include "ChainReplay.h"
#include "ParallelGeneric.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

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
  AffineMap map = structured.getMatchingIndexingMap(&operand);
  // The one init is the last operand.
  AffineMap resultMap = structured.getMatchingIndexingMap(
      &structured->getOpOperand(structured->getNumOperands() - 1));
  if (map == resultMap)
    return value;
  std::optional<SmallVector<int64_t>> movement =
      getMovement(map, resultMap, structured.getStaticLoopRanges(),
                  structured.getShape(&operand));
  return transpose(rewriter, structured.getLoc(), value, *movement);
}

/// The type of the elements while they move: that of the result, or, where
/// convolutions are added up or have several results, the widest there is.
static Type chooseElementType(const AffineChain &chain) {
  Type type = getElementTypeOrSelf(chain.result.getType());
  auto widenTo = [&](Type other) {
    if (other.getIntOrFloatBitWidth() > type.getIntOrFloatBitWidth())
      type = other;
  };
  for (Value result : chain.results)
    widenTo(getElementTypeOrSelf(result.getType()));
  if (chain.folds.size() > 1)
    for (const ConvolutionFold &fold : chain.folds)
      widenTo(fold.conv.getResultType().getElementType());
  return type;
}

ChainReplay::ChainReplay(RewriterBase &rewriter, ChannelExprPool &pool,
                         const AffineChain &chain,
                         ArrayRef<FoldedParameters> parameters)
    : rewriter(rewriter), pool(pool), chain(chain), parameters(parameters),
      elementType(chooseElementType(chain)),
      convolutions(chain.folds.size(), nullptr) {
  for (auto [id, fold] : llvm::enumerate(chain.folds))
    foldOf[fold.conv.getResult()] = id;
}

void ChainReplay::run() {
  OpBuilder::InsertionGuard guard(rewriter);
  const auto *next = chain.ops.begin();
  SmallVector<Value> replacements;
  for (Value result : chain.results) {
    // Everything that the ops up to the result read is defined in front of it.
    Operation *end = result.getDefiningOp();
    rewriter.setInsertionPoint(end);
    if (chain.results.size() == 1)
      for (const ConvolutionFold &fold : chain.folds)
        if (!fold.accumulates)
          find(fold.conv.getResult());
    while (next != chain.ops.end() && (*next)->getBlock() == end->getBlock() &&
           !end->isBeforeInBlock(*next))
      replay(**next++);
    Value replacement = materialize(result.getLoc(), *find(result));
    replacement =
        convertElements(replacement, getElementTypeOrSelf(result.getType()));
    // A step may have known less, or more, of the sizes than the convolution.
    if (replacement.getType() != result.getType())
      replacement = tensor::CastOp::create(rewriter, result.getLoc(),
                                           result.getType(), replacement);
    replacements.push_back(replacement);
  }
  for (auto [result, replacement] :
       llvm::zip_equal(chain.results, replacements))
    rewriter.replaceAllUsesWith(result, replacement);
}

/// Clones `op`, which only moves elements, on what `moved` has for its
/// operands.
static void cloneOnMoved(RewriterBase &rewriter, Operation &op,
                         IRMapping &moved) {
  // A step may have known less, or more, of the sizes than its source.
  for (Value operand : op.getOperands())
    if (Value value = moved.lookupOrNull(operand);
        value && value.getType() != operand.getType())
      moved.map(operand, tensor::CastOp::create(rewriter, op.getLoc(),
                                                operand.getType(), value)
                             .getResult());
  rewriter.clone(op, moved);
}

/// The new convolution's input: the sources of the steps that moved into the
/// filter, padded, moved and put together as before.
Value ChainReplay::replayInput(const ConvolutionFold &fold) {
  // Each op comes behind those that it reads.
  IRMapping moved;
  for (OpOperand *operand : fold.input->operands) {
    Operation *op = operand->getOwner();
    if (moved.contains(op->getResult(0)))
      continue;
    if (isa<tensor::PadOp, tensor::InsertSliceOp, tensor::ExtractSliceOp,
            tensor::CastOp, tensor::ConcatOp, tensor::ExpandShapeOp,
            tensor::CollapseShapeOp, linalg::PackOp, linalg::UnPackOp>(op))
      cloneOnMoved(rewriter, *op, moved);
    else
      moved.map(
          op->getResult(0),
          moveLike(rewriter, *operand, moved.lookupOrDefault(operand->get())));
  }
  return moved.lookup(fold.conv.getInput());
}

const ChainReplay::MovedValue *ChainReplay::find(Value value) {
  auto it = moved.find(value);
  if (it != moved.end())
    return &it->second;
  auto fold = foldOf.find(value);
  if (fold == foldOf.end())
    return nullptr;
  Value conv = emitConvolution(fold->second, /*accumulator=*/{});
  MovedValue result = {{{value}, convertElements(conv, elementType)}};
  return &(moved[value] = std::move(result));
}

//===----------------------------------------------------------------------===//
// Movement
//===----------------------------------------------------------------------===//

/// A tensor of the shape of `model`.
Value ChainReplay::createEmpty(Location loc, Value model, Type elementType) {
  return tensor::EmptyOp::create(
      rewriter, loc, tensor::getMixedSizes(rewriter, loc, model), elementType);
}

Value ChainReplay::convertElements(Value value, Type elementType) {
  auto from = cast<FloatType>(getElementTypeOrSelf(value.getType()));
  if (from == elementType)
    return value;
  bool widens = from.getWidth() < cast<FloatType>(elementType).getWidth();
  Location loc = value.getLoc();
  Value init = tensor::EmptyOp::create(
      rewriter, loc, tensor::getMixedSizes(rewriter, loc, value), elementType);
  unsigned rank = cast<RankedTensorType>(value.getType()).getRank();
  AffineMap identity = rewriter.getMultiDimIdentityMap(rank);
  return createParallelGeneric(
             rewriter, loc, value, init, {identity, identity},
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

Value ChainReplay::materialize(Location loc, const MovedValue &parts) {
  Value sum = parts.front().value;
  for (const MovedPart &part : llvm::drop_begin(parts)) {
    Value init = createEmpty(loc, sum, elementType);
    sum = linalg::AddOp::create(rewriter, loc, init.getType(),
                                ValueRange{sum, part.value}, init)
              ->getResult(0);
  }
  return sum;
}

/// The arithmetic of an elementwise op lives in the convolutions now. What
/// remains is its movement of each part.
ChainReplay::MovedValue ChainReplay::replayElementwise(Operation &op) {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  MovedValue result;
  llvm::SmallDenseSet<Value, 4> present;
  for (OpOperand &operand : op.getOpOperands()) {
    const MovedValue *parts = find(operand.get());
    if (!parts || (structured &&
                   structured.getMatchingBlockArgument(&operand).use_empty()))
      continue;
    for (MovedPart part : *parts) {
      if (present.contains(part.origins.front()))
        continue;
      present.insert_range(part.origins);
      part.value = moveLike(rewriter, operand, part.value);
      result.push_back(std::move(part));
    }
  }
  return result;
}

/// Maps what a packing fills, and what it pads with, to the chain's element
/// type.
void ChainReplay::retypeOperands(DestinationStyleOpInterface packing,
                                 IRMapping &mapping) {
  Location loc = packing.getLoc();
  Value init = packing.getDpsInits().front();
  mapping.map(init, createEmpty(loc, init, elementType));
  auto pack = dyn_cast<linalg::PackOp>(packing.getOperation());
  if (pack && pack.getPaddingValue())
    mapping.map(pack.getPaddingValue(),
                arith::ConstantOp::create(rewriter, loc,
                                          rewriter.getZeroAttr(elementType)));
}

/// Clones an op that moves elements, with the chain's element type.
Value ChainReplay::cloneMovement(Operation &op, const IRMapping &mapping) {
  if (auto pad = dyn_cast<tensor::PadOp>(op)) {
    auto type =
        RankedTensorType::get(pad.getResultType().getShape(), elementType);
    Value zero = arith::ConstantOp::create(rewriter, op.getLoc(),
                                           rewriter.getZeroAttr(elementType));
    return tensor::PadOp::create(
        rewriter, op.getLoc(), type, mapping.lookup(pad.getSource()),
        pad.getMixedLowPad(), pad.getMixedHighPad(), zero);
  }
  IRMapping copy = mapping;
  if (isa<linalg::PackOp, linalg::UnPackOp>(op) &&
      getElementTypeOrSelf(op.getResult(0).getType()) != elementType)
    retypeOperands(cast<DestinationStyleOpInterface>(op), copy);
  Value result = rewriter.clone(op, copy)->getResult(0);
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  result.setType(RankedTensorType::get(type.getShape(), elementType));
  return result;
}

ChainReplay::MovedValue ChainReplay::replayReshape(Operation &op) {
  MovedValue result = *find(op.getOperand(0));
  for (MovedPart &part : result) {
    IRMapping mapping;
    mapping.map(op.getOperand(0), part.value);
    part.value = cloneMovement(op, mapping);
  }
  return result;
}

/// A part of the channels, which goes its own way from here on.
ChainReplay::MovedValue ChainReplay::replayPart(Operation &op) {
  IRMapping mapping;
  mapping.map(op.getOperand(0),
              materialize(op.getLoc(), *find(op.getOperand(0))));
  return {{{op.getResult(0)}, cloneMovement(op, mapping)}};
}

ChainReplay::MovedValue ChainReplay::replayConcatenation(Operation &op) {
  IRMapping mapping;
  // Two concatenations have all their convolutions in common or none, so one
  // tells them apart: the first, whatever the order of the parts. Lists of all
  // would grow with each part that is inserted.
  Value first;
  MovedPart joined;
  for (Value operand : op.getOperands()) {
    if (const MovedValue *parts = find(operand)) {
      mapping.map(operand, materialize(op.getLoc(), *parts));
      for (const MovedPart &part : *parts)
        for (Value origin : part.origins)
          if (!first ||
              origin.getAsOpaquePointer() < first.getAsOpaquePointer())
            first = origin;
    } else if (isa<RankedTensorType>(operand.getType())) {
      // Tensors that take part without being convolutions follow in type.
      mapping.map(operand, operand.getDefiningOp<tensor::EmptyOp>()
                               ? createEmpty(op.getLoc(), operand, elementType)
                               : convertElements(operand, elementType));
    }
  }
  joined.origins = {first};
  joined.value = cloneMovement(op, mapping);
  return {joined};
}

/// An activation that stays, on the folded value.
ChainReplay::MovedValue ChainReplay::replayCrossed(Operation &op) {
  IRMapping mapping;
  MovedPart part;
  for (Value operand : op.getOperands()) {
    const MovedValue *parts = find(operand);
    if (!parts || mapping.contains(operand))
      continue;
    // The activation keeps the type that its argument has.
    mapping.map(operand,
                convertElements(materialize(op.getLoc(), *parts),
                                getElementTypeOrSelf(operand.getType())));
    for (const MovedPart &summand : *parts)
      llvm::append_range(part.origins, summand.origins);
  }
  part.value =
      convertElements(rewriter.clone(op, mapping)->getResult(0), elementType);
  return {part};
}

void ChainReplay::replay(Operation &op) {
  MovedValue result;
  if (llvm::is_contained(chain.crossed, &op))
    result = replayCrossed(op);
  else if (foldOf.contains(op.getResult(0)))
    result = replaySum(op);
  else if (llvm::is_contained(chain.parts, &op))
    result = replayPart(op);
  else if (isa<linalg::LinalgOp>(op) ||
           OpTrait::hasElementwiseMappableTraits(&op))
    result = replayElementwise(op);
  else if (isa<tensor::InsertSliceOp, tensor::ConcatOp>(op))
    result = replayConcatenation(op);
  else
    result = replayReshape(op);
  moved[op.getResult(0)] = std::move(result);
}
