// RUN: convoy-opt %s --convoy-emit-kernels --split-input-file | FileCheck %s

// What a kernel of the strategy `window_wgmma` consists of.

// f16, strided, padded: pairs of pixels, pairs of columns in a word. A tap's
// products are on their way while the elements of the next one are read; what a
// row of the filter has read is not read again. The first tap of a row reads three
// words of a channel, two of them as one. The first row and column of
// taps may be outside of the image: masked, 5 taps of 9.

// CHECK-LABEL: func.func @f16
// CHECK-DAG: %[[BLOCKS:.*]] = arith.constant 132 : index
// CHECK-DAG: %[[THREADS:.*]] = arith.constant 384 : index
// CHECK: gpu.launch_func @[[$KERNEL:f16_conv_[a-z0-9]+]]::@[[$KERNEL]] blocks in (%[[BLOCKS]]
// CHECK-SAME: threads in (%[[THREADS]]
// CHECK-SAME: dynamic_shared_memory_size
// CHECK: gpu.module @[[$KERNEL]]
// CHECK: gpu.func @[[$KERNEL]]
// CHECK-SAME: known_block_size = array<i32: 384, 1, 1>, nvvm.minctasm = 1 : i32
// Math warps.
// CHECK: nvvm.setmaxregister {{ *}}increase {{[0-9]+}}
// CHECK: scf.for
// CHECK: nvvm.mbarrier.try_wait.parity
// CHECK-COUNT-8: llvm.load %{{.*}} : !llvm.ptr<3> -> vector<2xi32>
// CHECK: scf.for {{.*}} iter_args(
// CHECK: nvvm.wgmma.fence.aligned
// CHECK-COUNT-2: wgmma.mma_async.sync.aligned.m64n128k16.f32.f16.f16
// CHECK-NOT: wgmma.mma_async
// CHECK: nvvm.wgmma.commit.group.sync.aligned
// CHECK-NEXT: nvvm.wgmma.wait.group.sync.aligned 1
// The stage before is given back.
// CHECK: nvvm.mbarrier.arrive
// CHECK-NOT: llvm.load %{{.*}} : !llvm.ptr<3> -> i16
// CHECK: nvvm.wgmma.fence.aligned
// CHECK-COUNT-2: wgmma.mma_async.sync.aligned.m64n128k16.f32.f16.f16
// CHECK: nvvm.wgmma.wait.group.sync.aligned 1
// CHECK-COUNT-14: wgmma.mma_async.sync.aligned.m64n128k16.f32.f16.f16
// CHECK-NOT: wgmma.mma_async
// CHECK: nvvm.mbarrier.try_wait.parity
// CHECK: nvvm.wgmma.wait.group.sync.aligned 0
// CHECK: arith.maximumf
// CHECK: llvm.store %{{.*}} : vector<2xf16>, !llvm.ptr<1>
// A lane of a copying warp copies a channel's window, another the filter.
// CHECK: nvvm.setmaxregister {{ *}}decrease {{[0-9]+}}
// CHECK: nvvm.redux.sync
// CHECK: nvvm.mbarrier.arrive.expect_tx
// CHECK-COUNT-2: nvvm.cp.async.bulk.shared.cluster.global
// CHECK-NOT: nvvm.cp.async
func.func @f16(%x: memref<64x128x56x56xf16>, %w: memref<128x128x3x3xf16>, %b: memref<128xf32>, %i: memref<294912xi8>, %y: memref<64x128x28x28xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<64x128x56x56xf16>, memref<128x128x3x3xf16>)
      bias(%b : memref<128xf32>) filter_image(%i : memref<294912xi8>) outs(%y : memref<64x128x28x28xf16>)
      strides = [2, 2] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = f16, tileFilters = 128,
          rowBlocks = 2, mathWarpgroups = 2, stages = 3>>
      epilogue {
      ^bb0(%acc: f32):
        %zero = arith.constant 0.0 : f32
        %relu = arith.maximumf %acc, %zero : f32
        %out = arith.truncf %relu : f32 to f16
        convoy.yield %out : f16
      }
  return
}

// -----

// Rows of an odd number of elements: one by one. No tap is outside of the image,
// so nothing is masked. A tile is of up to five images; the filter is resident,
// and arrives with the stages of the first tile.

// CHECK-LABEL: func.func @odd
// CHECK: gpu.func
// CHECK: nvvm.setmaxregister {{ *}}increase {{[0-9]+}}
// CHECK: nvvm.mbarrier.try_wait.parity
// CHECK-COUNT-8: llvm.load %{{.*}} : !llvm.ptr<3> -> i16
// CHECK: scf.for {{.*}} iter_args(
// CHECK-COUNT-9: wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16
// CHECK-NOT: wgmma.mma_async
// CHECK: llvm.store %{{.*}} : bf16, !llvm.ptr<1>
// CHECK: nvvm.setmaxregister {{ *}}decrease {{[0-9]+}}
// The filter, and 5 images' parts of 16 channels by 32 lanes.
// CHECK-COUNT-4: nvvm.cp.async.bulk.shared.cluster.global
// CHECK-NOT: nvvm.cp.async.bulk
func.func @odd(%x: memref<9x16x13x13xbf16>, %w: memref<64x16x3x3xbf16>, %i: memref<18432xi8>, %y: memref<9x64x6x6xbf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<9x16x13x13xbf16>, memref<64x16x3x3xbf16>)
      filter_image(%i : memref<18432xi8>) outs(%y : memref<9x64x6x6xbf16>)
      strides = [2, 2] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = bf16, tileFilters = 64,
          mathWarpgroups = 2, stages = 2, residentFilter = true>>
  return
}

// -----

// tf32: elements are rounded as they are read.

// CHECK-LABEL: func.func @tf32
// CHECK: gpu.func
// CHECK: nvvm.mbarrier.try_wait.parity
// CHECK: llvm.load %{{.*}} : !llvm.ptr<3> -> i32
// CHECK: llvm.intr.fabs
// CHECK-COUNT-3: wgmma.mma_async.sync.aligned.m64n96k8.f32.tf32.tf32
// CHECK-NOT: wgmma.mma_async
func.func @tf32(%x: memref<16x8x17x17xf32>, %w: memref<96x8x1x3xf32>, %i: memref<9216xi8>, %y: memref<16x96x17x17xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<16x8x17x17xf32>, memref<96x8x1x3xf32>)
      filter_image(%i : memref<9216xi8>) outs(%y : memref<16x96x17x17xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 1] to [0, 1] math = <tf32>
      schedule = <chip = "sm_90a", strategy = #convoy.window_wgmma<products = tf32, tileFilters = 96,
          mathWarpgroups = 2, stages = 2>>
  return
}
