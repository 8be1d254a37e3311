//===- DirectKernel.cpp - The direct kernel -------------------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which thread computes what, and the order of the kernel's parts.
//
//===----------------------------------------------------------------------===//

#include "DirectKernel.h"

#include "Convoy/Dialect/ConvSizes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::convoy;

//===----------------------------------------------------------------------===//
// The grid
//===----------------------------------------------------------------------===//

DirectGrid DirectGrid::get(const IndexMath &math, const ConvSizeValues &sizes,
                           DirectAttr direct, const DirectTile &tile) {
  DirectGrid grid;
  int64_t blockChannels =
      direct.isStaged() ? tile.blockChannels : direct.getChannelTile();
  grid.channelBlocksPerGroup =
      math.ceilDiv(sizes.outputChannels, blockChannels);
  grid.channelTiles = math.mul(grid.channelBlocksPerGroup, sizes.groups);
  if (!direct.isStaged())
    grid.channelTiles =
        math.ceilDiv(grid.channelTiles, direct.getChannelThreads());
  auto [depth, rows, columns] = sizes.outputImage;
  grid.rowTiles = math.ceilDiv(rows, tile.blockRows);
  grid.columnTiles = math.ceilDiv(columns, tile.blockColumns);
  grid.pixelTiles = math.mul(math.mul(sizes.batch, depth),
                             math.mul(grid.rowTiles, grid.columnTiles));
  return grid;
}

Value DirectGrid::getNumBlocks(const IndexMath &math, DirectAttr direct) const {
  return math.mul(math.ceilDiv(pixelTiles, direct.getTilesPerBlock()),
                  channelTiles);
}

Type convoy::getPositionType(ConvOp op, const DirectTile &tile) {
  constexpr uint64_t kMaxExtent = uint64_t(1) << 28;
  Builder builder(op.getContext());
  int64_t outputs[] = {1, tile.blockRows, tile.blockColumns};
  for (auto [dim, count] : llvm::zip(kImageLetters, outputs)) {
    ConvWindow window = ConvWindow::get(op, dim);
    if (ShapedType::isDynamic(window.filterSize) ||
        window.getExtent(count) >= kMaxExtent ||
        static_cast<uint64_t>(std::abs(window.padLow)) >= kMaxExtent)
      return builder.getIndexType();
  }
  for (Value operand :
       {op.getInput(), op.getFilter(), op.getInit(), op.getResidual()})
    if (operand && !fits32Bits(cast<MemRefType>(operand.getType())))
      return builder.getIndexType();
  return builder.getI32Type();
}

//===----------------------------------------------------------------------===//
// Setting up
//===----------------------------------------------------------------------===//

DirectKernel::DirectKernel(OpBuilder &builder, ConvOp op, DirectAttr direct,
                           ValueRange operands, Value shared)
    : builder(builder), op(op), direct(direct),
      tile(DirectTile::get(op, direct)), loc(op.getLoc()),
      math(builder, loc, getPositionType(op, tile)),
      accumulator(op.getAccumulatorType()), arguments(op, operands),
      shared(shared) {
  for (auto [index, dim] : llvm::enumerate(kImageLetters))
    windows[index] = ConvWindow::get(op, dim);

  sizes = ConvSizeValues::get(math, op, arguments.input, arguments.filter,
                              arguments.init);
  grid = DirectGrid::get(math, sizes, direct, tile);
  LayoutAttr layout = op.getLayout();
  inputOperand = ConvOperand::get(math, arguments.input, layout.getInput(),
                                  conv_dim::kInputChannel, sizes.inputChannels);
  filterOperand =
      ConvOperand::get(math, arguments.filter, layout.getFilter(),
                       conv_dim::kOutputChannel, sizes.outputChannels);
  initOperand =
      ConvOperand::get(math, arguments.init, layout.getOutput(),
                       conv_dim::kOutputChannel, sizes.outputChannels);
  if (arguments.residual)
    residualOperand =
        ConvOperand::get(math, arguments.residual, layout.getOutput(),
                         conv_dim::kOutputChannel, sizes.outputChannels);
}

Value DirectKernel::getSharedView(uint64_t offsetBytes, uint64_t elements,
                                  Type type) {
  auto sharedType = cast<MemRefType>(shared.getType());
  auto viewType =
      MemRefType::get({static_cast<int64_t>(elements)}, type,
                      MemRefLayoutAttrInterface(), sharedType.getMemorySpace());
  Value offset = arith::ConstantIndexOp::create(builder, loc, offsetBytes);
  return memref::ViewOp::create(builder, loc, viewType, shared, offset,
                                ValueRange());
}

//===----------------------------------------------------------------------===//
// Which thread computes what
//===----------------------------------------------------------------------===//

void DirectKernel::locateThread() {
  Value id = gpu::ThreadIdOp::create(builder, loc, gpu::Dimension::x);
  thread = math.fromIndex(id);
  Value rest = thread;
  auto takeFrom = [&](int64_t count) {
    Value taken = math.rem(rest, count);
    rest = math.div(rest, count);
    return taken;
  };
  if (direct.getLanes() == LaneOrder::Channels) {
    channelThread = takeFrom(direct.getChannelThreads());
    columnThread = takeFrom(direct.getColumnThreads());
    rowThread = rest;
    return;
  }
  columnThread = takeFrom(direct.getColumnThreads());
  rowThread = takeFrom(direct.getRowThreads());
  channelThread = rest;
}

void DirectKernel::locateChannels(Value channelTile) {
  if (direct.isStaged()) {
    group = math.div(channelTile, grid.channelBlocksPerGroup);
    blockChannel = math.mul(math.rem(channelTile, grid.channelBlocksPerGroup),
                            tile.blockChannels);
    firstOutputChannel = math.add(
        blockChannel, math.mul(channelThread, direct.getChannelTile()));
    return;
  }
  // Threads past the last channel block compute the last one, and store
  // nothing.
  Value numBlocks = math.mul(grid.channelBlocksPerGroup, sizes.groups);
  Value block = math.add(math.mul(channelTile, direct.getChannelThreads()),
                         channelThread);
  std::optional<int64_t> known = getConstant(numBlocks);
  if (!known || *known % direct.getChannelThreads() != 0) {
    hasChannels = math.isInside(block, numBlocks);
    block = math.min(block, math.add(numBlocks, -1));
  }
  group = math.div(block, grid.channelBlocksPerGroup);
  firstOutputChannel = math.mul(math.rem(block, grid.channelBlocksPerGroup),
                                direct.getChannelTile());
}

PixelTile DirectKernel::locatePixels(Value pixelTile) {
  Value rest = pixelTile;
  auto takeFrom = [&](Value count) {
    Value taken = math.rem(rest, count);
    rest = math.div(rest, count);
    return taken;
  };
  PixelTile pixels;
  pixels.column = math.mul(takeFrom(grid.columnTiles), tile.blockColumns);
  pixels.row = math.mul(takeFrom(grid.rowTiles), tile.blockRows);
  pixels.depth = takeFrom(sizes.outputImage[0]);
  pixels.batch = rest;
  pixels.threadRow =
      math.add(pixels.row, math.mul(rowThread, direct.getRowTile()));
  pixels.threadColumn =
      math.add(pixels.column, math.mul(columnThread, direct.getColumnTile()));
  return pixels;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Value DirectKernel::loadOrZero(const ConvOperand &operand, Value position,
                               Value inside) {
  Type type = operand.elementType;
  auto load = [&](OpBuilder &b, Value at) -> Value {
    IndexMath nested(b, loc, math.getType());
    return memref::LoadOp::create(b, loc, operand.flat, nested.toIndex(at));
  };
  if (!inside)
    return load(builder, position);
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  auto flatType = cast<MemRefType>(operand.flat.getType());
  if (flatType.hasStaticShape() && flatType.getNumElements() > 0) {
    Value safe = math.select(inside, position, math.constant(0));
    return math.select(inside, load(builder, safe), zero);
  }
  // An operand that may be empty has no first element to load instead.
  auto branch = scf::IfOp::create(
      builder, loc, inside,
      [&](OpBuilder &b, Location) {
        scf::YieldOp::create(b, loc, load(b, position));
      },
      [&](OpBuilder &b, Location) { scf::YieldOp::create(b, loc, zero); });
  return branch.getResult(0);
}

SmallVector<SharedStep>
DirectKernel::getSharedSteps(uint64_t numElements, uint64_t numThreads,
                             Value begin, uint64_t first, uint64_t count) {
  SmallVector<SharedStep> steps;
  for (uint64_t step = first; step < first + count; ++step) {
    SharedStep shared;
    shared.element = math.add(begin, step * numThreads);
    if ((step + 1) * numThreads > numElements)
      shared.exists = math.isInside(shared.element, math.constant(numElements));
    steps.push_back(shared);
  }
  return steps;
}

//===----------------------------------------------------------------------===//
// The order of the parts
//===----------------------------------------------------------------------===//

void DirectKernel::emitTile(Value pixelTile) {
  PixelTile pixels = locatePixels(pixelTile);
  SmallVector<Value> sums = reduce(pixels);
  store(pixels, sums);
}

void DirectKernel::emitBody() {
  locateThread();
  Value id = gpu::BlockIdOp::create(builder, loc, gpu::Dimension::x);
  Value block = math.fromIndex(id);
  locateChannels(math.rem(block, grid.channelTiles));
  emitAlignmentChecks();
  emitChannelValues();
  if (direct.isStaged()) {
    filterView = getSharedView(0, tile.filterElements, accumulator);
    patchView =
        getSharedView(tile.patchOffsetBytes, tile.patchElements, accumulator);
    if (isOneChunk())
      stageFilter(math.constant(0));
  }
  if (!direct.isStaged() && !channelViews.empty())
    gpu::BarrierOp::create(builder, loc);

  Value first =
      math.mul(math.div(block, grid.channelTiles), direct.getTilesPerBlock());
  if (direct.getTilesPerBlock() == 1) {
    emitTile(first);
    return;
  }
  Value end =
      math.min(math.add(first, direct.getTilesPerBlock()), grid.pixelTiles);
  auto loop = scf::ForOp::create(builder, loc, first, end, math.constant(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  emitTile(loop.getInductionVar());
}
