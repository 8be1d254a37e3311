//===- ConvOperand.cpp - Operands of a convolution by dimension -----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ConvOperand.h"

#include "Convoy/Dialect/ConvSizes.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace mlir::convoy;

/// The size of `dim` of `memref`, divided by `groups` if those are merged into
/// it.
static Value getSize(const IndexMath &math, int64_t known, Value memref,
                     StringRef order, char dim, int64_t groups) {
  if (!ShapedType::isDynamic(known))
    return math.constant(known);
  OpBuilder &builder = math.getBuilder();
  Value size = math.fromIndex(
      memref::DimOp::create(builder, math.getLoc(), memref,
                            static_cast<int64_t>(*findDim(order, dim))));
  bool isMerged =
      (dim == conv_dim::kInputChannel || dim == conv_dim::kOutputChannel) &&
      !findDim(order, conv_dim::kGroup);
  return isMerged ? math.div(size, groups) : size;
}

ConvSizeValues ConvSizeValues::get(const IndexMath &math, ConvOp op,
                                   Value input, Value filter, Value init) {
  ConvSizes known = ConvSizes::get(op);
  LayoutAttr layout = op.getLayout();
  ConvSizeValues sizes;
  sizes.batch =
      getSize(math, known.batch, init, layout.getOutput(), conv_dim::kBatch, 1);
  sizes.groups = math.constant(known.groups);
  // `c` of the filter counts the channels of one group.
  sizes.inputChannels = getSize(math, known.inputChannels, filter,
                                layout.getFilter(), conv_dim::kInputChannel, 1);
  sizes.outputChannels =
      getSize(math, known.outputChannels, filter, layout.getFilter(),
              conv_dim::kOutputChannel, known.groups);
  StringRef image = layout.getImageDims();
  for (auto [index, dim] : llvm::enumerate(kImageLetters)) {
    size_t at = image.find(dim);
    if (at == StringRef::npos) {
      sizes.inputImage[index] = sizes.filterImage[index] =
          sizes.outputImage[index] = math.constant(1);
      continue;
    }
    sizes.inputImage[index] =
        getSize(math, known.inputImage[at], input, layout.getInput(), dim, 1);
    sizes.filterImage[index] = getSize(math, known.filterImage[at], filter,
                                       layout.getFilter(), dim, 1);
    sizes.outputImage[index] =
        getSize(math, known.outputImage[at], init, layout.getOutput(), dim, 1);
  }
  return sizes;
}

/// A flat view of a memref without layout.
static Value flattenContiguous(const IndexMath &math, Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  auto flatType =
      MemRefType::get({type.getNumElements()}, type.getElementType(),
                      MemRefLayoutAttrInterface(), type.getMemorySpace());
  return memref::ReinterpretCastOp::create(
      math.getBuilder(), math.getLoc(), flatType, memref, /*offset=*/0,
      /*sizes=*/{type.getNumElements()}, /*strides=*/{1});
}

ConvOperand ConvOperand::get(const IndexMath &math, Value memref,
                             StringRef order, char merged, Value perGroup) {
  OpBuilder &builder = math.getBuilder();
  Location loc = math.getLoc();
  auto type = cast<MemRefType>(memref.getType());
  ConvOperand operand;
  operand.elementType = type.getElementType();
  operand.order = order.str();
  if (type.hasStaticShape() && type.getLayout().isIdentity()) {
    operand.flat = flattenContiguous(math, memref);
    for (int64_t stride : type.getStridesAndOffset().first)
      operand.strides.push_back(math.constant(stride));
  } else {
    auto metadata =
        memref::ExtractStridedMetadataOp::create(builder, loc, memref);
    IndexMath indices(builder, loc, builder.getIndexType());
    Value extent = indices.constant(1);
    for (auto [size, stride] :
         llvm::zip(metadata.getConstifiedMixedSizes(),
                   metadata.getConstifiedMixedStrides())) {
      Value strideValue = getValueOrCreateConstantIndexOp(builder, loc, stride);
      Value last =
          indices.add(getValueOrCreateConstantIndexOp(builder, loc, size), -1);
      extent = indices.add(extent, indices.mul(last, strideValue));
      operand.strides.push_back(math.fromIndex(strideValue));
    }
    operand.flat = memref::ReinterpretCastOp::create(
        builder, loc, metadata.getBaseBuffer(),
        metadata.getConstifiedMixedOffset(), OpFoldResult(extent),
        OpFoldResult(builder.getIndexAttr(1)));
  }
  if (!findDim(order, conv_dim::kGroup) && findDim(order, merged))
    operand.groupStride = math.mul(operand.getStride(math, merged), perGroup);
  return operand;
}

Value ConvOperand::getStride(const IndexMath &math, char dim) const {
  if (std::optional<unsigned> at = findDim(order, dim))
    return strides[*at];
  if (dim == conv_dim::kGroup && groupStride)
    return groupStride;
  return math.constant(0);
}

bool convoy::fits32Bits(MemRefType type) {
  auto [strides, offset] = type.getStridesAndOffset();
  if (!type.hasStaticShape() || ShapedType::isDynamic(offset) ||
      ShapedType::isDynamicShape(strides))
    return false;
  // Positions outside of the image are computed before they are replaced.
  constexpr int64_t kMaxExtent = int64_t(1) << 30;
  std::optional<int64_t> extent = 0;
  for (auto [size, stride] : llvm::zip(type.getShape(), strides)) {
    std::optional<int64_t> more =
        llvm::checkedMul(std::max<int64_t>(size, 1), std::abs(stride));
    extent = extent && more ? llvm::checkedAdd(*extent, *more) : std::nullopt;
  }
  return extent && *extent < kMaxExtent;
}
