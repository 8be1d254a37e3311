// RUN: convoy-opt %s --convoy-emit-kernels --split-input-file | FileCheck %s

// Warpgroups of `stream_wgmma` that take turns at tiles, and filters that stay.

// One warpgroup's 4 warps give a slot back, and a turn away. Each has every other
// tile, with all of its columns.

// CHECK-LABEL: func.func @turns
// CHECK: gpu.func
// Three slots, and the stage, which 4 warps would give back.
// CHECK-COUNT-3: nvvm.mbarrier.init %{{.*}}, %c4_i32
// CHECK: nvvm.mbarrier.init %{{.*}}, %c1_i32
// CHECK-NEXT: arith.constant
// CHECK: nvvm.mbarrier.init %{{.*}}, %c4_i32
// The passes' two, and the turns' two.
// CHECK: nvvm.mbarrier.init %{{.*}}, %c7_i32
// CHECK-COUNT-3: nvvm.mbarrier.init %{{.*}}, %c4_i32
// CHECK-NOT: nvvm.mbarrier.init
// CHECK: %[[WARPGROUP:.*]] = arith.shrui %{{.*}}, %c2_i32
// CHECK: scf.for %[[TILE:[a-z0-9]+]] = %[[WARPGROUP]] to %[[COUNT:[a-z0-9]+]] step %c2_i32
// CHECK: %[[HALF:.*]] = arith.shrui %[[TILE]], %c1_i32
// CHECK: %[[TURN:.*]] = arith.addi %[[HALF]], %[[WARPGROUP]]
// CHECK: %[[ODD:.*]] = arith.andi %[[TURN]], %c1_i32
// CHECK: %[[PARITY:.*]] = arith.xori %[[ODD]], %c1_i32
// CHECK: nvvm.mbarrier.try_wait.parity %{{.*}}, %[[PARITY]],
// The slot, and the stage, which is filled once.
// CHECK: nvvm.mbarrier.try_wait.parity
// CHECK: nvvm.mbarrier.try_wait.parity %{{.*}}, %c0_i32
// CHECK-COUNT-9: nvvm.wgmma.mma_async {{.*}} <m = 64, n = 64, k = 8>
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: nvvm.wgmma.commit.group.sync.aligned
// The turn is given away while products are on their way, and the slot when they
// are done; no stage.
// CHECK: arith.xori %[[WARPGROUP]], %c1_i32
// CHECK: nvvm.mbarrier.arrive
// CHECK: nvvm.wgmma.wait.group.sync.aligned 0
// CHECK: nvvm.mbarrier.arrive
// CHECK-NOT: nvvm.mbarrier.arrive
// CHECK: llvm.store {{.*}} !llvm.ptr<1>
// 121 pixels of 224 threads: those without one have a row below all images. The
// places are not computed again.
// CHECK: %[[EXISTS:.*]] = arith.cmpi ult, %{{.*}}, %c121_i32
// CHECK: %[[ROW:.*]] = arith.select %[[EXISTS]], %{{.*}}, %c65535_i32
// CHECK: %[[HIGH:.*]] = arith.shli %[[ROW]], %c16_i32
// CHECK: %[[BOTH:.*]] = arith.ori %[[HIGH]],
// CHECK: %[[PLACE:.*]] = llvm.inline_asm has_side_effects "mov.b32 $0, $1;", "=r,r" %[[BOTH]]
// CHECK: scf.for
// CHECK: arith.shrui %[[PLACE]], %c16_i32
// CHECK: arith.andi %[[PLACE]], %c65535_i32
// CHECK-NOT: arith.divui %{{.*}}, %c30_i32
// The filter of the first tile is that of all.
// CHECK: %[[TILES:.*]] = arith.minui %[[COUNT]], %c1_i32
// CHECK: scf.for %{{[a-z0-9]+}} = %{{[a-z0-9_]+}} to %[[TILES]] step
// CHECK: nvvm.cp.async.bulk.shared.cluster.global
// CHECK-NOT: nvvm.cp.async.bulk.shared.cluster.global
func.func @turns(%x: memref<?x8x28x28xf32>, %w: memref<64x8x3x3xf32>, %i: memref<18432xi8>, %y: memref<?x64x28x28xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<?x8x28x28xf32>, memref<64x8x3x3xf32>)
      filter_image(%i : memref<18432xi8>) outs(%y : memref<?x64x28x28xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1] math = <tf32>
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = tf32, tileRows = 2, tileColumns = 28,
          slots = 3, filterStages = 1, gatherWarps = 7, takesTurns = true, residentFilter = true>>
  return
}

// -----

// Three slots of split products: the first pass of a slot says how many there were
// before, and only the last pass of the last slot gives the turn away.

// CHECK-LABEL: func.func @passes
// CHECK: gpu.func
// CHECK: scf.for {{.*}} step %c2_i32
// CHECK: nvvm.mbarrier.try_wait.parity
// CHECK: scf.for %[[SLOT:[a-z0-9]+]] = %
// CHECK: %[[LAST_SLOT:.*]] = arith.cmpi eq, %[[SLOT]], %c2_i32
// CHECK: %[[EXTRA:.*]] = arith.maxsi %{{.*}}, %c0_i32
// CHECK: %[[BEFORE:.*]] = arith.shrui %[[EXTRA]], %c1_i32
// CHECK: %[[OWN:.*]] = arith.andi %[[EXTRA]], %c1_i32
// CHECK: scf.for %[[PASS:[a-z0-9]+]] = %
// CHECK: arith.addi %[[BEFORE]], %[[PASS]]
// CHECK: %[[LAST_PASS:.*]] = arith.cmpi eq, %[[PASS]], %[[OWN]]
// CHECK: nvvm.wgmma.commit.group.sync.aligned
// CHECK: %[[LAST:.*]] = arith.andi %[[LAST_PASS]], %[[LAST_SLOT]] : i1
// CHECK: scf.if %[[LAST]]
// CHECK: nvvm.mbarrier.arrive
// The places of a part of more than two slots are found for each tile.
// CHECK-NOT: %c65535_i32
func.func @passes(%x: memref<8x24x28x28xf32>, %w: memref<64x24x3x3xf32>, %i: memref<86272xi8>, %y: memref<8x64x28x28xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<8x24x28x28xf32>, memref<64x24x3x3xf32>)
      filter_image(%i : memref<86272xi8>) outs(%y : memref<8x64x28x28xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = split_f16, tileRows = 2, tileColumns = 28,
          slots = 3, filterStages = 6, gatherWarps = 3, takesTurns = true, residentFilter = true>>
  return
}

// -----

// A filter that is streamed is given back with the slot, and copied for each tile.

// CHECK-LABEL: func.func @streamed
// CHECK: gpu.func
// CHECK: nvvm.wgmma.wait.group.sync.aligned 0
// CHECK-COUNT-2: nvvm.mbarrier.arrive
// CHECK-NOT: nvvm.mbarrier.arrive
// CHECK: llvm.store {{.*}} !llvm.ptr<1>
// CHECK-NOT: arith.minui %{{.*}}, %c1_i32
func.func @streamed(%x: memref<?x8x28x28xf32>, %w: memref<64x8x3x3xf32>, %i: memref<18432xi8>, %y: memref<?x64x28x28xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<?x8x28x28xf32>, memref<64x8x3x3xf32>)
      filter_image(%i : memref<18432xi8>) outs(%y : memref<?x64x28x28xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1] math = <tf32>
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = tf32, tileRows = 2, tileColumns = 28,
          slots = 3, filterStages = 2, gatherWarps = 7, takesTurns = true>>
  return
}
