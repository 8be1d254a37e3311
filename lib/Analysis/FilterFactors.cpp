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

#include "TargetClones.h"

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
  for (auto [size, stride] : llvm::zip_equal(shape, strides))
    if (size != 1)
      rowStride = stride;
}

int64_t ChannelOfElement::get(ArrayRef<int64_t> position) const {
  int64_t channel = 0;
  for (auto [index, stride] : llvm::zip(position, strides))
    channel += index * stride;
  return channel;
}

FilterRows::FilterRows(ArrayRef<int64_t> shape,
                       ArrayRef<const ChannelOfElement *> channels)
    : outerShape(shape) {
  while (!outerShape.empty()) {
    size_t dim = outerShape.size() - 1;
    auto continues = [&](const ChannelOfElement *channel) {
      return channel->getStrides()[dim] == rowLength * channel->getRowStride();
    };
    if (shape[dim] != 1 && !llvm::all_of(channels, continues))
      break;
    rowLength *= shape[dim];
    outerShape = outerShape.drop_back();
  }
  position.assign(outerShape.size(), 0);
}

void FilterRows::advance() {
  column = 0;
  for (size_t dim = outerShape.size(); dim-- > 0;) {
    if (++position[dim] < outerShape[dim])
      return;
    position[dim] = 0;
  }
}

FilterFactors::FilterFactors(const ChannelExprPool &pool, ChannelExpr expr,
                             ArrayRef<int64_t> shape,
                             ArrayRef<int64_t> channelDims)
    : uniform(pool.get(expr).kind == ChannelExprNode::Kind::Scalar),
      factors(uniform ? &pool.get(expr).scalar : pool.get(expr).vector.data()),
      channel(shape, uniform ? ArrayRef<int64_t>() : channelDims) {}

CONVOY_TARGET_CLONES
static void multiplyByOne(double *values, double factor, int64_t length) {
  for (int64_t i = 0; i < length; ++i)
    values[i] *= factor;
}

CONVOY_TARGET_CLONES
static void multiplyByEach(double *values, const double *factors,
                           int64_t length) {
  for (int64_t i = 0; i < length; ++i)
    values[i] *= factors[i];
}

CONVOY_TARGET_CLONES
static void multiplyByOne(const double *__restrict source, double factor,
                          double *__restrict target, int64_t length) {
  for (int64_t i = 0; i < length; ++i)
    target[i] = source[i] * factor;
}

CONVOY_TARGET_CLONES
static void multiplyByEach(const double *__restrict source,
                           const double *__restrict factors,
                           double *__restrict target, int64_t length) {
  for (int64_t i = 0; i < length; ++i)
    target[i] = source[i] * factors[i];
}

void FilterFactors::multiply(const RowSegment &segment, double *values) const {
  const double *first = factors + segment.getFirst(channel);
  int64_t stride = channel.getRowStride();
  if (stride == 0) {
    if (*first != 1)
      multiplyByOne(values, *first, segment.length);
  } else if (stride == 1) {
    multiplyByEach(values, first, segment.length);
  } else {
    for (int64_t i = 0; i < segment.length; ++i)
      values[i] *= first[i * stride];
  }
}

void FilterFactors::multiply(const RowSegment &segment, const double *source,
                             double *target) const {
  const double *first = factors + segment.getFirst(channel);
  int64_t stride = channel.getRowStride();
  if (stride == 0)
    return multiplyByOne(source, *first, target, segment.length);
  if (stride == 1)
    return multiplyByEach(source, first, target, segment.length);
  for (int64_t i = 0; i < segment.length; ++i)
    target[i] = source[i] * first[i * stride];
}
