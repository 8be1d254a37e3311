// RUN: convoy-opt %s --convoy-form-conv --split-input-file --verify-diagnostics \
// RUN:   --remarks-filter=convoy --remark-policy=all

// Each convolution here lacks one thing that convoy.conv needs; it stays
// linalg, with a remark.

func.func @mixed_operands(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf16>, %o: tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32> {
  // expected-remark @below {{linalg.conv_2d_nchw_fchw stays linalg (unsupported-type): expected a filter of the input's element type f32, found f16}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf16>) outs(%o : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  return %y : tensor<1x6x7x7xf32>
}

// -----

func.func @wide_sum(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %o: tensor<1x6x7x7xf64>) -> tensor<1x6x7x7xf64> {
  // expected-remark @below {{linalg.conv_2d_nchw_fchw stays linalg (unsupported-type): expected a sum in f32 for operands of f32, found f64}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%o : tensor<1x6x7x7xf64>) -> tensor<1x6x7x7xf64>
  return %y : tensor<1x6x7x7xf64>
}

// -----

func.func @integers(%x: tensor<1x4x9x9xi8>, %w: tensor<6x4x3x3xi8>, %o: tensor<1x6x7x7xi32>) -> tensor<1x6x7x7xi32> {
  // expected-remark @below {{linalg.conv_2d_nchw_fchw stays linalg (unsupported-type)}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xi8>, tensor<6x4x3x3xi8>) outs(%o : tensor<1x6x7x7xi32>) -> tensor<1x6x7x7xi32>
  return %y : tensor<1x6x7x7xi32>
}

// -----

func.func @empty_batch(%x: tensor<0x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %o: tensor<0x6x7x7xf32>) -> tensor<0x6x7x7xf32> {
  // expected-remark @below {{linalg.conv_2d_nchw_fchw stays linalg (malformed-conv): expected sizes of at least 1, found tensor<0x4x9x9xf32>}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<0x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%o : tensor<0x6x7x7xf32>) -> tensor<0x6x7x7xf32>
  return %y : tensor<0x6x7x7xf32>
}

// -----

func.func @dynamic_groups(%x: tensor<1x9x9x?xf32>, %w: tensor<3x3x?xf32>, %o: tensor<1x7x7x?xf32>) -> tensor<1x7x7x?xf32> {
  // expected-remark @below {{stays linalg (malformed-conv): expected a static number of groups, found tensor<3x3x?xf32>}}
  %y = linalg.depthwise_conv_2d_nhwc_hwc ins(%x, %w : tensor<1x9x9x?xf32>, tensor<3x3x?xf32>) outs(%o : tensor<1x7x7x?xf32>) -> tensor<1x7x7x?xf32>
  return %y : tensor<1x7x7x?xf32>
}

// -----

func.func @two_batch_dims(%x: tensor<2x3x9xf32>, %w: tensor<3xf32>, %o: tensor<2x3x7xf32>) -> tensor<2x3x7xf32> {
  // expected-remark @below {{linalg.generic stays linalg (not-a-convolution): expected at most one batch dimension, found 2}}
  %y = linalg.generic {indexing_maps = [affine_map<(a, b, x, i) -> (a, b, x + i)>, affine_map<(a, b, x, i) -> (i)>, affine_map<(a, b, x, i) -> (a, b, x)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<2x3x9xf32>, tensor<3xf32>) outs(%o : tensor<2x3x7xf32>) {
  ^bb0(%in: f32, %f: f32, %acc: f32):
    %p = arith.mulf %in, %f : f32
    %s = arith.addf %acc, %p : f32
    linalg.yield %s : f32
  } -> tensor<2x3x7xf32>
  return %y : tensor<2x3x7xf32>
}

// -----

func.func @four_image_dims(%x: tensor<3x3x3x3xf32>, %w: tensor<2x2x2x2xf32>, %o: tensor<2x2x2x2xf32>) -> tensor<2x2x2x2xf32> {
  // expected-remark @below {{linalg.generic stays linalg (not-a-convolution): expected one to three image dimensions, found 4}}
  %y = linalg.generic {indexing_maps = [
      affine_map<(a, b, c, d, e, f, g, h) -> (a + e, b + f, c + g, d + h)>,
      affine_map<(a, b, c, d, e, f, g, h) -> (e, f, g, h)>,
      affine_map<(a, b, c, d, e, f, g, h) -> (a, b, c, d)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<3x3x3x3xf32>, tensor<2x2x2x2xf32>) outs(%o : tensor<2x2x2x2xf32>) {
  ^bb0(%in: f32, %f: f32, %acc: f32):
    %p = arith.mulf %in, %f : f32
    %s = arith.addf %acc, %p : f32
    linalg.yield %s : f32
  } -> tensor<2x2x2x2xf32>
  return %y : tensor<2x2x2x2xf32>
}
