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

/// A splat is as small in memory as its tensor is large; scaled by a vector it
/// would become data. Beyond this many elements that is left to run time.
static constexpr int64_t kMaxElementsFromSplat = int64_t(1) << 24;

/// The constant filter, or null if it is none or must not be expanded.
static Attribute getFoldableFilter(const ConvolutionInfo &conv) {
  Attribute filter = getConstantAttribute(conv.getFilter());
  auto dense = dyn_cast_if_present<DenseElementsAttr>(filter);
  if (dense && dense.isSplat() &&
      conv.getFilterType().getNumElements() > kMaxElementsFromSplat)
    return {};
  return filter;
}

/// The bias of the new convolution, as far as it is known without emitting
/// anything.
static FailureOr<ChannelExpr> computeBias(ChannelExprPool &pool,
                                          const ConvolutionFold &fold,
                                          Attribute filter, Refusal &refusal) {
  ChannelExpr bias = fold.bias;
  if (fold.input && !pool.isScalar(fold.input->shift, 0)) {
    if (!filter || !pool.isConstant(fold.input->shift) ||
        !fold.conv.getOutputChannels().isEnumerable())
      return ChannelExpr();
    FailureOr<std::vector<double>> sums =
        sumShiftedFilter(pool, fold.input->shift, fold.conv, filter, refusal);
    if (failed(sums))
      return failure();
    bias = pool.add(bias, pool.getVector(std::move(*sums)));
  }
  return pool.add(pool.multiply(bias, fold.scale), fold.shift);
}

/// The types between which Convoy folds: the accumulator holds what the filter
/// holds.
static LogicalResult checkTypes(const ConvolutionInfo &conv, Refusal &refusal) {
  auto filter = cast<FloatType>(conv.getFilterType().getElementType());
  auto result = cast<FloatType>(conv.getResultType().getElementType());
  if (filter == result || filter.getWidth() < result.getWidth())
    return success();
  refusal = {Reason::UnsupportedType, conv.op,
             "expected an accumulator no narrower than the filter"};
  return failure();
}

/// Decides where the scales of `fold` go.
static LogicalResult placeScales(ChannelExprPool &pool,
                                 const ConvolutionFold &fold, Attribute filter,
                                 const AuditedTypes &types,
                                 const FoldOptions &options,
                                 FoldedParameters &parameters,
                                 Refusal &refusal) {
  const ConvolutionInfo &conv = fold.conv;
  bool is16Bit = getSizeInBytes(types.filter) == 2;
  bool hasOutputScale = !pool.isScalar(parameters.scale, 1);
  if (parameters.keepsFilter)
    return success();

  // The audit reads the weights once more; it is worth that where a decision
  // hangs on it or 16 bits make the numbers interesting.
  bool isConstant = filter && pool.isConstant(parameters.scale) &&
                    pool.isConstant(parameters.inputScale);
  if (isConstant && (is16Bit || options.accuracyLimit > 0)) {
    FailureOr<ConstantData> data = ConstantData::get(filter, refusal);
    if (failed(data)) {
      refusal.op = conv.op;
      return failure();
    }
    parameters.audit =
        auditFold(pool, conv, *data, parameters.scale, parameters.inputScale,
                  fold.bias, fold.shift, types);
  }

  double limit = options.accuracyLimit > 0 ? options.accuracyLimit
                 : options.policy == FoldPolicy::Auto
                     ? 2.0
                     : std::numeric_limits<double>::infinity();
  bool isSafe = !is16Bit;
  if (parameters.audit)
    isSafe = parameters.audit->numOverflows == 0 &&
             parameters.audit->rmseRatio <= limit;
  else if (options.policy == FoldPolicy::Weights)
    isSafe = true;
  // An accumulator of 16 bits has rounded already; a scale behind it gains
  // nothing.
  bool canKeep = conv.getResultType().getElementTypeBitWidth() > 16;
  bool wantsEpilogue = options.policy == FoldPolicy::Epilogue ||
                       (options.policy == FoldPolicy::Auto && !isSafe);
  if (wantsEpilogue && canKeep) {
    parameters.keepsScale = hasOutputScale;
    parameters.keepsInput = fold.input && !isSafe;
    return success();
  }
  if (isSafe || (!parameters.audit && !canKeep))
    return success();
  refusal = {
      Reason::AccuracyLimit, conv.op,
      llvm::formatv("expected a predicted RMSE of at most {0} times that "
                    "of the unfused program and no overflow, found {1} "
                    "times and {2} overflows",
                    limit, parameters.audit->rmseRatio,
                    parameters.audit->numOverflows)
          .str()};
  return failure();
}

FailureOr<FoldedParameters> mlir::convoy::detail::computeParameters(
    ChannelExprPool &pool, const ConvolutionFold &fold,
    const AuditedTypes &types, const FoldOptions &options, Refusal &refusal) {
  const ConvolutionInfo &conv = fold.conv;
  if (failed(checkTypes(conv, refusal)))
    return failure();
  Attribute filter = getFoldableFilter(conv);
  FoldedParameters parameters;
  parameters.scale = fold.scale;
  parameters.inputScale = fold.input ? fold.input->scale : pool.getScalar(1);
  parameters.keepsFilter = pool.isScalar(parameters.scale, 1) &&
                           pool.isScalar(parameters.inputScale, 1);
  if (failed(
          placeScales(pool, fold, filter, types, options, parameters, refusal)))
    return failure();
  ConvolutionFold placed = fold;
  if (parameters.keepsInput) {
    placed.input.reset();
    parameters.inputScale = pool.getScalar(1);
  }

  FailureOr<ChannelExpr> bias = computeBias(pool, placed, filter, refusal);
  if (failed(bias))
    return failure();
  parameters.bias = *bias;
  parameters.keepsInit =
      parameters.bias &&
      (parameters.bias == fold.bias ||
       (pool.isScalar(parameters.bias, 0) && pool.isScalar(fold.bias, 0)));

  FloatKind kind = *getFloatKind(conv.getResultType().getElementType());
  auto isFinite = [&](ChannelExpr expr, StringRef what) {
    return !expr ||
           succeeded(checkFinite(pool, expr, kind, conv.op, what, refusal));
  };
  if (!isFinite(parameters.scale, "scale") ||
      !isFinite(parameters.inputScale, "scale of the input") ||
      !isFinite(parameters.bias, "bias"))
    return failure();

  ChannelExpr intoFilter =
      parameters.keepsScale ? pool.getScalar(1) : parameters.scale;
  parameters.keepsFilter =
      pool.isScalar(intoFilter, 1) && pool.isScalar(parameters.inputScale, 1);
  if (filter && !parameters.keepsFilter && pool.isConstant(intoFilter) &&
      pool.isConstant(parameters.inputScale)) {
    FailureOr<TypedAttr> scaled = scaleFilter(
        pool, intoFilter, parameters.inputScale, conv, filter, refusal);
    if (failed(scaled))
      return failure();
    parameters.filter = *scaled;
  }
  return parameters;
}

//===----------------------------------------------------------------------===//
// Emitting
//===----------------------------------------------------------------------===//

/// `value` in the float type `type`.
static Value convertFloat(OpBuilder &builder, Location loc, Value value,
                          Type type) {
  auto from = dyn_cast<FloatType>(value.getType());
  if (!from || from == type)
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

  unsigned filterRank = conv.getFilterType().getRank();
  SmallVector<std::pair<Value, AffineMap>> scales;
  auto addScale = [&](ChannelExpr scale, const ChannelSpace &channels,
                      ArrayRef<int64_t> filterDims) {
    if (pool.isScalar(scale, 1))
      return;
    Value vector =
        emitChannelVectors(rewriter, loc, pool, scale, channels, elementType)
            .front();
    scales.push_back({vector, getChannelMap(filterDims, filterRank, context)});
  };
  Value filter = conv.getFilter();
  if (parameters.filter) {
    filter = arith::ConstantOp::create(rewriter, loc, parameters.filter);
  } else if (!parameters.keepsFilter) {
    if (!parameters.keepsScale)
      addScale(parameters.scale, conv.getOutputChannels(),
               conv.filterChannelDims);
    addScale(parameters.inputScale, conv.getInputChannels(),
             conv.filterInputChannelDims);
    filter = emitScaledFilter(rewriter, loc, conv, scales);
  }

  // A scale that stays behind takes the bias along.
  ChannelExpr bias = parameters.bias;
  if (parameters.keepsScale)
    bias = pool.getScalar(0);
  else if (!bias)
    bias = emitRuntimeBias(rewriter, loc, pool, fold);
  bool keepsInit = parameters.keepsScale ? pool.isScalar(fold.bias, 0)
                                         : parameters.keepsInit;
  if (keepsInit)
    return {filter, conv.getInit()};
  Value vector;
  if (pool.get(bias).kind != ChannelExprNode::Kind::Scalar)
    vector = emitChannelVectors(rewriter, loc, pool, bias,
                                conv.getOutputChannels(), elementType)
                 .front();
  return {filter, emitInit(rewriter, loc, pool, bias, vector, conv)};
}
