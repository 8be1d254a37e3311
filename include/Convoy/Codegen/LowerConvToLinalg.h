//===- LowerConvToLinalg.h - convoy.conv as linalg -------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The path of convoy.conv to the CPU, and the oracle of every kernel.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_CODEGEN_LOWERCONVTOLINALG_H
#define CONVOY_CODEGEN_LOWERCONVTOLINALG_H

#include "mlir/IR/Value.h"

namespace mlir {
class RewriterBase;
class RewritePatternSet;

namespace convoy {

class ConvOp;

/// Replaces `op`, which must compute on tensors, by upstream operations:
///
///   %padded = tensor.pad %input                  // if there is padding
///   %sum = linalg.conv_… ins(%padded, %filter)   // or a linalg.generic
///       outs(%bias, broadcast)                   // zero, if there is a scale
///   %result = linalg.generic ins(%sum, %scale, %bias, %residual)
///                                                // scale, bias, epilogue
///
/// The convolution is a named op where linalg has one for the layout. It sums
/// in the accumulator type. Returns the value that replaced the result.
FailureOr<Value> lowerConvToLinalg(RewriterBase &rewriter, ConvOp op);

void populateLowerConvToLinalgPatterns(RewritePatternSet &patterns);

} // namespace convoy
} // namespace mlir

#endif // CONVOY_CODEGEN_LOWERCONVTOLINALG_H
