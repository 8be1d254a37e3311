//===- PackFilterStrategy.cpp - Kernels of convoy.pack_filter -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Packs filters that are only known when the kernel runs. A block packs 8 rows
// of the image, the weights of 8 output channels, or a part of their units. A
// unit is one tap of the consecutive channels that a half of a step has: 16
// bytes in each step that they are part of. Neighbouring threads pack the same
// unit of the 8 rows, whose bytes lie next to each other. Where in a chunk
// these lie is a table in global memory, made from the image's steps.
//
// The same arithmetic as for filters that are known, PackFilterData.cpp.
//
//===----------------------------------------------------------------------===//

#include "../KernelStrategy.h"
#include "ConvArguments.h"
#include "KernelFunction.h"
#include "PatchSplit.h"

#include "Convoy/Dialect/FilterImage.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::convoy;
using arith::CmpIPredicate;

static constexpr int64_t kThreads = 512;
static constexpr int64_t kRows = 8;
/// Units that a block packs of each row at a time.
static constexpr int64_t kUnits = kThreads / kRows;
/// Enough to occupy a chip.
static constexpr int64_t kWantedBlocks = 256;
/// Each row is searched for its largest and smallest weight by so many warps,
/// whose lanes have several loads on their way.
static constexpr int64_t kWarpsPerRow = kThreads / kThreadsPerWarp / kRows;
static constexpr int64_t kLoadsAtOnce = 8;
static constexpr int64_t kGlobalAlignmentBytes = 16;
static constexpr StringLiteral kTableName = "filter_places";
static constexpr StringLiteral kSharedName = "filter_magnitudes";

namespace {

class PackKernel {
public:
  PackKernel(DeviceBuilder &b, const FilterImage &image, Value filter,
             Value target, gpu::GPUModuleOp module);

  void emit();

  /// Blocks of the grid that share 8 rows.
  static int64_t getSplits(const FilterImage &image);

private:
  /// The address of a table: for each part that the image has, in their order,
  /// the bytes from a chunk's begin to where each unit of it lies.
  Value createTable(gpu::GPUModuleOp module);
  /// Units of a chunk.
  static int64_t getChunkUnits(const FilterImage &image) {
    return image.chunkChannels / image.getHalfChannels() * image.taps;
  }
  int64_t getChunkUnits() const { return getChunkUnits(image); }
  /// Where the weights of a row of the image begin, in bytes, i64; those of one
  /// that exists in any case.
  Value getRowOffset(Value row);
  /// Whether a row has an output channel.
  Value exists(Value row);
  /// Where the weight of a channel and a tap stands in its row; `exists`
  /// becomes false where the folded filter has none.
  Value getWeight(Value channel, Value tap, Value &exists);
  /// The unit's weights as they are stored; zero where the row or the channel
  /// does not exist.
  SmallVector<Value> loadUnit(Value unit);
  /// 16 bytes of each part.
  SmallVector<Value> makeParts(ArrayRef<Value> weights, Value up);
  /// Writes the largest magnitude, and the smallest but zero minus one, as
  /// bits, of what this warp has searched to shared memory.
  void searchRow();
  /// Writes zeros where steps have no second half: the image is in memory that
  /// other kernels have used.
  void clearAbsentHalves(Value begin);
  /// Of the thread's row, what its warps have found.
  std::pair<Value, Value> readRange();
  /// The factor of the thread's row; writes its inverse.
  Value scaleRow();

  DeviceBuilder &b;
  const FilterImage &image;
  /// Pointers to global memory.
  Value filter, target, table;
  /// Shared memory as i32.
  Value shared;
  Value thread;
  /// The first row of the block, and which part of its units it packs.
  Value firstRow, split;
  /// The thread's row, and the first of its units.
  Value row, firstUnit;
  SmallVector<FilterPart> parts;
};

} // namespace

PackKernel::PackKernel(DeviceBuilder &b, const FilterImage &image, Value filter,
                       Value target, gpu::GPUModuleOp module)
    : b(b), image(image), filter(filter), target(target) {
  parts = image.isSplit()
              ? SmallVector<FilterPart>{FilterPart::High, FilterPart::Low,
                                        FilterPart::LoweredHigh}
              : SmallVector<FilterPart>{FilterPart::Value};
  table = createTable(module);
  thread = NVVM::ThreadIdXOp::create(b, b.getI32Type());
  Value block = NVVM::BlockIdXOp::create(b, b.getI32Type());
  int64_t splits = getSplits(image);
  firstRow = b.mul(b.div(block, splits), kRows);
  split = b.rem(block, splits);
  row = b.add(firstRow, b.rem(thread, kRows));
  firstUnit = b.add(b.mul(split, kUnits), b.div(thread, kRows));
  if (!image.isSplit())
    return;
  OpBuilder inModule = OpBuilder::atBlockBegin(module.getBody());
  LLVM::GlobalOp global = createDeviceGlobal(
      inModule, b.getLoc(), kSharedName,
      LLVM::LLVMArrayType::get(b.getI32Type(), 2 * kRows * kWarpsPerRow),
      LLVM::Linkage::Internal, Attribute(), kGlobalAlignmentBytes,
      NVVM::NVVMMemorySpace::Shared);
  shared =
      LLVM::PtrToIntOp::create(b, b.getI32Type(), addressOfGlobal(b, global));
}

int64_t PackKernel::getSplits(const FilterImage &image) {
  int64_t units = image.getChunks() * getChunkUnits(image);
  int64_t blocks = image.groups * image.getBlocks() * image.blockRows / kRows;
  return std::clamp<int64_t>(kWantedBlocks / blocks, 1,
                             llvm::divideCeil(units, kUnits));
}

Value PackKernel::exists(Value row) {
  Value inGroup = b.rem(row, image.getBlocks() * image.blockRows);
  return b.compare(CmpIPredicate::ult, inGroup, image.filters);
}

Value PackKernel::getRowOffset(Value row) {
  int64_t groupRows = image.getBlocks() * image.blockRows;
  Value inGroup = b.min(b.rem(row, groupRows), b.i32(image.filters - 1));
  Value channel = b.add(b.mul(b.div(row, groupRows), image.filters), inGroup);
  return b.mul(b.widen(channel), image.getWeightChannels() *
                                     image.getWeightTaps() *
                                     image.getWeightBytes());
}

Value PackKernel::createTable(gpu::GPUModuleOp module) {
  SmallVector<int32_t> places(parts.size() * getChunkUnits());
  auto add = [&](const FilterHalf &half, int64_t place) {
    int64_t part = llvm::find(parts, half.part) - parts.begin();
    int64_t unit =
        half.firstChannel / image.getHalfChannels() * image.taps + half.tap;
    places[part * getChunkUnits() + unit] = place;
  };
  for (auto [index, step] : llvm::enumerate(image.steps)) {
    add(step.first, index * image.getStepBytes());
    if (step.second)
      add(*step.second, index * image.getStepBytes() + image.getHalfBytes());
  }
  int64_t size = places.size();
  OpBuilder inModule = OpBuilder::atBlockBegin(module.getBody());
  LLVM::GlobalOp global =
      createDeviceGlobal(inModule, b.getLoc(), kTableName,
                         LLVM::LLVMArrayType::get(b.getI32Type(), size),
                         LLVM::Linkage::Internal, b.getI32TensorAttr(places),
                         kGlobalAlignmentBytes, NVVM::NVVMMemorySpace::Global);
  return addressOfGlobal(b, global);
}

Value PackKernel::getWeight(Value channel, Value tap, Value &exists) {
  const ColumnFold &fold = image.fold;
  if (!fold.isFolded())
    return b.add(b.mul(channel, image.taps), tap);
  Value row = b.div(tap, fold.getFoldedWidth());
  Value column =
      b.add(b.add(b.mul(b.rem(tap, fold.getFoldedWidth()), fold.columns),
                  b.rem(channel, fold.columns)),
            -fold.shift);
  // What lies left of the filter wraps.
  Value isInside = b.compare(CmpIPredicate::ult, column, fold.filterWidth);
  exists = b.allOf(exists, isInside);
  column = b.select(isInside, column, b.i32(0));
  Value plane = b.mul(b.div(channel, fold.columns), image.getWeightTaps());
  return b.add(b.add(plane, b.mul(row, fold.filterWidth)), column);
}

SmallVector<Value> PackKernel::loadUnit(Value unit) {
  int64_t bytes = image.getWeightBytes();
  Type type = b.getIntegerType(bytes * 8);
  Value zero = arith::ConstantOp::create(b, b.getIntegerAttr(type, 0));
  Value tap = b.rem(unit, image.taps);
  Value first = b.mul(b.div(unit, image.taps), image.getHalfChannels());
  Value rowOffset = getRowOffset(row), rowExists = exists(row);
  SmallVector<Value> weights;
  for (int64_t i : llvm::seq<int64_t>(0, image.getHalfChannels())) {
    Value channel = b.add(first, i);
    Value exists = rowExists;
    if (image.channels % image.getHalfChannels() != 0 ||
        image.channels % image.chunkChannels != 0) {
      exists = b.allOf(exists,
                       b.compare(CmpIPredicate::ult, channel, image.channels));
      channel = b.min(channel, b.i32(image.channels - 1));
    }
    Value index = getWeight(channel, tap, exists);
    Value offset = b.add(rowOffset, b.widen(b.mul(index, bytes)));
    Value weight = b.loadGlobal(type, filter, offset);
    weights.push_back(b.select(exists, weight, zero));
  }
  return weights;
}

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

SmallVector<Value> PackKernel::makeParts(ArrayRef<Value> weights, Value up) {
  if (image.products == PatchProducts::TF32)
    return {b.makeVector(llvm::map_to_vector(
        weights, [&](Value weight) { return roundToTF32(b, weight); }))};
  if (!image.isSplit())
    return {b.makeVector(weights)};
  auto scaled = [&](Value weight) -> Value {
    return arith::MulFOp::create(b, b.bitcast(b.getF32Type(), weight), up);
  };
  SmallVector<Value> highs, lows, lowered;
  for (size_t i = 0; i < weights.size(); i += 2) {
    auto [high, low] =
        splitF16(b, scaled(weights[i]), scaled(weights[i + 1]), 1.0f);
    highs.push_back(high);
    lows.push_back(low);
    lowered.push_back(lowerHighParts(b, high));
  }
  return {b.makeVector(highs), b.makeVector(lows), b.makeVector(lowered)};
}

//===----------------------------------------------------------------------===//
// Scales of rows
//===----------------------------------------------------------------------===//

void PackKernel::searchRow() {
  Value warp = b.shr(thread, 5), lane = b.bitAnd(thread, kThreadsPerWarp - 1);
  Value offset = getRowOffset(b.add(firstRow, b.div(warp, kWarpsPerRow)));
  Value first = b.add(b.mul(b.rem(warp, kWarpsPerRow), kThreadsPerWarp), lane);
  int64_t count = image.getWeightChannels() * image.getWeightTaps();
  constexpr int64_t kStep = kWarpsPerRow * kThreadsPerWarp;
  SmallVector<Value> range = b.forCarrying(
      first, b.i32(count), kStep * kLoadsAtOnce, {b.i32(0), b.i32(-1)},
      [&](Value begin, ValueRange before) {
        SmallVector<Value> loaded;
        for (int64_t i : llvm::seq<int64_t>(0, kLoadsAtOnce)) {
          // Beyond the end, the last one once more.
          Value index = b.min(b.add(begin, i * kStep), b.i32(count - 1));
          loaded.push_back(b.loadGlobal(
              b.getI32Type(), filter, b.add(offset, b.widen(b.mul(index, 4)))));
        }
        Value largest = before[0], smallest = before[1];
        for (Value bits : loaded) {
          Value magnitude = b.bitAnd(bits, 0x7fffffff);
          largest = b.max(largest, magnitude);
          smallest = b.min(smallest, b.add(magnitude, -1));
        }
        return SmallVector<Value>{largest, smallest};
      });
  Value largest = b.reduceWarp(NVVM::ReduxKind::UMAX, range[0]);
  Value smallest = b.reduceWarp(NVVM::ReduxKind::UMIN, range[1]);
  Value address = b.add(shared, b.mul(warp, 8));
  b.ifThen(b.compare(CmpIPredicate::eq, lane, 0), [&] {
    b.storeShared(largest, address);
    b.storeShared(smallest, address, 4);
  });
}

std::pair<Value, Value> PackKernel::readRange() {
  Type i32 = b.getI32Type();
  Value address = b.add(shared, b.mul(b.rem(thread, kRows), kWarpsPerRow * 8));
  Value largest = b.loadShared(i32, address);
  Value smallest = b.loadShared(i32, address, 4);
  for (int64_t warp : llvm::seq<int64_t>(1, kWarpsPerRow)) {
    largest = b.max(largest, b.loadShared(i32, address, 8 * warp));
    smallest = b.min(smallest, b.loadShared(i32, address, 8 * warp + 4));
  }
  return {largest, smallest};
}

Value PackKernel::scaleRow() {
  constexpr int64_t kOne = 0x3f800000, kNaN = 0x7fc00000;
  searchRow();
  b.syncBlock();
  auto [largest, smallest] = readRange();
  SplitScale scale = getSplitScale(b, largest);
  Value bits = b.select(isBeyondSplit(b, largest, smallest, scale), b.i32(kNaN),
                        scale.down);
  Value isZero = b.compare(CmpIPredicate::eq, largest, 0);
  Value isOne = b.anyOf(isZero, b.bitXor(exists(row), 1));
  bits = b.select(isOne, b.i32(kOne), bits);
  Value offset =
      b.add(b.i64(image.getRowScalesOffset()), b.widen(b.mul(row, 4)));
  // One thread for each row.
  b.ifThen(b.compare(CmpIPredicate::ult, firstUnit, 1),
           [&] { b.storeGlobal(bits, target, offset); });
  return scale.up;
}

void PackKernel::clearAbsentHalves(Value begin) {
  Value zeros = LLVM::ZeroOp::create(b, VectorType::get({4}, b.getI32Type()));
  for (auto [index, step] : llvm::enumerate(image.steps)) {
    if (step.second)
      continue;
    int64_t place = index * image.getStepBytes() + image.getHalfBytes();
    b.forRange(firstUnit, b.i32(image.getChunks()), kUnits * getSplits(image),
               [&](Value chunk) {
                 Value offset = b.mul(b.widen(chunk), image.getChunkBytes());
                 b.storeGlobal(zeros, target,
                               b.add(b.add(begin, offset), b.i64(place)));
               });
  }
}

void PackKernel::emit() {
  Value up = image.isSplit() ? scaleRow() : Value();
  Value begin =
      b.add(b.mul(b.widen(b.div(row, image.blockRows)), image.getBlockBytes()),
            b.widen(b.mul(b.rem(row, image.blockRows), kFilterRowBytes)));
  clearAbsentHalves(begin);
  int64_t chunkUnits = getChunkUnits();
  Value end = b.i32(image.getChunks() * chunkUnits);
  b.forRange(firstUnit, end, kUnits * getSplits(image), [&](Value unit) {
    SmallVector<Value> parts = makeParts(loadUnit(unit), up);
    Value chunk =
        b.mul(b.widen(b.div(unit, chunkUnits)), image.getChunkBytes());
    Value entry = b.mul(b.rem(unit, chunkUnits), 4);
    for (auto [index, part] : llvm::enumerate(parts)) {
      Value place = b.loadGlobal(b.getI32Type(), table,
                                 b.add(entry, index * chunkUnits * 4));
      b.storeGlobal(part, target, b.add(b.add(begin, chunk), b.widen(place)));
    }
  });
}

//===----------------------------------------------------------------------===//
// Kernel and launch
//===----------------------------------------------------------------------===//

namespace {
class PackFilterStrategy : public KernelStrategy {
public:
  StringRef getKind() const override { return "pack"; }

  bool handles(Operation *op) const override {
    auto pack = dyn_cast<PackFilterOp>(op);
    return pack && !pack.hasTensorSemantics();
  }

  FailureOr<KernelLaunch> emit(OpBuilder &host, Operation *operation,
                               gpu::GPUModuleOp module,
                               StringRef name) const override {
    auto op = cast<PackFilterOp>(operation);
    Location loc = op.getLoc();
    if (!cast<MemRefType>(op.getFilter().getType())
             .areTrailingDimsContiguous(
                 cast<MemRefType>(op.getFilter().getType()).getRank()))
      return op.emitOpError("expected a contiguous filter, found ")
             << op.getFilter().getType();
    FilterImage image = FilterImage::get(op.getImage());
    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    gpu::GPUFuncOp function = createKernelFunction(builder, op, kThreads, name);
    builder.setInsertionPointToStart(&function.getBody().front());
    DeviceBuilder device(loc, builder);
    Value filter = getGlobalImages(device, function.getArgument(0)).pointer;
    Value target = getGlobalImages(device, function.getArgument(1)).pointer;
    PackKernel(device, image, filter, target, module).emit();
    gpu::ReturnOp::create(device);

    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(host, loc, value);
    };
    KernelLaunch launch;
    launch.arguments = llvm::to_vector(op->getOperands());
    int64_t rows = image.groups * image.getBlocks() * image.blockRows;
    launch.grid = {constant(rows / kRows * PackKernel::getSplits(image)),
                   constant(1), constant(1)};
    launch.threadsPerBlock = kThreads;
    return launch;
  }
};
} // namespace

std::unique_ptr<KernelStrategy> convoy::createPackFilterStrategy() {
  return std::make_unique<PackFilterStrategy>();
}
