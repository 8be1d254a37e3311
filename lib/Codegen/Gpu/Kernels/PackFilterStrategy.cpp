//===- PackFilterStrategy.cpp - Kernels of convoy.pack_filter -------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Packs filters that are only known when the kernel runs. A block packs one row
// of the image, the weights of one output channel. A thread takes units in
// turn: one tap of the consecutive channels that a half of a step has, 16 bytes
// in each step that they are part of. Where in a chunk these 16 bytes lie is a
// table in constant memory, made from the image's steps.
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

static constexpr int64_t kThreads = 128;
static constexpr int64_t kWarps = kThreads / kThreadsPerWarp;
static constexpr int64_t kGlobalAlignmentBytes = 16;
static constexpr StringLiteral kTableName = "filter_places";
static constexpr StringLiteral kSharedName = "filter_magnitudes";

namespace {

class PackKernel {
public:
  PackKernel(DeviceBuilder &b, const FilterImage &image, Value filter,
             Value target, gpu::GPUModuleOp module);

  void emit();

private:
  /// The address of a table: for each part that the image has, in their order,
  /// the bytes from a chunk's begin to where each unit of it lies.
  Value createTable(gpu::GPUModuleOp module);
  /// Units of a chunk.
  int64_t getChunkUnits() const {
    return image.chunkChannels / image.getHalfChannels() * image.taps;
  }
  /// The unit's weights as they are stored; zero where the row or the channel
  /// does not exist.
  SmallVector<Value> loadUnit(Value unit);
  /// 16 bytes of each part.
  SmallVector<Value> makeParts(ArrayRef<Value> weights, Value up);
  /// The largest of the row's magnitudes, and the smallest but zero minus one,
  /// as bits.
  std::pair<Value, Value> findRange();
  Value reduceBlock(NVVM::ReduxKind kind, Value value, int64_t sharedBytes);
  /// The factor of the row; writes its inverse.
  Value scaleRow();

  DeviceBuilder &b;
  const FilterImage &image;
  /// Pointers to global memory.
  Value filter, target, table;
  /// Shared memory as i32.
  Value shared;
  Value thread, row, rowExists;
  /// First weight of the row, in bytes, i64.
  Value rowOffset;
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
  row = NVVM::BlockIdXOp::create(b, b.getI32Type());
  int64_t groupRows = image.getBlocks() * kFilterBlockRows;
  Value inGroup = b.rem(row, groupRows);
  rowExists = b.compare(CmpIPredicate::ult, inGroup, image.filters);
  Value clamped = b.min(inGroup, b.i32(image.filters - 1));
  Value channel = b.add(b.mul(b.div(row, groupRows), image.filters), clamped);
  rowOffset = b.mul(b.widen(channel),
                    image.channels * image.taps * image.getWeightBytes());
  if (!image.isSplit())
    return;
  OpBuilder inModule = OpBuilder::atBlockBegin(module.getBody());
  LLVM::GlobalOp global =
      createDeviceGlobal(inModule, b.getLoc(), kSharedName,
                         LLVM::LLVMArrayType::get(b.getI32Type(), 2 * kWarps),
                         LLVM::Linkage::Internal, Attribute(),
                         kGlobalAlignmentBytes, NVVM::NVVMMemorySpace::Shared);
  shared =
      LLVM::PtrToIntOp::create(b, b.getI32Type(), addressOfGlobal(b, global));
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
    add(step.first, index * kFilterStepBytes);
    if (step.second)
      add(*step.second, index * kFilterStepBytes + kFilterHalfBytes);
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

SmallVector<Value> PackKernel::loadUnit(Value unit) {
  int64_t bytes = image.getWeightBytes();
  Type type = b.getIntegerType(bytes * 8);
  Value zero = arith::ConstantOp::create(b, b.getIntegerAttr(type, 0));
  Value tap = b.rem(unit, image.taps);
  Value first = b.mul(b.div(unit, image.taps), image.getHalfChannels());
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
    Value index = b.add(b.mul(channel, image.taps), tap);
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

Value PackKernel::reduceBlock(NVVM::ReduxKind kind, Value value,
                              int64_t sharedBytes) {
  Value ofWarp = b.reduceWarp(kind, value);
  Value address = b.add(shared, b.mul(b.shr(thread, 5), 4));
  b.ifThen(
      b.compare(CmpIPredicate::eq, b.bitAnd(thread, kThreadsPerWarp - 1), 0),
      [&] { b.storeShared(ofWarp, address, sharedBytes); });
  b.syncBlock();
  Value result = b.loadShared(b.getI32Type(), shared, sharedBytes);
  for (int64_t warp : llvm::seq<int64_t>(1, kWarps)) {
    Value other = b.loadShared(b.getI32Type(), shared, sharedBytes + 4 * warp);
    result = kind == NVVM::ReduxKind::UMAX ? b.max(result, other)
                                           : b.min(result, other);
  }
  return result;
}

std::pair<Value, Value> PackKernel::findRange() {
  Value end = b.i32(image.channels * image.taps);
  SmallVector<Value> range = b.forCarrying(
      thread, end, kThreads, {b.i32(0), b.i32(-1)},
      [&](Value index, ValueRange before) {
        Value offset = b.add(rowOffset, b.widen(b.mul(index, 4)));
        Value bits = b.loadGlobal(b.getI32Type(), filter, offset);
        Value magnitude = b.bitAnd(bits, 0x7fffffff);
        return SmallVector<Value>{b.max(before[0], magnitude),
                                  b.min(before[1], b.add(magnitude, -1))};
      });
  return {reduceBlock(NVVM::ReduxKind::UMAX, range[0], 0),
          reduceBlock(NVVM::ReduxKind::UMIN, range[1], kWarps * 4)};
}

Value PackKernel::scaleRow() {
  constexpr int64_t kOne = 0x3f800000, kNaN = 0x7fc00000;
  auto [largest, smallest] = findRange();
  SplitScale scale = getSplitScale(b, largest);
  Value bits = b.select(isBeyondSplit(b, largest, smallest, scale), b.i32(kNaN),
                        scale.down);
  Value isZero = b.compare(CmpIPredicate::eq, largest, 0);
  Value isOne = b.anyOf(isZero, b.bitXor(rowExists, 1));
  bits = b.select(isOne, b.i32(kOne), bits);
  Value offset =
      b.add(b.i64(image.getRowScalesOffset()), b.widen(b.mul(row, 4)));
  b.ifThen(b.compare(CmpIPredicate::eq, thread, 0),
           [&] { b.storeGlobal(bits, target, offset); });
  return scale.up;
}

void PackKernel::emit() {
  Value up = image.isSplit() ? scaleRow() : Value();
  Value begin =
      b.add(b.mul(b.widen(b.div(row, kFilterBlockRows)), image.getBlockBytes()),
            b.widen(b.mul(b.rem(row, kFilterBlockRows), kFilterRowBytes)));
  int64_t chunkUnits = getChunkUnits();
  Value end = b.i32(image.getChunks() * chunkUnits);
  b.forRange(thread, end, kThreads, [&](Value unit) {
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
    int64_t rows = image.groups * image.getBlocks() * kFilterBlockRows;
    launch.grid = {constant(rows), constant(1), constant(1)};
    launch.threadsPerBlock = kThreads;
    return launch;
  }
};
} // namespace

std::unique_ptr<KernelStrategy> convoy::createPackFilterStrategy() {
  return std::make_unique<PackFilterStrategy>();
}
