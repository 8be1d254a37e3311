// RUN: convoy-opt %s --convoy-form-conv --convoy-absorb-parameters --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#map = affine_map<(d0) -> (d0)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d1)>

// AbsorbParameters.cpp: computation.isComputed(value)
// CHECK-LABEL: func @activation_that_widens(
func.func @activation_that_widens(%x: tensor<1x2x3x3xf16>, %w: tensor<2x2x1x1xf16>) -> tensor<1x2x3x3xf32> {
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf16>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf16>, tensor<2x2x1x1xf16>) outs(%zy : tensor<1x2x3x3xf16>) -> tensor<1x2x3x3xf16>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %c = arith.constant 0.0 : f32
  %u = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf16>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f16, %o: f32):
    %w0 = arith.extf %a : f16 to f32
    %m = arith.maximumf %w0, %c : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChannelComputation.cpp: !tensor.getEncoding()
// CHECK-LABEL: func @param_of_one_sparse(
func.func @param_of_one_sparse(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<1xf32, "enc">) -> tensor<1x2x3x3xf32> {
  %e = tensor.empty() : tensor<2xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(d0) -> (0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%s : tensor<1xf32, "enc">) outs(%e : tensor<2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.negf %a : f32
    linalg.yield %m : f32
  } -> tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %q : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChannelComputation.cpp: !tensor
// CHECK-LABEL: func @unranked_computed(
func.func @unranked_computed(%x: tensor<1x2x3x3xf32>, %u: tensor<*xf32>) -> tensor<1x2x3x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %n = arith.negf %u : tensor<*xf32>
  %s = tensor.cast %n : tensor<*xf32> to tensor<2xf32>
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

// ChannelComputation.cpp: tensor.getEncoding()
// CHECK-LABEL: func @param_sparse(
func.func @param_sparse(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32, "enc">) -> tensor<1x2x3x3xf32> {
  %eq = tensor.empty() : tensor<2xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%s : tensor<2xf32, "enc">) outs(%eq : tensor<2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.negf %a : f32
    linalg.yield %m : f32
  } -> tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %q : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChannelComputation.cpp: !dim
// CHECK-LABEL: func @param_moved(
func.func @param_moved(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<3xf32>) -> tensor<1x2x3x3xf32> {
  %eq = tensor.empty() : tensor<2xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0 + 1)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%s : tensor<3xf32>) outs(%eq : tensor<2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.negf %a : f32
    linalg.yield %m : f32
  } -> tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %q : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChannelComputation.cpp: op.getNumParallelLoops() != op.getNumLoops()
// CHECK-LABEL: func @param_of_reduction_loops(
// CHECK: %{{[^ ]+}} = convoy.conv <nchw, fchw -> nfhw> ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) scale(%{{[^ ]+}} : tensor<2xf32>) outs(%{{[^ ]+}} : tensor<1x2x3x3xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<1x2x3x3xf32>
func.func @param_of_reduction_loops(%arg0: tensor<1x2x3x3xf32>, %arg1: tensor<2x2x1x1xf32>, %arg2: tensor<2xf32>, %arg3: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %0 = tensor.empty() : tensor<2xf32>
  %1 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["reduction"]} ins(%arg2, %arg3 : tensor<2xf32>, tensor<2xf32>) outs(%0 : tensor<2xf32>) {
  ^bb0(%in: f32, %in_0: f32, %out: f32):
    %5 = arith.addf %in, %in_0 : f32
    linalg.yield %5 : f32
  } -> tensor<2xf32>
  %cst = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %2 = linalg.conv_2d_nchw_fchw ins(%arg0, %arg1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%cst : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %3 = tensor.empty() : tensor<1x2x3x3xf32>
  %4 = linalg.generic {indexing_maps = [#map1, #map2, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%2, %1 : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%3 : tensor<1x2x3x3xf32>) {
  ^bb0(%in: f32, %in_0: f32, %out: f32):
    %5 = arith.mulf %in, %in_0 : f32
    linalg.yield %5 : f32
  } -> tensor<1x2x3x3xf32>
  return %4 : tensor<1x2x3x3xf32>
}

// ChannelComputation.cpp: op.isDpsInit(&operand) ? !op.getMatchingIndexingMap(&operand).isPermutation() || loops != resultLoops : isRead && (!loops || (!loops->empty() && loops != resultLoops))
// CHECK-LABEL: func @transposed_parameter(
// CHECK: %{{[^ ]+}} = tensor.collapse_shape %{{[^ ]+}} {{\[\[}}0, 1]] : tensor<2x3xf32> into tensor<6xf32>
func.func @transposed_parameter(%arg0: tensor<2x8x9x11xf32>, %arg1: tensor<6x8x3x3xf32>, %arg2: tensor<3x2xf32>) -> tensor<2x6x7x9xf32> {
  %0 = tensor.empty() : tensor<2x3xf32>
  %transposed = linalg.transpose ins(%arg2 : tensor<3x2xf32>) outs(%0 : tensor<2x3xf32>) permutation = [1, 0]
  %collapsed = tensor.collapse_shape %transposed [[0, 1]] : tensor<2x3xf32> into tensor<6xf32>
  %1 = math.exp %collapsed : tensor<6xf32>
  %2 = tensor.empty() : tensor<2x6x7x9xf32>
  %3 = convoy.conv <nchw, fchw -> nfhw> ins(%arg0, %arg1 : tensor<2x8x9x11xf32>, tensor<6x8x3x3xf32>) scale(%1 : tensor<6xf32>) outs(%2 : tensor<2x6x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x6x7x9xf32>
  return %3 : tensor<2x6x7x9xf32>
}

// ChannelComputation.cpp: isRead && !isAvailable(operand.get())
// CHECK-LABEL: func @f8_vector(
func.func @f8_vector(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf8E4M3FN>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf8E4M3FN>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f8E4M3FN, %o: f32):
    %n = arith.extf %p : f8E4M3FN to f32
    %m = arith.mulf %a, %n : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChannelComputation.cpp: count > budget
// CHECK-LABEL: func @param_long_exp(
// CHECK: %{{[^ ]+}} = math.exp %{{[^ ]+}} : tensor<2xf32>
func.func @param_long_exp(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %g0 = math.exp %s : tensor<2xf32>
  %g1 = math.exp %g0 : tensor<2xf32>
  %g2 = math.exp %g1 : tensor<2xf32>
  %g3 = math.exp %g2 : tensor<2xf32>
  %g4 = math.exp %g3 : tensor<2xf32>
  %g5 = math.exp %g4 : tensor<2xf32>
  %g6 = math.exp %g5 : tensor<2xf32>
  %g7 = math.exp %g6 : tensor<2xf32>
  %g8 = math.exp %g7 : tensor<2xf32>
  %g9 = math.exp %g8 : tensor<2xf32>
  %g10 = math.exp %g9 : tensor<2xf32>
  %g11 = math.exp %g10 : tensor<2xf32>
  %g12 = math.exp %g11 : tensor<2xf32>
  %g13 = math.exp %g12 : tensor<2xf32>
  %g14 = math.exp %g13 : tensor<2xf32>
  %g15 = math.exp %g14 : tensor<2xf32>
  %g16 = math.exp %g15 : tensor<2xf32>
  %g17 = math.exp %g16 : tensor<2xf32>
  %g18 = math.exp %g17 : tensor<2xf32>
  %g19 = math.exp %g18 : tensor<2xf32>
  %g20 = math.exp %g19 : tensor<2xf32>
  %g21 = math.exp %g20 : tensor<2xf32>
  %g22 = math.exp %g21 : tensor<2xf32>
  %g23 = math.exp %g22 : tensor<2xf32>
  %g24 = math.exp %g23 : tensor<2xf32>
  %g25 = math.exp %g24 : tensor<2xf32>
  %g26 = math.exp %g25 : tensor<2xf32>
  %g27 = math.exp %g26 : tensor<2xf32>
  %g28 = math.exp %g27 : tensor<2xf32>
  %g29 = math.exp %g28 : tensor<2xf32>
  %g30 = math.exp %g29 : tensor<2xf32>
  %g31 = math.exp %g30 : tensor<2xf32>
  %g32 = math.exp %g31 : tensor<2xf32>
  %g33 = math.exp %g32 : tensor<2xf32>
  %g34 = math.exp %g33 : tensor<2xf32>
  %g35 = math.exp %g34 : tensor<2xf32>
  %g36 = math.exp %g35 : tensor<2xf32>
  %g37 = math.exp %g36 : tensor<2xf32>
  %g38 = math.exp %g37 : tensor<2xf32>
  %g39 = math.exp %g38 : tensor<2xf32>
  %g40 = math.exp %g39 : tensor<2xf32>
  %g41 = math.exp %g40 : tensor<2xf32>
  %g42 = math.exp %g41 : tensor<2xf32>
  %g43 = math.exp %g42 : tensor<2xf32>
  %g44 = math.exp %g43 : tensor<2xf32>
  %g45 = math.exp %g44 : tensor<2xf32>
  %g46 = math.exp %g45 : tensor<2xf32>
  %g47 = math.exp %g46 : tensor<2xf32>
  %g48 = math.exp %g47 : tensor<2xf32>
  %g49 = math.exp %g48 : tensor<2xf32>
  %g50 = math.exp %g49 : tensor<2xf32>
  %g51 = math.exp %g50 : tensor<2xf32>
  %g52 = math.exp %g51 : tensor<2xf32>
  %g53 = math.exp %g52 : tensor<2xf32>
  %g54 = math.exp %g53 : tensor<2xf32>
  %g55 = math.exp %g54 : tensor<2xf32>
  %g56 = math.exp %g55 : tensor<2xf32>
  %g57 = math.exp %g56 : tensor<2xf32>
  %g58 = math.exp %g57 : tensor<2xf32>
  %g59 = math.exp %g58 : tensor<2xf32>
  %g60 = math.exp %g59 : tensor<2xf32>
  %g61 = math.exp %g60 : tensor<2xf32>
  %g62 = math.exp %g61 : tensor<2xf32>
  %g63 = math.exp %g62 : tensor<2xf32>
  %g64 = math.exp %g63 : tensor<2xf32>
  %g65 = math.exp %g64 : tensor<2xf32>
  %g66 = math.exp %g65 : tensor<2xf32>
  %g67 = math.exp %g66 : tensor<2xf32>
  %g68 = math.exp %g67 : tensor<2xf32>
  %g69 = math.exp %g68 : tensor<2xf32>
  %g70 = math.exp %g69 : tensor<2xf32>
  %g71 = math.exp %g70 : tensor<2xf32>
  %g72 = math.exp %g71 : tensor<2xf32>
  %g73 = math.exp %g72 : tensor<2xf32>
  %g74 = math.exp %g73 : tensor<2xf32>
  %g75 = math.exp %g74 : tensor<2xf32>
  %g76 = math.exp %g75 : tensor<2xf32>
  %g77 = math.exp %g76 : tensor<2xf32>
  %g78 = math.exp %g77 : tensor<2xf32>
  %g79 = math.exp %g78 : tensor<2xf32>
  %g80 = math.exp %g79 : tensor<2xf32>
  %g81 = math.exp %g80 : tensor<2xf32>
  %g82 = math.exp %g81 : tensor<2xf32>
  %g83 = math.exp %g82 : tensor<2xf32>
  %g84 = math.exp %g83 : tensor<2xf32>
  %g85 = math.exp %g84 : tensor<2xf32>
  %g86 = math.exp %g85 : tensor<2xf32>
  %g87 = math.exp %g86 : tensor<2xf32>
  %g88 = math.exp %g87 : tensor<2xf32>
  %g89 = math.exp %g88 : tensor<2xf32>
  %g90 = math.exp %g89 : tensor<2xf32>
  %g91 = math.exp %g90 : tensor<2xf32>
  %g92 = math.exp %g91 : tensor<2xf32>
  %g93 = math.exp %g92 : tensor<2xf32>
  %g94 = math.exp %g93 : tensor<2xf32>
  %g95 = math.exp %g94 : tensor<2xf32>
  %g96 = math.exp %g95 : tensor<2xf32>
  %g97 = math.exp %g96 : tensor<2xf32>
  %g98 = math.exp %g97 : tensor<2xf32>
  %g99 = math.exp %g98 : tensor<2xf32>
  %g100 = math.exp %g99 : tensor<2xf32>
  %g101 = math.exp %g100 : tensor<2xf32>
  %g102 = math.exp %g101 : tensor<2xf32>
  %g103 = math.exp %g102 : tensor<2xf32>
  %g104 = math.exp %g103 : tensor<2xf32>
  %g105 = math.exp %g104 : tensor<2xf32>
  %g106 = math.exp %g105 : tensor<2xf32>
  %g107 = math.exp %g106 : tensor<2xf32>
  %g108 = math.exp %g107 : tensor<2xf32>
  %g109 = math.exp %g108 : tensor<2xf32>
  %g110 = math.exp %g109 : tensor<2xf32>
  %g111 = math.exp %g110 : tensor<2xf32>
  %g112 = math.exp %g111 : tensor<2xf32>
  %g113 = math.exp %g112 : tensor<2xf32>
  %g114 = math.exp %g113 : tensor<2xf32>
  %g115 = math.exp %g114 : tensor<2xf32>
  %g116 = math.exp %g115 : tensor<2xf32>
  %g117 = math.exp %g116 : tensor<2xf32>
  %g118 = math.exp %g117 : tensor<2xf32>
  %g119 = math.exp %g118 : tensor<2xf32>
  %g120 = math.exp %g119 : tensor<2xf32>
  %g121 = math.exp %g120 : tensor<2xf32>
  %g122 = math.exp %g121 : tensor<2xf32>
  %g123 = math.exp %g122 : tensor<2xf32>
  %g124 = math.exp %g123 : tensor<2xf32>
  %g125 = math.exp %g124 : tensor<2xf32>
  %g126 = math.exp %g125 : tensor<2xf32>
  %g127 = math.exp %g126 : tensor<2xf32>
  %g128 = math.exp %g127 : tensor<2xf32>
  %g129 = math.exp %g128 : tensor<2xf32>
  %g130 = math.exp %g129 : tensor<2xf32>
  %g131 = math.exp %g130 : tensor<2xf32>
  %g132 = math.exp %g131 : tensor<2xf32>
  %g133 = math.exp %g132 : tensor<2xf32>
  %g134 = math.exp %g133 : tensor<2xf32>
  %g135 = math.exp %g134 : tensor<2xf32>
  %g136 = math.exp %g135 : tensor<2xf32>
  %g137 = math.exp %g136 : tensor<2xf32>
  %g138 = math.exp %g137 : tensor<2xf32>
  %g139 = math.exp %g138 : tensor<2xf32>
  %g140 = math.exp %g139 : tensor<2xf32>
  %g141 = math.exp %g140 : tensor<2xf32>
  %g142 = math.exp %g141 : tensor<2xf32>
  %g143 = math.exp %g142 : tensor<2xf32>
  %g144 = math.exp %g143 : tensor<2xf32>
  %g145 = math.exp %g144 : tensor<2xf32>
  %g146 = math.exp %g145 : tensor<2xf32>
  %g147 = math.exp %g146 : tensor<2xf32>
  %g148 = math.exp %g147 : tensor<2xf32>
  %g149 = math.exp %g148 : tensor<2xf32>
  %g150 = math.exp %g149 : tensor<2xf32>
  %g151 = math.exp %g150 : tensor<2xf32>
  %g152 = math.exp %g151 : tensor<2xf32>
  %g153 = math.exp %g152 : tensor<2xf32>
  %g154 = math.exp %g153 : tensor<2xf32>
  %g155 = math.exp %g154 : tensor<2xf32>
  %g156 = math.exp %g155 : tensor<2xf32>
  %g157 = math.exp %g156 : tensor<2xf32>
  %g158 = math.exp %g157 : tensor<2xf32>
  %g159 = math.exp %g158 : tensor<2xf32>
  %g160 = math.exp %g159 : tensor<2xf32>
  %g161 = math.exp %g160 : tensor<2xf32>
  %g162 = math.exp %g161 : tensor<2xf32>
  %g163 = math.exp %g162 : tensor<2xf32>
  %g164 = math.exp %g163 : tensor<2xf32>
  %g165 = math.exp %g164 : tensor<2xf32>
  %g166 = math.exp %g165 : tensor<2xf32>
  %g167 = math.exp %g166 : tensor<2xf32>
  %g168 = math.exp %g167 : tensor<2xf32>
  %g169 = math.exp %g168 : tensor<2xf32>
  %g170 = math.exp %g169 : tensor<2xf32>
  %g171 = math.exp %g170 : tensor<2xf32>
  %g172 = math.exp %g171 : tensor<2xf32>
  %g173 = math.exp %g172 : tensor<2xf32>
  %g174 = math.exp %g173 : tensor<2xf32>
  %g175 = math.exp %g174 : tensor<2xf32>
  %g176 = math.exp %g175 : tensor<2xf32>
  %g177 = math.exp %g176 : tensor<2xf32>
  %g178 = math.exp %g177 : tensor<2xf32>
  %g179 = math.exp %g178 : tensor<2xf32>
  %g180 = math.exp %g179 : tensor<2xf32>
  %g181 = math.exp %g180 : tensor<2xf32>
  %g182 = math.exp %g181 : tensor<2xf32>
  %g183 = math.exp %g182 : tensor<2xf32>
  %g184 = math.exp %g183 : tensor<2xf32>
  %g185 = math.exp %g184 : tensor<2xf32>
  %g186 = math.exp %g185 : tensor<2xf32>
  %g187 = math.exp %g186 : tensor<2xf32>
  %g188 = math.exp %g187 : tensor<2xf32>
  %g189 = math.exp %g188 : tensor<2xf32>
  %g190 = math.exp %g189 : tensor<2xf32>
  %g191 = math.exp %g190 : tensor<2xf32>
  %g192 = math.exp %g191 : tensor<2xf32>
  %g193 = math.exp %g192 : tensor<2xf32>
  %g194 = math.exp %g193 : tensor<2xf32>
  %g195 = math.exp %g194 : tensor<2xf32>
  %g196 = math.exp %g195 : tensor<2xf32>
  %g197 = math.exp %g196 : tensor<2xf32>
  %g198 = math.exp %g197 : tensor<2xf32>
  %g199 = math.exp %g198 : tensor<2xf32>
  %g200 = math.exp %g199 : tensor<2xf32>
  %g201 = math.exp %g200 : tensor<2xf32>
  %g202 = math.exp %g201 : tensor<2xf32>
  %g203 = math.exp %g202 : tensor<2xf32>
  %g204 = math.exp %g203 : tensor<2xf32>
  %g205 = math.exp %g204 : tensor<2xf32>
  %g206 = math.exp %g205 : tensor<2xf32>
  %g207 = math.exp %g206 : tensor<2xf32>
  %g208 = math.exp %g207 : tensor<2xf32>
  %g209 = math.exp %g208 : tensor<2xf32>
  %g210 = math.exp %g209 : tensor<2xf32>
  %g211 = math.exp %g210 : tensor<2xf32>
  %g212 = math.exp %g211 : tensor<2xf32>
  %g213 = math.exp %g212 : tensor<2xf32>
  %g214 = math.exp %g213 : tensor<2xf32>
  %g215 = math.exp %g214 : tensor<2xf32>
  %g216 = math.exp %g215 : tensor<2xf32>
  %g217 = math.exp %g216 : tensor<2xf32>
  %g218 = math.exp %g217 : tensor<2xf32>
  %g219 = math.exp %g218 : tensor<2xf32>
  %g220 = math.exp %g219 : tensor<2xf32>
  %g221 = math.exp %g220 : tensor<2xf32>
  %g222 = math.exp %g221 : tensor<2xf32>
  %g223 = math.exp %g222 : tensor<2xf32>
  %g224 = math.exp %g223 : tensor<2xf32>
  %g225 = math.exp %g224 : tensor<2xf32>
  %g226 = math.exp %g225 : tensor<2xf32>
  %g227 = math.exp %g226 : tensor<2xf32>
  %g228 = math.exp %g227 : tensor<2xf32>
  %g229 = math.exp %g228 : tensor<2xf32>
  %g230 = math.exp %g229 : tensor<2xf32>
  %g231 = math.exp %g230 : tensor<2xf32>
  %g232 = math.exp %g231 : tensor<2xf32>
  %g233 = math.exp %g232 : tensor<2xf32>
  %g234 = math.exp %g233 : tensor<2xf32>
  %g235 = math.exp %g234 : tensor<2xf32>
  %g236 = math.exp %g235 : tensor<2xf32>
  %g237 = math.exp %g236 : tensor<2xf32>
  %g238 = math.exp %g237 : tensor<2xf32>
  %g239 = math.exp %g238 : tensor<2xf32>
  %g240 = math.exp %g239 : tensor<2xf32>
  %g241 = math.exp %g240 : tensor<2xf32>
  %g242 = math.exp %g241 : tensor<2xf32>
  %g243 = math.exp %g242 : tensor<2xf32>
  %g244 = math.exp %g243 : tensor<2xf32>
  %g245 = math.exp %g244 : tensor<2xf32>
  %g246 = math.exp %g245 : tensor<2xf32>
  %g247 = math.exp %g246 : tensor<2xf32>
  %g248 = math.exp %g247 : tensor<2xf32>
  %g249 = math.exp %g248 : tensor<2xf32>
  %g250 = math.exp %g249 : tensor<2xf32>
  %g251 = math.exp %g250 : tensor<2xf32>
  %g252 = math.exp %g251 : tensor<2xf32>
  %g253 = math.exp %g252 : tensor<2xf32>
  %g254 = math.exp %g253 : tensor<2xf32>
  %g255 = math.exp %g254 : tensor<2xf32>
  %g256 = math.exp %g255 : tensor<2xf32>
  %g257 = math.exp %g256 : tensor<2xf32>
  %g258 = math.exp %g257 : tensor<2xf32>
  %g259 = math.exp %g258 : tensor<2xf32>
  %g260 = math.exp %g259 : tensor<2xf32>
  %g261 = math.exp %g260 : tensor<2xf32>
  %g262 = math.exp %g261 : tensor<2xf32>
  %g263 = math.exp %g262 : tensor<2xf32>
  %g264 = math.exp %g263 : tensor<2xf32>
  %g265 = math.exp %g264 : tensor<2xf32>
  %g266 = math.exp %g265 : tensor<2xf32>
  %g267 = math.exp %g266 : tensor<2xf32>
  %g268 = math.exp %g267 : tensor<2xf32>
  %g269 = math.exp %g268 : tensor<2xf32>
  %g270 = math.exp %g269 : tensor<2xf32>
  %g271 = math.exp %g270 : tensor<2xf32>
  %g272 = math.exp %g271 : tensor<2xf32>
  %g273 = math.exp %g272 : tensor<2xf32>
  %g274 = math.exp %g273 : tensor<2xf32>
  %g275 = math.exp %g274 : tensor<2xf32>
  %g276 = math.exp %g275 : tensor<2xf32>
  %g277 = math.exp %g276 : tensor<2xf32>
  %g278 = math.exp %g277 : tensor<2xf32>
  %g279 = math.exp %g278 : tensor<2xf32>
  %g280 = math.exp %g279 : tensor<2xf32>
  %g281 = math.exp %g280 : tensor<2xf32>
  %g282 = math.exp %g281 : tensor<2xf32>
  %g283 = math.exp %g282 : tensor<2xf32>
  %g284 = math.exp %g283 : tensor<2xf32>
  %g285 = math.exp %g284 : tensor<2xf32>
  %g286 = math.exp %g285 : tensor<2xf32>
  %g287 = math.exp %g286 : tensor<2xf32>
  %g288 = math.exp %g287 : tensor<2xf32>
  %g289 = math.exp %g288 : tensor<2xf32>
  %g290 = math.exp %g289 : tensor<2xf32>
  %g291 = math.exp %g290 : tensor<2xf32>
  %g292 = math.exp %g291 : tensor<2xf32>
  %g293 = math.exp %g292 : tensor<2xf32>
  %g294 = math.exp %g293 : tensor<2xf32>
  %g295 = math.exp %g294 : tensor<2xf32>
  %g296 = math.exp %g295 : tensor<2xf32>
  %g297 = math.exp %g296 : tensor<2xf32>
  %g298 = math.exp %g297 : tensor<2xf32>
  %g299 = math.exp %g298 : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %g299 : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}
