// RUN: convoy-opt %s --convoy-form-conv | FileCheck %s

// Behind a convolution, each with one thing that its epilogue cannot do.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#turned = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3, d2)>

// The result is used moved and as it is.
// CHECK-LABEL: func @moved_and_not(
// CHECK: convoy.conv
// CHECK: linalg.transpose
func.func @moved_and_not(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %a = math.tanh %y : tensor<1x2x2x2xf32>
  %t = linalg.transpose ins(%y : tensor<1x2x2x2xf32>) outs(%ey : tensor<1x2x2x2xf32>) permutation = [0, 1, 3, 2]
  %s = arith.addf %a, %t : tensor<1x2x2x2xf32>
  return %s : tensor<1x2x2x2xf32>
}

// The same by a step.
// CHECK-LABEL: func @moved_by_step(
// CHECK: convoy.conv
// CHECK: linalg.generic
func.func @moved_by_step(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %a = math.tanh %y : tensor<1x2x2x2xf32>
  %t = linalg.generic {indexing_maps = [#turned, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x2x2xf32>) outs(%ey : tensor<1x2x2x2xf32>) {
  ^bb0(%v: f32, %o: f32):
    %t = math.exp %v : f32
    linalg.yield %t : f32
  } -> tensor<1x2x2x2xf32>
  %s = arith.addf %a, %t : tensor<1x2x2x2xf32>
  return %s : tensor<1x2x2x2xf32>
}

// The residual was not moved in front.
// CHECK-LABEL: func @residual_moved_by_step(
// CHECK: convoy.conv
// CHECK: linalg.generic
func.func @residual_moved_by_step(%x: tensor<1x1x2x2xf32>, %r: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %a = math.tanh %y : tensor<1x2x2x2xf32>
  %b = arith.addf %a, %r : tensor<1x2x2x2xf32>
  %t = linalg.generic {indexing_maps = [#turned, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%b : tensor<1x2x2x2xf32>) outs(%ey : tensor<1x2x2x2xf32>) {
  ^bb0(%v: f32, %o: f32):
    %t = math.exp %v : f32
    linalg.yield %t : f32
  } -> tensor<1x2x2x2xf32>
  return %t : tensor<1x2x2x2xf32>
}

// A residual that is moved where it is added.
// CHECK-LABEL: func @residual_turned(
// CHECK: convoy.conv
// CHECK: linalg.generic
func.func @residual_turned(%x: tensor<1x1x2x2xf32>, %r: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %a = math.tanh %y : tensor<1x2x2x2xf32>
  %t = linalg.generic {indexing_maps = [#id, #turned, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%a, %r : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) outs(%ey : tensor<1x2x2x2xf32>) {
  ^bb0(%v: f32, %w: f32, %o: f32):
    %t = arith.addf %v, %w : f32
    linalg.yield %t : f32
  } -> tensor<1x2x2x2xf32>
  return %t : tensor<1x2x2x2xf32>
}

// A residual of integers.
// CHECK-LABEL: func @integer_residual(
// CHECK: convoy.conv
// CHECK: linalg.generic
func.func @integer_residual(%x: tensor<1x1x2x2xf32>, %r: tensor<1x2x2x2xi32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %t = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %r : tensor<1x2x2x2xf32>, tensor<1x2x2x2xi32>) outs(%ey : tensor<1x2x2x2xf32>) {
  ^bb0(%v: f32, %w: i32, %o: f32):
    %g = arith.sitofp %w : i32 to f32
    %t = arith.addf %v, %g : f32
    linalg.yield %t : f32
  } -> tensor<1x2x2x2xf32>
  return %t : tensor<1x2x2x2xf32>
}

// A second residual.
// CHECK-LABEL: func @second_residual_behind(
// CHECK: convoy.conv
// CHECK: arith.mulf %{{.*}} : tensor<1x2x2x2xf32>
func.func @second_residual_behind(%x: tensor<1x1x2x2xf32>, %r: tensor<1x2x2x2xf32>, %q: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %a = math.tanh %y : tensor<1x2x2x2xf32>
  %s = arith.addf %a, %r : tensor<1x2x2x2xf32>
  %t = arith.mulf %s, %q : tensor<1x2x2x2xf32>
  return %t : tensor<1x2x2x2xf32>
}

// Scaled in one of two places: no scale of the convolution.
// CHECK-LABEL: func @read_twice(
// CHECK: convoy.conv {{.*}} parameters(%arg1
func.func @read_twice(%x: tensor<1x1x2x2xf32>, %k: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %y, %k : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %t = arith.mulf %b, %c : f32
    %s = arith.addf %t, %a : f32
    linalg.yield %s : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
