// RUN: convoy-opt %s --convoy-decompose-operations | FileCheck %s

// CHECK-LABEL: func.func @softmax(
// CHECK-NOT:   linalg.softmax
// CHECK:       math.exp
// CHECK:       arith.divf
func.func @softmax(%x: tensor<4x8xf32>, %e: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = linalg.softmax dimension(1) ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @pack_and_unpack(
// CHECK-NOT:   pack %
// CHECK:       linalg.transpose
func.func @pack_and_unpack(%x: tensor<8x16xf32>, %e: tensor<2x2x4x8xf32>) -> tensor<8x16xf32> {
  %0 = linalg.pack %x inner_dims_pos = [0, 1] inner_tiles = [4, 8] into %e : tensor<8x16xf32> -> tensor<2x2x4x8xf32>
  %1 = linalg.unpack %0 inner_dims_pos = [0, 1] inner_tiles = [4, 8] into %x : tensor<2x2x4x8xf32> -> tensor<8x16xf32>
  return %1 : tensor<8x16xf32>
}
