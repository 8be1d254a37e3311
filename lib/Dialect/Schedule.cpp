//===- Schedule.cpp - How a convolution is computed -----------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules of #convoy.schedule and of #convoy.direct.
//
//===----------------------------------------------------------------------===//

#include "NumberRange.h"

#include "Convoy/Dialect/Schedule.h"

#include "Convoy/Dialect/ConvSizes.h"
#include "Convoy/Dialect/ConvoyOps.h"
#include "Convoy/Dialect/DirectTile.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::convoy;

#include "Convoy/Dialect/StrategyAttrInterface.cpp.inc"

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   StringRef chip,
                                   StrategyAttrInterface strategy) {
  if (!lookupChip(chip))
    return emitError() << "expected one of the chips " << listChipNames()
                       << ", found '" << chip << "'";
  return success();
}

//===----------------------------------------------------------------------===//
// #convoy.direct
//===----------------------------------------------------------------------===//

/// Larger numbers exceed every limit of every chip; their products fit 64 bits.
static constexpr int64_t kMaxTileNumber = 65536;
/// More only makes the kernel's text longer, and its compilation slow.
static constexpr uint64_t kMaxUnrolledProducts = 8192;

LogicalResult DirectAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 LaneOrder, int64_t channelThreads,
                                 int64_t rowThreads, int64_t columnThreads,
                                 int64_t channelTile, int64_t rowTile,
                                 int64_t columnTile, int64_t channelChunk,
                                 int64_t unrolledFilterDims,
                                 int64_t tilesPerBlock, int64_t blocksPerSM) {
  NumberRange numbers[] = {
      {"channelThreads", channelThreads, 1, 1024},
      {"rowThreads", rowThreads, 1, 1024},
      {"columnThreads", columnThreads, 1, 1024},
      {"channelTile", channelTile, 1, 256},
      {"rowTile", rowTile, 1, 256},
      {"columnTile", columnTile, 1, 256},
      {"channelChunk", channelChunk, 0, kMaxTileNumber},
      {"unrolledFilterDims", unrolledFilterDims, 0, 3},
      {"tilesPerBlock", tilesPerBlock, 1, kMaxTileNumber},
      {"blocksPerSM", blocksPerSM, 1, 64},
  };
  return verifyRanges(emitError, numbers);
}

StringRef DirectAttr::getStrategyName() const { return getMnemonic(); }

int64_t DirectAttr::getThreadsPerBlock() const {
  return getChannelThreads() * getRowThreads() * getColumnThreads();
}

int64_t DirectAttr::getSharedBytesPerBlock(ConvOp &op) const {
  return DirectTile::get(op, *this).sharedBytes;
}

/// What is unrolled or staged must be known.
static LogicalResult
verifyKnownSizes(DirectAttr direct, ConvOp op,
                 function_ref<InFlightDiagnostic()> emitError) {
  StringRef dims = op.getLayout().getImageDims();
  if (direct.getUnrolledFilterDims() > static_cast<int64_t>(dims.size()))
    return emitError() << "expected unrolledFilterDims of at most "
                       << dims.size() << ", the image dimensions, found "
                       << direct.getUnrolledFilterDims();
  size_t numKnown =
      direct.isStaged() ? dims.size() : direct.getUnrolledFilterDims();
  for (char dim : dims.take_back(numKnown))
    if (ShapedType::isDynamic(ConvWindow::get(op, dim).filterSize))
      return emitError() << "expected a filter of known size along '"
                         << StringRef(&dim, 1) << "' to "
                         << (direct.isStaged() ? "stage" : "unroll") << " it";
  int64_t channels = ConvSizes::get(op).inputChannels;
  if (direct.isStaged() && !ShapedType::isDynamic(channels) &&
      direct.getChannelChunk() > std::max<int64_t>(channels, 1))
    return emitError() << "expected a channelChunk of at most the " << channels
                       << " input channels of one group, found "
                       << direct.getChannelChunk();
  return success();
}

static LogicalResult verifyLimit(function_ref<InFlightDiagnostic()> emitError,
                                 const Chip &chip, const Twine &what,
                                 uint64_t found, uint64_t limit) {
  if (found <= limit)
    return success();
  return emitError() << "expected at most " << limit << " " << what << " on "
                     << chip.name << ", found " << found;
}

LogicalResult
DirectAttr::verifyFor(ConvOp &op, const Chip &chip,
                      function_ref<InFlightDiagnostic()> emitError) const {
  if (failed(verifyKnownSizes(*this, op, emitError)))
    return failure();
  DirectTile tile = DirectTile::get(op, *this);
  if (tile.threads % kThreadsPerWarp != 0)
    return emitError() << "expected a multiple of " << kThreadsPerWarp
                       << " threads per block, found " << tile.threads;
  if (tile.unrolledProducts > kMaxUnrolledProducts)
    return emitError() << "expected at most " << kMaxUnrolledProducts
                       << " unrolled multiply-adds per thread, found "
                       << tile.unrolledProducts;
  uint64_t blocks = getBlocksPerSM();
  uint64_t sharedBytes = llvm::SaturatingAdd<uint64_t>(
      tile.sharedBytes, kReservedSharedBytesPerBlock);
  struct {
    StringLiteral what;
    uint64_t found;
    int64_t limit;
  } limits[] = {
      {"threads per block", static_cast<uint64_t>(tile.threads),
       chip.threadsPerBlock},
      {"registers per thread", tile.registersPerThread,
       chip.registersPerThread},
      {"bytes of shared memory per block", tile.sharedBytes,
       chip.sharedBytesPerBlock},
      {"blocks per multiprocessor", blocks, chip.blocksPerSM},
      {"threads per multiprocessor", tile.threads * blocks, chip.threadsPerSM},
      {"registers per multiprocessor",
       tile.registersPerThread * tile.threads * blocks, chip.registersPerSM},
      {"bytes of shared memory per multiprocessor",
       llvm::SaturatingMultiply(sharedBytes, blocks), chip.sharedBytesPerSM},
  };
  for (const auto &limit : limits)
    if (failed(
            verifyLimit(emitError, chip, limit.what, limit.found, limit.limit)))
      return failure();
  return success();
}
