//===- FormConvOperands.cpp - What produces a convolution's operands ------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FormConvPlan.h"

#include "Convoy/Analysis/LoopSizes.h"
#include "Convoy/Dialect/ConvSizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace mlir::convoy;

//===----------------------------------------------------------------------===//
// Input
//===----------------------------------------------------------------------===//

/// Zero padding of the image by constant amounts.
static bool absorbPadding(ConvPlan &plan) {
  auto pad = plan.input.getDefiningOp<tensor::PadOp>();
  if (!pad)
    return false;
  Value padding = pad.getConstantPaddingValue();
  if (!padding || !matchPattern(padding, m_AnyZeroFloat()) ||
      pad.getSourceType().getEncoding())
    return false;

  SmallVector<int64_t, 3> padLow = plan.padLow, padHigh = plan.padHigh;
  for (auto [position, dim] : llvm::enumerate(plan.inputOrder)) {
    int64_t low = pad.getStaticLow()[position];
    int64_t high = pad.getStaticHigh()[position];
    if (low == 0 && high == 0)
      continue;
    size_t index = plan.image.find(dim);
    // A dynamic amount is a negative number here.
    if (low < 0 || high < 0 || index == StringRef::npos)
      return false;
    std::optional<int64_t> newLow = llvm::checkedAdd(padLow[index], low);
    std::optional<int64_t> newHigh = llvm::checkedAdd(padHigh[index], high);
    if (!newLow || !newHigh)
      return false;
    padLow[index] = *newLow;
    padHigh[index] = *newHigh;
  }
  plan.padLow = padLow;
  plan.padHigh = padHigh;
  plan.input = pad.getSource();
  plan.absorbed.push_back("padding");
  return true;
}

/// Where the strides leave a rest, front ends that allow none cut off the end
/// of the image, which no window reaches in either case.
static bool absorbCrop(ConvPlan &plan) {
  auto slice = plan.input.getDefiningOp<tensor::ExtractSliceOp>();
  if (!slice || !slice.hasZeroOffset() || !slice.hasUnitStride() ||
      slice.getSourceType().getRank() != slice.getType().getRank() ||
      slice.getSourceType().getEncoding())
    return false;
  ArrayRef<int64_t> filterShape =
      cast<RankedTensorType>(plan.filter.getType()).getShape();
  for (auto [position, dim] : llvm::enumerate(plan.inputOrder)) {
    int64_t whole = slice.getSourceType().getDimSize(position);
    int64_t kept = slice.getType().getDimSize(position);
    if (ShapedType::isDynamic(whole) || ShapedType::isDynamic(kept))
      return false;
    if (whole == kept)
      continue;
    size_t index = plan.image.find(dim);
    // Zeros behind the cut would become elements.
    if (index == StringRef::npos || plan.padHigh[index] != 0)
      return false;
    int64_t filter = getDimSize(plan.filterOrder, filterShape, dim);
    auto computeOutput = [&](int64_t input) {
      return computeOutputSize(input, filter, plan.strides[index],
                               plan.dilations[index], plan.padLow[index],
                               /*padHigh=*/0);
    };
    if (ShapedType::isDynamic(filter) ||
        computeOutput(whole) != computeOutput(kept))
      return false;
  }
  plan.input = slice.getSource();
  plan.absorbed.push_back("crop");
  return true;
}

//===----------------------------------------------------------------------===//
// Filter
//===----------------------------------------------------------------------===//

/// The product that the body of `op` yields, rounded or not; null if none.
static arith::MulFOp getYieldedProduct(linalg::LinalgOp op) {
  Value yielded = op.getBlock()->getTerminator()->getOperand(0);
  if (auto truncate = yielded.getDefiningOp<arith::TruncFOp>())
    yielded = truncate.getIn();
  return yielded.getDefiningOp<arith::MulFOp>();
}

/// Takes `filter` of `op`, which multiplies it by the other operand, `factor`,
/// if that is one number for each output channel.
static bool absorbFilterFactor(ConvPlan &plan, linalg::LinalgOp op,
                               OpOperand *filter, OpOperand *factor) {
  Type filterElement = getElementTypeOrSelf(filter->get().getType());
  Type factorElement = getElementTypeOrSelf(factor->get().getType());
  auto filterType = dyn_cast<RankedTensorType>(filter->get().getType());
  if (!filterType || filterType.getEncoding() ||
      filterElement != getElementTypeOrSelf(plan.input.getType()) ||
      factorElement.getIntOrFloatBitWidth() >
          plan.accumulatorType.getIntOrFloatBitWidth())
    return false;
  AffineMap resultMap = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  std::optional<SmallVector<int64_t>> movement = getOperandMovement(filter);
  if (!movement)
    return false;

  std::string order(plan.filterOrder.size(), 0);
  SmallVector<char> loops(op.getNumLoops(), ' ');
  for (auto [position, dim] : llvm::enumerate(*movement)) {
    order[dim] = plan.filterOrder[position];
    loops[resultMap.getDimPosition(position)] = plan.filterOrder[position];
  }
  std::optional<std::string> dims =
      getReadDims(op.getMatchingIndexingMap(factor), loops);
  if (!dims)
    return false;
  ChannelVector scale =
      findChannelVector(factor->get(), *dims, plan.numChannels);
  if (!scale)
    return false;
  plan.scale = scale;
  plan.filter = filter->get();
  plan.filterOrder = order;
  plan.absorbed.push_back("scale of the filter");
  return true;
}

/// sum((s[f] * W) * x) = s[f] * sum(W * x).
static bool absorbFilterScale(ConvPlan &plan) {
  auto op = plan.filter.getDefiningOp<linalg::LinalgOp>();
  if (plan.scale || !op || op.getNumDpsInputs() != 2 ||
      op.getNumDpsInits() != 1 ||
      op.getNumParallelLoops() != op.getNumLoops() ||
      !op.hasPureTensorSemantics() || !haveSizesInAgreement(op))
    return false;
  arith::MulFOp product = getYieldedProduct(op);
  if (!product)
    return false;
  Value lhs = skipWidening(product.getLhs());
  Value rhs = skipWidening(product.getRhs());
  OpOperand *first = op.getDpsInputOperand(0);
  OpOperand *second = op.getDpsInputOperand(1);
  if (lhs != op.getMatchingBlockArgument(first))
    std::swap(lhs, rhs);
  if (lhs != op.getMatchingBlockArgument(first) ||
      rhs != op.getMatchingBlockArgument(second))
    return false;
  return absorbFilterFactor(plan, op, first, second) ||
         absorbFilterFactor(plan, op, second, first);
}

//===----------------------------------------------------------------------===//
// Init
//===----------------------------------------------------------------------===//

/// What the sum starts from: nothing, a bias, or any tensor of the output's
/// shape, which is a residual.
static void absorbInit(ConvPlan &plan) {
  Value init = plan.conv.getDpsInitOperand(0)->get();
  if (auto constant = dyn_cast_or_null<FloatAttr>(getUniformConstant(init))) {
    if (!constant.getValue().isZero()) {
      plan.bias.constant = constant;
      plan.absorbed.push_back("bias");
    }
    return;
  }
  if (auto fill = init.getDefiningOp<linalg::FillOp>())
    plan.bias.scalar = fill.getInputs()[0];
  else
    plan.bias = findChannelVector(init, plan.outputOrder, plan.numChannels);
  if (plan.bias) {
    plan.absorbed.push_back("bias");
    return;
  }
  plan.residual = init;
  plan.startsFromResidual = true;
  plan.absorbed.push_back("init as residual");
}

void convoy::absorbOperands(ConvPlan &plan) {
  bool moved = false;
  auto lookThrough = [&](Value &value, std::string &order) {
    bool changed = lookThroughMovement(value, order);
    moved |= changed;
    return changed;
  };
  while (lookThrough(plan.input, plan.inputOrder) || absorbPadding(plan) ||
         absorbCrop(plan)) {
  }
  while (lookThrough(plan.filter, plan.filterOrder) ||
         absorbFilterScale(plan)) {
  }
  if (moved)
    plan.absorbed.push_back("movement of operands");
  absorbInit(plan);
}
