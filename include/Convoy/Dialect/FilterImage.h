//===- FilterImage.h - Filters as wgmma reads them --------------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layout of a filter that was packed for a kernel: what convoy.pack_filter
// writes and the kernels of #convoy.stream_wgmma, #convoy.pointwise_wgmma and
// #convoy.window_wgmma stream, and what #convoy.patch_wgmma is given of a
// constant filter.
//
// The image is bytes, aligned to kFilterImageAlignmentBytes:
//
//   [group][block of filters][chunk of channels][step][half 2][row][16]
//
// A step is one operand of a wgmma, `blockRows` rows of 32 bytes of K in two
// halves: B for the pointwise and the window kernel, of as many rows as a tile
// has output channels, A for the others, of 64 rows. It is written half by
// half, each half row by row, as wgmma reads it without swizzling. Row
// `getRow(f)` of block `b` is output channel `blockRows * b + f` of the group.
// The 16 bytes of a row in a half are consecutive channels, from the half's
// first channel on, of one filter tap: 8 of 2 bytes, or 4 of 4 bytes for tf32.
// They are zero where the channel, the filter or the half does not exist.
//
// Where columns are folded, `channels` and `taps` are those of a narrower
// filter with more channels: see ColumnFold.
//
// For split_f16 the row scales follow, [group][block][row] of f32: what the
// sums of a row are multiplied by. See FilterPart.
//
// Plain numbers; no IR is built here.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_FILTERIMAGE_H
#define CONVOY_DIALECT_FILTERIMAGE_H

#include "Convoy/Dialect/ConvoyOps.h"

#include "llvm/ADT/SmallVector.h"
#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace mlir::convoy {

/// What a half holds of each weight. All but Value are parts of an f32 weight
/// for split_f16: the row's weights are multiplied by the power of two that
/// brings the largest magnitude of the row into [2^14, 2^15); its inverse is
/// the row's scale. A scale whose weights are not all represented is NaN: those
/// that are not finite or span more than 27 powers of two. It is one for a row
/// of zeros and for a row that does not exist.
enum class FilterPart {
  /// The weight: f16, bf16, or f32 rounded to tf32.
  Value,
  /// The scaled weight, rounded to f16.
  High,
  /// What High leaves of the scaled weight, rounded to f16.
  Low,
  /// High times 2^-11, rounded to f16: multiplies a low part of the input that
  /// was multiplied by 2^11.
  LoweredHigh
};

/// 16 bytes of K of one step: one part of consecutive channels at one tap.
struct FilterHalf {
  FilterPart part;
  /// Row-major in the filter's image.
  int64_t tap;
  /// Within the chunk.
  int64_t firstChannel;
};

struct FilterStep {
  FilterHalf first;
  /// None: zeros.
  std::optional<FilterHalf> second;
};

/// Of a convolution with strides and few channels: `columns` neighbours in a
/// row of the input are channels of one pixel, so that 16 bytes of K are not
/// mostly zeros (space-to-depth, of columns only). With C channels and a filter
/// of width S, channel c * columns + i of tap (r, s) of the folded filter is
/// the weight of channel c at (r, s * columns + i - shift), or zero where the
/// filter has no such column. `shift` lets the first window begin at a pixel.
struct ColumnFold {
  /// 1: nothing is folded, and the others are zero. Else 2, 4 or 8.
  int64_t columns = 1;
  /// S.
  int64_t filterWidth = 0;
  /// Less than `columns`.
  int64_t shift = 0;

  bool isFolded() const { return columns > 1; }
  /// Taps of a row of the folded filter.
  int64_t getFoldedWidth() const {
    return (filterWidth + shift + columns - 1) / columns;
  }
  /// The columns of a pixel under tap `column` of a row of the folded filter
  /// that are under the filter: first and end.
  std::pair<int64_t, int64_t> getColumns(int64_t column) const {
    int64_t first = column * columns - shift;
    return {std::max<int64_t>(-first, 0),
            std::min(columns, filterWidth - first)};
  }
};

inline constexpr int64_t kFilterImageAlignmentBytes = 128;
/// Output channels of a block where filters are the M of wgmma.
inline constexpr int64_t kFilterBlockRows = 64;
inline constexpr int64_t kFilterRowBytes = 16;
/// The step of such a block, and its halves.
inline constexpr int64_t kFilterHalfBytes = kFilterBlockRows * kFilterRowBytes;
inline constexpr int64_t kFilterStepBytes = 2 * kFilterHalfBytes;
/// Far beyond any filter: tables of a filter's steps are code and data of
/// kernels.
inline constexpr int64_t kMaxFilterTaps = 4096;

struct FilterImage {
  PatchProducts products;
  int64_t groups;
  /// Of one group.
  int64_t filters;
  /// Of one group, and folded where columns are.
  int64_t channels;
  /// Elements of the filter's image, height times width, likewise.
  int64_t taps;
  /// Channels that are multiplied at a time.
  int64_t chunkChannels;
  /// The wgmmas of one chunk, in the order in which they are issued.
  llvm::SmallVector<FilterStep> steps;
  /// Rows that are neighbours among 8 are output channels so far apart: 1, 2, 4
  /// or 8.
  int64_t channelStep = 1;
  /// Zero, or the width of the filter, whose channels are at most 4: a half is
  /// 4 channels of its tap, then 4 of the next tap in the row if there is one.
  int64_t pairedWidth = 0;
  /// Output channels of a block, a multiple of 8.
  int64_t blockRows = kFilterBlockRows;
  /// True if both halves of each step are channels of one part at one tap.
  bool oneTapSteps = false;
  /// Parts of as many consecutive taps each: the steps of a part, in the order
  /// of `get`, follow those of the part before it.
  int64_t tapParts = 1;
  ColumnFold fold = {};

  /// The image for these sizes, all at least 1; `chunkChannels` and `steps`
  /// follow from them. Without `oneTapSteps`:
  ///  * f16, bf16: up to 8 channels are one chunk of 8, two taps a step; more
  ///    are chunks of 16, one tap a step.
  ///  * tf32: chunks of 8, one tap a step.
  ///  * split_f16: chunks of 8; first Low and LoweredHigh of each tap, a step,
  ///    then High of two taps a step.
  /// With them chunks are of 8 channels for tf32, else of 16, one tap a step;
  /// split_f16 has Low, LoweredHigh and High of each tap. `tapParts` divides
  /// `taps`. Of two taps whose variants differ, that of the lower one is first.
  static FilterImage get(PatchProducts products, int64_t groups,
                         int64_t filters, int64_t channels, int64_t taps,
                         int64_t blockRows = kFilterBlockRows,
                         bool oneTapSteps = false, int64_t tapParts = 1,
                         ColumnFold fold = {});

  /// What #convoy.pointwise_wgmma reads.
  static FilterImage getPointwise(PatchProducts products, int64_t filters,
                                  int64_t channels, int64_t blockRows) {
    return get(products, /*groups=*/1, filters, channels, /*taps=*/1, blockRows,
               /*oneTapSteps=*/true);
  }

  static FilterImage get(FilterImageAttr attr);
  FilterImageAttr getAttr(MLIRContext *context) const;

  bool isSplit() const { return products == PatchProducts::SplitF16; }
  /// Channels and taps of the filter in memory, [channel][tap].
  int64_t getWeightChannels() const { return channels / fold.columns; }
  int64_t getWeightTaps() const;
  /// The columns, first and end, of which pixels have elements, zeros for the
  /// others, one variant for each tap that differs. An infinite element beside
  /// the filter's must not meet a weight of zero: that would be a NaN. Split
  /// products, which are none where an element is infinite, have one variant.
  llvm::SmallVector<std::pair<int64_t, int64_t>> getVariants() const;
  /// The one of a tap.
  int64_t getVariant(int64_t tap) const;
  /// Where the weight of a channel and a tap of the image stands in memory,
  /// counted from its output channel's first; none if it is zero.
  std::optional<int64_t> getWeight(int64_t channel, int64_t tap) const;
  /// Bytes of a packed element, 2 or 4.
  int64_t getElementBytes() const {
    return products == PatchProducts::TF32 ? 4 : 2;
  }
  /// Bytes of a weight before it is packed.
  int64_t getWeightBytes() const {
    bool is16Bit =
        products == PatchProducts::F16 || products == PatchProducts::BF16;
    return is16Bit ? 2 : 4;
  }
  /// Channels of a half.
  int64_t getHalfChannels() const {
    return kFilterRowBytes / getElementBytes();
  }
  /// The row in its block of output channel `filter`, counted in its block.
  int64_t getRow(int64_t filter) const;
  /// Of one group.
  int64_t getBlocks() const;
  int64_t getChunks() const;
  int64_t getHalfBytes() const { return blockRows * kFilterRowBytes; }
  int64_t getStepBytes() const { return 2 * getHalfBytes(); }
  int64_t getChunkBytes() const;
  /// All chunks of a block.
  int64_t getBlockBytes() const;
  /// Where the row scales begin; without them the size.
  int64_t getRowScalesOffset() const;
  int64_t getNumRowScales() const;
  int64_t getBytes() const;
};

} // namespace mlir::convoy

#endif // CONVOY_DIALECT_FILTERIMAGE_H
