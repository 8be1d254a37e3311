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
func.func @small(%x: tensor<1x1x64x64xf16>) -> tensor<1x2x64x64xf32> {
  %f = arith.constant dense<[[[[0.25]]], [[[0.5]]]]> : tensor<2x1x1x1xf16>
  %t = arith.constant dense<0.125> : tensor<1x2x64x64xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x64x64xf16>
  // expected-remark @+1 {{folded 1 step}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x64x64xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x64x64xf16>) -> tensor<1x2x64x64xf16>
  %w = arith.extf %y : tensor<1x2x64x64xf16> to tensor<1x2x64x64xf32>
  %r = arith.addf %w, %t : tensor<1x2x64x64xf32>
  return %r : tensor<1x2x64x64xf32>
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

// A scale is folded where the filter is known: what the scaled weights round is predicted. By 1.3
// 0.25 becomes 0.325, which f16 rounds to 0.32495; 0.5 becomes 0.65, rounded to 0.64990.
// CHECK-LABEL: func @scale(
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @scale(%x: tensor<1x1x64x64xf16>) -> tensor<1x2x64x64xf32> {
  %f = arith.constant dense<[[[[0.25]]], [[[0.5]]]]> : tensor<2x1x1x1xf16>
  %t = arith.constant dense<1.3> : tensor<1x2x64x64xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x64x64xf16>
  // expected-remark @+1 {{folded 1 step}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x64x64xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x64x64xf16>) -> tensor<1x2x64x64xf16>
  %w = arith.extf %y : tensor<1x2x64x64xf16> to tensor<1x2x64x64xf32>
  %r = arith.mulf %w, %t : tensor<1x2x64x64xf32>
  return %r : tensor<1x2x64x64xf32>
}

// The same for few elements, of which nothing certain can be said.
// CHECK-LABEL: func @scale_of_few(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf {{.*}} : tensor<1x2x2x2xf32>
// WEIGHTS-LABEL: func @scale_of_few(
// WEIGHTS-NOT: arith.mulf
// WEIGHTS: return
func.func @scale_of_few(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[0.25]]], [[[0.5]]]]> : tensor<2x1x1x1xf16>
  %t = arith.constant dense<1.3> : tensor<1x2x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf16>
  // expected-remark-re @+1 {{{{.*}}expected a predicted RMSE of at most 2{{.*}} times that of the unfused program}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %w = arith.extf %y : tensor<1x2x2x2xf16> to tensor<1x2x2x2xf32>
  %r = arith.mulf %w, %t : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A power of two rounds nothing.
// CHECK-LABEL: func @power_of_two(
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @power_of_two(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[0.25]]], [[[0.5]]]]> : tensor<2x1x1x1xf16>
  %t = arith.constant dense<8.0> : tensor<1x2x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf16>
  // expected-remark @+1 {{folded 1 step}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %w = arith.extf %y : tensor<1x2x2x2xf16> to tensor<1x2x2x2xf32>
  %r = arith.mulf %w, %t : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// The unfused program rounds the sum once, the fused one each weight: where weights cancel each
// other, that is much more.
// CHECK-LABEL: func @scale_of_unknown_filter(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf {{.*}} : tensor<1x2x2x2xf32>
// WEIGHTS-LABEL: func @scale_of_unknown_filter(
// WEIGHTS-NOT: arith.mulf {{.*}} : tensor<1x2x2x2xf32>
// WEIGHTS: return
func.func @scale_of_unknown_filter(%x: tensor<1x1x2x2xf16>, %f: tensor<2x1x1x1xf16>) -> tensor<1x2x2x2xf32> {
  %t = arith.constant dense<1.1> : tensor<1x2x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf16>
  // expected-remark @+1 {{expected a result no wider than the accumulator of 16 bits, which rounds what is computed in it, or constants to predict the RMSE from}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %w = arith.extf %y : tensor<1x2x2x2xf16> to tensor<1x2x2x2xf32>
  %r = arith.mulf %w, %t : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// In 16 bits throughout, the product would be rounded as well.
// CHECK-LABEL: func @scale_in_16_bits(
// CHECK-NOT: arith.mulf {{.*}} : tensor<1x2x2x2xf16>
// CHECK: return
func.func @scale_in_16_bits(%x: tensor<1x1x2x2xf16>, %f: tensor<2x1x1x1xf16>) -> tensor<1x2x2x2xf16> {
  %t = arith.constant dense<1.1> : tensor<1x2x2x2xf16>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf16>
  // expected-remark @+1 {{folded 1 step}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %r = arith.mulf %y, %t : tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}

// 1.0625 + 0.25390625 lies between the bfloats 1.3125 and 1.3203125: it is rounded by 2^-8, beside which
// the result of weights of 2^-6 is small.
// CHECK-LABEL: func @bias(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.addf {{.*}} : tensor<1x2x64x64xf32>
func.func @bias(%x: tensor<1x1x64x64xbf16>) -> tensor<1x2x64x64xf32> {
  %f = arith.constant dense<0.015625> : tensor<2x1x1x1xbf16>
  %t = arith.constant dense<0.25390625> : tensor<1x2x64x64xf32>
  %i = arith.constant dense<1.0625> : tensor<1x2x64x64xbf16>
  // expected-remark-re @+1 {{{{.*}}expected a predicted RMSE of at most 2{{.*}} times that of the unfused program}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x64x64xbf16>, tensor<2x1x1x1xbf16>) outs(%i : tensor<1x2x64x64xbf16>) -> tensor<1x2x64x64xbf16>
  %w = arith.extf %y : tensor<1x2x64x64xbf16> to tensor<1x2x64x64xf32>
  %r = arith.addf %w, %t : tensor<1x2x64x64xf32>
  return %r : tensor<1x2x64x64xf32>
}

// 1.0625 + 0.25 is 1.3125.
// CHECK-LABEL: func @exact_bias(
// CHECK-NOT: arith.addf
// CHECK: return
func.func @exact_bias(%x: tensor<1x1x64x64xbf16>) -> tensor<1x2x64x64xf32> {
  %f = arith.constant dense<0.015625> : tensor<2x1x1x1xbf16>
  %t = arith.constant dense<0.25> : tensor<1x2x64x64xf32>
  %i = arith.constant dense<1.0625> : tensor<1x2x64x64xbf16>
  // expected-remark @+1 {{folded 1 step}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x64x64xbf16>, tensor<2x1x1x1xbf16>) outs(%i : tensor<1x2x64x64xbf16>) -> tensor<1x2x64x64xbf16>
  %w = arith.extf %y : tensor<1x2x64x64xbf16> to tensor<1x2x64x64xf32>
  %r = arith.addf %w, %t : tensor<1x2x64x64xf32>
  return %r : tensor<1x2x64x64xf32>
}

// What a bias that is not known and the shift add up to may be rounded by more than either.
// CHECK-LABEL: func @unknown_bias(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.addf {{.*}} : tensor<1x2x64x64xf32>
// WEIGHTS-LABEL: func @unknown_bias(
// WEIGHTS: linalg.conv_2d_nchw_fchw
// WEIGHTS-NOT: arith.addf
// WEIGHTS: return
func.func @unknown_bias(%x: tensor<1x1x64x64xf16>, %b: tensor<2xf16>) -> tensor<1x2x64x64xf32> {
  %f = arith.constant dense<[[[[0.25]]], [[[0.5]]]]> : tensor<2x1x1x1xf16>
  %t = arith.constant dense<0.125> : tensor<1x2x64x64xf32>
  %e = tensor.empty() : tensor<1x2x64x64xf16>
  %i = linalg.broadcast ins(%b : tensor<2xf16>) outs(%e : tensor<1x2x64x64xf16>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{expected a result no wider than the accumulator of 16 bits, which rounds what is computed in it, or constants to predict the RMSE from}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x64x64xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x64x64xf16>) -> tensor<1x2x64x64xf16>
  %w = arith.extf %y : tensor<1x2x64x64xf16> to tensor<1x2x64x64xf32>
  %r = arith.addf %w, %t : tensor<1x2x64x64xf32>
  return %r : tensor<1x2x64x64xf32>
}

// In 16 bits throughout, their sum would be rounded as well.
// CHECK-LABEL: func @unknown_bias_in_16_bits(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @unknown_bias_in_16_bits(%x: tensor<1x1x64x64xf16>, %b: tensor<2xf16>) -> tensor<1x2x64x64xf16> {
  %f = arith.constant dense<[[[[0.25]]], [[[0.5]]]]> : tensor<2x1x1x1xf16>
  %t = arith.constant dense<0.125> : tensor<1x2x64x64xf16>
  %e = tensor.empty() : tensor<1x2x64x64xf16>
  %i = linalg.broadcast ins(%b : tensor<2xf16>) outs(%e : tensor<1x2x64x64xf16>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x64x64xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x64x64xf16>) -> tensor<1x2x64x64xf16>
  %r = arith.addf %y, %t : tensor<1x2x64x64xf16>
  return %r : tensor<1x2x64x64xf16>
}

// A power of two of 1 and above rounds neither the weights nor a bias, whatever that is.
// CHECK-LABEL: func @power_of_two_of_unknown_bias(
// CHECK-NOT: arith.mulf {{.*}} : tensor<1x2x2x2xf32>
// CHECK: return
func.func @power_of_two_of_unknown_bias(%x: tensor<1x1x2x2xf16>, %b: tensor<2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[0.25]]], [[[0.5]]]]> : tensor<2x1x1x1xf16>
  %t = arith.constant dense<-4.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf16>
  %i = linalg.broadcast ins(%b : tensor<2xf16>) outs(%e : tensor<1x2x2x2xf16>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %w = arith.extf %y : tensor<1x2x2x2xf16> to tensor<1x2x2x2xf32>
  %r = arith.mulf %w, %t : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Half of a small number has fewer bits than the number.
// CHECK-LABEL: func @half_of_unknown_bias(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf {{.*}} : tensor<1x2x2x2xf32>
func.func @half_of_unknown_bias(%x: tensor<1x1x2x2xf16>, %b: tensor<2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[0.25]]], [[[0.5]]]]> : tensor<2x1x1x1xf16>
  %t = arith.constant dense<0.5> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf16>
  %i = linalg.broadcast ins(%b : tensor<2xf16>) outs(%e : tensor<1x2x2x2xf16>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] accuracy-limit}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %w = arith.extf %y : tensor<1x2x2x2xf16> to tensor<1x2x2x2xf32>
  %r = arith.mulf %w, %t : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A change of signs rounds nothing that is unknown.
// CHECK-LABEL: func @negated(
// CHECK-NOT: arith.negf {{.*}} : tensor<1x2x2x2xf32>
// CHECK: return
func.func @negated(%x: tensor<1x1x2x2xf16>, %f: tensor<2x1x1x1xf16>, %b: tensor<2xf16>) -> tensor<1x2x2x2xf32> {
  %e = tensor.empty() : tensor<1x2x2x2xf16>
  %i = linalg.broadcast ins(%b : tensor<2xf16>) outs(%e : tensor<1x2x2x2xf16>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %w = arith.extf %y : tensor<1x2x2x2xf16> to tensor<1x2x2x2xf32>
  %r = arith.negf %w : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Doubled weights may overflow.
// CHECK-LABEL: func @doubled(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.addf {{.*}} : tensor<1x2x2x2xf32>
func.func @doubled(%x: tensor<1x1x2x2xf16>, %f: tensor<2x1x1x1xf16>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf16>
  // expected-remark @+1 {{[Missed] accuracy-limit}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %w = arith.extf %y : tensor<1x2x2x2xf16> to tensor<1x2x2x2xf32>
  %r = arith.addf %w, %w : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
