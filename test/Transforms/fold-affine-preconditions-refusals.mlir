// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o /dev/null

// What tells a step that another use refuses from a part of an activation, about which nothing is said.

// The other use reads one value of the convolution: joinsValuesOf, derived.size() > 1.
func.func @one_value(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %v: tensor<4x3x3x3xf32>)
    -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %two = arith.constant dense<2.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zero : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  // expected-remark @+1 {{[Missed] multiple-uses}}
  %u = math.tanh %y : tensor<1x4x4x4xf32>
  %r = arith.mulf %y, %two : tensor<1x4x4x4xf32>
  return %r, %u : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>
}

// It reads one value of each of two: derivesFrom(term.root, root).
func.func @two_convolutions(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %v: tensor<4x3x3x3xf32>)
    -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %two = arith.constant dense<2.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zero : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zero : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  // expected-remark @+1 {{[Missed] multiple-uses}}
  %u = arith.maximumf %y, %y2 : tensor<1x4x4x4xf32>
  %r = arith.mulf %y, %two : tensor<1x4x4x4xf32>
  return %r, %u : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>
}
