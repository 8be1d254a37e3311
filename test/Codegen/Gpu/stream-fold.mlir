// RUN: convoy-opt %s --convoy-pack-filters --split-input-file | FileCheck %s --check-prefix=IMAGE
// RUN: convoy-opt %s --convoy-pack-filters --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --convoy-emit-kernels --canonicalize --cse --split-input-file | FileCheck %s

// Neighbouring columns of the input that are channels of one pixel, of the
// strategy `stream_wgmma`.

// 7x7 with stride 2 and padding of 3: pairs of columns, 4 of each row of the
// filter, the first of them behind a zero. The taps are 28, two to a step.

// IMAGE-LABEL: func.func @pairs
// IMAGE: convoy.pack_filter <products = f16, filters = 64, channels = 6, taps = 28, foldedColumns = 2, filterWidth = 7, columnShift = 1>
// IMAGE-SAME: outs(%{{.+}} : tensor<28672xi8>)

// CHECK-LABEL: gpu.func @pairs_conv
// CHECK-COUNT-14: nvvm.wgmma.mma_async
// CHECK-NOT: nvvm.wgmma.mma_async
// A pair of each of 3 channels is one load, for the first tile and for others.
// CHECK-COUNT-3: llvm.load %{{.+}} {alignment = 4 : i64} : !llvm.ptr<1> -> i32
// CHECK-NOT: !llvm.ptr<1> ->
// CHECK: scf.for
// Pixels are written twice: without the column left of the filter, and as they
// are.
// CHECK-COUNT-3: arith.andi %{{.+}}, %c-65536_i32
// CHECK-COUNT-2: llvm.store %{{.+}} {alignment = 16 : i64} : vector<4xi32>, !llvm.ptr<3>
// CHECK-NOT: vector<4xi32>, !llvm.ptr<3>
// CHECK-COUNT-3: llvm.load %{{.+}} {alignment = 4 : i64} : !llvm.ptr<1> -> i32
// CHECK-NOT: !llvm.ptr<1> ->
// CHECK: gpu.return
func.func @pairs(%x: tensor<64x3x48x48xf16>, %w: tensor<64x3x7x7xf16>) -> tensor<64x64x24x24xf16> {
  %init = tensor.empty() : tensor<64x64x24x24xf16>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x3x48x48xf16>, tensor<64x3x7x7xf16>)
      outs(%init : tensor<64x64x24x24xf16>) strides = [2, 2] dilations = [1, 1] pad = [3, 3] to [3, 3]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 1, tileColumns = 24,
          slots = 3, filterStages = 5, gatherWarps = 7>>
      epilogue {
      ^bb0(%acc: f32):
        %out = arith.truncf %acc : f32 to f16
        convoy.yield %out : f16
      } -> tensor<64x64x24x24xf16>
  return %y : tensor<64x64x24x24xf16>
}

// -----

// Split products need no second plane of zeros: 28 steps of small products and
// 14 of large ones, 88 columns at most. What is computed in plain f32 is the
// convolution as it was, of 3 channels under 7 rows of 7 columns.

// IMAGE-LABEL: func.func @split
// IMAGE: convoy.pack_filter <products = split_f16, filters = 64, channels = 6, taps = 28, foldedColumns = 2, filterWidth = 7, columnShift = 1>
// IMAGE-SAME: outs(%{{.+}} : tensor<86272xi8>)

// CHECK-LABEL: gpu.func @split_conv
// CHECK-COUNT-42: nvvm.wgmma.mma_async {{.*}} <m = 64, n = 88, k = 16>
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: scf.for {{.*}} to %c7_i32 step %c1_i32 iter_args
// CHECK-NEXT: scf.for {{.*}} to %c7_i32 step %c1_i32 iter_args
// CHECK: llvm.load %{{.+}} : !llvm.ptr<1> -> f32
// CHECK: llvm.load %{{.+}} : !llvm.ptr<1> -> f32
// CHECK: llvm.load %{{.+}} {alignment = 8 : i64} : !llvm.ptr<1> -> vector<2xi32>
// CHECK: gpu.return
func.func @split(%x: tensor<64x3x48x48xf32>, %w: tensor<64x3x7x7xf32>) -> tensor<64x64x24x24xf32> {
  %init = tensor.empty() : tensor<64x64x24x24xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x3x48x48xf32>, tensor<64x3x7x7xf32>)
      outs(%init : tensor<64x64x24x24xf32>) strides = [2, 2] dilations = [1, 1] pad = [3, 3] to [3, 3]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = split_f16, tileRows = 6, tileColumns = 24,
          slots = 3, filterStages = 5, gatherWarps = 3>> -> tensor<64x64x24x24xf32>
  return %y : tensor<64x64x24x24xf32>
}

// -----

// Runs are copied together: 3 channels of two pixels of a thread, 8 bytes each.

// IMAGE-LABEL: func.func @copies
// IMAGE: convoy.pack_filter <products = tf32, filters = 64, channels = 6, taps = 2, foldedColumns = 2, filterWidth = 2>

// CHECK-LABEL: gpu.func @copies_conv
// CHECK-COUNT-2: nvvm.wgmma.mma_async
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK-COUNT-6: nvvm.cp.async.shared.global %{{.+}}, %{{.+}}, 8, cache = ca
// CHECK-NOT: nvvm.cp.async.shared.global
// CHECK: llvm.load %{{.+}} : !llvm.ptr<3> -> vector<2xi32>
// CHECK: gpu.return
func.func @copies(%x: tensor<2x3x32x64xf32>, %w: tensor<64x3x2x2xf32>) -> tensor<2x64x16x32xf32> {
  %init = tensor.empty() : tensor<2x64x16x32xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x3x32x64xf32>, tensor<64x3x2x2xf32>)
      outs(%init : tensor<2x64x16x32xf32>) strides = [2, 2] dilations = [1, 1] pad = [0, 0] to [0, 0] math = <tf32>
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = tf32, tileRows = 4, tileColumns = 32,
          slots = 3, filterStages = 3, gatherWarps = 7>> -> tensor<2x64x16x32xf32>
  return %y : tensor<2x64x16x32xf32>
}

// -----

// 4 columns of 2 channels: no more than 16 bytes are copied together.

// IMAGE-LABEL: func.func @quads
// IMAGE: convoy.pack_filter <products = split_f16, filters = 64, channels = 8, taps = 4, foldedColumns = 4, filterWidth = 4>

// CHECK-LABEL: gpu.func @quads_conv
// CHECK-COUNT-4: nvvm.cp.async.shared.global %{{.+}}, %{{.+}}, 16, cache = ca
// CHECK-NOT: nvvm.cp.async.shared.global
// CHECK: llvm.load %{{.+}} : !llvm.ptr<3> -> vector<4xi32>
// CHECK: gpu.return
func.func @quads(%x: tensor<2x2x32x64xf32>, %w: tensor<64x2x4x4xf32>) -> tensor<2x64x8x16xf32> {
  %init = tensor.empty() : tensor<2x64x8x16xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x2x32x64xf32>, tensor<64x2x4x4xf32>)
      outs(%init : tensor<2x64x8x16xf32>) strides = [4, 4] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = split_f16, tileRows = 4, tileColumns = 16,
          slots = 3, filterStages = 3, gatherWarps = 7>> -> tensor<2x64x8x16xf32>
  return %y : tensor<2x64x8x16xf32>
}

// -----

// Every other image begins at an odd element: elements are loaded one by one.

// CHECK-LABEL: gpu.func @odd_images_conv
// CHECK-COUNT-6: llvm.load %{{.+}} {alignment = 2 : i64} : !llvm.ptr<1> -> i16
// CHECK-NOT: !llvm.ptr<1> ->
// CHECK: scf.for
// CHECK-COUNT-6: llvm.load %{{.+}} {alignment = 2 : i64} : !llvm.ptr<1> -> i16
// CHECK-NOT: !llvm.ptr<1> ->
// CHECK: gpu.return
func.func @odd_images(%x: memref<64x3x48x48xf16, strided<[6913, 2304, 48, 1]>>, %w: memref<64x3x7x7xf16>, %i: memref<28672xi8>, %y: memref<64x64x24x24xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<64x3x48x48xf16, strided<[6913, 2304, 48, 1]>>, memref<64x3x7x7xf16>)
      filter_image(%i : memref<28672xi8>) outs(%y : memref<64x64x24x24xf16>)
      strides = [2, 2] dilations = [1, 1] pad = [3, 3] to [3, 3]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 1, tileColumns = 24,
          slots = 3, filterStages = 5, gatherWarps = 7>>
      epilogue {
      ^bb0(%acc: f32):
        %out = arith.truncf %acc : f32 to f16
        convoy.yield %out : f16
      }
  return
}

// -----

// A slice may begin at any element, or at one that is known to be even.

// CHECK-LABEL: gpu.func @slice_conv
// CHECK-COUNT-12: nvvm.cp.async.shared.global %{{.+}}, %{{.+}}, 4, cache = ca
// CHECK-NOT: nvvm.cp.async.shared.global
// CHECK: gpu.return
func.func @slice(%x: memref<2x3x32x64xf32, strided<[6144, 2048, 64, 1], offset: ?>>, %w: memref<64x3x2x2xf32>, %i: memref<4096xi8>, %y: memref<2x64x16x32xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x3x32x64xf32, strided<[6144, 2048, 64, 1], offset: ?>>, memref<64x3x2x2xf32>)
      filter_image(%i : memref<4096xi8>) outs(%y : memref<2x64x16x32xf32>)
      strides = [2, 2] dilations = [1, 1] pad = [0, 0] to [0, 0] math = <tf32>
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = tf32, tileRows = 4, tileColumns = 32,
          slots = 3, filterStages = 3, gatherWarps = 7>>
  return
}

// CHECK-LABEL: gpu.func @even_slice_conv
// CHECK-COUNT-6: nvvm.cp.async.shared.global %{{.+}}, %{{.+}}, 8, cache = ca
// CHECK-NOT: nvvm.cp.async.shared.global
// CHECK: gpu.return
func.func @even_slice(%x: memref<2x3x32x64xf32, strided<[6146, 2048, 64, 1], offset: 6>>, %w: memref<64x3x2x2xf32>, %i: memref<4096xi8>, %y: memref<2x64x16x32xf32>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x3x32x64xf32, strided<[6146, 2048, 64, 1], offset: 6>>, memref<64x3x2x2xf32>)
      filter_image(%i : memref<4096xi8>) outs(%y : memref<2x64x16x32xf32>)
      strides = [2, 2] dilations = [1, 1] pad = [0, 0] to [0, 0] math = <tf32>
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = tf32, tileRows = 4, tileColumns = 32,
          slots = 3, filterStages = 3, gatherWarps = 7>>
  return
}
