// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse --mlir-print-local-scope | diff %t.mlir -
// RUN: convoy-opt %s --convoy-fold-affine=policy=epilogue --canonicalize --cse --mlir-print-local-scope -o %t.kept.mlir
// RUN: FileCheck %s --check-prefix=KEPT --input-file %t.kept.mlir
// RUN: convoy-opt %t.kept.mlir --convoy-fold-affine=policy=epilogue --canonicalize --cse --mlir-print-local-scope | diff %t.kept.mlir -

// A truncation behind the last step is how the result is stored: the audit compares
// with its rounding, and a kept scale does it in its own op.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// CHECK-LABEL: func @op(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NOT: arith.mulf
// CHECK: linalg.generic {{.*}} ins(%[[Y]] : tensor<1x2x8x8xf32>)
// CHECK: arith.truncf
// KEPT-LABEL: func @op(
// KEPT: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// KEPT: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]], %{{[^:]*}} : tensor<1x2x8x8xf32>, tensor<2xf32>) outs(%{{.*}} : tensor<1x2x8x8xf16>)
// KEPT: %[[M:.*]] = arith.mulf
// KEPT-NEXT: %[[T:.*]] = arith.truncf %[[M]] : f32 to f16
// KEPT-NEXT: linalg.yield %[[T]]
// KEPT: return %[[R]]
func.func @op(%x: tensor<1x4x8x8xf16>) -> tensor<1x2x8x8xf16> {
  %f = arith.constant dense<[[[[0.3]], [[0.7]], [[-0.9]], [[1.1]]], [[[0.2]], [[-0.4]], [[0.6]], [[0.8]]]]> : tensor<2x4x1x1xf16>
  %z = arith.constant dense<0.0> : tensor<1x2x8x8xf32>
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x4x8x8xf16>, tensor<2x4x1x1xf16>) outs(%z : tensor<1x2x8x8xf32>) -> tensor<1x2x8x8xf32>
  %k = arith.constant dense<[1.3, 0.7]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x8x8xf32>
  %s = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %k : tensor<1x2x8x8xf32>, tensor<2xf32>) outs(%e : tensor<1x2x8x8xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %a = arith.mulf %in, %m : f32
    linalg.yield %a : f32
  } -> tensor<1x2x8x8xf32>
  %r = arith.truncf %s : tensor<1x2x8x8xf32> to tensor<1x2x8x8xf16>
  return %r : tensor<1x2x8x8xf16>
}

// A truncation of what others read in f32 stays an op of its own.
// KEPT-LABEL: func @read_wide(
// KEPT: linalg.generic {{.*}} outs(%{{.*}} : tensor<1x2x8x8xf32>)
// KEPT: arith.truncf {{.*}} : tensor<1x2x8x8xf32> to tensor<1x2x8x8xf16>
func.func @read_wide(%x: tensor<1x4x8x8xf16>) -> (tensor<1x2x8x8xf16>, tensor<1x2x8x8xf32>) {
  %f = arith.constant dense<[[[[0.3]], [[0.7]], [[-0.9]], [[1.1]]], [[[0.2]], [[-0.4]], [[0.6]], [[0.8]]]]> : tensor<2x4x1x1xf16>
  %z = arith.constant dense<0.0> : tensor<1x2x8x8xf32>
  // expected-remark @+1 {{folded 1 step (subf mulf) into linalg.conv_2d_nchw_fchw, with the scale behind it"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x4x8x8xf16>, tensor<2x4x1x1xf16>) outs(%z : tensor<1x2x8x8xf32>) -> tensor<1x2x8x8xf32>
  %k = arith.constant dense<[1.3, 0.7]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x8x8xf32>
  %s = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %k : tensor<1x2x8x8xf32>, tensor<2xf32>) outs(%e : tensor<1x2x8x8xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %a = arith.subf %in, %m : f32
    %b = arith.mulf %a, %m : f32
    linalg.yield %b : f32
  } -> tensor<1x2x8x8xf32>
  %r = arith.truncf %s : tensor<1x2x8x8xf32> to tensor<1x2x8x8xf16>
  return %r, %s : tensor<1x2x8x8xf16>, tensor<1x2x8x8xf32>
}

// Each convolution's remark lists the steps on its own way.
func.func @own_steps(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %g = arith.constant dense<5.0> : tensor<1x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %j = arith.constant dense<0.0> : tensor<1x1x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf) into}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 2 steps (negf, mulf) into}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %g : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%j : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %n = arith.negf %z : tensor<1x1x2x2xf32>
  %c = tensor.concat dim(1) %y, %n : (tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32>
  %k = arith.constant dense<[2.0, 4.0, 8.0]> : tensor<3xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %k : tensor<1x3x2x2xf32>, tensor<3xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %a = arith.mulf %in, %m : f32
    linalg.yield %a : f32
  } -> tensor<1x3x2x2xf32>
  return %s : tensor<1x3x2x2xf32>
}

// A vector over channel and row together varies along the row.
func.func @channel_and_row(%x: tensor<2x1x3x2xf32>, %p: tensor<6xf32>) -> tensor<2x6x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<2x2x3x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<2x1x3x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<2x2x3x2xf32>) -> tensor<2x2x3x2xf32>
  %v = tensor.collapse_shape %y [[0], [1, 2], [3]] : tensor<2x2x3x2xf32> into tensor<2x6x2xf32>
  %e = tensor.empty() : tensor<2x6x2xf32>
  %b = linalg.broadcast ins(%p : tensor<6xf32>) outs(%e : tensor<2x6x2xf32>) dimensions = [0, 2]
  // expected-remark @+1 {{the operand varies along dimension 2 of the convolution}}
  %r = arith.mulf %v, %b : tensor<2x6x2xf32>
  return %r : tensor<2x6x2xf32>
}
