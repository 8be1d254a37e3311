//===- FoldAffine.h - Folding chains into convolutions ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rewrite that makes one convolution of an AffineChain. The pass
// convoy-fold-affine runs it on all functions of a module.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TRANSFORMS_FOLDAFFINE_H
#define CONVOY_TRANSFORMS_FOLDAFFINE_H

#include "Convoy/Analysis/AffineChain.h"
#include "Convoy/Analysis/NumericAudit.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::convoy {

/// Where the scale of a fold goes.
enum class FoldPolicy {
  /// Into the filter, always.
  Weights,
  /// Behind the convolution, as one op on its accumulator.
  Epilogue,
  /// Into the filter, unless that is stored in 16 bits and the audit predicts
  /// that rounding it again loses too much; then behind the convolution.
  Auto,
};

struct FoldOptions {
  FoldPolicy policy = FoldPolicy::Auto;
  /// How much larger than the unfused program's a fold into the filter may make
  /// the predicted RMSE (NumericAudit.h). Zero: no limit for `Weights`,
  /// else 2.
  double accuracyLimit = 0;
  /// Whether the audit is wanted of each fold of constants, to be told, even
  /// where nothing depends on it. That reads the filter once more, and changes
  /// no fold.
  bool predictsAll = false;
};

/// What a fold did to one convolution.
struct FoldedConvolution {
  /// The new convolution, and which of the chain's folds it comes from.
  Operation *conv = nullptr;
  unsigned fold = 0;
  /// True if it is the old one, because what follows it cancels out, or because
  /// only other summands have steps.
  bool isUnchanged = false;
  int64_t numChannels = 0;
  /// The extremes of |scale| over the channels, if known at compile time.
  std::optional<std::pair<double, double>> gainRange;
  /// True if the scale stays behind the convolution.
  bool keepsScale = false;
  /// Why the steps in front of the convolution stay there, if they do.
  std::optional<Refusal> keptInput;
  /// What folding into the filter does, or would have done, to the numbers; if
  /// weights and parameters are constants.
  std::optional<FoldAudit> audit;
};

/// True if a filter or a parameter of `chains` is computed from a convolution:
/// what the fold does to it may be a step on that convolution.
bool readsConvolutions(const BlockChains &chains);

/// Folds `chain` into its convolutions:
///
///   %y = linalg.conv ins(%x, %W) outs(%b)        %W' = a[c] * %W
///   %z = a[c] * %y + s[c]                  ==>   %b' = a[c] * %b + s[c]
///                                                %z = linalg.conv ins(%x, %W')
///                                                                 outs(%b')
///
/// Constant parameters are evaluated in f64 and rounded once, to the type of
/// the filter and of the result. Run-time parameters become one op on vectors
/// of channels and one on the filter. A filter or parameter that others use
/// too is left as it is; the convolution gets its own. Ops of the chain that
/// only move elements (reshapes, transposes) are kept behind the convolution.
///
/// A scale that stays behind the convolution is exactly one op on its result,
/// `acc*s[c] + b[c]`, converted to the chain's type; folding that again changes
/// nothing and returns no convolution.
///
/// Fails with `refusal` set to `unsupported-type`, `non-finite`,
/// `accuracy-limit`, `missing-resource` or `malformed-conv`, and then has
/// changed nothing.
FailureOr<SmallVector<FoldedConvolution>>
foldAffineChain(RewriterBase &rewriter, ChannelExprPool &pool,
                const AffineChain &chain, Refusal &refusal,
                const FoldOptions &options = {});

} // namespace mlir::convoy

#endif // CONVOY_TRANSFORMS_FOLDAFFINE_H
