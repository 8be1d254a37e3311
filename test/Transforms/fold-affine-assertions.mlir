// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse \
// RUN:   --split-input-file | FileCheck %s
// RUN: convoy-opt %s --convoy-fold-affine --split-input-file -o /dev/null \
// RUN:   --remark-policy=all --remarks-filter=convoy 2>&1 | FileCheck %s --check-prefix=REMARK

// Front ends guard a reciprocal with an assertion. One that holds is dropped,
// and what it guards is a number that is known now.

#c = affine_map<(c) -> (c)>
#id = affine_map<(n, c, h, w) -> (n, c, h, w)>
#channel = affine_map<(n, c, h, w) -> (c)>

// REMARK: remark: [Passed] fold-affine | Category:convoy | Function=holds
// REMARK-SAME: MaxGain=1.000000e+00, MinGain=5.000000e-01
// CHECK-LABEL: func.func @holds
// CHECK-NOT: cf.assert
// CHECK: %[[FILTER:.*]] = arith.constant dense<{{\[\[\[\[}}3.000000e+00]]], {{\[\[\[}}1.500000e+00]]]]>
// CHECK: %[[CONV:.*]] = linalg.conv_2d_nchw_fchw ins(%{{.*}}, %[[FILTER]]
// CHECK-NEXT: return %[[CONV]]
func.func @holds(%x: tensor<1x1x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %init = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %w = arith.constant dense<3.0> : tensor<2x1x1x1xf32>
  %v = arith.constant dense<[1.0, 4.0]> : tensor<2xf32>
  %empty = tensor.empty() : tensor<2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>)
      outs(%init : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %root = math.sqrt %v : tensor<2xf32>
  %s = linalg.generic {indexing_maps = [#c, #c], iterator_types = ["parallel"]}
      ins(%root : tensor<2xf32>) outs(%empty : tensor<2xf32>) {
  ^bb0(%in: f32, %out: f32):
    %nonzero = arith.cmpf one, %in, %zero : f32
    cf.assert %nonzero, "division by zero"
    %q = arith.divf %one, %in : f32
    linalg.yield %q : f32
  } -> tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<1x2x4x4xf32>, tensor<2xf32>) outs(%init : tensor<1x2x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<1x2x4x4xf32>
  return %r : tensor<1x2x4x4xf32>
}

// -----

// One that does not hold must end the program as before.

#c = affine_map<(c) -> (c)>
#id = affine_map<(n, c, h, w) -> (n, c, h, w)>
#channel = affine_map<(n, c, h, w) -> (c)>

// REMARK: remark: [Passed] fold-affine | Category:convoy | Function=fails
// CHECK-LABEL: func.func @fails
// CHECK: cf.assert
// CHECK: %[[CONV:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[CONV]]
func.func @fails(%x: tensor<1x1x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %init = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %w = arith.constant dense<3.0> : tensor<2x1x1x1xf32>
  %v = arith.constant dense<[1.0, 0.0]> : tensor<2xf32>
  %empty = tensor.empty() : tensor<2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>)
      outs(%init : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %s = linalg.generic {indexing_maps = [#c, #c], iterator_types = ["parallel"]}
      ins(%v : tensor<2xf32>) outs(%empty : tensor<2xf32>) {
  ^bb0(%in: f32, %out: f32):
    %nonzero = arith.cmpf one, %in, %zero : f32
    cf.assert %nonzero, "division by zero"
    %q = arith.divf %one, %in : f32
    linalg.yield %q : f32
  } -> tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<1x2x4x4xf32>, tensor<2xf32>) outs(%init : tensor<1x2x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<1x2x4x4xf32>
  return %r : tensor<1x2x4x4xf32>
}

// -----

// Of numbers that come at run time nothing is known: the assertion stays with
// the vector, and the step folds.

#c = affine_map<(c) -> (c)>
#id = affine_map<(n, c, h, w) -> (n, c, h, w)>
#channel = affine_map<(n, c, h, w) -> (c)>

// REMARK: remark: [Passed] fold-affine | Category:convoy | Function=unknown
// CHECK-LABEL: func.func @unknown
// CHECK: cf.assert
// CHECK: %[[CONV:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[CONV]]
func.func @unknown(%x: tensor<1x1x4x4xf32>, %v: tensor<2xf32>) -> tensor<1x2x4x4xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %init = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %w = arith.constant dense<3.0> : tensor<2x1x1x1xf32>
  %empty = tensor.empty() : tensor<2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>)
      outs(%init : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %s = linalg.generic {indexing_maps = [#c, #c], iterator_types = ["parallel"]}
      ins(%v : tensor<2xf32>) outs(%empty : tensor<2xf32>) {
  ^bb0(%in: f32, %out: f32):
    %nonzero = arith.cmpf one, %in, %zero : f32
    cf.assert %nonzero, "division by zero"
    %q = arith.divf %one, %in : f32
    linalg.yield %q : f32
  } -> tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<1x2x4x4xf32>, tensor<2xf32>) outs(%init : tensor<1x2x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<1x2x4x4xf32>
  return %r : tensor<1x2x4x4xf32>
}
