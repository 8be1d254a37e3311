// RUN: convoy-opt %s | convoy-opt | FileCheck %s
// RUN: convoy-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" | FileCheck %s --check-prefix=BUFFER
// RUN: convoy-opt %s --canonicalize | FileCheck %s --check-prefix=UNUSED

// CHECK-LABEL: func @packed
// CHECK: %[[IMAGE:.+]] = convoy.pack_filter <products = f16, filters = 64, channels = 64, taps = 9> ins(%{{.+}} : tensor<64x64x3x3xf16>) outs(%{{.+}} : tensor<73728xi8>) -> tensor<73728xi8>
// CHECK: convoy.conv
// CHECK-SAME: filter_image(%[[IMAGE]] : tensor<73728xi8>) outs(

// The image gets a buffer of its own, whose old contents do not matter.
// BUFFER-LABEL: func @packed
// BUFFER: %[[BUFFER:.+]] = memref.alloc() {{.*}}: memref<73728xi8>
// BUFFER-NOT: memref.copy
// BUFFER: convoy.pack_filter <products = f16, filters = 64, channels = 64, taps = 9> ins(%{{.+}} : memref<64x64x3x3xf16>) outs(%[[BUFFER]] : memref<73728xi8>)
// BUFFER: convoy.conv
// BUFFER-SAME: filter_image(%[[BUFFER]] : memref<73728xi8>)
func.func @packed(%x: tensor<2x64x56x56xf16>, %w: tensor<64x64x3x3xf16>) -> tensor<2x64x56x56xf16> {
  %bytes = tensor.empty() : tensor<73728xi8>
  %image = convoy.pack_filter <products = f16, filters = 64, channels = 64, taps = 9>
      ins(%w : tensor<64x64x3x3xf16>) outs(%bytes : tensor<73728xi8>) -> tensor<73728xi8>
  %init = tensor.empty() : tensor<2x64x56x56xf16>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x64x56x56xf16>, tensor<64x64x3x3xf16>)
      filter_image(%image : tensor<73728xi8>) outs(%init : tensor<2x64x56x56xf16>)
      strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1] -> tensor<2x64x56x56xf16>
  return %y : tensor<2x64x56x56xf16>
}

// Groups may have a dimension of their own, and split products have scales.
// CHECK-LABEL: func @groups
// CHECK: convoy.pack_filter <products = split_f16, groups = 2, filters = 32, channels = 8, taps = 4> ins(%{{.+}} : memref<2x32x8x2x2xf32>) outs(%{{.+}} : memref<25088xi8>)
func.func @groups(%w: memref<2x32x8x2x2xf32>, %bytes: memref<25088xi8>) {
  convoy.pack_filter <products = split_f16, groups = 2, filters = 32, channels = 8, taps = 4>
      ins(%w : memref<2x32x8x2x2xf32>) outs(%bytes : memref<25088xi8>)
  return
}

// Without a use on tensors there is nothing to do.
// UNUSED-LABEL: func @unused
// UNUSED-NEXT: return
func.func @unused(%w: tensor<64x8x3x3xf32>, %bytes: tensor<18432xi8>) {
  %image = convoy.pack_filter <products = tf32, filters = 64, channels = 8, taps = 9>
      ins(%w : tensor<64x8x3x3xf32>) outs(%bytes : tensor<18432xi8>) -> tensor<18432xi8>
  return
}

// Blocks of as many rows as a tile has output channels, split products of 16
// channels in three steps.
// CHECK-LABEL: func @pointwise
// CHECK: convoy.pack_filter <products = split_f16, filters = 48, channels = 64, taps = 1, blockRows = 48, oneTapSteps = true> ins(%{{.+}} : memref<48x64x1x1xf32>) outs(%{{.+}} : memref<18624xi8>)
func.func @pointwise(%w: memref<48x64x1x1xf32>, %bytes: memref<18624xi8>) {
  convoy.pack_filter <products = split_f16, filters = 48, channels = 64, taps = 1, blockRows = 48, oneTapSteps = true>
      ins(%w : memref<48x64x1x1xf32>) outs(%bytes : memref<18624xi8>)
  return
}

// A filter whose rows are multiplied one after the other: 3 + 2 steps of each.
// CHECK-LABEL: func @parts
// CHECK: convoy.pack_filter <products = split_f16, filters = 64, channels = 8, taps = 9, tapParts = 3> ins(%{{.+}} : memref<64x8x3x3xf32>) outs(%{{.+}} : memref<30976xi8>)
func.func @parts(%w: memref<64x8x3x3xf32>, %bytes: memref<30976xi8>) {
  convoy.pack_filter <products = split_f16, filters = 64, channels = 8, taps = 9, tapParts = 3>
      ins(%w : memref<64x8x3x3xf32>) outs(%bytes : memref<30976xi8>)
  return
}

// Pairs of columns of a 7x7 filter, whose first comes after a zero, are channels
// of 4 taps a row.
// CHECK-LABEL: func @folded
// CHECK: convoy.pack_filter <products = f16, filters = 64, channels = 6, taps = 28, foldedColumns = 2, filterWidth = 7, columnShift = 1> ins(%{{.+}} : memref<64x3x7x7xf16>) outs(%{{.+}} : memref<28672xi8>)
func.func @folded(%w: memref<64x3x7x7xf16>, %bytes: memref<28672xi8>) {
  convoy.pack_filter <products = f16, filters = 64, channels = 6, taps = 28, foldedColumns = 2, filterWidth = 7, columnShift = 1>
      ins(%w : memref<64x3x7x7xf16>) outs(%bytes : memref<28672xi8>)
  return
}

// No shift, and parts: a row of 4 columns is one tap.
// CHECK-LABEL: func @folded_rows
// CHECK: convoy.pack_filter <products = split_f16, groups = 2, filters = 32, channels = 8, taps = 4, tapParts = 2, foldedColumns = 4, filterWidth = 4> ins(%{{.+}} : memref<2x32x2x4x4xf32>) outs(%{{.+}} : memref<25088xi8>)
func.func @folded_rows(%w: memref<2x32x2x4x4xf32>, %bytes: memref<25088xi8>) {
  convoy.pack_filter <products = split_f16, groups = 2, filters = 32, channels = 8, taps = 4, tapParts = 2, foldedColumns = 4, filterWidth = 4>
      ins(%w : memref<2x32x2x4x4xf32>) outs(%bytes : memref<25088xi8>)
  return
}
