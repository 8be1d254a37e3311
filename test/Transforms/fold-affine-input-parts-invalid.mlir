// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Steps in front of what lies side by side in front of a convolution, which stay: each function
// lacks one thing.

// The concatenation is an output as well.
// CHECK-LABEL: func @shared(
// CHECK: arith.mulf
func.func @shared(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x3x2x2xf32>) {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] multiple-uses | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %m, %z : (tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y, %c : tensor<1x2x2x2xf32>, tensor<1x3x2x2xf32>
}

// The part is.
// CHECK-LABEL: func @shared_part(
// CHECK: arith.mulf
func.func @shared_part(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] multiple-uses | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %m, %z : (tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y, %m : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// A part occurs twice: without the step there would still be two of it.
// CHECK-LABEL: func @part_twice(
// CHECK: arith.mulf
func.func @part_twice(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>, %g: tensor<2x4x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] multiple-uses | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %m, %m : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %g : tensor<1x4x2x2xf32>, tensor<2x4x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// The border would have the shift of one part.
// CHECK-LABEL: func @shift_padded_behind(
// CHECK: arith.addf
func.func @shift_padded_behind(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>) -> tensor<1x2x4x4xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %zero = arith.constant 0.0 : f32
  %o = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  // expected-remark @+1 {{[Missed] shift-crosses-padding | Category:convoy}}
  %m = arith.addf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %m, %z : (tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32>
  %p = tensor.pad %c low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%h: index, %j: index, %l: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<1x3x2x2xf32> to tensor<1x3x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x3x4x4xf32>, tensor<2x3x1x1xf32>) outs(%o : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return %y : tensor<1x2x4x4xf32>
}

// The scale of one part folds, the shift of the other does not.
// CHECK-LABEL: func @one_of_two(
// CHECK: %[[M:.*]] = arith.addf
// CHECK: tensor.concat dim(1) %[[M]], %arg1
func.func @one_of_two(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>, %k: tensor<1x1x2x2xf32>) -> tensor<1x2x4x4xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %zero = arith.constant 0.0 : f32
  %three = arith.constant dense<3.0> : tensor<1x1x2x2xf32>
  %o = arith.constant dense<0.0> : tensor<1x2x4x4xf32>
  // expected-remark @+1 {{[Missed] shift-crosses-padding | Category:convoy}}
  %m = arith.addf %x, %b : tensor<1x2x2x2xf32>
  %w = arith.mulf %z, %three : tensor<1x1x2x2xf32>
  %c = tensor.concat dim(1) %m, %w : (tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x3x2x2xf32>
  %p = tensor.pad %c low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%h: index, %j: index, %l: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<1x3x2x2xf32> to tensor<1x3x4x4xf32>
  // expected-remark @+1 {{folded 1 step (mulf)}}
  %y = linalg.conv_2d_nchw_fchw ins(%p, %f : tensor<1x3x4x4xf32>, tensor<2x3x1x1xf32>) outs(%o : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return %y : tensor<1x2x4x4xf32>
}

// There are zeros below the part.
// CHECK-LABEL: func @shift_of_smaller_part(
// CHECK: arith.addf
func.func @shift_of_smaller_part(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>) -> tensor<1x2x4x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %zeros = arith.constant dense<0.0> : tensor<1x3x4x2xf32>
  %t = arith.constant dense<0.0> : tensor<1x2x4x2xf32>
  // expected-remark @+1 {{[Missed] shift-crosses-padding | Category:convoy}}
  %m = arith.addf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.insert_slice %m into %zeros[0, 1, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x3x4x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x4x2xf32>, tensor<2x3x1x1xf32>) outs(%t : tensor<1x2x4x2xf32>) -> tensor<1x2x4x2xf32>
  return %y : tensor<1x2x4x2xf32>
}

// There is something else below the part, which has no factor.
// CHECK-LABEL: func @smaller_part(
// CHECK: arith.mulf
func.func @smaller_part(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>, %d: tensor<1x3x4x2xf32>) -> tensor<1x2x4x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %t = arith.constant dense<0.0> : tensor<1x2x4x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.insert_slice %m into %d[0, 1, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x3x4x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x4x2xf32>, tensor<2x3x1x1xf32>) outs(%t : tensor<1x2x4x2xf32>) -> tensor<1x2x4x2xf32>
  return %y : tensor<1x2x4x2xf32>
}

// Nobody knows which channels the part is.
// CHECK-LABEL: func @unknown_offset(
// CHECK: arith.mulf
func.func @unknown_offset(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>, %d: tensor<1x3x2x2xf32>, %at: index) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.insert_slice %m into %d[0, %at, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// Every second channel.
// CHECK-LABEL: func @strided_channels(
// CHECK: arith.mulf
func.func @strided_channels(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>, %d: tensor<1x3x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.insert_slice %m into %d[0, 0, 0, 0] [1, 2, 2, 2] [1, 2, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// The last part overwrites a channel of the first. It folds by itself.
// CHECK-LABEL: func @overlapping(
// CHECK: %[[M:.*]] = arith.mulf
// CHECK: %[[A:.*]] = tensor.insert_slice %[[M]] into
// CHECK: tensor.insert_slice %{{.*}} into %[[A]][0, 1, 0, 0]
func.func @overlapping(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>, %d: tensor<1x3x2x2xf32>, %u: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %three = arith.constant dense<3.0> : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %v = arith.mulf %u, %three : tensor<1x2x2x2xf32>
  %a = tensor.insert_slice %m into %d[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x3x2x2xf32>
  %c = tensor.insert_slice %v into %a[0, 1, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x3x2x2xf32>
  // expected-remark @+1 {{folded 1 step (mulf)}}
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// What the last part is inserted into is an output as well.
// CHECK-LABEL: func @shared_chain(
// CHECK: arith.mulf
func.func @shared_chain(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>, %d: tensor<1x3x2x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x3x2x2xf32>) {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] multiple-uses | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %a = tensor.insert_slice %m into %d[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x3x2x2xf32>
  %c = tensor.insert_slice %z into %a[0, 2, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x1x2x2xf32> into tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y, %a : tensor<1x2x2x2xf32>, tensor<1x3x2x2xf32>
}

// The step changes what the part is inserted into.
// CHECK-LABEL: func @base(
// CHECK: arith.mulf
func.func @base(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>, %d: tensor<1x3x2x2xf32>, %t: tensor<3xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %e3 = tensor.empty() : tensor<1x3x2x2xf32>
  %g = linalg.broadcast ins(%t : tensor<3xf32>) outs(%e3 : tensor<1x3x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %d, %g : tensor<1x3x2x2xf32>
  %c = tensor.insert_slice %x into %m[0, 0, 0, 0] [1, 2, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> into tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// Which part begins where is known at run time only.
// CHECK-LABEL: func @unknown_channels(
// CHECK: arith.mulf
func.func @unknown_channels(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>, %u: tensor<1x?x2x2xf32>, %g: tensor<2x?x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %u, %m : (tensor<1x?x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x?x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %g : tensor<1x?x2x2xf32>, tensor<2x?x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// The batch of what the part is inserted into may be a larger one.
// CHECK-LABEL: func @unknown_batch(
// CHECK: arith.mulf
func.func @unknown_batch(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>, %q: tensor<?x2x2x2xf32>, %d: tensor<?x3x2x2xf32>, %n: index, %o: tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %en = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %bn = linalg.broadcast ins(%s : tensor<2xf32>) outs(%en : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %q, %bn : tensor<?x2x2x2xf32>
  %c = tensor.insert_slice %m into %d[0, 0, 0, 0] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> into tensor<?x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<?x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%o : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  return %y : tensor<?x2x2x2xf32>
}

// The parts lie along channels and rows at once.
// CHECK-LABEL: func @channels_and_rows(
// CHECK: arith.mulf
func.func @channels_and_rows(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>, %u: tensor<1x4x2xf32>, %v: tensor<4xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %e4 = tensor.empty() : tensor<1x4x2xf32>
  %g = linalg.broadcast ins(%v : tensor<4xf32>) outs(%e4 : tensor<1x4x2xf32>) dimensions = [0, 2]
  %w = tensor.collapse_shape %z [[0, 1, 2], [3]] : tensor<1x1x2x2xf32> into tensor<2x2xf32>
  %k = tensor.expand_shape %w [[0, 1], [2]] output_shape [1, 2, 2] : tensor<2x2xf32> into tensor<1x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %u, %g : tensor<1x4x2xf32>
  %p = tensor.concat dim(1) %m, %k : (tensor<1x4x2xf32>, tensor<1x2x2xf32>) -> tensor<1x6x2xf32>
  %c = tensor.expand_shape %p [[0], [1, 2], [3]] output_shape [1, 3, 2, 2] : tensor<1x6x2xf32> into tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// The channels in front have ones, and no factor.
// CHECK-LABEL: func @channels_of_ones(
// CHECK: arith.mulf
func.func @channels_of_ones(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %zero = arith.constant 1.0 : f32
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.pad %m low[0, 1, 0, 0] high[0, 0, 0, 0] {
  ^bb0(%h: index, %j: index, %l: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// Zeros around the rows as well, which would have the shift.
// CHECK-LABEL: func @shift_of_padded_part(
// CHECK: arith.addf
func.func @shift_of_padded_part(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>) -> tensor<1x2x4x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %zero = arith.constant 0.0 : f32
  %t = arith.constant dense<0.0> : tensor<1x2x4x2xf32>
  // expected-remark @+1 {{[Missed] shift-crosses-padding | Category:convoy}}
  %m = arith.addf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.pad %m low[0, 1, 1, 0] high[0, 0, 1, 0] {
  ^bb0(%h: index, %j: index, %l: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x3x4x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x4x2xf32>, tensor<2x3x1x1xf32>) outs(%t : tensor<1x2x4x2xf32>) -> tensor<1x2x4x2xf32>
  return %y : tensor<1x2x4x2xf32>
}

// A corner of groups and channels is no range of either.
// CHECK-LABEL: func @corner(
// CHECK: arith.mulf
// CHECK: tensor.insert_slice
func.func @corner(%x: tensor<1x1x2x1x1xf32>, %d: tensor<1x2x3x1x1xf32>, %s: tensor<2xf32>, %f: tensor<2x1x3x1x1xf32>) -> tensor<1x2x1x1x1xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x1x2x1x1xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x1x2x1x1xf32>) dimensions = [0, 1, 3, 4]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x1x2x1x1xf32>
  %c = tensor.insert_slice %m into %d[0, 1, 1, 0, 0] [1, 1, 2, 1, 1] [1, 1, 1, 1, 1] : tensor<1x1x2x1x1xf32> into tensor<1x2x3x1x1xf32>
  %y = linalg.conv_2d_ngchw_gfchw ins(%c, %f : tensor<1x2x3x1x1xf32>, tensor<2x1x3x1x1xf32>) outs(%i : tensor<1x2x1x1x1xf32>) -> tensor<1x2x1x1x1xf32>
  return %y : tensor<1x2x1x1x1xf32>
}

// The part has no batch: what varies along its second dimension are rows.
// CHECK-LABEL: func @lower_rank_into_zeros(
// CHECK: arith.mulf
// CHECK: tensor.insert_slice
func.func @lower_rank_into_zeros(%x: tensor<1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %zeros = arith.constant dense<0.0> : tensor<1x3x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2xf32>) dimensions = [0, 2]
  %m = arith.mulf %x, %b : tensor<1x2x2xf32>
  %c = tensor.insert_slice %m into %zeros[0, 1, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2xf32> into tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// A corner among parts that are ranges.
// CHECK-LABEL: func @corner_among_parts(
// CHECK: %[[M:.*]] = arith.mulf
// CHECK: tensor.insert_slice %[[M]] into
func.func @corner_among_parts(%x: tensor<1x1x2x1x1xf32>, %z: tensor<1x2x1x1x1xf32>, %d: tensor<1x2x3x1x1xf32>, %s: tensor<2xf32>, %f: tensor<2x1x3x1x1xf32>) -> tensor<1x2x1x1x1xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x1x2x1x1xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x1x2x1x1xf32>) dimensions = [0, 1, 3, 4]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x1x2x1x1xf32>
  %p = tensor.insert_slice %m into %d[0, 1, 0, 0, 0] [1, 1, 2, 1, 1] [1, 1, 1, 1, 1] : tensor<1x1x2x1x1xf32> into tensor<1x2x3x1x1xf32>
  %c = tensor.insert_slice %z into %p[0, 0, 2, 0, 0] [1, 2, 1, 1, 1] [1, 1, 1, 1, 1] : tensor<1x2x1x1x1xf32> into tensor<1x2x3x1x1xf32>
  %y = linalg.conv_2d_ngchw_gfchw ins(%c, %f : tensor<1x2x3x1x1xf32>, tensor<2x1x3x1x1xf32>) outs(%i : tensor<1x2x1x1x1xf32>) -> tensor<1x2x1x1x1xf32>
  return %y : tensor<1x2x1x1x1xf32>
}

// Zeros around a corner.
// CHECK-LABEL: func @padded_corner(
// CHECK: arith.mulf
// CHECK: tensor.pad
func.func @padded_corner(%x: tensor<1x1x2x1x1xf32>, %s: tensor<2xf32>, %f: tensor<2x1x3x1x1xf32>) -> tensor<1x2x1x1x1xf32> {
  %zero = arith.constant 0.0 : f32
  %i = arith.constant dense<0.0> : tensor<1x2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x1x2x1x1xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x1x2x1x1xf32>) dimensions = [0, 1, 3, 4]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x1x2x1x1xf32>
  %c = tensor.pad %m low[0, 1, 0, 0, 0] high[0, 0, 1, 0, 0] {
  ^bb0(%h: index, %g: index, %j: index, %l: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<1x1x2x1x1xf32> to tensor<1x2x3x1x1xf32>
  %y = linalg.conv_2d_ngchw_gfchw ins(%c, %f : tensor<1x2x3x1x1xf32>, tensor<2x1x3x1x1xf32>) outs(%i : tensor<1x2x1x1x1xf32>) -> tensor<1x2x1x1x1xf32>
  return %y : tensor<1x2x1x1x1xf32>
}

// Channels are cut off, and zeros are put to the others.
// CHECK-LABEL: func @cropped_in_front(
// CHECK: arith.mulf
func.func @cropped_in_front(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>, %g: tensor<2x2x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %zero = arith.constant 0.0 : f32
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.pad %m low[0, -1, 0, 0] high[0, 1, 0, 0] {
  ^bb0(%h: index, %j: index, %l: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %g : tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// The same at the other end.
// CHECK-LABEL: func @cropped_behind(
// CHECK: arith.mulf
func.func @cropped_behind(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>, %g: tensor<2x2x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %zero = arith.constant 0.0 : f32
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.pad %m low[0, 1, 0, 0] high[0, -1, 0, 0] {
  ^bb0(%h: index, %j: index, %l: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %g : tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// Two convolutions read the padded channels.
// CHECK-LABEL: func @shared_padding(
// CHECK: arith.mulf
func.func @shared_padding(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %zero = arith.constant 0.0 : f32
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.pad %m low[0, 1, 0, 0] high[0, 0, 0, 0] {
  ^bb0(%h: index, %j: index, %l: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<1x2x2x2xf32> to tensor<1x3x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y, %w : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// The concatenation has forgotten how many channels there are.
// CHECK-LABEL: func @forgotten_channels(
// CHECK: arith.mulf
func.func @forgotten_channels(%x: tensor<1x2x2x2xf32>, %z: tensor<1x1x2x2xf32>, %s: tensor<2xf32>, %f: tensor<2x3x1x1xf32>, %g: tensor<2x?x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %m = arith.mulf %x, %b : tensor<1x2x2x2xf32>
  %c = tensor.concat dim(1) %m, %z : (tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x?x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %g : tensor<1x?x2x2xf32>, tensor<2x?x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// 16 bits cannot take the scale of a part: all parts stay as they are.
// CHECK-LABEL: func @rounds_the_filter(
// CHECK: %[[M:.*]] = arith.mulf
// CHECK: %[[N:.*]] = arith.mulf
// CHECK: tensor.concat dim(1) %[[M]], %[[N]]
func.func @rounds_the_filter(%x: tensor<1x2x2x2xf16>, %z: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf32> {
  %f = arith.constant dense<0.3> : tensor<2x3x1x1xf16>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %k = arith.constant dense<0.37> : tensor<1x2x2x2xf16>
  %l = arith.constant dense<1.13> : tensor<1x1x2x2xf16>
  // expected-remark @+1 {{[Missed] accuracy-limit | Category:convoy}}
  %m = arith.mulf %x, %k : tensor<1x2x2x2xf16>
  %n = arith.mulf %z, %l : tensor<1x1x2x2xf16>
  %c = tensor.concat dim(1) %m, %n : (tensor<1x2x2x2xf16>, tensor<1x1x2x2xf16>) -> tensor<1x3x2x2xf16>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x3x2x2xf16>, tensor<2x3x1x1xf16>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}
