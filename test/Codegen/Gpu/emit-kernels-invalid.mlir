// RUN: convoy-opt %s --convoy-emit-kernels --split-input-file --verify-diagnostics

func.func @tensors(%x: tensor<1x8x9x9xf32>, %w: tensor<64x8x3x3xf32>, %y: tensor<1x64x7x7xf32>) -> tensor<1x64x7x7xf32> {
  // expected-error @below {{expected memrefs, found tensors: bufferize before kernels are emitted}}
  %z = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<1x8x9x9xf32>, tensor<64x8x3x3xf32>)
      outs(%y : tensor<1x64x7x7xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_80", strategy = #convoy.direct<lanes = channels, channelThreads = 32, columnThreads = 1, channelTile = 1, columnTile = 1>>
      -> tensor<1x64x7x7xf32>
  return %z : tensor<1x64x7x7xf32>
}

// -----

func.func @no_schedule(%x: memref<1x8x9x9xf32>, %w: memref<64x8x3x3xf32>, %y: memref<1x64x7x7xf32>) {
  // expected-error @below {{expected a schedule: run convoy-select-schedule, or write one}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<1x8x9x9xf32>, memref<64x8x3x3xf32>)
      outs(%y : memref<1x64x7x7xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
  return
}
