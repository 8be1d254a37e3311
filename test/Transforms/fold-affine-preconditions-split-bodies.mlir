// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse --split-input-file | FileCheck %s

// What decides where a body is split. Without the precondition that is named above a function,
// something else is taken out of its body, or nothing, and does not fold.

// isBroadcast: a reduction reads no whole tensor, but is none.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>
#windows = affine_map<(n, f, h, w, r, q) -> (n, f, h + r, w + q)>
#window = affine_map<(n, f, h, w, r, q) -> (r, q)>
#result = affine_map<(n, f, h, w, r, q) -> (n, f, h, w)>

// CHECK-LABEL: func.func @windows(
// CHECK: linalg.generic {{.*}} ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @windows(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %image: tensor<1x4x5x5xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %window = tensor.empty() : tensor<2x2xf32>
  %z = linalg.generic {indexing_maps = [#windows, #window, #result],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%image, %window : tensor<1x4x5x5xf32>, tensor<2x2xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.maximumf %a, %out : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// isBroadcast: what reads a whole tensor is none.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @whole(
// CHECK: linalg.generic {{.*}} ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @whole(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %image: tensor<1x4x4x4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %z = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%image : tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// yieldsAffine: an activation of a convolution is not affine in it.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @activation(
// CHECK: linalg.generic {{.*}} ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @activation(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %v: tensor<4x3x3x3xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %z = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y2 : tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// yieldsAffine: nor is its product with the convolution.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @gate(
// CHECK: linalg.generic {{.*}} ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @gate(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %v: tensor<4x3x3x3xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %z = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y2 : tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %m = arith.maximumf %a, %zero : f32
    %n = arith.mulf %m, %a : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// yieldsAffine: nor what is computed from it further.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @scaled_activation(
// CHECK: linalg.generic {{.*}} ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @scaled_activation(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %v: tensor<4x3x3x3xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %z = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y2, %s : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.maximumf %a, %zero : f32
    %n = arith.mulf %m, %b : f32
    %o = arith.addf %n, %a : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// isFollowed: a sum over a dimension is something else.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @reduced(
// CHECK: linalg.generic {{.*}} ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @reduced(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %x3: tensor<1x3x6x6x6xf32>, %w3: tensor<4x3x3x3x3xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %zeros3 = arith.constant dense<0.0> : tensor<1x4x4x4x4xf32>
  %y3 = linalg.conv_3d_ncdhw_fcdhw ins(%x3, %w3 : tensor<1x3x6x6x6xf32>, tensor<4x3x3x3x3xf32>)
      outs(%zeros3 : tensor<1x4x4x4x4xf32>) -> tensor<1x4x4x4x4xf32>
  %z = linalg.reduce { arith.addf } ins(%y3 : tensor<1x4x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>)
      dimensions = [4]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// isFollowed: of several results, the first tells nothing of the others.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @two_results(
// CHECK: linalg.generic {{.*}} ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @two_results(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %v: tensor<4x3x3x3xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %u, %z = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y2 : tensor<1x4x4x4xf32>) outs(%zeros, %zeros : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %out: f32, %other: f32):
    %m = arith.negf %a : f32
    %n = math.tanh %a : f32
    linalg.yield %m, %n : f32, f32
  } -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>)
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// isFollowed: padding adds elements that are not affine in the convolution.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @padded(
// CHECK: linalg.generic {{.*}} ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @padded(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %x2: tensor<1x3x5x6xf32>, %v: tensor<4x3x3x3xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %zeros2 = arith.constant dense<0.0> : tensor<1x4x3x4xf32>
  %one = arith.constant 1.0 : f32
  %y2 = linalg.conv_2d_nchw_fchw ins(%x2, %v : tensor<1x3x5x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros2 : tensor<1x4x3x4xf32>) -> tensor<1x4x3x4xf32>
  %z = tensor.pad %y2 low[0, 0, 1, 0] high[0, 0, 0, 0] {
  ^bb0(%n: index, %f: index, %h: index, %q: index):
    tensor.yield %one : f32
  } : tensor<1x4x3x4xf32> to tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %c : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// isFollowed: reshapes.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @reshaped(
// CHECK: linalg.conv_2d
// CHECK: linalg.generic {{.*}} outs(%{{[^ ]+}} : tensor<1x4x4x4xf32>)
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @reshaped(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %x1: tensor<3x6x6xf32>, %v: tensor<4x3x3x3xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %x2 = tensor.expand_shape %x1 [[0, 1], [2], [3]] output_shape [1, 3, 6, 6]
      : tensor<3x6x6xf32> into tensor<1x3x6x6xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x2, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %flat = tensor.collapse_shape %y2 [[0], [1], [2, 3]] : tensor<1x4x4x4xf32> into tensor<1x4x16xf32>
  %g = tensor.expand_shape %flat [[0], [1], [2, 3]] output_shape [1, 4, 4, 4]
      : tensor<1x4x16xf32> into tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %g : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.addf %a, %c : f32
    %n = arith.mulf %m, %b : f32
    %o = arith.maximumf %n, %zero : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// isFollowed: arithmetic on tensors.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @arithmetic(
// CHECK: linalg.conv_2d
// CHECK: linalg.generic {{.*}} outs(%{{[^ ]+}} : tensor<1x4x4x4xf32>)
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @arithmetic(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %v: tensor<4x3x3x3xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %k = arith.constant dense<2.0> : tensor<1x4x4x4xf32>
  %g = arith.subf %y2, %k : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %g : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.addf %a, %c : f32
    %n = arith.mulf %m, %b : f32
    %o = arith.maximumf %n, %zero : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// yieldsAffine: what is computed from parameters alone may be anything.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @root(
// CHECK: linalg.conv_2d
// CHECK: linalg.generic {{.*}} outs(%{{[^ ]+}} : tensor<1x4x4x4xf32>)
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @root(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %v: tensor<4x3x3x3xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %g = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y2, %s : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %p = math.rsqrt %b : f32
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %g : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.addf %a, %c : f32
    %n = arith.mulf %m, %b : f32
    %o = arith.maximumf %n, %zero : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// yieldsAffine: parameters that were broadcast.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @root_of_broadcast(
// CHECK: linalg.conv_2d
// CHECK: linalg.generic {{.*}} outs(%{{[^ ]+}} : tensor<1x4x4x4xf32>)
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @root_of_broadcast(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %v: tensor<4x3x3x3xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %t = linalg.broadcast ins(%s : tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) dimensions = [0, 2, 3]
  %g = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y2, %t : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %p = math.rsqrt %b : f32
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %g : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.addf %a, %c : f32
    %n = arith.mulf %m, %b : f32
    %o = arith.maximumf %n, %zero : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// isBroadcast: ops that broadcast.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @broadcast(
// CHECK: linalg.generic {{.*}} outs(%{{[^ ]+}} : tensor<1x4x4x4xf32>)
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @broadcast(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %t = linalg.broadcast ins(%s : tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) dimensions = [0, 2, 3]
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %t : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %o = arith.maximumf %m, %zero : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// isBroadcast: constants.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @constant(
// CHECK: linalg.generic {{.*}} outs(%{{[^ ]+}} : tensor<1x4x4x4xf32>)
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @constant(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %t = arith.constant dense<2.0> : tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %t : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %o = arith.maximumf %m, %zero : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// classify: a square is not affine; what is in front of the sum with it folds.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @square(
// CHECK: linalg.generic {{.*}} ins(%{{[^:]*}} : tensor<1x4x4x4xf32>{{.*}} outs(
// CHECK-NEXT: ^bb0
// CHECK-NEXT: %[[SQUARE:.*]] = arith.mulf
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
func.func @square(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %v: tensor<4x3x3x3xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %y2 : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %q = arith.mulf %c, %c : f32
    %n = arith.addf %m, %q : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// classify: nor is a reciprocal.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @reciprocal(
// CHECK: linalg.generic {{.*}} outs(%{{[^ ]+}} : tensor<1x4x4x4xf32>)
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @reciprocal(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %v: tensor<4x3x3x3xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %y2 : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %q = arith.divf %b, %c : f32
    %n = arith.addf %m, %q : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// takesAll: a change of signs belongs to what follows.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @signs(
// CHECK: linalg.generic {{.*}} ins(%{{[^:]*}} : tensor<1x4x4x4xf32>{{.*}} outs(
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.negf
// CHECK-NEXT: math.exp
// CHECK-NEXT: linalg.yield
func.func @signs(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.negf %m : f32
    %o = math.exp %n : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// takesAll: parameters may be read by both.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @parameter_of_both(
// CHECK: linalg.generic {{.*}} outs(%{{[^ ]+}} : tensor<1x4x4x4xf32>)
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @parameter_of_both(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.maximumf %m, %zero : f32
    %o = arith.addf %n, %b : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// find: assertions stay, and so does all of the body.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @assertion(
// CHECK: linalg.generic
// CHECK: arith.divf
// CHECK: cf.assert
// CHECK: arith.maximumf
func.func @assertion(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %p = arith.cmpf one, %b, %zero : f32
    %m = arith.divf %a, %b : f32
    cf.assert %p, "division by zero"
    %n = arith.maximumf %m, %zero : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// find: a region may read anything of the body.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @region(
// CHECK: linalg.generic
// CHECK: arith.select
// CHECK: arith.maximumf
func.func @region(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %v: tensor<4x3x3x3xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %y2 : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %p = arith.cmpf one, %b, %zero : f32
    %k = scf.if %p -> f32 {
      scf.yield %c : f32
    } else {
      scf.yield %zero : f32
    }
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %k : f32
    %o = arith.maximumf %n, %zero : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// classifyArguments: what is read elsewhere stays in front of the split.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @read_elsewhere(
// CHECK: linalg.generic {{.*}} ins(%{{[^:]*}} : tensor<1x4x4x4xf32>{{.*}} outs(
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @read_elsewhere(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %v: tensor<4x3x3x3xf32>)
    -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %y2 : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %c : f32
    %o = arith.maximumf %n, %zero : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r, %y2 : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>
}

// -----

// classifyArguments: what a reduction has summed up is something else.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>
#sum = affine_map<(n, f, h, w) -> (n, f)>

// CHECK-LABEL: func.func @summed(
// CHECK: linalg.generic {{.*}} ins(%{{[^:]*}} : tensor<1x4x4x4xf32>{{.*}} outs(
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
func.func @summed(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %v: tensor<4x3x3x3xf32>)
    -> tensor<1x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %none = arith.constant dense<0.0> : tensor<1x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #sum],
      iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%y, %s, %y2 : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%none : tensor<1x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %c : f32
    %o = arith.addf %n, %out : f32
    linalg.yield %o : f32
  } -> tensor<1x4xf32>
  return %r : tensor<1x4xf32>
}

// -----

// apply: the step has the shape of the convolution, whatever comes first.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @parameter_first(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NOT: arith.mulf
// CHECK: linalg.generic {{.*}} outs(%{{[^ ]+}} : tensor<1x4x4x4xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
func.func @parameter_first(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %z: tensor<1x4x4x4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#channel, #id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%s, %z, %y : tensor<4xf32>, tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %c, %a : f32
    %o = arith.addf %m, %b : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// mayBeSplit: bodies of several results stay.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @both_results(
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.maximumf
// CHECK-NEXT: linalg.yield
func.func @both_results(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>)
    -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r:2 = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%zeros, %zeros : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32, %other: f32):
    %m = arith.mulf %a, %b : f32
    %o = arith.maximumf %m, %zero : f32
    linalg.yield %o, %m : f32, f32
  } -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>)
  return %r#0, %r#1 : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>
}

// -----

// canBeSplit: a number is no tensor.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @number(
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.maximumf
// CHECK-NEXT: linalg.yield
func.func @number(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %k: f32)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, affine_map<(n, f, h, w) -> ()>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %k : tensor<1x4x4x4xf32>, f32) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %o = arith.maximumf %m, %zero : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// canBeSplit: encodings are not followed.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @encoding(
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.maximumf
// CHECK-NEXT: linalg.yield
func.func @encoding(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>, %e: tensor<4xf32, "other">)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %e : tensor<1x4x4x4xf32>, tensor<4xf32, "other">) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %o = arith.maximumf %m, %zero : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// classify: what has effects is computed once.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @effects(
// CHECK-COUNT-1: call @noise
// CHECK-NOT: call @noise
// CHECK: return
func.func private @noise(f32) -> f32

func.func @effects(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %k = func.call @noise(%b) : (f32) -> f32
    %m = arith.mulf %a, %k : f32
    %o = arith.maximumf %m, %k : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// classify: an element that is read by its position may be that of a residual.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @element(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
// CHECK-NOT: arith.mulf
// CHECK: tensor.extract
// CHECK-NEXT: arith.addf
// CHECK-NEXT: arith.maximumf
func.func @element(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %z: tensor<1x4x4x4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %i0 = linalg.index 0 : index
    %i1 = linalg.index 1 : index
    %i2 = linalg.index 2 : index
    %i3 = linalg.index 3 : index
    %k = tensor.extract %z[%i0, %i1, %i2, %i3] : tensor<1x4x4x4xf32>
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %k : f32
    %o = arith.maximumf %n, %zero : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// takesAll: what the rest reads as well is the end.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @read_by_rest(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0(%[[M:[^ ]+]]: f32
// CHECK-NEXT: arith.addf %[[M]]
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.maximumf %{{.*}}, %[[M]]
// CHECK-NEXT: linalg.yield
func.func @read_by_rest(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %t: tensor<4xf32>, %u: tensor<4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #channel, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %t, %u : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %d: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %c : f32
    %p = arith.mulf %n, %d : f32
    %o = arith.maximumf %p, %m : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// mayBeSplit: the square of one convolution.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @square_of_one(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0(%[[M:[^ ]+]]: f32
// CHECK-NEXT: arith.mulf %[[M]], %[[M]]
// CHECK-NEXT: linalg.yield
func.func @square_of_one(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.mulf %m, %m : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// mayBeSplit: the reciprocal of one convolution.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @reciprocal_of_one(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0(%[[M:[^ ]+]]: f32
// CHECK-NEXT: arith.divf %{{.*}}, %[[M]]
// CHECK-NEXT: linalg.yield
func.func @reciprocal_of_one(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %one = arith.constant 1.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.divf %one, %m : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// mayBeSplit: a residual that is there already.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @residual_as_init(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic {{.*}} outs(%[[Z:[^ ]+]] : tensor<1x4x4x4xf32>)
// CHECK-NEXT: ^bb0(%[[M:[^ ]+]]: f32
// CHECK-NEXT: arith.addf %[[M]]
// CHECK-NEXT: linalg.yield
func.func @residual_as_init(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %z: tensor<1x4x4x4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%z : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %m, %out : f32
    linalg.yield %n : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// splitBodies: two convolutions, each with a step of its own.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @two_steps(
// CHECK-COUNT-2: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.maximumf
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
func.func @two_steps(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %v: tensor<4x3x3x3xf32>, %t: tensor<4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %y2, %t : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %d: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.maximumf %m, %zero : f32
    %p = arith.mulf %c, %d : f32
    %o = arith.addf %n, %p : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// splitBodies: beside a body that is split, one of several results stays.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @beside_two_results(
// CHECK-COUNT-2: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.maximumf
// CHECK-NEXT: linalg.yield
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.maximumf
// CHECK-NEXT: linalg.yield
func.func @beside_two_results(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %v: tensor<4x3x3x3xf32>)
    -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %v : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %o = arith.maximumf %m, %zero : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  %r:2 = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y2, %s : tensor<1x4x4x4xf32>, tensor<4xf32>) outs(%zeros, %zeros : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32, %other: f32):
    %m = arith.mulf %a, %b : f32
    %o = arith.maximumf %m, %zero : f32
    linalg.yield %o, %m : f32, f32
  } -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>)
  return %q, %r#0, %r#1 : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>
}

// -----

// isBroadcast: an image that is enlarged is none.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>
#nearest = affine_map<(n, f, h, w) -> (n, f, h floordiv 2, w floordiv 2)>

// CHECK-LABEL: func.func @enlarged(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic {{.*}} ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
func.func @enlarged(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %image: tensor<1x4x2x2xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %up = linalg.generic {indexing_maps = [#nearest, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%image : tensor<1x4x2x2xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %out: f32):
    linalg.yield %a : f32
  } -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %up : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %o = arith.addf %m, %c : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// isBroadcast: nor is one that is read by its position.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>

// CHECK-LABEL: func.func @enlarged_by_position(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic {{.*}} ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
func.func @enlarged_by_position(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %image: tensor<1x4x2x2xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %two = arith.constant 2 : index
  %up = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%out: f32):
    %n = linalg.index 0 : index
    %f = linalg.index 1 : index
    %i = linalg.index 2 : index
    %j = linalg.index 3 : index
    %h = arith.floordivsi %i, %two : index
    %q = arith.floordivsi %j, %two : index
    %a = tensor.extract %image[%n, %f, %h, %q] : tensor<1x4x2x2xf32>
    linalg.yield %a : f32
  } -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %up : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %o = arith.addf %m, %c : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// -----

// isBroadcast: a product of matrices reads neither whole.

#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#channel = affine_map<(n, f, h, w) -> (f)>
#lhs = affine_map<(n, f, h, w, k) -> (n, f, h, k)>
#rhs = affine_map<(n, f, h, w, k) -> (n, f, k, w)>
#product = affine_map<(n, f, h, w, k) -> (n, f, h, w)>

// CHECK-LABEL: func.func @product(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.generic {{.*}} ins(%{{[^ ]+}}, %{{[^ ]+}} : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
func.func @product(%x: tensor<1x3x6x6xf32>, %w: tensor<4x3x3x3xf32>, %s: tensor<4xf32>,
    %lhs: tensor<1x4x4x2xf32>, %rhs: tensor<1x4x2x4xf32>)
    -> tensor<1x4x4x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %z = linalg.generic {indexing_maps = [#lhs, #rhs, #product],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%lhs, %rhs : tensor<1x4x4x2xf32>, tensor<1x4x2x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %o = arith.addf %out, %m : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x6x6xf32>, tensor<4x3x3x3xf32>)
      outs(%zeros : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %s, %z : tensor<1x4x4x4xf32>, tensor<4xf32>, tensor<1x4x4x4xf32>) outs(%zeros : tensor<1x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    %o = arith.addf %m, %c : f32
    linalg.yield %o : f32
  } -> tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}
