//===- InputWalk.h - Steps in front of a convolution -----------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The state of a walk from a convolution's input towards where that comes from;
// private to the Analysis room. The walk itself is in InputFolds.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_ANALYSIS_INPUTWALK_H
#define CONVOY_LIB_ANALYSIS_INPUTWALK_H

#include "ChainWalker.h"

namespace mlir::convoy::detail {

class ElementwiseView;

/// Tensors that lie one behind the other along channels, with what they were
/// put into, or zeros, between them.
struct JoinedInput {
  struct Part {
    OpOperand *operand;
    /// Where the part begins along `dim`.
    int64_t offset;
    /// True if there are zeros around the part, or between its elements.
    bool isPadded = false;
  };
  /// In the order in which they lie.
  SmallVector<Part> parts;
  unsigned dim = 0;
  /// The tensor.concat or tensor.pad, or a chain of tensor.insert_slice, the
  /// last one first.
  SmallVector<Operation *> ops;
};

/// The tensor that walks read is scale*value + shift, where `value` is what the
/// walk has come to, read at `coordinates`.
class InputWalk {
public:
  /// Starts at the value whose channels are `channels`. `isPadded` says that
  /// there are zeros around it.
  InputWalk(ChannelExprPool &pool, const ChannelSpace &channels,
            const std::function<bool(Value)> &isDerived, bool isPadded = false);

  /// Steps over `op`; returns the operand that goes on, or null at the end.
  OpOperand *stepOver(Operation &op);
  /// True if what was stepped over differs between channels.
  bool varies() const;

  /// The parts of which `op` makes the value that the walk has come to, if they
  /// lie along channels; `isOwn` tells which ops nobody else reads the results
  /// of.
  std::optional<JoinedInput>
  getParts(Operation &op, function_ref<bool(Operation *)> isOwn) const;
  /// Starts a walk at part `id` of `joined`.
  InputWalk enterPart(const JoinedInput &joined, unsigned id) const;
  /// Ends at `joined`: all of `parts`, one for each part, are scale*part +
  /// shift over the part's channels.
  void endAtParts(const JoinedInput &joined,
                  ArrayRef<std::pair<ChannelExpr, ChannelExpr>> parts);

  /// The dimensions of `value` that channels lie along, where `value` is what
  /// the walk has come to.
  ChannelSpace getChannelsOf(Value value) const;
  /// The same for `source`, an operand of `op`, which makes that value; none
  /// without as many dimensions.
  std::optional<ChannelSpace> getChannelsOf(Operation &op, Value source) const;

  ChannelExpr scale, shift;
  /// Set by the last step: did it compute something?
  bool isStep = false;
  /// A shift that padding holds back.
  bool shiftCrossesPadding = false;

private:
  OpOperand *stepOverPadding(tensor::PadOp pad);
  OpOperand *stepOverDilation(tensor::InsertSliceOp insert);
  OpOperand *stepOverCrop(tensor::ExtractSliceOp slice);
  OpOperand *stepOverReshape(Operation &op);
  OpOperand *stepOverPacking(Operation &op);
  OpOperand *stepOverElementwise(Operation &op);
  OpOperand *tryOperand(ElementwiseView &view, OpOperand &operand,
                        bool wantsConstants);

  SmallVector<int64_t> getChannelDims() const;
  ChannelSpace getPartChannels(Value part) const;
  ChannelExpr joinExprs(const JoinedInput &joined, ArrayRef<ChannelExpr> exprs,
                        ChannelExpr between) const;

  ChannelExprPool &pool;
  ChannelSpace channels;
  const std::function<bool(Value)> &isDerived;
  ParameterReader reader;
  SmallVector<AffineExpr> coordinates;
  /// Of coordinates that are not known.
  unsigned numSymbols = 0;
  bool isPadded = false;
};

/// True if all elements of `value` are known to be zero.
bool isZeroTensor(Value value);

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_ANALYSIS_INPUTWALK_H
