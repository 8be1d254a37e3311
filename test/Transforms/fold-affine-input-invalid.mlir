// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Steps in front of a convolution that stay there.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

// The border would become t instead of 0.
// CHECK-LABEL: func @shift_through_padding(
// CHECK: arith.addf
// CHECK: tensor.pad
// CHECK: linalg.conv
func.func @shift_through_padding(%x: tensor<1x2x2x2xf32>) -> tensor<1x1x4x4xf32> {
  %f = arith.constant dense<[[[[3.0]], [[5.0]]]]> : tensor<1x2x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %z = arith.constant 0.0 : f32
  %xe = tensor.empty() : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] shift-crosses-padding | Category:convoy}}
  %1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%xe : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.addf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  %pad = tensor.pad %1 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %z : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x4xf32>
  %b = arith.constant dense<100.0> : tensor<1x1x4x4xf32>
  %r = linalg.conv_2d_nchw_fchw ins(%pad, %f : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) outs(%b : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %r : tensor<1x1x4x4xf32>
}

// The scaled input is an output as well.
// CHECK-LABEL: func @used_elsewhere(
// CHECK: arith.mulf
func.func @used_elsewhere(%x: tensor<1x2x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %f = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] multiple-uses | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%m, %f : tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y, %m : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// What a shift of the input adds up to would have to be added to all elements of the init.
// CHECK-LABEL: func @shift_onto_full_init(
// CHECK: arith.addf
// CHECK: linalg.conv_2d_nchw_fchw
func.func @shift_onto_full_init(%x: tensor<1x2x3x3xf32>, %s: tensor<2xf32>, %i: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]]], [[[5.0]], [[7.0]]]]> : tensor<2x2x1x1xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.addf %x, %b : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%m, %f : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// The ones around do not take the factor.
// CHECK-LABEL: func @padded_with_ones(
// CHECK: arith.mulf
// CHECK: linalg.conv_2d_nchw_fchw
func.func @padded_with_ones(%x: tensor<1x2x2x2xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]]], [[[5.0]], [[7.0]]]]> : tensor<2x2x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %pad = arith.constant 1.0 : f32
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %p = tensor.pad %m low[0, 0, 1, 0] high[0, 0, 0, 1] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %pad : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// A step by one number is what activations are made of, and says nothing.
// CHECK-LABEL: func @number_in_front_of_ones(
// CHECK: arith.mulf
// CHECK: linalg.conv_2d_nchw_fchw
func.func @number_in_front_of_ones(%x: tensor<1x2x2x2xf32>) -> tensor<1x2x3x3xf32> {
  %f = arith.constant dense<[[[[2.0]], [[3.0]]], [[[5.0]], [[7.0]]]]> : tensor<2x2x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %b = arith.constant dense<3.0> : tensor<1x2x2x2xf32>
  %pad = arith.constant 1.0 : f32
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %p = tensor.pad %m low[0, 0, 1, 0] high[0, 0, 0, 1] {
  ^bb0(%h: index, %j: index, %k: index, %l: index):
    tensor.yield %pad : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// The step changes some of the rows only.
// CHECK-LABEL: func @rows_of_concatenation(
// CHECK: arith.mulf
// CHECK: linalg.conv_2d_nchw_fchw
func.func @rows_of_concatenation(%x: tensor<1x2x2x2xf32>, %z: tensor<1x2x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x2x1x1xf32>) -> tensor<1x2x4x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %o = arith.constant dense<0.0> : tensor<1x2x4x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%i : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %p = tensor.concat dim(2) %z, %m : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x4x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x2x4x2xf32>, tensor<2x2x1x1xf32>) outs(%o : tensor<1x2x4x2xf32>) -> tensor<1x2x4x2xf32>
  return %y : tensor<1x2x4x2xf32>
}

// A filter of 16 bits that the factor would round too much: the step stays, and none is said
// to be folded.
// CHECK-LABEL: func @rounds_the_filter(
// CHECK: arith.mulf
// CHECK: linalg.conv_2d_nchw_fchw
func.func @rounds_the_filter(%x: tensor<1x3x6x6xf16>) -> tensor<1x4x4x4xf32> {
  %f = arith.constant dense<0.3> : tensor<4x3x3x3xf16>
  %i = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %s = arith.constant dense<[0.37, 1.13, 2.71]> : tensor<3xf16>
  %e = tensor.empty() : tensor<1x3x6x6xf16>
  %b = linalg.broadcast ins(%s : tensor<3xf16>) outs(%e : tensor<1x3x6x6xf16>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] accuracy-limit | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x3x6x6xf16>
  %y = linalg.conv_2d_nchw_fchw ins(%m, %f : tensor<1x3x6x6xf16>, tensor<4x3x3x3xf16>) outs(%i : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  return %y : tensor<1x4x4x4xf32>
}

// The step behind folds, as the scale behind the convolution; only that is listed.
// CHECK-LABEL: func @rounds_the_filter_with_step_behind(
// CHECK: arith.mulf
// CHECK: linalg.conv_2d_nchw_fchw
func.func @rounds_the_filter_with_step_behind(%x: tensor<1x3x6x6xf16>, %t: tensor<4xf32>) -> tensor<1x4x4x4xf32> {
  %f = arith.constant dense<0.3> : tensor<4x3x3x3xf16>
  %i = arith.constant dense<0.0> : tensor<1x4x4x4xf32>
  %s = arith.constant dense<[0.37, 1.13, 2.71]> : tensor<3xf16>
  %e = tensor.empty() : tensor<1x3x6x6xf16>
  %b = linalg.broadcast ins(%s : tensor<3xf16>) outs(%e : tensor<1x3x6x6xf16>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] accuracy-limit | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x3x6x6xf16>
  // expected-remark @+1 {{folded 1 step (divf)}}
  %y = linalg.conv_2d_nchw_fchw ins(%m, %f : tensor<1x3x6x6xf16>, tensor<4x3x3x3xf16>) outs(%i : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %c = linalg.broadcast ins(%t : tensor<4xf32>) outs(%i : tensor<1x4x4x4xf32>) dimensions = [0, 2, 3]
  %r = arith.divf %y, %c : tensor<1x4x4x4xf32>
  return %r : tensor<1x4x4x4xf32>
}

// What is padded behind the step is read by two convolutions, which could not both have the factor
// without a second padding.
// CHECK-LABEL: func @shared_padding(
// CHECK: arith.mulf
func.func @shared_padding(%x: tensor<1x2x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x2x1x1xf32>, %g: tensor<2x2x1x1xf32>) -> (tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>) {
  %i = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] multiple-uses | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %p = tensor.pad %m low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%h: index, %j: index, %l: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%p, %g : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return %y, %z : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>
}

// The same of a transposition: the channels are looked for where they are in front of it.
// CHECK-LABEL: func @shared_transposition(
// CHECK: arith.mulf
func.func @shared_transposition(%x: tensor<1x4x4x2xf32>, %s: tensor<2xf32>, %f: tensor<2x2x1x1xf32>) -> (tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>) {
  %i = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %e = tensor.empty() : tensor<1x4x4x2xf32>
  %d = tensor.empty() : tensor<1x2x4x4xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x4x4x2xf32>) dimensions = [0, 1, 2]
  // expected-remark @+1 {{[Missed] multiple-uses | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x4x4x2xf32>
  %p = linalg.transpose ins(%m : tensor<1x4x4x2xf32>) outs(%d : tensor<1x2x4x4xf32>) permutation = [0, 3, 1, 2]
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return %y, %p : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>
}

// One number for all channels says nothing there either, nor does an activation.
// CHECK-LABEL: func @shared_paddings_of_others(
// CHECK: arith.mulf
func.func @shared_paddings_of_others(%x: tensor<1x2x2x2xf32>, %f: tensor<2x2x1x1xf32>) -> (tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>) {
  %i = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  %zero = arith.constant 0.0 : f32
  %three = arith.constant dense<3.0> : tensor<1x2x2x2xf32>
  %m = arith.mulf %x, %three : tensor<1x2x2x2xf32>
  %n = math.tanh %x : tensor<1x2x2x2xf32>
  %p = tensor.pad %m low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%h: index, %j: index, %l: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x4xf32>
  %q = tensor.pad %n low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%h: index, %j: index, %l: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%q, %f : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return %y, %z, %p, %q : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>
}

// The step also changes the encoding; a convolution reads none.
// CHECK-LABEL: func @decodes(
// CHECK: arith.mulf
func.func @decodes(%x: tensor<1x2x2x2xf32, "sparse">, %f: tensor<2x2x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %k = arith.constant 3.0 : f32
  %m = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<1x2x2x2xf32, "sparse">) outs(%i : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %t = arith.mulf %a, %k : f32
    linalg.yield %t : f32
  } -> tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%m, %f : tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}
