// RUN: convoy-opt %s --convoy-fold-affine --mlir-print-local-scope --remark-policy=all --remarks-filter=convoy -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file %t.mlir
// RUN: FileCheck %s --input-file %t.remarks --check-prefix=REMARK

// Convolutions that are added up, or surrounded by zeros, each with one thing that
// keeps them from what the others do.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#turned = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3, d2)>

// Accumulators of different types: each has its own bias.
// REMARK: [Passed] fold-affine {{.*}}Function=types
// REMARK: [Passed] fold-affine {{.*}}Function=types
// CHECK-LABEL: func @types(
// CHECK-DAG: arith.constant 1.400000e+01 : f32
// CHECK-DAG: arith.constant 2.200000e+01 : f16
// CHECK: return
func.func @types(%x: tensor<1x1x2x2xf32>, %u: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %g = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf16>
  %bf = arith.constant dense<7.0> : tensor<1x2x2x2xf32>
  %bg = arith.constant dense<11.0> : tensor<1x2x2x2xf16>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%bf : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%u, %g : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%bg : tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
  %z = arith.extf %y : tensor<1x2x2x2xf16> to tensor<1x2x2x2xf32>
  %s = arith.addf %w, %z : tensor<1x2x2x2xf32>
  %two = arith.constant dense<2.0> : tensor<1x2x2x2xf32>
  %r = arith.mulf %s, %two : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A bias stays where it is if the other convolution has none.
// REMARK: [Passed] fold-affine {{.*}}Function=one_bias
// CHECK-LABEL: func @one_bias(
// CHECK: %[[ZEROS:.*]] = arith.constant dense<0.000000e+00> : tensor<1x2x2x2xf32>
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} outs(%[[ZEROS]] :
// CHECK: %[[BIAS:.*]] = arith.constant -1.100000e+01 : f32
// CHECK: %[[INIT:.*]] = linalg.fill ins(%[[BIAS]]
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} outs(%[[INIT]] :
func.func @one_bias(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %g = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %k = arith.constant dense<11.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %g : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%k : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.subf %y, %z : tensor<1x2x2x2xf32>
  return %s : tensor<1x2x2x2xf32>
}

// A shift would change the zeros, and the parts do not cover them.
// CHECK-LABEL: func @slices_of_padded(
// CHECK: tensor.pad
// CHECK: arith.addf
// CHECK: arith.addf
// CHECK: return
func.func @slices_of_padded(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x3x2xf32>, tensor<1x1x3x2xf32>) {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %bf = arith.constant dense<7.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant 0.0 : f32
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%bf : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %p = tensor.pad %w low[0, 0, 0, 0] high[0, 0, 1, 0] {
  ^bb0(%b0: index, %b1: index, %b2: index, %b3: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x3x2xf32>
  %s = tensor.extract_slice %p[0, 0, 0, 0] [1, 1, 3, 2] [1, 1, 1, 1] : tensor<1x2x3x2xf32> to tensor<1x1x3x2xf32>
  %t = tensor.extract_slice %p[0, 1, 0, 0] [1, 1, 3, 2] [1, 1, 1, 1] : tensor<1x2x3x2xf32> to tensor<1x1x3x2xf32>
  %k = arith.constant dense<2.0> : tensor<1x1x3x2xf32>
  %m = arith.constant dense<3.0> : tensor<1x1x3x2xf32>
  %r = arith.addf %s, %k : tensor<1x1x3x2xf32>
  %q = arith.addf %t, %m : tensor<1x1x3x2xf32>
  return %r, %q : tensor<1x1x3x2xf32>, tensor<1x1x3x2xf32>
}

// What accumulates onto zeros around a convolution is no sum of two.
// REMARK: [Missed] depends-on-conv {{.*}}Function=onto_padded
// CHECK-LABEL: func @onto_padded(
// CHECK: tensor.pad
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.addf
// CHECK: return
func.func @onto_padded(%x: tensor<1x1x2x2xf32>, %u: tensor<1x1x3x2xf32>) -> tensor<1x2x3x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %bf = arith.constant dense<7.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant 0.0 : f32
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%bf : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %p = tensor.pad %w low[0, 0, 0, 0] high[0, 0, 1, 0] {
  ^bb0(%b0: index, %b1: index, %b2: index, %b3: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x3x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%u, %f : tensor<1x1x3x2xf32>, tensor<2x1x1x1xf32>) outs(%p : tensor<1x2x3x2xf32>) -> tensor<1x2x3x2xf32>
  %k = arith.constant dense<2.0> : tensor<1x2x3x2xf32>
  %r = arith.addf %y, %k : tensor<1x2x3x2xf32>
  return %r : tensor<1x2x3x2xf32>
}

// Padded with a number that depends on the place.
// CHECK-LABEL: func @padded_with_position(
// CHECK: tensor.pad
// CHECK: arith.mulf
// CHECK: return
func.func @padded_with_position(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x3x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %bf = arith.constant dense<7.0> : tensor<1x2x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%bf : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %p = tensor.pad %w low[0, 0, 0, 0] high[0, 0, 1, 0] {
  ^bb0(%b0: index, %b1: index, %b2: index, %b3: index):
    %i = arith.index_cast %b3 : index to i32
    %v = arith.sitofp %i : i32 to f32
    tensor.yield %v : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x3x2xf32>
  %k = arith.constant dense<2.0> : tensor<1x2x3x2xf32>
  %r = arith.mulf %p, %k : tensor<1x2x3x2xf32>
  return %r : tensor<1x2x3x2xf32>
}

// A truncation that also turns the image does not store the result of the chain: that is
// f32, so the scale is kept.
// CHECK-LABEL: func @turned_truncation(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: arith.mulf {{.*}} : f32
// CHECK-NEXT: linalg.yield {{.*}} : f32
// CHECK: arith.truncf
// CHECK: return
func.func @turned_truncation(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf16> {
  %f = arith.constant dense<[[[[2.1]]], [[[3.3]]]]> : tensor<2x1x1x1xf16>
  %k = arith.constant dense<[1.23, 3.7]> : tensor<2xf32>
  %bf = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%bf : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e32 = tensor.empty() : tensor<1x2x2x2xf32>
  %m = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e32 : tensor<1x2x2x2xf32>) {
  ^bb0(%in: f32, %v: f32, %out: f32):
    %t = arith.mulf %in, %v : f32
    linalg.yield %t : f32
  } -> tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf16>
  %r = linalg.generic {indexing_maps = [#turned, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%m : tensor<1x2x2x2xf32>) outs(%e : tensor<1x2x2x2xf16>) {
  ^bb0(%in: f32, %out: f16):
    %t = arith.truncf %in : f32 to f16
    linalg.yield %t : f16
  } -> tensor<1x2x2x2xf16>
  return %r : tensor<1x2x2x2xf16>
}

// Zeros behind an activation stay zeros under a scale, and would not under a shift.
// CHECK-LABEL: func @activated_zeros(
// CHECK: tensor.pad
// CHECK: arith.maximumf
// CHECK: arith.addf
func.func @activated_zeros(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x3x2xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %bf = arith.constant dense<7.0> : tensor<1x2x2x2xf32>
  %zero = arith.constant 0.0 : f32
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%bf : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %p = tensor.pad %w low[0, 0, 0, 0] high[0, 0, 1, 0] {
  ^bb0(%b0: index, %b1: index, %b2: index, %b3: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x3x2xf32>
  %z = arith.constant dense<0.0> : tensor<1x2x3x2xf32>
  %k = arith.constant dense<2.0> : tensor<1x2x3x2xf32>
  %a = arith.maximumf %p, %z : tensor<1x2x3x2xf32>
  %r = arith.addf %a, %k : tensor<1x2x3x2xf32>
  return %r : tensor<1x2x3x2xf32>
}

// A truncation to a result of which less is known.
// CHECK-LABEL: func @truncation_forgets(
// CHECK: arith.mulf {{.*}} : f32
// CHECK: arith.truncf
func.func @truncation_forgets(%x: tensor<1x1x2x2xf16>, %e: tensor<?x2x2x2xf16>) -> tensor<?x2x2x2xf16> {
  %f = arith.constant dense<[[[[2.1]]], [[[3.3]]]]> : tensor<2x1x1x1xf16>
  %k = arith.constant dense<[1.23, 3.7]> : tensor<2xf32>
  %bf = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%bf : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e32 = tensor.empty() : tensor<1x2x2x2xf32>
  %m = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e32 : tensor<1x2x2x2xf32>) {
  ^bb0(%in: f32, %v: f32, %out: f32):
    %t = arith.mulf %in, %v : f32
    linalg.yield %t : f32
  } -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%m : tensor<1x2x2x2xf32>) outs(%e : tensor<?x2x2x2xf16>) {
  ^bb0(%in: f32, %out: f16):
    %t = arith.truncf %in : f32 to f16
    linalg.yield %t : f16
  } -> tensor<?x2x2x2xf16>
  return %r : tensor<?x2x2x2xf16>
}

// What widens the result is not how it is stored: the chain ends in f16 and folds into the
// weights.
// REMARK: [Passed] fold-affine {{.*}}Function=widened_behind
// REMARK-NOT: remark:
// CHECK-LABEL: func @widened_behind(
// CHECK: arith.constant dense<{{.*}}2.582030e+00{{.*}}> : tensor<2x1x1x1xf16>
// CHECK: arith.truncf
// CHECK: arith.extf
func.func @widened_behind(%x: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<[[[[2.1]]], [[[3.3]]]]> : tensor<2x1x1x1xf16>
  %k = arith.constant dense<[1.23, 3.7]> : tensor<2xf32>
  %bf = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%bf : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %e16 = tensor.empty() : tensor<1x2x2x2xf16>
  %m = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %k : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%e16 : tensor<1x2x2x2xf16>) {
  ^bb0(%in: f32, %v: f32, %out: f16):
    %t = arith.mulf %in, %v : f32
    %u = arith.truncf %t : f32 to f16
    linalg.yield %u : f16
  } -> tensor<1x2x2x2xf16>
  %r = arith.extf %m : tensor<1x2x2x2xf16> to tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}
