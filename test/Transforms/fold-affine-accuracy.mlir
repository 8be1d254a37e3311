// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// The limit of auto may be moved, either way; where nothing else is possible, it refuses.
// RUN: convoy-opt %s --convoy-fold-affine=accuracy-limit=20 --remark-policy=all --remarks-filter=convoy -o %t.mlir 2>&1 | FileCheck %s --check-prefix=LARGER
// RUN: convoy-opt %s --convoy-fold-affine=accuracy-limit=1 --remark-policy=all --remarks-filter=convoy -o %t.mlir 2>&1 | FileCheck %s --check-prefix=SMALLER

// Into the filter has no limit of its own, but takes one, and never overflows.
// RUN: convoy-opt %s --convoy-fold-affine=policy=weights --remark-policy=all --remarks-filter=convoy -o %t.mlir 2>&1 | FileCheck %s --check-prefix=WEIGHTS
// RUN: convoy-opt %s "--convoy-fold-affine=policy=weights accuracy-limit=2" --remark-policy=all --remarks-filter=convoy -o %t.mlir 2>&1 | FileCheck %s --check-prefix=LIMITED

// Behind the convolution nothing is lost that a limit could stop.
// RUN: convoy-opt %s "--convoy-fold-affine=policy=epilogue accuracy-limit=1" --remark-policy=all --remarks-filter=convoy -o %t.mlir 2>&1 | FileCheck %s --check-prefix=EPILOGUE

// Where nothing can be kept, that policy has the limit of auto.
// RUN: convoy-opt %s --convoy-fold-affine=policy=epilogue --remark-policy=all --remarks-filter=convoy -o %t.mlir 2>&1 | FileCheck %s --check-prefix=UNKEPT

// Refused for what the fold would do to the numbers.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// 120000 is not an f16, and the accumulator has no more bits than the filter.
// CHECK-LABEL: func @overflow(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf
// LARGER: [Missed] accuracy-limit | {{.*}} Function=overflow | {{.*}} expected weights that the filter's type holds after scaling, found 1 that overflows"
// SMALLER: [Missed] accuracy-limit | {{.*}} Function=overflow | {{.*}} expected weights that the filter's type holds after scaling, found 1 that overflows"
// WEIGHTS: [Missed] accuracy-limit | {{.*}} Function=overflow | {{.*}} expected weights that the filter's type holds after scaling, found 1 that overflows"
// LIMITED: [Missed] accuracy-limit | {{.*}} Function=overflow | {{.*}} expected weights that the filter's type holds after scaling, found 1 that overflows"
func.func @overflow(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf16> {
  %f = arith.constant dense<[[[[30000.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf16>
  %s = arith.constant dense<[4.0, 4.0]> : tensor<2xf16>
  %e = tensor.empty() : tensor<1x2x2x2xf16>
  %z = arith.constant 0.0 : f16
  %i = linalg.fill ins(%z : f16) outs(%e : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  // expected-remark @+1 {{[Missed] accuracy-limit | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf16>, tensor<2xf16>) outs(%e : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f16, %p: f16, %o: f16):
    %m = arith.mulf %a, %p : f16
    linalg.yield %m : f16
  } -> tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}

// A wider accumulator holds the scaled result.
// CHECK-LABEL: func @overflow_of_filter(
// CHECK: linalg.conv_2d_nchw_fchw
// LARGER: [Passed] fold-affine | {{.*}} Function=overflow_of_filter | {{.*}}, with the scale behind it"
// SMALLER: [Passed] fold-affine | {{.*}} Function=overflow_of_filter | {{.*}}, with the scale behind it"
// WEIGHTS: [Missed] accuracy-limit | {{.*}} Function=overflow_of_filter | {{.*}} expected weights that the filter's type holds after scaling, found 1 that overflows"
// LIMITED: [Missed] accuracy-limit | {{.*}} Function=overflow_of_filter | {{.*}} expected weights that the filter's type holds after scaling, found 1 that overflows"
// EPILOGUE: [Passed] fold-affine | {{.*}} Function=overflow_of_filter | {{.*}}, with the scale behind it"
func.func @overflow_of_filter(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf16> {
  %f = arith.constant dense<[[[[30000.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf16>
  %s = arith.constant dense<[4.0, 4.0]> : tensor<2xf16>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{into linalg.conv_2d_nchw_fchw, with the scale behind it"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e1 = tensor.empty() : tensor<1x2x2x2xf16>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x2x2xf32>) outs(%e1 : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f32, %o: f16):
    %m = arith.truncf %a : f32 to f16
    linalg.yield %m : f16
  } -> tensor<1x2x2x2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%t, %s : tensor<1x2x2x2xf16>, tensor<2xf16>) outs(%e1 : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f16, %p: f16, %o: f16):
    %m = arith.mulf %a, %p : f16
    linalg.yield %m : f16
  } -> tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}

// Twelve errors of 2^-9 in the same direction: 18.4 times what the program loses for a
// mean of five standard deviations.
// UNKEPT: [Missed] accuracy-limit | {{.*}} Function=errors_add_up | {{.*}}at most 2.00 times that of the unfused program, found 18.41 times"
// CHECK-LABEL: func @errors_add_up(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf
// LARGER: [Passed] fold-affine | {{.*}} Function=errors_add_up |
// SMALLER: [Missed] accuracy-limit | {{.*}} Function=errors_add_up | {{.*}}at most 1.00 times
// WEIGHTS: [Passed] fold-affine | {{.*}} Function=errors_add_up |
// LIMITED: [Missed] accuracy-limit | {{.*}} Function=errors_add_up | {{.*}}at most 2.00 times {{.*}}found 18.4
func.func @errors_add_up(%x: tensor<1x12x2x2xf16>) -> tensor<1x1x2x2xf16> {
  %f = arith.constant dense<[[[[5.0]], [[5.0]], [[5.0]], [[5.0]], [[5.0]], [[5.0]], [[5.0]], [[-7.0]], [[-7.0]], [[-7.0]], [[-7.0]], [[-7.0]]]]> : tensor<1x12x1x1xf16>
  %s = arith.constant dense<[1.099609375]> : tensor<1xf16>
  %e = tensor.empty() : tensor<1x1x2x2xf16>
  %z = arith.constant 0.0 : f16
  %i = linalg.fill ins(%z : f16) outs(%e : tensor<1x1x2x2xf16>) -> tensor<1x1x2x2xf16>
  // expected-remark @+1 {{[Missed] accuracy-limit | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x12x2x2xf16>, tensor<1x12x1x1xf16>) outs(%i : tensor<1x1x2x2xf16>) -> tensor<1x1x2x2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x1x2x2xf16>, tensor<1xf16>) outs(%e : tensor<1x1x2x2xf16>) {
  ^bb0(%a: f16, %p: f16, %o: f16):
    %m = arith.mulf %a, %p : f16
    linalg.yield %m : f16
  } -> tensor<1x1x2x2xf16>
  return %r : tensor<1x1x2x2xf16>
}

// CHECK-LABEL: func @errors_add_up_of_filter(
// CHECK: linalg.conv_2d_nchw_fchw
// LARGER: [Passed] fold-affine | {{.*}} Function=errors_add_up_of_filter | {{.*}} into linalg.conv_2d_nchw_fchw"
// SMALLER: [Passed] fold-affine | {{.*}} Function=errors_add_up_of_filter | {{.*}}, with the scale behind it"
// WEIGHTS: [Passed] fold-affine | {{.*}} Function=errors_add_up_of_filter | {{.*}} into linalg.conv_2d_nchw_fchw"
// LIMITED: [Missed] accuracy-limit | {{.*}} Function=errors_add_up_of_filter |
// EPILOGUE: [Passed] fold-affine | {{.*}} Function=errors_add_up_of_filter | {{.*}}, with the scale behind it"
func.func @errors_add_up_of_filter(%x: tensor<1x12x2x2xf16>) -> tensor<1x1x2x2xf16> {
  %f = arith.constant dense<[[[[5.0]], [[5.0]], [[5.0]], [[5.0]], [[5.0]], [[5.0]], [[5.0]], [[-7.0]], [[-7.0]], [[-7.0]], [[-7.0]], [[-7.0]]]]> : tensor<1x12x1x1xf16>
  %s = arith.constant dense<[1.099609375]> : tensor<1xf16>
  %e = tensor.empty() : tensor<1x1x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  // expected-remark @+1 {{into linalg.conv_2d_nchw_fchw, with the scale behind it"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x12x2x2xf16>, tensor<1x12x1x1xf16>) outs(%i : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %e1 = tensor.empty() : tensor<1x1x2x2xf16>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x1x2x2xf32>) outs(%e1 : tensor<1x1x2x2xf16>) {
  ^bb0(%a: f32, %o: f16):
    %m = arith.truncf %a : f32 to f16
    linalg.yield %m : f16
  } -> tensor<1x1x2x2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%t, %s : tensor<1x1x2x2xf16>, tensor<1xf16>) outs(%e1 : tensor<1x1x2x2xf16>) {
  ^bb0(%a: f16, %p: f16, %o: f16):
    %m = arith.mulf %a, %p : f16
    linalg.yield %m : f16
  } -> tensor<1x1x2x2xf16>
  return %r : tensor<1x1x2x2xf16>
}

// 1.25 times what the unfused program loses.
// CHECK-LABEL: func @as_bad_as_the_program(
// CHECK: linalg.conv_2d_nchw_fchw
// LARGER: [Passed] fold-affine | {{.*}} Function=as_bad_as_the_program | {{.*}} into linalg.conv_2d_nchw_fchw"
// SMALLER: [Passed] fold-affine | {{.*}} Function=as_bad_as_the_program | {{.*}}, with the scale behind it"
// WEIGHTS: [Passed] fold-affine | {{.*}} Function=as_bad_as_the_program | {{.*}} into linalg.conv_2d_nchw_fchw"
// LIMITED: [Passed] fold-affine | {{.*}} Function=as_bad_as_the_program | {{.*}} PredictedRmseRatio=1.25{{.*}} into linalg.conv_2d_nchw_fchw"
// EPILOGUE: [Passed] fold-affine | {{.*}} Function=as_bad_as_the_program | {{.*}}, with the scale behind it"
func.func @as_bad_as_the_program(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf16> {
  %f = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf16>
  %s = arith.constant dense<[1.099609375, 1.099609375]> : tensor<2xf16>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{PredictedRmseRatio=1.25}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e1 = tensor.empty() : tensor<1x2x2x2xf16>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x2x2xf32>) outs(%e1 : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f32, %o: f16):
    %m = arith.truncf %a : f32 to f16
    linalg.yield %m : f16
  } -> tensor<1x2x2x2xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%t, %s : tensor<1x2x2x2xf16>, tensor<2xf16>) outs(%e1 : tensor<1x2x2x2xf16>) {
  ^bb0(%a: f16, %p: f16, %o: f16):
    %m = arith.mulf %a, %p : f16
    linalg.yield %m : f16
  } -> tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}
