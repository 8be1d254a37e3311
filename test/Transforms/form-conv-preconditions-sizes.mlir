// RUN: convoy-opt %s --convoy-form-conv --mlir-print-local-scope | FileCheck %s

// Operands of encodings, sizes and types that convoy.conv cannot take over.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#turned = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3, d2)>
#filter = affine_map<(d0, d1, d2, d3) -> (d0)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

// The condition is no tensor.
// CHECK-LABEL: func @chosen(
// CHECK: convoy.conv
// CHECK: arith.select
func.func @chosen(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %c: i1, %z: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %r = arith.select %c, %y, %z : tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// A copy whose known sizes do not agree.
// CHECK-LABEL: func @copied_with_other_sizes(
// CHECK: linalg.generic
// CHECK: convoy.conv
func.func @copied_with_other_sizes(%x: tensor<?x2x3x4xf32>, %w: tensor<2x2x1x1xf32>, %e: tensor<?x2x3x4xf32>, %i: tensor<?x2x3x4xf32>) -> tensor<?x2x3x4xf32> {
  %t = linalg.generic {indexing_maps = [#turned, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<?x2x3x4xf32>) outs(%e : tensor<?x2x3x4xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<?x2x3x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%t, %w : tensor<?x2x3x4xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<?x2x3x4xf32>) -> tensor<?x2x3x4xf32>
  return %y : tensor<?x2x3x4xf32>
}

// Padding of a tensor with an encoding.
// CHECK-LABEL: func @padded_encoded(
// CHECK: tensor.pad
// CHECK: convoy.conv
func.func @padded_encoded(%x: tensor<1x2x3x3xf32, "e">, %w: tensor<2x2x1x1xf32>, %i: tensor<1x2x4x3xf32>) -> tensor<1x2x4x3xf32> {
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 0, 0, 0] high[0, 0, 1, 0] {
  ^bb0(%b0: index, %b1: index, %b2: index, %b3: index):
    tensor.yield %zero : f32
  } : tensor<1x2x3x3xf32, "e"> to tensor<1x2x4x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %w : tensor<1x2x4x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x4x3xf32>) -> tensor<1x2x4x3xf32>
  return %y : tensor<1x2x4x3xf32>
}

// The factor comes first and is no tensor, so it stays.
// CHECK-LABEL: func @filter_scaled_by_number(
// CHECK: linalg.generic
// CHECK: convoy.conv
func.func @filter_scaled_by_number(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: f32) -> tensor<1x2x3x3xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<2x2x1x1xf32>
  %f = linalg.generic {indexing_maps = [#scalar, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s, %w : f32, tensor<2x2x1x1xf32>) outs(%e : tensor<2x2x1x1xf32>) {
  ^bb0(%p: f32, %a: f32, %o: f32):
    %m = arith.mulf %p, %a : f32
    linalg.yield %m : f32
  } -> tensor<2x2x1x1xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}

// A filter with other sizes than what is made of it.
// CHECK-LABEL: func @filter_of_other_size(
// CHECK: linalg.generic
// CHECK: convoy.conv
func.func @filter_of_other_size(%x: tensor<1x?x3x3xf32>, %w: tensor<2x?x1x3xf32>, %s: tensor<2xf32>, %n: index) -> tensor<1x2x1x3xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x1x3xf32>
  %e = tensor.empty(%n) : tensor<2x?x3x1xf32>
  %f = linalg.generic {indexing_maps = [#id, #filter, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w, %s : tensor<2x?x1x3xf32>, tensor<2xf32>) outs(%e : tensor<2x?x3x1xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %p, %a : f32
    linalg.yield %m : f32
  } -> tensor<2x?x3x1xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x?x3x3xf32>, tensor<2x?x3x1xf32>) outs(%i : tensor<1x2x1x3xf32>) -> tensor<1x2x1x3xf32>
  return %y : tensor<1x2x1x3xf32>
}

// Groups of a tensor with an encoding.
// CHECK-LABEL: func @sliced_encoded(
// CHECK-COUNT-2: convoy.conv
// CHECK: tensor.concat
func.func @sliced_encoded(%x: tensor<1x4x3x3xf32, "e">, %w: tensor<4x2x1x1xf32>) -> tensor<1x4x3x3xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32, "e"> to tensor<1x2x3x3xf32>
  %x1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32, "e"> to tensor<1x2x3x3xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 1, 1] [1, 1, 1, 1] : tensor<4x2x1x1xf32> to tensor<2x2x1x1xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 1, 1] [1, 1, 1, 1] : tensor<4x2x1x1xf32> to tensor<2x2x1x1xf32>
  %y0 = linalg.conv_2d_nchw_fchw ins(%x0, %w0 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x1, %w1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %c = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %c : tensor<1x4x3x3xf32>
}

// Groups behind a reassociation of dimensions that are not there.
// CHECK-LABEL: func @reshaped_parts(
// CHECK-COUNT-2: convoy.conv
// CHECK: tensor.concat
func.func @reshaped_parts(%x: tensor<1x4x9x1xf32>, %w: tensor<4x2x1x1xf32>) -> tensor<1x4x9x1xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x9x1xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [1, 2, 9, 1] [1, 1, 1, 1] : tensor<1x4x9x1xf32> to tensor<1x2x9x1xf32>
  %x1 = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 9, 1] [1, 1, 1, 1] : tensor<1x4x9x1xf32> to tensor<1x2x9x1xf32>
  %p0 = "tensor.collapse_shape"(%x0) <{reassociation = [[0], [1], [2, 4294967299]]}> : (tensor<1x2x9x1xf32>) -> tensor<1x2x9xf32>
  %p1 = "tensor.collapse_shape"(%x1) <{reassociation = [[0], [1], [2, 4294967299]]}> : (tensor<1x2x9x1xf32>) -> tensor<1x2x9xf32>
  %q0 = tensor.expand_shape %p0 [[0], [1], [2, 3]] output_shape [1, 2, 9, 1] : tensor<1x2x9xf32> into tensor<1x2x9x1xf32>
  %q1 = tensor.expand_shape %p1 [[0], [1], [2, 3]] output_shape [1, 2, 9, 1] : tensor<1x2x9xf32> into tensor<1x2x9x1xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 1, 1] [1, 1, 1, 1] : tensor<4x2x1x1xf32> to tensor<2x2x1x1xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 1, 1] [1, 1, 1, 1] : tensor<4x2x1x1xf32> to tensor<2x2x1x1xf32>
  %y0 = linalg.conv_2d_nchw_fchw ins(%q0, %w0 : tensor<1x2x9x1xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x9x1xf32>) -> tensor<1x2x9x1xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%q1, %w1 : tensor<1x2x9x1xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x9x1xf32>) -> tensor<1x2x9x1xf32>
  %c = tensor.concat dim(1) %y0, %y1 : (tensor<1x2x9x1xf32>, tensor<1x2x9x1xf32>) -> tensor<1x4x9x1xf32>
  return %c : tensor<1x4x9x1xf32>
}

// Groups whose steps have sizes that do not agree.
// CHECK-LABEL: func @parts_of_other_sizes(
// CHECK-COUNT-2: convoy.conv
// CHECK: tensor.concat
func.func @parts_of_other_sizes(%x: tensor<?x4x3x4xf32>, %w: tensor<4x2x1x1xf32>, %n: index) -> tensor<?x4x3x4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%n) : tensor<?x2x3x4xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x3x4xf32>) -> tensor<?x2x3x4xf32>
  %x0 = tensor.extract_slice %x[0, 0, 0, 0] [%n, 2, 3, 4] [1, 1, 1, 1] : tensor<?x4x3x4xf32> to tensor<?x2x3x4xf32>
  %x1 = tensor.extract_slice %x[0, 2, 0, 0] [%n, 2, 3, 4] [1, 1, 1, 1] : tensor<?x4x3x4xf32> to tensor<?x2x3x4xf32>
  %p0 = linalg.generic {indexing_maps = [#turned, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x0 : tensor<?x2x3x4xf32>) outs(%e : tensor<?x2x3x4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.addf %a, %a : f32
    linalg.yield %m : f32
  } -> tensor<?x2x3x4xf32>
  %p1 = linalg.generic {indexing_maps = [#turned, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x1 : tensor<?x2x3x4xf32>) outs(%e : tensor<?x2x3x4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.addf %a, %a : f32
    linalg.yield %m : f32
  } -> tensor<?x2x3x4xf32>
  %w0 = tensor.extract_slice %w[0, 0, 0, 0] [2, 2, 1, 1] [1, 1, 1, 1] : tensor<4x2x1x1xf32> to tensor<2x2x1x1xf32>
  %w1 = tensor.extract_slice %w[2, 0, 0, 0] [2, 2, 1, 1] [1, 1, 1, 1] : tensor<4x2x1x1xf32> to tensor<2x2x1x1xf32>
  %y0 = linalg.conv_2d_nchw_fchw ins(%p0, %w0 : tensor<?x2x3x4xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<?x2x3x4xf32>) -> tensor<?x2x3x4xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%p1, %w1 : tensor<?x2x3x4xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<?x2x3x4xf32>) -> tensor<?x2x3x4xf32>
  %c = tensor.concat dim(1) %y0, %y1 : (tensor<?x2x3x4xf32>, tensor<?x2x3x4xf32>) -> tensor<?x4x3x4xf32>
  return %c : tensor<?x4x3x4xf32>
}

// What reads a second operand is not looked at as a copy.
// CHECK-LABEL: func @copied_beside_another(
// CHECK: linalg.generic
// CHECK: convoy.conv
func.func @copied_beside_another(%x: tensor<1x1x2x2xf32>, %u: tensor<1x1x2x2xf32>, %f: tensor<2x1x1x1xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x1x2x2xf32>
  %c = linalg.generic {indexing_maps = [#turned, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %u : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) outs(%e : tensor<1x1x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%c, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// The second result of two is no copy.
// CHECK-LABEL: func @copied_to_two(
// CHECK: %[[TWO:.*]]:2 = linalg.generic
// CHECK: convoy.conv <nchw, fchw -> nfhw> ins(%[[TWO]]#1,
func.func @copied_to_two(%x: tensor<1x1x2x2xf32>, %f: tensor<2x1x1x1xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>) {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x1x2x2xf32>
  %c:2 = linalg.generic {indexing_maps = [#turned, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<1x1x2x2xf32>) outs(%e, %e : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  ^bb0(%a: f32, %o: f32, %p: f32):
    %t = math.exp %a : f32
    linalg.yield %a, %t : f32, f32
  } -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>)
  %y = linalg.conv_2d_nchw_fchw ins(%c#1, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y, %c#0 : tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32>
}
