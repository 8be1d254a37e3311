// RUN: convoy-opt %s --convoy-lower-conv-to-linalg --split-input-file | FileCheck %s

// The bias is what the sum starts from; the sum is the result.

// CHECK-LABEL: func @bias
// CHECK-SAME: %[[X:.*]]: tensor<2x8x9x11xf32>, %[[W:.*]]: tensor<6x8x3x3xf32>, %[[B:.*]]: tensor<6xf16>
// CHECK: %[[EMPTY:.*]] = tensor.empty() : tensor<2x6x9x11xf32>
// CHECK-NOT: linalg.fill
// CHECK: tensor.pad %[[X]] low[0, 0, 1, 2] high[0, 0, 1, 2]
// CHECK: tensor.yield %{{.*}} : f32
// CHECK: %[[START:.*]] = linalg.generic
// CHECK-SAME: ins(%[[B]] : tensor<6xf16>)
// CHECK: arith.extf
// CHECK: %[[SUM:.*]] = linalg.conv_2d_nchw_fchw {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
// CHECK-SAME: ins(%{{.*}}, %[[W]] : tensor<2x8x11x15xf32>, tensor<6x8x3x3xf32>)
// CHECK-SAME: outs(%[[START]] : tensor<2x6x9x11xf32>)
// CHECK-NEXT: return %[[SUM]]
func.func @bias(%x: tensor<2x8x9x11xf32>, %w: tensor<6x8x3x3xf32>, %b: tensor<6xf16>) -> tensor<2x6x9x11xf32> {
  %init = tensor.empty() : tensor<2x6x9x11xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<6x8x3x3xf32>)
      bias(%b : tensor<6xf16>) outs(%init : tensor<2x6x9x11xf32>)
      strides = [1, 1] dilations = [1, 2] pad = [1, 2] to [1, 2] -> tensor<2x6x9x11xf32>
  return %y : tensor<2x6x9x11xf32>
}

// -----

// With a scale between, the sum starts from zero. Narrow operands are summed
// in f32, and the epilogue sees f32.

// CHECK-DAG: #[[$IDENTITY:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[$CHANNEL:.*]] = affine_map<(d0, d1, d2, d3) -> (d3)>

// CHECK-LABEL: func @scale_bias_residual_epilogue
// CHECK-SAME: %[[X:.*]]: tensor<2x9x11x8xf16>, %[[W:.*]]: tensor<3x3x8x6xf16>, %[[B:.*]]: tensor<6xf32>, %[[S:.*]]: tensor<6xf32>, %[[R:.*]]: tensor<2x4x5x6xbf16>, %[[INIT:.*]]: tensor<2x4x5x6xf16>
// CHECK: %[[START:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%{{.*}} : tensor<2x4x5x6xf32>)
// CHECK: %[[SUM:.*]] = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>}
// CHECK-SAME: ins(%[[X]], %[[W]] :
// CHECK-SAME: outs(%[[START]] : tensor<2x4x5x6xf32>)
// CHECK: linalg.generic {indexing_maps = [#[[$IDENTITY]], #[[$CHANNEL]], #[[$CHANNEL]], #[[$IDENTITY]], #[[$IDENTITY]]]
// CHECK-SAME: ins(%[[SUM]], %[[S]], %[[B]], %[[R]] :
// CHECK-SAME: outs(%[[INIT]] : tensor<2x4x5x6xf16>)
// CHECK-NEXT: ^bb0(%[[IN:.*]]: f32, %[[SCALE:.*]]: f32, %[[BIAS:.*]]: f32, %[[RES:.*]]: bf16, %{{.*}}: f16):
// CHECK-NEXT: %[[SCALED:.*]] = arith.mulf %[[IN]], %[[SCALE]] : f32
// CHECK-NEXT: %[[SHIFTED:.*]] = arith.addf %[[SCALED]], %[[BIAS]] : f32
// CHECK-NEXT: %[[WIDE:.*]] = arith.extf %[[RES]] : bf16 to f32
// CHECK-NEXT: %[[ADDED:.*]] = arith.addf %[[SHIFTED]], %[[WIDE]] : f32
// CHECK-NEXT: %[[OUT:.*]] = arith.truncf %[[ADDED]] : f32 to f16
// CHECK-NEXT: linalg.yield %[[OUT]] : f16
func.func @scale_bias_residual_epilogue(
    %x: tensor<2x9x11x8xf16>, %w: tensor<3x3x8x6xf16>, %b: tensor<6xf32>,
    %s: tensor<6xf32>, %r: tensor<2x4x5x6xbf16>, %init: tensor<2x4x5x6xf16>) -> tensor<2x4x5x6xf16> {
  %y = convoy.conv <nhwc, hwcf -> nhwf> ins(%x, %w : tensor<2x9x11x8xf16>, tensor<3x3x8x6xf16>)
      bias(%b : tensor<6xf32>) scale(%s : tensor<6xf32>) residual(%r : tensor<2x4x5x6xbf16>)
      outs(%init : tensor<2x4x5x6xf16>)
      strides = [2, 2] dilations = [1, 1] pad = [0, 0] to [0, 0]
      epilogue {
      ^bb0(%acc: f32, %res: bf16):
        %wide = arith.extf %res : bf16 to f32
        %sum = arith.addf %acc, %wide : f32
        %half = arith.truncf %sum : f32 to f16
        convoy.yield %half : f16
      } -> tensor<2x4x5x6xf16>
  return %y : tensor<2x4x5x6xf16>
}

// -----

// Without an epilogue the sum is converted; with an identity it is not touched.

// CHECK-LABEL: func @conversion
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
// CHECK: arith.truncf %{{.*}} : f32 to bf16
// CHECK-LABEL: func @identity
// CHECK: %[[SUM:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[SUM]]
func.func @conversion(%x: tensor<1x3x5x5xbf16>, %w: tensor<2x3x1x1xbf16>, %init: tensor<1x2x5x5xbf16>) -> tensor<1x2x5x5xbf16> {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<1x3x5x5xbf16>, tensor<2x3x1x1xbf16>)
      outs(%init : tensor<1x2x5x5xbf16>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      -> tensor<1x2x5x5xbf16>
  return %y : tensor<1x2x5x5xbf16>
}
func.func @identity(%x: tensor<1x3x5x5xf64>, %w: tensor<2x3x1x1xf64>, %init: tensor<1x2x5x5xf64>) -> tensor<1x2x5x5xf64> {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<1x3x5x5xf64>, tensor<2x3x1x1xf64>)
      outs(%init : tensor<1x2x5x5xf64>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      epilogue {
      ^bb0(%acc: f64):
        convoy.yield %acc : f64
      } -> tensor<1x2x5x5xf64>
  return %y : tensor<1x2x5x5xf64>
}

// -----

// Negative low padding crops; negative high padding leaves pixels unread.

// CHECK-LABEL: func @crop
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x3x9x5xf32>
// CHECK: %[[PAD:.*]] = tensor.pad %[[X]] low[0, 0, 0, 1] high[0, 0, 0, 0]
// CHECK: : tensor<?x3x9x5xf32> to tensor<?x3x9x6xf32>
// CHECK: %[[SLICE:.*]] = tensor.extract_slice %[[PAD]][0, 0, 2, 0] [%{{.*}}, 3, 7, 6] [1, 1, 1, 1]
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} ins(%[[SLICE]], %{{.*}} : tensor<?x3x7x6xf32>, tensor<2x3x1x1xf32>)
func.func @crop(%x: tensor<?x3x9x5xf32>, %w: tensor<2x3x1x1xf32>, %init: tensor<?x2x6x6xf32>) -> tensor<?x2x6x6xf32> {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<?x3x9x5xf32>, tensor<2x3x1x1xf32>)
      outs(%init : tensor<?x2x6x6xf32>) strides = [1, 1] dilations = [1, 1] pad = [-2, 1] to [-1, 0]
      -> tensor<?x2x6x6xf32>
  return %y : tensor<?x2x6x6xf32>
}

// -----

// Merged groups get a dimension of their own, and so does the bias.

// CHECK-LABEL: func @groups
// CHECK-SAME: %[[X:.*]]: tensor<?x4x9x9xf32>, %[[W:.*]]: tensor<6x2x3x3xf32>, %[[B:.*]]: tensor<6xf32>, %[[INIT:.*]]: tensor<?x6x7x7xf32>
// CHECK-DAG: %[[XG:.*]] = tensor.expand_shape %[[X]] {{\[\[}}0], [1, 2], [3], [4]] output_shape [%{{.*}}, 2, 2, 9, 9]
// CHECK-DAG: %[[WG:.*]] = tensor.expand_shape %[[W]] {{\[\[}}0, 1], [2], [3], [4]] output_shape [2, 3, 2, 3, 3]
// CHECK-DAG: %[[BG:.*]] = tensor.expand_shape %[[B]] {{\[\[}}0, 1]] output_shape [2, 3]
// CHECK: linalg.generic {{.*}} ins(%[[BG]] : tensor<2x3xf32>) outs(%{{.*}} : tensor<?x2x3x7x7xf32>)
// CHECK: %[[SUM:.*]] = linalg.conv_2d_ngchw_gfchw
// CHECK-SAME: ins(%[[XG]], %[[WG]] :
// CHECK: tensor.collapse_shape %[[SUM]] {{\[\[}}0], [1, 2], [3], [4]] : tensor<?x2x3x7x7xf32> into tensor<?x6x7x7xf32>
func.func @groups(%x: tensor<?x4x9x9xf32>, %w: tensor<6x2x3x3xf32>, %b: tensor<6xf32>, %init: tensor<?x6x7x7xf32>) -> tensor<?x6x7x7xf32> {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<?x4x9x9xf32>, tensor<6x2x3x3xf32>)
      bias(%b : tensor<6xf32>) outs(%init : tensor<?x6x7x7xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] groups = 2 -> tensor<?x6x7x7xf32>
  return %y : tensor<?x6x7x7xf32>
}

// -----

// A group of one channel and one filter is a depthwise convolution.

// CHECK-LABEL: func @depthwise
// CHECK-SAME: %[[X:.*]]: tensor<2x4x9x9xf32>, %[[W:.*]]: tensor<4x1x3x3xf32>
// CHECK: %[[WD:.*]] = tensor.collapse_shape %[[W]] {{\[\[}}0, 1], [2], [3]] : tensor<4x1x3x3xf32> into tensor<4x3x3xf32>
// CHECK: linalg.depthwise_conv_2d_nchw_chw
// CHECK-SAME: ins(%[[X]], %[[WD]] : tensor<2x4x9x9xf32>, tensor<4x3x3xf32>)
func.func @depthwise(%x: tensor<2x4x9x9xf32>, %w: tensor<4x1x3x3xf32>, %init: tensor<2x4x7x7xf32>) -> tensor<2x4x7x7xf32> {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x4x9x9xf32>, tensor<4x1x3x3xf32>)
      outs(%init : tensor<2x4x7x7xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      groups = 4 -> tensor<2x4x7x7xf32>
  return %y : tensor<2x4x7x7xf32>
}

// -----

// CHECK-LABEL: func @depthwise_multiplier
// CHECK-SAME: %[[X:.*]]: tensor<2x9x9x4xf32>, %[[W:.*]]: tensor<3x3x4x2xf32>
// CHECK: linalg.depthwise_conv_2d_nhwc_hwcm
// CHECK-SAME: ins(%[[X]], %[[W]] : tensor<2x9x9x4xf32>, tensor<3x3x4x2xf32>) outs(%{{.*}} : tensor<2x7x7x4x2xf32>)
// CHECK: tensor.collapse_shape %{{.*}} {{\[\[}}0], [1], [2], [3, 4]] : tensor<2x7x7x4x2xf32> into tensor<2x7x7x8xf32>
func.func @depthwise_multiplier(%x: tensor<2x9x9x4xf32>, %w: tensor<3x3x4x2xf32>, %init: tensor<2x7x7x8xf32>) -> tensor<2x7x7x8xf32> {
  %y = convoy.conv <nhwg, hwgf -> nhwf> ins(%x, %w : tensor<2x9x9x4xf32>, tensor<3x3x4x2xf32>)
      outs(%init : tensor<2x7x7x8xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      groups = 4 -> tensor<2x7x7x8xf32>
  return %y : tensor<2x7x7x8xf32>
}

// -----

// A layout without a named op is a generic; its loops are the output's, then
// the filter's.

// CHECK-DAG: #[[$INPUT:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d2 + d6 * 3, d3, d4, d1 * 2 + d5)>
// CHECK-DAG: #[[$FILTER:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d4, d5, d6, d0)>

// CHECK-LABEL: func @unusual_layout
// CHECK: linalg.generic {indexing_maps = [#[[$INPUT]], #[[$FILTER]], #{{.*}}], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]
func.func @unusual_layout(%x: tensor<9x2x3x9xf32>, %w: tensor<3x2x3x4xf32>, %init: tensor<4x5x3x2xf32>) -> tensor<4x5x3x2xf32> {
  %y = convoy.conv <hncw, cwhf -> fwhn> ins(%x, %w : tensor<9x2x3x9xf32>, tensor<3x2x3x4xf32>)
      outs(%init : tensor<4x5x3x2xf32>) strides = [1, 2] dilations = [3, 1] pad = [0, 0] to [0, 2]
      -> tensor<4x5x3x2xf32>
  return %y : tensor<4x5x3x2xf32>
}

// -----

// Dimensions of size one that only the input has, and an output without
// channels.

// CHECK-LABEL: func @missing_dimensions
// CHECK-SAME: %[[X:.*]]: tensor<9x1x9xf32>
// CHECK: %[[XC:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1], [2]] : tensor<9x1x9xf32> into tensor<9x9xf32>
// CHECK: linalg.generic {{.*}} ins(%{{.*}} : tensor<1xf32>) outs(%{{.*}} : tensor<7x7xf32>)
// CHECK: linalg.conv_2d ins(%[[XC]], %{{.*}} : tensor<9x9xf32>, tensor<3x3xf32>)
func.func @missing_dimensions(%x: tensor<9x1x9xf32>, %w: tensor<3x3xf32>, %b: tensor<1xf32>, %init: tensor<7x7xf32>) -> tensor<7x7xf32> {
  %y = convoy.conv <hcw, hw -> hw> ins(%x, %w : tensor<9x1x9xf32>, tensor<3x3xf32>)
      bias(%b : tensor<1xf32>) outs(%init : tensor<7x7xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<7x7xf32>
  return %y : tensor<7x7xf32>
}

// -----

// A prologue becomes one op on vectors, each result rounded once to the
// accumulator type; the values for the epilogue keep theirs.

// CHECK-DAG: #[[$NONE:.*]] = affine_map<(d0) -> ()>
// CHECK-DAG: #[[$VECTOR:.*]] = affine_map<(d0) -> (d0)>
// CHECK-DAG: #[[$CHANNEL:.*]] = affine_map<(d0, d1, d2, d3) -> (d1)>
// CHECK-DAG: #[[$IDENTITY:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// CHECK-LABEL: func @prologue
// CHECK-SAME: %[[R:[a-z0-9]+]]: tensor<2x4x7x9xf32>, %[[G:[a-z0-9]+]]: tensor<4xf32>, %[[E:[a-z0-9]+]]: tensor<f16>, %[[S:[a-z0-9]+]]: f64
// CHECK: %[[VECTORS:.*]]:3 = linalg.generic {indexing_maps = [#[[$VECTOR]], #[[$NONE]], #[[$NONE]], #[[$VECTOR]], #[[$VECTOR]], #[[$VECTOR]]], iterator_types = ["parallel"]}
// CHECK-SAME: ins(%[[G]], %[[E]], %[[S]] : tensor<4xf32>, tensor<f16>, f64)
// CHECK-SAME: outs(%{{.*}} : tensor<4xf32>, tensor<4xf32>, tensor<4xf16>)
// CHECK: %[[SCALE:.*]] = arith.mulf %{{.*}}, %{{.*}} : f64
// CHECK: %[[ROUNDED:.*]] = arith.truncf %[[SCALE]] : f64 to f32
// CHECK: linalg.yield %[[ROUNDED]], %{{.*}}, %{{.*}} : f32, f32, f16
// CHECK: %[[SUM:.*]] = linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic {indexing_maps = [#[[$IDENTITY]], #[[$CHANNEL]], #[[$CHANNEL]], #[[$IDENTITY]], #[[$CHANNEL]], #[[$IDENTITY]]]
// CHECK-SAME: ins(%[[SUM]], %[[VECTORS]]#0, %[[VECTORS]]#1, %[[R]], %[[VECTORS]]#2 :
func.func @prologue(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %r: tensor<2x4x7x9xf32>,
                    %g: tensor<4xf32>, %e: tensor<f16>, %s: f64, %o: tensor<2x4x7x9xf32>) -> tensor<2x4x7x9xf32> {
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      residual(%r : tensor<2x4x7x9xf32>) parameters(%g, %e, %s : tensor<4xf32>, tensor<f16>, f64)
      outs(%o : tensor<2x4x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%gamma: f32, %slope: f16, %factor: f64):
        %wide = arith.extf %gamma : f32 to f64
        %scale = arith.mulf %wide, %factor : f64
        convoy.yield_channel scale(%scale : f64) bias(%gamma : f32) epilogue(%slope : f16)
      } epilogue {
      ^bb0(%acc: f32, %res: f32, %slope: f16):
        %wide = arith.extf %slope : f16 to f32
        %scaled = arith.mulf %acc, %wide : f32
        %sum = arith.addf %scaled, %res : f32
        convoy.yield %sum : f32
      } -> tensor<2x4x7x9xf32>
  return %y : tensor<2x4x7x9xf32>
}

// -----

// A bias that is computed, without a scale: the sum starts from it. As many
// channels as the output has, also where only the program that runs knows.

// CHECK-LABEL: func @computed_bias
// CHECK-SAME: %[[P:[a-z0-9]+]]: tensor<?xf32>, %[[O:[a-z0-9]+]]: tensor<2x3x?x7x9xf32>
// CHECK: %[[FILTERS:.*]] = tensor.dim %[[O]], %{{.*}}
// CHECK: %[[SIZE:.*]] = affine.apply #{{.*}}()[%[[FILTERS]]]
// CHECK: tensor.empty(%[[SIZE]]) : tensor<?xf32>
// CHECK: %[[BIAS:.*]] = linalg.generic {{.*}} ins(%[[P]] : tensor<?xf32>)
// CHECK: %[[SPLIT:.*]] = tensor.expand_shape %[[BIAS]] {{\[}}[0, 1]] {{.*}} into tensor<3x?xf32>
// CHECK: %[[START:.*]] = linalg.generic {{.*}} ins(%[[SPLIT]] : tensor<3x?xf32>)
// CHECK: linalg.conv_2d_ngchw_gfchw
// CHECK-SAME: outs(%[[START]] :
// CHECK-NOT: linalg.generic
func.func @computed_bias(%x: tensor<2x3x8x9x11xf32>, %w: tensor<3x?x8x3x3xf32>, %p: tensor<?xf32>,
                         %o: tensor<2x3x?x7x9xf32>) -> tensor<2x3x?x7x9xf32> {
  %y = convoy.conv <ngchw, gfchw -> ngfhw> ins(%x, %w : tensor<2x3x8x9x11xf32>, tensor<3x?x8x3x3xf32>)
      parameters(%p : tensor<?xf32>)
      outs(%o : tensor<2x3x?x7x9xf32>) strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] groups = 3
      prologue {
      ^bb0(%a: f32):
        %neg = arith.negf %a : f32
        convoy.yield_channel bias(%neg : f32)
      } -> tensor<2x3x?x7x9xf32>
  return %y : tensor<2x3x?x7x9xf32>
}

// -----

// A filter image is of no use here: the filter itself is read.

// CHECK-LABEL: func @filter_image
// CHECK-SAME: %[[X:.*]]: tensor<2x8x9x11xf16>, %[[W:.*]]: tensor<64x8x3x3xf16>, %[[IMAGE:.*]]: tensor<10240xi8>
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-SAME: ins(%[[X]], %[[W]] :
// CHECK-NOT: %[[IMAGE]]
// CHECK: return
func.func @filter_image(%x: tensor<2x8x9x11xf16>, %w: tensor<64x8x3x3xf16>, %image: tensor<10240xi8>) -> tensor<2x64x7x9xf16> {
  %init = tensor.empty() : tensor<2x64x7x9xf16>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf16>, tensor<64x8x3x3xf16>)
      filter_image(%image : tensor<10240xi8>) outs(%init : tensor<2x64x7x9xf16>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x64x7x9xf16>
  return %y : tensor<2x64x7x9xf16>
}
