// RUN: convoy-opt %s --convoy-pack-filters --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --convoy-emit-kernels | FileCheck %s

// Nine taps of eight channels are four pairs and one tap alone. Where its second
// half would be, zeros are written: the image lies in memory that others have used.

#stream = #convoy.schedule<chip = "sm_90a", strategy = #convoy.stream_wgmma<products = f16, tileRows = 2, tileColumns = 14, slots = 2, filterStages = 2, gatherWarps = 3>>

// CHECK: gpu.func @pairs_pack_
// CHECK: %[[ZEROS:.+]] = llvm.mlir.zero : vector<4xi32>
// The last of five steps of 2048 bytes, its second half.
// CHECK: %[[PLACE:.+]] = arith.constant 9216 : i64
// CHECK: llvm.store %[[ZEROS]]
// CHECK: gpu.return
func.func @pairs(%x: tensor<2x8x14x14xf16>, %w: tensor<16x8x3x3xf16>) -> tensor<2x16x14x14xf16> {
  %init = tensor.empty() : tensor<2x16x14x14xf16>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x14x14xf16>, tensor<16x8x3x3xf16>)
      outs(%init : tensor<2x16x14x14xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
      schedule = #stream -> tensor<2x16x14x14xf16>
  return %y : tensor<2x16x14x14xf16>
}
