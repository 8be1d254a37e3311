// RUN: convoy-opt %s --convoy-fold-affine=policy=epilogue --canonicalize --cse --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir
// RUN: convoy-opt %t.mlir --convoy-fold-affine=policy=epilogue --canonicalize --cse --remark-policy=all --remarks-filter=convoy -o %t.again.mlir 2>&1 | count 0
// RUN: diff %t.mlir %t.again.mlir

// 4^0.00000001 is 1 in f32: behind the convolution there would be nothing to multiply by, and
// another fold would take that for a bias alone.

// CHECK-LABEL: func @nearly_one(
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @nearly_one(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<10.0> : tensor<1x2x2x2xf32>
  %four = arith.constant dense<4.0> : tensor<1x2x2x2xf32>
  %small = arith.constant dense<1.0e-8> : tensor<1x2x2x2xf32>
  %s = math.powf %four, %small : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf) into linalg.conv_2d_nchw_fchw"}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.mulf %y, %s : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
