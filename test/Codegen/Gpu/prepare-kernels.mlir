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

// One that is overwritten first is kept.
// CHECK-LABEL: func @overwritten
// CHECK: %[[KEPT:.*]] = memref.alloc() : memref<f32>
// CHECK: linalg.generic {{.*}} iterator_types = []} outs(%[[KEPT]]
// CHECK-NEXT: ^bb0
// CHECK-NEXT: memref.load %arg0[]
// CHECK: linalg.generic {{.*}} outs(%arg0
// CHECK: linalg.generic {{.*}} outs(%arg1
// CHECK-NEXT: ^bb0
// CHECK-NEXT: memref.load %[[KEPT]][]
func.func @overwritten(%s: memref<f32>, %x: memref<8xf32>) {
  %0 = memref.load %s[] : memref<f32>
  %zero = arith.constant 0.0 : f32
  memref.store %zero, %s[] : memref<f32>
  linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      outs(%x : memref<8xf32>) {
  ^bb0(%in: f32):
    linalg.yield %0 : f32
  }
  return
}

// So is one that the operation itself overwrites: its iterations would not read
// the same. The index is read where it is used too.
// CHECK-LABEL: func @by_its_user
// CHECK: %[[KEPT:.*]] = memref.alloc() : memref<f32>
// CHECK: linalg.generic {{.*}} iterator_types = []} outs(%[[KEPT]]
// CHECK-NEXT: ^bb0
// CHECK-NEXT: %[[I:.*]] = memref.load %arg1[] : memref<index>
// CHECK-NEXT: memref.load %arg0[%[[I]]]
// CHECK: linalg.generic {{.*}} outs(%arg0
// CHECK-NEXT: ^bb0
// CHECK-NEXT: memref.load %[[KEPT]][]
func.func @by_its_user(%x: memref<8xf32>, %i: memref<index>) {
  %0 = memref.load %i[] : memref<index>
  %1 = memref.load %x[%0] : memref<8xf32>
  linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      outs(%x : memref<8xf32>) {
  ^bb0(%in: f32):
    %2 = arith.divf %in, %1 : f32
    linalg.yield %2 : f32
  }
  return
}

// What has no loops reads before it writes.
// CHECK-LABEL: func @increment
// CHECK-NOT: memref.alloc
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: memref.load %arg0[]
func.func @increment(%s: memref<f32>) {
  %0 = memref.load %s[] : memref<f32>
  %1 = arith.addf %0, %0 : f32
  memref.store %1, %s[] : memref<f32>
  return
}

// What a loop carries may be any buffer, this one too.
// CHECK-LABEL: func @carried
// CHECK: %[[KEPT:.*]] = memref.alloc() : memref<f32>
// CHECK: scf.for
// CHECK: linalg.generic {{.*}} outs(%arg1
// CHECK-NEXT: ^bb0
// CHECK-NEXT: memref.load %[[KEPT]][]
func.func @carried(%s: memref<f32>, %x: memref<8xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %0 = memref.load %s[] : memref<f32>
  %last = scf.for %i = %c0 to %n step %c1
      iter_args(%carried = %s) -> memref<f32> {
    memref.store %zero, %carried[] : memref<f32>
    scf.yield %carried : memref<f32>
  }
  linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      outs(%x : memref<8xf32>) {
  ^bb0(%in: f32):
    linalg.yield %0 : f32
  }
  return
}

// CHECK-LABEL: func @selected
// CHECK: %[[KEPT:.*]] = memref.alloc() : memref<f32>
// CHECK: arith.select
// CHECK: linalg.generic {{.*}} outs(%arg1
// CHECK-NEXT: ^bb0
// CHECK-NEXT: memref.load %[[KEPT]][]
func.func @selected(%s: memref<f32>, %x: memref<8xf32>, %t: memref<f32>,
                    %c: i1) {
  %zero = arith.constant 0.0 : f32
  %0 = memref.load %s[] : memref<f32>
  %either = arith.select %c, %s, %t : memref<f32>
  memref.store %zero, %either[] : memref<f32>
  linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      outs(%x : memref<8xf32>) {
  ^bb0(%in: f32):
    linalg.yield %0 : f32
  }
  return
}

// Another argument is another buffer.
// CHECK-LABEL: func @elsewhere
// CHECK-NOT: memref.alloc
// CHECK: linalg.generic {{.*}} outs(%arg1
// CHECK-NEXT: ^bb0
// CHECK-NEXT: memref.load %arg0[]
func.func @elsewhere(%s: memref<f32>, %x: memref<8xf32>, %t: memref<f32>) {
  %zero = arith.constant 0.0 : f32
  %0 = memref.load %s[] : memref<f32>
  memref.store %zero, %t[] : memref<f32>
  linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      outs(%x : memref<8xf32>) {
  ^bb0(%in: f32):
    linalg.yield %0 : f32
  }
  return
}

// CHECK-LABEL: func @overwritten_parameter
// CHECK: %[[KEPT:.*]] = memref.alloc() : memref<f32>
// CHECK: convoy.conv {{.*}} parameters(%[[KEPT]] : memref<f32>)
func.func @overwritten_parameter(
    %x: memref<1x4x8x8xf32>, %w: memref<4x4x1x1xf32>,
    %y: memref<1x4x8x8xf32>, %s: memref<f32>) {
  %zero = arith.constant 0.0 : f32
  %0 = memref.load %s[] : memref<f32>
  memref.store %zero, %s[] : memref<f32>
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
