// RUN: timeout 30 convoy-opt %s --convoy-form-conv --canonicalize | FileCheck %s

// An expand_shape whose sizes contradict its type, which upstream's verifier lets
// through: the type holds.

// CHECK-LABEL: func @groups(
// CHECK: convoy.conv
// CHECK-SAME: -> tensor<2x6x1x1xf32>
func.func @groups(%x: tensor<2x2x2x3x3xf32>, %w: tensor<2x3x2x3x3xf32>, %b: tensor<6xf32>) -> tensor<2x6x1x1xf32> {
  %e = tensor.empty() : tensor<2x6x1x1xf32>
  %broadcasted = linalg.broadcast ins(%b : tensor<6xf32>) outs(%e : tensor<2x6x1x1xf32>) dimensions = [0, 2, 3]
  %i = tensor.expand_shape %broadcasted [[0], [1, 2], [3], [4]] output_shape [2, 2, 3, 7, 7] : tensor<2x6x1x1xf32> into tensor<2x2x3x1x1xf32>
  %y = linalg.conv_2d_ngchw_gfchw ins(%x, %w : tensor<2x2x2x3x3xf32>, tensor<2x3x2x3x3xf32>) outs(%i : tensor<2x2x3x1x1xf32>) -> tensor<2x2x3x1x1xf32>
  %r = tensor.collapse_shape %y [[0], [1, 2], [3], [4]] : tensor<2x2x3x1x1xf32> into tensor<2x6x1x1xf32>
  return %r : tensor<2x6x1x1xf32>
}
