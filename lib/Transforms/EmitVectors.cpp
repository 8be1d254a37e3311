//===- EmitVectors.cpp - Vectors of channels at run time ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits expressions over channels: constants as constants, everything else in
// one op on vectors. What that op reads from several tensors as if it was one
// is put together in front of it, and slices and reshapes are made
// (ChannelViews.cpp).
//
//===----------------------------------------------------------------------===//

#include "ChannelViews.h"
#include "FoldedParameters.h"
#include "ParallelGeneric.h"

#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

Value mlir::convoy::detail::convertFloat(OpBuilder &builder, Location loc,
                                         Value value, Type type) {
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
  llvm::SmallDenseMap<int32_t, Value, 32> values;
};
} // namespace

std::pair<RankedTensorType, SmallVector<Value>>
mlir::convoy::detail::getChannelShape(RewriterBase &rewriter, Location loc,
                                      const ChannelSpace &channels,
                                      Type elementType) {
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

/// The tensors that expressions read: leaves, and what is put together from
/// parts.
using SourceTensors = llvm::SmallDenseMap<int32_t, ChannelSource, 8>;

/// The tensor that `expr` reads, or null.
static const ChannelSource *findSource(const SourceTensors &sources,
                                       ChannelExpr expr) {
  auto source = sources.find(expr.getId());
  return source == sources.end() ? nullptr : &source->second;
}

/// Emits one tensor of all parts of `node`, in f64.
static Value emitParts(RewriterBase &rewriter, Location loc,
                       const ChannelExprPool &pool, const ChannelParts &parts) {
  Type type = rewriter.getF64Type();
  Value whole = tensor::EmptyOp::create(rewriter, loc, parts.sizes, type);
  size_t rank = parts.sizes.size();
  for (const ChannelParts::Part &part : parts.parts) {
    // A part of no channels may lie behind the last one, where nothing can be
    // inserted.
    if (llvm::is_contained(part.channels.getSizes(), 0))
      continue;
    Value vector =
        emitChannelVectors(rewriter, loc, pool, part.expr, part.channels, type)
            .front();
    SmallVector<OpFoldResult> offsets(rank, rewriter.getIndexAttr(0));
    offsets[parts.dim] = rewriter.getIndexAttr(part.offset);
    SmallVector<OpFoldResult> sizes =
        getAsIndexOpFoldResult(rewriter.getContext(), part.channels.getSizes());
    SmallVector<OpFoldResult> strides(rank, rewriter.getIndexAttr(1));
    whole = tensor::InsertSliceOp::create(rewriter, loc, vector, whole, offsets,
                                          sizes, strides);
  }
  return whole;
}

/// The tensors from which the expressions of `order` read; emits those that are
/// put together, and slices and reshapes that are read in place.
static SourceTensors emitSources(RewriterBase &rewriter, Location loc,
                                 const ChannelExprPool &pool,
                                 ArrayRef<ChannelExpr> order,
                                 const ChannelSpace &channels) {
  SourceTensors sources;
  for (ChannelExpr expr : order) {
    const ChannelExprNode &node = pool.get(expr);
    Value tensor;
    if (node.parts)
      tensor = emitParts(rewriter, loc, pool, *node.parts);
    else if (node.value && isa<RankedTensorType>(node.value.getType()))
      tensor = node.value;
    if (tensor)
      sources[expr.getId()] =
          createChannelView(rewriter, loc, {tensor, node.indices}, channels);
  }
  return sources;
}

namespace {
/// Emits the one op that computes expressions over channels at run time.
class RuntimeVectors {
public:
  /// Emits what the op reads.
  RuntimeVectors(RewriterBase &rewriter, Location loc,
                 const ChannelExprPool &pool, ArrayRef<ChannelExpr> exprs,
                 const ChannelSpace &channels, RankedTensorType type);

  /// Emits the op. Its results are vectors of the type, one for each of the
  /// expressions.
  ValueRange emit(ArrayRef<Value> dynamicSizes);

private:
  void addInput(ChannelExpr expr, Value tensor, AffineMap map);
  AffineMap getMap(const ChannelSource &source) const;
  Value findEmpty() const;
  SmallVector<Value> emitIndices(OpBuilder &builder, Location bodyLoc,
                                 ArrayRef<AffineExpr> indices) const;
  void emitExpr(ExprEmitter &emitter, OpBuilder &builder, Location bodyLoc,
                ChannelExpr expr) const;
  void emitBody(OpBuilder &builder, Location bodyLoc,
                ValueRange arguments) const;

  RewriterBase &rewriter;
  Location loc;
  const ChannelExprPool &pool;
  ArrayRef<ChannelExpr> exprs;
  const ChannelSpace &channels;
  RankedTensorType type;
  AffineMap identity;
  /// The coordinates of the convolution as loops over the channels.
  SmallVector<AffineExpr> toLoops;
  /// The coordinates of the channels.
  SmallVector<AffineExpr> inOrder;
  SmallVector<ChannelExpr> order;
  SourceTensors sources;
  /// The op's inputs, which of `order` they are, and how they are read.
  SmallVector<Value> inputs;
  SmallVector<ChannelExpr> inputExprs;
  SmallVector<AffineMap> maps;
};
} // namespace

RuntimeVectors::RuntimeVectors(RewriterBase &rewriter, Location loc,
                               const ChannelExprPool &pool,
                               ArrayRef<ChannelExpr> exprs,
                               const ChannelSpace &channels,
                               RankedTensorType type)
    : rewriter(rewriter), loc(loc), pool(pool), exprs(exprs),
      channels(channels), type(type),
      identity(rewriter.getMultiDimIdentityMap(type.getRank())),
      toLoops(channels.type.getRank(), rewriter.getAffineConstantExpr(0)),
      order(pool.getPostOrder(exprs)),
      sources(emitSources(rewriter, loc, pool, order, channels)) {
  for (auto [loop, dim] : llvm::enumerate(channels.dims)) {
    toLoops[dim] = rewriter.getAffineDimExpr(loop);
    inOrder.push_back(rewriter.getAffineDimExpr(dim));
  }
  for (ChannelExpr expr : order) {
    if (pool.get(expr).kind == ChannelExprNode::Kind::Vector) {
      TypedAttr numbers =
          getChannelConstant(pool, expr, type.clone(rewriter.getF64Type()));
      addInput(expr, arith::ConstantOp::create(rewriter, loc, numbers),
               identity);
    } else if (const ChannelSource *source = findSource(sources, expr);
               source && isReadInPlace(*source, channels)) {
      addInput(expr, source->tensor, getMap(*source));
    }
  }
}

void RuntimeVectors::addInput(ChannelExpr expr, Value tensor, AffineMap map) {
  inputs.push_back(tensor);
  inputExprs.push_back(expr);
  maps.push_back(map);
}

/// The map through which a source is read that is read in place.
AffineMap RuntimeVectors::getMap(const ChannelSource &source) const {
  // As most are; their map need not be looked up.
  if (llvm::equal(source.indices, inOrder))
    return identity;
  SmallVector<AffineExpr> indices =
      llvm::map_to_vector(source.indices, [&](AffineExpr index) {
        return index.replaceDims(toLoops);
      });
  return AffineMap::get(type.getRank(), 0, indices, type.getContext());
}

/// Emits the numbers that `indices` are, inside the body.
SmallVector<Value>
RuntimeVectors::emitIndices(OpBuilder &builder, Location bodyLoc,
                            ArrayRef<AffineExpr> indices) const {
  SmallVector<Value> loops;
  for (size_t loop = 0; loop < channels.dims.size(); ++loop)
    loops.push_back(linalg::IndexOp::create(builder, bodyLoc, loop));
  return llvm::map_to_vector(indices, [&](AffineExpr index) {
    return affine::expandAffineExpr(builder, bodyLoc,
                                    index.replaceDims(toLoops), loops, {});
  });
}

/// Emits one of the expressions in the body, behind those that it is made of.
void RuntimeVectors::emitExpr(ExprEmitter &emitter, OpBuilder &builder,
                              Location bodyLoc, ChannelExpr expr) const {
  const ChannelSource *source = findSource(sources, expr);
  const ChannelExprNode &node = pool.get(expr);
  // A leaf that is not read in place is a slice, or a shuffle.
  if (source && !isReadInPlace(*source, channels))
    emitter.set(expr, tensor::ExtractOp::create(
                          builder, bodyLoc, source->tensor,
                          emitIndices(builder, bodyLoc, source->indices)));
  else if (node.kind == ChannelExprNode::Kind::Position)
    emitter.set(expr, emitIndices(builder, bodyLoc, node.indices).front());
  else
    emitter.emit(expr);
}

void RuntimeVectors::emitBody(OpBuilder &builder, Location bodyLoc,
                              ValueRange arguments) const {
  // As precise as constants are evaluated: rounded once, at the end.
  ExprEmitter emitter(builder, bodyLoc, pool, builder.getF64Type());
  for (auto [expr, argument] : llvm::zip(inputExprs, arguments))
    emitter.set(expr, argument);
  for (ChannelExpr expr : order)
    emitExpr(emitter, builder, bodyLoc, expr);
  SmallVector<Value> results =
      llvm::map_to_vector(exprs, [&](ChannelExpr expr) {
        return convertFloat(builder, bodyLoc, emitter.get(expr),
                            type.getElementType());
      });
  linalg::YieldOp::create(builder, bodyLoc, results);
}

/// What an op that is read through was written to, if the new op can be as
/// well; null if there is none.
Value RuntimeVectors::findEmpty() const {
  Block *block = rewriter.getInsertionBlock();
  if (rewriter.getInsertionPoint() == block->end())
    return {};
  for (ChannelExpr expr : order) {
    Operation *op = pool.get(expr).op;
    auto structured =
        op ? dyn_cast<linalg::LinalgOp>(op->getParentOp()) : nullptr;
    if (!structured || structured->getResultTypes() != TypeRange(type))
      continue;
    auto empty =
        structured->getOperands().back().getDefiningOp<tensor::EmptyOp>();
    if (empty && empty->getBlock() == block && empty.getType() == type &&
        empty->isBeforeInBlock(&*rewriter.getInsertionPoint()))
      return empty;
  }
  return {};
}

ValueRange RuntimeVectors::emit(ArrayRef<Value> dynamicSizes) {
  Value empty = type.hasStaticShape() ? findEmpty() : Value();
  if (!empty)
    empty = tensor::EmptyOp::create(rewriter, loc, type, dynamicSizes);
  SmallVector<Value> inits(exprs.size(), empty);
  maps.append(exprs.size(), identity);
  return createParallelGeneric(
             rewriter, loc, inputs, inits, maps,
             [&](OpBuilder &builder, Location bodyLoc, ValueRange arguments) {
               emitBody(builder, bodyLoc, arguments);
             })
      .getResults();
}

SmallVector<Value> mlir::convoy::detail::emitChannelVectors(
    RewriterBase &rewriter, Location loc, const ChannelExprPool &pool,
    ArrayRef<ChannelExpr> exprs, const ChannelSpace &channels,
    Type elementType) {
  auto [type, dynamicSizes] =
      getChannelShape(rewriter, loc, channels, elementType);
  // By the expressions that they hold.
  llvm::SmallDenseMap<int32_t, Value, 4> emitted;
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
  if (!runtime.empty()) {
    RuntimeVectors op(rewriter, loc, pool, runtime, channels, type);
    for (auto [expr, value] : llvm::zip_equal(runtime, op.emit(dynamicSizes)))
      emitted[expr.getId()] = value;
  }
  return llvm::map_to_vector(
      exprs, [&](ChannelExpr expr) { return emitted.lookup(expr.getId()); });
}
