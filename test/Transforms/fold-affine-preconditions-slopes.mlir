// RUN: convoy-opt %s --convoy-fold-affine=strict=true --verify-diagnostics -o /dev/null

// What tells the slope of a PReLU, which is no error, from a step that another use refuses.

// Something reads it that does not choose: choosesValue.
func.func @squared(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %slope: tensor<4xf32>) -> tensor<1x4x4x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %a = linalg.broadcast ins(%slope : tensor<4xf32>) outs(%zero : tensor<1x4x4x4xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zero : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %t = arith.mulf %y, %a : tensor<1x4x4x4xf32>
  // expected-error @+1 {{multiple-uses}}
  %r = arith.mulf %y, %t : tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// Something reads it that does not read what it multiplies: joinsValuesOf.
func.func @two_ways(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %slope: tensor<4xf32>)
    -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %a = linalg.broadcast ins(%slope : tensor<4xf32>) outs(%zero : tensor<1x4x4x4xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zero : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %t = arith.mulf %y, %a : tensor<1x4x4x4xf32>
  %r = arith.maximumf %t, %zero : tensor<1x4x4x4xf32>
  // expected-error @+1 {{multiple-uses}}
  %u = math.tanh %y : tensor<1x4x4x4xf32>
  return %r, %u : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>
}

// One of two that read it does: all_of.
func.func @also_returned(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %slope: tensor<4xf32>)
    -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %a = linalg.broadcast ins(%slope : tensor<4xf32>) outs(%zero : tensor<1x4x4x4xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zero : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %t = arith.mulf %y, %a : tensor<1x4x4x4xf32>
  // expected-error @+1 {{multiple-uses}}
  %r = arith.maximumf %y, %t : tensor<1x4x4x4xf32>
  return %r, %t : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>
}

// It multiplies what another step has made, which has not folded: is_contained(..., argument).
func.func @behind_step(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %slope: tensor<4xf32>)
    -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %a = linalg.broadcast ins(%slope : tensor<4xf32>) outs(%zero : tensor<1x4x4x4xf32>) dimensions = [0, 2, 3]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%zero : tensor<1x4x4x4xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zero : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %scaled = arith.mulf %y, %b : tensor<1x4x4x4xf32>
  %t = arith.mulf %scaled, %a : tensor<1x4x4x4xf32>
  %r = arith.maximumf %scaled, %t : tensor<1x4x4x4xf32>
  // expected-error @+1 {{multiple-uses}}
  return %r, %y : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>
}

// Another step stands behind it: root.lastStepped == root.lastVarying.
func.func @in_front_of_step(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %slope: tensor<4xf32>) -> tensor<1x4x4x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %half = arith.constant dense<0.5> : tensor<1x4x4x4xf32>
  %a = linalg.broadcast ins(%slope : tensor<4xf32>) outs(%zero : tensor<1x4x4x4xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zero : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %t = arith.mulf %y, %a : tensor<1x4x4x4xf32>
  %u = arith.mulf %y, %half : tensor<1x4x4x4xf32>
  // expected-error @+1 {{multiple-uses}}
  %v = arith.maximumf %y, %t : tensor<1x4x4x4xf32>
  %r = arith.maximumf %v, %u : tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}
