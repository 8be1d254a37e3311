//===- FilterFactors.h - Channels of filter elements -----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Walking through the data of a filter row by row (a row runs along the last
// dimension), with the channel of each element and its factor.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_ANALYSIS_FILTERFACTORS_H
#define CONVOY_ANALYSIS_FILTERFACTORS_H

#include "Convoy/Analysis/ChannelExpr.h"

namespace mlir::convoy {

/// Which channel the elements of a filter belong to, of those along
/// `channelDims` of its shape.
class ChannelOfElement {
public:
  ChannelOfElement(ArrayRef<int64_t> shape, ArrayRef<int64_t> channelDims);
  int64_t get(ArrayRef<int64_t> position) const;
  /// How the channel's number moves along a row.
  int64_t getRowStride() const { return strides.empty() ? 0 : strides.back(); }

private:
  SmallVector<int64_t> strides;
};

/// The factors along one row.
struct RowFactors {
  const double *values;
  int64_t stride;
  double operator[](int64_t i) const { return values[i * stride]; }
};

/// A constant expression over channels, addressed by the filter's position.
class FilterFactors {
public:
  FilterFactors(const ChannelExprPool &pool, ChannelExpr expr,
                ArrayRef<int64_t> shape, ArrayRef<int64_t> channelDims)
      : node(pool.get(expr)), channel(shape, channelDims) {}
  bool isUniform() const { return node.kind == ChannelExprNode::Kind::Scalar; }
  RowFactors getRow(ArrayRef<int64_t> position) const;

private:
  const ChannelExprNode &node;
  ChannelOfElement channel;
};

/// The rows of a filter, in the order of its data.
class FilterRows {
public:
  explicit FilterRows(ArrayRef<int64_t> shape)
      : shape(shape), position(shape.size(), 0) {}
  int64_t getRowLength() const { return shape.empty() ? 1 : shape.back(); }
  int64_t getNumRows() const;
  ArrayRef<int64_t> getPosition() const { return position; }
  void advance();

private:
  ArrayRef<int64_t> shape;
  SmallVector<int64_t> position;
};

} // namespace mlir::convoy

#endif // CONVOY_ANALYSIS_FILTERFACTORS_H
