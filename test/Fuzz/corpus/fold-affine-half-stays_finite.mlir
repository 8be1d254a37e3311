module {
  func.func @stays_finite(%arg0: tensor<1x1x2x2xf16>) -> tensor<1x2x2x2xf16> {
    %cst = arith.constant dense<[[[[6.550400e+04]]], [[[1.000000e+00]]]]> : tensor<2x1x1x1xf16>
    %cst_0 = arith.constant dense<[1.000200e+00, 1.000000e+00]> : tensor<2xf32>
    %0 = tensor.empty() : tensor<1x2x2x2xf32>
    %cst_1 = arith.constant 0.000000e+00 : f32
    %1 = linalg.fill ins(%cst_1 : f32) outs(%0 : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    %2 = linalg.conv_2d_nchw_fchw ins(%arg0, %cst : tensor<1x1x2x2xf16>, tensor<2x1x1x1xf16>) outs(%1 : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    %3 = tensor.empty() : tensor<1x2x2x2xf16>
    %4 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%2 : tensor<1x2x2x2xf32>) outs(%3 : tensor<1x2x2x2xf16>) {
    ^bb0(%in: f32, %out: f16):
      %6 = arith.truncf %in : f32 to f16
      linalg.yield %6 : f16
    } -> tensor<1x2x2x2xf16>
    %5 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%4, %cst_0 : tensor<1x2x2x2xf16>, tensor<2xf32>) outs(%3 : tensor<1x2x2x2xf16>) {
    ^bb0(%in: f16, %in_2: f32, %out: f16):
      %6 = arith.extf %in : f16 to f32
      %7 = arith.mulf %6, %in_2 : f32
      %8 = arith.truncf %7 : f32 to f16
      linalg.yield %8 : f16
    } -> tensor<1x2x2x2xf16>
    return %5 : tensor<1x2x2x2xf16>
  }
}
