// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Steps behind what the walk over a block does not follow stay, and what stands in between
// is said.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// CHECK-LABEL: func @pooling(
// CHECK: linalg.pooling_nchw_max
// CHECK: arith.mulf
func.func @pooling(%x: tensor<1x1x4x4xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %low = arith.constant dense<0xFF800000> : tensor<1x2x2x2xf32>
  %window = tensor.empty() : tensor<2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  // expected-remark @+1 {{[Missed] crosses-pooling | Category:convoy}}
  %p = linalg.pooling_nchw_max {strides = dense<2> : tensor<2xi64>} ins(%y, %window : tensor<1x2x4x4xf32>, tensor<2x2xf32>) outs(%low : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.mulf %p, %b : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// The steps in front of it fold.
// CHECK-LABEL: func @pooling_in_between(
// CHECK-NOT: arith.mulf
// CHECK: linalg.pooling_nchw_sum
// CHECK: arith.mulf
func.func @pooling_in_between(%x: tensor<1x1x4x4xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %zeros = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %window = tensor.empty() : tensor<2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %a = linalg.broadcast ins(%s : tensor<2xf32>) outs(%i : tensor<1x2x4x4xf32>) dimensions = [0, 2, 3]
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%zeros : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Passed] fold-affine | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %m = arith.mulf %y, %a : tensor<1x2x4x4xf32>
  // expected-remark @+1 {{the rest is not folded into}}
  %p = linalg.pooling_nchw_sum {strides = dense<2> : tensor<2xi64>} ins(%m, %window : tensor<1x2x4x4xf32>, tensor<2x2xf32>) outs(%zeros : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.mulf %p, %b : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A mean over the image, a reshape, and a step on vectors.
// CHECK-LABEL: func @mean(
// CHECK: arith.mulf
func.func @mean(%x: tensor<1x1x4x4xf32>, %s: tensor<2xf32>) -> tensor<2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %zeros = arith.constant dense<0.0> : tensor<1x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  // expected-remark @+1 {{[Missed] crosses-pooling | Category:convoy}}
  %sum = linalg.reduce ins(%y : tensor<1x2x4x4xf32>) outs(%zeros : tensor<1x2xf32>) dimensions = [2, 3]
      (%a: f32, %b: f32) {
        %t = arith.addf %a, %b : f32
        linalg.yield %t : f32
      }
  %flat = tensor.collapse_shape %sum [[0, 1]] : tensor<1x2xf32> into tensor<2xf32>
  %r = arith.mulf %flat, %s : tensor<2xf32>
  return %r : tensor<2xf32>
}

// A factor that is the same for all channels is how means are made.
// CHECK-LABEL: func @mean_alone(
// CHECK: arith.mulf
func.func @mean_alone(%x: tensor<1x1x4x4xf32>) -> tensor<1x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %zeros = arith.constant dense<0.0> : tensor<1x2xf32>
  %n = arith.constant dense<0.0625> : tensor<1x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %sum = linalg.reduce ins(%y : tensor<1x2x4x4xf32>) outs(%zeros : tensor<1x2xf32>) dimensions = [2, 3]
      (%a: f32, %b: f32) {
        %t = arith.addf %a, %b : f32
        linalg.yield %t : f32
      }
  %r = arith.mulf %sum, %n : tensor<1x2xf32>
  return %r : tensor<1x2xf32>
}

// Behind a matrix product, channels are no channels of the convolution any more.
// CHECK-LABEL: func @matrix_product(
// CHECK: arith.addf
func.func @matrix_product(%x: tensor<1x1x1x1xf32>, %w: tensor<2x2xf32>, %s: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x1x1xf32>
  %zeros = arith.constant dense<0.0> : tensor<1x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  %flat = tensor.collapse_shape %y [[0], [1, 2, 3]] : tensor<1x2x1x1xf32> into tensor<1x2xf32>
  %p = linalg.matmul ins(%flat, %w : tensor<1x2xf32>, tensor<2x2xf32>) outs(%zeros : tensor<1x2xf32>) -> tensor<1x2xf32>
  %r = arith.addf %p, %s : tensor<1x2xf32>
  return %r : tensor<1x2xf32>
}

func.func private @other(tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>

// CHECK-LABEL: func @call(
// CHECK: call @other
// CHECK: arith.mulf
func.func @call(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%i : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] crosses-call | Category:convoy}}
  %c = func.call @other(%y) : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.mulf %c, %b : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// The step is taken on one way only.
// CHECK-LABEL: func @within_a_region(
// CHECK: arith.mulf
func.func @within_a_region(%x: tensor<1x1x2x2xf32>, %condition: i1) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%i : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = scf.if %condition -> tensor<1x2x2x2xf32> {
    // expected-remark @+1 {{[Missed] crosses-region | Category:convoy}}
    %m = arith.mulf %y, %b : tensor<1x2x2x2xf32>
    scf.yield %m : tensor<1x2x2x2xf32>
  } else {
    scf.yield %y : tensor<1x2x2x2xf32>
  }
  return %r : tensor<1x2x2x2xf32>
}

// The convolution is.
// CHECK-LABEL: func @behind_a_region(
// CHECK: arith.mulf
func.func @behind_a_region(%x: tensor<1x1x2x2xf32>, %condition: i1, %other: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%i : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = scf.if %condition -> tensor<1x2x2x2xf32> {
    %c = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    scf.yield %c : tensor<1x2x2x2xf32>
  } else {
    scf.yield %other : tensor<1x2x2x2xf32>
  }
  // expected-remark @+1 {{[Missed] crosses-region | Category:convoy}}
  %r = arith.mulf %y, %b : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Another block, which gets the convolution as an argument or reads it.
// CHECK-LABEL: func @block_argument(
// CHECK: arith.mulf
func.func @block_argument(%x: tensor<1x1x2x2xf32>, %s: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%i : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  cf.br ^next(%y : tensor<1x2x2x2xf32>)
^next(%z: tensor<1x2x2x2xf32>):
  // expected-remark @+1 {{[Missed] crosses-region | Category:convoy}}
  %r = arith.mulf %z, %b : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @next_block(
// CHECK: arith.mulf
func.func @next_block(%x: tensor<1x1x2x2xf32>, %s: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%i : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  cf.br ^next
^next:
  // expected-remark @+1 {{[Missed] crosses-region | Category:convoy}}
  %r = arith.mulf %y, %b : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @to_integers(
// CHECK: arith.muli
func.func @to_integers(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xi32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xi32>
  %s = arith.constant dense<[2, 4]> : tensor<2xi32>
  %b = linalg.broadcast ins(%s : tensor<2xi32>) outs(%e : tensor<1x2x2x2xi32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] nonlinear-step | Category:convoy}}
  %q = arith.fptosi %y : tensor<1x2x2x2xf32> to tensor<1x2x2x2xi32>
  %r = arith.muli %q, %b : tensor<1x2x2x2xi32>
  return %r : tensor<1x2x2x2xi32>
}

// An op of which nothing is known.
// CHECK-LABEL: func @softmax(
// CHECK: arith.mulf
func.func @softmax(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%i : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] nonlinear-step | Category:convoy}}
  %q = linalg.softmax dimension(1) ins(%y : tensor<1x2x2x2xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.mulf %q, %b : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

func.func private @takes_step(%y: tensor<1x2x2x2xf32>, %s: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %a = arith.maximumf %y, %z : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %a, %b : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

func.func private @calls_on(%y: tensor<1x2x2x2xf32>, %s: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %r = func.call @takes_step(%y, %s) : (tensor<1x2x2x2xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

func.func private @takes_number(%y: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %two = arith.constant dense<2.0> : tensor<1x2x2x2xf32>
  %r = arith.mulf %y, %two : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

func.func private @calls_itself(%y: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %r = func.call @calls_itself(%y) : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// The step is in the function that the convolution is passed to.
// CHECK-LABEL: func @step_in_callee(
// CHECK: call @takes_step
func.func @step_in_callee(%x: tensor<1x1x2x2xf32>, %s: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] crosses-call | Category:convoy}}
  %r = func.call @takes_step(%y, %s) : (tensor<1x2x2x2xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @step_in_callee_of_callee(
// CHECK: call @calls_on
func.func @step_in_callee_of_callee(%x: tensor<1x1x2x2xf32>, %s: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] crosses-call | Category:convoy}}
  %r = func.call @calls_on(%y, %s) : (tensor<1x2x2x2xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// One number for all channels is what activations are made of, and nothing is said.
// CHECK-LABEL: func @number_in_callee(
// CHECK: call @takes_number
func.func @number_in_callee(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = func.call @takes_number(%y) : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %t = func.call @calls_itself(%y) : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %r, %t : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}
