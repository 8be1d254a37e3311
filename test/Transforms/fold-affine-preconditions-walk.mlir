// RUN: convoy-opt %s --convoy-fold-affine --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// ChainWalker.cpp: inPieces
func.func @onto_concat(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %w4: tensor<4x2x1x1xf32>, %s: tensor<4xf32>, %o2: tensor<1x2x3x3xf32>, %o4: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %zy1 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy1 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %zy2 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy2 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %i = tensor.concat dim(1) %y1, %y2 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  // expected-remark @+1 {{[Missed] depends-on-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w4 : tensor<1x2x3x3xf32>, tensor<4x2x1x1xf32>) outs(%i : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  %er = tensor.empty() : tensor<1x4x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x4x3x3xf32>, tensor<4xf32>) outs(%er : tensor<1x4x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// ChainWalker.cpp: sum.hasOtherElements
func.func @onto_mixed(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %w4: tensor<4x2x1x1xf32>, %s: tensor<4xf32>, %o2: tensor<1x2x3x3xf32>, %o4: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %zy1 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy1 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %i = tensor.concat dim(1) %y1, %o2 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  // expected-remark @+1 {{[Missed] depends-on-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w4 : tensor<1x2x3x3xf32>, tensor<4x2x1x1xf32>) outs(%i : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  %er = tensor.empty() : tensor<1x4x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x4x3x3xf32>, tensor<4xf32>) outs(%er : tensor<1x4x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// ChainWalker.cpp: sum.hasUnderlay
func.func @onto_underlaid_cast(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %w4: tensor<4x2x1x1xf32>, %s: tensor<4xf32>, %o4: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %zy1 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy1 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %i0 = tensor.insert_slice %y1 into %o4[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x4x3x3xf32>
  %i1 = tensor.cast %i0 : tensor<1x4x3x3xf32> to tensor<?x4x3x3xf32>
  %i = tensor.cast %i1 : tensor<?x4x3x3xf32> to tensor<1x4x3x3xf32>
  // expected-remark @+1 {{[Missed] depends-on-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w4 : tensor<1x2x3x3xf32>, tensor<4x2x1x1xf32>) outs(%i : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  %er = tensor.empty() : tensor<1x4x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x4x3x3xf32>, tensor<4xf32>) outs(%er : tensor<1x4x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// ChainWalker.cpp: sum.sliceDim
func.func @onto_half(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %w4: tensor<4x2x1x1xf32>, %s: tensor<4xf32>, %o2: tensor<1x2x3x3xf32>, %o4: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %zy1 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy1 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %d = tensor.empty() : tensor<1x4x3x3xf32>
  %i = tensor.insert_slice %y1 into %d[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x4x3x3xf32>
  // expected-remark @+1 {{[Missed] depends-on-conv}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w4 : tensor<1x2x3x3xf32>, tensor<4x2x1x1xf32>) outs(%i : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  %er = tensor.empty() : tensor<1x4x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x4x3x3xf32>, tensor<4xf32>) outs(%er : tensor<1x4x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// ChainWalker.cpp: budget > 0
func.func @size_within_long_chain(%x: tensor<1x2x?x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %c: i1, %at: index, %o: tensor<1x2x?x3xf32>) -> (tensor<1x2x?x3xf32>, index) {
  %h0 = arith.constant 2 : index
  %n = tensor.dim %x, %h0 : tensor<1x2x?x3xf32>
  %c0 = arith.constant 0.0 : f32
  %e0 = tensor.empty(%n) : tensor<1x2x?x3xf32>
  %z = linalg.fill ins(%c0 : f32) outs(%e0 : tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32>
  // expected-remark @+1 {{folded 10 steps}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x?x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32>
  %g0 = arith.negf %y : tensor<1x2x?x3xf32>
  %g1 = arith.negf %g0 : tensor<1x2x?x3xf32>
  %g2 = arith.negf %g1 : tensor<1x2x?x3xf32>
  %g3 = arith.negf %g2 : tensor<1x2x?x3xf32>
  %g4 = arith.negf %g3 : tensor<1x2x?x3xf32>
  %g5 = arith.negf %g4 : tensor<1x2x?x3xf32>
  %g6 = arith.negf %g5 : tensor<1x2x?x3xf32>
  %g7 = arith.negf %g6 : tensor<1x2x?x3xf32>
  %g8 = arith.negf %g7 : tensor<1x2x?x3xf32>
  %g9 = arith.negf %g8 : tensor<1x2x?x3xf32>
  %d = tensor.dim %g9, %h0 : tensor<1x2x?x3xf32>
  %k = arith.negf %g9 : tensor<1x2x?x3xf32>
  return %k, %d : tensor<1x2x?x3xf32>, index
}

// ChainWalker.cpp: takesFromOperand
// ChainWalker.cpp: areSizesForwardable(op->getOperand(0), budget - 1)
// ChainWalker.cpp: areSizesForwardable(use.get(), kMaxForwardedOps)
func.func @size_of_cast_slice(%x: tensor<1x2x?x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %c: i1, %at: index, %o: tensor<1x2x?x3xf32>) -> (tensor<1x2x?x?xf32>, index) {
  %h0 = arith.constant 2 : index
  %n = tensor.dim %x, %h0 : tensor<1x2x?x3xf32>
  %c0 = arith.constant 0.0 : f32
  %e0 = tensor.empty(%n) : tensor<1x2x?x3xf32>
  %z = linalg.fill ins(%c0 : f32) outs(%e0 : tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x?x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32>
  %v = tensor.extract_slice %y[0, 0, 0, 0] [1, 2, %at, 3] [1, 1, 1, 1] : tensor<1x2x?x3xf32> to tensor<1x2x?x3xf32>
  %vc = tensor.cast %v : tensor<1x2x?x3xf32> to tensor<1x2x?x?xf32>
  // expected-remark @+1 {{[Missed] multiple-uses}}
  %d = tensor.dim %vc, %h0 : tensor<1x2x?x?xf32>
  %k = arith.negf %vc : tensor<1x2x?x?xf32>
  return %k, %d : tensor<1x2x?x?xf32>, index
}

// ChainWalker.cpp: isa<RankedTensorType>(op->getOperand(0).getType())
func.func @size_of_crossed_select(%x: tensor<1x2x?x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %c: i1, %at: index, %o: tensor<1x2x?x3xf32>) -> (tensor<1x2x?x3xf32>, index) {
  %h0 = arith.constant 2 : index
  %n = tensor.dim %x, %h0 : tensor<1x2x?x3xf32>
  %c0 = arith.constant 0.0 : f32
  %e0 = tensor.empty(%n) : tensor<1x2x?x3xf32>
  %z = linalg.fill ins(%c0 : f32) outs(%e0 : tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x?x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32>
  %v = arith.select %c, %y, %z : tensor<1x2x?x3xf32>
  %d = tensor.dim %v, %h0 : tensor<1x2x?x3xf32>
  %k1 = arith.addf %v, %v : tensor<1x2x?x3xf32>
  return %k1, %d : tensor<1x2x?x3xf32>, index
}

// ChainWalker.cpp: dim.getConstantIndex()
func.func @size_along_unknown(%x: tensor<1x2x?x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %c: i1, %at: index, %o: tensor<1x2x?x3xf32>) -> (tensor<1x2x?x3xf32>, index) {
  %h0 = arith.constant 2 : index
  %n = tensor.dim %x, %h0 : tensor<1x2x?x3xf32>
  %c0 = arith.constant 0.0 : f32
  %e0 = tensor.empty(%n) : tensor<1x2x?x3xf32>
  %z = linalg.fill ins(%c0 : f32) outs(%e0 : tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x?x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32>
  // expected-remark @+1 {{[Missed] multiple-uses}}
  %d = tensor.dim %y, %at : tensor<1x2x?x3xf32>
  %k = arith.negf %y : tensor<1x2x?x3xf32>
  return %k, %d : tensor<1x2x?x3xf32>, index
}

// InputWalk.cpp: next && walk.isStep && walk.varies()
func.func @input_used(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) {
  %eq = tensor.empty() : tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] multiple-uses}}
  %q = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%eq : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%q, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %y, %q : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>
}
