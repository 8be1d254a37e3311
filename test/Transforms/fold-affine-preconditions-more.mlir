// RUN: convoy-opt %s --convoy-fold-affine --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// FoldAffine.cpp: parameters.front().keepsScale
// CHECK-LABEL: func @ones(
func.func @ones(%x: tensor<1x2x3x3xf16>) -> tensor<1x2x3x3xf16> {
  %w = arith.constant dense<[[[[1.001]], [[2.003]]], [[[-1.005]], [[0.3]]]]> : tensor<2x2x1x1xf16>
  %s = arith.constant dense<[1.0, 1.0]> : tensor<2xf32>
  %b = arith.constant dense<[0.5, -0.25]> : tensor<2xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf16>, tensor<2x2x1x1xf16>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s, %b : tensor<1x2x3x3xf32>, tensor<2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf16>) {
  ^bb0(%a: f32, %p: f32, %q: f32, %o: f16):
    %k = arith.mulf %a, %p : f32
    %l = arith.addf %k, %q : f32
    %m = arith.truncf %l : f32 to f16
    linalg.yield %m : f16
  } -> tensor<1x2x3x3xf16>
  return %r : tensor<1x2x3x3xf16>
}

// FoldedParameters.cpp: dense && dense.isSplat() && conv.getFilterType().getNumElements() > kMaxElementsFromSplat
// CHECK-LABEL: func @splat_filter(
// CHECK: } -> tensor<8192x4096x1x1xf32>
func.func @splat_filter(%x: tensor<1x4096x3x3xf32>) -> tensor<1x8192x3x3xf32> {
  %w = arith.constant dense<2.0> : tensor<8192x4096x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x8192x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4096x3x3xf32>, tensor<8192x4096x1x1xf32>) outs(%z : tensor<1x8192x3x3xf32>) -> tensor<1x8192x3x3xf32>
  %k = arith.constant dense<3.0> : tensor<1x8192x3x3xf32>
  %r = arith.mulf %y, %k : tensor<1x8192x3x3xf32>
  return %r : tensor<1x8192x3x3xf32>
}

// FoldedParameters.cpp: expr && failed(checkFinite(pool, expr, kind, conv.op, what, refusal))
// FoldedParameters.cpp: failed(checkFinite(pool, parameters, conv, refusal))
// CHECK-LABEL: func @bias_big(
func.func @bias_big(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<100.0> : tensor<2x2x1x1xf32>
  %s = arith.constant dense<[1.0, 1.0e38]> : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] non-finite}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %eq = tensor.empty() : tensor<1x2x3x3xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%eq : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.addf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  %k = arith.constant dense<1000.0> : tensor<1x2x3x3xf32>
  %r = arith.mulf %q, %k : tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// FoldedParameters.cpp: failed(computeFilter(pool, conv, filter, hasAllScales, placement.takeScaled(), parameters, refusal))
// CHECK-LABEL: func @input_scale_big(
func.func @input_scale_big(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<100.0> : tensor<2x2x1x1xf32>
  %s = arith.constant dense<[1.0, 1.0e38]> : tensor<2xf32>
  %eq = tensor.empty() : tensor<1x2x3x3xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%eq : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] non-finite}}
  %y = linalg.conv_2d_nchw_fchw ins(%q, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}
