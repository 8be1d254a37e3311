// RUN: convoy-opt %s --convoy-absorb-parameters --split-input-file | FileCheck %s

// Operands are as good as constants and what only reshapes.

// CHECK-LABEL: func @nothing_computed
// CHECK: convoy.conv
// CHECK-SAME: bias(%{{[a-z0-9_]+}} : tensor<4xf32>) scale(%{{[a-z0-9_]+}} : tensor<4xf32>) outs
func.func @nothing_computed(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<2x2xf32>) -> tensor<2x4x7x9xf32> {
  %b = arith.constant dense<2.0> : tensor<4xf32>
  %s = tensor.collapse_shape %p [[0, 1]] : tensor<2x2xf32> into tensor<4xf32>
  %o = tensor.empty() : tensor<2x4x7x9xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      bias(%b : tensor<4xf32>) scale(%s : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return %y : tensor<2x4x7x9xf32>
}

// -----

// What was hoisted out of a loop stays there.

// CHECK-LABEL: func @hoisted
// CHECK: %[[S:.*]] = math.exp
// CHECK: scf.for
// CHECK: convoy.conv
// CHECK-SAME: scale(%[[S]] : tensor<4xf32>)
func.func @hoisted(%x: tensor<2x4x9x11xf32>, %w: tensor<4x4x1x1xf32>, %p: tensor<4xf32>, %n: index) -> tensor<2x4x9x11xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = math.exp %p : tensor<4xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%in = %x) -> tensor<2x4x9x11xf32> {
    %o = tensor.empty() : tensor<2x4x9x11xf32>
    %y = convoy.conv <nchw, fchw -> nfhw> ins(%in, %w : tensor<2x4x9x11xf32>, tensor<4x4x1x1xf32>)
        scale(%s : tensor<4xf32>) outs(%o : tensor<2x4x9x11xf32>)
        strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x9x11xf32>
    scf.yield %y : tensor<2x4x9x11xf32>
  }
  return %r : tensor<2x4x9x11xf32>
}

// -----

// Not one channel's elements: a transposition of groups and channels, one
// element of several, a vector of groups, an index, old contents of integers.

// CHECK-LABEL: func @transposed
// CHECK: %[[T:.*]] = linalg.transpose
// CHECK: convoy.conv
// CHECK-SAME: parameters(%{{.*}} : tensor<6xf32>)
func.func @transposed(%x: tensor<2x8x9x11xf32>, %w: tensor<6x8x3x3xf32>, %p: tensor<3x2xf32>) -> tensor<2x6x7x9xf32> {
  %e = tensor.empty() : tensor<2x3xf32>
  %t = linalg.transpose ins(%p : tensor<3x2xf32>) outs(%e : tensor<2x3xf32>) permutation = [1, 0]
  %v = tensor.collapse_shape %t [[0, 1]] : tensor<2x3xf32> into tensor<6xf32>
  %s = math.exp %v : tensor<6xf32>
  %o = tensor.empty() : tensor<2x6x7x9xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<6x8x3x3xf32>)
      scale(%s : tensor<6xf32>) outs(%o : tensor<2x6x7x9xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x6x7x9xf32>
  return %y : tensor<2x6x7x9xf32>
}

// -----

// CHECK-LABEL: func @one_of_several
// CHECK: %[[ELEMENT:.*]] = tensor.extract
// CHECK: convoy.conv
// CHECK-SAME: parameters(%{{.*}}, %[[ELEMENT]] : tensor<4xf32>, f32)
func.func @one_of_several(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>) -> tensor<2x4x7x9xf32> {
  %c2 = arith.constant 2 : index
  %element = tensor.extract %p[%c2] : tensor<4xf32>
  %all = tensor.splat %element : tensor<4xf32>
  %s = arith.mulf %p, %all : tensor<4xf32>
  %o = tensor.empty() : tensor<2x4x7x9xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      scale(%s : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return %y : tensor<2x4x7x9xf32>
}

// -----

// CHECK-LABEL: func @group_vector
// CHECK: %[[S:.*]] = linalg.generic
// CHECK: tensor.collapse_shape %[[S]]
// CHECK: convoy.conv
// CHECK-SAME: scale(%{{[a-z0-9_]+}} : tensor<6xf32>) outs
func.func @group_vector(%x: tensor<2x8x9x11xf32>, %w: tensor<6x8x3x3xf32>, %p: tensor<2xf32>) -> tensor<2x6x7x9xf32> {
  %e = tensor.empty() : tensor<2x3xf32>
  %t = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%p : tensor<2xf32>) outs(%e : tensor<2x3xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = math.exp %in : f32
    linalg.yield %0 : f32
  } -> tensor<2x3xf32>
  %s = tensor.collapse_shape %t [[0, 1]] : tensor<2x3xf32> into tensor<6xf32>
  %o = tensor.empty() : tensor<2x6x7x9xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<6x8x3x3xf32>)
      scale(%s : tensor<6xf32>) outs(%o : tensor<2x6x7x9xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x6x7x9xf32>
  return %y : tensor<2x6x7x9xf32>
}

// -----

// CHECK-LABEL: func @index
// CHECK: %[[S:.*]] = linalg.generic
// CHECK: convoy.conv
// CHECK-SAME: scale(%[[S]] : tensor<4xf32>)
func.func @index(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>) -> tensor<2x4x7x9xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%p : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %i = linalg.index 0 : index
    %j = arith.index_cast %i : index to i32
    %f = arith.sitofp %j : i32 to f32
    %0 = arith.mulf %in, %f : f32
    linalg.yield %0 : f32
  } -> tensor<4xf32>
  %o = tensor.empty() : tensor<2x4x7x9xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      scale(%s : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return %y : tensor<2x4x7x9xf32>
}

// -----

// An operand that no parameter can be.

// CHECK-LABEL: func @integers
// CHECK: %[[F:.*]] = arith.sitofp %{{.*}} : tensor<4xi32> to tensor<4xf32>
// CHECK: convoy.conv
// CHECK-SAME: parameters(%[[F]] : tensor<4xf32>)
// CHECK: math.exp %{{.*}} : f32
func.func @integers(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xi32>) -> tensor<2x4x7x9xf32> {
  %f = arith.sitofp %p : tensor<4xi32> to tensor<4xf32>
  %s = math.exp %f : tensor<4xf32>
  %o = tensor.empty() : tensor<2x4x7x9xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      scale(%s : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return %y : tensor<2x4x7x9xf32>
}
