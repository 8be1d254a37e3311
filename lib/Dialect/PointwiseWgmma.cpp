//===- PointwiseWgmma.cpp - The pointwise wgmma strategy ------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules of #convoy.pointwise_wgmma.
//
//===----------------------------------------------------------------------===//

#include "NumberRange.h"
#include "WgmmaRules.h"

#include "Convoy/Dialect/PointwisePlan.h"

using namespace mlir;
using namespace mlir::convoy;

LogicalResult PointwiseWgmmaAttr::verify(
    function_ref<InFlightDiagnostic()> emitError, PatchProducts,
    int64_t tileImages, int64_t tilePixels, int64_t tileFilters,
    int64_t rowBlocks, int64_t mathWarpgroups, int64_t stageChunks,
    int64_t stages, bool, int64_t clusterBlocks, int64_t channelGroups) {
  NumberRange numbers[] = {
      {"tileImages", tileImages, 1, 512},
      {"tilePixels", tilePixels, 1, kMaxTileSize},
      {"tileFilters", tileFilters, 8, 256},
      {"rowBlocks", rowBlocks, 1, 2},
      {"mathWarpgroups", mathWarpgroups, 1, 4},
      {"stageChunks", stageChunks, 1, 64},
      {"stages", stages, 2, 32},
      {"clusterBlocks", clusterBlocks, 1, 8},
      {"channelGroups", channelGroups, 1, 4},
  };
  return verifyRanges(emitError, numbers);
}

StringRef PointwiseWgmmaAttr::getStrategyName() const { return getMnemonic(); }

int64_t PointwiseWgmmaAttr::getThreadsPerBlock() const {
  return getMathWarpgroups() * getChannelGroups() * kThreadsPerWarpgroup +
         kPointwiseCopyWarps * kThreadsPerWarp;
}

static std::optional<PointwisePlan> getPlan(PointwiseWgmmaAttr attr, ConvOp op,
                                            const Chip &chip,
                                            std::string &why) {
  std::optional<PointwiseProblem> problem =
      getPointwiseProblem(op, attr.getProducts(), why);
  if (!problem)
    return std::nullopt;
  PointwiseTuning tuning{attr.getTileImages(),     attr.getTilePixels(),
                         attr.getTileFilters(),    attr.getRowBlocks(),
                         attr.getMathWarpgroups(), attr.getStageChunks(),
                         attr.getStages(),         attr.getResidentFilter(),
                         attr.getClusterBlocks(),  attr.getChannelGroups()};
  return planPointwise(*problem, chip, why, tuning);
}

std::optional<PointwisePlan> convoy::getPointwisePlan(ConvOp op) {
  return getScheduledPlan<PointwiseWgmmaAttr>(op, getPlan);
}

int64_t PointwiseWgmmaAttr::getSharedBytesPerBlock(ConvOp &op) const {
  return getPointwisePlan(op)->shared.bytes;
}

LogicalResult PointwiseWgmmaAttr::verifyFor(
    ConvOp &op, const Chip &chip,
    function_ref<InFlightDiagnostic()> emitError) const {
  std::string why;
  std::optional<PointwisePlan> plan = getPlan(*this, op, chip, why);
  if (!plan)
    return emitError() << getMnemonic() << " " << why;
  return verifyFilterImage(op, plan->image.getBytes(), emitError);
}
