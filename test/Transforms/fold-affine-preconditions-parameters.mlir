// RUN: convoy-opt %s --convoy-fold-affine --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// ChannelExpr.cpp: op->getNumResults() != 1
// CHECK-LABEL: func @second_result(
func.func @second_result(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{expected an elementwise op without side effects, found math.sincos}}
  %u = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %si, %co = math.sincos %p : f32
    %m = arith.mulf %a, %co : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %u : tensor<1x2x3x3xf32>
}

// ChannelExpr.cpp: op->getNumRegions() != 0
// CHECK-LABEL: func @param_with_region(
func.func @param_with_region(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %c: i1) -> tensor<1x2x3x3xf32> {
  %eq = tensor.empty() : tensor<2xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%s : tensor<2xf32>) outs(%eq : tensor<2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = scf.if %c -> f32 {
      scf.yield %a : f32
    } else {
      %n = arith.negf %a : f32
      scf.yield %n : f32
    }
    linalg.yield %m : f32
  } -> tensor<2xf32>
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

// ChannelExpr.cpp: !isMemoryEffectFree(op)
// CHECK-LABEL: func @with_call(
func.func @with_call(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] nonlinear-step}}
  %u = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %v = func.call @f(%p) : (f32) -> f32
    %m = arith.mulf %a, %v : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %u : tensor<1x2x3x3xf32>
}
func.func private @f(%p: f32) -> f32

// ConstantData.cpp: type.getEncoding()
// CHECK-LABEL: func @sparse_constant(
func.func @sparse_constant(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %n = arith.constant dense<[1.0, 2.0]> : tensor<2xf32, "enc">
  %s = tensor.cast %n : tensor<2xf32, "enc"> to tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] unsupported-type}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ConstantData.cpp: !bytes
// CHECK-LABEL: func @huge_splat(
func.func @huge_splat(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %n = arith.constant dense<2.0> : tensor<2x9223372036854775807xf32>
  %t1 = tensor.extract_slice %n[0, 0] [2, 1] [1, 1] : tensor<2x9223372036854775807xf32> to tensor<2x1xf32>
  %s = tensor.collapse_shape %t1 [[0, 1]] : tensor<2x1xf32> into tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] malformed-conv}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ConstantData.cpp: !blob
// CHECK-LABEL: func @no_data(
func.func @no_data(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %s = arith.constant dense_resource<nothing> : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{Remark="not folded into linalg.conv_2d_nchw_fchw: expected data for dense_resource 'nothing', found none}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ConstantData.cpp: !op->hasTrait<OpTrait::ConstantLike>()
// CHECK-LABEL: func @big_integer_dense(
// CHECK: } -> tensor<2x2x1x1xf32>
func.func @big_integer_dense(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %n = arith.constant dense<[18014398509481985, 18014398509481987]> : tensor<2xi64>
  %s = arith.sitofp %n : tensor<2xi64> to tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}
