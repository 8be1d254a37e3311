// RUN: convoy-opt %s --convoy-compile-cpu | FileCheck %s

// Everything but the entry points is internal or from outside, nothing
// allocates, nothing is left of other dialects.
// CHECK-DAG: llvm.func @convoy_rt_parallel_for(!llvm.ptr, !llvm.ptr, i64)
// CHECK-DAG: llvm.func @convoy_entry_main(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr) {
// CHECK-DAG: llvm.func @convoy_workspace_main(%{{.*}}: !llvm.ptr) -> i64 {
// CHECK-DAG: llvm.func @convoy_result_dims_main(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr) {
// CHECK-DAG: llvm.func internal @convoy.body.main(
// CHECK-NOT: builtin.unrealized_conversion_cast
// CHECK-NOT: @malloc
func.func @main(%x: tensor<?x3x32x32xf32>, %w: tensor<8x3x3x3xf32>) -> tensor<?x8x30x30xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?x3x32x32xf32>
  %e = tensor.empty(%n) : tensor<?x8x30x30xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x8x30x30xf32>) -> tensor<?x8x30x30xf32>
  %0 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<?x3x32x32xf32>, tensor<8x3x3x3xf32>)
      outs(%init : tensor<?x8x30x30xf32>) -> tensor<?x8x30x30xf32>
  %1 = func.call @activation(%0) : (tensor<?x8x30x30xf32>) -> tensor<?x8x30x30xf32>
  return %1 : tensor<?x8x30x30xf32>
}

// CHECK-NOT: @activation
func.func private @activation(%x: tensor<?x8x30x30xf32>) -> tensor<?x8x30x30xf32> {
  %0 = math.tanh %x : tensor<?x8x30x30xf32>
  return %0 : tensor<?x8x30x30xf32>
}
