//===- ConvSizes.cpp - Sizes of a convolution by dimension ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/ConvSizes.h"

#include "Convoy/Dialect/ConvoyOps.h"

#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace mlir::convoy;

std::optional<unsigned> convoy::findDim(StringRef order, char dim) {
  size_t position = order.find(dim);
  if (position == StringRef::npos)
    return std::nullopt;
  return static_cast<unsigned>(position);
}

int64_t convoy::getDimSize(StringRef order, ArrayRef<int64_t> shape, char dim) {
  std::optional<unsigned> position = findDim(order, dim);
  return position ? shape[*position] : 1;
}

/// The size of `merged`, a channel dimension, in one group.
static int64_t getSizePerGroup(StringRef order, ArrayRef<int64_t> shape,
                               char merged, int64_t groups) {
  int64_t size = getDimSize(order, shape, merged);
  if (ShapedType::isDynamic(size) || findDim(order, conv_dim::kGroup))
    return size;
  return size / groups;
}

/// The first of two sizes that is known.
static int64_t pickKnown(int64_t first, int64_t second) {
  return ShapedType::isDynamic(first) ? second : first;
}

ConvSizes ConvSizes::get(ConvOp op) {
  LayoutAttr layout = op.getLayout();
  ArrayRef<int64_t> input =
      cast<ShapedType>(op.getInput().getType()).getShape();
  ArrayRef<int64_t> filter =
      cast<ShapedType>(op.getFilter().getType()).getShape();
  ArrayRef<int64_t> output =
      cast<ShapedType>(op.getInit().getType()).getShape();

  ConvSizes sizes;
  sizes.groups = op.getGroups();
  sizes.batch =
      pickKnown(getDimSize(layout.getInput(), input, conv_dim::kBatch),
                getDimSize(layout.getOutput(), output, conv_dim::kBatch));
  // In the filter, `c` never counts the channels of other groups.
  sizes.inputChannels =
      pickKnown(getDimSize(layout.getFilter(), filter, conv_dim::kInputChannel),
                getSizePerGroup(layout.getInput(), input,
                                conv_dim::kInputChannel, sizes.groups));
  sizes.outputChannels =
      pickKnown(getSizePerGroup(layout.getFilter(), filter,
                                conv_dim::kOutputChannel, sizes.groups),
                getSizePerGroup(layout.getOutput(), output,
                                conv_dim::kOutputChannel, sizes.groups));
  for (char dim : layout.getImageDims()) {
    sizes.inputImage.push_back(getDimSize(layout.getInput(), input, dim));
    sizes.filterImage.push_back(getDimSize(layout.getFilter(), filter, dim));
    sizes.outputImage.push_back(getDimSize(layout.getOutput(), output, dim));
  }
  return sizes;
}

std::optional<int64_t>
convoy::computeOutputSize(int64_t input, int64_t filter, int64_t stride,
                          int64_t dilation, int64_t padLow, int64_t padHigh) {
  std::optional<int64_t> extent =
      llvm::checkedMulAdd(filter - 1, dilation, static_cast<int64_t>(1));
  std::optional<int64_t> padded = llvm::checkedAdd(input, padLow);
  if (padded)
    padded = llvm::checkedAdd(*padded, padHigh);
  if (!extent || !padded)
    return std::nullopt;
  std::optional<int64_t> room = llvm::checkedSub(*padded, *extent);
  if (!room)
    return std::nullopt;
  return *room < 0 ? 0 : *room / stride + 1;
}
