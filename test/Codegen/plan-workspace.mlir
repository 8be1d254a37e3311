// RUN: convoy-opt %s --convoy-plan-workspace --canonicalize --split-input-file | FileCheck %s

func.func private @convoy.result_dims.reuse() -> index {
  %c = arith.constant 256 : index
  return %c : index
}
// The first buffer is dead when the third is born: two of three fit into 2 KiB.
// CHECK-LABEL: func.func private @convoy.workspace.reuse() -> index
// CHECK:       %[[BYTES:.*]] = arith.constant 2048 : index
// CHECK:       return %[[BYTES]]
// CHECK-LABEL: func.func @reuse(
// CHECK-SAME:    %[[W:[a-z0-9]*]]: memref<?xi8>)
// CHECK-DAG:   %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:   %[[C1024:.*]] = arith.constant 1024 : index
// CHECK-DAG:   %[[A:.*]] = memref.view %[[W]][%[[C0]]][]
// CHECK-DAG:   %[[B:.*]] = memref.view %[[W]][%[[C1024]]][]
// CHECK-NOT:   memref.alloc
// CHECK:       linalg.copy ins(%{{.*}}) outs(%[[A]]
// CHECK:       linalg.copy ins(%[[A]] {{.*}}) outs(%[[B]]
// CHECK:       linalg.copy ins(%[[B]] {{.*}}) outs(%[[C:.*]] :
// CHECK:       linalg.copy ins(%[[C]]
func.func @reuse(%x: memref<256xf32>, %y: memref<256xf32>) attributes {convoy.entry = 1 : i64} {
  %a = memref.alloc() : memref<256xf32>
  %b = memref.alloc() : memref<256xf32>
  %c = memref.alloc() : memref<256xf32>
  linalg.copy ins(%x : memref<256xf32>) outs(%a : memref<256xf32>)
  linalg.copy ins(%a : memref<256xf32>) outs(%b : memref<256xf32>)
  linalg.copy ins(%b : memref<256xf32>) outs(%c : memref<256xf32>)
  linalg.copy ins(%c : memref<256xf32>) outs(%y : memref<256xf32>)
  return
}

// -----

func.func private @convoy.result_dims.dynamic(%d: index) -> index {
  return %d : index
}
// CHECK-LABEL: func.func private @convoy.workspace.dynamic(
// CHECK-SAME:    %[[D:.*]]: index) -> index
// CHECK:       %[[B:.*]] = arith.muli %[[D]], %{{.*}} : index
// CHECK:       %[[N:.*]] = arith.ceildivui %[[B]], %[[C64:.*]] : index
// CHECK:       %[[R:.*]] = arith.muli %[[N]], %[[C64]]
// CHECK:       return %[[R]]
// CHECK-LABEL: func.func @dynamic(
// CHECK:       memref.view %{{.*}}[%{{.*}}][%{{.*}}] : memref<?xi8> to memref<?xf64>
func.func @dynamic(%x: memref<?xf64>, %y: memref<?xf64>) attributes {convoy.entry = 1 : i64} {
  %c0 = arith.constant 0 : index
  %d = memref.dim %x, %c0 : memref<?xf64>
  %a = memref.alloc(%d) : memref<?xf64>
  linalg.copy ins(%x : memref<?xf64>) outs(%a : memref<?xf64>)
  linalg.copy ins(%a : memref<?xf64>) outs(%y : memref<?xf64>)
  return
}

// -----

func.func private @convoy.result_dims.of_result(%d: index) -> index {
  %c1 = arith.constant 1 : index
  %0 = arith.addi %d, %c1 : index
  return %0 : index
}
// The size of a result is computed from those of the inputs.
// CHECK-LABEL: func.func private @convoy.workspace.of_result(
// CHECK-SAME:    %[[D:.*]]: index) -> index
// CHECK:       %[[R:.*]] = call @convoy.result_dims.of_result(%[[D]])
// CHECK:       arith.muli %[[R]]
// CHECK-LABEL: func.func @of_result(
func.func @of_result(%x: memref<?xf64>, %y: memref<?xf64>) attributes {convoy.entry = 1 : i64} {
  %c0 = arith.constant 0 : index
  %d = memref.dim %y, %c0 : memref<?xf64>
  %a = memref.alloc(%d) : memref<?xf64>
  linalg.copy ins(%a : memref<?xf64>) outs(%y : memref<?xf64>)
  return
}

// -----

func.func private @convoy.result_dims.loops() -> index {
  %c = arith.constant 4 : index
  return %c : index
}
// One buffer serves all iterations of a sequential loop; threads have their own.
// CHECK-LABEL: func.func private @convoy.workspace.loops() -> index
// CHECK:       arith.constant 64 : index
// CHECK-LABEL: func.func @loops(
// CHECK:       memref.view
// CHECK:       scf.for
// CHECK:       scf.parallel
// CHECK:         memref.alloca() {alignment = 64 : i64} : memref<4xf32>
func.func @loops(%y: memref<4xf32>) attributes {convoy.entry = 0 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %a = memref.alloc() : memref<4xf32>
    linalg.copy ins(%y : memref<4xf32>) outs(%a : memref<4xf32>)
    linalg.copy ins(%a : memref<4xf32>) outs(%y : memref<4xf32>)
  }
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    %b = memref.alloc() : memref<4xf32>
    linalg.copy ins(%y : memref<4xf32>) outs(%b : memref<4xf32>)
    linalg.copy ins(%b : memref<4xf32>) outs(%y : memref<4xf32>)
  }
  return
}
