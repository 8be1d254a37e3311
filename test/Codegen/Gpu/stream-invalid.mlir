// RUN: convoy-opt %s --convoy-emit-kernels --split-input-file --verify-diagnostics

// What kernels of the strategy `stream_wgmma` are not made for.

func.func @no_image(%x: memref<8x64x28x28xf16>, %w: memref<64x64x3x3xf16>, %y: memref<8x64x26x26xf16>) {
  // expected-error @below {{expected a filter image for stream_wgmma: run convoy-pack-filters}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<64x64x3x3xf16>)
      outs(%y : memref<8x64x26x26xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 7, tileColumns = 26,
          slots = 3, filterStages = 3, gatherWarps = 7>>
  return
}

// -----

func.func @layout(%x: memref<8x28x28x64xf16>, %w: memref<64x64x3x3xf16>, %y: memref<8x64x26x26xf16>) {
  // expected-error @below {{stream_wgmma needs the layout <nchw, fchw -> nfhw>}}
  convoy.conv <nhwc, fchw -> nfhw> ins(%x, %w : memref<8x28x28x64xf16>, memref<64x64x3x3xf16>)
      outs(%y : memref<8x64x26x26xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 7, tileColumns = 26,
          slots = 3, filterStages = 3, gatherWarps = 7>>
  return
}

// -----

func.func @blocks(%x: memref<8x64x28x28xf16>, %w: memref<64x64x3x3xf16>, %y: memref<8x64x26x26xf16>) {
  // expected-error @below {{stream_wgmma needs several blocks of 64 output channels for two in a tile, found 1}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<64x64x3x3xf16>)
      outs(%y : memref<8x64x26x26xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 7, tileColumns = 26,
          tileBlocks = 2, slots = 3, filterStages = 3, gatherWarps = 3>>
  return
}

// -----

func.func @images(%x: memref<8x64x7x7xf16>, %w: memref<64x64x3x3xf16>, %y: memref<8x64x5x5xf16>) {
  // expected-error @below {{stream_wgmma needs tiles of whole images where they are of several}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x7x7xf16>, memref<64x64x3x3xf16>)
      outs(%y : memref<8x64x5x5xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileImages = 2, tileRows = 4,
          tileColumns = 5, slots = 3, filterStages = 3, gatherWarps = 7>>
  return
}

// -----

func.func @chunks(%x: memref<8x64x28x28xf16>, %w: memref<64x64x11x11xf16>, %i: memref<991232xi8>, %y: memref<8x64x18x18xf16>) {
  // expected-error @below {{stream_wgmma needs one chunk in a slot for a filter in parts, found 2}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x28x28xf16>, memref<64x64x11x11xf16>)
      filter_image(%i : memref<991232xi8>) outs(%y : memref<8x64x18x18xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 6, tileColumns = 18,
          slotChunks = 2, slots = 3, filterStages = 3, gatherWarps = 7>>
  return
}

// -----

func.func @parts(%x: memref<8x96x7x7xf16>, %w: memref<64x96x3x3xf16>, %y: memref<8x64x5x5xf16>) {
  // expected-error @below {{stream_wgmma needs channelParts that are a power of two and divide the 6 slots of a tile, found 4}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x96x7x7xf16>, memref<64x96x3x3xf16>)
      outs(%y : memref<8x64x5x5xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 5, tileColumns = 5,
          slots = 3, filterStages = 3, gatherWarps = 7, channelParts = 4>>
  return
}
