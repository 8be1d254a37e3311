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

// -----

// The body sums up: what holds of the first number holds of no other.

// CHECK-LABEL: func.func @summed
// CHECK: cf.assert
func.func @summed(%v: tensor<2xf32>) -> tensor<f32> {
  %zero = arith.constant 0.0 : f32
  %none = arith.constant dense<0.0> : tensor<f32>
  %s = linalg.generic {indexing_maps = [affine_map<(c) -> (c)>, affine_map<(c) -> ()>], iterator_types = ["reduction"]}
      ins(%v : tensor<2xf32>) outs(%none : tensor<f32>) {
  ^bb0(%in: f32, %out: f32):
    %empty = arith.cmpf oeq, %out, %zero : f32
    cf.assert %empty, "expected one number"
    %q = arith.addf %in, %out : f32
    linalg.yield %q : f32
  } -> tensor<f32>
  return %s : tensor<f32>
}

// -----

// One number for elements whose number is not known.

#c = affine_map<(c) -> (c)>

// CHECK-LABEL: func.func @dynamic
// CHECK: linalg.generic
// CHECK-NOT: cf.assert
// CHECK: return
func.func @dynamic(%v: tensor<?xf32>, %init: tensor<?xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %two = arith.constant 2.0 : f32
  %twos = linalg.fill ins(%two : f32) outs(%init : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#c, #c, #c], iterator_types = ["parallel"]}
      ins(%v, %twos : tensor<?xf32>, tensor<?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%a: f32, %in: f32, %out: f32):
    %nonzero = arith.cmpf one, %in, %zero : f32
    cf.assert %nonzero, "division by zero"
    %q = arith.divf %a, %in : f32
    linalg.yield %q : f32
  } -> tensor<?xf32>
  return %s : tensor<?xf32>
}

// -----

// Of several numbers, it is not known how many are looked at.

#c = affine_map<(c) -> (c)>

// CHECK-LABEL: func.func @dynamic_positions
// CHECK: cf.assert
func.func @dynamic_positions(%v: tensor<?xf32>, %init: tensor<?xf32>) -> tensor<?xf32> {
  %three = arith.constant 3 : index
  %s = linalg.generic {indexing_maps = [#c, #c], iterator_types = ["parallel"]}
      ins(%v : tensor<?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%a: f32, %out: f32):
    %i = linalg.index 0 : index
    %below = arith.cmpi ult, %i, %three : index
    cf.assert %below, "expected three numbers"
    linalg.yield %a : f32
  } -> tensor<?xf32>
  return %s : tensor<?xf32>
}

// -----

// What a constant holds is not known.

#c = affine_map<(c) -> (c)>

// CHECK-LABEL: func.func @no_data
// CHECK: cf.assert
func.func @no_data() -> tensor<2xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %v = arith.constant dense_resource<nothing> : tensor<2xf32>
  %empty = tensor.empty() : tensor<2xf32>
  %s = linalg.generic {indexing_maps = [#c, #c], iterator_types = ["parallel"]}
      ins(%v : tensor<2xf32>) outs(%empty : tensor<2xf32>) {
  ^bb0(%in: f32, %out: f32):
    %nonzero = arith.cmpf one, %in, %zero : f32
    cf.assert %nonzero, "division by zero"
    %q = arith.divf %one, %in : f32
    linalg.yield %q : f32
  } -> tensor<2xf32>
  return %s : tensor<2xf32>
}

// -----

// Nothing is changed that computes on buffers, not even where an assertion
// holds.

#c = affine_map<(c) -> (c)>

// CHECK-LABEL: func.func @buffers
// CHECK: cf.assert
func.func @buffers(%a: memref<2xf32>, %b: memref<2xf32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  linalg.generic {indexing_maps = [#c, affine_map<(c) -> ()>, #c], iterator_types = ["parallel"]}
      ins(%a, %one : memref<2xf32>, f32) outs(%b : memref<2xf32>) {
  ^bb0(%in: f32, %divisor: f32, %out: f32):
    %nonzero = arith.cmpf one, %divisor, %zero : f32
    cf.assert %nonzero, "division by zero"
    linalg.yield %divisor : f32
  }
  return
}
