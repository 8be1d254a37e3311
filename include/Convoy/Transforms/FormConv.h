//===- FormConv.h - From linalg to convoy.conv -----------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What one kernel may swallow around a convolution becomes one op.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TRANSFORMS_FORMCONV_H
#define CONVOY_TRANSFORMS_FORMCONV_H

#include "Convoy/Analysis/Reason.h"
#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::convoy {

/// What was formed.
struct FormedConv {
  ConvOp conv;
  /// What became part of it, in words: "padding", "bias", ...
  SmallVector<std::string> absorbed;
  /// The elementwise op behind which the epilogue ends although it follows the
  /// convolution, and why; null if there is none.
  Operation *leftBehind = nullptr;
  std::string leftBehindReason;
};

/// Replaces `conv`, for which isConvolutionLike holds, and what surrounds it
/// by one convoy.conv:
///
///   %p = tensor.pad %x                          // zeros around the image
///   %0 = linalg.broadcast ins(%b)
///   %1 = linalg.conv_… ins(%p, %w) outs(%0)
///   %2 = linalg.transpose ins(%1)
///   %3 = linalg.generic ins(%2)                 // e.g. ReLU
///
///   ==>  %3 = convoy.conv <…> ins(%x, %w) bias(%b) … epilogue { … }
///
/// Absorbed are permutations and group reshapes of all operands and the result,
/// constant zero padding, the init (as bias, or as residual where it is no
/// vector), a filter scaled per output channel (as scale), and elementwise ops
/// on the result as long as no intermediate value is used elsewhere.
///
/// Fails with `refusal` set, and then has changed nothing, if the convolution
/// has no form as convoy.conv: `unsupported-type`, `malformed-conv` or
/// `not-a-convolution`.
FailureOr<FormedConv> formConv(RewriterBase &rewriter, linalg::LinalgOp conv,
                               Refusal &refusal);

void populateFormConvPatterns(RewritePatternSet &patterns);

} // namespace mlir::convoy

#endif // CONVOY_TRANSFORMS_FORMCONV_H
