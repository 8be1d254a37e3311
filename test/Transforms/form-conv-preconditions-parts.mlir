// RUN: convoy-opt %s --convoy-form-conv --convoy-absorb-parameters --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// JoinedParts.cpp: first == second
// CHECK-LABEL: func @pads_differ(
func.func @pads_differ(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x4x4xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %k0 = arith.constant 0.0 : f32
  %k00 = arith.constant 0.0 : f32
  %k1 = arith.constant 1.0 : f32
  %z = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %q0 = tensor.pad %p0 low[0, 0, 1, 1] high[0, 0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %k0 : f32
  } : tensor<1x2x3x3xf32> to tensor<1x2x4x4xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%q0, %w0 : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %q1 = tensor.pad %p1 low[0, 0, 1, 1] high[0, 0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %k1 : f32
  } : tensor<1x2x3x3xf32> to tensor<1x2x4x4xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%q1, %w1 : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>) -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// JoinedParts.cpp: a->getAttrDictionary() != b->getAttrDictionary()
// JoinedParts.cpp: areAlike(result.getOwner(), first.getOwner())
// JoinedParts.cpp: !attribute
// CHECK-LABEL: func @attr(
func.func @attr(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw {mine = 1 : i32} ins(%p0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw {mine = 2 : i32} ins(%p1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// JoinedParts.cpp: result.getResultNumber() == first.getResultNumber()
// CHECK-LABEL: func @two_result_generic(
func.func @two_result_generic(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %ge0 = tensor.empty() : tensor<1x2x3x3xf32>
  %g0:2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p0 : tensor<1x2x3x3xf32>) outs(%ge0, %ge0 : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32, %u: f32):
    %m = arith.negf %a : f32
    %q = math.absf %a : f32
    linalg.yield %m, %q : f32, f32
  } -> (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>)
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%g0#0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %ge1 = tensor.empty() : tensor<1x2x3x3xf32>
  %g1:2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p1 : tensor<1x2x3x3xf32>) outs(%ge1, %ge1 : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32, %u: f32):
    %m = arith.negf %a : f32
    %q = math.absf %a : f32
    linalg.yield %m, %q : f32, f32
  } -> (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>)
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%g1#1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// JoinedParts.cpp: depth == kMaxDepth
// CHECK-LABEL: func @deep_63(
func.func @deep_63(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %g0_0 = arith.negf %p0 : tensor<1x2x3x3xf32>
  %g0_1 = arith.negf %g0_0 : tensor<1x2x3x3xf32>
  %g0_2 = arith.negf %g0_1 : tensor<1x2x3x3xf32>
  %g0_3 = arith.negf %g0_2 : tensor<1x2x3x3xf32>
  %g0_4 = arith.negf %g0_3 : tensor<1x2x3x3xf32>
  %g0_5 = arith.negf %g0_4 : tensor<1x2x3x3xf32>
  %g0_6 = arith.negf %g0_5 : tensor<1x2x3x3xf32>
  %g0_7 = arith.negf %g0_6 : tensor<1x2x3x3xf32>
  %g0_8 = arith.negf %g0_7 : tensor<1x2x3x3xf32>
  %g0_9 = arith.negf %g0_8 : tensor<1x2x3x3xf32>
  %g0_10 = arith.negf %g0_9 : tensor<1x2x3x3xf32>
  %g0_11 = arith.negf %g0_10 : tensor<1x2x3x3xf32>
  %g0_12 = arith.negf %g0_11 : tensor<1x2x3x3xf32>
  %g0_13 = arith.negf %g0_12 : tensor<1x2x3x3xf32>
  %g0_14 = arith.negf %g0_13 : tensor<1x2x3x3xf32>
  %g0_15 = arith.negf %g0_14 : tensor<1x2x3x3xf32>
  %g0_16 = arith.negf %g0_15 : tensor<1x2x3x3xf32>
  %g0_17 = arith.negf %g0_16 : tensor<1x2x3x3xf32>
  %g0_18 = arith.negf %g0_17 : tensor<1x2x3x3xf32>
  %g0_19 = arith.negf %g0_18 : tensor<1x2x3x3xf32>
  %g0_20 = arith.negf %g0_19 : tensor<1x2x3x3xf32>
  %g0_21 = arith.negf %g0_20 : tensor<1x2x3x3xf32>
  %g0_22 = arith.negf %g0_21 : tensor<1x2x3x3xf32>
  %g0_23 = arith.negf %g0_22 : tensor<1x2x3x3xf32>
  %g0_24 = arith.negf %g0_23 : tensor<1x2x3x3xf32>
  %g0_25 = arith.negf %g0_24 : tensor<1x2x3x3xf32>
  %g0_26 = arith.negf %g0_25 : tensor<1x2x3x3xf32>
  %g0_27 = arith.negf %g0_26 : tensor<1x2x3x3xf32>
  %g0_28 = arith.negf %g0_27 : tensor<1x2x3x3xf32>
  %g0_29 = arith.negf %g0_28 : tensor<1x2x3x3xf32>
  %g0_30 = arith.negf %g0_29 : tensor<1x2x3x3xf32>
  %g0_31 = arith.negf %g0_30 : tensor<1x2x3x3xf32>
  %g0_32 = arith.negf %g0_31 : tensor<1x2x3x3xf32>
  %g0_33 = arith.negf %g0_32 : tensor<1x2x3x3xf32>
  %g0_34 = arith.negf %g0_33 : tensor<1x2x3x3xf32>
  %g0_35 = arith.negf %g0_34 : tensor<1x2x3x3xf32>
  %g0_36 = arith.negf %g0_35 : tensor<1x2x3x3xf32>
  %g0_37 = arith.negf %g0_36 : tensor<1x2x3x3xf32>
  %g0_38 = arith.negf %g0_37 : tensor<1x2x3x3xf32>
  %g0_39 = arith.negf %g0_38 : tensor<1x2x3x3xf32>
  %g0_40 = arith.negf %g0_39 : tensor<1x2x3x3xf32>
  %g0_41 = arith.negf %g0_40 : tensor<1x2x3x3xf32>
  %g0_42 = arith.negf %g0_41 : tensor<1x2x3x3xf32>
  %g0_43 = arith.negf %g0_42 : tensor<1x2x3x3xf32>
  %g0_44 = arith.negf %g0_43 : tensor<1x2x3x3xf32>
  %g0_45 = arith.negf %g0_44 : tensor<1x2x3x3xf32>
  %g0_46 = arith.negf %g0_45 : tensor<1x2x3x3xf32>
  %g0_47 = arith.negf %g0_46 : tensor<1x2x3x3xf32>
  %g0_48 = arith.negf %g0_47 : tensor<1x2x3x3xf32>
  %g0_49 = arith.negf %g0_48 : tensor<1x2x3x3xf32>
  %g0_50 = arith.negf %g0_49 : tensor<1x2x3x3xf32>
  %g0_51 = arith.negf %g0_50 : tensor<1x2x3x3xf32>
  %g0_52 = arith.negf %g0_51 : tensor<1x2x3x3xf32>
  %g0_53 = arith.negf %g0_52 : tensor<1x2x3x3xf32>
  %g0_54 = arith.negf %g0_53 : tensor<1x2x3x3xf32>
  %g0_55 = arith.negf %g0_54 : tensor<1x2x3x3xf32>
  %g0_56 = arith.negf %g0_55 : tensor<1x2x3x3xf32>
  %g0_57 = arith.negf %g0_56 : tensor<1x2x3x3xf32>
  %g0_58 = arith.negf %g0_57 : tensor<1x2x3x3xf32>
  %g0_59 = arith.negf %g0_58 : tensor<1x2x3x3xf32>
  %g0_60 = arith.negf %g0_59 : tensor<1x2x3x3xf32>
  %g0_61 = arith.negf %g0_60 : tensor<1x2x3x3xf32>
  %g0_62 = arith.negf %g0_61 : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%g0_62, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %g1_0 = arith.negf %p1 : tensor<1x2x3x3xf32>
  %g1_1 = arith.negf %g1_0 : tensor<1x2x3x3xf32>
  %g1_2 = arith.negf %g1_1 : tensor<1x2x3x3xf32>
  %g1_3 = arith.negf %g1_2 : tensor<1x2x3x3xf32>
  %g1_4 = arith.negf %g1_3 : tensor<1x2x3x3xf32>
  %g1_5 = arith.negf %g1_4 : tensor<1x2x3x3xf32>
  %g1_6 = arith.negf %g1_5 : tensor<1x2x3x3xf32>
  %g1_7 = arith.negf %g1_6 : tensor<1x2x3x3xf32>
  %g1_8 = arith.negf %g1_7 : tensor<1x2x3x3xf32>
  %g1_9 = arith.negf %g1_8 : tensor<1x2x3x3xf32>
  %g1_10 = arith.negf %g1_9 : tensor<1x2x3x3xf32>
  %g1_11 = arith.negf %g1_10 : tensor<1x2x3x3xf32>
  %g1_12 = arith.negf %g1_11 : tensor<1x2x3x3xf32>
  %g1_13 = arith.negf %g1_12 : tensor<1x2x3x3xf32>
  %g1_14 = arith.negf %g1_13 : tensor<1x2x3x3xf32>
  %g1_15 = arith.negf %g1_14 : tensor<1x2x3x3xf32>
  %g1_16 = arith.negf %g1_15 : tensor<1x2x3x3xf32>
  %g1_17 = arith.negf %g1_16 : tensor<1x2x3x3xf32>
  %g1_18 = arith.negf %g1_17 : tensor<1x2x3x3xf32>
  %g1_19 = arith.negf %g1_18 : tensor<1x2x3x3xf32>
  %g1_20 = arith.negf %g1_19 : tensor<1x2x3x3xf32>
  %g1_21 = arith.negf %g1_20 : tensor<1x2x3x3xf32>
  %g1_22 = arith.negf %g1_21 : tensor<1x2x3x3xf32>
  %g1_23 = arith.negf %g1_22 : tensor<1x2x3x3xf32>
  %g1_24 = arith.negf %g1_23 : tensor<1x2x3x3xf32>
  %g1_25 = arith.negf %g1_24 : tensor<1x2x3x3xf32>
  %g1_26 = arith.negf %g1_25 : tensor<1x2x3x3xf32>
  %g1_27 = arith.negf %g1_26 : tensor<1x2x3x3xf32>
  %g1_28 = arith.negf %g1_27 : tensor<1x2x3x3xf32>
  %g1_29 = arith.negf %g1_28 : tensor<1x2x3x3xf32>
  %g1_30 = arith.negf %g1_29 : tensor<1x2x3x3xf32>
  %g1_31 = arith.negf %g1_30 : tensor<1x2x3x3xf32>
  %g1_32 = arith.negf %g1_31 : tensor<1x2x3x3xf32>
  %g1_33 = arith.negf %g1_32 : tensor<1x2x3x3xf32>
  %g1_34 = arith.negf %g1_33 : tensor<1x2x3x3xf32>
  %g1_35 = arith.negf %g1_34 : tensor<1x2x3x3xf32>
  %g1_36 = arith.negf %g1_35 : tensor<1x2x3x3xf32>
  %g1_37 = arith.negf %g1_36 : tensor<1x2x3x3xf32>
  %g1_38 = arith.negf %g1_37 : tensor<1x2x3x3xf32>
  %g1_39 = arith.negf %g1_38 : tensor<1x2x3x3xf32>
  %g1_40 = arith.negf %g1_39 : tensor<1x2x3x3xf32>
  %g1_41 = arith.negf %g1_40 : tensor<1x2x3x3xf32>
  %g1_42 = arith.negf %g1_41 : tensor<1x2x3x3xf32>
  %g1_43 = arith.negf %g1_42 : tensor<1x2x3x3xf32>
  %g1_44 = arith.negf %g1_43 : tensor<1x2x3x3xf32>
  %g1_45 = arith.negf %g1_44 : tensor<1x2x3x3xf32>
  %g1_46 = arith.negf %g1_45 : tensor<1x2x3x3xf32>
  %g1_47 = arith.negf %g1_46 : tensor<1x2x3x3xf32>
  %g1_48 = arith.negf %g1_47 : tensor<1x2x3x3xf32>
  %g1_49 = arith.negf %g1_48 : tensor<1x2x3x3xf32>
  %g1_50 = arith.negf %g1_49 : tensor<1x2x3x3xf32>
  %g1_51 = arith.negf %g1_50 : tensor<1x2x3x3xf32>
  %g1_52 = arith.negf %g1_51 : tensor<1x2x3x3xf32>
  %g1_53 = arith.negf %g1_52 : tensor<1x2x3x3xf32>
  %g1_54 = arith.negf %g1_53 : tensor<1x2x3x3xf32>
  %g1_55 = arith.negf %g1_54 : tensor<1x2x3x3xf32>
  %g1_56 = arith.negf %g1_55 : tensor<1x2x3x3xf32>
  %g1_57 = arith.negf %g1_56 : tensor<1x2x3x3xf32>
  %g1_58 = arith.negf %g1_57 : tensor<1x2x3x3xf32>
  %g1_59 = arith.negf %g1_58 : tensor<1x2x3x3xf32>
  %g1_60 = arith.negf %g1_59 : tensor<1x2x3x3xf32>
  %g1_61 = arith.negf %g1_60 : tensor<1x2x3x3xf32>
  %g1_62 = arith.negf %g1_61 : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%g1_62, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// JoinedParts.cpp: first.getSourceType().getRank() != first.getType().getRank()
// CHECK-LABEL: func @slices_trailing(
func.func @slices_trailing(%x: tensor<1x4x3x3x1xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0, 0] [1, 2, 3, 3, 1] [1, 1, 1, 1, 1] : tensor<1x4x3x3x1xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0, 0] [1, 2, 3, 3, 1] [1, 1, 1, 1, 1] : tensor<1x4x3x3x1xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%p1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// JoinedParts.cpp: !slice.hasUnitStride()
// CHECK-LABEL: func @slices_stride(
func.func @slices_stride(%x: tensor<1x8x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 2, 1, 1] : tensor<1x8x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 2, 1, 1] : tensor<1x8x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%p1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// JoinedParts.cpp: offsets != first.getMixedOffsets()
// CHECK-LABEL: func @slices_rows(
func.func @slices_rows(%x: tensor<1x4x4x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x4x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 1, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x4x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%p1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// JoinedParts.cpp: failed(ConstantData::get(attribute, ignored))
// CHECK-LABEL: func @missing_constants(
func.func @missing_constants(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %f0 = arith.constant dense_resource<nothing0> : tensor<2x2x1x1xf32>
  %f1 = arith.constant dense_resource<nothing1> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %f0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%p1, %f1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// JoinedParts.cpp: !areComputedAlike(parts.values)
// CHECK-LABEL: func @pads_amounts(
func.func @pads_amounts(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x4x4xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %k0 = arith.constant 0.0 : f32
  %k00 = arith.constant 0.0 : f32
  %k1 = arith.constant 1.0 : f32
  %z = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %q0 = tensor.pad %p0 low[0, 0, 1, 1] high[0, 0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %k0 : f32
  } : tensor<1x2x3x3xf32> to tensor<1x2x4x4xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%q0, %w0 : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %q1 = tensor.pad %p1 low[0, 0, 0, 1] high[0, 0, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %k0 : f32
  } : tensor<1x2x3x3xf32> to tensor<1x2x4x4xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%q1, %w1 : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>) -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// JoinedParts.cpp: !areComputedAlike(parts.values)
// CHECK-LABEL: func @dilations(
func.func @dilations(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>} ins(%p0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw {dilations = dense<2> : tensor<2xi64>} ins(%p1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// JoinedParts.cpp: concatenation.parts.values.size() < 2
// CHECK-LABEL: func @one(
// CHECK: tensor.concat dim(1)
func.func @one(%x: tensor<1x4x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w0 = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %w1 = arith.constant dense<[[[[2.0]], [[2.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %p0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y0 = linalg.conv_2d_nchw_fchw  ins(%p0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %p1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y1 = linalg.conv_2d_nchw_fchw  ins(%p1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = tensor.concat dim(1) %y0 : (tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}
