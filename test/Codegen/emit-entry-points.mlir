// RUN: convoy-opt %s --convoy-emit-entry-points | FileCheck %s

// CHECK-LABEL: llvm.func @convoy_entry_main(
// CHECK-SAME:    %[[INPUTS:.*]]: !llvm.ptr, %[[OUTPUTS:.*]]: !llvm.ptr, %[[DIMS:.*]]: !llvm.ptr, %[[WORKSPACE:.*]]: !llvm.ptr, %{{.*}}: !llvm.ptr)
// CHECK:       %[[D:.*]] = llvm.load
// CHECK:       call @convoy.result_dims.main
// CHECK:       call @convoy.workspace.main
// CHECK:       call @convoy.body.main
// CHECK:       llvm.return
// CHECK-LABEL: llvm.func @convoy_workspace_main(
// CHECK-SAME:    !llvm.ptr) -> i64
// CHECK-LABEL: llvm.func @convoy_result_dims_main(
// CHECK:       llvm.store
// CHECK-LABEL: func.func private @convoy.body.main(
// CHECK-SAME:    llvm.linkage = #llvm.linkage<internal>
func.func private @convoy.result_dims.main(%d: index) -> index {
  return %d : index
}
func.func private @convoy.workspace.main(%d: index) -> index {
  return %d : index
}
func.func @main(%x: memref<?xf32>, %y: memref<?xf32>, %w: memref<?xi8>) attributes {convoy.entry = 1 : i64} {
  return
}
