//===- DirectTileTest.cpp - Sizes that follow from #convoy.direct ---------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convoy/Dialect/DirectTile.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::convoy;

namespace {
class DirectTileTest : public testing::Test {
protected:
  DirectTileTest() : builder(&context), loc(builder.getUnknownLoc()) {
    context.loadDialect<ConvoyDialect, tensor::TensorDialect>();
    module = ModuleOp::create(loc);
    builder.setInsertionPointToStart(module->getBody());
  }

  Value tensorOf(ArrayRef<int64_t> shape, Type element) {
    return tensor::EmptyOp::create(builder, loc, shape, element);
  }

  /// A 3x5 convolution of stride 2 and dilation 3 along `w`, with a bias.
  ConvOp createConv(Type element, StringRef input = "nchw") {
    auto layout = LayoutAttr::get(&context, input, "fchw", "nfhw");
    SmallVector<int64_t> inputShape = input == "nchw"
                                          ? SmallVector<int64_t>{2, 8, 20, 40}
                                          : SmallVector<int64_t>{2, 20, 40, 8};
    return ConvOp::create(builder, loc, tensorOf(inputShape, element),
                          tensorOf({16, 8, 3, 5}, element),
                          /*bias=*/tensorOf({16}, element), /*scale=*/Value(),
                          /*residual=*/Value(),
                          tensorOf({2, 16, 18, 14}, element), layout,
                          /*strides=*/{1, 2}, /*dilations=*/{1, 3},
                          /*padLow=*/{0, 0}, /*padHigh=*/{0, 0}, /*groups=*/1);
  }

  /// 4x8x2 threads with 4 channels and 2x4 pixels each.
  DirectAttr createDirect(int64_t channelChunk, int64_t unrolled = 2) {
    return DirectAttr::get(&context, LaneOrder::Columns, /*channelThreads=*/4,
                           /*rowThreads=*/2, /*columnThreads=*/8,
                           /*channelTile=*/4, /*rowTile=*/2, /*columnTile=*/4,
                           channelChunk, unrolled, /*tilesPerBlock=*/1,
                           /*blocksPerSM=*/1);
  }

  MLIRContext context;
  OpBuilder builder;
  Location loc;
  OwningOpRef<ModuleOp> module;
};

TEST_F(DirectTileTest, WindowOfAbsentDimensionHasOneTap) {
  ConvOp conv = createConv(builder.getF32Type());
  ConvWindow depth = ConvWindow::get(conv, 'd');
  EXPECT_EQ(depth.filterSize, 1);
  EXPECT_EQ(depth.getExtent(1), 1u);
  // 4 outputs two apart, 5 taps three apart.
  EXPECT_EQ(ConvWindow::get(conv, 'w').getExtent(4), 3u * 2 + 4 * 3 + 1);
}

TEST_F(DirectTileTest, ExtentSaturates) {
  ConvWindow window;
  window.filterSize = std::numeric_limits<int64_t>::max();
  window.dilation = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(window.getExtent(2), std::numeric_limits<uint64_t>::max());
}

TEST_F(DirectTileTest, BlockCoversThreadsTimesTile) {
  DirectTile tile =
      DirectTile::get(createConv(builder.getF32Type()), createDirect(0));
  EXPECT_EQ(tile.threads, 64);
  EXPECT_EQ(tile.blockChannels, 16);
  EXPECT_EQ(tile.blockRows, 4);
  EXPECT_EQ(tile.blockColumns, 32);
  EXPECT_EQ(tile.unrolledProducts, 4u * 2 * 4 * 3 * 5);
}

TEST_F(DirectTileTest, SharedMemoryWithoutStagingIsTheChannels) {
  DirectTile tile =
      DirectTile::get(createConv(builder.getF32Type()), createDirect(0));
  EXPECT_EQ(tile.filterElements, 0u);
  EXPECT_EQ(tile.sharedBytes, 16u * kChannelValueBytes);
}

TEST_F(DirectTileTest, SharedMemoryHoldsFilterPatchAndChannels) {
  DirectTile tile =
      DirectTile::get(createConv(builder.getF32Type()), createDirect(2));
  EXPECT_EQ(tile.filterTaps, 15u);
  EXPECT_EQ(tile.filterElements, 2u * 15 * 16);
  EXPECT_EQ(tile.patchRows, 6u);
  EXPECT_EQ(tile.patchColumns, 31u * 2 + 4 * 3 + 1);
  EXPECT_EQ(tile.patchRowPitch, 76u);
  EXPECT_EQ(tile.patchPlanePitch, 6u * 76);
  EXPECT_EQ(tile.patchElements, 2u * 6 * 76);
  EXPECT_EQ(tile.patchOffsetBytes, 4u * 480);
  EXPECT_EQ(tile.channelValuesOffsetBytes, 4u * (480 + 912));
  EXPECT_EQ(tile.sharedBytes, 4u * (480 + 912) + 16 * kChannelValueBytes);
}

TEST_F(DirectTileTest, HalvesAreStagedAsTheirSums) {
  DirectTile half =
      DirectTile::get(createConv(builder.getF16Type()), createDirect(2));
  DirectTile single =
      DirectTile::get(createConv(builder.getF32Type()), createDirect(2));
  EXPECT_EQ(half.sharedBytes, single.sharedBytes);
}

TEST_F(DirectTileTest, PlanesOfContiguousChannelsLieInDifferentBanks) {
  DirectTile tile = DirectTile::get(createConv(builder.getF32Type(), "nhwc"),
                                    createDirect(8));
  EXPECT_EQ(tile.patchPlanePitch % 32, 4u);
  EXPECT_GE(tile.patchPlanePitch, tile.patchRows * tile.patchRowPitch);
}
} // namespace
