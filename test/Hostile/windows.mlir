// RUN: timeout 30 convoy-opt %s --convoy-fold-affine --remark-policy=all --remarks-filter=convoy -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file %t.mlir
// RUN: FileCheck %s --input-file %t.remarks --check-prefix=REMARK

// Windows of linalg.generic that are no windows, and strides without end.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// A negative stride in the map.
// REMARK-NOT: [Passed]
// CHECK-LABEL: func @negative_stride_in_map(
// CHECK: linalg.generic
// CHECK: arith.addf
func.func @negative_stride_in_map(%x: tensor<1x2x?xf32>, %f: tensor<2x2x3xf32>, %i: tensor<1x2x?xf32>) -> tensor<1x2x?xf32> {
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, kw) -> (n, c, w * -1 + kw)>, affine_map<(n, f, w, c, kw) -> (f, c, kw)>, affine_map<(n, f, w, c, kw) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %f : tensor<1x2x?xf32>, tensor<2x2x3xf32>) outs(%i : tensor<1x2x?xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x2x?xf32>
  %r = arith.addf %y, %y : tensor<1x2x?xf32>
  return %r : tensor<1x2x?xf32>
}

// The largest stride there is.
// CHECK-LABEL: func @largest_stride(
// CHECK: linalg.conv_2d_nchw_fchw
func.func @largest_stride(%x: tensor<?x1x?x?xf32>, %f: tensor<2x1x1x1xf32>, %i: tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32> {
  %y = linalg.conv_2d_nchw_fchw {strides = dense<9223372036854775807> : tensor<2xi64>, dilations = dense<9223372036854775807> : tensor<2xi64>} ins(%x, %f : tensor<?x1x?x?xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32>
  %r = arith.addf %y, %y : tensor<?x2x?x?xf32>
  return %r : tensor<?x2x?x?xf32>
}

// A body that is no sum of products.
// CHECK-LABEL: func @maximum_of_products(
// CHECK: arith.maximumf
func.func @maximum_of_products(%x: tensor<1x2x9xf32>, %f: tensor<2x2x3xf32>, %i: tensor<1x2x7xf32>) -> tensor<1x2x7xf32> {
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, kw) -> (n, c, w + kw)>, affine_map<(n, f, w, c, kw) -> (f, c, kw)>, affine_map<(n, f, w, c, kw) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %f : tensor<1x2x9xf32>, tensor<2x2x3xf32>) outs(%i : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.maximumf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x2x7xf32>
  %r = arith.addf %y, %y : tensor<1x2x7xf32>
  return %r : tensor<1x2x7xf32>
}
