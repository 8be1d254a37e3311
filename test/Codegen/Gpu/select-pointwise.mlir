// RUN: convoy-opt %s --convoy-select-schedule | FileCheck %s
// RUN: convoy-opt %s --convoy-select-schedule=math=tf32 | FileCheck %s --check-prefix=TF32
// RUN: convoy-opt %s --convoy-select-schedule=chip=sm_80 | FileCheck %s --check-prefix=AMPERE
// RUN: convoy-opt %s --convoy-select-schedule --remark-policy=all --remarks-filter=convoy -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// Many channels of one tap: pixels are multiplied as they lie.
// CHECK-LABEL: @many_channels
// CHECK: #convoy.pointwise_wgmma<products = f16,
// AMPERE-LABEL: @many_channels
// AMPERE: #convoy.direct
// REMARK: [Analysis] select-schedule | Category:convoy | Function=many_channels | Others="{{.*}}stream_wgmma {{[0-9.]+}}{{.*}}", PredictedMilliseconds=0.0{{[0-9]+}}, Remark="computed by pointwise_wgmma, predicted to be bound by {{.+}}"
func.func @many_channels(%x: tensor<64x480x28x28xf16>, %w: tensor<128x480x1x1xf16>, %y: tensor<64x128x28x28xf16>) -> tensor<64x128x28x28xf16> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x480x28x28xf16>, tensor<128x480x1x1xf16>)
      outs(%y : tensor<64x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<64x128x28x28xf16>
  return %0 : tensor<64x128x28x28xf16>
}

// Small images of an odd number of pixels, taken whole.
// CHECK-LABEL: @small_images
// CHECK: #convoy.pointwise_wgmma<products = split_f16, {{.*}}tilePixels = 49,
// TF32-LABEL: @small_images
// TF32: #convoy.pointwise_wgmma<products = tf32, {{.*}}tilePixels = 49,
func.func @small_images(%x: tensor<64x992x7x7xf32>, %w: tensor<128x992x1x1xf32>, %y: tensor<64x128x7x7xf32>) -> tensor<64x128x7x7xf32> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x992x7x7xf32>, tensor<128x992x1x1xf32>)
      outs(%y : tensor<64x128x7x7xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<64x128x7x7xf32>
  return %0 : tensor<64x128x7x7xf32>
}

// The filter's one tap lies in memory as fchw does.
// CHECK-LABEL: @channels_last_filter
// CHECK: #convoy.pointwise_wgmma
func.func @channels_last_filter(%x: tensor<?x480x28x28xbf16>, %w: tensor<128x1x1x480xbf16>, %y: tensor<?x128x28x28xbf16>) -> tensor<?x128x28x28xbf16> {
  %0 = convoy.conv <nchw, fhwc -> nfhw> ins(%x, %w : tensor<?x480x28x28xbf16>, tensor<128x1x1x480xbf16>)
      outs(%y : tensor<?x128x28x28xbf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<?x128x28x28xbf16>
  return %0 : tensor<?x128x28x28xbf16>
}

// Images that do not begin at 16 bytes.
// CHECK-LABEL: @odd_channels
// CHECK-NOT: #convoy.pointwise_wgmma
// CHECK: return
func.func @odd_channels(%x: tensor<64x484x28x28xf16>, %w: tensor<128x484x1x1xf16>, %y: tensor<64x128x28x28xf16>) -> tensor<64x128x28x28xf16> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x484x28x28xf16>, tensor<128x484x1x1xf16>)
      outs(%y : tensor<64x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<64x128x28x28xf16>
  return %0 : tensor<64x128x28x28xf16>
}

// CHECK-LABEL: @strided
// CHECK-NOT: #convoy.pointwise_wgmma
// CHECK: return
func.func @strided(%x: tensor<64x480x28x28xf16>, %w: tensor<128x480x1x1xf16>, %y: tensor<64x128x14x14xf16>) -> tensor<64x128x14x14xf16> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x480x28x28xf16>, tensor<128x480x1x1xf16>)
      outs(%y : tensor<64x128x14x14xf16>) strides = [2, 2] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<64x128x14x14xf16>
  return %0 : tensor<64x128x14x14xf16>
}

// 28 products of a sum are too few for split parts to be as accurate as f32.
// CHECK-LABEL: @few_products
// CHECK-NOT: #convoy.pointwise_wgmma
// CHECK: return
// TF32-LABEL: @few_products
func.func @few_products(%x: tensor<64x28x28x28xf32>, %w: tensor<128x28x1x1xf32>, %y: tensor<64x128x28x28xf32>) -> tensor<64x128x28x28xf32> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x28x28x28xf32>, tensor<128x28x1x1xf32>)
      outs(%y : tensor<64x128x28x28xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<64x128x28x28xf32>
  return %0 : tensor<64x128x28x28xf32>
}

// On memrefs filters cannot be packed any more.
// CHECK-LABEL: @memrefs
// CHECK-NOT: #convoy.pointwise_wgmma
// CHECK: return
func.func @memrefs(%x: memref<64x480x28x28xf16>, %w: memref<128x480x1x1xf16>, %y: memref<64x128x28x28xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<64x480x28x28xf16>, memref<128x480x1x1xf16>)
      outs(%y : memref<64x128x28x28xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
  return
}
