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
