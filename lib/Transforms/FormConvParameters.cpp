//===- FormConvParameters.cpp - Vectors of a formed conv ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FormConvParameters.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::convoy;

Value convoy::widenVector(OpBuilder &builder, Location loc, Value vector,
                          Type type) {
  auto vectorType = cast<RankedTensorType>(vector.getType());
  if (vectorType.getElementType() == type)
    return vector;
  Value empty =
      tensor::EmptyOp::create(builder, loc, vectorType.getShape(), type);
  AffineMap identity = builder.getMultiDimIdentityMap(1);
  return linalg::GenericOp::create(
             builder, loc, empty.getType(), vector, empty, {identity, identity},
             {utils::IteratorType::parallel},
             [&](OpBuilder &b, Location nested, ValueRange args) {
               Value wide = convertScalarToDtype(b, nested, args[0], type,
                                                 /*isUnsignedCast=*/false);
               linalg::YieldOp::create(b, nested, wide);
             })
      .getResult(0);
}

Value convoy::createVector(OpBuilder &builder, Location loc,
                           const ChannelVector &vector, int64_t numChannels) {
  if (vector.tensor) {
    auto type = cast<RankedTensorType>(vector.tensor.getType());
    if (type.getRank() == 1)
      return vector.tensor;
    if (type.getRank() == 0)
      return tensor::ExpandShapeOp::create(
          builder, loc, type.clone(ArrayRef<int64_t>{1}), vector.tensor,
          ArrayRef<ReassociationIndices>{});
    SmallVector<ReassociationIndices> all(1);
    llvm::append_range(all.front(), llvm::seq<int64_t>(0, type.getRank()));
    return tensor::CollapseShapeOp::create(builder, loc, vector.tensor, all);
  }
  if (vector.constant) {
    auto type = RankedTensorType::get(numChannels, vector.constant.getType());
    return arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(type, Attribute(vector.constant)));
  }
  if (!vector.scalar)
    return {};
  Value empty = tensor::EmptyOp::create(builder, loc, {numChannels},
                                        vector.scalar.getType());
  return linalg::FillOp::create(builder, loc, vector.scalar, empty)
      .getResult(0);
}

/// `vector` as a parameter of convoy.conv: its elements, or the one for all.
static Value createParameter(OpBuilder &builder, Location loc,
                             const ChannelVector &vector) {
  if (vector.tensor)
    return createVector(builder, loc, vector, /*numChannels=*/0);
  auto type = dyn_cast<RankedTensorType>(vector.scalar.getType());
  if (!type || type.getRank() == 0)
    return vector.scalar;
  return tensor::CollapseShapeOp::create(builder, loc, vector.scalar,
                                         ArrayRef<ReassociationIndices>());
}

void convoy::addChannelValues(OpBuilder &builder, const ConvPlan &plan,
                              ConvOp op) {
  if (plan.channelValues.empty())
    return;
  SmallVector<Value> parameters;
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(op);
    for (const ChannelVector &vector : plan.channelValues)
      parameters.push_back(createParameter(builder, op.getLoc(), vector));
  }
  op.getParametersMutable().assign(parameters);
  OpBuilder::InsertionGuard guard(builder);
  Block *block = op.addPrologueBlock(builder);
  builder.setInsertionPointToEnd(block);
  YieldChannelOp::create(builder, op.getLoc(), Value(), Value(),
                         block->getArguments());
}
