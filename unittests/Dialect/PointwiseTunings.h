//===- PointwiseTunings.h - Tiles to begin with -----------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_UNITTESTS_DIALECT_POINTWISETUNINGS_H
#define CONVOY_UNITTESTS_DIALECT_POINTWISETUNINGS_H

#include "PlannedConvolutions.h"

#include "Convoy/Dialect/PointwiseTurns.h"

namespace mlir::convoy::test {

/// Tiles of 128 pixels by 128 output channels.
inline PointwiseTuning getTuning() {
  return {/*tileImages=*/1,    /*tilePixels=*/128,
          /*tileFilters=*/128,
          /*rowBlocks=*/1,     /*mathWarpgroups=*/2,
          /*stageChunks=*/2,
          /*stages=*/4,        /*residentFilter=*/true};
}

} // namespace mlir::convoy::test

#endif // CONVOY_UNITTESTS_DIALECT_POINTWISETUNINGS_H
