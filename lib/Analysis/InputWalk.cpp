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

#include "InputWalk.h"

#include "ElementwiseView.h"
#include "Packing.h"
#include "PaddingSizes.h"

#include "Convoy/Analysis/LoopSizes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

InputWalk::InputWalk(ChannelExprPool &pool, const ChannelSpace &channels,
                     const std::function<bool(Value)> &isDerived, bool isPadded)
    : scale(pool.getScalar(1)), shift(pool.getScalar(0)), pool(pool),
      channels(channels), isDerived(isDerived),
      reader(pool, channels, isDerived), isPadded(isPadded) {
  for (int64_t dim = 0; dim < channels.type.getRank(); ++dim)
    coordinates.push_back(getAffineDimExpr(dim, channels.type.getContext()));
}

bool InputWalk::varies() const {
  auto isVector = [&](ChannelExpr expr) {
    return pool.get(expr).kind != ChannelExprNode::Kind::Scalar;
  };
  return isVector(scale) || isVector(shift);
}

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

bool mlir::convoy::detail::isZeroTensor(Value value) {
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

/// Some of the elements, with all channels.
OpOperand *InputWalk::stepOverCrop(tensor::ExtractSliceOp slice) {
  RankedTensorType type = slice.getSourceType();
  if (type.getEncoding() != slice.getType().getEncoding())
    return nullptr;
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  SmallVector<AffineExpr> moved;
  int64_t kept = 0;
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    // Where all but channels come from does not matter to what varies along
    // channels only.
    moved.push_back(getAffineSymbolExpr(numSymbols++, slice.getContext()));
    if (dropped[dim])
      continue;
    AffineExpr coordinate = coordinates[kept];
    int64_t size = type.getDimSize(dim);
    // As many elements as there are begin at the first, one by one.
    bool isWhole = !ShapedType::isDynamic(size) &&
                   size == slice.getType().getDimSize(kept);
    ++kept;
    if (isWhole)
      moved.back() = coordinate;
    else if (isFunctionOfChannels(coordinate, channels))
      return nullptr;
  }
  coordinates = std::move(moved);
  return &slice.getSourceMutable();
}

/// The same elements, of a type that says more or less of their number.
static OpOperand *stepOverCast(tensor::CastOp cast) {
  auto from = dyn_cast<RankedTensorType>(cast.getSource().getType());
  auto to = dyn_cast<RankedTensorType>(cast.getType());
  return from && to && from.getEncoding() == to.getEncoding()
             ? &cast.getSourceMutable()
             : nullptr;
}

/// Reads `view` with `operand` as the value that goes on and all others as
/// parameters, which are constants if `wantsConstants`.
OpOperand *InputWalk::tryOperand(ElementwiseView &view, OpOperand &operand,
                                 bool wantsConstants) {
  auto type = dyn_cast<RankedTensorType>(operand.get().getType());
  AffineMap resultMap = view.getResultMap(), map = view.getMap(operand);
  if (!type || !view.isRead(operand) ||
      type.getElementType() != view.type.getElementType() ||
      type.getEncoding() != view.type.getEncoding())
    return nullptr;
  std::optional<SmallVector<int64_t>> movement =
      getMovement(map, resultMap, view.getLoopRanges(), type.getShape());
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
  if (wantsConstants &&
      !(pool.isConstant(entry.scale) && pool.isConstant(entry.shift)))
    return nullptr;
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
  auto mayGoOn = [&](OpOperand &operand) {
    auto type = dyn_cast<RankedTensorType>(operand.get().getType());
    return type && type.getRank() == view.type.getRank() &&
           view.isRead(operand);
  };
  // An image of one pixel is a vector of channels as well. What constants are
  // applied to goes on then, not the constants.
  bool isAmbiguous = llvm::count_if(op.getOpOperands(), mayGoOn) > 1;
  for (bool wantsConstants : {true, false}) {
    if (wantsConstants && !isAmbiguous)
      continue;
    for (OpOperand &operand : op.getOpOperands()) {
      if (OpOperand *next = tryOperand(view, operand, wantsConstants))
        return next;
      if (shiftCrossesPadding)
        return nullptr;
    }
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
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return stepOverCrop(slice);
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return stepOverCast(cast);
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return stepOverReshape(op);
  if (isPacking(op))
    return stepOverPacking(op);
  if (isElementwise(op))
    return stepOverElementwise(op);
  return nullptr;
}

/// The dimensions of `value`, read at `coordinates`, that `channels` lie along.
static ChannelSpace getChannelsAt(ArrayRef<AffineExpr> coordinates,
                                  const ChannelSpace &channels, Value value) {
  ChannelSpace space{cast<RankedTensorType>(value.getType()), {}, value};
  for (auto [dim, coordinate] : llvm::enumerate(coordinates))
    if (coordinate && isFunctionOfChannels(coordinate, channels))
      space.dims.push_back(dim);
  return space;
}

ChannelSpace InputWalk::getChannelsOf(Value value) const {
  return getChannelsAt(coordinates, channels, value);
}

std::optional<ChannelSpace> InputWalk::getChannelsOf(Operation &op,
                                                     Value source) const {
  SmallVector<AffineExpr> there = coordinates;
  if (isPacking(op))
    there = getPackingSourceIndices(op, coordinates);
  auto type = dyn_cast<RankedTensorType>(source.getType());
  if (!type || type.getRank() != int64_t(there.size()))
    return std::nullopt;
  return getChannelsAt(there, channels, source);
}
