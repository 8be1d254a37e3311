//===- ElementwisePlan.cpp - What is decided about a stream ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementwiseKernel.h"
#include "EpilogueLoop.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::convoy;

/// Bytes that a thread has under way, over all operands, and vectors of them.
static constexpr int64_t kLoadedBytesPerThread = 64;
static constexpr int64_t kMaxVectorsPerThread = 8;
/// Each vector has code where all of a block exist and where not.
static constexpr int64_t kVariants = 2;

static int64_t getElementBytes(Type type) {
  Type element = getElementTypeOrSelf(type);
  return element.isIndex()
             ? 8
             : llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
}

/// True if `op`, of the body of a linalg.generic, works on vectors as well.
static bool isVectorizable(Operation &op) {
  if (op.hasTrait<OpTrait::ConstantLike>())
    return true;
  // The same for all iterations: its position does not depend on them.
  if (auto load = dyn_cast<memref::LoadOp>(op))
    return load.getIndices().empty();
  return op.getNumRegions() == 0 && OpTrait::hasElementwiseMappableTraits(&op);
}

/// True if elements of `type` have a size in memory of their own and as parts
/// of vectors.
static bool isStreamable(Type type) {
  auto memref = dyn_cast<MemRefType>(type);
  if (!memref)
    return isa<FloatType, IntegerType, IndexType>(type);
  Type element = memref.getElementType();
  if (!element.isIntOrFloat())
    return false;
  return llvm::is_contained({8, 16, 32, 64}, element.getIntOrFloatBitWidth());
}

static bool isStream(linalg::GenericOp op) {
  if (!op.hasPureBufferSemantics() || op.getNumLoops() == 0 ||
      op.getNumParallelLoops() != op.getNumLoops())
    return false;
  for (OpOperand &init : op.getDpsInitsMutable()) {
    auto type = cast<MemRefType>(init.get().getType());
    if (!op.getMatchingIndexingMap(&init).isIdentity() ||
        !type.getLayout().isIdentity())
      return false;
  }
  return llvm::all_of(op->getOperandTypes(), isStreamable) &&
         llvm::all_of(op.getBody()->without_terminator(), isVectorizable);
}

/// The product of `sizes`, or none if it is unknown.
static std::optional<int64_t> getProduct(ArrayRef<int64_t> sizes) {
  int64_t product = 1;
  for (int64_t size : sizes)
    if (ShapedType::isDynamic(size) ||
        llvm::MulOverflow(product, size, product))
      return std::nullopt;
  return product;
}

/// True if the loops from `first` on are run through in whole vectors.
static bool fillVectors(ArrayRef<int64_t> loopSizes, unsigned first,
                        int64_t vectorSize) {
  std::optional<int64_t> product = getProduct(loopSizes.drop_front(first));
  return vectorSize == 1 || (product && *product % vectorSize == 0);
}

/// The number of the last loops that are, in order, the last dimensions that
/// `map` indexes.
static unsigned countTrailingLoops(AffineMap map) {
  unsigned count = 0;
  while (count < map.getNumResults() && count < map.getNumDims()) {
    auto dim =
        dyn_cast<AffineDimExpr>(map.getResult(map.getNumResults() - 1 - count));
    if (!dim || dim.getPosition() != map.getNumDims() - 1 - count)
      break;
    ++count;
  }
  return count;
}

/// None if a vector of this size is not one element nor consecutive ones.
static std::optional<OperandAccess> chooseAccess(linalg::GenericOp op,
                                                 OpOperand &operand,
                                                 ArrayRef<int64_t> loopSizes,
                                                 int64_t vectorSize) {
  auto type = dyn_cast<MemRefType>(operand.get().getType());
  if (!type)
    return OperandAccess::Uniform;
  AffineMap map = op.getMatchingIndexingMap(&operand);
  bool isRowMajor = type.getLayout().isIdentity();
  if (map.isIdentity() && isRowMajor)
    return OperandAccess::Full;
  unsigned firstUnused = op.getNumLoops();
  while (firstUnused > 0 && !map.isFunctionOfDim(firstUnused - 1))
    --firstUnused;
  if (firstUnused == 0 || fillVectors(loopSizes, firstUnused, vectorSize))
    return OperandAccess::Uniform;
  unsigned trailing = countTrailingLoops(map);
  if (isRowMajor && trailing > 0 &&
      fillVectors(loopSizes, op.getNumLoops() - trailing, vectorSize))
    return OperandAccess::Consecutive;
  return std::nullopt;
}

/// The accesses of all operands, or none if one has none.
static std::optional<SmallVector<OperandAccess>>
chooseAccesses(linalg::GenericOp op, int64_t vectorSize) {
  SmallVector<int64_t> loopSizes = op.getStaticLoopRanges();
  SmallVector<OperandAccess> accesses;
  for (OpOperand &operand : op->getOpOperands()) {
    std::optional<OperandAccess> access =
        chooseAccess(op, operand, loopSizes, vectorSize);
    if (!access)
      return std::nullopt;
    accesses.push_back(*access);
  }
  return accesses;
}

std::optional<ElementwisePlan> ElementwisePlan::get(linalg::GenericOp op) {
  if (!isStream(op))
    return std::nullopt;
  int64_t widest = 1;
  for (Value operand : op->getOperands())
    if (isa<MemRefType>(operand.getType()))
      widest = std::max(widest, getElementBytes(operand.getType()));
  ElementwisePlan plan;
  // At one iteration in a vector, every access is possible.
  plan.vectorSize = kVectorBytes / widest;
  int64_t instructions = countInstructions(op.getRegion());
  while (plan.vectorSize > 1 &&
         !fitsCode(kVariants * plan.vectorSize, instructions))
    plan.vectorSize /= 2;
  std::optional<SmallVector<OperandAccess>> accesses;
  while (!(accesses = chooseAccesses(op, plan.vectorSize)))
    plan.vectorSize /= 2;
  plan.accesses = *accesses;
  int64_t numFull = 0;
  for (OpOperand &operand : op->getOpOperands()) {
    bool isRead =
        op.isDpsInput(&operand) || op.payloadUsesValueFromOperand(&operand);
    numFull += isRead &&
               plan.accesses[operand.getOperandNumber()] == OperandAccess::Full;
  }
  int64_t vectors = kLoadedBytesPerThread / (plan.vectorSize * widest) /
                    std::max<int64_t>(1, numFull);
  plan.vectorsPerThread = std::clamp<int64_t>(vectors, 1, kMaxVectorsPerThread);
  while (plan.vectorsPerThread > 1 &&
         !fitsCode(kVariants * plan.vectorsPerThread * plan.vectorSize,
                   instructions))
    plan.vectorsPerThread /= 2;
  return plan;
}
