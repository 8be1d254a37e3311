// RUN: timeout 30 convoy-opt %s --convoy-form-conv | FileCheck %s

// Pads that verify and cannot become the padding of a convolution.

// The value is computed in the body.
// CHECK-LABEL: func @computed(
// CHECK: tensor.pad
// CHECK: convoy.conv {{.*}} pad = [0, 0] to [0, 0]
func.func @computed(%x: tensor<1x2x3x5xf32>, %f: tensor<2x2x3x3xf32>, %i: tensor<1x2x3x5xf32>, %v: tensor<9xf32>) -> tensor<1x2x3x5xf32> {
  %p = tensor.pad %x low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    %q = tensor.extract %v[%h] : tensor<9xf32>
    tensor.yield %q : f32
  } : tensor<1x2x3x5xf32> to tensor<1x2x5x7xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x2x5x7xf32>, tensor<2x2x3x3xf32>) outs(%i : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  return %y : tensor<1x2x3x5xf32>
}

// Two of them are more than 64 bits count.
// CHECK-LABEL: func @sum_beyond_64_bits(
// CHECK: tensor.pad
// CHECK-NOT: tensor.pad
// CHECK: convoy.conv {{.*}} pad = [4611686018427387904, 0] to [0, 0]
func.func @sum_beyond_64_bits(%x: tensor<1x2x?x5xf32>, %f: tensor<2x2x3x3xf32>, %i: tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32> {
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 0, 4611686018427387904, 0] high[0, 0, 0, 0] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero : f32
  } : tensor<1x2x?x5xf32> to tensor<1x2x?x5xf32>
  %q = tensor.pad %p low[0, 0, 4611686018427387904, 0] high[0, 0, 0, 0] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero : f32
  } : tensor<1x2x?x5xf32> to tensor<1x2x?x5xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%q, %f : tensor<1x2x?x5xf32>, tensor<2x2x3x3xf32>) outs(%i : tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32>
  return %y : tensor<1x2x?x3xf32>
}
