// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Folding again says nothing and changes nothing.
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse --remark-policy=all --remarks-filter=convoy -o %t.again.mlir 2>&1 | count 0
// RUN: diff %t.mlir %t.again.mlir

// A scale that rounds no weight is never kept behind a convolution, and what is kept is kept by
// another fold: a kept scale and the bias behind it are rounded to the accumulator's type, which
// is no reason to keep them.

// -y1 - 1.1*y2 + c: the bias that both become, 0.1 - 1.3 in f64, is rounded to f32. Beside that,
// what the unfused program rounds of y1 is small; it is what a scale of -1 would not have either.
// CHECK-LABEL: func @negated_in_a_sum(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[-3.769530e-01]]], [[[-9.609370e-01]]]]> : tensor<2x1x1x1xbf16>
// CHECK-DAG: arith.constant dense<-1.100000e+00> : tensor<2xf32>
// CHECK-NOT: arith.constant dense<-1.000000e+00>
// CHECK: return
func.func @negated_in_a_sum(%x: tensor<1x1x2x2xbf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[0.376953125]]], [[[0.9609375]]]]> : tensor<2x1x1x1xbf16>
  %g = arith.constant dense<[[[[0.37109375]]], [[[0.7265625]]]]> : tensor<2x1x1x1xbf16>
  %i = arith.constant dense<1.69102550e-1> : tensor<1x2x2x2xf32>
  %j = arith.constant dense<1.091401339e+0> : tensor<1x2x2x2xf32>
  %c = arith.constant dense<-9.953605533e-1> : tensor<1x2x2x2xf32>
  %k = arith.constant dense<1.1> : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (subf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xbf16>, tensor<2x1x1x1xbf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 2 steps (mulf, subf) into linalg.conv_2d_nchw_fchw, with the scale behind it"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %g : tensor<1x1x2x2xbf16>, tensor<2x1x1x1xbf16>) outs(%j : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.mulf %z, %k : tensor<1x2x2x2xf32>
  %t = arith.addf %y, %s : tensor<1x2x2x2xf32>
  %r = arith.subf %c, %t : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A power of two and a bias whose sum with the shift is rounded.
// CHECK-LABEL: func @power_of_two(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[1.500000e+00]]], [[[3.500000e+00]]]]> : tensor<2x1x1x1xf16>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @power_of_two(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[3.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf16>
  %i = arith.constant dense<-10000.7> : tensor<1x2x2x2xf32>
  %k = arith.constant dense<0.5> : tensor<1x2x2x2xf32>
  %c = arith.constant dense<5000.31> : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 2 steps (mulf, addf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.mulf %y, %k : tensor<1x2x2x2xf32>
  %r = arith.addf %s, %c : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Behind the convolution a scale is rounded to f32: this one, (1 + 2150*2^-23)*(1 - 4298*2^-24) or
// 1 + 0.9*2^-24, to 1. The bias takes the most of the sums away, so that they hide no error.
// CHECK-LABEL: func @rounded_to_one(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @rounded_to_one(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<2x1x1x1xf16>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %k = arith.constant dense<0x3F800866> : tensor<1x2x2x2xf32>
  %l = arith.constant dense<0x3F7FEF36> : tensor<1x2x2x2xf32>
  %c = arith.constant dense<-5.0> : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 3 steps (mulf, mulf, addf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.mulf %y, %k : tensor<1x2x2x2xf32>
  %t = arith.mulf %s, %l : tensor<1x2x2x2xf32>
  %r = arith.addf %t, %c : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A filter that is not known is negated without a rounding.
// CHECK-LABEL: func @negated_argument(
// CHECK: %[[F:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<2x1x1x1xf16>)
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%{{.*}}, %[[F]] :
// CHECK-NEXT: return %[[Y]]
func.func @negated_argument(%x: tensor<1x1x2x2xf16>, %f: tensor<2x1x1x1xf16>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (negf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.negf %y : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Twice of it may overflow.
// CHECK-LABEL: func @doubled_argument(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf {{.*}} : f32
func.func @doubled_argument(%x: tensor<1x1x2x2xf16>, %f: tensor<2x1x1x1xf16>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (addf) into linalg.conv_2d_nchw_fchw, with the scale behind it"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.addf %y, %y : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
