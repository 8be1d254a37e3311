// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Concatenations and slices that keep the step behind them.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#row = affine_map<(d0, d1, d2, d3) -> (d2)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

// The step scales the other half of %d too.
// CHECK-LABEL: func @uncovered_argument(
// CHECK: arith.mulf
func.func @uncovered_argument(%x: tensor<1x1x2x2xf32>, %d: tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.insert_slice %y into %d[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x4x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %e1 = tensor.empty() : tensor<1x4x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%e1 : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// CHECK-LABEL: func @uncovered_constant(
// CHECK: arith.mulf
func.func @uncovered_constant(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %d = arith.constant dense<9.0> : tensor<1x4x2x2xf32>
  %c = tensor.insert_slice %y into %d[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x4x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %e1 = tensor.empty() : tensor<1x4x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%e1 : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// Two of five channels and two more; the one between is left.
// CHECK-LABEL: func @uncovered_between(
// CHECK: arith.mulf
func.func @uncovered_between(%x: tensor<1x1x2x2xf32>) -> tensor<1x5x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %d = arith.constant dense<9.0> : tensor<1x5x2x2xf32>
  %h = tensor.insert_slice %y into %d[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x5x2x2xf32>
  %c = tensor.insert_slice %z into %h[0, 3, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x5x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0, 32.0]> : tensor<5xf32>
  %e1 = tensor.empty() : tensor<1x5x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x5x2x2xf32>, tensor<5xf32>) outs(%e1 : tensor<1x5x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x5x2x2xf32>
  return %r : tensor<1x5x2x2xf32>
}

// Whether the parts fill the batch of %d is known at run time only.
// CHECK-LABEL: func @dynamic_other_dimension(
// CHECK: arith.mulf
func.func @dynamic_other_dimension(%x: tensor<?x1x2x2xf32>, %d: tensor<?x4x2x2xf32>) -> tensor<?x4x2x2xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3]
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %h = tensor.insert_slice %y into %d[0, 0, 0, 0] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> into tensor<?x4x2x2xf32>
  %c = tensor.insert_slice %z into %h[0, 2, 0, 0] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> into tensor<?x4x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %e1 = tensor.empty(%n) : tensor<?x4x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<?x4x2x2xf32>, tensor<4xf32>) outs(%e1 : tensor<?x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x4x2x2xf32>
  return %r : tensor<?x4x2x2xf32>
}

// The second part replaces a channel of the first.
// CHECK-LABEL: func @overlap(
// CHECK: arith.mulf
func.func @overlap(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e1 = tensor.empty() : tensor<1x3x2x2xf32>
  %h = tensor.insert_slice %y into %e1[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x3x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %c = tensor.insert_slice %z into %h[0, 1, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x3x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0]> : tensor<3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x3x2x2xf32>, tensor<3xf32>) outs(%e1 : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// The parts are a concatenation of no one dimension.
// CHECK-LABEL: func @two_dimensions(
// CHECK: arith.mulf
func.func @two_dimensions(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x4x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e1 = tensor.empty() : tensor<1x4x4x2xf32>
  %h = tensor.insert_slice %y into %e1[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x4x4x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %c = tensor.insert_slice %z into %h[0, 2, 2, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x4x4x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x4x4x2xf32>, tensor<4xf32>) outs(%e1 : tensor<1x4x4x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x2xf32>
  return %r : tensor<1x4x4x2xf32>
}

// Channels of the two take turns.
// CHECK-LABEL: func @strided_parts(
// CHECK: arith.mulf
func.func @strided_parts(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e1 = tensor.empty() : tensor<1x4x2x2xf32>
  %h = tensor.insert_slice %y into %e1[0, 0, 0, 0] [1, 2, 2, 2] [1, 2, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x4x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %c = tensor.insert_slice %z into %h[0, 1, 0, 0] [1, 2, 2, 2] [1, 2, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x4x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%e1 : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// CHECK-LABEL: func @dynamic_offset(
// CHECK: arith.mulf
func.func @dynamic_offset(%x: tensor<1x1x2x2xf32>, %k: index) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e1 = tensor.empty() : tensor<1x4x2x2xf32>
  %h = tensor.insert_slice %y into %e1[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x4x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %c = tensor.insert_slice %z into %h[0, %k, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x4x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%e1 : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// One part is no convolution.
// CHECK-LABEL: func @other_part(
// CHECK: arith.mulf
func.func @other_part(%x: tensor<1x1x2x2xf32>, %d: tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %y, %d : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %e1 = tensor.empty() : tensor<1x4x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%e1 : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// One filter cannot take two scales.
// CHECK-LABEL: func @twice(
// CHECK: arith.mulf
func.func @twice(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %c = tensor.concat dim(1) %y, %y : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %e1 = tensor.empty() : tensor<1x4x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%e1 : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// CHECK-LABEL: func @used_elsewhere(
// CHECK: arith.mulf
func.func @used_elsewhere(%x: tensor<1x1x2x2xf32>) -> (tensor<1x4x2x2xf32>, tensor<1x2x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %e1 = tensor.empty() : tensor<1x4x2x2xf32>
  // expected-remark @+1 {{[Missed] multiple-uses | Category:convoy}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%e1 : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  // expected-remark @+1 {{[Missed] multiple-uses | Category:convoy}}
  return %r, %y : tensor<1x4x2x2xf32>, tensor<1x2x2x2xf32>
}

// The parts do not meet their like.
// CHECK-LABEL: func @sum_of_different_concatenations(
// CHECK: arith.mulf
func.func @sum_of_different_concatenations(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fv = arith.constant dense<[[[[7.0]]], [[[9.0]]], [[[11.0]]]]> : tensor<3x1x1x1xf32>
  %bv = arith.constant dense<[50.0, 60.0, 70.0]> : tensor<3xf32>
  %e1 = tensor.empty() : tensor<1x3x2x2xf32>
  %iv = linalg.broadcast ins(%bv : tensor<3xf32>) outs(%e1 : tensor<1x3x2x2xf32>) dimensions = [0, 2, 3]
  %v = linalg.conv_2d_nchw_fchw ins(%x, %fv : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%iv : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %fw = arith.constant dense<[[[[7.0]]]]> : tensor<1x1x1x1xf32>
  %bw = arith.constant dense<[50.0]> : tensor<1xf32>
  %e2 = tensor.empty() : tensor<1x1x2x2xf32>
  %iw = linalg.broadcast ins(%bw : tensor<1xf32>) outs(%e2 : tensor<1x1x2x2xf32>) dimensions = [0, 2, 3]
  %w = linalg.conv_2d_nchw_fchw ins(%x, %fw : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%iw : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %d = tensor.concat dim(1) %v, %w : (tensor<1x3x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32>
  %e3 = tensor.empty() : tensor<1x4x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %s = linalg.add ins(%c, %d : tensor<1x4x2x2xf32>, tensor<1x4x2x2xf32>) outs(%e3 : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s, %pr : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%e3 : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// CHECK-LABEL: func @per_row(
// CHECK: arith.mulf
func.func @per_row(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e1 = tensor.empty() : tensor<1x4x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %r = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x4x2x2xf32>, tensor<2xf32>) outs(%e1 : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// What the step says of two channels says nothing of the third.
// CHECK-LABEL: func @slice_of_channels(
// CHECK: arith.mulf
func.func @slice_of_channels(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[7.0]]], [[[9.0]]], [[[11.0]]]]> : tensor<3x1x1x1xf32>
  %by = arith.constant dense<[50.0, 60.0, 70.0]> : tensor<3xf32>
  %e0 = tensor.empty() : tensor<1x3x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<3xf32>) outs(%e0 : tensor<1x3x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%iy : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %c = tensor.extract_slice %y[0, 1, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x3x2x2xf32> to tensor<1x2x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e1 = tensor.empty() : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] ambiguous-channel | Category:convoy}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e1 : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Every other channel.
// CHECK-LABEL: func @strided_channels(
// CHECK: arith.mulf
func.func @strided_channels(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %iy = arith.constant dense<1.0> : tensor<1x4x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %c = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 2, 2] [1, 2, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %p = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] ambiguous-channel | Category:convoy}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %p : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @slice_used_beside_the_whole(
// CHECK: arith.mulf
func.func @slice_used_beside_the_whole(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x1x2xf32>, tensor<1x2x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.extract_slice %y[0, 0, 1, 0] [1, 2, 1, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x2x1x2xf32>
  %pr = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e1 = tensor.empty() : tensor<1x2x1x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x2x1x2xf32>, tensor<2xf32>) outs(%e1 : tensor<1x2x1x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x1x2xf32>
  // expected-remark @+1 {{[Missed] multiple-uses | Category:convoy}}
  return %r, %y : tensor<1x2x1x2xf32>, tensor<1x2x2x2xf32>
}

// Half of what the step changes is no convolution.
// CHECK-LABEL: func @whole_and_part_of_another(
// CHECK: arith.mulf
func.func @whole_and_part_of_another(%x: tensor<1x1x2x2xf32>, %z: tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %fw = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %iy = arith.constant dense<10.0> : tensor<1x2x2x2xf32>
  %iw = arith.constant dense<30.0> : tensor<1x4x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %fw : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iw : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x4x2x2xf32>
  %q = linalg.add ins(%c, %w : tensor<1x4x2x2xf32>, tensor<1x4x2x2xf32>) outs(%e : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %p = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q, %p : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%e : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %b : f32
    linalg.yield %n : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}
