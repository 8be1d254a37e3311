module {
  func.func @vectors_as_elements(%arg0: tensor<1x2x3x5xf32>, %arg1: tensor<2x2x1x1xf32>, %arg2: tensor<2xvector<4xf32>>) -> tensor<1x2x3x5xf32> {
    %0 = tensor.empty() : tensor<1x2x3x5xf32>
    %cst = arith.constant 0.000000e+00 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
    %2 = linalg.conv_2d_nchw_fchw ins(%arg0, %arg1 : tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) outs(%1 : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
    %3 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%2, %arg2 : tensor<1x2x3x5xf32>, tensor<2xvector<4xf32>>) outs(%0 : tensor<1x2x3x5xf32>) {
    ^bb0(%in: f32, %in_0: vector<4xf32>, %out: f32):
      %4 = vector.extract %in_0[2] : f32 from vector<4xf32>
      %5 = arith.mulf %in, %4 : f32
      linalg.yield %5 : f32
    } -> tensor<1x2x3x5xf32>
    return %3 : tensor<1x2x3x5xf32>
  }
}
