// RUN: convoy-opt %s --convoy-fold-affine=report=%t.json --remark-policy=all --remarks-filter=convoy -o %t.mlir 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=REPORT --input-file %t.json

// The fold removes roundings to a narrower type, and says how many.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// The accumulator is rounded in front of the step; the folded program rounds behind it.
// CHECK: Function=before_the_step | {{.*}} RemovedRoundings=1
// REPORT: "removedRoundings": 1
func.func @before_the_step(%x: tensor<1x1x2x2xf16>, %i: tensor<1x2x2x2xf32>, %s: tensor<2xf16>) -> tensor<1x2x2x2xf16> {
  %f = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf16>
  %z = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf16>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%z : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %t = arith.truncf %y : tensor<1x2x2x2xf32> to tensor<1x2x2x2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%t, %s : tensor<1x2x2x2xf16>, tensor<2xf16>) outs(%e : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f16, %p: f16, %o: f16):
    %m = arith.mulf %a, %p : f16
    linalg.yield %m : f16
  } -> tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}

// The accumulator and the last step are rounded; the folded program rounds once.
// CHECK: Function=around_the_step | {{.*}} RemovedRoundings=1
// REPORT: "removedRoundings": 1
func.func @around_the_step(%x: tensor<1x1x2x2xf16>, %s: tensor<2xf32>) -> tensor<1x2x2x2xf16> {
  %f = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf16>
  %z = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf16>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%z : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %t = arith.truncf %y : tensor<1x2x2x2xf32> to tensor<1x2x2x2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%t, %s : tensor<1x2x2x2xf16>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f16, %p: f32, %o: f16):
    %w = arith.extf %a : f16 to f32
    %m = arith.mulf %w, %p : f32
    %n = arith.truncf %m : f32 to f16
    linalg.yield %n : f16
  } -> tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}

// A rounding that stays: the accumulator is wide and the result narrow. That of a
// parameter is none of the chain.
// CHECK: Function=behind_the_step |
// CHECK-NOT: RemovedRoundings
// REPORT: "removedRoundings": 0
func.func @behind_the_step(%x: tensor<1x1x2x2xf16>, %s: tensor<2xf64>) -> tensor<1x2x2x2xf16> {
  %f = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf16>
  %z = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf16>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%z : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf64>) outs(%e : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f32, %p: f64, %o: f16):
    %q = arith.truncf %p : f64 to f32
    %m = arith.mulf %a, %q : f32
    %n = arith.truncf %m : f32 to f16
    linalg.yield %n : f16
  } -> tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}

// An accumulator of the result's type is rounded by the convolution itself.
// CHECK: Function=behind_a_narrow_accumulator | {{.*}} RemovedRoundings=1
// REPORT: "removedRoundings": 1
func.func @behind_a_narrow_accumulator(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf16> {
  %f = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf16>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x2x2xf16>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%z : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf16>, tensor<2xf32>) outs(%z : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f16, %p: f32, %o: f16):
    %w = arith.extf %a : f16 to f32
    %m = arith.mulf %w, %p : f32
    %n = arith.truncf %m : f32 to f16
    linalg.yield %n : f16
  } -> tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}
