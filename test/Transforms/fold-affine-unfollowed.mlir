// RUN: convoy-opt %s --convoy-fold-affine --remark-policy=all --remarks-filter=convoy --verify-diagnostics -o %t.mlir
// RUN: convoy-opt %s -o - | diff %t.mlir -

// Convolutions that are none of Convoy's, and values that it does not follow:
// steps behind them stay, and each says why.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#input = affine_map<(n, f, h, w, c, r, s) -> (n, c, h + r, w + s)>
#filter = affine_map<(n, f, h, w, c, r, s) -> (f, c, r, s)>
#result = affine_map<(n, f, h, w, c, r, s) -> (n, f, h, w)>

// Each product is rounded to f16.
func.func @rounded_products(%x: tensor<1x3x5x5xf16>, %w: tensor<2x3x2x2xf16>) -> tensor<1x2x4x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  // expected-remark @+1 {{[Missed] unsupported-type | Category:convoy | Function=rounded_products | Hint="convolutions of f16, bf16, f32 and f64 without an encoding are folded", Remark="not folded into linalg.generic: expected products in the type of the accumulator, found ones that are rounded to f16 and then extended to f32"}}
  %y = linalg.generic {indexing_maps = [#input, #filter, #result], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x3x5x5xf16>, tensor<2x3x2x2xf16>) outs(%zero : tensor<1x2x4x4xf32>) {
  ^bb0(%a: f16, %b: f16, %c: f32):
    %m = arith.mulf %a, %b : f16
    %e = arith.extf %m : f16 to f32
    %s = arith.addf %c, %e : f32
    linalg.yield %s : f32
  } -> tensor<1x2x4x4xf32>
  %r = arith.negf %y : tensor<1x2x4x4xf32>
  return %r : tensor<1x2x4x4xf32>
}

// Each sum is rounded to f16.
func.func @rounded_sums(%x: tensor<1x3x5x5xf32>, %w: tensor<2x3x2x2xf32>) -> tensor<1x2x4x4xf16> {
  %zero = arith.constant dense<0.0> : tensor<1x2x4x4xf16>
  // expected-remark @+1 {{expected an accumulator no narrower than input and filter, found a conversion from f32 to f16}}
  %y = linalg.generic {indexing_maps = [#input, #filter, #result], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x3x5x5xf32>, tensor<2x3x2x2xf32>) outs(%zero : tensor<1x2x4x4xf16>) {
  ^bb0(%a: f32, %b: f32, %c: f16):
    %m = arith.mulf %a, %b : f32
    %e = arith.extf %c : f16 to f32
    %s = arith.addf %e, %m : f32
    %t = arith.truncf %s : f32 to f16
    linalg.yield %t : f16
  } -> tensor<1x2x4x4xf16>
  %r = arith.negf %y : tensor<1x2x4x4xf16>
  return %r : tensor<1x2x4x4xf16>
}

func.func @booleans(%x: tensor<1x3x5x5xi1>, %w: tensor<2x3x2x2xi1>, %s: tensor<1x2x4x4xi1>) -> tensor<1x2x4x4xi1> {
  %zero = arith.constant dense<false> : tensor<1x2x4x4xi1>
  // expected-remark @+1 {{expected ranked tensors of f16, bf16, f32 or f64 without encoding, found tensor<1x3x5x5xi1>}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x5x5xi1>, tensor<2x3x2x2xi1>) outs(%zero : tensor<1x2x4x4xi1>) -> tensor<1x2x4x4xi1>
  %r = arith.andi %y, %s : tensor<1x2x4x4xi1>
  return %r : tensor<1x2x4x4xi1>
}

func.func @zero_points(%x: tensor<1x5x5x3xi8>, %w: tensor<2x2x3x2xi8>, %s: tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32> {
  %zero = arith.constant dense<0> : tensor<1x4x4x2xi32>
  %point = arith.constant 3 : i32
  // expected-remark @+1 {{expected ranked tensors of f16, bf16, f32 or f64 without encoding, found tensor<1x5x5x3xi8>}}
  %y = linalg.conv_2d_nhwc_hwcf_q ins(%x, %w, %point, %point : tensor<1x5x5x3xi8>, tensor<2x2x3x2xi8>, i32, i32) outs(%zero : tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32>
  %r = arith.muli %y, %s : tensor<1x4x4x2xi32>
  return %r : tensor<1x4x4x2xi32>
}

// Ands and ors of numbers are no products and sums.
func.func @bits(%x: tensor<1x3x5x5xi32>, %w: tensor<2x3x2x2xi32>) -> tensor<1x2x4x4xi32> {
  %zero = arith.constant dense<0> : tensor<1x2x4x4xi32>
  %y = linalg.generic {indexing_maps = [#input, #filter, #result], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x3x5x5xi32>, tensor<2x3x2x2xi32>) outs(%zero : tensor<1x2x4x4xi32>) {
  ^bb0(%a: i32, %b: i32, %c: i32):
    %m = arith.andi %a, %b : i32
    %s = arith.ori %c, %m : i32
    linalg.yield %s : i32
  } -> tensor<1x2x4x4xi32>
  return %y : tensor<1x2x4x4xi32>
}

func.func @unranked(%x: tensor<1x3x5x5xf32>, %w: tensor<2x3x2x2xf32>, %s: tensor<*xf32>) -> tensor<*xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x5x5xf32>, tensor<2x3x2x2xf32>) outs(%zero : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  // expected-remark @+1 {{not folded into linalg.conv_2d_nchw_fchw: the convolution is cast to a tensor without a rank first}}
  %u = tensor.cast %y : tensor<1x2x4x4xf32> to tensor<*xf32>
  %r = arith.mulf %u, %s : tensor<*xf32>
  return %r : tensor<*xf32>
}

// Nothing is computed behind the cast.
func.func @unranked_result(%x: tensor<1x3x5x5xf32>, %w: tensor<2x3x2x2xf32>) -> tensor<*xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x5x5xf32>, tensor<2x3x2x2xf32>) outs(%zero : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %u = tensor.cast %y : tensor<1x2x4x4xf32> to tensor<*xf32>
  %r = math.absf %u : tensor<*xf32>
  return %r : tensor<*xf32>
}

func.func @ranked_again(%x: tensor<1x3x5x5xf32>, %w: tensor<2x3x2x2xf32>, %s: tensor<2xf32>) -> tensor<1x2x4x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x5x5xf32>, tensor<2x3x2x2xf32>) outs(%zero : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  // expected-remark @+1 {{the convolution is cast to a tensor without a rank first}}
  %u = tensor.cast %y : tensor<1x2x4x4xf32> to tensor<*xf32>
  %v = tensor.cast %u : tensor<*xf32> to tensor<1x2x4x4xf32>
  %e = tensor.empty() : tensor<1x2x4x4xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x4x4xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %v, %b : tensor<1x2x4x4xf32>
  return %r : tensor<1x2x4x4xf32>
}

// An enlarged image, each element read where the body likes.
func.func @enlarged(%x: tensor<1x3x5x5xf32>, %w: tensor<2x3x2x2xf32>, %s: tensor<2xf32>) -> tensor<1x2x8x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x5x5xf32>, tensor<2x3x2x2xf32>) outs(%zero : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %e = tensor.empty() : tensor<1x2x8x8xf32>
  // expected-remark @+1 {{[Missed] crosses-pooling | Category:convoy | Function=enlarged}}
  %l = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%e : tensor<1x2x8x8xf32>) {
  ^bb0(%o: f32):
    %c2 = arith.constant 2 : index
    %n = linalg.index 0 : index
    %c = linalg.index 1 : index
    %i = linalg.index 2 : index
    %j = linalg.index 3 : index
    %p = arith.divui %i, %c2 : index
    %q = arith.divui %j, %c2 : index
    %v = tensor.extract %y[%n, %c, %p, %q] : tensor<1x2x4x4xf32>
    linalg.yield %v : f32
  } -> tensor<1x2x8x8xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x8x8xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %l, %b : tensor<1x2x8x8xf32>
  return %r : tensor<1x2x8x8xf32>
}

// The mean over the channels, of each pixel: that it is computed from the
// convolution is the reason, not that it has a number for each pixel.
func.func @layer_norm(%x: tensor<1x3x5x5xf32>, %w: tensor<2x3x2x2xf32>, %s: tensor<2xf32>) -> tensor<1x2x4x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x5x5xf32>, tensor<2x3x2x2xf32>) outs(%zero : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %start = arith.constant dense<0.0> : tensor<1x4x4xf32>
  %sum = linalg.reduce { arith.addf } ins(%y : tensor<1x2x4x4xf32>) outs(%start : tensor<1x4x4xf32>) dimensions = [1]
  %e = tensor.empty() : tensor<1x2x4x4xf32>
  %m = linalg.broadcast ins(%sum : tensor<1x4x4xf32>) outs(%e : tensor<1x2x4x4xf32>) dimensions = [1]
  // expected-remark @+1 {{[Missed] depends-on-conv | Category:convoy | Function=layer_norm}}
  %d = arith.subf %y, %m : tensor<1x2x4x4xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x4x4xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %d, %b : tensor<1x2x4x4xf32>
  return %r : tensor<1x2x4x4xf32>
}

// A factor of its own for each row of each channel.
func.func @rows_of_channels(%x: tensor<2x3x5x5xf32>, %w: tensor<2x3x2x2xf32>, %s: tensor<8xf32>) -> tensor<2x8x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x3x5x5xf32>, tensor<2x3x2x2xf32>) outs(%zero : tensor<2x2x4x4xf32>) -> tensor<2x2x4x4xf32>
  %c = tensor.collapse_shape %y [[0], [1, 2], [3]] : tensor<2x2x4x4xf32> into tensor<2x8x4xf32>
  %e = tensor.empty() : tensor<2x8x4xf32>
  %b = linalg.broadcast ins(%s : tensor<8xf32>) outs(%e : tensor<2x8x4xf32>) dimensions = [0, 2]
  // expected-remark @+1 {{the operand varies along dimension 2 of the convolution, which is not a channel, and along the channels at once}}
  %r = arith.mulf %c, %b : tensor<2x8x4xf32>
  return %r : tensor<2x8x4xf32>
}
