// RUN: convoy-opt %s --convoy-form-conv --convoy-absorb-parameters --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d1)>
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// FormConvEpilogue.cpp: a->isBeforeInBlock(b)
// CHECK-LABEL: func @users_in_order(
// CHECK: convoy.yield %{{[^ ]+}} : f32
func.func @users_in_order(%arg0: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %cst = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %0 = tensor.empty() : tensor<1x2x2x2xf32>
  %cst_0 = arith.constant dense<[1.000000e+01, 2.000000e+01]> : tensor<2xf32>
  %broadcasted = linalg.broadcast ins(%cst_0 : tensor<2xf32>) outs(%0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Passed] form-conv}}
  %1 = linalg.conv_2d_nchw_fchw ins(%arg0, %cst : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%broadcasted : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %cst_1 = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %2 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %cst_1 : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%0 : tensor<1x2x2x2xf32>) {
  ^bb0(%in: f32, %in_2: f32, %out: f32):
    %5 = arith.mulf %in, %in_2 : f32
    linalg.yield %5 : f32
  } -> tensor<1x2x2x2xf32>
  %3 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %cst_1 : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%0 : tensor<1x2x2x2xf32>) {
  ^bb0(%in: f32, %in_2: f32, %out: f32):
    %5 = arith.divf %in, %in_2 : f32
    linalg.yield %5 : f32
  } -> tensor<1x2x2x2xf32>
  %4 = linalg.sub ins(%2, %3 : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) outs(%0 : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %4 : tensor<1x2x2x2xf32>
}

// FormConvEpilogue.cpp: !isSupportedElement(getElementTypeOrSelf(value.getType()))
// FormConvMovement.cpp: !type
// CHECK-LABEL: func @int_scalar(
func.func @int_scalar(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: i32) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] form-conv}}
  %r = linalg.generic {indexing_maps = [#id, #scalar, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, i32) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: i32, %o: f32):
    %n = arith.sitofp %p : i32 to f32
    %m = arith.mulf %a, %n : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// FormConvVectors.cpp: argument.getOwner() != op.getBlock()
// CHECK-LABEL: func @capture_scale(
func.func @capture_scale(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %b: tensor<2xf32>, %c: tensor<2xf32>, %cap: f32) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.mulf %a, %cap : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// FormConvVectors.cpp: !argument.hasOneUse()
// CHECK-LABEL: func @widened_twice(
// CHECK: convoy.yield %{{[^ ]+}} : f32
func.func @widened_twice(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf16>, %t: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf16>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f16, %o: f32):
    %v = arith.extf %p : f16 to f32
    %u = arith.extf %p : f16 to f32
    %k = arith.mulf %a, %v : f32
    %m = arith.addf %k, %u : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// FormConvVectors.cpp: !value.hasOneUse()
// CHECK-LABEL: func @widened_value_twice(
// CHECK: convoy.yield %{{[^ ]+}} : f32
func.func @widened_value_twice(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf16>, %t: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf16>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f16, %o: f32):
    %v = arith.extf %p : f16 to f32
    %k = arith.mulf %a, %v : f32
    %m = arith.addf %k, %v : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// FormConvVectors.cpp: plan.scale
// CHECK-LABEL: func @fma_scale_first(
// CHECK: } -> tensor<1x2x3x3xf32>
func.func @fma_scale_first(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %b: tensor<2xf32>, %c: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #channel, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s, %b, %c : tensor<1x2x3x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %q: f32, %u: f32, %o: f32):
    %k = arith.mulf %a, %u : f32
    %m = math.fma %k, %p, %q : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// FormConvVectors.cpp: plan.bias
// CHECK-LABEL: func @bias_scale(
// CHECK: } -> tensor<1x2x3x3xf32>
func.func @bias_scale(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %b: tensor<2xf32>, %c: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s, %b : tensor<1x2x3x3xf32>, tensor<2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %q: f32, %o: f32):
    %k = arith.addf %a, %p : f32
    %m = arith.mulf %k, %q : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// FormConvVectors.cpp: plan.bias
// CHECK-LABEL: func @bias_bias(
// CHECK: } -> tensor<1x2x3x3xf32>
func.func @bias_bias(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %b: tensor<2xf32>, %c: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s, %b : tensor<1x2x3x3xf32>, tensor<2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %q: f32, %o: f32):
    %k = arith.addf %a, %p : f32
    %m = arith.addf %k, %q : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// FormConvVectors.cpp: !fma
// CHECK-LABEL: func @big_integer(
func.func @big_integer(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %n = arith.constant 18014398509481985 : i64
  %e = tensor.empty() : tensor<2xi64>
  %m = linalg.fill ins(%n : i64) outs(%e : tensor<2xi64>) -> tensor<2xi64>
  %s = arith.sitofp %m : tensor<2xi64> to tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// FormConvVectors.cpp: fma.getC() == sum
// CHECK-LABEL: func @fma_of_vectors(
func.func @fma_of_vectors(%x: tensor<1x2x1x1xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %b: tensor<2xf32>) -> tensor<1x2x1x1xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x1x1xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x1x1xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  %e = tensor.empty() : tensor<1x2x1x1xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s, %b : tensor<1x2x1x1xf32>, tensor<2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x1x1xf32>) {
  ^bb0(%a: f32, %p: f32, %q: f32, %o: f32):
    %m = math.fma %p, %q, %a : f32
    linalg.yield %m : f32
  } -> tensor<1x2x1x1xf32>
  return %r : tensor<1x2x1x1xf32>
}

// FormConvVectors.cpp: !findVector(fma.getC())
// CHECK-LABEL: func @fma_acc_const(
// CHECK: %{{[^ ]+}} = convoy.conv <nchw, fchw -> nfhw> ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) parameters(%{{[^ ]+}} : tensor<2xf32>) outs(%{{[^ ]+}} : tensor<1x2x3x3xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] prologue {
func.func @fma_acc_const(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %b: tensor<2xf32>, %c: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %z = arith.constant 1.0 : f32
    %m = math.fma %a, %p, %z : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}
