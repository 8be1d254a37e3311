// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Folding again changes nothing.
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse | diff %t.mlir -

// Between a step in front of a convolution and the convolution: slices of the image,
// and casts of its type. The filter is [3, 5], the step's vector [2, 4].

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#id5 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#channel5 = affine_map<(d0, d1, d2, d3, d4) -> (d2)>

// CHECK-LABEL: func @scale(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x6x6xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[6.000000e+00]], [[2.000000e+01]]]]> : tensor<1x2x1x1xf32>
// CHECK-NOT: linalg.generic
// CHECK: %[[CROPPED:.*]] = tensor.extract_slice %[[X]][0, 0, 1, 2] [1, 2, 4, 4] [1, 1, 1, 1]
// CHECK: linalg.conv_2d_nchw_fchw ins(%[[CROPPED]],
func.func @scale(%x: tensor<1x2x6x6xf32>) -> tensor<1x1x4x4xf32> {
  %f = arith.constant dense<[[[[3.0]], [[5.0]]]]> : tensor<1x2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %i = arith.constant dense<0.0> : tensor<1x1x4x4xf32>
  %e = tensor.empty() : tensor<1x2x6x6xf32>
  %m = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x2x6x6xf32>, tensor<2xf32>) outs(%e : tensor<1x2x6x6xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %t = arith.mulf %a, %p : f32
    linalg.yield %t : f32
  } -> tensor<1x2x6x6xf32>
  %c = tensor.extract_slice %m[0, 0, 1, 2] [1, 2, 4, 4] [1, 1, 1, 1] : tensor<1x2x6x6xf32> to tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) outs(%i : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}

// 3*2 + 5*4 = 26.
// CHECK-LABEL: func @shift(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x6x6xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[3.000000e+00]], [[5.000000e+00]]]]> : tensor<1x2x1x1xf32>
// CHECK-DAG: arith.constant {{(dense<)?}}2.600000e+01
// CHECK-NOT: linalg.generic
// CHECK: %[[CROPPED:.*]] = tensor.extract_slice %[[X]]
// CHECK: linalg.conv_2d_nchw_fchw ins(%[[CROPPED]],
func.func @shift(%x: tensor<1x2x6x6xf32>) -> tensor<1x1x4x4xf32> {
  %f = arith.constant dense<[[[[3.0]], [[5.0]]]]> : tensor<1x2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %i = arith.constant dense<0.0> : tensor<1x1x4x4xf32>
  %e = tensor.empty() : tensor<1x2x6x6xf32>
  %m = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x2x6x6xf32>, tensor<2xf32>) outs(%e : tensor<1x2x6x6xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %t = arith.addf %a, %p : f32
    linalg.yield %t : f32
  } -> tensor<1x2x6x6xf32>
  %c = tensor.extract_slice %m[0, 0, 1, 2] [1, 2, 4, 4] [1, 1, 1, 1] : tensor<1x2x6x6xf32> to tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) outs(%i : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}

// Every other column from a row on that is known at run time only, of one image of
// one of several stacks.
// CHECK-LABEL: func @anywhere(
// CHECK-SAME: %[[X:[^:]*]]: tensor<3x4x2x9x9xf32>, %[[AT:[^:]*]]: index
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[6.000000e+00]], [[2.000000e+01]]]]> : tensor<1x2x1x1xf32>
// CHECK-NOT: linalg.generic
// CHECK: %[[CROPPED:.*]] = tensor.extract_slice %[[X]][1, %[[AT]], 0, %[[AT]], 0] [1, 1, 2, 4, 4] [1, 1, 1, 1, 2]
// CHECK: linalg.conv_2d_nchw_fchw ins(%[[CROPPED]],
func.func @anywhere(%x: tensor<3x4x2x9x9xf32>, %at: index) -> tensor<1x1x4x4xf32> {
  %f = arith.constant dense<[[[[3.0]], [[5.0]]]]> : tensor<1x2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %i = arith.constant dense<0.0> : tensor<1x1x4x4xf32>
  %e = tensor.empty() : tensor<3x4x2x9x9xf32>
  %m = linalg.generic {indexing_maps = [#id5, #channel5, #id5], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<3x4x2x9x9xf32>, tensor<2xf32>) outs(%e : tensor<3x4x2x9x9xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %t = arith.mulf %a, %p : f32
    linalg.yield %t : f32
  } -> tensor<3x4x2x9x9xf32>
  %c = tensor.extract_slice %m[1, %at, 0, %at, 0] [1, 1, 2, 4, 4] [1, 1, 1, 1, 2] : tensor<3x4x2x9x9xf32> to tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) outs(%i : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}

// A crop of what zeros are around: the scale passes both.
// CHECK-LABEL: func @scale_through_padding(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x4x4xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[6.000000e+00]], [[2.000000e+01]]]]> : tensor<1x2x1x1xf32>
// CHECK-NOT: linalg.generic
// CHECK: %[[PADDED:.*]] = tensor.pad %[[X]]
// CHECK: %[[CROPPED:.*]] = tensor.extract_slice %[[PADDED]]
// CHECK: linalg.conv_2d_nchw_fchw ins(%[[CROPPED]],
func.func @scale_through_padding(%x: tensor<1x2x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %f = arith.constant dense<[[[[3.0]], [[5.0]]]]> : tensor<1x2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %i = arith.constant dense<0.0> : tensor<1x1x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x4x4xf32>
  %m = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x2x4x4xf32>, tensor<2xf32>) outs(%e : tensor<1x2x4x4xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %t = arith.mulf %a, %p : f32
    linalg.yield %t : f32
  } -> tensor<1x2x4x4xf32>
  %p = tensor.pad %m low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%h: index, %j: index, %l: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<1x2x4x4xf32> to tensor<1x2x6x6xf32>
  %c = tensor.extract_slice %p[0, 0, 2, 2] [1, 2, 4, 4] [1, 1, 1, 1] : tensor<1x2x6x6xf32> to tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) outs(%i : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}

// CHECK-LABEL: func @cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x2x?x?xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[6.000000e+00]], [[2.000000e+01]]]]> : tensor<1x2x1x1xf32>
// CHECK-NOT: linalg.generic
// CHECK: %[[CAST:.*]] = tensor.cast %[[X]]
// CHECK: linalg.conv_2d_nchw_fchw ins(%[[CAST]],
func.func @cast(%x: tensor<?x2x?x?xf32>, %e: tensor<?x2x?x?xf32>) -> tensor<1x1x4x4xf32> {
  %f = arith.constant dense<[[[[3.0]], [[5.0]]]]> : tensor<1x2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %i = arith.constant dense<0.0> : tensor<1x1x4x4xf32>
  %m = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<?x2x?x?xf32>, tensor<2xf32>) outs(%e : tensor<?x2x?x?xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %t = arith.mulf %a, %p : f32
    linalg.yield %t : f32
  } -> tensor<?x2x?x?xf32>
  %c = tensor.cast %m : tensor<?x2x?x?xf32> to tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) outs(%i : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}
