// RUN: convoy-opt %s --convoy-emit-kernels | FileCheck %s

// A thread for each element of the result; the sum stays in a register.
// CHECK-LABEL: func @matmul
// CHECK: %[[M:.*]] = memref.dim %arg0, %c0
// CHECK: %[[COUNT:.*]] = arith.muli %[[M]], %c16
// CHECK: gpu.launch_func @matmul_loops_{{[0-9]+}}::@matmul_loops_
// CHECK-SAME: threads in (%c256
func.func @matmul(%a: memref<?x32xf32>, %b: memref<32x16xf32>,
                  %c: memref<?x16xf32>) {
  linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
                       affine_map<(m, n, k) -> (k, n)>,
                       affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : memref<?x32xf32>, memref<32x16xf32>)
      outs(%c : memref<?x16xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %0 = arith.mulf %x, %y : f32
    %1 = arith.addf %sum, %0 : f32
    linalg.yield %1 : f32
  }
  return
}

// CHECK: gpu.module @matmul_loops_
// CHECK: scf.if
// CHECK: %[[INIT:.*]] = memref.load %arg2
// CHECK: %[[SUM:.*]] = scf.for {{.*}} iter_args(%{{.*}} = %[[INIT]]) -> (f32)
// CHECK: memref.store %[[SUM]], %arg2

// Equal kernels are one, whatever they are launched with.
// CHECK: gpu.module @twice_loops_
// CHECK-NOT: gpu.module
func.func @twice(%x: memref<8x8xf32>, %y: memref<8x8xf32, strided<[16, 1]>>,
                 %z: memref<8x8xf32, strided<[16, 1]>>) {
  linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (j, i)>,
                       affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<8x8xf32>) outs(%y : memref<8x8xf32, strided<[16, 1]>>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  }
  linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (j, i)>,
                       affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<8x8xf32>) outs(%z : memref<8x8xf32, strided<[16, 1]>>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  }
  return
}
