// RUN: convoy-opt %s --convoy-emit-kernels --split-input-file | FileCheck %s

// What a kernel of the strategy `patch_wgmma` consists of.

// f32 as split f16: 9 steps of the small products and 5 of the large ones, once
// for the patch and once in the loop over further passes. The grid is one block
// a multiprocessor; shared memory and the counter of loads are symbols.

// CHECK-LABEL: func.func @headline
// CHECK-DAG: %[[BLOCKS:.*]] = arith.constant 132 : index
// CHECK-DAG: %[[THREADS:.*]] = arith.constant 448 : index
// CHECK: gpu.launch_func @[[$KERNEL:headline_conv_[a-z0-9]+]]::@[[$KERNEL]] blocks in (%[[BLOCKS]]
// CHECK-SAME: threads in (%[[THREADS]]
// CHECK-SAME: dynamic_shared_memory_size
// CHECK-SAME: args(%{{.*}} : memref<128x8x128x128xf32>, %{{.*}} : memref<64x8x3x3xf32>, %{{.*}} : memref<64xf32>, %{{.*}} : memref<128x64x126x126xf32>)
// CHECK: gpu.module @[[$KERNEL]]
// CHECK-DAG: llvm.mlir.global external @patch_shared() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
// CHECK-DAG: llvm.mlir.global internal @patch_arrivals(0 : i32) {addr_space = 1 : i32
// CHECK: gpu.func @[[$KERNEL]]
// CHECK-SAME: known_block_size = array<i32: 448, 1, 1>, nvvm.minctasm = 1 : i32
// CHECK: nvvm.wgmma.fence.aligned
// CHECK-COUNT-14: nvvm.wgmma.mma_async {{.*}} <m = 64, n = 136, k = 16>
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: nvvm.wgmma.wait.group.sync.aligned 0
// CHECK-COUNT-14: nvvm.wgmma.mma_async {{.*}} <m = 64, n = 136, k = 16>
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: nvvm.redux.sync umax
// CHECK: llvm.atomicrmw uinc_wrap
// CHECK-COUNT-8: nvvm.cp.async.bulk.shared.cluster.global
// CHECK-COUNT-8: nvvm.cp.async.bulk.global.shared.cta
func.func @headline(%x: memref<128x8x128x128xf32>, %w: memref<64x8x3x3xf32>, %b: memref<64xf32>, %y: memref<128x64x126x126xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<128x8x128x128xf32>, memref<64x8x3x3xf32>)
      bias(%b : memref<64xf32>) outs(%y : memref<128x64x126x126xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.patch_wgmma<products = split_f16,
          tileRows = 2, slots = 6, stagingRing = 3, storeWarps = 1, alignLoads = true>>
  return
}

// -----

// f16 with padding, three chunks of channels, a residual and 130 output channels:
// 3 blocks of the grid share each tile. Sums are carried over the chunks; the
// odd tap multiplies zeros of its own.

// CHECK-LABEL: func.func @f16
// CHECK-DAG: %[[BLOCKS:.*]] = arith.constant 12 : index
// CHECK: gpu.launch_func {{.*}} blocks in (%[[BLOCKS]]
// CHECK-NOT: patch_arrivals
// CHECK: scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}) -> (!llvm.struct<
// CHECK-COUNT-5: nvvm.wgmma.mma_async {{.*}} A[<f16>, <one>, <row>], B[<f16>, <one>, <col>]
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: llvm.load %{{.*}} : !llvm.ptr<1> -> f16
func.func @f16(%x: memref<2x24x16x16xf16>, %w: memref<130x24x3x3xf16>, %r: memref<2x130x16x16xf16>, %y: memref<2x130x16x16xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x24x16x16xf16>, memref<130x24x3x3xf16>)
      residual(%r : memref<2x130x16x16xf16>) outs(%y : memref<2x130x16x16xf16>)
      strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.patch_wgmma<products = f16,
          tileRows = 8, slots = 4, stagingRing = 2, storeWarps = 4, alignLoads = false>>
      epilogue {
      ^bb0(%sum: f32, %res: f16):
        %wide = arith.extf %res : f16 to f32
        %0 = arith.addf %sum, %wide : f32
        %1 = arith.truncf %0 : f32 to f16
        convoy.yield %1 : f16
      }
  return
}

// -----

// Three store warps take the blocks of all tiles in turns, each with a group of
// copies in flight.

// CHECK-LABEL: func.func @turns
// CHECK-DAG: %[[THREADS:.*]] = arith.constant 512 : index
// CHECK: gpu.launch_func {{.*}} threads in (%[[THREADS]]
// CHECK: gpu.func
// CHECK: nvvm.cp.async.bulk.shared.cluster.global
// CHECK-COUNT-8: nvvm.cp.async.bulk.global.shared.cta
// CHECK: nvvm.cp.async.bulk.commit.group
// CHECK: nvvm.cp.async.bulk.wait_group 1 {read}
// CHECK-NOT: nvvm.cp.async.bulk.global.shared.cta
// CHECK: nvvm.cp.async.bulk.wait_group 0 {read}
func.func @turns(%x: memref<2x8x64x64xf16>, %w: memref<64x8x1x1xf16>, %y: memref<2x64x64x64xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x8x64x64xf16>, memref<64x8x1x1xf16>)
      outs(%y : memref<2x64x64x64xf16>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.patch_wgmma<products = f16,
          tileRows = 1, slots = 8, stagingRing = 4, storeWarps = 3, alignLoads = true>>
  return
}

// -----

// A filter of one pixel with split products: an image's pixels are rows of 64,
// a slot has all 64 channels, and each block of the grid multiplies it by all
// four blocks of 64 filters. 8 steps of the small products and 4 of the large.

// CHECK-LABEL: func.func @pointwise
// CHECK-DAG: %[[BLOCKS:.*]] = arith.constant 132 : index
// CHECK: gpu.launch_func {{.*}} blocks in (%[[BLOCKS]]
// CHECK: nvvm.wgmma.fence.aligned
// CHECK-COUNT-12: nvvm.wgmma.mma_async {{.*}} <m = 64, n = 32, k = 16>
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: nvvm.wgmma.wait.group.sync.aligned 0
func.func @pointwise(%x: memref<64x64x56x56xf32>, %w: memref<256x64x1x1xf32>, %y: memref<64x256x56x56xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<64x64x56x56xf32>, memref<256x64x1x1xf32>)
      outs(%y : memref<64x256x56x56xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.patch_wgmma<products = split_f16,
          tileRows = 1, slots = 6, stagingRing = 3, storeWarps = 4, alignLoads = true>>
  return
}

// -----

// Split products in several slots: each has its own scale, so its sums are
// multiplied by it as they are added.

// CHECK-LABEL: func.func @scaled_chunks
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (!llvm.struct<{{.*}}>, i1, i1, i32)
// CHECK-COUNT-12: nvvm.wgmma.mma_async
// CHECK: llvm.intr.fma
func.func @scaled_chunks(%x: memref<64x256x56x56xf32>, %w: memref<64x256x1x1xf32>, %y: memref<64x64x56x56xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<64x256x56x56xf32>, memref<64x256x1x1xf32>)
      outs(%y : memref<64x64x56x56xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.patch_wgmma<products = split_f16,
          tileRows = 1, slots = 4, stagingRing = 3, storeWarps = 1, alignLoads = false>>
  return
}

// -----

// A filter whose channels are innermost, as importers of TOSA leave it: only
// the places of the weights differ.

// CHECK-LABEL: func.func @channels_last_filter
// CHECK: gpu.launch_func {{.*}} args({{.*}} : memref<64x3x3x8xf32>
// CHECK-COUNT-14: nvvm.wgmma.mma_async
func.func @channels_last_filter(%x: memref<128x8x128x128xf32>, %w: memref<64x3x3x8xf32>, %y: memref<128x64x126x126xf32>) {
  convoy.conv <nchw, fhwc -> nfhw> ins(%x, %w : memref<128x8x128x128xf32>, memref<64x3x3x8xf32>)
      outs(%y : memref<128x64x126x126xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.patch_wgmma<products = split_f16,
          tileRows = 2, slots = 6, stagingRing = 3, storeWarps = 1, alignLoads = true>>
  return
}

// -----

// Up to 4 channels: two taps of a row of the filter are 8 channels, so that 3x3
// takes 6 steps of the small products and 3 of the large ones.

// CHECK-LABEL: func.func @paired_taps
// CHECK: nvvm.wgmma.fence.aligned
// CHECK-COUNT-9: nvvm.wgmma.mma_async
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: nvvm.wgmma.wait.group.sync.aligned 0
func.func @paired_taps(%x: memref<2x3x64x64xf32>, %w: memref<64x3x3x3xf32>, %y: memref<2x64x64x64xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x3x64x64xf32>, memref<64x3x3x3xf32>)
      outs(%y : memref<2x64x64x64xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.patch_wgmma<products = split_f16,
          tileRows = 2, slots = 4, stagingRing = 2, storeWarps = 1, alignLoads = false>>
  return
}

// -----

// A filter that comes packed is not packed: it and its rows' scales are copied,
// in two bulk copies beside those of 8 channels for the first loads and the
// others.

// CHECK-LABEL: func.func @filter_image
// CHECK: gpu.launch_func {{.*}} args({{.*}} : memref<28928xi8>
// CHECK: gpu.func
// CHECK-NOT: nvvm.shfl.sync bfly
// CHECK-COUNT-18: nvvm.cp.async.bulk.shared.cluster.global
// CHECK-NOT: nvvm.cp.async.bulk.shared.cluster.global
// CHECK: gpu.return
func.func @filter_image(%x: memref<128x8x128x128xf32>, %w: memref<64x8x3x3xf32>, %i: memref<28928xi8>, %y: memref<128x64x126x126xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<128x8x128x128xf32>, memref<64x8x3x3xf32>)
      filter_image(%i : memref<28928xi8>) outs(%y : memref<128x64x126x126xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.patch_wgmma<products = split_f16,
          tileRows = 2, slots = 6, stagingRing = 3, storeWarps = 1, alignLoads = true>>
  return
}
