module {
  func.func @random(%a0: tensor<?x2x2xf16>, %a1: tensor<3x2x6xf16>, %a2: tensor<6xf32>) -> (tensor<?x6x1xf16>) {
    %v1 = arith.constant 0.000000000e+00 : f16
    %v2 = tensor.pad %a0 low[0, 0, 0] high[0, 1, 0] {
    ^bb0(%i0: index, %i1: index, %i2: index):
      tensor.yield %v1 : f16
    } : tensor<?x2x2xf16> to tensor<?x3x2xf16>
    %v3 = arith.constant 0 : index
    %v4 = tensor.dim %a0, %v3 : tensor<?x2x2xf16>
    %v5 = tensor.empty(%v4) : tensor<?x1x6xf16>
    %v6 = arith.constant dense<[-6.635742188e-01, 9.477539062e-01, 1.313476562e+00, 1.944580078e-01, 8.535156250e-01, 1.365234375e+00]> : tensor<6xf16>
    %v7 = arith.constant 0 : index
    %v8 = tensor.dim %a0, %v7 : tensor<?x2x2xf16>
    %v9 = tensor.empty(%v8) : tensor<?x1x6xf16>
    %v10 = linalg.broadcast ins(%v6 : tensor<6xf16>) outs(%v9 : tensor<?x1x6xf16>) dimensions = [0, 1]
    %v11 = linalg.conv_1d_nwc_wcf {dilations = dense<[1]> : tensor<1xi64>, strides = dense<[1]> : tensor<1xi64>} ins(%v2, %a1 : tensor<?x3x2xf16>, tensor<3x2x6xf16>) outs(%v10 : tensor<?x1x6xf16>) -> tensor<?x1x6xf16>
    %v12 = arith.constant 0 : index
    %v13 = tensor.dim %a0, %v12 : tensor<?x2x2xf16>
    %v14 = tensor.empty(%v13) : tensor<?x1x6xf32>
    %v15 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v11 : tensor<?x1x6xf16>) outs(%v14 : tensor<?x1x6xf32>) {
    ^bb0(%b0: f16, %o: f32):
      %r = arith.extf %b0 : f16 to f32
      linalg.yield %r : f32
    } -> tensor<?x1x6xf32>
    %v16 = arith.constant 0 : index
    %v17 = tensor.dim %a0, %v16 : tensor<?x2x2xf16>
    %v18 = tensor.empty(%v17) : tensor<?x6x1xf32>
    %v19 = linalg.transpose ins(%v15 : tensor<?x1x6xf32>) outs(%v18 : tensor<?x6x1xf32>) permutation = [0, 2, 1]
    %v20 = arith.constant 0 : index
    %v21 = tensor.dim %a0, %v20 : tensor<?x2x2xf16>
    %v22 = tensor.empty(%v21) : tensor<?x6x1xf32>
    %v23 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v19, %a2 : tensor<?x6x1xf32>, tensor<6xf32>) outs(%v22 : tensor<?x6x1xf32>) {
    ^bb0(%b0: f32, %b1: f32, %o: f32):
      %r = arith.addf %b0, %b1 : f32
      linalg.yield %r : f32
    } -> tensor<?x6x1xf32>
    %v24 = arith.truncf %v23 : tensor<?x6x1xf32> to tensor<?x6x1xf16>
    return %v24 : tensor<?x6x1xf16>
  }
}
