//===- FormConvMovement.cpp - Moved elements, repeated elements -----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows the letters of a convolution's dimensions through ops that permute,
// reshape or repeat elements and compute nothing.
//
//===----------------------------------------------------------------------===//

#include "FormConvPlan.h"

#include "Convoy/Analysis/AffineChain.h"
#include "Convoy/Analysis/ConstantData.h"
#include "Convoy/Analysis/IndexArithmetic.h"
#include "Convoy/Analysis/LoopSizes.h"
#include "Convoy/Dialect/ConvSizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::convoy;

/// A dimension that is read at its first element only.
static constexpr char kFirst = ' ';
/// Groups and channels merged, group-major.
static constexpr char kMerged = '*';

/// The only input of a LinalgOp that yields its elements, as they are or, if
/// `mayWiden`, in a wider type.
static OpOperand *getYieldedInput(Operation *op, bool mayWiden) {
  auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(op);
  if (!linalgOp || linalgOp.getNumDpsInputs() != 1 ||
      linalgOp.getNumDpsInits() != 1 || !linalgOp.hasPureTensorSemantics() ||
      !haveSizesInAgreement(linalgOp))
    return nullptr;
  OpOperand *operand = linalgOp.getDpsInputOperand(0);
  Block &body = *linalgOp.getBlock();
  if (!isa<RankedTensorType>(operand->get().getType()))
    return nullptr;
  Value yielded = body.getTerminator()->getOperand(0);
  if (auto extend = yielded.getDefiningOp<arith::ExtFOp>(); extend && mayWiden)
    yielded = extend.getIn();
  return yielded == body.getArgument(0) ? operand : nullptr;
}

OpOperand *convoy::getCopiedOperand(Operation *op) {
  return getYieldedInput(op, /*mayWiden=*/false);
}

std::optional<SmallVector<int64_t>>
convoy::getOperandMovement(OpOperand *operand) {
  auto op = cast<linalg::LinalgOp>(operand->getOwner());
  auto type = dyn_cast<RankedTensorType>(operand->get().getType());
  if (!type)
    return std::nullopt;
  return getMovement(op.getMatchingIndexingMap(operand),
                     op.getMatchingIndexingMap(op.getDpsInitOperand(0)),
                     op.getStaticLoopRanges(), type.getShape());
}

/// The letter of a dimension that `letters`, of sizes `sizes`, merge into; none
/// if no letter says so. Groups merge with channels, and channel dimensions of
/// size one go without saying.
static std::optional<char> mergeLetters(StringRef letters,
                                        ArrayRef<int64_t> sizes) {
  if (letters == "gc" || letters == "gf")
    return letters.back();
  std::string kept;
  for (auto [letter, size] : llvm::zip_equal(letters, sizes))
    if (size != 1 || !StringRef("gcf").contains(letter))
      kept.push_back(letter);
  if (kept.empty())
    return letters.front();
  if (kept.size() == 1)
    return kept.front();
  return std::nullopt;
}

/// The order of a tensor that collapses one of order `order` and shape `shape`.
static std::optional<std::string>
getCollapsedOrder(StringRef order, ArrayRef<int64_t> shape,
                  ArrayRef<ReassociationIndices> reassociation) {
  std::string collapsed;
  for (const ReassociationIndices &group : reassociation) {
    if (group.empty())
      return std::nullopt;
    std::optional<char> letter =
        mergeLetters(order.substr(group.front(), group.size()),
                     shape.slice(group.front(), group.size()));
    if (!letter || StringRef(collapsed).contains(*letter))
      return std::nullopt;
    collapsed.push_back(*letter);
  }
  return collapsed;
}

/// convoy.conv and what is made for it read no tensors of a foreign encoding.
static bool hasEncoding(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getEncoding();
}

bool convoy::lookThroughMovement(Value &value, std::string &order) {
  Operation *op = value.getDefiningOp();
  if (OpOperand *operand = getCopiedOperand(op)) {
    if (hasEncoding(operand->get()))
      return false;
    std::optional<SmallVector<int64_t>> movement = getOperandMovement(operand);
    if (!movement)
      return false;
    std::string source(order.size(), 0);
    for (auto [position, dim] : llvm::enumerate(*movement))
      source[dim] = order[position];
    value = operand->get();
    order = source;
    return true;
  }
  auto expand = dyn_cast_or_null<tensor::ExpandShapeOp>(op);
  if (expand && hasProperReassociation(*op) && !hasEncoding(expand.getSrc())) {
    std::optional<std::string> source =
        getCollapsedOrder(order, expand.getResultType().getShape(),
                          expand.getReassociationIndices());
    if (!source)
      return false;
    value = expand.getSrc();
    order = *source;
    return true;
  }
  return false;
}

/// The order of a result that splits the groups off the channels of an output
/// of order `order`.
static std::optional<std::string> getExpandedOrder(tensor::ExpandShapeOp expand,
                                                   StringRef order,
                                                   int64_t groups) {
  std::string expanded;
  for (auto [letter, group] :
       llvm::zip_equal(order, expand.getReassociationIndices())) {
    bool isSplit = group.size() == 2 && letter == conv_dim::kOutputChannel &&
                   !order.contains(conv_dim::kGroup) && groups > 1 &&
                   expand.getResultType().getDimSize(group.front()) == groups;
    if (group.size() != 1 && !isSplit)
      return std::nullopt;
    if (isSplit)
      expanded.push_back(conv_dim::kGroup);
    expanded.push_back(letter);
  }
  return expanded;
}

std::optional<std::string> convoy::getMovedOrder(Operation *op, StringRef order,
                                                 int64_t groups) {
  if (OpOperand *operand = getCopiedOperand(op)) {
    std::optional<SmallVector<int64_t>> movement = getOperandMovement(operand);
    if (!movement)
      return std::nullopt;
    std::string moved;
    for (int64_t dim : *movement)
      moved.push_back(order[dim]);
    return moved;
  }
  if (!hasProperReassociation(*op))
    return std::nullopt;
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    return getCollapsedOrder(order, collapse.getSrcType().getShape(),
                             collapse.getReassociationIndices());
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return getExpandedOrder(expand, order, groups);
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Channel vectors
//===----------------------------------------------------------------------===//

std::optional<std::string> convoy::getReadDims(AffineMap map,
                                               ArrayRef<char> loops) {
  std::string dims;
  for (AffineExpr expr : map.getResults()) {
    if (auto loop = dyn_cast<AffineDimExpr>(expr))
      dims.push_back(loops[loop.getPosition()]);
    else if (expr == 0)
      dims.push_back(kFirst);
    else
      return std::nullopt;
  }
  return dims;
}

/// The dims of the operand that `op` copies, from those of its result.
static std::optional<std::string> getCopiedDims(OpOperand *operand,
                                                StringRef dims) {
  auto op = cast<linalg::LinalgOp>(operand->getOwner());
  AffineMap resultMap = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (!resultMap.isPermutation())
    return std::nullopt;
  SmallVector<char> loops(op.getNumLoops(), kFirst);
  for (auto [position, dim] : llvm::enumerate(dims))
    loops[resultMap.getDimPosition(position)] = dim;
  return getReadDims(op.getMatchingIndexingMap(operand), loops);
}

/// The dims of the source of an expansion.
static std::optional<std::string>
getExpandSourceDims(tensor::ExpandShapeOp expand, StringRef dims) {
  if (!hasProperReassociation(*expand))
    return std::nullopt;
  std::string source;
  for (const ReassociationIndices &group : expand.getReassociationIndices()) {
    std::string letters;
    for (int64_t dim : group)
      if (expand.getResultType().getDimSize(dim) != 1)
        letters.push_back(dims[dim]);
    if (letters.empty())
      source.push_back(kFirst);
    else if (letters.size() == 1)
      source.push_back(letters.front());
    else if (letters == "gf")
      source.push_back(kMerged);
    else
      return std::nullopt;
  }
  return source;
}

/// The dims of the source of a collapse of dimensions of size one.
static std::optional<std::string>
getCollapseSourceDims(tensor::CollapseShapeOp collapse, StringRef dims) {
  if (!hasProperReassociation(*collapse))
    return std::nullopt;
  std::string source;
  ArrayRef<int64_t> shape = collapse.getSrcType().getShape();
  for (auto [letter, group] :
       llvm::zip_equal(dims, collapse.getReassociationIndices())) {
    if (llvm::count_if(group, [&](int64_t dim) { return shape[dim] != 1; }) > 1)
      return std::nullopt;
    for (int64_t dim : group)
      source.push_back(shape[dim] == 1 ? kFirst : letter);
  }
  return source;
}

/// True if `type`, of dims `dims`, is a vector of `numChannels` channels.
static bool isChannelVector(RankedTensorType type, StringRef dims,
                            int64_t numChannels) {
  std::string varying;
  int64_t size = 1;
  for (auto [dim, letter] : llvm::enumerate(dims)) {
    if (type.getDimSize(dim) == 1)
      continue;
    if (type.isDynamicDim(dim))
      return false;
    varying.push_back(letter);
    size *= type.getDimSize(dim);
  }
  return size == numChannels &&
         (varying.empty() || varying == "f" || varying == "g" ||
          varying == "gf" || varying == StringRef(&kMerged, 1));
}

/// Makes `value`, of dims `dims`, the tensor whose elements it repeats or
/// reshapes, if an op does that.
static bool lookThroughRepetition(Value &value, std::string &dims) {
  Operation *op = value.getDefiningOp();
  std::optional<std::string> source;
  if (OpOperand *operand = getYieldedInput(op, /*mayWiden=*/true)) {
    source = getCopiedDims(operand, dims);
    value = operand->get();
  } else if (auto expand = dyn_cast_or_null<tensor::ExpandShapeOp>(op)) {
    source = getExpandSourceDims(expand, dims);
    value = expand.getSrc();
  } else if (auto collapse = dyn_cast_or_null<tensor::CollapseShapeOp>(op)) {
    source = getCollapseSourceDims(collapse, dims);
    value = collapse.getSrc();
  }
  if (source)
    dims = *source;
  return source.has_value();
}

ChannelVector convoy::findChannelVector(Value value, std::string dims,
                                        int64_t numChannels) {
  ChannelVector found;
  if (ShapedType::isDynamic(numChannels))
    return found;
  do {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (type && type.getEncoding())
      return found;
    if (type && isChannelVector(type, dims, numChannels)) {
      found.tensor = value;
      if (type.getRank() == 1)
        return found;
    }
  } while (lookThroughRepetition(value, dims));
  return found;
}

ChannelVector convoy::findUniformElement(Value value, std::string dims) {
  ChannelVector found;
  do {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type) {
      found.scalar = value;
      return found;
    }
    if (type.getEncoding())
      return found;
    if (type.hasStaticShape() && type.getNumElements() == 1)
      found.scalar = value;
    Operation *op = value.getDefiningOp();
    if (isa_and_nonnull<linalg::FillOp, tensor::SplatOp>(op)) {
      found.scalar = op->getOperand(0);
      return found;
    }
  } while (lookThroughRepetition(value, dims));
  return found;
}

ChannelVector convoy::findChannelOperand(linalg::LinalgOp op,
                                         OpOperand *operand, StringRef order,
                                         int64_t numChannels) {
  SmallVector<char> loops(op.getNumLoops(), kFirst);
  AffineMap resultMap = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  for (auto [position, letter] : llvm::enumerate(order))
    loops[resultMap.getDimPosition(position)] = letter;
  std::optional<std::string> dims =
      getReadDims(op.getMatchingIndexingMap(operand), loops);
  if (!dims)
    return {};
  ChannelVector vector = findChannelVector(operand->get(), *dims, numChannels);
  return vector ? vector : findUniformElement(operand->get(), *dims);
}

TypedAttr convoy::getUniformConstant(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (OpOperand *operand = getCopiedOperand(op)) {
      value = operand->get();
    } else if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp,
                   tensor::CastOp>(op)) {
      value = op->getOperand(0);
    } else if (auto fill = dyn_cast<linalg::FillOp>(op)) {
      value = fill.getInputs()[0];
    } else {
      break;
    }
  }
  Attribute attribute = getConstantAttribute(value);
  if (!attribute || !isa<ShapedType>(value.getType()))
    return dyn_cast_or_null<TypedAttr>(attribute);
  if (auto dense = dyn_cast<DenseElementsAttr>(attribute))
    return dense.isSplat()
               ? dyn_cast<TypedAttr>(dense.getSplatValue<Attribute>())
               : TypedAttr();
  Refusal ignored;
  FailureOr<ConstantData> data = ConstantData::get(attribute, ignored);
  if (failed(data) || data->getType().getNumElements() != 1)
    return {};
  return FloatAttr::get(data->getType().getElementType(), (*data)[0]);
}
