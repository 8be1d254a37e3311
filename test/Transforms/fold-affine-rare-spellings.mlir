// Spellings that are rare.
//
// RUN: convoy-opt %s --split-input-file --convoy-fold-affine --canonicalize --cse | FileCheck %s
// RUN: convoy-opt %s --split-input-file --convoy-fold-affine --remark-policy=all --remarks-filter=convoy 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

// A parameter put together from scalars.
// CHECK-LABEL: func.func @from_elements(
// CHECK:       linalg.conv_2d_nchw_fchw
// CHECK-NEXT:  return
// REMARK:      Function=from_elements {{.*}}folded 1 step (mulf)
func.func @from_elements(%x: tensor<2x3x8x7xf32>, %w: tensor<5x3x3x2xf32>, %sc: f32, %sd: f32) -> tensor<2x5x6x6xf32> {
  %e = tensor.empty() : tensor<2x5x6x6xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x3x8x7xf32>, tensor<5x3x3x2xf32>) outs(%f : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %fe = tensor.from_elements %sc, %sd, %sc, %sd, %sc : tensor<5xf32>
  %b = linalg.broadcast ins(%fe : tensor<5xf32>) outs(%e : tensor<2x5x6x6xf32>) dimensions = [0, 2, 3]
  %r = linalg.mul ins(%y, %b : tensor<2x5x6x6xf32>, tensor<2x5x6x6xf32>) outs(%e : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  return %r : tensor<2x5x6x6xf32>
}

// -----

// Named ops, maps and elementwise ops on vectors of channels.
// CHECK-LABEL: func.func @vectors(
// CHECK:       linalg.conv_2d_nchw_fchw
// CHECK-NEXT:  return
// REMARK:      Function=vectors {{.*}}folded 2 steps (mulf, addf)
func.func @vectors(%x: tensor<2x3x8x7xf32>, %w: tensor<5x3x3x2xf32>, %ga: tensor<5xf32>, %be: tensor<5xf32>, %mu: tensor<5xf32>, %va: tensor<5xf32>) -> tensor<2x5x6x6xf32> {
  %e = tensor.empty() : tensor<2x5x6x6xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x3x8x7xf32>, tensor<5x3x3x2xf32>) outs(%f : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %v = tensor.empty() : tensor<5xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<5xf32>
  %1 = linalg.add ins(%va, %eps : tensor<5xf32>, tensor<5xf32>) outs(%v : tensor<5xf32>) -> tensor<5xf32>
  %2 = linalg.sqrt ins(%1 : tensor<5xf32>) outs(%v : tensor<5xf32>) -> tensor<5xf32>
  %3 = linalg.map { arith.divf } ins(%ga, %2 : tensor<5xf32>, tensor<5xf32>) outs(%v : tensor<5xf32>)
  %4 = linalg.elementwise kind=#linalg.elementwise_kind<mul> ins(%mu, %3 : tensor<5xf32>, tensor<5xf32>) outs(%v : tensor<5xf32>) -> tensor<5xf32>
  %5 = arith.subf %be, %4 : tensor<5xf32>
  %6 = linalg.broadcast ins(%3 : tensor<5xf32>) outs(%e : tensor<2x5x6x6xf32>) dimensions = [0, 2, 3]
  %7 = linalg.broadcast ins(%5 : tensor<5xf32>) outs(%e : tensor<2x5x6x6xf32>) dimensions = [0, 2, 3]
  %8 = linalg.mul ins(%6, %y : tensor<2x5x6x6xf32>, tensor<2x5x6x6xf32>) outs(%e : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %r = linalg.add ins(%8, %7 : tensor<2x5x6x6xf32>, tensor<2x5x6x6xf32>) outs(%e : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  return %r : tensor<2x5x6x6xf32>
}

// -----

// 1/sqrt(v) as exp(-0.5*log(v)).
// CHECK-LABEL: func.func @exp_log(
// CHECK:       linalg.conv_2d_nchw_fchw
// CHECK-NEXT:  return
// REMARK:      Function=exp_log {{.*}}folded 1 step
func.func @exp_log(%x: tensor<2x3x8x7xf32>, %w: tensor<5x3x3x2xf32>, %ga: tensor<5xf32>, %be: tensor<5xf32>, %mu: tensor<5xf32>, %va: tensor<5xf32>) -> tensor<2x5x6x6xf32> {
  %e = tensor.empty() : tensor<2x5x6x6xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x3x8x7xf32>, tensor<5x3x3x2xf32>) outs(%f : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(n, c, h, w) -> (n, c, h, w)>, affine_map<(n, c, h, w) -> (c)>, affine_map<(n, c, h, w) -> (c)>, affine_map<(n, c, h, w) -> (c)>, affine_map<(n, c, h, w) -> (c)>, affine_map<(n, c, h, w) -> (n, c, h, w)>], iterator_types = ["parallel","parallel","parallel","parallel"]} ins(%y, %ga, %be, %mu, %va : tensor<2x5x6x6xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>) outs(%e : tensor<2x5x6x6xf32>) {
  ^bb0(%b0: f32, %b1: f32, %b2: f32, %b3: f32, %b4: f32, %o: f32):
    %eps = arith.constant 1.0e-3 : f32
    %one = arith.constant 1.0 : f32
    %v = arith.addf %eps, %b4 : f32
    %lg = math.log %v : f32
    %mh = arith.constant -0.5 : f32
    %ll = arith.mulf %lg, %mh : f32
    %k = math.exp %ll : f32
    %n = arith.mulf %b1, %k : f32
    %d = arith.subf %b0, %b3 : f32
    %t = arith.mulf %d, %n : f32
    %r = arith.addf %b2, %t : f32
    linalg.yield %r : f32
  } -> tensor<2x5x6x6xf32>
  return %r : tensor<2x5x6x6xf32>
}

// -----

// sqrt(v) as pow(v, 0.5).
// CHECK-LABEL: func.func @powf_half(
// CHECK:       linalg.conv_2d_nchw_fchw
// CHECK-NEXT:  return
// REMARK:      Function=powf_half {{.*}}folded 1 step
func.func @powf_half(%x: tensor<2x3x8x7xf32>, %w: tensor<5x3x3x2xf32>, %ga: tensor<5xf32>, %be: tensor<5xf32>, %mu: tensor<5xf32>, %va: tensor<5xf32>) -> tensor<2x5x6x6xf32> {
  %e = tensor.empty() : tensor<2x5x6x6xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x3x8x7xf32>, tensor<5x3x3x2xf32>) outs(%f : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(n, c, h, w) -> (n, c, h, w)>, affine_map<(n, c, h, w) -> (c)>, affine_map<(n, c, h, w) -> (c)>, affine_map<(n, c, h, w) -> (c)>, affine_map<(n, c, h, w) -> (c)>, affine_map<(n, c, h, w) -> (n, c, h, w)>], iterator_types = ["parallel","parallel","parallel","parallel"]} ins(%y, %ga, %be, %mu, %va : tensor<2x5x6x6xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>) outs(%e : tensor<2x5x6x6xf32>) {
  ^bb0(%b0: f32, %b1: f32, %b2: f32, %b3: f32, %b4: f32, %o: f32):
    %eps = arith.constant 1.0e-3 : f32
    %one = arith.constant 1.0 : f32
    %v = arith.addf %eps, %b4 : f32
    %mh = arith.constant 0.5 : f32
    %k = math.powf %v, %mh : f32
    %n = arith.divf %b1, %k : f32
    %d = arith.subf %b0, %b3 : f32
    %t = arith.mulf %d, %n : f32
    %r = arith.addf %b2, %t : f32
    linalg.yield %r : f32
  } -> tensor<2x5x6x6xf32>
  return %r : tensor<2x5x6x6xf32>
}

// -----

// A parameter that the body reads by its channel.
// CHECK-LABEL: func.func @gather_param(
// CHECK:       linalg.conv_2d_nchw_fchw
// CHECK-NEXT:  return
// REMARK:      Function=gather_param {{.*}}folded 2 steps
func.func @gather_param(%x: tensor<2x3x8x7xf32>, %w: tensor<5x3x3x2xf32>, %s: tensor<5xf32>) -> (tensor<2x5x6x6xf32>) {
  %e = tensor.empty() : tensor<2x5x6x6xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x3x8x7xf32>, tensor<5x3x3x2xf32>) outs(%f : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %sb = linalg.broadcast ins(%s : tensor<5xf32>) outs(%e : tensor<2x5x6x6xf32>) dimensions = [0, 2, 3]
  %q = linalg.generic {indexing_maps = [affine_map<(n,c,h,w)->(n,c,h,w)>, affine_map<(n,c,h,w)->(n,c,h,w)>], iterator_types = ["parallel","parallel","parallel","parallel"]} ins(%y : tensor<2x5x6x6xf32>) outs(%e : tensor<2x5x6x6xf32>) {
  ^bb0(%i: f32, %o: f32):
    %c = linalg.index 1 : index
    %v = tensor.extract %s[%c] : tensor<5xf32>
    %3 = arith.mulf %i, %v : f32
    linalg.yield %3 : f32
  } -> tensor<2x5x6x6xf32>
  %r = arith.addf %q, %q : tensor<2x5x6x6xf32>
  return %r : tensor<2x5x6x6xf32>
}

// -----

// A copy in between.
// CHECK-LABEL: func.func @copy(
// CHECK:       linalg.conv_2d_nchw_fchw
// CHECK-NEXT:  return
// REMARK:      Function=copy {{.*}}folded 1 step (mulf)
func.func @copy(%x: tensor<2x3x8x7xf32>, %w: tensor<5x3x3x2xf32>, %s: tensor<5xf32>) -> (tensor<2x5x6x6xf32>) {
  %e = tensor.empty() : tensor<2x5x6x6xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x3x8x7xf32>, tensor<5x3x3x2xf32>) outs(%f : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %sb = linalg.broadcast ins(%s : tensor<5xf32>) outs(%e : tensor<2x5x6x6xf32>) dimensions = [0, 2, 3]
  %k = linalg.copy ins(%y : tensor<2x5x6x6xf32>) outs(%e : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %r = arith.mulf %k, %sb : tensor<2x5x6x6xf32>
  return %r : tensor<2x5x6x6xf32>
}

// -----

// A cast that forgets the batch, and one that knows it again.
// CHECK-LABEL: func.func @cast_dyn(
// CHECK:       linalg.conv_2d_nchw_fchw
// CHECK-NEXT:  return
// REMARK:      Function=cast_dyn {{.*}}folded 1 step (mulf)
func.func @cast_dyn(%x: tensor<2x3x8x7xf32>, %w: tensor<5x3x3x2xf32>, %s: tensor<5xf32>) -> (tensor<2x5x6x6xf32>) {
  %e = tensor.empty() : tensor<2x5x6x6xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x3x8x7xf32>, tensor<5x3x3x2xf32>) outs(%f : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %sb = linalg.broadcast ins(%s : tensor<5xf32>) outs(%e : tensor<2x5x6x6xf32>) dimensions = [0, 2, 3]
  %k = tensor.cast %y : tensor<2x5x6x6xf32> to tensor<?x5x6x6xf32>
  %sd = tensor.cast %sb : tensor<2x5x6x6xf32> to tensor<?x5x6x6xf32>
  %q = arith.mulf %k, %sd : tensor<?x5x6x6xf32>
  %r = tensor.cast %q : tensor<?x5x6x6xf32> to tensor<2x5x6x6xf32>
  return %r : tensor<2x5x6x6xf32>
}

// -----

// A border that is cut off.
// CHECK-LABEL: func.func @spatial_slice(
// CHECK:       linalg.conv_2d_nchw_fchw
// CHECK-NEXT:  %{{.*}} = tensor.extract_slice
// CHECK-NEXT:  return
// REMARK:      Function=spatial_slice {{.*}}folded 1 step (mulf)
func.func @spatial_slice(%x: tensor<2x3x8x7xf32>, %w: tensor<5x3x3x2xf32>, %s: tensor<5xf32>) -> (tensor<2x5x4x4xf32>) {
  %e = tensor.empty() : tensor<2x5x6x6xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x3x8x7xf32>, tensor<5x3x3x2xf32>) outs(%f : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %sb = linalg.broadcast ins(%s : tensor<5xf32>) outs(%e : tensor<2x5x6x6xf32>) dimensions = [0, 2, 3]
  %q = tensor.extract_slice %y[0, 0, 1, 1] [2, 5, 4, 4] [1, 1, 1, 1] : tensor<2x5x6x6xf32> to tensor<2x5x4x4xf32>
  %e8 = tensor.empty() : tensor<2x5x4x4xf32>
  %s8 = linalg.broadcast ins(%s : tensor<5xf32>) outs(%e8 : tensor<2x5x4x4xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %q, %s8 : tensor<2x5x4x4xf32>
  return %r : tensor<2x5x4x4xf32>
}

// -----

// A factor for each group of channels that a pixel shuffle spreads over the image.
// CHECK-LABEL: func.func @pixel_shuffle(
// CHECK:       linalg.conv_2d_nchw_fchw
// CHECK:  %{{.*}} = tensor.expand_shape
// CHECK-NEXT:  %{{.*}} = tensor.empty
// CHECK-NEXT:  %{{.*}} = linalg.transpose
// CHECK-NEXT:  %{{.*}} = tensor.collapse_shape
// CHECK-NEXT:  return
// REMARK:      Function=pixel_shuffle {{.*}}folded 1 step (mulf)
func.func @pixel_shuffle(%x: tensor<2x3x8x7xf32>, %w: tensor<8x3x3x2xf32>, %p: tensor<2xf32>) -> (tensor<2x2x12x12xf32>) {
  %z = arith.constant 0.0 : f32
  %e8 = tensor.empty() : tensor<2x8x6x6xf32>
  %f8 = linalg.fill ins(%z : f32) outs(%e8 : tensor<2x8x6x6xf32>) -> tensor<2x8x6x6xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x3x8x7xf32>, tensor<8x3x3x2xf32>) outs(%f8 : tensor<2x8x6x6xf32>) -> tensor<2x8x6x6xf32>
  %v = tensor.expand_shape %y [[0], [1, 2, 3], [4], [5]] output_shape [2, 2, 2, 2, 6, 6] : tensor<2x8x6x6xf32> into tensor<2x2x2x2x6x6xf32>
  %e = tensor.empty() : tensor<2x2x6x2x6x2xf32>
  %t = linalg.transpose ins(%v : tensor<2x2x2x2x6x6xf32>) outs(%e : tensor<2x2x6x2x6x2xf32>) permutation = [0, 1, 4, 2, 5, 3]
  %s = tensor.collapse_shape %t [[0], [1], [2, 3], [4, 5]] : tensor<2x2x6x2x6x2xf32> into tensor<2x2x12x12xf32>
  %e2 = tensor.empty() : tensor<2x2x12x12xf32>
  %b = linalg.broadcast ins(%p : tensor<2xf32>) outs(%e2 : tensor<2x2x12x12xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %s, %b : tensor<2x2x12x12xf32>
  return %r : tensor<2x2x12x12xf32>
}

// -----

// In a loop.
// CHECK-LABEL: func.func @in_for(
// CHECK:       linalg.conv_2d_nchw_fchw
// CHECK-NEXT:  scf.yield
// REMARK:      Function=in_for {{.*}}folded 1 step (mulf)
func.func @in_for(%x: tensor<2x3x8x7xf32>, %w: tensor<5x3x3x2xf32>, %s: tensor<5xf32>) -> (tensor<2x5x6x6xf32>) {
  %e = tensor.empty() : tensor<2x5x6x6xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %sb = linalg.broadcast ins(%s : tensor<5xf32>) outs(%e : tensor<2x5x6x6xf32>) dimensions = [0, 2, 3]
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %e) -> tensor<2x5x6x6xf32> {
    %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x3x8x7xf32>, tensor<5x3x3x2xf32>) outs(%f : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
    %q = arith.mulf %y, %sb : tensor<2x5x6x6xf32>
    scf.yield %q : tensor<2x5x6x6xf32>
  }
  return %r : tensor<2x5x6x6xf32>
}

// -----

// A positive scale crosses the other half of an activation.
// CHECK-LABEL: func.func @min_relu(
// CHECK:       linalg.conv_2d_nchw_fchw
// CHECK:  %{{.*}} = linalg.min
// CHECK-NEXT:  return
// REMARK:      Function=min_relu {{.*}}folded 1 step (mulf)
func.func @min_relu(%x: tensor<2x3x8x7xf32>, %w: tensor<5x3x3x2xf32>, %s: tensor<5xf32>) -> (tensor<2x5x6x6xf32>) {
  %e = tensor.empty() : tensor<2x5x6x6xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x3x8x7xf32>, tensor<5x3x3x2xf32>) outs(%f : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %sb = linalg.broadcast ins(%s : tensor<5xf32>) outs(%e : tensor<2x5x6x6xf32>) dimensions = [0, 2, 3]
  %zz = arith.constant dense<0.0> : tensor<2x5x6x6xf32>
  %m = linalg.min ins(%y, %zz : tensor<2x5x6x6xf32>, tensor<2x5x6x6xf32>) outs(%e : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %k = arith.constant dense<[0.5, 1.0, 2.0, 3.0, 0.25]> : tensor<5xf32>
  %kb = linalg.broadcast ins(%k : tensor<5xf32>) outs(%e : tensor<2x5x6x6xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %m, %kb : tensor<2x5x6x6xf32>
  return %r : tensor<2x5x6x6xf32>
}

// -----

// A positive scale crosses an absolute value.
// CHECK-LABEL: func.func @abs_cross(
// CHECK:       linalg.conv_2d_nchw_fchw
// CHECK:  %{{.*}} = math.absf
// CHECK-NEXT:  return
// REMARK:      Function=abs_cross {{.*}}folded 1 step (mulf)
func.func @abs_cross(%x: tensor<2x3x8x7xf32>, %w: tensor<5x3x3x2xf32>, %s: tensor<5xf32>) -> (tensor<2x5x6x6xf32>) {
  %e = tensor.empty() : tensor<2x5x6x6xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x3x8x7xf32>, tensor<5x3x3x2xf32>) outs(%f : tensor<2x5x6x6xf32>) -> tensor<2x5x6x6xf32>
  %sb = linalg.broadcast ins(%s : tensor<5xf32>) outs(%e : tensor<2x5x6x6xf32>) dimensions = [0, 2, 3]
  %m = math.absf %y : tensor<2x5x6x6xf32>
  %k = arith.constant dense<[0.5, 1.0, 2.0, 3.0, 0.25]> : tensor<5xf32>
  %kb = linalg.broadcast ins(%k : tensor<5xf32>) outs(%e : tensor<2x5x6x6xf32>) dimensions = [0, 2, 3]
  %r = arith.mulf %m, %kb : tensor<2x5x6x6xf32>
  return %r : tensor<2x5x6x6xf32>
}
