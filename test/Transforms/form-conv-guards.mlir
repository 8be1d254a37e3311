// RUN: convoy-opt %s --convoy-form-conv | FileCheck %s

// Each function is what one precondition of form-conv, and no other test, keeps
// from being taken into the convolution.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#first = affine_map<(d0, d1, d2, d3) -> (d0)>

// The filter is squared, not scaled.
// CHECK-LABEL: func @squared_filter(
// CHECK: arith.mulf
// CHECK: convoy.conv {{.*}} ins(%arg0, %{{[0-9]+}} :
// CHECK-NOT: scale(
func.func @squared_filter(%x: tensor<1x2x9x9xf32>, %w: tensor<2x2x3x3xf32>, %s: tensor<2xf32>, %i: tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32> {
  %e = tensor.empty() : tensor<2x2x3x3xf32>
  %v = linalg.generic {indexing_maps = [#id, #first, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %s : tensor<2x2x3x3xf32>, tensor<2xf32>) outs(%e : tensor<2x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %a : f32
    linalg.yield %m : f32
  } -> tensor<2x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%i : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  return %y : tensor<1x2x7x7xf32>
}

// The filter has no part in it.
// CHECK-LABEL: func @squared_scale(
// CHECK: arith.mulf
// CHECK: convoy.conv {{.*}} ins(%arg0, %{{[0-9]+}} :
// CHECK-NOT: scale(
func.func @squared_scale(%x: tensor<1x2x9x9xf32>, %w: tensor<2x2x3x3xf32>, %s: tensor<2xf32>, %i: tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32> {
  %e = tensor.empty() : tensor<2x2x3x3xf32>
  %v = linalg.generic {indexing_maps = [#id, #first, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %s : tensor<2x2x3x3xf32>, tensor<2xf32>) outs(%e : tensor<2x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %p, %p : f32
    linalg.yield %m : f32
  } -> tensor<2x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%i : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  return %y : tensor<1x2x7x7xf32>
}
