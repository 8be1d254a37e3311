//===- JoinedPartsBuilder.cpp - Making what parts are joined to -----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FoldedParameters.h"
#include "JoinedParts.h"

#include "Convoy/Analysis/ConstantData.h"
#include "Convoy/Analysis/ConvolutionInfo.h"
#include "Convoy/Analysis/FloatRows.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::convoy;

//===----------------------------------------------------------------------===//
// Constants and slices
//===----------------------------------------------------------------------===//

static ConstantData getData(Value constant) {
  // Planning has read it before.
  Refusal ignored;
  return *ConstantData::get(getConstantAttribute(constant), ignored);
}

/// Rows of all parts along and behind the dimension follow each other for each
/// position in front of it.
static TypedAttr concatenateConstants(const Parts &parts) {
  RankedTensorType type = parts.getType();
  SmallVector<ConstantData> data = llvm::map_to_vector(parts.values, getData);
  if (llvm::all_of(data, [&](const ConstantData &part) {
        return part.isSplat() && part.getRawData() == data[0].getRawData();
      }))
    return DenseElementsAttr::getFromRawBuffer(parts.getJoinedType(),
                                               data[0].getRawData());
  int64_t rowLength =
      ShapedType::getNumElements(type.getShape().drop_front(parts.dim));
  std::vector<double> numbers(parts.getJoinedType().getNumElements());
  MutableArrayRef<double> rest = numbers;
  for (int64_t first = 0; first < type.getNumElements(); first += rowLength)
    for (const ConstantData &part : data) {
      loadRow(part, first, rest.take_front(rowLength));
      rest = rest.drop_front(rowLength);
    }
  return convoy::detail::getRoundedConstant(parts.getJoinedType(), numbers);
}

static Value createSlice(OpBuilder &builder, const Parts &parts) {
  auto first = parts.values.front().getDefiningOp<tensor::ExtractSliceOp>();
  SmallVector<OpFoldResult> sizes = first.getMixedSizes();
  sizes[parts.dim] =
      builder.getIndexAttr(parts.getJoinedType().getDimSize(parts.dim));
  return tensor::ExtractSliceOp::create(
      builder, first.getLoc(), parts.getJoinedType(), first.getSource(),
      first.getMixedOffsets(), sizes, first.getMixedStrides());
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

/// Operand `index` of the op that joins those of `node`.
Value PartJoiner::buildOperand(OpBuilder &builder, const Node &node,
                               unsigned index) {
  if (node.operands[index] != kShared)
    return build(builder, node.operands[index]);
  return node.parts.values.front().getDefiningOp()->getOperand(index);
}

/// A tensor like `model`, `factor` times as large along `dim`.
static Value createEmpty(OpBuilder &builder, Location loc, Value model,
                         int64_t dim, int64_t factor) {
  auto type = cast<RankedTensorType>(model.getType());
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, model);
  sizes[dim] = builder.getIndexAttr(type.getDimSize(dim) * factor);
  return tensor::EmptyOp::create(builder, loc, sizes, type.getElementType());
}

Value PartJoiner::buildElementwise(OpBuilder &builder, const Node &node) {
  auto part = cast<OpResult>(node.parts.values.front());
  auto op = cast<linalg::LinalgOp>(part.getOwner());
  if (Operation *clone = ops.lookup(op))
    return clone->getResult(part.getResultNumber());

  unsigned loop =
      op.getIndexingMapMatchingResult(part).getDimPosition(node.parts.dim);
  SmallVector<Value> operands;
  SmallVector<Type> resultTypes;
  for (OpOperand &operand : op->getOpOperands()) {
    unsigned index = operand.getOperandNumber();
    bool isUnread = op.isDpsInit(&operand) &&
                    op.getMatchingBlockArgument(&operand).use_empty();
    if (isUnread) {
      int64_t dim = *op.getMatchingIndexingMap(&operand).getResultPosition(
          builder.getAffineDimExpr(loop));
      operands.push_back(createEmpty(builder, op.getLoc(), operand.get(), dim,
                                     node.parts.values.size()));
    } else {
      operands.push_back(buildOperand(builder, node, index));
    }
    if (op.isDpsInit(&operand))
      resultTypes.push_back(operands.back().getType());
  }
  Operation *clone =
      mlir::clone(builder, op.getOperation(), resultTypes, operands);
  ops[op] = clone;
  return clone->getResult(part.getResultNumber());
}

/// `tensor` with dimension `dim` split in two, the first of `numGroups`.
static Value splitGroups(OpBuilder &builder, Location loc, Value tensor,
                         int64_t dim, int64_t numGroups) {
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] /= numGroups;
  shape.insert(shape.begin() + dim, numGroups);
  SmallVector<ReassociationIndices> groups;
  for (int64_t merged = 0, split = 0; merged < type.getRank(); ++merged) {
    groups.push_back({split++});
    if (merged == dim)
      groups.back().push_back(split++);
  }
  return tensor::ExpandShapeOp::create(builder, loc, type.clone(shape), tensor,
                                       groups);
}

/// `map` with a new first loop, the group, which indexes a new dimension in
/// front of `dim`.
static AffineMap addGroupLoop(AffineMap map, int64_t dim) {
  SmallVector<AffineExpr> exprs(map.shiftDims(1).getResults());
  exprs.insert(exprs.begin() + dim, getAffineDimExpr(0, map.getContext()));
  return AffineMap::get(map.getNumDims() + 1, 0, exprs, map.getContext());
}

/// One convolution with a loop over the groups.
Value PartJoiner::buildConvolution(OpBuilder &builder, const Node &node) {
  auto op = node.parts.values.front().getDefiningOp<linalg::LinalgOp>();
  Location loc = op.getLoc();
  int64_t numGroups = node.parts.values.size();
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<Value> operands;
  for (unsigned index = 0; index < 3; ++index) {
    Value whole = buildOperand(builder, node, index);
    int64_t dim = nodes[node.operands[index]].parts.dim;
    operands.push_back(splitGroups(builder, loc, whole, dim, numGroups));
    maps[index] = addGroupLoop(maps[index], dim);
  }
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  iterators.insert(iterators.begin(), utils::IteratorType::parallel);
  auto grouped = linalg::GenericOp::create(builder, loc, operands[2].getType(),
                                           ArrayRef(operands).take_front(2),
                                           operands[2], maps, iterators);
  IRMapping mapping;
  op->getRegion(0).cloneInto(&grouped.getRegion(), mapping);
  convolutions.push_back(grouped);

  auto split = cast<tensor::ExpandShapeOp>(operands[2].getDefiningOp());
  return tensor::CollapseShapeOp::create(
      builder, loc, node.parts.getJoinedType(), grouped.getResult(0),
      split.getReassociationIndices());
}

Value PartJoiner::buildNode(OpBuilder &builder, const Node &node) {
  Value first = node.parts.values.front();
  switch (node.kind) {
  case Node::Kind::Whole:
    return node.source;
  case Node::Kind::Slice:
    return createSlice(builder, node.parts);
  case Node::Kind::Constant:
    return arith::ConstantOp::create(builder, first.getLoc(),
                                     concatenateConstants(node.parts));
  case Node::Kind::Cloned: {
    Operation *op = first.getDefiningOp();
    if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
      return tensor::ExpandShapeOp::create(
          builder, op->getLoc(), node.parts.getJoinedType(),
          buildOperand(builder, node, 0), expand.getReassociationIndices());
    SmallVector<Value> operands;
    for (unsigned index = 0; index < op->getNumOperands(); ++index)
      operands.push_back(buildOperand(builder, node, index));
    return mlir::clone(builder, op, node.parts.getJoinedType(), operands)
        ->getResult(0);
  }
  case Node::Kind::Elementwise:
    return buildElementwise(builder, node);
  case Node::Kind::Convolution:
    return buildConvolution(builder, node);
  }
  llvm_unreachable("unknown kind of node");
}

Value PartJoiner::build(OpBuilder &builder, unsigned index) {
  if (Value value = values.lookup(index))
    return value;
  Value value = buildNode(builder, nodes[index]);
  values[index] = value;
  return value;
}
