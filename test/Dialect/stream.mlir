// RUN: convoy-opt %s | convoy-opt | FileCheck %s

// What has its default is not printed.

// CHECK-LABEL: func @shared
// CHECK: strategy = #convoy.stream_wgmma<products = f16, tileRows = 2, tileColumns = 28, slots = 3, filterStages = 4, gatherWarps = 7>>
func.func @shared(%x: tensor<8x16x28x28xf16>, %w: tensor<64x16x3x3xf16>, %y: tensor<8x64x28x28xf16>) -> tensor<8x64x28x28xf16> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<8x16x28x28xf16>, tensor<64x16x3x3xf16>)
      outs(%y : tensor<8x64x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileImages = 1, tileRows = 2,
          tileColumns = 28, tileBlocks = 1, slotChunks = 1, slots = 3, filterStages = 4, gatherWarps = 7,
          channelParts = 1, takesTurns = false, residentFilter = false>>
      -> tensor<8x64x28x28xf16>
  return %0 : tensor<8x64x28x28xf16>
}

// CHECK-LABEL: func @turns
// CHECK: strategy = #convoy.stream_wgmma<products = tf32, tileRows = 2, tileColumns = 28, slots = 3, filterStages = 2, gatherWarps = 7, takesTurns = true>>
func.func @turns(%x: tensor<?x8x28x28xf32>, %w: tensor<64x8x3x3xf32>, %y: tensor<?x64x28x28xf32>) -> tensor<?x64x28x28xf32> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<?x8x28x28xf32>, tensor<64x8x3x3xf32>)
      outs(%y : tensor<?x64x28x28xf32>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1] math = <tf32>
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = tf32, tileRows = 2, tileColumns = 28,
          slots = 3, filterStages = 2, gatherWarps = 7, takesTurns = true>>
      -> tensor<?x64x28x28xf32>
  return %0 : tensor<?x64x28x28xf32>
}

// CHECK-LABEL: func @resident
// CHECK: strategy = #convoy.stream_wgmma<products = tf32, tileRows = 2, tileColumns = 28, slots = 3, filterStages = 1, gatherWarps = 7, takesTurns = true, residentFilter = true>>
// CHECK: strategy = #convoy.stream_wgmma<products = tf32, tileRows = 2, tileColumns = 28, slots = 3, filterStages = 1, gatherWarps = 7, residentFilter = true>>
func.func @resident(%x: tensor<8x8x28x28xf32>, %w: tensor<64x8x3x3xf32>, %y: tensor<8x64x28x28xf32>) -> (tensor<8x64x28x28xf32>, tensor<8x64x28x28xf32>) {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<8x8x28x28xf32>, tensor<64x8x3x3xf32>)
      outs(%y : tensor<8x64x28x28xf32>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1] math = <tf32>
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = tf32, tileRows = 2, tileColumns = 28,
          slots = 3, filterStages = 1, gatherWarps = 7, takesTurns = true, residentFilter = true>>
      -> tensor<8x64x28x28xf32>
  %1 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<8x8x28x28xf32>, tensor<64x8x3x3xf32>)
      outs(%y : tensor<8x64x28x28xf32>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1] math = <tf32>
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = tf32, tileRows = 2, tileColumns = 28,
          slots = 3, filterStages = 1, gatherWarps = 7, residentFilter = true>>
      -> tensor<8x64x28x28xf32>
  return %0, %1 : tensor<8x64x28x28xf32>, tensor<8x64x28x28xf32>
}
