// RUN: convoy-opt %s --split-input-file --verify-diagnostics

// What the strategy `pointwise_wgmma` refuses.

func.func @window(%x: memref<8x64x28x28xf16>, %w: memref<128x64x3x3xf16>, %y: memref<8x128x26x26xf16>) {
  // expected-error @below {{pointwise_wgmma needs a filter of one tap, unit strides and no padding}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x3x3xf16>)
      outs(%y : memref<8x128x26x26xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}

// -----

func.func @strides(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x14x14xf16>) {
  // expected-error @below {{pointwise_wgmma needs a filter of one tap, unit strides and no padding}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x14x14xf16>) strides = [2, 2] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}

// -----

func.func @padding(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x29xf16>) {
  // expected-error @below {{pointwise_wgmma needs a filter of one tap, unit strides and no padding}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x29xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}

// -----

func.func @groups(%x: memref<8x64x28x28xf16>, %w: memref<128x32x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs one group}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x32x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] groups = 2
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}

// -----

func.func @layout(%x: memref<8x28x28x64xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs the layout <nchw, fchw -> nfhw>}}
  convoy.conv <nhwc, fchw -> nfhw> ins(%x, %w : memref<8x28x28x64xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}

// -----

func.func @element_type(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs bf16 elements for bf16}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = bf16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}

// -----

func.func @math(%x: memref<8x64x28x28xf32>, %w: memref<128x64x1x1xf32>, %y: memref<8x128x28x28xf32>) {
  // expected-error @below {{pointwise_wgmma needs math = tf32 for tf32}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf32>, memref<128x64x1x1xf32>)
      outs(%y : memref<8x128x28x28xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = tf32, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}

// -----

func.func @chip(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs wgmma, which sm_80 lacks}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_80", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}

// -----

func.func @channels(%x: memref<8x60x28x28xf16>, %w: memref<128x60x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs a multiple of 8 input channels, found 60}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x60x28x28xf16>, memref<128x60x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}

// -----

func.func @pixels(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs tilePixels that are a whole image or a multiple of 16 bytes, found 100}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 100, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}

// -----

func.func @image(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs tilePixels of at most the image's 784, found 800}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 800, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}

// -----

func.func @images(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs tiles of whole images where they are of several}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4, tileImages = 2>>
  return
}

// -----

func.func @rows(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs at most the 64 pixels that rowBlocks and mathWarpgroups multiply, found 128}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 1, stageChunks = 2, stages = 4>>
  return
}

// -----

func.func @filters(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs tileFilters that are a multiple of 8, found 100}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 100, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}

// -----

func.func @chunks(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs stageChunks that divide the 4 chunks of channels, found 3}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 3, stages = 4>>
  return
}

// -----

func.func @shared_memory(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs 270592 bytes of shared memory, sm_90a has 232448}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 16>>
  return
}

// -----

func.func @registers(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs 316 registers of each thread that multiplies, found 216}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 256, mathWarpgroups = 2, stageChunks = 2, stages = 4, rowBlocks = 2>>
  return
}

// -----

func.func @filter_image(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>, %image: memref<16383xi8>) {
  // expected-error @below {{expected a filter image of 16384 bytes, found 'memref<16383xi8>'}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>) filter_image(%image : memref<16383xi8>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}

// -----

func.func @least_stages(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      // expected-error @+2 {{expected stages between 2 and 32, found 1}}
      // expected-error @+1 {{failed to parse Convoy_ScheduleAttr parameter}}
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 1>>
  return
}

// -----

func.func @most_warpgroups(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      // expected-error @+2 {{expected mathWarpgroups between 1 and 4, found 5}}
      // expected-error @+1 {{failed to parse Convoy_ScheduleAttr parameter}}
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 5, stageChunks = 2, stages = 4>>
  return
}

// -----

func.func @most_filters(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      // expected-error @+2 {{expected tileFilters between 8 and 256, found 264}}
      // expected-error @+1 {{failed to parse Convoy_ScheduleAttr parameter}}
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 264, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}

// -----

func.func @most_blocks(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      // expected-error @+2 {{expected rowBlocks between 1 and 2, found 3}}
      // expected-error @+1 {{failed to parse Convoy_ScheduleAttr parameter}}
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4, rowBlocks = 3>>
  return
}

// -----

func.func @cluster_of_three(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs clusterBlocks that are a power of two, found 3}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4, clusterBlocks = 3>>
  return
}

// -----

func.func @large_cluster(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      // expected-error @+2 {{expected clusterBlocks between 1 and 8, found 16}}
      // expected-error @below {{failed to parse Convoy_ScheduleAttr parameter 'strategy'}}
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 2, stages = 4, clusterBlocks = 16>>
  return
}

// -----

func.func @too_many_warpgroups(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs at most 4 warpgroups in all groups of channels, found 6}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 1, stages = 4, channelGroups = 3>>
  return
}

// -----

func.func @more_groups_than_stages(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs a stage for each of the 2 groups of channels, found 1}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 128, tileFilters = 128, mathWarpgroups = 2, stageChunks = 4, stages = 4, channelGroups = 2>>
  return
}

// -----

// A group would wait for a stage whose place in shared memory it has not left.
func.func @groups_and_stages(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{pointwise_wgmma needs at least 5 stages, found 3}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 64, tileFilters = 128, mathWarpgroups = 1, stageChunks = 1, stages = 3, channelGroups = 3>>
  return
}

// -----

// Images are counted in 32 bits.
func.func @images(%x: memref<2147483648x8x2x4xf16>, %w: memref<8x8x1x1xf16>, %y: memref<2147483648x8x2x4xf16>) {
  // expected-error @below {{pointwise_wgmma needs at most 2^38 outputs and 2^50 products, of fewer than 2^31 images}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2147483648x8x2x4xf16>, memref<8x8x1x1xf16>)
      outs(%y : memref<2147483648x8x2x4xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 8, tileFilters = 8, mathWarpgroups = 1, stageChunks = 1, stages = 3>>
  return
}
