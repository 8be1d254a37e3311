//===- WgmmaRules.h - What the rules of wgmma strategies share --*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How an op is checked against the plan of its strategy, and how the plan of a
// checked op is found. The plans themselves are each strategy's own.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_DIALECT_WGMMARULES_H
#define CONVOY_LIB_DIALECT_WGMMARULES_H

#include "Convoy/Dialect/ConvoyOps.h"
#include "Convoy/Target/Chip.h"

#include <string>

namespace mlir::convoy {

/// Beyond every tile that fits; products of sizes then fit 64 bits.
inline constexpr int64_t kMaxTileSize = 1 << 20;

/// What `getPlan`, called with the attribute, the op, the chip and a reason,
/// returns for an op that is verified and scheduled as `StrategyAttr`.
template <typename StrategyAttr, typename GetPlan>
auto getScheduledPlan(ConvOp op, GetPlan getPlan) {
  ScheduleAttr schedule = op.getScheduleAttr();
  std::string why;
  return getPlan(cast<StrategyAttr>(schedule.getStrategy()), op,
                 *lookupChip(schedule.getChip()), why);
}

/// Fails with an error if `op` has a filter image that is not of `bytes`.
inline LogicalResult
verifyFilterImage(ConvOp op, int64_t bytes,
                  function_ref<InFlightDiagnostic()> emitError) {
  Value image = op.getFilterImage();
  if (!image || cast<ShapedType>(image.getType()).getDimSize(0) == bytes)
    return success();
  return emitError() << "expected a filter image of " << bytes
                     << " bytes, found " << image.getType();
}

} // namespace mlir::convoy

#endif // CONVOY_LIB_DIALECT_WGMMARULES_H
