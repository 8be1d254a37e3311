// RUN: convoy-opt %s --convoy-pack-filters --split-input-file | FileCheck %s --check-prefix=IMAGE
// RUN: convoy-opt %s --convoy-pack-filters --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --convoy-emit-kernels --canonicalize --cse --split-input-file | FileCheck %s

// Filters of the strategy `stream_wgmma` that are taken in parts.

// Split products, 7x7 with stride 2 on rows of an odd width: a row of the filter
// at a time, 7 steps of small products and 4 of large ones, in two stages. Each
// tile has a slot for each row, and each slot two phases, of even and of odd
// columns.

// IMAGE-LABEL: func.func @rows
// IMAGE: convoy.pack_filter <products = split_f16, filters = 64, channels = 3, taps = 49, tapParts = 7>
// IMAGE-SAME: outs(%{{.+}} : tensor<157952xi8>)

// CHECK-LABEL: func.func @rows
// CHECK: gpu.func @rows_conv
// CHECK: scf.for {{.*}} to %c7_i32
// CHECK-COUNT-6: nvvm.wgmma.mma_async {{.*}} <m = 64, n = 120, k = 16>
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: nvvm.wgmma.commit.group.sync.aligned
// CHECK-COUNT-5: nvvm.wgmma.mma_async {{.*}} <m = 64, n = 120, k = 16>
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: gpu.return
func.func @rows(%x: tensor<64x3x223x223xf32>, %w: tensor<64x3x7x7xf32>) -> tensor<64x64x112x112xf32> {
  %init = tensor.empty() : tensor<64x64x112x112xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x3x223x223xf32>, tensor<64x3x7x7xf32>)
      outs(%init : tensor<64x64x112x112xf32>) strides = [2, 2] dilations = [1, 1] pad = [3, 3] to [3, 3]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = split_f16, tileRows = 2, tileColumns = 112,
          slots = 5, filterStages = 5, gatherWarps = 3>> -> tensor<64x64x112x112xf32>
  return %y : tensor<64x64x112x112xf32>
}

// -----

// A row of 51 taps: three pieces of 17, 17 and 9 steps.

// IMAGE-LABEL: func.func @columns
// IMAGE: convoy.pack_filter <products = split_f16, filters = 16, channels = 9, taps = 51, tapParts = 3>

// CHECK-LABEL: func.func @columns
// CHECK: gpu.func @columns_conv
// CHECK-COUNT-26: nvvm.wgmma.mma_async
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: gpu.return
func.func @columns(%x: tensor<2x9x3x60xf32>, %w: tensor<16x9x1x51xf32>) -> tensor<2x16x3x10xf32> {
  %init = tensor.empty() : tensor<2x16x3x10xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x9x3x60xf32>, tensor<16x9x1x51xf32>)
      outs(%init : tensor<2x16x3x10xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = split_f16, tileRows = 3, tileColumns = 10,
          slots = 3, filterStages = 4, gatherWarps = 7>> -> tensor<2x16x3x10xf32>
  return %y : tensor<2x16x3x10xf32>
}

// -----

// 121 taps of f16 are more than a slot can have: 11 of each row. Several chunks
// of channels to a slot are not for filters in parts.

// IMAGE-LABEL: func.func @taps
// IMAGE: convoy.pack_filter <products = f16, filters = 16, channels = 64, taps = 121, tapParts = 11>

// CHECK-LABEL: func.func @taps
// CHECK: gpu.func @taps_conv
// CHECK: scf.for {{.*}} to %c44_i32
// CHECK-COUNT-11: nvvm.wgmma.mma_async
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: gpu.return
func.func @taps(%x: tensor<2x64x28x28xf16>, %w: tensor<16x64x11x11xf16>) -> tensor<2x16x18x18xf16> {
  %init = tensor.empty() : tensor<2x16x18x18xf16>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x64x28x28xf16>, tensor<16x64x11x11xf16>)
      outs(%init : tensor<2x16x18x18xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 6, tileColumns = 18,
          slots = 3, filterStages = 4, gatherWarps = 7>> -> tensor<2x16x18x18xf16>
  return %y : tensor<2x16x18x18xf16>
}
