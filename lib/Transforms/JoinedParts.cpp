//===- JoinedParts.cpp - One op for the parts of a concatenation ----------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The planning half: which parts are alike. The ops are made in
// JoinedPartsBuilder.cpp.
//
//===----------------------------------------------------------------------===//

#include "JoinedParts.h"

#include "Convoy/Analysis/ConstantData.h"
#include "Convoy/Analysis/ConvolutionInfo.h"
#include "Convoy/Analysis/IndexArithmetic.h"
#include "Convoy/Analysis/LoopSizes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/OperationSupport.h"

using namespace mlir;
using namespace mlir::convoy;

RankedTensorType Parts::getJoinedType() const {
  RankedTensorType type = getType();
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] *= static_cast<int64_t>(values.size());
  return type.clone(shape);
}

//===----------------------------------------------------------------------===//
// Equal ops
//===----------------------------------------------------------------------===//

static bool isSameValue(Value a, Value b) {
  if (a == b)
    return true;
  Attribute first, second;
  return matchPattern(a, m_Constant(&first)) &&
         matchPattern(b, m_Constant(&second)) && first == second;
}

/// True if the regions compute the same; equal constants from outside are the
/// same value.
static bool areAlike(Region &a, Region &b) {
  DenseMap<Value, Value> equivalents;
  return OperationEquivalence::isRegionEquivalentTo(
      &a, &b,
      [&](Value first, Value second) {
        return success(equivalents.lookup(first) == second ||
                       isSameValue(first, second));
      },
      [&](Value first, Value second) { equivalents[first] = second; },
      OperationEquivalence::IgnoreLocations);
}

/// True if `a` and `b` compute the same on equal operands.
static bool areAlike(Operation *a, Operation *b) {
  if (a->getName() != b->getName() ||
      a->getAttrDictionary() != b->getAttrDictionary() ||
      a->getResultTypes() != b->getResultTypes() ||
      a->getOperandTypes() != b->getOperandTypes())
    return false;
  for (auto [first, second] : llvm::zip_equal(a->getRegions(), b->getRegions()))
    if (!areAlike(first, second))
      return false;
  return true;
}

/// True if ops that are alike define all `values`, as the same result.
static bool areComputedAlike(ArrayRef<Value> values) {
  auto first = dyn_cast<OpResult>(values.front());
  return first && llvm::all_of(values.drop_front(), [&](Value value) {
           auto result = dyn_cast<OpResult>(value);
           return result &&
                  result.getResultNumber() == first.getResultNumber() &&
                  areAlike(result.getOwner(), first.getOwner());
         });
}

//===----------------------------------------------------------------------===//
// Planning
//===----------------------------------------------------------------------===//

PartJoiner::Joined PartJoiner::add(Node node) {
  for (unsigned operand : node.operands)
    if (operand != kShared)
      node.dependsOnConvolution |= nodes[operand].dependsOnConvolution;
  nodes.push_back(std::move(node));
  return nodes.size() - 1;
}

/// Joins operand `index` of the ops that define the parts of `node`, along
/// `dim` of the operand; without one, all must have the same.
bool PartJoiner::joinOperand(Node &node, unsigned index,
                             std::optional<int64_t> dim) {
  Parts operands;
  for (Value part : node.parts.values)
    operands.values.push_back(part.getDefiningOp()->getOperand(index));
  if (!dim) {
    node.operands.push_back(kShared);
    return llvm::all_of(operands.values, [&](Value value) {
      return isSameValue(value, operands.values.front());
    });
  }
  operands.dim = *dim;
  Joined operand = join(operands);
  node.operands.push_back(operand.value_or(kShared));
  return operand.has_value();
}

PartJoiner::Joined PartJoiner::join(const Parts &parts) {
  auto [entry, isNew] =
      joined.try_emplace({parts.values.front(), parts.dim}, std::nullopt);
  if (!isNew) {
    Joined known = entry->second;
    return known && nodes[*known].parts.values == parts.values ? known
                                                               : std::nullopt;
  }
  if (depth == kMaxDepth)
    return std::nullopt;
  ++depth;
  Joined result = joinAnew(parts);
  --depth;
  joined[{parts.values.front(), parts.dim}] = result;
  return result;
}

PartJoiner::Joined PartJoiner::joinAnew(const Parts &parts) {
  auto type = dyn_cast<RankedTensorType>(parts.values.front().getType());
  if (!type || type.getEncoding() || type.isDynamicDim(parts.dim) ||
      !llvm::all_of(parts.values,
                    [&](Value value) { return value.getType() == type; }))
    return std::nullopt;
  for (auto joinAs :
       {&PartJoiner::joinSlices, &PartJoiner::joinConstants,
        &PartJoiner::joinUnstructured, &PartJoiner::joinElementwise,
        &PartJoiner::joinConvolutions})
    if (Joined result = (this->*joinAs)(parts))
      return result;
  return std::nullopt;
}

/// Slices of one value, one after the other.
PartJoiner::Joined PartJoiner::joinSlices(const Parts &parts) {
  auto first = parts.values.front().getDefiningOp<tensor::ExtractSliceOp>();
  int64_t dim = parts.dim, size = parts.getType().getDimSize(dim);
  if (!first || first.getSourceType().getEncoding() ||
      first.getSourceType().getRank() != first.getType().getRank())
    return std::nullopt;
  int64_t offset = first.getStaticOffsets()[dim];
  for (auto [index, value] : llvm::enumerate(parts.values)) {
    auto slice = value.getDefiningOp<tensor::ExtractSliceOp>();
    if (!slice || slice.getSource() != first.getSource() ||
        !slice.hasUnitStride() ||
        ShapedType::isDynamic(slice.getStaticOffsets()[dim]) ||
        slice.getStaticOffsets()[dim] !=
            offset + static_cast<int64_t>(index) * size)
      return std::nullopt;
    SmallVector<OpFoldResult> offsets = slice.getMixedOffsets();
    offsets[dim] = first.getMixedOffsets()[dim];
    if (offsets != first.getMixedOffsets() ||
        slice.getMixedSizes() != first.getMixedSizes())
      return std::nullopt;
  }
  Node node{Node::Kind::Slice, parts, first.getSource(), offset, {}};
  bool isAll = parts.getJoinedType() == first.getSourceType() &&
               first.getSourceType().hasStaticShape();
  if (isAll)
    node.kind = Node::Kind::Whole;
  return add(std::move(node));
}

PartJoiner::Joined PartJoiner::joinConstants(const Parts &parts) {
  for (Value value : parts.values) {
    Refusal ignored;
    Attribute attribute = getConstantAttribute(value);
    if (!attribute || failed(ConstantData::get(attribute, ignored)))
      return std::nullopt;
  }
  return add({Node::Kind::Constant, parts, {}, 0, {}});
}

/// The dimension of the operand of `op`, a reshape, that dimension `dim` of its
/// result is; none if it is more than one.
static std::optional<int64_t> getReshapedDim(Operation *op, int64_t dim) {
  if (!hasProperReassociation(*op))
    return std::nullopt;
  auto findDim = [](ArrayRef<ReassociationIndices> groups,
                    RankedTensorType split,
                    int64_t dim) -> std::optional<int64_t> {
    for (auto [merged, group] : llvm::enumerate(groups))
      if (llvm::is_contained(group, dim) &&
          llvm::all_of(group, [&](int64_t other) {
            return other == dim || split.getDimSize(other) == 1;
          }))
        return merged;
    return std::nullopt;
  };
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return findDim(expand.getReassociationIndices(), expand.getResultType(),
                   dim);
  auto collapse = cast<tensor::CollapseShapeOp>(op);
  SmallVector<ReassociationIndices> groups = collapse.getReassociationIndices();
  for (int64_t source : groups[dim])
    if (findDim(groups, collapse.getSrcType(), source))
      return source;
  return std::nullopt;
}

PartJoiner::Joined PartJoiner::joinUnstructured(const Parts &parts) {
  Operation *op = parts.values.front().getDefiningOp();
  std::optional<int64_t> dim;
  bool isElementwise = false;
  if (auto pad = dyn_cast_or_null<tensor::PadOp>(op)) {
    Value padding = pad.getConstantPaddingValue();
    if (padding && pad.getStaticLow()[parts.dim] == 0 &&
        pad.getStaticHigh()[parts.dim] == 0)
      dim = parts.dim;
  } else if (isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(
                 op)) {
    dim = getReshapedDim(op, parts.dim);
  } else if (op && OpTrait::hasElementwiseMappableTraits(op)) {
    isElementwise = true;
    dim = parts.dim;
  }
  if (!dim || !areComputedAlike(parts.values))
    return std::nullopt;
  Node node{Node::Kind::Cloned, parts, {}, 0, {}};
  for (OpOperand &operand : op->getOpOperands()) {
    bool isJoined = isElementwise ? isa<TensorType>(operand.get().getType())
                                  : operand.getOperandNumber() == 0;
    if (!joinOperand(node, operand.getOperandNumber(),
                     isJoined ? dim : std::nullopt))
      return std::nullopt;
  }
  return add(std::move(node));
}

/// The dimension of an operand with map `map` that runs along `loop`. Fails if
/// the operand depends on the loop otherwise; none if it does not.
static FailureOr<std::optional<int64_t>> getDimOfLoop(AffineMap map,
                                                      unsigned loop) {
  std::optional<int64_t> found;
  for (auto [position, expr] : llvm::enumerate(map.getResults())) {
    if (!expr.isFunctionOfDim(loop))
      continue;
    if (found || !isa<AffineDimExpr>(expr))
      return failure();
    found = position;
  }
  return found;
}

PartJoiner::Joined PartJoiner::joinElementwise(const Parts &parts) {
  auto op = parts.values.front().getDefiningOp<linalg::LinalgOp>();
  if (!op || op.getNumParallelLoops() != op.getNumLoops() ||
      !op.hasPureTensorSemantics() || !haveSizesInAgreement(op) ||
      !op.getBlock()->getOps<linalg::IndexOp>().empty() ||
      !areComputedAlike(parts.values))
    return std::nullopt;
  AffineMap map =
      op.getIndexingMapMatchingResult(cast<OpResult>(parts.values.front()));
  if (!map.isPermutation())
    return std::nullopt;
  unsigned loop = map.getDimPosition(parts.dim);

  Node node{Node::Kind::Elementwise, parts, {}, 0, {}};
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap operandMap = op.getMatchingIndexingMap(&operand);
    FailureOr<std::optional<int64_t>> dim = getDimOfLoop(operandMap, loop);
    if (failed(dim))
      return std::nullopt;
    if (op.isDpsInit(&operand) &&
        op.getMatchingBlockArgument(&operand).use_empty()) {
      if (!*dim)
        return std::nullopt;
      node.operands.push_back(kShared);
    } else if (!joinOperand(node, operand.getOperandNumber(), *dim)) {
      return std::nullopt;
    }
  }
  return add(std::move(node));
}

/// Convolutions of one group each, along their output channels.
PartJoiner::Joined PartJoiner::joinConvolutions(const Parts &parts) {
  auto op = parts.values.front().getDefiningOp<linalg::LinalgOp>();
  Refusal ignored;
  if (!op || !isConvolutionLike(op) || !areComputedAlike(parts.values))
    return std::nullopt;
  FailureOr<ConvolutionInfo> info = analyzeConvolution(op, ignored);
  if (failed(info) || !info->dims.depth.empty() ||
      info->dims.inputChannel.size() != 1 ||
      info->dims.outputChannel.size() != 1 ||
      info->outputMap.getDimPosition(parts.dim) !=
          info->dims.outputChannel.front())
    return std::nullopt;
  FailureOr<std::optional<int64_t>> inputDim =
      getDimOfLoop(info->inputMap, info->dims.inputChannel.front());
  FailureOr<std::optional<int64_t>> filterDim =
      getDimOfLoop(info->filterMap, info->dims.outputChannel.front());
  if (failed(inputDim) || failed(filterDim) || !*inputDim || !*filterDim)
    return std::nullopt;

  Node node{Node::Kind::Convolution, parts, {}, 0, {}};
  node.dependsOnConvolution = true;
  if (!joinOperand(node, 0, *inputDim) || !joinOperand(node, 1, *filterDim) ||
      !joinOperand(node, 2, parts.dim))
    return std::nullopt;
  return add(std::move(node));
}

/// True if what depends on the convolutions is not needed as it was.
bool PartJoiner::areUsedOnlyHere(ArrayRef<Operation *> concatenation) const {
  SmallPtrSet<Operation *, 16> replaced(concatenation.begin(),
                                        concatenation.end());
  for (const Node &node : nodes)
    for (Value part : node.parts.values)
      if (node.dependsOnConvolution)
        replaced.insert(part.getDefiningOp());
  return llvm::all_of(replaced, [&](Operation *op) {
    return op == concatenation.back() ||
           llvm::all_of(op->getUsers(), [&](Operation *user) {
             return replaced.contains(user);
           });
  });
}

bool PartJoiner::plan(const Concatenation &concatenation) {
  if (concatenation.parts.values.size() < 2)
    return false;
  Joined result = join(concatenation.parts);
  if (!result || !nodes[*result].dependsOnConvolution)
    return false;
  root = *result;
  return areUsedOnlyHere(concatenation.ops);
}
