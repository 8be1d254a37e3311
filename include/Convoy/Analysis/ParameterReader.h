//===- ParameterReader.h - Parameters as expressions -----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an element of a parameter tensor is, as an expression over the channels
// of one side of a convolution. Reads through whatever only moves or computes
// elements (reshapes, broadcasts, transposes, slices, elementwise ops), down to
// constants and to values that are known only at run time.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_ANALYSIS_PARAMETERREADER_H
#define CONVOY_ANALYSIS_PARAMETERREADER_H

#include "Convoy/Analysis/ChannelExpr.h"
#include "Convoy/Analysis/ConvolutionInfo.h"
#include "Convoy/Analysis/IndexArithmetic.h"
#include "Convoy/Analysis/Reason.h"

#include "llvm/ADT/DenseMap.h"

namespace mlir::convoy {

/// Reads parameters for the channels of one convolution, input or output.
class ParameterReader {
public:
  /// `isDerived` tells which values are computed from a convolution that is
  /// being analysed; those are no parameters.
  ParameterReader(ChannelExprPool &pool, ChannelSpace channels,
                  std::function<bool(Value)> isDerived);

  /// The element of `value` at `indices`, expressions over the dimensions of
  /// the channels' tensor (none for a scalar; for a value of type index that is
  /// a position itself, that position). Fails with
  /// `not-per-channel` or `ambiguous-channel` if it varies along anything but
  /// the channels, `depends-on-conv` if it is derived, and with what
  /// ConstantData says of constants.
  FailureOr<ChannelExpr> read(Value value, ArrayRef<AffineExpr> indices,
                              Refusal &refusal);

private:
  FailureOr<ChannelExpr> readPosition(Operation *op, AffineExpr position,
                                      Refusal &refusal);
  FailureOr<ChannelExpr> readScalarConstant(Operation *op, Attribute attribute,
                                            Refusal &refusal);
  FailureOr<ChannelExpr> readTensor(Value value, ArrayRef<AffineExpr> indices,
                                    Refusal &refusal);
  FailureOr<ChannelExpr> readConstant(Operation *op, Attribute attribute,
                                      ArrayRef<AffineExpr> indices,
                                      Refusal &refusal);
  FailureOr<ChannelExpr> readStructured(linalg::LinalgOp op, OpResult result,
                                        ArrayRef<AffineExpr> indices,
                                        Refusal &refusal);
  /// The element at `indices` of what a tensor.generate with `body` makes.
  FailureOr<ChannelExpr>
  readGenerated(Block &body, ArrayRef<AffineExpr> indices, Refusal &refusal);
  FailureOr<ChannelExpr> readElementwise(Operation *op,
                                         ArrayRef<AffineExpr> indices,
                                         Refusal &refusal);
  FailureOr<ChannelExpr> readLeaf(Value value, ArrayRef<AffineExpr> indices,
                                  Refusal &refusal);
  /// Replaces what must be zero by zero and checks that the rest varies along
  /// channels only.
  LogicalResult restrictToChannels(Operation *op, ArrayRef<int64_t> shape,
                                   SmallVectorImpl<AffineExpr> &indices,
                                   Refusal &refusal);

  LogicalResult checkBounds(Operation *op, ArrayRef<int64_t> shape,
                            ArrayRef<AffineExpr> indices, Refusal &refusal);

  ChannelExprPool &pool;
  ChannelSpace channels;
  std::function<bool(Value)> isDerived;

  /// What was read already: parameters are shared between steps.
  llvm::SmallDenseMap<std::pair<Value, AffineMap>, ChannelExpr, 4> known;
  unsigned depth = 0;
};

} // namespace mlir::convoy

#endif // CONVOY_ANALYSIS_PARAMETERREADER_H
