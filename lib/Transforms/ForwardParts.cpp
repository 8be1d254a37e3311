//===- ForwardParts.cpp - Parts of concatenations -------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// slice(concat(a, b)) is a or b, if it takes out all of that. Steps behind such
// a slice are steps behind the part.
//
//===----------------------------------------------------------------------===//

#include "ForwardParts.h"
#include "JoinedParts.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::convoy;

/// The part of `concatenation` that `slice` takes out of it, or null.
static Value getSlicedPart(tensor::ExtractSliceOp slice,
                           const Concatenation &concatenation) {
  const Parts &parts = concatenation.parts;
  // The size of a dynamic dimension could be less than all of it.
  if (!slice.getType().hasStaticShape() || !slice.hasUnitStride())
    return {};
  int64_t offset = 0;
  for (Value part : parts.values) {
    auto type = cast<RankedTensorType>(part.getType());
    if (type.isDynamicDim(parts.dim))
      return {};
    bool isWhole = type == slice.getType();
    for (auto [dim, start] : llvm::enumerate(slice.getMixedOffsets()))
      isWhole &= isConstantIntValue(
          start, static_cast<int64_t>(dim) == parts.dim ? offset : 0);
    if (isWhole)
      return part;
    offset += type.getDimSize(parts.dim);
  }
  return {};
}

void mlir::convoy::detail::forwardParts(RewriterBase &rewriter, Block &block) {
  SmallVector<tensor::ExtractSliceOp> slices(
      block.getOps<tensor::ExtractSliceOp>());
  for (tensor::ExtractSliceOp slice : slices) {
    Operation *source = slice.getSource().getDefiningOp();
    std::optional<Concatenation> concatenation =
        source ? getConcatenation(source) : std::nullopt;
    Value part = concatenation ? getSlicedPart(slice, *concatenation) : Value();
    if (!part)
      continue;
    rewriter.replaceOp(slice, part);
    for (Operation *op : llvm::reverse(concatenation->ops))
      if (isOpTriviallyDead(op))
        rewriter.eraseOp(op);
  }
}
