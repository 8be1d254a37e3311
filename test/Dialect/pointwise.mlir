// RUN: convoy-opt %s | convoy-opt | FileCheck %s

// What has its default is not printed.

// CHECK-LABEL: func @streamed
// CHECK: strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
func.func @streamed(%x: tensor<8x64x28x28xf16>, %w: tensor<128x64x1x1xf16>, %y: tensor<8x128x28x28xf16>) -> tensor<8x128x28x28xf16> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<8x64x28x28xf16>, tensor<128x64x1x1xf16>)
      outs(%y : tensor<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tileImages = 1, tilePixels = 128,
          tileFilters = 128, rowBlocks = 1, mathWarpgroups = 2, stageChunks = 2, stages = 4, residentFilter = false>>
      -> tensor<8x128x28x28xf16>
  return %0 : tensor<8x128x28x28xf16>
}

// CHECK-LABEL: func @resident
// CHECK: strategy = #convoy.pointwise_wgmma<products = split_f16, tileImages = 2, tilePixels = 49, tileFilters = 48, mathWarpgroups = 2, stageChunks = 2, stages = 3, residentFilter = true>>
func.func @resident(%x: tensor<?x64x7x7xf32>, %w: tensor<48x64x1x1xf32>, %image: tensor<18624xi8>, %y: tensor<?x48x7x7xf32>) -> tensor<?x48x7x7xf32> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<?x64x7x7xf32>, tensor<48x64x1x1xf32>)
      filter_image(%image : tensor<18624xi8>) outs(%y : tensor<?x48x7x7xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = split_f16, tileImages = 2, tilePixels = 49,
          tileFilters = 48, mathWarpgroups = 2, stageChunks = 2, stages = 3, residentFilter = true>>
      -> tensor<?x48x7x7xf32>
  return %0 : tensor<?x48x7x7xf32>
}

// CHECK-LABEL: func @clusters_and_groups
// CHECK: strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 1, stageChunks = 2, stages = 4, clusterBlocks = 2, channelGroups = 2>>
func.func @clusters_and_groups(%x: tensor<8x64x28x28xf16>, %w: tensor<128x64x1x1xf16>, %y: tensor<8x128x28x28xf16>) -> tensor<8x128x28x28xf16> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<8x64x28x28xf16>, tensor<128x64x1x1xf16>)
      outs(%y : tensor<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128,
          tileFilters = 128, rowBlocks = 2, mathWarpgroups = 1, stageChunks = 2, stages = 4, clusterBlocks = 2, channelGroups = 2>>
      -> tensor<8x128x28x28xf16>
  return %0 : tensor<8x128x28x28xf16>
}
