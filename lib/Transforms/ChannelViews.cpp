//===- ChannelViews.cpp - Parts of vectors as operands --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelViews.h"

#include "mlir/Analysis/FlatLinearValueConstraints.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace mlir::convoy;

bool convoy::isReadInPlace(const ChannelSource &source,
                           const ChannelSpace &channels) {
  auto type = dyn_cast<RankedTensorType>(source.tensor.getType());
  return type &&
         llvm::all_of(
             llvm::zip_equal(source.indices, type.getShape()), [&](auto pair) {
               auto [index, size] = pair;
               auto dim = dyn_cast<AffineDimExpr>(index);
               return dim ? channels.type.getDimSize(dim.getPosition()) == size
                          : isa<AffineConstantExpr>(index) && size == 1;
             });
}

namespace {
/// A dimension of a source, from `offset` on, as dimensions of the channels,
/// outermost first, of which the last is the fastest.
struct DimView {
  int64_t offset = 0;
  int64_t size = 1;
  SmallVector<unsigned, 2> dims;
};
} // namespace

/// Reads `index`, with which a dimension of size `sourceSize` is read.
static std::optional<DimView> getDimView(AffineExpr index, int64_t sourceSize,
                                         const ChannelSpace &channels) {
  unsigned rank = channels.type.getRank();
  if (auto dim = dyn_cast<AffineDimExpr>(index);
      dim && channels.type.getDimSize(dim.getPosition()) == sourceSize)
    return DimView{0, sourceSize, {dim.getPosition()}};
  SmallVector<int64_t> factors;
  // More factors than dimensions are those of divisions.
  if (ShapedType::isDynamic(sourceSize) ||
      failed(getFlattenedAffineExpr(index, rank, 0, &factors)) ||
      factors.size() != rank + 1)
    return std::nullopt;
  DimView view;
  view.offset = factors.back();
  for (unsigned dim = 0; dim < rank; ++dim)
    if (factors[dim] != 0)
      view.dims.push_back(dim);
  llvm::sort(view.dims,
             [&](unsigned a, unsigned b) { return factors[a] > factors[b]; });
  for (unsigned dim : llvm::reverse(view.dims)) {
    int64_t size = channels.type.getDimSize(dim);
    if (factors[dim] != view.size || ShapedType::isDynamic(size))
      return std::nullopt;
    std::optional<int64_t> product = llvm::checkedMul(view.size, size);
    if (!product)
      return std::nullopt;
    view.size = *product;
  }
  // A slice of nothing must begin within the tensor as well.
  if (view.offset < 0 || view.size > sourceSize ||
      view.offset > sourceSize - std::max<int64_t>(view.size, 1))
    return std::nullopt;
  return view;
}

/// The part of `tensor` that `views` describe, which may be all of it.
static Value createSlice(OpBuilder &builder, Location loc, Value tensor,
                         ArrayRef<DimView> views) {
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<int64_t> shape =
      llvm::map_to_vector(views, [](const DimView &view) { return view.size; });
  if (type.getShape() == ArrayRef(shape))
    return tensor;
  SmallVector<OpFoldResult> offsets, sizes;
  for (auto [dim, view] : llvm::enumerate(views)) {
    offsets.push_back(builder.getIndexAttr(view.offset));
    sizes.push_back(ShapedType::isDynamic(view.size)
                        ? tensor::getMixedSize(builder, loc, tensor, dim)
                        : builder.getIndexAttr(view.size));
  }
  SmallVector<OpFoldResult> strides(views.size(), builder.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(builder, loc, type.clone(shape), tensor,
                                        offsets, sizes, strides);
}

/// `tensor` with each dimension split as `views` says.
static Value createSplit(OpBuilder &builder, Location loc, Value tensor,
                         ArrayRef<DimView> views,
                         const ChannelSpace &channels) {
  if (llvm::all_of(views,
                   [](const DimView &view) { return view.dims.size() <= 1; }))
    return tensor;
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<int64_t> shape;
  SmallVector<ReassociationIndices> groups;
  for (const DimView &view : views) {
    groups.emplace_back();
    for (size_t i = 0; i < std::max<size_t>(view.dims.size(), 1); ++i) {
      groups.back().push_back(shape.size());
      shape.push_back(view.dims.size() <= 1
                          ? view.size
                          : channels.type.getDimSize(view.dims[i]));
    }
  }
  return tensor::ExpandShapeOp::create(builder, loc, type.clone(shape), tensor,
                                       groups);
}

ChannelSource convoy::createChannelView(OpBuilder &builder, Location loc,
                                        ChannelSource source,
                                        const ChannelSpace &channels) {
  auto type = cast<RankedTensorType>(source.tensor.getType());
  if (isReadInPlace(source, channels) || type.getEncoding())
    return source;
  SmallVector<DimView> views;
  ChannelSource result;
  for (auto [index, size] : llvm::zip_equal(source.indices, type.getShape())) {
    std::optional<DimView> view = getDimView(index, size, channels);
    if (!view)
      return source;
    for (unsigned dim : view->dims)
      result.indices.push_back(builder.getAffineDimExpr(dim));
    if (view->dims.empty())
      result.indices.push_back(builder.getAffineConstantExpr(0));
    views.push_back(std::move(*view));
  }
  Value slice = createSlice(builder, loc, source.tensor, views);
  result.tensor = createSplit(builder, loc, slice, views, channels);
  return result;
}
