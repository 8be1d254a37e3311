//===- Concatenation.cpp - Tensors that are made of parts -----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JoinedParts.h"

#include "Convoy/Analysis/SizeSource.h"

using namespace mlir;
using namespace mlir::convoy;

namespace {
struct InsertedPart {
  int64_t offset;
  Value source;
};
} // namespace

/// The dimension along which `insert` puts a part; none if it does not fill all
/// others of a tensor that has its sizes from `base`.
static std::optional<int64_t> getInsertedDim(tensor::InsertSliceOp insert,
                                             Value base) {
  RankedTensorType source = insert.getSourceType();
  RankedTensorType dest = insert.getDestType();
  if (source.getRank() != dest.getRank() || !insert.hasUnitStride())
    return std::nullopt;
  std::optional<int64_t> found;
  SmallVector<OpFoldResult> offsets = insert.getMixedOffsets();
  SmallVector<OpFoldResult> sizes = insert.getMixedSizes();
  auto isAsLarge = [&](int64_t dim) {
    if (!source.isDynamicDim(dim) || !dest.isDynamicDim(dim))
      return source.getDimSize(dim) == dest.getDimSize(dim);
    auto size = dyn_cast<Value>(sizes[dim]);
    return size && findSizeSource(size) == findSizeSource(base, dim);
  };
  for (int64_t dim = 0; dim < dest.getRank(); ++dim) {
    if (isConstantIntValue(offsets[dim], 0) && isAsLarge(dim))
      continue;
    if (found || ShapedType::isDynamic(insert.getStaticOffsets()[dim]))
      return std::nullopt;
    found = dim;
  }
  return found;
}

/// What the chain of insert_slice that ends with `last` is built on.
static Value getBase(tensor::InsertSliceOp last) {
  Value base = last.getDest();
  while (auto insert = base.getDefiningOp<tensor::InsertSliceOp>())
    base = insert.getDest();
  return base;
}

/// The parts of a chain of insert_slice that ends with `last`, as they were put
/// there.
static std::optional<Concatenation>
getInsertedParts(tensor::InsertSliceOp last) {
  Value base = getBase(last);
  std::optional<int64_t> dim = getInsertedDim(last, base);
  if (!dim)
    return std::nullopt;
  Concatenation found;
  found.parts.dim = *dim;
  SmallVector<InsertedPart> parts;
  for (tensor::InsertSliceOp insert = last;
       insert && getInsertedDim(insert, base) == dim &&
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
