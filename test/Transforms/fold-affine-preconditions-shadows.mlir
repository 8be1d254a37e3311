// RUN: convoy-opt %s --convoy-fold-affine --mlir-print-local-scope --remark-policy=all --remarks-filter=convoy -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file %t.mlir
// RUN: FileCheck %s --input-file %t.remarks --check-prefix=REMARK --allow-empty

// Behind what is not followed: what is no step there is not reported as one.
// REMARK-NOT: remark:

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#spread = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, 0)>
#rows = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#one = affine_map<(d0, d1, d2, d3) -> (0)>

// One number added to an enlarged result may be a residual's mean.
// CHECK-LABEL: func @scalar_residual(
// CHECK: linalg.generic
func.func @scalar_residual(%x: tensor<1x1x1x1xf32>, %t: tensor<1xf32>) -> tensor<1x2x4x4xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<7.0> : tensor<1x2x1x1xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>) outs(%b : tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  %e = tensor.empty() : tensor<1x2x4x4xf32>
  %r = linalg.generic {indexing_maps = [#spread, #one, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %t : tensor<1x2x1x1xf32>, tensor<1xf32>) outs(%e : tensor<1x2x4x4xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %a = arith.addf %in, %m : f32
    linalg.yield %a : f32
  } -> tensor<1x2x4x4xf32>
  return %r : tensor<1x2x4x4xf32>
}

// The convolution is what the pooling begins with, not what it reads.
// CHECK-LABEL: func @pooled_onto(
// CHECK: linalg.pooling_nchw_max
// CHECK: arith.mulf
func.func @pooled_onto(%x: tensor<1x1x2x2xf32>, %o: tensor<1x2x3x3xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<7.0> : tensor<1x2x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%b : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %win = tensor.empty() : tensor<2x2xf32>
  %p = linalg.pooling_nchw_max ins(%o, %win : tensor<1x2x3x3xf32>, tensor<2x2xf32>) outs(%w : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %k = arith.constant dense<[[[[2.0]], [[3.0]]]]> : tensor<1x2x1x1xf32>
  %kb = tensor.collapse_shape %k [[0, 1, 2, 3]] : tensor<1x2x1x1xf32> into tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %kk = linalg.broadcast ins(%kb : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %p, %kk : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Nobody knows what a loop makes of it.
// CHECK-LABEL: func @through_loop(
// CHECK: scf.for
// CHECK: arith.mulf
func.func @through_loop(%x: tensor<1x1x2x2xf32>, %n: index) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<7.0> : tensor<1x2x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%b : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %l = scf.for %i = %c0 to %n step %c1 iter_args(%a = %w) -> tensor<1x2x2x2xf32> {
    %t = math.exp %a : tensor<1x2x2x2xf32>
    scf.yield %t : tensor<1x2x2x2xf32>
  }
  %k = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %kk = linalg.broadcast ins(%k : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %l, %kk : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Neither result has to do with the pooling.
// CHECK-LABEL: func @unread_behind_pooling(
// CHECK: linalg.pooling_nchw_max
// CHECK: linalg.generic
// CHECK: linalg.generic
func.func @unread_behind_pooling(%x: tensor<1x1x3x3xf32>, %k: tensor<2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<7.0> : tensor<1x2x3x3xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x3x3xf32>, tensor<2x1x1x1xf32>) outs(%b : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %win = tensor.empty() : tensor<2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %p = linalg.pooling_nchw_max ins(%w, %win : tensor<1x2x3x3xf32>, tensor<2x2xf32>) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %u = arith.addf %in, %m : f32
    %t = arith.addf %m, %m : f32
    linalg.yield %t : f32
  } -> tensor<1x2x2x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %t = arith.addf %m, %m : f32
    linalg.yield %t : f32
  } -> tensor<1x2x2x2xf32>
  return %r, %s : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// A residual onto which a smaller result is added.
// CHECK-LABEL: func @enlarged_onto_residual(
// CHECK: linalg.generic
func.func @enlarged_onto_residual(%x: tensor<1x1x1x1xf32>, %t: tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<7.0> : tensor<1x2x1x1xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>) outs(%b : tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  %e = tensor.empty() : tensor<1x2x4x4xf32>
  %r = linalg.generic {indexing_maps = [#spread, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %t : tensor<1x2x1x1xf32>, tensor<1x2x4x4xf32>) outs(%e : tensor<1x2x4x4xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %a = arith.addf %in, %m : f32
    linalg.yield %a : f32
  } -> tensor<1x2x4x4xf32>
  return %r : tensor<1x2x4x4xf32>
}

// Which of two results would it be?
// CHECK-LABEL: func @two_results(
// CHECK: linalg.generic
// CHECK: arith.mulf
func.func @two_results(%x: tensor<1x1x2x2xf32>, %v: tensor<2xf32>) -> (tensor<1x2x2xf32>, tensor<1x2x2xf32>) {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<7.0> : tensor<1x2x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%b : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2xf32>
  %p:2 = linalg.generic {indexing_maps = [#id, #rows, #rows], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%w : tensor<1x2x2x2xf32>) outs(%e, %e : tensor<1x2x2xf32>, tensor<1x2x2xf32>) {
  ^bb0(%in: f32, %o: f32, %q: f32):
    %m = arith.maximumf %in, %o : f32
    %n = arith.minimumf %in, %q : f32
    linalg.yield %m, %n : f32, f32
  } -> (tensor<1x2x2xf32>, tensor<1x2x2xf32>)
  %vv = linalg.broadcast ins(%v : tensor<2xf32>) outs(%e : tensor<1x2x2xf32>) dimensions = [0, 2]
  %r = arith.mulf %p#0, %vv : tensor<1x2x2xf32>
  return %r, %p#1 : tensor<1x2x2xf32>, tensor<1x2x2xf32>
}

// Behind the pooling, one element becomes many.
// CHECK-LABEL: func @enlarged_behind_pooling(
// CHECK: linalg.pooling_nchw_max
// CHECK: math.exp
// CHECK: arith.mulf
func.func @enlarged_behind_pooling(%x: tensor<1x1x3x3xf32>, %k: tensor<2xf32>) -> tensor<1x2x4x4xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<7.0> : tensor<1x2x3x3xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x3x3xf32>, tensor<2x1x1x1xf32>) outs(%b : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %win = tensor.empty() : tensor<3x3xf32>
  %e = tensor.empty() : tensor<1x2x1x1xf32>
  %e4 = tensor.empty() : tensor<1x2x4x4xf32>
  %p = linalg.pooling_nchw_max ins(%w, %win : tensor<1x2x3x3xf32>, tensor<3x3xf32>) outs(%e : tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  %s = linalg.generic {indexing_maps = [#spread, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p : tensor<1x2x1x1xf32>) outs(%e4 : tensor<1x2x4x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %t = math.exp %in : f32
    linalg.yield %t : f32
  } -> tensor<1x2x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s, %k : tensor<1x2x4x4xf32>, tensor<2xf32>) outs(%e4 : tensor<1x2x4x4xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %u = arith.mulf %in, %m : f32
    linalg.yield %u : f32
  } -> tensor<1x2x4x4xf32>
  return %r : tensor<1x2x4x4xf32>
}

// A product of two values from behind the pooling ends the search.
// CHECK-LABEL: func @gate_behind_pooling(
// CHECK: linalg.pooling_nchw_max
// CHECK: math.tanh
// CHECK: arith.mulf
// CHECK: arith.mulf
func.func @gate_behind_pooling(%x: tensor<1x1x3x3xf32>, %k: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<7.0> : tensor<1x2x3x3xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x3x3xf32>, tensor<2x1x1x1xf32>) outs(%b : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %win = tensor.empty() : tensor<2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %p = linalg.pooling_nchw_max ins(%w, %win : tensor<1x2x3x3xf32>, tensor<2x2xf32>) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = math.tanh %p : tensor<1x2x2x2xf32>
  %g = arith.mulf %p, %s : tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%g, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %u = arith.mulf %in, %m : f32
    linalg.yield %u : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
