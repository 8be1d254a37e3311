// RUN: convoy-opt %s --split-input-file --verify-diagnostics

// A warpgroup has one block of output channels, and no part of the input's.
func.func @two_blocks(%x: memref<8x8x28x28xf16>, %w: memref<128x8x3x3xf16>, %y: memref<8x128x26x26xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x8x28x28xf16>, memref<128x8x3x3xf16>)
      outs(%y : memref<8x128x26x26xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      // expected-error @+3 {{failed to parse Convoy_ScheduleAttr parameter 'strategy'}}
      // expected-error @below {{expected one tileBlock and channelPart with takesTurns, found 2 and 1}}
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 2, tileColumns = 26,
          tileBlocks = 2, slots = 3, filterStages = 3, gatherWarps = 7, takesTurns = true>>
  return
}

// -----

func.func @two_parts(%x: memref<8x32x28x28xf16>, %w: memref<64x32x3x3xf16>, %y: memref<8x64x26x26xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x32x28x28xf16>, memref<64x32x3x3xf16>)
      outs(%y : memref<8x64x26x26xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      // expected-error @+3 {{failed to parse Convoy_ScheduleAttr parameter 'strategy'}}
      // expected-error @below {{expected one tileBlock and channelPart with takesTurns, found 1 and 2}}
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 2, tileColumns = 26,
          slots = 3, filterStages = 3, gatherWarps = 7, channelParts = 2, takesTurns = true>>
  return
}

// -----

// A slot and a stage alone.
func.func @stages(%x: memref<8x32x28x28xf16>, %w: memref<64x32x3x3xf16>, %y: memref<8x64x26x26xf16>) {
  // expected-error @below {{stream_wgmma needs the same filter in all tiles and 2 filterStages of at most 32 for residentFilter, found 1 filters and 3 stages}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x32x28x28xf16>, memref<64x32x3x3xf16>)
      outs(%y : memref<8x64x26x26xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 2, tileColumns = 26,
          slots = 3, filterStages = 3, gatherWarps = 7, residentFilter = true>>
  return
}

// -----

func.func @groups(%x: memref<8x32x28x28xf16>, %w: memref<64x16x3x3xf16>, %y: memref<8x64x26x26xf16>) {
  // expected-error @below {{stream_wgmma needs the same filter in all tiles and 1 filterStages of at most 32 for residentFilter, found 2 filters and 1 stages}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x32x28x28xf16>, memref<64x16x3x3xf16>)
      outs(%y : memref<8x64x26x26xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] groups = 2
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 2, tileColumns = 26,
          slots = 3, filterStages = 1, gatherWarps = 7, takesTurns = true, residentFilter = true>>
  return
}

// -----

// By turns a warpgroup has all 224 columns of a tile.
func.func @columns(%x: memref<8x8x28x28xf32>, %w: memref<64x8x3x3xf32>, %y: memref<8x64x26x26xf32>) {
  // expected-error @below {{stream_wgmma needs at most 120 columns of each warpgroup, found 224}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x8x28x28xf32>, memref<64x8x3x3xf32>)
      outs(%y : memref<8x64x26x26xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = split_f16, tileRows = 8, tileColumns = 26,
          slots = 3, filterStages = 3, gatherWarps = 3, takesTurns = true>>
  return
}
