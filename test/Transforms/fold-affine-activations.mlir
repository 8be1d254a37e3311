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

// -----

// PReLU with a slope for each channel, max(y, a*y), is said, but is no error either:
// the pair in front of it is complete.

// CHECK: remark: [Missed] multiple-uses | Category:convoy | Function=prelu_as_maximum
// CHECK-SAME: the rest is not folded into linalg.conv_2d_nchw_fchw
// CHECK: remark: [Passed] fold-affine | Category:convoy | Function=prelu_as_maximum
// CHECK-SAME: folded 1 step (mulf)
func.func @prelu_as_maximum(%x: tensor<?x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %init: tensor<?x4x4x4xf32>, %s: tensor<4xf32>,
                            %slope: tensor<4xf32>) -> tensor<?x4x4x4xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x3x6x6xf32>
  %e = tensor.empty(%n) : tensor<?x4x4x4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4x4x4xf32>) -> tensor<?x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<?x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<?x4x4x4xf32>) -> tensor<?x4x4x4xf32>
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e : tensor<?x4x4x4xf32>) dimensions = [0, 2, 3]
  %scaled = linalg.mul ins(%y, %b : tensor<?x4x4x4xf32>, tensor<?x4x4x4xf32>) outs(%e : tensor<?x4x4x4xf32>) -> tensor<?x4x4x4xf32>
  %a = linalg.broadcast ins(%slope : tensor<4xf32>) outs(%e : tensor<?x4x4x4xf32>) dimensions = [0, 2, 3]
  %below = linalg.mul ins(%scaled, %a : tensor<?x4x4x4xf32>, tensor<?x4x4x4xf32>) outs(%e : tensor<?x4x4x4xf32>) -> tensor<?x4x4x4xf32>
  %k = tensor.dim %below, %c0 : tensor<?x4x4x4xf32>
  %f = tensor.empty(%k) : tensor<?x4x4x4xf32>
  %r = linalg.max ins(%scaled, %below : tensor<?x4x4x4xf32>, tensor<?x4x4x4xf32>) outs(%f : tensor<?x4x4x4xf32>) -> tensor<?x4x4x4xf32>
  return %r : tensor<?x4x4x4xf32>
}

// -----

// As torch-mlir writes aten.prelu: an op that compares, one that multiplies and one
// that selects.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK: remark: [Missed] multiple-uses | Category:convoy | Function=prelu_as_selection
// CHECK: remark: [Passed] fold-affine | Category:convoy | Function=prelu_as_selection
// CHECK-SAME: folded 1 step (mulf)
func.func @prelu_as_selection(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %slope: tensor<4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x4x4x4xf32>
  %bits = tensor.empty() : tensor<1x4x4x4xi1>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %scaled = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%e : tensor<1x4x4x4xf32>) {
  ^bb0(%in: f32, %scale: f32, %out: f32):
    %m = arith.mulf %in, %scale : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x4xf32>
  %above = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%scaled : tensor<1x4x4x4xf32>) outs(%bits : tensor<1x4x4x4xi1>) {
  ^bb0(%in: f32, %out: i1):
    %m = arith.cmpf ugt, %in, %zero : f32
    linalg.yield %m : i1
  } -> tensor<1x4x4x4xi1>
  %below = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%scaled, %slope : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%e : tensor<1x4x4x4xf32>) {
  ^bb0(%in: f32, %scale: f32, %out: f32):
    %m = arith.mulf %in, %scale : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%above, %scaled, %below : tensor<1x4x4x4xi1>, tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) outs(%e : tensor<1x4x4x4xf32>) {
  ^bb0(%condition: i1, %in: f32, %other: f32, %out: f32):
    %m = arith.select %condition, %in, %other : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// Without a step in front of it there is no pair.

// CHECK: remark: [Missed] multiple-uses | Category:convoy | Function=prelu_alone
func.func @prelu_alone(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %slope: tensor<4xf32>) -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %a = linalg.broadcast ins(%slope : tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) dimensions = [0, 2, 3]
  %below = arith.mulf %y, %a : tensor<1x4x4x4xf32>
  %r = arith.maximumf %y, %below : tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}
