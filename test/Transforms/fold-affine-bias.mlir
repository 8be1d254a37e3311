// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Folding again changes nothing.
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse | diff %t.mlir -

// Biases wherever they stand, and parameters that are known at run time. Filter [1, 2].

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

// A zero init stays what it is.
// CHECK-LABEL: func @no_bias(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant 0.000000e+00 : f32
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @no_bias(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @zero_splat(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @zero_splat(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @uniform_bias(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[6.000000e+00, 1.200000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @uniform_bias(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = arith.constant 3.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @splat_bias(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[6.000000e+00, 1.200000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @splat_bias(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = arith.constant dense<3.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @broadcast_bias(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @broadcast_bias(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A broadcast written as a generic.
// CHECK-LABEL: func @generic_bias(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @generic_bias(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.generic {indexing_maps = [#channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%p: f32, %o: f32):
    linalg.yield %p : f32
  } -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A full-size constant that varies along the channels alone.
// CHECK-LABEL: func @full_constant_bias(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @full_constant_bias(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %k = arith.constant dense<[[[[10.0]], [[20.0]]]]> : tensor<1x2x1x1xf32>
  %i = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (0, d1, 0, 0)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%k : tensor<1x2x1x1xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%p: f32, %o: f32):
    linalg.yield %p : f32
  } -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// The init is computed: b + 1.
// CHECK-LABEL: func @computed_bias(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[2.200000e+01, 8.400000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @computed_bias(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.generic {indexing_maps = [#channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%p: f32, %o: f32):
    %c = arith.constant 1.0 : f32
    %m = arith.addf %p, %c : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// The bias is a step: torch exports of models that add it later.
// CHECK-LABEL: func @bias_behind_conv(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[2.000000e+00, 1.200000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @bias_behind_conv(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %t = arith.constant dense<[1.0, 3.0]> : tensor<2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.addf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @bias_in_both_places(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[2.200000e+01, 9.200000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @bias_in_both_places(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %t = arith.constant dense<[1.0, 3.0]> : tensor<2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.addf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @shift_that_cancels_the_bias(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[1.000000e+00]]], [[[2.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant 0.000000e+00 : f32
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @shift_that_cancels_the_bias(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %t = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.subf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A bias that is known at run time: one op on the vector, one broadcast, none on
// the activation. The filter is a constant still.
// CHECK-LABEL: func @runtime_bias(
// CHECK-SAME: %[[X:.*]]: tensor<1x1x2x2xf32>, %[[BIAS:.*]]: tensor<2xf32>)
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK: %[[B:.*]] = linalg.generic {{.*}} ins({{.*}}%[[BIAS]]{{.*}}) outs({{.*}} : tensor<2xf32>)
// CHECK: arith.mulf
// CHECK: %[[INIT:.*]] = linalg.generic {{.*}} ins(%[[B]] : tensor<2xf32>) outs({{.*}} : tensor<1x2x2x2xf32>)
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw {{.*}} outs(%[[INIT]] :
// CHECK-NEXT: return %[[Y]]
func.func @runtime_bias(%x: tensor<1x1x2x2xf32>, %b: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// All parameters are arguments. Scale and shift come out of one op on vectors, the
// filter out of one op on the filter; nothing is left on the activation.
// CHECK-LABEL: func @runtime_everything(
// CHECK-SAME: %[[X:.*]]: tensor<1x1x2x2xf32>, %[[F:.*]]: tensor<2x1x1x1xf32>, %[[BIAS:.*]]: tensor<2xf32>, %[[S:.*]]: tensor<2xf32>, %[[T:.*]]: tensor<2xf32>)
// CHECK-NOT: outs({{.*}} : tensor<1x2x2x2xf32>)
// CHECK: %[[V:.*]]:2 = linalg.generic {{.*}} outs({{.*}} : tensor<2xf32>, tensor<2xf32>)
// CHECK-NOT: outs({{.*}} : tensor<1x2x2x2xf32>)
// CHECK: %[[FILTER:.*]] = linalg.generic {{.*}} ins(%[[F]], %[[V]]#0 : {{.*}}) outs({{.*}} : tensor<2x1x1x1xf32>)
// CHECK: arith.mulf
// CHECK: %[[INIT:.*]] = linalg.generic {{.*}} ins(%[[V]]#1 : tensor<2xf32>) outs({{.*}} : tensor<1x2x2x2xf32>)
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%[[X]], %[[FILTER]] : {{.*}}) outs(%[[INIT]] :
// CHECK-NEXT: return %[[Y]]
func.func @runtime_everything(%x: tensor<1x1x2x2xf32>, %f: tensor<2x1x1x1xf32>, %b: tensor<2xf32>, %s: tensor<2xf32>, %t: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.addf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A filter known at run time and a constant scale.
// CHECK-LABEL: func @runtime_filter(
// CHECK-SAME: %[[X:.*]]: tensor<1x1x2x2xf32>, %[[F:.*]]: tensor<2x1x1x1xf32>)
// CHECK-DAG{LITERAL}: arith.constant dense<[2.000000e+00, 4.000000e+00]> : tensor<2xf32>
// CHECK-DAG: arith.constant 0.000000e+00 : f32
// CHECK: %[[FILTER:.*]] = linalg.generic {{.*}} ins(%[[F]], {{.*}}) outs({{.*}} : tensor<2x1x1x1xf32>)
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%[[X]], %[[FILTER]] :
// CHECK-NEXT: return %[[Y]]
func.func @runtime_filter(%x: tensor<1x1x2x2xf32>, %f: tensor<2x1x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %z = arith.constant 0.0 : f32
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A batch-norm whose statistics are arguments: sqrt and division stay on the vectors.
// CHECK-LABEL: func @runtime_batch_norm(
// CHECK: linalg.generic {{.*}} outs({{.*}} : tensor<2xf32>, tensor<2xf32>)
// CHECK: math.rsqrt
// CHECK: linalg.generic {{.*}} outs({{.*}} : tensor<2x1x1x1xf32>)
// CHECK: %[[INIT:.*]] = linalg.generic {{.*}} outs({{.*}} : tensor<1x2x2x2xf32>) {
// CHECK-NEXT: ^bb0(%[[B:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: linalg.yield %[[B]] : f32
// CHECK-NEXT: } -> tensor<1x2x2x2xf32>
// CHECK-NEXT: %[[Y:.*]] = linalg.conv_2d_nchw_fchw {{.*}} outs(%[[INIT]] :
// CHECK-NEXT: return %[[Y]]
func.func @runtime_batch_norm(%x: tensor<1x1x2x2xf32>, %mean: tensor<2xf32>, %variance: tensor<2xf32>, %gamma: tensor<2xf32>, %beta: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #channel, #channel, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %gamma, %beta, %mean, %variance : tensor<1x2x2x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %g: f32, %t: f32, %m: f32, %v: f32, %o: f32):
    %eps = arith.constant 1.0e-05 : f32
    %0 = arith.addf %v, %eps : f32
    %1 = math.rsqrt %0 : f32
    %2 = arith.subf %a, %m : f32
    %3 = arith.mulf %2, %1 : f32
    %4 = arith.mulf %3, %g : f32
    %5 = arith.addf %4, %t : f32
    linalg.yield %5 : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A scalar argument, captured by the body.
// CHECK-LABEL: func @runtime_scalar(
// CHECK-SAME: %[[X:.*]]: tensor<1x1x2x2xf32>, %[[K:.*]]: f32)
// CHECK-NOT: outs({{.*}} : tensor<1x2x2x2xf32>) {
// CHECK: %[[INIT:.*]] = linalg.generic {{.*}} outs({{.*}} : tensor<1x2x2x2xf32>) {
// CHECK-NEXT: ^bb0(%[[B:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: linalg.yield %[[B]] : f32
// CHECK-NEXT: } -> tensor<1x2x2x2xf32>
// CHECK-NEXT: %[[Y:.*]] = linalg.conv_2d_nchw_fchw {{.*}} outs(%[[INIT]] :
// CHECK-NEXT: return %[[Y]]
func.func @runtime_scalar(%x: tensor<1x1x2x2xf32>, %k: f32) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x2x2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.mulf %a, %k : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Integers among the parameters keep their type.
// CHECK-LABEL: func @power_with_integer_exponent(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @power_with_integer_exponent(%x: tensor<1x1x2x2xf32>, %v: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %v : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %two = arith.constant 2 : i32
    %q = math.fpowi %p, %two : f32, i32
    %m = arith.mulf %a, %q : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Integers among the parameters keep their type.
// CHECK-LABEL: func @converted_integer(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @converted_integer(%x: tensor<1x1x2x2xf32>, %n: i32) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x2x2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.constant -3 : i32
    %k = arith.addi %n, %c : i32
    %q = arith.sitofp %k : i32 to f32
    %m = arith.mulf %a, %q : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Integers among the parameters keep their type.
// CHECK-LABEL: func @selected_parameter(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @selected_parameter(%x: tensor<1x1x2x2xf32>, %v: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %v : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %c = arith.constant true
    %one = arith.constant 1.0 : f32
    %q = arith.select %c, %p, %one : f32
    %m = arith.mulf %a, %q : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// An integer constant is a number too.
// CHECK-LABEL: func @converted_constant(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[-3.000000e+00]]], [[[-6.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[-3.000000e+01, -6.000000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @converted_constant(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x2x2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.constant -3 : i32
    %q = arith.sitofp %c : i32 to f32
    %m = arith.mulf %a, %q : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
