// RUN: convoy-opt %s --convoy-select-schedule | FileCheck %s
// RUN: convoy-opt %s --convoy-select-schedule=math=tf32 | FileCheck %s --check-prefix=TF32
// RUN: convoy-opt %s --convoy-select-schedule=chip=sm_80 | FileCheck %s --check-prefix=AMPERE

// AMPERE-NOT: patch_wgmma

// Two rows a tile; all blocks load together.
// CHECK-LABEL: @headline
// CHECK: #convoy.patch_wgmma<products = split_f16, tileRows = 2, slots = 6, stagingRing = 3, storeWarps = 1, alignLoads = true>
// TF32-LABEL: @headline
// TF32: #convoy.patch_wgmma<products = tf32, tileRows = 2, slots = 6, stagingRing = 3, storeWarps = 1, alignLoads = true>
func.func @headline(%x: memref<128x8x128x128xf32>, %w: memref<64x8x3x3xf32>, %y: memref<128x64x126x126xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<128x8x128x128xf32>, memref<64x8x3x3xf32>)
      outs(%y : memref<128x64x126x126xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
  return
}

// 16-bit rows are short copies: three warps store them. Four would
// leave 96 registers to each thread instead of 128.
// CHECK-LABEL: @headline_f16
// CHECK: #convoy.patch_wgmma<products = f16, tileRows = 2, slots = 8, stagingRing = 4, storeWarps = 3, alignLoads = true>
func.func @headline_f16(%x: memref<128x8x128x128xf16>, %w: memref<64x8x3x3xf16>, %y: memref<128x64x126x126xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<128x8x128x128xf16>, memref<64x8x3x3xf16>)
      outs(%y : memref<128x64x126x126xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
  return
}

// Several chunks of channels: as split f16 not yet, as tf32 they are.
// CHECK-LABEL: @chunks
// CHECK: #convoy.direct
// TF32-LABEL: @chunks
// TF32: #convoy.patch_wgmma<products = tf32, tileRows = 4,
// TF32-SAME: alignLoads = false>
func.func @chunks(%x: memref<?x32x56x56xf32>, %w: memref<64x32x3x3xf32>, %y: memref<?x64x56x56xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<?x32x56x56xf32>, memref<64x32x3x3xf32>)
      outs(%y : memref<?x64x56x56xf32>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
  return
}

// The filter does not fit.
// TF32-LABEL: @many_channels
// TF32: #convoy.direct
func.func @many_channels(%x: memref<2x256x14x14xf32>, %w: memref<256x256x3x3xf32>, %y: memref<2x256x14x14xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x256x14x14xf32>, memref<256x256x3x3xf32>)
      outs(%y : memref<2x256x14x14xf32>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
  return
}

// Images that begin anywhere.
// CHECK-LABEL: @odd_images
// CHECK: #convoy.direct
func.func @odd_images(%x: memref<2x3x15x15xf32>, %w: memref<64x3x3x3xf32>, %y: memref<2x64x13x13xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x3x15x15xf32>, memref<64x3x3x3xf32>)
      outs(%y : memref<2x64x13x13xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
  return
}
