// RUN: convoy-opt %s --convoy-form-conv --convoy-absorb-parameters --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// JoinedParts.cpp: !slice
// CHECK-LABEL: func @slice_and_other(
func.func @slice_and_other(%x: tensor<1x4x3x3xf32>, %q: tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%q, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// JoinedParts.cpp: slice.getSource() != first.getSource()
// CHECK-LABEL: func @two_sources(
func.func @two_sources(%x: tensor<1x4x3x3xf32>, %q: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %q[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%p1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// JoinedParts.cpp: slice.getMixedSizes() != first.getMixedSizes()
// CHECK-LABEL: func @dynamic_sizes_differ(
func.func @dynamic_sizes_differ(%x: tensor<?x4x3x3xf32>, %n: index, %m: index) -> tensor<?x4x3x3xf32> {
  %w0 = arith.constant dense<2.0> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<3.0> : tensor<2x2x1x1xf32>
  %c0 = arith.constant 0.0 : f32
  %e = tensor.empty(%n) : tensor<?x2x3x3xf32>
  %z = linalg.fill ins(%c0 : f32) outs(%e : tensor<?x2x3x3xf32>) -> tensor<?x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [%n, 2, 3, 3] [1, 1, 1, 1] : tensor<?x4x3x3xf32> to tensor<?x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [%m, 2, 3, 3] [1, 1, 1, 1] : tensor<?x4x3x3xf32> to tensor<?x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw ins(%p0, %w0 : tensor<?x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<?x2x3x3xf32>) -> tensor<?x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw ins(%p1, %w1 : tensor<?x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<?x2x3x3xf32>) -> tensor<?x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<?x2x3x3xf32>, tensor<?x2x3x3xf32>) -> tensor<?x4x3x3xf32>
  return %r : tensor<?x4x3x3xf32>
}

// JoinedParts.cpp: found
// CHECK-LABEL: func @generic_diag_const(
func.func @generic_diag_const(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %d0 = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %d1 = arith.constant dense<[[5.0, 6.0], [7.0, 8.0]]> : tensor<2x2xf32>
  %v0 = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %v1 = arith.constant dense<[4.0, 5.0, 6.0]> : tensor<3xf32>
  %u0 = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %u1 = arith.constant dense<[4.0, 5.0]> : tensor<2xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %ge0 = tensor.empty() : tensor<1x2x3x3xf32>
  %g0 = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d1, d1)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p0, %d0 : tensor<1x2x3x3xf32>, tensor<2x2xf32>) outs(%ge0 : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%g0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %ge1 = tensor.empty() : tensor<1x2x3x3xf32>
  %g1 = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d1, d1)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p1, %d1 : tensor<1x2x3x3xf32>, tensor<2x2xf32>) outs(%ge1 : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%g1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// JoinedParts.cpp: !isa<AffineDimExpr>(expr)
// CHECK-LABEL: func @generic_moved_const(
func.func @generic_moved_const(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %d0 = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %d1 = arith.constant dense<[[5.0, 6.0], [7.0, 8.0]]> : tensor<2x2xf32>
  %v0 = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %v1 = arith.constant dense<[4.0, 5.0, 6.0]> : tensor<3xf32>
  %u0 = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %u1 = arith.constant dense<[4.0, 5.0]> : tensor<2xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %ge0 = tensor.empty() : tensor<1x2x3x3xf32>
  %g0 = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d1 + 1)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p0, %v0 : tensor<1x2x3x3xf32>, tensor<3xf32>) outs(%ge0 : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%g0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %ge1 = tensor.empty() : tensor<1x2x3x3xf32>
  %g1 = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d1 + 1)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p1, %v1 : tensor<1x2x3x3xf32>, tensor<3xf32>) outs(%ge1 : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%g1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// JoinedParts.cpp: !op.getBlock()->getOps<linalg::IndexOp>().empty()
// CHECK-LABEL: func @generic_index(
func.func @generic_index(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %ge0 = tensor.empty() : tensor<1x2x3x3xf32>
  %g0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p0 : tensor<1x2x3x3xf32>) outs(%ge0 : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 1 : index
    %n = arith.index_cast %i : index to i32
    %f = arith.sitofp %n : i32 to f32
    %m = arith.mulf %a, %f : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%g0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %ge1 = tensor.empty() : tensor<1x2x3x3xf32>
  %g1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p1 : tensor<1x2x3x3xf32>) outs(%ge1 : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 1 : index
    %n = arith.index_cast %i : index to i32
    %f = arith.sitofp %n : i32 to f32
    %m = arith.mulf %a, %f : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%g1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// JoinedParts.cpp: !map.isPermutation()
// CHECK-LABEL: func @generic_strided_result(
func.func @generic_strided_result(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %ge0 = tensor.empty() : tensor<1x2x3x3xf32>
  %g0 = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d0 * 2, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p0 : tensor<1x2x3x3xf32>) outs(%ge0 : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.negf %a : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%g0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %ge1 = tensor.empty() : tensor<1x2x3x3xf32>
  %g1 = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d0 * 2, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p1 : tensor<1x2x3x3xf32>) outs(%ge1 : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.negf %a : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%g1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// JoinedParts.cpp: !isConvolutionLike(op)
// CHECK-LABEL: func @generic_maximum(
// CHECK: %{{[^ ]+}} = arith.constant dense<2.000000e+00> : tensor<2x2x3xf32>
// CHECK-NEXT: %{{[^ ]+}} = arith.constant dense<3.000000e+00> : tensor<2x2x3xf32>
// CHECK-NEXT: %{{[^ ]+}} = arith.constant dense<0.000000e+00> : tensor<1x2x7xf32>
// CHECK-NEXT: %{{[^ ]+}} = tensor.extract_slice %{{[^ ]+}}[0, 0, 0] [1, 2, 9] [1, 1, 1] : tensor<1x4x9xf32> to tensor<1x2x9xf32>
// CHECK-NEXT: %{{[^ ]+}} = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d3, d2 + d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d1, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x2x9xf32>, tensor<2x2x3xf32>) outs(%{{[^ ]+}} : tensor<1x2x7xf32>) {
// CHECK-NEXT: ^bb0(%{{[^ ]+}} f32, %{{[^ ]+}} f32, %{{[^ ]+}} f32):
// CHECK-NEXT: %{{[^ ]+}} = arith.mulf %{{[^ ]+}}, %{{[^ ]+}} : f32
// CHECK-NEXT: %{{[^ ]+}} = arith.maximumf %{{[^ ]+}}, %{{[^ ]+}} : f32
// CHECK-NEXT: linalg.yield %{{[^ ]+}} : f32
// CHECK-NEXT: } -> tensor<1x2x7xf32>
// CHECK-NEXT: %{{[^ ]+}} = tensor.extract_slice %{{[^ ]+}}[0, 2, 0] [1, 2, 9] [1, 1, 1] : tensor<1x4x9xf32> to tensor<1x2x9xf32>
// CHECK-NEXT: %{{[^ ]+}} = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d3, d2 + d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d1, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x2x9xf32>, tensor<2x2x3xf32>) outs(%{{[^ ]+}} : tensor<1x2x7xf32>) {
// CHECK-NEXT: ^bb0(%{{[^ ]+}} f32, %{{[^ ]+}} f32, %{{[^ ]+}} f32):
// CHECK-NEXT: %{{[^ ]+}} = arith.mulf %{{[^ ]+}}, %{{[^ ]+}} : f32
// CHECK-NEXT: %{{[^ ]+}} = arith.maximumf %{{[^ ]+}}, %{{[^ ]+}} : f32
// CHECK-NEXT: linalg.yield %{{[^ ]+}} : f32
// CHECK-NEXT: } -> tensor<1x2x7xf32>
// CHECK-NEXT: %{{[^ ]+}} = tensor.concat dim(1) %{{[^ ]+}}, %{{[^ ]+}} : (tensor<1x2x7xf32>, tensor<1x2x7xf32>) -> tensor<1x4x7xf32>
// CHECK-NEXT: return %{{[^ ]+}} : tensor<1x4x7xf32>
func.func @generic_maximum(%x: tensor<1x4x9xf32>) -> tensor<1x4x7xf32> {
  %w0 = arith.constant dense<2.0> : tensor<2x2x3xf32>
  %w1 = arith.constant dense<3.0> : tensor<2x2x3xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x7xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0] [1, 2, 9] [1, 1, 1] : tensor<1x4x9xf32> to tensor<1x2x9xf32>
  %y0 = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, k) -> (n, c, w + k)>, affine_map<(n, f, w, c, k) -> (f, c, k)>, affine_map<(n, f, w, c, k) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%p0, %w0 : tensor<1x2x9xf32>, tensor<2x2x3xf32>) outs(%z : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.maximumf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x2x7xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0] [1, 2, 9] [1, 1, 1] : tensor<1x4x9xf32> to tensor<1x2x9xf32>
  %y1 = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, k) -> (n, c, w + k)>, affine_map<(n, f, w, c, k) -> (f, c, k)>, affine_map<(n, f, w, c, k) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%p1, %w1 : tensor<1x2x9xf32>, tensor<2x2x3xf32>) outs(%z : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.maximumf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x2x7xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x7xf32>, tensor<1x2x7xf32>) -> tensor<1x4x7xf32>
  return %r : tensor<1x4x7xf32>
}

// JoinedParts.cpp: !info->dims.depth.empty()
// CHECK-LABEL: func @grouped2(
func.func @grouped2(%x: tensor<1x2x4x3x3xf32>) -> tensor<1x2x4x3x3xf32> {
  %w0 = arith.constant dense<2.0> : tensor<2x2x2x1x1xf32>
  %w1 = arith.constant dense<3.0> : tensor<2x2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0, 0] [1, 2, 2, 3, 3] [1, 1, 1, 1, 1] : tensor<1x2x4x3x3xf32> to tensor<1x2x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_ngchw_gfchw ins(%p0, %w0 : tensor<1x2x2x3x3xf32>, tensor<2x2x2x1x1xf32>) outs(%z : tensor<1x2x2x3x3xf32>) -> tensor<1x2x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 0, 2, 0, 0] [1, 2, 2, 3, 3] [1, 1, 1, 1, 1] : tensor<1x2x4x3x3xf32> to tensor<1x2x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_ngchw_gfchw ins(%p1, %w1 : tensor<1x2x2x3x3xf32>, tensor<2x2x2x1x1xf32>) outs(%z : tensor<1x2x2x3x3xf32>) -> tensor<1x2x2x3x3xf32>
  %r = tensor.concat dim(2) %y0, %y1 : (tensor<1x2x2x3x3xf32>, tensor<1x2x2x3x3xf32>) -> tensor<1x2x4x3x3xf32>
  return %r : tensor<1x2x4x3x3xf32>
}

// JoinedParts.cpp: info->dims.inputChannel.size() != 1
// CHECK-LABEL: func @two_inputs(
func.func @two_inputs(%x: tensor<1x4x2x9xf32>) -> tensor<1x4x7xf32> {
  %w0 = arith.constant dense<2.0> : tensor<2x2x2x3xf32>
  %w1 = arith.constant dense<3.0> : tensor<2x2x2x3xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x7xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 2, 9] [1, 1, 1, 1] : tensor<1x4x2x9xf32> to tensor<1x2x2x9xf32>
  // expected-remark @+1 {{[Missed] form-conv}}
  %y0 = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, d, k) -> (n, c, d, w + k)>, affine_map<(n, f, w, c, d, k) -> (f, c, d, k)>, affine_map<(n, f, w, c, d, k) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%p0, %w0 : tensor<1x2x2x9xf32>, tensor<2x2x2x3xf32>) outs(%z : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x2x7xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 2, 9] [1, 1, 1, 1] : tensor<1x4x2x9xf32> to tensor<1x2x2x9xf32>
  // expected-remark @+1 {{[Missed] form-conv}}
  %y1 = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, d, k) -> (n, c, d, w + k)>, affine_map<(n, f, w, c, d, k) -> (f, c, d, k)>, affine_map<(n, f, w, c, d, k) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%p1, %w1 : tensor<1x2x2x9xf32>, tensor<2x2x2x3xf32>) outs(%z : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x2x7xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x7xf32>, tensor<1x2x7xf32>) -> tensor<1x4x7xf32>
  return %r : tensor<1x4x7xf32>
}

// JoinedParts.cpp: info->dims.outputChannel.size() != 1
// CHECK-LABEL: func @two_outputs(
func.func @two_outputs(%x: tensor<1x4x9xf32>) -> tensor<1x4x2x7xf32> {
  %w0 = arith.constant dense<2.0> : tensor<2x2x2x3xf32>
  %w1 = arith.constant dense<3.0> : tensor<2x2x2x3xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x2x7xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0] [1, 2, 9] [1, 1, 1] : tensor<1x4x9xf32> to tensor<1x2x9xf32>
  // expected-remark @+1 {{[Missed] form-conv}}
  %y0 = linalg.generic {indexing_maps = [affine_map<(n, f, g, w, c, k) -> (n, c, w + k)>, affine_map<(n, f, g, w, c, k) -> (f, g, c, k)>, affine_map<(n, f, g, w, c, k) -> (n, f, g, w)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%p0, %w0 : tensor<1x2x9xf32>, tensor<2x2x2x3xf32>) outs(%z : tensor<1x2x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x2x2x7xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0] [1, 2, 9] [1, 1, 1] : tensor<1x4x9xf32> to tensor<1x2x9xf32>
  // expected-remark @+1 {{[Missed] form-conv}}
  %y1 = linalg.generic {indexing_maps = [affine_map<(n, f, g, w, c, k) -> (n, c, w + k)>, affine_map<(n, f, g, w, c, k) -> (f, g, c, k)>, affine_map<(n, f, g, w, c, k) -> (n, f, g, w)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%p1, %w1 : tensor<1x2x9xf32>, tensor<2x2x2x3xf32>) outs(%z : tensor<1x2x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x2x2x7xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x2x7xf32>, tensor<1x2x2x7xf32>) -> tensor<1x4x2x7xf32>
  return %r : tensor<1x4x2x7xf32>
}

// JoinedParts.cpp: !joinOperand(node, 2, parts.dim)
// CHECK-LABEL: func @dynamic_batch(
func.func @dynamic_batch(%x: tensor<?x4x3x3xf32>, %n: index, %z0: tensor<?x2x3x3xf32>) -> tensor<?x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [%n, 2, 3, 3] [1, 1, 1, 1] : tensor<?x4x3x3xf32> to tensor<?x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %w0 : tensor<?x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z0 : tensor<?x2x3x3xf32>) -> tensor<?x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [%n, 2, 3, 3] [1, 1, 1, 1] : tensor<?x4x3x3xf32> to tensor<?x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%p1, %w1 : tensor<?x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z0 : tensor<?x2x3x3xf32>) -> tensor<?x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<?x2x3x3xf32>, tensor<?x2x3x3xf32>) -> tensor<?x4x3x3xf32>
  return %r : tensor<?x4x3x3xf32>
}

// JoinedParts.cpp: !nodes[*result].dependsOnConvolution
// CHECK-LABEL: func @no_convolution(
// CHECK: %{{[^ ]+}} = tensor.concat dim(1) %{{[^ ]+}}, %{{[^ ]+}} : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
func.func @no_convolution(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%p1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %p0, %p1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// JoinedParts.cpp: op.getNumParallelLoops() != op.getNumLoops()
// CHECK-LABEL: func @generic_reduction_loops(
func.func @generic_reduction_loops(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %ge0 = tensor.empty() : tensor<1x2x3x3xf32>
  %g0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["reduction", "parallel", "parallel", "parallel"]} ins(%p0 : tensor<1x2x3x3xf32>) outs(%ge0 : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.negf %a : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%g0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %ge1 = tensor.empty() : tensor<1x2x3x3xf32>
  %g1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["reduction", "parallel", "parallel", "parallel"]} ins(%p1 : tensor<1x2x3x3xf32>) outs(%ge1 : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.negf %a : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%g1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// JoinedPartsBuilder.cpp: part.isSplat()
// CHECK-LABEL: func @same_data(
// CHECK: %{{[^ ]+}} = arith.constant dense<{{\[\[}}{{\[\[}}1.000000e+00]], {{\[\[}}1.000000e+00]]], {{\[\[\[}}1.000000e+00]], {{\[\[}}2.000000e+00]]], {{\[\[\[}}1.000000e+00]], {{\[\[}}1.000000e+00]]], {{\[\[\[}}1.000000e+00]], {{\[\[}}2.000000e+00]]]]> : tensor<4x2x1x1xf32>
func.func @same_data(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %f0 = arith.constant dense<[[[[1.0]],[[1.0]]],[[[1.0]],[[2.0]]]]> : tensor<2x2x1x1xf32>
  %f1 = arith.constant dense<[[[[1.0]],[[1.0]]],[[[1.0]],[[2.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %f0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw  ins(%p1, %f1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}
