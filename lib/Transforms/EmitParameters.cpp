//===- EmitParameters.cpp - Filters and biases at run time ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits the parameters of a fold: constants as they were computed, run-time
// values as ops on vectors of channels and on the filter.
//
//===----------------------------------------------------------------------===//

#include "FoldedParameters.h"

#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// `value` in the float type `type`.
static Value convertFloat(OpBuilder &builder, Location loc, Value value,
                          Type type) {
  auto from = dyn_cast<FloatType>(value.getType());
  if (!from || from == type || !isa<FloatType>(type))
    return value;
  if (from.getWidth() < cast<FloatType>(type).getWidth())
    return arith::ExtFOp::create(builder, loc, type, value);
  return arith::TruncFOp::create(builder, loc, type, value);
}

namespace {
/// Emits expressions inside the body of one op over the channels.
class ExprEmitter {
public:
  ExprEmitter(OpBuilder &builder, Location loc, const ChannelExprPool &pool,
              Type type)
      : builder(builder), loc(loc), pool(pool), type(type) {}

  void set(ChannelExpr expr, Value value) {
    values[expr.getId()] = convertFloat(builder, loc, value, type);
  }
  Value get(ChannelExpr expr) const { return values.lookup(expr.getId()); }

  /// Emits what is not a tensor operand of the op.
  void emit(ChannelExpr expr) {
    if (get(expr))
      return;
    const ChannelExprNode &node = pool.get(expr);
    if (node.kind == ChannelExprNode::Kind::Scalar)
      set(expr, arith::ConstantOp::create(builder, loc, getNumber(node)));
    else if (node.kind == ChannelExprNode::Kind::Leaf)
      set(expr, node.value);
    else
      set(expr, emitApply(node));
  }

private:
  TypedAttr getNumber(const ChannelExprNode &node) {
    if (!node.type)
      return builder.getFloatAttr(type, node.scalar);
    return builder.getIntegerAttr(node.type, static_cast<int64_t>(node.scalar));
  }

  Value emitApply(const ChannelExprNode &node) {
    SmallVector<Value> operands = llvm::map_to_vector(
        node.operands, [&](ChannelExpr operand) { return get(operand); });
    using A = ChannelExprNode::Arithmetic;
    switch (node.arithmetic) {
    case A::Add:
      return arith::AddFOp::create(builder, loc, operands[0], operands[1]);
    case A::Subtract:
      return arith::SubFOp::create(builder, loc, operands[0], operands[1]);
    case A::Multiply:
      return arith::MulFOp::create(builder, loc, operands[0], operands[1]);
    case A::Divide:
      return arith::DivFOp::create(builder, loc, operands[0], operands[1]);
    case A::Negate:
      return arith::NegFOp::create(builder, loc, operands[0]);
    case A::None:
      return emitOp(node.op, operands);
    }
    llvm_unreachable("unknown arithmetic");
  }

  /// The original scalar op. Arithmetic is done in the type of the computation;
  /// conversions between floats disappear in it. An op whose meaning depends on
  /// its types (a bitcast, an op of another dialect) keeps them.
  Value emitOp(Operation *op, ArrayRef<Value> operands) {
    if (isa<arith::ExtFOp, arith::TruncFOp>(op))
      return operands.front();
    bool keepsTypes =
        isa<arith::BitcastOp>(op) ||
        !isa<arith::ArithDialect, math::MathDialect>(op->getDialect());
    OperationState state(loc, op->getName());
    for (auto [operand, original] :
         llvm::zip_equal(operands, op->getOperands()))
      state.operands.push_back(
          keepsTypes ? convertFloat(builder, loc, operand,
                                    getElementTypeOrSelf(original.getType()))
                     : operand);
    Type result = getElementTypeOrSelf(op->getResult(0).getType());
    state.addTypes(isa<FloatType>(result) && !keepsTypes ? type : result);
    state.addAttributes(op->getAttrs());
    return builder.create(state)->getResult(0);
  }

  OpBuilder &builder;
  Location loc;
  const ChannelExprPool &pool;
  Type type;
  llvm::DenseMap<int32_t, Value> values;
};
} // namespace

/// The shape of vectors over the channels, and their dynamic sizes.
static std::pair<RankedTensorType, SmallVector<Value>>
getChannelShape(RewriterBase &rewriter, Location loc,
                const ChannelSpace &channels, Type elementType) {
  SmallVector<Value> dynamicSizes;
  for (int64_t dim : channels.dims)
    if (channels.type.isDynamicDim(dim))
      dynamicSizes.push_back(
          tensor::DimOp::create(rewriter, loc, channels.model, dim));
  return {RankedTensorType::get(channels.getSizes(), elementType),
          dynamicSizes};
}

/// A constant over the channels, a splat where it does not vary.
static TypedAttr getChannelConstant(const ChannelExprPool &pool,
                                    ChannelExpr expr, RankedTensorType type) {
  const ChannelExprNode &node = pool.get(expr);
  if (node.type) {
    SmallVector<Attribute> numbers =
        llvm::map_to_vector(node.vector, [&](double value) -> Attribute {
          return IntegerAttr::get(node.type, static_cast<int64_t>(value));
        });
    return DenseElementsAttr::get(type.clone(node.type), numbers);
  }
  if (node.kind == ChannelExprNode::Kind::Vector)
    return getRoundedConstant(type, node.vector);
  Builder builder(type.getContext());
  return DenseElementsAttr::get(type, Attribute(builder.getFloatAttr(
                                          type.getElementType(), node.scalar)));
}

/// True if the leaf `node` can be an operand of an op over the channels: each
/// of its dimensions runs along one of them, or has size 1.
static bool isReadInPlace(const ChannelExprNode &node,
                          const ChannelSpace &channels) {
  auto type = node.kind == ChannelExprNode::Kind::Leaf
                  ? dyn_cast<RankedTensorType>(node.value.getType())
                  : RankedTensorType();
  return type &&
         llvm::all_of(
             llvm::zip_equal(node.indices, type.getShape()), [&](auto pair) {
               auto [index, size] = pair;
               auto dim = dyn_cast<AffineDimExpr>(index);
               return dim ? channels.type.getDimSize(dim.getPosition()) == size
                          : isa<AffineConstantExpr>(index) && size == 1;
             });
}

/// Emits the element of a leaf that is not read in place (a slice, a shuffle),
/// inside the body of an op over the channels.
static Value emitExtract(OpBuilder &builder, Location loc,
                         const ChannelExprNode &node,
                         const ChannelSpace &channels,
                         ArrayRef<AffineExpr> toLoops) {
  SmallVector<Value> loops;
  for (size_t loop = 0; loop < channels.dims.size(); ++loop)
    loops.push_back(linalg::IndexOp::create(builder, loc, loop));
  SmallVector<Value> indices =
      llvm::map_to_vector(node.indices, [&](AffineExpr index) {
        return affine::expandAffineExpr(builder, loc,
                                        index.replaceDims(toLoops), loops, {});
      });
  return tensor::ExtractOp::create(builder, loc, node.value, indices);
}

/// Emits the expressions that are no constants, all in one op.
static void emitRuntimeVectors(RewriterBase &rewriter, Location loc,
                               const ChannelExprPool &pool,
                               ArrayRef<ChannelExpr> exprs,
                               const ChannelSpace &channels,
                               RankedTensorType type,
                               ArrayRef<Value> dynamicSizes,
                               llvm::DenseMap<int32_t, Value> &emitted) {
  unsigned rank = type.getRank();
  MLIRContext *context = type.getContext();
  // Coordinates of the convolution become loops over the channels.
  SmallVector<AffineExpr> toLoops(channels.type.getRank(),
                                  getAffineConstantExpr(0, context));
  for (auto [loop, dim] : llvm::enumerate(channels.dims))
    toLoops[dim] = getAffineDimExpr(loop, context);

  AffineMap identity = AffineMap::getMultiDimIdentityMap(rank, context);
  SmallVector<ChannelExpr> order = pool.getPostOrder(exprs);
  SmallVector<Value> inputs;
  SmallVector<ChannelExpr> inputExprs;
  SmallVector<AffineMap> maps;
  for (ChannelExpr expr : order) {
    const ChannelExprNode &node = pool.get(expr);
    if (node.kind == ChannelExprNode::Kind::Vector) {
      inputs.push_back(arith::ConstantOp::create(
          rewriter, loc,
          getChannelConstant(pool, expr, type.clone(rewriter.getF64Type()))));
      maps.push_back(identity);
      inputExprs.push_back(expr);
    } else if (isReadInPlace(node, channels)) {
      inputs.push_back(node.value);
      SmallVector<AffineExpr> indices =
          llvm::map_to_vector(node.indices, [&](AffineExpr index) {
            return index.replaceDims(toLoops);
          });
      maps.push_back(AffineMap::get(rank, 0, indices, context));
      inputExprs.push_back(expr);
    }
  }
  SmallVector<Value> inits;
  for (size_t i = 0; i < exprs.size(); ++i) {
    inits.push_back(tensor::EmptyOp::create(rewriter, loc, type, dynamicSizes));
    maps.push_back(identity);
  }
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      rewriter, loc, TypeRange(ValueRange(inits)), inputs, inits, maps,
      iterators,
      [&](OpBuilder &builder, Location bodyLoc, ValueRange arguments) {
        // As precise as constants are evaluated: rounded once, at the end.
        ExprEmitter emitter(builder, bodyLoc, pool, builder.getF64Type());
        for (auto [expr, argument] : llvm::zip(inputExprs, arguments))
          emitter.set(expr, argument);
        for (ChannelExpr expr : order) {
          const ChannelExprNode &node = pool.get(expr);
          if (node.kind == ChannelExprNode::Kind::Leaf &&
              isa<RankedTensorType>(node.value.getType()) &&
              !isReadInPlace(node, channels))
            emitter.set(expr,
                        emitExtract(builder, bodyLoc, node, channels, toLoops));
          else
            emitter.emit(expr);
        }
        SmallVector<Value> results =
            llvm::map_to_vector(exprs, [&](ChannelExpr expr) {
              return convertFloat(builder, bodyLoc, emitter.get(expr),
                                  type.getElementType());
            });
        linalg::YieldOp::create(builder, bodyLoc, results);
      });
  for (auto [expr, value] : llvm::zip_equal(exprs, generic.getResults()))
    emitted[expr.getId()] = value;
}

SmallVector<Value> mlir::convoy::detail::emitChannelVectors(
    RewriterBase &rewriter, Location loc, const ChannelExprPool &pool,
    ArrayRef<ChannelExpr> exprs, const ChannelSpace &channels,
    Type elementType) {
  auto [type, dynamicSizes] =
      getChannelShape(rewriter, loc, channels, elementType);
  llvm::DenseMap<int32_t, Value> emitted;
  SmallVector<ChannelExpr> runtime;
  for (ChannelExpr expr : exprs) {
    if (!pool.isConstant(expr)) {
      if (!llvm::is_contained(runtime, expr))
        runtime.push_back(expr);
    } else if (type.hasStaticShape()) {
      emitted[expr.getId()] = arith::ConstantOp::create(
          rewriter, loc, getChannelConstant(pool, expr, type));
    } else {
      Value number = arith::ConstantOp::create(
          rewriter, loc,
          rewriter.getFloatAttr(elementType, pool.get(expr).scalar));
      emitted[expr.getId()] =
          tensor::SplatOp::create(rewriter, loc, type, number, dynamicSizes);
    }
  }
  if (!runtime.empty())
    emitRuntimeVectors(rewriter, loc, pool, runtime, channels, type,
                       dynamicSizes, emitted);
  return llvm::map_to_vector(
      exprs, [&](ChannelExpr expr) { return emitted.lookup(expr.getId()); });
}

AffineMap mlir::convoy::detail::getChannelMap(ArrayRef<int64_t> dims,
                                              unsigned rank,
                                              MLIRContext *context) {
  SmallVector<AffineExpr> channels = llvm::map_to_vector(
      dims, [&](int64_t dim) { return getAffineDimExpr(dim, context); });
  return AffineMap::get(rank, 0, channels, context);
}

/// filter * scales, computed at run time by one op.
static Value emitScaledFilter(RewriterBase &rewriter, Location loc,
                              const ConvolutionInfo &conv,
                              ArrayRef<std::pair<Value, AffineMap>> scales) {
  Value filter = conv.getFilter();
  RankedTensorType type = conv.getFilterType();
  unsigned rank = type.getRank();
  AffineMap identity = rewriter.getMultiDimIdentityMap(rank);
  Value init = tensor::EmptyOp::create(
      rewriter, loc, tensor::getMixedSizes(rewriter, loc, filter),
      type.getElementType());
  SmallVector<Value> inputs = {filter};
  SmallVector<AffineMap> maps = {identity};
  for (auto [scale, map] : scales) {
    inputs.push_back(scale);
    maps.push_back(map);
  }
  maps.push_back(identity);
  return linalg::GenericOp::create(
             rewriter, loc, init.getType(), inputs, init, maps,
             SmallVector<utils::IteratorType>(rank,
                                              utils::IteratorType::parallel),
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

/// sum(filter[k,i] * shift[i]) for each output channel, computed at run time.
static Value emitShiftedFilterSum(RewriterBase &rewriter, Location loc,
                                  const ConvolutionInfo &conv, Value shift) {
  RankedTensorType type = conv.getFilterType();
  MLIRContext *context = type.getContext();
  unsigned rank = type.getRank();
  Type wide = conv.getResultType().getElementType();
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

/// An init that holds `bias[c]`, or one number everywhere.
static Value emitInit(RewriterBase &rewriter, Location loc,
                      const ChannelExprPool &pool, ChannelExpr expr, Value bias,
                      const ConvolutionInfo &conv) {
  RankedTensorType type = conv.getResultType();
  Value empty = tensor::EmptyOp::create(
      rewriter, loc, tensor::getMixedSizes(rewriter, loc, conv.getInit()),
      type.getElementType());
  if (!bias) {
    Value number = arith::ConstantOp::create(
        rewriter, loc,
        rewriter.getFloatAttr(type.getElementType(), pool.get(expr).scalar));
    return linalg::FillOp::create(rewriter, loc, number, empty).getResult(0);
  }
  SmallVector<int64_t> broadcastDims;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (!llvm::is_contained(conv.channelDims, dim))
      broadcastDims.push_back(dim);
  return linalg::BroadcastOp::create(rewriter, loc, bias, empty, broadcastDims)
      ->getResult(0);
}

ChannelExpr mlir::convoy::detail::emitRuntimeBias(RewriterBase &rewriter,
                                                  Location loc,
                                                  ChannelExprPool &pool,
                                                  const ConvolutionFold &fold) {
  const ConvolutionInfo &conv = fold.conv;
  Value shift = emitChannelVectors(rewriter, loc, pool, fold.input->shift,
                                   conv.getInputChannels(),
                                   conv.getResultType().getElementType())
                    .front();
  Value sum = emitShiftedFilterSum(rewriter, loc, conv, shift);
  SmallVector<AffineExpr> indices =
      llvm::map_to_vector(conv.channelDims, [&](int64_t dim) {
        return getAffineDimExpr(dim, rewriter.getContext());
      });
  ChannelExpr correction = pool.getLeaf(sum, indices);
  return pool.add(pool.multiply(pool.add(fold.bias, correction), fold.scale),
                  fold.shift);
}

std::pair<Value, Value> mlir::convoy::detail::emitParameters(
    RewriterBase &rewriter, ChannelExprPool &pool, const ConvolutionFold &fold,
    const FoldedParameters &parameters) {
  const ConvolutionInfo &conv = fold.conv;
  Location loc = conv.getResult().getLoc();
  MLIRContext *context = rewriter.getContext();
  Type elementType = conv.getResultType().getElementType();

  // A scale that stays behind takes the bias along.
  ChannelExpr bias = parameters.bias;
  if (parameters.keepsScale)
    bias = pool.getScalar(0);
  else if (!bias)
    bias = emitRuntimeBias(rewriter, loc, pool, fold);
  bool keepsInit = parameters.keepsScale ? pool.isScalar(fold.bias, 0)
                                         : parameters.keepsInit;
  bool scalesFilter = !parameters.keepsFilter && !parameters.filter;
  bool needsScale = scalesFilter && !parameters.keepsScale &&
                    !pool.isScalar(parameters.scale, 1);
  bool needsInputScale =
      scalesFilter && !pool.isScalar(parameters.inputScale, 1);
  bool needsBias =
      !keepsInit && pool.get(bias).kind != ChannelExprNode::Kind::Scalar;

  // A scale is rounded with the weight that it multiplies, so it must not be
  // rounded to 16 bits itself; a bias is stored in the type of the result.
  Type scaleType = elementType.getIntOrFloatBitWidth() < 32
                       ? Type(rewriter.getF32Type())
                       : elementType;
  Value scale, biasVector;
  if (needsScale && needsBias && scaleType == elementType) {
    SmallVector<Value> both =
        emitChannelVectors(rewriter, loc, pool, {parameters.scale, bias},
                           conv.getOutputChannels(), elementType);
    scale = both[0];
    biasVector = both[1];
  } else {
    if (needsScale)
      scale = emitChannelVectors(rewriter, loc, pool, parameters.scale,
                                 conv.getOutputChannels(), scaleType)
                  .front();
    if (needsBias)
      biasVector = emitChannelVectors(rewriter, loc, pool, bias,
                                      conv.getOutputChannels(), elementType)
                       .front();
  }

  unsigned filterRank = conv.getFilterType().getRank();
  SmallVector<std::pair<Value, AffineMap>> scales;
  if (needsScale)
    scales.push_back(
        {scale, getChannelMap(conv.filterChannelDims, filterRank, context)});
  if (needsInputScale)
    scales.push_back(
        {emitChannelVectors(rewriter, loc, pool, parameters.inputScale,
                            conv.getInputChannels(), scaleType)
             .front(),
         getChannelMap(conv.filterInputChannelDims, filterRank, context)});
  Value filter = conv.getFilter();
  if (parameters.filter)
    filter = arith::ConstantOp::create(rewriter, loc, parameters.filter);
  else if (!scales.empty())
    filter = emitScaledFilter(rewriter, loc, conv, scales);
  Value init = conv.getInit();
  if (!keepsInit)
    init = emitInit(rewriter, loc, pool, bias, biasVector, conv);
  return {filter, init};
}
