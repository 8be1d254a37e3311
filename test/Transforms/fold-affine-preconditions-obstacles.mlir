// RUN: convoy-opt %s --convoy-fold-affine --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d1)>
#x41_0_map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 1)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1 floordiv 2, d2, d3)>
#scalar = affine_map<(d0, d1, d2, d3) -> ()>

// ChainObstacles.cpp: form.hasOtherElements
func.func @activation_of_mixed(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %t: tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %s = arith.constant dense<[2.0, 4.0, 8.0, 2.0]> : tensor<4xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %v = tensor.concat dim(1) %y, %t : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  %eu = tensor.empty() : tensor<1x4x3x3xf32>
  %cu = arith.constant 0.0 : f32
  // expected-remark @+1 {{[Missed] crosses-activation}}
  %u = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v : tensor<1x4x3x3xf32>) outs(%eu : tensor<1x4x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.maximumf %a, %cu : f32
    linalg.yield %m : f32
  } -> tensor<1x4x3x3xf32>
  %er = tensor.empty() : tensor<1x4x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x4x3x3xf32>, tensor<4xf32>) outs(%er : tensor<1x4x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// ChainObstacles.cpp: component.openUses != uses
func.func @activation_of_moved_and_used(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>) -> (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) {
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q = tensor.cast %y : tensor<1x2x3x3xf32> to tensor<?x2x3x3xf32>
  %v = tensor.cast %q : tensor<?x2x3x3xf32> to tensor<1x2x3x3xf32>
  %eu = tensor.empty() : tensor<1x2x3x3xf32>
  %cu = arith.constant 0.0 : f32
  // expected-remark @+1 {{[Missed] crosses-activation}}
  %u = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v : tensor<1x2x3x3xf32>) outs(%eu : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.maximumf %a, %cu : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r, %y : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>
}

// ChainObstacles.cpp: countUses(argument) != uses
func.func @activation_beside_dead(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<1x2x3x3xf32> {
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %n = arith.negf %y : tensor<1x2x3x3xf32>
  %eu = tensor.empty() : tensor<1x2x3x3xf32>
  %cu = arith.constant 0.0 : f32
  // expected-remark @+1 {{[Missed] multiple-uses}}
  %u = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x2x3x3xf32>) outs(%eu : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.maximumf %a, %cu : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChainObstacles.cpp: argument.getType() != op.getResult(0).getType()
func.func @activation_of_zero_that_widens(%arg0: tensor<1x2x3x3xf16>, %arg1: tensor<2x2x1x1xf16>) -> tensor<1x2x3x3xf32> {
  %cst = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %cst_0 = arith.constant dense<0.0> : tensor<1x2x3x3xf16>
  %0 = linalg.conv_2d_nchw_fchw ins(%arg0, %arg1 : tensor<1x2x3x3xf16>, tensor<2x2x1x1xf16>) outs(%cst_0 : tensor<1x2x3x3xf16>) -> tensor<1x2x3x3xf16>
  %1 = tensor.empty() : tensor<1x2x3x3xf32>
  %cst_1 = arith.constant 0.0 : f32
  // expected-remark @+1 {{[Missed] nonlinear-step}}
  %2 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%0 : tensor<1x2x3x3xf16>) outs(%1 : tensor<1x2x3x3xf32>) {
  ^bb0(%in: f16, %out: f32):
    %5 = arith.extf %in : f16 to f32
    %6 = arith.maximumf %5, %cst_1 : f32
    linalg.yield %cst_1 : f32
  } -> tensor<1x2x3x3xf32>
  %3 = tensor.empty() : tensor<1x2x3x3xf32>
  %4 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%2, %cst : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%3 : tensor<1x2x3x3xf32>) {
  ^bb0(%in: f32, %in_2: f32, %out: f32):
    %5 = arith.mulf %in, %in_2 : f32
    linalg.yield %5 : f32
  } -> tensor<1x2x3x3xf32>
  return %4 : tensor<1x2x3x3xf32>
}

// ChainObstacles.cpp: !inverse
func.func @activation_result_halved(%arg0: tensor<1x2x3x3xf32>, %arg1: tensor<2x2x1x1xf32>, %arg2: tensor<?xf32>) -> tensor<1x2x3x3xf32> {
  %cst = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %0 = linalg.conv_2d_nchw_fchw ins(%arg0, %arg1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%cst : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %1 = linalg.conv_2d_nchw_fchw ins(%arg0, %arg1 : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%cst : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %2 = linalg.generic {indexing_maps = [#x41_0_map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0, %arg2 : tensor<1x2x3x3xf32>, tensor<?xf32>) outs(%1 : tensor<1x2x3x3xf32>) {
  ^bb0(%in: f32, %in_0: f32, %out: f32):
    %3 = arith.mulf %in, %in_0 : f32
    linalg.yield %3 : f32
  } -> tensor<1x2x3x3xf32>
  return %2 : tensor<1x2x3x3xf32>
}

// ChainObstacles.cpp: !isa<RankedTensorType>(operand.get().getType())
// ChainRefusals.cpp: root.split
func.func @activation_by_scalar(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<1x2x3x3xf32> {
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %c = arith.constant 0.0 : f32
  %ct = arith.constant dense<0.0> : tensor<f32>
  %cv = arith.constant dense<0.0> : tensor<2xf32>
  %cf = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] crosses-activation}}
  %u = linalg.generic {indexing_maps = [#id, #scalar, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %c : tensor<1x2x3x3xf32>, f32) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %z: f32, %o: f32):
    %m = arith.maximumf %a, %z : f32
    linalg.yield %m : f32
  } -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChainObstacles.cpp: !forms.contains(operand)
// ChainObstacles.cpp: !operand.getDefiningOp<tensor::EmptyOp>()
func.func @divides_nothing(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %u = arith.divf %e, %y : tensor<1x2x3x3xf32>
  return %u : tensor<1x2x3x3xf32>
}

// ChainRefusals.cpp: coordinate.isFunctionOfDim(inner)
// ChainRefusals.cpp: isBatchDim(term.root, inner)
func.func @image_gate_of_part(%x: tensor<1x2x3x3xf32>, %w: tensor<4x2x1x1xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x4x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<4x2x1x1xf32>) outs(%zy : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  %p = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %i = arith.constant dense<0.0> : tensor<1x2xf32>
  %m = linalg.reduce { arith.addf } ins(%p : tensor<1x2x3x3xf32>) outs(%i : tensor<1x2xf32>) dimensions = [2, 3]
  %mc = tensor.collapse_shape %m [[0, 1]] : tensor<1x2xf32> into tensor<2xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] depends-on-conv}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%p, %mc : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChainRefusals.cpp: llvm::is_contained(root.conv.dims.batch, loop.getPosition())
func.func @gate(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %i = arith.constant dense<0.0> : tensor<1x2xf32>
  %m = linalg.reduce { arith.addf } ins(%y : tensor<1x2x3x3xf32>) outs(%i : tensor<1x2xf32>) dimensions = [2, 3]
  %e2 = tensor.empty() : tensor<1x2xf32>
  %g = linalg.tanh ins(%m : tensor<1x2xf32>) outs(%e2 : tensor<1x2xf32>) -> tensor<1x2xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %b = linalg.broadcast ins(%g : tensor<1x2xf32>) outs(%e : tensor<1x2x3x3xf32>) dimensions = [2, 3]
  // expected-remark @+1 {{[Missed] depends-on-conv}}
  %r = arith.mulf %y, %b : tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChainRefusals.cpp: isPartlyFolded(getForm(splits[*root.split].whole).terms.front().root)
// ChainSplits.cpp: !shift
func.func @one_part_shifted(%x: tensor<1x2x3x3xf32>, %w: tensor<4x2x1x1xf32>, %s: tensor<2xf32>, %t: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x4x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<4x2x1x1xf32>) outs(%zy : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  %p = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> to tensor<1x2x3x3xf32>
  %k = arith.constant dense<2.0> : tensor<1x2x3x3xf32>
  %a = arith.mulf %p, %k : tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{Remark="not folded into linalg.conv_2d_nchw_fchw: the steps say nothing about the channels outside of the slice}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%a, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.addf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChainSteps.cpp: pool.get(expr).kind != ChannelExprNode::Kind::Scalar
func.func @gate_by_elementwise(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e2 = tensor.empty() : tensor<1x2x3x3xf32>
  %g = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%e2 : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %q = math.tanh %a : f32
    linalg.yield %q : f32
  } -> tensor<1x2x3x3xf32>
  %g1 = arith.negf %g : tensor<1x2x3x3xf32>
  %r = arith.mulf %y, %g1 : tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChainSteps.cpp: element->isParameter
func.func @unread_in_the_end(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] nonlinear-step}}
  %u = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %m = arith.mulf %a, %p : f32
    %v = arith.mulf %p, %p : f32
    linalg.yield %v : f32
  } -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChainSteps.cpp: before
func.func @activation_arith_maximumf(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<1x2x3x3xf32> {
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %c = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %u = arith.maximumf %y, %c : tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChainSteps.cpp: (before->hasOtherElements || before->hasUnderlay)
// ChainWalker.cpp: dim
func.func @activation_arith_maxnumf(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<1x2x3x3xf32> {
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Passed] fold-affine}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %c = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %u = arith.maxnumf %y, %c : tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}
