//===- SymbolicElement.h - Elements as affine forms ------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The symbolic reading of region bodies. A scalar inside an elementwise op is
// either a parameter (no convolution occurs in it) or a sum of terms
// scale[c]*conv + shift[c]. Which ops keep a value affine is decided here and
// nowhere else, by what they compute.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_ANALYSIS_SYMBOLICELEMENT_H
#define CONVOY_ANALYSIS_SYMBOLICELEMENT_H

#include "Convoy/Analysis/ChannelExpr.h"
#include "Convoy/Analysis/Reason.h"

namespace mlir::convoy {

/// The piece of an entry that adds to several pieces.
constexpr unsigned kSpansPieces = ~0u;

/// A scalar as seen from the convolutions ("terms") that occur in one op.
/// Entry k is written over the channels of term k.
struct SymbolicElement {
  struct Entry {
    /// The factor of convolution k; null if it does not occur.
    ChannelExpr scale;
    /// For a parameter, its value over the channels of term k, the same
    /// quantity in every entry. Otherwise the shifts of a piece add up.
    ChannelExpr shift;
    /// Entries of one piece add up to an element; different pieces are
    /// different parts of a concatenation. An entry that spans several pieces
    /// is not the one of any of them that takes what is added.
    unsigned piece = 0;
  };
  SmallVector<Entry, 1> entries;
  bool isParameter = true;
};

/// Gives the element of `value` (a tensor, at `indices` over the loops of the
/// op being read, or a scalar, without indices) as a parameter.
using ReadParameterFn = llvm::function_ref<FailureOr<SymbolicElement>(
    Value value, ArrayRef<AffineExpr> indices, Refusal &refusal)>;

/// Evaluates one op on symbolic elements. Sums, differences, products and
/// quotients with parameters keep a value affine, conversions between float
/// types are transparent, and everything is allowed among parameters. Fails
/// with `crosses-activation` or `nonlinear-step` otherwise.
FailureOr<SymbolicElement> evaluateOp(ChannelExprPool &pool, Operation *op,
                                      ArrayRef<SymbolicElement> operands,
                                      Refusal &refusal);

/// Evaluates the body of an elementwise structured op, or of a tensor.generate
/// (which gets no `arguments`): what operand
/// `yieldIndex` of its terminator is when the block's arguments are
/// `arguments`. Values from outside the body are read through
/// `readParameter`; so are elements that the body extracts from tensors at
/// positions affine in `linalg.index`.
FailureOr<SymbolicElement> evaluateBody(ChannelExprPool &pool, Block &body,
                                        unsigned yieldIndex,
                                        ArrayRef<SymbolicElement> arguments,
                                        ReadParameterFn readParameter,
                                        Refusal &refusal);

/// Succeeds if the body can be evaluated and each of its assertions
/// (cf.assert) is known to hold. `arguments` and `readParameter` as above.
LogicalResult checkAssertions(ChannelExprPool &pool, Block &body,
                              ArrayRef<SymbolicElement> arguments,
                              ReadParameterFn readParameter, Refusal &refusal);

} // namespace mlir::convoy

#endif // CONVOY_ANALYSIS_SYMBOLICELEMENT_H
