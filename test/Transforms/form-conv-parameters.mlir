// RUN: convoy-opt %s --convoy-form-conv --split-input-file --verify-diagnostics \
// RUN:   --remarks-filter=convoy --remark-policy=all | FileCheck %s

// What an epilogue needs besides the sum and a residual, one number for each
// channel or for all: parameters that the prologue hands on.

// Behind an activation, a vector is neither bias nor scale.

// CHECK-LABEL: func @behind_relu
// CHECK-SAME: %[[S:[a-z0-9]+]]: tensor<6xf32>, %[[T:[a-z0-9]+]]: tensor<6x1x1xf32>
// CHECK: %[[V:.*]] = tensor.collapse_shape %[[T]] {{\[}}[0, 1, 2]] : tensor<6x1x1xf32> into tensor<6xf32>
// CHECK: convoy.conv
// CHECK-SAME: parameters(%[[S]], %[[V]] : tensor<6xf32>, tensor<6xf32>)
// CHECK: ^bb0(%[[P:.*]]: f32, %[[Q:.*]]: f32):
// CHECK-NEXT: convoy.yield_channel epilogue(%[[P]], %[[Q]] : f32, f32)
// CHECK: ^bb0(%[[ACC:.*]]: f32, %[[SCALE:.*]]: f32, %[[SHIFT:.*]]: f32):
// CHECK: %[[RELU:.*]] = arith.maximumf %[[ACC]], %{{.*}} : f32
// CHECK-NEXT: %[[SCALED:.*]] = arith.mulf %[[RELU]], %[[SCALE]] : f32
// CHECK-NEXT: %[[SHIFTED:.*]] = arith.addf %[[SCALED]], %[[SHIFT]] : f32
// CHECK-NEXT: convoy.yield %[[SHIFTED]] : f32
// CHECK-NOT: linalg
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#outer = affine_map<(d0, d1, d2, d3) -> (d1, 0, 0)>
func.func @behind_relu(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %s: tensor<6xf32>, %t: tensor<6x1x1xf32>) -> tensor<1x6x7x7xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x6x7x7xf32>
  // expected-remark @below {{formed convoy.conv of layout #convoy.layout<nchw, fchw -> nfhw>, absorbing parameters of the epilogue, epilogue (maximumf mulf addf)"}}
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%zeros : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %r = arith.maximumf %c, %zeros : tensor<1x6x7x7xf32>
  %y = linalg.generic {indexing_maps = [#id, #channel, #outer, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%r, %s, %t : tensor<1x6x7x7xf32>, tensor<6xf32>, tensor<6x1x1xf32>) outs(%zeros : tensor<1x6x7x7xf32>) {
  ^bb0(%a: f32, %b: f32, %d: f32, %out: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.addf %p, %d : f32
    linalg.yield %q : f32
  } -> tensor<1x6x7x7xf32>
  return %y : tensor<1x6x7x7xf32>
}

// -----

// scale[f] * (sum + bias[f]) is not the op's scale[f] * sum + bias[f]. A vector
// that is used twice is one parameter.

// CHECK-LABEL: func @behind_bias
// CHECK-SAME: %[[S:[a-z0-9]+]]: tensor<6xf32>
// CHECK: convoy.conv
// CHECK-SAME: bias(%{{[a-z0-9_]+}} : tensor<6xf32>) parameters(%[[S]] : tensor<6xf32>)
// CHECK: ^bb0(%[[ACC:.*]]: f32, %[[SCALE:.*]]: f32):
// CHECK-NEXT: %[[SCALED:.*]] = arith.mulf %[[ACC]], %[[SCALE]] : f32
// CHECK-NEXT: %[[MIN:.*]] = arith.minimumf %[[SCALED]], %[[SCALE]] : f32
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
func.func @behind_bias(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %s: tensor<6xf32>) -> tensor<1x6x7x7xf32> {
  %zeros = arith.constant dense<1.0> : tensor<1x6x7x7xf32>
  // expected-remark @below {{absorbing bias, parameters of the epilogue, epilogue (mulf minimumf)"}}
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%zeros : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %e = tensor.empty() : tensor<1x6x7x7xf32>
  %v = linalg.broadcast ins(%s : tensor<6xf32>) outs(%e : tensor<1x6x7x7xf32>) dimensions = [0, 2, 3]
  %y = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%c, %s : tensor<1x6x7x7xf32>, tensor<6xf32>) outs(%e : tensor<1x6x7x7xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<1x6x7x7xf32>
  %z = arith.minimumf %y, %v : tensor<1x6x7x7xf32>
  return %z : tensor<1x6x7x7xf32>
}

// -----

// Numbers for all channels: captured by a body, a scalar operand, filled in,
// and a tensor of one element. The residual's element stands in front of them.

// CHECK-LABEL: func @for_all_channels
// CHECK-SAME: %[[R:[a-z0-9]+]]: tensor<1x6x7x7xf32>, %[[A:[a-z0-9]+]]: f32, %[[B:[a-z0-9]+]]: f32, %[[C:[a-z0-9]+]]: f32, %[[ONE:[a-z0-9]+]]: tensor<1x1x1x1xf32>
// CHECK: %[[D:.*]] = tensor.collapse_shape %[[ONE]] [] : tensor<1x1x1x1xf32> into tensor<f32>
// CHECK: convoy.conv
// CHECK-SAME: residual(%[[R]] : tensor<1x6x7x7xf32>) parameters(%[[B]], %[[D]], %[[A]], %[[C]] : f32, tensor<f32>, f32, f32)
// CHECK: ^bb0(%{{.*}}: f32, %[[RES:.*]]: f32, %[[SCALAR:.*]]: f32, %[[ELEMENT:.*]]: f32, %[[CAPTURED:.*]]: f32, %[[FILLED:.*]]: f32):
// CHECK: arith.mulf %{{.*}}, %[[CAPTURED]] : f32
// CHECK: arith.addf %{{.*}}, %[[SCALAR]] : f32
// CHECK: arith.mulf %{{.*}}, %[[ELEMENT]] : f32
// CHECK: arith.subf %{{.*}}, %[[FILLED]] : f32
// CHECK: arith.addf %{{.*}}, %[[RES]] : f32
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#none = affine_map<(d0, d1, d2, d3) -> ()>
#first = affine_map<(d0, d1, d2, d3) -> (0, 0, 0, 0)>
func.func @for_all_channels(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %r: tensor<1x6x7x7xf32>,
                            %alpha: f32, %beta: f32, %gamma: f32, %one: tensor<1x1x1x1xf32>) -> tensor<1x6x7x7xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x6x7x7xf32>
  // expected-remark @below {{absorbing residual, parameters of the epilogue, epilogue (mulf addf mulf subf addf)"}}
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%zeros : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %e = tensor.empty() : tensor<1x6x7x7xf32>
  %y = linalg.generic {indexing_maps = [#id, #none, #first, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%c, %beta, %one : tensor<1x6x7x7xf32>, f32, tensor<1x1x1x1xf32>) outs(%e : tensor<1x6x7x7xf32>) {
  ^bb0(%a: f32, %b: f32, %d: f32, %out: f32):
    %p = arith.mulf %a, %alpha : f32
    %q = arith.addf %p, %b : f32
    %s = arith.mulf %q, %d : f32
    linalg.yield %s : f32
  } -> tensor<1x6x7x7xf32>
  %f = linalg.fill ins(%gamma : f32) outs(%e : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %g = arith.subf %y, %f : tensor<1x6x7x7xf32>
  %z = arith.addf %g, %r : tensor<1x6x7x7xf32>
  return %z : tensor<1x6x7x7xf32>
}

// -----

// A vector in a narrower type is widened in the epilogue.

// CHECK-LABEL: func @widened
// CHECK-SAME: %[[S:[a-z0-9]+]]: tensor<6xf16>
// CHECK: convoy.conv
// CHECK-SAME: parameters(%[[S]] : tensor<6xf16>)
// CHECK: convoy.yield_channel epilogue(%{{.*}} : f16)
// CHECK: ^bb0(%[[ACC:.*]]: f32, %[[SLOPE:.*]]: f16):
// CHECK: %[[WIDE:.*]] = arith.extf %[[SLOPE]] : f16 to f32
// CHECK: arith.mulf %[[ACC]], %[[WIDE]] : f32
// CHECK: arith.select
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#vector = affine_map<(d0, d1) -> (d0)>
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#outer = affine_map<(d0, d1, d2, d3) -> (d1, 0)>
func.func @widened(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %s: tensor<6xf16>) -> tensor<1x6x7x7xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x6x7x7xf32>
  %zero = arith.constant 0.0 : f32
  %ew = tensor.empty() : tensor<6x1xf32>
  %wide = linalg.generic {indexing_maps = [#vector, #matrix], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<6xf16>) outs(%ew : tensor<6x1xf32>) {
  ^bb0(%a: f16, %out: f32):
    %p = arith.extf %a : f16 to f32
    linalg.yield %p : f32
  } -> tensor<6x1xf32>
  // expected-remark @below {{absorbing parameters of the epilogue, epilogue (cmpf mulf select)"}}
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%zeros : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %e = tensor.empty() : tensor<1x6x7x7xf32>
  %y = linalg.generic {indexing_maps = [#id, #outer, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%c, %wide : tensor<1x6x7x7xf32>, tensor<6x1xf32>) outs(%e : tensor<1x6x7x7xf32>) {
  ^bb0(%a: f32, %slope: f32, %out: f32):
    %positive = arith.cmpf ogt, %a, %zero : f32
    %p = arith.mulf %a, %slope : f32
    %q = arith.select %positive, %a, %p : f32
    linalg.yield %q : f32
  } -> tensor<1x6x7x7xf32>
  return %y : tensor<1x6x7x7xf32>
}

// -----

// What is left behind takes its parameters along.

// CHECK-LABEL: func @left_behind
// CHECK: convoy.conv
// CHECK-NOT: parameters
// CHECK: linalg.generic
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
func.func @left_behind(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x3x3xf32>, %s: tensor<6xf32>) -> (tensor<1x6x7x7xf32>, tensor<1x6x7x7xf32>) {
  %zeros = arith.constant dense<0.0> : tensor<1x6x7x7xf32>
  // expected-remark @below {{formed convoy.conv of layout #convoy.layout<nchw, fchw -> nfhw>, absorbing epilogue (maximumf)"}}
  %c = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%zeros : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
  %r = arith.maximumf %c, %zeros : tensor<1x6x7x7xf32>
  %e = tensor.empty() : tensor<1x6x7x7xf32>
  %y = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%r, %s : tensor<1x6x7x7xf32>, tensor<6xf32>) outs(%e : tensor<1x6x7x7xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<1x6x7x7xf32>
  return %y, %r : tensor<1x6x7x7xf32>, tensor<1x6x7x7xf32>
}
