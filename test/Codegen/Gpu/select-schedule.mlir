// RUN: convoy-opt %s --convoy-select-schedule=chip=sm_80 | FileCheck %s
// RUN: convoy-opt %s --convoy-select-schedule="chip=sm_80 math=tf32" | FileCheck %s --check-prefix=TF32

// All channels are one chunk, so that a block keeps the filter for several
// tiles; rows of 126 columns take vectors of 2.

// CHECK-LABEL: func @columns
// CHECK: schedule = <chip = "sm_80", strategy = #convoy.direct<lanes = columns, channelThreads = 4, columnThreads = 32, channelTile = 8, rowTile = 4, columnTile = 2, channelChunk = 8, unrolledFilterDims = 2, tilesPerBlock = 8, blocksPerSM = 4>>
// TF32-LABEL: func @columns
// TF32: math = <tf32> schedule
func.func @columns(%x: memref<128x8x128x128xf32>, %w: memref<64x8x3x3xf32>, %y: memref<128x64x126x126xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<128x8x128x128xf32>, memref<64x8x3x3xf32>)
      outs(%y : memref<128x64x126x126xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
  return
}

// Neighbouring threads compute what lies next to each other in the output.

// CHECK-LABEL: func @channels
// CHECK: schedule = <chip = "sm_80", strategy = #convoy.direct<lanes = channels, channelThreads = 16, columnThreads = 8, channelTile = 4, rowTile = 4, columnTile = 4, channelChunk = 16,
func.func @channels(%x: memref<8x56x56x64xf32>, %w: memref<3x3x64x64xf32>, %y: memref<8x56x56x64xf32>) {
  convoy.conv <nhwc, hwcf -> nhwf> ins(%x, %w : memref<8x56x56x64xf32>, memref<3x3x64x64xf32>)
      outs(%y : memref<8x56x56x64xf32>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
  return
}

// One channel in a group is no work for the threads of a block: each computes
// another group, from global memory.

// CHECK-LABEL: func @depthwise
// CHECK: schedule = <chip = "sm_80", strategy = #convoy.direct<lanes = channels, channelThreads = 32, columnThreads = 4, channelTile = 1, columnTile = 4>>
func.func @depthwise(%x: memref<8x56x56x96xf32>, %w: memref<3x3x96xf32>, %y: memref<8x56x56x96xf32>) {
  convoy.conv <nhwg, hwg -> nhwg> ins(%x, %w : memref<8x56x56x96xf32>, memref<3x3x96xf32>)
      outs(%y : memref<8x56x56x96xf32>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1] groups = 96
  return
}

// An unknown filter cannot be copied to shared memory.

// CHECK-LABEL: func @unknown_filter
// CHECK: schedule = <chip = "sm_80", strategy = #convoy.direct<lanes = columns, channelThreads = 4, columnThreads = 32, channelTile = 4, rowTile = 4, columnTile = 1>>
func.func @unknown_filter(%x: memref<?x?x?x?xf16>, %w: memref<?x?x?x?xf16>, %y: memref<?x?x?x?xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<?x?x?x?xf16>, memref<?x?x?x?xf16>)
      outs(%y : memref<?x?x?x?xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
  return
}

// An unknown batch changes little.

// CHECK-LABEL: func @unknown_batch
// CHECK: channelChunk = 8, unrolledFilterDims = 2, blocksPerSM = 4>>
func.func @unknown_batch(%x: memref<?x8x128x128xf32>, %w: memref<64x8x3x3xf32>, %y: memref<?x64x126x126xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<?x8x128x128xf32>, memref<64x8x3x3xf32>)
      outs(%y : memref<?x64x126x126xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
  return
}

// Small images: all threads, by more channels.

// CHECK-LABEL: func @small_image
// CHECK: channelThreads = 16, columnThreads = 8, channelTile = 8, rowTile = 8, columnTile = 1
func.func @small_image(%x: memref<32x512x7x7xf32>, %w: memref<512x512x3x3xf32>, %y: memref<32x512x7x7xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<32x512x7x7xf32>, memref<512x512x3x3xf32>)
      outs(%y : memref<32x512x7x7xf32>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
  return
}

// What is there already stays.

// CHECK-LABEL: func @by_hand
// CHECK: schedule = <chip = "sm_90a", strategy = #convoy.direct<lanes = channels, channelThreads = 32, columnThreads = 1, channelTile = 1, columnTile = 1>>
func.func @by_hand(%x: memref<1x8x9x9xf32>, %w: memref<64x8x3x3xf32>, %y: memref<1x64x7x7xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<1x8x9x9xf32>, memref<64x8x3x3xf32>)
      outs(%y : memref<1x64x7x7xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.direct<lanes = channels, channelThreads = 32, columnThreads = 1, channelTile = 1, columnTile = 1>>
  return
}
