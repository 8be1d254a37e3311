// RUN: convoy-opt %s --convoy-form-conv --split-input-file | FileCheck %s

// Padding, bias and ReLU, NCHW.

// CHECK-LABEL: func @nchw
// CHECK-SAME: %[[X:.*]]: tensor<2x8x9x11xf32>, %[[W:.*]]: tensor<6x8x3x3xf32>, %[[B:.*]]: tensor<6xf32>
// CHECK-NOT: linalg
// CHECK: %[[INIT:.*]] = tensor.empty() : tensor<2x6x5x12xf32>
// CHECK: %[[Y:.*]] = convoy.conv <nchw, fchw -> nfhw>
// CHECK-SAME: ins(%[[X]], %[[W]] : tensor<2x8x9x11xf32>, tensor<6x8x3x3xf32>)
// CHECK-SAME: bias(%[[B]] : tensor<6xf32>)
// CHECK-SAME: outs(%[[INIT]] : tensor<2x6x5x12xf32>)
// CHECK-SAME: strides = [2, 1] dilations = [1, 2] pad = [1, 2] to [1, 3] epilogue {
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: f32):
// CHECK-NEXT: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[RELU:.*]] = arith.maximumf %[[ACC]], %[[ZERO]] : f32
// CHECK-NEXT: convoy.yield %[[RELU]] : f32
// CHECK: return %[[Y]]
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
func.func @nchw(%x: tensor<2x8x9x11xf32>, %w: tensor<6x8x3x3xf32>, %b: tensor<6xf32>) -> tensor<2x6x5x12xf32> {
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 0, 1, 2] high[0, 0, 1, 3] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<2x8x9x11xf32> to tensor<2x8x11x16xf32>
  %e = tensor.empty() : tensor<2x6x5x12xf32>
  %i = linalg.broadcast ins(%b : tensor<6xf32>) outs(%e : tensor<2x6x5x12xf32>) dimensions = [0, 2, 3]
  %c = linalg.conv_2d_nchw_fchw {strides = dense<[2, 1]> : vector<2xi64>, dilations = dense<[1, 2]> : vector<2xi64>}
      ins(%p, %w : tensor<2x8x11x16xf32>, tensor<6x8x3x3xf32>) outs(%i : tensor<2x6x5x12xf32>) -> tensor<2x6x5x12xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%c : tensor<2x6x5x12xf32>) outs(%e : tensor<2x6x5x12xf32>) {
  ^bb0(%in: f32, %out: f32):
    %r = arith.maximumf %in, %zero : f32
    linalg.yield %r : f32
  } -> tensor<2x6x5x12xf32>
  return %y : tensor<2x6x5x12xf32>
}

// -----

// NHWC, dynamic batch; without bias; the sizes come from the function, not
// from ops that go.

// CHECK-LABEL: func @nhwc_dynamic
// CHECK-SAME: %[[X:.*]]: tensor<?x9x11x4xf32>
// CHECK: %[[N:.*]] = tensor.dim %[[X]]
// CHECK-NOT: linalg
// CHECK: tensor.empty(%[[N]]) : tensor<?x7x9x6xf32>
// CHECK: convoy.conv <nhwc, hwcf -> nhwf>
// CHECK-NOT: bias
func.func @nhwc_dynamic(%x: tensor<?x9x11x4xf32>, %w: tensor<3x3x4x6xf32>) -> tensor<?x7x9x6xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x9x11x4xf32>
  %e = tensor.empty(%n) : tensor<?x7x9x6xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x7x9x6xf32>) -> tensor<?x7x9x6xf32>
  %y = linalg.conv_2d_nhwc_hwcf ins(%x, %w : tensor<?x9x11x4xf32>, tensor<3x3x4x6xf32>) outs(%f : tensor<?x7x9x6xf32>) -> tensor<?x7x9x6xf32>
  return %y : tensor<?x7x9x6xf32>
}

// -----

// A convolution without a name, of loops in any order. The first image dimension
// of the input is its height.

// CHECK-LABEL: func @generic
// CHECK: convoy.conv <hwnc, fhcw -> fnwh>
// CHECK-SAME: strides = [1, 3] dilations = [2, 1]
func.func @generic(%x: tensor<9x11x2x4xf32>, %w: tensor<6x3x4x2xf32>, %o: tensor<6x2x4x5xf32>) -> tensor<6x2x4x5xf32> {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%o : tensor<6x2x4x5xf32>) -> tensor<6x2x4x5xf32>
  %y = linalg.generic {indexing_maps = [
      affine_map<(c, n, i, x, f, j, y) -> (x + 2 * j, 3 * y + i, n, c)>,
      affine_map<(c, n, i, x, f, j, y) -> (f, j, c, i)>,
      affine_map<(c, n, i, x, f, j, y) -> (f, n, y, x)>],
      iterator_types = ["reduction", "parallel", "reduction", "parallel", "parallel", "reduction", "parallel"]}
      ins(%x, %w : tensor<9x11x2x4xf32>, tensor<6x3x4x2xf32>) outs(%f : tensor<6x2x4x5xf32>) {
  ^bb0(%a: f32, %b: f32, %acc: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %p, %acc : f32
    linalg.yield %s : f32
  } -> tensor<6x2x4x5xf32>
  return %y : tensor<6x2x4x5xf32>
}

// -----

// The way of TOSA: NHWC between two permutations, the second one a generic.
// Padding on the far side of the first.

// CHECK-LABEL: func @permutations
// CHECK-SAME: %[[X:.*]]: tensor<2x8x9x11xf32>, %[[W:.*]]: tensor<3x3x8x6xf32>
// CHECK-NOT: linalg
// CHECK: convoy.conv <nchw, hwcf -> nfhw> ins(%[[X]], %[[W]] :
// CHECK-SAME: pad = [1, 2] to [1, 2]
#nhwc = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3, d1)>
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
func.func @permutations(%x: tensor<2x8x9x11xf32>, %w: tensor<3x3x8x6xf32>) -> tensor<2x6x9x13xf32> {
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 0, 1, 2] high[0, 0, 1, 2] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<2x8x9x11xf32> to tensor<2x8x11x15xf32>
  %xe = tensor.empty() : tensor<2x11x15x8xf32>
  %xt = linalg.transpose ins(%p : tensor<2x8x11x15xf32>) outs(%xe : tensor<2x11x15x8xf32>) permutation = [0, 2, 3, 1]
  %we = tensor.empty() : tensor<6x3x3x8xf32>
  %wt = linalg.transpose ins(%w : tensor<3x3x8x6xf32>) outs(%we : tensor<6x3x3x8xf32>) permutation = [3, 0, 1, 2]
  %e = tensor.empty() : tensor<2x9x13x6xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<2x9x13x6xf32>) -> tensor<2x9x13x6xf32>
  %c = linalg.conv_2d_nhwc_fhwc ins(%xt, %wt : tensor<2x11x15x8xf32>, tensor<6x3x3x8xf32>) outs(%f : tensor<2x9x13x6xf32>) -> tensor<2x9x13x6xf32>
  %ye = tensor.empty() : tensor<2x6x9x13xf32>
  %y = linalg.generic {indexing_maps = [#nhwc, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%c : tensor<2x9x13x6xf32>) outs(%ye : tensor<2x6x9x13xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<2x6x9x13xf32>
  return %y : tensor<2x6x9x13xf32>
}

// -----

// Groups as torch writes them: split off, convolved, merged again. The bias is
// found behind the reshape.

// CHECK-LABEL: func @groups
// CHECK-SAME: %[[X:.*]]: tensor<2x4x9x9xf32>, %[[W:.*]]: tensor<6x2x3x3xf32>, %[[B:.*]]: tensor<6xf32>
// CHECK: convoy.conv <nchw, fchw -> nfhw> ins(%[[X]], %[[W]] :
// CHECK-SAME: bias(%[[B]] : tensor<6xf32>)
// CHECK-SAME: groups = 2 -> tensor<2x6x7x7xf32>
func.func @groups(%x: tensor<2x4x9x9xf32>, %w: tensor<6x2x3x3xf32>, %b: tensor<6xf32>) -> tensor<2x6x7x7xf32> {
  %xg = tensor.expand_shape %x [[0], [1, 2], [3], [4]] output_shape [2, 2, 2, 9, 9] : tensor<2x4x9x9xf32> into tensor<2x2x2x9x9xf32>
  %wg = tensor.expand_shape %w [[0, 1], [2], [3], [4]] output_shape [2, 3, 2, 3, 3] : tensor<6x2x3x3xf32> into tensor<2x3x2x3x3xf32>
  %e = tensor.empty() : tensor<2x6x7x7xf32>
  %i = linalg.broadcast ins(%b : tensor<6xf32>) outs(%e : tensor<2x6x7x7xf32>) dimensions = [0, 2, 3]
  %ig = tensor.expand_shape %i [[0], [1, 2], [3], [4]] output_shape [2, 2, 3, 7, 7] : tensor<2x6x7x7xf32> into tensor<2x2x3x7x7xf32>
  %c = linalg.conv_2d_ngchw_gfchw ins(%xg, %wg : tensor<2x2x2x9x9xf32>, tensor<2x3x2x3x3xf32>) outs(%ig : tensor<2x2x3x7x7xf32>) -> tensor<2x2x3x7x7xf32>
  %y = tensor.collapse_shape %c [[0], [1, 2], [3], [4]] : tensor<2x2x3x7x7xf32> into tensor<2x6x7x7xf32>
  return %y : tensor<2x6x7x7xf32>
}

// -----

// With an unknown batch: its size is that of the reshape, so that nothing reads
// the broadcast any more.

// CHECK-LABEL: func @groups_dynamic
// CHECK-SAME: %[[X:.*]]: tensor<?x4x9x9xf32>, %{{.*}}: tensor<6x2x3x3xf32>, %[[B:.*]]: tensor<6xf32>, %[[N:.*]]: index
// CHECK-NOT: linalg.broadcast
// CHECK: %[[E:.*]] = tensor.empty(%[[N]]) : tensor<?x6x7x7xf32>
// CHECK: convoy.conv <nchw, fchw -> nfhw> ins(%[[X]],
// CHECK-SAME: bias(%[[B]] : tensor<6xf32>) outs(%[[E]] :
func.func @groups_dynamic(%x: tensor<?x4x9x9xf32>, %w: tensor<6x2x3x3xf32>, %b: tensor<6xf32>, %n: index) -> tensor<?x6x7x7xf32> {
  %xg = tensor.expand_shape %x [[0], [1, 2], [3], [4]] output_shape [%n, 2, 2, 9, 9] : tensor<?x4x9x9xf32> into tensor<?x2x2x9x9xf32>
  %wg = tensor.expand_shape %w [[0, 1], [2], [3], [4]] output_shape [2, 3, 2, 3, 3] : tensor<6x2x3x3xf32> into tensor<2x3x2x3x3xf32>
  %e = tensor.empty(%n) : tensor<?x6x7x7xf32>
  %i = linalg.broadcast ins(%b : tensor<6xf32>) outs(%e : tensor<?x6x7x7xf32>) dimensions = [0, 2, 3]
  %ig = tensor.expand_shape %i [[0], [1, 2], [3], [4]] output_shape [%n, 2, 3, 7, 7] : tensor<?x6x7x7xf32> into tensor<?x2x3x7x7xf32>
  %c = linalg.conv_2d_ngchw_gfchw ins(%xg, %wg : tensor<?x2x2x9x9xf32>, tensor<2x3x2x3x3xf32>) outs(%ig : tensor<?x2x3x7x7xf32>) -> tensor<?x2x3x7x7xf32>
  %y = tensor.collapse_shape %c [[0], [1, 2], [3], [4]] : tensor<?x2x3x7x7xf32> into tensor<?x6x7x7xf32>
  return %y : tensor<?x6x7x7xf32>
}

// -----

// Depthwise with a multiplier; the bias is one number for each group and each
// filter of the group.

// CHECK-LABEL: func @depthwise
// CHECK-SAME: %{{.*}}: tensor<2x9x9x4xf32>, %{{.*}}: tensor<3x3x4x2xf32>, %[[B:.*]]: tensor<4x2xf32>
// CHECK: %[[V:.*]] = tensor.collapse_shape %[[B]] {{\[\[}}0, 1]] : tensor<4x2xf32> into tensor<8xf32>
// CHECK: convoy.conv <nhwg, hwgf -> nhwf>
// CHECK-SAME: bias(%[[V]] : tensor<8xf32>)
// CHECK-SAME: groups = 4 -> tensor<2x7x7x8xf32>
func.func @depthwise(%x: tensor<2x9x9x4xf32>, %w: tensor<3x3x4x2xf32>, %b: tensor<4x2xf32>) -> tensor<2x7x7x8xf32> {
  %e = tensor.empty() : tensor<2x7x7x4x2xf32>
  %i = linalg.broadcast ins(%b : tensor<4x2xf32>) outs(%e : tensor<2x7x7x4x2xf32>) dimensions = [0, 1, 2]
  %c = linalg.depthwise_conv_2d_nhwc_hwcm {strides = dense<1> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%x, %w : tensor<2x9x9x4xf32>, tensor<3x3x4x2xf32>) outs(%i : tensor<2x7x7x4x2xf32>) -> tensor<2x7x7x4x2xf32>
  %y = tensor.collapse_shape %c [[0], [1], [2], [3, 4]] : tensor<2x7x7x4x2xf32> into tensor<2x7x7x8xf32>
  return %y : tensor<2x7x7x8xf32>
}

// -----

// One and three image dimensions.

// CHECK-LABEL: func @conv1d
// CHECK: convoy.conv <ncw, fcw -> nfw>
// CHECK-SAME: strides = [1] dilations = [1] pad = [0] to [0]
// CHECK-LABEL: func @conv3d
// CHECK: convoy.conv <ndhwc, dhwcf -> ndhwf>
func.func @conv1d(%x: tensor<2x8x9xf32>, %w: tensor<6x8x3xf32>, %o: tensor<2x6x7xf32>) -> tensor<2x6x7xf32> {
  %y = linalg.conv_1d_ncw_fcw ins(%x, %w : tensor<2x8x9xf32>, tensor<6x8x3xf32>) outs(%o : tensor<2x6x7xf32>) -> tensor<2x6x7xf32>
  return %y : tensor<2x6x7xf32>
}
func.func @conv3d(%x: tensor<1x4x5x6x3xf32>, %w: tensor<2x2x2x3x8xf32>, %o: tensor<1x3x4x5x8xf32>) -> tensor<1x3x4x5x8xf32> {
  %y = linalg.conv_3d_ndhwc_dhwcf ins(%x, %w : tensor<1x4x5x6x3xf32>, tensor<2x2x2x3x8xf32>) outs(%o : tensor<1x3x4x5x8xf32>) -> tensor<1x3x4x5x8xf32>
  return %y : tensor<1x3x4x5x8xf32>
}

// -----

// An init that is no vector is a residual: the sum starts from it.

// CHECK-LABEL: func @accumulate
// CHECK-SAME: %{{.*}}, %{{.*}}, %[[O:.*]]: tensor<2x6x7x7xf32>
// CHECK: convoy.conv
// CHECK-SAME: residual(%[[O]] : tensor<2x6x7x7xf32>)
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: f32, %[[RES:.*]]: f32):
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[ACC]], %[[RES]]
// CHECK-NEXT: convoy.yield %[[SUM]]
func.func @accumulate(%x: tensor<2x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %o: tensor<2x6x7x7xf32>) -> tensor<2x6x7x7xf32> {
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%o : tensor<2x6x7x7xf32>) -> tensor<2x6x7x7xf32>
  return %y : tensor<2x6x7x7xf32>
}

// -----

// Constant and run-time numbers that fill the init are a bias.

// CHECK-LABEL: func @filled
// CHECK-SAME: %[[S:[a-z0-9]*]]: f32)
// CHECK: %[[E:.*]] = tensor.empty() : tensor<6xf32>
// CHECK: %[[B:.*]] = linalg.fill ins(%[[S]] : f32) outs(%[[E]] : tensor<6xf32>)
// CHECK: convoy.conv
// CHECK-SAME: bias(%[[B]] : tensor<6xf32>)
// CHECK: %[[C:.*]] = arith.constant dense<5.000000e-01> : tensor<6xf32>
// CHECK: convoy.conv
// CHECK-SAME: bias(%[[C]] : tensor<6xf32>)
func.func @filled(%x: tensor<2x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %s: f32) -> (tensor<2x6x7x7xf32>, tensor<2x6x7x7xf32>) {
  %e = tensor.empty() : tensor<2x6x7x7xf32>
  %f = linalg.fill ins(%s : f32) outs(%e : tensor<2x6x7x7xf32>) -> tensor<2x6x7x7xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%f : tensor<2x6x7x7xf32>) -> tensor<2x6x7x7xf32>
  %c = arith.constant dense<0.5> : tensor<2x6x7x7xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%c : tensor<2x6x7x7xf32>) -> tensor<2x6x7x7xf32>
  return %y, %z : tensor<2x6x7x7xf32>, tensor<2x6x7x7xf32>
}

// -----

// The fold with run-time parameters leaves a scaled filter, here of f16 by an
// f32 scale; it is taken back as the scale of the sum.

// CHECK-LABEL: func @scaled_filter
// CHECK-SAME: %{{.*}}: tensor<2x4x9x9xf16>, %[[W:.*]]: tensor<6x4x3x3xf16>, %[[S:.*]]: tensor<6xf32>
// CHECK-NOT: linalg.generic
// CHECK: convoy.conv
// CHECK-SAME: %[[W]] :
// CHECK-SAME: scale(%[[S]] : tensor<6xf32>)
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d0)>
func.func @scaled_filter(%x: tensor<2x4x9x9xf16>, %w: tensor<6x4x3x3xf16>, %s: tensor<6xf32>) -> tensor<2x6x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<6x4x3x3xf16>
  %ws = linalg.generic {indexing_maps = [#channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%s, %w : tensor<6xf32>, tensor<6x4x3x3xf16>) outs(%e : tensor<6x4x3x3xf16>) {
  ^bb0(%a: f32, %b: f16, %out: f16):
    %wide = arith.extf %b : f16 to f32
    %p = arith.mulf %wide, %a : f32
    %half = arith.truncf %p : f32 to f16
    linalg.yield %half : f16
  } -> tensor<6x4x3x3xf16>
  %ye = tensor.empty() : tensor<2x6x7x7xf32>
  %f = linalg.fill ins(%zero : f32) outs(%ye : tensor<2x6x7x7xf32>) -> tensor<2x6x7x7xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %ws : tensor<2x4x9x9xf16>, tensor<6x4x3x3xf16>) outs(%f : tensor<2x6x7x7xf32>) -> tensor<2x6x7x7xf32>
  return %y : tensor<2x6x7x7xf32>
}

// -----

// The fold of a 16-bit filter keeps its scale in one generic on the f32 sum,
// trunc(acc * s[c] + b[c]).

// CHECK-LABEL: func @kept_scale
// CHECK-SAME: %[[S:[a-z0-9]*]]: tensor<6xf32>, %[[B:[a-z0-9]*]]: tensor<6x1x1xf32>
// CHECK: %[[V:.*]] = tensor.collapse_shape %[[B]] {{\[\[}}0, 1, 2]] : tensor<6x1x1xf32> into tensor<6xf32>
// CHECK: convoy.conv
// CHECK-SAME: bias(%[[V]] : tensor<6xf32>) scale(%[[S]] : tensor<6xf32>)
// CHECK-NOT: epilogue
// CHECK-SAME: -> tensor<2x6x7x7xf16>
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#channel3 = affine_map<(d0, d1, d2, d3) -> (d1, 0, 0)>
func.func @kept_scale(%x: tensor<2x4x9x9xf16>, %w: tensor<6x4x3x3xf16>, %s: tensor<6xf32>, %b: tensor<6x1x1xf32>) -> tensor<2x6x7x7xf16> {
  %zero = arith.constant 0.0 : f32
  %ye = tensor.empty() : tensor<2x6x7x7xf32>
  %f = linalg.fill ins(%zero : f32) outs(%ye : tensor<2x6x7x7xf32>) -> tensor<2x6x7x7xf32>
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x4x9x9xf16>, tensor<6x4x3x3xf16>) outs(%f : tensor<2x6x7x7xf32>) -> tensor<2x6x7x7xf32>
  %e = tensor.empty() : tensor<2x6x7x7xf16>
  %y = linalg.generic {indexing_maps = [#id, #channel, #channel3, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%c, %s, %b : tensor<2x6x7x7xf32>, tensor<6xf32>, tensor<6x1x1xf32>) outs(%e : tensor<2x6x7x7xf16>) {
  ^bb0(%in: f32, %scale: f32, %bias: f32, %out: f16):
    %p = arith.mulf %in, %scale : f32
    %q = arith.addf %bias, %p : f32
    %half = arith.truncf %q : f32 to f16
    linalg.yield %half : f16
  } -> tensor<2x6x7x7xf16>
  return %y : tensor<2x6x7x7xf16>
}

// -----

// A residual added, clamped by numbers that stand in 0-d and unit tensors.

// CHECK-LABEL: func @residual_clamp
// CHECK-SAME: %[[R:[a-z0-9]*]]: tensor<1x6x7x7xf32>
// CHECK: convoy.conv
// CHECK-SAME: residual(%[[R]] : tensor<1x6x7x7xf32>)
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: f32, %[[RES:.*]]: f32):
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[RES]], %[[ACC]]
// CHECK-NEXT: %[[LOW:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[MAX:.*]] = arith.maximumf %[[SUM]], %[[LOW]]
// CHECK-NEXT: %[[HIGH:.*]] = arith.constant 6.000000e+00 : f32
// CHECK-NEXT: %[[MIN:.*]] = arith.minimumf %[[MAX]], %[[HIGH]]
// CHECK-NEXT: convoy.yield %[[MIN]]
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#unit_batch = affine_map<(d0, d1, d2, d3) -> (0, d1, d2, d3)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>
#unit = affine_map<(d0, d1, d2, d3) -> (0, 0, 0, 0)>
func.func @residual_clamp(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %r: tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %low = arith.constant dense<0.0> : tensor<f32>
  %high = arith.constant dense<6.0> : tensor<1x1x1x1xf32>
  %e = tensor.empty() : tensor<1x6x7x7xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%f : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %a = linalg.generic {indexing_maps = [#id, #unit_batch, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%r, %c : tensor<1x6x7x7xf32>, tensor<1x6x7x7xf32>) outs(%e : tensor<1x6x7x7xf32>) {
  ^bb0(%in: f32, %in2: f32, %out: f32):
    %s = arith.addf %in, %in2 : f32
    linalg.yield %s : f32
  } -> tensor<1x6x7x7xf32>
  %m = linalg.generic {indexing_maps = [#id, #scalar, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%a, %low : tensor<1x6x7x7xf32>, tensor<f32>) outs(%e : tensor<1x6x7x7xf32>) {
  ^bb0(%in: f32, %in2: f32, %out: f32):
    %s = arith.maximumf %in, %in2 : f32
    linalg.yield %s : f32
  } -> tensor<1x6x7x7xf32>
  %y = linalg.generic {indexing_maps = [#id, #unit, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%m, %high : tensor<1x6x7x7xf32>, tensor<1x1x1x1xf32>) outs(%e : tensor<1x6x7x7xf32>) {
  ^bb0(%in: f32, %in2: f32, %out: f32):
    %s = arith.minimumf %in, %in2 : f32
    linalg.yield %s : f32
  } -> tensor<1x6x7x7xf32>
  return %y : tensor<1x6x7x7xf32>
}

// -----

// x * sigmoid(x), by named ops and by arith on tensors: the sum is used twice.

// CHECK-LABEL: func @silu
// CHECK: convoy.conv
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: f32):
// CHECK-NEXT: %[[NEG:.*]] = arith.negf %[[ACC]]
// CHECK-NEXT: %[[EXP:.*]] = math.exp %[[NEG]]
// CHECK-NEXT: %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
// CHECK-NEXT: %[[DEN:.*]] = arith.addf %[[EXP]], %[[ONE]]
// CHECK-NEXT: %[[Y:.*]] = arith.divf %[[ACC]], %[[DEN]]
// CHECK-NEXT: convoy.yield %[[Y]]
func.func @silu(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>) -> tensor<1x6x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant dense<1.0> : tensor<1x6x7x7xf32>
  %e = tensor.empty() : tensor<1x6x7x7xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%f : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %n = linalg.negf ins(%c : tensor<1x6x7x7xf32>) outs(%e : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %x1 = math.exp %n : tensor<1x6x7x7xf32>
  %d = arith.addf %x1, %one : tensor<1x6x7x7xf32>
  %y = linalg.div ins(%c, %d : tensor<1x6x7x7xf32>, tensor<1x6x7x7xf32>) outs(%e : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  return %y : tensor<1x6x7x7xf32>
}

// -----

// The last rows and columns of the input are not read.

// CHECK-LABEL: func @unread_pixels
// CHECK: convoy.conv
// CHECK-SAME: strides = [2, 2] dilations = [1, 1] pad = [0, 0] to [-3, 0]
func.func @unread_pixels(%x: tensor<1x4x10x9xf32>, %w: tensor<6x4x3x3xf32>, %o: tensor<1x6x3x4xf32>) -> tensor<1x6x3x4xf32> {
  %y = linalg.conv_2d_nchw_fchw {strides = dense<2> : vector<2xi64>, dilations = dense<1> : vector<2xi64>}
      ins(%x, %w : tensor<1x4x10x9xf32>, tensor<6x4x3x3xf32>) outs(%o : tensor<1x6x3x4xf32>) -> tensor<1x6x3x4xf32>
  return %y : tensor<1x6x3x4xf32>
}

// -----

// The epilogue ends before a value that is used elsewhere, and takes what it
// can up to there.

// CHECK-LABEL: func @used_elsewhere
// CHECK: %[[N:.*]] = convoy.conv
// CHECK: arith.negf
// CHECK: convoy.yield
// CHECK: %[[Y:.*]] = math.exp %[[N]] : tensor<1x6x7x7xf32>
// CHECK: return %[[N]], %[[Y]]
func.func @used_elsewhere(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %o: tensor<1x6x7x7xf32>) -> (tensor<1x6x7x7xf32>, tensor<1x6x7x7xf32>) {
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%o : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %n = arith.negf %c : tensor<1x6x7x7xf32>
  %y = math.exp %n : tensor<1x6x7x7xf32>
  return %n, %y : tensor<1x6x7x7xf32>, tensor<1x6x7x7xf32>
}

// -----

// Two convolutions, one the residual of the other.

// CHECK-LABEL: func @residual_is_conv
// CHECK: %[[A:.*]] = convoy.conv
// CHECK-NOT: residual
// CHECK: %[[B:.*]] = convoy.conv
// CHECK-SAME: residual(%[[A]] :
// CHECK: return %[[B]]
func.func @residual_is_conv(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %v: tensor<6x4x3x3xf32>) -> tensor<1x6x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x6x7x7xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %a = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%f : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %b = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%f : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %y = linalg.add ins(%a, %b : tensor<1x6x7x7xf32>, tensor<1x6x7x7xf32>) outs(%e : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  return %y : tensor<1x6x7x7xf32>
}

// -----

// A result that is moved back to where its residual came from.

// CHECK-LABEL: func @moved_residual
// CHECK-SAME: %[[X:.*]]: tensor<1x4x9x9xf32>, %[[W:.*]]: tensor<6x3x3x4xf32>, %[[R:.*]]: tensor<1x6x7x7xf32>
// CHECK-NOT: linalg
// CHECK: convoy.conv <nchw, fhwc -> nfhw> ins(%[[X]], %[[W]] :
// CHECK-SAME: residual(%[[R]] : tensor<1x6x7x7xf32>)
// CHECK-NOT: linalg
func.func @moved_residual(%x: tensor<1x4x9x9xf32>, %w: tensor<6x3x3x4xf32>, %r: tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %ex = tensor.empty() : tensor<1x9x9x4xf32>
  %xt = linalg.transpose ins(%x : tensor<1x4x9x9xf32>) outs(%ex : tensor<1x9x9x4xf32>) permutation = [0, 2, 3, 1]
  %e = tensor.empty() : tensor<1x7x7x6xf32>
  %rt = linalg.transpose ins(%r : tensor<1x6x7x7xf32>) outs(%e : tensor<1x7x7x6xf32>) permutation = [0, 2, 3, 1]
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<1x7x7x6xf32>) -> tensor<1x7x7x6xf32>
  %c = linalg.conv_2d_nhwc_fhwc ins(%xt, %w : tensor<1x9x9x4xf32>, tensor<6x3x3x4xf32>) outs(%i : tensor<1x7x7x6xf32>) -> tensor<1x7x7x6xf32>
  %s = linalg.add ins(%c, %rt : tensor<1x7x7x6xf32>, tensor<1x7x7x6xf32>) outs(%e : tensor<1x7x7x6xf32>) -> tensor<1x7x7x6xf32>
  %ey = tensor.empty() : tensor<1x6x7x7xf32>
  %y = linalg.transpose ins(%s : tensor<1x7x7x6xf32>) outs(%ey : tensor<1x6x7x7xf32>) permutation = [0, 3, 1, 2]
  return %y : tensor<1x6x7x7xf32>
}
