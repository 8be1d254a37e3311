//===- SizeSource.cpp - Where a dynamic size comes from -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Analysis/SizeSource.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

using namespace mlir;
using namespace mlir::convoy;

/// Ops that are looked through.
static constexpr unsigned kMaxOpsToSize = 32;
static constexpr int64_t kNumber = -1;

/// The source of a size that an op lists among its own.
static std::optional<SizeSource> getListed(OpFoldResult size) {
  auto value = dyn_cast<Value>(size);
  return value ? std::optional(SizeSource{value, kNumber}) : std::nullopt;
}

/// The tensor dimension that a number was asked of; none if it is another
/// number.
static std::optional<SizeSource> getQuestion(Value number) {
  auto question = number.getDefiningOp<tensor::DimOp>();
  std::optional<int64_t> index =
      question ? question.getConstantIndex() : std::nullopt;
  auto type = index ? dyn_cast<RankedTensorType>(question.getSource().getType())
                    : RankedTensorType();
  if (!type || *index < 0 || *index >= type.getRank())
    return std::nullopt;
  return SizeSource{question.getSource(), *index};
}

/// One step from dimension `dim` of `tensor` towards where its size is from;
/// none at the end.
static std::optional<SizeSource> stepTowardsSource(Value tensor, int64_t dim) {
  Operation *op = tensor.getDefiningOp();
  auto type = dyn_cast<RankedTensorType>(tensor.getType());
  if (!op || !type || !type.isDynamicDim(dim))
    return std::nullopt;
  if (auto empty = dyn_cast<tensor::EmptyOp>(op))
    return getListed(empty.getMixedSizes()[dim]);
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return getListed(expand.getMixedOutputShape()[dim]);
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return slice.getSourceType().getRank() == type.getRank()
               ? getListed(slice.getMixedSizes()[dim])
               : std::nullopt;
  if (auto destination = dyn_cast<DestinationStyleOpInterface>(op))
    return SizeSource{
        destination.getTiedOpOperand(cast<OpResult>(tensor))->get(), dim};
  auto concat = dyn_cast<tensor::ConcatOp>(op);
  bool takesFromOperand =
      OpTrait::hasElementwiseMappableTraits(op) || isa<tensor::CastOp>(op) ||
      (concat && static_cast<int64_t>(concat.getDim()) != dim);
  return takesFromOperand && isa<RankedTensorType>(op->getOperand(0).getType())
             ? std::optional(SizeSource{op->getOperand(0), dim})
             : std::nullopt;
}

static SizeSource findSource(SizeSource source) {
  for (unsigned i = 0; i < kMaxOpsToSize; ++i) {
    auto [value, dim] = source;
    std::optional<SizeSource> next =
        dim == kNumber ? getQuestion(value) : stepTowardsSource(value, dim);
    if (!next)
      break;
    source = *next;
  }
  return source;
}

SizeSource convoy::findSizeSource(Value tensor, int64_t dim) {
  return findSource({tensor, dim});
}

SizeSource convoy::findSizeSource(Value size) {
  return findSource({size, kNumber});
}
