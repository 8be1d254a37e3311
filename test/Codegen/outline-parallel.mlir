// RUN: convoy-opt %s --convoy-outline-parallel --split-input-file | FileCheck %s

// CHECK:       llvm.func @convoy_rt_parallel_for(!llvm.ptr, !llvm.ptr, i64)
// The innermost of two loops stays a loop of the body.
// CHECK-LABEL: func.func private @convoy.parallel.two_loops(
// CHECK-SAME:    %[[CONTEXT:.*]]: !llvm.ptr, %[[BEGIN:.*]]: i64, %[[END:.*]]: i64)
// CHECK:       llvm.getelementptr %[[CONTEXT]][0, 0]
// CHECK:       %[[FROM:.*]] = arith.index_cast %[[BEGIN]]
// CHECK:       %[[TO:.*]] = arith.index_cast %[[END]]
// CHECK:       scf.for %{{.*}} = %[[FROM]] to %[[TO]]
// CHECK:         scf.for
// CHECK:           memref.store
// CHECK-LABEL: func.func @two_loops(
// CHECK:       %[[ARGUMENTS:.*]] = llvm.alloca
// CHECK:       llvm.store %{{.*}}, %{{.*}}
// CHECK:       %[[F:.*]] = constant @convoy.parallel.two_loops
// CHECK:       %[[P:.*]] = builtin.unrealized_conversion_cast %[[F]]
// CHECK:       llvm.call @convoy_rt_parallel_for(%[[P]], %[[ARGUMENTS]], %{{.*}})
// CHECK-NOT:   scf.parallel
func.func @two_loops(%y: memref<?x?xf32>, %n: index, %m: index, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i, %j) = (%c0, %c0) to (%n, %m) step (%c1, %c1) {
    memref.store %v, %y[%i, %j] : memref<?x?xf32>
  }
  return
}

// -----

// CHECK-NOT:   convoy_rt_parallel_for
// CHECK-LABEL: func.func @little_work(
// CHECK:       scf.for
// CHECK-NOT:   scf.parallel
func.func @little_work(%y: memref<16xf32>, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  scf.parallel (%i) = (%c0) to (%c16) step (%c1) {
    memref.store %v, %y[%i] : memref<16xf32>
  }
  return
}

// -----

// Threads that wait for threads could wait for ever: inner loops are sequential.
// Buffers on the stack do not grow it in each iteration.
// CHECK-LABEL: func.func private @convoy.parallel.nested(
// CHECK:       memref.alloca() : memref<4xf32>
// CHECK:       scf.for
// CHECK:         scf.for
// CHECK-NOT:   memref.alloca
// CHECK-NOT:   scf.parallel
func.func @nested(%y: memref<?x?xf32>, %n: index, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    %a = memref.alloca() : memref<4xf32>
    memref.store %v, %a[%c0] : memref<4xf32>
    scf.parallel (%j) = (%c0) to (%n) step (%c1) {
      %w = memref.load %a[%c0] : memref<4xf32>
      memref.store %w, %y[%i, %j] : memref<?x?xf32>
    }
  }
  return
}
