// RUN: convoy-opt %s | convoy-opt | FileCheck %s

// A schedule prints what differs from the defaults.

// CHECK-LABEL: func @direct
// CHECK: schedule = <chip = "sm_90a", strategy = #convoy.direct<lanes = columns, channelThreads = 8, columnThreads = 32, channelTile = 8, rowTile = 4, columnTile = 2, channelChunk = 8, unrolledFilterDims = 2, tilesPerBlock = 8>>
func.func @direct(%x: tensor<2x8x20x22xf32>, %w: tensor<64x8x3x3xf32>, %init: tensor<2x64x18x20xf32>) -> tensor<2x64x18x20xf32> {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x20x22xf32>, tensor<64x8x3x3xf32>)
      outs(%init : tensor<2x64x18x20xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = #convoy.schedule<chip = "sm_90a", strategy = #convoy.direct<
          lanes = columns, channelThreads = 8, rowThreads = 1, columnThreads = 32, channelTile = 8, columnTile = 2, rowTile = 4,
          channelChunk = 8, unrolledFilterDims = 2, tilesPerBlock = 8>>
      -> tensor<2x64x18x20xf32>
  return %y : tensor<2x64x18x20xf32>
}

// Without shared memory nothing need be known.

// CHECK-LABEL: func @dynamic
// CHECK: schedule = <chip = "sm_80", strategy = #convoy.direct<lanes = channels, channelThreads = 32, columnThreads = 4, channelTile = 4, columnTile = 4>>
func.func @dynamic(%x: memref<?x?x?x?xf16>, %w: memref<?x?x?x?xf16>, %y: memref<?x?x?x?xf16>) {
  convoy.conv <nhwc, hwcf -> nhwf> ins(%x, %w : memref<?x?x?x?xf16>, memref<?x?x?x?xf16>)
      outs(%y : memref<?x?x?x?xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_80", strategy = #convoy.direct<
          lanes = channels, channelThreads = 32, columnThreads = 4, channelTile = 4, columnTile = 4>>
  return
}
