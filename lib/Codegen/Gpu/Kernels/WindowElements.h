//===- WindowElements.h - A thread's elements of a window ------*- C++ -*-===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which elements of a stage's window a thread of a math warp multiplies at a
// tap, and how they become wgmma's first operand. Where a thread's two pixels
// are neighbours in a row, what one tap has read is kept for the next ones of
// the same row of the filter.
//
//===----------------------------------------------------------------------===//

#ifndef CONVOY_LIB_CODEGEN_GPU_KERNELS_WINDOWELEMENTS_H
#define CONVOY_LIB_CODEGEN_GPU_KERNELS_WINDOWELEMENTS_H

#include "PointwiseMath.h"
#include "WindowKernel.h"

#include <map>
#include <tuple>

namespace mlir::convoy {

/// What the store and WindowElements know of a thread.
PointwiseThread getWindowThread(PointwiseContext &context);

class WindowElements {
public:
  WindowElements(PointwiseContext &context, const PointwiseThread &thread);

  /// Computes what depends on the tile.
  void enterTile(const PointwiseTile &tile);
  /// Loads what the first tap of the stage at `stage` needs, and what is kept
  /// of it: getNumWords() i32, fragments first.
  SmallVector<Value> begin(Value stage);
  int64_t getNumWords() const;
  /// Goes on with what begin returned.
  void enterStage(ValueRange words);
  /// The fragments of tap `tap`, of one block of rows after the other. Taps of
  /// a row are loaded in their order.
  SmallVector<Value> load(Value stage, int64_t tap);

private:
  /// What is read as one: block of rows, half of the chunk, channel among the
  /// thread's, pixel of the place, and number in a row of the window.
  using Key = std::tuple<int64_t, int64_t, int64_t, int64_t, int64_t>;

  /// One pixel's element of a channel at a column of the filter.
  struct Place {
    Key key;
    /// Whether it is the upper half of its word.
    bool isHigh;
  };
  Place getPlace(int64_t block, int64_t half, int64_t channel, int64_t pixel,
                 int64_t column) const;
  int64_t getChannels() const { return plan.getElementBytes() == 2 ? 2 : 1; }
  bool hasPairs() const { return frame.pixelVector == 2; }
  /// The first of the words that are read together with that of `key` in the
  /// taps of any row, and how many they are.
  std::pair<Key, int64_t> getVector(const Key &key) const;
  /// True if a tap of a row from `firstColumn` on needs the word.
  bool isNeeded(const Key &key, int64_t firstColumn) const;
  Value read(Value stage, const Key &key, int64_t row);
  /// A word of a fragment.
  Value makeWord(Value stage, int64_t block, int64_t half, int64_t pixel,
                 int64_t tap);
  /// The window of a pixel, counted from the first one's image on, as
  /// `pixelBytes` has it; adds to `tileTaps`.
  Value enterPixel(const PointwiseTile &tile, Value pixel);
  /// The taps of the pixel at (`row`, `column`) that are in the image, one bit
  /// each.
  Value findTaps(Value row, Value column);
  bool isMasked() const;

  PointwiseContext &context;
  DeviceBuilder &b;
  const WindowPlan &plan;
  const PointwisePlan &frame;
  const PointwiseThread &thread;
  /// Of the first tap's, what later taps of the row need.
  SmallVector<Key> kept;
  /// Bytes from the stage's begin to the first element of a channel, were it in
  /// the stage from the channel's run on.
  SmallVector<Value> channelBytes;
  /// From there to the window of a pixel of the tile; by block and pixel.
  SmallVector<Value> pixelBytes;
  /// By block and pixel; empty where all taps are in the image. Those of the
  /// tile, and of the stage.
  SmallVector<Value> tileTaps, taps;
  /// What was read for the current row of the filter.
  std::map<Key, Value> row;
};

} // namespace mlir::convoy

#endif // CONVOY_LIB_CODEGEN_GPU_KERNELS_WINDOWELEMENTS_H
