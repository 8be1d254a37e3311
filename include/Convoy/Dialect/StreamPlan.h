//===- StreamPlan.h - Numbers of a filter-streaming kernel -----*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a wgmma kernel does that streams both the filter and the input through
// shared memory, as plain numbers: the tile, the patch of the input, the steps
// of the multiplication with their operands' places, and the layout of shared
// memory. No IR is built here; the emitter obeys a plan.
//
// A tile is `tileImages` images by `tileRows` rows by `tileColumns` pixels of
// the output, for one or two blocks of 64 output channels of one group. Its
// patch is the input under it, a chunk of channels at a time. As in a PatchPlan
// a column of the accumulators is a position in the patch, and a filter tap an
// offset that is the same for all columns. With strides, the patch is split
// into phases: all pixels whose row and column agree modulo the strides, so
// that neighbouring outputs are neighbours in each phase.
//
// A filter whose steps are too many for one slot is taken in parts: a slot then
// has a chunk of channels under the taps of one part, a run of whole rows of
// the filter or a piece of one.
//
// Where there are few tiles, a cluster of `channelParts` blocks shares each of
// them: a block has the slots of its part of the channels. Where a tile has few
// slots, warpgroups take turns at tiles, so that one multiplies while the other
// stores.
//
// A convolution of one tap that reads each pixel once is seen as one row of
// height * width pixels; one of few channels with strides as one of more
// channels in narrower images (ColumnFold).
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_STREAMPLAN_H
#define CONVOY_DIALECT_STREAMPLAN_H

#include "Convoy/Dialect/FilterImage.h"
#include "Convoy/Dialect/PatchPlan.h"

namespace mlir::convoy {

/// A convolution in NCHW.
struct StreamProblem {
  /// The convolution of one group: channels and filters count one group's.
  PatchProblem group;
  int64_t groups = 1;
};

/// The numbers of #convoy.stream_wgmma.
struct StreamTuning {
  int64_t tileImages;
  int64_t tileRows;
  int64_t tileColumns;
  /// Blocks of 64 output channels of a tile. 1: each of the two warpgroups that
  /// multiply has half of the tile's columns, or with `takesTurns` every other
  /// tile; 2: each has a block, and all columns.
  int64_t tileBlocks;
  /// Chunks of the filter's image that a slot holds channels for; divides their
  /// number.
  int64_t slotChunks;
  int64_t slots;
  int64_t filterStages;
  int64_t gatherWarps;
  /// Blocks of a cluster, which have a part of a tile's channels each; a power
  /// of two whose product with slotChunks divides the number of chunks.
  int64_t channelParts;
  /// Warpgroups have tiles by turns; only with one tileBlock and channelPart.
  bool takesTurns = false;
  /// The stages hold all of the filter; only where all tiles have the same.
  bool residentFilter = false;
};

/// Where things lie in shared memory, in bytes from its start.
struct StreamSharedLayout {
  int64_t filter;
  int64_t slots;
  int64_t zeros;
  int64_t raw;
  int64_t staging;
  int64_t reductions;
  int64_t slotScales;
  /// With channelParts: what math warps tell the other blocks' about their
  /// sums.
  int64_t exchange;
  int64_t barriers;
  int64_t bytes;
};

/// All pixels of the input whose row and column are these modulo the strides,
/// counted from the first that a tile's first window may read.
struct StreamPhase {
  int64_t row;
  int64_t column;
};

/// Output channels that a math warp has the sums of.
inline constexpr int64_t kStreamWarpRows = 16;
/// Two warpgroups.
inline constexpr int64_t kStreamMathWarps = 8;

struct StreamPlan {
  /// One group's, as one row where that is possible, and with folded columns.
  PatchProblem problem;
  /// The same before columns are folded: what is computed in plain f32. Pixels
  /// of the output are those of `problem`.
  PatchProblem unfolded;
  int64_t groups;
  FilterImage image;

  /// The taps of a part of the filter, and how many parts there are below each
  /// other and side by side. Either they have whole rows or there are several
  /// to a row.
  int64_t partHeight;
  int64_t partWidth;
  int64_t rowParts;
  int64_t columnParts;

  int64_t outputHeight;
  int64_t outputWidth;
  int64_t tileImages;
  int64_t tileRows;
  int64_t tileColumns;
  int64_t tileBlocks;
  bool takesTurns;
  /// Tiles below each other and side by side in an image.
  int64_t rowTiles;
  int64_t columnTiles;
  /// Tiles of the same pixels: groups times blocks of filters, by tileBlocks.
  int64_t channelTiles;

  llvm::SmallVector<StreamPhase> phases;
  /// Phases of the same row: neighbours in a row of the input are in them by
  /// turns.
  int64_t columnPhases;
  /// Pixels from row to row and from image to image of a phase.
  int64_t pitch;
  int64_t imagePixels;
  int64_t phasePixels;
  /// All phases.
  int64_t patchPixels;
  /// Columns of a tile, and of each warpgroup rounded up to what wgmma takes.
  int64_t columns;
  int64_t columnsPerWarpgroup;

  /// Planes of [pixel][16 bytes] in a slot.
  int64_t planes;
  /// The steps of one slot, with bytes from the slot's first pixel; the
  /// filter's image has them in this order. The same for all parts.
  llvm::SmallVector<PatchStep> steps;
  int64_t slotChunks;
  int64_t channelParts;
  /// Of one part of the channels: the slots of a part of the filter, and of all
  /// of them, part by part.
  int64_t slotsPerPart;
  int64_t slotsPerTile;
  int64_t slotBytes;
  int64_t slots;

  /// Steps of a filter stage, of one block; the last stage of a slot may have
  /// fewer. Each block of a tile has `filterStages` of its own.
  int64_t stageSteps;
  int64_t stagesPerSlot;
  int64_t filterStages;
  /// All of the filter is in them, from the first tile on.
  bool residentFilter;

  int64_t gatherWarps;
  /// Where a patch has few pixels: parts of the gathering threads that each
  /// have all pixels, and every so many blocks of 8 channels of a slot.
  int64_t unitGroups;
  /// Pixels of a patch that a gathering thread has; a unit of its work is 8
  /// channels of one of them, and `prefetchUnits` are on their way before the
  /// one that is being converted.
  int64_t rounds;
  int64_t prefetchUnits;
  /// Where elements are copied to shared memory as they are, before they are
  /// converted: slots of them. 0 where they are loaded into registers.
  int64_t rawSlots;

  /// Columns of sums that a warp stages at a time, and the distance of its 16
  /// rows.
  int64_t stagingColumns;
  int64_t stagingPitchBytes;
  /// Where finished outputs are staged instead: the distance of 8 rows.
  int64_t stagedRowBytes;
  /// Staging memory of a warp.
  int64_t stagingBytes;

  StreamSharedLayout shared;

  bool isSplit() const { return problem.products == PatchProducts::SplitF16; }
  int64_t getThreads() const;
  /// Warpgroups that share the columns of a tile.
  int64_t getColumnShares() const {
    return tileBlocks == 1 && !takesTurns ? 2 : 1;
  }
  /// Math warps that multiply a slot, and a stage of the filter.
  int64_t getSlotWarps() const {
    return kStreamMathWarps / (takesTurns ? 2 : 1);
  }
  int64_t getStageWarps() const { return getSlotWarps() / tileBlocks; }
  int64_t getFilterParts() const { return rowParts * columnParts; }
  int64_t getPlaneBytes() const { return patchPixels * 16; }
  int64_t getSlotChannels() const { return slotChunks * image.chunkChannels; }
  /// Gathering threads that have different pixels.
  int64_t getPixelThreads() const {
    return gatherWarps * kThreadsPerWarp / unitGroups;
  }
  bool copiesElements() const { return rawSlots != 0; }
  /// Channels of a unit that are copied: all that exist, of the first 8.
  int64_t getRawChannels() const {
    return problem.channels < 8 ? problem.channels : 8;
  }
  /// Neighbours in a row of the input that are channels of one pixel.
  int64_t getPixelColumns() const { return image.fold.columns; }
  /// Planes of one variant of a pixel's 8 channels.
  int64_t getVariantPlanes() const {
    return problem.getInputBytes() == 4 ? 2 : 1;
  }
  /// Of each unit of each gathering thread.
  int64_t getRawSlotBytes() const;
  /// Blocks of 8 channels of a slot.
  int64_t getSlotUnits() const { return getSlotChannels() / 8; }
  /// What `planes` is for `slotChunks`: 8 elements of 4 bytes, or as many high
  /// and low parts, are two, of each variant of a pixel.
  int64_t countPlanes() const {
    return getSlotUnits() * getVariantPlanes() *
           static_cast<int64_t>(image.getVariants().size());
  }
  int64_t getStageBytes() const { return stageSteps * kFilterStepBytes; }
  /// Of all blocks.
  int64_t getNumStages() const { return filterStages * tileBlocks; }
  /// Slots by which the second block's filter follows the first one's: while
  /// one warpgroup stores its sums the other has the tensor cores alone.
  int64_t getBlockLag() const;
  /// True if two neighbouring outputs can be stored together everywhere: rows
  /// and tiles begin at even pixels, of the output and of the patch.
  bool hasPixelPairs() const {
    return (pitch | tileColumns | outputWidth) % 2 == 0;
  }
  /// True if outputs can be staged instead of sums, and stored as vectors.
  bool storesVectors() const {
    return problem.outputBytes == 2 && !isSplit() && channelParts == 1;
  }
  /// Outputs of a row of a tile that a warp stages at most, rounded up.
  int64_t getStagedPixels() const;
  int64_t getAccumulators() const { return columnsPerWarpgroup / 2; }
  /// True if some step's second half reads zeros.
  bool needsZeros() const {
    return !isSplit() && !steps.back().secondHalfBytes;
  }
  /// Tiles of `images` images.
  int64_t getTiles(int64_t images) const;
  /// Clusters of channelParts blocks that the chip runs at a time.
  int64_t getResidentClusters(const Chip &chip) const;
  /// Rows of a math warp that each block of a cluster stores.
  int64_t getPartRows() const { return kStreamWarpRows / channelParts; }
  /// Largest number of pixels of a tile.
  int64_t getTilePixels() const { return tileImages * tileRows * tileColumns; }
  StreamTuning getTuning() const {
    return {tileImages,   tileRows,   tileColumns,   tileBlocks,
            slotChunks,   slots,      filterStages,  gatherWarps,
            channelParts, takesTurns, residentFilter};
  }
};

inline constexpr int64_t kStreamMaxGatherWarps = 8;
/// Blocks of a cluster on all chips that have clusters.
inline constexpr int64_t kStreamMaxChannelParts = 8;

/// The problem that `op` is with `products`, or none with the reason in `why`.
std::optional<StreamProblem> getStreamProblem(ConvOp op, PatchProducts products,
                                              std::string &why);

/// The plan of a verified op that is scheduled as #convoy.stream_wgmma.
std::optional<StreamPlan> getStreamPlan(ConvOp op);

/// The plan for `problem` on `chip` with the numbers of a schedule, or none
/// with the reason in `why`. Together with getStreamProblem this is the domain
/// of the strategy.
std::optional<StreamPlan> planStream(const StreamProblem &problem,
                                     const Chip &chip, std::string &why,
                                     const StreamTuning &tuning);

/// The shape of a tile and the parts of its channels, as in StreamTuning.
struct StreamTile {
  int64_t images;
  int64_t rows;
  int64_t columns;
  int64_t blocks;
  int64_t channelParts = 1;
  bool takesTurns = false;
};

/// The plan with this tile; chooses all other numbers.
std::optional<StreamPlan> planStreamTile(const StreamProblem &problem,
                                         const Chip &chip, std::string &why,
                                         const StreamTile &tile);

/// The plans that are worth comparing for a number of images: tiles of several
/// shapes, one or two blocks of output channels. None where the problem is not
/// of the strategy's domain, with a reason in `why`.
llvm::SmallVector<StreamPlan, 0> listStreamPlans(const StreamProblem &problem,
                                                 const Chip &chip,
                                                 int64_t images,
                                                 std::string &why);

/// A pixel of a phase of a tile's patch, relative to the tile: `image` counts
/// the tile's images, `row` and `column` are those of the padded input from the
/// first tap on that the filter's part has of the first window.
struct StreamPixel {
  int64_t image;
  int64_t row;
  int64_t column;
};
StreamPixel getPatchPixel(const StreamPlan &plan, int64_t pixel);

/// The phases in the order of their rows and columns, as indices.
llvm::SmallVector<int64_t> getSortedPhases(const StreamPlan &plan);

/// The pixel of the patch that is gathered as number `index`: pixels that are
/// neighbours in a row of the input follow each other.
int64_t getGatheredPixel(const StreamPlan &plan, int64_t index);

/// The column of the accumulators for output pixel `pixel` of a tile, counted
/// row by row and image by image.
int64_t getTileColumn(const StreamPlan &plan, int64_t pixel);

/// The row and the column of the filter that part `part` begins with.
std::pair<int64_t, int64_t> getPartOrigin(const StreamPlan &plan, int64_t part);

/// The pixel of the patch that tap `tap` of a part reads for column 0.
int64_t getStreamTapPixel(const StreamPlan &plan, int64_t tap);

} // namespace mlir::convoy

#endif // CONVOY_DIALECT_STREAMPLAN_H
