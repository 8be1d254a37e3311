// RUN: convoy-opt %s --convoy-pack-filters | FileCheck %s
// RUN: convoy-opt %s --convoy-pack-filters --convoy-pack-filters | FileCheck %s
// RUN: convoy-opt %s --convoy-pack-filters --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --convoy-emit-kernels | FileCheck %s --check-prefix=KERNEL

#stream = #convoy.schedule<chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 2, tileColumns = 14, slots = 2, filterStages = 2, gatherWarps = 3>>

// A filter that is known when the kernel runs is packed by a kernel, 8 rows of
// the image a block.

// CHECK-LABEL: func @argument
// CHECK: %[[BYTES:.+]] = tensor.empty() : tensor<36864xi8>
// CHECK: %[[IMAGE:.+]] = convoy.pack_filter <products = f16, filters = 16, channels = 32, taps = 9> ins(%arg1 : tensor<16x32x3x3xf16>) outs(%[[BYTES]] : tensor<36864xi8>)
// CHECK: convoy.conv
// CHECK-SAME: filter_image(%[[IMAGE]] : tensor<36864xi8>)

// KERNEL-LABEL: func @argument
// KERNEL: gpu.launch_func @argument_pack_{{.+}}::@argument_pack_{{.+}} blocks in (%c8{{.*}}, %c1{{.*}}, %c1{{.*}}) threads in (%c512
// KERNEL: gpu.launch_func @argument_conv_
func.func @argument(%x: tensor<2x32x14x14xf16>, %w: tensor<16x32x3x3xf16>) -> tensor<2x16x14x14xf16> {
  %init = tensor.empty() : tensor<2x16x14x14xf16>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x32x14x14xf16>, tensor<16x32x3x3xf16>)
      outs(%init : tensor<2x16x14x14xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = #stream -> tensor<2x16x14x14xf16>
  return %y : tensor<2x16x14x14xf16>
}

// A constant one is packed here; equal ones once. Reshapes of constants are
// constants.

// CHECK-LABEL: func @constant
// CHECK: %[[IMAGE:.+]] = arith.constant dense_resource<[[NAME:.+]]> : tensor<36864xi8>
// CHECK: filter_image(%[[IMAGE]] : tensor<36864xi8>)
// CHECK: %[[SAME:.+]] = arith.constant dense_resource<[[NAME]]> : tensor<36864xi8>
// CHECK: filter_image(%[[SAME]] : tensor<36864xi8>)

// KERNEL-LABEL: func @constant
// KERNEL-NOT: _pack_
// KERNEL: return
func.func @constant(%x: tensor<2x32x14x14xf16>, %z: tensor<2x32x14x14xf16>) -> (tensor<2x16x14x14xf16>, tensor<2x16x14x14xf16>) {
  %flat = arith.constant dense<1.0> : tensor<512x9xf16>
  %w = tensor.expand_shape %flat [[0, 1], [2, 3]] output_shape [16, 32, 3, 3] : tensor<512x9xf16> into tensor<16x32x3x3xf16>
  %init = tensor.empty() : tensor<2x16x14x14xf16>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x32x14x14xf16>, tensor<16x32x3x3xf16>)
      outs(%init : tensor<2x16x14x14xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = #stream -> tensor<2x16x14x14xf16>
  %u = convoy.conv <nchw, fchw -> nfhw> ins(%z, %w : tensor<2x32x14x14xf16>, tensor<16x32x3x3xf16>)
      outs(%init : tensor<2x16x14x14xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = #stream -> tensor<2x16x14x14xf16>
  return %y, %u : tensor<2x16x14x14xf16>, tensor<2x16x14x14xf16>
}

// Other strategies read the filter as it is.

// CHECK-LABEL: func @direct
// CHECK-NOT: pack_filter
// CHECK: return
func.func @direct(%x: tensor<2x32x14x14xf16>, %w: tensor<16x32x3x3xf16>) -> tensor<2x16x14x14xf16> {
  %init = tensor.empty() : tensor<2x16x14x14xf16>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x32x14x14xf16>, tensor<16x32x3x3xf16>)
      outs(%init : tensor<2x16x14x14xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = <chip = "sm_90a", strategy = #convoy.direct<lanes = columns, channelThreads = 4, columnThreads = 16, channelTile = 4, columnTile = 1>>
      -> tensor<2x16x14x14xf16>
  return %y : tensor<2x16x14x14xf16>
}

// Patch kernels read the image of a constant; they pack any other by themselves.

#patch = #convoy.schedule<chip = "sm_90a", strategy = #convoy.patch_wgmma<products = f16, tileRows = 8, slots = 4, stagingRing = 2, storeWarps = 4, alignLoads = false>>

// CHECK-LABEL: func @patch
// CHECK: %[[IMAGE:.+]] = arith.constant dense_resource<{{.+}}> : tensor<18432xi8>
// CHECK: convoy.conv
// CHECK-SAME: filter_image(%[[IMAGE]] : tensor<18432xi8>)
// CHECK: convoy.conv
// CHECK-NOT: filter_image
// CHECK: return

// KERNEL-LABEL: func @patch
// KERNEL-NOT: _pack_
// KERNEL: return
func.func @patch(%x: tensor<2x16x16x16xf16>, %v: tensor<64x16x3x3xf16>) -> (tensor<2x64x16x16xf16>, tensor<2x64x16x16xf16>) {
  %w = arith.constant dense<1.0> : tensor<64x16x3x3xf16>
  %init = tensor.empty() : tensor<2x64x16x16xf16>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x16x16x16xf16>, tensor<64x16x3x3xf16>)
      outs(%init : tensor<2x64x16x16xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = #patch -> tensor<2x64x16x16xf16>
  %u = convoy.conv <nchw, fchw -> nfhw> ins(%x, %v : tensor<2x16x16x16xf16>, tensor<64x16x3x3xf16>)
      outs(%init : tensor<2x64x16x16xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = #patch -> tensor<2x64x16x16xf16>
  return %y, %u : tensor<2x64x16x16xf16>, tensor<2x64x16x16xf16>
}

// Pointwise kernels read blocks of their own size.

// CHECK-LABEL: func @pointwise
// CHECK: %[[BYTES:.+]] = tensor.empty() : tensor<6144xi8>
// CHECK: %[[IMAGE:.+]] = convoy.pack_filter <products = f16, filters = 48, channels = 64, taps = 1, blockRows = 48, oneTapSteps = true> ins(%arg1 : tensor<48x64x1x1xf16>) outs(%[[BYTES]] : tensor<6144xi8>)
// CHECK: filter_image(%[[IMAGE]] : tensor<6144xi8>)

// KERNEL-LABEL: func @pointwise
// KERNEL: gpu.launch_func @pointwise_pack_
// KERNEL: gpu.launch_func @pointwise_conv_
func.func @pointwise(%x: tensor<2x64x14x14xf16>, %w: tensor<48x64x1x1xf16>) -> tensor<2x48x14x14xf16> {
  %init = tensor.empty() : tensor<2x48x14x14xf16>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x64x14x14xf16>, tensor<48x64x1x1xf16>)
      outs(%init : tensor<2x48x14x14xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.pointwise_wgmma<products = f16, tilePixels = 112, tileFilters = 48,
          mathWarpgroups = 2, stageChunks = 2, stages = 4>> -> tensor<2x48x14x14xf16>
  return %y : tensor<2x48x14x14xf16>
}
