// RUN: convoy-opt %s --split-input-file --verify-diagnostics --convoy-pack-filters

#stream = #convoy.schedule<chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 2, tileColumns = 14, slots = 2, filterStages = 2, gatherWarps = 3>>

func.func @memrefs(%x: memref<2x32x14x14xf16>, %w: memref<16x32x3x3xf16>, %y: memref<2x16x14x14xf16>) {
  // expected-error @below {{expected tensors, found memrefs: pack filters before bufferization}}
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<2x32x14x14xf16>, memref<16x32x3x3xf16>)
      outs(%y : memref<2x16x14x14xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1] schedule = #stream
  return
}

// -----

#stream = #convoy.schedule<chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 2, tileColumns = 14, slots = 2, filterStages = 2, gatherWarps = 3>>

func.func @missing(%x: tensor<2x32x14x14xf16>) -> tensor<2x16x14x14xf16> {
  %w = arith.constant dense_resource<not_in_this_file> : tensor<16x32x3x3xf16>
  %init = tensor.empty() : tensor<2x16x14x14xf16>
  // expected-error @below {{expected a filter whose numbers can be read: }}
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x32x14x14xf16>, tensor<16x32x3x3xf16>)
      outs(%init : tensor<2x16x14x14xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = #stream -> tensor<2x16x14x14xf16>
  return %y : tensor<2x16x14x14xf16>
}
