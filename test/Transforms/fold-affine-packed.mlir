// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse | diff %t.mlir -

// A packed result: channel c is element c mod t of tile c floordiv t. A factor of its tile and
// its place in it is a factor of the channel.

// CHECK-LABEL: func @pack(
// CHECK: arith.constant dense<{{.*}}2.0{{.*}}6.0{{.*}}2.0{{.*}}e+01{{.*}}5.6{{.*}}e+01{{.*}}> : tensor<4x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: %[[P:.*]] = linalg.pack %[[Y]] inner_dims_pos = [1] inner_tiles = [2]
// CHECK-NEXT: return %[[P]]
func.func @pack(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2x2xf32>
  %s = arith.constant dense<[[2.0, 3.0], [5.0, 7.0]]> : tensor<2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %p = linalg.pack %y inner_dims_pos = [1] inner_tiles = [2] into %e : tensor<1x4x2x2xf32> -> tensor<1x2x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2x2xf32>) outs(%e : tensor<1x2x2x2x2xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %p, %b : tensor<1x2x2x2x2xf32>
  return %r : tensor<1x2x2x2x2xf32>
}

// Outer dimensions are permuted: tiles come last but one.
// CHECK-LABEL: func @permuted(
// CHECK: arith.constant dense<{{.*}}2.0{{.*}}6.0{{.*}}2.0{{.*}}e+01{{.*}}5.6{{.*}}e+01{{.*}}> : tensor<4x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: %[[P:.*]] = linalg.pack %[[Y]]
// CHECK-NEXT: return %[[P]]
func.func @permuted(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2x2xf32>
  %s = arith.constant dense<[[2.0, 3.0], [5.0, 7.0]]> : tensor<2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %p = linalg.pack %y outer_dims_perm = [0, 2, 3, 1] inner_dims_pos = [1] inner_tiles = [2] into %e : tensor<1x4x2x2xf32> -> tensor<1x2x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2x2xf32>) outs(%e : tensor<1x2x2x2x2xf32>) dimensions = [0, 1, 2]
  %r = arith.mulf %p, %b : tensor<1x2x2x2x2xf32>
  return %r : tensor<1x2x2x2x2xf32>
}

// Steps in front of the packing, behind it, and behind the unpacking, with a vector that is
// known at run time. With the steps gone, one undoes the other.
// CHECK-LABEL: func @pack_and_unpack(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @pack_and_unpack(%x: tensor<1x1x2x2xf32>, %v: tensor<4xf32>, %w: tensor<2x2xf32>, %t: tensor<4xf32>) -> tensor<1x4x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2x2xf32>
  %u = tensor.empty() : tensor<1x4x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %vb = linalg.broadcast ins(%v : tensor<4xf32>) outs(%u : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %y, %vb : tensor<1x4x2x2xf32>
  %p = linalg.pack %m inner_dims_pos = [1] inner_tiles = [2] into %e : tensor<1x4x2x2xf32> -> tensor<1x2x2x2x2xf32>
  %b = linalg.broadcast ins(%w : tensor<2x2xf32>) outs(%e : tensor<1x2x2x2x2xf32>) dimensions = [0, 2, 3]
  %n = arith.mulf %p, %b : tensor<1x2x2x2x2xf32>
  %q = linalg.unpack %n inner_dims_pos = [1] inner_tiles = [2] into %u : tensor<1x2x2x2x2xf32> -> tensor<1x4x2x2xf32>
  %tb = linalg.broadcast ins(%t : tensor<4xf32>) outs(%u : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  %r = arith.addf %q, %tb : tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// The parameter is packed as the result is.
// CHECK-LABEL: func @packed_parameter(
// CHECK: arith.constant dense<{{.*}}2.0{{.*}}6.0{{.*}}2.0{{.*}}e+01{{.*}}5.6{{.*}}e+01{{.*}}> : tensor<4x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: %[[P:.*]] = linalg.pack %[[Y]]
// CHECK-NEXT: return %[[P]]
func.func @packed_parameter(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2x2xf32>
  %pe = tensor.empty() : tensor<2x2xf32>
  %v = arith.constant dense<[2.0, 3.0, 5.0, 7.0]> : tensor<4xf32>
  %s = linalg.pack %v inner_dims_pos = [0] inner_tiles = [2] into %pe : tensor<4xf32> -> tensor<2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %p = linalg.pack %y inner_dims_pos = [1] inner_tiles = [2] into %e : tensor<1x4x2x2xf32> -> tensor<1x2x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2x2xf32>) outs(%e : tensor<1x2x2x2x2xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %p, %b : tensor<1x2x2x2x2xf32>
  return %r : tensor<1x2x2x2x2xf32>
}

// Zeros fill the last tile, and stay zeros. Of the vector, what lies beyond the channels is
// dropped.
// CHECK-LABEL: func @filled_tile(
// CHECK: arith.constant dense<{{.*}}2.0{{.*}}6.0{{.*}}2.0{{.*}}e+01{{.*}}5.6{{.*}}e+01{{.*}}> : tensor<4x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: %[[P:.*]] = linalg.pack %[[Y]] padding_value
// CHECK-NEXT: return %[[P]]
func.func @filled_tile(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2x3xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2x3xf32>
  %zero = arith.constant 0.0 : f32
  %s = arith.constant dense<[[2.0, 3.0, 5.0], [7.0, 11.0, 13.0]]> : tensor<2x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %p = linalg.pack %y padding_value(%zero : f32) inner_dims_pos = [1] inner_tiles = [3] into %e : tensor<1x4x2x2xf32> -> tensor<1x2x2x2x3xf32>
  %b = linalg.broadcast ins(%s : tensor<2x3xf32>) outs(%e : tensor<1x2x2x2x3xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %p, %b : tensor<1x2x2x2x3xf32>
  return %r : tensor<1x2x2x2x3xf32>
}

// What filled the last tile is cut off again; all channels are there.
// CHECK-LABEL: func @filled_tile_cut_off(
// CHECK: arith.constant dense<{{.*}}2.0{{.*}}6.0{{.*}}2.0{{.*}}e+01{{.*}}5.6{{.*}}e+01{{.*}}> : tensor<4x1x1x1xf32>
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: linalg.pack
// CHECK-NEXT: %[[U:.*]] = linalg.unpack
// CHECK-NEXT: return %[[U]]
func.func @filled_tile_cut_off(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2x3xf32>
  %u = tensor.empty() : tensor<1x4x2x2xf32>
  %zero = arith.constant 0.0 : f32
  %s = arith.constant dense<[2.0, 3.0, 5.0, 7.0]> : tensor<4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %p = linalg.pack %y padding_value(%zero : f32) inner_dims_pos = [1] inner_tiles = [3] into %e : tensor<1x4x2x2xf32> -> tensor<1x2x2x2x3xf32>
  %q = linalg.unpack %p inner_dims_pos = [1] inner_tiles = [3] into %u : tensor<1x2x2x2x3xf32> -> tensor<1x4x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%u : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %q, %b : tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// The rest of the chain is f16: so is the packing, and what it fills with.
// CHECK-LABEL: func @truncated(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK: linalg.pack {{.*}} padding_value(%{{.*}} : f16) {{.*}} -> tensor<1x2x2x2x3xf16>
// CHECK-NEXT: return
func.func @truncated(%x: tensor<1x1x2x2xf32>, %s: tensor<2x3xf32>) -> tensor<1x2x2x2x3xf16> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[4.0]]], [[[8.0]]]]> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2x3xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %p = linalg.pack %y padding_value(%zero : f32) inner_dims_pos = [1] inner_tiles = [3] into %e : tensor<1x4x2x2xf32> -> tensor<1x2x2x2x3xf32>
  %b = linalg.broadcast ins(%s : tensor<2x3xf32>) outs(%e : tensor<1x2x2x2x3xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %p, %b : tensor<1x2x2x2x3xf32>
  %r = arith.truncf %m : tensor<1x2x2x2x3xf32> to tensor<1x2x2x2x3xf16>
  return %r : tensor<1x2x2x2x3xf16>
}

#in = affine_map<(n, F, h, w, f, C, p, q, c) -> (n, C, h + p, w + q, c)>
#filter = affine_map<(n, F, h, w, f, C, p, q, c) -> (F, C, p, q, c, f)>
#out = affine_map<(n, F, h, w, f, C, p, q, c) -> (n, F, h, w, f)>

// A convolution of packed tensors, with a step behind the unpacking of its result and one in
// front of the packing of its input.
// CHECK-LABEL: func @packed_convolution(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x4x2x2xf32>
// CHECK: %[[P:.*]] = linalg.pack %[[X]]
// CHECK: %[[Y:.*]] = linalg.generic {{.*}} ins(%[[P]],
// CHECK: %[[U:.*]] = linalg.unpack %[[Y]]
// CHECK-NEXT: return %[[U]]
func.func @packed_convolution(%x: tensor<1x4x2x2xf32>, %k: tensor<2x2x1x1x2x2xf32>, %v: tensor<4xf32>, %s: tensor<4xf32>) -> tensor<1x4x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2x2xf32>
  %u = tensor.empty() : tensor<1x4x2x2xf32>
  %vb = linalg.broadcast ins(%v : tensor<4xf32>) outs(%u : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %x, %vb : tensor<1x4x2x2xf32>
  %p = linalg.pack %m inner_dims_pos = [1] inner_tiles = [2] into %e : tensor<1x4x2x2xf32> -> tensor<1x2x2x2x2xf32>
  %y = linalg.generic {indexing_maps = [#in, #filter, #out], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction", "reduction"]} ins(%p, %k : tensor<1x2x2x2x2xf32>, tensor<2x2x1x1x2x2xf32>) outs(%i : tensor<1x2x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %q = arith.mulf %a, %b : f32
    %r = arith.addf %o, %q : f32
    linalg.yield %r : f32
  } -> tensor<1x2x2x2x2xf32>
  %q = linalg.unpack %y inner_dims_pos = [1] inner_tiles = [2] into %u : tensor<1x2x2x2x2xf32> -> tensor<1x4x2x2xf32>
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%u : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %q, %sb : tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}
