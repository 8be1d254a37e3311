// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse | diff %t.mlir -

// Scales in front of zero padding fold in one run, whether they are known or not, in any
// order: a shift of 0 in front of a scale that is known at run time is still no shift.

// CHECK-LABEL: func @constant_then_runtime(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x3x3xf32>
// CHECK: %[[P:.*]] = tensor.pad %[[X]]
// CHECK: linalg.conv_2d_nchw_fchw ins(%[[P]],
// CHECK-NEXT: return
func.func @constant_then_runtime(%x: tensor<1x2x3x3xf32>, %s: tensor<2xf32>) -> tensor<1x2x5x5xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]]], [[[5.0]], [[7.0]]]]> : tensor<2x2x1x1xf32>
  %c = arith.constant dense<11.0> : tensor<1x2x3x3xf32>
  %zero = arith.constant 0.0 : f32
  %i = arith.constant dense<0.0> : tensor<1x2x5x5xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %x, %c : tensor<1x2x3x3xf32>
  %n = arith.mulf %m, %b : tensor<1x2x3x3xf32>
  %p = tensor.pad %n low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x3x3xf32> to tensor<1x2x5x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x2x5x5xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x5x5xf32>) -> tensor<1x2x5x5xf32>
  return %y : tensor<1x2x5x5xf32>
}

// CHECK-LABEL: func @two_runtime(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x3x3xf32>
// CHECK: %[[P:.*]] = tensor.pad %[[X]]
// CHECK: linalg.conv_2d_nchw_fchw ins(%[[P]],
// CHECK-NEXT: return
func.func @two_runtime(%x: tensor<1x2x3x3xf32>, %s: tensor<2xf32>, %t: tensor<2xf32>) -> tensor<1x2x5x5xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]]], [[[5.0]], [[7.0]]]]> : tensor<2x2x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %i = arith.constant dense<0.0> : tensor<1x2x5x5xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) dimensions = [0, 2, 3]
  %c = linalg.broadcast ins(%t : tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %x, %b : tensor<1x2x3x3xf32>
  %n = arith.divf %m, %c : tensor<1x2x3x3xf32>
  %p = tensor.pad %n low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x3x3xf32> to tensor<1x2x5x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x2x5x5xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x5x5xf32>) -> tensor<1x2x5x5xf32>
  return %y : tensor<1x2x5x5xf32>
}

// How many zeros there are in front is known at run time only; the channels stay where they
// are.
// CHECK-LABEL: func @unknown_low(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x3x3xf32>
// CHECK: %[[P:.*]] = tensor.pad %[[X]]
// CHECK: linalg.conv_2d_nchw_fchw ins(%[[P]],
// CHECK-NEXT: return
func.func @unknown_low(%x: tensor<1x2x3x3xf32>, %s: tensor<2xf32>, %at: index, %to: index) -> tensor<1x2x5x5xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]]], [[[5.0]], [[7.0]]]]> : tensor<2x2x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %i = arith.constant dense<0.0> : tensor<1x2x5x5xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %x, %b : tensor<1x2x3x3xf32>
  %p = tensor.pad %m low[0, 0, %at, 1] high[0, 0, %to, 1] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x3x3xf32> to tensor<1x2x5x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x2x5x5xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x5x5xf32>) -> tensor<1x2x5x5xf32>
  return %y : tensor<1x2x5x5xf32>
}
