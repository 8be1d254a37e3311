// RUN: timeout 30 convoy-opt %s --convoy-fold-affine --remark-policy=all --remarks-filter=convoy -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file %t.mlir
// RUN: FileCheck %s --input-file %t.remarks --check-prefix=REMARK
// RUN: timeout 30 convoy-opt %s --convoy-form-conv | FileCheck %s --check-prefix=FORM

// Static sizes that contradict each other, which upstream's verifier looks at only if no
// size is dynamic. Such ops stay as they are.

#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#channel = affine_map<(d0, d1, d2) -> (d1)>
#swapped = affine_map<(d0, d1, d2) -> (d0, d2, d1)>

// Six filters, two channels.
// REMARK: malformed-conv {{.*}}Function=more_filters
// CHECK-LABEL: func @more_filters(
// CHECK: linalg.conv_1d_ncw_fcw
// CHECK: arith.mulf
// FORM-LABEL: func @more_filters(
// FORM: linalg.conv_1d_ncw_fcw
func.func @more_filters(%x: tensor<?x2x3xf32>, %e: tensor<?x2x3xf32>) -> tensor<?x2x3xf32> {
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  %f = arith.constant dense<[[[1.0], [2.0]], [[3.0], [4.0]], [[5.0], [6.0]], [[7.0], [8.0]], [[9.0], [1.0]], [[2.0], [3.0]]]> : tensor<6x2x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<?x2x3xf32>) dimensions = [0, 2]
  %y = linalg.conv_1d_ncw_fcw ins(%x, %f : tensor<?x2x3xf32>, tensor<6x2x1xf32>) outs(%i : tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  %r = arith.mulf %y, %b : tensor<?x2x3xf32>
  return %r : tensor<?x2x3xf32>
}

// A window that leaves the image.
// REMARK: malformed-conv {{.*}}Function=window_outside
// CHECK-LABEL: func @window_outside(
// CHECK: linalg.conv_1d_ncw_fcw
// CHECK: arith.mulf
// FORM-LABEL: func @window_outside(
// FORM: linalg.conv_1d_ncw_fcw
func.func @window_outside(%x: tensor<?x1x3xf32>, %e: tensor<?x2x3xf32>) -> tensor<?x2x3xf32> {
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  %f = arith.constant dense<[[[1.0, 2.0]], [[3.0, 4.0]]]> : tensor<2x1x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<?x2x3xf32>) dimensions = [0, 2]
  %y = linalg.conv_1d_ncw_fcw ins(%x, %f : tensor<?x1x3xf32>, tensor<2x1x2xf32>) outs(%i : tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  %r = arith.mulf %y, %b : tensor<?x2x3xf32>
  return %r : tensor<?x2x3xf32>
}

// A step that swaps two dimensions and keeps the type.
// REMARK: not-per-channel {{.*}}Function=swapped
// CHECK-LABEL: func @swapped(
// CHECK: linalg.conv_1d_ncw_fcw
// CHECK: arith.mulf
// FORM-LABEL: func @swapped(
// FORM: convoy.conv
// FORM: arith.mulf
func.func @swapped(%x: tensor<?x1x3xf32>, %e: tensor<?x2x3xf32>) -> tensor<?x2x3xf32> {
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  %f = arith.constant dense<[[[1.0]], [[3.0]]]> : tensor<2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %y = linalg.conv_1d_ncw_fcw ins(%x, %f : tensor<?x1x3xf32>, tensor<2x1x1xf32>) outs(%i : tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #swapped], iterator_types = ["parallel", "parallel", "parallel"]} ins(%y, %s : tensor<?x2x3xf32>, tensor<2xf32>) outs(%e : tensor<?x2x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x2x3xf32>
  return %r : tensor<?x2x3xf32>
}

// A step with fewer results than there are elements.
// REMARK: not-per-channel {{.*}}Function=fewer_results
// CHECK-LABEL: func @fewer_results(
// CHECK: linalg.conv_1d_ncw_fcw
// CHECK: arith.mulf
// FORM-LABEL: func @fewer_results(
// FORM: convoy.conv
// FORM: arith.mulf
func.func @fewer_results(%x: tensor<?x1x3xf32>, %e: tensor<?x2x3xf32>, %small: tensor<?x2x2xf32>) -> tensor<?x2x2xf32> {
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  %f = arith.constant dense<[[[1.0]], [[3.0]]]> : tensor<2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %y = linalg.conv_1d_ncw_fcw ins(%x, %f : tensor<?x1x3xf32>, tensor<2x1x1xf32>) outs(%i : tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%y, %s : tensor<?x2x3xf32>, tensor<2xf32>) outs(%small : tensor<?x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2xf32>
  return %r : tensor<?x2x2xf32>
}

// The same in front.
// CHECK-LABEL: func @in_front(
// CHECK: arith.mulf
// CHECK: linalg.conv_1d_ncw_fcw
// FORM-LABEL: func @in_front(
// FORM: arith.mulf
// FORM: convoy.conv
func.func @in_front(%x: tensor<?x2x2xf32>, %e: tensor<?x2x3xf32>) -> tensor<?x2x3xf32> {
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  %f = arith.constant dense<[[[1.0], [2.0]], [[3.0], [4.0]]]> : tensor<2x2x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %s : tensor<?x2x2xf32>, tensor<2xf32>) outs(%e : tensor<?x2x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x2x3xf32>
  %y = linalg.conv_1d_ncw_fcw ins(%r, %f : tensor<?x2x3xf32>, tensor<2x2x1xf32>) outs(%i : tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  return %y : tensor<?x2x3xf32>
}
