// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// What is said of steps in front of a padding with ones, which stay, and of a
// chain that nobody reads.

// A step that others read would stay without the padding as well: nothing is said.
// CHECK-LABEL: func @shared_step_in_front_of_ones(
// CHECK: arith.mulf
// CHECK: tensor.pad
func.func @shared_step_in_front_of_ones(%x: tensor<1x2x2x2xf32>, %v: tensor<2xf32>, %w: tensor<4x2x1x1xf32>) -> (tensor<1x4x4x4xf32>, tensor<1x2x2x2xf32>) {
  %i = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%v : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %p = tensor.pad %m low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%a: index, %bb: index, %c: index, %d: index):
    tensor.yield %one : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %w : tensor<1x2x4x4xf32>, tensor<4x2x1x1xf32>) outs(%i : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  return %y, %m : tensor<1x4x4x4xf32>, tensor<1x2x2x2xf32>
}

// Nor of one that goes to the convolution in front of it.
// CHECK-LABEL: func @between_padded_with_ones(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NOT: arith.mulf
// CHECK: tensor.pad
func.func @between_padded_with_ones(%x: tensor<1x2x2x2xf32>, %v: tensor<2xf32>, %w0: tensor<2x2x1x1xf32>, %w: tensor<4x2x1x1xf32>) -> tensor<1x4x4x4xf32> {
  %i0 = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{Function=between_padded_with_ones | Channels=2}}
  %y0 = linalg.conv_2d_nchw_fchw ins(%x, %w0 : tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>) outs(%i0 : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%v : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %y0, %b : tensor<1x2x2x2xf32>
  %p = tensor.pad %m low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%a: index, %bb: index, %c: index, %d: index):
    tensor.yield %one : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %w : tensor<1x2x4x4xf32>, tensor<4x2x1x1xf32>) outs(%i : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  return %y : tensor<1x4x4x4xf32>
}

// The remark comes from the function, although its convolution goes.
// CHECK-LABEL: func @dead(
func.func @dead(%x: tensor<1x1x2x2xf32>, %v: tensor<4xf32>) {
  %f = arith.constant dense<2.0> : tensor<4x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  // expected-remark @+1 {{Function=dead | Channels=4}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %b = linalg.broadcast ins(%v : tensor<4xf32>) outs(%i : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %y, %b : tensor<1x4x2x2xf32>
  return
}

// A part of lower rank: its second dimension holds rows, not channels.
// CHECK-LABEL: func @part_of_lower_rank(
// CHECK: arith.mulf
// CHECK: tensor.insert_slice
func.func @part_of_lower_rank(%x: tensor<2x2x3xf32>, %v: tensor<2xf32>, %d: tensor<1x4x2x3xf32>, %w: tensor<4x4x1x1xf32>) -> tensor<1x4x2x3xf32> {
  %i = arith.constant dense<0.0> : tensor<1x4x2x3xf32>
  %e = tensor.empty() : tensor<2x2x3xf32>
  %b = linalg.broadcast ins(%v : tensor<2xf32>) outs(%e : tensor<2x2x3xf32>) dimensions = [0, 2]
  %m = arith.mulf %x, %b : tensor<2x2x3xf32>
  %p = tensor.insert_slice %m into %d[0, 0, 0, 0] [1, 2, 2, 3] [1, 1, 1, 1] : tensor<2x2x3xf32> into tensor<1x4x2x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %w : tensor<1x4x2x3xf32>, tensor<4x4x1x1xf32>) outs(%i : tensor<1x4x2x3xf32>) -> tensor<1x4x2x3xf32>
  return %y : tensor<1x4x2x3xf32>
}
