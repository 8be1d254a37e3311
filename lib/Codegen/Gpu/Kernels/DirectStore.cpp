//===- DirectStore.cpp - Epilogue and stores ------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The direct kernel's last part. Several neighbouring elements are stored at a
// time where sizes and distances allow it and the memory turns out to be
// aligned for it.
//
//===----------------------------------------------------------------------===//

#include "DirectKernel.h"

#include "Convoy/Dialect/ConvSizes.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::convoy;

static unsigned getElementBytes(Value memref) {
  return cast<MemRefType>(memref.getType()).getElementTypeBitWidth() / 8;
}

/// Elements of `memref` that a vector may hold so that vectors are aligned if
/// the first is.
int64_t DirectKernel::getVectorWidth(Value memref, StringRef order) const {
  auto type = cast<MemRefType>(memref.getType());
  bool alongColumns = direct.getLanes() == LaneOrder::Columns;
  char dim = alongColumns ? 'w' : conv_dim::kOutputChannel;
  auto [strides, offset] = type.getStridesAndOffset();
  std::optional<unsigned> at = findDim(order, dim);
  std::optional<int64_t> size =
      getConstant(alongColumns ? sizes.outputImage[2] : sizes.outputChannels);
  if (!at || strides[*at] != 1 || !size)
    return 1;
  SmallVector<int64_t> numbers = {
      alongColumns ? direct.getColumnTile() : direct.getChannelTile(), *size};
  for (auto [index, stride] : llvm::enumerate(strides))
    if (index != *at)
      numbers.push_back(ShapedType::isDynamic(stride) ? 1 : stride);
  int64_t width = kMaxVectorBytes / getElementBytes(memref);
  while (llvm::any_of(numbers,
                      [&](int64_t number) { return number % width != 0; }))
    width /= 2;
  return width;
}

/// Whether the memory of `operand` begins at a multiple of a vector.
Value DirectKernel::isAligned(Value memref, const ConvOperand &operand,
                              int64_t width) {
  IndexMath indices(builder, loc, builder.getIndexType());
  Value address = memref::ExtractAlignedPointerAsIndexOp::create(builder, loc,
                                                                 operand.flat);
  auto metadata =
      memref::ExtractStridedMetadataOp::create(builder, loc, operand.flat);
  Value offset = getValueOrCreateConstantIndexOp(
      builder, loc, metadata.getConstifiedMixedOffset());
  int64_t elementBytes = getElementBytes(memref);
  Value begin = indices.add(address, indices.mul(offset, elementBytes));
  return indices.isZero(indices.rem(begin, width * elementBytes));
}

void DirectKernel::emitAlignmentChecks() {
  StringRef order = op.getLayout().getOutput();
  vectorWidth = getVectorWidth(arguments.init, order);
  if (vectorWidth == 1)
    return;
  isVectorAligned = isAligned(arguments.init, initOperand, vectorWidth);
  if (!arguments.residual ||
      getVectorWidth(arguments.residual, order) < vectorWidth)
    return;
  residualHasVectors = true;
  isVectorAligned =
      math.both(isVectorAligned,
                isAligned(arguments.residual, residualOperand, vectorWidth));
}

/// The residual's elements for `width` elements of init, from `position` on.
SmallVector<Value> DirectKernel::loadResidual(Value position, int64_t width) {
  Type type = residualOperand.elementType;
  SmallVector<Value> elements;
  if (width > 1 && residualHasVectors) {
    Value vector = vector::LoadOp::create(
        builder, loc, VectorType::get({width}, type), residualOperand.flat,
        position, /*nontemporal=*/false,
        llvm::MaybeAlign(width * type.getIntOrFloatBitWidth() / 8));
    for (int64_t index = 0; index < width; ++index)
      elements.push_back(
          vector::ExtractOp::create(builder, loc, vector, index));
    return elements;
  }
  // What is contiguous in init need not be in the residual.
  bool alongColumns = direct.getLanes() == LaneOrder::Columns;
  for (int64_t index = 0; index < width; ++index) {
    Value at = getPosition(residualOperand, position, alongColumns ? 0 : index,
                           /*row=*/0, alongColumns ? index : 0);
    elements.push_back(
        memref::LoadOp::create(builder, loc, residualOperand.flat, at));
  }
  return elements;
}

/// The position of the thread's first element.
Value DirectKernel::getFirstPosition(const ConvOperand &operand,
                                     const PixelTile &pixels) {
  std::pair<char, Value> coordinates[] = {
      {conv_dim::kBatch, pixels.batch},
      {conv_dim::kGroup, group},
      {conv_dim::kOutputChannel, firstOutputChannel},
      {'d', pixels.depth},
      {'h', pixels.threadRow},
      {'w', pixels.threadColumn}};
  Value position = math.constant(0);
  for (auto [dim, at] : coordinates)
    position = math.add(position, math.mul(at, operand.getStride(math, dim)));
  return math.toIndex(position);
}

/// The position of the thread's `channel`, `row` and `column` from its first
/// element's on. Constants become part of instructions.
Value DirectKernel::getPosition(const ConvOperand &operand, Value first,
                                int64_t channel, int64_t row, int64_t column) {
  Value offset =
      math.mul(operand.getStride(math, conv_dim::kOutputChannel), channel);
  offset = math.add(offset, math.mul(operand.getStride(math, 'h'), row));
  offset = math.add(offset, math.mul(operand.getStride(math, 'w'), column));
  IndexMath indices(builder, loc, builder.getIndexType());
  return indices.add(first, indices.fromIndex(math.toIndex(offset)));
}

/// Stores the `width` elements from the thread's `channel`, `row` and `column`
/// on.
void DirectKernel::storeElements(const StoreBases &bases, ValueRange sums,
                                 ArrayRef<ChannelValues> channels,
                                 int64_t channel, int64_t row, int64_t column,
                                 int64_t width) {
  bool alongColumns = direct.getLanes() == LaneOrder::Columns;
  SmallVector<Value> residuals(width, Value());
  if (arguments.residual)
    residuals = loadResidual(
        getPosition(residualOperand, bases.residual, channel, row, column),
        width);
  SmallVector<Value> elements;
  for (int64_t index = 0; index < width; ++index) {
    int64_t ofChannel = alongColumns ? channel : channel + index;
    int64_t ofColumn = alongColumns ? column + index : column;
    elements.push_back(emitEpilogue(builder, loc, op,
                                    sums[getSumIndex(ofChannel, row, ofColumn)],
                                    channels[ofChannel], residuals[index]));
  }

  Value at = getPosition(initOperand, bases.init, channel, row, column);
  if (width == 1) {
    memref::StoreOp::create(builder, loc, elements.front(), initOperand.flat,
                            at);
    return;
  }
  Type type = initOperand.elementType;
  Value vector = vector::FromElementsOp::create(
      builder, loc, VectorType::get({width}, type), elements);
  vector::StoreOp::create(
      builder, loc, vector, initOperand.flat, at, /*nontemporal=*/false,
      llvm::MaybeAlign(width * type.getIntOrFloatBitWidth() / 8));
}

/// Runs `body` if `condition` holds; always, if it is null.
static void emitIf(OpBuilder &builder, Location loc, Value condition,
                   function_ref<void()> body) {
  if (!condition)
    return body();
  auto branch = scf::IfOp::create(builder, loc, condition);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  body();
}

/// Whether `begin + offset` is inside of `size`, null if all tiles of
/// `tileSize` are.
static Value isInTile(const IndexMath &math, Value begin, int64_t offset,
                      Value size, int64_t tileSize) {
  std::optional<int64_t> known = getConstant(size);
  if (known && *known % tileSize == 0)
    return {};
  return math.isInside(math.add(begin, offset), size);
}

void DirectKernel::store(const PixelTile &pixels, ValueRange sums) {
  StoreBases bases;
  bases.init = getFirstPosition(initOperand, pixels);
  if (arguments.residual)
    bases.residual = getFirstPosition(residualOperand, pixels);
  SmallVector<ChannelValues> channels;
  for (int64_t channel = 0; channel < direct.getChannelTile(); ++channel)
    channels.push_back(loadChannelValues(channel));
  if (vectorWidth == 1)
    return storeTile(pixels, bases, sums, channels, /*width=*/1);
  auto branch =
      scf::IfOp::create(builder, loc, isVectorAligned, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  storeTile(pixels, bases, sums, channels, vectorWidth);
  builder.setInsertionPointToStart(branch.elseBlock());
  storeTile(pixels, bases, sums, channels, /*width=*/1);
}

void DirectKernel::storeTile(const PixelTile &pixels, const StoreBases &bases,
                             ValueRange sums, ArrayRef<ChannelValues> channels,
                             int64_t width) {
  bool alongColumns = direct.getLanes() == LaneOrder::Columns;
  int64_t columnStep = alongColumns ? width : 1;
  int64_t channelStep = alongColumns ? 1 : width;
  int64_t channelsOfBlock =
      direct.isStaged() ? tile.blockChannels : direct.getChannelTile();
  auto storePixel = [&](int64_t row, int64_t column) {
    for (int64_t channel = 0; channel < direct.getChannelTile();
         channel += channelStep)
      emitIf(builder, loc,
             isInTile(math, firstOutputChannel, channel, sizes.outputChannels,
                      channelsOfBlock),
             [&] {
               storeElements(bases, sums, channels, channel, row, column,
                             width);
             });
  };
  for (int64_t row = 0; row < direct.getRowTile(); ++row) {
    Value hasRow =
        math.both(hasChannels, isInTile(math, pixels.threadRow, row,
                                        sizes.outputImage[1], tile.blockRows));
    for (int64_t column = 0; column < direct.getColumnTile();
         column += columnStep)
      emitIf(
          builder, loc,
          math.both(hasRow, isInTile(math, pixels.threadColumn, column,
                                     sizes.outputImage[2], tile.blockColumns)),
          [&] { storePixel(row, column); });
  }
}
