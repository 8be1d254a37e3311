module {
  func.func @power_of_minus_half(%arg0: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
    %cst = arith.constant dense<[[[[1.000000e+00]]], [[[2.000000e+00]]]]> : tensor<2x1x1x1xf32>
    %0 = tensor.empty() : tensor<1x2x2x2xf32>
    %cst_0 = arith.constant dense<[1.000000e+01, 2.000000e+01]> : tensor<2xf32>
    %broadcasted = linalg.broadcast ins(%cst_0 : tensor<2xf32>) outs(%0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3] 
    %1 = linalg.conv_2d_nchw_fchw ins(%arg0, %cst : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%broadcasted : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    %cst_1 = arith.constant dense<[4.000000e+00, 6.400000e+01]> : tensor<2xf32>
    %2 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %cst_1 : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%0 : tensor<1x2x2x2xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %cst_3 = arith.constant -5.000000e-01 : f32
      %3 = math.powf %in_2, %cst_3 : f32
      %4 = arith.mulf %in, %3 : f32
      linalg.yield %4 : f32
    } -> tensor<1x2x2x2xf32>
    return %2 : tensor<1x2x2x2xf32>
  }
}
