// RUN: convoy-opt %s --convoy-fold-affine=policy=epilogue | FileCheck %s
// RUN: convoy-opt %s --convoy-fold-affine=policy=epilogue --convoy-fold-affine=policy=epilogue -o %t.twice
// RUN: FileCheck %s --input-file %t.twice

// A shift in front of a convolution adds a sum of the filter's weights to the
// bias. Where the scale behind stays, the convolution has another filter by then,
// which holds the scale in front; the sum is of the filter that it had.

// CHECK-LABEL: func @shift_in_front(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<1x2x4x4xf32>, %[[W:[a-z0-9]+]]: tensor<3x2x1x1xf32>,
// CHECK: %[[SCALED:.*]] = linalg.generic {{.*}} ins(%[[W]], %{{.*}} : tensor<3x2x1x1xf32>,
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw {{.*}}ins(%[[X]], %[[SCALED]] :
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}} "reduction"{{.*}} ins(%[[W]], %{{.*}} : tensor<3x2x1x1xf32>,
// CHECK: %[[BIAS:.*]] = linalg.generic {{.*}} ins({{.*}}%[[SUM]] :
// CHECK: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]], %{{.*}}, %[[BIAS]] :
// CHECK: return %[[R]]
func.func @shift_in_front(%x: tensor<1x2x4x4xf32>, %w: tensor<3x2x1x1xf32>, %b: tensor<3xf32>) -> tensor<1x3x4x4xf32> {
  %shift = arith.constant dense<[0.5, -1.75]> : tensor<2xf32>
  %front = arith.constant dense<[-0.75, 1.25]> : tensor<2xf32>
  %images = tensor.empty() : tensor<1x2x4x4xf32>
  %shifts = linalg.broadcast ins(%shift : tensor<2xf32>) outs(%images : tensor<1x2x4x4xf32>) dimensions = [0, 2, 3]
  %fronts = linalg.broadcast ins(%front : tensor<2xf32>) outs(%images : tensor<1x2x4x4xf32>) dimensions = [0, 2, 3]
  %shifted = arith.subf %x, %shifts : tensor<1x2x4x4xf32>
  %scaled = arith.mulf %shifted, %fronts : tensor<1x2x4x4xf32>
  %results = tensor.empty() : tensor<1x3x4x4xf32>
  %init = linalg.broadcast ins(%b : tensor<3xf32>) outs(%results : tensor<1x3x4x4xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%scaled, %w : tensor<1x2x4x4xf32>, tensor<3x2x1x1xf32>) outs(%init : tensor<1x3x4x4xf32>) -> tensor<1x3x4x4xf32>
  %behind = arith.constant dense<[1.05, 0.65, 0.55]> : tensor<3xf32>
  %gains = linalg.broadcast ins(%behind : tensor<3xf32>) outs(%results : tensor<1x3x4x4xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %y, %gains : tensor<1x3x4x4xf32>
  return %r : tensor<1x3x4x4xf32>
}
