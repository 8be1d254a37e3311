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

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
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

bool mlir::convoy::detail::forwardParts(RewriterBase &rewriter, Block &block) {
  bool changed = false;
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
    changed = true;
    for (Operation *op : llvm::reverse(concatenation->ops))
      if (isOpTriviallyDead(op))
        rewriter.eraseOp(op);
  }
  return changed;
}

/// Ops that are looked at between a slice and a concatenation.
static constexpr size_t kMaxOpsBetween = 64;

/// True if a concatenation of the type of `value` is among what `value` is
/// computed from, element by element.
static bool comesFromConcatenation(Value value) {
  SmallVector<Value> worklist = {value};
  llvm::SmallPtrSet<Operation *, 16> seen;
  while (!worklist.empty() && seen.size() < kMaxOpsBetween) {
    Operation *op = worklist.pop_back_val().getDefiningOp();
    if (!op || !seen.insert(op).second)
      continue;
    if (isa<tensor::ConcatOp, tensor::InsertSliceOp>(op))
      return true;
    bool isElementwise = OpTrait::hasElementwiseMappableTraits(op);
    if (auto structured = dyn_cast<linalg::LinalgOp>(op))
      isElementwise = linalg::isElementwise(structured);
    if (isElementwise)
      llvm::copy_if(
          op->getOperands(), std::back_inserter(worklist),
          [&](Value operand) { return operand.getType() == value.getType(); });
  }
  return false;
}

bool mlir::convoy::detail::hasPartsBehindSteps(Block &block) {
  return llvm::any_of(block.getOps<tensor::ExtractSliceOp>(),
                      [](tensor::ExtractSliceOp slice) {
                        return comesFromConcatenation(slice.getSource());
                      });
}
