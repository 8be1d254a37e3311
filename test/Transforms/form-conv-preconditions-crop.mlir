// RUN: convoy-opt %s --convoy-form-conv --canonicalize --split-input-file | FileCheck %s

// What decides whether the end of an image that was cut off is read again. Without the precondition
// that is named above a function, the convolution would read other elements, or be refused.

// slice.hasUnitStride()

// CHECK-LABEL: func.func @every_other_row(
// CHECK: %[[CROP:.*]] = tensor.extract_slice
// CHECK: convoy.conv <{{.*}}> ins(%[[CROP]],
func.func @every_other_row(%x: tensor<1x3x9x4xf32>, %w: tensor<6x2x1x4xf32>) -> tensor<1x1x5x6xf32> {
  %init = arith.constant dense<0.0> : tensor<1x1x5x6xf32>
  %crop = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 4] [1, 2, 1, 1]
      : tensor<1x3x9x4xf32> to tensor<1x2x9x4xf32>
  %y = linalg.conv_2d_nhwc_fhwc {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%crop, %w : tensor<1x2x9x4xf32>, tensor<6x2x1x4xf32>)
      outs(%init : tensor<1x1x5x6xf32>) -> tensor<1x1x5x6xf32>
  return %y : tensor<1x1x5x6xf32>
}

// -----

// slice.getSourceType().getRank() != slice.getType().getRank()

// CHECK-LABEL: func.func @rank(
// CHECK: %[[CROP:.*]] = tensor.extract_slice
// CHECK: convoy.conv <{{.*}}> ins(%[[CROP]],
func.func @rank(%x: tensor<1x7x9x4x2xf32>, %w: tensor<6x1x1x4xf32>) -> tensor<1x4x5x6xf32> {
  %init = arith.constant dense<0.0> : tensor<1x4x5x6xf32>
  %crop = tensor.extract_slice %x[0, 0, 0, 0, 0] [1, 7, 9, 4, 1] [1, 1, 1, 1, 1]
      : tensor<1x7x9x4x2xf32> to tensor<1x7x9x4xf32>
  %y = linalg.conv_2d_nhwc_fhwc {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%crop, %w : tensor<1x7x9x4xf32>, tensor<6x1x1x4xf32>)
      outs(%init : tensor<1x4x5x6xf32>) -> tensor<1x4x5x6xf32>
  return %y : tensor<1x4x5x6xf32>
}

// -----

// index == StringRef::npos

// CHECK-LABEL: func.func @channels(
// CHECK: %[[CROP:.*]] = tensor.extract_slice
// CHECK: convoy.conv <{{.*}}> ins(%[[CROP]],
func.func @channels(%x: tensor<1x7x9x6xf32>, %w: tensor<6x1x1x4xf32>) -> tensor<1x4x5x6xf32> {
  %init = arith.constant dense<0.0> : tensor<1x4x5x6xf32>
  %crop = tensor.extract_slice %x[0, 0, 0, 0] [1, 7, 9, 4] [1, 1, 1, 1]
      : tensor<1x7x9x6xf32> to tensor<1x7x9x4xf32>
  %y = linalg.conv_2d_nhwc_fhwc {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%crop, %w : tensor<1x7x9x4xf32>, tensor<6x1x1x4xf32>)
      outs(%init : tensor<1x4x5x6xf32>) -> tensor<1x4x5x6xf32>
  return %y : tensor<1x4x5x6xf32>
}

// -----

// plan.padHigh[index] != 0

// CHECK-LABEL: func.func @zeros_behind(
// CHECK: %[[CROP:.*]] = tensor.extract_slice
// CHECK: convoy.conv <{{.*}}> ins(%[[CROP]],
func.func @zeros_behind(%x: tensor<1x7x9x4xf32>, %w: tensor<6x2x1x4xf32>) -> tensor<1x4x5x6xf32> {
  %init = arith.constant dense<0.0> : tensor<1x4x5x6xf32>
  %crop = tensor.extract_slice %x[0, 0, 0, 0] [1, 6, 9, 4] [1, 1, 1, 1]
      : tensor<1x7x9x4xf32> to tensor<1x6x9x4xf32>
  %zero = arith.constant 0.0 : f32
  %padded = tensor.pad %crop low[0, 0, 0, 0] high[0, 2, 0, 0] {
  ^bb0(%n: index, %h: index, %q: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<1x6x9x4xf32> to tensor<1x8x9x4xf32>
  %y = linalg.conv_2d_nhwc_fhwc {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%padded, %w : tensor<1x8x9x4xf32>, tensor<6x2x1x4xf32>)
      outs(%init : tensor<1x4x5x6xf32>) -> tensor<1x4x5x6xf32>
  return %y : tensor<1x4x5x6xf32>
}

// -----

// ShapedType::isDynamic(filter)

// CHECK-LABEL: func.func @filter_of_unknown_size(
// CHECK: %[[CROP:.*]] = tensor.extract_slice
// CHECK: convoy.conv <{{.*}}> ins(%[[CROP]],
func.func @filter_of_unknown_size(%x: tensor<1x8x9x4xf32>, %w: tensor<6x?x1x4xf32>, %empty: tensor<1x?x5x6xf32>) -> tensor<1x?x5x6xf32> {
  %zero = arith.constant 0.0 : f32
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x?x5x6xf32>) -> tensor<1x?x5x6xf32>
  %crop = tensor.extract_slice %x[0, 0, 0, 0] [1, 7, 9, 4] [1, 1, 1, 1]
      : tensor<1x8x9x4xf32> to tensor<1x7x9x4xf32>
  %y = linalg.conv_2d_nhwc_fhwc {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%crop, %w : tensor<1x7x9x4xf32>, tensor<6x?x1x4xf32>)
      outs(%init : tensor<1x?x5x6xf32>) -> tensor<1x?x5x6xf32>
  return %y : tensor<1x?x5x6xf32>
}

// -----

// slice.getSourceType().getEncoding()

// CHECK-LABEL: func.func @encoding(
// CHECK: %[[CROP:.*]] = tensor.extract_slice
// CHECK: convoy.conv <{{.*}}> ins(%[[CROP]],
func.func @encoding(%x: tensor<1x8x9x4xf32, "other">, %w: tensor<6x1x1x4xf32>) -> tensor<1x4x5x6xf32> {
  %init = arith.constant dense<0.0> : tensor<1x4x5x6xf32>
  %crop = tensor.extract_slice %x[0, 0, 0, 0] [1, 7, 9, 4] [1, 1, 1, 1]
      : tensor<1x8x9x4xf32, "other"> to tensor<1x7x9x4xf32>
  %y = linalg.conv_2d_nhwc_fhwc {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%crop, %w : tensor<1x7x9x4xf32>, tensor<6x1x1x4xf32>)
      outs(%init : tensor<1x4x5x6xf32>) -> tensor<1x4x5x6xf32>
  return %y : tensor<1x4x5x6xf32>
}
