// RUN: convoy-opt %s --convoy-form-entries | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>

// CHECK-LABEL: func.func private @convoy.result_dims.dynamic(
// CHECK-SAME:    %[[D0:.*]]: index, %[[D1:.*]]: index) -> (index, index)
// CHECK:       %[[C4:.*]] = arith.constant 4 : index
// CHECK:       return %[[D0]], %[[C4]]
// CHECK-LABEL: func.func @dynamic(
// CHECK-SAME:    %[[X:.*]]: tensor<?x4xf32> {bufferization.writable = false}, %[[OUT:.*]]: memref<?x4xf32>) attributes {convoy.entry = 1 : i64}
// CHECK:       %[[R:.*]] = linalg.generic
// CHECK:       bufferization.materialize_in_destination %[[R]] in restrict writable %[[OUT]]
// CHECK:       return{{$}}
func.func @dynamic(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?x4xf32>
  %e = tensor.empty(%d) : tensor<?x4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x4xf32>) outs(%e : tensor<?x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = arith.negf %in : f32
    linalg.yield %1 : f32
  } -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// The size of a valid convolution follows from those of input and filter.
// CHECK-LABEL: func.func private @convoy.result_dims.padded(
// CHECK-SAME:    %[[H:.*]]: index) -> index
// CHECK:       %[[P:.*]] = affine.apply {{.*}}%[[H]]
// CHECK:       return %[[P]]
func.func @padded(%x: tensor<?xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %0 = tensor.pad %x low[1] high[2] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<?xf32> to tensor<?xf32>
  return %0 : tensor<?xf32>
}

// Scalars travel as tensors of rank 0.
// CHECK-LABEL: func.func @scalars(
// CHECK-SAME:    %[[A:.*]]: tensor<f32> {{.*}}, %[[OUT:.*]]: memref<f32>)
// CHECK:       %[[S:.*]] = tensor.extract %[[A]][]
// CHECK:       %[[N:.*]] = arith.negf %[[S]]
// CHECK:       %[[T:.*]] = tensor.from_elements %[[N]]
// CHECK:       bufferization.materialize_in_destination %[[T]] in restrict writable %[[OUT]]
func.func @scalars(%a: f32) -> f32 {
  %0 = arith.negf %a : f32
  return %0 : f32
}

// Private functions are nobody's entry.
// CHECK-LABEL: func.func private @helper(
// CHECK-SAME:    tensor<2xf32>) -> tensor<2xf32>
func.func private @helper(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
