// RUN: convoy-opt %s --split-input-file --verify-diagnostics

// What the strategy `window_wgmma` refuses.

func.func @one_tap(%x: memref<8x64x28x28xf16>, %w: memref<128x64x1x1xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{window_wgmma needs 2 to 25 filter taps, found 1}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x1x1xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 2, stages = 3>>
  return
}

// -----

func.func @many_taps(%x: memref<8x64x28x28xf16>, %w: memref<128x64x7x7xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{window_wgmma needs 2 to 25 filter taps, found 49}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x7x7xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [3, 3] to [3, 3]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 2, stages = 3>>
  return
}

// -----

func.func @groups(%x: memref<8x64x28x28xf16>, %w: memref<128x32x3x3xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{window_wgmma needs one group}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x32x3x3xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1] groups = 2
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 2, stages = 3>>
  return
}

// -----

func.func @layout(%x: memref<8x28x28x64xf16>, %w: memref<128x64x3x3xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{window_wgmma needs the layout <nchw, fchw -> nfhw>}}
  convoy.conv <nhwc, fchw -> nfhw> ins(%x, %w : memref<8x28x28x64xf16>, memref<128x64x3x3xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 2, stages = 3>>
  return
}

// -----

func.func @split(%x: memref<8x64x28x28xf32>, %w: memref<128x64x3x3xf32>, %y: memref<8x128x28x28xf32>) {
  // expected-error @below {{window_wgmma needs products that are not split}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf32>, memref<128x64x3x3xf32>)
      outs(%y : memref<8x128x28x28xf32>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = split_f16, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 2, stages = 3>>
  return
}

// -----

func.func @channels(%x: memref<8x24x28x28xf16>, %w: memref<128x24x3x3xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{window_wgmma needs a multiple of 16 input channels, found 24}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x24x28x28xf16>, memref<128x24x3x3xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 2, stages = 3>>
  return
}

// -----

func.func @cropped(%x: memref<8x64x28x28xf16>, %w: memref<128x64x3x3xf16>, %y: memref<8x128x26x26xf16>) {
  // expected-error @below {{window_wgmma needs padding that is not negative}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x3x3xf16>)
      outs(%y : memref<8x128x26x26xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, -1] to [0, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 2, stages = 3>>
  return
}

// -----

func.func @odd_output(%x: memref<8x64x27x27xf16>, %w: memref<1x64x3x3xf16>, %y: memref<8x1x27x27xf16>) {
  // expected-error @below {{window_wgmma needs images of the output of multiples of 16 bytes}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x27x27xf16>, memref<1x64x3x3xf16>)
      outs(%y : memref<8x1x27x27xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 2, stages = 3>>
  return
}

// -----

// Rows of the output overlap in the input.
func.func @padding(%x: memref<8x64x28x8xf16>, %w: memref<128x64x3x3xf16>, %y: memref<8x128x28x10xf16>) {
  // expected-error @below {{window_wgmma needs less padding beside a row than filters read}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x8xf16>, memref<128x64x3x3xf16>)
      outs(%y : memref<8x128x28x10xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 2] to [1, 2]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 2, stages = 3>>
  return
}

// -----

// A tile is of more images than a warp copies.
func.func @images(%x: memref<64x64x4x4xf16>, %w: memref<128x64x3x3xf16>, %y: memref<64x128x4x4xf16>) {
  // expected-error @below {{window_wgmma needs at most 128 runs of the input in a stage, found 256}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<64x64x4x4xf16>, memref<128x64x3x3xf16>)
      outs(%y : memref<64x128x4x4xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 2, stages = 3>>
  return
}

// -----

func.func @filters(%x: memref<8x64x28x28xf16>, %w: memref<128x64x3x3xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{window_wgmma needs tileFilters that are a multiple of 8, found 100}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x3x3xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 100, rowBlocks = 2, mathWarpgroups = 2, stages = 3>>
  return
}

// -----

func.func @shared(%x: memref<8x64x28x28xf16>, %w: memref<128x64x3x3xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error-re @below {{window_wgmma needs {{[0-9]+}} bytes of shared memory, sm_90a has 232448}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x3x3xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 2, stages = 9>>
  return
}

// -----

func.func @registers(%x: memref<8x64x28x28xf16>, %w: memref<128x64x3x3xf16>, %y: memref<8x128x28x28xf16>) {
  // expected-error @below {{window_wgmma needs 356 registers of each thread that multiplies, found 232}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x3x3xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 256, rowBlocks = 2, mathWarpgroups = 2, stages = 2>>
  return
}

// -----

func.func @warpgroups(%x: memref<8x64x28x28xf16>, %w: memref<128x64x3x3xf16>, %y: memref<8x128x28x28xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x3x3xf16>)
      outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      // expected-error @+2 {{expected mathWarpgroups between 1 and 4, found 5}}
      // expected-error @+1 {{failed to parse Convoy_ScheduleAttr parameter}}
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 5, stages = 3>>
  return
}

// -----

func.func @image(%x: memref<8x64x28x28xf16>, %w: memref<128x64x3x3xf16>, %y: memref<8x128x28x28xf16>, %i: memref<100xi8>) {
  // expected-error @below {{expected a filter image of 147456 bytes, found 'memref<100xi8>'}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<128x64x3x3xf16>)
      filter_image(%i : memref<100xi8>) outs(%y : memref<8x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 2, stages = 3>>
  return
}

// -----

// Places in the filter of a tile's output channels are 32-bit numbers.
func.func @weights(%x: memref<8x65536x8x8xf16>, %w: memref<128x65536x5x5xf16>, %y: memref<8x128x8x8xf16>) {
  // expected-error @below {{window_wgmma needs at most 1048576 weights of an output channel, found 1638400}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x65536x8x8xf16>, memref<128x65536x5x5xf16>)
      outs(%y : memref<8x128x8x8xf16>) strides = [1, 1] dilations = [1, 1] pad = [2, 2] to [2, 2]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 2, stages = 3>>
  return
}

// -----

// Tiles are counted in 32 bits.
func.func @outputs(%x: memref<16777216x16x16x16xf16>, %w: memref<128x16x3x3xf16>, %y: memref<16777216x128x16x16xf16>) {
  // expected-error @below {{window_wgmma needs at most 2^38 outputs and 2^50 products, of fewer than 2^31 images}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<16777216x16x16x16xf16>, memref<128x16x3x3xf16>)
      outs(%y : memref<16777216x128x16x16xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 128, rowBlocks = 2, mathWarpgroups = 2, stages = 3>>
  return
}
