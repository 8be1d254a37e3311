// RUN: convoy-opt %s --mlir-print-debuginfo | convoy-opt --convoy-emit-kernels --canonicalize | FileCheck %s

#schedule = #convoy.schedule<chip = "sm_80", strategy = #convoy.direct<
    lanes = columns, channelThreads = 2, columnThreads = 32, channelTile = 4, rowTile = 2, columnTile = 2>>
#large = #convoy.schedule<chip = "sm_80", strategy = #convoy.direct<
    lanes = columns, channelThreads = 8, columnThreads = 32, channelTile = 8, rowTile = 4, columnTile = 2, channelChunk = 16>>

// A grid for the whole output: 2 images, 2 times 3 tiles of pixels, 2 of
// channels. The kernel's arguments are the operands.

// CHECK: module attributes {gpu.container_module}
// CHECK-LABEL: func.func @one
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<2x8x8x132xf32>, %[[W:[a-z0-9]+]]: memref<16x8x3x3xf32>, %[[B:[a-z0-9]+]]: memref<16xf32>, %[[Y:[a-z0-9]+]]: memref<2x16x6x130xf32>
// CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG: %[[GRID:.*]] = arith.constant 36 : index
// CHECK-DAG: %[[THREADS:.*]] = arith.constant 64 : index
// CHECK: gpu.launch_func @[[$ONE:one_conv_[0-9]+]]::@[[$ONE]] blocks in (%[[GRID]], %[[C1]], %[[C1]]) threads in (%[[THREADS]], %[[C1]], %[[C1]]) args(%[[X]] : memref<2x8x8x132xf32>, %[[W]] : memref<16x8x3x3xf32>, %[[B]] : memref<16xf32>, %[[Y]] : memref<2x16x6x130xf32>)
// CHECK-NOT: convoy.conv
func.func @one(%x: memref<2x8x8x132xf32>, %w: memref<16x8x3x3xf32>, %b: memref<16xf32>, %y: memref<2x16x6x130xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x8x8x132xf32>, memref<16x8x3x3xf32>)
      bias(%b : memref<16xf32>) outs(%y : memref<2x16x6x130xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] schedule = #schedule
  return
}

// An equal convolution takes the same kernel.

// CHECK-LABEL: func.func @another
// CHECK: gpu.launch_func @[[$ONE]]::@[[$ONE]]
func.func @another(%x: memref<2x8x8x132xf32>, %w: memref<16x8x3x3xf32>, %b: memref<16xf32>, %y: memref<2x16x6x130xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x8x8x132xf32>, memref<16x8x3x3xf32>)
      bias(%b : memref<16xf32>) outs(%y : memref<2x16x6x130xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] schedule = #schedule
  return
}

// Unknown sizes: the host computes the grid. Two kernels of one line have names
// of their own.

// CHECK-LABEL: func.func @"unknown-size"
// CHECK: %[[N:.*]] = memref.dim
// CHECK: gpu.launch_func @[[$DYN:unknown_size_conv_[0-9]+]]::@[[$DYN]] blocks in (%{{.*}}, %
// CHECK: gpu.launch_func @[[$DYN]]_2::@[[$DYN]]_2
func.func @"unknown-size"(%x: memref<?x8x8x132xf32>, %w: memref<16x8x3x3xf32>, %y: memref<?x16x6x130xf32>, %z: memref<?x16x6x130xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<?x8x8x132xf32>, memref<16x8x3x3xf32>) outs(%y : memref<?x16x6x130xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] schedule = #schedule convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<?x8x8x132xf32>, memref<16x8x3x3xf32>) outs(%z : memref<?x16x6x130xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] schedule = #schedule
  return
}

// What the host computes for an equal convolution is computed from its own
// operands.

// CHECK-LABEL: func.func @equal_of_unknown_size
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<?x8x8x132xf32>, %{{.*}}: memref<16x8x3x3xf32>, %{{.*}}: memref<16x8x3x3xf32>, %[[Y:[a-z0-9]+]]: memref<?x16x6x130xf32>, %[[Z:[a-z0-9]+]]: memref<?x16x6x130xf32>
// CHECK: memref.dim %[[Y]]
// CHECK: %[[GRID:.*]] = arith.muli
// CHECK: gpu.launch_func @[[$DYN]]::@[[$DYN]] blocks in (%[[GRID]],
// CHECK-SAME: %[[Y]] : memref<?x16x6x130xf32>)
// CHECK: memref.dim %[[Z]]
// CHECK: %[[GRID:.*]] = arith.muli
// CHECK: gpu.launch_func @[[$DYN]]::@[[$DYN]] blocks in (%[[GRID]],
// CHECK-SAME: %[[Z]] : memref<?x16x6x130xf32>)
func.func @equal_of_unknown_size(%x: memref<?x8x8x132xf32>, %w: memref<16x8x3x3xf32>, %v: memref<16x8x3x3xf32>, %y: memref<?x16x6x130xf32>, %z: memref<?x16x6x130xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<?x8x8x132xf32>, memref<16x8x3x3xf32>) outs(%y : memref<?x16x6x130xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] schedule = #schedule
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %v : memref<?x8x8x132xf32>, memref<16x8x3x3xf32>) outs(%z : memref<?x16x6x130xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] schedule = #schedule
  return
}

// More shared memory than a kernel may have of its own is asked for at launch.

// CHECK-LABEL: func.func @much_shared_memory
// CHECK: %[[BYTES:.*]] = arith.constant 62976 : i32
// CHECK: gpu.launch_func {{.*}} dynamic_shared_memory_size %[[BYTES]] args
func.func @much_shared_memory(%x: memref<2x16x8x132xf32>, %w: memref<64x16x3x3xf32>, %y: memref<2x64x6x130xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x16x8x132xf32>, memref<64x16x3x3xf32>)
      outs(%y : memref<2x64x6x130xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] schedule = #large
  return
}

// CHECK: gpu.module @[[$ONE]] {
// CHECK: gpu.func @[[$ONE]](
// CHECK-SAME: kernel attributes {known_block_size = array<i32: 64, 1, 1>
// CHECK-NOT: gpu.module @another
// CHECK: gpu.module @[[$DYN]] {
// CHECK: gpu.module @[[$DYN]]_2 {
// CHECK: gpu.module @much_shared_memory_conv_
// CHECK: memref.global @[[SHARED:.*]] : memref<0xi8, #gpu.address_space<workgroup>> {alignment = 16 : i64}
// CHECK: memref.get_global @[[SHARED]]
