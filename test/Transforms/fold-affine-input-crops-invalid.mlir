// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Slices and casts that a step in front of a convolution does not pass.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// The convolution reads two of three channels.
// CHECK-LABEL: func @channels(
// CHECK: arith.mulf
func.func @channels(%x: tensor<1x3x4x4xf32>, %s: tensor<3xf32>, %f: tensor<1x2x1x1xf32>) -> tensor<1x1x4x4xf32> {
  %i = arith.constant dense<0.0> : tensor<1x1x4x4xf32>
  %e = tensor.empty() : tensor<1x3x4x4xf32>
  // expected-remark @below {{not-per-channel | Category:convoy | Function=channels | Hint="only operands that vary along the output channels can move into a filter", Remark="not folded into linalg.conv_2d_nchw_fchw: the slice behind the step has some of the channels only, or another encoding"}}
  %m = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x3x4x4xf32>, tensor<3xf32>) outs(%e : tensor<1x3x4x4xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %t = arith.mulf %a, %p : f32
    linalg.yield %t : f32
  } -> tensor<1x3x4x4xf32>
  %c = tensor.extract_slice %m[0, 1, 0, 0] [1, 2, 4, 4] [1, 1, 1, 1] : tensor<1x3x4x4xf32> to tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) outs(%i : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}

// Of how many channels it reads some is not known.
// CHECK-LABEL: func @dynamic_channels(
// CHECK: arith.mulf
func.func @dynamic_channels(%x: tensor<1x?x4x4xf32>, %e: tensor<1x?x4x4xf32>, %s: tensor<?xf32>, %f: tensor<1x?x1x1xf32>, %n: index) -> tensor<1x1x4x4xf32> {
  %i = arith.constant dense<0.0> : tensor<1x1x4x4xf32>
  // expected-remark @below {{not-per-channel}}
  %m = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x?x4x4xf32>, tensor<?xf32>) outs(%e : tensor<1x?x4x4xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %t = arith.mulf %a, %p : f32
    linalg.yield %t : f32
  } -> tensor<1x?x4x4xf32>
  %c = tensor.extract_slice %m[0, 0, 0, 0] [1, %n, 4, 4] [1, 1, 1, 1] : tensor<1x?x4x4xf32> to tensor<1x?x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x?x4x4xf32>, tensor<1x?x1x1xf32>) outs(%i : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}

// Zeros around a crop stop a shift, as they do elsewhere.
// CHECK-LABEL: func @padded_shift(
// CHECK: arith.addf
func.func @padded_shift(%x: tensor<1x2x4x4xf32>, %s: tensor<2xf32>, %f: tensor<1x2x1x1xf32>) -> tensor<1x1x4x4xf32> {
  %i = arith.constant dense<0.0> : tensor<1x1x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x4x4xf32>
  // expected-remark @below {{shift-crosses-padding}}
  %m = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x2x4x4xf32>, tensor<2xf32>) outs(%e : tensor<1x2x4x4xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %t = arith.addf %a, %p : f32
    linalg.yield %t : f32
  } -> tensor<1x2x4x4xf32>
  %c = tensor.extract_slice %m[0, 0, 1, 1] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x4x4xf32> to tensor<1x2x2x2xf32>
  %p = tensor.pad %c low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%h: index, %j: index, %l: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) outs(%i : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}

// A slice that others read too.
// CHECK-LABEL: func @shared(
// CHECK: arith.mulf
func.func @shared(%x: tensor<1x2x6x6xf32>, %s: tensor<2xf32>, %f: tensor<1x2x1x1xf32>) -> (tensor<1x1x4x4xf32>, tensor<1x2x4x4xf32>) {
  %i = arith.constant dense<0.0> : tensor<1x1x4x4xf32>
  %e = tensor.empty() : tensor<1x2x6x6xf32>
  // expected-remark @below {{multiple-uses}}
  %m = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x2x6x6xf32>, tensor<2xf32>) outs(%e : tensor<1x2x6x6xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %t = arith.mulf %a, %p : f32
    linalg.yield %t : f32
  } -> tensor<1x2x6x6xf32>
  %c = tensor.extract_slice %m[0, 0, 1, 2] [1, 2, 4, 4] [1, 1, 1, 1] : tensor<1x2x6x6xf32> to tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) outs(%i : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %y, %c : tensor<1x1x4x4xf32>, tensor<1x2x4x4xf32>
}

// A slice that drops an encoding.
// CHECK-LABEL: func @decoding_slice(
// CHECK: arith.mulf
func.func @decoding_slice(%x: tensor<1x2x6x6xf32, "sparse">, %e: tensor<1x2x6x6xf32, "sparse">, %f: tensor<1x2x1x1xf32>) -> tensor<1x1x4x4xf32> {
  %i = arith.constant dense<0.0> : tensor<1x1x4x4xf32>
  %k = arith.constant 3.0 : f32
  %m = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<1x2x6x6xf32, "sparse">) outs(%e : tensor<1x2x6x6xf32, "sparse">) {
  ^bb0(%a: f32, %o: f32):
    %t = arith.mulf %a, %k : f32
    linalg.yield %t : f32
  } -> tensor<1x2x6x6xf32, "sparse">
  %c = tensor.extract_slice %m[0, 0, 1, 2] [1, 2, 4, 4] [1, 1, 1, 1] : tensor<1x2x6x6xf32, "sparse"> to tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) outs(%i : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}

// A cast that drops one, and one from a tensor whose rank is not known.
// CHECK-LABEL: func @casts(
// CHECK: arith.mulf
// CHECK: arith.mulf
func.func @casts(%x: tensor<1x2x4x4xf32, "sparse">, %e: tensor<1x2x4x4xf32, "sparse">, %u: tensor<*xf32>, %f: tensor<1x2x1x1xf32>) -> (tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>) {
  %i = arith.constant dense<0.0> : tensor<1x1x4x4xf32>
  %k = arith.constant 3.0 : f32
  %m = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<1x2x4x4xf32, "sparse">) outs(%e : tensor<1x2x4x4xf32, "sparse">) {
  ^bb0(%a: f32, %o: f32):
    %t = arith.mulf %a, %k : f32
    linalg.yield %t : f32
  } -> tensor<1x2x4x4xf32, "sparse">
  %c = tensor.cast %m : tensor<1x2x4x4xf32, "sparse"> to tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) outs(%i : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  %v = arith.mulf %u, %u : tensor<*xf32>
  %w = tensor.cast %v : tensor<*xf32> to tensor<1x2x4x4xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%w, %f : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) outs(%i : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %y, %z : tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>
}
