//===- FilterFactors.h - Channels of filter elements -----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Walking through the data of a filter row by row, with the channel of each
// element and its factor. A row is as many of the last dimensions as can be
// walked with one stride: all that carry no channel (HxW of FxCxHxW, or CxHxW
// if only F matters), or the channels that lie side by side (CxM of HxWxCxM).
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
  /// How the channel's number moves from one element to the next, where not
  /// even a row ends.
  int64_t getRowStride() const { return rowStride; }
  /// How it moves along each dimension.
  ArrayRef<int64_t> getStrides() const { return strides; }

private:
  SmallVector<int64_t> strides;
  int64_t rowStride = 0;
};

/// Consecutive elements of one row.
struct RowSegment {
  /// Where the row begins, in the filter's shape.
  ArrayRef<int64_t> position;
  /// Where the segment begins in the row, and how many elements it has.
  int64_t column;
  int64_t length;

  /// The channel of the segment's first element.
  int64_t getFirst(const ChannelOfElement &channel) const {
    return channel.get(position) + column * channel.getRowStride();
  }
};

/// The rows of a filter, in the order of its data: as long as the numbers of
/// all `channels` move with one stride.
class FilterRows {
public:
  FilterRows(ArrayRef<int64_t> shape,
             ArrayRef<const ChannelOfElement *> channels);
  int64_t getRowLength() const { return rowLength; }

  /// Calls `visit(segment, offset)` for the next `length` elements, cut where
  /// rows end. The offset counts from the first of these elements.
  template <typename Visitor>
  void visitNext(int64_t length, Visitor visit) {
    for (int64_t offset = 0; offset < length;) {
      int64_t taken = std::min(length - offset, rowLength - column);
      visit(RowSegment{position, column, taken}, offset);
      offset += taken;
      column += taken;
      if (column == rowLength)
        advance();
    }
  }

private:
  void advance();

  /// The dimensions in front of the row's.
  ArrayRef<int64_t> outerShape;
  SmallVector<int64_t> position;
  int64_t rowLength = 1;
  int64_t column = 0;
};

/// A constant expression over the channels along `channelDims`, addressed by
/// the filter's elements.
class FilterFactors {
public:
  FilterFactors(const ChannelExprPool &pool, ChannelExpr expr,
                ArrayRef<int64_t> shape, ArrayRef<int64_t> channelDims);
  bool isUniform() const { return uniform; }
  const ChannelOfElement &getChannel() const { return channel; }

  /// Multiplies `values[i]` by the factor of the segment's i-th element.
  void multiply(const RowSegment &segment, double *values) const;
  /// The same from `source` to `target`, which is another array.
  void multiply(const RowSegment &segment, const double *source,
                double *target) const;

private:
  bool uniform;
  const double *factors;
  ChannelOfElement channel;
};

} // namespace mlir::convoy

#endif // CONVOY_ANALYSIS_FILTERFACTORS_H
