// RUN: convoy-opt %s | convoy-opt | FileCheck %s

// What has its default is not printed.

// CHECK-LABEL: func @streamed
// CHECK: strategy = #convoy.window_wgmma<products = f16, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 2, stages = 3>>
func.func @streamed(%x: tensor<8x128x56x56xf16>, %w: tensor<128x128x3x3xf16>, %y: tensor<8x128x28x28xf16>) -> tensor<8x128x28x28xf16> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<8x128x56x56xf16>, tensor<128x128x3x3xf16>)
      outs(%y : tensor<8x128x28x28xf16>) strides = [2, 2] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, 
          tileFilters = 128, rowBlocks = 2, mathWarpgroups = 2, stages = 3, residentFilter = false>>
      -> tensor<8x128x28x28xf16>
  return %0 : tensor<8x128x28x28xf16>
}

// CHECK-LABEL: func @resident
// CHECK: strategy = #convoy.window_wgmma<products = tf32, tileFilters = 48, mathWarpgroups = 2, stages = 2, residentFilter = true>>
func.func @resident(%x: tensor<?x32x8x8xf32>, %w: tensor<48x32x3x3xf32>, %image: tensor<55296xi8>, %y: tensor<?x48x8x8xf32>) -> tensor<?x48x8x8xf32> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<?x32x8x8xf32>, tensor<48x32x3x3xf32>)
      filter_image(%image : tensor<55296xi8>) outs(%y : tensor<?x48x8x8xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1] math = <tf32>
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = tf32, 
          tileFilters = 48, mathWarpgroups = 2, stages = 2, residentFilter = true>>
      -> tensor<?x48x8x8xf32>
  return %0 : tensor<?x48x8x8xf32>
}
