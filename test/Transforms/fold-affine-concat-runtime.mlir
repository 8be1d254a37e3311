// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse | FileCheck %s
//
// A concatenation times a vector known at run time: each convolution reads its
// own slice of the vector.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// CHECK-LABEL: func @concat_times_argument(
// CHECK-SAME: %[[X:.*]]: tensor<1x1x2x2xf32>, %[[F:.*]]: tensor<2x1x1x1xf32>, %[[G:.*]]: tensor<2x1x1x1xf32>, %[[S:.*]]: tensor<4xf32>)
// CHECK: %[[S0:.*]] = tensor.extract_slice %[[S]][0] [2] [1]
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[S0]] : tensor<2x1x1x1xf32>, tensor<2xf32>)
// CHECK: linalg.conv_2d_nchw_fchw ins(%[[X]],
// The second convolution starts at channel 2.
// CHECK: %[[S2:.*]] = tensor.extract_slice %[[S]][2] [2] [1]
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[S2]] : tensor<2x1x1x1xf32>, tensor<2xf32>)
// CHECK: %[[SECOND:.*]] = linalg.conv_2d_nchw_fchw ins(%[[X]],
// CHECK: %[[R:.*]] = tensor.concat dim(1) {{.*}}, %[[SECOND]]
// CHECK-NEXT: return %[[R]]
func.func @concat_times_argument(%x: tensor<1x1x2x2xf32>, %f: tensor<2x1x1x1xf32>, %g: tensor<2x1x1x1xf32>, %s: tensor<4xf32>) -> tensor<1x4x2x2xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %a = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %b = linalg.conv_2d_nchw_fchw ins(%x, %g : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %a, %b : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %o = tensor.empty() : tensor<1x4x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c, %s : tensor<1x4x2x2xf32>, tensor<4xf32>) outs(%o : tensor<1x4x2x2xf32>) {
  ^bb0(%v: f32, %p: f32, %out: f32):
    %m = arith.mulf %v, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x4x2x2xf32>
  return %r : tensor<1x4x2x2xf32>
}

// A convolution without channels, behind another, reads nothing of the vector.

// CHECK-LABEL: func.func @empty_behind(
// CHECK-SAME:    %{{.*}}: tensor<1x2x2x2xf32>, %{{.*}}: tensor<3x2x1x1xf32>, %{{.*}}: tensor<0x2x1x1xf32>, %[[S:[^:]*]]: tensor<3xf32>
// CHECK-NOT:     tensor.extract_slice
// CHECK:         tensor.concat
// CHECK-NEXT:    return
func.func @empty_behind(%x: tensor<1x2x2x2xf32>, %f: tensor<3x2x1x1xf32>, %g: tensor<0x2x1x1xf32>, %s: tensor<3xf32>)
    -> tensor<1x3x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %i0 = arith.constant dense<0.0> : tensor<1x0x2x2xf32>
  %e = tensor.empty() : tensor<1x3x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<3xf32>) outs(%e : tensor<1x3x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x2x2xf32>, tensor<3x2x1x1xf32>)
      outs(%i : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  %y0 = linalg.conv_2d_nchw_fchw ins(%x, %g : tensor<1x2x2x2xf32>, tensor<0x2x1x1xf32>)
      outs(%i0 : tensor<1x0x2x2xf32>) -> tensor<1x0x2x2xf32>
  %c = tensor.concat dim(1) %y, %y0 : (tensor<1x3x2x2xf32>, tensor<1x0x2x2xf32>) -> tensor<1x3x2x2xf32>
  %r = arith.mulf %c, %b : tensor<1x3x2x2xf32>
  return %r : tensor<1x3x2x2xf32>
}
