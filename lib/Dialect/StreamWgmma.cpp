//===- StreamWgmma.cpp - The filter-streaming wgmma strategy --------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules of #convoy.stream_wgmma.
//
//===----------------------------------------------------------------------===//

#include "NumberRange.h"
#include "WgmmaRules.h"

#include "Convoy/Dialect/StreamPlan.h"

using namespace mlir;
using namespace mlir::convoy;

LogicalResult StreamWgmmaAttr::verify(
    function_ref<InFlightDiagnostic()> emitError, PatchProducts,
    int64_t tileImages, int64_t tileRows, int64_t tileColumns,
    int64_t tileBlocks, int64_t slotChunks, int64_t slots, int64_t filterStages,
    int64_t gatherWarps, int64_t channelParts, bool takesTurns, bool) {
  NumberRange numbers[] = {
      {"tileImages", tileImages, 1, 64},
      {"tileRows", tileRows, 1, kMaxTileSize},
      {"tileColumns", tileColumns, 1, kMaxTileSize},
      {"tileBlocks", tileBlocks, 1, 2},
      {"slotChunks", slotChunks, 1, 64},
      {"slots", slots, 2, 16},
      {"filterStages", filterStages, 1, 32},
      {"gatherWarps", gatherWarps, 1, kStreamMaxGatherWarps},
      {"channelParts", channelParts, 1, kStreamMaxChannelParts},
  };
  if (takesTurns && (tileBlocks != 1 || channelParts != 1))
    return emitError() << "expected one tileBlock and channelPart with "
                          "takesTurns, found "
                       << tileBlocks << " and " << channelParts;
  return verifyRanges(emitError, numbers);
}

StringRef StreamWgmmaAttr::getStrategyName() const { return getMnemonic(); }

int64_t StreamWgmmaAttr::getThreadsPerBlock() const {
  // One more warp copies the filter.
  return (kStreamMathWarps + getGatherWarps() + 1) * kThreadsPerWarp;
}

static std::optional<StreamPlan> getPlan(StreamWgmmaAttr attr, ConvOp op,
                                         const Chip &chip, std::string &why) {
  std::optional<StreamProblem> problem =
      getStreamProblem(op, attr.getProducts(), why);
  if (!problem)
    return std::nullopt;
  StreamTuning tuning{
      attr.getTileImages(),   attr.getTileRows(),      attr.getTileColumns(),
      attr.getTileBlocks(),   attr.getSlotChunks(),    attr.getSlots(),
      attr.getFilterStages(), attr.getGatherWarps(),   attr.getChannelParts(),
      attr.getTakesTurns(),   attr.getResidentFilter()};
  return planStream(*problem, chip, why, tuning);
}

std::optional<StreamPlan> convoy::getStreamPlan(ConvOp op) {
  return getScheduledPlan<StreamWgmmaAttr>(op, getPlan);
}

int64_t StreamWgmmaAttr::getSharedBytesPerBlock(ConvOp &op) const {
  return getStreamPlan(op)->shared.bytes;
}

LogicalResult
StreamWgmmaAttr::verifyFor(ConvOp &op, const Chip &chip,
                           function_ref<InFlightDiagnostic()> emitError) const {
  std::string why;
  std::optional<StreamPlan> plan = getPlan(*this, op, chip, why);
  if (!plan)
    return emitError() << getMnemonic() << " " << why;
  return verifyFilterImage(op, plan->image.getBytes(), emitError);
}
