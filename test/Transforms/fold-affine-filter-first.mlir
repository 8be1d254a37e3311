// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse | diff %t.mlir -
// RUN: convoy-opt %s --convoy-form-conv | FileCheck %s --check-prefix=FORM

// A convolution whose filter is the first factor is the same convolution.

#w = affine_map<(n, f, y, x, c, ky, kx) -> (f, c, ky, kx)>
#in = affine_map<(n, f, y, x, c, ky, kx) -> (n, c, y + ky, x + kx)>
#out = affine_map<(n, f, y, x, c, ky, kx) -> (n, f, y, x)>
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// CHECK-LABEL: func @main(
// CHECK-SAME: %[[X:.*]]: tensor<1x1x4x4xf16>
// CHECK-DAG{LITERAL}: dense<[[[[3.000000e+00, 3.000000e+00], [3.000000e+00, 3.000000e+00]]], [[[5.000000e+00, 5.000000e+00], [5.000000e+00, 5.000000e+00]]]]> : tensor<2x1x2x2xf32>
// CHECK: linalg.generic {{.*}} ins(%[[X]],
// CHECK-NEXT: ^bb0(%[[A:.*]]: f16, %[[B:.*]]: f32, %[[O:.*]]: f32):
// CHECK-NEXT: %[[E:.*]] = arith.extf %[[A]] : f16 to f32
// CHECK-NEXT: %[[M:.*]] = arith.mulf %[[B]], %[[E]] : f32
// CHECK-NEXT: arith.addf %[[M]], %[[O]] : f32
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @main(%x: tensor<1x1x4x4xf16>) -> tensor<1x2x3x3xf32> {
  %f = arith.constant dense<1.0> : tensor<2x1x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %s = arith.constant dense<[3.0, 5.0]> : tensor<2xf32>
  %y = linalg.generic {indexing_maps = [#w, #in, #out], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%f, %x : tensor<2x1x2x2xf32>, tensor<1x1x4x4xf16>) outs(%i : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %b: f16, %o: f32):
    %e = arith.extf %b : f16 to f32
    %m = arith.mulf %a, %e : f32
    %r = arith.addf %m, %o : f32
    linalg.yield %r : f32
  } -> tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%i : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// FORM-LABEL: func @formed(
// FORM-SAME: %[[X:.*]]: tensor<1x1x4x4xf32>, %[[W:.*]]: tensor<2x1x2x2xf32>
// FORM: convoy.conv <nchw, fchw -> nfhw> ins(%[[X]], %[[W]] :
func.func @formed(%x: tensor<1x1x4x4xf32>, %f: tensor<2x1x2x2xf32>) -> tensor<1x2x3x3xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.generic {indexing_maps = [#w, #in, #out], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%f, %x : tensor<2x1x2x2xf32>, tensor<1x1x4x4xf32>) outs(%i : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %r = arith.addf %m, %o : f32
    linalg.yield %r : f32
  } -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}
