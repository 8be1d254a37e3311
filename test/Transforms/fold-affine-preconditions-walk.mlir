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

// ChainWalker.cpp: sum.terms.size() >= kMaxTerms
func.func @accumulated_66(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy0 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y0 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy0 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y0 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y1 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y3 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y2 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y4 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y3 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y5 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y4 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y6 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y5 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y7 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y6 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y8 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y7 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y9 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y8 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y10 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y9 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y11 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y10 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y12 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y11 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y13 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y12 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y14 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y13 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y15 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y14 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y16 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y15 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y17 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y16 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y18 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y17 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y19 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y18 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y20 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y19 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y21 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y20 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y22 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y21 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y23 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y22 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y24 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y23 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y25 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y24 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y26 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y25 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y27 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y26 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y28 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y27 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y29 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y28 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y30 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y29 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y31 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y30 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y32 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y31 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y33 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y32 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y34 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y33 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y35 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y34 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y36 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y35 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y37 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y36 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y38 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y37 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y39 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y38 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y40 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y39 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y41 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y40 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y42 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y41 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y43 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y42 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y44 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y43 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y45 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y44 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y46 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y45 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y47 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y46 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y48 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y47 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y49 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y48 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y50 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y49 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y51 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y50 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y52 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y51 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y53 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y52 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y54 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y53 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y55 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y54 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y56 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y55 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y57 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y56 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y58 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y57 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y59 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y58 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y60 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y59 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y61 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y60 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y62 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y61 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y63 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y62 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] depends-on-conv}}
  %y64 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y63 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %y65 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%y64 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y65, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChainWalker.cpp: budget > 0
func.func @size_within_long_chain(%x: tensor<1x2x?x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %c: i1, %at: index, %o: tensor<1x2x?x3xf32>) -> (tensor<1x2x?x3xf32>, index) {
  %h0 = arith.constant 2 : index
  %n = tensor.dim %x, %h0 : tensor<1x2x?x3xf32>
  %c0 = arith.constant 0.0 : f32
  %e0 = tensor.empty(%n) : tensor<1x2x?x3xf32>
  %z = linalg.fill ins(%c0 : f32) outs(%e0 : tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32>
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
