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
  vectorWidth = getVectorWidth(init, order);
  if (vectorWidth == 1)
    return;
  initIsAligned = isAligned(init, initOperand, vectorWidth);
  if (!residual || getVectorWidth(residual, order) < vectorWidth)
    return;
  residualHasVectors = true;
  residualIsAligned = isAligned(residual, residualOperand, vectorWidth);
}

/// The residual's elements for one vector of init, from `position` on.
SmallVector<Value> DirectKernel::loadResidual(Value position) {
  if (!residual)
    return SmallVector<Value>(vectorWidth, Value());
  Type type = residualOperand.elementType;
  int64_t bytes = type.getIntOrFloatBitWidth() / 8;
  IndexMath indices(builder, loc, builder.getIndexType());
  Value at = indices.toIndex(position);
  // The elements of a vector lie along the dimension of stride one of init, but
  // not necessarily of the residual.
  bool alongColumns = direct.getLanes() == LaneOrder::Columns;
  Value distance = math.toIndex(residualOperand.getStride(
      math, alongColumns ? 'w' : conv_dim::kOutputChannel));
  auto loadScalars = [&](OpBuilder &b) {
    SmallVector<Value> elements;
    IndexMath nested(b, loc, b.getIndexType());
    for (int64_t index = 0; index < vectorWidth; ++index)
      elements.push_back(
          memref::LoadOp::create(b, loc, residualOperand.flat,
                                 nested.add(at, nested.mul(distance, index))));
    return elements;
  };
  if (!residualHasVectors)
    return loadScalars(builder);
  auto branch = scf::IfOp::create(
      builder, loc, residualIsAligned,
      [&](OpBuilder &b, Location) {
        Value vector = vector::LoadOp::create(
            b, loc, VectorType::get({vectorWidth}, type), residualOperand.flat,
            at, /*nontemporal=*/false, llvm::MaybeAlign(vectorWidth * bytes));
        SmallVector<Value> elements;
        for (int64_t index = 0; index < vectorWidth; ++index)
          elements.push_back(vector::ExtractOp::create(b, loc, vector, index));
        scf::YieldOp::create(b, loc, elements);
      },
      [&](OpBuilder &b, Location) {
        scf::YieldOp::create(b, loc, loadScalars(b));
      });
  return llvm::to_vector(ValueRange(branch.getResults()));
}

/// Stores the vector that begins at the thread's `channel`, `row` and `column`.
void DirectKernel::storeElements(const PixelTile &pixels, ValueRange sums,
                                 ArrayRef<ChannelValues> channels,
                                 int64_t channel, int64_t row, int64_t column) {
  auto getPosition = [&](const ConvOperand &operand) {
    auto at = [&](char dim, Value begin, int64_t offset) {
      return math.mul(math.add(begin, offset), operand.getStride(math, dim));
    };
    Value position = at(conv_dim::kBatch, pixels.batch, 0);
    position = math.add(position, at(conv_dim::kGroup, group, 0));
    position = math.add(position, at('d', pixels.depth, 0));
    position = math.add(
        position, at(conv_dim::kOutputChannel, firstOutputChannel, channel));
    position = math.add(position, at('h', pixels.threadRow, row));
    return math.add(position, at('w', pixels.threadColumn, column));
  };
  bool alongColumns = direct.getLanes() == LaneOrder::Columns;
  SmallVector<Value> residuals =
      residual ? loadResidual(getPosition(residualOperand))
               : SmallVector<Value>(vectorWidth, Value());
  SmallVector<Value> elements;
  for (int64_t index = 0; index < vectorWidth; ++index) {
    int64_t ofChannel = alongColumns ? channel : channel + index;
    int64_t ofColumn = alongColumns ? column + index : column;
    elements.push_back(emitEpilogue(builder, loc, op,
                                    sums[getSumIndex(ofChannel, row, ofColumn)],
                                    channels[ofChannel], residuals[index]));
  }

  Value flat = initOperand.flat;
  Value at = math.toIndex(getPosition(initOperand));
  auto storeScalars = [&](OpBuilder &b) {
    IndexMath nested(b, loc, b.getIndexType());
    for (auto [index, element] : llvm::enumerate(elements))
      memref::StoreOp::create(b, loc, element, flat, nested.add(at, index));
  };
  if (vectorWidth == 1)
    return storeScalars(builder);
  Type type = initOperand.elementType;
  int64_t bytes = vectorWidth * type.getIntOrFloatBitWidth() / 8;
  scf::IfOp::create(
      builder, loc, initIsAligned,
      [&](OpBuilder &b, Location) {
        Value vector = vector::FromElementsOp::create(
            b, loc, VectorType::get({vectorWidth}, type), elements);
        vector::StoreOp::create(b, loc, vector, flat, at,
                                /*nontemporal=*/false, llvm::MaybeAlign(bytes));
        scf::YieldOp::create(b, loc);
      },
      [&](OpBuilder &b, Location) {
        storeScalars(b);
        scf::YieldOp::create(b, loc);
      });
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
  bool alongColumns = direct.getLanes() == LaneOrder::Columns;
  int64_t columnStep = alongColumns ? vectorWidth : 1;
  int64_t channelStep = alongColumns ? 1 : vectorWidth;
  int64_t channelsOfBlock =
      direct.isStaged() ? tile.blockChannels : direct.getChannelTile();
  SmallVector<ChannelValues> channels;
  for (int64_t channel = 0; channel < direct.getChannelTile(); ++channel)
    channels.push_back(loadChannelValues(channel));

  auto storePixel = [&](int64_t row, int64_t column) {
    for (int64_t channel = 0; channel < direct.getChannelTile();
         channel += channelStep) {
      Value exists = isInTile(math, firstOutputChannel, channel,
                              sizes.outputChannels, channelsOfBlock);
      emitIf(builder, loc, exists, [&] {
        storeElements(pixels, sums, channels, channel, row, column);
      });
    }
  };
  for (int64_t row = 0; row < direct.getRowTile(); ++row) {
    for (int64_t column = 0; column < direct.getColumnTile();
         column += columnStep) {
      Value exists = math.both(
          hasChannels,
          math.both(isInTile(math, pixels.threadRow, row, sizes.outputImage[1],
                             tile.blockRows),
                    isInTile(math, pixels.threadColumn, column,
                             sizes.outputImage[2], tile.blockColumns)));
      emitIf(builder, loc, exists, [&] { storePixel(row, column); });
    }
  }
}
