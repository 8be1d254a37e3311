// RUN: convoy-opt %s --convoy-select-schedule | FileCheck %s
// RUN: convoy-opt %s --convoy-select-schedule=math=tf32 | FileCheck %s --check-prefix=TF32
// RUN: convoy-opt %s --convoy-select-schedule --remark-policy=all --remarks-filter=convoy -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// Many channels: filter and input are streamed.
// CHECK-LABEL: @many_channels
// CHECK: #convoy.stream_wgmma<products = split_f16,
// TF32-LABEL: @many_channels
// TF32: #convoy.stream_wgmma<products = tf32,
// REMARK: [Analysis] select-schedule | Category:convoy | Function=many_channels | Others="direct {{[0-9.]+}}", PredictedMilliseconds={{0\.[01][0-9]+}}, Remark="computed by stream_wgmma, predicted to be bound by {{tensor cores|gathering}}"
func.func @many_channels(%x: tensor<64x256x14x14xf32>, %w: tensor<256x256x3x3xf32>, %y: tensor<64x256x14x14xf32>) -> tensor<64x256x14x14xf32> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x256x14x14xf32>, tensor<256x256x3x3xf32>)
      outs(%y : tensor<64x256x14x14xf32>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1] -> tensor<64x256x14x14xf32>
  return %0 : tensor<64x256x14x14xf32>
}

// Few channels, much output: the filter stays where it is.
// CHECK-LABEL: @much_output
// CHECK: #convoy.patch_wgmma
// REMARK: Function=much_output | Others="stream_wgmma {{[0-9.]+}}, direct {{[0-9.]+}}", PredictedMilliseconds=0.1{{[0-9]+}}, Remark="computed by patch_wgmma, predicted to be bound by memory"
func.func @much_output(%x: tensor<128x8x128x128xf32>, %w: tensor<64x8x3x3xf32>, %y: tensor<128x64x126x126xf32>) -> tensor<128x64x126x126xf32> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<128x8x128x128xf32>, tensor<64x8x3x3xf32>)
      outs(%y : tensor<128x64x126x126xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<128x64x126x126xf32>
  return %0 : tensor<128x64x126x126xf32>
}

// Strides and groups.
// CHECK-LABEL: @groups
// CHECK: #convoy.stream_wgmma<products = f16,
func.func @groups(%x: tensor<?x128x56x56xf16>, %w: tensor<128x32x3x3xf16>, %y: tensor<?x128x28x28xf16>) -> tensor<?x128x28x28xf16> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<?x128x56x56xf16>, tensor<128x32x3x3xf16>)
      outs(%y : tensor<?x128x28x28xf16>) strides = [2, 2] dilations = [1, 1] pad = [1, 1] to [1, 1] groups = 4 -> tensor<?x128x28x28xf16>
  return %0 : tensor<?x128x28x28xf16>
}

// 16 products an output are too few for split parts to be as accurate as f32;
// rounded products are allowed for tf32.
// CHECK-LABEL: @few_products
// CHECK: #convoy.direct
// TF32-LABEL: @few_products
// TF32-NOT: #convoy.direct
// TF32: return
func.func @few_products(%x: tensor<64x16x112x112xf32>, %w: tensor<64x16x1x1xf32>, %y: tensor<64x64x112x112xf32>) -> tensor<64x64x112x112xf32> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x16x112x112xf32>, tensor<64x16x1x1xf32>)
      outs(%y : tensor<64x64x112x112xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<64x64x112x112xf32>
  return %0 : tensor<64x64x112x112xf32>
}

// Most of a tile would be for nothing.
// CHECK-LABEL: @few_filters
// CHECK: #convoy.direct
func.func @few_filters(%x: tensor<64x64x56x56xf16>, %w: tensor<15x64x3x3xf16>, %y: tensor<64x15x54x54xf16>) -> tensor<64x15x54x54xf16> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x64x56x56xf16>, tensor<15x64x3x3xf16>)
      outs(%y : tensor<64x15x54x54xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<64x15x54x54xf16>
  return %0 : tensor<64x15x54x54xf16>
}

// A part of an image is no image of its own as a buffer. Some of the channels
// are whole images.
// CHECK-LABEL: @cropped_input
// CHECK: #convoy.direct
func.func @cropped_input(%whole: tensor<64x128x58x58xf16>, %w: tensor<128x128x3x3xf16>, %y: tensor<64x128x54x54xf16>) -> tensor<64x128x54x54xf16> {
  %x = tensor.extract_slice %whole[0, 0, 1, 1] [64, 128, 56, 56] [1, 1, 1, 1] : tensor<64x128x58x58xf16> to tensor<64x128x56x56xf16>
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x128x56x56xf16>, tensor<128x128x3x3xf16>)
      outs(%y : tensor<64x128x54x54xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<64x128x54x54xf16>
  return %0 : tensor<64x128x54x54xf16>
}

// CHECK-LABEL: @some_channels
// CHECK: wgmma
func.func @some_channels(%whole: tensor<64x256x56x56xf16>, %w: tensor<128x128x3x3xf16>, %y: tensor<64x128x54x54xf16>) -> tensor<64x128x54x54xf16> {
  %x = tensor.extract_slice %whole[0, 128, 0, 0] [64, 128, 56, 56] [1, 1, 1, 1] : tensor<64x256x56x56xf16> to tensor<64x128x56x56xf16>
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x128x56x56xf16>, tensor<128x128x3x3xf16>)
      outs(%y : tensor<64x128x54x54xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<64x128x54x54xf16>
  return %0 : tensor<64x128x54x54xf16>
}

// Nor is a result that is computed inside of a larger tensor.
// CHECK-LABEL: @inserted_result
// CHECK: #convoy.direct
func.func @inserted_result(%x: tensor<64x128x56x56xf16>, %w: tensor<128x128x3x3xf16>, %y: tensor<64x128x54x54xf16>, %whole: tensor<64x128x56x56xf16>) -> tensor<64x128x56x56xf16> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x128x56x56xf16>, tensor<128x128x3x3xf16>)
      outs(%y : tensor<64x128x54x54xf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<64x128x54x54xf16>
  %1 = tensor.insert_slice %0 into %whole[0, 0, 1, 1] [64, 128, 54, 54] [1, 1, 1, 1] : tensor<64x128x54x54xf16> into tensor<64x128x56x56xf16>
  return %1 : tensor<64x128x56x56xf16>
}

// On memrefs filters cannot be packed any more.
// CHECK-LABEL: @memrefs
// CHECK: #convoy.direct
func.func @memrefs(%x: memref<64x256x14x14xf16>, %w: memref<256x256x3x3xf16>, %y: memref<64x256x14x14xf16>) {
  convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : memref<64x256x14x14xf16>, memref<256x256x3x3xf16>)
      outs(%y : memref<64x256x14x14xf16>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1]
  return
}

// One image has 8 tiles of all its pixels: clusters share their channels. Many
// have enough of them.
// CHECK-LABEL: @few_tiles
// CHECK: #convoy.stream_wgmma<products = split_f16, {{.*}}channelParts = 8>
// TF32-LABEL: @few_tiles
// TF32: #convoy.stream_wgmma<products = tf32, {{.*}}channelParts = 8>
// CHECK-LABEL: @enough_tiles
// CHECK: #convoy.stream_wgmma<products = split_f16,
// CHECK-NOT: channelParts
func.func @few_tiles(%x: tensor<1x512x7x7xf32>, %w: tensor<512x512x3x3xf32>, %y: tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<1x512x7x7xf32>, tensor<512x512x3x3xf32>)
      outs(%y : tensor<1x512x7x7xf32>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1] -> tensor<1x512x7x7xf32>
  return %0 : tensor<1x512x7x7xf32>
}

func.func @enough_tiles(%x: tensor<64x512x7x7xf32>, %w: tensor<512x512x3x3xf32>, %y: tensor<64x512x7x7xf32>) -> tensor<64x512x7x7xf32> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x512x7x7xf32>, tensor<512x512x3x3xf32>)
      outs(%y : tensor<64x512x7x7xf32>) strides = [1, 1] dilations = [1, 1] pad = [1, 1] to [1, 1] -> tensor<64x512x7x7xf32>
  return %0 : tensor<64x512x7x7xf32>
}

// A filter of more steps than a slot has is taken in parts.
// CHECK-LABEL: @long_filter
// CHECK: #convoy.stream_wgmma<products = split_f16,
func.func @long_filter(%x: tensor<32x64x28x28xf32>, %w: tensor<64x64x9x9xf32>, %y: tensor<32x64x28x28xf32>) -> tensor<32x64x28x28xf32> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<32x64x28x28xf32>, tensor<64x64x9x9xf32>)
      outs(%y : tensor<32x64x28x28xf32>) strides = [1, 1] dilations = [1, 1] pad = [4, 4] to [4, 4] -> tensor<32x64x28x28xf32>
  return %0 : tensor<32x64x28x28xf32>
}

// With strides, neighbouring columns make up for few channels.
// CHECK-LABEL: @stem
// CHECK: #convoy.stream_wgmma<products = split_f16,
// Stores of its sums take as long as products of its slot: warpgroups take turns,
// and the filter stays.
// TF32-LABEL: @stem
// TF32: #convoy.stream_wgmma<products = tf32, {{.*}}takesTurns = true, residentFilter = true>
func.func @stem(%x: tensor<64x3x224x224xf32>, %w: tensor<64x3x7x7xf32>, %y: tensor<64x64x112x112xf32>) -> tensor<64x64x112x112xf32> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x3x224x224xf32>, tensor<64x3x7x7xf32>)
      outs(%y : tensor<64x64x112x112xf32>) strides = [2, 2] dilations = [1, 1] pad = [3, 3] to [3, 3] -> tensor<64x64x112x112xf32>
  return %0 : tensor<64x64x112x112xf32>
}

// Stores of 16 bits take little: here warpgroups share tiles.
// CHECK-LABEL: @stem_f16
// CHECK: #convoy.stream_wgmma<products = f16,
// CHECK-NOT: takesTurns
// CHECK-NOT: residentFilter
// CHECK: return
func.func @stem_f16(%x: tensor<64x3x224x224xf16>, %w: tensor<64x3x7x7xf16>, %y: tensor<64x64x112x112xf16>) -> tensor<64x64x112x112xf16> {
  %0 = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<64x3x224x224xf16>, tensor<64x3x7x7xf16>)
      outs(%y : tensor<64x64x112x112xf16>) strides = [2, 2] dilations = [1, 1] pad = [3, 3] to [3, 3] -> tensor<64x64x112x112xf16>
  return %0 : tensor<64x64x112x112xf16>
}
