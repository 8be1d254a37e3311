// RUN: convoy-opt %s --convoy-emit-kernels --split-input-file | FileCheck %s

// What a kernel of the strategy `pointwise_wgmma` consists of.

// f16: pairs of pixels of 3 chunks of channels become 12 words in registers, a
// wgmma for each chunk. The products of two chunks are on their way while the
// elements of the third are read, and those while the next stage's are. The first
// product of a tile takes no note of the sums.

// CHECK-LABEL: func.func @f16
// CHECK-DAG: %[[BLOCKS:.*]] = arith.constant 132 : index
// CHECK-DAG: %[[THREADS:.*]] = arith.constant 384 : index
// CHECK: gpu.launch_func @[[$KERNEL:f16_conv_[a-z0-9]+]]::@[[$KERNEL]] blocks in (%[[BLOCKS]]
// CHECK-SAME: threads in (%[[THREADS]]
// CHECK-SAME: dynamic_shared_memory_size
// CHECK: gpu.module @[[$KERNEL]]
// CHECK: llvm.mlir.global external @pointwise_shared() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
// CHECK: gpu.func @[[$KERNEL]]
// CHECK-SAME: known_block_size = array<i32: 384, 1, 1>, nvvm.minctasm = 1 : i32
// Math warps.
// CHECK: nvvm.setmaxregister {{ *}}increase {{[0-9]+}}
// CHECK: nvvm.mbarrier.try_wait.parity
// CHECK-COUNT-8: llvm.load %{{.*}} : !llvm.ptr<3> -> i32
// CHECK-NOT: llvm.load
// CHECK: llvm.inline_asm has_side_effects "", "=r,=r,=r,=r,=r,=r,=r,=r,0,1,2,3,4,5,6,7"
// CHECK: scf.for
// CHECK: scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}) -> (!llvm.struct<
// CHECK: nvvm.wgmma.fence.aligned
// CHECK-COUNT-2: wgmma.mma_async.sync.aligned.m64n128k16.f32.f16.f16
// CHECK-NOT: wgmma.mma_async
// CHECK: nvvm.wgmma.commit.group.sync.aligned
// CHECK-NEXT: nvvm.wgmma.wait.group.sync.aligned 1
// CHECK: nvvm.mbarrier.arrive
// CHECK-COUNT-4: llvm.load %{{.*}} : !llvm.ptr<3> -> i32
// CHECK: nvvm.wgmma.fence.aligned
// CHECK: wgmma.mma_async.sync.aligned.m64n128k16.f32.f16.f16
// CHECK: nvvm.wgmma.wait.group.sync.aligned 1
// CHECK: nvvm.mbarrier.try_wait.parity
// CHECK: nvvm.wgmma.wait.group.sync.aligned 0
// CHECK: arith.maximumf
// CHECK: llvm.store %{{.*}} : vector<2xf16>, !llvm.ptr<1>
// Copying warps make the barriers, and begin when the others do: 480 pieces of the input's 48 channels are 6 a thread, the last
// for some; 12 KiB of the filter come as one.
// CHECK: nvvm.setmaxregister {{ *}}decrease {{[0-9]+}}
// CHECK: nvvm.fence.mbarrier.init
// CHECK: llvm.call_intrinsic "llvm.nvvm.barrier.cta.arrive.count"
// CHECK: nvvm.cp.async.bulk.shared.cluster.global
// CHECK-COUNT-6: nvvm.cp.async.shared.global
// CHECK-NOT: nvvm.cp.async.shared.global
// CHECK: nvvm.cp.async.mbarrier.arrive {{.*}} {noinc = true}
func.func @f16(%x: memref<64x480x28x28xf16>, %w: memref<128x480x1x1xf16>, %b: memref<128xf32>, %i: memref<122880xi8>, %y: memref<64x128x28x28xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<64x480x28x28xf16>, memref<128x480x1x1xf16>)
      bias(%b : memref<128xf32>) filter_image(%i : memref<122880xi8>) outs(%y : memref<64x128x28x28xf16>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 112, tileFilters = 128,
          mathWarpgroups = 2, stageChunks = 3, stages = 8>>
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

// tf32, odd images, two to a tile: single elements are read and stored, each
// rounded. Channels of a stage are one run.

// CHECK-LABEL: func.func @tf32
// CHECK-DAG: %[[BLOCKS:.*]] = arith.constant 4 : index
// CHECK: gpu.launch_func {{.*}} blocks in (%[[BLOCKS]]
// CHECK-COUNT-4: llvm.intr.fabs
// CHECK: scf.for
// CHECK: wgmma.mma_async.sync.aligned.m64n48k8.f32.tf32.tf32
// CHECK-COUNT-4: llvm.intr.fabs
// CHECK: wgmma.mma_async.sync.aligned.m64n48k8.f32.tf32.tf32
// CHECK: llvm.store %{{.*}} : f32, !llvm.ptr<1>
func.func @tf32(%x: memref<7x32x7x7xf32>, %w: memref<48x32x1x1xf32>, %i: memref<6144xi8>, %y: memref<7x48x7x7xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<7x32x7x7xf32>, memref<48x32x1x1xf32>)
      filter_image(%i : memref<6144xi8>) outs(%y : memref<7x48x7x7xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] math = <tf32>
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = tf32, tileImages = 2, tilePixels = 49,
          tileFilters = 48, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}

// -----

// Strict: two chunks have a scale together; the low parts of the input are
// multiplied by what the filter's high parts are lowered by. The sums begin anew
// and are added to the tile's.

// CHECK-LABEL: func.func @strict
// CHECK-COUNT-8: llvm.load %{{.*}} : !llvm.ptr<3> -> vector<2xi32>
// CHECK-COUNT-4: nvvm.shfl.sync bfly
// CHECK: nvvm.vote.sync any
// CHECK: scf.if
// CHECK: scf.for
// CHECK: llvm.inline_asm has_side_effects "", "=r,=r,=r,=r,=r,=r,=r,=r,=r,=r,=r,=r,=r,=r,=r,=r,0,
// CHECK-COUNT-6: wgmma.mma_async.sync.aligned.m64n64k16.f32.f16.f16
// CHECK-NOT: wgmma.mma_async
// CHECK: nvvm.wgmma.wait.group.sync.aligned 0
// CHECK: llvm.intr.fma
// What is not finite is computed again.
// CHECK: arith.cmpf ord
func.func @strict(%x: memref<7x32x28x28xf32>, %w: memref<64x32x1x1xf32>, %i: memref<12544xi8>, %y: memref<7x64x28x28xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<7x32x28x28xf32>, memref<64x32x1x1xf32>)
      filter_image(%i : memref<12544xi8>) outs(%y : memref<7x64x28x28xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = split_f16, tilePixels = 112, tileFilters = 64,
          mathWarpgroups = 2, stageChunks = 2, stages = 3>>
  return
}

// -----

// The filter stays in shared memory: it is copied with the stages of the first
// tile, and those of others expect no bytes.

// CHECK-LABEL: func.func @resident
// CHECK: nvvm.setmaxregister {{ *}}decrease {{[0-9]+}}
// CHECK: scf.for %[[TILE:[a-z0-9]+]] = %c0_i32
// CHECK: %[[IS_FIRST:.*]] = arith.cmpi eq, %[[TILE]],
// CHECK: %[[BYTES:.*]] = arith.select %[[IS_FIRST]], %c4096_i32{{.*}}, %c0_i32
// CHECK: nvvm.mbarrier.arrive.expect_tx %{{.*}}, %[[BYTES]]
// CHECK: %[[COPIES:.*]] = arith.cmpi eq, %[[TILE]],
// CHECK: scf.if %[[COPIES]]
// CHECK: nvvm.cp.async.bulk.shared.cluster.global
// CHECK-NOT: nvvm.cp.async.bulk.shared.cluster.global
func.func @resident(%x: memref<8x64x14x14xbf16>, %w: memref<64x64x1x1xbf16>, %i: memref<8192xi8>, %y: memref<8x64x14x14xbf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x14x14xbf16>, memref<64x64x1x1xbf16>)
      filter_image(%i : memref<8192xi8>) outs(%y : memref<8x64x14x14xbf16>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = bf16, tilePixels = 104, tileFilters = 64,
          mathWarpgroups = 2, stageChunks = 2, stages = 3, residentFilter = true>>
  return
}

// -----

// An image is no multiple of 128 pixels: tiles begin and end in any image, the last one
// beyond the last image. Each piece is of one image; where in it, is the remainder
// of a division by a channel's bytes.

// CHECK-LABEL: func.func @across
// CHECK-DAG: %[[BLOCKS:.*]] = arith.constant 25 : index
// CHECK: gpu.launch_func {{.*}} blocks in (%[[BLOCKS]]
// CHECK: nvvm.setmaxregister {{ *}}decrease {{[0-9]+}}
// CHECK: arith.remui %{{.*}}, %c3136_i32
// CHECK: nvvm.cp.async.shared.global
func.func @across(%x: memref<4x64x28x28xf32>, %w: memref<64x64x1x1xf32>, %i: memref<16384xi8>, %y: memref<4x64x28x28xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<4x64x28x28xf32>, memref<64x64x1x1xf32>)
      filter_image(%i : memref<16384xi8>) outs(%y : memref<4x64x28x28xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] math = <tf32>
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = tf32, tilePixels = 128, tileFilters = 64,
          mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}

// -----

// A tile is 64 pixels, which one warpgroup multiplies: two of them take turns, each
// with every second tile, and a stage is released by four warps. The other one's
// stages are not seen to be full, so before a stage is waited for to be full it is
// waited for to be free.

// CHECK-LABEL: func.func @turns
// CHECK: nvvm.setmaxregister {{ *}}increase {{[0-9]+}}
// CHECK: nvvm.mbarrier.try_wait.parity
// CHECK: nvvm.mbarrier.try_wait.parity
// CHECK: scf.for %{{.*}} = %{{[0-9]+}} to %{{[0-9]+}} step %c2_i32{{[_0-9]*}} iter_args(
// CHECK: wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16
// CHECK: nvvm.mbarrier.init %{{.*}}, %c129_i32
// CHECK: nvvm.mbarrier.init %{{.*}}, %c4_i32
func.func @turns(%x: memref<8x64x14x14xbf16>, %w: memref<64x64x1x1xbf16>, %i: memref<8192xi8>, %y: memref<8x64x14x14xbf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x14x14xbf16>, memref<64x64x1x1xbf16>)
      filter_image(%i : memref<8192xi8>) outs(%y : memref<8x64x14x14xbf16>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = bf16, tilePixels = 64, tileFilters = 64,
          mathWarpgroups = 2, stageChunks = 2, stages = 3, residentFilter = true>>
  return
}

// -----

// Two blocks of a cluster copy a half of the filter each, to both, and a warp
// that is done with a stage says so to both. Two groups of channels have sums of
// their own, which are added up in shared memory.

// CHECK-LABEL: func.func @cluster
// CHECK-DAG: %[[BLOCKS:.*]] = arith.constant 10 : index
// CHECK: gpu.launch_func {{.*}} blocks in (%[[BLOCKS]]
// CHECK: gpu.func
// CHECK-SAME: known_block_size = array<i32: 640, 1, 1>
// CHECK-SAME: nvvm.cluster_dim = array<i32: 2, 1, 1>
// CHECK: nvvm.fence.mbarrier.init
// CHECK: nvvm.cluster.arrive
// CHECK: nvvm.cluster.wait
// CHECK: nvvm.setmaxregister {{ *}}increase
// The block's rank stays out of wgmma's descriptor.
// CHECK: %[[MASK:.*]] = arith.constant 262143 : i32
// CHECK-NEXT: arith.andi %{{.*}}, %[[MASK]] : i32
// CHECK: nvvm.mapa
// CHECK-NEXT: nvvm.mbarrier.arrive {{.*}} : !llvm.ptr<7>
// CHECK: llvm.call_intrinsic "llvm.nvvm.barrier.cta.sync.count"
// CHECK: llvm.load %{{.*}} : !llvm.ptr<3> -> vector<4xf32>
// CHECK: llvm.store %{{.*}} : vector<4xf32>, !llvm.ptr<3>
// CHECK: nvvm.setmaxregister {{ *}}decrease
// CHECK: nvvm.cp.async.bulk.shared.cluster.global {{.*}} multicast_mask
// CHECK: nvvm.cp.async.shared.global
// CHECK: nvvm.cluster.arrive
// CHECK: nvvm.cluster.wait
func.func @cluster(%x: memref<5x64x14x14xf16>, %w: memref<64x64x1x1xf16>, %i: memref<8192xi8>, %y: memref<5x64x14x14xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<5x64x14x14xf16>, memref<64x64x1x1xf16>)
      filter_image(%i : memref<8192xi8>) outs(%y : memref<5x64x14x14xf16>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 104, tileFilters = 64,
          mathWarpgroups = 2, stageChunks = 2, stages = 3, clusterBlocks = 2, channelGroups = 2>>
  return
}

// -----

// Whole images of an odd number of pixels, each a bulk copy for a stage, and one
// for a tile's output, which threads have written to shared memory.

// CHECK-LABEL: func.func @bulk_runs
// CHECK: gpu.func
// CHECK: nvvm.setmaxregister {{ *}}increase
// CHECK: llvm.store %{{.*}} : f16, !llvm.ptr<3>
// CHECK-NOT: llvm.store %{{.*}} : f16, !llvm.ptr<1>
// CHECK: nvvm.fence.proxy
// CHECK: nvvm.cp.async.bulk.global.shared.cta
// CHECK: nvvm.setmaxregister {{ *}}decrease
// CHECK-COUNT-2: nvvm.cp.async.bulk.shared.cluster.global
// CHECK-NOT: nvvm.cp.async.shared.global
func.func @bulk_runs(%x: memref<7x32x7x7xf16>, %w: memref<48x32x1x1xf16>, %i: memref<3072xi8>, %y: memref<7x48x7x7xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<7x32x7x7xf16>, memref<48x32x1x1xf16>)
      filter_image(%i : memref<3072xi8>) outs(%y : memref<7x48x7x7xf16>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tileImages = 2, tilePixels = 49,
          tileFilters = 48, mathWarpgroups = 2, stageChunks = 2, stages = 4>>
  return
}
