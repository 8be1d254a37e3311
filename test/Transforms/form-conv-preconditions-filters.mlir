// RUN: convoy-opt %s --convoy-form-conv --convoy-absorb-parameters --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// FormConvOperands.cpp: !padding
// CHECK-LABEL: func @pad_computed(
func.func @pad_computed(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %k0 = arith.constant 0.0 : f32
  %v = tensor.pad %x low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    %n0 = arith.index_cast %i : index to i32
    %n = arith.sitofp %n0 : i32 to f32
    tensor.yield %n : f32
  } : tensor<1x2x3x3xf32> to tensor<1x2x5x5xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%v, %w : tensor<1x2x5x5xf32>, tensor<2x2x3x3xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// FormConvOperands.cpp: high < 0
// CHECK-LABEL: func @pad_crop_high(
// CHECK: %{{[^ ]+}} = convoy.conv <nchw, fchw -> nfhw> ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x2x4x4xf32>, tensor<2x2x3x3xf32>) outs(%{{[^ ]+}} : tensor<1x2x2x2xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<1x2x2x2xf32>
func.func @pad_crop_high(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x3x3xf32>) -> tensor<1x2x2x2xf32> {
  %k0 = arith.constant 0.0 : f32
  %v = tensor.pad %x low[0, 0, 2, 2] high[0, 0, -1, -1] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %k0 : f32
  } : tensor<1x2x3x3xf32> to tensor<1x2x4x4xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%v, %w : tensor<1x2x4x4xf32>, tensor<2x2x3x3xf32>) outs(%z : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// FormConvOperands.cpp: index == StringRef::npos
// CHECK-LABEL: func @pad_channels(
func.func @pad_channels(%x: tensor<1x1x3x3xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<1x2x3x3xf32> {
  %k0 = arith.constant 0.0 : f32
  %v = tensor.pad %x low[0, 0, 0, 0] high[0, 1, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %k0 : f32
  } : tensor<1x1x3x3xf32> to tensor<1x2x3x3xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%v, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// FormConvOperands.cpp: !newLow
// CHECK-LABEL: func @pad_big_low(
// CHECK: %{{[^ ]+}} = convoy.conv <nchw, fchw -> nfhw> ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x2x?x5xf32>, tensor<2x2x3x3xf32>) residual(%{{[^ ]+}} : tensor<1x2x?x3xf32>) outs(%{{[^ ]+}} : tensor<1x2x?x3xf32>) strides = [1, 1] dilations = [1, 1] pad = [4611686018427387904, 0] to [0, 0] epilogue {
func.func @pad_big_low(%x: tensor<1x2x?x5xf32>, %w: tensor<2x2x3x3xf32>, %z: tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32> {
  %k0 = arith.constant 0.0 : f32
  %v0 = tensor.pad %x low[0, 0, 4611686018427387904, 0] high[0, 0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %k0 : f32
  } : tensor<1x2x?x5xf32> to tensor<1x2x?x5xf32>
  %v1 = tensor.pad %v0 low[0, 0, 4611686018427387904, 0] high[0, 0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %k0 : f32
  } : tensor<1x2x?x5xf32> to tensor<1x2x?x5xf32>
  %v = tensor.pad %v1 low[0, 0, 4611686018427387904, 0] high[0, 0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %k0 : f32
  } : tensor<1x2x?x5xf32> to tensor<1x2x?x5xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%v, %w : tensor<1x2x?x5xf32>, tensor<2x2x3x3xf32>) outs(%z : tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32>
  return %y : tensor<1x2x?x3xf32>
}

// FormConvOperands.cpp: !newHigh
// CHECK-LABEL: func @pad_big_high(
// CHECK: %{{[^ ]+}} = convoy.conv <nchw, fchw -> nfhw> ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x2x?x5xf32>, tensor<2x2x3x3xf32>) residual(%{{[^ ]+}} : tensor<1x2x?x3xf32>) outs(%{{[^ ]+}} : tensor<1x2x?x3xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [4611686018427387904, 0] epilogue {
func.func @pad_big_high(%x: tensor<1x2x?x5xf32>, %w: tensor<2x2x3x3xf32>, %z: tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32> {
  %k0 = arith.constant 0.0 : f32
  %v0 = tensor.pad %x low[0, 0, 0, 0] high[0, 0, 4611686018427387904, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %k0 : f32
  } : tensor<1x2x?x5xf32> to tensor<1x2x?x5xf32>
  %v1 = tensor.pad %v0 low[0, 0, 0, 0] high[0, 0, 4611686018427387904, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %k0 : f32
  } : tensor<1x2x?x5xf32> to tensor<1x2x?x5xf32>
  %v = tensor.pad %v1 low[0, 0, 0, 0] high[0, 0, 4611686018427387904, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %k0 : f32
  } : tensor<1x2x?x5xf32> to tensor<1x2x?x5xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%v, %w : tensor<1x2x?x5xf32>, tensor<2x2x3x3xf32>) outs(%z : tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32>
  return %y : tensor<1x2x?x3xf32>
}

// FormConvOperands.cpp: filterElement != getElementTypeOrSelf(plan.input.getType())
// CHECK-LABEL: func @filter_bfloat_to_half(
func.func @filter_bfloat_to_half(%x: tensor<1x2x3x3xf16>, %w: tensor<2x2x1x1xbf16>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %e = tensor.empty() : tensor<2x2x1x1xf16>
  %v = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d0)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %s : tensor<2x2x1x1xbf16>, tensor<2xf32>) outs(%e : tensor<2x2x1x1xf16>) {
  ^bb0(%a: bf16, %p: f32, %o: f16):
    %l = arith.extf %a : bf16 to f32
    %n = arith.mulf %l, %p : f32
    %m = arith.truncf %n : f32 to f16
    linalg.yield %m : f16
  } -> tensor<2x2x1x1xf16>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x2x3x3xf16>, tensor<2x2x1x1xf16>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// FormConvOperands.cpp: factorElement.getIntOrFloatBitWidth() > plan.accumulatorType.getIntOrFloatBitWidth()
// CHECK-LABEL: func @filter_widened_factor(
// CHECK: %{{[^ ]+}} = convoy.conv <nchw, fchw -> nfhw> ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%{{[^ ]+}} : tensor<1x2x3x3xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<1x2x3x3xf32>
func.func @filter_widened_factor(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf64>) -> tensor<1x2x3x3xf32> {
  %e = tensor.empty() : tensor<2x2x1x1xf32>
  %v = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d0)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %s : tensor<2x2x1x1xf32>, tensor<2xf64>) outs(%e : tensor<2x2x1x1xf32>) {
  ^bb0(%a: f32, %p: f64, %o: f32):
    %l = arith.extf %a : f32 to f64
    %n = arith.mulf %l, %p : f64
    %m = arith.truncf %n : f64 to f32
    linalg.yield %m : f32
  } -> tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// FormConvOperands.cpp: !scale
// CHECK-LABEL: func @filter_scaled_by_all(
// CHECK: } -> tensor<2x2x1x1xf32>
func.func @filter_scaled_by_all(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2x2x1x1xf32>) -> tensor<1x2x3x3xf32> {
  %e = tensor.empty() : tensor<2x2x1x1xf32>
  %v = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %s : tensor<2x2x1x1xf32>, tensor<2x2x1x1xf32>) outs(%e : tensor<2x2x1x1xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// FormConvOperands.cpp: plan.scale
// CHECK-LABEL: func @filter_scaled_twice(
// CHECK: } -> tensor<2x2x1x1xf32>
func.func @filter_scaled_twice(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %t: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %e1 = tensor.empty() : tensor<2x2x1x1xf32>
  %v1 = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d0)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %s : tensor<2x2x1x1xf32>, tensor<2xf32>) outs(%e1 : tensor<2x2x1x1xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<2x2x1x1xf32>
  %e2 = tensor.empty() : tensor<2x2x1x1xf32>
  %v2 = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d0)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v1, %t : tensor<2x2x1x1xf32>, tensor<2xf32>) outs(%e2 : tensor<2x2x1x1xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<2x2x1x1xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %v2 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// FormConvOperands.cpp: op.getNumDpsInputs() != 2
// CHECK-LABEL: func @filter_three_inputs(
// CHECK: %{{[^ ]+}} = convoy.conv <nchw, fchw -> nfhw> ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%{{[^ ]+}} : tensor<1x2x3x3xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<1x2x3x3xf32>
func.func @filter_three_inputs(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %t: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %e = tensor.empty() : tensor<2x2x1x1xf32>
  %v = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d0)>, affine_map<(d0, d1, d2, d3) -> (d0)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %s, %t : tensor<2x2x1x1xf32>, tensor<2xf32>, tensor<2xf32>) outs(%e : tensor<2x2x1x1xf32>) {
  ^bb0(%a: f32, %p: f32, %q: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// FormConvOperands.cpp: op.getNumDpsInits() != 1
// CHECK-LABEL: func @filter_two_inits(
// CHECK: %{{[^ ]+}} = convoy.conv <nchw, fchw -> nfhw> ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%{{[^ ]+}} : tensor<1x2x3x3xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<1x2x3x3xf32>
func.func @filter_two_inits(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %e = tensor.empty() : tensor<2x2x1x1xf32>
  %v:2 = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d0)>, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %s : tensor<2x2x1x1xf32>, tensor<2xf32>) outs(%e, %e : tensor<2x2x1x1xf32>, tensor<2x2x1x1xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32, %o2: f32):
    %m = arith.mulf %a, %p : f32
    %n = arith.addf %a, %p : f32
    linalg.yield %m, %n : f32, f32
  } -> (tensor<2x2x1x1xf32>, tensor<2x2x1x1xf32>)
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %v#1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// FormConvOperands.cpp: op.getNumParallelLoops() != op.getNumLoops()
// CHECK-LABEL: func @reduces_filter(
// CHECK: %{{[^ ]+}} = convoy.conv <nchw, fchw -> nfhw> ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x2x3x3xf16>, tensor<2x2x1x1xf16>) outs(%{{[^ ]+}} : tensor<1x2x3x3xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<1x2x3x3xf32>
func.func @reduces_filter(%x: tensor<1x2x3x3xf16>, %w: tensor<2x2x1x1xf16>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %e = tensor.empty() : tensor<2x2x1x1xf16>
  %v = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d0)>, #id], iterator_types = ["reduction", "parallel", "parallel", "parallel"]} ins(%w, %s : tensor<2x2x1x1xf16>, tensor<2xf32>) outs(%e : tensor<2x2x1x1xf16>) {
  ^bb0(%a: f16, %p: f32, %o: f16):
    %l = arith.extf %a : f16 to f32
    %n = arith.mulf %l, %p : f32
    %m = arith.truncf %n : f32 to f16
    linalg.yield %m : f16
  } -> tensor<2x2x1x1xf16>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x2x3x3xf16>, tensor<2x2x1x1xf16>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// FormConvOperands.cpp: !product
// CHECK-LABEL: func @filter_shifted(
func.func @filter_shifted(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %e = tensor.empty() : tensor<2x2x1x1xf32>
  %v = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d0)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %s : tensor<2x2x1x1xf32>, tensor<2xf32>) outs(%e : tensor<2x2x1x1xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.addf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// FormConvOperands.cpp: lhs != op.getMatchingBlockArgument(first)
// CHECK-LABEL: func @filter_squared(
// CHECK: %{{[^ ]+}} = convoy.conv <nchw, fchw -> nfhw> ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%{{[^ ]+}} : tensor<1x2x3x3xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<1x2x3x3xf32>
func.func @filter_squared(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %e = tensor.empty() : tensor<2x2x1x1xf32>
  %v = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d0)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %s : tensor<2x2x1x1xf32>, tensor<2xf32>) outs(%e : tensor<2x2x1x1xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %p, %p : f32
    linalg.yield %m : f32
  } -> tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}
