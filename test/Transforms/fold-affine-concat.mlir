// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse --remark-policy=all --remarks-filter=convoy -o %t.again.mlir 2>&1 | count 0
// RUN: diff %t.mlir %t.again.mlir

// Steps behind a concatenation: each convolution takes its part of the vectors. And
// steps behind a slice of the image.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#row = affine_map<(d0, d1, d2, d3) -> (d2)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

// CHECK-LABEL: func @insert_slice(
// CHECK-DAG: %[[FA:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BA:.*]] = arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK-DAG: %[[FB:.*]] = arith.constant dense<{{\[\[\[\[}}2.400000e+01]]], {{\[\[\[}}8.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BB:.*]] = arith.constant dense<[2.400000e+02, 6.400000e+02]> : tensor<2xf32>
// CHECK: %[[IA:.*]] = linalg.generic {{.*}} ins(%[[BA]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[A:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FA]] : {{.*}} outs(%[[IA]] :
// CHECK: %[[IB:.*]] = linalg.generic {{.*}} ins(%[[BB]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[B:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FB]] : {{.*}} outs(%[[IB]] :
// CHECK: %[[I:.*]] = tensor.insert_slice %[[A]] into %{{.*}}[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1]
// CHECK-NEXT: %[[R:.*]] = tensor.insert_slice %[[B]] into %[[I]][0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1]
// CHECK-NEXT: return %[[R]]
func.func @insert_slice(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e1 = tensor.empty() : tensor<1x4x2x2xf32>
  %h = tensor.insert_slice %y into %e1[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x4x2x2xf32>
  %c = tensor.insert_slice %z into %h[0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x4x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%e1 : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// CHECK-LABEL: func @concat(
// CHECK-DAG: %[[FA:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BA:.*]] = arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK-DAG: %[[FB:.*]] = arith.constant dense<{{\[\[\[\[}}5.600000e+01]]], {{\[\[\[}}1.440000e+02]]], {{\[\[\[}}3.520000e+02]]]]> : tensor<3x1x1x1xf32>
// CHECK-DAG: %[[BB:.*]] = arith.constant dense<[4.000000e+02, 9.600000e+02, 2.240000e+03]> : tensor<3xf32>
// CHECK-DAG: %[[FC:.*]] = arith.constant dense<{{\[\[\[\[}}6.000000e+00]]], {{\[\[\[}}2.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BC:.*]] = arith.constant dense<[6.000000e+01, 1.600000e+02]> : tensor<2xf32>
// CHECK: %[[IA:.*]] = linalg.generic {{.*}} ins(%[[BA]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[A:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FA]] : {{.*}} outs(%[[IA]] :
// CHECK: %[[IB:.*]] = linalg.generic {{.*}} ins(%[[BB]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[B:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FB]] : {{.*}} outs(%[[IB]] :
// CHECK: %[[IC:.*]] = linalg.generic {{.*}} ins(%[[BC]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[C:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FC]] : {{.*}} outs(%[[IC]] :
// CHECK-NEXT: %[[R:.*]] = tensor.concat dim(1) %[[A]], %[[B]], %[[C]] :
// CHECK-NEXT: return %[[R]]
func.func @concat(%x: tensor<1x1x2x2xf32>) -> tensor<1x7x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fw = arith.constant dense<[[[[7.0]]], [[[9.0]]], [[[11.0]]]]> : tensor<3x1x1x1xf32>
  %bw = arith.constant dense<[50.0, 60.0, 70.0]> : tensor<3xf32>
  %e1 = tensor.empty() : tensor<1x3x2x2xf32>
  %iw = linalg.broadcast ins(%bw : tensor<3xf32>) outs(%e1 : tensor<1x3x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %w = linalg.conv_2d_nchw_fchw ins(%x, %fw : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%iw : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %y, %w, %z : (tensor<1x2x2x2xf32>, tensor<1x3x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x7x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0, 32.0, 2.0, 4.0]> : tensor<7xf32>
  %e2 = tensor.empty() : tensor<1x7x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x7x2x2xf32>, tensor<7xf32>) outs(%e2 : tensor<1x7x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x7x2x2xf32>
  return %r : tensor<1x7x2x2xf32>
}

// Concatenations of concatenations.
// CHECK-LABEL: func @nested(
// CHECK-DAG: %[[FA:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00]]], {{\[\[\[}}2.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BA:.*]] = arith.constant dense<[1.100000e+01, 2.200000e+01]> : tensor<2xf32>
// CHECK-DAG: %[[FB:.*]] = arith.constant dense<{{\[\[\[\[}}7.000000e+00]]], {{\[\[\[}}9.000000e+00]]], {{\[\[\[}}1.100000e+01]]]]> : tensor<3x1x1x1xf32>
// CHECK-DAG: %[[BB:.*]] = arith.constant dense<[5.300000e+01, 6.400000e+01, 7.500000e+01]> : tensor<3xf32>
// CHECK-DAG: %[[FC:.*]] = arith.constant dense<{{\[\[\[\[}}3.000000e+00]]], {{\[\[\[}}5.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BC:.*]] = arith.constant dense<[3.600000e+01, 4.700000e+01]> : tensor<2xf32>
// CHECK: %[[IA:.*]] = linalg.generic {{.*}} ins(%[[BA]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[A:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FA]] : {{.*}} outs(%[[IA]] :
// CHECK: %[[IB:.*]] = linalg.generic {{.*}} ins(%[[BB]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[B:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FB]] : {{.*}} outs(%[[IB]] :
// CHECK: %[[IC:.*]] = linalg.generic {{.*}} ins(%[[BC]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[C:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FC]] : {{.*}} outs(%[[IC]] :
// CHECK: %[[D:.*]] = tensor.concat dim(1) %[[B]], %[[C]] :
// CHECK-NEXT: %[[R:.*]] = tensor.concat dim(1) %[[A]], %[[D]] : (tensor<1x2x2x2xf32>, tensor<1x5x2x2xf32>)
// CHECK-NEXT: return %[[R]]
func.func @nested(%x: tensor<1x1x2x2xf32>) -> tensor<1x7x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (addf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fw = arith.constant dense<[[[[7.0]]], [[[9.0]]], [[[11.0]]]]> : tensor<3x1x1x1xf32>
  %bw = arith.constant dense<[50.0, 60.0, 70.0]> : tensor<3xf32>
  %e1 = tensor.empty() : tensor<1x3x2x2xf32>
  %iw = linalg.broadcast ins(%bw : tensor<3xf32>) outs(%e1 : tensor<1x3x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (addf) into linalg.conv_2d_nchw_fchw"}}
  %w = linalg.conv_2d_nchw_fchw ins(%x, %fw : tensor<1x1x2x2xf32>, tensor<3x1x1x1xf32>) outs(%iw : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (addf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %d = tensor.concat dim(1) %w, %z : (tensor<1x3x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x5x2x2xf32>
  %c = tensor.concat dim(1) %y, %d : (tensor<1x2x2x2xf32>, tensor<1x5x2x2xf32>) -> tensor<1x7x2x2xf32>
  %pr = arith.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]> : tensor<7xf32>
  %e2 = tensor.empty() : tensor<1x7x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x7x2x2xf32>, tensor<7xf32>) outs(%e2 : tensor<1x7x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.addf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x7x2x2xf32>
  return %r : tensor<1x7x2x2xf32>
}

// A step of one part, then one of both: 4*(2*y) + 1, 8*z + 2.
// CHECK-LABEL: func @step_in_front(
// CHECK-DAG: %[[FA:.*]] = arith.constant dense<{{\[\[\[\[}}8.000000e+00]]], {{\[\[\[}}3.200000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BA:.*]] = arith.constant dense<[8.100000e+01, 3.220000e+02]> : tensor<2xf32>
// CHECK-DAG: %[[FB:.*]] = arith.constant dense<{{\[\[\[\[}}2.400000e+01]]], {{\[\[\[}}4.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BB:.*]] = arith.constant dense<[2.430000e+02, 3.240000e+02]> : tensor<2xf32>
// CHECK: %[[IA:.*]] = linalg.generic {{.*}} ins(%[[BA]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[A:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FA]] : {{.*}} outs(%[[IA]] :
// CHECK: %[[IB:.*]] = linalg.generic {{.*}} ins(%[[BB]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[B:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FB]] : {{.*}} outs(%[[IB]] :
// CHECK: %[[R:.*]] = tensor.concat dim(1) %[[A]], %[[B]] :
// CHECK-NEXT: return %[[R]]
func.func @step_in_front(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 3 steps (mulf, mulf, addf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 2 steps (mulf, addf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %pu = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %u = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %pu : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %u, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %pq = arith.constant dense<[4.0, 4.0, 8.0, 8.0]> : tensor<4xf32>
  %e1 = tensor.empty() : tensor<1x4x2x2xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pq : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%e1 : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  %pr = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q, %pr : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%e1 : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.addf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// One factor for all.
// CHECK-LABEL: func @uniform(
// CHECK-DAG: %[[FA:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}4.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BA:.*]] = arith.constant dense<[2.000000e+01, 4.000000e+01]> : tensor<2xf32>
// CHECK-DAG: %[[FB:.*]] = arith.constant dense<{{\[\[\[\[}}6.000000e+00]]], {{\[\[\[}}1.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BB:.*]] = arith.constant dense<[6.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK: %[[IA:.*]] = linalg.generic {{.*}} ins(%[[BA]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[A:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FA]] : {{.*}} outs(%[[IA]] :
// CHECK: %[[IB:.*]] = linalg.generic {{.*}} ins(%[[BB]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[B:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FB]] : {{.*}} outs(%[[IB]] :
// CHECK: %[[R:.*]] = tensor.concat dim(1) %[[A]], %[[B]] :
// CHECK-NEXT: return %[[R]]
func.func @uniform(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %pr = arith.constant 2.0 : f32
  %e1 = tensor.empty() : tensor<1x4x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #scalar, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x4x2x2xf32>, f32) outs(%e1 : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// Side by side, each convolution takes the whole vector.
// CHECK-LABEL: func @along_the_image(
// CHECK-DAG: %[[FA:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BA:.*]] = arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK-DAG: %[[FB:.*]] = arith.constant dense<{{\[\[\[\[}}6.000000e+00]]], {{\[\[\[}}2.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BB:.*]] = arith.constant dense<[6.000000e+01, 1.600000e+02]> : tensor<2xf32>
// CHECK: %[[IA:.*]] = linalg.generic {{.*}} ins(%[[BA]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[A:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FA]] : {{.*}} outs(%[[IA]] :
// CHECK: %[[IB:.*]] = linalg.generic {{.*}} ins(%[[BB]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[B:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FB]] : {{.*}} outs(%[[IB]] :
// CHECK: %[[R:.*]] = tensor.concat dim(3) %[[A]], %[[B]] :
// CHECK-NEXT: return %[[R]]
func.func @along_the_image(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x4xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(3) %y, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x4xf32>
  %pr = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e1 = tensor.empty() : tensor<1x2x2x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x2x2x4xf32>, tensor<2xf32>) outs(%e1 : tensor<1x2x2x4xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x4xf32>
  return %r : tensor<1x2x2x4xf32>
}

// CHECK-LABEL: func @dynamic_batch(
// CHECK-DAG: %[[FA:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BA:.*]] = arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK-DAG: %[[FB:.*]] = arith.constant dense<{{\[\[\[\[}}2.400000e+01]]], {{\[\[\[}}8.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BB:.*]] = arith.constant dense<[2.400000e+02, 6.400000e+02]> : tensor<2xf32>
// CHECK: %[[IA:.*]] = linalg.generic {{.*}} ins(%[[BA]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[A:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FA]] : {{.*}} outs(%[[IA]] :
// CHECK: %[[IB:.*]] = linalg.generic {{.*}} ins(%[[BB]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[B:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FB]] : {{.*}} outs(%[[IB]] :
// CHECK: %[[I:.*]] = tensor.insert_slice %[[A]] into %{{.*}}[0, 0, 0, 0]
// CHECK: %[[R:.*]] = tensor.insert_slice %[[B]] into %[[I]][0, 2, 0, 0]
// CHECK-NEXT: return %[[R]]
func.func @dynamic_batch(%x: tensor<?x1x2x2xf32>) -> tensor<?x4x2x2xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %e1 = tensor.empty(%n) : tensor<?x4x2x2xf32>
  %h = tensor.insert_slice %y into %e1[0, 0, 0, 0] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> into tensor<?x4x2x2xf32>
  %c = tensor.insert_slice %z into %h[0, 2, 0, 0] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> into tensor<?x4x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<?x4x2x2xf32>, tensor<4xf32>) outs(%e1 : tensor<?x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x4x2x2xf32>
  return %r : tensor<?x4x2x2xf32>
}

// CHECK-LABEL: func @dynamic_batch_concat(
// CHECK-DAG: %[[FA:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BA:.*]] = arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK-DAG: %[[FB:.*]] = arith.constant dense<{{\[\[\[\[}}2.400000e+01]]], {{\[\[\[}}8.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BB:.*]] = arith.constant dense<[2.400000e+02, 6.400000e+02]> : tensor<2xf32>
// CHECK: %[[IA:.*]] = linalg.generic {{.*}} ins(%[[BA]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[A:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FA]] : {{.*}} outs(%[[IA]] :
// CHECK: %[[IB:.*]] = linalg.generic {{.*}} ins(%[[BB]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[B:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FB]] : {{.*}} outs(%[[IB]] :
// CHECK: %[[R:.*]] = tensor.concat dim(1) %[[A]], %[[B]] :
// CHECK-NEXT: return %[[R]]
func.func @dynamic_batch_concat(%x: tensor<?x1x2x2xf32>) -> tensor<?x4x2x2xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>) -> tensor<?x4x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %e1 = tensor.empty(%n) : tensor<?x4x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<?x4x2x2xf32>, tensor<4xf32>) outs(%e1 : tensor<?x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x4x2x2xf32>
  return %r : tensor<?x4x2x2xf32>
}

// Nothing is left of the tensor that the parts are inserted into, in whatever order.
// CHECK-LABEL: func @covered_constant(
// CHECK-DAG: %[[FA:.*]] = arith.constant dense<{{\[\[\[\[}}2.400000e+01]]], {{\[\[\[}}8.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BA:.*]] = arith.constant dense<[2.400000e+02, 6.400000e+02]> : tensor<2xf32>
// CHECK-DAG: %[[FB:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BB:.*]] = arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK: %[[IA:.*]] = linalg.generic {{.*}} ins(%[[BA]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[A:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FA]] : {{.*}} outs(%[[IA]] :
// CHECK: %[[IB:.*]] = linalg.generic {{.*}} ins(%[[BB]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[B:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FB]] : {{.*}} outs(%[[IB]] :
// CHECK: %[[I:.*]] = tensor.insert_slice %[[A]] into %{{.*}}[0, 2, 0, 0]
// CHECK-NEXT: %[[R:.*]] = tensor.insert_slice %[[B]] into %[[I]][0, 0, 0, 0]
// CHECK-NEXT: return %[[R]]
func.func @covered_constant(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %d = arith.constant dense<9.0> : tensor<1x4x2x2xf32>
  %h = tensor.insert_slice %z into %d[0, 2, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x4x2x2xf32>
  %c = tensor.insert_slice %y into %h[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x4x2x2xf32>
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %e1 = tensor.empty() : tensor<1x4x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%e1 : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// CHECK-LABEL: func @transposed(
// CHECK-DAG: %[[FA:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BA:.*]] = arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK-DAG: %[[FB:.*]] = arith.constant dense<{{\[\[\[\[}}2.400000e+01]]], {{\[\[\[}}8.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BB:.*]] = arith.constant dense<[2.400000e+02, 6.400000e+02]> : tensor<2xf32>
// CHECK: %[[IA:.*]] = linalg.generic {{.*}} ins(%[[BA]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[A:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FA]] : {{.*}} outs(%[[IA]] :
// CHECK: %[[IB:.*]] = linalg.generic {{.*}} ins(%[[BB]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[B:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FB]] : {{.*}} outs(%[[IB]] :
// CHECK: %[[C:.*]] = tensor.concat dim(1) %[[A]], %[[B]] :
// CHECK: %[[R:.*]] = linalg.transpose ins(%[[C]] :
// CHECK-NEXT: return %[[R]]
func.func @transposed(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x4x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %bz = arith.constant dense<[30.0, 40.0]> : tensor<2xf32>
  %iz = linalg.broadcast ins(%bz : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %e1 = tensor.empty() : tensor<1x2x4x2xf32>
  %t = linalg.transpose ins(%c : tensor<1x4x2x2xf32>) outs(%e1 : tensor<1x2x4x2xf32>) permutation = [0, 2, 1, 3]
  %pr = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%t, %pr : tensor<1x2x4x2xf32>, tensor<4xf32>) outs(%e1 : tensor<1x2x4x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x4x2xf32>
  return %r : tensor<1x2x4x2xf32>
}

// The border is cut off.
// CHECK-LABEL: func @slice_of_image(
// CHECK-DAG: %[[FA:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BA:.*]] = arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK: %[[IA:.*]] = linalg.generic {{.*}} ins(%[[BA]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[A:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FA]] : {{.*}} outs(%[[IA]] :
// CHECK-NEXT: %[[R:.*]] = tensor.extract_slice %[[A]][0, 0, 1, 0] [1, 2, 1, 2] [1, 1, 1, 1]
// CHECK-NEXT: return %[[R]]
func.func @slice_of_image(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x1x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.extract_slice %y[0, 0, 1, 0] [1, 2, 1, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x2x1x2xf32>
  %pr = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e1 = tensor.empty() : tensor<1x2x1x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x2x1x2xf32>, tensor<2xf32>) outs(%e1 : tensor<1x2x1x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x1x2xf32>
  return %r : tensor<1x2x1x2xf32>
}

// What does not depend on the channel may follow a slice of them.
// CHECK-LABEL: func @slice_of_channels_scalar(
// CHECK-DAG: %[[FA:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}4.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BA:.*]] = arith.constant dense<[2.000000e+01, 4.000000e+01]> : tensor<2xf32>
// CHECK: %[[IA:.*]] = linalg.generic {{.*}} ins(%[[BA]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[A:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FA]] : {{.*}} outs(%[[IA]] :
// CHECK-NEXT: %[[R:.*]] = tensor.extract_slice %[[A]][0, 1, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1]
// CHECK-NEXT: return %[[R]]
func.func @slice_of_channels_scalar(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.extract_slice %y[0, 1, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %pr = arith.constant 2.0 : f32
  %e1 = tensor.empty() : tensor<1x1x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #scalar, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x1x2x2xf32>, f32) outs(%e1 : tensor<1x1x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x1x2x2xf32>
  return %r : tensor<1x1x2x2xf32>
}

// CHECK-LABEL: func @slice_dynamic_batch(
// CHECK-DAG: %[[FA:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[BA:.*]] = arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK: %[[IA:.*]] = linalg.generic {{.*}} ins(%[[BA]] :
// CHECK-NEXT: ^bb0(%[[IN:[^:]*]]:
// CHECK-NEXT: linalg.yield %[[IN]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[A:.*]] = linalg.conv_2d_nchw_fchw ins(%arg0, %[[FA]] : {{.*}} outs(%[[IA]] :
// CHECK: %[[R:.*]] = tensor.extract_slice %[[A]][0, 0, 1, 0]
// CHECK-NEXT: return %[[R]]
func.func @slice_dynamic_batch(%x: tensor<?x1x2x2xf32>) -> tensor<?x2x1x2xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %c = tensor.extract_slice %y[0, 0, 1, 0] [%n, 2, 1, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> to tensor<?x2x1x2xf32>
  %pr = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e1 = tensor.empty(%n) : tensor<?x2x1x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<?x2x1x2xf32>, tensor<2xf32>) outs(%e1 : tensor<?x2x1x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x2x1x2xf32>
  return %r : tensor<?x2x1x2xf32>
}

// A concatenation and a convolution of all channels: the parts take all that
// the sum adds.
// CHECK-LABEL: func @parts_and_whole(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.400000e+01]]], [[[8.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]], [[[2.400000e+01]]], [[[6.400000e+01]]]]> : tensor<4x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[8.200000e+01, 1.640000e+02]> : tensor<2xf32>
// CHECK-DAG: arith.constant dense<[4.080000e+02, 8.160000e+02]> : tensor<2xf32>
// CHECK-COUNT-3: linalg.conv_2d_nchw_fchw
// CHECK: tensor.concat
// CHECK-NEXT: linalg.add
// CHECK-NEXT: return
func.func @parts_and_whole(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %fw = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %iy = arith.constant dense<10.0> : tensor<1x2x2x2xf32>
  %iz = arith.constant dense<20.0> : tensor<1x2x2x2xf32>
  %iw = arith.constant dense<30.0> : tensor<1x4x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf addf)}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf addf)}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf addf)}}
  %w = linalg.conv_2d_nchw_fchw ins(%x, %fw : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iw : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x4x2x2xf32>
  %q = linalg.add ins(%c, %w : tensor<1x4x2x2xf32>, tensor<1x4x2x2xf32>) outs(%e : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %p = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q, %p : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%e : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %b : f32
    linalg.yield %n : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// The same with the convolution of all channels in front, which takes the shift.
// CHECK-LABEL: func @whole_and_parts(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.400000e+01]]], [[[8.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]], [[[2.400000e+01]]], [[[6.400000e+01]]]]> : tensor<4x1x1x1xf32>
// CHECK-DAG: arith.constant dense<[2.000000e+01, 4.000000e+01]> : tensor<2xf32>
// CHECK-DAG: arith.constant dense<[1.600000e+02, 3.200000e+02]> : tensor<2xf32>
// CHECK-DAG: arith.constant dense<[6.200000e+01, 1.240000e+02, 2.480000e+02, 4.960000e+02]> : tensor<4xf32>
// CHECK-COUNT-3: linalg.conv_2d_nchw_fchw
// CHECK: tensor.concat
// CHECK-NEXT: linalg.add
// CHECK-NEXT: return
func.func @whole_and_parts(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %fz = arith.constant dense<[[[[3.0]]], [[[5.0]]]]> : tensor<2x1x1x1xf32>
  %fw = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %iy = arith.constant dense<10.0> : tensor<1x2x2x2xf32>
  %iz = arith.constant dense<20.0> : tensor<1x2x2x2xf32>
  %iw = arith.constant dense<30.0> : tensor<1x4x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf addf)}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf addf)}}
  %z = linalg.conv_2d_nchw_fchw ins(%x, %fz : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iz : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf addf)}}
  %w = linalg.conv_2d_nchw_fchw ins(%x, %fw : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>) outs(%iw : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %e = tensor.empty() : tensor<1x4x2x2xf32>
  %q = linalg.add ins(%w, %c : tensor<1x4x2x2xf32>, tensor<1x4x2x2xf32>) outs(%e : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %p = arith.constant dense<[2.0, 4.0, 8.0, 16.0]> : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q, %p : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%e : tensor<1x4x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %b : f32
    linalg.yield %n : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// Every other row.
// CHECK-LABEL: func @strided_slice(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-NOT: arith.mulf
// CHECK: tensor.extract_slice %{{.*}}[0, 0, 0, 0] [1, 2, 1, 2] [1, 1, 2, 1]
// CHECK-NEXT: return
func.func @strided_slice(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x1x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %by = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %e0 = tensor.empty() : tensor<1x2x2x2xf32>
  %iy = linalg.broadcast ins(%by : tensor<2xf32>) outs(%e0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{folded 1 step (mulf)}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 1, 2] [1, 1, 2, 1] : tensor<1x2x2x2xf32> to tensor<1x2x1x2xf32>
  %pr = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e1 = tensor.empty() : tensor<1x2x1x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %pr : tensor<1x2x1x2xf32>, tensor<2xf32>) outs(%e1 : tensor<1x2x1x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x1x2xf32>
  return %r : tensor<1x2x1x2xf32>
}

// A slice that only drops a dimension of size 1.
// CHECK-LABEL: func @dropped_dimension(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @dropped_dimension(%x: tensor<1x1x2x2xf32>) -> tensor<2x2x2xf32> {
  %fy = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %iy = arith.constant dense<1.0> : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf)}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %fy : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%iy : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<2x2x2xf32>
  %p = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<2x2x2xf32>
  %b = linalg.broadcast ins(%p : tensor<2xf32>) outs(%e : tensor<2x2x2xf32>) dimensions = [1, 2]
  %r = arith.mulf %c, %b : tensor<2x2x2xf32>
  return %r : tensor<2x2x2xf32>
}
