//===- Concatenation.cpp - Tensors that are made of parts -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JoinedParts.h"

using namespace mlir;
using namespace mlir::convoy;

namespace {
struct InsertedPart {
  int64_t offset;
  Value source;
};
} // namespace

/// The dimension along which `insert` puts a part; none if it does not fill all
/// others.
static std::optional<int64_t> getInsertedDim(tensor::InsertSliceOp insert) {
  RankedTensorType source = insert.getSourceType();
  RankedTensorType dest = insert.getDestType();
  if (source.getRank() != dest.getRank() || !insert.hasUnitStride())
    return std::nullopt;
  std::optional<int64_t> found;
  SmallVector<OpFoldResult> offsets = insert.getMixedOffsets();
  for (int64_t dim = 0; dim < dest.getRank(); ++dim) {
    bool isAll = isConstantIntValue(offsets[dim], 0) &&
                 !dest.isDynamicDim(dim) &&
                 source.getDimSize(dim) == dest.getDimSize(dim);
    if (isAll)
      continue;
    if (found || ShapedType::isDynamic(insert.getStaticOffsets()[dim]))
      return std::nullopt;
    found = dim;
  }
  return found;
}

/// The parts of a chain of insert_slice that ends with `last`, as they were put
/// there.
static std::optional<Concatenation>
getInsertedParts(tensor::InsertSliceOp last) {
  std::optional<int64_t> dim = getInsertedDim(last);
  if (!dim)
    return std::nullopt;
  Concatenation found;
  found.parts.dim = *dim;
  SmallVector<InsertedPart> parts;
  for (tensor::InsertSliceOp insert = last;
       insert && getInsertedDim(insert) == dim &&
       (insert == last || insert->hasOneUse());
       insert = insert.getDest().getDefiningOp<tensor::InsertSliceOp>()) {
    parts.push_back({insert.getStaticOffsets()[*dim], insert.getSource()});
    found.ops.push_back(insert);
  }
  std::reverse(found.ops.begin(), found.ops.end());
  llvm::sort(parts, [](const InsertedPart &a, const InsertedPart &b) {
    return a.offset < b.offset;
  });
  int64_t end = 0;
  for (const InsertedPart &part : parts) {
    int64_t size =
        cast<RankedTensorType>(part.source.getType()).getDimSize(*dim);
    if (part.offset != end || ShapedType::isDynamic(size))
      return std::nullopt;
    end += size;
    found.parts.values.push_back(part.source);
  }
  if (end != last.getDestType().getDimSize(*dim))
    return std::nullopt;
  return found;
}

std::optional<Concatenation> convoy::getConcatenation(Operation *op) {
  if (auto concat = dyn_cast<tensor::ConcatOp>(op))
    return Concatenation{{llvm::to_vector(ValueRange(concat.getInputs())),
                          static_cast<int64_t>(concat.getDim())},
                         {op}};
  auto insert = dyn_cast<tensor::InsertSliceOp>(op);
  if (!insert)
    return std::nullopt;
  // The end of the chain has all parts.
  bool isLast = llvm::none_of(insert->getUses(), [](OpOperand &use) {
    auto next = dyn_cast<tensor::InsertSliceOp>(use.getOwner());
    return next && next.getDest() == use.get();
  });
  return isLast ? getInsertedParts(insert) : std::nullopt;
}
