// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Packed results that keep a step behind them.

// The factor differs between the rows of a tile.
// CHECK-LABEL: func @tiled_rows(
// CHECK: arith.mulf
func.func @tiled_rows(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x1x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x4x1x2x2xf32>
  %s = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %p = linalg.pack %y inner_dims_pos = [2] inner_tiles = [2] into %e : tensor<1x4x2x2xf32> -> tensor<1x4x1x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x4x1x2x2xf32>) dimensions = [0, 1, 2, 3]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %r = arith.mulf %p, %b : tensor<1x4x1x2x2xf32>
  return %r : tensor<1x4x1x2x2xf32>
}

// The last tile is filled with ones, which would not take the factor.
// CHECK-LABEL: func @filled_with_ones(
// CHECK: arith.mulf
func.func @filled_with_ones(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2x3xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2x3xf32>
  %one = arith.constant 1.0 : f32
  %s = arith.constant dense<[[2.0, 3.0, 5.0], [7.0, 11.0, 13.0]]> : tensor<2x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %p = linalg.pack %y padding_value(%one : f32) inner_dims_pos = [1] inner_tiles = [3] into %e : tensor<1x4x2x2xf32> -> tensor<1x2x2x2x3xf32>
  %b = linalg.broadcast ins(%s : tensor<2x3xf32>) outs(%e : tensor<1x2x2x2x3xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %r = arith.mulf %p, %b : tensor<1x2x2x2x3xf32>
  return %r : tensor<1x2x2x2x3xf32>
}

// The zeros in the last tile would take the shift.
// CHECK-LABEL: func @shift_of_filled_tile(
// CHECK: arith.addf
func.func @shift_of_filled_tile(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2x3xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2x3xf32>
  %zero = arith.constant 0.0 : f32
  %s = arith.constant dense<[[2.0, 3.0, 5.0], [7.0, 11.0, 13.0]]> : tensor<2x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %p = linalg.pack %y padding_value(%zero : f32) inner_dims_pos = [1] inner_tiles = [3] into %e : tensor<1x4x2x2xf32> -> tensor<1x2x2x2x3xf32>
  %b = linalg.broadcast ins(%s : tensor<2x3xf32>) outs(%e : tensor<1x2x2x2x3xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] shift-crosses-padding | Category:convoy}}
  %r = arith.addf %p, %b : tensor<1x2x2x2x3xf32>
  return %r : tensor<1x2x2x2x3xf32>
}

// The size of a tile is known at run time only, and with it the channel of an element.
// CHECK-LABEL: func @tile_of_unknown_size(
// CHECK: arith.mulf
func.func @tile_of_unknown_size(%x: tensor<1x1x2x2xf32>, %t: index, %e: tensor<1x?x2x2x?xf32>, %s: tensor<?x?xf32>) -> tensor<1x?x2x2x?xf32> {
  %zero = arith.constant 0.0 : f32
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %p = linalg.pack %y padding_value(%zero : f32) inner_dims_pos = [1] inner_tiles = [%t] into %e : tensor<1x4x2x2xf32> -> tensor<1x?x2x2x?xf32>
  %b = linalg.broadcast ins(%s : tensor<?x?xf32>) outs(%e : tensor<1x?x2x2x?xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] ambiguous-channel | Category:convoy}}
  %r = arith.mulf %p, %b : tensor<1x?x2x2x?xf32>
  return %r : tensor<1x?x2x2x?xf32>
}

// The factor of the channel that is cut off is not known.
// CHECK-LABEL: func @channel_cut_off(
// CHECK: arith.mulf
func.func @channel_cut_off(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2x2xf32>
  %u = tensor.empty() : tensor<1x3x2x2xf32>
  %s = arith.constant dense<[2.0, 3.0, 5.0]> : tensor<3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %p = linalg.pack %y inner_dims_pos = [1] inner_tiles = [2] into %e : tensor<1x4x2x2xf32> -> tensor<1x2x2x2x2xf32>
  %q = linalg.unpack %p inner_dims_pos = [1] inner_tiles = [2] into %u : tensor<1x2x2x2x2xf32> -> tensor<1x3x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<3xf32>) outs(%u : tensor<1x3x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] ambiguous-channel | Category:convoy}}
  %r = arith.mulf %q, %b : tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// The packed result has no channels of the convolution in it: that only lends its shape.
// CHECK-LABEL: func @only_the_shape(
// CHECK: arith.mulf
func.func @only_the_shape(%x: tensor<1x1x2x2xf32>, %z: tensor<1x8x2xf32>, %s: tensor<4xf32>) -> tensor<1x4x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x4x2x2xf32>
  %p = linalg.pack %z inner_dims_pos = [1] inner_tiles = [2] into %y : tensor<1x8x2xf32> -> tensor<1x4x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %p, %b : tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// In front of a convolution: the channels that fill the last tile have no factor.
#in = affine_map<(n, F, h, w, C, p, q, c) -> (n, C, h + p, w + q, c)>
#filter = affine_map<(n, F, h, w, C, p, q, c) -> (F, C, p, q, c)>
#out = affine_map<(n, F, h, w, C, p, q, c) -> (n, F, h, w)>
// CHECK-LABEL: func @input_with_filled_channels(
// CHECK: arith.mulf
// CHECK: linalg.pack
func.func @input_with_filled_channels(%x: tensor<1x3x2x2xf32>, %k: tensor<4x2x1x1x2xf32>, %v: tensor<3xf32>) -> tensor<1x4x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2x2xf32>
  %u = tensor.empty() : tensor<1x3x2x2xf32>
  %zero = arith.constant 0.0 : f32
  %vb = linalg.broadcast ins(%v : tensor<3xf32>) outs(%u : tensor<1x3x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %x, %vb : tensor<1x3x2x2xf32>
  %p = linalg.pack %m padding_value(%zero : f32) inner_dims_pos = [1] inner_tiles = [2] into %e : tensor<1x3x2x2xf32> -> tensor<1x2x2x2x2xf32>
  %y = linalg.generic {indexing_maps = [#in, #filter, #out], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction", "reduction"]} ins(%p, %k : tensor<1x2x2x2x2xf32>, tensor<4x2x1x1x2xf32>) outs(%i : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %q = arith.mulf %a, %b : f32
    %r = arith.addf %o, %q : f32
    linalg.yield %r : f32
  } -> tensor<1x4x2x2xf32>
  return %y : tensor<1x4x2x2xf32>
}
