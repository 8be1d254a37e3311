// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse --mlir-print-local-scope -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse --mlir-print-local-scope | diff %t.mlir -
// RUN: convoy-opt %s --convoy-fold-affine=policy=epilogue --canonicalize --cse --mlir-print-local-scope -o %t.kept.mlir
// RUN: FileCheck %s --check-prefix=KEPT --input-file %t.kept.mlir
// RUN: convoy-opt %t.kept.mlir --convoy-fold-affine=policy=epilogue --canonicalize --cse --mlir-print-local-scope | diff %t.kept.mlir -

// Steps in front of a convolution whose numbers are known at run time: what is
// rounded, and how often.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// The shifted weights are added up in f64 though all tensors are f16.
// CHECK-LABEL: func @shift(
// CHECK-SAME: %[[X:[^:]*]]: tensor
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}}"reduction"{{.*}} outs({{.*}} : tensor<1xf64>)
// CHECK: linalg.generic {{.*}} ins(%[[SUM]] :
// CHECK: arith.truncf {{.*}} : f64 to f16
// CHECK: linalg.conv_2d_nchw_fchw ins(%[[X]],
func.func @shift(%x: tensor<1x4x2x2xf16>, %t: tensor<4xf16>) -> tensor<1x1x2x2xf16> {
  %f = arith.constant dense<[[[[-0.25]], [[0.2]], [[0.8]], [[0.4]]]]> : tensor<1x4x1x1xf16>
  %e = tensor.empty() : tensor<1x4x2x2xf16>
  %i = arith.constant dense<1.5> : tensor<1x1x2x2xf16>
  %s = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %t : tensor<1x4x2x2xf16>, tensor<4xf16>) outs(%e : tensor<1x4x2x2xf16>) {
  ^bb0(%in: f16, %m: f16, %out: f16):
    %a = arith.addf %in, %m : f16
    linalg.yield %a : f16
  } -> tensor<1x4x2x2xf16>
  %y = linalg.conv_2d_nchw_fchw ins(%s, %f : tensor<1x4x2x2xf16>, tensor<1x4x1x1xf16>) outs(%i : tensor<1x1x2x2xf16>) -> tensor<1x1x2x2xf16>
  return %y : tensor<1x1x2x2xf16>
}

// A weight that two scales multiply is rounded once.
// CHECK-LABEL: func @two_scales(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x2x2xf32>, %[[F:[^:]*]]: tensor<2x2x1x1xf32>
// CHECK: %[[G:.*]] = linalg.generic {{.*}} ins(%[[F]], %{{.*}}, %{{.*}} : tensor<2x2x1x1xf32>, tensor<2xf64>, tensor<2xf64>)
// CHECK: arith.extf {{.*}} : f32 to f64
// CHECK-NEXT: arith.mulf {{.*}} : f64
// CHECK-NEXT: arith.mulf {{.*}} : f64
// CHECK-NEXT: arith.truncf {{.*}} : f64 to f32
// CHECK: linalg.conv_2d_nchw_fchw ins(%[[X]], %[[G]] :
func.func @two_scales(%x: tensor<1x2x2x2xf32>, %f: tensor<2x2x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %k = arith.constant dense<[-1.3, 1.7]> : tensor<2xf32>
  %l = arith.constant dense<[2.3, 0.7]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %a = arith.mulf %in, %m : f32
    linalg.yield %a : f32
  } -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%s, %f : tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %l : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %a = arith.mulf %in, %m : f32
    linalg.yield %a : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A convolution that accumulates onto another has no bias for what a shift adds up
// to, but its kept scale has. A second run of the fold finds nothing left to do.
// CHECK-LABEL: func @accumulating(
// KEPT-LABEL: func @accumulating(
// KEPT-SAME: %[[X:[^:]*]]: tensor
// KEPT-COUNT-2: linalg.conv_2d_nchw_fchw ins(%[[X]],
func.func @accumulating(%x: tensor<1x1x2x2xf32>, %c: tensor<1xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %g = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x1x2x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %c : tensor<1x1x2x2xf32>, tensor<1xf32>) outs(%e : tensor<1x1x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.subf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%s, %g : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%y : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.negf %z : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// To ask for a size is no use of what a step computes, whatever the step is read by.
// CHECK-LABEL: func @asks_for_sizes(
// CHECK-SAME: %[[X:[^:]*]]: tensor
// CHECK-NOT: arith.mulf
// CHECK: %[[PADDED:.*]] = tensor.pad %[[X]]
// CHECK: linalg.conv_2d_nchw_fchw ins(%[[PADDED]],
func.func @asks_for_sizes(%x: tensor<?x1x2x2xf32>) -> (tensor<?x1x2x3xf32>, index) {
  %f = arith.constant dense<2.0> : tensor<1x1x1x1xf32>
  %three = arith.constant 3.0 : f32
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %e = tensor.empty(%n) : tensor<?x1x2x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<?x1x2x2xf32>) outs(%e : tensor<?x1x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.mulf %a, %three : f32
    linalg.yield %m : f32
  } -> tensor<?x1x2x2xf32>
  %w = tensor.dim %s, %c3 : tensor<?x1x2x2xf32>
  %batch = tensor.dim %s, %c0 : tensor<?x1x2x2xf32>
  %p = tensor.pad %s low[0, 0, 0, 0] high[0, 0, 0, 1] {
  ^bb0(%b0: index, %b1: index, %b2: index, %b3: index):
    tensor.yield %zero : f32
  } : tensor<?x1x2x2xf32> to tensor<?x1x2x3xf32>
  %v = tensor.dim %p, %c3 : tensor<?x1x2x3xf32>
  %sum = arith.addi %w, %v : index
  %all = arith.addi %sum, %batch : index
  %ei = tensor.empty(%n) : tensor<?x1x2x3xf32>
  %i = linalg.fill ins(%zero : f32) outs(%ei : tensor<?x1x2x3xf32>) -> tensor<?x1x2x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<?x1x2x3xf32>, tensor<1x1x1x1xf32>) outs(%i : tensor<?x1x2x3xf32>) -> tensor<?x1x2x3xf32>
  return %y, %all : tensor<?x1x2x3xf32>, index
}
