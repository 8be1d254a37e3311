// RUN: convoy-opt %s --convoy-fold-affine | FileCheck %s

// Steps that know less of the sizes than the convolution does, or more: their result
// keeps its type.

// CHECK-LABEL: func @forgets(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw {{.*}} -> tensor<3x2x2x2xf32>
// CHECK-NEXT: %[[R:.*]] = tensor.cast %[[Y]] : tensor<3x2x2x2xf32> to tensor<?x2x2x2xf32>
// CHECK-NEXT: return %[[R]]
func.func @forgets(%x: tensor<3x1x2x2xf32>, %e: tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<3x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<3x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<3x2x2x2xf32>) -> tensor<3x2x2x2xf32>
  %r = linalg.negf ins(%y : tensor<3x2x2x2xf32>) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  return %r : tensor<?x2x2x2xf32>
}

// CHECK-LABEL: func @learns(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw {{.*}} -> tensor<?x2x2x2xf32>
// CHECK-NEXT: %[[R:.*]] = tensor.cast %[[Y]] : tensor<?x2x2x2xf32> to tensor<3x2x2x2xf32>
// CHECK-NEXT: return %[[R]]
func.func @learns(%x: tensor<?x1x2x2xf32>, %e: tensor<?x2x2x2xf32>) -> tensor<3x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %o = tensor.empty() : tensor<3x2x2x2xf32>
  %r = linalg.negf ins(%y : tensor<?x2x2x2xf32>) outs(%o : tensor<3x2x2x2xf32>) -> tensor<3x2x2x2xf32>
  return %r : tensor<3x2x2x2xf32>
}

// In front of the convolution.
// CHECK-LABEL: func @in_front(
// CHECK-NOT: linalg.negf
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} -> tensor<?x2x2x2xf32>
// CHECK-NEXT: return
func.func @in_front(%x: tensor<3x1x2x2xf32>, %n: tensor<?x1x2x2xf32>, %e: tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %m = linalg.negf ins(%x : tensor<3x1x2x2xf32>) outs(%n : tensor<?x1x2x2xf32>) -> tensor<?x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%m, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  return %y : tensor<?x2x2x2xf32>
}

// A sum of both kinds.
// CHECK-LABEL: func @sum(
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} -> tensor<3x2x2x2xf32>
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} -> tensor<?x2x2x2xf32>
// CHECK: linalg.add
// CHECK-NOT: linalg.negf
// CHECK: return {{.*}} : tensor<?x2x2x2xf32>
func.func @sum(%x: tensor<3x1x2x2xf32>, %u: tensor<?x1x2x2xf32>, %e: tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %i = arith.constant dense<0.0> : tensor<3x2x2x2xf32>
  %k = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<3x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<3x2x2x2xf32>) -> tensor<3x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%u, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%k : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %s = linalg.add ins(%y, %z : tensor<3x2x2x2xf32>, tensor<?x2x2x2xf32>) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %r = linalg.negf ins(%s : tensor<?x2x2x2xf32>) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  return %r : tensor<?x2x2x2xf32>
}
