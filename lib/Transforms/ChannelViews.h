//===- ChannelViews.h - Parts of vectors as operands -----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_TRANSFORMS_CHANNELVIEWS_H
#define CONVOY_LIB_TRANSFORMS_CHANNELVIEWS_H

#include "Convoy/Analysis/ConvolutionInfo.h"

#include "mlir/IR/AffineExpr.h"

namespace mlir::convoy {

/// A tensor, and at which element of it a channel reads: expressions over the
/// dimensions of the channels' tensor, one for each dimension.
struct ChannelSource {
  Value tensor;
  SmallVector<AffineExpr, 4> indices;
};

/// True if the tensor can be an operand of an op over the channels: each of its
/// dimensions runs along one of theirs, or has size 1.
bool isReadInPlace(const ChannelSource &source, const ChannelSpace &channels);

/// Makes a slice or reshape of the source that is read in place, where there is
/// one: `v[c + 4]` is a slice, `v[g*F + f]` a vector whose groups are split
/// off. Other sources are returned as they are.
ChannelSource createChannelView(OpBuilder &builder, Location loc,
                                ChannelSource source,
                                const ChannelSpace &channels);

} // namespace mlir::convoy

#endif // CONVOY_LIB_TRANSFORMS_CHANNELVIEWS_H
