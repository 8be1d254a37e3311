// RUN: convoy-opt %s --convoy-prepare-kernels | FileCheck %s

// A scalar of the device is read where it is used.
// CHECK-LABEL: func @read
// CHECK-NOT: memref.load
// CHECK: linalg.generic
// CHECK: ^bb0
// CHECK: %[[S:.*]] = memref.load %arg0[] : memref<f32>
// CHECK: %[[T:.*]] = arith.addf %[[S]], %[[S]]
// CHECK: arith.mulf %{{.*}}, %[[T]]
func.func @read(%s: memref<f32>, %x: memref<8xf32>) {
  %0 = memref.load %s[] : memref<f32>
  %1 = arith.addf %0, %0 : f32
  linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      outs(%x : memref<8xf32>) {
  ^bb0(%in: f32):
    %2 = arith.mulf %in, %1 : f32
    linalg.yield %2 : f32
  }
  return
}

// One that is written becomes an operation without loops.
// CHECK-LABEL: func @write
// CHECK: %[[VIEW:.*]] = memref.subview %arg1[%arg2] [1] [1] : memref<8xf32> to memref<f32, strided<[], offset: ?>>
// CHECK: linalg.generic {{.*}} iterator_types = []} outs(%[[VIEW]]
// CHECK: memref.load %arg0[]
// CHECK-NOT: memref.store
func.func @write(%s: memref<f32>, %x: memref<8xf32>, %i: index) {
  %0 = memref.load %s[] : memref<f32>
  memref.store %0, %x[%i] : memref<8xf32>
  return
}

// A convolution reads scalar parameters by itself.
// CHECK-LABEL: func @parameter
// CHECK-NOT: memref.load
// CHECK: convoy.conv {{.*}} parameters(%arg3 : memref<f32>)
func.func @parameter(%x: memref<1x4x8x8xf32>, %w: memref<4x4x1x1xf32>,
                     %y: memref<1x4x8x8xf32>, %s: memref<f32>) {
  %0 = memref.load %s[] : memref<f32>
  convoy.conv <nchw, fchw -> nfhw>
      ins(%x, %w : memref<1x4x8x8xf32>, memref<4x4x1x1xf32>)
      parameters(%0 : f32) outs(%y : memref<1x4x8x8xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%scale: f32):
        convoy.yield_channel scale(%scale : f32)
      }
  return
}
