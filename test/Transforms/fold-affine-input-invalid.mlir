// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Steps in front of a convolution that stay there.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

// The border would become t instead of 0.
// CHECK-LABEL: func @shift_through_padding(
// CHECK: arith.addf
// CHECK: tensor.pad
// CHECK: linalg.conv
func.func @shift_through_padding(%x: tensor<1x2x2x2xf32>) -> tensor<1x1x4x4xf32> {
  %f = arith.constant dense<[[[[3.0]], [[5.0]]]]> : tensor<1x2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %z = arith.constant 0.0 : f32
  %xe = tensor.empty() : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] shift-crosses-padding | Category:convoy}}
  %1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%xe : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.addf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %pad = tensor.pad %1 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %z : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x4xf32>
  %b = arith.constant dense<100.0> : tensor<1x1x4x4xf32>
  %r = linalg.conv_2d_nchw_fchw ins(%pad, %f : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) outs(%b : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %r : tensor<1x1x4x4xf32>
}

// The scaled input is an output as well.
// CHECK-LABEL: func @used_elsewhere(
// CHECK: arith.mulf
func.func @used_elsewhere(%x: tensor<1x2x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %f = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] multiple-uses | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%m, %f : tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y, %m : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// What a shift of the input adds up to would have to be added to all elements of the init.
// CHECK-LABEL: func @shift_onto_full_init(
// CHECK: arith.addf
// CHECK: linalg.conv_2d_nchw_fchw
func.func @shift_onto_full_init(%x: tensor<1x2x3x3xf32>, %s: tensor<2xf32>, %i: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]]], [[[5.0]], [[7.0]]]]> : tensor<2x2x1x1xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.addf %x, %b : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%m, %f : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}
