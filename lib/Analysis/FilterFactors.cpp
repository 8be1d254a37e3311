//===- FilterFactors.cpp - Channels of filter elements --------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Index arithmetic over the data of filters.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/FilterFactors.h"

#include "mlir/IR/BuiltinTypeInterfaces.h"

using namespace mlir;
using namespace mlir::convoy;

ChannelOfElement::ChannelOfElement(ArrayRef<int64_t> shape,
                                   ArrayRef<int64_t> channelDims)
    : strides(shape.size(), 0) {
  int64_t stride = 1;
  for (int64_t dim : llvm::reverse(channelDims)) {
    strides[dim] = stride;
    stride *= shape[dim];
  }
}

int64_t ChannelOfElement::get(ArrayRef<int64_t> position) const {
  int64_t channel = 0;
  for (auto [index, stride] : llvm::zip_equal(position, strides))
    channel += index * stride;
  return channel;
}

RowFactors FilterFactors::getRow(ArrayRef<int64_t> position) const {
  if (isUniform())
    return {&node.scalar, 0};
  return {node.vector.data() + channel.get(position), channel.getRowStride()};
}

int64_t FilterRows::getNumRows() const {
  if (getRowLength() == 0)
    return 0;
  return ShapedType::getNumElements(shape) / getRowLength();
}

void FilterRows::advance() {
  for (int64_t dim = static_cast<int64_t>(shape.size()) - 2; dim >= 0; --dim) {
    if (++position[dim] < shape[dim])
      return;
    position[dim] = 0;
  }
}
