//===- AbsorbParameters.h - Vectors of channels in convoy.conv -*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What computes scale and bias from run-time parameters becomes the prologue of
// convoy.conv, so that it needs no kernel of its own.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_TRANSFORMS_ABSORBPARAMETERS_H
#define CONVOY_TRANSFORMS_ABSORBPARAMETERS_H

#include "Convoy/Dialect/ConvoyOps.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::convoy {

/// Moves the ops that compute the scale, the bias and the parameters of `conv`,
/// which must compute on tensors, into its prologue:
///
///   %s:2 = linalg.generic ins(%gamma, %beta, %mean, %var)
///   %y = convoy.conv <…> ins(%x, %w) bias(%s#1) scale(%s#0)
///
///   ==>  %y = convoy.conv <…> ins(%x, %w)
///            parameters(%gamma, %beta, %mean, %var)
///            prologue { … convoy.yield_channel scale(…) bias(…) }
///
/// Moved are elementwise ops on vectors of channels and on single elements, in
/// the block of `conv`; where they have other users, they are copied. Fails and
/// changes nothing if there is nothing to move.
LogicalResult absorbParameters(RewriterBase &rewriter, ConvOp conv);

void populateAbsorbParametersPatterns(RewritePatternSet &patterns);

} // namespace mlir::convoy

#endif // CONVOY_TRANSFORMS_ABSORBPARAMETERS_H
