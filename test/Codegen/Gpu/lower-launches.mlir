// RUN: convoy-opt %s --convoy-lower-launches | FileCheck %s
// RUN: convoy-opt %s --convoy-lower-launches --convoy-emit-entry-points | FileCheck %s --check-prefix=ENTRY

// The lists have each kernel once, in the order of the launches, with the most
// shared memory, and each constant once.
// CHECK:      module attributes {
// CHECK-SAME: convoy.constants = [
// CHECK-SAME:   {bytes = 16 : i64, symbol = @convoy_constant_0}]
// CHECK-SAME: convoy.kernels = [
// CHECK-SAME:   {block = array<i64: 128, 1, 1>, dynamic_shared_bytes = 4096 : i64, entries = ["main", "other"], kernel = @main_scale::@main_scale},
// CHECK-SAME:   {dynamic_shared_bytes = 0 : i64, entries = ["main"], kernel = @main_scalars::@main_scalars}]
module attributes {gpu.container_module} {
  // CHECK-DAG: memref.global "public" constant @convoy_constant_0 : memref<2x2xf32> = dense<
  memref.global "private" constant @weights : memref<2x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0]]>

  gpu.module @main_scale {
    gpu.func @main_scale(%x: memref<?xf32>, %w: memref<2x2xf32>) kernel {
      gpu.return
    }
  }
  gpu.module @main_scalars {
    gpu.func @main_scalars(%a: index, %b: f32, %c: i8, %d: f16) kernel {
      gpu.return
    }
  }

  func.func private @convoy.result_dims.main(%d: index) -> index {
    return %d : index
  }
  func.func private @convoy.workspace.main(%d: index) -> index {
    return %d : index
  }
  // CHECK-DAG: llvm.func @convoy_rt_launch(!llvm.ptr, i32, i64, i64, i64, i64, i64, i64, i64, !llvm.ptr)
  // CHECK-DAG: llvm.func @convoy_rt_device_constant(!llvm.ptr, i32) -> !llvm.ptr

  // CHECK-LABEL: func.func @main(
  // CHECK-SAME:    %[[X:[^:]*]]: memref<?xf32>, %{{.*}}: memref<?xf32>, %{{.*}}: memref<?xi8>, %[[LAUNCH:.*]]: !llvm.ptr)
  func.func @main(%x: memref<?xf32>, %y: memref<?xf32>, %workspace: memref<?xi8>) attributes {convoy.entry = 1 : i64} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c128 = arith.constant 128 : index
    %bytes = arith.constant 4096 : i32
    %n = memref.dim %x, %c0 : memref<?xf32>
    // CHECK: %[[DIM:.*]] = memref.dim
    // CHECK: %[[ZERO:.*]] = llvm.mlir.constant(0 : i32)
    // CHECK: llvm.call @convoy_rt_device_constant(%[[LAUNCH]], %[[ZERO]])
    %w = memref.get_global @weights : memref<2x2xf32>
    // A memref of rank 1 is 5 parameters, one of rank 2 is 7.
    // CHECK: llvm.insertvalue
    // CHECK: %[[SCALE:.*]] = llvm.mlir.constant(0 : i32)
    // CHECK: %[[GRID:.*]] = arith.index_cast %[[DIM]] : index to i64
    // CHECK: arith.extui %{{.*}} : i32 to i64
    // CHECK-COUNT-11: llvm.getelementptr %{{.*}}[0, {{[0-9]+}}] : (!llvm.ptr) -> !llvm.ptr, !llvm.struct<(ptr, ptr, i64, i64, i64, ptr, ptr, i64, i64, i64, i64, i64)>
    // CHECK: llvm.call @convoy_rt_launch(%[[LAUNCH]], %[[SCALE]], %[[GRID]],
    gpu.launch_func @main_scale::@main_scale blocks in (%n, %c1, %c1) threads in (%c128, %c1, %c1) dynamic_shared_memory_size %bytes args(%x : memref<?xf32>, %w : memref<2x2xf32>)

    // CHECK: %[[SCALARS:.*]] = llvm.mlir.constant(1 : i32)
    // CHECK: !llvm.struct<(i64, f32, i8, f16)>
    // CHECK: llvm.call @convoy_rt_launch(%[[LAUNCH]], %[[SCALARS]],
    // CHECK-NOT: gpu.launch_func
    %b = arith.constant 1.5 : f32
    %c = arith.constant 7 : i8
    %d = arith.constant 2.0 : f16
    gpu.launch_func @main_scalars::@main_scalars blocks in (%c1, %c1, %c1) threads in (%n, %c1, %c1) args(%n : index, %b : f32, %c : i8, %d : f16)
    return
  }

  // Without launches there is nothing to pass on.
  func.func private @convoy.result_dims.idle(%d: index) -> index {
    return %d : index
  }
  func.func private @convoy.workspace.idle(%d: index) -> index {
    return %d : index
  }
  // CHECK-LABEL: func.func @idle(
  // CHECK-NOT:     !llvm.ptr
  // CHECK:         return
  func.func @idle(%x: memref<?xf32>, %y: memref<?xf32>, %workspace: memref<?xi8>) attributes {convoy.entry = 1 : i64} {
    return
  }

  func.func private @convoy.result_dims.other(%d: index) -> index {
    return %d : index
  }
  func.func private @convoy.workspace.other(%d: index) -> index {
    return %d : index
  }
  // A launch in a loop has its arguments in the same place each time.
  // CHECK-LABEL: func.func @other(
  // CHECK:         llvm.alloca
  // CHECK:         scf.for
  // CHECK-NOT:     llvm.alloca
  // CHECK:         llvm.call @convoy_rt_launch
  func.func @other(%x: memref<?xf32>, %y: memref<?xf32>, %workspace: memref<?xi8>) attributes {convoy.entry = 1 : i64} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c128 = arith.constant 128 : index
    %n = memref.dim %x, %c0 : memref<?xf32>
    %w = memref.get_global @weights : memref<2x2xf32>
    scf.for %i = %c0 to %n step %c1 {
      gpu.launch_func @main_scale::@main_scale blocks in (%c1, %c1, %c1) threads in (%c128, %c1, %c1) args(%x : memref<?xf32>, %w : memref<2x2xf32>)
    }
    return
  }
}

// ENTRY-LABEL: llvm.func @convoy_entry_main(
// ENTRY-SAME:    %[[LAUNCH:[^:,]*]]: !llvm.ptr) {
// ENTRY:         call @convoy.body.main(%{{.*}}, %{{.*}}, %{{.*}}, %[[LAUNCH]]) : (memref<?xf32>, memref<?xf32>, memref<?xi8>, !llvm.ptr) -> ()
// ENTRY-LABEL: llvm.func @convoy_entry_idle(
// ENTRY:         call @convoy.body.idle(%{{.*}}, %{{.*}}, %{{.*}}) : (memref<?xf32>, memref<?xf32>, memref<?xi8>) -> ()
