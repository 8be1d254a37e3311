// RUN: convoy-opt %s --convoy-emit-kernels | FileCheck %s
// RUN: convoy-opt %s --convoy-emit-kernels --convoy-kernels-to-binary='format=ptx' | FileCheck %s --check-prefix=PTX

#identity = affine_map<(n, c, h, w) -> (n, c, h, w)>
#channel = affine_map<(n, c, h, w) -> (c)>
#last = affine_map<(n, c, h, w) -> (w)>

// A batch-norm with parameters at run time: one launch. Threads have four
// vectors of 16 bytes; all loads come before the first store.
// CHECK-LABEL: func @batch_norm
// CHECK: gpu.launch_func @[[$BN:batch_norm_elementwise_[0-9]+]]::@[[$BN]] blocks in (%c49
// CHECK-SAME: threads in (%c256
// PTX: gpu.binary @batch_norm_elementwise
// PTX-SAME: ld.global.v4
// PTX-SAME: st.global.v4
func.func @batch_norm(%x: memref<4x64x28x28xf32>, %mean: memref<64xf32>,
                      %var: memref<64xf32>, %y: memref<4x64x28x28xf32>) {
  %eps = arith.constant 1.0e-5 : f32
  linalg.generic {
      indexing_maps = [#identity, #channel, #channel, #identity],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x, %mean, %var : memref<4x64x28x28xf32>, memref<64xf32>,
                            memref<64xf32>)
      outs(%y : memref<4x64x28x28xf32>) {
  ^bb0(%in: f32, %m: f32, %v: f32, %out: f32):
    %0 = arith.addf %v, %eps : f32
    %1 = math.rsqrt %0 : f32
    %2 = arith.subf %in, %m : f32
    %3 = arith.mulf %2, %1 : f32
    linalg.yield %3 : f32
  }
  return
}

// f16 along its channels: eight elements in a vector, channels in vectors too.
// CHECK-LABEL: func @channels_last
// CHECK: gpu.launch_func @channels_last_elementwise
func.func @channels_last(%x: memref<2x5x5x16xf16>, %s: memref<16xf16>,
                         %y: memref<2x5x5x16xf16>) {
  linalg.generic {
      indexing_maps = [#identity, #last, #identity],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x, %s : memref<2x5x5x16xf16>, memref<16xf16>)
      outs(%y : memref<2x5x5x16xf16>) {
  ^bb0(%in: f16, %scale: f16, %out: f16):
    %0 = arith.mulf %in, %scale : f16
    linalg.yield %0 : f16
  }
  return
}

// Images that are not made of whole vectors: element by element, eight at a time.
// CHECK-LABEL: func @odd
// CHECK: gpu.launch_func @odd_elementwise
func.func @odd(%x: memref<2x3x7x7xf32>, %s: memref<3xf32>,
               %y: memref<2x3x7x7xf32>) {
  linalg.generic {
      indexing_maps = [#identity, #channel, #identity],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x, %s : memref<2x3x7x7xf32>, memref<3xf32>)
      outs(%y : memref<2x3x7x7xf32>) {
  ^bb0(%in: f32, %scale: f32, %out: f32):
    %0 = arith.mulf %in, %scale : f32
    linalg.yield %0 : f32
  }
  return
}

// CHECK: gpu.module @[[$BN]]
// CHECK: gpu.func @[[$BN]]({{.*}}) kernel attributes {known_block_size = array<i32: 256, 1, 1>}
// CHECK-COUNT-4: vector.load {{.*}} {alignment = 16 : i64} : memref<200704xf32>, vector<4xf32>
// What depends on the channel alone is computed once for a vector.
// CHECK: math.rsqrt %{{.*}} : f32
// CHECK: vector.broadcast
// CHECK: vector.store {{.*}} {alignment = 16 : i64} : memref<200704xf32>, vector<4xf32>

// CHECK: gpu.module @channels_last_elementwise
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<800xf16>, vector<8xf16>
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<16xf16>, vector<8xf16>

// CHECK: gpu.module @odd_elementwise
// CHECK-COUNT-8: vector.load {{.*}} : memref<294xf32>, vector<1xf32>
