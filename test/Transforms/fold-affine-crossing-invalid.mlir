// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Steps that cross no second activation, or none in front of a split.

// The sign of the second scale may turn the first activation around: max(max(y, 0), 0) * -3.
// CHECK-LABEL: func @negative_behind_the_second(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.maximumf
// CHECK: arith.maximumf
// CHECK: arith.mulf
func.func @negative_behind_the_second(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %t = arith.constant dense<[-3.0, 5.0]> : tensor<2xf32>
  %bt = linalg.broadcast ins(%t : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%one : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{crosses-activation}}
  %a = arith.maximumf %y, %zero : tensor<1x2x2x2xf32>
  %c = arith.maximumf %a, %zero : tensor<1x2x2x2xf32>
  %r = arith.mulf %c, %bt : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @negative_between(
// CHECK: arith.maximumf
// CHECK: arith.mulf
// CHECK: arith.maximumf
// CHECK: arith.mulf
func.func @negative_between(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %s = arith.constant dense<[-2.0, 4.0]> : tensor<2xf32>
  %bs = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %t = arith.constant dense<[3.0, 5.0]> : tensor<2xf32>
  %bt = linalg.broadcast ins(%t : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%one : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{crosses-activation}}
  %a = arith.maximumf %y, %zero : tensor<1x2x2x2xf32>
  %m = arith.mulf %a, %bs : tensor<1x2x2x2xf32>
  %c = arith.maximumf %m, %zero : tensor<1x2x2x2xf32>
  %r = arith.mulf %c, %bt : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// The value between the two is used elsewhere: the scale behind the second would change it.
// CHECK-LABEL: func @used_between(
// CHECK: arith.maximumf
// CHECK: arith.maximumf
// CHECK: arith.mulf
func.func @used_between(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %t = arith.constant dense<[3.0, 5.0]> : tensor<2xf32>
  %bt = linalg.broadcast ins(%t : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%one : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{crosses-activation}}
  %a = arith.maximumf %y, %zero : tensor<1x2x2x2xf32>
  %c = arith.maximumf %a, %zero : tensor<1x2x2x2xf32>
  %r = arith.mulf %c, %bt : tensor<1x2x2x2xf32>
  return %r, %a : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// The second is a clamp, not at zero.
// CHECK-LABEL: func @clamp(
// CHECK: arith.minimumf
// CHECK: arith.mulf
func.func @clamp(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %t = arith.constant dense<[3.0, 5.0]> : tensor<2xf32>
  %bt = linalg.broadcast ins(%t : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%one : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{crosses-activation}}
  %a = arith.maximumf %y, %zero : tensor<1x2x2x2xf32>
  %c = arith.minimumf %a, %one : tensor<1x2x2x2xf32>
  %r = arith.mulf %c, %bt : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// One part has a negative scale.
// CHECK-LABEL: func @negative_part(
// CHECK-COUNT-2: arith.mulf
func.func @negative_part(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %s = arith.constant dense<3.0> : tensor<1x1x2x2xf32>
  %t = arith.constant dense<-5.0> : tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%one : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %a = arith.maximumf %y, %zero : tensor<1x2x2x2xf32>
  %p = tensor.extract_slice %a[0, 0, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %q = tensor.extract_slice %a[0, 1, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  // expected-remark @+1 {{crosses-activation}}
  %m = arith.mulf %p, %s : tensor<1x1x2x2xf32>
  %n = arith.mulf %q, %t : tensor<1x1x2x2xf32>
  return %m, %n : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}

// One part has a shift.
// CHECK-LABEL: func @shifted_part(
// CHECK: arith.mulf
// CHECK: arith.addf
func.func @shifted_part(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %s = arith.constant dense<3.0> : tensor<1x1x2x2xf32>
  %t = arith.constant dense<5.0> : tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%one : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %a = arith.maximumf %y, %zero : tensor<1x2x2x2xf32>
  %p = tensor.extract_slice %a[0, 0, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %q = tensor.extract_slice %a[0, 1, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  // expected-remark @+1 {{crosses-activation}}
  %m = arith.mulf %p, %s : tensor<1x1x2x2xf32>
  %n = arith.addf %q, %t : tensor<1x1x2x2xf32>
  return %m, %n : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}

// The sign of a factor that is not known.
// CHECK-LABEL: func @unknown_sign(
// CHECK-COUNT-2: arith.mulf
func.func @unknown_sign(%x: tensor<1x1x2x2xf32>, %k: tensor<1xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %ek = tensor.empty() : tensor<1x1x2x2xf32>
  %t = linalg.broadcast ins(%k : tensor<1xf32>) outs(%ek : tensor<1x1x2x2xf32>) dimensions = [0, 2, 3]
  %s = arith.constant dense<3.0> : tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%one : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %a = arith.maximumf %y, %zero : tensor<1x2x2x2xf32>
  %p = tensor.extract_slice %a[0, 0, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %q = tensor.extract_slice %a[0, 1, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  // expected-remark @+1 {{crosses-activation}}
  %m = arith.mulf %p, %s : tensor<1x1x2x2xf32>
  %n = arith.mulf %q, %t : tensor<1x1x2x2xf32>
  return %m, %n : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}

// The scale between the two goes in front, the shift behind it stays.
// CHECK-LABEL: func @up_to_a_shift(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NOT: arith.mulf
// CHECK: arith.maximumf
// CHECK: arith.addf
// CHECK: arith.maximumf
// CHECK: arith.mulf
func.func @up_to_a_shift(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %bs = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %t = arith.constant dense<[3.0, 5.0]> : tensor<2xf32>
  %bt = linalg.broadcast ins(%t : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf)}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%one : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{crosses-activation}}
  %a = arith.maximumf %y, %zero : tensor<1x2x2x2xf32>
  %m = arith.mulf %a, %bs : tensor<1x2x2x2xf32>
  %h = arith.addf %m, %bt : tensor<1x2x2x2xf32>
  %c = arith.maximumf %h, %zero : tensor<1x2x2x2xf32>
  %r = arith.mulf %c, %bt : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// What is divided by the convolution shrinks as it grows.
// CHECK-LABEL: func @reciprocal(
// CHECK: arith.mulf
func.func @reciprocal(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %t = arith.constant dense<[3.0, 5.0]> : tensor<2xf32>
  %bt = linalg.broadcast ins(%t : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%one : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] nonlinear-step | Category:convoy}}
  %d = arith.divf %one, %y : tensor<1x2x2x2xf32>
  %r = arith.mulf %d, %bt : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
