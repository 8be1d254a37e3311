//===- AffineChain.h - What folds into which convolution -------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The match as data. One walk over a block follows every convolution through
// the ops behind it and says which value is affine per output channel in which
// convolutions, and where and why that ends. Nothing is mutated here; the fold
// (Transforms/FoldAffine) obeys what it finds.
//
// The algebra: a convolution is linear in its filter and in its init, so
//   a[c]*(sum(W[c]*x) + b0[c]) + b[c] = sum((a[c]*W[c])*x) + (a[c]*b0[c] +
//   b[c])
// holds for every a, b that vary along the output channels only.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_ANALYSIS_AFFINECHAIN_H
#define CONVOY_ANALYSIS_AFFINECHAIN_H

#include "Convoy/Analysis/ChannelExpr.h"
#include "Convoy/Analysis/ConvolutionInfo.h"
#include "Convoy/Analysis/Reason.h"

#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseMap.h"

#include <deque>

namespace mlir::convoy {

/// What moves into a convolution from its input side: the input is
/// scale[i]*source + shift[i], with i the input channel, moved by `ops`.
struct InputFold {
  /// Over the input channels of the convolution.
  ChannelExpr scale;
  ChannelExpr shift;
  /// The ops between the sources and the convolution: each behind those that it
  /// reads.
  SmallVector<Operation *> ops;
  /// In block order.
  SmallVector<Operation *> steps;
  /// The operands through which `ops` go on, in the same order; those that none
  /// of `ops` makes are the sources. An op that puts parts together has one for
  /// each part that is not as before.
  SmallVector<OpOperand *> operands;
};

/// What one convolution of a chain becomes: result' = scale*result + shift,
/// with `input` moved into it first.
struct ConvolutionFold {
  ConvolutionInfo conv;
  ChannelExpr scale;
  ChannelExpr shift;
  /// The existing bias, read from the init per channel.
  ChannelExpr bias;
  std::optional<InputFold> input;
  /// True if the result is the sum of the init and the convolution, because the
  /// init is another value of the chain, or because it is no bias and stays
  /// what it is. The bias and the shift are zero then.
  bool accumulates = false;
  /// True if another summand takes the existing bias along with its own, in its
  /// shift: biases that cancel out must not be rounded one by one.
  bool losesBias = false;
};

/// Values that equal, after moving the same elements in the same way, their
/// convolutions with `folds` applied.
struct AffineChain {
  SmallVector<ConvolutionFold, 1> folds;
  /// The values that the rewrite replaces, in block order: one, or one for each
  /// end of a chain that is split.
  SmallVector<Value, 1> results;
  /// The last of them.
  Value result;
  /// The ops between the convolutions and `results`, in block order: steps that
  /// compute, ops that only move elements, and convolutions that accumulate.
  SmallVector<Operation *> ops;
  /// Those of `ops` that compute something and are folded away.
  SmallVector<Operation *> steps;
  /// Those of `ops` that take a part of the channels, to go its own way.
  SmallVector<Operation *> parts;
  /// Those of `ops` that stay: activations that a positive scale has crossed.
  SmallVector<Operation *> crossed;
};

/// A convolution that keeps what follows it, and why.
struct RefusedConvolution {
  Operation *conv = nullptr;
  Refusal refusal;
  /// True if some steps were folded and the refusal is about the rest.
  bool partly = false;
  /// True if the refusal is about a part of an activation (PReLU's slope), in
  /// front of which all steps were folded.
  bool isActivation = false;
};

/// What one block holds. Owns the expressions that the chains refer to.
struct BlockChains {
  ChannelExprPool pool;
  /// Stay where they are: to move thousands takes longer than to collect them.
  std::deque<AffineChain> chains;
  std::vector<RefusedConvolution> refused;
  /// Number of convolutions of a supported form.
  int64_t numConvolutions = 0;
};

/// Follows all convolutions of `block`; nested blocks are not entered. Linear
/// in the number of ops. With `symbols`, steps in functions that a convolution
/// is passed to are looked at as well, to be reported.
BlockChains analyzeBlock(Block &block,
                         SymbolTableCollection *symbols = nullptr);

/// True if `use` asks for a size of a value that does not depend on the value's
/// elements: a destination-style op takes its sizes from its init, casts,
/// reshapes and elementwise ops take theirs from their operands. Such a use
/// does not keep a value from being folded.
bool isForwardableDim(OpOperand &use);

/// How an elementwise op moves an operand that it reads through `operandMap`
/// of `operandShape` into a result that it writes through `resultMap`: entry i
/// is the dimension of the operand that becomes dimension i of the result. None
/// if the op does more than permute dimensions (dimensions of size 1 apart).
std::optional<SmallVector<int64_t>> getMovement(AffineMap operandMap,
                                                AffineMap resultMap,
                                                ArrayRef<int64_t> loopRanges,
                                                ArrayRef<int64_t> operandShape);

} // namespace mlir::convoy

#endif // CONVOY_ANALYSIS_AFFINECHAIN_H
