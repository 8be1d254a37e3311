//===- ParameterReader.cpp - Parameters as expressions --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A parameter element is followed through its producers by rewriting its
// indices. Since indices are expressions over the coordinates of the
// convolution's result, "is this per channel?" is a question about the
// expression that arrives at the leaf, not about shapes: C == W and N == 1 are
// no special cases. Values that are known now are read in
// ParameterConstants.cpp, bodies of ops in ParameterBodies.cpp.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/ParameterReader.h"

#include "Packing.h"

#include "Convoy/Analysis/ConstantData.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/AffineMap.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

/// Producers are followed this far; what lies deeper is a run-time value. It
/// bounds the recursion on hostile input.
static constexpr unsigned kMaxProducerDepth = 64;

ParameterReader::ParameterReader(ChannelExprPool &pool, ChannelSpace channels,
                                 std::function<bool(Value)> isDerived)
    : pool(pool), channels(std::move(channels)),
      isDerived(std::move(isDerived)) {}

FailureOr<ChannelExpr> ParameterReader::read(Value value,
                                             ArrayRef<AffineExpr> indices,
                                             Refusal &refusal) {
  if (isDerived(value))
    return refuse(refusal, Reason::DependsOnConv, value.getDefiningOp(),
                  "the operand is computed from the convolution");
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type) {
    if (isa<ShapedType>(value.getType()))
      return refuse(refusal, Reason::UnsupportedType, value.getDefiningOp(),
                    "expected ranked tensors or scalars as parameters");
    if (value.getType().isIndex() && indices.size() == 1)
      return readPosition(value.getDefiningOp(), indices.front(), refusal);
    if (Attribute attribute = getConstantAttribute(value))
      return readScalarConstant(value.getDefiningOp(), attribute, refusal);
    return pool.getLeaf(value, {});
  }

  MLIRContext *context = value.getContext();
  int64_t maxDim = -1, maxSymbol = -1;
  getMaxDimAndSymbol<ArrayRef<AffineExpr>>({indices}, maxDim, maxSymbol);
  AffineMap map =
      AffineMap::get(channels.type.getRank(), maxSymbol + 1, indices, context);
  auto key = std::pair(value, map);
  if (ChannelExpr expr = known.lookup(key))
    return expr;
  FailureOr<ChannelExpr> expr = readTensor(value, indices, refusal);
  if (succeeded(expr))
    known[key] = *expr;
  return expr;
}

/// The indices into the source of the data movement `op` for `indices` into
/// its result; none if `op` is no data movement. A null expression is a
/// coordinate that dynamic sizes hide.
static std::optional<SmallVector<AffineExpr>>
getSourceIndices(Operation *op, ArrayRef<AffineExpr> indices) {
  using Indices = std::optional<SmallVector<AffineExpr>>;
  return llvm::TypeSwitch<Operation *, Indices>(op)
      .Case([&](tensor::CastOp cast) -> Indices {
        if (!isa<RankedTensorType>(cast.getSource().getType()))
          return std::nullopt;
        return llvm::to_vector(indices);
      })
      .Case([&](tensor::ExpandShapeOp expand) -> Indices {
        return collapseIndices(indices, expand.getReassociationIndices(),
                               expand.getResultType());
      })
      .Case([&](tensor::CollapseShapeOp collapse) -> Indices {
        return expandIndices(indices, collapse.getReassociationIndices(),
                             collapse.getSrcType());
      })
      .Case([&](tensor::ExtractSliceOp slice) -> Indices {
        if (slice.getSourceType().getRank() != slice.getType().getRank())
          return std::nullopt;
        SmallVector<AffineExpr> source;
        for (auto [index, offset, stride] : llvm::zip_equal(
                 indices, slice.getMixedOffsets(), slice.getMixedStrides())) {
          std::optional<int64_t> at = getConstantIntValue(offset);
          std::optional<int64_t> step = getConstantIntValue(stride);
          if (!at || !step)
            return std::nullopt;
          source.push_back(index * *step + *at);
        }
        return source;
      })
      .Case([&](linalg::PackOp pack) -> Indices {
        if (mayAddPadding(pack))
          return std::nullopt;
        return getPackingSourceIndices(*op, indices);
      })
      .Case([&](linalg::UnPackOp) -> Indices {
        return getPackingSourceIndices(*op, indices);
      })
      .Default([](Operation *) -> Indices { return std::nullopt; });
}

FailureOr<ChannelExpr> ParameterReader::readTensor(Value value,
                                                   ArrayRef<AffineExpr> indices,
                                                   Refusal &refusal) {
  Operation *op = value.getDefiningOp();
  if (Attribute attribute = getConstantAttribute(value)) {
    bool isStaticFloat =
        getFloatKind(getElementTypeOrSelf(value)) && channels.isEnumerable();
    return isStaticFloat ? readConstant(op, attribute, indices, refusal)
                         : readLeaf(value, indices, refusal);
  }
  if (!op || depth >= kMaxProducerDepth)
    return readLeaf(value, indices, refusal);

  ++depth;
  llvm::scope_exit restore([&] { --depth; });
  if (auto splat = dyn_cast<tensor::SplatOp>(op))
    return read(splat.getInput(), {}, refusal);
  if (auto fill = dyn_cast<linalg::FillOp>(op);
      fill && fill.value().getType() == getElementTypeOrSelf(value))
    return read(fill.value(), {}, refusal);
  // What hides a coordinate is a leaf itself.
  std::optional<SmallVector<AffineExpr>> source = getSourceIndices(op, indices);
  if (source && llvm::all_of(*source, [](AffineExpr e) { return !!e; }))
    return read(op->getOperand(0), *source, refusal);

  auto structured = dyn_cast<linalg::LinalgOp>(op);
  bool isParallel =
      structured && structured.hasPureTensorSemantics() &&
      structured.getNumParallelLoops() == structured.getNumLoops();
  if (isParallel || isa<tensor::GenerateOp>(op)) {
    FailureOr<ChannelExpr> expr =
        isParallel ? readStructured(structured, cast<OpResult>(value), indices,
                                    refusal)
                   : readGenerated(*op->getRegion(0).begin(), indices, refusal);
    if (succeeded(expr))
      return expr;
    // A constant that cannot be read is to blame itself; everything else that
    // the body does makes its result a run-time value.
    if (refusal.reason == Reason::MissingResource ||
        refusal.reason == Reason::DependsOnConv)
      return failure();
    Refusal ofBody = refusal;
    FailureOr<ChannelExpr> leaf = readLeaf(value, indices, refusal);
    // What the body reads says best what it varies along.
    if (failed(leaf) && ofBody.reason == Reason::NotPerChannel)
      refusal = ofBody;
    return leaf;
  }
  if (OpTrait::hasElementwiseMappableTraits(op) && op->getNumResults() == 1)
    return readElementwise(op, indices, refusal);
  return readLeaf(value, indices, refusal);
}

FailureOr<ChannelExpr>
ParameterReader::readElementwise(Operation *op, ArrayRef<AffineExpr> indices,
                                 Refusal &refusal) {
  SmallVector<ChannelExpr> operands;
  for (Value operand : op->getOperands()) {
    ArrayRef<AffineExpr> at = isa<RankedTensorType>(operand.getType())
                                  ? indices
                                  : ArrayRef<AffineExpr>();
    FailureOr<ChannelExpr> expr = read(operand, at, refusal);
    if (failed(expr))
      return failure();
    operands.push_back(*expr);
  }
  if (ChannelExpr expr = pool.apply(op, operands))
    return expr;
  return readLeaf(op->getResult(0), indices, refusal);
}

FailureOr<ChannelExpr> ParameterReader::readLeaf(Value value,
                                                 ArrayRef<AffineExpr> indices,
                                                 Refusal &refusal) {
  SmallVector<AffineExpr> restricted(indices);
  ArrayRef<int64_t> shape = cast<RankedTensorType>(value.getType()).getShape();
  Operation *op = value.getDefiningOp();
  if (failed(restrictToChannels(op, shape, restricted, refusal)) ||
      failed(checkBounds(op, shape, restricted, refusal)))
    return failure();
  return pool.getLeaf(value, restricted);
}

/// An op that reads a leaf at `indices` must verify: each position must lie in
/// the leaf. Plain dimensions do; what else is computed is tried for all
/// channels.
LogicalResult ParameterReader::checkBounds(Operation *op,
                                           ArrayRef<int64_t> shape,
                                           ArrayRef<AffineExpr> indices,
                                           Refusal &refusal) {
  auto isPlain = [&](AffineExpr index, int64_t size) {
    if (auto constant = dyn_cast<AffineConstantExpr>(index))
      return constant.getValue() >= 0 &&
             (ShapedType::isDynamic(size) || constant.getValue() < size);
    auto dim = dyn_cast<AffineDimExpr>(index);
    int64_t range = dim ? channels.type.getDimSize(dim.getPosition()) : 0;
    return dim && (ShapedType::isDynamic(size) ||
                   ShapedType::isDynamic(range) || range <= size);
  };
  bool allPlain = llvm::all_of(llvm::zip_equal(indices, shape), [&](auto pair) {
    return isPlain(std::get<0>(pair), std::get<1>(pair));
  });
  if (allPlain)
    return success();
  bool inBounds = channels.isEnumerable();
  if (inBounds)
    channels.forEachChannel([&](ArrayRef<int64_t> coordinates) {
      for (auto [index, size] : llvm::zip_equal(indices, shape)) {
        std::optional<int64_t> position = evaluateAffine(index, coordinates);
        inBounds &= position && *position >= 0 &&
                    !ShapedType::isDynamic(size) && *position < size;
      }
    });
  if (!inBounds)
    return refuse(refusal, Reason::NotPerChannel, op,
                  "expected one element for each output channel");
  return success();
}

static bool hasSymbols(AffineExpr expr) {
  bool found = false;
  expr.walk([&](AffineExpr part) { found |= isa<AffineSymbolExpr>(part); });
  return found;
}

/// `index` over the dimensions of `type`, without those of size 1: these have
/// the one coordinate 0.
static AffineExpr dropUnitDims(AffineExpr index, RankedTensorType type) {
  MLIRContext *context = type.getContext();
  if (auto dim = dyn_cast<AffineDimExpr>(index))
    return type.getDimSize(dim.getPosition()) == 1
               ? getAffineConstantExpr(0, context)
               : index;
  SmallVector<AffineExpr> dims;
  for (auto [position, size] : llvm::enumerate(type.getShape()))
    dims.push_back(size == 1 ? getAffineConstantExpr(0, context)
                             : getAffineDimExpr(position, context));
  return index.replaceDims(dims);
}

LogicalResult
ParameterReader::restrictToChannels(Operation *op, ArrayRef<int64_t> shape,
                                    SmallVectorImpl<AffineExpr> &indices,
                                    Refusal &refusal) {
  for (auto [index, size] : llvm::zip_equal(indices, shape)) {
    // A dimension of size 1 has one coordinate in the parameter as well.
    index = size == 1 ? getAffineConstantExpr(0, index.getContext())
                      : dropUnitDims(index, channels.type);
    if (hasSymbols(index))
      return refuse(refusal, Reason::AmbiguousChannel, op,
                    "the position of the channels is hidden by a slice or by a "
                    "reshape of dynamic sizes");
    std::optional<unsigned> other;
    bool alongChannels = false;
    index.walk([&](AffineExpr part) {
      auto dim = dyn_cast<AffineDimExpr>(part);
      if (!dim)
        return;
      unsigned position = dim.getPosition();
      if (llvm::is_contained(channels.dims, int64_t(position)))
        alongChannels = true;
      else
        other = std::min(position, other.value_or(position));
    });
    if (other)
      return refuse(
          refusal, Reason::NotPerChannel, op,
          "the operand varies along dimension " + Twine(*other) +
              " of the convolution, which is not a channel" +
              (alongChannels ? ", and along the channels at once" : ""));
  }
  return success();
}
