//===- LaidOutTensor.h - Tensors with named dimensions ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reshapes of a convolution's operands that keep track of which dimension is
// which. Letters are those of #convoy.layout.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_LAIDOUTTENSOR_H
#define CONVOY_LIB_CODEGEN_LAIDOUTTENSOR_H

#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mlir::convoy {

/// A tensor and the letter of each of its dimensions.
struct LaidOutTensor {
  Value value;
  std::string order;

  RankedTensorType getType() const {
    return cast<RankedTensorType>(value.getType());
  }

  /// Splits dimension `merged`, which counts the channels of all groups, in
  /// two: the group and the channel in the group.
  void splitGroups(OpBuilder &builder, Location loc, char merged,
                   int64_t groups);

  /// Gives the tensor a dimension for the groups that are merged into
  /// `merged`. Groups of one channel need no second dimension: `merged` is
  /// renamed. Does nothing if there is one group, or such a dimension.
  void exposeGroups(OpBuilder &builder, Location loc, char merged,
                    int64_t groups, int64_t channelsPerGroup);

  /// Removes dimension `dim`, whose size is one, if there is one. At least one
  /// other dimension must remain.
  void dropUnitDim(OpBuilder &builder, Location loc, char dim);
};

/// The dimensions of a tensor of rank `rank` once dimension `at` is split in
/// two: {0}, ..., {at, at + 1}, ...
SmallVector<ReassociationIndices> getSplitReassociation(int64_t rank,
                                                        int64_t at);

/// A vector with one element for each output channel of all groups, reshaped
/// for `map`, which maps the dimensions `order` of an output to its own.
struct ChannelOperand {
  Value value;
  AffineMap map;
};
ChannelOperand createChannelOperand(OpBuilder &builder, Location loc,
                                    Value vector, StringRef order,
                                    int64_t groups);

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_LAIDOUTTENSOR_H
