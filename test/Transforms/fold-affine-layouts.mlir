// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Folding again changes nothing.
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse | diff %t.mlir -

// Convolutions in every layout: the scale must land on the right axis of the filter.


// CHECK-LABEL: func @nhwc_hwcf(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00, 8.000000e+00], [6.000000e+00, 1.600000e+01]]]]> : tensor<1x1x2x2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nhwc_hwcf
// CHECK-NEXT: return %[[Y]]
func.func @nhwc_hwcf(%x: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nhwc_hwcf ins(%x, %f : tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @nhwc_fhwc(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00, 4.000000e+00]]], [[[1.200000e+01, 1.600000e+01]]]]> : tensor<2x1x1x2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nhwc_fhwc
// CHECK-NEXT: return %[[Y]]
func.func @nhwc_fhwc(%x: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0, 2.0]]], [[[3.0, 4.0]]]]> : tensor<2x1x1x2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nhwc_fhwc ins(%x, %f : tensor<1x2x2x2xf32>, tensor<2x1x1x2xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A 1x2 window, stride and dilation.
// CHECK-LABEL: func @nchw_window(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00, 4.000000e+00]]], [[[1.200000e+01, 1.600000e+01]]]]> : tensor<2x1x1x2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>}
// CHECK-NEXT: return %[[Y]]
func.func @nchw_window(%x: tensor<1x1x2x5xf32>) -> tensor<1x2x1x2xf32> {
  %f = arith.constant dense<[[[[1.0, 2.0]]], [[[3.0, 4.0]]]]> : tensor<2x1x1x2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x1x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x1x2xf32>) -> tensor<1x2x1x2xf32>
  %y = linalg.conv_2d_nchw_fchw {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 2]> : tensor<2xi64>} ins(%x, %f : tensor<1x1x2x5xf32>, tensor<2x1x1x2xf32>) outs(%i : tensor<1x2x1x2xf32>) -> tensor<1x2x1x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x1x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x1x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x1x2xf32>
  return %r : tensor<1x2x1x2xf32>
}

// Groups: the output channel is (g, f); the filter is FGCHW here.
// CHECK-LABEL: func @ngchw_fgchw(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[[2.000000e+00]]], [[[1.600000e+01]]]], [[[[1.200000e+01]]], [[[6.400000e+01]]]]]> : tensor<2x2x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_ngchw_fgchw
// CHECK-NEXT: return %[[Y]]
func.func @ngchw_fgchw(%x: tensor<1x2x1x2x2xf32>) -> tensor<1x2x2x2x2xf32> {
  %f = arith.constant dense<[[[[[1.0]]], [[[2.0]]]], [[[[3.0]]], [[[4.0]]]]]> : tensor<2x2x1x1x1xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2x2xf32>) -> tensor<1x2x2x2x2xf32>
  %y = linalg.conv_2d_ngchw_fgchw ins(%x, %f : tensor<1x2x1x2x2xf32>, tensor<2x2x1x1x1xf32>) outs(%i : tensor<1x2x2x2x2xf32>) -> tensor<1x2x2x2x2xf32>
  %s = arith.constant dense<[[2.0, 4.0], [8.0, 16.0]]> : tensor<2x2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d1, d2)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<1x2x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2x2xf32>
  return %r : tensor<1x2x2x2x2xf32>
}

// The same with a filter of GFCHW.
// CHECK-LABEL: func @ngchw_gfchw(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[[2.000000e+00]]], [[[8.000000e+00]]]], [[[[2.400000e+01]]], [[[6.400000e+01]]]]]> : tensor<2x2x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_ngchw_gfchw
// CHECK-NEXT: return %[[Y]]
func.func @ngchw_gfchw(%x: tensor<1x2x1x2x2xf32>) -> tensor<1x2x2x2x2xf32> {
  %f = arith.constant dense<[[[[[1.0]]], [[[2.0]]]], [[[[3.0]]], [[[4.0]]]]]> : tensor<2x2x1x1x1xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2x2xf32>) -> tensor<1x2x2x2x2xf32>
  %y = linalg.conv_2d_ngchw_gfchw ins(%x, %f : tensor<1x2x1x2x2xf32>, tensor<2x2x1x1x1xf32>) outs(%i : tensor<1x2x2x2x2xf32>) -> tensor<1x2x2x2x2xf32>
  %s = arith.constant dense<[[2.0, 4.0], [8.0, 16.0]]> : tensor<2x2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d1, d2)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<1x2x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2x2xf32>
  return %r : tensor<1x2x2x2x2xf32>
}

// CHECK-LABEL: func @depthwise_nchw(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[2.000000e+00, 4.000000e+00]], [[1.200000e+01, 1.600000e+01]]]> : tensor<2x1x2xf32>
// CHECK: %[[Y:.*]] = linalg.depthwise_conv_2d_nchw_chw
// CHECK-NEXT: return %[[Y]]
func.func @depthwise_nchw(%x: tensor<1x2x2x3xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[1.0, 2.0]], [[3.0, 4.0]]]> : tensor<2x1x2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.depthwise_conv_2d_nchw_chw ins(%x, %f : tensor<1x2x2x3xf32>, tensor<2x1x2xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @depthwise_nhwc(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[2.000000e+00, 8.000000e+00], [6.000000e+00, 1.600000e+01]]]> : tensor<1x2x2xf32>
// CHECK: %[[Y:.*]] = linalg.depthwise_conv_2d_nhwc_hwc
// CHECK-NEXT: return %[[Y]]
func.func @depthwise_nhwc(%x: tensor<1x2x3x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.depthwise_conv_2d_nhwc_hwc ins(%x, %f : tensor<1x2x3x2xf32>, tensor<1x2x2xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Channels times multiplier: two channel dimensions.
// CHECK-LABEL: func @depthwise_with_multiplier(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00, 8.000000e+00], [2.400000e+01, 6.400000e+01]]]]> : tensor<1x1x2x2xf32>
// CHECK: %[[Y:.*]] = linalg.depthwise_conv_2d_nhwc_hwcm
// CHECK-NEXT: return %[[Y]]
func.func @depthwise_with_multiplier(%x: tensor<1x1x1x2xf32>) -> tensor<1x1x1x2x2xf32> {
  %f = arith.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x1x1x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x1x1x2x2xf32>) -> tensor<1x1x1x2x2xf32>
  %y = linalg.depthwise_conv_2d_nhwc_hwcm ins(%x, %f : tensor<1x1x1x2xf32>, tensor<1x1x2x2xf32>) outs(%i : tensor<1x1x1x2x2xf32>) -> tensor<1x1x1x2x2xf32>
  %s = arith.constant dense<[[2.0, 4.0], [8.0, 16.0]]> : tensor<2x2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x1x1x2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<1x1x1x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x1x1x2x2xf32>
  return %r : tensor<1x1x1x2x2xf32>
}

// A factor that varies along the multiplier alone.
// CHECK-LABEL: func @multiplier_alone(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00, 8.000000e+00], [6.000000e+00, 1.600000e+01]]]]> : tensor<1x1x2x2xf32>
// CHECK: %[[Y:.*]] = linalg.depthwise_conv_2d_nhwc_hwcm
// CHECK-NEXT: return %[[Y]]
func.func @multiplier_alone(%x: tensor<1x1x1x2xf32>) -> tensor<1x1x1x2x2xf32> {
  %f = arith.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x1x1x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x1x1x2x2xf32>) -> tensor<1x1x1x2x2xf32>
  %y = linalg.depthwise_conv_2d_nhwc_hwcm ins(%x, %f : tensor<1x1x1x2xf32>, tensor<1x1x2x2xf32>) outs(%i : tensor<1x1x1x2x2xf32>) -> tensor<1x1x1x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x1x1x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x1x1x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x1x1x2x2xf32>
  return %r : tensor<1x1x1x2x2xf32>
}

// CHECK-LABEL: func @ncw(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[2.000000e+00, 4.000000e+00]], [[1.200000e+01, 1.600000e+01]]]> : tensor<2x1x2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_1d_ncw_fcw
// CHECK-NEXT: return %[[Y]]
func.func @ncw(%x: tensor<1x1x3xf32>) -> tensor<1x2x2xf32> {
  %f = arith.constant dense<[[[1.0, 2.0]], [[3.0, 4.0]]]> : tensor<2x1x2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2xf32>) -> tensor<1x2x2xf32>
  %y = linalg.conv_1d_ncw_fcw ins(%x, %f : tensor<1x1x3xf32>, tensor<2x1x2xf32>) outs(%i : tensor<1x2x2xf32>) -> tensor<1x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2xf32>
  return %r : tensor<1x2x2xf32>
}

// CHECK-LABEL: func @nwc(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[2.000000e+00, 8.000000e+00]], [[6.000000e+00, 1.600000e+01]]]> : tensor<2x1x2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_1d_nwc_wcf
// CHECK-NEXT: return %[[Y]]
func.func @nwc(%x: tensor<1x3x1xf32>) -> tensor<1x2x2xf32> {
  %f = arith.constant dense<[[[1.0, 2.0]], [[3.0, 4.0]]]> : tensor<2x1x2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2xf32>) -> tensor<1x2x2xf32>
  %y = linalg.conv_1d_nwc_wcf ins(%x, %f : tensor<1x3x1xf32>, tensor<2x1x2xf32>) outs(%i : tensor<1x2x2xf32>) -> tensor<1x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2xf32>
  return %r : tensor<1x2x2xf32>
}

// CHECK-LABEL: func @ncdhw(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[[2.000000e+00]]]], [[[[8.000000e+00]]]]]> : tensor<2x1x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_3d_ncdhw_fcdhw
// CHECK-NEXT: return %[[Y]]
func.func @ncdhw(%x: tensor<1x1x2x2x2xf32>) -> tensor<1x2x2x2x2xf32> {
  %f = arith.constant dense<[[[[[1.0]]]], [[[[2.0]]]]]> : tensor<2x1x1x1x1xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2x2xf32>) -> tensor<1x2x2x2x2xf32>
  %y = linalg.conv_3d_ncdhw_fcdhw ins(%x, %f : tensor<1x1x2x2x2xf32>, tensor<2x1x1x1x1xf32>) outs(%i : tensor<1x2x2x2x2xf32>) -> tensor<1x2x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d1)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2x2xf32>
  return %r : tensor<1x2x2x2x2xf32>
}

// CHECK-LABEL: func @ndhwc(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[[2.000000e+00, 8.000000e+00]]]]]> : tensor<1x1x1x1x2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_3d_ndhwc_dhwcf
// CHECK-NEXT: return %[[Y]]
func.func @ndhwc(%x: tensor<1x2x2x2x1xf32>) -> tensor<1x2x2x2x2xf32> {
  %f = arith.constant dense<[[[[[1.0, 2.0]]]]]> : tensor<1x1x1x1x2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2x2xf32>) -> tensor<1x2x2x2x2xf32>
  %y = linalg.conv_3d_ndhwc_dhwcf ins(%x, %f : tensor<1x2x2x2x1xf32>, tensor<1x1x1x1x2xf32>) outs(%i : tensor<1x2x2x2x2xf32>) -> tensor<1x2x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2x2xf32>
  return %r : tensor<1x2x2x2x2xf32>
}

// A generic with loops in an order of its own; filter HCFW.
// CHECK-LABEL: func @generic_conv(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00, 4.000000e+00], [1.200000e+01, 1.600000e+01]]]]> : tensor<1x1x2x2xf32>
// CHECK: %[[Y:.*]] = linalg.generic {{.*}} "reduction"
// CHECK-NOT: linalg.generic
// CHECK: return %[[Y]]
func.func @generic_conv(%x: tensor<1x2x3x1xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(c, kw, n, f, h, kh, w) -> (n, h + kh, w + kw, c)>, affine_map<(c, kw, n, f, h, kh, w) -> (kh, c, f, kw)>, affine_map<(c, kw, n, f, h, kh, w) -> (n, f, h, w)>], iterator_types = ["reduction", "reduction", "parallel", "parallel", "parallel", "reduction", "parallel"]} ins(%x, %f : tensor<1x2x3x1xf32>, tensor<1x1x2x2xf32>) outs(%i : tensor<1x2x2x2xf32>) {
  ^bb0(%p: f32, %q: f32, %acc: f32):
    %k = arith.mulf %p, %q : f32
    %t = arith.addf %acc, %k : f32
    linalg.yield %t : f32
  } -> tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @generic_conv_with_fma(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00, 4.000000e+00], [1.200000e+01, 1.600000e+01]]]]> : tensor<1x1x2x2xf32>
// CHECK: %[[Y:.*]] = linalg.generic {{.*}} "reduction"
// CHECK-NOT: linalg.generic
// CHECK: return %[[Y]]
func.func @generic_conv_with_fma(%x: tensor<1x2x3x1xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(c, kw, n, f, h, kh, w) -> (n, h + kh, w + kw, c)>, affine_map<(c, kw, n, f, h, kh, w) -> (kh, c, f, kw)>, affine_map<(c, kw, n, f, h, kh, w) -> (n, f, h, w)>], iterator_types = ["reduction", "reduction", "parallel", "parallel", "parallel", "reduction", "parallel"]} ins(%x, %f : tensor<1x2x3x1xf32>, tensor<1x1x2x2xf32>) outs(%i : tensor<1x2x2x2xf32>) {
  ^bb0(%p: f32, %q: f32, %acc: f32):
    %t = math.fma %q, %p, %acc : f32
    linalg.yield %t : f32
  } -> tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Strides and dilations in the maps, the filter first in the product.
// CHECK-LABEL: func @generic_conv_with_strides(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00, 4.000000e+00], [1.200000e+01, 1.600000e+01]]]]> : tensor<1x1x2x2xf32>
// CHECK: %[[Y:.*]] = linalg.generic {{.*}} "reduction"
// CHECK-NOT: linalg.generic
// CHECK: return %[[Y]]
func.func @generic_conv_with_strides(%x: tensor<1x3x5x1xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(c, kw, n, f, h, kh, w) -> (n, h * 2 + kh, w * 2 + kw * 2, c)>, affine_map<(c, kw, n, f, h, kh, w) -> (kh, c, f, kw)>, affine_map<(c, kw, n, f, h, kh, w) -> (n, f, h, w)>], iterator_types = ["reduction", "reduction", "parallel", "parallel", "parallel", "reduction", "parallel"]} ins(%x, %f : tensor<1x3x5x1xf32>, tensor<1x1x2x2xf32>) outs(%i : tensor<1x2x2x2xf32>) {
  ^bb0(%p: f32, %q: f32, %acc: f32):
    %k = arith.mulf %q, %p : f32
    %t = arith.addf %k, %acc : f32
    linalg.yield %t : f32
  } -> tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Groups in NHWGC with a filter of HWGCF.
// CHECK-LABEL: func @generic_grouped_nhwgc(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[[2.000000e+00, 8.000000e+00]], [[2.400000e+01, 6.400000e+01]]]]]> : tensor<1x1x2x1x2xf32>
// CHECK: %[[Y:.*]] = linalg.generic {{.*}} "reduction"
// CHECK-NOT: linalg.generic
// CHECK: return %[[Y]]
func.func @generic_grouped_nhwgc(%x: tensor<1x1x1x2x1xf32>) -> tensor<1x1x1x2x2xf32> {
  %f = arith.constant dense<[[[[[1.0, 2.0]], [[3.0, 4.0]]]]]> : tensor<1x1x2x1x2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x1x1x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x1x1x2x2xf32>) -> tensor<1x1x1x2x2xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(n, h, w, g, f, kh, kw, c) -> (n, h + kh, w + kw, g, c)>, affine_map<(n, h, w, g, f, kh, kw, c) -> (kh, kw, g, c, f)>, affine_map<(n, h, w, g, f, kh, kw, c) -> (n, h, w, g, f)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %f : tensor<1x1x1x2x1xf32>, tensor<1x1x2x1x2xf32>) outs(%i : tensor<1x1x1x2x2xf32>) {
  ^bb0(%p: f32, %q: f32, %acc: f32):
    %k = arith.mulf %p, %q : f32
    %t = arith.addf %acc, %k : f32
    linalg.yield %t : f32
  } -> tensor<1x1x1x2x2xf32>
  %s = arith.constant dense<[[2.0, 4.0], [8.0, 16.0]]> : tensor<2x2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x1x1x2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<1x1x1x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x1x1x2x2xf32>
  return %r : tensor<1x1x1x2x2xf32>
}
