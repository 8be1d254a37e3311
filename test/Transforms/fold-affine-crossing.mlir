// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse --remark-policy=all --remarks-filter=convoy -o %t.again.mlir 2>&1 | count 0
// RUN: diff %t.mlir %t.again.mlir

// Positive scales that cross several activations, or an activation and a split. The filter is (1, 2) and the bias 1.

// CHECK-LABEL: func @two_activations(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[6.000000e+00]]], [[[4.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[6.000000e+00, 2.000000e+01]> : tensor<2xf32>
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NOT: arith.mulf
// CHECK: arith.maximumf
// CHECK-NOT: arith.mulf
// CHECK: arith.maximumf
// CHECK-NEXT: return
func.func @two_activations(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %bs = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %t = arith.constant dense<[3.0, 5.0]> : tensor<2xf32>
  %bt = linalg.broadcast ins(%t : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (mulf, mulf)}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%one : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %a = arith.maximumf %y, %zero : tensor<1x2x2x2xf32>
  %m = arith.mulf %a, %bs : tensor<1x2x2x2xf32>
  %c = arith.maximumf %m, %zero : tensor<1x2x2x2xf32>
  %r = arith.mulf %c, %bt : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// What is in front of the first activation need not be positive.
// CHECK-LABEL: func @in_front_and_between(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[-1.200000e+01]]], [[[1.600000e+02]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[0.000000e+00, 1.600000e+02]> : tensor<2xf32>
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: arith.maximumf
// CHECK-NEXT: arith.maximumf
// CHECK-NEXT: return
func.func @in_front_and_between(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %n = arith.constant dense<[-2.0, 4.0]> : tensor<2xf32>
  %bn = linalg.broadcast ins(%n : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %p = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %bp = linalg.broadcast ins(%p : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %bs = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %t = arith.constant dense<[3.0, 5.0]> : tensor<2xf32>
  %bt = linalg.broadcast ins(%t : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 4 steps (mulf, addf, mulf, mulf)}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%one : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %q = arith.mulf %y, %bn : tensor<1x2x2x2xf32>
  %w = arith.addf %q, %bp : tensor<1x2x2x2xf32>
  %a = arith.maximumf %w, %zero : tensor<1x2x2x2xf32>
  %m = arith.mulf %a, %bs : tensor<1x2x2x2xf32>
  %c = arith.maximumf %m, %zero : tensor<1x2x2x2xf32>
  %r = arith.mulf %c, %bt : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Three, with a leaky one among them, which has no scale behind it.
// CHECK-LABEL: func @three_activations(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[6.000000e+00]]], [[[4.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.maximumf
// CHECK-NEXT: linalg.generic
// CHECK: arith.mulf %{{.*}} : f32
// CHECK-NOT: arith.mulf
// CHECK: arith.maximumf %{{.*}} : tensor
// CHECK-NEXT: return
func.func @three_activations(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %bs = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %t = arith.constant dense<[3.0, 5.0]> : tensor<2xf32>
  %bt = linalg.broadcast ins(%t : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (mulf, mulf)}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%one : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %a = arith.maximumf %y, %zero : tensor<1x2x2x2xf32>
  %m = arith.mulf %a, %bs : tensor<1x2x2x2xf32>
  %l = linalg.generic {indexing_maps = [affine_map<(a, b, c, d) -> (a, b, c, d)>, affine_map<(a, b, c, d) -> (a, b, c, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%m : tensor<1x2x2x2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%in: f32, %out: f32):
    %slope = arith.constant 0.125 : f32
    %small = arith.mulf %in, %slope : f32
    %o = arith.maximumf %in, %small : f32
    linalg.yield %o : f32
  } -> tensor<1x2x2x2xf32>
  %c = arith.maximumf %l, %zero : tensor<1x2x2x2xf32>
  %r = arith.mulf %c, %bt : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Each part of the activation has a scale of its own.
// CHECK-LABEL: func @split(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[3.000000e+00]]], [[[1.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[3.000000e+00, 5.000000e+00]> : tensor<2xf32>
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: arith.maximumf
// CHECK-NEXT: tensor.extract_slice
// CHECK-NEXT: tensor.extract_slice
// CHECK-NEXT: return
func.func @split(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %s = arith.constant dense<3.0> : tensor<1x1x2x2xf32>
  %t = arith.constant dense<5.0> : tensor<1x1x2x2xf32>
  // expected-remark @+1 {{folded 2 steps (mulf, mulf)}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%one : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %a = arith.maximumf %y, %zero : tensor<1x2x2x2xf32>
  %p = tensor.extract_slice %a[0, 0, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %q = tensor.extract_slice %a[0, 1, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %m = arith.mulf %p, %s : tensor<1x1x2x2xf32>
  %n = arith.mulf %q, %t : tensor<1x1x2x2xf32>
  return %m, %n : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}

// The same between two activations, behind steps, and put together again.
// CHECK-LABEL: func @split_between(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[-1.200000e+01]]], [[[1.600000e+02]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[-1.200000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: arith.maximumf
// CHECK-NEXT: arith.maximumf
// CHECK-NEXT: tensor.extract_slice
// CHECK-NEXT: tensor.extract_slice
// CHECK-NEXT: tensor.concat
// CHECK-NEXT: return
func.func @split_between(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %n = arith.constant dense<[-2.0, 4.0]> : tensor<2xf32>
  %bn = linalg.broadcast ins(%n : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %s2 = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %bs2 = linalg.broadcast ins(%s2 : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %s = arith.constant dense<3.0> : tensor<1x1x2x2xf32>
  %t = arith.constant dense<5.0> : tensor<1x1x2x2xf32>
  // expected-remark @+1 {{folded 4 steps (mulf, mulf, mulf, mulf)}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%one : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %w = arith.mulf %y, %bn : tensor<1x2x2x2xf32>
  %a = arith.maximumf %w, %zero : tensor<1x2x2x2xf32>
  %h = arith.mulf %a, %bs2 : tensor<1x2x2x2xf32>
  %g = arith.maximumf %h, %zero : tensor<1x2x2x2xf32>
  %p = tensor.extract_slice %g[0, 0, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %q = tensor.extract_slice %g[0, 1, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %m = arith.mulf %p, %s : tensor<1x1x2x2xf32>
  %u = arith.mulf %q, %t : tensor<1x1x2x2xf32>
  %r = tensor.concat dim(1) %m, %u : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A part without a step.
// CHECK-LABEL: func @split_with_one_step(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[3.000000e+00]]], [[[2.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[3.000000e+00, 1.000000e+00]> : tensor<2xf32>
// CHECK-NOT: arith.mulf
func.func @split_with_one_step(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %s = arith.constant dense<3.0> : tensor<1x1x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf)}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%one : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %a = arith.maximumf %y, %zero : tensor<1x2x2x2xf32>
  %p = tensor.extract_slice %a[0, 0, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %q = tensor.extract_slice %a[0, 1, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %m = arith.mulf %p, %s : tensor<1x1x2x2xf32>
  return %m, %q : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}

// The magnitude, and a ReLU that divides what is below zero.
// CHECK-LABEL: func @magnitude(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[3.000000e+00]]], [[[1.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.divf
// CHECK: math.absf
// CHECK-NEXT: return
func.func @magnitude(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %t = arith.constant dense<[3.0, 5.0]> : tensor<2xf32>
  %bt = linalg.broadcast ins(%t : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf)}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%one : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %l = linalg.generic {indexing_maps = [affine_map<(a, b, c, d) -> (a, b, c, d)>, affine_map<(a, b, c, d) -> (a, b, c, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x2x2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%in: f32, %out: f32):
    %eight = arith.constant 8.0 : f32
    %small = arith.divf %in, %eight : f32
    %o = arith.maximumf %in, %small : f32
    linalg.yield %o : f32
  } -> tensor<1x2x2x2xf32>
  %a = math.absf %l : tensor<1x2x2x2xf32>
  %r = arith.mulf %a, %bt : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
