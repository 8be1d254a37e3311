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

#include "Convoy/Analysis/SizeSource.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::convoy;

namespace {
/// A concatenation, with what is asked of it for each slice.
class SlicedConcatenation {
public:
  explicit SlicedConcatenation(Concatenation of) : of(std::move(of)) {
    int64_t end = 0;
    for (Value part : parts().values) {
      auto type = cast<RankedTensorType>(part.getType());
      if (type.isDynamicDim(parts().dim))
        return;
      begins.push_back(end);
      end += type.getDimSize(parts().dim);
    }
  }

  /// The part that `slice` takes out, or null.
  Value getPart(tensor::ExtractSliceOp slice);
  /// Removes the concatenation if nothing else is wanted of it.
  void dropUnused(RewriterBase &rewriter);

private:
  const Parts &parts() const { return of.parts; }
  bool hasDynamicSizesOf(tensor::ExtractSliceOp slice);
  const llvm::DenseSet<SizeSource> &getSources(int64_t dim);
  void answerFromPart(RewriterBase &rewriter);

  Concatenation of;
  /// Where the parts begin, as far as that is known.
  SmallVector<int64_t> begins;
  /// For a dynamic dimension, along which all parts have the same size, what
  /// that is.
  llvm::DenseMap<int64_t, llvm::DenseSet<SizeSource>> sources;
};
} // namespace

const llvm::DenseSet<SizeSource> &SlicedConcatenation::getSources(int64_t dim) {
  auto [entry, isNew] = sources.try_emplace(dim);
  if (isNew)
    for (Value part : parts().values)
      entry->second.insert(findSizeSource(part, dim));
  return entry->second;
}

/// True if `slice` is as large as the parts along its dynamic dimensions.
bool SlicedConcatenation::hasDynamicSizesOf(tensor::ExtractSliceOp slice) {
  SmallVector<OpFoldResult> sizes = slice.getMixedSizes();
  for (int64_t dim = 0; dim < slice.getType().getRank(); ++dim) {
    if (!slice.getType().isDynamicDim(dim))
      continue;
    auto size = dyn_cast<Value>(sizes[dim]);
    if (!size || dim == parts().dim ||
        !getSources(dim).contains(findSizeSource(size)))
      return false;
  }
  return true;
}

Value SlicedConcatenation::getPart(tensor::ExtractSliceOp slice) {
  if (!slice.hasUnitStride() ||
      slice.getType().getRank() != slice.getSourceType().getRank())
    return {};
  SmallVector<OpFoldResult> offsets = slice.getMixedOffsets();
  std::optional<int64_t> begin = getConstantIntValue(offsets[parts().dim]);
  const int64_t *found = begin ? llvm::lower_bound(begins, *begin) : nullptr;
  if (!found || found == begins.end() || *found != *begin)
    return {};
  Value part = parts().values[found - begins.begin()];
  for (auto [dim, offset] : llvm::enumerate(offsets))
    if (static_cast<int64_t>(dim) != parts().dim &&
        !isConstantIntValue(offset, 0))
      return {};
  // The size of a dynamic dimension could be less than all of it.
  return part.getType() == slice.getType() && hasDynamicSizesOf(slice)
             ? part
             : Value();
}

/// Asks a part for the sizes that it has in common with the concatenation, if
/// nothing else is wanted of that any more.
void SlicedConcatenation::answerFromPart(RewriterBase &rewriter) {
  Operation *op = of.ops.back();
  Value part = parts().values.front();
  auto isCommon = [&](Operation *user) {
    auto question = dyn_cast<tensor::DimOp>(user);
    std::optional<int64_t> dim =
        question ? question.getConstantIndex() : std::nullopt;
    return dim && *dim != parts().dim && *dim >= 0 &&
           *dim < cast<RankedTensorType>(part.getType()).getRank();
  };
  if (!llvm::all_of(op->getUsers(), isCommon))
    return;
  for (Operation *user : llvm::make_early_inc_range(op->getUsers())) {
    rewriter.setInsertionPoint(user);
    rewriter.replaceOpWithNewOp<tensor::DimOp>(
        user, part, *cast<tensor::DimOp>(user).getConstantIndex());
  }
}

void SlicedConcatenation::dropUnused(RewriterBase &rewriter) {
  answerFromPart(rewriter);
  for (Operation *op : llvm::reverse(of.ops))
    if (isOpTriviallyDead(op))
      rewriter.eraseOp(op);
}

bool mlir::convoy::detail::forwardParts(RewriterBase &rewriter, Block &block) {
  OpBuilder::InsertionGuard guard(rewriter);
  SmallVector<tensor::ExtractSliceOp> slices(
      block.getOps<tensor::ExtractSliceOp>());
  // Slices come in the order of the block: those among the parts of a
  // concatenation have been replaced before it is looked at.
  llvm::DenseMap<Operation *, std::optional<SlicedConcatenation>> known;
  llvm::SmallSetVector<Operation *, 4> changed;
  for (tensor::ExtractSliceOp slice : slices) {
    Operation *source = slice.getSource().getDefiningOp();
    if (!source)
      continue;
    auto [entry, isNew] = known.try_emplace(source);
    if (isNew)
      if (std::optional<Concatenation> found = getConcatenation(source))
        entry->second.emplace(std::move(*found));
    Value part = entry->second ? entry->second->getPart(slice) : Value();
    if (!part)
      continue;
    rewriter.replaceOp(slice, part);
    changed.insert(source);
  }
  for (Operation *source : llvm::reverse(changed))
    known.find(source)->second->dropUnused(rewriter);
  return !changed.empty();
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
