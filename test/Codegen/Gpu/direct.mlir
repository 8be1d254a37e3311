// RUN: convoy-opt %s --convoy-emit-kernels --canonicalize --cse | FileCheck %s

// What a kernel of the strategy `direct` consists of. That it is right is for
// direct-emulated.test to say.

// From shared memory: the block computes its channels' values and copies the
// filter once, and for each tile of pixels the input, between barriers. Inside
// of the loop over channels there are whole vectors and no checks. Stores are
// vectors if the memory is aligned.

// CHECK-LABEL: gpu.func @staged_conv
// CHECK-SAME: workgroup(%{{.*}} : memref<{{[0-9]+}}xi8, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK-SAME: known_block_size = array<i32: 128, 1, 1>, nvvm.minctasm = 4 : i32
// CHECK: memref.extract_aligned_pointer_as_index
// CHECK: memref.load %{{.*}} : memref<32xf32>
// CHECK: memref.store %{{.*}} : memref<32xf32, #gpu.address_space<workgroup>>
// CHECK: memref.store %{{.*}} : memref<2304xf32, #gpu.address_space<workgroup>>
// CHECK: scf.for %{{.*}} : i32
// CHECK: gpu.barrier
// CHECK: memref.store %{{.*}} : memref<3264xf32, #gpu.address_space<workgroup>>
// CHECK: gpu.barrier
// CHECK: scf.for %{{.*}} iter_args
// CHECK-NOT: arith.cmpi
// CHECK: vector.load %{{.*}} {alignment = 16 : i64} : memref<2304xf32, #gpu.address_space<workgroup>>, vector<4xf32>
// CHECK: vector.load %{{.*}} {alignment = 8 : i64} : memref<3264xf32, #gpu.address_space<workgroup>>, vector<2xf32>
// CHECK: math.fma
// CHECK: scf.yield
// CHECK: vector.store %{{.*}} {alignment = 8 : i64} : memref<{{[0-9]+}}xf32>, vector<2xf32>
// CHECK: memref.store %{{.*}} : memref<{{[0-9]+}}xf32>
func.func @staged(%x: memref<4x8x20x68xf32>, %w: memref<32x8x3x3xf32>, %b: memref<32xf32>, %y: memref<4x32x18x66xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<4x8x20x68xf32>, memref<32x8x3x3xf32>)
      bias(%b : memref<32xf32>) outs(%y : memref<4x32x18x66xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.direct<
          lanes = columns, channelThreads = 4, columnThreads = 32, channelTile = 8, rowTile = 4, columnTile = 2,
          channelChunk = 8, unrolledFilterDims = 2, tilesPerBlock = 2, blocksPerSM = 4>>
  return
}

// From global memory: no shared memory, no barrier; a pixel outside of the
// image reads the first element instead, and counts as zero.

// CHECK-LABEL: gpu.func @universal_conv
// CHECK-NOT: workgroup
// CHECK-NOT: gpu.barrier
// CHECK: %[[INSIDE:.*]] = arith.cmpi ult
// CHECK: %[[SAFE:.*]] = arith.select %{{.*}}, %{{.*}}, %c0_i32 : i32
// CHECK: %[[AT:.*]] = arith.index_cast %[[SAFE]] : i32 to index
// CHECK: %[[ELEMENT:.*]] = memref.load %{{.*}}[%[[AT]]]
// CHECK: arith.select %{{.*}}, %[[ELEMENT]], %{{.*}} : f16
// CHECK: arith.extf
// CHECK: math.fma %{{.*}} : f32
// CHECK: arith.truncf %{{.*}} : f32 to f16
// CHECK: memref.store
func.func @universal(%x: memref<4x9x9x3xf16>, %w: memref<3x3x3x5xf16>, %y: memref<4x9x9x5xf16>) {
  convoy.conv <nhwc, hwcf -> nhwf> ins(%x, %w : memref<4x9x9x3xf16>, memref<3x3x3x5xf16>)
      outs(%y : memref<4x9x9x5xf16>)
      strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.direct<
          lanes = channels, channelThreads = 2, columnThreads = 16, channelTile = 4, columnTile = 1>>
  return
}

// An operand that may be empty has no first element: it is read inside of the
// image only. Positions of unknown sizes take 64 bits.

// CHECK-LABEL: gpu.func @unknown_conv
// CHECK: %[[ELEMENT:.*]] = scf.if %{{.*}} -> (f32) {
// CHECK-NEXT: memref.load %{{.*}} : memref<?xf32, strided<[1]>>
// CHECK-NOT: i32
func.func @unknown(%x: memref<?x3x?x?xf32>, %w: memref<5x3x3x3xf32>, %y: memref<?x5x?x?xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<?x3x?x?xf32>, memref<5x3x3x3xf32>)
      outs(%y : memref<?x5x?x?xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.direct<
          lanes = columns, channelThreads = 1, columnThreads = 32, channelTile = 1, columnTile = 1>>
  return
}

// The prologue runs once for each channel of a block, its values are the
// epilogue's.

// CHECK-LABEL: gpu.func @parameters_conv
// CHECK: math.rsqrt
// CHECK: memref.store %{{.*}} : memref<8xf32, #gpu.address_space<workgroup>>
// CHECK: gpu.barrier
// CHECK-NOT: math.rsqrt
// CHECK: %[[SCALE:.*]] = memref.load %{{.*}} : memref<8xf32, #gpu.address_space<workgroup>>
// CHECK: arith.mulf %{{.*}}, %[[SCALE]] : f32
func.func @parameters(%x: memref<1x3x9x9xf32>, %w: memref<8x3x3x3xf32>, %v: memref<8xf32>, %y: memref<1x8x7x7xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<1x3x9x9xf32>, memref<8x3x3x3xf32>)
      parameters(%v : memref<8xf32>) outs(%y : memref<1x8x7x7xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.direct<
          lanes = columns, channelThreads = 4, columnThreads = 8, channelTile = 2, columnTile = 1>>
      prologue {
      ^bb0(%variance: f32):
        %scale = math.rsqrt %variance : f32
        convoy.yield_channel scale(%scale : f32)
      }
  return
}
