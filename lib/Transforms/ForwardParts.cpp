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

namespace {
/// Where a dynamic size comes from: a dimension of a tensor, or a number if
/// `dim` is negative.
struct SizeSource {
  Value value;
  int64_t dim = -1;
  bool operator==(const SizeSource &other) const {
    return value == other.value && dim == other.dim;
  }
};
} // namespace

/// Ops that are looked through for the source of a size.
static constexpr unsigned kMaxOpsToSize = 32;

/// One step from `source` towards where the size is from; none at the end.
static std::optional<SizeSource> stepTowardsSource(const SizeSource &source) {
  auto [value, dim] = source;
  Operation *op = value.getDefiningOp();
  if (!op)
    return std::nullopt;
  if (dim < 0) {
    auto question = dyn_cast<tensor::DimOp>(op);
    std::optional<int64_t> index =
        question ? question.getConstantIndex() : std::nullopt;
    auto type = index
                    ? dyn_cast<RankedTensorType>(question.getSource().getType())
                    : RankedTensorType();
    if (!type || *index < 0 || *index >= type.getRank())
      return std::nullopt;
    return SizeSource{question.getSource(), *index};
  }
  if (auto empty = dyn_cast<tensor::EmptyOp>(op))
    return empty.getType().isDynamicDim(dim)
               ? std::optional(SizeSource{empty.getDynamicSize(dim)})
               : std::nullopt;
  if (auto destination = dyn_cast<DestinationStyleOpInterface>(op))
    return SizeSource{
        destination.getTiedOpOperand(cast<OpResult>(value))->get(), dim};
  auto concat = dyn_cast<tensor::ConcatOp>(op);
  if (OpTrait::hasElementwiseMappableTraits(op) ||
      (concat && static_cast<int64_t>(concat.getDim()) != dim))
    return isa<RankedTensorType>(op->getOperand(0).getType())
               ? std::optional(SizeSource{op->getOperand(0), dim})
               : std::nullopt;
  return std::nullopt;
}

static SizeSource findSource(SizeSource source) {
  for (unsigned i = 0; i < kMaxOpsToSize; ++i) {
    std::optional<SizeSource> next = stepTowardsSource(source);
    if (!next)
      break;
    source = *next;
  }
  return source;
}

/// True if `slice` is as large as `parts` along its dynamic dimensions, along
/// which all parts of a concatenation have the same size.
static bool hasDynamicSizesOf(tensor::ExtractSliceOp slice,
                              const Parts &parts) {
  SmallVector<OpFoldResult> sizes = slice.getMixedSizes();
  for (int64_t dim = 0; dim < slice.getType().getRank(); ++dim) {
    if (!slice.getType().isDynamicDim(dim))
      continue;
    auto size = dyn_cast<Value>(sizes[dim]);
    if (!size || dim == parts.dim)
      return false;
    SizeSource source = findSource({size});
    if (llvm::none_of(parts.values, [&](Value part) {
          return findSource({part, dim}) == source;
        }))
      return false;
  }
  return true;
}

/// The part of `concatenation` that `slice` takes out of it, or null.
static Value getSlicedPart(tensor::ExtractSliceOp slice,
                           const Concatenation &concatenation) {
  const Parts &parts = concatenation.parts;
  if (!slice.hasUnitStride() ||
      slice.getType().getRank() != slice.getSourceType().getRank())
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
    // The size of a dynamic dimension could be less than all of it.
    if (isWhole && hasDynamicSizesOf(slice, parts))
      return part;
    offset += type.getDimSize(parts.dim);
  }
  return {};
}

/// Asks a part for the sizes that it has in common with `concatenation`, if
/// nothing else is wanted of that any more.
static void answerFromPart(RewriterBase &rewriter, Operation *op,
                           const Parts &parts) {
  auto isCommon = [&](Operation *user) {
    auto question = dyn_cast<tensor::DimOp>(user);
    std::optional<int64_t> dim =
        question ? question.getConstantIndex() : std::nullopt;
    auto type = cast<RankedTensorType>(parts.values.front().getType());
    return dim && *dim != parts.dim && *dim >= 0 && *dim < type.getRank();
  };
  if (!llvm::all_of(op->getUsers(), isCommon))
    return;
  for (Operation *user : llvm::make_early_inc_range(op->getUsers())) {
    rewriter.setInsertionPoint(user);
    rewriter.replaceOpWithNewOp<tensor::DimOp>(
        user, parts.values.front(),
        *cast<tensor::DimOp>(user).getConstantIndex());
  }
}

bool mlir::convoy::detail::forwardParts(RewriterBase &rewriter, Block &block) {
  bool changed = false;
  OpBuilder::InsertionGuard guard(rewriter);
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
    answerFromPart(rewriter, source, concatenation->parts);
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
