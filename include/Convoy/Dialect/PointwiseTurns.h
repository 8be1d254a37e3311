//===- PointwiseTurns.h - Warpgroups that take turns ------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where a tile of a PointwisePlan has no more pixels than some of its
// warpgroups multiply, the warpgroups take turns with tiles: while one finishes
// and stores its sums, another multiplies the next tile.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_POINTWISETURNS_H
#define CONVOY_DIALECT_POINTWISETURNS_H

#include "Convoy/Dialect/PointwisePlan.h"

#include "llvm/Support/MathExtras.h"

namespace mlir::convoy {

/// Warpgroups that share the pixels of one tile. All of them where they also
/// share its channels, stage its output, or do not divide into so many, and
/// where the ring is too small: between a warpgroup's last stage and the first
/// one of its next tile must lie less than a round of the ring, as barriers
/// tell two rounds apart, not more.
inline int64_t getTileWarpgroups(const PointwisePlan &plan) {
  int64_t needed =
      llvm::divideCeil(plan.getTilePixels(), plan.rowBlocks * kPointwiseRows);
  int64_t turns = plan.mathWarpgroups / needed;
  // Kernels with windows of several taps take no turns.
  bool isAlone = plan.channelGroups == 1 && plan.clusterBlocks == 1 &&
                 plan.image.taps == 1;
  bool takesTurns = isAlone && !plan.bulkStores &&
                    plan.mathWarpgroups % needed == 0 &&
                    plan.stages > (turns - 1) * plan.stagesPerTile;
  return takesTurns ? needed : plan.mathWarpgroups;
}

/// Groups of as many that take turns: tile `i` of a block of the grid is group
/// `i % turns`'s.
inline int64_t getPointwiseTurns(const PointwisePlan &plan) {
  return plan.mathWarpgroups / getTileWarpgroups(plan);
}

} // namespace mlir::convoy

#endif // CONVOY_DIALECT_POINTWISETURNS_H
