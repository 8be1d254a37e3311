// RUN: convoy-opt %s --convoy-fold-affine=strict=true --verify-diagnostics \
// RUN:   --split-input-file -o /dev/null
// RUN: convoy-opt %s --convoy-fold-affine --split-input-file -o /dev/null \
// RUN:   --remark-policy=all --remarks-filter=convoy 2>&1 | FileCheck %s \
// RUN:   --implicit-check-not=remark:

// An activation is no refusal, also where it is written in ops of its own that
// compute with numbers: GELU as TOSA has it, y*0.5*(1 + erf(y*0.7)).

func.func @gelu(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>) -> tensor<1x4x4x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %k = arith.constant dense<0.7> : tensor<1x4x4x4xf32>
  %one = arith.constant dense<1.0> : tensor<1x4x4x4xf32>
  %half = arith.constant dense<0.5> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zero : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %a = arith.mulf %y, %k : tensor<1x4x4x4xf32>
  %b = math.erf %a : tensor<1x4x4x4xf32>
  %c = arith.addf %b, %one : tensor<1x4x4x4xf32>
  %d = arith.mulf %half, %c : tensor<1x4x4x4xf32>
  %r = arith.mulf %y, %d : tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// What stands behind such an activation is refused for that reason.

// CHECK: remark: [Missed] nonlinear-step | Category:convoy | Function=behind_gelu
// CHECK-SAME: arith.mulf is not affine in the convolution
func.func @behind_gelu(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %k = arith.constant dense<0.7> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zero : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %a = arith.mulf %y, %k : tensor<1x4x4x4xf32>
  %e = math.erf %a : tensor<1x4x4x4xf32>
  // expected-error @+1 {{nonlinear-step}}
  %gelu = arith.mulf %y, %e : tensor<1x4x4x4xf32>
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%zero : tensor<1x4x4x4xf32>)
      dimensions = [0, 2, 3]
  %r = arith.mulf %gelu, %b : tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// A gate behind a fold is said, but is no error: the pair
// of convolution and steps in front of it is complete.

// CHECK: remark: [Missed] depends-on-conv | Category:convoy | Function=gate_behind_fold
// CHECK-SAME: the rest is not folded into linalg.conv_2d_nchw_fchw
// CHECK: remark: [Passed] fold-affine
func.func @gate_behind_fold(%x: tensor<2x3x6x6xf32>, %w: tensor<4x3x3x3xf32>,
                            %s: tensor<4xf32>) -> tensor<2x4x4x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x4x4x4xf32>
  %none = arith.constant dense<0.0> : tensor<2x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zero : tensor<2x4x4x4xf32>) -> tensor<2x4x4x4xf32>
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%zero : tensor<2x4x4x4xf32>)
      dimensions = [0, 2, 3]
  %scaled = arith.mulf %y, %b : tensor<2x4x4x4xf32>
  %sum = linalg.reduce ins(%scaled : tensor<2x4x4x4xf32>) outs(%none : tensor<2x4xf32>)
      dimensions = [2, 3]
      (%e: f32, %acc: f32) {
        %t = arith.addf %e, %acc : f32
        linalg.yield %t : f32
      }
  %gate = math.tanh %sum : tensor<2x4xf32>
  %g = linalg.broadcast ins(%gate : tensor<2x4xf32>) outs(%zero : tensor<2x4x4x4xf32>)
      dimensions = [2, 3]
  %r = arith.mulf %scaled, %g : tensor<2x4x4x4xf32>
  return %r : tensor<2x4x4x4xf32>
}
