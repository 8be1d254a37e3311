//===- ReductionSchedule.cpp - How a reduction is tiled -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/ReductionSchedule.h"

#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;

/// Two registers of 256 bits: x86-64-v3 has 16, of which 12 hold sums in
/// kMaxSumBits, two an input vector and one a broadcast value.
static constexpr int64_t kVectorBits = 512;
static constexpr int64_t kMaxSumBits = 12 * 256;
/// Beyond this, unrolling only makes the loop body longer.
static constexpr int64_t kMaxUnrollFactor = 8;
/// What one thread takes at a time is some hundred elements, so that the cost
/// of finding its place does not show.
static constexpr int64_t kMaxChunkSize = 128;

/// The distance in memory between neighbours of `loop` in elements of the
/// operand, or none where it is not constant.
static std::optional<int64_t> getStep(AffineMap map, MemRefType type,
                                      unsigned loop) {
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(type.getStridesAndOffset(strides, offset)))
    return std::nullopt;
  MLIRContext *context = map.getContext();
  SmallVector<AffineExpr> zeros(map.getNumDims(),
                                getAffineConstantExpr(0, context));
  SmallVector<AffineExpr> next = zeros;
  next[loop] = getAffineConstantExpr(1, context);
  AffineMap origin = map.replaceDimsAndSymbols(zeros, {}, 0, 0);
  AffineMap neighbour = map.replaceDimsAndSymbols(next, {}, 0, 0);
  int64_t step = 0;
  for (auto [from, to, stride] :
       llvm::zip(origin.getResults(), neighbour.getResults(), strides)) {
    auto first = dyn_cast<AffineConstantExpr>(simplifyAffineExpr(from, 0, 0));
    auto second = dyn_cast<AffineConstantExpr>(simplifyAffineExpr(to, 0, 0));
    if (!first || !second)
      return std::nullopt;
    int64_t distance = second.getValue() - first.getValue();
    if (distance != 0 && ShapedType::isDynamic(stride))
      return std::nullopt;
    step += distance == 0 ? 0 : distance * stride;
  }
  return step;
}

AccessKind convoy::getAccessKind(AffineMap map, MemRefType type,
                                 unsigned loop) {
  if (!map.isFunctionOfDim(loop))
    return AccessKind::Uniform;
  // A vector is read along the last dimension alone.
  for (AffineExpr result : map.getResults().drop_back())
    if (result.isFunctionOfDim(loop))
      return AccessKind::Strided;
  return getStep(map, type, loop) == 1 ? AccessKind::Contiguous
                                       : AccessKind::Strided;
}

/// True if the body can compute on vectors what it computes on scalars.
static bool isElementwiseBody(linalg::GenericOp op) {
  if (op.hasIndexSemantics())
    return false;
  return llvm::all_of(op.getBody()->without_terminator(), [](Operation &op) {
    return op.getNumResults() == 1 && op.getNumRegions() == 0 &&
           (op.hasTrait<OpTrait::ConstantLike>() ||
            OpTrait::hasElementwiseMappableTraits(&op));
  });
}

/// True if all expressions of `map` are sums of multiples of loops, so that
/// distances between elements are the same everywhere.
static bool isLinear(AffineMap map) {
  bool linear = map.getNumSymbols() == 0;
  map.walkExprs([&](AffineExpr expr) {
    AffineExprKind kind = expr.getKind();
    linear &= kind != AffineExprKind::Mod && kind != AffineExprKind::FloorDiv &&
              kind != AffineExprKind::CeilDiv;
  });
  return linear;
}

/// True if vectors and tiles of `op` can be formed whatever their size.
static bool hasRegularShape(linalg::GenericOp op) {
  if (!op.hasPureBufferSemantics() || op.getNumDpsInits() != 1 ||
      op.getNumReductionLoops() == 0 || op.getNumParallelLoops() == 0)
    return false;
  AffineMap output = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (!output.isProjectedPermutation() ||
      output.getNumResults() != op.getNumParallelLoops())
    return false;
  for (OpOperand &operand : op->getOpOperands())
    if (!isa<MemRefType>(operand.get().getType()) ||
        !isLinear(op.getMatchingIndexingMap(&operand)))
      return false;
  return isElementwiseBody(op);
}

/// Chooses the loop to unroll: the one that most of the inputs that are read as
/// vectors do not depend on, the larger one of equals.
static std::optional<unsigned> chooseUnrolledLoop(linalg::GenericOp op,
                                                  unsigned vectorLoop) {
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  std::optional<unsigned> best;
  std::pair<int64_t, int64_t> bestScore;
  SmallVector<unsigned> loops;
  op.getParallelDims(loops);
  for (unsigned loop : loops) {
    if (loop == vectorLoop || ShapedType::isDynamic(sizes[loop]) ||
        sizes[loop] < 2)
      continue;
    int64_t reused = 0;
    for (OpOperand *input : op.getDpsInputOperands()) {
      AffineMap map = op.getMatchingIndexingMap(input);
      reused += map.isFunctionOfDim(vectorLoop) && !map.isFunctionOfDim(loop);
    }
    std::pair<int64_t, int64_t> score(reused, sizes[loop]);
    if (!best || score > bestScore) {
      best = loop;
      bestScore = score;
    }
  }
  return best;
}

/// The largest factor that divides `size`, or `limit` if only tiny ones do.
static int64_t chooseUnrollFactor(int64_t size, int64_t limit) {
  if (size <= limit)
    return size;
  for (int64_t factor = limit; factor > limit / 2; --factor)
    if (size % factor == 0)
      return factor;
  return limit;
}

std::optional<ReductionSchedule>
convoy::scheduleReduction(linalg::GenericOp op) {
  if (!hasRegularShape(op))
    return std::nullopt;
  OpOperand *init = op.getDpsInitOperand(0);
  AffineMap output = op.getMatchingIndexingMap(init);
  auto type = cast<MemRefType>(init->get().getType());
  ReductionSchedule schedule;
  schedule.vectorLoop =
      cast<AffineDimExpr>(output.getResults().back()).getPosition();
  int64_t size = op.getStaticLoopRanges()[schedule.vectorLoop];
  if (ShapedType::isDynamic(size) || size < 2 ||
      getAccessKind(output, type, schedule.vectorLoop) !=
          AccessKind::Contiguous ||
      !VectorType::isValidElementType(type.getElementType()))
    return std::nullopt;

  int64_t elementBits = std::max<int64_t>(
      8, type.getElementType().isIndex() ? 64 : type.getElementTypeBitWidth());
  schedule.vectorSize = std::min(size, kVectorBits / elementBits);
  int64_t chunkVectors =
      std::max<int64_t>(1, kMaxChunkSize / schedule.vectorSize);
  schedule.chunkSize = std::min(size, chunkVectors * schedule.vectorSize);
  schedule.unrolledLoop = chooseUnrolledLoop(op, schedule.vectorLoop);
  if (schedule.unrolledLoop) {
    int64_t sumBits =
        llvm::alignTo(schedule.vectorSize * elementBits, kVectorBits / 2);
    schedule.unrollFactor =
        chooseUnrollFactor(op.getStaticLoopRanges()[*schedule.unrolledLoop],
                           std::min(kMaxUnrollFactor, kMaxSumBits / sumBits));
  }
  return schedule;
}
