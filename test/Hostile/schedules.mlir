// RUN: timeout 30 convoy-opt %s --convoy-select-schedule | FileCheck %s
// RUN: timeout 30 convoy-opt %s --convoy-select-schedule="chip=sm_80 math=tf32" | FileCheck %s

// Sizes at the end of 64 bits verify. The choice of a schedule computes with them
// and must not overflow into a division by zero or a loop without an end.

// CHECK-LABEL: func @filters
// CHECK: schedule = <
func.func @filters(%x: tensor<1x4x8x8xf32>, %w: tensor<9223372036854775807x4x3x3xf32>, %y: tensor<1x9223372036854775807x6x6xf32>) -> tensor<1x9223372036854775807x6x6xf32> {
  %r = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<1x4x8x8xf32>, tensor<9223372036854775807x4x3x3xf32>)
      outs(%y : tensor<1x9223372036854775807x6x6xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<1x9223372036854775807x6x6xf32>
  return %r : tensor<1x9223372036854775807x6x6xf32>
}

// CHECK-LABEL: func @channels
// CHECK: schedule = <
func.func @channels(%x: tensor<1x9223372036854775807x8x8xf16>, %w: tensor<4x9223372036854775807x3x3xf16>, %y: tensor<1x4x6x6xf16>) -> tensor<1x4x6x6xf16> {
  %r = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<1x9223372036854775807x8x8xf16>, tensor<4x9223372036854775807x3x3xf16>)
      outs(%y : tensor<1x4x6x6xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<1x4x6x6xf16>
  return %r : tensor<1x4x6x6xf16>
}

// CHECK-LABEL: func @rows_and_batch
// CHECK: schedule = <
func.func @rows_and_batch(%x: tensor<9223372036854775807x4x9223372036854775807x8xbf16>, %w: tensor<4x4x1x3xbf16>, %y: tensor<9223372036854775807x4x9223372036854775807x6xbf16>) -> tensor<9223372036854775807x4x9223372036854775807x6xbf16> {
  %r = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<9223372036854775807x4x9223372036854775807x8xbf16>, tensor<4x4x1x3xbf16>)
      outs(%y : tensor<9223372036854775807x4x9223372036854775807x6xbf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<9223372036854775807x4x9223372036854775807x6xbf16>
  return %r : tensor<9223372036854775807x4x9223372036854775807x6xbf16>
}

// CHECK-LABEL: func @window
// CHECK: schedule = <
func.func @window(%x: tensor<1x4x?x?xf16>, %w: tensor<4x4x3x3xf16>, %y: tensor<1x4x?x?xf16>) -> tensor<1x4x?x?xf16> {
  %r = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<1x4x?x?xf16>, tensor<4x4x3x3xf16>)
      outs(%y : tensor<1x4x?x?xf16>) strides = [9223372036854775807, 9223372036854775807] dilations = [4611686018427387903, 4611686018427387903] pad = [9223372036854775807, 1] to [0, 9223372036854775806] -> tensor<1x4x?x?xf16>
  return %r : tensor<1x4x?x?xf16>
}

// Nothing to compute.
// CHECK-LABEL: func @no_image
// CHECK: schedule = <
func.func @no_image(%x: tensor<0x4x0x0xf16>, %w: tensor<4x4x1x1xf16>, %y: tensor<0x4x0x0xf16>) -> tensor<0x4x0x0xf16> {
  %r = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<0x4x0x0xf16>, tensor<4x4x1x1xf16>)
      outs(%y : tensor<0x4x0x0xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<0x4x0x0xf16>
  return %r : tensor<0x4x0x0xf16>
}

// CHECK-LABEL: func @no_channels
// CHECK: schedule = <
func.func @no_channels(%x: tensor<1x0x8x8xf32>, %w: tensor<4x0x3x3xf32>, %y: tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32> {
  %r = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<1x0x8x8xf32>, tensor<4x0x3x3xf32>)
      outs(%y : tensor<1x4x6x6xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<1x4x6x6xf32>
  return %r : tensor<1x4x6x6xf32>
}

// No images, so no tile of any.
// CHECK-LABEL: func @no_batch
// CHECK: schedule = <
func.func @no_batch(%x: tensor<0x64x7x7xf16>, %w: tensor<64x64x1x1xf16>, %y: tensor<0x64x7x7xf16>) -> tensor<0x64x7x7xf16> {
  %r = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<0x64x7x7xf16>, tensor<64x64x1x1xf16>)
      outs(%y : tensor<0x64x7x7xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<0x64x7x7xf16>
  return %r : tensor<0x64x7x7xf16>
}

// Four tiles an image, and 2^62 images.
// CHECK-LABEL: func @pointwise_batch
// CHECK: schedule = <
func.func @pointwise_batch(%x: tensor<4611686018427387904x512x14x28xf16>, %w: tensor<64x512x1x1xf16>, %y: tensor<4611686018427387904x64x14x28xf16>) -> tensor<4611686018427387904x64x14x28xf16> {
  %r = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<4611686018427387904x512x14x28xf16>, tensor<64x512x1x1xf16>)
      outs(%y : tensor<4611686018427387904x64x14x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<4611686018427387904x64x14x28xf16>
  return %r : tensor<4611686018427387904x64x14x28xf16>
}

// CHECK-LABEL: func @pointwise_filters
// CHECK: schedule = <
func.func @pointwise_filters(%x: tensor<1x128x8x1xf16>, %w: tensor<9223372036854775807x128x1x1xf16>, %y: tensor<1x9223372036854775807x8x1xf16>) -> tensor<1x9223372036854775807x8x1xf16> {
  %r = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<1x128x8x1xf16>, tensor<9223372036854775807x128x1x1xf16>)
      outs(%y : tensor<1x9223372036854775807x8x1xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<1x9223372036854775807x8x1xf16>
  return %r : tensor<1x9223372036854775807x8x1xf16>
}
