//===- PointwiseStore.cpp - Epilogue and stores of a pointwise kernel -----===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread has two pixels of two neighbouring output channels of each 8. They
// go from registers through the epilogue to global memory; where pixels are
// read in pairs, they are stored in pairs, and 8 lanes store sectors of one
// channel.
//
//===----------------------------------------------------------------------===//

#include "PointwiseMath.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

/// Groups of 8 output channels whose operands are loaded before the first of
/// them is stored, at most, and the registers that those of two batches may
/// take: of the one that is stored and of the next.
static constexpr int64_t kMaxBatchGroups = 4;
static constexpr int64_t kBatchRegisters = 32;
/// The same beside a long epilogue, of which ptxas keeps the intermediate
/// values of all sums, where the places of pixels in several images are kept
/// too. Fewer elsewhere would cost up to a fifth of a kernel's time.
static constexpr int64_t kLongBatchRegisters = 24;
/// Of a group, of each thread: output channels, and sums.
static constexpr int64_t kGroupChannels = 2;
static constexpr int64_t kGroupSums = 4;

namespace {

/// A pixel, or a pair of them, that is stored as one.
struct StorePlace {
  /// The row of the first one, 0 or 1.
  int64_t row;
  Value image;
  Value pixel;
  /// Null if it is in any tile.
  Value exists;
  /// Of the pixel in the thread's first channel's plane, i64.
  Value output;
  Value residual;
  /// The same as an address of the staged output, i32, if there is one.
  Value staged;
};

/// One output channel of a place.
struct StoreChannel {
  /// The number among the thread's: two of each group of 8.
  int64_t index;
  Value channel;
  SmallVector<Value> values;
  SmallVector<Value> residuals;
};

class PointwiseStore {
public:
  PointwiseStore(PointwiseContext &context, const PointwiseThread &thread,
                 const PointwiseTile &tile, ValueRange touched,
                 int64_t blocksInCode)
      : context(context), b(context.builder), plan(context.plan),
        epilogue(context.epilogue), tile(tile), blocksInCode(blocksInCode) {
    firstChannel =
        b.add(b.mul(tile.filterBlock, plan.tileFilters), b.mul(thread.quad, 2));
    if (!touched.empty())
      firstChannel =
          b.add(firstChannel, waitForPointwiseChannels(context, touched));
  }

  void emit(const PointwiseRows &rows, Value sums);

private:
  int64_t getChannels() const { return plan.tileFilters / 4; }
  /// Among the thread's channels, the distance to its first.
  int64_t getDistance(int64_t index) const { return index / 2 * 8 + index % 2; }
  bool hasAllChannels() const {
    return plan.problem.filters % plan.tileFilters == 0;
  }
  StorePlace getPlace(const PointwiseRows &rows, int64_t row);
  Value getFirstBytes(const StorePlace &place, Value imageBytes, Type type);
  /// Of a channel's element, from its place's first.
  Value getOffset(Value first, Type type, int64_t index, int64_t distance);
  Value getChannel(int64_t index);
  int64_t getBatchGroups();
  void storeSums(const StorePlace &place, Value sums);
  /// The sums of the thread's first `count` channels.
  void storeChannels(const StorePlace &place, Value sums, int64_t count);
  void storeInLoop(const StorePlace &place, Value sums, int64_t groups);
  StoreChannel loadChannel(const StorePlace &place, int64_t index);
  void storeChannel(const StorePlace &place, const StoreChannel &channel,
                    Value sums);
  Value applyFilterScales(Value sums);
  Value areFinite(Value sums, int64_t row);
  void computeAgain(const StorePlace &place);

  PointwiseContext &context;
  DeviceBuilder &b;
  const PointwisePlan &plan;
  const PointwiseEpilogue &epilogue;
  const PointwiseTile &tile;
  /// Blocks of rows that have code of their own.
  int64_t blocksInCode;
  Value firstChannel;
};

} // namespace

static int64_t getBytes(Type type) { return type.getIntOrFloatBitWidth() / 8; }

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

StorePlace PointwiseStore::getPlace(const PointwiseRows &rows, int64_t row) {
  StorePlace place;
  place.row = row;
  // Computed for each tile: it would take registers all the time.
  Value pixel = b.here(rows.pixels[row]);
  auto require = [&](Value condition) {
    place.exists = place.exists ? b.allOf(place.exists, condition) : condition;
  };
  if (plan.getTilePixels() < plan.getTileRows())
    require(b.compare(CmpIPredicate::ult, pixel, plan.getTilePixels()));
  Value image = b.i32(0), first = tile.pixel;
  if (plan.acrossImages) {
    Value inFirst = b.add(tile.pixel, pixel);
    image = b.div(inFirst, plan.problem.pixels);
    pixel = b.rem(inFirst, plan.problem.pixels);
    first = b.i32(0);
  } else if (plan.tileImages > 1) {
    image = b.div(pixel, plan.tilePixels);
    pixel = b.rem(pixel, plan.tilePixels);
  }
  place.image = b.add(tile.image, image);
  place.pixel = b.add(first, pixel);
  if (plan.mayLackImages())
    require(b.compare(CmpIPredicate::ult, place.image, context.operands.batch));
  if (!plan.acrossImages && plan.problem.pixels % plan.tilePixels != 0)
    require(b.compare(CmpIPredicate::ult, place.pixel, plan.problem.pixels));
  if (plan.bulkStores) {
    Value quad = b.bitAnd(b.threadHere(), 3);
    Value inImage = b.add(b.mul(quad, 2 * plan.problem.pixels), pixel);
    place.staged = b.add(b.add(context.operands.shared, plan.shared.staging),
                         b.add(b.mul(image, plan.getStagedImageBytes()),
                               b.mul(inImage, plan.problem.outputBytes)));
  }
  place.output = getFirstBytes(place, context.operands.outputImageBytes,
                               epilogue.outputType);
  if (Type type = epilogue.residualType)
    place.residual =
        getFirstBytes(place, context.operands.residualImageBytes, type);
  return place;
}

Value PointwiseStore::getFirstBytes(const StorePlace &place, Value imageBytes,
                                    Type type) {
  return context.getElementBytes(place.image, imageBytes, firstChannel,
                                 place.pixel, getBytes(type));
}

Value PointwiseStore::getOffset(Value first, Type type, int64_t index,
                                int64_t distance) {
  int64_t elements = getDistance(index) * plan.problem.pixels + distance;
  return b.add(first, elements * getBytes(type));
}

Value PointwiseStore::getChannel(int64_t index) {
  return b.add(firstChannel, getDistance(index));
}

//===----------------------------------------------------------------------===//
// Stores
//===----------------------------------------------------------------------===//

StoreChannel PointwiseStore::loadChannel(const StorePlace &place,
                                         int64_t index) {
  StoreChannel channel;
  channel.index = index;
  channel.channel = getChannel(index);
  Value existing = channel.channel;
  if (!hasAllChannels())
    existing = b.min(existing, b.i32(plan.problem.filters - 1));
  channel.values = epilogue.loadChannel(b, existing);
  Type type = epilogue.residualType;
  if (!type)
    return channel;
  Value first = getOffset(place.residual, type, index, 0);
  if (!hasAllChannels()) {
    Value exists =
        b.compare(CmpIPredicate::ult, channel.channel, plan.problem.filters);
    first = b.select(exists, first, place.residual);
    // Nor does the thread's first channel exist for sure.
    Value hasAny =
        b.compare(CmpIPredicate::ult, firstChannel, plan.problem.filters);
    first = b.select(hasAny, first, b.i64(0));
  }
  if (plan.pixelVector == 1) {
    channel.residuals = {b.loadGlobal(type, context.operands.residual, first)};
    return channel;
  }
  Value pair = b.loadGlobal(VectorType::get({2}, type),
                            context.operands.residual, first);
  for (int64_t i : llvm::seq<int64_t>(0, 2))
    channel.residuals.push_back(
        LLVM::ExtractElementOp::create(b, pair, b.i32(i)));
  return channel;
}

void PointwiseStore::storeChannel(const StorePlace &place,
                                  const StoreChannel &channel, Value sums) {
  SmallVector<Value> elements;
  Value factor = plan.isSplit() ? b.f32(getSplitFactor()) : Value();
  for (int64_t i : llvm::seq<int64_t>(0, plan.pixelVector)) {
    int64_t row = place.row + i;
    Value sum = LLVM::ExtractValueOp::create(
        b, sums, channel.index / 2 * 4 + row * 2 + channel.index % 2);
    Value residual = channel.residuals.empty() ? Value() : channel.residuals[i];
    elements.push_back(
        epilogue.apply(b, sum, factor, channel.values, residual));
  }
  Value pixels = elements.size() == 1 ? elements[0] : b.makeVector(elements);
  if (plan.bulkStores)
    return b.storeShared(pixels, place.staged,
                         getDistance(channel.index) * plan.problem.pixels *
                             plan.problem.outputBytes);
  auto store = [&] {
    b.storeGlobal(
        pixels, context.operands.output,
        getOffset(place.output, epilogue.outputType, channel.index, 0));
  };
  if (hasAllChannels())
    return store();
  b.ifThen(b.compare(CmpIPredicate::ult, channel.channel, plan.problem.filters),
           store);
}

int64_t PointwiseStore::getBatchGroups() {
  int64_t registers = epilogue.channelValues;
  if (Type type = epilogue.residualType)
    registers += llvm::divideCeil(plan.pixelVector * getBytes(type), 4);
  int64_t most = plan.acrossImages && epilogue.isLong() ? kLongBatchRegisters
                                                        : kBatchRegisters;
  int64_t groups = kMaxBatchGroups;
  while (groups > 1 && 2 * groups * kGroupChannels * registers > most)
    groups /= 2;
  return groups;
}

void PointwiseStore::storeChannels(const StorePlace &place, Value sums,
                                   int64_t count) {
  int64_t batch = kGroupChannels * getBatchGroups();
  auto load = [&](int64_t first) {
    SmallVector<StoreChannel> channels;
    for (int64_t i = first; i < std::min(first + batch, count); ++i)
      channels.push_back(loadChannel(place, i));
    return channels;
  };
  SmallVector<StoreChannel> next = load(0);
  for (int64_t first = 0; first < count; first += batch) {
    SmallVector<StoreChannel> channels = std::move(next);
    // Loads do not overtake stores by themselves.
    next = load(first + batch);
    auto store = [&] {
      for (const StoreChannel &channel : channels)
        storeChannel(place, channel, sums);
    };
    // Basic blocks of their own: the grid is never empty.
    if (epilogue.isLong())
      b.ifThen(b.compare(CmpIPredicate::ne, b.here(context.grid), 0), store);
    else
      store();
  }
}

/// `groups` of 8 channels at a time.
void PointwiseStore::storeInLoop(const StorePlace &place, Value sums,
                                 int64_t groups) {
  int64_t channels = 8 * groups;
  auto moveBy = [&](Value bytes, Value number, Type type) {
    int64_t stepBytes = channels * plan.problem.pixels * getBytes(type);
    return b.add(bytes, b.mul(b.widen(number), stepBytes));
  };
  forGroups(b, unpackStruct(b, sums), kGroupSums * groups,
            [&](Value number, ValueRange group) -> SmallVector<Value> {
              PointwiseStore store = *this;
              store.firstChannel = b.add(firstChannel, b.mul(number, channels));
              StorePlace there = place;
              there.output = moveBy(place.output, number, epilogue.outputType);
              if (Type type = epilogue.residualType)
                there.residual = moveBy(place.residual, number, type);
              if (plan.bulkStores)
                there.staged = b.add(
                    place.staged, b.mul(number, channels * plan.problem.pixels *
                                                    plan.problem.outputBytes));
              store.storeChannels(there, packStruct(b, group),
                                  kGroupChannels * groups);
              return {};
            });
}

void PointwiseStore::storeSums(const StorePlace &place, Value sums) {
  int64_t groups = plan.tileFilters / 8;
  if (fitsCode(blocksInCode * kGroupSums * groups, epilogue.instructions))
    return storeChannels(place, sums, getChannels());
  int64_t step = getBatchGroups();
  while (step > 1 &&
         (groups % step != 0 ||
          !fitsCode(blocksInCode * kGroupSums * step, epilogue.instructions)))
    --step;
  storeInLoop(place, sums, step);
}

//===----------------------------------------------------------------------===//
// Split products
//===----------------------------------------------------------------------===//

Value PointwiseStore::applyFilterScales(Value sums) {
  Value first =
      b.add(b.widen(b.mul(firstChannel, 4)), plan.image.getRowScalesOffset());
  Value scaled = sums;
  for (int64_t index : llvm::seq<int64_t>(0, getChannels())) {
    Value scale = b.loadGlobal(b.getF32Type(), context.operands.filterImage,
                               b.add(first, getDistance(index) * 4));
    for (int64_t row : llvm::seq<int64_t>(0, 2)) {
      int64_t place = index / 2 * 4 + row * 2 + index % 2;
      Value sum = LLVM::ExtractValueOp::create(b, sums, place);
      scaled = LLVM::InsertValueOp::create(
          b, scaled, arith::MulFOp::create(b, sum, scale), place);
    }
  }
  return scaled;
}

/// True if all sums of the rows from `row` on that are stored as one are.
Value PointwiseStore::areFinite(Value sums, int64_t row) {
  // Infinities times zero are NaN.
  Value zero = b.f32(0);
  Value test = zero;
  for (int64_t index : llvm::seq<int64_t>(0, getChannels()))
    for (int64_t i : llvm::seq<int64_t>(0, plan.pixelVector)) {
      int64_t place = index / 2 * 4 + (row + i) * 2 + index % 2;
      Value sum = LLVM::ExtractValueOp::create(b, sums, place);
      test = LLVM::FMAOp::create(b, sum, zero, test);
    }
  return arith::CmpFOp::create(b, arith::CmpFPredicate::ORD, test, test);
}

void PointwiseStore::computeAgain(const StorePlace &place) {
  // Nothing of this is computed before it is known to be needed: it would take
  // the registers of sums.
  Value pixel = b.here(place.pixel);
  Value quad = b.here(firstChannel);
  int64_t vector = plan.pixelVector;
  // As many, but not known to be.
  int64_t count = getChannels() * vector;
  Value end = b.min(b.i32(count), b.mul(context.grid, count));
  b.forRange(end, [&](Value step) {
    Value index = b.div(step, vector);
    Value distance = b.add(b.mul(b.shr(index, 1), 8), b.bitAnd(index, 1));
    Value channel = b.add(quad, distance);
    Value exists = b.compare(CmpIPredicate::ult, channel, plan.problem.filters);
    b.ifThen(exists, [&] {
      SmallVector<Value> values = epilogue.loadChannel(b, channel);
      emitPointwiseElement(context, place.image, channel,
                           b.add(pixel, b.bitAnd(step, vector - 1)), values);
    });
  });
}

void PointwiseStore::emit(const PointwiseRows &rows, Value sums) {
  if (plan.isSplit())
    sums = applyFilterScales(sums);
  for (int64_t row = 0; row < 2; row += plan.pixelVector) {
    StorePlace place = getPlace(rows, row);
    auto store = [&] {
      if (!plan.isSplit())
        return storeSums(place, sums);
      b.ifThenElse(
          areFinite(sums, row), [&] { storeSums(place, sums); },
          [&] { computeAgain(place); });
    };
    if (place.exists)
      b.ifThen(place.exists, store);
    else
      store();
  }
}

/// Stores the sums of all blocks of rows, one after the other in a loop.
static void storeBlocksInLoop(DeviceBuilder &b, PointwiseStore &store,
                              ArrayRef<PointwiseRows> rows, ValueRange sums) {
  SmallVector<Value> blocks;
  for (auto [block, sum] : llvm::zip_equal(rows, sums)) {
    llvm::append_range(blocks, block.pixels);
    blocks.push_back(sum);
  }
  forGroups(b, blocks, static_cast<int64_t>(blocks.size() / rows.size()),
            [&](Value, ValueRange block) -> SmallVector<Value> {
              store.emit({{block[0], block[1]}, {}}, block[2]);
              return {};
            });
}

void convoy::emitPointwiseStore(PointwiseContext &context,
                                const PointwiseThread &thread,
                                const PointwiseTile &tile, ValueRange touched,
                                ValueRange sums) {
  int64_t blocks = context.plan.rowBlocks;
  bool loops = blocks > 1 && !fitsCode(blocks * context.plan.getAccumulators(),
                                       context.epilogue.instructions);
  PointwiseStore store(context, thread, tile, touched, loops ? 1 : blocks);
  auto emit = [&] {
    if (loops)
      return storeBlocksInLoop(context.builder, store, thread.rows, sums);
    for (auto [rows, sum] : llvm::zip_equal(thread.rows, sums))
      store.emit(rows, sum);
  };
  if (context.plan.bulkStores)
    emitPointwiseBulkStore(context, tile, emit);
  else
    emit();
}
