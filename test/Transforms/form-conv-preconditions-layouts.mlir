// RUN: convoy-opt %s --convoy-form-conv --convoy-absorb-parameters --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// FormConvMovement.cpp: !letter
// CHECK-LABEL: func @filter_expanded(
func.func @filter_expanded(%x: tensor<1x2x3x3xf32>, %w0: tensor<2x2xf32>) -> tensor<1x2x3x3xf32> {
  %w = tensor.expand_shape %w0 [[0], [1, 2, 3]] output_shape [2, 2, 1, 1] : tensor<2x2xf32> into tensor<2x2x1x1xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// FormConvMovement.cpp: !movement
// CHECK-LABEL: func @copied_input_diagonal(
func.func @copied_input_diagonal(%x: tensor<1x3x3x3xf32>, %w: tensor<3x3x1x1xf32>) -> tensor<1x3x3x3xf32> {
  %e = tensor.empty() : tensor<1x3x3x3xf32>
  %v = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d2)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<1x3x3x3xf32>) outs(%e : tensor<1x3x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<1x3x3x3xf32>
  %zy = arith.constant dense<0.0> : tensor<1x3x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%v, %w : tensor<1x3x3x3xf32>, tensor<3x3x1x1xf32>) outs(%zy : tensor<1x3x3x3xf32>) -> tensor<1x3x3x3xf32>
  return %y : tensor<1x3x3x3xf32>
}

// FormConvMovement.cpp: !source
// CHECK-LABEL: func @input_expanded_merged(
func.func @input_expanded_merged(%x: tensor<1x18xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<1x2x3x3xf32> {
  %v = tensor.expand_shape %x [[0], [1, 2, 3]] output_shape [1, 2, 3, 3] : tensor<1x18xf32> into tensor<1x2x3x3xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%v, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// FormConvMovement.cpp: group.size() != 1 && !isSplit
// CHECK-LABEL: func @result_expanded(
func.func @result_expanded(%x: tensor<1x2x3x3xf32>, %w: tensor<4x2x1x1xf32>) -> tensor<1x2x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x4x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<4x2x1x1xf32>) outs(%zy : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  %r = tensor.expand_shape %y [[0], [1, 2], [3], [4]] output_shape [1, 2, 2, 3, 3] : tensor<1x4x3x3xf32> into tensor<1x2x2x3x3xf32>
  %m = arith.negf %r : tensor<1x2x2x3x3xf32>
  return %m : tensor<1x2x2x3x3xf32>
}

// FormConvMovement.cpp: !movement
// CHECK-LABEL: func @copied_diagonal(
func.func @copied_diagonal(%x: tensor<1x2x3x3xf32>, %w: tensor<3x2x1x1xf32>) -> tensor<1x3x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x3x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<3x2x1x1xf32>) outs(%zy : tensor<1x3x3x3xf32>) -> tensor<1x3x3x3xf32>
  %e = tensor.empty() : tensor<1x3x3x3xf32>
  // expected-remark @+1 {{[Missed] form-conv}}
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d2)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x3x3xf32>) outs(%e : tensor<1x3x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<1x3x3x3xf32>
  return %r : tensor<1x3x3x3xf32>
}

// FormConvMovement.cpp: !resultMap.isPermutation()
// CHECK-LABEL: func @vector_copied_strided(
// CHECK: } -> tensor<1x2xf32>
func.func @vector_copied_strided(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<1x2xf32>) -> tensor<1x2x3x3xf32> {
  %es = tensor.empty() : tensor<1x2xf32>
  %v = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0 * 2, d1)>], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<1x2xf32>) outs(%es : tensor<1x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<1x2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d0, d1)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %v : tensor<1x2x3x3xf32>, tensor<1x2xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// FormConvMovement.cpp: !dims
// CHECK-LABEL: func @dynamic_channels_shifted(
func.func @dynamic_channels_shifted(%x: tensor<1x2x9xf32>, %w: tensor<?x2x3xf32>, %i: tensor<1x?x7xf32>, %s: tensor<?xf32>) -> tensor<1x?x7xf32> {
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_1d_ncw_fcw ins(%x, %w : tensor<1x2x9xf32>, tensor<?x2x3xf32>) outs(%i : tensor<1x?x7xf32>) -> tensor<1x?x7xf32>
  // expected-remark @+1 {{[Missed] form-conv}}
  %r = linalg.generic {indexing_maps = [affine_map<(a, b, c) -> (a, b, c)>, affine_map<(a, b, c) -> (b + 1)>, affine_map<(a, b, c) -> (a, b, c)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x?x7xf32>, tensor<?xf32>) outs(%y : tensor<1x?x7xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x?x7xf32>
  return %r : tensor<1x?x7xf32>
}

// FormConvMovement.cpp: data->getType().getNumElements() != 1
// CHECK-LABEL: func @rows_resource(
func.func @rows_resource(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<1x2x3x3xf32> {
  %s = arith.constant dense_resource<rows> : tensor<3xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] form-conv}}
  %r = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1, d2, d3) -> (d2)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<3xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.maximumf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// FormConvPlan.cpp: letters[loop] == 0 && !llvm::is_contained(dims.outputImage, loop) && !llvm::is_contained(dims.filterLoop, loop)
// CHECK-LABEL: func @unusual_loops(
func.func @unusual_loops(%x: tensor<2x3x3x4xf32>, %w: tensor<6x1x1x4xf32>, %i: tensor<2x2x6x3xf32>) -> tensor<2x2x6x3xf32> {
  // expected-remark @+1 {{Remark="linalg.generic stays linalg (not-a-convolution): expected every loop to be of a convolution, found one that is not}}
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d2 + d3, d5, d4 * 2 + d1, d6)>, affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d3, d6)>, affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d4, d2, d0, d5)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "parallel", "parallel", "reduction"]} ins(%x, %w : tensor<2x3x3x4xf32>, tensor<6x1x1x4xf32>) outs(%i : tensor<2x2x6x3xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<2x2x6x3xf32>
  %r = arith.addf %y, %y : tensor<2x2x6x3xf32>
  return %r : tensor<2x2x6x3xf32>
}

// FormConvPlan.cpp: letter == 0
// CHECK-LABEL: func @constant_row(
func.func @constant_row(%x: tensor<1x2x4x9xf32>, %w: tensor<2x2x3xf32>, %i: tensor<1x2x7xf32>) -> tensor<1x2x7xf32> {
  // expected-remark @+1 {{[Missed] form-conv}}
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, w, c, k) -> (n, c, 0, w + k)>, affine_map<(n, f, w, c, k) -> (f, c, k)>, affine_map<(n, f, w, c, k) -> (n, f, w)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<1x2x4x9xf32>, tensor<2x2x3xf32>) outs(%i : tensor<1x2x7xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x2x7xf32>
  %r = arith.addf %y, %y : tensor<1x2x7xf32>
  return %r : tensor<1x2x7xf32>
}

// FormConvPlan.cpp: !most
// CHECK-LABEL: func @dilated_beyond(
func.func @dilated_beyond(%x: tensor<?x1x5x2xf32>, %w: tensor<3x1x3x2xf32>, %i: tensor<?x3x2x1xf32>) -> tensor<?x3x2x1xf32> {
  // expected-remark @+1 {{[Missed] form-conv}}
  %y = linalg.conv_2d_nchw_fchw {dilations = dense<[9223372036854775807, 1]> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>} ins(%x, %w : tensor<?x1x5x2xf32>, tensor<3x1x3x2xf32>) outs(%i : tensor<?x3x2x1xf32>) -> tensor<?x3x2x1xf32>
  return %y : tensor<?x3x2x1xf32>
}

// FormConvPlan.cpp: *most < output
// CHECK-LABEL: func @filter_beyond_image(
func.func @filter_beyond_image(%x: tensor<?x5x4x4xf32>, %w: tensor<5x7x7x4xf32>, %i: tensor<?x4x3x5xf32>) -> tensor<?x4x3x5xf32> {
  // expected-remark @+1 {{[Missed] form-conv}}
  %y = linalg.conv_2d_nhwc_fhwc ins(%x, %w : tensor<?x5x4x4xf32>, tensor<5x7x7x4xf32>) outs(%i : tensor<?x4x3x5xf32>) -> tensor<?x4x3x5xf32>
  return %y : tensor<?x4x3x5xf32>
}

{-#
  dialect_resources: {
    builtin: {
      rows: "0x040000000000803F0000004000004040",
      pair: "0x040000000000803F00000040"
    }
  }
#-}
