//===- ChainReplay.h - New convolutions and what moves them ----*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits the convolutions of a fold and replays the data movement of its chain
// behind them. The arithmetic of the chain is gone: it lives in the filters and
// inits. Private to the Transforms room.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_TRANSFORMS_CHAINREPLAY_H
#define CONVOY_LIB_TRANSFORMS_CHAINREPLAY_H

#include "FoldedParameters.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::convoy::detail {

class ChainReplay {
public:
  /// `parameters` are those of the chain's folds.
  ChainReplay(RewriterBase &rewriter, ChannelExprPool &pool,
              const AffineChain &chain, ArrayRef<FoldedParameters> parameters);

  /// Emits the new convolutions and what remains of the chain, each result in
  /// front of the op that made it so far, and replaces the results.
  void run();

  /// The new convolution of each fold, or the old one with other operands;
  /// null if it stays as it is.
  ArrayRef<Operation *> getConvolutions() const { return convolutions; }
  /// What convolutions with other operands read before.
  ArrayRef<Operation *> getUnread() const { return unread; }
  /// True if the convolution of `fold` computes what the old one did, apart
  /// from what it adds to.
  bool isUnchanged(unsigned fold) const {
    return parameters[fold].keepsFilter && parameters[fold].keepsInit &&
           !parameters[fold].keepsScale && !movesInput(fold);
  }

private:
  bool movesInput(unsigned fold) const {
    return chain.folds[fold].input && !parameters[fold].keptInput;
  }

  /// The elements that stem from some convolutions or parts of them, folded and
  /// moved.
  struct MovedPart {
    SmallVector<Value, 1> origins;
    Value value;
  };
  /// What stands for a value of the chain: the sum of its parts. An origin
  /// occurs in one part only, however often the chain adds it up, because its
  /// whole factor lives in its filter.
  using MovedValue = SmallVector<MovedPart, 1>;

  const MovedValue *find(Value value);
  void replay(Operation &op);
  MovedValue replayElementwise(Operation &op);
  MovedValue replayReshape(Operation &op);
  MovedValue replayCrossed(Operation &op);
  MovedValue replayConcatenation(Operation &op);
  MovedValue replayPart(Operation &op);
  MovedValue replaySum(Operation &op);
  bool canChangeInPlace(unsigned id) const;
  Operation *changeInPlace(const ConvolutionFold &fold, ValueRange operands);
  Value emitConvolution(unsigned id, Value accumulator);
  Value emitZeros(Location loc, Value model);
  Value replayInput(const ConvolutionFold &fold);
  Value materialize(Location loc, const MovedValue &parts);
  Value cloneMovement(Operation &op, const IRMapping &mapping);
  void retypeOperands(DestinationStyleOpInterface packing, IRMapping &mapping);
  Value convertElements(Value value, Type elementType);
  Value createEmpty(Location loc, Value model, Type elementType);

  RewriterBase &rewriter;
  ChannelExprPool &pool;
  const AffineChain &chain;
  ArrayRef<FoldedParameters> parameters;
  /// The type of the elements while they move.
  Type elementType;
  llvm::DenseMap<Value, MovedValue> moved;
  /// The fold of each convolution's result.
  llvm::DenseMap<Value, unsigned> foldOf;
  SmallVector<Operation *> convolutions;
  SmallVector<Operation *> unread;
};

} // namespace mlir::convoy::detail

#endif // CONVOY_LIB_TRANSFORMS_CHAINREPLAY_H
