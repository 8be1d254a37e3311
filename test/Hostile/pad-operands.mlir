// RUN: timeout 30 convoy-opt %s --convoy-fold-affine --mlir-print-op-generic | FileCheck %s

// Pads that verify, though they lack the operand of a size that they call dynamic: nothing
// moves across them.

// CHECK: sym_name = "in_front"
// CHECK: "arith.mulf"
// CHECK: "tensor.pad"
// CHECK: "linalg.conv_2d_nchw_fchw"
func.func @in_front(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32> {
  %zero = arith.constant 0.0 : f32
  %i = arith.constant dense<0.0> : tensor<1x4x6x6xf32>
  %two = arith.constant dense<2.0> : tensor<1x3x6x6xf32>
  %s = arith.mulf %x, %two : tensor<1x3x6x6xf32>
  %p = "tensor.pad"(%s) <{operandSegmentSizes = array<i32: 1, 0, 0>, static_low = array<i64: 0, 0, -9223372036854775808, 1>, static_high = array<i64: 0, 0, 1, 1>}> ({
  ^bb0(%n: index, %c: index, %h: index, %v: index):
    tensor.yield %zero : f32
  }) : (tensor<1x3x6x6xf32>) -> tensor<1x3x8x8xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %w : tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) outs(%i : tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32>
  return %y : tensor<1x4x6x6xf32>
}

// CHECK: sym_name = "behind"
// CHECK: "linalg.conv_2d_nchw_fchw"
// CHECK: "tensor.pad"
// CHECK: "arith.mulf"
func.func @behind(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x1x1xf32>) -> tensor<1x4x8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %i = arith.constant dense<0.0> : tensor<1x4x6x6xf32>
  %two = arith.constant dense<2.0> : tensor<1x4x8x8xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x1x1xf32>) outs(%i : tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32>
  %p = "tensor.pad"(%y) <{operandSegmentSizes = array<i32: 1, 0, 0>, static_low = array<i64: 0, 0, 1, 1>, static_high = array<i64: 0, 0, -9223372036854775808, 1>}> ({
  ^bb0(%n: index, %c: index, %h: index, %v: index):
    tensor.yield %zero : f32
  }) : (tensor<1x4x6x6xf32>) -> tensor<1x4x8x8xf32>
  %r = arith.mulf %p, %two : tensor<1x4x8x8xf32>
  return %r : tensor<1x4x8x8xf32>
}
