// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Steps in front of a convolution that accumulates onto another: what a shift of the
// input adds up to has no init to go into, so the shift stays. A scale folds.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// CHECK-LABEL: func @shift(
// CHECK-SAME: %[[X:[^:]*]]: tensor
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[-2.000000e+00]]], [[[-3.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[-5.000000e+00]]], [[[-7.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK: %[[S:.*]] = linalg.generic {{.*}} ins(%[[X]] : tensor<1x1x2x2xf32>)
// CHECK: arith.subf
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%[[X]],
// CHECK: %[[Z:.*]] = linalg.conv_2d_nchw_fchw ins(%[[S]], {{.*}} outs(%[[Y]] :
// CHECK-NEXT: return %[[Z]]
func.func @shift(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %g = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf32>
  %c = arith.constant 11.0 : f32
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x1x2x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<1x1x2x2xf32>) outs(%e : tensor<1x1x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.subf %a, %c : f32
    linalg.yield %m : f32
  } -> tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%s, %g : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%y : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.negf %z : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @scale(
// CHECK-SAME: %[[X:[^:]*]]: tensor
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[-2.000000e+00]]], [[[-3.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[-5.500000e+01]]], [[[-7.700000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%[[X]],
// CHECK: %[[Z:.*]] = linalg.conv_2d_nchw_fchw ins(%[[X]], {{.*}} outs(%[[Y]] :
// CHECK-NEXT: return %[[Z]]
func.func @scale(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %g = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf32>
  %c = arith.constant 11.0 : f32
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x1x2x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<1x1x2x2xf32>) outs(%e : tensor<1x1x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.mulf %a, %c : f32
    linalg.yield %m : f32
  } -> tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%s, %g : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%y : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.negf %z : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
