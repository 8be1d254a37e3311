// RUN: convoy-opt %s --convoy-fold-affine --mlir-print-local-scope --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir

// Without the precondition that is named above a function, of the analysis or of the pass, this
// test fails: something would be folded or formed wrongly, refused for another reason, or crash.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// Arrivals.cpp: !constant
func.func @concat_of_collapsed(%x: tensor<1x2x3x3xf32>, %x3: tensor<1x4x3x3xf32>, %w: tensor<2x2x1x1xf32>, %w3: tensor<4x4x1x1xf32>, %s: tensor<4xf32>) -> tensor<1x4x9xf32> {
  %zy1 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy1 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %zy2 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy2 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %zy3 = arith.constant dense<0.0> : tensor<1x4x3x3xf32>
  %y3 = linalg.conv_2d_nchw_fchw ins(%x3, %w3 : tensor<1x4x3x3xf32>, tensor<4x4x1x1xf32>) outs(%zy3 : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  %t1 = tensor.collapse_shape %y1 [[0], [1], [2, 3]] : tensor<1x2x3x3xf32> into tensor<1x2x9xf32>
  %t2 = tensor.collapse_shape %y2 [[0], [1], [2, 3]] : tensor<1x2x3x3xf32> into tensor<1x2x9xf32>
  %t3 = tensor.collapse_shape %y3 [[0], [1], [2, 3]] : tensor<1x4x3x3xf32> into tensor<1x4x9xf32>
  %c = tensor.concat dim(1) %t1, %t2 : (tensor<1x2x9xf32>, tensor<1x2x9xf32>) -> tensor<1x4x9xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %q = arith.addf %c, %t3 : tensor<1x4x9xf32>
  %e = tensor.empty() : tensor<1x4x9xf32>
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e : tensor<1x4x9xf32>) dimensions = [0, 2]
  %r = arith.mulf %q, %b : tensor<1x4x9xf32>
  return %r : tensor<1x4x9xf32>
}

// Arrivals.cpp: !dim
func.func @concat_of_moved(%x: tensor<1x2x5x3xf32>, %x3: tensor<1x4x3x3xf32>, %w: tensor<2x2x1x1xf32>, %w3: tensor<4x4x1x1xf32>, %s: tensor<4xf32>, %at: index) -> tensor<1x4x3x3xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x5x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x5x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x5x3xf32>) -> tensor<1x2x5x3xf32>
  %t1 = tensor.extract_slice %y1[0, 0, %at, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x2x5x3xf32> to tensor<1x2x3x3xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x5x3xf32>, tensor<2x2x1x1xf32>) outs(%i : tensor<1x2x5x3xf32>) -> tensor<1x2x5x3xf32>
  %t2 = tensor.extract_slice %y2[0, 0, %at, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x2x5x3xf32> to tensor<1x2x3x3xf32>
  %c = tensor.concat dim(1) %t1, %t2 : (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) -> tensor<1x4x3x3xf32>
  %zy3 = arith.constant dense<0.0> : tensor<1x4x3x3xf32>
  %y3 = linalg.conv_2d_nchw_fchw ins(%x3, %w3 : tensor<1x4x3x3xf32>, tensor<4x4x1x1xf32>) outs(%zy3 : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %q = arith.addf %c, %y3 : tensor<1x4x3x3xf32>
  %er = tensor.empty() : tensor<1x4x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q, %s : tensor<1x4x3x3xf32>, tensor<4xf32>) outs(%er : tensor<1x4x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// Arrivals.cpp: failed(choosePiece(id, numPieces))
// ChainSteps.cpp: failed(collectArrivals(view, forms, roots, arrivals, refusal))
func.func @crosswise_concats(%x: tensor<1x2x3x3xf32>, %w1: tensor<1x2x1x1xf32>, %w3: tensor<3x2x1x1xf32>, %s: tensor<4xf32>) -> tensor<1x4x3x3xf32> {
  %zy1 = arith.constant dense<0.0> : tensor<1x1x3x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x, %w1 : tensor<1x2x3x3xf32>, tensor<1x2x1x1xf32>) outs(%zy1 : tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xf32>
  %zy2 = arith.constant dense<0.0> : tensor<1x3x3x3xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %w3 : tensor<1x2x3x3xf32>, tensor<3x2x1x1xf32>) outs(%zy2 : tensor<1x3x3x3xf32>) -> tensor<1x3x3x3xf32>
  %zy3 = arith.constant dense<0.0> : tensor<1x3x3x3xf32>
  %y3 = linalg.conv_2d_nchw_fchw ins(%x, %w3 : tensor<1x2x3x3xf32>, tensor<3x2x1x1xf32>) outs(%zy3 : tensor<1x3x3x3xf32>) -> tensor<1x3x3x3xf32>
  %zy4 = arith.constant dense<0.0> : tensor<1x1x3x3xf32>
  %y4 = linalg.conv_2d_nchw_fchw ins(%x, %w1 : tensor<1x2x3x3xf32>, tensor<1x2x1x1xf32>) outs(%zy4 : tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xf32>
  %c = tensor.concat dim(1) %y1, %y2 : (tensor<1x1x3x3xf32>, tensor<1x3x3x3xf32>) -> tensor<1x4x3x3xf32>
  %d = tensor.concat dim(1) %y3, %y4 : (tensor<1x3x3x3xf32>, tensor<1x1x3x3xf32>) -> tensor<1x4x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %q = arith.addf %c, %d : tensor<1x4x3x3xf32>
  %er = tensor.empty() : tensor<1x4x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q, %s : tensor<1x4x3x3xf32>, tensor<4xf32>) outs(%er : tensor<1x4x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// Arrivals.cpp: !staysInPlace && !getMovement(map, resultMap, view.loopRanges, type.getShape())
func.func @derived_diagonal(%x: tensor<1x2x3x3xf32>, %w: tensor<3x2x1x1xf32>) -> tensor<1x3x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x3x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<3x2x1x1xf32>) outs(%zy : tensor<1x3x3x3xf32>) -> tensor<1x3x3x3xf32>
  %e = tensor.empty() : tensor<1x3x3x3xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d2)>, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x3x3x3xf32>) outs(%e : tensor<1x3x3x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.negf %a : f32
    linalg.yield %m : f32
  } -> tensor<1x3x3x3xf32>
  return %r : tensor<1x3x3x3xf32>
}

// Arrivals.cpp: arrivals.empty()
func.func @only_the_shape(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %v = linalg.generic {indexing_maps = [#channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s : tensor<2xf32>) outs(%y : tensor<1x2x3x3xf32>) {
  ^bb0(%p: f32, %o: f32):
    linalg.yield %p : f32
  } -> tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// Arrivals.cpp: arrivals.size() > kMaxTerms
func.func @sum_of_65(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %zy0 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y0 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy0 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %zy1 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy1 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q1 = arith.addf %y0, %y1 : tensor<1x2x3x3xf32>
  %zy2 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy2 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q2 = arith.addf %q1, %y2 : tensor<1x2x3x3xf32>
  %zy3 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y3 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy3 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q3 = arith.addf %q2, %y3 : tensor<1x2x3x3xf32>
  %zy4 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y4 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy4 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q4 = arith.addf %q3, %y4 : tensor<1x2x3x3xf32>
  %zy5 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y5 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy5 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q5 = arith.addf %q4, %y5 : tensor<1x2x3x3xf32>
  %zy6 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y6 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy6 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q6 = arith.addf %q5, %y6 : tensor<1x2x3x3xf32>
  %zy7 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y7 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy7 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q7 = arith.addf %q6, %y7 : tensor<1x2x3x3xf32>
  %zy8 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y8 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy8 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q8 = arith.addf %q7, %y8 : tensor<1x2x3x3xf32>
  %zy9 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y9 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy9 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q9 = arith.addf %q8, %y9 : tensor<1x2x3x3xf32>
  %zy10 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y10 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy10 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q10 = arith.addf %q9, %y10 : tensor<1x2x3x3xf32>
  %zy11 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y11 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy11 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q11 = arith.addf %q10, %y11 : tensor<1x2x3x3xf32>
  %zy12 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y12 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy12 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q12 = arith.addf %q11, %y12 : tensor<1x2x3x3xf32>
  %zy13 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y13 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy13 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q13 = arith.addf %q12, %y13 : tensor<1x2x3x3xf32>
  %zy14 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y14 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy14 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q14 = arith.addf %q13, %y14 : tensor<1x2x3x3xf32>
  %zy15 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y15 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy15 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q15 = arith.addf %q14, %y15 : tensor<1x2x3x3xf32>
  %zy16 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y16 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy16 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q16 = arith.addf %q15, %y16 : tensor<1x2x3x3xf32>
  %zy17 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y17 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy17 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q17 = arith.addf %q16, %y17 : tensor<1x2x3x3xf32>
  %zy18 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y18 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy18 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q18 = arith.addf %q17, %y18 : tensor<1x2x3x3xf32>
  %zy19 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y19 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy19 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q19 = arith.addf %q18, %y19 : tensor<1x2x3x3xf32>
  %zy20 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y20 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy20 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q20 = arith.addf %q19, %y20 : tensor<1x2x3x3xf32>
  %zy21 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y21 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy21 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q21 = arith.addf %q20, %y21 : tensor<1x2x3x3xf32>
  %zy22 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y22 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy22 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q22 = arith.addf %q21, %y22 : tensor<1x2x3x3xf32>
  %zy23 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y23 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy23 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q23 = arith.addf %q22, %y23 : tensor<1x2x3x3xf32>
  %zy24 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y24 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy24 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q24 = arith.addf %q23, %y24 : tensor<1x2x3x3xf32>
  %zy25 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y25 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy25 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q25 = arith.addf %q24, %y25 : tensor<1x2x3x3xf32>
  %zy26 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y26 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy26 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q26 = arith.addf %q25, %y26 : tensor<1x2x3x3xf32>
  %zy27 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y27 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy27 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q27 = arith.addf %q26, %y27 : tensor<1x2x3x3xf32>
  %zy28 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y28 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy28 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q28 = arith.addf %q27, %y28 : tensor<1x2x3x3xf32>
  %zy29 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y29 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy29 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q29 = arith.addf %q28, %y29 : tensor<1x2x3x3xf32>
  %zy30 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y30 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy30 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q30 = arith.addf %q29, %y30 : tensor<1x2x3x3xf32>
  %zy31 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y31 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy31 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q31 = arith.addf %q30, %y31 : tensor<1x2x3x3xf32>
  %zy32 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y32 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy32 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q32 = arith.addf %q31, %y32 : tensor<1x2x3x3xf32>
  %zy33 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y33 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy33 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q33 = arith.addf %q32, %y33 : tensor<1x2x3x3xf32>
  %zy34 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y34 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy34 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q34 = arith.addf %q33, %y34 : tensor<1x2x3x3xf32>
  %zy35 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y35 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy35 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q35 = arith.addf %q34, %y35 : tensor<1x2x3x3xf32>
  %zy36 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y36 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy36 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q36 = arith.addf %q35, %y36 : tensor<1x2x3x3xf32>
  %zy37 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y37 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy37 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q37 = arith.addf %q36, %y37 : tensor<1x2x3x3xf32>
  %zy38 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y38 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy38 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q38 = arith.addf %q37, %y38 : tensor<1x2x3x3xf32>
  %zy39 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y39 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy39 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q39 = arith.addf %q38, %y39 : tensor<1x2x3x3xf32>
  %zy40 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y40 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy40 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q40 = arith.addf %q39, %y40 : tensor<1x2x3x3xf32>
  %zy41 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y41 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy41 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q41 = arith.addf %q40, %y41 : tensor<1x2x3x3xf32>
  %zy42 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y42 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy42 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q42 = arith.addf %q41, %y42 : tensor<1x2x3x3xf32>
  %zy43 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y43 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy43 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q43 = arith.addf %q42, %y43 : tensor<1x2x3x3xf32>
  %zy44 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y44 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy44 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q44 = arith.addf %q43, %y44 : tensor<1x2x3x3xf32>
  %zy45 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y45 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy45 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q45 = arith.addf %q44, %y45 : tensor<1x2x3x3xf32>
  %zy46 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y46 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy46 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q46 = arith.addf %q45, %y46 : tensor<1x2x3x3xf32>
  %zy47 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y47 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy47 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q47 = arith.addf %q46, %y47 : tensor<1x2x3x3xf32>
  %zy48 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y48 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy48 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q48 = arith.addf %q47, %y48 : tensor<1x2x3x3xf32>
  %zy49 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y49 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy49 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q49 = arith.addf %q48, %y49 : tensor<1x2x3x3xf32>
  %zy50 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y50 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy50 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q50 = arith.addf %q49, %y50 : tensor<1x2x3x3xf32>
  %zy51 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y51 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy51 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q51 = arith.addf %q50, %y51 : tensor<1x2x3x3xf32>
  %zy52 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y52 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy52 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q52 = arith.addf %q51, %y52 : tensor<1x2x3x3xf32>
  %zy53 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y53 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy53 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q53 = arith.addf %q52, %y53 : tensor<1x2x3x3xf32>
  %zy54 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y54 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy54 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q54 = arith.addf %q53, %y54 : tensor<1x2x3x3xf32>
  %zy55 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y55 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy55 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q55 = arith.addf %q54, %y55 : tensor<1x2x3x3xf32>
  %zy56 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y56 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy56 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q56 = arith.addf %q55, %y56 : tensor<1x2x3x3xf32>
  %zy57 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y57 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy57 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q57 = arith.addf %q56, %y57 : tensor<1x2x3x3xf32>
  %zy58 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y58 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy58 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q58 = arith.addf %q57, %y58 : tensor<1x2x3x3xf32>
  %zy59 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y59 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy59 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q59 = arith.addf %q58, %y59 : tensor<1x2x3x3xf32>
  %zy60 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y60 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy60 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q60 = arith.addf %q59, %y60 : tensor<1x2x3x3xf32>
  %zy61 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y61 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy61 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q61 = arith.addf %q60, %y61 : tensor<1x2x3x3xf32>
  %zy62 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y62 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy62 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q62 = arith.addf %q61, %y62 : tensor<1x2x3x3xf32>
  %zy63 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y63 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy63 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %q63 = arith.addf %q62, %y63 : tensor<1x2x3x3xf32>
  %zy64 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y64 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy64 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %q64 = arith.addf %q63, %y64 : tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q64, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChainMoves.cpp: !resultType
func.func @size_of_unranked(%x: tensor<1x2x?x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %c: i1, %at: index, %o: tensor<1x2x?x3xf32>) -> (tensor<1x2x?x3xf32>, index) {
  %h0 = arith.constant 2 : index
  %n = tensor.dim %x, %h0 : tensor<1x2x?x3xf32>
  %c0 = arith.constant 0.0 : f32
  %e0 = tensor.empty(%n) : tensor<1x2x?x3xf32>
  %z = linalg.fill ins(%c0 : f32) outs(%e0 : tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x?x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32>
  // expected-remark @+1 {{[Missed] multiple-uses}}
  %u = tensor.cast %y : tensor<1x2x?x3xf32> to tensor<*xf32>
  %d = tensor.dim %u, %h0 : tensor<*xf32>
  %k = arith.negf %y : tensor<1x2x?x3xf32>
  return %k, %d : tensor<1x2x?x3xf32>, index
}

// ChainMoves.cpp: ShapedType::isDynamic(size)
func.func @inserted_with_unknown_size(%x: tensor<1x2x?x3xf32>, %w: tensor<2x2x1x1xf32>, %z: tensor<1x2x?x3xf32>, %n: index) -> tensor<1x2x?x3xf32> {
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x?x3xf32>, tensor<2x2x1x1xf32>) outs(%z : tensor<1x2x?x3xf32>) -> tensor<1x2x?x3xf32>
  %e = tensor.empty(%n) : tensor<1x2x?x3xf32>
  %v = tensor.insert_slice %y into %e[0, 0, 1, 0] [1, 2, %n, 3] [1, 1, 1, 1] : tensor<1x2x?x3xf32> into tensor<1x2x?x3xf32>
  %r = arith.negf %v : tensor<1x2x?x3xf32>
  return %r : tensor<1x2x?x3xf32>
}

// ChainMoves.cpp: covered == size
// ChainObstacles.cpp: form.hasUnderlay
func.func @activation_of_underlaid(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %t: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %s = arith.constant dense<[2.0, 4.0, 8.0, 2.0]> : tensor<4xf32>
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %v = tensor.insert_slice %y into %t[0, 0, 0, 0] [1, 2, 3, 3] [1, 1, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x4x3x3xf32>
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

// ChainMoves.cpp: sourceType.getRank() != destType.getRank()
func.func @inserted_with_less_dims(%x: tensor<1x2x3xf32>, %w: tensor<2x2x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x3x1xf32> {
  %z = arith.constant dense<0.0> : tensor<1x2x3xf32>
  %y = linalg.conv_1d_ncw_fcw ins(%x, %w : tensor<1x2x3xf32>, tensor<2x2x1xf32>) outs(%z : tensor<1x2x3xf32>) -> tensor<1x2x3xf32>
  %d = tensor.empty() : tensor<1x2x3x1xf32>
  %v = tensor.insert_slice %y into %d[0, 0, 0, 0] [1, 2, 3, 1] [1, 1, 1, 1] : tensor<1x2x3xf32> into tensor<1x2x3x1xf32>
  %er = tensor.empty() : tensor<1x2x3x1xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v, %s : tensor<1x2x3x1xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x1xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x1xf32>
  return %r : tensor<1x2x3x1xf32>
}

// ChainMoves.cpp: !insert.hasUnitStride()
func.func @inserted_once_with_strides(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<4xf32>) -> tensor<1x4x3x3xf32> {
  %zy1 = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy1 : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %d = tensor.empty() : tensor<1x4x3x3xf32>
  // expected-remark @+1 {{[Missed] not-per-channel}}
  %v = tensor.insert_slice %y1 into %d[0, 0, 0, 0] [1, 2, 3, 3] [1, 2, 1, 1] : tensor<1x2x3x3xf32> into tensor<1x4x3x3xf32>
  %er = tensor.empty() : tensor<1x4x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v, %s : tensor<1x4x3x3xf32>, tensor<4xf32>) outs(%er : tensor<1x4x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x4x3x3xf32>
  return %r : tensor<1x4x3x3xf32>
}

// ChainMoves.cpp: !forms.contains(insert.getSource())
func.func @other_into_convolution(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<2xf32>, %t: tensor<1x1x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  // expected-remark @+1 {{Remark="not folded into linalg.conv_2d_nchw_fchw: expected a whole convolution result to be inserted along one dimension}}
  %v = tensor.insert_slice %t into %y[0, 0, 0, 0] [1, 1, 3, 3] [1, 1, 1, 1] : tensor<1x1x3x3xf32> into tensor<1x2x3x3xf32>
  %er = tensor.empty() : tensor<1x2x3x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v, %s : tensor<1x2x3x3xf32>, tensor<2xf32>) outs(%er : tensor<1x2x3x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x2x3x3xf32>
  return %r : tensor<1x2x3x3xf32>
}

// ChainMoves.cpp: form.sliceDim != part->dim
func.func @inserted_along_two_dims_2(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<4xf32>, %wb: tensor<4x2x1x1xf32>, %xb: tensor<1x2x6x3xf32>) -> tensor<1x4x6x3xf32> {
  %zy1 = arith.constant dense<0.0> : tensor<1x4x3x3xf32>
  %y1 = linalg.conv_2d_nchw_fchw ins(%x, %wb : tensor<1x2x3x3xf32>, tensor<4x2x1x1xf32>) outs(%zy1 : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  %zz = arith.constant dense<0.0> : tensor<1x2x6x3xf32>
  %y2 = linalg.conv_2d_nchw_fchw ins(%xb, %w : tensor<1x2x6x3xf32>, tensor<2x2x1x1xf32>) outs(%zz : tensor<1x2x6x3xf32>) -> tensor<1x2x6x3xf32>
  %d = tensor.empty() : tensor<1x4x6x3xf32>
  %v = tensor.insert_slice %y1 into %d[0, 0, 0, 0] [1, 4, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x3xf32> into tensor<1x4x6x3xf32>
  // expected-remark @+1 {{Remark="not folded into linalg.conv_2d_nchw_fchw: expected parts of one concatenation}}
  %u = tensor.insert_slice %y2 into %v[0, 2, 0, 0] [1, 2, 6, 3] [1, 1, 1, 1] : tensor<1x2x6x3xf32> into tensor<1x4x6x3xf32>
  %er = tensor.empty() : tensor<1x4x6x3xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%u, %s : tensor<1x4x6x3xf32>, tensor<4xf32>) outs(%er : tensor<1x4x6x3xf32>) {
  ^bb0(%aa: f32, %pp: f32, %oo: f32):
    %mm = arith.mulf %aa, %pp : f32
    linalg.yield %mm : f32
  } -> tensor<1x4x6x3xf32>
  return %r : tensor<1x4x6x3xf32>
}

// ChainMoves.cpp: ShapedType::isDynamic(size)
// ParameterReader.cpp: other
func.func @concat_in_front_of_unknown(%x: tensor<1x2x3x3xf32>, %w: tensor<2x2x1x1xf32>, %s: tensor<1x?x3x3xf32>, %t: tensor<1x?x3x3xf32>) -> tensor<1x?x3x3xf32> {
  %zy = arith.constant dense<0.0> : tensor<1x2x3x3xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) outs(%zy : tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %v = tensor.concat dim(1) %y, %t : (tensor<1x2x3x3xf32>, tensor<1x?x3x3xf32>) -> tensor<1x?x3x3xf32>
  %c = arith.constant 2.0 : f32
  %e = arith.constant dense<2.0> : tensor<1x2x3x3xf32>
  %r = arith.mulf %v, %s : tensor<1x?x3x3xf32>
  return %r : tensor<1x?x3x3xf32>
}
