// RUN: convoy-opt %s --convoy-fold-affine --canonicalize --cse -o %t.mlir
// RUN: FileCheck %s --input-file %t.mlir

// Folding again changes nothing.
// RUN: convoy-opt %t.mlir --convoy-fold-affine --canonicalize --cse | diff %t.mlir -

// Dynamic sizes. Filter [1, 2], bias [10, 20], scale [2, 4].

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

// CHECK-LABEL: func @batch(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @batch(%x: tensor<?x1x2x2xf32>) -> tensor<?x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %e = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<?x2x2x2xf32>, tensor<2xf32>) outs(%e : tensor<?x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2x2xf32>
  return %r : tensor<?x2x2x2xf32>
}

// The step asks the convolution for its size, which is that of its init: no other use.
// CHECK-LABEL: func @size_of_the_convolution(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @size_of_the_convolution(%x: tensor<?x1x2x2xf32>) -> tensor<?x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %e = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %m0 = tensor.dim %y, %c0 : tensor<?x2x2x2xf32>
  %e2 = tensor.empty(%m0) : tensor<?x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<?x2x2x2xf32>, tensor<2xf32>) outs(%e2 : tensor<?x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2x2xf32>
  return %r : tensor<?x2x2x2xf32>
}

// The size of a step that writes into the convolution itself.
// CHECK-LABEL: func @size_of_a_step(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[4.000000e+00]]], [[[3.200000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[4.000000e+01, 3.200000e+02]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @size_of_a_step(%x: tensor<?x1x2x2xf32>) -> tensor<?x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %e = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<?x2x2x2xf32>, tensor<2xf32>) outs(%y : tensor<?x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2x2xf32>
  %m0 = tensor.dim %1, %c0 : tensor<?x2x2x2xf32>
  %e2 = tensor.empty(%m0) : tensor<?x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %s : tensor<?x2x2x2xf32>, tensor<2xf32>) outs(%e2 : tensor<?x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2x2xf32>
  return %r : tensor<?x2x2x2xf32>
}

// CHECK-LABEL: func @image(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: return %[[Y]]
func.func @image(%x: tensor<?x1x?x?xf32>) -> tensor<?x2x?x?xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x?x?xf32>
  %h = tensor.dim %x, %c2 : tensor<?x1x?x?xf32>
  %w = tensor.dim %x, %c3 : tensor<?x1x?x?xf32>
  %e = tensor.empty(%n, %h, %w) : tensor<?x2x?x?xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<?x2x?x?xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x?x?xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<?x2x?x?xf32>, tensor<2xf32>) outs(%e : tensor<?x2x?x?xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x2x?x?xf32>
  return %r : tensor<?x2x?x?xf32>
}

// The number of channels is dynamic: the parameters are run-time values.
// CHECK-LABEL: func @channels(
// CHECK-SAME: %[[X:.*]]: tensor<1x1x2x2xf32>, %[[F:.*]]: tensor<?x1x1x1xf32>, %[[S:.*]]: tensor<?xf32>)
// CHECK: %[[FILTER:.*]] = linalg.generic {{.*}} ins(%[[F]], %[[S]] : {{.*}}) outs({{.*}} : tensor<?x1x1x1xf32>)
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%[[X]], %[[FILTER]] :
// CHECK-NEXT: return %[[Y]]
func.func @channels(%x: tensor<1x1x2x2xf32>, %f: tensor<?x1x1x1xf32>, %s: tensor<?xf32>) -> tensor<1x?x2x2xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %n = tensor.dim %s, %c0 : tensor<?xf32>
  %e = tensor.empty(%n) : tensor<1x?x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x?x2x2xf32>) -> tensor<1x?x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<?x1x1x1xf32>) outs(%i : tensor<1x?x2x2xf32>) -> tensor<1x?x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x?x2x2xf32>, tensor<?xf32>) outs(%e : tensor<1x?x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<1x?x2x2xf32>
  return %r : tensor<1x?x2x2xf32>
}

// One number for all channels, however many there are.
// CHECK-LABEL: func @uniform_scale_of_dynamic_channels(
// CHECK-SAME: %[[X:.*]]: tensor<1x1x2x2xf32>, %[[F:.*]]: tensor<?x1x1x1xf32>)
// CHECK: %[[FILTER:.*]] = linalg.generic {{.*}} ins(%[[F]]{{.*}} outs({{.*}} : tensor<?x1x1x1xf32>)
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw ins(%[[X]], %[[FILTER]] :
// CHECK-NEXT: return %[[Y]]
func.func @uniform_scale_of_dynamic_channels(%x: tensor<1x1x2x2xf32>, %f: tensor<?x1x1x1xf32>) -> tensor<1x?x2x2xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %n = tensor.dim %f, %c0 : tensor<?x1x1x1xf32>
  %e = tensor.empty(%n) : tensor<1x?x2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x?x2x2xf32>) -> tensor<1x?x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<?x1x1x1xf32>) outs(%i : tensor<1x?x2x2xf32>) -> tensor<1x?x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x?x2x2xf32>) outs(%e : tensor<1x?x2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.constant 3.0 : f32
    %m = arith.mulf %a, %c : f32
    linalg.yield %m : f32
  } -> tensor<1x?x2x2xf32>
  return %r : tensor<1x?x2x2xf32>
}

// A static result seen through a cast.
// CHECK-LABEL: func @cast_in_between(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG{LITERAL}: arith.constant dense<[2.000000e+01, 8.000000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[Y]]
// CHECK-NEXT: return %[[CAST]]
func.func @cast_in_between(%x: tensor<1x1x2x2xf32>) -> tensor<?x2x2x2xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %k = tensor.cast %y : tensor<1x2x2x2xf32> to tensor<?x2x2x2xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c1 : tensor<1x1x2x2xf32>
  %e2 = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%k, %s : tensor<?x2x2x2xf32>, tensor<2xf32>) outs(%e2 : tensor<?x2x2x2xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x2x2x2xf32>
  return %r : tensor<?x2x2x2xf32>
}

// The channels stay apart from the dynamic image.
// CHECK-LABEL: func @dynamic_image_collapsed(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK: %[[Y:.*]] = linalg.conv_2d_nchw_fchw
// CHECK-NEXT: %[[T:.*]] = tensor.collapse_shape %[[Y]]
// CHECK-NEXT: return %[[T]]
func.func @dynamic_image_collapsed(%x: tensor<?x1x?x?xf32>) -> tensor<?x2x?xf32> {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x?x?xf32>
  %h = tensor.dim %x, %c2 : tensor<?x1x?x?xf32>
  %w = tensor.dim %x, %c3 : tensor<?x1x?x?xf32>
  %e = tensor.empty(%n, %h, %w) : tensor<?x2x?x?xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<?x2x?x?xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x?x?xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32>
  %k = tensor.collapse_shape %y [[0], [1], [2, 3]] : tensor<?x2x?x?xf32> into tensor<?x2x?xf32>
  %hw = arith.muli %h, %w : index
  %e2 = tensor.empty(%n, %hw) : tensor<?x2x?xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%k, %s : tensor<?x2x?xf32>, tensor<2xf32>) outs(%e2 : tensor<?x2x?xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x2x?xf32>
  return %r : tensor<?x2x?xf32>
}

// Asking a cast or a reshape for its sizes does not need the unfolded values.
// CHECK-LABEL: func @sizes_of_moved_values(
// CHECK-DAG{LITERAL}: arith.constant dense<[[[[2.000000e+00]]], [[[8.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-COUNT-1: linalg.conv_2d_nchw_fchw
// CHECK-NOT: arith.mulf
func.func @sizes_of_moved_values(%x: tensor<?x1x?x?xf32>) -> (tensor<?x2x?xf32>, index, index, index) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x?x?xf32>
  %h = tensor.dim %x, %c2 : tensor<?x1x?x?xf32>
  %w = tensor.dim %x, %c3 : tensor<?x1x?x?xf32>
  %e = tensor.empty(%n, %h, %w) : tensor<?x2x?x?xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<?x2x?x?xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x?x?xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32>
  %cast = tensor.cast %y : tensor<?x2x?x?xf32> to tensor<?x?x?x?xf32>
  %h1 = tensor.dim %cast, %c2 : tensor<?x?x?x?xf32>
  %back = tensor.cast %cast : tensor<?x?x?x?xf32> to tensor<?x2x?x?xf32>
  %k = tensor.collapse_shape %back [[0], [1], [2, 3]] : tensor<?x2x?x?xf32> into tensor<?x2x?xf32>
  %n1 = tensor.dim %k, %c0 : tensor<?x2x?xf32>
  %hw = tensor.dim %k, %c2 : tensor<?x2x?xf32>
  %e2 = tensor.empty(%n1, %hw) : tensor<?x2x?xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%k, %s : tensor<?x2x?xf32>, tensor<2xf32>) outs(%e2 : tensor<?x2x?xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x2x?xf32>
  return %r, %h1, %n1, %hw : tensor<?x2x?xf32>, index, index, index
}

// The parts of a concatenation are taken out again, for all images that there are.
// CHECK-LABEL: func @parts_of_a_concatenation(
// CHECK-NOT: tensor.concat
// CHECK-COUNT-2: linalg.conv_2d_nchw_fchw
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @parts_of_a_concatenation(%x: tensor<?x1x2x2xf32>) -> (tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>) {
  %g = arith.constant dense<[[[[5.0]]], [[[7.0]]]]> : tensor<2x1x1x1xf32>
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %e = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%e : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %g : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>) -> tensor<?x4x2x2xf32>
  %m = tensor.dim %c, %c0 : tensor<?x4x2x2xf32>
  %p = tensor.extract_slice %c[0, 0, 0, 0] [%m, 2, 2, 2] [1, 1, 1, 1] : tensor<?x4x2x2xf32> to tensor<?x2x2x2xf32>
  %q = tensor.extract_slice %c[0, 2, 0, 0] [%n, 2, 2, 2] [1, 1, 1, 1] : tensor<?x4x2x2xf32> to tensor<?x2x2x2xf32>
  %r = linalg.mul ins(%p, %b : tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  return %r, %q : tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>
}

// Fewer images than there are: that is a slice.
// CHECK-LABEL: func @fewer_images(
// CHECK: tensor.concat
// CHECK: tensor.extract_slice
// CHECK: linalg.mul
func.func @fewer_images(%x: tensor<?x1x2x2xf32>, %m: index) -> (tensor<?x2x2x2xf32>, tensor<?x4x2x2xf32>) {
  %f = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x2x2xf32>
  %e = tensor.empty(%n) : tensor<?x2x2x2xf32>
  %em = tensor.empty(%m) : tensor<?x2x2x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%em : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %z = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %c = tensor.concat dim(1) %y, %z : (tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>) -> tensor<?x4x2x2xf32>
  %p = tensor.extract_slice %c[0, 0, 0, 0] [%m, 2, 2, 2] [1, 1, 1, 1] : tensor<?x4x2x2xf32> to tensor<?x2x2x2xf32>
  %r = linalg.mul ins(%p, %b : tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>) outs(%em : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  return %r, %c : tensor<?x2x2x2xf32>, tensor<?x4x2x2xf32>
}
