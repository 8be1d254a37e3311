module {
  func.func @errors_add_up(%arg0: tensor<1x12x2x2xf16>) -> tensor<1x1x2x2xf16> {
    %cst = arith.constant dense<[[[[5.000000e+00]], [[5.000000e+00]], [[5.000000e+00]], [[5.000000e+00]], [[5.000000e+00]], [[5.000000e+00]], [[5.000000e+00]], [[-7.000000e+00]], [[-7.000000e+00]], [[-7.000000e+00]], [[-7.000000e+00]], [[-7.000000e+00]]]]> : tensor<1x12x1x1xf16>
    %cst_0 = arith.constant dense<1.099610e+00> : tensor<1xf16>
    %0 = tensor.empty() : tensor<1x1x2x2xf16>
    %cst_1 = arith.constant 0.000000e+00 : f16
    %1 = linalg.fill ins(%cst_1 : f16) outs(%0 : tensor<1x1x2x2xf16>) -> tensor<1x1x2x2xf16>
    %2 = linalg.conv_2d_nchw_fchw ins(%arg0, %cst : tensor<1x12x2x2xf16>, tensor<1x12x1x1xf16>) outs(%1 : tensor<1x1x2x2xf16>) -> tensor<1x1x2x2xf16>
    %3 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%2, %cst_0 : tensor<1x1x2x2xf16>, tensor<1xf16>) outs(%0 : tensor<1x1x2x2xf16>) {
    ^bb0(%in: f16, %in_2: f16, %out: f16):
      %4 = arith.mulf %in, %in_2 : f16
      linalg.yield %4 : f16
    } -> tensor<1x1x2x2xf16>
    return %3 : tensor<1x1x2x2xf16>
  }
}
