//===- WindowElements.cpp - A thread's elements of a window ---------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Taps and pairs of pixels are constant distances in a window, so that a tap
// costs no arithmetic on addresses.
//
//===----------------------------------------------------------------------===//

#include "WindowElements.h"
#include "PatchSplit.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

PointwiseThread convoy::getWindowThread(PointwiseContext &context) {
  DeviceBuilder &b = context.builder;
  PointwiseThread thread;
  for (int64_t block : llvm::seq<int64_t>(0, context.plan.rowBlocks)) {
    PointwiseRows rows;
    for (int64_t half : llvm::seq<int64_t>(0, 2))
      rows.pixels[half] = emitPointwisePixel(context, block, half);
    thread.rows.push_back(rows);
  }
  thread.quad = b.bitAnd(context.lane, 3);
  return thread;
}

WindowElements::WindowElements(PointwiseContext &context,
                               const PointwiseThread &thread)
    : context(context), b(context.builder), plan(*context.window),
      frame(context.plan), thread(thread) {
  // Stages begin at the same bytes of their pieces.
  for (int64_t i : llvm::seq<int64_t>(0, getChannels())) {
    Value channel = b.add(b.mul(thread.quad, getChannels()), i);
    Value shift = b.bitAnd(b.mul(channel, plan.getPlaneBytes()),
                           kPointwisePieceBytes - 1);
    channelBytes.push_back(
        b.add(b.mul(channel, frame.channelPitchBytes), shift));
  }
  for (int64_t block : llvm::seq<int64_t>(0, frame.rowBlocks))
    for (int64_t half : llvm::seq<int64_t>(0, 2))
      for (int64_t channel : llvm::seq<int64_t>(0, getChannels()))
        for (int64_t pixel : llvm::seq<int64_t>(0, 2)) {
          auto [first, count] =
              getVector(getPlace(block, half, channel, pixel, 0).key);
          for (int64_t i : llvm::seq<int64_t>(0, count)) {
            Key key = first;
            std::get<4>(key) += i;
            if (isNeeded(key, 1) && !llvm::is_contained(kept, key))
              kept.push_back(key);
          }
        }
}

bool WindowElements::isNeeded(const Key &key, int64_t firstColumn) const {
  auto [block, half, channel, place, word] = key;
  for (int64_t column = firstColumn; column < plan.problem.filterWidth;
       ++column)
    for (int64_t pixel : llvm::seq<int64_t>(0, 2))
      if (getPlace(block, half, channel, pixel, column).key == key)
        return true;
  return false;
}

std::pair<WindowElements::Key, int64_t>
WindowElements::getVector(const Key &key) const {
  if (plan.vectorWords == 1)
    return {key, 1};
  Key first = key, second = key;
  std::get<4>(first) &= -2;
  std::get<4>(second) |= 1;
  if (isNeeded(first, 0) && isNeeded(second, 0))
    return {first, 2};
  return {key, 1};
}

WindowElements::Place WindowElements::getPlace(int64_t block, int64_t half,
                                               int64_t channel, int64_t pixel,
                                               int64_t column) const {
  int64_t element = plan.getTapElements(0, column);
  // Of a pair, the second pixel is a stride behind the first.
  if (hasPairs())
    element += pixel * plan.problem.strideWidth;
  int64_t place = hasPairs() ? 0 : pixel;
  return {{block, half, channel, place, element / plan.wordElements},
          element % plan.wordElements == 1};
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

Value WindowElements::findTaps(Value row, Value column) {
  const PatchProblem &problem = plan.problem;
  Value y = b.add(b.mul(row, problem.strideHeight), -problem.padTop);
  Value x = b.add(b.mul(column, problem.strideWidth), -problem.padLeft);
  auto select = [&](Value position, int64_t size, int64_t bits) {
    return b.select(b.compare(CmpIPredicate::ult, position, size), b.i32(bits),
                    b.i32(0));
  };
  int64_t height = problem.filterHeight, width = problem.filterWidth;
  Value rows = b.i32(0), columns = b.i32(0);
  for (int64_t row : llvm::seq<int64_t>(0, height)) {
    int64_t bits = ((int64_t(1) << width) - 1) << row * width;
    rows = b.bitOr(rows, select(b.add(y, row * problem.dilationHeight),
                                problem.height, bits));
  }
  for (int64_t column : llvm::seq<int64_t>(0, width)) {
    int64_t bits = 0;
    for (int64_t row : llvm::seq<int64_t>(0, height))
      bits |= int64_t(1) << (row * width + column);
    columns = b.bitOr(columns, select(b.add(x, column * problem.dilationWidth),
                                      problem.width, bits));
  }
  return arith::AndIOp::create(b, rows, columns);
}

bool WindowElements::isMasked() const {
  int64_t width = plan.problem.filterWidth;
  return llvm::any_of(
      llvm::seq<int64_t>(0, plan.problem.getTaps()),
      [&](int64_t tap) { return plan.mayBeOutside(tap / width, tap % width); });
}

Value WindowElements::enterPixel(const PointwiseTile &tile, Value pixel) {
  Value number = b.i32(0);
  if (plan.mostParts > 1) {
    number = b.div(pixel, frame.problem.pixels);
    pixel = b.rem(pixel, frame.problem.pixels);
  }
  WindowPart part = emitWindowPart(context, tile, number);
  Value row = b.div(pixel, plan.outputWidth);
  Value column = b.rem(pixel, plan.outputWidth);
  if (isMasked())
    tileTaps.push_back(findTaps(row, column));
  Value inPart = b.sub(emitWindowBytes(b, plan, row, column),
                       b.bitAnd(part.firstWindow, -kPointwisePieceBytes));
  return b.add(part.bytes, inPart);
}

void WindowElements::enterTile(const PointwiseTile &tile) {
  pixelBytes.clear();
  tileTaps.clear();
  for (const PointwiseRows &rows : thread.rows)
    for (Value pixel : rows.pixels) {
      pixelBytes.push_back(enterPixel(tile, b.add(tile.pixel, b.here(pixel))));
    }
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

Value WindowElements::read(Value stage, const Key &key, int64_t filterRow) {
  auto known = row.find(key);
  if (known != row.end())
    return known->second;
  auto [first, count] = getVector(key);
  auto [block, half, channel, pixel, word] = first;
  int64_t elements =
      filterRow * plan.problem.dilationHeight * plan.problem.width +
      word * plan.wordElements;
  int64_t offset =
      half * frame.image.getHalfChannels() * frame.channelPitchBytes +
      elements * plan.getElementBytes();
  Value address =
      b.add(b.add(stage, channelBytes[channel]), pixelBytes[2 * block + pixel]);
  int64_t bytes = plan.wordElements * plan.getElementBytes();
  Type type = b.getIntegerType(8 * bytes);
  if (count == 2) {
    Value pair = b.loadShared(VectorType::get({2}, type), address, offset);
    for (int64_t i : llvm::seq<int64_t>(0, 2)) {
      Key each = first;
      std::get<4>(each) += i;
      row[each] = LLVM::ExtractElementOp::create(b, pair, b.i32(i));
    }
    return row[key];
  }
  Value value = b.loadShared(type, address, offset);
  if (bytes == 2)
    value = arith::ExtUIOp::create(b, b.getI32Type(), value);
  if (plan.problem.products == PatchProducts::TF32)
    value = roundToTF32(b, value);
  row[key] = value;
  return value;
}

Value WindowElements::makeWord(Value stage, int64_t block, int64_t half,
                               int64_t pixel, int64_t tap) {
  int64_t row = tap / plan.problem.filterWidth;
  int64_t column = tap % plan.problem.filterWidth;
  Place place = getPlace(block, half, 0, pixel, column);
  Value word = read(stage, place.key, row);
  if (getChannels() == 2) {
    // Bytes of the first channel are numbered from 0, of the second from 4.
    constexpr int64_t kLowHalves = 0x5410, kHighHalves = 0x7632;
    Value second =
        read(stage, getPlace(block, half, 1, pixel, column).key, row);
    word =
        NVVM::PermuteOp::create(b, b.getI32Type(), word, second,
                                b.i32(place.isHigh ? kHighHalves : kLowHalves),
                                NVVM::PermuteMode::DEFAULT);
  }
  if (!plan.mayBeOutside(row, column))
    return word;
  Value isInside =
      b.compare(CmpIPredicate::ne,
                b.bitAnd(taps[2 * block + pixel], int64_t(1) << tap), 0);
  return b.select(isInside, word, b.i32(0));
}

SmallVector<Value> WindowElements::load(Value stage, int64_t tap) {
  if (tap % plan.problem.filterWidth == 0)
    row.clear();
  SmallVector<Value> words;
  for (int64_t block : llvm::seq<int64_t>(0, frame.rowBlocks))
    for (int64_t half : llvm::seq<int64_t>(0, 2))
      for (int64_t pixel : llvm::seq<int64_t>(0, 2))
        words.push_back(makeWord(stage, block, half, pixel, tap));
  return words;
}

SmallVector<Value> WindowElements::begin(Value stage) {
  taps = tileTaps;
  SmallVector<Value> words = load(stage, 0);
  for (const Key &key : kept)
    words.push_back(row[key]);
  return words;
}

int64_t WindowElements::getNumWords() const {
  return frame.rowBlocks * 4 + kept.size();
}

void WindowElements::enterStage(ValueRange words) {
  row.clear();
  for (auto [key, word] : llvm::zip_equal(kept, words.take_back(kept.size())))
    row[key] = word;
  // Not known to be those of the tile: what follows from them would be computed
  // once, and take registers all the time.
  taps =
      llvm::map_to_vector(tileTaps, [&](Value value) { return b.here(value); });
}
