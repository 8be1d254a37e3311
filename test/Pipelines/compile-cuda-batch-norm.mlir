// A batch-norm on its own, parameters as arguments: one launch.

// RUN: convoy-opt %s --convoy-fold --convoy-to-gpu | FileCheck %s

// CHECK-LABEL: func.func @main
// CHECK-COUNT-1: gpu.launch_func @main_elementwise_
// CHECK-NOT: gpu.launch_func
// CHECK: return
func.func @main(%x: tensor<32x64x56x56xf32>, %g: tensor<64xf32>, %b: tensor<64xf32>, %m: tensor<64xf32>, %v: tensor<64xf32>) -> tensor<32x64x56x56xf32> {
  %eps = arith.constant dense<1.0e-5> : tensor<64xf32>
  %0 = arith.addf %v, %eps : tensor<64xf32>
  %1 = math.sqrt %0 : tensor<64xf32>
  %s = arith.divf %g, %1 : tensor<64xf32>
  %2 = arith.mulf %m, %s : tensor<64xf32>
  %t = arith.subf %b, %2 : tensor<64xf32>
  %e = tensor.empty() : tensor<32x64x56x56xf32>
  %sb = linalg.broadcast ins(%s : tensor<64xf32>) outs(%e : tensor<32x64x56x56xf32>) dimensions = [0, 2, 3]
  %tb = linalg.broadcast ins(%t : tensor<64xf32>) outs(%e : tensor<32x64x56x56xf32>) dimensions = [0, 2, 3]
  %3 = arith.mulf %x, %sb : tensor<32x64x56x56xf32>
  %4 = arith.addf %3, %tb : tensor<32x64x56x56xf32>
  return %4 : tensor<32x64x56x56xf32>
}
