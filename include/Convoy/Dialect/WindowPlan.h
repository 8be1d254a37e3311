//===- WindowPlan.h - Numbers of a window wgmma kernel ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a pointwise kernel does for filters of several taps, as plain numbers. A
// tile is whole rows of the output of one image, or several whole images. A
// stage has one chunk of channels: of each channel the *window*, all rows of
// the input that the tile reads, as they lie in memory, and the filter of all
// taps. A tap is the same elements at another distance.
//
// The window of a channel is one run of memory: it begins `leadColumns` columns
// before the padded input's row that the tile's first row reads, in the piece
// of 16 bytes that has this element. Where that is outside of the image nothing
// is copied; what taps read there, in a row's padding or in rows above and
// below, is other elements or nothing, and is masked.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_WINDOWPLAN_H
#define CONVOY_DIALECT_WINDOWPLAN_H

#include "Convoy/Dialect/PointwisePlan.h"

namespace mlir::convoy {

/// The numbers of #convoy.window_wgmma.
struct WindowTuning {
  int64_t tileImages;
  int64_t tileRows;
  int64_t tileFilters;
  int64_t rowBlocks;
  int64_t mathWarpgroups;
  int64_t stages;
  bool residentFilter;
};

struct WindowPlan {
  PatchProblem problem;
  /// Tiles, stages, and the way out: those of a pointwise convolution with the
  /// output's pixels, whose chunks have all taps. A run is a channel's window.
  PointwisePlan frame;

  int64_t outputHeight;
  int64_t outputWidth;
  /// Of the output, in a tile's image.
  int64_t tileRows;
  /// Of the input, those outside of the image included.
  int64_t windowRows;
  /// Columns before column 0 that runs begin at; at least the padding.
  int64_t leadColumns;
  /// Elements of a run.
  int64_t runElements;
  /// Elements of 16 bits that are read as one, 1 or 2: two neighbouring columns
  /// begin at a multiple of 4 bytes.
  int64_t wordElements;
  /// Words that are read as one where both are needed, 1 or 2.
  int64_t vectorWords;

  /// From element to element along a row, and from row to row.
  int64_t getElementBytes() const { return problem.getInputBytes(); }
  int64_t getRowBytes() const { return problem.width * getElementBytes(); }
  int64_t getPlaneBytes() const { return problem.height * getRowBytes(); }
  /// Bytes from a run's begin to the element that pixel (0, 0) of the tile
  /// reads at tap (`row`, `column`).
  int64_t getTapElements(int64_t row, int64_t column) const;
  /// Words of a channel that a thread needs for its two pixels of a block and
  /// the taps of one row of the filter.
  int64_t getRowWords() const;
  /// True if a tap may be outside of the image for some pixel.
  bool mayBeOutside(int64_t row, int64_t column) const;
  /// Of the run of `channel` in the tile whose first row of the output is
  /// `firstRow`, relative to the channel's first element: where it begins, in
  /// elements, negative in the padding.
  int64_t getRunBegin(int64_t firstRow) const;
  /// Bytes from a run's first piece to its first element.
  int64_t getRunShiftBytes(int64_t channel, int64_t firstRow) const;
  WindowTuning getTuning() const {
    return {frame.tileImages,     tileRows,
            frame.tileFilters,    frame.rowBlocks,
            frame.mathWarpgroups, frame.stages,
            frame.residentFilter};
  }
};

/// The problem that `op` is with `products`, or none with the reason in `why`.
std::optional<PatchProblem> getWindowProblem(ConvOp op, PatchProducts products,
                                             std::string &why);

/// The plan of a verified op that is scheduled as #convoy.window_wgmma.
std::optional<WindowPlan> getWindowPlan(ConvOp op);

/// The plan for `problem` on `chip` with the numbers of a schedule, or none
/// with the reason in `why`. Together with getWindowProblem this is the domain
/// of the strategy.
std::optional<WindowPlan> planWindow(const PatchProblem &problem,
                                     const Chip &chip, std::string &why,
                                     const WindowTuning &tuning);

/// The plans that are worth comparing for a number of images. None where the
/// problem is not of the strategy's domain, with a reason in `why`.
llvm::SmallVector<WindowPlan, 0> listWindowPlans(const PatchProblem &problem,
                                                 const Chip &chip,
                                                 int64_t images,
                                                 std::string &why);

/// Where an element of the padded input lies in a stage, in bytes from the
/// stage's begin: `image` counts the tile's images, `channel` the stage's,
/// `row` and `column` are counted from the first pixel's first tap on.
int64_t getWindowElementBytes(const WindowPlan &plan, int64_t image,
                              int64_t channel, int64_t firstRow, int64_t row,
                              int64_t column);

} // namespace mlir::convoy

#endif // CONVOY_DIALECT_WINDOWPLAN_H
