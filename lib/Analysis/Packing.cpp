//===- Packing.cpp - Where packed elements lie ----------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A dimension d that is cut into tiles of t elements is two in the packed
// tensor: d floordiv t among the outer dimensions, which may be permuted, and
// d mod t behind them.
//
//===----------------------------------------------------------------------===//

#include "Packing.h"

#include "Convoy/Analysis/IndexArithmetic.h"

using namespace mlir;
using namespace mlir::convoy;
using namespace mlir::convoy::detail;

namespace {
/// What the two ops have in common.
struct Layout {
  /// Entry i of `tiles` cuts dimension `tiledDims[i]`.
  ArrayRef<int64_t> tiledDims, tiles;
  /// The dimension that each outer one of the packed tensor comes from.
  SmallVector<int64_t> outerDims;
};
} // namespace

template <typename OpTy>
static Layout getLayout(OpTy op, int64_t rank) {
  Layout layout{op.getInnerDimsPos(), op.getStaticInnerTiles(),
                llvm::to_vector(op.getOuterDimsPerm())};
  if (layout.outerDims.empty())
    llvm::append_range(layout.outerDims, llvm::seq<int64_t>(0, rank));
  return layout;
}

static Layout getLayout(Operation &op) {
  if (auto pack = dyn_cast<linalg::PackOp>(op))
    return getLayout(pack, pack.getSourceType().getRank());
  auto unpack = cast<linalg::UnPackOp>(op);
  return getLayout(unpack, unpack.getDestType().getRank());
}

static SmallVector<AffineExpr> packIndices(const Layout &layout,
                                           ArrayRef<AffineExpr> indices) {
  SmallVector<AffineExpr> outer(indices), inner;
  for (auto [dim, tile] : llvm::zip_equal(layout.tiledDims, layout.tiles)) {
    bool isKnown = tile > 0 && indices[dim];
    inner.push_back(isKnown ? indices[dim] % tile : AffineExpr());
    outer[dim] = isKnown ? indices[dim].floorDiv(tile) : AffineExpr();
  }
  SmallVector<AffineExpr> packed = llvm::map_to_vector(
      layout.outerDims, [&](int64_t dim) { return boundSize(outer[dim]); });
  for (AffineExpr index : inner)
    packed.push_back(boundSize(index));
  return packed;
}

/// Tile `outer` and the element `inner` in it, of `tile` elements.
static AffineExpr joinTile(AffineExpr outer, AffineExpr inner, int64_t tile) {
  if (!outer || !inner || tile <= 0)
    return {};
  // What was packed before is taken apart again.
  auto mod = dyn_cast<AffineBinaryOpExpr>(inner);
  if (mod && mod.getKind() == AffineExprKind::Mod &&
      mod == mod.getLHS() % tile && outer == mod.getLHS().floorDiv(tile))
    return mod.getLHS();
  return outer * tile + inner;
}

static SmallVector<AffineExpr> unpackIndices(const Layout &layout,
                                             ArrayRef<AffineExpr> indices) {
  size_t rank = layout.outerDims.size();
  SmallVector<AffineExpr> unpacked(rank);
  for (auto [index, dim] :
       llvm::zip_equal(indices.take_front(rank), layout.outerDims))
    unpacked[dim] = index;
  for (auto [inner, dim, tile] : llvm::zip_equal(
           indices.drop_front(rank), layout.tiledDims, layout.tiles))
    unpacked[dim] = boundSize(joinTile(unpacked[dim], inner, tile));
  return unpacked;
}

bool mlir::convoy::detail::isPacking(Operation &op) {
  return isa<linalg::PackOp, linalg::UnPackOp>(op);
}

SmallVector<AffineExpr>
mlir::convoy::detail::getPackingResultIndices(Operation &op,
                                              ArrayRef<AffineExpr> indices) {
  return isa<linalg::PackOp>(op) ? packIndices(getLayout(op), indices)
                                 : unpackIndices(getLayout(op), indices);
}

SmallVector<AffineExpr>
mlir::convoy::detail::getPackingSourceIndices(Operation &op,
                                              ArrayRef<AffineExpr> indices) {
  return isa<linalg::PackOp>(op) ? unpackIndices(getLayout(op), indices)
                                 : packIndices(getLayout(op), indices);
}

/// True if `size` is a known multiple of `tile`.
static bool isWholeTiles(int64_t size, int64_t tile) {
  return !ShapedType::isDynamic(size) && tile > 0 && size % tile == 0;
}

bool mlir::convoy::detail::mayAddPadding(linalg::PackOp pack) {
  // Without a number to pad with, the tiles are full or there is no result.
  if (!pack.getPaddingValue())
    return false;
  Layout layout = getLayout(*pack);
  return llvm::any_of(
      llvm::zip_equal(layout.tiledDims, layout.tiles), [&](auto pair) {
        auto [dim, tile] = pair;
        return !isWholeTiles(pack.getSourceType().getDimSize(dim), tile);
      });
}

bool mlir::convoy::detail::keepsAll(linalg::UnPackOp unpack, int64_t dim) {
  Layout layout = getLayout(*unpack);
  const int64_t *tiled = llvm::find(layout.tiledDims, dim);
  if (tiled == layout.tiledDims.end())
    return true;
  int64_t tile = layout.tiles[tiled - layout.tiledDims.begin()];
  int64_t outer = llvm::find(layout.outerDims, dim) - layout.outerDims.begin();
  int64_t numTiles = unpack.getSourceType().getDimSize(outer);
  int64_t size = unpack.getDestType().getDimSize(dim);
  return isWholeTiles(size, tile) && numTiles == size / tile;
}
