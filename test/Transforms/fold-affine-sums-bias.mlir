// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse --mlir-print-local-scope -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse --mlir-print-local-scope | diff %t.mlir -

// The biases of convolutions that are added up become one, rounded once: those here
// nearly cancel out, and 2^24 + 1 is no number of f32.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// CHECK-LABEL: func @cancelling(
// CHECK-DAG: %[[BIAS:.*]] = arith.constant dense<[3.000000e+00, 5.000000e+00]> : tensor<2xf32>
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK: %[[INIT:.*]] = linalg.{{.*}} ins(%[[BIAS]]
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} outs(%[[INIT]] :
// CHECK: %[[ZEROS:.*]] = linalg.fill ins(%[[ZERO]]
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} outs(%[[ZEROS]] :
func.func @cancelling(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %g = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[16777216.0, 33554432.0]> : tensor<2xf32>
  %c = arith.constant dense<[-16777215.0, -33554430.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %ib = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %ic = linalg.broadcast ins(%c : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%ib : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %g : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%ic : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.addf %y, %z : tensor<1x2x2x2xf32>
  %three = arith.constant dense<3.0> : tensor<1x2x2x2xf32>
  %minus = arith.constant dense<[0.0, -1.0]> : tensor<2xf32>
  %t = arith.mulf %s, %three : tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%t, %minus : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %a = arith.addf %in, %m : f32
    linalg.yield %a : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// Biases that are known at run time only are added up in f64.
// CHECK-LABEL: func @runtime(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x1x2x2xf32>, %[[B:[^:]*]]: tensor<2xf32>, %[[C:[^:]*]]: tensor<2xf32>
// CHECK: %[[BIAS:.*]] = linalg.generic {{.*}} ins(%[[B]], %[[C]] :
// CHECK: arith.addf {{.*}} : f64
// CHECK-NEXT: arith.truncf
// CHECK: %[[INIT:.*]] = linalg.{{.*}} ins(%[[BIAS]]
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} outs(%[[INIT]] :
// CHECK-NOT: ins(%[[C]]
// CHECK: %[[ZEROS:.*]] = linalg.fill
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} outs(%[[ZEROS]] :
func.func @runtime(%x: tensor<1x1x2x2xf32>, %b: tensor<2xf32>, %c: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %g = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %ib = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %ic = linalg.broadcast ins(%c : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%ib : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %g : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%ic : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.subf %y, %z : tensor<1x2x2x2xf32>
  return %s : tensor<1x2x2x2xf32>
}

// What spans a concatenation leaves its bias to the convolutions of the parts.
// CHECK-LABEL: func @spanning(
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-DAG: %[[FIRST:.*]] = arith.constant 2.000000e+00 : f32
// CHECK-DAG: %[[SECOND:.*]] = arith.constant 4.000000e+00 : f32
// CHECK: %[[INIT:.*]] = linalg.fill ins(%[[FIRST]]
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} outs(%[[INIT]] : tensor<1x1x2x2xf32>)
// CHECK: %[[INIT:.*]] = linalg.fill ins(%[[SECOND]]
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} outs(%[[INIT]] : tensor<1x1x2x2xf32>)
// CHECK: %[[INIT:.*]] = linalg.fill ins(%[[ZERO]]
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} outs(%[[INIT]] : tensor<1x2x2x2xf32>)
func.func @spanning(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %g = arith.constant dense<5.0> : tensor<1x1x1x1xf32>
  %h = arith.constant dense<7.0> : tensor<1x1x1x1xf32>
  %bf = arith.constant dense<[-16777215.0, -33554430.0]> : tensor<2xf32>
  %bg = arith.constant dense<16777216.0> : tensor<1x1x2x2xf32>
  %bh = arith.constant dense<33554432.0> : tensor<1x1x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %if = linalg.broadcast ins(%bf : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%if : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %g : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%bg : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %h : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%bh : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.addf %c, %w : tensor<1x2x2x2xf32>
  %two = arith.constant dense<2.0> : tensor<1x2x2x2xf32>
  %r = arith.mulf %s, %two : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A concatenation along the rows: what lies in a part of the other does not leave
// its bias to that.
// CHECK-LABEL: func @rows(
// CHECK-DAG: %[[W:.*]] = arith.constant 1.400000e+01 : f32
// CHECK-DAG: %[[Y:.*]] = arith.constant 2.200000e+01 : f32
// CHECK-DAG: %[[Z:.*]] = arith.constant 2.600000e+01 : f32
// CHECK: linalg.fill ins(%[[W]] : f32) outs(%{{.*}} : tensor<1x1x2x2xf32>)
// CHECK: linalg.fill ins(%[[Y]] : f32) outs(%{{.*}} : tensor<1x1x1x2xf32>)
// CHECK: linalg.fill ins(%[[Z]] : f32) outs(%{{.*}} : tensor<1x1x1x2xf32>)
func.func @rows(%x: tensor<1x1x2x2xf32>, %u: tensor<1x1x1x2xf32>) -> tensor<1x1x2x2xf32> {
  %f = arith.constant dense<2.0> : tensor<1x1x1x1xf32>
  %g = arith.constant dense<5.0> : tensor<1x1x1x1xf32>
  %h = arith.constant dense<7.0> : tensor<1x1x1x1xf32>
  %bf = arith.constant dense<7.0> : tensor<1x1x2x2xf32>
  %bg = arith.constant dense<11.0> : tensor<1x1x1x2xf32>
  %bh = arith.constant dense<13.0> : tensor<1x1x1x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%bf : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%u, %g : tensor<1x1x1x2xf32>, tensor<1x1x1x1xf32>) outs(%bg : tensor<1x1x1x2xf32>) -> tensor<1x1x1x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%u, %h : tensor<1x1x1x2xf32>, tensor<1x1x1x1xf32>) outs(%bh : tensor<1x1x1x2xf32>) -> tensor<1x1x1x2xf32>
  %c = tensor.concat dim(2) %y, %z : (tensor<1x1x1x2xf32>, tensor<1x1x1x2xf32>) -> tensor<1x1x2x2xf32>
  %s = arith.addf %w, %c : tensor<1x1x2x2xf32>
  %two = arith.constant dense<2.0> : tensor<1x1x2x2xf32>
  %r = arith.mulf %s, %two : tensor<1x1x2x2xf32>
  return %r : tensor<1x1x2x2xf32>
}

// A padded summand leaves the border to the other's bias.
// CHECK-LABEL: func @padded(
// CHECK-DAG: %[[W:.*]] = arith.constant 1.400000e+01 : f32
// CHECK-DAG: linalg.fill ins(%[[W]] : f32) outs(%{{.*}} : tensor<1x1x2x2xf32>)
// CHECK: return
func.func @padded(%x: tensor<1x1x2x2xf32>, %u: tensor<1x1x1x2xf32>) -> tensor<1x1x2x2xf32> {
  %f = arith.constant dense<2.0> : tensor<1x1x1x1xf32>
  %g = arith.constant dense<5.0> : tensor<1x1x1x1xf32>
  %bf = arith.constant dense<7.0> : tensor<1x1x2x2xf32>
  %bg = arith.constant dense<11.0> : tensor<1x1x1x2xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%u, %g : tensor<1x1x1x2xf32>, tensor<1x1x1x1xf32>) outs(%bg : tensor<1x1x1x2xf32>) -> tensor<1x1x1x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%bf : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %p = tensor.pad %y low[0, 0, 0, 0] high[0, 0, 1, 0] {
  ^bb0(%b0: index, %b1: index, %b2: index, %b3: index):
    tensor.yield %zero : f32
  } : tensor<1x1x1x2xf32> to tensor<1x1x2x2xf32>
  %s = arith.addf %p, %w : tensor<1x1x2x2xf32>
  %two = arith.constant dense<2.0> : tensor<1x1x2x2xf32>
  %r = arith.mulf %s, %two : tensor<1x1x2x2xf32>
  return %r : tensor<1x1x2x2xf32>
}
