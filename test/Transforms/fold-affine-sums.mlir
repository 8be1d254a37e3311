// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Steps behind sums of concatenations, behind activations of concatenations and
// sums, and behind convolutions that accumulate onto another's result.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#row = affine_map<(d0, d1, d2, d3) -> (d2)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

// The shift and both biases are added to one of the two that fill a part.
// CHECK-LABEL: func @sum_of_concatenations(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}8.000000e+00{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.400000e+01{{\]\]\]}}, {{\[\[\[}}6.400000e+01{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}1.000000e+01{{\]\]\]}}, {{\[\[\[}}2.400000e+01{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}5.600000e+01{{\]\]\]}}, {{\[\[\[}}1.280000e+02{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[1.210000e+02, 3.220000e+02]> : tensor<2xf32>
// CHECK-DAG: arith.constant dense<[8.030000e+02, 1.924000e+03]> : tensor<2xf32>
// CHECK-COUNT-4: linalg.conv_2d_nchw_fchw
// CHECK-NOT: {{arith\.(mulf|addf|subf)}}
// CHECK: return
func.func @sum_of_concatenations(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (mulf, addf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %ez = tensor.empty() : tensor<1x2x2x2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%ez : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (mulf, addf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fv = arith.constant dense<[[[[5.0]]], [[[6.0]]]]> : tensor<2x1x1x1xf32>
  %bv = arith.constant dense<[50.0, 60.0]> : tensor<2xf32>
  %ev = tensor.empty() : tensor<1x2x2x2xf32>
  %iv = linalg.broadcast ins(%bv : tensor<2xf32>) outs(%ev : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (mulf, addf) into linalg.conv_2d_nchw_fchw"}}
  %v = linalg.conv_2d_nchw_fchw ins(%x, %fv : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iv : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fw = arith.constant dense<[[[[7.0]]], [[[8.0]]]]> : tensor<2x1x1x1xf32>
  %bw = arith.constant dense<[70.0, 80.0]> : tensor<2xf32>
  %ew = tensor.empty() : tensor<1x2x2x2xf32>
  %iw = linalg.broadcast ins(%bw : tensor<2xf32>) outs(%ew : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (mulf, addf) into linalg.conv_2d_nchw_fchw"}}
  %w = linalg.conv_2d_nchw_fchw ins(%x, %fw : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iw : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %d = tensor.concat dim(1) %v, %w : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %es = tensor.empty() : tensor<1x4x2x2xf32>
  %s = linalg.add ins(%c, %d : tensor<1x4x2x2xf32>, tensor<1x4x2x2xf32>) outs(%es : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %k = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %t = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %or1 = tensor.empty() : tensor<1x4x2x2xf32>
  %r1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s, %k : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%or1 : tensor<1x4x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  %or = tensor.empty() : tensor<1x4x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%r1, %t : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%or : tensor<1x4x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.addf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// One is put together from behind.
// CHECK-LABEL: func @sum_in_another_order(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}8.000000e+00{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.400000e+01{{\]\]\]}}, {{\[\[\[}}6.400000e+01{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}1.000000e+01{{\]\]\]}}, {{\[\[\[}}2.400000e+01{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}5.600000e+01{{\]\]\]}}, {{\[\[\[}}1.280000e+02{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-COUNT-4: linalg.conv_2d_nchw_fchw
// CHECK-NOT: {{arith\.(mulf|addf|subf)}}
// CHECK: return
func.func @sum_in_another_order(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %ez = tensor.empty() : tensor<1x2x2x2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%ez : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fv = arith.constant dense<[[[[5.0]]], [[[6.0]]]]> : tensor<2x1x1x1xf32>
  %bv = arith.constant dense<[50.0, 60.0]> : tensor<2xf32>
  %ev = tensor.empty() : tensor<1x2x2x2xf32>
  %iv = linalg.broadcast ins(%bv : tensor<2xf32>) outs(%ev : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %v = linalg.conv_2d_nchw_fchw ins(%x, %fv : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iv : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fw = arith.constant dense<[[[[7.0]]], [[[8.0]]]]> : tensor<2x1x1x1xf32>
  %bw = arith.constant dense<[70.0, 80.0]> : tensor<2xf32>
  %ew = tensor.empty() : tensor<1x2x2x2xf32>
  %iw = linalg.broadcast ins(%bw : tensor<2xf32>) outs(%ew : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %w = linalg.conv_2d_nchw_fchw ins(%x, %fw : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iw : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %ed = tensor.empty() : tensor<1x4x2x2xf32>
  %d1 = tensor.insert_slice %w into %ed[0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x4x2x2xf32>
  %d = tensor.insert_slice %v into %d1[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x4x2x2xf32>
  %es = tensor.empty() : tensor<1x4x2x2xf32>
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

// CHECK-LABEL: func @difference_of_concatenations(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}8.000000e+00{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.400000e+01{{\]\]\]}}, {{\[\[\[}}6.400000e+01{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}-1.000000e+01{{\]\]\]}}, {{\[\[\[}}-2.400000e+01{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}-5.600000e+01{{\]\]\]}}, {{\[\[\[}}-1.280000e+02{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-COUNT-4: linalg.conv_2d_nchw_fchw
// CHECK-NOT: {{arith\.(mulf|addf|subf)}}
// CHECK: return
func.func @difference_of_concatenations(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (subf, mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ez = tensor.empty() : tensor<1x2x2x2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%ez : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (subf, mulf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fv = arith.constant dense<[[[[5.0]]], [[[6.0]]]]> : tensor<2x1x1x1xf32>
  %bv = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ev = tensor.empty() : tensor<1x2x2x2xf32>
  %iv = linalg.broadcast ins(%bv : tensor<2xf32>) outs(%ev : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (subf, mulf) into linalg.conv_2d_nchw_fchw"}}
  %v = linalg.conv_2d_nchw_fchw ins(%x, %fv : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iv : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fw = arith.constant dense<[[[[7.0]]], [[[8.0]]]]> : tensor<2x1x1x1xf32>
  %bw = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ew = tensor.empty() : tensor<1x2x2x2xf32>
  %iw = linalg.broadcast ins(%bw : tensor<2xf32>) outs(%ew : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (subf, mulf) into linalg.conv_2d_nchw_fchw"}}
  %w = linalg.conv_2d_nchw_fchw ins(%x, %fw : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iw : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %d = tensor.concat dim(1) %v, %w : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %es = tensor.empty() : tensor<1x4x2x2xf32>
  %s = linalg.sub ins(%c, %d : tensor<1x4x2x2xf32>, tensor<1x4x2x2xf32>) outs(%es : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %k = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %or = tensor.empty() : tensor<1x4x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s, %k : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%or : tensor<1x4x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// CHECK-LABEL: func @relu_of_tensors(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}8.000000e+00{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.maximumf
// CHECK-NOT: {{arith\.(mulf|addf|subf)}}
// CHECK: return
func.func @relu_of_tensors(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %za = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
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

// CHECK-LABEL: func @relu_of_a_fill(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}8.000000e+00{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.max
// CHECK-NOT: {{arith\.(mulf|addf|subf)}}
// CHECK: return
func.func @relu_of_a_fill(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %na = arith.constant 0.0 : f32
  %ea = tensor.empty() : tensor<1x2x2x2xf32>
  %za = linalg.fill ins(%na : f32) outs(%ea : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %a = linalg.max ins(%za, %y : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) outs(%ea : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %k = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %or = tensor.empty() : tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%a, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%or : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @relu_of_a_broadcast(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}8.000000e+00{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.maximumf
// CHECK-NOT: {{arith\.(mulf|addf|subf)}}
// CHECK: return
func.func @relu_of_a_broadcast(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %na = arith.constant dense<0.0> : tensor<f32>
  %ea = tensor.empty() : tensor<1x2x2x2xf32>
  %za = linalg.broadcast ins(%na : tensor<f32>) outs(%ea : tensor<1x2x2x2xf32>) dimensions = [0, 1, 2, 3]
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

// CHECK-LABEL: func @relu_of_a_concatenation(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}8.000000e+00{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.400000e+01{{\]\]\]}}, {{\[\[\[}}6.400000e+01{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK-DAG: arith.constant dense<[2.400000e+02, 6.400000e+02]> : tensor<2xf32>
// CHECK-COUNT-2: linalg.conv_2d_nchw_fchw
// CHECK: tensor.concat
// CHECK: arith.maximumf
// CHECK-NOT: {{arith\.(mulf|addf|subf)}}
// CHECK: return
func.func @relu_of_a_concatenation(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %ez = tensor.empty() : tensor<1x2x2x2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%ez : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %za = arith.constant dense<0.0> : tensor<1x4x2x2xf32>
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

// CHECK-LABEL: func @relu_of_a_sum(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}8.000000e+00{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}6.000000e+00{{\]\]\]}}, {{\[\[\[}}1.600000e+01{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[8.000000e+01, 2.400000e+02]> : tensor<2xf32>
// CHECK-COUNT-2: linalg.conv_2d_nchw_fchw
// CHECK: linalg.add
// CHECK: arith.maximumf
// CHECK-NOT: {{arith\.(mulf|addf|subf)}}
// CHECK: return
func.func @relu_of_a_sum(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %ez = tensor.empty() : tensor<1x2x2x2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%ez : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %ec = tensor.empty() : tensor<1x2x2x2xf32>
  %c = linalg.add ins(%y, %z : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) outs(%ec : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %za = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %a = arith.maximumf %c, %za : tensor<1x2x2x2xf32>
  %k = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %or = tensor.empty() : tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%a, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%or : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// s*(z + init) is s*z + s*init, and init is a convolution with a step.
// CHECK-LABEL: func @onto_a_convolution(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}4.000000e+00{{\]\]\]}}, {{\[\[\[}}3.200000e+01{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}6.000000e+00{{\]\]\]}}, {{\[\[\[}}1.600000e+01{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[4.100000e+01, 3.220000e+02]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} outs(%[[Y]] :
// CHECK-NOT: {{arith\.(mulf|addf|subf)}}
// CHECK: return
func.func @onto_a_convolution(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 3 steps (mulf, mulf, addf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %g = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %oh = tensor.empty() : tensor<1x2x2x2xf32>
  %h = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %g : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%oh : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  // expected-remark @+1 {{folded 2 steps (mulf, addf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%h : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %k = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %t = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %or1 = tensor.empty() : tensor<1x2x2x2xf32>
  %r1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%z, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%or1 : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %or = tensor.empty() : tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%r1, %t : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%or : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.addf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @onto_a_sum_of_both(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}8.000000e+00{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}6.000000e+00{{\]\]\]}}, {{\[\[\[}}1.600000e+01{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}1.000000e+01{{\]\]\]}}, {{\[\[\[}}2.400000e+01{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK: %[[S:.*]] = linalg.add
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} outs(%[[S]] :
// CHECK-NOT: {{arith\.(mulf|addf|subf)}}
// CHECK: return
func.func @onto_a_sum_of_both(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %ez = tensor.empty() : tensor<1x2x2x2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%ez : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %eh = tensor.empty() : tensor<1x2x2x2xf32>
  %h = linalg.add ins(%y, %z : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) outs(%eh : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fv = arith.constant dense<[[[[5.0]]], [[[6.0]]]]> : tensor<2x1x1x1xf32>
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %v = linalg.conv_2d_nchw_fchw ins(%x, %fv : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%h : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %k = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %or = tensor.empty() : tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%or : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @onto_each_other(
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}2.000000e+00{{\]\]\]}}, {{\[\[\[}}8.000000e+00{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}6.000000e+00{{\]\]\]}}, {{\[\[\[}}1.600000e+01{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[\[\[}}1.000000e+01{{\]\]\]}}, {{\[\[\[}}2.400000e+01{{\]\]\]}}{{\]}}> : tensor<2x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK: %[[Z:.*]] = linalg.conv_2d_nchw_fchw {{.*}} outs(%[[Y]] :
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} outs(%[[Z]] :
// CHECK-NOT: {{arith\.(mulf|addf|subf)}}
// CHECK: return
func.func @onto_each_other(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%y : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fv = arith.constant dense<[[[[5.0]]], [[[6.0]]]]> : tensor<2x1x1x1xf32>
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %v = linalg.conv_2d_nchw_fchw ins(%x, %fv : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%z : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %k = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %or = tensor.empty() : tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%or : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @onto_a_convolution_at_run_time(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} outs(%[[Y]] :
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @onto_a_convolution_at_run_time(%x: tensor<1x1x2x2xf32>, %k: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %ey = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%ey : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%y : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %or = tensor.empty() : tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%z, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%or : tensor<1x2x2x2xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %m = arith.mulf %in0, %in1 : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
