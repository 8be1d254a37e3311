// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Convolutions that are refused for what they are.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

// CHECK-LABEL: func @tiny_floats(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf
func.func @tiny_floats(%x: tensor<1x1x2x2xf8E4M3FN>, %f: tensor<2x1x1x1xf8E4M3FN>, %s: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] unsupported-type | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf8E4M3FN>, tensor<2x1x1x1xf8E4M3FN>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @integers(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
func.func @integers(%x: tensor<1x1x2x2xi8>, %f: tensor<2x1x1x1xi8>, %i: tensor<1x2x2x2xi32>, %s: tensor<2xi32>, %e: tensor<1x2x2x2xi32>) -> tensor<1x2x2x2xi32> {
  // expected-remark @+1 {{[Missed] unsupported-type | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xi8>, tensor<2x1x1x1xi8>) outs(%i : tensor<1x2x2x2xi32>) -> tensor<1x2x2x2xi32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xi32>, tensor<2xi32>) outs(%e : tensor<1x2x2x2xi32>) {
  ^bb0(%a: i32, %p: i32, %o: i32):
    %m = arith.muli %a, %p : i32
    linalg.yield %m : i32
  } -> tensor<1x2x2x2xi32>
  return %r : tensor<1x2x2x2xi32>
}

// CHECK-LABEL: func @encoded_result(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
func.func @encoded_result(%x: tensor<1x1x2x2xf32>, %f: tensor<2x1x1x1xf32>, %i: tensor<1x2x2x2xf32, "tiled">, %s: tensor<2xf32>, %e: tensor<1x2x2x2xf32, "tiled">) -> tensor<1x2x2x2xf32, "tiled"> {
  // expected-remark @+1 {{[Missed] unsupported-type | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32, "tiled">) -> tensor<1x2x2x2xf32, "tiled">
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32, "tiled">, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32, "tiled">) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32, "tiled">
  return %r : tensor<1x2x2x2xf32, "tiled">
}

// CHECK-LABEL: func @encoded_filter(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
func.func @encoded_filter(%x: tensor<1x1x2x2xf32>, %f: tensor<2x1x1x1xf32, "tiled">, %i: tensor<1x2x2x2xf32>, %s: tensor<2xf32>, %e: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  // expected-remark @+1 {{[Missed] unsupported-type | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32, "tiled">) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @encoded_input(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
func.func @encoded_input(%x: tensor<1x1x2x2xf32, "tiled">, %f: tensor<2x1x1x1xf32>, %i: tensor<1x2x2x2xf32>, %s: tensor<2xf32>, %e: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  // expected-remark @+1 {{[Missed] unsupported-type | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32, "tiled">, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @negative_stride(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
func.func @negative_stride(%x: tensor<?x1x?x?xf32>, %f: tensor<2x1x1x1xf32>, %i: tensor<?x2x?x?xf32>, %s: tensor<2xf32>, %e: tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32> {
  // expected-remark @+1 {{[Missed] malformed-conv | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw {strides = dense<-1> : tensor<2xi64>} ins(%x, %f : tensor<?x1x?x?xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<?x2x?x?xf32>, tensor<2xf32>) outs(%e : tensor<?x2x?x?xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x2x?x?xf32>
  return %r : tensor<?x2x?x?xf32>
}

// CHECK-LABEL: func @negative_dilation(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
func.func @negative_dilation(%x: tensor<?x1x?x?xf32>, %f: tensor<2x1x1x1xf32>, %i: tensor<?x2x?x?xf32>, %s: tensor<2xf32>, %e: tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32> {
  // expected-remark @+1 {{[Missed] malformed-conv | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw {dilations = dense<[-2, 1]> : tensor<2xi64>} ins(%x, %f : tensor<?x1x?x?xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<?x2x?x?xf32>, tensor<2xf32>) outs(%e : tensor<?x2x?x?xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x2x?x?xf32>
  return %r : tensor<?x2x?x?xf32>
}

// More elements than 64 bits count.
// CHECK-LABEL: func @overflowing_size(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
func.func @overflowing_size(%x: tensor<4294967296x1x4294967296x2xf32>, %f: tensor<2x1x1x1xf32>, %i: tensor<4294967296x2x4294967296x2xf32>, %s: tensor<2xf32>, %e: tensor<4294967296x2x4294967296x2xf32>) -> tensor<4294967296x2x4294967296x2xf32> {
  // expected-remark @+1 {{[Missed] malformed-conv | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<4294967296x1x4294967296x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<4294967296x2x4294967296x2xf32>) -> tensor<4294967296x2x4294967296x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<4294967296x2x4294967296x2xf32>, tensor<2xf32>) outs(%e : tensor<4294967296x2x4294967296x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<4294967296x2x4294967296x2xf32>
  return %r : tensor<4294967296x2x4294967296x2xf32>
}

// The weights are rounded to f16 before they are multiplied.
// CHECK-LABEL: func @narrow_accumulator(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf
func.func @narrow_accumulator(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf16> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %z = arith.constant 0.0 : f16
  %e = tensor.empty() : tensor<1x2x2x2xf16>
  %i = linalg.fill ins(%z : f16) outs(%e : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  // expected-remark @+1 {{[Missed] unsupported-type | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf16>, tensor<2xf16>) outs(%e : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f16, %p: f16, %o: f16):
    %m = arith.mulf %a, %p : f16
    linalg.yield %m : f16
  } -> tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}
