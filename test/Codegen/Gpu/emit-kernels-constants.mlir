// RUN: convoy-opt %s --convoy-emit-kernels --canonicalize | FileCheck %s

// Kernels hold scalars that are constants: operations are equal only where
// theirs are.

#vector = affine_map<(d0) -> (d0)>
#scalar = affine_map<(d0) -> ()>

// CHECK-LABEL: func.func @main
// CHECK: gpu.launch_func @[[DOUBLE:main_elementwise_[0-9]+]]::@{{.*}} args(%{{.*}} : memref<64xf32>, %arg1 : memref<64xf32>)
// CHECK: gpu.launch_func @[[TRIPLE:main_elementwise_[0-9]+]]::@{{.*}} args(%{{.*}} : memref<64xf32>, %arg2 : memref<64xf32>)
// CHECK: gpu.launch_func @[[ANY:main_elementwise_[0-9]+]]::@{{.*}} args(%{{.*}} : memref<64xf32>, %{{.*}} : f32, %arg3 : memref<64xf32>)
// CHECK: gpu.launch_func @[[DOUBLE]]::@{{.*}} args(%{{.*}} : memref<64xf32>, %arg4 : memref<64xf32>)
func.func @main(%x: memref<64xf32>, %y: memref<64xf32>, %z: memref<64xf32>, %u: memref<64xf32>, %v: memref<64xf32>, %any: f32) {
  %two = arith.constant 2.0 : f32
  %three = arith.constant 3.0 : f32
  %again = arith.constant 2.0 : f32
  linalg.generic {indexing_maps = [#vector, #scalar, #vector], iterator_types = ["parallel"]}
      ins(%x, %two : memref<64xf32>, f32) outs(%y : memref<64xf32>) {
  ^bb0(%element: f32, %factor: f32, %old: f32):
    %product = arith.mulf %element, %factor : f32
    linalg.yield %product : f32
  }
  linalg.generic {indexing_maps = [#vector, #scalar, #vector], iterator_types = ["parallel"]}
      ins(%x, %three : memref<64xf32>, f32) outs(%z : memref<64xf32>) {
  ^bb0(%element: f32, %factor: f32, %old: f32):
    %product = arith.mulf %element, %factor : f32
    linalg.yield %product : f32
  }
  linalg.generic {indexing_maps = [#vector, #scalar, #vector], iterator_types = ["parallel"]}
      ins(%x, %any : memref<64xf32>, f32) outs(%u : memref<64xf32>) {
  ^bb0(%element: f32, %factor: f32, %old: f32):
    %product = arith.mulf %element, %factor : f32
    linalg.yield %product : f32
  }
  linalg.generic {indexing_maps = [#vector, #scalar, #vector], iterator_types = ["parallel"]}
      ins(%x, %again : memref<64xf32>, f32) outs(%v : memref<64xf32>) {
  ^bb0(%element: f32, %factor: f32, %old: f32):
    %product = arith.mulf %element, %factor : f32
    linalg.yield %product : f32
  }
  return
}

// CHECK: gpu.module @[[DOUBLE]] {
// CHECK: arith.constant 2.000000e+00 : f32
// CHECK: gpu.module @[[TRIPLE]] {
// CHECK: arith.constant 3.000000e+00 : f32
// CHECK: gpu.module @[[ANY]] {
// CHECK-NOT: gpu.module
