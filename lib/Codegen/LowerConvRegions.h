//===- LowerConvRegions.h - convoy.conv's regions as linalg ----*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a convoy.conv does for each output channel and for each element of its
// result, as elementwise linalg ops on tensors. The sum of products is in
// LowerConvToLinalg.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_LOWERCONVREGIONS_H
#define CONVOY_LIB_CODEGEN_LOWERCONVREGIONS_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"

namespace mlir {
class OpBuilder;

namespace convoy {

class ConvOp;

/// Vectors with one element for each output channel of all groups.
struct ChannelVectors {
  /// Null if there is none.
  Value bias, scale;
  /// The values that the prologue yields for the epilogue.
  SmallVector<Value> values;
};

/// The op's bias and scale, and what its prologue computes, by one op on
/// vectors.
ChannelVectors lowerPrologue(OpBuilder &builder, ConvOp op);

/// True if the sum, which starts from the bias if there is no scale, is the
/// result as it is.
bool isSumTheResult(ConvOp op);

/// One elementwise op for scale, bias, residual and epilogue. The sum started
/// from the bias if there is no scale.
Value lowerEpilogue(OpBuilder &builder, ConvOp op,
                    const ChannelVectors &vectors, Value sum);

} // namespace convoy
} // namespace mlir

#endif // CONVOY_LIB_CODEGEN_LOWERCONVREGIONS_H
