//===- LaidOutTensor.cpp - Tensors with named dimensions ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LaidOutTensor.h"

#include "Convoy/Dialect/ConvSizes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::convoy;

SmallVector<ReassociationIndices> convoy::getSplitReassociation(int64_t rank,
                                                                int64_t at) {
  SmallVector<ReassociationIndices> reassociation;
  for (int64_t dim = 0; dim < rank; ++dim) {
    int64_t first = dim <= at ? dim : dim + 1;
    reassociation.push_back({first});
    if (dim == at)
      reassociation.back().push_back(first + 1);
  }
  return reassociation;
}

void LaidOutTensor::splitGroups(OpBuilder &builder, Location loc, char merged,
                                int64_t groups) {
  unsigned at = *findDim(order, merged);
  RankedTensorType type = getType();
  SmallVector<int64_t> shape(type.getShape());
  if (!ShapedType::isDynamic(shape[at]))
    shape[at] /= groups;
  shape.insert(shape.begin() + at, groups);
  value =
      tensor::ExpandShapeOp::create(builder, loc, type.clone(shape), value,
                                    getSplitReassociation(type.getRank(), at));
  order.insert(at, 1, conv_dim::kGroup);
}

void LaidOutTensor::exposeGroups(OpBuilder &builder, Location loc, char merged,
                                 int64_t groups, int64_t channelsPerGroup) {
  if (groups == 1 || findDim(order, conv_dim::kGroup))
    return;
  if (channelsPerGroup == 1)
    order[*findDim(order, merged)] = conv_dim::kGroup;
  else
    splitGroups(builder, loc, merged, groups);
}

void LaidOutTensor::dropUnitDim(OpBuilder &builder, Location loc, char dim) {
  std::optional<unsigned> at = findDim(order, dim);
  if (!at)
    return;
  unsigned into = *at == 0 ? 0 : *at - 1;
  value = tensor::CollapseShapeOp::create(
      builder, loc, value,
      getSplitReassociation(getType().getRank() - 1, into));
  order.erase(*at, 1);
}

ChannelOperand convoy::createChannelOperand(OpBuilder &builder, Location loc,
                                            Value vector, StringRef order,
                                            int64_t groups) {
  SmallVector<AffineExpr, 2> exprs;
  for (char dim : {conv_dim::kGroup, conv_dim::kOutputChannel})
    if (std::optional<unsigned> at = findDim(order, dim))
      exprs.push_back(builder.getAffineDimExpr(*at));

  LaidOutTensor tensor{vector, std::string(1, conv_dim::kOutputChannel)};
  if (exprs.size() == 2)
    tensor.splitGroups(builder, loc, conv_dim::kOutputChannel, groups);
  // An output without channels has one.
  if (exprs.empty())
    exprs.push_back(builder.getAffineConstantExpr(0));
  return {tensor.value,
          AffineMap::get(order.size(), 0, exprs, builder.getContext())};
}
