// Named convolutions that front ends seldom make, with the same two steps: the first with the convolution on the right.
//
// RUN: convoy-opt %s --split-input-file --convoy-fold-affine | FileCheck %s
// RUN: convoy-opt %s --split-input-file --convoy-fold-affine --remark-policy=all --remarks-filter=convoy 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK
// CHECK-LABEL: func.func @conv_1d(
// CHECK:       %[[Y:.*]] = linalg.conv_1d
// CHECK-NEXT:  return %[[Y]]
// REMARK:      Function=conv_1d {{.*}}folded 2 steps (subf, divf) into linalg.conv_1d
func.func @conv_1d(%x: tensor<9xf32>, %w: tensor<3xf32>, %s: tensor<f32>) -> tensor<7xf32> {
  %zero = arith.constant dense<0.0> : tensor<7xf32>
  %y = linalg.conv_1d
      ins(%x, %w : tensor<9xf32>, tensor<3xf32>)
      outs(%zero : tensor<7xf32>) -> tensor<7xf32>
  %b = linalg.broadcast ins(%s : tensor<f32>)
      outs(%zero : tensor<7xf32>) dimensions = [0]
  %1 = arith.subf %b, %y : tensor<7xf32>
  %r = arith.divf %1, %b : tensor<7xf32>
  return %r : tensor<7xf32>
}

// -----

// CHECK-LABEL: func.func @conv_2d(
// CHECK:       %[[Y:.*]] = linalg.conv_2d
// CHECK-NEXT:  return %[[Y]]
// REMARK:      Function=conv_2d {{.*}}folded 2 steps (subf, divf) into linalg.conv_2d
func.func @conv_2d(%x: tensor<9x8xf32>, %w: tensor<3x2xf32>, %s: tensor<f32>) -> tensor<7x7xf32> {
  %zero = arith.constant dense<0.0> : tensor<7x7xf32>
  %y = linalg.conv_2d
      ins(%x, %w : tensor<9x8xf32>, tensor<3x2xf32>)
      outs(%zero : tensor<7x7xf32>) -> tensor<7x7xf32>
  %b = linalg.broadcast ins(%s : tensor<f32>)
      outs(%zero : tensor<7x7xf32>) dimensions = [0, 1]
  %1 = arith.subf %b, %y : tensor<7x7xf32>
  %r = arith.divf %1, %b : tensor<7x7xf32>
  return %r : tensor<7x7xf32>
}

// -----

// CHECK-LABEL: func.func @conv_3d(
// CHECK:       %[[Y:.*]] = linalg.conv_3d
// CHECK-NEXT:  return %[[Y]]
// REMARK:      Function=conv_3d {{.*}}folded 2 steps (subf, divf) into linalg.conv_3d
func.func @conv_3d(%x: tensor<5x6x7xf32>, %w: tensor<2x3x2xf32>, %s: tensor<f32>) -> tensor<4x4x6xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x4x6xf32>
  %y = linalg.conv_3d
      ins(%x, %w : tensor<5x6x7xf32>, tensor<2x3x2xf32>)
      outs(%zero : tensor<4x4x6xf32>) -> tensor<4x4x6xf32>
  %b = linalg.broadcast ins(%s : tensor<f32>)
      outs(%zero : tensor<4x4x6xf32>) dimensions = [0, 1, 2]
  %1 = arith.subf %b, %y : tensor<4x4x6xf32>
  %r = arith.divf %1, %b : tensor<4x4x6xf32>
  return %r : tensor<4x4x6xf32>
}

// -----

// CHECK-LABEL: func.func @conv_2d_nhwgc_gfhwc(
// CHECK:       %[[Y:.*]] = linalg.conv_2d_nhwgc_gfhwc
// CHECK-NEXT:  return %[[Y]]
// REMARK:      Function=conv_2d_nhwgc_gfhwc {{.*}}folded 2 steps (subf, divf) into linalg.conv_2d_nhwgc_gfhwc
func.func @conv_2d_nhwgc_gfhwc(%x: tensor<2x7x6x3x2xf32>, %w: tensor<3x4x3x3x2xf32>, %s: tensor<3x4xf32>) -> tensor<2x5x4x3x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x5x4x3x4xf32>
  %y = linalg.conv_2d_nhwgc_gfhwc
      ins(%x, %w : tensor<2x7x6x3x2xf32>, tensor<3x4x3x3x2xf32>)
      outs(%zero : tensor<2x5x4x3x4xf32>) -> tensor<2x5x4x3x4xf32>
  %b = linalg.broadcast ins(%s : tensor<3x4xf32>)
      outs(%zero : tensor<2x5x4x3x4xf32>) dimensions = [0, 1, 2]
  %1 = arith.subf %b, %y : tensor<2x5x4x3x4xf32>
  %r = arith.divf %1, %b : tensor<2x5x4x3x4xf32>
  return %r : tensor<2x5x4x3x4xf32>
}

// -----

// CHECK-LABEL: func.func @depthwise_conv_1d_ncw_cw(
// CHECK:       %[[Y:.*]] = linalg.depthwise_conv_1d_ncw_cw
// CHECK-NEXT:  return %[[Y]]
// REMARK:      Function=depthwise_conv_1d_ncw_cw {{.*}}folded 2 steps (subf, divf) into linalg.depthwise_conv_1d_ncw_cw
func.func @depthwise_conv_1d_ncw_cw(%x: tensor<2x5x9xf32>, %w: tensor<5x3xf32>, %s: tensor<5xf32>) -> tensor<2x5x7xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x5x7xf32>
  %y = linalg.depthwise_conv_1d_ncw_cw
      ins(%x, %w : tensor<2x5x9xf32>, tensor<5x3xf32>)
      outs(%zero : tensor<2x5x7xf32>) -> tensor<2x5x7xf32>
  %b = linalg.broadcast ins(%s : tensor<5xf32>)
      outs(%zero : tensor<2x5x7xf32>) dimensions = [0, 2]
  %1 = arith.subf %b, %y : tensor<2x5x7xf32>
  %r = arith.divf %1, %b : tensor<2x5x7xf32>
  return %r : tensor<2x5x7xf32>
}

// -----

// CHECK-LABEL: func.func @depthwise_conv_1d_nwc_wc(
// CHECK:       %[[Y:.*]] = linalg.depthwise_conv_1d_nwc_wc
// CHECK-NEXT:  return %[[Y]]
// REMARK:      Function=depthwise_conv_1d_nwc_wc {{.*}}folded 2 steps (subf, divf) into linalg.depthwise_conv_1d_nwc_wc
func.func @depthwise_conv_1d_nwc_wc(%x: tensor<2x9x5xf32>, %w: tensor<3x5xf32>, %s: tensor<5xf32>) -> tensor<2x7x5xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x7x5xf32>
  %y = linalg.depthwise_conv_1d_nwc_wc
      ins(%x, %w : tensor<2x9x5xf32>, tensor<3x5xf32>)
      outs(%zero : tensor<2x7x5xf32>) -> tensor<2x7x5xf32>
  %b = linalg.broadcast ins(%s : tensor<5xf32>)
      outs(%zero : tensor<2x7x5xf32>) dimensions = [0, 1]
  %1 = arith.subf %b, %y : tensor<2x7x5xf32>
  %r = arith.divf %1, %b : tensor<2x7x5xf32>
  return %r : tensor<2x7x5xf32>
}

// -----

// CHECK-LABEL: func.func @depthwise_conv_1d_nwc_wcm(
// CHECK:       %[[Y:.*]] = linalg.depthwise_conv_1d_nwc_wcm
// CHECK-NEXT:  return %[[Y]]
// REMARK:      Function=depthwise_conv_1d_nwc_wcm {{.*}}folded 2 steps (subf, divf) into linalg.depthwise_conv_1d_nwc_wcm
func.func @depthwise_conv_1d_nwc_wcm(%x: tensor<2x9x5xf32>, %w: tensor<3x5x2xf32>, %s: tensor<5x2xf32>) -> tensor<2x7x5x2xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x7x5x2xf32>
  %y = linalg.depthwise_conv_1d_nwc_wcm
      ins(%x, %w : tensor<2x9x5xf32>, tensor<3x5x2xf32>)
      outs(%zero : tensor<2x7x5x2xf32>) -> tensor<2x7x5x2xf32>
  %b = linalg.broadcast ins(%s : tensor<5x2xf32>)
      outs(%zero : tensor<2x7x5x2xf32>) dimensions = [0, 1]
  %1 = arith.subf %b, %y : tensor<2x7x5x2xf32>
  %r = arith.divf %1, %b : tensor<2x7x5x2xf32>
  return %r : tensor<2x7x5x2xf32>
}

// -----

// CHECK-LABEL: func.func @depthwise_conv_3d_ncdhw_cdhw(
// CHECK:       %[[Y:.*]] = linalg.depthwise_conv_3d_ncdhw_cdhw
// CHECK-NEXT:  return %[[Y]]
// REMARK:      Function=depthwise_conv_3d_ncdhw_cdhw {{.*}}folded 2 steps (subf, divf) into linalg.depthwise_conv_3d_ncdhw_cdhw
func.func @depthwise_conv_3d_ncdhw_cdhw(%x: tensor<1x4x4x5x6xf32>, %w: tensor<4x2x2x3xf32>, %s: tensor<4xf32>) -> tensor<1x4x3x4x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x4x3x4x4xf32>
  %y = linalg.depthwise_conv_3d_ncdhw_cdhw
      ins(%x, %w : tensor<1x4x4x5x6xf32>, tensor<4x2x2x3xf32>)
      outs(%zero : tensor<1x4x3x4x4xf32>) -> tensor<1x4x3x4x4xf32>
  %b = linalg.broadcast ins(%s : tensor<4xf32>)
      outs(%zero : tensor<1x4x3x4x4xf32>) dimensions = [0, 2, 3, 4]
  %1 = arith.subf %b, %y : tensor<1x4x3x4x4xf32>
  %r = arith.divf %1, %b : tensor<1x4x3x4x4xf32>
  return %r : tensor<1x4x3x4x4xf32>
}

// -----

// CHECK-LABEL: func.func @depthwise_conv_3d_ndhwc_dhwc(
// CHECK:       %[[Y:.*]] = linalg.depthwise_conv_3d_ndhwc_dhwc
// CHECK-NEXT:  return %[[Y]]
// REMARK:      Function=depthwise_conv_3d_ndhwc_dhwc {{.*}}folded 2 steps (subf, divf) into linalg.depthwise_conv_3d_ndhwc_dhwc
func.func @depthwise_conv_3d_ndhwc_dhwc(%x: tensor<1x4x5x6x4xf32>, %w: tensor<2x2x3x4xf32>, %s: tensor<4xf32>) -> tensor<1x3x4x4x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x3x4x4x4xf32>
  %y = linalg.depthwise_conv_3d_ndhwc_dhwc
      ins(%x, %w : tensor<1x4x5x6x4xf32>, tensor<2x2x3x4xf32>)
      outs(%zero : tensor<1x3x4x4x4xf32>) -> tensor<1x3x4x4x4xf32>
  %b = linalg.broadcast ins(%s : tensor<4xf32>)
      outs(%zero : tensor<1x3x4x4x4xf32>) dimensions = [0, 1, 2, 3]
  %1 = arith.subf %b, %y : tensor<1x3x4x4x4xf32>
  %r = arith.divf %1, %b : tensor<1x3x4x4x4xf32>
  return %r : tensor<1x3x4x4x4xf32>
}

// -----

// CHECK-LABEL: func.func @depthwise_conv_3d_ndhwc_dhwcm(
// CHECK:       %[[Y:.*]] = linalg.depthwise_conv_3d_ndhwc_dhwcm
// CHECK-NEXT:  return %[[Y]]
// REMARK:      Function=depthwise_conv_3d_ndhwc_dhwcm {{.*}}folded 2 steps (subf, divf) into linalg.depthwise_conv_3d_ndhwc_dhwcm
func.func @depthwise_conv_3d_ndhwc_dhwcm(%x: tensor<1x4x5x6x4xf32>, %w: tensor<2x2x3x4x2xf32>, %s: tensor<4x2xf32>) -> tensor<1x3x4x4x4x2xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x3x4x4x4x2xf32>
  %y = linalg.depthwise_conv_3d_ndhwc_dhwcm
      ins(%x, %w : tensor<1x4x5x6x4xf32>, tensor<2x2x3x4x2xf32>)
      outs(%zero : tensor<1x3x4x4x4x2xf32>) -> tensor<1x3x4x4x4x2xf32>
  %b = linalg.broadcast ins(%s : tensor<4x2xf32>)
      outs(%zero : tensor<1x3x4x4x4x2xf32>) dimensions = [0, 1, 2, 3]
  %1 = arith.subf %b, %y : tensor<1x3x4x4x4x2xf32>
  %r = arith.divf %1, %b : tensor<1x3x4x4x4x2xf32>
  return %r : tensor<1x3x4x4x4x2xf32>
}
