// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Numbers computed from the position of an element that differ within a channel.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// The row's index.
// CHECK-LABEL: func @row(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf
func.func @row(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x2xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %h = linalg.index 2 : index
    %j = arith.index_cast %h : index to i32
    %s = arith.sitofp %j : i32 to f32
    %m = arith.mulf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// The channel's and the row's.
// CHECK-LABEL: func @channel_and_row(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf
func.func @channel_and_row(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x2xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = linalg.index 1 : index
    %h = linalg.index 2 : index
    %k = arith.addi %c, %h : index
    %j = arith.index_cast %k : index to i32
    %s = arith.sitofp %j : i32 to f32
    %m = arith.mulf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// One number or another, by the column.
// CHECK-LABEL: func @selected_by_column(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf
func.func @selected_by_column(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x2x2xf32>) outs(%e : tensor<1x3x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %w = linalg.index 3 : index
    %one = arith.constant 1 : index
    %isFirst = arith.cmpi ult, %w, %one : index
    %p = arith.constant 4.0 : f32
    %q = arith.constant 8.0 : f32
    %s = arith.select %isFirst, %p, %q : f32
    %m = arith.mulf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}

// Generated row by row.
// CHECK-LABEL: func @generated_rows(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf
func.func @generated_rows(%x: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %v = tensor.generate {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    %j = arith.index_cast %h : index to i32
    %s = arith.sitofp %j : i32 to f32
    tensor.yield %s : f32
  } : tensor<1x3x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %r = arith.mulf %y, %v : tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}
