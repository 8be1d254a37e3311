// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Folding again changes nothing.
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse | diff %t.mlir -

// Steps in front of a convolution, one number for each input channel. The filter is
// [3, 5], the bias 100.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

// One factor for each input channel.
// CHECK-LABEL: func @scale(
// CHECK-SAME: %[[X:.*]]: tensor<1x2x2x2xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[6.000000e+00]], [[2.000000e+01]]]]> : tensor<1x2x1x1xf32>
// CHECK-DAG: arith.constant {{(dense<)?}}1.000000e+02
// CHECK-NOT: linalg.generic
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @scale(%x: tensor<1x2x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %f = arith.constant dense<[[[[3.0]], [[5.0]]]]> : tensor<1x2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %z = arith.constant 0.0 : f32
  %xe = tensor.empty() : tensor<1x2x2x2xf32>
  %1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%xe : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %b = arith.constant dense<100.0> : tensor<1x1x2x2xf32>
  %r = linalg.conv_2d_nchw_fchw ins(%1, %f : tensor<1x2x2x2xf32>, tensor<1x2x1x1xf32>) outs(%b : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  return %r : tensor<1x1x2x2xf32>
}

// w*(x + t) = w*x + w*t: 3*2 + 5*4 = 26 goes to the bias.
// CHECK-LABEL: func @shift(
// CHECK-SAME: %[[X:.*]]: tensor<1x2x2x2xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[3.000000e+00]], [[5.000000e+00]]]]> : tensor<1x2x1x1xf32>
// CHECK-DAG: arith.constant {{(dense<)?}}1.260000e+02
// CHECK-NOT: linalg.generic
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @shift(%x: tensor<1x2x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %f = arith.constant dense<[[[[3.0]], [[5.0]]]]> : tensor<1x2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %z = arith.constant 0.0 : f32
  %xe = tensor.empty() : tensor<1x2x2x2xf32>
  %1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%xe : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.addf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %b = arith.constant dense<100.0> : tensor<1x1x2x2xf32>
  %r = linalg.conv_2d_nchw_fchw ins(%1, %f : tensor<1x2x2x2xf32>, tensor<1x2x1x1xf32>) outs(%b : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  return %r : tensor<1x1x2x2xf32>
}

// CHECK-LABEL: func @scale_and_shift(
// CHECK-SAME: %[[X:.*]]: tensor<1x2x2x2xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[6.000000e+00]], [[2.000000e+01]]]]> : tensor<1x2x1x1xf32>
// CHECK-DAG: arith.constant {{(dense<)?}}7.400000e+01
// CHECK-NOT: linalg.generic
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @scale_and_shift(%x: tensor<1x2x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %f = arith.constant dense<[[[[3.0]], [[5.0]]]]> : tensor<1x2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %z = arith.constant 0.0 : f32
  %xe = tensor.empty() : tensor<1x2x2x2xf32>
  %1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%xe : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %2 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%xe : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.subf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %b = arith.constant dense<100.0> : tensor<1x1x2x2xf32>
  %r = linalg.conv_2d_nchw_fchw ins(%2, %f : tensor<1x2x2x2xf32>, tensor<1x2x1x1xf32>) outs(%b : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  return %r : tensor<1x1x2x2xf32>
}

// Zero is zero under every factor.
// CHECK-LABEL: func @scale_through_padding(
// CHECK-SAME: %[[X:.*]]: tensor<1x2x2x2xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[6.000000e+00]], [[2.000000e+01]]]]> : tensor<1x2x1x1xf32>
// CHECK-DAG: arith.constant {{(dense<)?}}1.000000e+02
// CHECK-NOT: linalg.generic
// CHECK: tensor.pad %[[X]]
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @scale_through_padding(%x: tensor<1x2x2x2xf32>) -> tensor<1x1x4x4xf32> {
  %f = arith.constant dense<[[[[3.0]], [[5.0]]]]> : tensor<1x2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %z = arith.constant 0.0 : f32
  %xe = tensor.empty() : tensor<1x2x2x2xf32>
  %1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%xe : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %pad = tensor.pad %1 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %z : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x4xf32>
  %b = arith.constant dense<100.0> : tensor<1x1x4x4xf32>
  %r = linalg.conv_2d_nchw_fchw ins(%pad, %f : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) outs(%b : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %r : tensor<1x1x4x4xf32>
}

// Steps on both sides meet in one convolution: 7 * (100 + ...).
// CHECK-LABEL: func @both_sides(
// CHECK-SAME: %[[X:.*]]: tensor<1x2x2x2xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[4.200000e+01]], [[1.400000e+02]]]]> : tensor<1x2x1x1xf32>
// CHECK-DAG: arith.constant {{(dense<)?}}7.000000e+02
// CHECK-NOT: linalg.generic
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @both_sides(%x: tensor<1x2x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %f = arith.constant dense<[[[[3.0]], [[5.0]]]]> : tensor<1x2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %z = arith.constant 0.0 : f32
  %xe = tensor.empty() : tensor<1x2x2x2xf32>
  %1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%xe : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %b = arith.constant dense<100.0> : tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%1, %f : tensor<1x2x2x2xf32>, tensor<1x2x1x1xf32>) outs(%b : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %seven = arith.constant dense<7.0> : tensor<1x1x2x2xf32>
  %r = arith.mulf %y, %seven : tensor<1x1x2x2xf32>
  return %r : tensor<1x1x2x2xf32>
}

// What the convolution adds to is no bias and stays what it is: conv(s*x, W, init) is
// conv(x, s*W, init).
// CHECK-LABEL: func @onto_full_init(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x3x3xf32>, %{{.*}}, %[[I:[^:]*]]: tensor<1x2x3x3xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%[[X]], %{{.*}} outs(%[[I]] :
// CHECK-NEXT: return %[[Y]]
func.func @onto_full_init(%x: tensor<1x2x3x3xf32>, %s: tensor<2xf32>, %i: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]]], [[[5.0]], [[7.0]]]]> : tensor<2x2x1x1xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %x, %b : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%m, %f : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// So does what another convolution has computed.
// CHECK-LABEL: func @onto_convolution(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x3x3xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK: %[[Z:.*]] = linalg.conv_2d_nchw_fchw ins(%[[X]], %{{.*}} outs(%[[Y]] :
// CHECK-NEXT: return %[[Z]]
func.func @onto_convolution(%x: tensor<1x2x3x3xf32>, %s: tensor<2xf32>, %g: tensor<2x2x1x1xf32>) -> tensor<1x2x3x3xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]]], [[[5.0]], [[7.0]]]]> : tensor<2x2x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %x, %b : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %g : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%m, %f : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %z : tensor<1x2x3x3xf32>
}

// An image of one pixel is a vector of channels as well: what the constants are applied to is the
// input, whatever the order of the operands.
// CHECK-LABEL: func.func @one_pixel(
// CHECK-SAME:    %[[X:[^ ]+]]: tensor<1x2x1x1xf32>)
// CHECK-NOT:     arith.addf
// CHECK-NOT:     arith.mulf
// CHECK:         linalg.conv_2d_nchw_fchw ins(%[[X]], %{{[^ ]+}} :
// CHECK-NEXT:    return
func.func @one_pixel(%x: tensor<1x2x1x1xf32>) -> tensor<1x3x1x1xf32> {
  %zero = arith.constant 0.0 : f32
  %two = arith.constant 2.0 : f32
  %w = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]], [[[5.0]], [[6.0]]]]> : tensor<3x2x1x1xf32>
  %e = tensor.empty() : tensor<1x2x1x1xf32>
  %twos = linalg.fill ins(%two : f32) outs(%e : tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  %sum = linalg.map { arith.addf } ins(%twos, %x : tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) outs(%e : tensor<1x2x1x1xf32>)
  %product = linalg.map { arith.mulf } ins(%twos, %sum : tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) outs(%e : tensor<1x2x1x1xf32>)
  %f = tensor.empty() : tensor<1x3x1x1xf32>
  %init = linalg.fill ins(%zero : f32) outs(%f : tensor<1x3x1x1xf32>) -> tensor<1x3x1x1xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%product, %w : tensor<1x2x1x1xf32>, tensor<3x2x1x1xf32>) outs(%init : tensor<1x3x1x1xf32>) -> tensor<1x3x1x1xf32>
  return %y : tensor<1x3x1x1xf32>
}
