// RUN: convoy-opt %s --convoy-fold-affine --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// ChainSplits.cpp: found
// CHECK-LABEL: func @split_behind_unit_dim(
// CHECK: %{{[^ ]+}} = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%{{[^ ]+}} : tensor<4xf64>) outs(%{{[^ ]+}} : tensor<4xf32>) {
func.func @split_behind_unit_dim(%x: tensor<1x2x3x3xf32>, %w: tensor<4x2x1x1xf32>, %s: tensor<2xf32>, %t: tensor<2xf32>) -> (tensor<1x2x1x3x3xf32>, tensor<1x2x1x3x3xf32>) {
  %zy = arith.constant dense<0.0> : tensor<1x4x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<4x2x1x1xf32>) outs(%zy : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  %u = tensor.expand_shape %y [[0], [1, 2], [3], [4]] output_shape [1, 4, 1, 3, 3] : tensor<1x4x3x3xf32> into tensor<1x4x1x3x3xf32>
  %p = tensor.extract_slice %u[0, 0, 0, 0, 0] [1, 2, 1, 3, 3] [1, 1, 1, 1, 1] : tensor<1x4x1x3x3xf32> to tensor<1x2x1x3x3xf32>
  %q = tensor.extract_slice %u[0, 2, 0, 0, 0] [1, 2, 1, 3, 3] [1, 1, 1, 1, 1] : tensor<1x4x1x3x3xf32> to tensor<1x2x1x3x3xf32>
  %eb = tensor.empty() : tensor<1x2x1x3x3xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%eb : tensor<1x2x1x3x3xf32>) dimensions = [0, 2, 3, 4]
  %ed = tensor.empty() : tensor<1x2x1x3x3xf32>
  %d = linalg.broadcast ins(%t : tensor<2xf32>) outs(%ed : tensor<1x2x1x3x3xf32>) dimensions = [0, 2, 3, 4]
  %r = arith.mulf %p, %b : tensor<1x2x1x3x3xf32>
  %h = arith.mulf %q, %d : tensor<1x2x1x3x3xf32>
  return %r, %h : tensor<1x2x1x3x3xf32>, tensor<1x2x1x3x3xf32>
}

// ChainSplits.cpp: !others
// CHECK-LABEL: func @split_of_merged(
func.func @split_of_merged(%x: tensor<1x2x3x3xf32>, %w: tensor<4x2x1x1xf32>, %s: tensor<6xf32>, %t: tensor<6xf32>) -> (tensor<1x6x3xf32>, tensor<1x6x3xf32>) {
  %zy = arith.constant dense<0.0> : tensor<1x4x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<4x2x1x1xf32>) outs(%zy : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  %u = tensor.collapse_shape %y [[0], [1, 2], [3]] : tensor<1x4x3x3xf32> into tensor<1x12x3xf32>
  %p = tensor.extract_slice %u[0, 0, 0] [1, 6, 3] [1, 1, 1] : tensor<1x12x3xf32> to tensor<1x6x3xf32>
  %q = tensor.extract_slice %u[0, 6, 0] [1, 6, 3] [1, 1, 1] : tensor<1x12x3xf32> to tensor<1x6x3xf32>
  %eb = tensor.empty() : tensor<1x6x3xf32>
  %b = linalg.broadcast ins(%s : tensor<6xf32>) outs(%eb : tensor<1x6x3xf32>) dimensions = [0, 2]
  %ed = tensor.empty() : tensor<1x6x3xf32>
  %d = linalg.broadcast ins(%t : tensor<6xf32>) outs(%ed : tensor<1x6x3xf32>) dimensions = [0, 2]
  // expected-remark @+1 {{[Missed] ambiguous-channel}}
  %r = arith.mulf %p, %b : tensor<1x6x3xf32>
  %h = arith.mulf %q, %d : tensor<1x6x3xf32>
  return %r, %h : tensor<1x6x3xf32>, tensor<1x6x3xf32>
}

// ChainSplits.cpp: inPieces
// CHECK-LABEL: func @inserted_as_source(
func.func @inserted_as_source(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw  ins(%p1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %d = tensor.empty() : tensor<1x4x3x3xf32>
  %j0 = tensor.insert_slice %y0 into %d[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x4x3x3xf32>
  %r = tensor.insert_slice %y1 into %j0[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x4x3x3xf32>
  %o = tensor.empty() : tensor<1x8x3x3xf32>
  %r8 = tensor.insert_slice %r into %o[0, 0, 0, 0] [1, 4, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> into tensor<1x8x3x3xf32>
  %e = tensor.empty() : tensor<1x4x3x3xf32>
  %r9 = tensor.extract_slice %r8[0, 0, 0, 0] [1, 4, 3, 3] [1, 1, 1, 1] : tensor<1x8x3x3xf32> to tensor<1x4x3x3xf32>
  %rX = arith.addf %r9, %r9 : tensor<1x4x3x3xf32>
  // expected-remark @+1 {{[Missed] multiple-uses}}
  return %r : tensor<1x4x3x3xf32>
}

// ChainSplits.cpp: form.hasUnderlay
// CHECK-LABEL: func @split_of_underlaid(
func.func @split_of_underlaid(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %t: tensor<2xf32>, %o: tensor<1x4x3x3xf32>) -> (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %u = tensor.insert_slice %y into %o[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x4x3x3xf32>
  %p = tensor.extract_slice %u[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %q = tensor.extract_slice %u[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] ambiguous-channel}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  %eh = tensor.empty() : tensor<1x2x3x3xf32>
  %h = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q, %t : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%eh : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r, %h : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>
}

// ChainSplits.cpp: (components[findComponent(form.component)].hasPseudoRoot && !getCrossed(form))
// CHECK-LABEL: func @split_behind_tanh(
func.func @split_behind_tanh(%x: tensor<1x2x3x3xf32>, %w: tensor<4x2x1x1xf32>, %s: tensor<2xf32>, %t: tensor<2xf32>) -> (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) {
  %zy = arith.constant dense<0.0> : tensor<1x4x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<4x2x1x1xf32>) outs(%zy : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  %eu = tensor.empty() : tensor<1x4x3x3xf32>
  %u = linalg.tanh ins(%y : tensor<1x4x3x3xf32>) outs(%eu : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  %p = tensor.extract_slice %u[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %q = tensor.extract_slice %u[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  %eh = tensor.empty() : tensor<1x2x3x3xf32>
  %h = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q, %t : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%eh : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r, %h : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>
}

// ChainSplits.cpp: type.isDynamicDim(dim)
// CHECK-LABEL: func @part_of_unknown_size(
func.func @part_of_unknown_size(%x: tensor<1x2x3x3xf32>, %w: tensor<4x2x1x1xf32>, %i: tensor<1x4x3x3xf32>, %n: index) -> tensor<1x?x3x3xf32> {
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<4x2x1x1xf32>) outs(%i : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  %p = tensor.extract_slice %y[0, 0, 0, 0] [1, %n, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x?x3x3xf32>
  %k = arith.constant 2.0 : f32
  %e = tensor.empty(%n) : tensor<1x?x3x3xf32>
  %f = linalg.fill ins(%k : f32) outs(%e : tensor<1x?x3x3xf32>) -> tensor<1x?x3x3xf32>
  %r = arith.mulf %p, %f : tensor<1x?x3x3xf32>
  return %r : tensor<1x?x3x3xf32>
}

// ChainSplits.cpp: sourceType.isDynamicDim(dim)
// CHECK-LABEL: func @part_of_unknown(
func.func @part_of_unknown(%x: tensor<1x2x3x3xf32>, %w: tensor<?x2x1x1xf32>, %i: tensor<1x?x3x3xf32>) -> tensor<1x2x3x3xf32> {
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<?x2x1x1xf32>) outs(%i : tensor<1x?x3x3xf32>) -> tensor<1x?x3x3xf32>
  %p = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x?x3x3xf32> to tensor<1x2x3x3xf32>
  %r = arith.addf %p, %p : tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChainSplits.cpp: cut
// CHECK-LABEL: func @part_of_groups_and_channels(
func.func @part_of_groups_and_channels(%x: tensor<1x2x2x3x3xf32>, %w: tensor<2x4x2x1x1xf32>, %k: tensor<1x1x2x3x3xf32>) -> tensor<1x1x2x3x3xf32> {
  %z = arith.constant dense<0.0> : tensor<1x2x4x3x3xf32>
  %y = linalg.conv_2d_ngchw_gfchw ins(%x, %w : tensor<1x2x2x3x3xf32>, tensor<2x4x2x1x1xf32>) outs(%z : tensor<1x2x4x3x3xf32>) -> tensor<1x2x4x3x3xf32>
  %p = tensor.extract_slice %y[0, 0, 0, 0, 0] [1, 1, 2, 3, 3] [1, 1, 1, 1, 1] : tensor<1x2x4x3x3xf32> to tensor<1x1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] ambiguous-channel}}
  %r = arith.mulf %p, %k : tensor<1x1x2x3x3xf32>
  return %r : tensor<1x1x2x3x3xf32>
}

// ChainSplits.cpp: split
// CHECK-LABEL: func @part_and_another(
func.func @part_and_another(%x: tensor<1x2x3x3xf32>, %w: tensor<4x2x1x1xf32>, %w2: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %t: tensor<2xf32>) -> (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) {
  %zy = arith.constant dense<0.0> : tensor<1x4x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<4x2x1x1xf32>) outs(%zy : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  %zy3 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y3 = linalg.conv_2d_nchw_fchw ins(%x, %w2 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy3 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %q = tensor.extract_slice %y[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %a = arith.addf %p, %y3 : tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%a, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  %eh = tensor.empty() : tensor<1x2x3x3xf32>
  %h = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q, %t : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%eh : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r, %h : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>
}

// ForwardParts.cpp: !slice.getType().hasStaticShape()
// CHECK-LABEL: func @split_of_dynamic_concat(
func.func @split_of_dynamic_concat(%x: tensor<?x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %z: tensor<?x2x3x3xf32>, %n: index, %s: tensor<2xf32>) -> (tensor<?x2x3x3xf32>, tensor<?x2x3x3xf32>) {
  %y1 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<?x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<?x2x3x3xf32>) -> tensor<?x2x3x3xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<?x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<?x2x3x3xf32>) -> tensor<?x2x3x3xf32>
  %u = tensor.concat dim(1) %y1, %y2 : (tensor<?x2x3x3xf32>, tensor<?x2x3x3xf32>) -> tensor<?x4x3x3xf32>
  %p = tensor.extract_slice %u[0, 0, 0, 0] [%n, 2, 3, 3] [1, 1, 1, 1] : tensor<?x4x3x3xf32> to tensor<?x2x3x3xf32>
  %q = tensor.extract_slice %u[0, 2, 0, 0] [%n, 2, 3, 3] [1, 1, 1, 1] : tensor<?x4x3x3xf32> to tensor<?x2x3x3xf32>
  %r = arith.addf %p, %p : tensor<?x2x3x3xf32>
  %h = arith.negf %q : tensor<?x2x3x3xf32>
  // expected-remark @+1 {{[Missed] multiple-uses}}
  return %r, %h : tensor<?x2x3x3xf32>, tensor<?x2x3x3xf32>
}

// ForwardParts.cpp: !slice.hasUnitStride()
// CHECK-LABEL: func @strided_slices_of_concat(
func.func @strided_slices_of_concat(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>) -> (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) {
  %zy1 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy1 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %zy2 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy2 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %u = tensor.concat dim(1) %y1, %y2 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  %p = tensor.extract_slice %u[0, 0, 0, 0] [1, 2, 3, 3] [3, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %q = tensor.extract_slice %u[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] multiple-uses}}
  %r = arith.addf %p, %p : tensor<1x2x3x3xf32>
  %h = arith.negf %q : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] multiple-uses}}
  return %r, %h : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>
}
