// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// A scale that stays behind the convolution touches no weight.
// RUN: convoy-opt %s --convoy-fold-affine=policy=epilogue --canonicalize --cse --remark-policy=all --remarks-filter=convoy -o %t.epilogue.mlir 2>&1 | FileCheck %s --check-prefix=EPILOGUE

// Filters that are not finite to begin with: what is computed from them is no checkpoint's
// intention, and a folded weight would not be finite either.

// EPILOGUE-COUNT-4: with the scale behind it"
// EPILOGUE: folded 1 step (addf) into linalg.conv_2d_nchw_fchw"

// CHECK-LABEL: func @not_a_number(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf
func.func @not_a_number(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[0x7FC00000]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %k = arith.constant dense<3.0> : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] non-finite}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.mulf %y, %k : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @infinite(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf
func.func @infinite(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[0xFF800000]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %k = arith.constant dense<3.0> : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] non-finite}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.mulf %y, %k : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @splat(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf
func.func @splat(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<0x7F800000> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %k = arith.constant dense<3.0> : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] non-finite}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.mulf %y, %k : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// The audit finds it in 16 bits.
// CHECK-LABEL: func @half(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf
func.func @half(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[0x7C00]]]]> : tensor<2x1x1x1xf16>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %k = arith.constant dense<3.0> : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] non-finite}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.mulf %y, %k : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A shift leaves the filter alone.
// CHECK-LABEL: func @shifted(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @shifted(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[0x7FC00000]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %k = arith.constant dense<3.0> : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.addf %y, %k : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
