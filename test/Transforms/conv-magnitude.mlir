// RUN: convoy-opt %s --convoy-conv-magnitude | FileCheck %s

// CHECK-LABEL: func.func @convolution(
// CHECK-SAME:    %[[X:.*]]: tensor<1x3x?x6xf64>, %[[W:.*]]: tensor<2x3x3x3xf64>, %[[B:.*]]: tensor<1x2x?x4xf64>)
// CHECK:       %[[AX:.*]] = linalg.generic {{.*}} ins(%[[X]]
// CHECK:         math.absf
// CHECK:       %[[AW:.*]] = linalg.generic {{.*}} ins(%[[W]]
// CHECK:         math.absf
// CHECK:       %[[AB:.*]] = linalg.generic {{.*}} ins(%[[B]]
// CHECK:         math.absf
// CHECK:       linalg.conv_2d_nchw_fchw ins(%[[AX]], %[[AW]] : {{.*}}) outs(%[[AB]]
func.func @convolution(%x: tensor<1x3x?x6xf64>, %w: tensor<2x3x3x3xf64>, %b: tensor<1x2x?x4xf64>) -> tensor<1x2x?x4xf64> {
  %0 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x?x6xf64>, tensor<2x3x3x3xf64>)
      outs(%b : tensor<1x2x?x4xf64>) -> tensor<1x2x?x4xf64>
  return %0 : tensor<1x2x?x4xf64>
}

// Only convolutions are sums whose error the bound is about.
// CHECK-LABEL: func.func @elementwise_stays(
// CHECK-NOT:   math.absf
func.func @elementwise_stays(%x: tensor<4xf64>) -> tensor<4xf64> {
  %0 = arith.negf %x : tensor<4xf64>
  return %0 : tensor<4xf64>
}
