//===- FoldedParameters.cpp - Filters and biases of a fold ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Decides which parameters of a fold are constants, and emits them.
//
//===----------------------------------------------------------------------===//

#include "FoldedParameters.h"

#include "Convoy/Analysis/ConstantData.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

//===----------------------------------------------------------------------===//
// Computing
//===----------------------------------------------------------------------===//

/// Checks that a constant `expr` stays finite when it is rounded to `kind`.
static LogicalResult checkFinite(const ChannelExprPool &pool, ChannelExpr expr,
                                 FloatKind kind, Operation *op, StringRef what,
                                 Refusal &refusal) {
  if (!pool.isConstant(expr))
    return success();
  const ChannelExprNode &node = pool.get(expr);
  bool isScalar = node.kind == ChannelExprNode::Kind::Scalar;
  size_t count = isScalar ? 1 : node.vector.size();
  for (size_t channel = 0; channel < count; ++channel) {
    char rounded[sizeof(double)];
    storeRounded(kind, pool.evaluate(expr, channel), rounded);
    if (std::isfinite(loadAsDouble(kind, rounded)))
      continue;
    refusal = {Reason::NonFinite, op,
               llvm::formatv("expected a finite {0} for channel {1}, found {2}",
                             what, channel, pool.evaluate(expr, channel))
                   .str()};
    return failure();
  }
  return success();
}

FailureOr<FoldedParameters> mlir::convoy::detail::computeParameters(
    ChannelExprPool &pool, const ConvolutionFold &fold, Refusal &refusal) {
  const ConvolutionInfo &conv = fold.conv;
  Type resultType = conv.getResultType().getElementType();
  FoldedParameters parameters;
  parameters.scale = fold.scale;
  parameters.bias = pool.add(pool.multiply(fold.bias, fold.scale), fold.shift);
  parameters.keepsFilter = pool.isScalar(fold.scale, 1);
  parameters.keepsInit =
      parameters.bias == fold.bias ||
      (pool.isScalar(parameters.bias, 0) && pool.isScalar(fold.bias, 0));

  if (conv.getFilterType().getElementType() != resultType ||
      !(resultType.isF32() || resultType.isF64())) {
    refusal = {Reason::UnsupportedType, conv.op,
               "expected a filter and an accumulator of f32 or of f64"};
    return failure();
  }
  FloatKind kind = *getFloatKind(resultType);
  if (failed(checkFinite(pool, parameters.scale, kind, conv.op, "scale",
                         refusal)) ||
      failed(
          checkFinite(pool, parameters.bias, kind, conv.op, "bias", refusal)))
    return failure();

  Attribute filter = getConstantAttribute(conv.getFilter());
  if (filter && !parameters.keepsFilter && pool.isConstant(parameters.scale)) {
    FailureOr<TypedAttr> scaled =
        scaleFilter(pool, parameters.scale, conv, filter, refusal);
    if (failed(scaled))
      return failure();
    parameters.filter = *scaled;
  }
  return parameters;
}

//===----------------------------------------------------------------------===//
// Emitting
//===----------------------------------------------------------------------===//

namespace {
/// Emits expressions inside the body of one op over the channels.
class ExprEmitter {
public:
  ExprEmitter(OpBuilder &builder, Location loc, const ChannelExprPool &pool,
              Type type)
      : builder(builder), loc(loc), pool(pool), type(type) {}

  void set(ChannelExpr expr, Value value) {
    values[expr.getId()] = convert(value);
  }
  Value get(ChannelExpr expr) const { return values.lookup(expr.getId()); }

  /// Emits what is not a tensor operand of the op.
  void emit(ChannelExpr expr) {
    if (get(expr))
      return;
    const ChannelExprNode &node = pool.get(expr);
    if (node.kind == ChannelExprNode::Kind::Scalar)
      set(expr, arith::ConstantOp::create(
                    builder, loc, builder.getFloatAttr(type, node.scalar)));
    else if (node.kind == ChannelExprNode::Kind::Leaf)
      set(expr, node.value);
    else
      set(expr, emitApply(node));
  }

private:
  /// Floats are brought to the type of the computation.
  Value convert(Value value) {
    auto from = dyn_cast<FloatType>(value.getType());
    if (!from || from == type)
      return value;
    if (from.getWidth() < cast<FloatType>(type).getWidth())
      return arith::ExtFOp::create(builder, loc, type, value);
    return arith::TruncFOp::create(builder, loc, type, value);
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

  /// The original scalar op, with its float types widened to that of the
  /// computation. Conversions between floats disappear in it.
  Value emitOp(Operation *op, ArrayRef<Value> operands) {
    if (isa<arith::ExtFOp, arith::TruncFOp>(op))
      return operands.front();
    Type from = getElementTypeOrSelf(op->getResult(0).getType());
    OperationState state(loc, op->getName());
    state.addOperands(operands);
    state.addTypes(isa<FloatType>(from) ? type : from);
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
  if (node.kind == ChannelExprNode::Kind::Vector)
    return getRoundedConstant(type, node.vector);
  Builder builder(type.getContext());
  return DenseElementsAttr::get(type, Attribute(builder.getFloatAttr(
                                          type.getElementType(), node.scalar)));
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
          rewriter, loc, getChannelConstant(pool, expr, type)));
      maps.push_back(identity);
      inputExprs.push_back(expr);
    } else if (node.kind == ChannelExprNode::Kind::Leaf &&
               isa<RankedTensorType>(node.value.getType())) {
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
        ExprEmitter emitter(builder, bodyLoc, pool, type.getElementType());
        for (auto [expr, argument] : llvm::zip(inputExprs, arguments))
          emitter.set(expr, argument);
        for (ChannelExpr expr : order)
          emitter.emit(expr);
        SmallVector<Value> results = llvm::map_to_vector(
            exprs, [&](ChannelExpr expr) { return emitter.get(expr); });
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

/// filter * scale[c], computed at run time.
static Value emitScaledFilter(RewriterBase &rewriter, Location loc,
                              const ConvolutionInfo &conv, Value scale) {
  Value filter = conv.getFilter();
  RankedTensorType type = conv.getFilterType();
  MLIRContext *context = type.getContext();
  unsigned rank = type.getRank();
  SmallVector<AffineExpr> channels =
      llvm::map_to_vector(conv.filterChannelDims, [&](int64_t dim) {
        return getAffineDimExpr(dim, context);
      });
  AffineMap identity = AffineMap::getMultiDimIdentityMap(rank, context);
  Value init = tensor::EmptyOp::create(
      rewriter, loc, tensor::getMixedSizes(rewriter, loc, filter),
      type.getElementType());
  return linalg::GenericOp::create(
             rewriter, loc, init.getType(), ValueRange{filter, scale}, init,
             {identity, AffineMap::get(rank, 0, channels, context), identity},
             SmallVector<utils::IteratorType>(rank,
                                              utils::IteratorType::parallel),
             [](OpBuilder &builder, Location bodyLoc, ValueRange arguments) {
               Value product = arith::MulFOp::create(
                   builder, bodyLoc, arguments[0], arguments[1]);
               linalg::YieldOp::create(builder, bodyLoc, product);
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

std::pair<Value, Value> mlir::convoy::detail::emitParameters(
    RewriterBase &rewriter, const ChannelExprPool &pool,
    const ConvolutionFold &fold, const FoldedParameters &parameters) {
  const ConvolutionInfo &conv = fold.conv;
  Location loc = conv.getResult().getLoc();
  Type elementType = conv.getResultType().getElementType();

  SmallVector<ChannelExpr, 2> vectors;
  bool needsScale = !parameters.keepsFilter && !parameters.filter;
  bool needsBias = !parameters.keepsInit && pool.get(parameters.bias).kind !=
                                                ChannelExprNode::Kind::Scalar;
  if (needsScale)
    vectors.push_back(parameters.scale);
  if (needsBias)
    vectors.push_back(parameters.bias);
  SmallVector<Value> emitted = emitChannelVectors(
      rewriter, loc, pool, vectors, conv.getOutputChannels(), elementType);

  Value filter = conv.getFilter();
  if (parameters.filter)
    filter = arith::ConstantOp::create(rewriter, loc, parameters.filter);
  else if (needsScale)
    filter = emitScaledFilter(rewriter, loc, conv, emitted.front());
  Value init = conv.getInit();
  if (!parameters.keepsInit)
    init = emitInit(rewriter, loc, pool, parameters.bias,
                    needsBias ? emitted.back() : Value(), conv);
  return {filter, init};
}
