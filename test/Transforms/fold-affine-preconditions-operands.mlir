// RUN: convoy-opt %s --convoy-fold-affine --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// IndexArithmetic.cpp: *rhs <= 0
// CHECK-LABEL: func @reads_div_negative(
func.func @reads_div_negative(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %r = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d1 floordiv -2 + 1)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// IndexArithmetic.cpp: *lhs < 0
// CHECK-LABEL: func @reads_below_zero(
func.func @reads_below_zero(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %r = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> ((d1 - 1) floordiv 2 + 1)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ParameterReader.cpp: isa<ShapedType>(value.getType())
// CHECK-LABEL: func @with_load(
func.func @with_load(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %mem: memref<f32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] unsupported-type}}
  %u = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %v = memref.load %mem[] : memref<f32>
    %m = arith.mulf %a, %v : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %u : tensor<1x2x3x3xf32>
}

// ParameterReader.cpp: number.getValue().getSignificantBits() > kMaxExactBits
// CHECK-LABEL: func @big_integer(
func.func @big_integer(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %n = arith.constant 18014398509481985 : i64
  %e = tensor.empty() : tensor<2xi64>
  %m = linalg.fill ins(%n : i64) outs(%e : tensor<2xi64>) -> tensor<2xi64>
  %s = arith.sitofp %m : tensor<2xi64> to tensor<2xf32>
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

// ParameterReader.cpp: !isa<RankedTensorType>(cast.getSource().getType())
// CHECK-LABEL: func @unranked_computed(
func.func @unranked_computed(%x: tensor<1x2x3x3xf32>, %u: tensor<*xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %n = arith.negf %u : tensor<*xf32>
  %s = tensor.cast %n : tensor<*xf32> to tensor<2xf32>
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

// ParameterReader.cpp: slice.getSourceType().getRank() != slice.getType().getRank()
// CHECK-LABEL: func @slice_of_matrix(
func.func @slice_of_matrix(%x: tensor<1x2x3x3xf32>, %u: tensor<2x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %s = tensor.extract_slice %u[0, 0] [2, 1] [1, 1] : tensor<2x3xf32> to tensor<2xf32>
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

// ParameterReader.cpp: !at
// CHECK-LABEL: func @moved_slice(
// CHECK: %{{[^ ]+}} = tensor.extract_slice %{{[^ ]+}}[%{{[^ ]+}}] [2] [1] : tensor<9xf32> to tensor<2xf32>
func.func @moved_slice(%x: tensor<1x2x3x3xf32>, %u: tensor<9xf32>, %at: index) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %s = tensor.extract_slice %u[%at] [2] [1] : tensor<9xf32> to tensor<2xf32>
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

// ParameterReader.cpp: !step
// CHECK-LABEL: func @strided_slice(
// CHECK: %{{[^ ]+}} = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%{{[^ ]+}} : tensor<2xf32>) outs(%{{[^ ]+}} : tensor<2xf32>) {
func.func @strided_slice(%x: tensor<1x2x3x3xf32>, %u: tensor<9xf32>, %at: index) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %s = tensor.extract_slice %u[0] [2] [%at] : tensor<9xf32> to tensor<2xf32>
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

// ParameterReader.cpp: refusal.reason == Reason::DependsOnConv
// CHECK-LABEL: func @computed_from_another(
func.func @computed_from_another(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<1x2x3x3xf32> {
  %zy1 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy1 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %zy2 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy2 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %g:2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y1 : tensor<1x2x3x3xf32>) outs(%e, %e : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32, %u: f32):
    %q = math.tanh %a : f32
    %v = math.exp %a : f32
    linalg.yield %q, %v : f32, f32
  } -> (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>)
  // expected-remark @+1 {{[Missed] depends-on-conv}}
  %r = arith.mulf %y2, %g#0 : tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ParameterReader.cpp: channels.dims.size() != 1
// CHECK-LABEL: func @vector_of_groups(
// CHECK: %{{[^ ]+}} = arith.constant dense<{{\[\[}}{{\[\[\[}}2.000000e+00]], {{\[\[}}2.000000e+00]]], {{\[\[\[}}2.000000e+00]], {{\[\[}}2.000000e+00]]], {{\[\[\[}}2.000000e+00]], {{\[\[}}2.000000e+00]]], {{\[\[\[}}2.000000e+00]], {{\[\[}}2.000000e+00]]]], {{\[\[}}{{\[\[}}4.000000e+00]], {{\[\[}}4.000000e+00]]], {{\[\[\[}}4.000000e+00]], {{\[\[}}4.000000e+00]]], {{\[\[\[}}4.000000e+00]], {{\[\[}}4.000000e+00]]], {{\[\[\[}}4.000000e+00]], {{\[\[}}4.000000e+00]]]]]> : tensor<2x4x2x1x1xf32>
func.func @vector_of_groups(%x: tensor<1x2x2x3x3xf32>) -> tensor<1x2x4x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x4x2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x4x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_ngchw_gfchw ins(%x, %w : tensor<1x2x2x3x3xf32>, tensor<2x4x2x1x1xf32>) outs(%z : tensor<1x2x4x3x3xf32>) -> tensor<1x2x4x3x3xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(n, g, f, h, w) -> (n, g, f, h, w)>, affine_map<(n, g, f, h, w) -> (g)>, affine_map<(n, g, f, h, w) -> (n, g, f, h, w)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x4x3x3xf32>, tensor<2xf32>) outs(%z : tensor<1x2x4x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x4x3x3xf32>
  return %r : tensor<1x2x4x3x3xf32>
}

// ParameterReader.cpp: !dim
// CHECK-LABEL: func @reads_moved(
func.func @reads_moved(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %s = arith.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d1 + 1)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<3xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ParameterReader.cpp: constant.getValue() >= 0
// CHECK-LABEL: func @extract_negative_const_argument(
func.func @extract_negative_const_argument(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<4xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 1 : index
    %j = arith.constant -1 : index
    %p = tensor.extract %s[%j] : tensor<4xf32>
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ParameterReader.cpp: (ShapedType::isDynamic(size) || constant.getValue() < size)
// CHECK-LABEL: func @extract_const_outside_argument(
func.func @extract_const_outside_argument(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<4xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 1 : index
    %j = arith.constant 7 : index
    %p = tensor.extract %s[%j] : tensor<4xf32>
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ParameterReader.cpp: (ShapedType::isDynamic(size) || ShapedType::isDynamic(range) || range <= size)
// CHECK-LABEL: func @activation_that_transposes(
func.func @activation_that_transposes(%x: tensor<1x2x2x4xf32>, %w: tensor<3x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x4x3xf32> {
  %z = arith.constant dense<0.0> : tensor<1x3x2x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x2x4xf32>, tensor<3x2x1x1xf32>) outs(%z : tensor<1x3x2x4xf32>) -> tensor<1x3x2x4xf32>
  %c = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x4x3xf32>
  %u = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x4xf32>) outs(%e : tensor<1x2x4x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.maximumf %a, %c : f32
    linalg.yield %m : f32
  } -> tensor<1x2x4x3xf32>
  %er = tensor.empty() : tensor<1x2x4x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x4x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x4x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x4x3xf32>
  return %r : tensor<1x2x4x3xf32>
}

// ChannelViews.cpp: factors.size() != rank + 1
// CHECK-LABEL: func @reads_halved_argument(
// CHECK: %{{[^ ]+}} = tensor.extract %{{[^ ]+}}[%{{[^ ]+}}] : tensor<2xf32>
func.func @reads_halved_argument(%x: tensor<1x2x3x3xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d1 floordiv 2)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChannelViews.cpp: factors[dim] != view.size
// CHECK-LABEL: func @extract_product(
// CHECK: %{{[^ ]+}} = tensor.extract %{{[^ ]+}}[%{{[^ ]+}}] : tensor<4xf32>
func.func @extract_product(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<4xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 1 : index
    %k = arith.constant 2 : index
    %j = arith.muli %k, %i : index
    %p = tensor.extract %s[%j] : tensor<4xf32>
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChannelViews.cpp: view.offset < 0
// CHECK-LABEL: func @reads_below_from_channel(
func.func @reads_below_from_channel(%x: tensor<1x2x3x3xf32>, %w: tensor<0x2x1x1xf32>, %s: tensor<4xf32>) -> tensor<1x0x3x3xf32> {
  %z = arith.constant dense<0.0> : tensor<1x0x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<0x2x1x1xf32>) outs(%z : tensor<1x0x3x3xf32>) -> tensor<1x0x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x0x3x3xf32>) outs(%z : tensor<1x0x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 1 : index
    %k = arith.constant -1 : index
    %j = arith.addi %i, %k : index
    %p = tensor.extract %s[%j] : tensor<4xf32>
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x0x3x3xf32>
  return %r : tensor<1x0x3x3xf32>
}

// ChannelViews.cpp: view.offset > sourceSize - view.size
// CHECK-LABEL: func @reads_beyond_from_channel(
func.func @reads_beyond_from_channel(%x: tensor<1x2x3x3xf32>, %w: tensor<0x2x1x1xf32>, %s: tensor<4xf32>) -> tensor<1x0x3x3xf32> {
  %z = arith.constant dense<0.0> : tensor<1x0x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<0x2x1x1xf32>) outs(%z : tensor<1x0x3x3xf32>) -> tensor<1x0x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x0x3x3xf32>) outs(%z : tensor<1x0x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 1 : index
    %k = arith.constant 7 : index
    %j = arith.addi %i, %k : index
    %p = tensor.extract %s[%j] : tensor<4xf32>
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x0x3x3xf32>
  return %r : tensor<1x0x3x3xf32>
}

// ParameterReader.cpp: !inBounds
// CHECK-LABEL: func @extract_outside(
func.func @extract_outside(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<1x2x3x3xf32> {
  %s = arith.constant dense<[1.0, 2.0, 4.0, 8.0]> : tensor<4xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 1 : index
    %k = arith.constant 3 : index
    %j = arith.addi %i, %k : index
    %p = tensor.extract %s[%j] : tensor<4xf32>
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}
