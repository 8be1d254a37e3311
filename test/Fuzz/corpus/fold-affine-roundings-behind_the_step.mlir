module {
  func.func @behind_the_step(%arg0: tensor<1x1x2x2xf16>, %arg1: tensor<2xf64>) -> tensor<1x2x2x2xf16> {
    %cst = arith.constant dense<[[[[5.000000e+00]]], [[[7.000000e+00]]]]> : tensor<2x1x1x1xf16>
    %cst_0 = arith.constant dense<0.000000e+00> : tensor<1x2x2x2xf32>
    %0 = tensor.empty() : tensor<1x2x2x2xf16>
    %1 = linalg.conv_2d_nchw_fchw ins(%arg0, %cst : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%cst_0 : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    %2 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %arg1 : tensor<1x2x2x2xf32>, tensor<2xf64>) outs(%0 : tensor<1x2x2x2xf16>) {
    ^bb0(%in: f32, %in_1: f64, %out: f16):
      %3 = arith.truncf %in_1 : f64 to f32
      %4 = arith.mulf %in, %3 : f32
      %5 = arith.truncf %4 : f32 to f16
      linalg.yield %5 : f16
    } -> tensor<1x2x2x2xf16>
    return %2 : tensor<1x2x2x2xf16>
  }
}
