// RUN: convoy-opt %s --convoy-fold-affine=policy=epilogue --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d1)>
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

// FoldAffine.cpp: parameters.front().keepsFilter
func.func @kept_without_elements(%arg0: tensor<0x0x2x2xf32>) -> tensor<0x2x2x2xf32> {
  %cst = arith.constant dense<1.0> : tensor<2x0x0x0xf32>
  %0 = tensor.empty() : tensor<0x2x2x2xf32>
  %cst_0 = arith.constant 0.0 : f32
  %1 = linalg.fill ins(%cst_0 : f32) outs(%0 : tensor<0x2x2x2xf32>) -> tensor<0x2x2x2xf32>
  %2 = linalg.conv_2d_nchw_fchw ins(%arg0, %cst : tensor<0x0x2x2xf32>, tensor<2x0x0x0xf32>) outs(%1 : tensor<0x2x2x2xf32>) -> tensor<0x2x2x2xf32>
  %cst_1 = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %3 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%2, %cst_1 : tensor<0x2x2x2xf32>, tensor<2xf32>) outs(%0 : tensor<0x2x2x2xf32>) {
  ^bb0(%in: f32, %in_3: f32, %out: f32):
    %6 = arith.mulf %in, %in_3 : f32
    linalg.yield %6 : f32
  } -> tensor<0x2x2x2xf32>
  %cst_2 = arith.constant dense<1.0> : tensor<2x2x0x0xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %4 = linalg.conv_2d_nchw_fchw ins(%3, %cst_2 : tensor<0x2x2x2xf32>, tensor<2x2x0x0xf32>) outs(%1 : tensor<0x2x2x2xf32>) -> tensor<0x2x2x2xf32>
  %5 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%4, %cst_1 : tensor<0x2x2x2xf32>, tensor<2xf32>) outs(%0 : tensor<0x2x2x2xf32>) {
  ^bb0(%in: f32, %in_3: f32, %out: f32):
    %6 = arith.mulf %in, %in_3 : f32
    linalg.yield %6 : f32
  } -> tensor<0x2x2x2xf32>
  // expected-remark @+1 {{[Missed] multiple-uses}}
  return %2 : tensor<0x2x2x2xf32>
}

// FoldAffine.cpp: pool.isScalar(chain.folds.front().bias, 0)
func.func @behind_bias(%x: tensor<1x2x3x3xf16>) -> tensor<1x2x3x3xf16> {
  %w = arith.constant dense<[[[[1.001]], [[2.003]]], [[[-1.005]], [[0.3]]]]> : tensor<2x2x1x1xf16>
  %s = arith.constant dense<[1.1, 3.3]> : tensor<2xf32>
  %b = arith.constant dense<[0.5, -0.25]> : tensor<2xf32>
  %z = arith.constant dense<1.5> : tensor<1x2x3x3xf32>
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

// KeptScale.cpp: !generic
func.func @splat_filter(%x: tensor<1x4096x3x3xf32>) -> tensor<1x8192x3x3xf32> {
  %w = arith.constant dense<2.0> : tensor<8192x4096x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x8192x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4096x3x3xf32>, tensor<8192x4096x1x1xf32>) outs(%z : tensor<1x8192x3x3xf32>) -> tensor<1x8192x3x3xf32>
  %k = arith.constant dense<3.0> : tensor<1x8192x3x3xf32>
  %r = arith.mulf %y, %k : tensor<1x8192x3x3xf32>
  return %r : tensor<1x8192x3x3xf32>
}

// KeptScale.cpp: generic.getInputs().size() < 2
func.func @in_place(%x: tensor<1x2x3x3xf16>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<[[[[1.001]], [[2.003]]], [[[-1.005]], [[0.3]]]]> : tensor<2x2x1x1xf16>
  %s = arith.constant dense<[1.1, 3.3]> : tensor<2xf32>
  %b = arith.constant dense<[0.5, -0.25]> : tensor<2xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf16>, tensor<2x2x1x1xf16>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %t0 = tensor.empty() : tensor<1x2x3x3xf32>
  %t = linalg.broadcast ins(%s : tensor<2xf32>) outs(%t0 : tensor<1x2x3x3xf32>) dimensions = [0, 2, 3]
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf32>) outs(%t : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.mulf %a, %o : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// KeptScale.cpp: generic.getInputs().size() > 3
func.func @unused_inputs(%x: tensor<1x2x3x3xf16>) -> tensor<1x2x3x3xf16> {
  %w = arith.constant dense<[[[[1.001]], [[2.003]]], [[[-1.005]], [[0.3]]]]> : tensor<2x2x1x1xf16>
  %s = arith.constant dense<[1.1, 3.3]> : tensor<2xf32>
  %b = arith.constant dense<[0.5, -0.25]> : tensor<2xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf16>, tensor<2x2x1x1xf16>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #channel, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s, %b, %b : tensor<1x2x3x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf16>) {
  ^bb0(%a: f32, %p: f32, %q: f32, %u: f32, %o: f16):
    %k = arith.mulf %a, %p : f32
    %m = arith.truncf %k : f32 to f16
    linalg.yield %m : f16
  } -> tensor<1x2x3x3xf16>
  return %r : tensor<1x2x3x3xf16>
}

// KeptScale.cpp: map != channels
func.func @scalar_scale(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: f32) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #scalar, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, f32) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// KeptScale.cpp: isa<arith::MulFOp>(inner)
func.func @fma_acc_const(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %b: tensor<2xf32>, %c: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
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

// KeptScale.cpp: inner.getOperand(1) == body->getArgument(1)
func.func @other_vector(%x: tensor<1x2x3x3xf16>) -> tensor<1x2x3x3xf16> {
  %w = arith.constant dense<[[[[1.001]], [[2.003]]], [[[-1.005]], [[0.3]]]]> : tensor<2x2x1x1xf16>
  %s = arith.constant dense<[1.1, 3.3]> : tensor<2xf32>
  %b = arith.constant dense<[0.5, -0.25]> : tensor<2xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf16>, tensor<2x2x1x1xf16>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s, %b : tensor<1x2x3x3xf32>, tensor<2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf16>) {
  ^bb0(%a: f32, %p: f32, %q: f32, %o: f16):
    %k = arith.mulf %a, %q : f32
    %l = arith.addf %k, %p : f32
    %m = arith.truncf %l : f32 to f16
    linalg.yield %m : f16
  } -> tensor<1x2x3x3xf16>
  return %r : tensor<1x2x3x3xf16>
}

// KeptScale.cpp: next == end
func.func @negates(%x: tensor<1x2x3x3xf16>) -> tensor<1x2x3x3xf16> {
  %w = arith.constant dense<[[[[1.001]], [[2.003]]], [[[-1.005]], [[0.3]]]]> : tensor<2x2x1x1xf16>
  %s = arith.constant dense<[1.1, 3.3]> : tensor<2xf32>
  %b = arith.constant dense<[0.5, -0.25]> : tensor<2xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf16>, tensor<2x2x1x1xf16>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf16>
  %r = linalg.generic {indexing_maps = [#id, #channel, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s, %b : tensor<1x2x3x3xf32>, tensor<2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf16>) {
  ^bb0(%a: f32, %p: f32, %q: f32, %o: f16):
    %k = arith.mulf %a, %p : f32
    %l = arith.addf %k, %q : f32
    %n = arith.negf %l : f32
    %m = arith.truncf %n : f32 to f16
    linalg.yield %m : f16
  } -> tensor<1x2x3x3xf16>
  return %r : tensor<1x2x3x3xf16>
}

// KeptScale.cpp: adds == (generic.getInputs().size() == 3)
func.func @sum_twice(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %b: tensor<2xf32>, %c: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %k = arith.mulf %a, %p : f32
    %m = arith.addf %k, %k : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}
