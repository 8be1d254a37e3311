//===- ChainMoves.cpp - Following data movement ---------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How the coordinates of a form change with reshapes, slices and
// concatenations. Elements stay what they are.
//
//===----------------------------------------------------------------------===//

#include "ChainWalker.h"
#include "InsertedSizes.h"
#include "Packing.h"
#include "PaddingSizes.h"

#include "Convoy/Analysis/IndexArithmetic.h"
#include "Convoy/Analysis/SizeSource.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

//===----------------------------------------------------------------------===//
// Reshapes
//===----------------------------------------------------------------------===//

LogicalResult ChainWalker::followReshape(Operation &op, Refusal &refusal) {
  auto sourceType = dyn_cast<RankedTensorType>(op.getOperand(0).getType());
  auto resultType = dyn_cast<RankedTensorType>(op.getResult(0).getType());
  if (!sourceType || !resultType)
    return refuse(refusal, Reason::UnsupportedType, &op,
                  "expected ranked tensors");
  if (!hasProperReassociation(op)) {
    (void)refuse(refusal, Reason::AmbiguousChannel, &op,
                 "expected a reassociation that names each dimension once and "
                 "in order");
    for (const Term &term : getForm(op.getOperand(0)).terms)
      if (!roots[term.root]->isPseudo)
        markStranded(term.root, refusal);
    return failure();
  }
  Form form = getForm(op.getOperand(0));
  form.assembly.reset();
  for (Term &term : form.terms) {
    SmallVector<AffineExpr> moved(term.coordinates.begin(),
                                  term.coordinates.end());
    if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
      moved =
          expandIndices(moved, expand.getReassociationIndices(), resultType);
    if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
      moved = collapseIndices(moved, collapse.getReassociationIndices(),
                              sourceType);
    for (AffineExpr &expr : moved)
      if (!expr)
        expr = getAffineSymbolExpr(numSymbols++, op.getContext());
    term.coordinates.assign(moved.begin(), moved.end());
  }
  form.component = joinComponents(op);
  setForm(op.getResult(0), std::move(form));
  return success();
}

//===----------------------------------------------------------------------===//
// Padding
//===----------------------------------------------------------------------===//

/// Zeros around a convolution's result: a scale behind them leaves them as they
/// are, a shift would not.
LogicalResult ChainWalker::followPad(Operation &op, Refusal &refusal) {
  auto pad = cast<tensor::PadOp>(op);
  if (!hasSizeOperands(pad))
    return refuse(refusal, Reason::AmbiguousChannel, &op,
                  "expected an operand for each dynamic size of the padding");
  Value padding = pad.getConstantPaddingValue();
  if (!padding || !matchPattern(padding, m_AnyZeroFloat()))
    return refuse(refusal, Reason::NotPerChannel, &op,
                  "the convolution is padded with something else than zeros");
  Form form = getForm(pad.getSource());
  form.assembly.reset();
  form.hasZeros = true;
  SmallVector<OpFoldResult> low = pad.getMixedLowPad();
  for (Term &term : form.terms)
    for (auto [coordinate, mixedOffset] :
         llvm::zip_equal(term.coordinates, low)) {
      std::optional<int64_t> offset = getConstantIntValue(mixedOffset);
      coordinate = offset ? coordinate + *offset
                          : getAffineSymbolExpr(numSymbols++, op.getContext());
    }
  form.component = joinComponents(op);
  setForm(op.getResult(0), std::move(form));
  return success();
}

//===----------------------------------------------------------------------===//
// Packing
//===----------------------------------------------------------------------===//

/// True if dimension `dim` of what the unpack `packing` makes may lack channels
/// that `coordinate`, of its source, has.
static bool dropsChannels(linalg::UnPackOp unpack, int64_t dim,
                          AffineExpr coordinate, const ChannelSpace &channels) {
  if (!coordinate || keepsAll(unpack, dim) ||
      !isFunctionOfChannels(coordinate, channels))
    return false;
  int64_t size = unpack.getDestType().getDimSize(dim);
  bool isOfChannels = llvm::all_of(
      llvm::seq<int64_t>(0, channels.type.getRank()), [&](int64_t other) {
        return !coordinate.isFunctionOfDim(other) ||
               llvm::is_contained(channels.dims, other);
      });
  if (ShapedType::isDynamic(size) || !isOfChannels || !channels.isEnumerable())
    return true;
  bool drops = false;
  channels.forEachChannel([&](ArrayRef<int64_t> position) {
    std::optional<int64_t> index = evaluateAffine(coordinate, position);
    drops |= !index || *index >= size;
  });
  return drops;
}

/// Tiles of the dimensions, and back. What fills the last tile belongs to no
/// convolution, as padding does; what is cut off is a slice's loss.
void ChainWalker::followPacking(Operation &op) {
  Value source = op.getOperand(0);
  auto pack = dyn_cast<linalg::PackOp>(op);
  auto unpack = dyn_cast<linalg::UnPackOp>(op);
  // What only lends its shape is not in the result.
  if (!forms.contains(source))
    return;
  Form form = getForm(source);
  form.assembly.reset();
  if (pack && mayAddPadding(pack)) {
    bool isZero = matchPattern(pack.getPaddingValue(), m_AnyZeroFloat());
    form.hasZeros |= isZero;
    form.hasOtherElements |= !isZero;
  }
  for (Term &term : form.terms) {
    SmallVector<AffineExpr> moved =
        getPackingResultIndices(op, term.coordinates);
    for (auto [dim, coordinate] : llvm::enumerate(moved))
      if (!coordinate || (unpack && dropsChannels(unpack, dim, coordinate,
                                                  roots[term.root]->channels)))
        coordinate = getAffineSymbolExpr(numSymbols++, op.getContext());
    term.coordinates.assign(moved.begin(), moved.end());
  }
  form.component = joinComponents(op, source);
  setForm(op.getResult(0), std::move(form));
}

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

bool mlir::convoy::detail::isFunctionOfChannels(AffineExpr expr,
                                                const ChannelSpace &channels) {
  return llvm::any_of(channels.dims,
                      [&](int64_t dim) { return expr.isFunctionOfDim(dim); });
}

/// A slice drops elements, and dimensions of size 1, and keeps the rest as they
/// are. Along a coordinate that depends on the channels, a parameter behind the
/// slice says nothing about the channels outside: unless the slice is one part
/// of a split, the coordinate is hidden from parameters. What does not depend
/// on it goes on.
LogicalResult ChainWalker::followSlice(Operation &op) {
  auto slice = cast<tensor::ExtractSliceOp>(op);
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  if (dropped.none() && slice.hasUnitStride() && startPart(slice))
    return success();
  Form form = getForm(slice.getSource());
  form.assembly.reset();
  SmallVector<OpFoldResult> offsets = slice.getMixedOffsets();
  for (Term &term : form.terms) {
    const ChannelSpace &channels = roots[term.root]->channels;
    SmallVector<AffineExpr, 4> kept;
    for (auto [dim, coordinate] : llvm::enumerate(term.coordinates)) {
      if (dropped[dim])
        continue;
      kept.push_back(coordinate);
      int64_t size = slice.getStaticSizes()[dim];
      bool isWhole = !ShapedType::isDynamic(size) &&
                     size == slice.getSourceType().getDimSize(dim);
      if (isWhole)
        continue;
      std::optional<int64_t> offset = getConstantIntValue(offsets[dim]);
      bool isKnown = offset && slice.getStaticStrides()[dim] == 1 &&
                     !isFunctionOfChannels(coordinate, channels);
      kept.back() = isKnown
                        ? coordinate - *offset
                        : getAffineSymbolExpr(numSymbols++, op.getContext());
    }
    term.coordinates = std::move(kept);
  }
  form.component = joinComponents(op);
  setForm(op.getResult(0), std::move(form));
  return success();
}

//===----------------------------------------------------------------------===//
// Concatenations
//===----------------------------------------------------------------------===//

/// Adds the slice [begin, end); false if it overlaps another.
static bool addSlice(Assembly &assembly, int64_t begin, int64_t end) {
  auto &slices = assembly.slices;
  auto *next = llvm::lower_bound(slices, std::pair(begin, begin));
  bool overlaps = (next != slices.end() && next->first < end) ||
                  (next != slices.begin() && std::prev(next)->second > begin);
  if (overlaps)
    return false;
  assembly.covered += end - begin;
  // Neighbours become one: parts in either order make a list of one entry.
  if (next != slices.end() && next->first == end)
    next->first = begin;
  else
    next = slices.insert(next, {begin, end});
  if (next != slices.begin() && std::prev(next)->second == begin) {
    std::prev(next)->second = next->second;
    slices.erase(next);
  }
  return true;
}

/// Adds the elements of `part` to `form`, at `offset` along the dimension of
/// its assembly. What fails has changed nothing but the assembly.
LogicalResult ChainWalker::insertPart(Operation &op, Form &form, Value part,
                                      int64_t offset, Refusal &refusal) {
  Assembly &assembly = *form.assembly;
  int64_t dim = assembly.dim;
  int64_t size = cast<RankedTensorType>(part.getType()).getDimSize(dim);
  if (ShapedType::isDynamic(size))
    return refuse(refusal, Reason::AmbiguousChannel, &op,
                  "expected parts of static size");
  if (!addSlice(assembly, offset, offset + size))
    return refuse(refusal, Reason::NotPerChannel, &op,
                  "the parts of the concatenation overlap");
  const Form &partForm = getForm(part);
  if (llvm::any_of(partForm.terms, [&](const Term &term) {
        return assembly.roots.contains(term.root);
      }))
    return refuse(refusal, Reason::NotPerChannel, &op,
                  "a convolution occurs twice in the concatenation");
  form.hasOtherElements |= partForm.hasOtherElements || partForm.hasUnderlay;
  form.hasZeros |= partForm.hasZeros;
  unsigned firstPiece = assembly.nextPiece;
  for (Term term : partForm.terms) {
    if (term.piece != kSpansPieces) {
      term.piece += firstPiece;
      assembly.nextPiece = std::max(assembly.nextPiece, term.piece + 1);
    }
    assembly.roots.insert(term.root);
    term.coordinates[dim] = term.coordinates[dim] + offset;
    form.terms.push_back(std::move(term));
  }
  return success();
}

namespace {
/// Where insert_slice puts its source.
struct InsertedPart {
  int64_t dim = 0;
  int64_t offset = 0;
  /// The other dimensions whose sizes are not known.
  SmallVector<int64_t, 2> dynamicDims;
};
} // namespace

/// None if it is no one slice of the destination along one dimension.
static std::optional<InsertedPart>
getInsertedPart(tensor::InsertSliceOp insert) {
  RankedTensorType sourceType = insert.getSourceType();
  RankedTensorType destType = insert.getDestType();
  if (sourceType.getRank() != destType.getRank() || !insert.hasUnitStride())
    return std::nullopt;
  InsertedPart part;
  bool found = false;
  for (auto [dim, mixedOffset] : llvm::enumerate(insert.getMixedOffsets())) {
    std::optional<int64_t> offset = getConstantIntValue(mixedOffset);
    if (!offset)
      return std::nullopt;
    if (*offset == 0 &&
        sourceType.getDimSize(dim) == destType.getDimSize(dim)) {
      if (destType.isDynamicDim(dim))
        part.dynamicDims.push_back(dim);
      continue;
    }
    if (found)
      return std::nullopt;
    found = true;
    part.dim = dim;
    part.offset = *offset;
  }
  return part;
}

Form FormMap::take(Value value) {
  Form &form = *ids.lookup(value);
  Term first = form.terms.front();
  Form taken = std::move(form);
  form = Form();
  form.component = taken.component;
  form.terms.push_back(std::move(first));
  return taken;
}

bool mlir::convoy::detail::isAsLarge(tensor::InsertSliceOp insert, Value base,
                                     ArrayRef<int64_t> dims) {
  SmallVector<OpFoldResult> sizes = insert.getMixedSizes();
  return llvm::all_of(dims, [&](int64_t dim) {
    SizeSource source = findSizeSource(base, dim);
    auto size = dyn_cast<Value>(sizes[dim]);
    return (size && findSizeSource(size) == source) ||
           findSizeSource(insert.getSource(), dim) == source;
  });
}

LogicalResult ChainWalker::followInsert(Operation &op, Refusal &refusal) {
  auto insert = cast<tensor::InsertSliceOp>(op);
  std::optional<InsertedPart> part = getInsertedPart(insert);
  if (!part || !forms.contains(insert.getSource()))
    return refuse(refusal, Reason::NotPerChannel, &op,
                  "expected a whole convolution result to be inserted along "
                  "one dimension");
  const Form *destForm = forms.find(insert.getDest());
  if (destForm && (!destForm->assembly || destForm->assembly->dim != part->dim))
    return refuse(refusal, Reason::NotPerChannel, &op,
                  "expected parts of one concatenation");
  // A chain of many parts holds its terms once, at its end.
  bool takes = destForm && insert.getDest().hasOneUse();
  Form form;
  if (destForm) {
    form = takes ? forms.take(insert.getDest()) : *destForm;
  } else {
    form.assembly.emplace();
    form.assembly->dim = part->dim;
    form.assembly->base = insert.getDest();
    // Elements of tensor.empty have no value that a step could change; those of
    // another tensor do until the parts have replaced all of them.
    form.hasUnderlay = !insert.getDest().getDefiningOp<tensor::EmptyOp>();
  }
  if (failed(insertPart(op, form, insert.getSource(), part->offset, refusal))) {
    if (takes)
      forms.set(insert.getDest(), std::move(form));
    return failure();
  }
  // A part that may be smaller leaves something of the base, whatever follows.
  Assembly &assembly = *form.assembly;
  if (form.hasUnderlay && !isAsLarge(insert, assembly.base, part->dynamicDims))
    form.hasOtherElements = true;
  int64_t size = insert.getDestType().getDimSize(part->dim);
  form.hasUnderlay &= ShapedType::isDynamic(size) || assembly.covered != size;
  form.component = joinComponents(op);
  setForm(op.getResult(0), std::move(form));
  return success();
}

LogicalResult ChainWalker::followConcat(Operation &op, Refusal &refusal) {
  auto concat = cast<tensor::ConcatOp>(op);
  Form form;
  form.assembly.emplace();
  form.assembly->dim = concat.getDim();
  int64_t dim = concat.getDim(), offset = 0;
  for (Value part : concat.getInputs()) {
    int64_t size = cast<RankedTensorType>(part.getType()).getDimSize(dim);
    if (ShapedType::isDynamic(size))
      return refuse(refusal, Reason::AmbiguousChannel, &op,
                    "expected parts of static size");
    if (!forms.contains(part))
      form.hasOtherElements = true;
    else if (failed(insertPart(op, form, part, offset, refusal)))
      return failure();
    offset += size;
  }
  form.assembly.reset();
  form.component = joinComponents(op);
  setForm(op.getResult(0), std::move(form));
  return success();
}
