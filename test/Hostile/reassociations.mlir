// RUN: timeout 30 convoy-opt %s --convoy-fold-affine --remark-policy=all --remarks-filter=convoy -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file %t.mlir
// RUN: FileCheck %s --input-file %t.remarks --check-prefix=REMARK
// RUN: timeout 30 convoy-opt %s --convoy-form-conv -o /dev/null
// RUN: not timeout 30 convoy-opt %s --convoy-lower-front-ends -o /dev/null 2>&1 | FileCheck %s --check-prefix=ERROR

// Upstream's verifier looks at the lower 32 bits of a dimension: 4294967299 passes for 3,
// and is no dimension of these tensors.

// ERROR: error: expected a reassociation that names each dimension once and in order, found {{\[}}[0], [1, 2, 4294967299]]

// REMARK: ambiguous-channel {{.*}}Function=behind
// CHECK-LABEL: func @behind(
// CHECK: tensor.collapse_shape
// CHECK-NEXT: arith.mulf
func.func @behind(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32>, %v: tensor<1x30xf32>) -> tensor<1x30xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x3x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %flat = "tensor.collapse_shape"(%y) <{reassociation = [[0], [1, 2, 4294967299]]}> : (tensor<1x2x3x5xf32>) -> tensor<1x30xf32>
  %r = arith.mulf %flat, %v : tensor<1x30xf32>
  return %r : tensor<1x30xf32>
}

// CHECK-LABEL: func @parameter(
// CHECK: tensor.expand_shape
// CHECK: arith.mulf
func.func @parameter(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x1x1xf32>, %v: tensor<1x30xf32>) -> tensor<1x2x3x5xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x3x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %p = "tensor.expand_shape"(%v) <{reassociation = [[0], [1, 2, 4294967299]], static_output_shape = array<i64: 1, 2, 3, 5>}> : (tensor<1x30xf32>) -> tensor<1x2x3x5xf32>
  %r = arith.mulf %y, %p : tensor<1x2x3x5xf32>
  return %r : tensor<1x2x3x5xf32>
}

// CHECK-LABEL: func @in_front(
// CHECK: arith.mulf
// CHECK-NEXT: tensor.expand_shape
func.func @in_front(%x: tensor<1x30xf32>, %f: tensor<2x2x1x1xf32>) -> tensor<1x2x3x5xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x3x5xf32>
  %two = arith.constant dense<2.0> : tensor<1x30xf32>
  %m = arith.mulf %x, %two : tensor<1x30xf32>
  %p = "tensor.expand_shape"(%m) <{reassociation = [[0], [1, 2, 4294967299]], static_output_shape = array<i64: 1, 2, 3, 5>}> : (tensor<1x30xf32>) -> tensor<1x2x3x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  return %y : tensor<1x2x3x5xf32>
}

// CHECK-LABEL: func @first_of_group(
// CHECK: tensor.collapse_shape
func.func @first_of_group(%x: tensor<1x2x3x1xf32>, %f: tensor<2x2x1x1xf32>) -> tensor<1x2x3xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x3x1xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x1xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x1xf32>) -> tensor<1x2x3x1xf32>
  %flat = "tensor.collapse_shape"(%y) <{reassociation = [[0], [1], [4294967298, 3]]}> : (tensor<1x2x3x1xf32>) -> tensor<1x2x3xf32>
  %r = math.exp %flat : tensor<1x2x3xf32>
  return %r : tensor<1x2x3xf32>
}

// CHECK-LABEL: func @vector_collapsed(
// CHECK: tensor.collapse_shape
func.func @vector_collapsed(%x: tensor<1x3x2x2xf32>, %f: tensor<3x3x1x1xf32>, %v: tensor<3x1x1xf32>) -> tensor<1x3x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x3x2x2xf32>, tensor<3x3x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %p = "tensor.collapse_shape"(%v) <{reassociation = [[0, 1], [4294967298]]}> : (tensor<3x1x1xf32>) -> tensor<3x1xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1, 0)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %p : tensor<1x3x2x2xf32>, tensor<3x1xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%in: f32, %v1: f32, %out: f32):
    %t = arith.mulf %in, %v1 : f32
    linalg.yield %t : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}
