// RUN: convoy-opt %s --convoy-form-conv --split-input-file --verify-diagnostics \
// RUN:   --remarks-filter=convoy --remark-policy=all | FileCheck %s --implicit-check-not=linalg. --implicit-check-not=_slice

// Groups that are written as slices, as TOSA has them: one convolution, its
// filter and bias new constants, between the two transposes.

// CHECK-LABEL: func @constants
// CHECK-SAME: %[[X:.*]]: tensor<1x4x5x7xf32>
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00, 2.000000e+00]]], {{\[\[\[}}3.000000e+00, 4.000000e+00]]]]> : tensor<2x1x1x2xf32>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[5.000000e+00, 6.000000e+00]> : tensor<2xf32>
// CHECK: convoy.conv <nchw, fhwc -> nfhw> ins(%[[X]], %[[W]] :
// CHECK-SAME: bias(%[[B]] : tensor<2xf32>)
// CHECK-SAME: strides = [2, 1] dilations = [1, 1] pad = [0, 1] to [0, 1] groups = 2 -> tensor<1x2x3x9xf32>
func.func @constants(%x: tensor<1x4x5x7xf32>) -> tensor<1x2x3x9xf32> {
  %zero = arith.constant 0.0 : f32
  %w0 = arith.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %w1 = arith.constant dense<[[[[3.0, 4.0]]]]> : tensor<1x1x1x2xf32>
  %b0 = arith.constant dense<5.0> : tensor<1xf32>
  %b1 = arith.constant dense<6.0> : tensor<1xf32>
  %et = tensor.empty() : tensor<1x5x7x4xf32>
  %t = linalg.transpose ins(%x : tensor<1x4x5x7xf32>) outs(%et : tensor<1x5x7x4xf32>) permutation = [0, 2, 3, 1]
  %e = tensor.empty() : tensor<1x3x9x1xf32>
  %x0 = tensor.extract_slice %t[0, 0, 0, 0] [1, 5, 7, 2] [1, 1, 1, 1] : tensor<1x5x7x4xf32> to tensor<1x5x7x2xf32>
  %p0 = tensor.pad %x0 low[0, 0, 1, 0] high[0, 0, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x5x7x2xf32> to tensor<1x5x9x2xf32>
  %i0 = linalg.broadcast ins(%b0 : tensor<1xf32>) outs(%e : tensor<1x3x9x1xf32>) dimensions = [0, 1, 2]
  // expected-remark @below {{formed convoy.conv of layout #convoy.layout<nchw, fhwc -> nfhw>, absorbing slices of groups, padding, movement of operands, bias, movement of the result"}}
  %y0 = linalg.conv_2d_nhwc_fhwc {dilations = dense<1> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>}
      ins(%p0, %w0 : tensor<1x5x9x2xf32>, tensor<1x1x1x2xf32>) outs(%i0 : tensor<1x3x9x1xf32>) -> tensor<1x3x9x1xf32>
  %x1 = tensor.extract_slice %t[0, 0, 0, 2] [1, 5, 7, 2] [1, 1, 1, 1] : tensor<1x5x7x4xf32> to tensor<1x5x7x2xf32>
  %p1 = tensor.pad %x1 low[0, 0, 1, 0] high[0, 0, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x5x7x2xf32> to tensor<1x5x9x2xf32>
  %i1 = linalg.broadcast ins(%b1 : tensor<1xf32>) outs(%e : tensor<1x3x9x1xf32>) dimensions = [0, 1, 2]
  %y1 = linalg.conv_2d_nhwc_fhwc {dilations = dense<1> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>}
      ins(%p1, %w1 : tensor<1x5x9x2xf32>, tensor<1x1x1x2xf32>) outs(%i1 : tensor<1x3x9x1xf32>) -> tensor<1x3x9x1xf32>
  %ey = tensor.empty() : tensor<1x3x9x2xf32>
  // In any order.
  %s1 = tensor.insert_slice %y1 into %ey[0, 0, 0, 1] [1, 3, 9, 1] [1, 1, 1, 1] : tensor<1x3x9x1xf32> into tensor<1x3x9x2xf32>
  %s0 = tensor.insert_slice %y0 into %s1[0, 0, 0, 0] [1, 3, 9, 1] [1, 1, 1, 1] : tensor<1x3x9x1xf32> into tensor<1x3x9x2xf32>
  %er = tensor.empty() : tensor<1x2x3x9xf32>
  %r = linalg.transpose ins(%s0 : tensor<1x3x9x2xf32>) outs(%er : tensor<1x2x3x9xf32>) permutation = [0, 3, 1, 2]
  return %r : tensor<1x2x3x9xf32>
}

// -----

// A filter and vectors that are slices of one run-time value each, a scale of
// the filter, ReLU on each part; tensor.concat.

// CHECK-LABEL: func @run_time
// CHECK-SAME: %[[X:.*]]: tensor<2x6x9x9xf32>, %[[W:.*]]: tensor<6x2x3x3xf32>, %[[S:.*]]: tensor<6xf32>
// CHECK: convoy.conv <nchw, fchw -> nfhw> ins(%[[X]], %[[W]] :
// CHECK-SAME: scale(%[[S]] : tensor<6xf32>)
// CHECK-SAME: groups = 3 epilogue {
// CHECK: arith.maximumf
// CHECK: -> tensor<2x6x7x7xf32>
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#c = affine_map<(d0, d1, d2, d3) -> (d0)>
func.func @run_time(%x: tensor<2x6x9x9xf32>, %w: tensor<6x2x3x3xf32>, %s: tensor<6xf32>) -> tensor<2x6x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %ew = tensor.empty() : tensor<2x2x3x3xf32>
  %e = tensor.empty() : tensor<2x2x7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<2x2x7x7xf32>) -> tensor<2x2x7x7xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [2, 2, 9, 9] [1, 1, 1, 1] : tensor<2x6x9x9xf32> to tensor<2x2x9x9xf32>
  %x1 = tensor.extract_slice %x[0, 2, 0, 0] [2, 2, 9, 9] [1, 1, 1, 1] : tensor<2x6x9x9xf32> to tensor<2x2x9x9xf32>
  %x2 = tensor.extract_slice %x[0, 4, 0, 0] [2, 2, 9, 9] [1, 1, 1, 1] : tensor<2x6x9x9xf32> to tensor<2x2x9x9xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<6x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<6x2x3x3xf32> to tensor<2x2x3x3xf32>
  %w2 = tensor.extract_slice %w[4, 0, 0, 0] [2, 2, 3, 3] [1, 1, 1, 1] : tensor<6x2x3x3xf32> to tensor<2x2x3x3xf32>
  %s0 = tensor.extract_slice %s[0] [2] [1] : tensor<6xf32> to tensor<2xf32>
  %s1 = tensor.extract_slice %s[2] [2] [1] : tensor<6xf32> to tensor<2xf32>
  %s2 = tensor.extract_slice %s[4] [2] [1] : tensor<6xf32> to tensor<2xf32>
  %f0 = linalg.generic {indexing_maps = [#id, #c, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%w0, %s0 : tensor<2x2x3x3xf32>, tensor<2xf32>) outs(%ew : tensor<2x2x3x3xf32>) {
  ^bb0(%in: f32, %factor: f32, %out: f32):
    %0 = arith.mulf %in, %factor : f32
    linalg.yield %0 : f32
  } -> tensor<2x2x3x3xf32>
  %f1 = linalg.generic {indexing_maps = [#id, #c, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%w1, %s1 : tensor<2x2x3x3xf32>, tensor<2xf32>) outs(%ew : tensor<2x2x3x3xf32>) {
  ^bb0(%in: f32, %factor: f32, %out: f32):
    %0 = arith.mulf %in, %factor : f32
    linalg.yield %0 : f32
  } -> tensor<2x2x3x3xf32>
  %f2 = linalg.generic {indexing_maps = [#id, #c, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%w2, %s2 : tensor<2x2x3x3xf32>, tensor<2xf32>) outs(%ew : tensor<2x2x3x3xf32>) {
  ^bb0(%in: f32, %factor: f32, %out: f32):
    %0 = arith.mulf %in, %factor : f32
    linalg.yield %0 : f32
  } -> tensor<2x2x3x3xf32>
  // expected-remark @below {{absorbing slices of groups, scale of the filter, movement of operands, movement of the result, epilogue (maximumf)"}}
  %y0 = linalg.conv_2d_nchw_fchw ins(%x0, %f0 : tensor<2x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<2x2x7x7xf32>) -> tensor<2x2x7x7xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x1, %f1 : tensor<2x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<2x2x7x7xf32>) -> tensor<2x2x7x7xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x2, %f2 : tensor<2x2x9x9xf32>, tensor<2x2x3x3xf32>) outs(%init : tensor<2x2x7x7xf32>) -> tensor<2x2x7x7xf32>
  %z0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y0 : tensor<2x2x7x7xf32>) outs(%e : tensor<2x2x7x7xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %zero : f32
    linalg.yield %0 : f32
  } -> tensor<2x2x7x7xf32>
  %z1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y1 : tensor<2x2x7x7xf32>) outs(%e : tensor<2x2x7x7xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %zero : f32
    linalg.yield %0 : f32
  } -> tensor<2x2x7x7xf32>
  %z2 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y2 : tensor<2x2x7x7xf32>) outs(%e : tensor<2x2x7x7xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %zero : f32
    linalg.yield %0 : f32
  } -> tensor<2x2x7x7xf32>
  %r = tensor.concat dim(1) %z0, %z1, %z2 : (tensor<2x2x7x7xf32>, tensor<2x2x7x7xf32>, tensor<2x2x7x7xf32>) -> tensor<2x6x7x7xf32>
  return %r : tensor<2x6x7x7xf32>
}
