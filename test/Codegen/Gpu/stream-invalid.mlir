// RUN: convoy-opt %s --split-input-file --verify-diagnostics

func.func @chip(%x: memref<2x32x14x14xf16>, %w: memref<64x32x3x3xf16>, %y: memref<2x64x14x14xf16>) {
  // expected-error @below {{cannot be computed as scheduled: stream_wgmma needs wgmma, which sm_80 lacks}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x32x14x14xf16>, memref<64x32x3x3xf16>)
      outs(%y : memref<2x64x14x14xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_80", strategy = #convoy.stream_wgmma<products = f16,
          tileRows = 2, tileColumns = 14, slots = 2, filterStages = 2, gatherWarps = 3>>
  return
}

// -----

func.func @types(%x: memref<2x32x14x14xf16>, %w: memref<64x32x3x3xf16>, %y: memref<2x64x14x14xf16>) {
  // expected-error @below {{stream_wgmma needs f32 elements for split_f16}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x32x14x14xf16>, memref<64x32x3x3xf16>)
      outs(%y : memref<2x64x14x14xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = split_f16,
          tileRows = 2, tileColumns = 14, slots = 2, filterStages = 2, gatherWarps = 3>>
  return
}

// -----

func.func @tile(%x: memref<2x32x14x14xf16>, %w: memref<64x32x3x3xf16>, %y: memref<2x64x14x14xf16>) {
  // expected-error @below {{stream_wgmma needs tiles within the output of 14 by 14, found 2 by 15}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x32x14x14xf16>, memref<64x32x3x3xf16>)
      outs(%y : memref<2x64x14x14xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16,
          tileRows = 2, tileColumns = 15, slots = 2, filterStages = 2, gatherWarps = 3>>
  return
}

// -----

// expected-error @below {{expected slots between 2 and 16, found 1}}
#one_slot = #convoy.stream_wgmma<products = f16, tileRows = 2, tileColumns = 14, slots = 1, filterStages = 2, gatherWarps = 3>

// -----

func.func @image_bytes(%x: memref<2x32x14x14xf16>, %w: memref<64x32x3x3xf16>, %i: memref<36865xi8>, %y: memref<2x64x14x14xf16>) {
  // expected-error @below {{expected a filter image of 36864 bytes, found 'memref<36865xi8>'}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x32x14x14xf16>, memref<64x32x3x3xf16>)
      filter_image(%i : memref<36865xi8>)
      outs(%y : memref<2x64x14x14xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16,
          tileRows = 2, tileColumns = 14, slots = 2, filterStages = 2, gatherWarps = 3>>
  return
}
