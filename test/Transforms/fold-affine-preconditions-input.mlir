// RUN: convoy-opt %s --convoy-fold-affine --mlir-print-local-scope --remark-policy=all --remarks-filter=convoy -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file %t.mlir

// Steps in front of convolutions, and loops of which only some sizes are known.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#image = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d1)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>
#spread = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, 0)>
#half = affine_map<(d0, d1, d2, d3) -> (d1 floordiv 2)>

// Channels of zeros, nobody knows where.
// CHECK-LABEL: func @padded_channels(
// CHECK: arith.mulf
// CHECK: tensor.pad
func.func @padded_channels(%x: tensor<1x1x2x2xf32>, %low: index, %high: index) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]], [[4.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %k = arith.constant dense<[7.0]> : tensor<1xf32>
  %bf = arith.constant dense<7.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x1x2x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %k : tensor<1x1x2x2xf32>, tensor<1xf32>) outs(%e : tensor<1x1x2x2xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %t = arith.mulf %in, %m : f32
    linalg.yield %t : f32
  } -> tensor<1x1x2x2xf32>
  %p = tensor.pad %s low[0, %low, 0, 0] high[0, %high, 0, 0] {
  ^bb0(%b0: index, %b1: index, %b2: index, %b3: index):
    tensor.yield %zero : f32
  } : tensor<1x1x2x2xf32> to tensor<1x2x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>) outs(%bf : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %w : tensor<1x2x2x2xf32>
}

// The rows of what is inserted are not the channels of what it is inserted into.
// CHECK-LABEL: func @inserted_image(
// CHECK: arith.mulf
// CHECK: tensor.insert_slice
func.func @inserted_image(%x: tensor<2x2x2xf32>) -> tensor<2x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]],[[4.0]]], [[[3.0]], [[5.0]]]]> : tensor<2x2x1x1xf32>
  %k = arith.constant dense<[7.0, 11.0]> : tensor<2xf32>
  %bf = arith.constant dense<7.0> : tensor<2x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<2x2x2x2xf32>
  %e = tensor.empty() : tensor<2x2x2xf32>
  %s = linalg.generic {indexing_maps = [#image, #row, #image], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %k : tensor<2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<2x2x2xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %t = arith.mulf %in, %m : f32
    linalg.yield %t : f32
  } -> tensor<2x2x2xf32>
  %p = tensor.insert_slice %s into %zero[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<2x2x2xf32> into tensor<2x2x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<2x2x2x2xf32>, tensor<2x2x1x1xf32>) outs(%bf : tensor<2x2x2x2xf32>) -> tensor<2x2x2x2xf32>
  return %w : tensor<2x2x2x2xf32>
}

// Two channels to a factor: positions that are no sums of loops say nothing about sizes.
// CHECK-LABEL: func @factor_of_two_channels(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NOT: arith.mulf {{.*}} : tensor
// CHECK-NOT: floordiv
// CHECK: return
func.func @factor_of_two_channels(%x: tensor<?x1x2x2xf32>, %i: tensor<?x4x2x2xf32>, %k: tensor<2xf32>) -> tensor<?x4x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]], [[[4.0]]], [[[5.0]]]]> : tensor<4x1x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %e = tensor.empty(%n) : tensor<?x4x2x2xf32>
  %b = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4x2x2xf32>) -> tensor<?x4x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%b : tensor<?x4x2x2xf32>) -> tensor<?x4x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #half, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %k : tensor<?x4x2x2xf32>, tensor<2xf32>) outs(%e : tensor<?x4x2x2xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %t = arith.mulf %in, %m : f32
    linalg.yield %t : f32
  } -> tensor<?x4x2x2xf32>
  return %r : tensor<?x4x2x2xf32>
}

// The number of rows of the result is not known.
// CHECK-LABEL: func @rows_of_unknown_number(
// CHECK: arith.constant dense<-3.000000e+00> : tensor<2x1x3x3xf32>
// CHECK: return
func.func @rows_of_unknown_number(%x: tensor<1x1x4x4xf32>, %n: index) -> tensor<1x2x?x?xf32> {
  %f = arith.constant dense<3.0> : tensor<2x1x3x3xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%n, %n) : tensor<1x2x?x?xf32>
  %b = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x?x?xf32>) -> tensor<1x2x?x?xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x4x4xf32>, tensor<2x1x3x3xf32>) outs(%b : tensor<1x2x?x?xf32>) -> tensor<1x2x?x?xf32>
  %q = arith.negf %w : tensor<1x2x?x?xf32>
  return %q : tensor<1x2x?x?xf32>
}

// Nor is that of the filter here.
// CHECK-LABEL: func @filter_of_unknown_height(
// CHECK: arith.mulf
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NOT: arith.negf {{.*}} : tensor<1x2x2x2xf32>
// CHECK: return
func.func @filter_of_unknown_height(%x: tensor<1x1x4x4xf32>, %f: tensor<2x1x?x3xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x4x4xf32>, tensor<2x1x?x3xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %q = arith.negf %w : tensor<1x2x2x2xf32>
  return %q : tensor<1x2x2x2xf32>
}

// The padding depends on the place.
// CHECK-LABEL: func @padded_with_place(
// CHECK: arith.mulf
// CHECK: tensor.pad
func.func @padded_with_place(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x3x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %k = arith.constant dense<7.0> : tensor<1x1x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x3x2xf32>
  %m = arith.mulf %x, %k : tensor<1x1x2x2xf32>
  %p = tensor.pad %m low[0, 0, 0, 0] high[0, 0, 1, 0] {
  ^bb0(%b0: index, %b1: index, %b2: index, %b3: index):
    %j = arith.index_cast %b3 : index to i32
    %v = arith.sitofp %j : i32 to f32
    tensor.yield %v : f32
  } : tensor<1x1x2x2xf32> to tensor<1x1x3x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x1x3x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x3x2xf32>) -> tensor<1x2x3x2xf32>
  return %y : tensor<1x2x3x2xf32>
}

// The padding is not zero: what stands in front of it does not scale it.
// CHECK-LABEL: func @padded_with_ones(
// CHECK: arith.mulf
// CHECK: tensor.pad
func.func @padded_with_ones(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x3x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %k = arith.constant dense<7.0> : tensor<1x1x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x3x2xf32>
  %one = arith.constant 1.0 : f32
  %m = arith.mulf %x, %k : tensor<1x1x2x2xf32>
  %p = tensor.pad %m low[0, 0, 0, 0] high[0, 0, 1, 0] {
  ^bb0(%b0: index, %b1: index, %b2: index, %b3: index):
    tensor.yield %one : f32
  } : tensor<1x1x2x2xf32> to tensor<1x1x3x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x1x3x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x3x2xf32>) -> tensor<1x2x3x2xf32>
  return %y : tensor<1x2x3x2xf32>
}

// The number that a step multiplies by comes first.
// CHECK-LABEL: func @number_first(
// CHECK: %[[F:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<2x1x1x1xf32>)
// CHECK: linalg.conv_2d_nchw_fchw ins(%arg0, %[[F]] :
func.func @number_first(%x: tensor<1x1x2x2xf32>, %s: f32) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x1x2x2xf32>
  %m = linalg.generic {indexing_maps = [#scalar, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s, %x : f32, tensor<1x1x2x2xf32>) outs(%e : tensor<1x1x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    linalg.yield %t : f32
  } -> tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%m, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// A step that widens would leave another type to the convolution.
// CHECK-LABEL: func @widened_in_front(
// CHECK: arith.extf
// CHECK: linalg.conv_2d_nchw_fchw
func.func @widened_in_front(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x1x2x2xf32>
  %m = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<1x1x2x2xf16>) outs(%e : tensor<1x1x2x2xf32>) {
  ^bb0(%a: f16, %o: f32):
    %w = arith.extf %a : f16 to f32
    %t = arith.addf %w, %w : f32
    linalg.yield %t : f32
  } -> tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%m, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// One element becomes many.
// CHECK-LABEL: func @enlarged_in_front(
// CHECK: arith.addf
// CHECK: linalg.conv_2d_nchw_fchw
func.func @enlarged_in_front(%x: tensor<1x1x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x1x2x2xf32>
  %m = linalg.generic {indexing_maps = [#spread, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<1x1x1x1xf32>) outs(%e : tensor<1x1x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %t = arith.addf %a, %a : f32
    linalg.yield %t : f32
  } -> tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%m, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// What is read is not what the result is made of.
// CHECK-LABEL: func @unread_in_front(
// CHECK: arith.addf
// CHECK: linalg.conv_2d_nchw_fchw
func.func @unread_in_front(%x: tensor<1x1x2x2xf32>, %s: tensor<1xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x1x2x2xf32>
  %m = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x1x2x2xf32>, tensor<1xf32>) outs(%e : tensor<1x1x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %u = arith.mulf %a, %b : f32
    %t = arith.addf %b, %b : f32
    linalg.yield %t : f32
  } -> tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%m, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}
