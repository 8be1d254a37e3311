// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Into the filter has no limit.
// RUN: convoy-opt %s --convoy-fold-affine=policy=weights --canonicalize --cse -o %t.weights.mlir
// RUN: FileCheck %s --check-prefix=WEIGHTS --input-file %t.weights.mlir

// What is added in 32 bits is not added in an accumulator of 16 bits: there it would be
// rounded with the sum.

// The filter is known: a small sum in front of a large shift is predicted to suffer.
// CHECK-LABEL: func @constant(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.addf {{.*}} : tensor<1x2x2x2xf32>
// WEIGHTS-LABEL: func @constant(
// WEIGHTS-NOT: arith.addf
// WEIGHTS: return
func.func @constant(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[0.25]]], [[[0.5]]]]> : tensor<2x1x1x1xf16>
  %t = arith.constant dense<8.0> : tensor<1x2x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf16>
  // expected-remark-re @+1 {{{{.*}}expected a predicted RMSE of at most 2{{.*}} times that of the unfused program}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %w = arith.extf %y : tensor<1x2x2x2xf16> to tensor<1x2x2x2xf32>
  %r = arith.addf %w, %t : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A shift that is small beside the sum does no harm.
// CHECK-LABEL: func @small(
// CHECK-NOT: arith.addf
// CHECK: return
func.func @small(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[0.25]]], [[[0.5]]]]> : tensor<2x1x1x1xf16>
  %t = arith.constant dense<0.125> : tensor<1x2x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf16>
  // expected-remark @+1 {{folded 1 step}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %w = arith.extf %y : tensor<1x2x2x2xf16> to tensor<1x2x2x2xf32>
  %r = arith.addf %w, %t : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Nothing can be predicted from a filter that is not known.
// CHECK-LABEL: func @runtime(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.addf {{.*}} : tensor<1x2x2x2xf32>
// WEIGHTS-LABEL: func @runtime(
// WEIGHTS-NOT: arith.addf
// WEIGHTS: return
func.func @runtime(%x: tensor<1x1x2x2xf16>, %f: tensor<2x1x1x1xf16>) -> tensor<1x2x2x2xf32> {
  %t = arith.constant dense<8.0> : tensor<1x2x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf16>
  // expected-remark @+1 {{expected a result no wider than the accumulator of 16 bits}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %w = arith.extf %y : tensor<1x2x2x2xf16> to tensor<1x2x2x2xf32>
  %r = arith.addf %w, %t : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// What was added in 16 bits before folds as ever.
// CHECK-LABEL: func @extended(
// CHECK-NOT: arith.addf
// CHECK: return
func.func @extended(%x: tensor<1x1x2x2xf16>, %f: tensor<2x1x1x1xf16>) -> tensor<1x2x2x2xf32> {
  %t = arith.constant dense<8.0> : tensor<1x2x2x2xf16>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf16>
  // expected-remark @+1 {{folded 1 step}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %r = arith.addf %y, %t : tensor<1x2x2x2xf16>
  %w = arith.extf %r : tensor<1x2x2x2xf16> to tensor<1x2x2x2xf32>
  return %w : tensor<1x2x2x2xf32>
}
