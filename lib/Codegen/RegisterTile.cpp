//===- RegisterTile.cpp - A reduction whose sums stay in registers --------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vectorises the innermost tile of a reduction. Upstream's vectoriser wants
// maps without sums of loops, which those of a convolution are not, and its
// hoisting of sums out of the reduction loops stops at views; here they are
// carried by the loops from the start.
//
//===----------------------------------------------------------------------===//

#include "RegisterTile.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::convoy;

namespace {
class RegisterTileEmitter {
public:
  RegisterTileEmitter(RewriterBase &rewriter, linalg::GenericOp tile,
                      const ReductionSchedule &schedule)
      : rewriter(rewriter), tile(tile), schedule(schedule), loc(tile.getLoc()),
        sizes(tile.getStaticLoopRanges()),
        positions(tile.getNumLoops(), rewriter.getIndexAttr(0)) {}

  LogicalResult emit();

private:
  int64_t getNumSums() const {
    return schedule.unrolledLoop ? sizes[*schedule.unrolledLoop] : 1;
  }
  VectorType getVectorType(Type element) const {
    return VectorType::get({sizes[schedule.vectorLoop]}, element);
  }
  SmallVector<Value> createIndices(OpOperand &operand, int64_t lane = 0);
  Value readOperand(OpOperand &operand);
  Value computeBody(ArrayRef<Value> operands);
  SmallVector<Value> computeSums(ArrayRef<Value> sums);
  SmallVector<Value> emitLoops(ArrayRef<Range> ranges, ArrayRef<unsigned> loops,
                               ArrayRef<Value> sums);
  void setUnrolledIteration(int64_t iteration) {
    if (schedule.unrolledLoop)
      positions[*schedule.unrolledLoop] = rewriter.getIndexAttr(iteration);
  }

  RewriterBase &rewriter;
  linalg::GenericOp tile;
  const ReductionSchedule &schedule;
  Location loc;
  SmallVector<int64_t> sizes;
  /// Where each loop of the tile is: a constant, or an induction variable.
  SmallVector<OpFoldResult> positions;
};
} // namespace

/// The indices of the element of `operand` at the current positions, `lane`
/// iterations of the vector loop on.
SmallVector<Value> RegisterTileEmitter::createIndices(OpOperand &operand,
                                                      int64_t lane) {
  SmallVector<OpFoldResult> at = positions;
  at[schedule.vectorLoop] = rewriter.getIndexAttr(lane);
  AffineMap map = tile.getMatchingIndexingMap(&operand);
  SmallVector<Value> indices;
  for (unsigned result = 0; result < map.getNumResults(); ++result)
    indices.push_back(getValueOrCreateConstantIndexOp(
        rewriter, loc,
        affine::makeComposedFoldedAffineApply(rewriter, loc,
                                              map.getSubMap({result}), at)));
  return indices;
}

/// The elements of `operand` for all iterations of the vector loop.
Value RegisterTileEmitter::readOperand(OpOperand &operand) {
  auto type = cast<MemRefType>(operand.get().getType());
  VectorType vectorType = getVectorType(type.getElementType());
  switch (getAccessKind(tile.getMatchingIndexingMap(&operand), type,
                        schedule.vectorLoop)) {
  case AccessKind::Uniform: {
    Value element = memref::LoadOp::create(rewriter, loc, operand.get(),
                                           createIndices(operand));
    return vector::BroadcastOp::create(rewriter, loc, vectorType, element);
  }
  case AccessKind::Contiguous:
    return vector::LoadOp::create(rewriter, loc, vectorType, operand.get(),
                                  createIndices(operand));
  case AccessKind::Strided: {
    SmallVector<Value> elements;
    for (int64_t lane = 0; lane < vectorType.getNumElements(); ++lane)
      elements.push_back(memref::LoadOp::create(rewriter, loc, operand.get(),
                                                createIndices(operand, lane)));
    return vector::FromElementsOp::create(rewriter, loc, vectorType, elements);
  }
  }
  llvm_unreachable("unknown kind of access");
}

/// If `add` is the sum of a product that nothing else uses, the vectors of
/// product and summand in `mapping` as one operation: fused where the target
/// does that, in two steps elsewhere. No target fuses narrower floats.
static Value createMultiplyAdd(OpBuilder &builder, Operation &add,
                               const IRMapping &mapping) {
  auto sum = dyn_cast<arith::AddFOp>(add);
  if (!sum || !(sum.getType().isF32() || sum.getType().isF64()))
    return {};
  for (auto [product, summand] : {std::pair(sum.getLhs(), sum.getRhs()),
                                  std::pair(sum.getRhs(), sum.getLhs())}) {
    auto multiply = product.getDefiningOp<arith::MulFOp>();
    if (!multiply || !multiply->hasOneUse() ||
        multiply->getBlock() != add.getBlock())
      continue;
    return LLVM::FMulAddOp::create(
        builder, add.getLoc(), mapping.lookup(multiply.getLhs()),
        mapping.lookup(multiply.getRhs()), mapping.lookup(summand));
  }
  return {};
}

/// What the body yields on vectors of its arguments.
Value RegisterTileEmitter::computeBody(ArrayRef<Value> operands) {
  IRMapping mapping;
  Block *body = tile.getBody();
  mapping.map(body->getArguments(), operands);
  auto lookUp = [&](Value scalar) {
    if (Value known = mapping.lookupOrNull(scalar))
      return known;
    // From outside the body: the same for all iterations.
    Value vector = vector::BroadcastOp::create(
        rewriter, loc, getVectorType(scalar.getType()), scalar);
    mapping.map(scalar, vector);
    return vector;
  };
  for (Operation &op : body->without_terminator()) {
    if (op.hasTrait<OpTrait::ConstantLike>()) {
      Value constant = rewriter.clone(op)->getResult(0);
      mapping.map(op.getResult(0),
                  vector::BroadcastOp::create(rewriter, loc,
                                              getVectorType(constant.getType()),
                                              constant));
      continue;
    }
    for (Value operand : op.getOperands())
      lookUp(operand);
    Value result = createMultiplyAdd(rewriter, op, mapping);
    if (!result) {
      Operation *clone = rewriter.clone(op, mapping);
      clone->getResult(0).setType(getVectorType(op.getResult(0).getType()));
      result = clone->getResult(0);
    }
    mapping.map(op.getResult(0), result);
  }
  return lookUp(body->getTerminator()->getOperand(0));
}

/// One step of the reduction at the current positions.
SmallVector<Value> RegisterTileEmitter::computeSums(ArrayRef<Value> sums) {
  // Vectors that do not depend on the unrolled loop are read once.
  SmallVector<Value> shared;
  for (OpOperand *input : tile.getDpsInputOperands()) {
    bool varies = schedule.unrolledLoop &&
                  tile.getMatchingIndexingMap(input).isFunctionOfDim(
                      *schedule.unrolledLoop);
    shared.push_back(varies ? Value() : readOperand(*input));
  }
  SmallVector<Value> next;
  for (auto [iteration, sum] : llvm::enumerate(sums)) {
    setUnrolledIteration(iteration);
    SmallVector<Value> operands;
    for (auto [input, vector] : llvm::zip(tile.getDpsInputOperands(), shared))
      operands.push_back(vector ? vector : readOperand(*input));
    operands.push_back(sum);
    next.push_back(computeBody(operands));
  }
  setUnrolledIteration(0);
  return next;
}

/// Emits `loops`, the reduction loops of the tile that are left, around the
/// reduction's step.
SmallVector<Value> RegisterTileEmitter::emitLoops(ArrayRef<Range> ranges,
                                                  ArrayRef<unsigned> loops,
                                                  ArrayRef<Value> sums) {
  if (loops.empty())
    return computeSums(sums);
  unsigned loop = loops.front();
  auto asValue = [&](OpFoldResult value) {
    return getValueOrCreateConstantIndexOp(rewriter, loc, value);
  };
  auto nest = scf::ForOp::create(rewriter, loc, asValue(ranges[loop].offset),
                                 asValue(ranges[loop].size),
                                 asValue(ranges[loop].stride), sums);
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointToStart(nest.getBody());
  positions[loop] = nest.getInductionVar();
  SmallVector<Value> carried(nest.getRegionIterArgs());
  scf::YieldOp::create(rewriter, loc,
                       emitLoops(ranges, loops.drop_front(), carried));
  return llvm::to_vector_of<Value>(nest.getResults());
}

LogicalResult RegisterTileEmitter::emit() {
  for (auto [loop, kind] : llvm::enumerate(tile.getIteratorTypesArray())) {
    bool isKnown = loop == schedule.vectorLoop || loop == schedule.unrolledLoop
                       ? !ShapedType::isDynamic(sizes[loop])
                       : sizes[loop] == 1;
    if (kind == utils::IteratorType::parallel && !isKnown)
      return tile.emitError("expected the tile to have constant sizes");
  }
  rewriter.setInsertionPoint(tile);
  SmallVector<Range> ranges = cast<linalg::LinalgOp>(tile.getOperation())
                                  .createLoopRanges(rewriter, loc);
  SmallVector<unsigned> reductions;
  tile.getReductionDims(reductions);

  OpOperand &output = *tile.getDpsInitOperand(0);
  SmallVector<Value> sums;
  for (int64_t iteration = 0; iteration < getNumSums(); ++iteration) {
    setUnrolledIteration(iteration);
    sums.push_back(readOperand(output));
  }
  setUnrolledIteration(0);
  sums = emitLoops(ranges, reductions, sums);
  for (auto [iteration, sum] : llvm::enumerate(sums)) {
    setUnrolledIteration(iteration);
    vector::StoreOp::create(rewriter, loc, sum, output.get(),
                            createIndices(output));
  }
  rewriter.eraseOp(tile);
  return success();
}

LogicalResult convoy::emitRegisterTile(RewriterBase &rewriter,
                                       linalg::GenericOp tile,
                                       const ReductionSchedule &schedule) {
  return RegisterTileEmitter(rewriter, tile, schedule).emit();
}
