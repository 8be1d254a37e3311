//===- WindowWgmma.cpp - The window wgmma strategy ------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules of #convoy.window_wgmma.
//
//===----------------------------------------------------------------------===//

#include "NumberRange.h"
#include "WgmmaRules.h"

#include "Convoy/Dialect/WindowPlan.h"

using namespace mlir;
using namespace mlir::convoy;

LogicalResult
WindowWgmmaAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                        PatchProducts, int64_t tileFilters, int64_t rowBlocks,
                        int64_t mathWarpgroups, int64_t stages, bool) {
  NumberRange numbers[] = {
      {"tileFilters", tileFilters, 8, 256},
      {"rowBlocks", rowBlocks, 1, 2},
      {"mathWarpgroups", mathWarpgroups, 1, 4},
      {"stages", stages, 2, 32},
  };
  return verifyRanges(emitError, numbers);
}

StringRef WindowWgmmaAttr::getStrategyName() const { return getMnemonic(); }

int64_t WindowWgmmaAttr::getThreadsPerBlock() const {
  return getMathWarpgroups() * kThreadsPerWarpgroup +
         kPointwiseCopyWarps * kThreadsPerWarp;
}

static std::optional<WindowPlan> getPlan(WindowWgmmaAttr attr, ConvOp op,
                                         const Chip &chip, std::string &why) {
  std::optional<PatchProblem> problem =
      getWindowProblem(op, attr.getProducts(), why);
  if (!problem)
    return std::nullopt;
  WindowTuning tuning{attr.getTileFilters(), attr.getRowBlocks(),
                      attr.getMathWarpgroups(), attr.getStages(),
                      attr.getResidentFilter()};
  return planWindow(*problem, chip, why, tuning);
}

std::optional<WindowPlan> convoy::getWindowPlan(ConvOp op) {
  return getScheduledPlan<WindowWgmmaAttr>(op, getPlan);
}

int64_t WindowWgmmaAttr::getSharedBytesPerBlock(ConvOp &op) const {
  return getWindowPlan(op)->frame.shared.bytes;
}

LogicalResult
WindowWgmmaAttr::verifyFor(ConvOp &op, const Chip &chip,
                           function_ref<InFlightDiagnostic()> emitError) const {
  std::string why;
  std::optional<WindowPlan> plan = getPlan(*this, op, chip, why);
  if (!plan)
    return emitError() << getMnemonic() << " " << why;
  return verifyFilterImage(op, plan->frame.image.getBytes(), emitError);
}
