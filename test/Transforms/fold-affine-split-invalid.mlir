// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Splits whose parts keep their steps.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#row = affine_map<(d0, d1, d2, d3) -> (d2)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

// CHECK-LABEL: func @another_use(
// CHECK-COUNT-2: arith.mulf
func.func @another_use(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>, tensor<1x4x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %u = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %w = tensor.extract_slice %y[0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %op = tensor.empty() : tensor<1x2x2x2xf32>
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%op : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %oq = tensor.empty() : tensor<1x2x2x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%oq : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{the value that is split is used here too}}
  return %p, %q, %y : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>, tensor<1x4x2x2xf32>
}

// One channel is in both parts.
// CHECK-LABEL: func @overlap(
// CHECK-COUNT-2: arith.mulf
func.func @overlap(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x3x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %u = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] multiple-uses | Category:convoy}}
  %w = tensor.extract_slice %y[0, 1, 0, 0] [1, 3, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x3x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %t = arith.constant dense<[2.0, 4.0, 8.0]> : tensor<3xf32>
  %op = tensor.empty() : tensor<1x2x2x2xf32>
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%op : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %oq = tensor.empty() : tensor<1x3x2x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %t : tensor<1x3x2x2xf32>, tensor<3xf32>) outs(%oq : tensor<1x3x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %p, %q : tensor<1x2x2x2xf32>, tensor<1x3x2x2xf32>
}

// Nothing is known of channel 1.
// CHECK-LABEL: func @a_channel_in_no_part(
// CHECK-COUNT-2: arith.mulf
func.func @a_channel_in_no_part(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x2x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %u = tensor.extract_slice %y[0, 0, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x1x2x2xf32>
  %w = tensor.extract_slice %y[0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0]> : tensor<1xf32>
  %t = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %op = tensor.empty() : tensor<1x1x2x2xf32>
  // expected-remark @+1 {{[Missed] ambiguous-channel | Category:convoy}}
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x1x2x2xf32>, tensor<1xf32>) outs(%op : tensor<1x1x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x1x2x2xf32>
  %oq = tensor.empty() : tensor<1x2x2x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%oq : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %p, %q : tensor<1x1x2x2xf32>, tensor<1x2x2x2xf32>
}

// The other part takes its step all the same.
// CHECK-LABEL: func @per_row_in_one_part(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf
// CHECK-NOT: arith.mulf
func.func @per_row_in_one_part(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %u = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %w = tensor.extract_slice %y[0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %t = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %op = tensor.empty() : tensor<1x2x2x2xf32>
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%op : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %oq = tensor.empty() : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %q = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%oq : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %p, %q : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// The factor of one part is computed from the other.
// CHECK-LABEL: func @known_too_late(
// CHECK-COUNT-2: arith.mulf
func.func @known_too_late(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %u = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %w = tensor.extract_slice %y[0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %op = tensor.empty() : tensor<1x2x2x2xf32>
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%op : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %n = math.tanh %p : tensor<1x2x2x2xf32>
  %ez = tensor.empty() : tensor<2xf32>
  %zero = arith.constant 0.0 : f32
  %iz = linalg.fill ins(%zero : f32) outs(%ez : tensor<2xf32>) -> tensor<2xf32>
  %t = linalg.reduce ins(%n : tensor<1x2x2x2xf32>) outs(%iz : tensor<2xf32>) dimensions = [0, 2, 3]
    (%a: f32, %b: f32) {
      %c = arith.addf %a, %b : f32
      linalg.yield %c : f32
    }
  %oq = tensor.empty() : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] depends-on-conv | Category:convoy}}
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%oq : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %n, %q : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// A slice with strides is no part.
// CHECK-LABEL: func @slices_of_two_kinds(
// CHECK: arith.mulf
func.func @slices_of_two_kinds(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %u = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %w = tensor.extract_slice %y[0, 2, 0, 0] [1, 1, 2, 2] [1, 2, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x1x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %op = tensor.empty() : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] multiple-uses | Category:convoy}}
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%op : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %p, %w : tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>
}

// A slice across two parts of a concatenation is none of them.
// CHECK-LABEL: func @across_parts(
// CHECK: tensor.extract_slice
// CHECK: arith.mulf
func.func @across_parts(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %k = arith.constant dense<7.0> : tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %k, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %p = tensor.extract_slice %c[0, 1, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %t = arith.constant dense<3.0> : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %p, %t : tensor<1x2x2x2xf32>
  return %m : tensor<1x2x2x2xf32>
}
