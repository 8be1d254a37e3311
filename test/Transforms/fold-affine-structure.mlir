// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Folding again changes nothing.
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse | diff %t.mlir -

// Several convolutions, several uses, several regions. Filter [1, 2]; bias [10, 20]
// where there is one.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

// The filter and the bias are shared: one convolution is scaled, the other is not.
// CHECK-LABEL: func @shared_filter(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[F:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00{{.*}}2.000000e+00{{\]\]\]\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[1.000000e+01, 2.000000e+01]> : tensor<2xf32>
// CHECK: %[[I:.*]] = linalg.broadcast ins(%[[B]] :
// CHECK: %[[PLAIN:.*]] = linalg.conv_2d_nchw_fchw ins(%{{.*}}, %[[F]] : {{.*}} outs(%[[I]] :
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]], %[[PLAIN]]
func.func @shared_filter(%x: tensor<1x1x2x2xf32>, %x2: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %plain = linalg.conv_2d_nchw_fchw ins(%x2, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r, %plain : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// One filter, two different scales.
// CHECK-LABEL: func @shared_filter_scaled_twice(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[3.000000e+00]]], [[[1.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NOT: linalg.generic
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return
func.func @shared_filter_scaled_twice(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %t = arith.constant dense<[3.0, 5.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y2, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r, %q : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// s*(A + B) = s*A + s*B: both convolutions take the scale, one takes the shift.
// CHECK-LABEL: func @sum_of_convolutions(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[6.000000e+00]]], [[[1.600000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK: %[[A:.*]] = linalg.conv_2d_nchw_fchw
// CHECK: %[[B:.*]] = linalg.conv_2d_nchw_fchw
// CHECK: %[[SUM:.*]] = linalg.add ins(%[[A]], %[[B]] :
// CHECK-NEXT: return %[[SUM]]
func.func @sum_of_convolutions(%x: tensor<1x1x2x2xf32>, %x2: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %g = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x2, %g : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %sum = arith.addf %y, %y2 : tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%sum, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A - B: the sign goes into the second filter.
// CHECK-LABEL: func @difference_of_convolutions(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[1.000000e+00]]], [[[2.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[-3.000000e+00]]], [[[-4.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK: %[[SUM:.*]] = linalg.add
// CHECK-NEXT: return %[[SUM]]
func.func @difference_of_convolutions(%x: tensor<1x1x2x2xf32>, %x2: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %g = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x2, %g : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.sub ins(%y, %y2 : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// (A + B) + A = 2*A + B: each convolution is added once.
// CHECK-LABEL: func @overlapping_sums(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[4.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[3.000000e+00]]], [[[5.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[A:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0
// CHECK-DAG: %[[B:.*]] = linalg.conv_2d_nchw_fchw ins(%arg1
// CHECK: %[[SUM:.*]] = linalg.add ins(%[[A]], %[[B]] :
// CHECK-NEXT: return %[[SUM]]
func.func @overlapping_sums(%x: tensor<1x1x2x2xf32>, %x2: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %g = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x2, %g : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %sum = arith.addf %y, %y2 : tensor<1x2x2x2xf32>
  %r = arith.addf %sum, %y : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Sums of sums, each with its own scale: 2*(A + B) + (B - C) = 2*A + 3*B - C.
// CHECK-LABEL: func @sums_of_sums(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[4.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[9.000000e+00]]], [[[1.500000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[-7.000000e+00]]], [[[-9.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: linalg.conv_2d_nchw_fchw ins(%arg0
// CHECK-DAG: linalg.conv_2d_nchw_fchw ins(%arg1
// CHECK-DAG: linalg.conv_2d_nchw_fchw ins(%arg2
// CHECK: %[[S1:.*]] = linalg.add
// CHECK-NEXT: %[[S2:.*]] = linalg.add
// CHECK-NEXT: return %[[S2]]
func.func @sums_of_sums(%x: tensor<1x1x2x2xf32>, %x2: tensor<1x1x2x2xf32>, %x3: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %g = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %h = arith.constant dense<[[[[7.0]]], [[[9.0]]]]> : tensor<2x1x1x1xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x2, %g : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y3 = linalg.conv_2d_nchw_fchw ins(%x3, %h : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %ab = arith.addf %y, %y2 : tensor<1x2x2x2xf32>
  %ab2 = arith.addf %ab, %ab : tensor<1x2x2x2xf32>
  %bc = arith.subf %y2, %y3 : tensor<1x2x2x2xf32>
  %r = arith.addf %ab2, %bc : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Convolutions one behind the other fold each its own step.
// CHECK-LABEL: func @one_behind_the_other(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]], [[4.000000e+00]]], [[[1.200000e+01]], [[1.600000e+01]]]]> : tensor<2x2x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: %[[Y2:.*]] = linalg.conv_2d_nchw_fchw ins(%[[Y]],
// CHECK-NEXT: return %[[Y2]]
func.func @one_behind_the_other(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %g = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %2 = linalg.conv_2d_nchw_fchw ins(%1, %g : tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%2, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A prefix of the chain is affine: it folds, the activation and what follows stay.
// CHECK-LABEL: func @prefix_in_front_of_activation(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[2.100000e+01, 8.300000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: linalg.generic {{.*}} ins(%[[Y]] :
// CHECK: arith.maximumf
// CHECK-NOT: arith.addf
// CHECK: return
func.func @prefix_in_front_of_activation(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %t = arith.constant dense<[1.0, 3.0]> : tensor<2xf32>
  %1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %2 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.addf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %zero = arith.constant 0.0 : f32
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%2 : tensor<1x2x2x2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// The scale folds although its result is used twice: it is the unscaled value that
// may have no other use.
// CHECK-LABEL: func @scaled_value_used_twice(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]], %[[Y]]
func.func @scaled_value_used_twice(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r, %r : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// The first of two steps is used elsewhere: it folds, the second stays.
// CHECK-LABEL: func @prefix_in_front_of_another_use(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: %[[Z:.*]] = linalg.generic {{.*}} ins(%[[Y]],
// CHECK: return %[[Y]], %[[Z]]
func.func @prefix_in_front_of_another_use(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.addf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %1, %r : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// A factor computed from another convolution is a parameter of this one.
// CHECK-LABEL: func @gated_by_another_convolution(
// CHECK: %[[A:.*]] = linalg.conv_2d_nchw_fchw ins(%arg1
// CHECK: %[[GATE:.*]] = linalg.reduce {{.*}} ins(%[[A]] :
// CHECK: %[[V:.*]]:2 = linalg.generic {{.*}} ins(%[[GATE]],
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0
// CHECK-NEXT: return %[[Y]]
func.func @gated_by_another_convolution(%x: tensor<1x1x2x2xf32>, %x2: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x2, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<2xf32>
  %gate = linalg.reduce {arith.addf} ins(%y2 : tensor<1x2x2x2xf32>) outs(%zero : tensor<2xf32>) dimensions = [0, 2, 3]
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %gate : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Inside a loop.
// CHECK-LABEL: func @in_a_loop(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK: scf.for
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NOT: linalg.generic
// CHECK: scf.yield
func.func @in_a_loop(%x: tensor<1x1x2x2xf32>, %n: index) -> tensor<1x2x2x2xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %l = scf.for %k = %c0 to %n step %c1 iter_args(%sum = %i) -> tensor<1x2x2x2xf32> {
    %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
    %acc = linalg.max ins(%sum, %r : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    scf.yield %acc : tensor<1x2x2x2xf32>
  }
  return %l : tensor<1x2x2x2xf32>
}

// A private function's body is handled like any other.
// CHECK-LABEL: func private @private(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func private @private(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
func.func @calls_private(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %r = call @private(%x) : (tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// The filter of one convolution is the result of another: run-time, and no chain.
// CHECK-LABEL: func @convolution_as_filter(
// CHECK: %[[A:.*]] = linalg.conv_2d_nchw_fchw
// CHECK: %[[F:.*]] = linalg.generic {{.*}} ins(%[[A]],
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%{{.*}}, %[[F]] :
// CHECK-NEXT: return %[[Y]]
func.func @convolution_as_filter(%x: tensor<1x1x2x2xf32>, %k: tensor<2x1x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %one = arith.constant dense<1.0> : tensor<1x1x1x1xf32>
  %g = linalg.conv_2d_nchw_fchw ins(%k, %one : tensor<2x1x1x1xf32>, tensor<1x1x1x1xf32>) outs(%f : tensor<2x1x1x1xf32>) -> tensor<2x1x1x1xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %g : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A positive scale crosses the activation: s*max(y, 0) = max(s*y, 0).
// CHECK-LABEL: func @scale_crosses_relu(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.maximumf
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @scale_crosses_relu(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %zero = arith.constant 0.0 : f32
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x2x2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A filter that another convolution makes: what is folded into it is a step on that one, in
// the same run.
// CHECK-LABEL: func @filter_made_by_a_convolution(
// CHECK-NOT: arith.mulf
// CHECK: linalg.conv_2d_nhwc_hwcf
// CHECK-NOT: arith.mulf
// CHECK: linalg.conv_2d_nhwc_hwcf
// CHECK-NEXT: return
func.func @filter_made_by_a_convolution(%x: tensor<1x3x3x1xf32>, %z: tensor<1x1x1x2xf32>) -> tensor<1x3x3x2xf32> {
  %g = arith.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x1x1x2xf32>
  %j = arith.constant dense<0.0> : tensor<1x3x3x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%j : tensor<1x3x3x2xf32>) dimensions = [0, 1, 2]
  %f = linalg.conv_2d_nhwc_hwcf ins(%z, %g : tensor<1x1x1x2xf32>, tensor<1x1x2x2xf32>) outs(%i : tensor<1x1x1x2xf32>) -> tensor<1x1x1x2xf32>
  %y = linalg.conv_2d_nhwc_hwcf ins(%x, %f : tensor<1x3x3x1xf32>, tensor<1x1x1x2xf32>) outs(%j : tensor<1x3x3x2xf32>) -> tensor<1x3x3x2xf32>
  %r = arith.mulf %y, %b : tensor<1x3x3x2xf32>
  return %r : tensor<1x3x3x2xf32>
}
