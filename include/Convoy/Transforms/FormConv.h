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

/// Replaces a grouped convolution that is written as slices of the input's
/// channels, a convolution of each, and the concatenation `op` of their
/// results (tensor.concat, or the last tensor.insert_slice), by one convolution
/// with a loop over the groups:
///
///   %x0 = tensor.extract_slice %x[0, 0, 0, 0] …
///   %y0 = linalg.conv_… ins(%x0, %w0) outs(%b0)
///   %x1 = tensor.extract_slice %x[0, 2, 0, 0] …
///   %y1 = linalg.conv_… ins(%x1, %w1) outs(%b1)
///   %y = tensor.concat dim(1) %y0, %y1
///
///   ==>  %y = linalg.generic ins(%x, %w) outs(%b)   // and reshapes
///
/// Between them may be what computes all parts alike: padding, permutations,
/// elementwise ops. Constants become new constants; filters, biases and scales
/// that are known at run time must be slices of one value, too. Returns the
/// convolutions that were made; fails and changes nothing for anything else.
FailureOr<SmallVector<linalg::LinalgOp>>
joinSlicedGroups(RewriterBase &rewriter, Operation *op);

void populateFormConvPatterns(RewritePatternSet &patterns);

} // namespace mlir::convoy

#endif // CONVOY_TRANSFORMS_FORMCONV_H
