// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// One precondition each of steps around packed tensors.

#in = affine_map<(n, f, h, w, t, c, p, q) -> (n, c, h + p, w + q, t)>
#filter = affine_map<(n, f, h, w, t, c, p, q) -> (f, c, p, q)>
#out = affine_map<(n, f, h, w, t, c, p, q) -> (n, f, h, w, t)>

// What fills the last tile of rows would not take the factor.
// CHECK-LABEL: func @rows_filled_with_ones(
// CHECK: arith.mulf
// CHECK: linalg.pack
func.func @rows_filled_with_ones(%x: tensor<1x2x3x2xf32>, %k: tensor<4x2x1x1xf32>, %v: tensor<2xf32>) -> tensor<1x4x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x4x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2x2xf32>
  %u = tensor.empty() : tensor<1x2x3x2xf32>
  %one = arith.constant 1.0 : f32
  %vb = linalg.broadcast ins(%v : tensor<2xf32>) outs(%u : tensor<1x2x3x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %x, %vb : tensor<1x2x3x2xf32>
  %p = linalg.pack %m padding_value(%one : f32) inner_dims_pos = [2] inner_tiles = [2] into %e : tensor<1x2x3x2xf32> -> tensor<1x2x2x2x2xf32>
  %y = linalg.generic {indexing_maps = [#in, #filter, #out], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%p, %k : tensor<1x2x2x2x2xf32>, tensor<4x2x1x1xf32>) outs(%i : tensor<1x4x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %q = arith.mulf %a, %b : f32
    %r = arith.addf %o, %q : f32
    linalg.yield %r : f32
  } -> tensor<1x4x2x2x2xf32>
  return %y : tensor<1x4x2x2x2xf32>
}

// Of an unknown number of rows, the last tile may be filled with zeros.
// CHECK-LABEL: func @unknown_rows(
// CHECK: arith.addf
func.func @unknown_rows(%x: tensor<1x1x?x2xf32>, %i: tensor<1x4x?x2xf32>, %e: tensor<1x4x?x2x2xf32>, %s: tensor<4xf32>) -> tensor<1x4x?x2x2xf32> {
  %zero = arith.constant 0.0 : f32
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x?x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x?x2xf32>) -> tensor<1x4x?x2xf32>
  %p = linalg.pack %y padding_value(%zero : f32) inner_dims_pos = [2] inner_tiles = [2] into %e : tensor<1x4x?x2xf32> -> tensor<1x4x?x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e : tensor<1x4x?x2x2xf32>) dimensions = [0, 2, 3, 4]
  // expected-remark @+1 {{[Missed] shift-crosses-padding | Category:convoy}}
  %r = arith.addf %p, %b : tensor<1x4x?x2x2xf32>
  return %r : tensor<1x4x?x2x2xf32>
}

// Without a number to fill with, the tiles are full.
// CHECK-LABEL: func @full_tiles(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NOT: arith.addf
// CHECK: linalg.pack
// CHECK-NEXT: return
// expected-remark @+6 {{[Passed] fold-affine | Category:convoy}}
func.func @full_tiles(%x: tensor<1x1x?x2xf32>, %n: index, %e: tensor<1x4x?x2x2xf32>, %s: tensor<4xf32>) -> tensor<1x4x?x2x2xf32> {
  %zero = arith.constant 0.0 : f32
  %ie = tensor.empty(%n) : tensor<1x4x?x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%ie : tensor<1x4x?x2xf32>) -> tensor<1x4x?x2xf32>
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x?x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x?x2xf32>) -> tensor<1x4x?x2xf32>
  %p = linalg.pack %y inner_dims_pos = [2] inner_tiles = [2] into %e : tensor<1x4x?x2xf32> -> tensor<1x4x?x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e : tensor<1x4x?x2x2xf32>) dimensions = [0, 2, 3, 4]
  %r = arith.mulf %p, %b : tensor<1x4x?x2x2xf32>
  return %r : tensor<1x4x?x2x2xf32>
}

// Rows that are cut off take no channel with them.
// CHECK-LABEL: func @rows_cut_off(
// CHECK: %[[U:.*]] = linalg.unpack
// CHECK-NEXT: return %[[U]]
// expected-remark @+8 {{[Passed] fold-affine | Category:convoy}}
func.func @rows_cut_off(%x: tensor<1x1x3x2xf32>, %s: tensor<4xf32>) -> tensor<1x4x3x2xf32> {
  %zero = arith.constant 0.0 : f32
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x3x2xf32>
  %e = tensor.empty() : tensor<1x4x2x2x2xf32>
  %u = tensor.empty() : tensor<1x4x3x2xf32>
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%u : tensor<1x4x3x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x3x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x3x2xf32>) -> tensor<1x4x3x2xf32>
  %p = linalg.pack %y padding_value(%zero : f32) inner_dims_pos = [2] inner_tiles = [2] into %e : tensor<1x4x3x2xf32> -> tensor<1x4x2x2x2xf32>
  %q = linalg.unpack %p inner_dims_pos = [2] inner_tiles = [2] into %u : tensor<1x4x2x2x2xf32> -> tensor<1x4x3x2xf32>
  %r = arith.mulf %q, %b : tensor<1x4x3x2xf32>
  return %r : tensor<1x4x3x2xf32>
}

// More tiles than the result has channels for.
// CHECK-LABEL: func @tiles_cut_off(
// CHECK: arith.mulf
func.func @tiles_cut_off(%x: tensor<1x1x2x2xf32>, %n: index) -> tensor<1x4x2x2xf32> {
  %f = arith.constant dense<2.0> : tensor<6x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x6x2x2xf32>
  %e = tensor.empty(%n) : tensor<1x?x2x2x2xf32>
  %u = tensor.empty() : tensor<1x4x2x2xf32>
  %s = arith.constant dense<[2.0, 3.0, 5.0, 7.0]> : tensor<4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<6x1x1x1xf32>) outs(%i : tensor<1x6x2x2xf32>) -> tensor<1x6x2x2xf32>
  %p = linalg.pack %y inner_dims_pos = [1] inner_tiles = [2] into %e : tensor<1x6x2x2xf32> -> tensor<1x?x2x2x2xf32>
  %q = linalg.unpack %p inner_dims_pos = [1] inner_tiles = [2] into %u : tensor<1x?x2x2x2xf32> -> tensor<1x4x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%u : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] ambiguous-channel | Category:convoy}}
  %r = arith.mulf %q, %b : tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// A tile of unknown size, and back: nobody knows where the channels are.
// CHECK-LABEL: func @unknown_tile_and_back(
// CHECK: arith.mulf
func.func @unknown_tile_and_back(%x: tensor<1x1x2x2xf32>, %t: index, %e: tensor<1x?x2x2x?xf32>, %s: tensor<4xf32>) -> tensor<1x4x2x2xf32> {
  %zero = arith.constant 0.0 : f32
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %u = tensor.empty() : tensor<1x4x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %p = linalg.pack %y padding_value(%zero : f32) inner_dims_pos = [1] inner_tiles = [%t] into %e : tensor<1x4x2x2xf32> -> tensor<1x?x2x2x?xf32>
  %q = linalg.unpack %p inner_dims_pos = [1] inner_tiles = [%t] into %u : tensor<1x?x2x2x?xf32> -> tensor<1x4x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%u : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] ambiguous-channel | Category:convoy}}
  %r = arith.mulf %q, %b : tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// The last number of the vector is what its tile is filled with.
// CHECK-LABEL: func @filled_vector(
// CHECK: %[[S:.*]] = linalg.pack
// CHECK: tensor.extract %[[S]][
// CHECK: %[[P:.*]] = linalg.pack
// CHECK-NEXT: return %[[P]]
// expected-remark @+7 {{[Passed] fold-affine | Category:convoy}}
func.func @filled_vector(%x: tensor<1x1x2x2xf32>, %v: tensor<3xf32>) -> tensor<1x2x2x2x2xf32> {
  %zero = arith.constant 0.0 : f32
  %f = arith.constant dense<2.0> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2x2xf32>
  %pe = tensor.empty() : tensor<2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %s = linalg.pack %v padding_value(%zero : f32) inner_dims_pos = [0] inner_tiles = [2] into %pe : tensor<3xf32> -> tensor<2x2xf32>
  %p = linalg.pack %y inner_dims_pos = [1] inner_tiles = [2] into %e : tensor<1x4x2x2xf32> -> tensor<1x2x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2x2xf32>) outs(%e : tensor<1x2x2x2x2xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %p, %b : tensor<1x2x2x2x2xf32>
  return %r : tensor<1x2x2x2x2xf32>
}
