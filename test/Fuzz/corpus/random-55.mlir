module {
  func.func @random(%a0: tensor<?x3x1x4xf16>) -> (tensor<?x1x1x1xf32>, tensor<?x1x1x1xf32>) {
    %v1 = arith.constant dense<[[[[2.935409546e-03, -2.827148438e-01, 1.042480469e-01, -5.625000000e-01]], [[3.801269531e-01, 3.291015625e-01, -1.181640625e-01, -9.448242188e-02]], [[4.162597656e-01, -6.262207031e-02, -7.548828125e-01, -5.039062500e-01]]]]> : tensor<1x3x1x4xf16>
    %v2 = arith.constant 0 : index
    %v3 = tensor.dim %a0, %v2 : tensor<?x3x1x4xf16>
    %v4 = tensor.empty(%v3) : tensor<?x1x1x1xf32>
    %v5 = arith.constant dense<[1.017688513e+00]> : tensor<1xf32>
    %v6 = arith.constant 0 : index
    %v7 = tensor.dim %a0, %v6 : tensor<?x3x1x4xf16>
    %v8 = tensor.empty(%v7) : tensor<?x1x1x1xf32>
    %v9 = linalg.broadcast ins(%v5 : tensor<1xf32>) outs(%v8 : tensor<?x1x1x1xf32>) dimensions = [0, 1, 2]
    %v10 = linalg.conv_2d_nhwc_fhwc {dilations = dense<[1, 1]> : tensor<2xi64>, strides = dense<[1, 2]> : tensor<2xi64>} ins(%a0, %v1 : tensor<?x3x1x4xf16>, tensor<1x3x1x4xf16>) outs(%v9 : tensor<?x1x1x1xf32>) -> tensor<?x1x1x1xf32>
    %v11 = arith.constant dense<[-6.535592675e-01]> : tensor<1xf32>
    %v12 = arith.constant dense<[-1.317217231e+00]> : tensor<1xf32>
    %v13 = arith.constant dense<[8.388040066e-01]> : tensor<1xf32>
    %v14 = arith.constant dense<[1.321253061e+00]> : tensor<1xf32>
    %v15 = arith.constant 0 : index
    %v16 = tensor.dim %a0, %v15 : tensor<?x3x1x4xf16>
    %v17 = tensor.empty(%v16) : tensor<?x1x1x1xf32>
    %v18 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d3)>, affine_map<(d0, d1, d2, d3) -> (d3)>, affine_map<(d0, d1, d2, d3) -> (d3)>, affine_map<(d0, d1, d2, d3) -> (d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v10, %v11, %v12, %v13, %v14 : tensor<?x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) outs(%v17 : tensor<?x1x1x1xf32>) {
    ^bb0(%b0: f32, %b1: f32, %b2: f32, %b3: f32, %b4: f32, %o: f32):
      %e = arith.constant 1.000000047e-03 : f32
      %c = arith.subf %b0, %b3 : f32
      %w = arith.addf %b4, %e : f32
      %q = math.rsqrt %w : f32
      %n = arith.mulf %c, %q : f32
      %t = arith.mulf %n, %b1 : f32
      %r = arith.addf %t, %b2 : f32
      linalg.yield %r : f32
    } -> tensor<?x1x1x1xf32>
    return %v10, %v18 : tensor<?x1x1x1xf32>, tensor<?x1x1x1xf32>
  }
}
