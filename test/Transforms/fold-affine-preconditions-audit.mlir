// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir

// Without the precondition of `isExact` in NumericAudit.cpp that is named above a function, its fold
// would be taken for one that only moves the point of all numbers.

// isPowerOfTwo
func.func @no_power_of_two(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[0.25]]], [[[0.5]]]]> : tensor<2x1x1x1xf16>
  %t = arith.constant dense<3.0> : tensor<1x2x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf16>
  // expected-remark @+1 {{[Missed] accuracy-limit}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %w = arith.extf %y : tensor<1x2x2x2xf16> to tensor<1x2x2x2xf32>
  %r = arith.mulf %w, %t : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// channel.roundingSquared == 0
func.func @rounds_the_filter(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[0.1]]], [[[0.5]]]]> : tensor<2x1x1x1xf16>
  %t = arith.constant dense<9.5367431640625e-07> : tensor<1x2x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf16>
  // expected-remark @+1 {{[Missed] accuracy-limit}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %w = arith.extf %y : tensor<1x2x2x2xf16> to tensor<1x2x2x2xf32>
  %r = arith.mulf %w, %t : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// channel.biasRounding == 0
func.func @rounds_the_bias(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[1.0]]]]> : tensor<2x1x1x1xf16>
  %t = arith.constant dense<9.5367431640625e-07> : tensor<1x2x2x2xf32>
  %i = arith.constant dense<1.001> : tensor<1x2x2x2xf16>
  // expected-remark @+1 {{[Missed] accuracy-limit}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %w = arith.extf %y : tensor<1x2x2x2xf16> to tensor<1x2x2x2xf32>
  %r = arith.mulf %w, %t : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
