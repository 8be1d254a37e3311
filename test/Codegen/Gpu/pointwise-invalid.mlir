// RUN: convoy-opt %s --convoy-emit-kernels --split-input-file --verify-diagnostics

// What kernels of the strategy `pointwise_wgmma` are not made for: the filter's
// image is missing. What a schedule may say is checked with the dialect.

func.func @no_image(%x: memref<8x64x28x28xf16>, %w: memref<64x64x1x1xf16>, %y: memref<8x64x28x28xf16>) {
  // expected-error @below {{expected a filter image for pointwise_wgmma: run convoy-pack-filters}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<64x64x1x1xf16>)
      outs(%y : memref<8x64x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 112, tileFilters = 64,
          mathWarpgroups = 2, stageChunks = 2, stages = 3>>
  return
}
