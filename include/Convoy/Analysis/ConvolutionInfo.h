//===- ConvolutionInfo.h - What a convolution is ---------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Recognises convolutions on tensors by their indexing maps and body, in any
// layout and of any rank, named or generic. Nothing here looks at what follows
// or precedes a convolution, and nothing mutates.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_ANALYSIS_CONVOLUTIONINFO_H
#define CONVOY_ANALYSIS_CONVOLUTIONINFO_H

#include "Convoy/Analysis/Reason.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"

namespace mlir::convoy {

/// The channels of one side of a convolution: dimensions of a tensor along
/// which a factor can move into the filter. A channel's number counts with the
/// last dimension fastest.
struct ChannelSpace {
  RankedTensorType type;
  /// Dimensions of `type`, ascending.
  SmallVector<int64_t> dims;
  /// A value with the sizes of `type`.
  Value model;

  /// Sizes along `dims`; ShapedType::kDynamic where unknown.
  SmallVector<int64_t> getSizes() const;
  /// True if the sizes are static and so small that one number for each
  /// channel may be kept; a model has thousands of channels, not millions.
  bool isEnumerable() const;
  /// Calls `visit` with the coordinates of each channel (values for all
  /// dimensions of `type`, zero outside `dims`), in the order of the channels'
  /// numbers. The channels must be enumerable.
  void
  forEachChannel(function_ref<void(ArrayRef<int64_t> coordinates)> visit) const;
};

/// A convolution: result[o] = init[o] + sum(input[i(o, r)] * filter[f(o, r)])
/// over the reduction loops r, where the element product may be taken after
/// widening both factors to the result's element type.
struct ConvolutionInfo {
  linalg::LinalgOp op;
  /// The kinds of loops, and the strides and dilations along the image.
  linalg::ConvolutionDimensions dims;
  AffineMap inputMap, filterMap, outputMap;

  /// The dimensions of the result that also index the filter, ascending: the
  /// output channels, and the groups of a grouped or depthwise convolution.
  /// A factor that varies along these alone can move into the filter.
  SmallVector<int64_t> channelDims;
  /// For each entry of `channelDims`, the dimension of the filter it indexes.
  SmallVector<int64_t> filterChannelDims;

  /// The dimensions of the input that also index the filter without being
  /// summed over a window (input channels, groups), ascending, and the
  /// dimension of the filter that each indexes.
  SmallVector<int64_t> inputChannelDims;
  SmallVector<int64_t> filterInputChannelDims;

  Value getInput() const;
  Value getFilter() const;
  Value getInit() const;
  Value getResult() const;
  RankedTensorType getInputType() const;
  RankedTensorType getFilterType() const;
  RankedTensorType getResultType() const;

  /// The channels of the result (`channelDims`) and of the input
  /// (`inputChannelDims`).
  ChannelSpace getOutputChannels() const;
  ChannelSpace getInputChannels() const;
};

/// True if `op` sums products of two operands over a sliding window: the
/// candidates for analyzeConvolution. Pooling and matrix products are not.
bool isConvolutionLike(Operation *op);

/// Remembers the loops and maps of named convolutions, which follow from the
/// name, the strides and the dilations. Networks repeat these, and to work them
/// out takes longer than everything else about a convolution.
class ConvolutionLoops {
public:
  struct Loops {
    FailureOr<linalg::ConvolutionDimensions> dims = failure();
    SmallVector<AffineMap, 3> maps;
  };
  /// The loops of `op`, for which isConvolutionLike holds.
  Loops get(linalg::LinalgOp op);

private:
  using Key = std::tuple<void *, Attribute, Attribute, Attribute>;
  llvm::DenseMap<Key, Loops> known;
};

/// Reads `op`, for which isConvolutionLike holds. Fails with `refusal` set if
/// its types, sizes, strides or dilations are not what Convoy handles:
/// `unsupported-type`, `malformed-conv` or `not-a-convolution`. Whoever reads
/// many convolutions passes the same `loops` each time.
FailureOr<ConvolutionInfo> analyzeConvolution(linalg::LinalgOp op,
                                              Refusal &refusal,
                                              ConvolutionLoops &loops);
FailureOr<ConvolutionInfo> analyzeConvolution(linalg::LinalgOp op,
                                              Refusal &refusal);

} // namespace mlir::convoy

#endif // CONVOY_ANALYSIS_CONVOLUTIONINFO_H
