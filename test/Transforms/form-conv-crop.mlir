// RUN: convoy-opt %s --convoy-form-conv --canonicalize --split-input-file | FileCheck %s

// TOSA allows no strides that leave a rest: its importers cut the image's end
// off. No window reaches it, so the convolution reads the whole image.

// CHECK-LABEL: func.func @rest(
// CHECK-SAME: %[[X:.*]]: tensor<1x4x8x9xf32>
// CHECK-NOT: extract_slice
// CHECK-NOT: linalg.transpose
// CHECK: convoy.conv <nchw, fhwc -> nhwf> ins(%[[X]],
// CHECK-SAME: strides = [2, 2]
func.func @rest(%x: tensor<1x4x8x9xf32>, %w: tensor<6x1x1x4xf32>) -> tensor<1x4x5x6xf32> {
  %init = arith.constant dense<0.0> : tensor<1x4x5x6xf32>
  %empty = tensor.empty() : tensor<1x8x9x4xf32>
  %t = linalg.transpose ins(%x : tensor<1x4x8x9xf32>) outs(%empty : tensor<1x8x9x4xf32>)
      permutation = [0, 2, 3, 1]
  %crop = tensor.extract_slice %t[0, 0, 0, 0] [1, 7, 9, 4] [1, 1, 1, 1]
      : tensor<1x8x9x4xf32> to tensor<1x7x9x4xf32>
  %y = linalg.conv_2d_nhwc_fhwc {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%crop, %w : tensor<1x7x9x4xf32>, tensor<6x1x1x4xf32>)
      outs(%init : tensor<1x4x5x6xf32>) -> tensor<1x4x5x6xf32>
  return %y : tensor<1x4x5x6xf32>
}

// -----

// Here a window would reach the row that is cut off.

// CHECK-LABEL: func.func @reached(
// CHECK: %[[CROP:.*]] = tensor.extract_slice
// CHECK: convoy.conv <{{.*}}> ins(%[[CROP]],
func.func @reached(%x: tensor<1x9x9x4xf32>, %w: tensor<6x1x1x4xf32>) -> tensor<1x4x5x6xf32> {
  %init = arith.constant dense<0.0> : tensor<1x4x5x6xf32>
  %crop = tensor.extract_slice %x[0, 0, 0, 0] [1, 7, 9, 4] [1, 1, 1, 1]
      : tensor<1x9x9x4xf32> to tensor<1x7x9x4xf32>
  %y = linalg.conv_2d_nhwc_fhwc {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%crop, %w : tensor<1x7x9x4xf32>, tensor<6x1x1x4xf32>)
      outs(%init : tensor<1x4x5x6xf32>) -> tensor<1x4x5x6xf32>
  return %y : tensor<1x4x5x6xf32>
}

// -----

// Zeros stand where the row was cut off.

// CHECK-LABEL: func.func @padded_behind(
// CHECK: %[[CROP:.*]] = tensor.extract_slice
// CHECK: convoy.conv <{{.*}}> ins(%[[CROP]],
// CHECK-SAME: pad = [0, 0] to [1, 0]
func.func @padded_behind(%x: tensor<1x8x9x4xf32>, %w: tensor<6x2x1x4xf32>) -> tensor<1x4x5x6xf32> {
  %zero = arith.constant 0.0 : f32
  %init = arith.constant dense<0.0> : tensor<1x4x5x6xf32>
  %crop = tensor.extract_slice %x[0, 0, 0, 0] [1, 7, 9, 4] [1, 1, 1, 1]
      : tensor<1x8x9x4xf32> to tensor<1x7x9x4xf32>
  %padded = tensor.pad %crop low[0, 0, 0, 0] high[0, 1, 0, 0] {
  ^bb0(%n: index, %h: index, %w0: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<1x7x9x4xf32> to tensor<1x8x9x4xf32>
  %y = linalg.conv_2d_nhwc_fhwc {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%padded, %w : tensor<1x8x9x4xf32>, tensor<6x2x1x4xf32>)
      outs(%init : tensor<1x4x5x6xf32>) -> tensor<1x4x5x6xf32>
  return %y : tensor<1x4x5x6xf32>
}

// -----

// The first row is cut off: the others would move up.

// CHECK-LABEL: func.func @from_the_start(
// CHECK: %[[CROP:.*]] = tensor.extract_slice
// CHECK: convoy.conv <{{.*}}> ins(%[[CROP]],
func.func @from_the_start(%x: tensor<1x8x9x4xf32>, %w: tensor<6x1x1x4xf32>) -> tensor<1x4x5x6xf32> {
  %init = arith.constant dense<0.0> : tensor<1x4x5x6xf32>
  %crop = tensor.extract_slice %x[0, 1, 0, 0] [1, 7, 9, 4] [1, 1, 1, 1]
      : tensor<1x8x9x4xf32> to tensor<1x7x9x4xf32>
  %y = linalg.conv_2d_nhwc_fhwc {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%crop, %w : tensor<1x7x9x4xf32>, tensor<6x1x1x4xf32>)
      outs(%init : tensor<1x4x5x6xf32>) -> tensor<1x4x5x6xf32>
  return %y : tensor<1x4x5x6xf32>
}
