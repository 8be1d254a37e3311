//===- InputWalk.cpp - Steps in front of a convolution --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A convolution is linear in its input as well:
//   sum(W[k,i]*(s[i]*z + t[i])) = sum((W[k,i]*s[i])*z) + sum(W[k,i]*t[i])
// Zero padding between the step and the convolution is transparent for the
// scale (s*0 = 0), but not for the shift: the border would be 0, not t. So are
// the zeros between elements, which make a transposed convolution.
//
//===----------------------------------------------------------------------===//

#include "ChainWalker.h"
#include "ElementwiseView.h"
#include "Packing.h"
#include "PaddingSizes.h"

#include "Convoy/Analysis/LoopSizes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

namespace {
/// The state of the walk: the convolution's input is scale*value + shift,
/// where `value` is read at `coordinates`.
class InputWalk {
public:
  InputWalk(ChannelExprPool &pool, const ChannelSpace &channels,
            std::function<bool(Value)> isDerived)
      : scale(pool.getScalar(1)), shift(pool.getScalar(0)), pool(pool),
        channels(channels), reader(pool, channels, std::move(isDerived)) {
    for (int64_t dim = 0; dim < channels.type.getRank(); ++dim)
      coordinates.push_back(getAffineDimExpr(dim, channels.type.getContext()));
  }

  /// Steps over `op`; returns the operand that goes on, or null at the end.
  OpOperand *stepOver(Operation &op);
  /// True if what was stepped over differs between channels.
  bool varies() const {
    auto isVector = [&](ChannelExpr expr) {
      return pool.get(expr).kind != ChannelExprNode::Kind::Scalar;
    };
    return isVector(scale) || isVector(shift);
  }

  /// The dimensions of `source` that channels lie along, where `source` is an
  /// operand of `op`, which the walk has come to; none without as many
  /// dimensions.
  std::optional<ChannelSpace> getChannelsOf(Operation &op, Value source) const;

  ChannelExpr scale, shift;
  /// Set by the last step: did it compute something?
  bool isStep = false;
  /// A shift that padding holds back.
  bool shiftCrossesPadding = false;

private:
  OpOperand *stepOverPadding(tensor::PadOp pad);
  OpOperand *stepOverDilation(tensor::InsertSliceOp insert);
  OpOperand *stepOverReshape(Operation &op);
  OpOperand *stepOverPacking(Operation &op);
  OpOperand *stepOverElementwise(Operation &op);
  OpOperand *tryOperand(ElementwiseView &view, OpOperand &operand);

  ChannelExprPool &pool;
  ChannelSpace channels;
  ParameterReader reader;
  SmallVector<AffineExpr> coordinates;
  /// Of coordinates that are not known.
  unsigned numSymbols = 0;
  bool isPadded = false;
};
} // namespace

OpOperand *InputWalk::stepOverPadding(tensor::PadOp pad) {
  Value padding = pad.getConstantPaddingValue();
  if (!hasSizeOperands(pad) || !padding ||
      !matchPattern(padding, m_AnyZeroFloat()))
    return nullptr;
  for (auto [dim, low, high] :
       llvm::enumerate(pad.getMixedLowPad(), pad.getMixedHighPad())) {
    if (isConstantIntValue(low, 0) && isConstantIntValue(high, 0))
      continue;
    // Padded channels would have no scale.
    if (isFunctionOfChannels(coordinates[dim], channels))
      return nullptr;
    // How far the rest moves does not matter to what varies along channels.
    std::optional<int64_t> offset = getConstantIntValue(low);
    coordinates[dim] =
        offset ? coordinates[dim] - *offset
               : getAffineSymbolExpr(numSymbols++, pad.getContext());
  }
  isPadded = true;
  return &pad.getSourceMutable();
}

/// True if all elements of `value` are zero.
static bool isZeroTensor(Value value) {
  if (auto fill = value.getDefiningOp<linalg::FillOp>())
    return matchPattern(fill.value(), m_AnyZeroFloat());
  if (auto splat = value.getDefiningOp<tensor::SplatOp>())
    return matchPattern(splat.getInput(), m_AnyZeroFloat());
  return matchPattern(value, m_AnyZeroFloat());
}

/// The input of a transposed convolution: elements with zeros around and
/// between them.
OpOperand *InputWalk::stepOverDilation(tensor::InsertSliceOp insert) {
  RankedTensorType type = insert.getSourceType();
  if (type.getRank() != insert.getDestType().getRank() ||
      !isZeroTensor(insert.getDest()))
    return nullptr;
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    // Channels are neither moved nor spread; where anything else comes from
    // does not matter to what varies along channels only.
    int64_t size = type.getDimSize(dim);
    bool isWhole = !ShapedType::isDynamic(size) &&
                   size == insert.getDestType().getDimSize(dim);
    if (!isWhole && isFunctionOfChannels(coordinates[dim], channels))
      return nullptr;
  }
  isPadded = true;
  return &insert.getSourceMutable();
}

/// Reads `view` with `operand` as the value that goes on and all others as
/// parameters.
OpOperand *InputWalk::tryOperand(ElementwiseView &view, OpOperand &operand) {
  auto type = dyn_cast<RankedTensorType>(operand.get().getType());
  AffineMap resultMap = view.getResultMap(), map = view.getMap(operand);
  if (!type || !view.isRead(operand) ||
      type.getElementType() != view.type.getElementType())
    return nullptr;
  std::optional<SmallVector<int64_t>> movement =
      getMovement(map, resultMap, view.loopRanges, type.getShape());
  if (!movement)
    return nullptr;

  SmallVector<AffineExpr> loops;
  for (AffineExpr expr : inversePermutation(resultMap).getResults())
    loops.push_back(expr.replaceDims(coordinates));
  Refusal ignored;
  FailureOr<SymbolicElement> element =
      evaluateStep(pool, view, operand, loops, reader, ignored);
  if (failed(element) || element->isParameter)
    return nullptr;

  const SymbolicElement::Entry &entry = element->entries.front();
  // No shift stays no shift, also in front of a scale that is known at run time
  // only (a product with 0 is not simplified: the factor may be infinite).
  ChannelExpr newShift =
      pool.isScalar(entry.shift, 0)
          ? shift
          : pool.add(pool.multiply(entry.shift, scale), shift);
  if (isPadded && !pool.isScalar(newShift, 0)) {
    shiftCrossesPadding =
        pool.get(newShift).kind != ChannelExprNode::Kind::Scalar;
    return nullptr;
  }
  isStep = !pool.isScalar(entry.scale, 1) || !pool.isScalar(entry.shift, 0);
  scale = pool.multiply(entry.scale, scale);
  shift = newShift;
  SmallVector<AffineExpr> moved =
      llvm::map_to_vector(*movement, [](int64_t) { return AffineExpr(); });
  for (auto [resultDim, operandDim] : llvm::enumerate(*movement))
    moved[operandDim] = coordinates[resultDim];
  coordinates = std::move(moved);
  return &operand;
}

OpOperand *InputWalk::stepOverElementwise(Operation &op) {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  if (structured && !haveSizesInAgreement(structured))
    return nullptr;
  ElementwiseView view(op);
  for (OpOperand &operand : op.getOpOperands()) {
    if (OpOperand *next = tryOperand(view, operand))
      return next;
    if (shiftCrossesPadding)
      return nullptr;
  }
  return nullptr;
}

OpOperand *InputWalk::stepOverReshape(Operation &op) {
  SmallVector<AffineExpr> moved;
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    moved = collapseIndices(coordinates, expand.getReassociationIndices(),
                            expand.getResultType());
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    moved = expandIndices(coordinates, collapse.getReassociationIndices(),
                          collapse.getSrcType());
  if (llvm::any_of(moved, [](AffineExpr expr) { return !expr; }))
    return nullptr;
  coordinates = std::move(moved);
  return &op.getOpOperand(0);
}

/// Tiles that are filled with zeros are padding; filled tiles of channels are
/// padded channels.
OpOperand *InputWalk::stepOverPacking(Operation &op) {
  SmallVector<AffineExpr> moved = getPackingSourceIndices(op, coordinates);
  if (llvm::any_of(moved, [](AffineExpr expr) { return !expr; }))
    return nullptr;
  if (auto pack = dyn_cast<linalg::PackOp>(op); pack && mayAddPadding(pack)) {
    bool padsChannels = llvm::any_of(pack.getInnerDimsPos(), [&](int64_t dim) {
      return isFunctionOfChannels(moved[dim], channels);
    });
    if (padsChannels || !matchPattern(pack.getPaddingValue(), m_AnyZeroFloat()))
      return nullptr;
    isPadded = true;
  }
  coordinates = std::move(moved);
  return &op.getOpOperand(0);
}

OpOperand *InputWalk::stepOver(Operation &op) {
  isStep = false;
  if (auto pad = dyn_cast<tensor::PadOp>(op))
    return stepOverPadding(pad);
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return stepOverDilation(insert);
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return stepOverReshape(op);
  if (isPacking(op))
    return stepOverPacking(op);
  if (isElementwise(op))
    return stepOverElementwise(op);
  return nullptr;
}

std::optional<ChannelSpace> InputWalk::getChannelsOf(Operation &op,
                                                     Value source) const {
  SmallVector<AffineExpr> there = coordinates;
  if (isPacking(op))
    there = getPackingSourceIndices(op, coordinates);
  auto type = dyn_cast<RankedTensorType>(source.getType());
  if (!type || type.getRank() != int64_t(there.size()))
    return std::nullopt;
  ChannelSpace space{type, {}, source};
  for (auto [dim, coordinate] : llvm::enumerate(there))
    if (coordinate && isFunctionOfChannels(coordinate, channels))
      space.dims.push_back(dim);
  return space;
}

//===----------------------------------------------------------------------===//
// What stays
//===----------------------------------------------------------------------===//

/// Ops in front of the end of a walk that are looked at for a step.
static constexpr unsigned kMaxOpsAhead = 16;

/// The first step on the way to `value`, whose channels are `channels`, that
/// differs between channels and could go if the walk went on; null if there is
/// none.
static Operation *findStepAhead(ChannelExprPool &pool, Value value,
                                const ChannelSpace &channels,
                                function_ref<bool(Operation *)> isTaken,
                                const std::function<bool(Value)> &isDerived) {
  InputWalk walk(pool, channels, isDerived);
  for (unsigned count = 0; count < kMaxOpsAhead; ++count) {
    Operation *op = value.getDefiningOp();
    if (!op || isTaken(op) || countUses(value) != 1)
      return nullptr;
    OpOperand *next = walk.stepOver(*op);
    if (!next)
      return nullptr;
    if (walk.isStep && walk.varies())
      return op;
    value = next->get();
  }
  return nullptr;
}

/// Why a step stays that stands in front of `op`, where `walk` ends.
static std::optional<Refusal>
explainEnd(const InputWalk &walk, ChannelExprPool &pool, Operation &op,
           function_ref<bool(Operation *)> isTaken,
           const std::function<bool(Value)> &isDerived) {
  StringRef message;
  SmallVector<Value> sources;
  if (auto pad = dyn_cast<tensor::PadOp>(op)) {
    message = "the padding behind the step has channels of its own, or other "
              "elements than zeros";
    sources = {pad.getSource()};
  } else if (auto pack = dyn_cast<linalg::PackOp>(op)) {
    message = "what fills the last tile behind the step has channels of its "
              "own, or other elements than zeros";
    sources = {pack.getSource()};
  } else if (auto concat = dyn_cast<tensor::ConcatOp>(op)) {
    message = "the step changes one part of a concatenation only";
    sources = llvm::to_vector(concat.getInputs());
  } else if (auto insert = dyn_cast<tensor::InsertSliceOp>(op)) {
    message = "the step changes one part of a tensor only";
    sources = {insert.getSource(), insert.getDest()};
  }
  for (Value source : sources) {
    std::optional<ChannelSpace> channels = walk.getChannelsOf(op, source);
    if (!channels)
      continue;
    if (Operation *step =
            findStepAhead(pool, source, *channels, isTaken, isDerived))
      return Refusal{Reason::NotPerChannel, step, message.str()};
  }
  return std::nullopt;
}

/// True if something else than `reader`, a step in front of `conv` or that
/// itself, needs the elements of `value`. What a step does with it, more than
/// once or only writing over it, is in what was read from the step.
static bool hasOtherUses(Value value, Operation *reader,
                         const ConvolutionInfo &conv) {
  if (reader == conv.op)
    return countUses(value) != 1;
  return llvm::any_of(value.getUses(), [&](OpOperand &use) {
    return use.getOwner() != reader && !isForwardableDim(use);
  });
}

std::optional<InputFold> mlir::convoy::detail::walkInput(
    ChannelExprPool &pool, const ConvolutionInfo &conv,
    function_ref<bool(Operation *)> isTaken,
    std::function<bool(Value)> isDerived, std::optional<Refusal> &refusal) {
  InputWalk walk(pool, conv.getInputChannels(), isDerived);
  InputFold fold;
  // What belongs to the fold ends at the last op that computes something.
  size_t numOps = 0;
  SmallVector<OpOperand *> operands;
  Value value = conv.getInput();
  Operation *reader = conv.op;
  while (Operation *op = value.getDefiningOp()) {
    if (isTaken(op) ||
        op->getBlock() != conv.getResult().getDefiningOp()->getBlock())
      break;
    OpOperand *next = walk.stepOver(*op);
    // A step that others read stays anyway; moving it would win nothing.
    if (hasOtherUses(value, reader, conv)) {
      if (next && walk.isStep && walk.varies())
        refusal = Refusal{Reason::MultipleUses, op,
                          "what the step in front makes is used elsewhere too"};
      break;
    }
    if (walk.shiftCrossesPadding)
      refusal = Refusal{Reason::ShiftCrossesPadding, op,
                        "a shift in front of zero padding would change the "
                        "border"};
    if (!next) {
      if (!refusal)
        refusal = explainEnd(walk, pool, *op, isTaken, isDerived);
      break;
    }
    operands.push_back(next);
    if (walk.isStep) {
      numOps = operands.size();
      fold.steps.push_back(op);

      fold.scale = walk.scale;
      fold.shift = walk.shift;
    }
    value = next->get();
    reader = op;
  }
  if (fold.steps.empty())
    return std::nullopt;
  operands.truncate(numOps);
  for (OpOperand *operand : llvm::reverse(operands)) {
    fold.operands.push_back(operand);
    fold.ops.push_back(operand->getOwner());
  }
  std::reverse(fold.steps.begin(), fold.steps.end());
  return fold;
}
