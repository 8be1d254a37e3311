//===- PointwisePlan.h - Numbers of a pointwise wgmma kernel ---*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a wgmma kernel for convolutions of one tap does, as plain numbers: the
// tile, the stages in which channels pass through shared memory, where each
// element lies there, and the layout of shared memory. No IR is built here; the
// emitter obeys a plan.
//
// Pixels are rows of the accumulators, output channels columns, input channels
// the sum. A tile is `tilePixels` neighbours of one image or of all, or several
// whole images, by `tileFilters` output channels. The input's elements stay in
// shared memory as they were in global memory and become wgmma's first operand
// in registers; the second is the packed filter.
//
// Rows beyond a tile's pixels are dead: multiplied and never stored.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_POINTWISEPLAN_H
#define CONVOY_DIALECT_POINTWISEPLAN_H

#include "Convoy/Dialect/FilterImage.h"
#include "Convoy/Dialect/PatchPlan.h"

#include <string>

namespace mlir::convoy {

/// A convolution of one tap in NCHW, with unit strides and no padding.
struct PointwiseProblem {
  int64_t channels;
  /// Of an image.
  int64_t pixels;
  int64_t filters;
  PatchProducts products = PatchProducts::SplitF16;
  /// Bytes of an element of the output, 2 or 4.
  int64_t outputBytes = 4;

  bool isSplit() const { return products == PatchProducts::SplitF16; }
  /// Bytes of an element of the input.
  int64_t getInputBytes() const;
};

/// The numbers of #convoy.pointwise_wgmma.
struct PointwiseTuning {
  int64_t tileImages;
  int64_t tilePixels;
  int64_t tileFilters;
  int64_t rowBlocks;
  int64_t mathWarpgroups;
  int64_t stageChunks;
  int64_t stages;
  bool residentFilter;
  int64_t clusterBlocks = 1;
  int64_t channelGroups = 1;
};

/// Where things lie in shared memory, in bytes from its start.
struct PointwiseSharedLayout {
  /// The filter of a tile's output channels; empty unless it is resident.
  int64_t filter;
  /// Stages of `stageBytes`: the input, then the filter unless it is resident.
  int64_t stages;
  /// Sums of all groups of channels but the first, by group, warpgroup, block
  /// of rows, four accumulators and thread: 16 bytes each.
  int64_t sums;
  /// A tile's output before it is stored, where that is done in bulk: as it
  /// lies in global memory, image by image.
  int64_t staging;
  /// A full and an empty barrier for each stage, in turn by kind.
  int64_t barriers;
  int64_t bytes;
};

struct PointwisePlan {
  PointwiseProblem problem;
  /// Its blocks have `tileFilters` rows; each step is one wgmma's.
  FilterImage image;

  /// Pixels of a tile: `tileImages` times `tilePixels`, where several images
  /// are whole ones.
  int64_t tileImages;
  int64_t tilePixels;
  /// Output channels of a tile, the N of wgmma.
  int64_t tileFilters;
  /// Blocks of 64 rows of a warpgroup.
  int64_t rowBlocks;
  /// Warpgroups that share a tile's pixels, and groups of as many that share
  /// its channels: stage `i` of a tile is group `i % channelGroups`'s.
  int64_t mathWarpgroups;
  int64_t channelGroups;
  /// Blocks that work on neighbouring pixels and the same output channels at
  /// the same time; each copies its part of the filter to all of them.
  int64_t clusterBlocks;
  /// Tiles of an image; 1 where a tile is of several.
  int64_t pixelTiles;
  /// Tiles of the same pixels.
  int64_t filterTiles;
  /// A tile is `tilePixels` neighbours among the pixels of all images, one
  /// image's after the other's: it begins and ends anywhere. `tileImages` and
  /// `pixelTiles` say nothing then.
  bool acrossImages = false;

  /// A stage has the channels of `stageChunks` chunks of the filter's image,
  /// zeros where these do not exist.
  int64_t stageChunks;
  int64_t stagesPerTile;
  int64_t stages;
  bool residentFilter;

  /// Neighbouring pixels that can be read, and stored, as one: 2 where that
  /// holds everywhere, else 1.
  int64_t pixelVector;
  /// Pairs of pixels that are neighbours among the 8 of a warp and a block of
  /// 64 rows: all of them, or fewer where loads would meet in banks otherwise.
  int64_t pairGroup = 8;
  /// Channels that are copied as one run of global memory, in pieces of
  /// kPointwisePieceBytes from the piece that has its first element on: 1, or
  /// all of a stage where images are whole and lie next to each other.
  int64_t runChannels;
  /// Pieces of a run.
  int64_t runPieces;
  /// Each run is one bulk copy instead of pieces.
  bool bulkRuns;
  /// The outputs of a tile are stored as one bulk copy for each image, instead
  /// of one by one.
  bool bulkStores = false;
  /// From channel to channel and from image to image of a stage.
  int64_t channelPitchBytes;
  int64_t imagePitchBytes;
  /// The input's part of a stage.
  int64_t inputStageBytes;
  int64_t stageBytes;

  /// What setmaxnreg may give each role.
  int64_t copyRegisters;
  int64_t mathRegisters;

  PointwiseSharedLayout shared;

  bool isSplit() const { return problem.isSplit(); }
  int64_t getThreads() const;
  /// Warpgroups that multiply.
  int64_t getWarpgroups() const { return mathWarpgroups * channelGroups; }
  /// Tiles may be of images that do not exist.
  bool mayLackImages() const {
    return tileImages > 1 || clusterBlocks > 1 || acrossImages;
  }
  /// Bytes of the groups' sums in shared memory.
  int64_t getSumsBytes() const;
  /// Of an image of the staged output, and of all of it; zero where there is
  /// none.
  int64_t getStagedImageBytes() const;
  int64_t getStagingBytes() const;
  /// Rows of M of a tile, the dead ones included.
  int64_t getTileRows() const;
  /// Pixels of a tile, those of all its images.
  int64_t getTilePixels() const { return tileImages * tilePixels; }
  int64_t getStageChannels() const { return stageChunks * image.chunkChannels; }
  /// Runs of a stage, images outermost.
  int64_t getStageRuns() const {
    return tileImages * (getStageChannels() / runChannels);
  }
  /// The filter of a stage's channels, and what of it is a part of the stage:
  /// nothing if it is resident.
  int64_t getStageFilterBytes() const {
    return stageChunks * image.getChunkBytes();
  }
  int64_t getFilterStageBytes() const {
    return residentFilter ? 0 : getStageFilterBytes();
  }
  /// Accumulators of a thread for one block of 64 rows.
  int64_t getAccumulators() const { return tileFilters / 2; }
  /// Bytes from a run's first piece to its first element.
  int64_t getRunShiftBytes(int64_t channel) const;
  /// Tiles of `images` images, with those of none that fill up clusters.
  int64_t getTiles(int64_t images) const;
  /// Blocks of the grid on `chip`, whole clusters. A cluster works on as many
  /// neighbouring tiles of pixels at a time; of these groups of tiles number
  /// `cluster + i * clusters` is a cluster's `i`-th. Output channels vary
  /// fastest; where the filter is resident each block keeps the same ones.
  int64_t getGridBlocks(int64_t images, const Chip &chip) const;
  PointwiseTuning getTuning() const {
    return {tileImages,     tilePixels,   tileFilters, rowBlocks,
            mathWarpgroups, stageChunks,  stages,      residentFilter,
            clusterBlocks,  channelGroups};
  }
};

/// Rows of M of one wgmma.
inline constexpr int64_t kPointwiseRows = 64;
inline constexpr int64_t kPointwiseCopyWarps = 4;
inline constexpr int64_t kPointwisePieceBytes = 16;

/// The problem that `op` is with `products`, or none with the reason in `why`.
std::optional<PointwiseProblem>
getPointwiseProblem(ConvOp op, PatchProducts products, std::string &why);

/// The plan of a verified op that is scheduled as #convoy.pointwise_wgmma.
std::optional<PointwisePlan> getPointwisePlan(ConvOp op);

/// The plan for `problem` on `chip` with the numbers of a schedule, or none
/// with the reason in `why`. Together with getPointwiseProblem this is the
/// domain of the strategy.
std::optional<PointwisePlan> planPointwise(const PointwiseProblem &problem,
                                           const Chip &chip, std::string &why,
                                           const PointwiseTuning &tuning);

/// The plans that are worth comparing for a number of images. None where the
/// problem is not of the strategy's domain, with a reason in `why`.
llvm::SmallVector<PointwisePlan, 0>
listPointwisePlans(const PointwiseProblem &problem, const Chip &chip,
                   int64_t images, std::string &why);

/// Where an element of a tile's input lies in a stage, in bytes from the
/// stage's begin: `image` counts the tile's images, `channel` the stage's.
int64_t getPointwiseElementBytes(const PointwisePlan &plan, int64_t image,
                                 int64_t channel, int64_t pixel);

/// Pairs of pixels of one channel that a warp loads at the same time, of 32
/// bytes in all.
int64_t getPointwisePairLanes(const PointwiseProblem &problem);

/// The pixel of a tile, counted over its images, of row `row` of block `block`
/// of warpgroup `warpgroup`. Where pixels are read in pairs, rows `g` and
/// `g + 8` of a warp's 16 are a pair, so that a thread has both. A warp has
/// pairs of its own, in groups of `pairGroup` neighbours.
int64_t getPointwisePixel(const PointwisePlan &plan, int64_t warpgroup,
                          int64_t block, int64_t row);

} // namespace mlir::convoy

#endif // CONVOY_DIALECT_POINTWISEPLAN_H
