// RUN: convoy-opt %s --split-input-file --verify-diagnostics

// Each case breaks exactly one rule of a schedule.

func.func @number(%x: tensor<2x8x20x22xf32>, %w: tensor<64x8x3x3xf32>, %o: tensor<2x64x18x20xf32>) {
  // expected-error @+4 {{failed to parse Convoy_ScheduleAttr parameter 'strategy'}}
  // expected-error @+3 {{expected channelTile between 1 and 256, found 0}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x20x22xf32>, tensor<64x8x3x3xf32>)
      outs(%o : tensor<2x64x18x20xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.direct<lanes = columns, channelThreads = 8, columnThreads = 32, channelTile = 0, columnTile = 2, rowTile = 4>> -> tensor<2x64x18x20xf32>
  return
}

// -----

func.func @chip(%x: tensor<2x8x20x22xf32>, %w: tensor<64x8x3x3xf32>, %o: tensor<2x64x18x20xf32>) {
  // expected-error @+3 {{expected one of the chips sm_80, sm_86, sm_89, sm_90a, sm_100a, found 'sm_90'}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x20x22xf32>, tensor<64x8x3x3xf32>)
      outs(%o : tensor<2x64x18x20xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90", strategy = #convoy.direct<lanes = columns, channelThreads = 8, columnThreads = 32, channelTile = 8, columnTile = 2, rowTile = 4>> -> tensor<2x64x18x20xf32>
  return
}

// -----

func.func @threads(%x: tensor<2x8x20x22xf32>, %w: tensor<64x8x3x3xf32>, %o: tensor<2x64x18x20xf32>) {
  // expected-error @+1 {{cannot be computed as scheduled: expected at most 1024 threads per block on sm_90a, found 2048}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x20x22xf32>, tensor<64x8x3x3xf32>)
      outs(%o : tensor<2x64x18x20xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.direct<lanes = columns, channelThreads = 64, columnThreads = 32, channelTile = 8, columnTile = 2, rowTile = 1>> -> tensor<2x64x18x20xf32>
  return
}

// -----

func.func @warps(%x: tensor<2x8x20x22xf32>, %w: tensor<64x8x3x3xf32>, %o: tensor<2x64x18x20xf32>) {
  // expected-error @+1 {{expected a multiple of 32 threads per block, found 200}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x20x22xf32>, tensor<64x8x3x3xf32>)
      outs(%o : tensor<2x64x18x20xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.direct<lanes = columns, channelThreads = 8, columnThreads = 25, channelTile = 8, columnTile = 2, rowTile = 4>> -> tensor<2x64x18x20xf32>
  return
}

// -----

func.func @registers_of_a_thread(%x: tensor<2x8x20x22xf32>, %w: tensor<64x8x3x3xf32>, %o: tensor<2x64x18x20xf32>) {
  // expected-error @+1 {{expected at most 255 registers per thread on sm_90a, found 312}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x20x22xf32>, tensor<64x8x3x3xf32>)
      outs(%o : tensor<2x64x18x20xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.direct<lanes = columns, channelThreads = 4, columnThreads = 32, channelTile = 16, columnTile = 4, rowTile = 4>> -> tensor<2x64x18x20xf32>
  return
}

// -----

func.func @registers_of_all_threads(%x: tensor<2x8x20x22xf32>, %w: tensor<64x8x3x3xf32>, %o: tensor<2x64x18x20xf32>) {
  // expected-error @+1 {{expected at most 65536 registers per multiprocessor on sm_90a, found 106496}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x20x22xf32>, tensor<64x8x3x3xf32>)
      outs(%o : tensor<2x64x18x20xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.direct<lanes = columns, channelThreads = 32, columnThreads = 32, channelTile = 8, columnTile = 2, rowTile = 4>> -> tensor<2x64x18x20xf32>
  return
}

// -----

func.func @shared_memory(%x: tensor<2x32x20x22xf32>, %w: tensor<64x32x3x3xf32>, %o: tensor<2x64x18x20xf32>) {
  // expected-error @+1 {{expected at most 101376 bytes of shared memory per block on sm_86, found 125952}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x32x20x22xf32>, tensor<64x32x3x3xf32>)
      outs(%o : tensor<2x64x18x20xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_86", strategy = #convoy.direct<lanes = columns, channelThreads = 8, columnThreads = 32, channelTile = 8, columnTile = 2, rowTile = 4, channelChunk = 32>> -> tensor<2x64x18x20xf32>
  return
}

// -----

func.func @chunk(%x: tensor<2x8x20x22xf32>, %w: tensor<64x8x3x3xf32>, %o: tensor<2x64x18x20xf32>) {
  // expected-error @+1 {{expected a channelChunk of at most the 8 input channels of one group, found 9}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x20x22xf32>, tensor<64x8x3x3xf32>)
      outs(%o : tensor<2x64x18x20xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.direct<lanes = columns, channelThreads = 8, columnThreads = 32, channelTile = 8, columnTile = 2, rowTile = 4, channelChunk = 9>> -> tensor<2x64x18x20xf32>
  return
}

// -----

func.func @unrolled_dims(%x: tensor<2x8x20x22xf32>, %w: tensor<64x8x3x3xf32>, %o: tensor<2x64x18x20xf32>) {
  // expected-error @+1 {{expected unrolledFilterDims of at most 2, the image dimensions, found 3}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x20x22xf32>, tensor<64x8x3x3xf32>)
      outs(%o : tensor<2x64x18x20xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.direct<lanes = columns, channelThreads = 8, columnThreads = 32, channelTile = 8, columnTile = 2, rowTile = 4, unrolledFilterDims = 3>> -> tensor<2x64x18x20xf32>
  return
}

// -----

func.func @unknown_filter_staged(%x: tensor<2x8x20x22xf32>, %w: tensor<64x8x?x3xf32>, %o: tensor<2x64x18x20xf32>) {
  // expected-error @+1 {{expected a filter of known size along 'h' to stage it}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x20x22xf32>, tensor<64x8x?x3xf32>)
      outs(%o : tensor<2x64x18x20xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.direct<lanes = columns, channelThreads = 8, columnThreads = 32, channelTile = 8, columnTile = 2, rowTile = 4, channelChunk = 8>> -> tensor<2x64x18x20xf32>
  return
}

// -----

func.func @unknown_filter_unrolled(%x: tensor<2x8x20x22xf32>, %w: tensor<64x8x3x?xf32>, %o: tensor<2x64x18x20xf32>) {
  // expected-error @+1 {{expected a filter of known size along 'w' to unroll it}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x20x22xf32>, tensor<64x8x3x?xf32>)
      outs(%o : tensor<2x64x18x20xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.direct<lanes = columns, channelThreads = 8, columnThreads = 32, channelTile = 8, columnTile = 2, rowTile = 4, unrolledFilterDims = 1>> -> tensor<2x64x18x20xf32>
  return
}

// -----

func.func @unrolled_products(%x: tensor<2x8x20x150xf32>, %w: tensor<64x8x1x134xf32>, %o: tensor<2x64x20x17xf32>) {
  // expected-error @+1 {{expected at most 8192 unrolled multiply-adds per thread, found 8576}}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x20x150xf32>, tensor<64x8x1x134xf32>)
      outs(%o : tensor<2x64x20x17xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      schedule = <chip = "sm_90a", strategy = #convoy.direct<lanes = columns, channelThreads = 8, columnThreads = 32, channelTile = 8, columnTile = 2, rowTile = 4, unrolledFilterDims = 2>> -> tensor<2x64x20x17xf32>
  return
}
