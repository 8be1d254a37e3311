// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Steps that stay behind sums, concatenations, activations and accumulators.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#row = affine_map<(d0, d1, d2, d3) -> (d2)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

// One convolution is moved with another in each of the two.
// CHECK-LABEL: func @sum_that_shares_a_convolution(
// CHECK: arith.mulf
func.func @sum_that_shares_a_convolution(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ez = tensor.empty() : tensor<1x2x2x2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%ez : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fv = arith.constant dense<[[[[5.0]]], [[[6.0]]]]> : tensor<2x1x1x1xf32>
  %bv = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ev = tensor.empty() : tensor<1x2x2x2xf32>
  %iv = linalg.broadcast ins(%bv : tensor<2xf32>) outs(%ev : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %v = linalg.conv_2d_nchw_fchw ins(%x, %fv : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iv : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %d = tensor.concat dim(1) %y, %v : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %es = tensor.empty() : tensor<1x4x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %s = linalg.add ins(%c, %d : tensor<1x4x2x2xf32>, tensor<1x4x2x2xf32>) outs(%es : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %k = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %or = tensor.empty() : tensor<1x4x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s, %k : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%or : tensor<1x4x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// The scale of the other half has nowhere to go.
// CHECK-LABEL: func @scale_behind_relu_of_half_a_convolution(
// CHECK: arith.mulf
func.func @scale_behind_relu_of_half_a_convolution(%x: tensor<1x1x2x2xf32>, %d: tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %y, %d : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %za = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  // expected-remark @+1 {{[Missed] crosses-activation | Category:convoy}}
  %a = arith.maximumf %c, %za : tensor<1x4x2x2xf32>
  %k = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %or = tensor.empty() : tensor<1x4x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%a, %k : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%or : tensor<1x4x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// CHECK-LABEL: func @negative_scale_behind_relu_of_a_concatenation(
// CHECK: arith.mulf
func.func @negative_scale_behind_relu_of_a_concatenation(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ez = tensor.empty() : tensor<1x2x2x2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%ez : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %za = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
  // expected-remark @+1 {{[Missed] crosses-activation | Category:convoy}}
  %a = arith.maximumf %c, %za : tensor<1x4x2x2xf32>
  %k = arith.constant dense<[2.0, 4.0, -8.0, 16.0]> : tensor<4xf32>
  %or = tensor.empty() : tensor<1x4x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%a, %k : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%or : tensor<1x4x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// The bound of one channel is not zero.
// CHECK-LABEL: func @maximum_of_tensors_at_one_number(
// CHECK: arith.mulf
func.func @maximum_of_tensors_at_one_number(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %bound = arith.constant dense<[0.0, 1.0]> : tensor<2xf32>
  %ez = tensor.empty() : tensor<1x2x2x2xf32>
  %za = linalg.broadcast ins(%bound : tensor<2xf32>) outs(%ez : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] crosses-activation | Category:convoy}}
  %a = arith.maximumf %y, %za : tensor<1x2x2x2xf32>
  %k = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %or = tensor.empty() : tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%a, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%or : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @onto_an_argument(
// CHECK: arith.mulf
func.func @onto_an_argument(%x: tensor<1x1x2x2xf32>, %d: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fz = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%d : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %k = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %or = tensor.empty() : tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%z, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%or : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @onto_a_convolution_used_elsewhere(
// CHECK: arith.mulf
func.func @onto_a_convolution_used_elsewhere(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%y : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %k = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %or = tensor.empty() : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] multiple-uses | Category:convoy}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%z, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%or : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] multiple-uses | Category:convoy}}
  return %r, %y : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @onto_an_activation(
// CHECK: arith.mulf
func.func @onto_an_activation(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %a = arith.maximumf %y, %zero : tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  // expected-remark @+1 {{[Missed] depends-on-conv | Category:convoy}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%a : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %k = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %or = tensor.empty() : tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%z, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%or : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// What the second convolution adds to would be added twice.
// CHECK-LABEL: func @onto_a_convolution_that_is_added_again(
// CHECK: arith.mulf
func.func @onto_a_convolution_that_is_added_again(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%y : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %es = tensor.empty() : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %s = linalg.add ins(%y, %z : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) outs(%es : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %k = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %or = tensor.empty() : tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%or : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
