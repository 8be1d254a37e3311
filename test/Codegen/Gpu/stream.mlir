// RUN: convoy-opt %s --convoy-emit-kernels --split-input-file | FileCheck %s

// What a kernel of the strategy `stream_wgmma` consists of.

// f16, 3x3 with padding: one stage of 9 steps for each slot of 16 channels, 104
// columns of each warpgroup. The sums are carried over the slots.

// CHECK-LABEL: func.func @f16
// CHECK-DAG: %[[BLOCKS:.*]] = arith.constant 132 : index
// CHECK-DAG: %[[THREADS:.*]] = arith.constant 512 : index
// CHECK: gpu.launch_func @[[$KERNEL:f16_conv_[a-z0-9]+]]::@[[$KERNEL]] blocks in (%[[BLOCKS]]
// CHECK-SAME: threads in (%[[THREADS]]
// CHECK-SAME: dynamic_shared_memory_size
// CHECK: gpu.module @[[$KERNEL]]
// CHECK: llvm.mlir.global external @stream_shared() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
// CHECK: gpu.func @[[$KERNEL]]
// CHECK-SAME: known_block_size = array<i32: 512, 1, 1>, nvvm.minctasm = 1 : i32
// CHECK: scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}) -> (!llvm.struct<
// CHECK: nvvm.wgmma.fence.aligned
// CHECK-COUNT-9: nvvm.wgmma.mma_async {{.*}} <m = 64, n = 104, k = 16>, {{.*}} A[<f16>, <one>, <row>], B[<f16>, <one>, <col>]
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: nvvm.wgmma.wait.group.sync.aligned 0
// The epilogue computes on the sums, and 4 outputs of the 98 of each warpgroup
// are stored at once: all rows begin at multiples of two.
// CHECK: arith.maximumf
// CHECK: llvm.store %{{.*}} : vector<2xf16>, !llvm.ptr<3>
// CHECK: llvm.load %{{.*}} : !llvm.ptr<3> -> vector<[[$VECTOR:[0-9]+]]xf16>
// CHECK: llvm.store %{{.*}} : vector<[[$VECTOR]]xf16>, !llvm.ptr<1>
// 8 channels of a pixel become 16 bytes.
// CHECK-COUNT-8: llvm.load %{{.*}} : !llvm.ptr<1> -> i16
// CHECK: llvm.store %{{.*}} : vector<4xi32>, !llvm.ptr<3>
// CHECK: nvvm.fence.proxy
// CHECK: nvvm.cp.async.bulk.shared.cluster.global
func.func @f16(%x: memref<64x64x28x28xf16>, %w: memref<64x64x3x3xf16>, %b: memref<64xf32>, %i: memref<73728xi8>, %y: memref<64x64x28x28xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<64x64x28x28xf16>, memref<64x64x3x3xf16>)
      bias(%b : memref<64xf32>) filter_image(%i : memref<73728xi8>) outs(%y : memref<64x64x28x28xf16>)
      strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 7, tileColumns = 28,
          slots = 4, filterStages = 4, gatherWarps = 7>>
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

// Two blocks of output channels, each with stages of its own of 5 steps, two for
// the slot's 9 steps; both warpgroups have all columns.

// CHECK-LABEL: func.func @blocks
// CHECK-COUNT-5: nvvm.wgmma.mma_async {{.*}} <m = 64, n = 208, k = 16>
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: nvvm.wgmma.commit.group.sync.aligned
// CHECK-COUNT-4: nvvm.wgmma.mma_async {{.*}} <m = 64, n = 208, k = 16>
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: nvvm.wgmma.wait.group.sync.aligned 1
// CHECK: nvvm.wgmma.wait.group.sync.aligned 0
// CHECK-COUNT-4: nvvm.cp.async.bulk.shared.cluster.global
func.func @blocks(%x: memref<64x64x28x28xbf16>, %w: memref<128x64x3x3xbf16>, %i: memref<147456xi8>, %y: memref<64x128x28x28xbf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<64x64x28x28xbf16>, memref<128x64x3x3xbf16>)
      filter_image(%i : memref<147456xi8>) outs(%y : memref<64x128x28x28xbf16>)
      strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = bf16, tileRows = 7, tileColumns = 28,
          tileBlocks = 2, slots = 4, filterStages = 3, gatherWarps = 3>>
  return
}

// -----

// Strict: each slot's sums begin anew (14 steps in stages of 7) and are added
// to the tile's; a loop over its passes. The grid is one block for each tile.

// CHECK-LABEL: func.func @strict
// CHECK-DAG: %[[BLOCKS:.*]] = arith.constant 28 : index
// CHECK: gpu.launch_func {{.*}} blocks in (%[[BLOCKS]]
// CHECK: scf.for
// CHECK: scf.for
// CHECK: scf.for
// CHECK-COUNT-14: nvvm.wgmma.mma_async {{.*}} <m = 64, n = 104, k = 16>, {{.*}} A[<f16>, <one>, <row>], B[<f16>, <one>, <col>]
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: llvm.intr.fma
// CHECK-COUNT-2: nvvm.redux.sync
func.func @strict(%x: memref<7x16x28x28xf32>, %w: memref<64x16x3x3xf32>, %i: memref<57600xi8>, %y: memref<7x64x28x28xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<7x16x28x28xf32>, memref<64x16x3x3xf32>)
      filter_image(%i : memref<57600xi8>) outs(%y : memref<7x64x28x28xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = split_f16, tileRows = 7, tileColumns = 28,
          slots = 3, filterStages = 3, gatherWarps = 3>>
  return
}

// -----

// A pointwise convolution is one row of 196 pixels, of which each warpgroup has
// half; a slot has 4 chunks of 16 channels.

// CHECK-LABEL: func.func @pointwise
// CHECK-COUNT-4: nvvm.wgmma.mma_async {{.*}} <m = 64, n = 104, k = 16>
// CHECK-NOT: nvvm.wgmma.mma_async
func.func @pointwise(%x: memref<8x64x14x14xf16>, %w: memref<64x64x1x1xf16>, %i: memref<8192xi8>, %y: memref<8x64x14x14xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x64x14x14xf16>, memref<64x64x1x1xf16>)
      filter_image(%i : memref<8192xi8>) outs(%y : memref<8x64x14x14xf16>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 1, tileColumns = 196,
          slotChunks = 4, slots = 2, filterStages = 2, gatherWarps = 7>>
  return
}

// -----

// Two slots are gathered in a turn, and the second one is the tile's last, which has
// 8 of its 16 channels: the first one lacks none, whatever the turn's mask says.

// CHECK-LABEL: func.func @lacking
// CHECK: %[[FIRST:.*]] = arith.andi %[[MASK:.*]], %c2147483647_i32
// CHECK-COUNT-8: arith.cmpi slt, %[[FIRST]],
// CHECK-COUNT-8: arith.cmpi slt, %[[MASK]],
// CHECK: scf.for {{.*}} step %c2_i32
func.func @lacking(%x: memref<8x24x14x14xf16>, %w: memref<64x24x3x3xf16>, %i: memref<36864xi8>, %y: memref<8x64x14x14xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x24x14x14xf16>, memref<64x24x3x3xf16>)
      filter_image(%i : memref<36864xi8>) outs(%y : memref<8x64x14x14xf16>)
      strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 4, tileColumns = 14,
          slotChunks = 1, slots = 4, filterStages = 2, gatherWarps = 4>>
  return
}

// -----

// With strides, products would wait for what is gathered: 3 pixels of each thread,
// 8 channels each, are copied three slots ahead of being converted.

// CHECK-LABEL: func.func @strided
// CHECK: scf.for
// CHECK-COUNT-24: nvvm.cp.async.shared.global {{.*}}, 4, cache = ca
// CHECK-NOT: nvvm.cp.async.shared.global
// CHECK: nvvm.cp.async.commit.group
// CHECK: nvvm.cp.async.wait.group 3
func.func @strided(%x: memref<8x16x15x15xf32>, %w: memref<64x16x3x3xf32>, %i: memref<36864xi8>, %y: memref<8x64x7x7xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x16x15x15xf32>, memref<64x16x3x3xf32>)
      filter_image(%i : memref<36864xi8>) outs(%y : memref<8x64x7x7xf32>)
      strides = [2, 2] dilations = [1, 1] pad = [0, 0] to [0, 0] math = <tf32>
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = tf32, tileRows = 7, tileColumns = 7,
          slots = 3, filterStages = 2, gatherWarps = 3>>
  return
}

// -----

// Four blocks of a cluster share the channels of a tile: each multiplies 2 of 8
// slots, and finishes 4 of a warp's 16 rows, from the sums that all four have
// staged. A warp waits for those of its number alone.

// CHECK-LABEL: func.func @parts
// CHECK-DAG: %[[BLOCKS:.*]] = arith.constant 32 : index
// CHECK: gpu.launch_func {{.*}} blocks in (%[[BLOCKS]]
// CHECK: gpu.func {{.*}} nvvm.cluster_dim = array<i32: 4, 1, 1>
// CHECK: nvvm.cluster.arrive
// CHECK-NEXT: nvvm.cluster.wait
// CHECK: nvvm.mbarrier.arrive {{.*}} {scope = #nvvm.mem_scope<cluster>} : !llvm.ptr<7>
// CHECK: scf.while
// CHECK: nvvm.mbarrier.try_wait {{.*}} {scope = #nvvm.mem_scope<cluster>}
// CHECK-COUNT-4: nvvm.mapa
// CHECK-COUNT-4: llvm.load {{.*}} : !llvm.ptr<7> -> vector<2xf32>
// CHECK: llvm.store {{.*}} : vector<2xf16>, !llvm.ptr<1>
// CHECK: nvvm.mbarrier.arrive {{.*}} : !llvm.ptr<7>
// CHECK: nvvm.cluster.arrive
// CHECK-NEXT: nvvm.cluster.wait
func.func @parts(%x: memref<4x128x8x8xf16>, %w: memref<128x128x3x3xf16>, %i: memref<294912xi8>, %y: memref<4x128x8x8xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<4x128x8x8xf16>, memref<128x128x3x3xf16>)
      filter_image(%i : memref<294912xi8>) outs(%y : memref<4x128x8x8xf16>)
      strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 8, tileColumns = 8,
          slots = 4, filterStages = 4, gatherWarps = 7, channelParts = 4>>
  return
}
