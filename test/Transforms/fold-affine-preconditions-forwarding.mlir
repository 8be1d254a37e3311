// RUN: convoy-opt %s --convoy-fold-affine --mlir-print-local-scope --remark-policy=all --remarks-filter=convoy -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file %t.mlir

// Slices of concatenations that are no parts, sizes that only look alike, and inits that
// are not dropped though nothing reads them.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// It is not known where the slice begins.
// CHECK-LABEL: func @part_at_unknown(
// CHECK: tensor.concat
// CHECK: tensor.extract_slice
// CHECK: arith.negf
func.func @part_at_unknown(%x: tensor<1x1x2x2xf32>, %z: tensor<1x1x2x2xf32>, %n: index) -> tensor<1x1x2x2xf32> {
  %f = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<0.0> : tensor<1x1x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%b : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %c = tensor.concat dim(1) %w, %z : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = tensor.extract_slice %c[0, %n, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %r = arith.negf %s : tensor<1x1x2x2xf32>
  return %r : tensor<1x1x2x2xf32>
}

// Nor where the part behind two of unknown sizes does.
// CHECK-LABEL: func @behind_two_of_unknown_size(
// CHECK: tensor.concat
// CHECK: tensor.extract_slice
// CHECK: arith.negf
func.func @behind_two_of_unknown_size(%x: tensor<1x1x2x2xf32>, %u: tensor<1x?x2x2xf32>, %v: tensor<1x?x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %f = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<0.0> : tensor<1x1x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%b : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %c = tensor.concat dim(1) %u, %v, %w : (tensor<1x?x2x2xf32>, tensor<1x?x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x?x2x2xf32>
  %s = tensor.extract_slice %c[0, 0, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x?x2x2xf32> to tensor<1x1x2x2xf32>
  %r = arith.negf %s : tensor<1x1x2x2xf32>
  return %r : tensor<1x1x2x2xf32>
}

// Rows further on.
// CHECK-LABEL: func @rows_further_on(
// CHECK: tensor.concat
// CHECK: tensor.extract_slice
// CHECK: arith.negf
func.func @rows_further_on(%x: tensor<1x1x?x2xf32>, %z: tensor<1x1x?x2xf32>, %n: index) -> tensor<1x1x?x2xf32> {
  %f = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %c2 = arith.constant 2 : index
  %h = tensor.dim %x, %c2 : tensor<1x1x?x2xf32>
  %e = tensor.empty(%h) : tensor<1x1x?x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x?x2xf32>, tensor<1x1x1x1xf32>) outs(%e : tensor<1x1x?x2xf32>) -> tensor<1x1x?x2xf32>
  %c = tensor.concat dim(1) %w, %z : (tensor<1x1x?x2xf32>, tensor<1x1x?x2xf32>) -> tensor<1x2x?x2xf32>
  %s = tensor.extract_slice %c[0, 0, %n, 0] [1, 1, %h, 2] [1, 1, 1, 1] : tensor<1x2x?x2xf32> to tensor<1x1x?x2xf32>
  %r = arith.negf %s : tensor<1x1x?x2xf32>
  return %r : tensor<1x1x?x2xf32>
}

// The concatenation has more channels than its first part, and is asked for them.
// CHECK-LABEL: func @asked(
// CHECK: %[[ALL:.*]] = tensor.concat
// CHECK: tensor.dim %[[ALL]]
func.func @asked(%x: tensor<1x1x2x2xf32>, %z: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, index) {
  %f = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<0.0> : tensor<1x1x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%b : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %c = tensor.concat dim(1) %w, %z : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c1 = arith.constant 1 : index
  %d = tensor.dim %c, %c1 : tensor<1x2x2x2xf32>
  %s = tensor.extract_slice %c[0, 0, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %t = tensor.extract_slice %c[0, 1, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %r = arith.negf %s : tensor<1x1x2x2xf32>
  return %r, %t, %d : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, index
}

// Dimensions that are not there stay the concatenation's.
// CHECK-LABEL: func @asked_beyond(
// CHECK: %[[ALL:.*]] = tensor.concat
// CHECK: tensor.dim %[[ALL]]
func.func @asked_beyond(%x: tensor<1x1x2x2xf32>, %z: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, index) {
  %f = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<0.0> : tensor<1x1x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%b : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %c = tensor.concat dim(1) %w, %z : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c9 = arith.constant 9 : index
  %d = tensor.dim %c, %c9 : tensor<1x2x2x2xf32>
  %s = tensor.extract_slice %c[0, 0, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %t = tensor.extract_slice %c[0, 1, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %r = arith.negf %s : tensor<1x1x2x2xf32>
  return %r, %t, %d : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, index
}

// CHECK-LABEL: func @asked_below(
// CHECK: %[[ALL:.*]] = tensor.concat
// CHECK: tensor.dim %[[ALL]]
func.func @asked_below(%x: tensor<1x1x2x2xf32>, %z: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, index) {
  %f = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<0.0> : tensor<1x1x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%b : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %c = tensor.concat dim(1) %w, %z : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32>
  %c9 = arith.constant -1 : index
  %d = tensor.dim %c, %c9 : tensor<1x2x2x2xf32>
  %s = tensor.extract_slice %c[0, 0, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %t = tensor.extract_slice %c[0, 1, 0, 0] [1, 1, 2, 2] [1, 1, 1, 1] : tensor<1x2x2x2xf32> to tensor<1x1x2x2xf32>
  %r = arith.negf %s : tensor<1x1x2x2xf32>
  return %r, %t, %d : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, index
}

// Sizes of dimensions that are not there.
// CHECK-LABEL: func @size_from_nowhere(
// CHECK: tensor.extract_slice
// CHECK: arith.negf
func.func @size_from_nowhere(%x: tensor<?x1x2x2xf32>, %z: tensor<?x1x2x2xf32>) -> tensor<?x1x2x2xf32> {
  %f = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %c0 = arith.constant 0 : index
  %c9 = arith.constant 9 : index
  %h = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %e = tensor.empty(%h) : tensor<?x1x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%e : tensor<?x1x2x2xf32>) -> tensor<?x1x2x2xf32>
  %c = tensor.concat dim(1) %w, %z : (tensor<?x1x2x2xf32>, tensor<?x1x2x2xf32>) -> tensor<?x2x2x2xf32>
  %d = tensor.dim %w, %c9 : tensor<?x1x2x2xf32>
  %s = tensor.extract_slice %c[0, 0, 0, 0] [%d, 1, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> to tensor<?x1x2x2xf32>
  %r = arith.negf %s : tensor<?x1x2x2xf32>
  return %r : tensor<?x1x2x2xf32>
}

// CHECK-LABEL: func @size_from_below(
// CHECK: tensor.extract_slice
// CHECK: arith.negf
func.func @size_from_below(%x: tensor<?x1x2x2xf32>, %z: tensor<?x1x2x2xf32>) -> tensor<?x1x2x2xf32> {
  %f = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %c0 = arith.constant 0 : index
  %c9 = arith.constant -7 : index
  %h = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %e = tensor.empty(%h) : tensor<?x1x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%e : tensor<?x1x2x2xf32>) -> tensor<?x1x2x2xf32>
  %c = tensor.concat dim(1) %w, %z : (tensor<?x1x2x2xf32>, tensor<?x1x2x2xf32>) -> tensor<?x2x2x2xf32>
  %d = tensor.dim %w, %c9 : tensor<?x1x2x2xf32>
  %s = tensor.extract_slice %c[0, 0, 0, 0] [%d, 1, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> to tensor<?x1x2x2xf32>
  %r = arith.negf %s : tensor<?x1x2x2xf32>
  return %r : tensor<?x1x2x2xf32>
}

// The other result is needed.
// CHECK-LABEL: func @init_of_two_results(
// CHECK: %[[TWO:.*]]:2 = linalg.generic
// CHECK: linalg.exp {{.*}} outs(%[[TWO]]#0
func.func @init_of_two_results(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %f = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %e = tensor.empty() : tensor<1x1x2x2xf32>
  %b = arith.constant dense<0.0> : tensor<1x1x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%b : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %p:2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%w : tensor<1x1x2x2xf32>) outs(%e, %e : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  ^bb0(%in: f32, %out: f32, %out2: f32):
    %t = arith.negf %in : f32
    linalg.yield %t, %in : f32, f32
  } -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>)
  %r = linalg.exp ins(%x : tensor<1x1x2x2xf32>) outs(%p#0 : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  return %r, %p#1 : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}

func.func private @opaque(tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>

// The call may do something.
// CHECK-LABEL: func @init_of_call(
// CHECK: %[[INIT:.*]] = call @opaque
// CHECK: linalg.exp {{.*}} outs(%[[INIT]]
func.func @init_of_call(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %f = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<0.0> : tensor<1x1x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%b : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %p = func.call @opaque(%w) : (tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %r = linalg.exp ins(%x : tensor<1x1x2x2xf32>) outs(%p : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  return %r : tensor<1x1x2x2xf32>
}

// A constant costs nothing.
// CHECK-LABEL: func @constant_init(
// CHECK: %[[INIT:.*]] = arith.constant dense<0.000000e+00>
// CHECK: linalg.exp {{.*}} outs(%[[INIT]]
func.func @constant_init(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %f = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<0.0> : tensor<1x1x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%b : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %r = linalg.exp ins(%x : tensor<1x1x2x2xf32>) outs(%b : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  return %w, %r : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}

// What is an input as well is there anyway.
// CHECK-LABEL: func @init_is_input(
// CHECK: %[[INIT:.*]] = math.exp
// CHECK: linalg.negf ins(%[[INIT]] {{.*}} outs(%[[INIT]]
func.func @init_is_input(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %f = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<0.0> : tensor<1x1x2x2xf32>
  %s = math.exp %x : tensor<1x1x2x2xf32>
  %w = linalg.conv_2d_nchw_fchw ins(%s, %f : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) outs(%b : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %r = linalg.negf ins(%s : tensor<1x1x2x2xf32>) outs(%s : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  return %w, %r : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}

// Dimensions that are not there, of steps that go.
// CHECK-LABEL: func @asked_of_middle(
// CHECK: tensor.dim
// CHECK: tensor.dim
// CHECK: tensor.dim
func.func @asked_of_middle(%x: tensor<1x1x2x2xf32>, %n: index) -> (tensor<1x2x2x2xf32>, index, index, index) {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = arith.negf %y : tensor<1x2x2x2xf32>
  %k = arith.constant dense<2.0> : tensor<1x2x2x2xf32>
  %t = arith.mulf %s, %k : tensor<1x2x2x2xf32>
  %c9 = arith.constant 9 : index
  %c8 = arith.constant -8 : index
  %a = tensor.dim %s, %c9 : tensor<1x2x2x2xf32>
  %b = tensor.dim %s, %c8 : tensor<1x2x2x2xf32>
  %c = tensor.dim %y, %c9 : tensor<1x2x2x2xf32>
  return %t, %a, %b, %c : tensor<1x2x2x2xf32>, index, index, index
}
