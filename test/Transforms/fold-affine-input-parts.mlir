// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse | diff %t.mlir -
// RUN: convoy-opt %s --convoy-fold-affine -o /dev/null --remark-policy=all --remarks-filter=convoy 2>&1 \
// RUN:     | FileCheck %s --check-prefix=REMARK --implicit-check-not=Missed

// Steps in front of what lies side by side along the channels that a convolution reads: each
// part has its own, one behind the other they are the scale and the shift of the whole.

// concat(x*[2,4] + [2,4], z): scale [2,4,1], shift [2,4,0].
// CHECK-LABEL: func @concatenation(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x2x2xf32>, %[[Z:[^:]*]]: tensor<1x1x2x2xf32>
// CHECK-DAG{LITERAL}: dense<[[[[4.000000e+00]], [[1.200000e+01]], [[5.000000e+00]]], [[[1.400000e+01]], [[4.400000e+01]], [[1.300000e+01]]]]>
// CHECK-DAG: dense<[1.600000e+01, 5.800000e+01]>
// CHECK: %[[C:.*]] = tensor.concat dim(1) %[[X]], %[[Z]]
// CHECK-NEXT: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%[[C]],
// CHECK-NEXT: return %[[Y]]
// REMARK: Function=concatenation {{.*}}folded 2 steps (mulf, addf) into
func.func @concatenation(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]], [[5.0]]], [[[7.0]], [[11.0]], [[13.0]]]]> : tensor<2x3x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %n = arith.addf %m, %b : tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %n, %z : (tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// The steps are listed in the order of the program, whichever part they belong to; what stands
// behind the whole scales the shifts of the parts: ((x + [1,2]) , z*3)*[2,4,8].
// CHECK-LABEL: func @steps_behind(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x2x2xf32>, %[[Z:[^:]*]]: tensor<1x1x2x2xf32>
// CHECK-DAG{LITERAL}: dense<[[[[4.000000e+00]], [[1.200000e+01]], [[1.200000e+02]]], [[[1.400000e+01]], [[4.400000e+01]], [[3.120000e+02]]]]>
// CHECK-DAG: dense<[2.800000e+01, 1.020000e+02]>
// CHECK: %[[C:.*]] = tensor.concat dim(1) %[[X]], %[[Z]]
// CHECK-NEXT: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%[[C]],
// CHECK-NEXT: return %[[Y]]
// REMARK: Function=steps_behind {{.*}}folded 3 steps (mulf, addf, divf) into
func.func @steps_behind(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]], [[5.0]]], [[[7.0]], [[11.0]], [[13.0]]]]> : tensor<2x3x1x1xf32>
  %t = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %w = arith.constant dense<[0.5, 0.25, 0.125]> : tensor<3xf32>
  %k = arith.constant dense<3.0> : tensor<1x1x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %e3 = tensor.empty() : tensor<1x3x2x2xf32>
  %b = linalg.broadcast ins(%t : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %b3 = linalg.broadcast ins(%w : tensor<3xf32>) outs(%e3 : tensor<1x3x2x2xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %z, %k : tensor<1x1x2x2xf32>
  %n = arith.addf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %n, %m : (tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32>
  %d = arith.divf %c, %b3 : tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%d, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// The batch of the result is asked of the concatenation, which has it from its parts.
// CHECK-LABEL: func @asked_for_batch(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x2x2x2xf32>, %[[Z:[^:]*]]: tensor<?x1x2x2xf32>
// CHECK: tensor.dim %[[X]]
// CHECK-NOT: arith.mulf
// CHECK: %[[C:.*]] = tensor.concat dim(1) %[[X]], %[[Z]]
// CHECK-NEXT: linalg.conv_2d_nchw_fchw ins(%[[C]],
// CHECK-NEXT: return
func.func @asked_for_batch(%x: tensor<?x2x2x2xf32>, %z: tensor<?x1x2x2xf32>) -> tensor<?x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]], [[5.0]]], [[[7.0]], [[11.0]], [[13.0]]]]> : tensor<2x3x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %three = arith.constant 3.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x2x2x2xf32>
  %e = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %b = linalg.fill ins(%three : f32) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %m = arith.mulf %x, %b : tensor<?x2x2x2xf32>
  %c = tensor.concat dim(1) %m, %z : (tensor<?x2x2x2xf32>, tensor<?x1x2x2xf32>) -> tensor<?x3x2x2xf32>
  %k = tensor.dim %c, %c0 : tensor<?x3x2x2xf32>
  %o = tensor.empty(%k) : tensor<?x2x2x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%o : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<?x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  return %y : tensor<?x2x2x2xf32>
}

// Parameters that are known at run time become one vector; nothing is computed on the image.
// CHECK-LABEL: func @runtime(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x2x2x2xf32>, %[[Z:[^:]*]]: tensor<?x1x2x2xf32>, %[[S:[^:]*]]: tensor<2xf32>
// CHECK: %[[V:.*]] = tensor.insert_slice {{.*}} : tensor<1xf64> into tensor<3xf64>
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[V]] : tensor<2x3x1x1xf32>, tensor<3xf64>)
// CHECK: %[[C:.*]] = tensor.concat dim(1) %[[X]], %[[Z]]
// CHECK-NEXT: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%[[C]],
// CHECK-NEXT: return %[[Y]]
func.func @runtime(%x: tensor<?x2x2x2xf32>, %z: tensor<?x1x2x2xf32>, %s: tensor<2xf32>, %t: tensor<1xf32>, %f: tensor<2x3x1x1xf32>, %n: index) -> tensor<?x2x2x2xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %e1 = tensor.empty(%n) : tensor<?x1x2x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3]
  %b1 = linalg.broadcast ins(%t : tensor<1xf32>) outs(%e1 : tensor<?x1x2x2xf32>) dimensions = [0, 2, 3]
  %m = arith.divf %x, %b : tensor<?x2x2x2xf32>
  %o = arith.mulf %z, %b1 : tensor<?x1x2x2xf32>
  %c = tensor.concat dim(1) %m, %o : (tensor<?x2x2x2xf32>, tensor<?x1x2x2xf32>) -> tensor<?x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<?x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  return %y : tensor<?x2x2x2xf32>
}

// A chain of insert_slice, in any order, with channels last. The first part stays as it is.
// CHECK-LABEL: func @slices(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x2x2x1xf32>, %[[Z:[^:]*]]: tensor<?x2x2x2xf32>
// CHECK-DAG{LITERAL}: dense<[[[[2.000000e+00, 7.000000e+00], [9.000000e+00, 3.300000e+01], [1.500000e+01, 3.900000e+01]]]]>
// CHECK: %[[E:.*]] = tensor.empty({{.*}}) : tensor<?x2x2x3xf32>
// CHECK-DAG: %[[P:.*]] = tensor.insert_slice %[[X]] into %[[E]][0, 0, 0, 0]
// CHECK: %[[Q:.*]] = tensor.insert_slice %[[Z]] into %[[P]][0, 0, 0, 1]
// CHECK: linalg.conv_2d_nhwc_hwcf ins(%[[Q]],
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @slices(%x: tensor<?x2x2x1xf32>, %z: tensor<?x2x2x2xf32>, %n: index) -> tensor<?x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0, 7.0], [3.0, 11.0], [5.0, 13.0]]]]> : tensor<1x1x3x2xf32>
  %zero = arith.constant 0.0 : f32
  %k = arith.constant 3.0 : f32
  %e = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %b = linalg.fill ins(%k : f32) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %m = linalg.mul ins(%z, %b : tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %w = tensor.empty(%n) : tensor<?x2x2x3xf32>
  %p = tensor.insert_slice %x into %w[0, 0, 0, 0] [%n, 2, 2, 1] [1, 1, 1, 1] : tensor<?x2x2x1xf32> into tensor<?x2x2x3xf32>
  %q = tensor.insert_slice %m into %p[0, 0, 0, 1] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> into tensor<?x2x2x3xf32>
  %y = linalg.conv_2d_nhwc_hwcf ins(%q, %f : tensor<?x2x2x3xf32>, tensor<1x1x3x2xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  return %y : tensor<?x2x2x2xf32>
}

// What a part is inserted into is whatever it is where the part is not, and has no step.
// CHECK-LABEL: func @into_another(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x1x2x2xf32>, %[[D:[^:]*]]: tensor<1x3x2x2xf32>
// CHECK-DAG{LITERAL}: dense<[[[[2.000000e+00]], [[9.000000e+00]], [[5.000000e+00]]], [[[7.000000e+00]], [[3.300000e+01]], [[1.300000e+01]]]]>
// CHECK-DAG: dense<[9.000000e+00, 3.300000e+01]>
// CHECK: %[[P:.*]] = tensor.insert_slice %[[X]] into %[[D]][0, 1, 0, 0]
// CHECK-NEXT: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%[[P]],
// CHECK-NEXT: return %[[Y]]
func.func @into_another(%x: tensor<1x1x2x2xf32>, %d: tensor<1x3x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]], [[5.0]]], [[[7.0]], [[11.0]], [[13.0]]]]> : tensor<2x3x1x1xf32>
  %k = arith.constant dense<3.0> : tensor<1x1x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %m = arith.mulf %x, %k : tensor<1x1x2x2xf32>
  %o = arith.addf %m, %k : tensor<1x1x2x2xf32>
  %p = tensor.insert_slice %o into %d[0, 1, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x1x2x2xf32> into tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// Zeros around one part, put there by insert_slice, around another by a padding, and around the
// whole: scales go through all of them.
// CHECK-LABEL: func @padded(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x1x1x1xf32>, %[[Z:[^:]*]]: tensor<1x2x1x2xf32>
// CHECK-DAG{LITERAL}: dense<[[[[6.000000e+00]], [[1.500000e+01]], [[3.500000e+01]]], [[[2.100000e+01]], [[5.500000e+01]], [[9.100000e+01]]]]>
// CHECK-DAG: %[[O:.*]] = tensor.pad %[[Z]] low[0, 0, 1, 0]
// CHECK-DAG: %[[P:.*]] = tensor.insert_slice %[[X]] into %{{.*}}[0, 0, 1, 0]
// CHECK: %[[Q:.*]] = tensor.insert_slice %[[O]] into %[[P]][0, 1, 0, 0]
// CHECK: %[[R:.*]] = tensor.pad %[[Q]] low[0, 0, 1, 1]
// CHECK: linalg.conv_2d_nchw_fchw ins(%[[R]],
// CHECK-NEXT: return
func.func @padded(%x: tensor<1x1x1x1xf32>, %z: tensor<1x2x1x2xf32>) -> tensor<1x2x4x4xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]], [[5.0]]], [[[7.0]], [[11.0]], [[13.0]]]]> : tensor<2x3x1x1xf32>
  %k = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %s = arith.constant dense<[5.0, 7.0]> : tensor<2xf32>
  %zero = arith.constant 0.0 : f32
  %zeros = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %i = arith.constant dense<1.0> : tensor<1x2x4x4xf32>
  %e = tensor.empty() : tensor<1x2x1x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x1x2xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %x, %k : tensor<1x1x1x1xf32>
  %n = arith.mulf %z, %b : tensor<1x2x1x2xf32>
  %o = tensor.pad %n low[0, 0, 1, 0] high[0, 0, 0, 0] {
  ^bb0(%h: index, %j: index, %l: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<1x2x1x2xf32> to tensor<1x2x2x2xf32>
  %p = tensor.insert_slice %m into %zeros[0, 0, 1, 0] [1, 1, 1, 1] [1, 1, 1, 1] : tensor<1x1x1x1xf32> into tensor<1x3x2x2xf32>
  %q = tensor.insert_slice %o into %p[0, 1, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x3x2x2xf32>
  %g = tensor.pad %q low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%h: index, %j: index, %l: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<1x3x2x2xf32> to tensor<1x3x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%g, %f : tensor<1x3x4x4xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return %y : tensor<1x2x4x4xf32>
}

// Channels of zeros take no shift: no border is in the way.
// CHECK-LABEL: func @padded_channels(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x1x2x2xf32>
// CHECK-DAG{LITERAL}: dense<[[[[2.000000e+00]], [[9.000000e+00]], [[5.000000e+00]]], [[[7.000000e+00]], [[3.300000e+01]], [[1.300000e+01]]]]>
// CHECK-DAG: dense<[9.000000e+00, 3.300000e+01]>
// CHECK: %[[P:.*]] = tensor.pad %[[X]] low[0, 1, 0, 0] high[0, 1, 0, 0]
// CHECK: linalg.conv_2d_nchw_fchw ins(%[[P]],
// CHECK-NEXT: return
func.func @padded_channels(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]], [[5.0]]], [[[7.0]], [[11.0]], [[13.0]]]]> : tensor<2x3x1x1xf32>
  %k = arith.constant dense<3.0> : tensor<1x1x2x2xf32>
  %zero = arith.constant 0.0 : f32
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %m = arith.mulf %x, %k : tensor<1x1x2x2xf32>
  %o = arith.addf %m, %k : tensor<1x1x2x2xf32>
  %p = tensor.pad %o low[0, 1, 0, 0] high[0, 1, 0, 0] {
  ^bb0(%h: index, %j: index, %l: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<1x1x2x2xf32> to tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// A concatenation within another, behind unit dims and a reshape.
// CHECK-LABEL: func @nested(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x1x2x2xf32>, %[[Z:[^:]*]]: tensor<1x1x1x2x2xf32>, %[[U:[^:]*]]: tensor<1x1x2x2xf32>
// CHECK-DAG{LITERAL}: dense<[[[[4.000000e+00]], [[9.000000e+00]], [[2.500000e+01]]], [[[1.400000e+01]], [[3.300000e+01]], [[6.500000e+01]]]]>
// CHECK: %[[C:.*]] = tensor.collapse_shape %[[Z]]
// CHECK: %[[I:.*]] = tensor.concat dim(1) %[[X]], %[[C]]
// CHECK: %[[O:.*]] = tensor.concat dim(1) %[[I]], %[[U]]
// CHECK: linalg.conv_2d_nchw_fchw ins(%[[O]],
// CHECK-NEXT: return
func.func @nested(%x: tensor<1x1x2x2xf32>, %z: tensor<1x1x1x2x2xf32>, %u: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]], [[5.0]]], [[[7.0]], [[11.0]], [[13.0]]]]> : tensor<2x3x1x1xf32>
  %k2 = arith.constant dense<2.0> : tensor<1x1x2x2xf32>
  %k3 = arith.constant dense<3.0> : tensor<1x1x1x2x2xf32>
  %k5 = arith.constant dense<5.0> : tensor<1x1x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %m = arith.mulf %x, %k2 : tensor<1x1x2x2xf32>
  %n = arith.mulf %z, %k3 : tensor<1x1x1x2x2xf32>
  %o = arith.mulf %u, %k5 : tensor<1x1x2x2xf32>
  %c = tensor.collapse_shape %n [[0], [1, 2], [3], [4]] : tensor<1x1x1x2x2xf32> into tensor<1x1x2x2xf32>
  %p = tensor.concat dim(1) %m, %c : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32>
  %q = tensor.concat dim(1) %p, %o : (tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%q, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// Groups: the parts lie along the channels of each group, with channels as one dimension in
// front of the convolution and as two in it.
// CHECK-LABEL: func @grouped(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x1x1xf32>, %[[Z:[^:]*]]: tensor<1x2x1x1xf32>
// CHECK-DAG{LITERAL}: dense<[[[[[4.000000e+00]], [[9.000000e+00]]]], [[[[2.500000e+01]], [[4.900000e+01]]]]]>
// CHECK: %[[C:.*]] = tensor.concat dim(1) %[[X]], %[[Z]]
// CHECK: %[[G:.*]] = tensor.expand_shape %[[C]]
// CHECK: linalg.conv_2d_ngchw_gfchw ins(%[[G]],
// CHECK-NEXT: return
func.func @grouped(%x: tensor<1x2x1x1xf32>, %z: tensor<1x2x1x1xf32>) -> tensor<1x2x1x1x1xf32> {
  %f = arith.constant dense<[[[[[2.0]], [[3.0]]]], [[[[5.0]], [[7.0]]]]]> : tensor<2x1x2x1x1xf32>
  %s = arith.constant dense<[[[[2.0]], [[3.0]]]]> : tensor<1x2x1x1xf32>
  %t = arith.constant dense<[[[[5.0]], [[7.0]]]]> : tensor<1x2x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x1x1x1xf32>
  %m = arith.mulf %x, %s : tensor<1x2x1x1xf32>
  %n = arith.mulf %z, %t : tensor<1x2x1x1xf32>
  %c = tensor.concat dim(1) %m, %n : (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x4x1x1xf32>
  %g = tensor.expand_shape %c [[0], [1, 2], [3], [4]] output_shape [1, 2, 2, 1, 1] : tensor<1x4x1x1xf32> into tensor<1x2x2x1x1xf32>
  %y = linalg.conv_2d_ngchw_gfchw ins(%g, %f : tensor<1x2x2x1x1xf32>, tensor<2x1x2x1x1xf32>) outs(%i : tensor<1x2x1x1x1xf32>) -> tensor<1x2x1x1x1xf32>
  return %y : tensor<1x2x1x1x1xf32>
}

// CHECK-LABEL: func @depthwise(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x2x2xf32>, %[[Z:[^:]*]]: tensor<1x1x2x2xf32>
// CHECK-DAG{LITERAL}: dense<[[[4.000000e+00]], [[1.200000e+01]], [[5.000000e+00]]]>
// CHECK: %[[C:.*]] = tensor.concat dim(1) %[[X]], %[[Z]]
// CHECK-NEXT: %[[Y:.*]] = linalg.depthwise_conv_2d_nchw_chw ins(%[[C]],
// CHECK-NEXT: return %[[Y]]
func.func @depthwise(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<[[[2.0]], [[3.0]], [[5.0]]]> : tensor<3x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %m, %z : (tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32>
  %y = linalg.depthwise_conv_2d_nchw_chw ins(%c, %f : tensor<1x3x2x2xf32>, tensor<3x1x1xf32>) outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  return %y : tensor<1x3x2x2xf32>
}

// A part without channels lies where another begins.
// CHECK-LABEL: func @empty_part(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x2x2xf32>
// CHECK-DAG{LITERAL}: dense<[[[[2.000000e+00]], [[9.000000e+00]], [[1.500000e+01]]], [[[7.000000e+00]], [[3.300000e+01]], [[3.900000e+01]]]]>
// CHECK: tensor.insert_slice %[[X]] into %{{.*}}[0, 1, 0, 0]
// CHECK-NEXT: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return
func.func @empty_part(%x: tensor<1x2x2x2xf32>, %z: tensor<1x0x2x2xf32>, %d: tensor<1x3x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]], [[5.0]]], [[[7.0]], [[11.0]], [[13.0]]]]> : tensor<2x3x1x1xf32>
  %k = arith.constant dense<3.0> : tensor<1x2x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %m = arith.mulf %x, %k : tensor<1x2x2x2xf32>
  %p = tensor.insert_slice %z into %d[0, 1, 0, 0] [1, 0, 2, 2] [1, 1, 1, 1] : tensor<1x0x2x2xf32> into tensor<1x3x2x2xf32>
  %q = tensor.insert_slice %m into %p[0, 1, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%q, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// It may also lie behind all others, where nothing can be inserted, or be all there is.
// CHECK-LABEL: func @empty_part_behind(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x2x2xf32>, %[[Z:[^:]*]]: tensor<1x0x2x2xf32>
// CHECK-NOT: arith.mulf {{.*}} : tensor
// CHECK: %[[C:.*]] = tensor.concat dim(1) %[[X]], %[[Z]]
// CHECK-NEXT: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%[[C]],
// CHECK-NOT: arith.mulf {{.*}} : tensor
// CHECK: return %[[Y]]
func.func @empty_part_behind(%x: tensor<1x2x2x2xf32>, %z: tensor<1x0x2x2xf32>, %s: tensor<2xf32>, %t: tensor<0xf32>, %f: tensor<2x2x1x1xf32>, %g: tensor<2x0x1x1xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %n = tensor.empty() : tensor<1x0x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %b0 = linalg.broadcast ins(%t : tensor<0xf32>) outs(%n : tensor<1x0x2x2xf32>) dimensions = [0, 2, 3]
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %m0 = arith.mulf %z, %b0 : tensor<1x0x2x2xf32>
  %c = tensor.concat dim(1) %m, %z : (tensor<1x2x2x2xf32>, tensor<1x0x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %d = tensor.concat dim(1) %m0, %z : (tensor<1x0x2x2xf32>, tensor<1x0x2x2xf32>) -> tensor<1x0x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%d, %g : tensor<1x0x2x2xf32>, tensor<2x0x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y, %w : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// A part whose sizes the step knew and its source does not; the concatenation does.
// CHECK-LABEL: func @learnt_size(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x1x2x2xf32>, %[[Z:[^:]*]]: tensor<1x2x2x2xf32>
// CHECK: %[[K:.*]] = tensor.cast %[[X]] : tensor<?x1x2x2xf32> to tensor<1x1x2x2xf32>
// CHECK: %[[P:.*]] = tensor.insert_slice %[[K]] into
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return
func.func @learnt_size(%x: tensor<?x1x2x2xf32>, %z: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]], [[5.0]]], [[[7.0]], [[11.0]], [[13.0]]]]> : tensor<2x3x1x1xf32>
  %k = arith.constant 3.0 : f32
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x1x2x2xf32>
  %m = linalg.generic {indexing_maps = [affine_map<(a, b, c, d) -> (a, b, c, d)>, affine_map<(a, b, c, d) -> (a, b, c, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<?x1x2x2xf32>) outs(%e : tensor<1x1x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.mulf %a, %k : f32
    linalg.yield %r : f32
  } -> tensor<1x1x2x2xf32>
  %w = tensor.empty() : tensor<1x3x2x2xf32>
  %p = tensor.insert_slice %z into %w[0, 1, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x3x2x2xf32>
  %q = tensor.insert_slice %m into %p[0, 0, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x1x2x2xf32> into tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%q, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}
