// RUN: convoy-opt %s --convoy-fold-affine --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// EvaluateInDouble.cpp: a == b
// EraseReplaced.cpp: !op->use_empty()
// CHECK-LABEL: func @compare_oeq(
// CHECK: %{{[^ ]+}} = arith.constant dense<{{\[\[}}{{\[\[}}4.000000e+00]], {{\[\[}}4.000000e+00]]], {{\[\[\[}}8.000000e+00]], {{\[\[}}8.000000e+00]]]]> : tensor<2x2x1x1xf32>
func.func @compare_oeq(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %s = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %t = arith.constant dense<[2.0, 2.0]> : tensor<2xf32>
  %v = arith.constant dense<[4.0, 4.0]> : tensor<2xf32>
  %cc = arith.cmpf oeq, %s, %t : tensor<2xf32>
  %q0 = arith.select %cc, %v, %t : tensor<2xi1>, tensor<2xf32>
  %cd = arith.cmpf oeq, %t, %s : tensor<2xf32>
  %q1 = arith.select %cd, %v, %t : tensor<2xi1>, tensor<2xf32>
  %q = arith.addf %q0, %q1 : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %q : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// EvaluateInDouble.cpp: a > b
// CHECK-LABEL: func @compare_ogt(
// CHECK: %{{[^ ]+}} = arith.constant dense<{{\[\[}}{{\[\[}}6.000000e+00]], {{\[\[}}6.000000e+00]]], {{\[\[\[}}4.000000e+00]], {{\[\[}}4.000000e+00]]]]> : tensor<2x2x1x1xf32>
func.func @compare_ogt(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %s = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %t = arith.constant dense<[2.0, 2.0]> : tensor<2xf32>
  %v = arith.constant dense<[4.0, 4.0]> : tensor<2xf32>
  %cc = arith.cmpf ogt, %s, %t : tensor<2xf32>
  %q0 = arith.select %cc, %v, %t : tensor<2xi1>, tensor<2xf32>
  %cd = arith.cmpf ogt, %t, %s : tensor<2xf32>
  %q1 = arith.select %cd, %v, %t : tensor<2xi1>, tensor<2xf32>
  %q = arith.addf %q0, %q1 : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %q : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// EvaluateInDouble.cpp: a >= b
// CHECK-LABEL: func @compare_oge(
// CHECK: %{{[^ ]+}} = arith.constant dense<{{\[\[}}{{\[\[}}6.000000e+00]], {{\[\[}}6.000000e+00]]], {{\[\[\[}}8.000000e+00]], {{\[\[}}8.000000e+00]]]]> : tensor<2x2x1x1xf32>
func.func @compare_oge(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %s = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %t = arith.constant dense<[2.0, 2.0]> : tensor<2xf32>
  %v = arith.constant dense<[4.0, 4.0]> : tensor<2xf32>
  %cc = arith.cmpf oge, %s, %t : tensor<2xf32>
  %q0 = arith.select %cc, %v, %t : tensor<2xi1>, tensor<2xf32>
  %cd = arith.cmpf oge, %t, %s : tensor<2xf32>
  %q1 = arith.select %cd, %v, %t : tensor<2xi1>, tensor<2xf32>
  %q = arith.addf %q0, %q1 : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %q : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// EvaluateInDouble.cpp: a <= b
// CHECK-LABEL: func @compare_ole(
// CHECK: %{{[^ ]+}} = arith.constant dense<{{\[\[}}{{\[\[}}6.000000e+00]], {{\[\[}}6.000000e+00]]], {{\[\[\[}}8.000000e+00]], {{\[\[}}8.000000e+00]]]]> : tensor<2x2x1x1xf32>
func.func @compare_ole(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %s = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %t = arith.constant dense<[2.0, 2.0]> : tensor<2xf32>
  %v = arith.constant dense<[4.0, 4.0]> : tensor<2xf32>
  %cc = arith.cmpf ole, %s, %t : tensor<2xf32>
  %q0 = arith.select %cc, %v, %t : tensor<2xi1>, tensor<2xf32>
  %cd = arith.cmpf ole, %t, %s : tensor<2xf32>
  %q1 = arith.select %cd, %v, %t : tensor<2xi1>, tensor<2xf32>
  %q = arith.addf %q0, %q1 : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %q : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// EvaluateInDouble.cpp: !unordered
// CHECK-LABEL: func @compare_one_nan(
// CHECK: %{{[^ ]+}} = arith.constant dense<2.000000e+00> : tensor<2x2x1x1xf32>
func.func @compare_one_nan(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %s = arith.constant dense<0x7FC00000> : tensor<2xf32>
  %t = arith.constant dense<[2.0, 2.0]> : tensor<2xf32>
  %v = arith.constant dense<[4.0, 4.0]> : tensor<2xf32>
  %cc = arith.cmpf one, %s, %t : tensor<2xf32>
  %q = arith.select %cc, %v, %t : tensor<2xi1>, tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %q : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// EvaluateInDouble.cpp: a != b
// CHECK-LABEL: func @compare_one(
// CHECK: %{{[^ ]+}} = arith.constant dense<{{\[\[}}{{\[\[}}8.000000e+00]], {{\[\[}}8.000000e+00]]], {{\[\[\[}}4.000000e+00]], {{\[\[}}4.000000e+00]]]]> : tensor<2x2x1x1xf32>
func.func @compare_one(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %s = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %t = arith.constant dense<[2.0, 2.0]> : tensor<2xf32>
  %v = arith.constant dense<[4.0, 4.0]> : tensor<2xf32>
  %cc = arith.cmpf one, %s, %t : tensor<2xf32>
  %q0 = arith.select %cc, %v, %t : tensor<2xi1>, tensor<2xf32>
  %cd = arith.cmpf one, %t, %s : tensor<2xf32>
  %q1 = arith.select %cd, %v, %t : tensor<2xi1>, tensor<2xf32>
  %q = arith.addf %q0, %q1 : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %q : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}
