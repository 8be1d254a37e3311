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

#include "mlir/IR/PatternMatch.h"

namespace mlir::convoy {

/// What a fold did to one convolution.
struct FoldedConvolution {
  /// The new convolution.
  Operation *conv = nullptr;
  int64_t numChannels = 0;
  /// The extremes of |scale| over the channels, if known at compile time.
  std::optional<std::pair<double, double>> gainRange;
};

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
/// Fails with `refusal` set to `unsupported-type`, `non-finite`,
/// `missing-resource` or `malformed-conv`, and then has changed nothing.
FailureOr<SmallVector<FoldedConvolution>>
foldAffineChain(RewriterBase &rewriter, ChannelExprPool &pool,
                const AffineChain &chain, Refusal &refusal);

} // namespace mlir::convoy

#endif // CONVOY_TRANSFORMS_FOLDAFFINE_H
