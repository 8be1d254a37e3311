// RUN: convoy-opt %s --convoy-fold-affine --verify-diagnostics --remark-policy=all --remarks-filter=convoy -o %t.mlir

// What a step reads, and what is said of it.

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#row = affine_map<(d0, d1, d2, d3) -> (d2)>

// An op that nothing reads is no obstacle.
func.func @unread_op(%x: tensor<1x1x2x2xf32>, %f: tensor<2x1x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Passed] fold-affine | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%i : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = math.exp %a : f32
    %u = arith.addf %d, %b : f32
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// The same op, read.
func.func @read_op(%x: tensor<1x1x2x2xf32>, %f: tensor<2x1x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] nonlinear-step | Category:convoy}}
  %r = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%i : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = math.exp %a : f32
    %m = arith.mulf %d, %b : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A vector along the rows is no residual.
func.func @vector_of_rows(%x: tensor<1x1x2x2xf32>, %f: tensor<2x1x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %r = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%i : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.addf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

func.func @broadcast_rows(%x: tensor<1x1x2x2xf32>, %f: tensor<2x1x1x1xf32>, %s: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %b = linalg.broadcast ins(%s : tensor<2xf32>) outs(%i : tensor<1x2x2x2xf32>) dimensions = [0, 1, 3]
  // expected-remark @+1 {{[Missed] not-per-channel | Category:convoy}}
  %r = arith.addf %y, %b : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// A residual is, and nothing is said of it.
func.func @residual(%x: tensor<1x1x2x2xf32>, %f: tensor<2x1x1x1xf32>, %s: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %i = arith.constant dense<0.0> : tensor<1x2x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %r = arith.addf %y, %s : tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

func.func @complex(%x: tensor<1x1x2x2xcomplex<f32>>, %f: tensor<2x1x1x1xcomplex<f32>>, %i: tensor<1x2x2x2xcomplex<f32>>) -> tensor<1x2x2x2xcomplex<f32>> {
  // expected-remark @+1 {{[Missed] unsupported-type | Category:convoy}}
  %y = linalg.conv_2d_nchw_fchw ins(%x, %f : tensor<1x1x2x2xcomplex<f32>>, tensor<2x1x1x1xcomplex<f32>>) outs(%i : tensor<1x2x2x2xcomplex<f32>>) -> tensor<1x2x2x2xcomplex<f32>>
  return %y : tensor<1x2x2x2xcomplex<f32>>
}
