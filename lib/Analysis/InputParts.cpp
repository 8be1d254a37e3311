//===- InputParts.cpp - Concatenations in front of a convolution ----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tensors that are put together along channels, each with steps of its own:
//   concat(s*x + p, t*u) = concat(s, t)*concat(x, u) + concat(p, 0)
// What lies between the parts of a chain of insert_slice is what they were
// inserted into, which has no step: the scale is 1 there and the shift is 0.
// Around a part that covers its channels only partly there must be zeros, which
// a scale leaves as they are.
//
//===----------------------------------------------------------------------===//

#include "InputWalk.h"
#include "InsertedSizes.h"
#include "PaddingSizes.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

#include <map>

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

//===----------------------------------------------------------------------===//
// Channels
//===----------------------------------------------------------------------===//

/// The dimensions of the value that the walk has come to along which it moves
/// through channels and through nothing else.
SmallVector<int64_t> InputWalk::getChannelDims() const {
  auto isOfChannels = [&](AffineExpr coordinate) {
    bool found = false, others = false;
    coordinate.walk([&](AffineExpr part) {
      auto dim = dyn_cast<AffineDimExpr>(part);
      others |= isa<AffineSymbolExpr>(part);
      if (dim)
        (llvm::is_contained(channels.dims, int64_t(dim.getPosition()))
             ? found
             : others) = true;
    });
    return found && !others;
  };
  return llvm::filter_to_vector(
      llvm::seq<int64_t>(0, coordinates.size()),
      [&](int64_t dim) { return isOfChannels(coordinates[dim]); });
}

ChannelSpace InputWalk::getPartChannels(Value part) const {
  return {cast<RankedTensorType>(part.getType()), getChannelDims(), part};
}

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

/// The parts of `concat`, one behind the other.
static std::optional<JoinedInput>
getConcatenatedParts(tensor::ConcatOp concat) {
  JoinedInput joined;
  joined.dim = concat.getDim();
  joined.ops.push_back(concat);
  int64_t offset = 0;
  for (OpOperand &operand : concat->getOpOperands()) {
    int64_t size =
        cast<RankedTensorType>(operand.get().getType()).getDimSize(joined.dim);
    if (ShapedType::isDynamic(size))
      return std::nullopt;
    joined.parts.push_back({&operand, offset});
    offset += size;
  }
  return joined;
}

/// The one dimension among `dims` along which `insert` fills its destination
/// only partly; none if there is not one.
static std::optional<int64_t> getPartialDim(tensor::InsertSliceOp insert,
                                            ArrayRef<int64_t> dims) {
  RankedTensorType type = insert.getSourceType();
  if (type.getRank() != insert.getDestType().getRank())
    return std::nullopt;
  std::optional<int64_t> found;
  for (int64_t dim : dims) {
    int64_t size = insert.getDestType().getDimSize(dim);
    if (ShapedType::isDynamic(size) || type.isDynamicDim(dim) ||
        (found && type.getDimSize(dim) != size))
      return std::nullopt;
    if (type.getDimSize(dim) != size)
      found = dim;
  }
  return found;
}

/// True if the source of `insert` fills `base`, what the chain was begun with,
/// along all dimensions but `dims`.
static bool fillsOthers(tensor::InsertSliceOp insert, Value base,
                        ArrayRef<int64_t> dims) {
  SmallVector<int64_t> dynamicDims;
  SmallVector<OpFoldResult> offsets = insert.getMixedOffsets();
  for (auto [dim, size] : llvm::enumerate(insert.getSourceType().getShape())) {
    if (llvm::is_contained(dims, int64_t(dim)))
      continue;
    if (!isConstantIntValue(offsets[dim], 0) ||
        insert.getStaticStrides()[dim] != 1 ||
        size != insert.getDestType().getDimSize(dim))
      return false;
    if (ShapedType::isDynamic(size))
      dynamicDims.push_back(dim);
  }
  return isAsLarge(insert, base, dynamicDims);
}

/// Where `insert` puts its source along `dim`; none if that is not known, or if
/// there is something between its elements.
static std::optional<int64_t> getOffset(tensor::InsertSliceOp insert,
                                        int64_t dim) {
  int64_t offset = insert.getStaticOffsets()[dim];
  int64_t size = insert.getSourceType().getDimSize(dim);
  bool isKnown = !ShapedType::isDynamic(offset) &&
                 insert.getStaticStrides()[dim] == 1 && size > 0 &&
                 offset >= 0 &&
                 offset <= insert.getDestType().getDimSize(dim) - size;
  return isKnown ? std::optional(offset) : std::nullopt;
}

/// The chain of insert_slice that ends with `last`: as many as put their
/// sources beside each other. What is in front of them is one tensor, whatever
/// it is.
static std::optional<JoinedInput>
getInsertedParts(tensor::InsertSliceOp last, ArrayRef<int64_t> channelDims,
                 function_ref<bool(Operation *)> isOwn) {
  std::optional<int64_t> dim = getPartialDim(last, channelDims);
  if (!dim)
    return std::nullopt;
  JoinedInput joined;
  joined.dim = *dim;
  // The parts so far, by their beginnings.
  std::map<int64_t, JoinedInput::Part> parts;
  auto overlaps = [&](int64_t begin, int64_t end) {
    auto next = parts.lower_bound(begin);
    if (next != parts.end() && next->first < end)
      return true;
    if (next == parts.begin())
      return false;
    const auto &[at, part] = *std::prev(next);
    auto type = cast<RankedTensorType>(part.operand->get().getType());
    return at + type.getDimSize(*dim) > begin;
  };
  Value base = last.getResult();
  while (auto insert = base.getDefiningOp<tensor::InsertSliceOp>()) {
    if ((insert != last && !isOwn(insert)) ||
        getPartialDim(insert, channelDims) != dim)
      break;
    std::optional<int64_t> offset = getOffset(insert, *dim);
    if (!offset ||
        overlaps(*offset, *offset + insert.getSourceType().getDimSize(*dim)))
      break;
    parts[*offset] = {&insert.getSourceMutable(), *offset};
    joined.ops.push_back(insert);
    base = insert.getDest();
  }
  bool isEmpty = base.getDefiningOp<tensor::EmptyOp>() != nullptr;
  bool isZero = !isEmpty && isZeroTensor(base);
  for (auto &[offset, part] : parts) {
    auto insert = cast<tensor::InsertSliceOp>(part.operand->getOwner());
    part.isPadded = !isEmpty && !fillsOthers(insert, base, channelDims);
    if (part.isPadded && !isZero)
      return std::nullopt;
    joined.parts.push_back(part);
  }
  return joined;
}

/// What `pad` puts zeros around, as the one part along the only dimension among
/// `dims` where it does.
static std::optional<JoinedInput> getPaddedPart(tensor::PadOp pad,
                                                ArrayRef<int64_t> dims) {
  Value padding = pad.getConstantPaddingValue();
  if (!hasSizeOperands(pad) || !padding ||
      !matchPattern(padding, m_AnyZeroFloat()))
    return std::nullopt;
  JoinedInput joined;
  JoinedInput::Part part{&pad.getSourceMutable(), 0};
  for (auto [dim, low, high] :
       llvm::enumerate(pad.getMixedLowPad(), pad.getMixedHighPad())) {
    if (isConstantIntValue(low, 0) && isConstantIntValue(high, 0))
      continue;
    if (!llvm::is_contained(dims, int64_t(dim))) {
      part.isPadded = true;
      continue;
    }
    std::optional<int64_t> offset = getConstantIntValue(low);
    int64_t size = pad.getSourceType().getDimSize(dim);
    int64_t whole = pad.getResultType().getDimSize(dim);
    if (!joined.ops.empty() || !offset || *offset < 0 ||
        ShapedType::isDynamic(size) || ShapedType::isDynamic(whole) ||
        *offset > whole - size)
      return std::nullopt;
    joined.dim = dim;
    joined.ops.push_back(pad);
    part.offset = *offset;
  }
  joined.parts.push_back(part);
  return joined.ops.empty() ? std::nullopt : std::optional(joined);
}

std::optional<JoinedInput>
InputWalk::getParts(Operation &op,
                    function_ref<bool(Operation *)> isOwn) const {
  SmallVector<int64_t> dims;
  std::optional<JoinedInput> joined;
  if (isa<tensor::ConcatOp, tensor::InsertSliceOp, tensor::PadOp>(op))
    dims = getChannelDims();
  if (auto concat = dyn_cast<tensor::ConcatOp>(op))
    joined = getConcatenatedParts(concat);
  else if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    joined = getInsertedParts(insert, dims, isOwn);
  else if (auto pad = dyn_cast<tensor::PadOp>(op))
    joined = getPaddedPart(pad, dims);
  if (!joined || joined->parts.empty())
    return std::nullopt;
  auto isKnown = [&](Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    return llvm::none_of(dims,
                         [&](int64_t dim) { return type.isDynamicDim(dim); });
  };
  bool isAlongChannels =
      llvm::is_contained(dims, int64_t(joined->dim)) &&
      isKnown(op.getResult(0)) &&
      llvm::all_of(joined->parts, [&](const JoinedInput::Part &part) {
        return isKnown(part.operand->get());
      });
  return isAlongChannels ? joined : std::nullopt;
}

InputWalk InputWalk::enterPart(const JoinedInput &joined, unsigned id) const {
  const JoinedInput::Part &part = joined.parts[id];
  return InputWalk(pool, getPartChannels(part.operand->get()), isDerived,
                   isPadded || part.isPadded);
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

/// What `exprs` are over the channels of the walk, where each belongs to one
/// part; `between` the parts.
ChannelExpr InputWalk::joinExprs(const JoinedInput &joined,
                                 ArrayRef<ChannelExpr> exprs,
                                 ChannelExpr between) const {
  auto type =
      cast<RankedTensorType>(joined.ops.front()->getResult(0).getType());
  SmallVector<int64_t> dims = getChannelDims();
  ChannelParts whole;
  int64_t end = 0;
  auto fillUpTo = [&](int64_t begin) {
    if (begin == end)
      return;
    SmallVector<int64_t> sizes(type.getShape());
    sizes[joined.dim] = begin - end;
    whole.parts.push_back(
        {between,
         {type.clone(sizes), dims, joined.ops.front()->getResult(0)},
         end});
  };
  for (auto [part, expr] : llvm::zip_equal(joined.parts, exprs)) {
    ChannelSpace space = getPartChannels(part.operand->get());
    fillUpTo(part.offset);
    end = part.offset + space.type.getDimSize(joined.dim);
    whole.parts.push_back({expr, std::move(space), part.offset});
  }
  fillUpTo(type.getDimSize(joined.dim));
  SmallVector<AffineExpr> indices;
  for (int64_t dim : dims) {
    if (dim == int64_t(joined.dim))
      whole.dim = whole.sizes.size();
    whole.sizes.push_back(type.getDimSize(dim));
    indices.push_back(coordinates[dim]);
  }
  return pool.getParts(std::move(whole), indices, channels);
}

void InputWalk::endAtParts(
    const JoinedInput &joined,
    ArrayRef<std::pair<ChannelExpr, ChannelExpr>> parts) {
  ChannelExpr partScale =
      joinExprs(joined, llvm::to_vector(llvm::make_first_range(parts)),
                pool.getScalar(1));
  ChannelExpr partShift =
      joinExprs(joined, llvm::to_vector(llvm::make_second_range(parts)),
                pool.getScalar(0));
  if (!pool.isScalar(partShift, 0))
    shift = pool.add(pool.multiply(partShift, scale), shift);
  scale = pool.multiply(partScale, scale);
}
