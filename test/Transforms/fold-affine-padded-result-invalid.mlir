// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Padding of a convolution's result that keeps steps behind it.

// A shift would change the zeros.
// CHECK-LABEL: func @shift(
// CHECK: arith.addf
func.func @shift(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x4x5xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x4x5xf32>
  %zero = arith.constant 0.0 : f32
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x4x5xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %p = tensor.pad %y low[0, 0, 1, 1] high[0, 0, 1, 2] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x5xf32>
  // expected-remark @+1 {{[Missed] shift-crosses-padding | Category:convoy}}
  %r = arith.addf %p, %b : tensor<1x2x4x5xf32>
  return %r : tensor<1x2x4x5xf32>
}

// So does one that comes with a scale; the scale in front of it folds.
// CHECK-LABEL: func @scale_then_shift(
// CHECK-NOT: arith.mulf
// CHECK: arith.addf
func.func @scale_then_shift(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x4x5xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x4x5xf32>
  %zero = arith.constant 0.0 : f32
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x4x5xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Passed] fold-affine | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %p = tensor.pad %y low[0, 0, 1, 1] high[0, 0, 1, 2] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x5xf32>
  %m = arith.mulf %p, %b : tensor<1x2x4x5xf32>
  // expected-remark @+1 {{[Missed] shift-crosses-padding | Category:convoy}}
  %r = arith.addf %m, %b : tensor<1x2x4x5xf32>
  return %r : tensor<1x2x4x5xf32>
}

// Other elements than zeros do not take the scale.
// CHECK-LABEL: func @padded_with_ones(
// CHECK: arith.mulf
func.func @padded_with_ones(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x4x5xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x4x5xf32>
  %one = arith.constant 1.0 : f32
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x4x5xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %p = tensor.pad %y low[0, 0, 1, 1] high[0, 0, 1, 2] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %one : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x5xf32>
  %r = arith.mulf %p, %b : tensor<1x2x4x5xf32>
  return %r : tensor<1x2x4x5xf32>
}

// A shift crosses no activation, between zeros or not.
// CHECK-LABEL: func @shift_behind_activation(
// CHECK: arith.maximumf
// CHECK: arith.addf
func.func @shift_behind_activation(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x4x5xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x4x5xf32>
  %zero = arith.constant 0.0 : f32
  %zeros = arith.constant dense<0.0> : tensor<1x2x4x5xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x4x5xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %p = tensor.pad %y low[0, 0, 1, 1] high[0, 0, 1, 2] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x5xf32>
  // expected-remark @+1 {{[Missed] crosses-activation | Category:convoy}}
  %a = arith.maximumf %p, %zeros : tensor<1x2x4x5xf32>
  %r = arith.addf %a, %b : tensor<1x2x4x5xf32>
  return %r : tensor<1x2x4x5xf32>
}

// Nor does a scale that is not positive.
// CHECK-LABEL: func @negative_behind_activation(
// CHECK: arith.maximumf
// CHECK: arith.mulf
func.func @negative_behind_activation(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x4x5xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x4x5xf32>
  %zero = arith.constant 0.0 : f32
  %zeros = arith.constant dense<0.0> : tensor<1x2x4x5xf32>
  %s = arith.constant dense<[2.0, -4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x4x5xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %p = tensor.pad %y low[0, 0, 1, 1] high[0, 0, 1, 2] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x5xf32>
  // expected-remark @+1 {{[Missed] crosses-activation | Category:convoy}}
  %a = arith.maximumf %p, %zeros : tensor<1x2x4x5xf32>
  %r = arith.mulf %a, %b : tensor<1x2x4x5xf32>
  return %r : tensor<1x2x4x5xf32>
}

// The channels of what is behind the activation have zeros among them, so that a slice says
// nothing about all of the convolution's.
// CHECK-LABEL: func @slice_behind_activation(
// CHECK: arith.maximumf
// CHECK: arith.mulf
func.func @slice_behind_activation(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant 0.0 : f32
  %zeros = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %p = tensor.pad %y low[0, 1, 0, 0] high[0, 1, 0, 0] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x4x2x2xf32>
  %a = arith.maximumf %p, %zeros : tensor<1x4x2x2xf32>
  %u = tensor.extract_slice %a[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %v = tensor.extract_slice %a[0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %q = arith.mulf %u, %b : tensor<1x2x2x2xf32>
  %r = arith.mulf %v, %b : tensor<1x2x2x2xf32>
  return %q, %r : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}
