// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// The channels of a convolution are split, and each part goes its own way.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#row = affine_map<(d0, d1, d2, d3) -> (d2)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

// CHECK-LABEL: func @two_parts(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}3.000000e+00{{\]\]\]}}, {{\[\[\[}}4.000000e+00{{\]\]\]}}{{\]}}> : tensor<4x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[2.000000e+01, 1.200000e+02, 2.300000e+02, 3.400000e+02]> : tensor<4xf32>
// CHECK-COUNT-1: linalg.conv_2d_nchw_fchw
// CHECK-NOT: {{arith\.(mulf|addf)}}
func.func @two_parts(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x3x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (mulf, addf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %u = tensor.extract_slice %y[0, 0, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x1x2x2xf32>
  %w = tensor.extract_slice %y[0, 1, 0, 0] [1, 3, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x3x2x2xf32>
  %s = arith.constant dense<[2.0]> : tensor<1xf32>
  %op = tensor.empty() : tensor<1x1x2x2xf32>
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x1x2x2xf32>, tensor<1xf32>) outs(%op : tensor<1x1x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x1x2x2xf32>
  %t = arith.constant dense<[100.0, 200.0, 300.0]> : tensor<3xf32>
  %oq = tensor.empty() : tensor<1x3x2x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %t : tensor<1x3x2x2xf32>, tensor<3xf32>) outs(%oq : tensor<1x3x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.addf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %p, %q : tensor<1x1x2x2xf32>, tensor<1x3x2x2xf32>
}

// A part without a step keeps its channels as they are.
// CHECK-LABEL: func @three_parts_of_chains_of_any_length(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}8.000000e+00{{\]\]\]}}, {{\[\[\[}}3.000000e+00{{\]\]\]}}, {{\[\[\[}}3.200000e+01{{\]\]\]}}{{\]}}> : tensor<4x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[2.100000e+01, 8.200000e+01, 3.000000e+01, 3.840000e+02]> : tensor<4xf32>
// CHECK-COUNT-1: linalg.conv_2d_nchw_fchw
// CHECK-NOT: {{arith\.(mulf|addf)}}
func.func @three_parts_of_chains_of_any_length(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 4 steps (mulf, addf, addf, mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %t = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %v = arith.constant dense<[8.0]> : tensor<1xf32>
  %u = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %op1 = tensor.empty() : tensor<1x2x2x2xf32>
  %p1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%op1 : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %op = tensor.empty() : tensor<1x2x2x2xf32>
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p1, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%op : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.addf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %w = tensor.extract_slice %y[0, 2, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x1x2x2xf32>
  %z = tensor.extract_slice %y[0, 3, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x1x2x2xf32>
  %oq1 = tensor.empty() : tensor<1x1x2x2xf32>
  %q1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%z, %v : tensor<1x1x2x2xf32>, tensor<1xf32>) outs(%oq1 : tensor<1x1x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.addf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x1x2x2xf32>
  %oq = tensor.empty() : tensor<1x1x2x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q1, %v : tensor<1x1x2x2xf32>, tensor<1xf32>) outs(%oq : tensor<1x1x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x1x2x2xf32>
  return %p, %w, %q : tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}

// CHECK-LABEL: func @in_front_and_behind(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}4.000000e+00{{\]\]\]}}, {{\[\[\[}}3.200000e+01{{\]\]\]}}, {{\[\[\[}}4.800000e+01{{\]\]\]}}, {{\[\[\[}}2.560000e+02{{\]\]\]}}{{\]}}> : tensor<4x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[4.000000e+01, 3.200000e+02, 4.800000e+02, 2.560000e+03]> : tensor<4xf32>
// CHECK-COUNT-1: linalg.conv_2d_nchw_fchw
// CHECK-NOT: {{arith\.(mulf|addf)}}
func.func @in_front_and_behind(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 3 steps (mulf, mulf, mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %g = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %oh = tensor.empty() : tensor<1x4x2x2xf32>
  %h = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %g : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%oh : tensor<1x4x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %u = tensor.extract_slice %h[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %w = tensor.extract_slice %h[0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
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
  return %p, %q : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @a_part_of_a_part(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}8.000000e+00{{\]\]\]}}, {{\[\[\[}}3.000000e+00{{\]\]\]}}, {{\[\[\[}}4.000000e+00{{\]\]\]}}{{\]}}> : tensor<4x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[2.000000e+01, 8.000000e+01, 3.000000e+01, 4.000000e+01]> : tensor<4xf32>
// CHECK-COUNT-1: linalg.conv_2d_nchw_fchw
// CHECK-NOT: {{arith\.(mulf|addf)}}
func.func @a_part_of_a_part(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x2x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (mulf, mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %s = arith.constant dense<[2.0]> : tensor<1xf32>
  %t = arith.constant dense<[4.0]> : tensor<1xf32>
  %u = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %w = tensor.extract_slice %y[0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %u0 = tensor.extract_slice %u[0, 0, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %u1 = tensor.extract_slice %u[0, 1, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %op = tensor.empty() : tensor<1x1x2x2xf32>
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u0, %s : tensor<1x1x2x2xf32>, tensor<1xf32>) outs(%op : tensor<1x1x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x1x2x2xf32>
  %oq = tensor.empty() : tensor<1x1x2x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u1, %t : tensor<1x1x2x2xf32>, tensor<1xf32>) outs(%oq : tensor<1x1x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x1x2x2xf32>
  return %p, %q, %w : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x2x2x2xf32>
}

// The shift is added to one of the two.
// CHECK-LABEL: func @of_a_sum(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}8.000000e+00{{\]\]\]}}, {{\[\[\[}}2.400000e+01{{\]\]\]}}, {{\[\[\[}}6.400000e+01{{\]\]\]}}{{\]}}> : tensor<4x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[2.100000e+01, 8.200000e+01, 2.400000e+02, 6.400000e+02]> : tensor<4xf32>
// CHECK-DAG: arith.constant dense<[2.000000e+01, 8.000000e+01, 2.400000e+02, 6.400000e+02]> : tensor<4xf32>
// CHECK-COUNT-2: linalg.conv_2d_nchw_fchw
// CHECK-NOT: {{arith\.(mulf|addf)}}
func.func @of_a_sum(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 3 steps (mulf, addf, mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %fz = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %bz = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ez = tensor.empty() : tensor<1x4x2x2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<4xf32>) outs(%ez : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 3 steps (mulf, addf, mulf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iz : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %es = tensor.empty() : tensor<1x4x2x2xf32>
  %sum = linalg.add ins(%y, %z : tensor<1x4x2x2xf32>, tensor<1x4x2x2xf32>) outs(%es : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %t = arith.constant dense<[8.0, 16.0]> : tensor<2xf32>
  %v = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %u = tensor.extract_slice %sum[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %w = tensor.extract_slice %sum[0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %op1 = tensor.empty() : tensor<1x2x2x2xf32>
  %p1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%op1 : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %op = tensor.empty() : tensor<1x2x2x2xf32>
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p1, %v : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%op : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.addf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %oq = tensor.empty() : tensor<1x2x2x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%oq : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %p, %q : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @put_together_again(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}1.600000e+01{{\]\]\]}}, {{\[\[\[}}3.000000e+00{{\]\]\]}}, {{\[\[\[}}8.000000e+00{{\]\]\]}}{{\]}}> : tensor<4x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[2.000000e+01, 1.600000e+02, 3.800000e+01, 1.120000e+02]> : tensor<4xf32>
// CHECK-COUNT-1: linalg.conv_2d_nchw_fchw
// CHECK-NOT: {{arith\.(mulf|addf)}}
func.func @put_together_again(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 3 steps (mulf, addf, mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %t = arith.constant dense<[8.0, 16.0]> : tensor<2xf32>
  %g = arith.constant dense<[1.0, 2.0, 1.0, 2.0]> : tensor<4xf32>
  %u = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %w = tensor.extract_slice %y[0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %op = tensor.empty() : tensor<1x2x2x2xf32>
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%op : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %oq = tensor.empty() : tensor<1x2x2x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%oq : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.addf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %p, %q : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %or = tensor.empty() : tensor<1x4x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %g : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%or : tensor<1x4x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// The parts stay what is added up.
// CHECK-LABEL: func @added_to_each_other(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}8.000000e+00{{\]\]\]}}, {{\[\[\[}}2.400000e+01{{\]\]\]}}, {{\[\[\[}}6.400000e+01{{\]\]\]}}{{\]}}> : tensor<4x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[2.000000e+01, 8.000000e+01, 2.400000e+02, 6.400000e+02]> : tensor<4xf32>
// CHECK-COUNT-1: linalg.conv_2d_nchw_fchw
// CHECK-DAG: %[[U:.*]] = tensor.extract_slice {{.*}}[0, 0, 0, 0]
// CHECK-DAG: %[[W:.*]] = tensor.extract_slice {{.*}}[0, 2, 0, 0]
// CHECK: linalg.add ins(%[[U]], %[[W]]
func.func @added_to_each_other(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (mulf, mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %t = arith.constant dense<[8.0, 16.0]> : tensor<2xf32>
  %u = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %w = tensor.extract_slice %y[0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %op = tensor.empty() : tensor<1x2x2x2xf32>
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%op : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %oq = tensor.empty() : tensor<1x2x2x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%oq : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %es = tensor.empty() : tensor<1x2x2x2xf32>
  %r = linalg.add ins(%p, %q : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) outs(%es : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A positive scale crosses the activation of its part.
// CHECK-LABEL: func @behind_an_activation(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}8.000000e+00{{\]\]\]}}, {{\[\[\[}}2.400000e+01{{\]\]\]}}, {{\[\[\[}}6.400000e+01{{\]\]\]}}{{\]}}> : tensor<4x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[2.000000e+01, 8.000000e+01, 2.400000e+02, 6.400000e+02]> : tensor<4xf32>
// CHECK-COUNT-1: linalg.conv_2d_nchw_fchw
// CHECK-NOT: arith.mulf
// CHECK: arith.maximumf
// CHECK-NOT: arith.mulf
func.func @behind_an_activation(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (mulf, mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %t = arith.constant dense<[8.0, 16.0]> : tensor<2xf32>
  %u = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %w = tensor.extract_slice %y[0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %zk = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %k = arith.maximumf %u, %zk : tensor<1x2x2x2xf32>
  %op = tensor.empty() : tensor<1x2x2x2xf32>
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%k, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%op : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %oq = tensor.empty() : tensor<1x2x2x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%oq : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %p, %q : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// The other part takes its steps all the same.
// CHECK-LABEL: func @a_step_out_of_reach(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}1.600000e+01{{\]\]\]}}, {{\[\[\[}}1.280000e+02{{\]\]\]}}, {{\[\[\[}}3.000000e+00{{\]\]\]}}, {{\[\[\[}}4.000000e+00{{\]\]\]}}{{\]}}> : tensor<4x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[1.600000e+02, 1.280000e+03, 3.000000e+01, 4.000000e+01]> : tensor<4xf32>
// CHECK: math.tanh
// CHECK: arith.mulf
// CHECK-NOT: arith.mulf
func.func @a_step_out_of_reach(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (mulf, mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %t = arith.constant dense<[8.0, 16.0]> : tensor<2xf32>
  %u = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %w = tensor.extract_slice %y[0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x2x2x2xf32>
  %op = tensor.empty() : tensor<1x2x2x2xf32>
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%op : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] nonlinear-step | Category:convoy}}
  %k = math.tanh %w : tensor<1x2x2x2xf32>
  %oq1 = tensor.empty() : tensor<1x2x2x2xf32>
  %q1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%k, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%oq1 : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %op2 = tensor.empty() : tensor<1x2x2x2xf32>
  %p2 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%op2 : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %p2, %q1 : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// The channels are those of two groups, side by side.
// CHECK-LABEL: func @of_groups(
// CHECK-DAG: arith.constant dense<{{\[\[\[\[\[}}2.000000e+00{{.*}}8.000000e+00{{.*}}2.400000e+01{{.*}}6.400000e+01{{.*}} : tensor<2x2x1x1x1xf32>
// CHECK-COUNT-1: linalg.conv_2d_ngchw_gfchw
// CHECK-NOT: arith.mulf
func.func @of_groups(%x: tensor<1x2x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x3x2x2xf32>) {
  %f = arith.constant dense<[[[[[1.0]]], [[[2.0]]]], [[[[3.0]]], [[[4.0]]]]]> : tensor<2x2x1x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x2x2x2xf32>) -> tensor<1x2x2x2x2xf32>
  // expected-remark @+1 {{folded 2 steps (mulf, mulf) into linalg.conv_2d_ngchw_gfchw"}}
  %g = linalg.conv_2d_ngchw_gfchw ins(%x, %f : tensor<1x2x1x2x2xf32>, tensor<2x2x1x1x1xf32>) outs(%i : tensor<1x2x2x2x2xf32>) -> tensor<1x2x2x2x2xf32>
  %y = tensor.collapse_shape %g [[0], [1, 2], [3], [4]] : tensor<1x2x2x2x2xf32> into tensor<1x4x2x2xf32>
  %s = arith.constant dense<[2.0]> : tensor<1xf32>
  %t = arith.constant dense<[4.0, 8.0, 16.0]> : tensor<3xf32>
  %u = tensor.extract_slice %y[0, 0, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x1x2x2xf32>
  %w = tensor.extract_slice %y[0, 1, 0, 0] [1, 3, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x3x2x2xf32>
  %op = tensor.empty() : tensor<1x1x2x2xf32>
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x1x2x2xf32>, tensor<1xf32>) outs(%op : tensor<1x1x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x1x2x2xf32>
  %oq = tensor.empty() : tensor<1x3x2x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %t : tensor<1x3x2x2xf32>, tensor<3xf32>) outs(%oq : tensor<1x3x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  return %p, %q : tensor<1x1x2x2xf32>, tensor<1x3x2x2xf32>
}

// The image may have any size, and the parts are cut out of it as well.
// CHECK-LABEL: func @dynamic_sizes(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}1.200000e+01{{\]\]\]}}, {{\[\[\[}}1.600000e+01{{\]\]\]}}{{\]}}> : tensor<4x1x1x1xf32>
// CHECK-COUNT-1: linalg.conv_2d_nchw_fchw
// CHECK-NOT: arith.mulf
func.func @dynamic_sizes(%x: tensor<?x1x?x2xf32>, %e: tensor<?x4x?x2xf32>, %n: index, %h: index) -> (tensor<?x2x?x2xf32>, tensor<?x2x?x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4x?x2xf32>) -> tensor<?x4x?x2xf32>
  // expected-remark @+1 {{folded 2 steps (mulf, mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x?x2xf32>, tensor<4x1x1x1xf32>) outs(%i : tensor<?x4x?x2xf32>) -> tensor<?x4x?x2xf32>
  %u = tensor.extract_slice %y[0, 0, 0, 0] [%n, 2, %h, 2] [1, 1, 1, 1] : tensor<?x4x?x2xf32> to tensor<?x2x?x2xf32>
  %w = tensor.extract_slice %y[0, 2, 0, 0] [%n, 2, %h, 2] [1, 1, 1, 1] : tensor<?x4x?x2xf32> to tensor<?x2x?x2xf32>
  %s = arith.constant dense<[2.0, 1.0]> : tensor<2xf32>
  %t = arith.constant dense<[4.0, 4.0]> : tensor<2xf32>
  %o = tensor.empty(%n, %h) : tensor<?x2x?x2xf32>
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<?x2x?x2xf32>, tensor<2xf32>) outs(%o : tensor<?x2x?x2xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<?x2x?x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %t : tensor<?x2x?x2xf32>, tensor<2xf32>) outs(%o : tensor<?x2x?x2xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<?x2x?x2xf32>
  return %p, %q : tensor<?x2x?x2xf32>, tensor<?x2x?x2xf32>
}

// What is put together are vectors of channels.
// CHECK-LABEL: func @run_time_parameters(
// CHECK: tensor.insert_slice {{.*}}[0] [3] [1] : tensor<3xf64> into tensor<4xf64>
// CHECK: tensor.insert_slice {{.*}}[3] [1] [1] : tensor<1xf64> into tensor<4xf64>
// CHECK-COUNT-1: linalg.conv_2d_nchw_fchw
// CHECK-NOT: tensor<1x{{[0-9]}}x2x2xf32>, tensor<{{[0-9]}}xf32>
// CHECK: return
func.func @run_time_parameters(%x: tensor<1x1x2x2xf32>, %s: tensor<3xf32>, %t: tensor<3xf32>) -> (tensor<1x3x2x2xf32>, tensor<1x1x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 3 steps (mulf, addf, mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iy : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %k = arith.constant dense<[8.0]> : tensor<1xf32>
  %u = tensor.extract_slice %y[0, 0, 0, 0] [1, 3, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x3x2x2xf32>
  %w = tensor.extract_slice %y[0, 3, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x4x2x2xf32> to tensor<1x1x2x2xf32>
  %op1 = tensor.empty() : tensor<1x3x2x2xf32>
  %p1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x3x2x2xf32>, tensor<3xf32>) outs(%op1 : tensor<1x3x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  %op = tensor.empty() : tensor<1x3x2x2xf32>
  %p = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p1, %t : tensor<1x3x2x2xf32>, tensor<3xf32>) outs(%op : tensor<1x3x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.addf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x3x2x2xf32>
  %oq = tensor.empty() : tensor<1x1x2x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %k : tensor<1x1x2x2xf32>, tensor<1xf32>) outs(%oq : tensor<1x1x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x1x2x2xf32>
  return %p, %q : tensor<1x3x2x2xf32>, tensor<1x1x2x2xf32>
}

// A parameter of one part that is made behind the end of the other.
// CHECK-LABEL: func @parameters_known_late(
// CHECK: tensor.reshape
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: math.tanh
func.func @parameters_known_late(%x: tensor<1x1x2x2xf32>, %v: tensor<2x1xf32>, %shape: tensor<1xi64>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %ey = tensor.empty() : tensor<1x4x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<4xf32>) outs(%ey : tensor<1x4x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (mulf, mulf) into linalg.conv_2d_nchw_fchw"}}
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
  %t = tensor.reshape %v(%shape) : (tensor<2x1xf32>, tensor<1xi64>) -> tensor<2xf32>
  %oq = tensor.empty() : tensor<1x2x2x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%oq : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %n, %q : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// What is taken out of a concatenation as it was put in goes its own way.
// CHECK-LABEL: func @parts_of_a_concatenation(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<9.000000e+00> : tensor<1x1x1x1xf32>
// CHECK-COUNT-2: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return
func.func @parts_of_a_concatenation(%x: tensor<1x1x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %fz = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %iy = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %iz = arith.constant dense<0.0> : tensor<1x1x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf)}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf)}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%iz : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32>
  %p = tensor.extract_slice %c[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x3x2x2xf32> to tensor<1x2x2x2xf32>
  %q = tensor.extract_slice %c[0, 2, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x3x2x2xf32> to tensor<1x1x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %bs = linalg.broadcast ins(%s : tensor<2xf32>) outs(%iy : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %t = arith.constant dense<3.0> : tensor<1x1x2x2xf32>
  %m = arith.mulf %p, %bs : tensor<1x2x2x2xf32>
  %n = arith.mulf %q, %t : tensor<1x1x2x2xf32>
  return %m, %n : tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>
}

// The same with tensor.insert_slice, and the whole is used as well: then the part is.
// CHECK-LABEL: func @part_of_inserted(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NOT: tensor.extract_slice
// CHECK: tensor.insert_slice %[[Y]]
// CHECK: arith.mulf %[[Y]]
func.func @part_of_inserted(%x: tensor<1x1x2x2xf32>) -> (tensor<1x3x2x2xf32>, tensor<1x2x2x2xf32>) {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %iy = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %z = arith.constant dense<5.0> : tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %h = tensor.insert_slice %y into %e[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x3x2x2xf32>
  // expected-remark @+1 {{[Missed] multiple-uses | Category:convoy}}
  %c = tensor.insert_slice %z into %h[0, 2, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x1x2x2xf32> into tensor<1x3x2x2xf32>
  %p = tensor.extract_slice %c[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x3x2x2xf32> to tensor<1x2x2x2xf32>
  %t = arith.constant dense<3.0> : tensor<1x2x2x2xf32>
  %m = arith.mulf %p, %t : tensor<1x2x2x2xf32>
  return %c, %m : tensor<1x3x2x2xf32>, tensor<1x2x2x2xf32>
}

// A step in front of the slices: what is behind them is reached once it is folded.
// CHECK-LABEL: func @parts_behind_a_step(
// CHECK-DAG: arith.constant dense<6.000000e+00> : tensor<1x1x1x1xf32>
// CHECK-DAG: arith.constant dense<4.200000e+01> : tensor<1x1x1x1xf32>
// CHECK-COUNT-2: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return
func.func @parts_behind_a_step(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %fy = arith.constant dense<1.0> : tensor<1x1x1x1xf32>
  %fz = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x1x2x2xf32>
  // expected-remark @+2 {{MaxGain=2.000000e+00}}
  // expected-remark @+1 {{MaxGain=3.000000e+00}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%i : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  // expected-remark @+2 {{MaxGain=2.000000e+00}}
  // expected-remark @+1 {{MaxGain=7.000000e+00}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%i : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32>
  %k = arith.constant dense<2.0> : tensor<1x2x2x2xf32>
  %d = arith.mulf %c, %k : tensor<1x2x2x2xf32>
  %p = tensor.extract_slice %d[0, 0, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %q = tensor.extract_slice %d[0, 1, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %s = arith.constant dense<3.0> : tensor<1x1x2x2xf32>
  %t = arith.constant dense<7.0> : tensor<1x1x2x2xf32>
  %m = arith.mulf %p, %s : tensor<1x1x2x2xf32>
  %n = arith.mulf %q, %t : tensor<1x1x2x2xf32>
  return %m, %n : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}
