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

// It reads two values of the convolution, but sums up over the image: joinsValuesOf, !isElementwise(op).
func.func @energy(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>) -> (tensor<1x4x4x4xf32>, tensor<1x4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %none = arith.constant dense<0.0> : tensor<1x4xf32>
  %two = arith.constant dense<2.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zero : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = arith.mulf %y, %two : tensor<1x4x4x4xf32>
  // expected-remark @+1 {{[Missed] multiple-uses}}
  %u = linalg.generic {indexing_maps = [affine_map<(n, f, h, w) -> (n, f, h, w)>, affine_map<(n, f, h, w) -> (n, f, h, w)>,
                                        affine_map<(n, f, h, w) -> (n, f)>],
      iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%y, %r : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) outs(%none : tensor<1x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %out : f32
    linalg.yield %n : f32
  } -> tensor<1x4xf32>
  return %r, %u : tensor<1x4x4x4xf32>, tensor<1x4xf32>
}

// What puts two values of a convolution together also waits for its sum: explainSteps, reason == MultipleUses.
func.func @gated_by_other(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %v: tensor<4x3x3x3xf32>)
    -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %none = arith.constant dense<0.0> : tensor<4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zero : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %sum = linalg.reduce { arith.addf } ins(%y : tensor<1x4x4x4xf32>) outs(%none : tensor<4xf32>) dimensions = [0, 2, 3]
  %b = linalg.broadcast ins(%sum : tensor<4xf32>) outs(%zero : tensor<1x4x4x4xf32>) dimensions = [0, 2, 3]
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zero : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %u = arith.mulf %y2, %b : tensor<1x4x4x4xf32>
  %t = arith.addf %u, %y : tensor<1x4x4x4xf32>
  // expected-remark @+1 {{[Missed] batch-statistics}}
  %r = arith.addf %t, %y : tensor<1x4x4x4xf32>
  // expected-remark @+1 {{[Missed] multiple-uses}}
  return %r, %y2 : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>
}

// Behind a fold, what varies along rows is no activation: collectRefusals, reason == NotPerChannel.
func.func @rows(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %rows: tensor<4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zero : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%zero : tensor<1x4x4x4xf32>) dimensions = [0, 2, 3]
  %u = arith.addf %y, %b : tensor<1x4x4x4xf32>
  %c = linalg.broadcast ins(%rows : tensor<4xf32>) outs(%zero : tensor<1x4x4x4xf32>) dimensions = [0, 1, 3]
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %r = arith.mulf %u, %c : tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}
