// RUN: convoy-opt %s --convoy-lower-front-ends --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @tosa(
// CHECK-NOT:   tosa.
// CHECK:       linalg.generic
// CHECK:         arith.addf
func.func @tosa(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tosa.add %x, %y : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Without TOSA nothing runs, not even a canonicalisation.
// CHECK-LABEL: func.func @linalg_stays(
// CHECK:       arith.constant 1.000000e+00
func.func @linalg_stays(%x: tensor<4xf32>) -> tensor<4xf32> {
  %unused = arith.constant 1.0 : f32
  return %x : tensor<4xf32>
}

// -----

// The shapes that upstream's lowering has read go, too.

// CHECK-LABEL: func @slice
// CHECK-NEXT: tensor.extract_slice %{{.*}}[0, 2] [3, 2] [1, 1]
// CHECK-NEXT: return
func.func @slice(%x: tensor<3x4xf32>) -> tensor<3x2xf32> {
  %start = tosa.const_shape {values = dense<[0, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %size = tosa.const_shape {values = dense<[3, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.slice %x, %start, %size : (tensor<3x4xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}
