// RUN: convoy-opt %s --convoy-absorb-parameters --split-input-file | FileCheck %s
// RUN: convoy-opt %s --convoy-absorb-parameters --split-input-file > %t.once
// RUN: convoy-opt %t.once --convoy-absorb-parameters --split-input-file | diff %t.once -

// What the fold makes of a batch-norm of arguments: one op with two results.

// CHECK-LABEL: func @batch_norm
// CHECK-SAME: %[[G:[a-z0-9]+]]: tensor<4xf32>, %[[V:[a-z0-9]+]]: tensor<4xf32>, %[[B:[a-z0-9]+]]: tensor<4xf32>
// CHECK-NOT: linalg.generic
// CHECK: convoy.conv
// CHECK-SAME: parameters(%[[G]], %[[V]], %[[B]] : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
// CHECK-NEXT: ^bb0(%[[GAMMA:.*]]: f32, %[[VAR:.*]]: f32, %[[BIAS:.*]]: f32):
// CHECK-NEXT: %[[EPS:.*]] = arith.constant {{.*}} : f32
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[VAR]], %[[EPS]] : f32
// CHECK-NEXT: %[[ROOT:.*]] = math.rsqrt %[[SUM]] : f32
// CHECK-NEXT: %[[SCALE:.*]] = arith.mulf %[[ROOT]], %[[GAMMA]] : f32
// CHECK-NEXT: %[[SHIFT:.*]] = arith.mulf %[[BIAS]], %[[SCALE]] : f32
// CHECK-NEXT: convoy.yield_channel scale(%[[SCALE]] : f32) bias(%[[SHIFT]] : f32)
#v = affine_map<(d0) -> (d0)>
func.func @batch_norm(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %g: tensor<4xf32>, %v: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<2x4x7x9xf32> {
  %eps = arith.constant 1.0e-5 : f32
  %e = tensor.empty() : tensor<4xf32>
  %s:2 = linalg.generic {indexing_maps = [#v, #v, #v, #v, #v], iterator_types = ["parallel"]}
      ins(%g, %v, %b : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) outs(%e, %e : tensor<4xf32>, tensor<4xf32>) {
  ^bb0(%gamma: f32, %var: f32, %bias: f32, %o0: f32, %o1: f32):
    %0 = arith.addf %var, %eps : f32
    %1 = math.rsqrt %0 : f32
    %2 = arith.mulf %1, %gamma : f32
    %3 = arith.mulf %bias, %2 : f32
    linalg.yield %2, %3 : f32, f32
  } -> (tensor<4xf32>, tensor<4xf32>)
  %o = tensor.empty() : tensor<2x4x7x9xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      bias(%s#1 : tensor<4xf32>) scale(%s#0 : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return %y : tensor<2x4x7x9xf32>
}

// -----

// Named ops, ops on tensors, reshapes, single elements and scalars, groups
// split off the channels. Only the bias is computed: the scale stays.

// CHECK-LABEL: func @spellings
// CHECK-SAME: %[[S:[a-z0-9]+]]: tensor<6xf32>, %[[P:[a-z0-9]+]]: tensor<1x2x3x1xf32>, %[[E:[a-z0-9]+]]: tensor<f32>, %[[A:[a-z0-9]+]]: f32, %[[ONE:[a-z0-9]+]]: tensor<1x1xf32>
// CHECK-NOT: linalg
// CHECK-DAG: %[[VECTOR:.*]] = tensor.collapse_shape %[[P]] {{\[}}[0, 1, 2, 3]] : tensor<1x2x3x1xf32> into tensor<6xf32>
// CHECK-DAG: %[[ELEMENT:.*]] = tensor.collapse_shape %[[ONE]] [] : tensor<1x1xf32> into tensor<f32>
// CHECK: convoy.conv
// CHECK-SAME: scale(%[[S]] : tensor<6xf32>)
// CHECK-SAME: parameters(%[[VECTOR]], %[[E]], %[[A]], %[[ELEMENT]] : tensor<6xf32>, tensor<f32>, f32, tensor<f32>)
// CHECK: ^bb0(%[[V0:.*]]: f32, %[[V1:.*]]: f32, %[[V2:.*]]: f32, %[[V3:.*]]: f32):
// CHECK-NEXT: %[[T0:.*]] = arith.addf %[[V0]], %[[V1]] : f32
// CHECK-NEXT: %[[T1:.*]] = arith.mulf %[[T0]], %[[V2]] : f32
// CHECK-NEXT: %[[T2:.*]] = arith.subf %[[T1]], %[[V3]] : f32
// CHECK-NEXT: %[[T3:.*]] = math.sqrt %[[T2]] : f32
// CHECK-NEXT: convoy.yield_channel bias(%[[T3]] : f32)
func.func @spellings(%x: tensor<2x4x9x11xf32>, %w: tensor<6x2x3x3xf32>, %s: tensor<6xf32>,
                     %p: tensor<1x2x3x1xf32>, %e: tensor<f32>, %a: f32, %one: tensor<1x1xf32>) -> tensor<2x6x7x9xf32> {
  %e0 = tensor.empty() : tensor<1x2x3x1xf32>
  %v0 = linalg.broadcast ins(%e : tensor<f32>) outs(%e0 : tensor<1x2x3x1xf32>) dimensions = [0, 1, 2, 3]
  %v1 = linalg.add ins(%p, %v0 : tensor<1x2x3x1xf32>, tensor<1x2x3x1xf32>) outs(%e0 : tensor<1x2x3x1xf32>) -> tensor<1x2x3x1xf32>
  %v2 = tensor.collapse_shape %v1 [[0, 1], [2, 3]] : tensor<1x2x3x1xf32> into tensor<2x3xf32>
  %e1 = tensor.empty() : tensor<2x3xf32>
  %a1 = linalg.fill ins(%a : f32) outs(%e1 : tensor<2x3xf32>) -> tensor<2x3xf32>
  %v3 = arith.mulf %v2, %a1 : tensor<2x3xf32>
  %c0 = arith.constant 0 : index
  %elt = tensor.extract %one[%c0, %c0] : tensor<1x1xf32>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%v3 : tensor<2x3xf32>) outs(%e1 : tensor<2x3xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.subf %in, %elt : f32
    linalg.yield %0 : f32
  } -> tensor<2x3xf32>
  %v5 = tensor.collapse_shape %v4 [[0, 1]] : tensor<2x3xf32> into tensor<6xf32>
  %v6 = math.sqrt %v5 : tensor<6xf32>
  %o = tensor.empty() : tensor<2x6x7x9xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x4x9x11xf32>, tensor<6x2x3x3xf32>)
      bias(%v6 : tensor<6xf32>) scale(%s : tensor<6xf32>) outs(%o : tensor<2x6x7x9xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] groups = 2 -> tensor<2x6x7x9xf32>
  return %y : tensor<2x6x7x9xf32>
}

// -----

// What another op uses is copied.

// CHECK-LABEL: func @used_elsewhere
// CHECK-SAME: %[[P:[a-z0-9]+]]: tensor<4xf32>
// CHECK: %[[S:.*]] = math.exp %[[P]] : tensor<4xf32>
// CHECK: convoy.conv
// CHECK-SAME: parameters(%[[P]] : tensor<4xf32>)
// CHECK: math.exp %{{.*}} : f32
// CHECK: return %{{.*}}, %[[S]]
func.func @used_elsewhere(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>) -> (tensor<2x4x7x9xf32>, tensor<4xf32>) {
  %s = math.exp %p : tensor<4xf32>
  %o = tensor.empty() : tensor<2x4x7x9xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      scale(%s : tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x4x7x9xf32>
  return %y, %s : tensor<2x4x7x9xf32>, tensor<4xf32>
}

// -----

// Parameters that are computed join a prologue that is there, and give way to
// what they are computed from.

// CHECK-LABEL: func @existing_prologue
// CHECK-SAME: %[[P:[a-z0-9]+]]: tensor<4xf32>, %[[Q:[a-z0-9]+]]: tensor<4xf32>
// CHECK-NOT: arith.addf
// CHECK: convoy.conv
// CHECK-SAME: parameters(%[[Q]], %[[P]] : tensor<4xf32>, tensor<4xf32>)
// CHECK-NEXT: ^bb0(%[[B:.*]]: f32, %[[A:.*]]: f32):
// CHECK-NEXT: %[[EXP:.*]] = math.exp %[[A]] : f32
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[A]], %[[B]] : f32
// CHECK-NEXT: %[[NEG:.*]] = arith.negf %[[SUM]] : f32
// CHECK-NEXT: convoy.yield_channel scale(%[[EXP]] : f32) bias(%[[NEG]] : f32) epilogue(%[[B]] : f32)
func.func @existing_prologue(%x: tensor<2x8x9x11xf32>, %w: tensor<4x8x3x3xf32>, %p: tensor<4xf32>, %q: tensor<4xf32>) -> tensor<2x4x7x9xf32> {
  %sum = arith.addf %p, %q : tensor<4xf32>
  %s = math.exp %p : tensor<4xf32>
  %o = tensor.empty() : tensor<2x4x7x9xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<4x8x3x3xf32>)
      scale(%s : tensor<4xf32>) parameters(%sum, %q : tensor<4xf32>, tensor<4xf32>) outs(%o : tensor<2x4x7x9xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0]
      prologue {
      ^bb0(%a: f32, %b: f32):
        %neg = arith.negf %a : f32
        convoy.yield_channel bias(%neg : f32) epilogue(%b : f32)
      } epilogue {
      ^bb0(%acc: f32, %limit: f32):
        %min = arith.minimumf %acc, %limit : f32
        convoy.yield %min : f32
      } -> tensor<2x4x7x9xf32>
  return %y : tensor<2x4x7x9xf32>
}

// -----

// An unknown number of channels.

// CHECK-LABEL: func @dynamic_channels
// CHECK: convoy.conv
// CHECK-SAME: parameters(%{{.*}} : tensor<?xf32>)
func.func @dynamic_channels(%x: tensor<2x8x9x11xf32>, %w: tensor<?x8x3x3xf32>, %p: tensor<?xf32>, %o: tensor<2x?x7x9xf32>) -> tensor<2x?x7x9xf32> {
  %s = math.exp %p : tensor<?xf32>
  %y = convoy.conv <nchw, fchw -> nfhw> ins(%x, %w : tensor<2x8x9x11xf32>, tensor<?x8x3x3xf32>)
      scale(%s : tensor<?xf32>) outs(%o : tensor<2x?x7x9xf32>)
      strides = [1, 1] dilations = [1, 1] pad = [0, 0] to [0, 0] -> tensor<2x?x7x9xf32>
  return %y : tensor<2x?x7x9xf32>
}
