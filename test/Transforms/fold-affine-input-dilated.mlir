// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse | diff %t.mlir -

// Transposed convolutions as front ends lower them: zeros between the elements of the
// input and around them.

// CHECK-LABEL: func @scale_in_front(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x3x3xf32>
// CHECK: arith.constant dense<{{.*}}2.000000e+00{{.*}}1.200000e+01{{.*}}> : tensor<1x2x2x2xf32>
// CHECK: %[[D:.*]] = tensor.insert_slice %[[X]]
// CHECK: linalg.conv_2d_nchw_fchw ins(%[[D]],
// CHECK-NEXT: return
func.func @scale_in_front(%x: tensor<1x2x3x3xf32>) -> tensor<1x1x6x6xf32> {
  %f = arith.constant dense<[[[[1.0, 1.0], [1.0, 1.0]], [[3.0, 3.0], [3.0, 3.0]]]]> : tensor<1x2x2x2xf32>
  %zeros = arith.constant dense<0.0> : tensor<1x2x7x7xf32>
  %i = arith.constant dense<0.0> : tensor<1x1x6x6xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %x, %b : tensor<1x2x3x3xf32>
  %d = tensor.insert_slice %m into %zeros[0, 0, 1, 1] [1, 2, 3, 3] [1, 1, 2, 2] : tensor<1x2x3x3xf32> into tensor<1x2x7x7xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%d, %f : tensor<1x2x7x7xf32>, tensor<1x2x2x2xf32>) outs(%i : tensor<1x1x6x6xf32>) -> tensor<1x1x6x6xf32>
  return %y : tensor<1x1x6x6xf32>
}

// Into a filled tensor, with dynamic sizes, a flipped filter, and steps on both sides.
// CHECK-LABEL: func @flipped(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x2x3x3xf32>
// CHECK-NOT: arith.mulf {{.*}} tensor
// CHECK: %[[D:.*]] = tensor.insert_slice %[[X]]
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%[[D]],
// CHECK-NEXT: return %[[Y]]
func.func @flipped(%x: tensor<?x2x3x3xf32>, %s: tensor<2xf32>, %t: tensor<4xf32>) -> tensor<?x4x6x6xf32> {
  %w = arith.constant dense<[[[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]], [[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]], [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]], [[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]]> : tensor<2x4x2x2xf32>
  %ef = tensor.empty() : tensor<4x2x2x2xf32>
  %c1 = arith.constant 1 : index
  %f = linalg.generic {indexing_maps = [affine_map<(a, b, c, d) -> (a, b, c, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%ef : tensor<4x2x2x2xf32>) {
  ^bb0(%o: f32):
    %k = linalg.index 0 : index
    %c = linalg.index 1 : index
    %h = linalg.index 2 : index
    %j = linalg.index 3 : index
    %p = arith.subi %c1, %h : index
    %q = arith.subi %c1, %j : index
    %v = tensor.extract %w[%c, %k, %p, %q] : tensor<2x4x2x2xf32>
    linalg.yield %v : f32
  } -> tensor<4x2x2x2xf32>
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x2x3x3xf32>
  %ez = tensor.empty(%n) : tensor<?x2x7x7xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%ez : tensor<?x2x7x7xf32>) -> tensor<?x2x7x7xf32>
  %ei = tensor.empty(%n) : tensor<?x4x6x6xf32>
  %i = linalg.fill ins(%zero : f32) outs(%ei : tensor<?x4x6x6xf32>) -> tensor<?x4x6x6xf32>
  %e = tensor.empty(%n) : tensor<?x2x3x3xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<?x2x3x3xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %x, %b : tensor<?x2x3x3xf32>
  %d = tensor.insert_slice %m into %zeros[0, 0, 1, 1] [%n, 2, 3, 3] [1, 1, 2, 2] : tensor<?x2x3x3xf32> into tensor<?x2x7x7xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%d, %f : tensor<?x2x7x7xf32>, tensor<4x2x2x2xf32>) outs(%i : tensor<?x4x6x6xf32>) -> tensor<?x4x6x6xf32>
  %bt = linalg.broadcast ins(%t : tensor<4xf32>) outs(%ei : tensor<?x4x6x6xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %y, %bt : tensor<?x4x6x6xf32>
  return %r : tensor<?x4x6x6xf32>
}

// The elements in between would not take the shift.
// CHECK-LABEL: func @shift_in_front(
// CHECK: arith.addf
// CHECK: tensor.insert_slice
func.func @shift_in_front(%x: tensor<1x2x3x3xf32>) -> tensor<1x1x6x6xf32> {
  %f = arith.constant dense<[[[[1.0, 1.0], [1.0, 1.0]], [[3.0, 3.0], [3.0, 3.0]]]]> : tensor<1x2x2x2xf32>
  %zeros = arith.constant dense<0.0> : tensor<1x2x7x7xf32>
  %i = arith.constant dense<0.0> : tensor<1x1x6x6xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) dimensions = [0, 2, 3]
  %m = arith.addf %x, %b : tensor<1x2x3x3xf32>
  %d = tensor.insert_slice %m into %zeros[0, 0, 1, 1] [1, 2, 3, 3] [1, 1, 2, 2] : tensor<1x2x3x3xf32> into tensor<1x2x7x7xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%d, %f : tensor<1x2x7x7xf32>, tensor<1x2x2x2xf32>) outs(%i : tensor<1x1x6x6xf32>) -> tensor<1x1x6x6xf32>
  return %y : tensor<1x1x6x6xf32>
}

// What is in between are ones, which would not take the scale.
// CHECK-LABEL: func @among_ones(
// CHECK: arith.mulf
// CHECK: tensor.insert_slice
func.func @among_ones(%x: tensor<1x2x3x3xf32>) -> tensor<1x1x6x6xf32> {
  %f = arith.constant dense<[[[[1.0, 1.0], [1.0, 1.0]], [[3.0, 3.0], [3.0, 3.0]]]]> : tensor<1x2x2x2xf32>
  %ones = arith.constant dense<1.0> : tensor<1x2x7x7xf32>
  %i = arith.constant dense<0.0> : tensor<1x1x6x6xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %x, %b : tensor<1x2x3x3xf32>
  %d = tensor.insert_slice %m into %ones[0, 0, 1, 1] [1, 2, 3, 3] [1, 1, 2, 2] : tensor<1x2x3x3xf32> into tensor<1x2x7x7xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%d, %f : tensor<1x2x7x7xf32>, tensor<1x2x2x2xf32>) outs(%i : tensor<1x1x6x6xf32>) -> tensor<1x1x6x6xf32>
  return %y : tensor<1x1x6x6xf32>
}

// Channels that are put among others, nobody knows where.
// CHECK-LABEL: func @among_channels(
// CHECK: arith.mulf
// CHECK: tensor.insert_slice
func.func @among_channels(%x: tensor<1x1x3x3xf32>, %at: index) -> tensor<1x1x3x3xf32> {
  %f = arith.constant dense<[[[[1.0]], [[3.0]]]]> : tensor<1x2x1x1xf32>
  %zeros = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %i = arith.constant dense<0.0> : tensor<1x1x3x3xf32>
  %e = tensor.empty() : tensor<1x1x3x3xf32>
  %s = arith.constant dense<[2.0]> : tensor<1xf32>
  %b = linalg.broadcast ins(%s : tensor<1xf32>) outs(%e : tensor<1x1x3x3xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %x, %b : tensor<1x1x3x3xf32>
  %d = tensor.insert_slice %m into %zeros[0, %at, 0, 0] [1, 1, 3, 3] [1, 1, 1, 1] : tensor<1x1x3x3xf32> into tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%d, %f : tensor<1x2x3x3xf32>, tensor<1x2x1x1xf32>) outs(%i : tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xf32>
  return %y : tensor<1x1x3x3xf32>
}
