// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse --split-input-file | FileCheck %s
// RUN: convoy-opt %s --convoy-fold --convoy-form-conv --convoy-absorb-parameters --split-input-file | FileCheck %s --check-prefix=FORMED

// Vectors that are known at run time, of which a channel reads an element that
// a reshape or a slice puts in its place: no element is fetched by its number,
// and the prologue of convoy.conv can have the vectors.

// The groups are split off the channels.

// CHECK-LABEL: func @groups
// CHECK-SAME: %[[S:[a-z0-9]+]]: tensor<6xf32>
// CHECK: %[[V:.*]] = tensor.expand_shape %[[S]] {{\[}}[0, 1]] output_shape [2, 3] : tensor<6xf32> into tensor<2x3xf32>
// CHECK: linalg.generic {{.*}} ins(%[[V]] : tensor<2x3xf32>)
// CHECK-NOT: tensor.extract
// FORMED-LABEL: func @groups
// FORMED-NOT: linalg
// FORMED: convoy.conv
// FORMED-NOT: linalg
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
func.func @groups(%x: tensor<1x2x2x9x9xf32>, %w: tensor<2x3x2x3x3xf32>, %s: tensor<6xf32>) -> tensor<1x6x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x3x7x7xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x3x7x7xf32>) -> tensor<1x2x3x7x7xf32>
  %y = linalg.conv_2d_ngchw_gfchw ins(%x, %w : tensor<1x2x2x9x9xf32>, tensor<2x3x2x3x3xf32>) outs(%i : tensor<1x2x3x7x7xf32>) -> tensor<1x2x3x7x7xf32>
  %c = tensor.collapse_shape %y [[0], [1, 2], [3], [4]] : tensor<1x2x3x7x7xf32> into tensor<1x6x7x7xf32>
  %o = tensor.empty() : tensor<1x6x7x7xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%c, %s : tensor<1x6x7x7xf32>, tensor<6xf32>) outs(%o : tensor<1x6x7x7xf32>) {
  ^bb0(%v: f32, %p: f32, %out: f32):
    %0 = math.exp %p : f32
    %m = arith.mulf %v, %0 : f32
    linalg.yield %m : f32
  } -> tensor<1x6x7x7xf32>
  return %r : tensor<1x6x7x7xf32>
}

// -----

// The groups are slices, as TOSA writes them; the vector has unit dimensions.

// CHECK-LABEL: func @slices
// CHECK-SAME: %[[S:[a-z0-9]+]]: tensor<4x1x1xf32>
// CHECK: tensor.extract_slice %[[S]][0, 0, 0] [2, 1, 1] [1, 1, 1]
// CHECK: tensor.extract_slice %[[S]][2, 0, 0] [2, 1, 1] [1, 1, 1]
// CHECK-NOT: tensor.extract %
// FORMED-LABEL: func @slices
// FORMED-NOT: linalg
// FORMED: convoy.conv
// FORMED-SAME: groups = 2
// FORMED-NOT: linalg
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#outer = affine_map<(d0, d1, d2, d3) -> (d1, 0, 0)>
func.func @slices(%x: tensor<1x4x9x9xf32>, %w: tensor<4x2x3x3xf32>, %s: tensor<4x1x1xf32>) -> tensor<1x4x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x7x7xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x4x9x9xf32> to tensor<1x2x9x9xf32>
  %x1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 9, 9] [1, 1, 1, 1] : tensor<1x4x9x9xf32> to tensor<1x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<4x2x3x3xf32> to tensor<2x2x3x3xf32>
  %y0 = linalg.conv_2d_nchw_fchw ins(%x0, %w0 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%i : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x1, %w1 : tensor<1x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%i : tensor<1x2x7x7xf32>) -> tensor<1x2x7x7xf32>
  %c = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x7x7xf32>, tensor<1x2x7x7xf32>) -> tensor<1x4x7x7xf32>
  %o = tensor.empty() : tensor<1x4x7x7xf32>
  %r = linalg.generic {indexing_maps = [#id, #outer, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%c, %s : tensor<1x4x7x7xf32>, tensor<4x1x1xf32>) outs(%o : tensor<1x4x7x7xf32>) {
  ^bb0(%v: f32, %p: f32, %out: f32):
    %m = arith.mulf %v, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x7x7xf32>
  return %r : tensor<1x4x7x7xf32>
}
