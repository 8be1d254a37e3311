//===- WindowPlan.h - Numbers of a window wgmma kernel ---------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a pointwise kernel does for filters of several taps, as plain numbers. A
// tile is neighbouring pixels of the output, over the borders of rows and
// images: of one or several images a *part*. A stage has one chunk of channels:
// of each channel the *window*, all of the input that a part's pixels read, as
// it lies in memory, part after part, and the filter of all taps. A tap is the
// same elements at another distance.
//
// The window of a part is one run of memory: it begins `leadColumns` columns
// before what its first pixel reads of the padded input, in the piece of 16
// bytes that has this element. Where that is outside of the image nothing is
// copied; what taps read there, in a row's padding or in rows above and below,
// is other elements or nothing, and is masked.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_DIALECT_WINDOWPLAN_H
#define CONVOY_DIALECT_WINDOWPLAN_H

#include "Convoy/Dialect/PointwisePlan.h"

namespace mlir::convoy {

/// The numbers of #convoy.window_wgmma.
struct WindowTuning {
  int64_t tileFilters;
  int64_t rowBlocks;
  int64_t mathWarpgroups;
  int64_t stages;
  bool residentFilter;
};

struct WindowPlan {
  PatchProblem problem;
  /// Tiles, stages, and the way out: those of a pointwise convolution with the
  /// output's pixels, whose chunks have all taps. A run is a channel's windows
  /// of all parts.
  PointwisePlan frame;

  int64_t outputHeight;
  int64_t outputWidth;
  /// Images that a tile may have parts of.
  int64_t mostParts;
  /// Columns before a pixel's that its window begins at; at least the padding.
  int64_t leadColumns;
  /// Elements of the window of one pixel.
  int64_t pixelElements;
  /// Elements of 16 bits that are read as one, 1 or 2: two neighbouring columns
  /// begin at a multiple of 4 bytes.
  int64_t wordElements;
  /// Words that are read as one where both are needed, 1 or 2.
  int64_t vectorWords;

  /// From element to element along a row, and from row to row.
  int64_t getElementBytes() const { return problem.getInputBytes(); }
  int64_t getRowBytes() const { return problem.width * getElementBytes(); }
  int64_t getPlaneBytes() const { return problem.height * getRowBytes(); }
  /// From the begin of a pixel's window to the element that it reads at tap
  /// (`row`, `column`).
  int64_t getTapElements(int64_t row, int64_t column) const;
  /// Words of a channel that a thread needs for its two pixels of a block and
  /// the taps of one row of the filter.
  int64_t getRowWords() const;
  /// True if a tap may be outside of the image for some pixel.
  bool mayBeOutside(int64_t row, int64_t column) const;
  /// Where the window of a pixel of the output begins, in bytes from its
  /// channel's first element; negative in the padding.
  int64_t getWindowBytes(int64_t row, int64_t column) const {
    return getFirstWindowBytes() + row * getRowStepBytes() +
           column * getColumnStepBytes();
  }
  int64_t getFirstWindowBytes() const {
    return -(problem.padTop * problem.width + leadColumns) * getElementBytes();
  }
  int64_t getRowStepBytes() const {
    return problem.strideHeight * getRowBytes();
  }
  int64_t getColumnStepBytes() const {
    return problem.strideWidth * getElementBytes();
  }
  /// From the first to the last of an image's pixels.
  int64_t getImageSpanBytes() const {
    return (outputHeight - 1) * getRowStepBytes() +
           (outputWidth - 1) * getColumnStepBytes();
  }
  /// What a part takes whose last pixel's window begins so many bytes behind
  /// its first one's: whole pieces of 16 bytes.
  int64_t getPartBytes(int64_t spanBytes) const;
  /// That, without the span and not rounded.
  int64_t getPartSpareBytes() const;
  /// Runs of a stage, parts outermost.
  int64_t getStageRuns() const { return mostParts * frame.getStageChannels(); }
  WindowTuning getTuning() const {
    return {frame.tileFilters, frame.rowBlocks, frame.mathWarpgroups,
            frame.stages, frame.residentFilter};
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

/// The plans that are worth comparing. None where the problem is not of the
/// strategy's domain, with a reason in `why`.
llvm::SmallVector<WindowPlan, 0> listWindowPlans(const PatchProblem &problem,
                                                 const Chip &chip,
                                                 std::string &why);

/// Where an element lies in a stage of a tile whose first pixel is `firstPixel`
/// of its image, in bytes from the stage's begin: `part` counts the tile's
/// images, `channel` the stage's, `row` and `column` are the image's.
int64_t getWindowElementBytes(const WindowPlan &plan, int64_t firstPixel,
                              int64_t part, int64_t channel, int64_t row,
                              int64_t column);

} // namespace mlir::convoy

#endif // CONVOY_DIALECT_WINDOWPLAN_H
