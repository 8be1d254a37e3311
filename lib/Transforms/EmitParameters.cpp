//===- EmitParameters.cpp - Filters and biases at run time ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits the filter and the init of a fold: constants as they were computed,
// run-time values as ops on vectors of channels (EmitVectors.cpp) and on the
// filter.
//
//===----------------------------------------------------------------------===//

#include "FoldedParameters.h"
#include "ParallelGeneric.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

AffineMap mlir::convoy::detail::getChannelMap(ArrayRef<int64_t> dims,
                                              unsigned rank,
                                              MLIRContext *context) {
  SmallVector<AffineExpr> channels = llvm::map_to_vector(
      dims, [&](int64_t dim) { return getAffineDimExpr(dim, context); });
  return AffineMap::get(rank, 0, channels, context);
}

/// A tensor of the shape of `model`. Static shapes, the most, are not put
/// together from their sizes.
static Value createEmpty(RewriterBase &rewriter, Location loc, Value model,
                         Type elementType) {
  auto type = cast<RankedTensorType>(model.getType());
  if (type.hasStaticShape())
    return tensor::EmptyOp::create(rewriter, loc, type.getShape(), elementType);
  return tensor::EmptyOp::create(
      rewriter, loc, tensor::getMixedSizes(rewriter, loc, model), elementType);
}

/// filter * scales, computed at run time by one op.
static Value emitScaledFilter(RewriterBase &rewriter, Location loc,
                              const ConvolutionInfo &conv,
                              ArrayRef<std::pair<Value, AffineMap>> scales) {
  Value filter = conv.getFilter();
  RankedTensorType type = conv.getFilterType();
  unsigned rank = type.getRank();
  AffineMap identity = rewriter.getMultiDimIdentityMap(rank);
  Value init = createEmpty(rewriter, loc, filter, type.getElementType());
  SmallVector<Value> inputs = {filter};
  SmallVector<AffineMap> maps = {identity};
  for (auto [scale, map] : scales) {
    inputs.push_back(scale);
    maps.push_back(map);
  }
  maps.push_back(identity);
  return createParallelGeneric(
             rewriter, loc, inputs, init, maps,
             [](OpBuilder &builder, Location bodyLoc, ValueRange arguments) {
               // Computed as wide as the scales, rounded once.
               Type stored = arguments.front().getType();
               Type wide = arguments[1].getType();
               Value product =
                   convertFloat(builder, bodyLoc, arguments.front(), wide);
               for (Value scale : arguments.drop_front().drop_back())
                 product =
                     arith::MulFOp::create(builder, bodyLoc, product, scale);
               product = convertFloat(builder, bodyLoc, product, stored);
               linalg::YieldOp::create(builder, bodyLoc, product);
             })
      .getResult(0);
}

/// sum(filter[k,i] * shift[i]) for each output channel, computed at run time in
/// f64 as at compile time: what it adds up to is rounded once, with the bias.
static Value emitShiftedFilterSum(RewriterBase &rewriter, Location loc,
                                  const ConvolutionInfo &conv, Value shift) {
  RankedTensorType type = conv.getFilterType();
  MLIRContext *context = type.getContext();
  unsigned rank = type.getRank();
  Type wide = rewriter.getF64Type();
  auto [sumType, dynamicSizes] =
      getChannelShape(rewriter, loc, conv.getOutputChannels(), wide);
  Value zero =
      arith::ConstantOp::create(rewriter, loc, rewriter.getZeroAttr(wide));
  Value empty = tensor::EmptyOp::create(rewriter, loc, sumType, dynamicSizes);
  Value init = linalg::FillOp::create(rewriter, loc, zero, empty).getResult(0);
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::reduction);
  for (int64_t dim : conv.filterChannelDims)
    iterators[dim] = utils::IteratorType::parallel;
  return linalg::GenericOp::create(
             rewriter, loc, sumType, ValueRange{conv.getFilter(), shift}, init,
             {rewriter.getMultiDimIdentityMap(rank),
              getChannelMap(conv.filterInputChannelDims, rank, context),
              getChannelMap(conv.filterChannelDims, rank, context)},
             iterators,
             [&](OpBuilder &builder, Location bodyLoc, ValueRange arguments) {
               Value weight =
                   convertFloat(builder, bodyLoc, arguments[0], wide);
               Value product = arith::MulFOp::create(builder, bodyLoc, weight,
                                                     arguments[1]);
               Value sum = arith::AddFOp::create(builder, bodyLoc, arguments[2],
                                                 product);
               linalg::YieldOp::create(builder, bodyLoc, sum);
             })
      .getResult(0);
}

/// A tensor of the init's type that is only written to: that which the init
/// itself was written to, or a new one.
static Value getEmptyInit(RewriterBase &rewriter, Location loc,
                          const ConvolutionInfo &conv) {
  Value init = conv.getInit();
  if (auto fill = init.getDefiningOp<linalg::FillOp>())
    if (fill.output().getDefiningOp<tensor::EmptyOp>())
      return fill.output();
  return createEmpty(rewriter, loc, init,
                     conv.getResultType().getElementType());
}

/// An init that holds `bias[c]`, or one number everywhere. The generic op says
/// what linalg.broadcast says, which MLIR takes three times as long to verify.
static Value emitInit(RewriterBase &rewriter, Location loc,
                      const ChannelExprPool &pool, ChannelExpr expr, Value bias,
                      const ConvolutionInfo &conv) {
  RankedTensorType type = conv.getResultType();
  Value empty = getEmptyInit(rewriter, loc, conv);
  if (!bias) {
    Value number = arith::ConstantOp::create(
        rewriter, loc,
        rewriter.getFloatAttr(type.getElementType(), pool.get(expr).scalar));
    return linalg::FillOp::create(rewriter, loc, number, empty).getResult(0);
  }
  unsigned rank = type.getRank();
  SmallVector<AffineMap> maps = {
      getChannelMap(conv.channelDims, rank, rewriter.getContext()),
      rewriter.getMultiDimIdentityMap(rank)};
  return createParallelGeneric(
             rewriter, loc, bias, empty, maps,
             [](OpBuilder &builder, Location bodyLoc, ValueRange arguments) {
               linalg::YieldOp::create(builder, bodyLoc, arguments.front());
             })
      .getResult(0);
}

ChannelExpr mlir::convoy::detail::emitRuntimeBias(RewriterBase &rewriter,
                                                  Location loc,
                                                  ChannelExprPool &pool,
                                                  const ConvolutionFold &fold) {
  const ConvolutionInfo &conv = fold.conv;
  Value shift =
      emitChannelVectors(rewriter, loc, pool, fold.input->shift,
                         conv.getInputChannels(), rewriter.getF64Type())
          .front();
  Value sum = emitShiftedFilterSum(rewriter, loc, conv, shift);
  SmallVector<AffineExpr> indices =
      llvm::map_to_vector(conv.channelDims, [&](int64_t dim) {
        return getAffineDimExpr(dim, rewriter.getContext());
      });
  ChannelExpr correction = pool.getLeaf(sum, indices);
  ChannelExpr bias =
      fold.losesBias ? correction : pool.add(fold.bias, correction);
  return pool.add(pool.multiply(bias, fold.scale), fold.shift);
}

namespace {
/// What the new filter and init of one convolution are made of.
struct ParameterNeeds {
  ChannelExpr bias;
  /// The convolution keeps its init.
  bool keepsInit;
  /// The filter is multiplied at run time: by the scale of the output channels,
  /// by that of the input channels.
  bool scale;
  bool inputScale;
  /// The init is made of a vector of biases.
  bool biasVector;
  /// The type of the elements of the scales.
  Type scaleType;
};
} // namespace

/// The type of scales that are multiplied with a filter at run time. A scale is
/// rounded with the weight that it multiplies, so it must not be rounded to 16
/// bits itself, and two scales not at all; a bias is stored in the type of the
/// result. A lone scale of the output may be a factor of the accumulator, which
/// is no wider than f32.
static Type chooseScaleType(Builder &builder, Type elementType,
                            bool needsInputScale) {
  if (needsInputScale)
    return builder.getF64Type();
  return elementType.getIntOrFloatBitWidth() < 32 ? builder.getF32Type()
                                                  : elementType;
}

static ParameterNeeds findNeeds(Builder &builder, const ChannelExprPool &pool,
                                const ConvolutionFold &fold,
                                const FoldedParameters &parameters,
                                ChannelExpr bias) {
  ParameterNeeds needs;
  needs.bias = bias;
  needs.keepsInit = parameters.keepsScale ? pool.isScalar(fold.bias, 0)
                                          : parameters.keepsInit;
  bool scalesFilter = !parameters.keepsFilter && !parameters.filter;
  needs.scale = scalesFilter && !parameters.keepsScale &&
                !pool.isScalar(parameters.scale, 1);
  needs.inputScale = scalesFilter && !pool.isScalar(parameters.inputScale, 1);
  needs.biasVector =
      !needs.keepsInit && pool.get(bias).kind != ChannelExprNode::Kind::Scalar;
  needs.scaleType = chooseScaleType(
      builder, fold.conv.getResultType().getElementType(), needs.inputScale);
  return needs;
}

/// Emits the vectors over the output channels, scale and bias, in one op if
/// they have one type; null where they are not needed.
static std::pair<Value, Value>
emitOutputVectors(RewriterBase &rewriter, Location loc,
                  const ChannelExprPool &pool, const ConvolutionInfo &conv,
                  ChannelExpr scale, const ParameterNeeds &needs) {
  Type elementType = conv.getResultType().getElementType();
  auto emit = [&](ArrayRef<ChannelExpr> exprs, Type type) {
    return emitChannelVectors(rewriter, loc, pool, exprs,
                              conv.getOutputChannels(), type);
  };
  if (needs.scale && needs.biasVector && needs.scaleType == elementType) {
    SmallVector<Value> both = emit({scale, needs.bias}, elementType);
    return {both[0], both[1]};
  }
  Value scaleVector, biasVector;
  if (needs.scale)
    scaleVector = emit(scale, needs.scaleType).front();
  if (needs.biasVector)
    biasVector = emit(needs.bias, elementType).front();
  return {scaleVector, biasVector};
}

/// Emits the filter; `scale` is that of the output channels, if it is needed.
static Value emitFilter(RewriterBase &rewriter, Location loc,
                        const ChannelExprPool &pool,
                        const ConvolutionInfo &conv,
                        const FoldedParameters &parameters, Value scale,
                        const ParameterNeeds &needs) {
  unsigned rank = conv.getFilterType().getRank();
  MLIRContext *context = rewriter.getContext();
  SmallVector<std::pair<Value, AffineMap>> scales;
  if (needs.scale)
    scales.push_back(
        {scale, getChannelMap(conv.filterChannelDims, rank, context)});
  if (needs.inputScale)
    scales.push_back(
        {emitChannelVectors(rewriter, loc, pool, parameters.inputScale,
                            conv.getInputChannels(), needs.scaleType)
             .front(),
         getChannelMap(conv.filterInputChannelDims, rank, context)});
  if (parameters.filter)
    return arith::ConstantOp::create(rewriter, loc, parameters.filter);
  if (scales.empty())
    return conv.getFilter();
  return emitScaledFilter(rewriter, loc, conv, scales);
}

std::pair<Value, Value> mlir::convoy::detail::emitParameters(
    RewriterBase &rewriter, ChannelExprPool &pool, const ConvolutionFold &fold,
    const FoldedParameters &parameters) {
  const ConvolutionInfo &conv = fold.conv;
  Location loc = conv.getResult().getLoc();
  // A scale that stays behind takes the bias along.
  ChannelExpr bias = parameters.bias;
  if (parameters.keepsScale)
    bias = pool.getScalar(0);
  else if (!bias)
    bias = emitRuntimeBias(rewriter, loc, pool, fold);
  ParameterNeeds needs = findNeeds(rewriter, pool, fold, parameters, bias);
  auto [scale, biasVector] =
      emitOutputVectors(rewriter, loc, pool, conv, parameters.scale, needs);
  Value filter =
      emitFilter(rewriter, loc, pool, conv, parameters, scale, needs);
  Value init = conv.getInit();
  if (!needs.keepsInit)
    init = emitInit(rewriter, loc, pool, bias, biasVector, conv);
  return {filter, init};
}
