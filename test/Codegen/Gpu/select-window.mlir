// RUN: convoy-opt %s --convoy-select-schedule | FileCheck %s
// RUN: convoy-opt %s --convoy-select-schedule=math=tf32 | FileCheck %s --check-prefix=TF32
// RUN: convoy-opt %s --convoy-select-schedule --remark-policy=all --remarks-filter=convoy -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// Strides make gathering expensive: the window kernel reads them as they lie.
// CHECK-LABEL: func.func @strided
// CHECK: #convoy.window_wgmma<products = f16,
// REMARK: [Analysis] select-schedule | Category:convoy | Function=strided | Others="{{.*}}stream_wgmma {{[0-9.]+}}{{.*}}", PredictedMilliseconds=0.0{{[0-9]+}}, Remark="computed by window_wgmma, predicted to be bound by {{.+}}"
func.func @strided(%x: tensor<64x128x56x56xf16>, %w: tensor<128x128x3x3xf16>, %y: tensor<64x128x28x28xf16>) -> tensor<64x128x28x28xf16> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x128x56x56xf16>, tensor<128x128x3x3xf16>)
      outs(%y : tensor<64x128x28x28xf16>) strides = [2, 2] dilations = [1, 1] pad = [1, 1] to [1, 1] -> tensor<64x128x28x28xf16>
  return %0 : tensor<64x128x28x28xf16>
}

// Tiles across the borders of images: 64 images of 14x14 pixels and 256 output channels are 132 tiles, one for each multiprocessor.
// CHECK-LABEL: func.func @neighbours
// CHECK: #convoy.window_wgmma<products = f16, tileFilters = 128, mathWarpgroups = 3,
func.func @neighbours(%x: tensor<64x256x14x14xf16>, %w: tensor<256x256x3x3xf16>, %y: tensor<64x256x14x14xf16>) -> tensor<64x256x14x14xf16> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x256x14x14xf16>, tensor<256x256x3x3xf16>)
      outs(%y : tensor<64x256x14x14xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1] -> tensor<64x256x14x14xf16>
  return %0 : tensor<64x256x14x14xf16>
}

// Rows of 7 pixels, whose windows are copies of 112 bytes: elements are gathered once instead, and read by all taps.
// CHECK-LABEL: func.func @tiny_images
// CHECK: #convoy.stream_wgmma<products = f16,
func.func @tiny_images(%x: tensor<64x512x7x7xf16>, %w: tensor<512x512x3x3xf16>, %y: tensor<64x512x7x7xf16>) -> tensor<64x512x7x7xf16> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x512x7x7xf16>, tensor<512x512x3x3xf16>)
      outs(%y : tensor<64x512x7x7xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1] -> tensor<64x512x7x7xf16>
  return %0 : tensor<64x512x7x7xf16>
}

// Small images: a tile is several. Strict products are another kernel's.
// CHECK-LABEL: func.func @small_images
// CHECK: #convoy.stream_wgmma<products = split_f16,
// TF32-LABEL: func.func @small_images
// TF32: #convoy.window_wgmma<products = tf32,
func.func @small_images(%x: tensor<64x192x17x17xf32>, %w: tensor<320x192x3x3xf32>, %y: tensor<64x320x8x8xf32>) -> tensor<64x320x8x8xf32> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x192x17x17xf32>, tensor<320x192x3x3xf32>)
      outs(%y : tensor<64x320x8x8xf32>) strides = [2, 2] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<64x320x8x8xf32>
  return %0 : tensor<64x320x8x8xf32>
}
