//===- PatchPlan.h - Numbers of a patch-resident kernel --------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a patch-resident wgmma kernel does, as plain numbers: the tile, the
// patch of the input in shared memory, the steps of the multiplication with
// their operands' places, the staging of the output, and the layout of shared
// memory. No IR is built here; the emitter obeys a plan.
//
// A tile is `tileRows` whole rows of the output of one image for a block of 64
// output channels. Its patch is the input rows under it, `patchRows` rows of
// `pitch` pixels, preceded by `leadPixels` pixels of the row before, so that
// the tile can begin inside the last row of the tile above. A column of the
// accumulators is a pixel of the patch: column `j` is the output pixel whose
// window begins at patch pixel `j`. A filter tap is then an offset in the
// patch, the same for all columns, and reads the patch where it lies.
//
// Where the filter is one pixel, an image has no rows: its pixels are regrouped
// into rows that suit the copies.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_PATCHPLAN_H
#define CONVOY_DIALECT_PATCHPLAN_H

#include "Convoy/Dialect/ConvoyOps.h"
#include "Convoy/Dialect/FilterImage.h"
#include "Convoy/Target/Chip.h"

#include "llvm/ADT/SmallVector.h"
#include <optional>
#include <string>

namespace mlir::convoy {

/// A convolution in NCHW, one group.
struct PatchProblem {
  int64_t channels;
  int64_t height;
  int64_t width;
  int64_t filters;
  int64_t filterHeight;
  int64_t filterWidth;
  int64_t strideHeight = 1;
  int64_t strideWidth = 1;
  int64_t dilationHeight = 1;
  int64_t dilationWidth = 1;
  int64_t padTop = 0;
  int64_t padBottom = 0;
  int64_t padLeft = 0;
  int64_t padRight = 0;
  PatchProducts products = PatchProducts::SplitF16;
  /// Bytes of an element of the output, 2 or 4.
  int64_t outputBytes = 4;
  /// True if the filter lies in memory as fhwc, else as fchw.
  bool isFilterChannelsLast = false;
  /// True if the epilogue reads an element of a tensor for each of the output.
  bool hasResidual = false;

  /// Bytes of an element of input and filter.
  int64_t getInputBytes() const;
  int64_t getOutputHeight() const;
  int64_t getOutputWidth() const;
  bool isPadded() const { return padTop || padBottom || padLeft || padRight; }
  int64_t getTaps() const { return filterHeight * filterWidth; }
};

/// The numbers of #convoy.patch_wgmma.
struct PatchTuning {
  int64_t tileRows;
  int64_t slots;
  int64_t stagingRing;
  int64_t storeWarps;
  bool alignLoads;
};

/// One wgmma of a tile: 64 channels by `columnsPerWarpgroup` columns by 32
/// bytes of K, which are two halves of 16 bytes. Offsets are bytes from the
/// first pixel of the patch in its slot.
struct PatchStep {
  int64_t firstHalfBytes;
  /// None: the second half is zeros.
  std::optional<int64_t> secondHalfBytes;
};

/// Where things lie in shared memory, in bytes from its start.
struct PatchSharedLayout {
  int64_t filter;
  int64_t filterScales;
  int64_t zeros;
  int64_t slots;
  int64_t staging;
  int64_t reductions;
  int64_t slotScales;
  int64_t barriers;
  int64_t bytes;
};

struct PatchPlan {
  /// Of a filter of one pixel, with the image regrouped if `isRegrouped`.
  PatchProblem problem;
  bool isRegrouped;

  int64_t outputHeight;
  int64_t outputWidth;
  int64_t tileRows;
  int64_t tilesPerImage;
  /// True if the patch is one contiguous range of each channel of the input,
  /// aligned for bulk copies. Else slots hold whole rows, each channel from the
  /// 16-byte boundary before its first row on, and the conversion picks pixels.
  bool isContiguous;
  int64_t pitch;
  int64_t patchRows;
  int64_t leadPixels;
  int64_t patchPixels;

  /// A slot holds one chunk of the input channels: `chunkUnits` units of 8
  /// channels, one after the other, each of `unitBytes`.
  int64_t chunks;
  int64_t chunkUnits;
  int64_t unitBytes;
  /// True if the unit's channels 4 to 7 are channels 0 to 3 of the pixel that
  /// the next tap of a row reads: two taps are then 8 channels. Of split
  /// products of up to 4 channels.
  bool pairsTaps;
  /// Blocks of 64 output channels, and how many of them one block of the grid
  /// multiplies a patch by.
  int64_t filterBlocks;
  int64_t residentBlocks;
  int64_t columnsPerWarpgroup;
  llvm::SmallVector<PatchStep> steps;
  /// Bytes of one channel in a slot before the conversion.
  int64_t rawChannelBytes;
  int64_t slotBytes;
  int64_t slots;
  /// Slots that are loaded together; divides `slots`.
  int64_t loadBatch;
  /// True if all blocks of the grid start their batches of loads together.
  bool alignLoads;

  /// Largest distance in bytes by which a tile's first stored pixel lies before
  /// its first row: stores begin at 32-byte boundaries. Zero: stores begin and
  /// end where the rows do.
  int64_t cutBytes;
  /// Output channels of a block of 8 accumulator rows are this far apart.
  int64_t channelStep;
  int64_t stagingPitchBytes;
  int64_t stagingBlockBytes;
  /// Blocks of 8 rows that each pair of warps cycles through.
  int64_t stagingRing;
  int64_t storeWarps;

  PatchSharedLayout shared;

  int64_t getThreads() const;
  PatchTuning getTuning() const {
    return {tileRows, slots, stagingRing, storeWarps, alignLoads};
  }
  bool isSplit() const { return problem.products == PatchProducts::SplitF16; }
  /// Taps of a unit; the pair's first where they are paired.
  int64_t getUnitTaps() const;
  int64_t getUnitTap(int64_t index) const;
  /// Pairs of taps in a row of the filter.
  int64_t getRowPairs() const { return (problem.filterWidth + 1) / 2; }
  /// Channels of a slot.
  int64_t getChunkChannels() const;
  /// Warps that convert one unit together, and units that each of the groups of
  /// so many warps converts of a slot.
  int64_t getWarpsPerUnit() const;
  int64_t getUnitsPerGroup() const;
  /// Pixels that a converting thread takes at a time: a word of 32 bits, or
  /// single ones.
  int64_t getPixelsPerWord() const;
  /// Blocks of the grid that share a tile.
  int64_t getFilterGroups() const;
  /// True if all rows of all resident blocks are output channels.
  bool hasAllChannels() const;
  /// Bytes of the filter's image for one chunk of channels and one block of 64
  /// output channels.
  int64_t getFilterChunkBytes() const;
  /// Bytes of one output channel's weights as they lie in memory.
  int64_t getFilterRowBytes() const;
  /// True if the filter can be copied to shared memory as it lies in memory,
  /// while nothing is staged yet.
  bool canCopyFilter() const;
  /// True if a packed filter has all that each block of the grid copies of it.
  bool canPackFilter() const { return filterBlocks % residentBlocks == 0; }
  /// True if a step's second half reads zeros: a product of the filter's zeros
  /// with an infinite element would not be zero.
  bool needsZeros() const {
    return !isSplit() && !steps.back().secondHalfBytes;
  }
  /// Accumulators of a thread.
  int64_t getAccumulators() const { return columnsPerWarpgroup / 2; }
  /// True if a tile's range in a channel may begin or end where bulk copies
  /// cannot.
  bool hasLooseEnds() const;
  /// Pixels of a row of the patch that begin no window.
  int64_t getGap() const { return pitch - outputWidth; }
};

inline constexpr int64_t kPatchMathWarps = 8;
inline constexpr int64_t kPatchConvertWarps = 4;
inline constexpr int64_t kPatchLoadWarp = kPatchMathWarps + kPatchConvertWarps;
inline constexpr int64_t kPatchFirstStoreWarp = kPatchLoadWarp + 1;
/// Output channels of a tile, the M of wgmma.
inline constexpr int64_t kPatchChannels = 64;
/// Input channels of a unit, and of each tap where taps are paired.
inline constexpr int64_t kPatchUnitChannels = 8;
inline constexpr int64_t kPatchPairedChannels = 4;
/// (Destination - source) mod 128 of the bulk stores.
inline constexpr int64_t kPatchStorePhaseBytes = 64;

/// The problem that `op` is with `products`, or none with the reason in `why`.
std::optional<PatchProblem> getPatchProblem(ConvOp op, PatchProducts products,
                                            std::string &why);

/// The problem of each group of `op`, whatever their number.
std::optional<PatchProblem> getGroupProblem(ConvOp op, PatchProducts products,
                                            std::string &why);

/// The plan of a verified op that is scheduled as #convoy.patch_wgmma.
std::optional<PatchPlan> getPatchPlan(ConvOp op);

/// The plan for `problem` on `chip`, or none with the reason in `why`. Together
/// with getPatchProblem this is the domain of the strategy. Chooses the numbers
/// that `tuning` has if there is none.
std::optional<PatchPlan> planPatch(const PatchProblem &problem,
                                   const Chip &chip, std::string &why,
                                   std::optional<PatchTuning> tuning = {});

/// The output channel, within its block of 64, of accumulator row
/// `8 * block + row`.
int64_t getPatchChannel(const PatchPlan &plan, int64_t block, int64_t row);

/// What a packed filter of `plan`, which can be packed, holds: for each block
/// of 64 output channels what stays in shared memory.
FilterImage getPatchFilterImage(const PatchPlan &plan);

/// The first pixel that tap `tap` reads for column 0.
int64_t getTapPixel(const PatchPlan &plan, int64_t tap);

/// Where the two elements of an accumulator fragment go: a thread holds columns
/// `8 * group + 2 * quad` and the next one, `quad` being its lane mod 4.
struct PatchFragment {
  /// For each quad and element the pixel within the tile's stored range (zero
  /// is the first pixel of its first row), none if it is not stored.
  std::optional<int64_t> pixels[4][2];
};
PatchFragment getPatchFragment(const PatchPlan &plan, int64_t warpgroup,
                               int64_t group);

} // namespace mlir::convoy

#endif // CONVOY_DIALECT_PATCHPLAN_H
