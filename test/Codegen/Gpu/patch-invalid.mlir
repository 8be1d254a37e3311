// RUN: convoy-opt %s --split-input-file --verify-diagnostics

func.func @chip(%x: memref<2x8x16x16xf32>, %w: memref<64x8x3x3xf32>, %y: memref<2x64x14x14xf32>) {
  // expected-error @below {{cannot be computed as scheduled: patch_wgmma needs wgmma, which sm_80 lacks}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x8x16x16xf32>, memref<64x8x3x3xf32>)
      outs(%y : memref<2x64x14x14xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_80", strategy = #convoy.patch_wgmma<products = split_f16,
          tileRows = 2, slots = 4, stagingRing = 2, storeWarps = 1, alignLoads = true>>
  return
}

// -----

func.func @stride(%x: memref<2x8x16x16xf32>, %w: memref<64x8x3x3xf32>, %y: memref<2x64x7x7xf32>) {
  // expected-error @below {{patch_wgmma needs stride 1}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x8x16x16xf32>, memref<64x8x3x3xf32>)
      outs(%y : memref<2x64x7x7xf32>) strides = [2, 2] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.patch_wgmma<products = split_f16,
          tileRows = 2, slots = 4, stagingRing = 2, storeWarps = 1, alignLoads = true>>
  return
}

// -----

func.func @types(%x: memref<2x8x16x16xf16>, %w: memref<64x8x3x3xf16>, %y: memref<2x64x14x14xf16>) {
  // expected-error @below {{patch_wgmma needs f32 elements for split_f16}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x8x16x16xf16>, memref<64x8x3x3xf16>)
      outs(%y : memref<2x64x14x14xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.patch_wgmma<products = split_f16,
          tileRows = 2, slots = 4, stagingRing = 2, storeWarps = 1, alignLoads = true>>
  return
}

// -----

func.func @math(%x: memref<2x8x16x16xf32>, %w: memref<64x8x3x3xf32>, %y: memref<2x64x14x14xf32>) {
  // expected-error @below {{patch_wgmma needs math = tf32 for tf32}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x8x16x16xf32>, memref<64x8x3x3xf32>)
      outs(%y : memref<2x64x14x14xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.patch_wgmma<products = tf32,
          tileRows = 2, slots = 4, stagingRing = 2, storeWarps = 1, alignLoads = true>>
  return
}

// -----

func.func @layout(%x: memref<2x16x16x8xf32>, %w: memref<64x8x3x3xf32>, %y: memref<2x64x14x14xf32>) {
  // expected-error @below {{patch_wgmma needs the layout <nchw, fchw -> nfhw>}}
  convoy.conv <nhwc, fchw -> nfhw> ins(%x, %w : memref<2x16x16x8xf32>, memref<64x8x3x3xf32>)
      outs(%y : memref<2x64x14x14xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.patch_wgmma<products = split_f16,
          tileRows = 2, slots = 4, stagingRing = 2, storeWarps = 1, alignLoads = true>>
  return
}

// -----

func.func @columns(%x: memref<2x8x128x128xf32>, %w: memref<64x8x3x3xf32>, %y: memref<2x64x126x126xf32>) {
  // expected-error @below {{patch_wgmma needs tiles of at most 272 columns, found rows of 126}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x8x128x128xf32>, memref<64x8x3x3xf32>)
      outs(%y : memref<2x64x126x126xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.patch_wgmma<products = split_f16,
          tileRows = 3, slots = 4, stagingRing = 2, storeWarps = 1, alignLoads = true>>
  return
}

// -----

func.func @shared(%x: memref<2x8x128x128xf32>, %w: memref<64x8x3x3xf32>, %y: memref<2x64x126x126xf32>) {
  // expected-error @below {{patch_wgmma needs 265496 bytes of shared memory, sm_90a has 232448}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x8x128x128xf32>, memref<64x8x3x3xf32>)
      outs(%y : memref<2x64x126x126xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.patch_wgmma<products = split_f16,
          tileRows = 2, slots = 8, stagingRing = 3, storeWarps = 1, alignLoads = true>>
  return
}

// -----

// expected-error @below {{expected an even number of slots between 2 and 16, found 3}}
#odd = #convoy.patch_wgmma<products = f16, tileRows = 1, slots = 3, stagingRing = 2, storeWarps = 1, alignLoads = true>

// -----

// expected-error @below {{expected storeWarps between 1 and 4, found 5}}
#warps = #convoy.patch_wgmma<products = f16, tileRows = 1, slots = 2, stagingRing = 2, storeWarps = 5, alignLoads = true>

// -----

func.func @image(%x: memref<2x8x128x128xf32>, %w: memref<64x8x3x3xf32>, %i: memref<28672xi8>, %y: memref<2x64x126x126xf32>) {
  // expected-error @below {{expected a filter image of 28928 bytes, found 'memref<28672xi8>'}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x8x128x128xf32>, memref<64x8x3x3xf32>)
      filter_image(%i : memref<28672xi8>) outs(%y : memref<2x64x126x126xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.patch_wgmma<products = split_f16,
          tileRows = 2, slots = 6, stagingRing = 3, storeWarps = 1, alignLoads = true>>
  return
}
