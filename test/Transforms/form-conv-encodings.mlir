// RUN: convoy-opt %s --convoy-form-conv | FileCheck %s

// Tensors of a foreign encoding are read by nothing but what reads them already.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>
#filter_channel = affine_map<(d0, d1, d2, d3) -> (d0)>

// CHECK-LABEL: func @scalar(
// CHECK: convoy.conv
// CHECK: linalg.generic
func.func @scalar(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<f32, "e">) -> tensor<1x2x3x3xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #scalar, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<f32, "e">) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.maximumf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// CHECK-LABEL: func @vector(
// CHECK: convoy.conv
// CHECK: linalg.generic
func.func @vector(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32, "e">) -> tensor<1x2x3x3xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32, "e">) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.maximumf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// CHECK-LABEL: func @scale(
// CHECK: convoy.conv
// CHECK: linalg.generic
func.func @scale(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32, "e">) -> tensor<1x2x3x3xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32, "e">) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// CHECK-LABEL: func @bias(
// CHECK: convoy.conv
// CHECK: linalg.generic
func.func @bias(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32, "e">) -> tensor<1x2x3x3xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32, "e">) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.addf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// CHECK-LABEL: func @residual(
// CHECK: convoy.conv
// CHECK: linalg.generic
func.func @residual(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<1x2x3x3xf32, "e">) -> tensor<1x2x3x3xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32, "e">) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.addf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// CHECK-LABEL: func @result(
// CHECK: convoy.conv
// CHECK: linalg.generic
func.func @result(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<1x2x3x3xf32, "e"> {
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32, "e">
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf32>) outs(%e : tensor<1x2x3x3xf32, "e">) {
  ^bb0(%a: f32, %o: f32):
    %m = math.absf %a : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32, "e">
  return %r : tensor<1x2x3x3xf32, "e">
}

// CHECK-LABEL: func @input(
// CHECK: linalg.
// CHECK: convoy.conv
func.func @input(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<1x2x3x3xf32, "e">) -> tensor<1x2x3x3xf32> {
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %c = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s : tensor<1x2x3x3xf32, "e">) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<1x2x3x3xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// CHECK-LABEL: func @filter(
// CHECK: linalg.
// CHECK: convoy.conv
func.func @filter(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2x2x1x1xf32, "e">) -> tensor<1x2x3x3xf32> {
  %e = tensor.empty() : tensor<2x2x1x1xf32>
  %c = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s : tensor<2x2x1x1xf32, "e">) outs(%e : tensor<2x2x1x1xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<2x2x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %c : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// CHECK-LABEL: func @init(
// CHECK: linalg.
// CHECK: convoy.conv
func.func @init(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32, "e">) -> tensor<1x2x3x3xf32> {
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %c = linalg.generic {indexing_maps = [#channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s : tensor<2xf32, "e">) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<1x2x3x3xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%c : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// CHECK-LABEL: func @filter_scale(
// CHECK: linalg.
// CHECK: convoy.conv
func.func @filter_scale(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32, "e">) -> tensor<1x2x3x3xf32> {
  %e = tensor.empty() : tensor<2x2x1x1xf32>
  %c = linalg.generic {indexing_maps = [#id, #filter_channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %s : tensor<2x2x1x1xf32>, tensor<2xf32, "e">) outs(%e : tensor<2x2x1x1xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<2x2x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %c : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// CHECK-LABEL: func @scaled_filter(
// CHECK: linalg.
// CHECK: convoy.conv
func.func @scaled_filter(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2x2x1x1xf32, "e">, %t: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %e = tensor.empty() : tensor<2x2x1x1xf32>
  %c = linalg.generic {indexing_maps = [#id, #filter_channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s, %t : tensor<2x2x1x1xf32, "e">, tensor<2xf32>) outs(%e : tensor<2x2x1x1xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<2x2x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %c : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}
