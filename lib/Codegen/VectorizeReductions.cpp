//===- VectorizeReductions.cpp - Fast convolutions on CPUs ----------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Applies the schedule of each reduction: upstream's tiling for threads and
// registers, then RegisterTile.
//
//===----------------------------------------------------------------------===//

#include "Convoy/Codegen/Passes.h"

#include "Convoy/Codegen/ReductionSchedule.h"
#include "RegisterTile.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::convoy {
#define GEN_PASS_DEF_CONVOYVECTORIZEREDUCTIONS
#include "Convoy/Codegen/Passes.h.inc"
} // namespace mlir::convoy

using namespace mlir;
using namespace mlir::convoy;

/// Splits `op` so that `loop` of the first part is a multiple of `tileSize` and
/// that of the second, if there is one, is smaller.
static SmallVector<linalg::GenericOp> splitRemainder(RewriterBase &rewriter,
                                                     linalg::GenericOp op,
                                                     unsigned loop,
                                                     int64_t tileSize) {
  int64_t size = op.getStaticLoopRanges()[loop];
  int64_t multiple = size - size % tileSize;
  if (multiple == 0 || multiple == size)
    return {op};
  rewriter.setInsertionPoint(op);
  auto [first, second] =
      linalg::splitOp(rewriter, cast<TilingInterface>(op.getOperation()), loop,
                      rewriter.getIndexAttr(multiple));
  return {cast<linalg::GenericOp>(first.getOperation()),
          cast<linalg::GenericOp>(second.getOperation())};
}

static FailureOr<linalg::GenericOp> tile(RewriterBase &rewriter,
                                         linalg::GenericOp op,
                                         SmallVector<int64_t> tileSizes,
                                         linalg::LinalgTilingLoopType loops) {
  // A remainder is smaller than a tile.
  for (auto [tileSize, size] : llvm::zip(tileSizes, op.getStaticLoopRanges()))
    if (!ShapedType::isDynamic(size))
      tileSize = std::min(tileSize, size);
  auto options =
      linalg::LinalgTilingOptions().setTileSizes(tileSizes).setLoopType(loops);
  rewriter.setInsertionPoint(op);
  FailureOr<linalg::TiledLinalgOp> tiled =
      linalg::tileLinalgOp(rewriter, op, options);
  if (failed(tiled))
    return op.emitError("expected the reduction to have tiles");
  rewriter.eraseOp(op);
  return cast<linalg::GenericOp>(tiled->op.getOperation());
}

/// One thread's part of a reduction: vectors along the chunk, then what is left
/// of it as a shorter vector.
static LogicalResult vectorizeChunk(RewriterBase &rewriter,
                                    linalg::GenericOp chunk,
                                    const ReductionSchedule &schedule) {
  for (linalg::GenericOp part : splitRemainder(
           rewriter, chunk, schedule.vectorLoop, schedule.vectorSize)) {
    int64_t size = part.getStaticLoopRanges()[schedule.vectorLoop];
    if (size > schedule.vectorSize) {
      SmallVector<int64_t> tileSizes(part.getNumLoops(), 0);
      tileSizes[schedule.vectorLoop] = schedule.vectorSize;
      FailureOr<linalg::GenericOp> tiled =
          tile(rewriter, part, tileSizes, linalg::LinalgTilingLoopType::Loops);
      if (failed(tiled))
        return failure();
      part = *tiled;
    }
    if (failed(emitRegisterTile(rewriter, part, schedule)))
      return failure();
  }
  return success();
}

/// Shares the parallel loops of `op` among threads.
static LogicalResult vectorizeReduction(RewriterBase &rewriter,
                                        linalg::GenericOp op,
                                        const ReductionSchedule &schedule) {
  SmallVector<int64_t> tileSizes;
  for (utils::IteratorType kind : op.getIteratorTypesArray())
    tileSizes.push_back(kind == utils::IteratorType::parallel);
  tileSizes[schedule.vectorLoop] = schedule.chunkSize;
  if (schedule.unrolledLoop)
    tileSizes[*schedule.unrolledLoop] = schedule.unrollFactor;

  SmallVector<linalg::GenericOp> parts = {op};
  for (auto [loop, tileSize] : llvm::enumerate(tileSizes)) {
    if (tileSize <= 1)
      continue;
    SmallVector<linalg::GenericOp> split;
    for (linalg::GenericOp part : parts)
      llvm::append_range(split, splitRemainder(rewriter, part, loop, tileSize));
    parts = split;
  }
  for (linalg::GenericOp part : parts) {
    FailureOr<linalg::GenericOp> chunk = tile(
        rewriter, part, tileSizes, linalg::LinalgTilingLoopType::ParallelLoops);
    if (failed(chunk) || failed(vectorizeChunk(rewriter, *chunk, schedule)))
      return failure();
  }
  return success();
}

/// Makes the loop along the last dimension of the result the innermost one:
/// LLVM can vectorise that, but not a sum.
static void moveContiguousLoopInside(RewriterBase &rewriter,
                                     linalg::GenericOp op) {
  if (op.getNumDpsInits() == 0 || op.getNumReductionLoops() == 0)
    return;
  AffineMap output = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (output.getNumResults() == 0)
    return;
  auto last = dyn_cast<AffineDimExpr>(output.getResults().back());
  if (!last)
    return;
  SmallVector<unsigned> order;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
    if (loop != last.getPosition())
      order.push_back(loop);
  order.push_back(last.getPosition());
  // Fails only for orders that are no permutation.
  (void)linalg::interchangeGenericOp(rewriter, op, order);
}

namespace {
struct VectorizeReductionsPass
    : convoy::impl::ConvoyVectorizeReductionsBase<VectorizeReductionsPass> {
  void runOnOperation() override {
    SmallVector<linalg::GenericOp> reductions;
    getOperation()->walk([&](linalg::GenericOp op) {
      if (op.hasPureBufferSemantics() && op.getNumReductionLoops() > 0)
        reductions.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::GenericOp op : reductions) {
      std::optional<ReductionSchedule> schedule = scheduleReduction(op);
      if (!schedule)
        moveContiguousLoopInside(rewriter, op);
      else if (failed(vectorizeReduction(rewriter, op, *schedule)))
        return signalPassFailure();
    }
  }
};
} // namespace
