module {
  func.func @random(%a0: tensor<1x2x1xbf16>, %a1: tensor<3xbf16>) -> (tensor<1x3x1xbf16>) {
    %v1 = arith.constant dense<[[[-6.406250000e-01], [-4.453125000e-01]], [[-4.492187500e-01], [6.683349609e-03]], [[-1.181640625e-01], [6.367187500e-01]]]> : tensor<3x2x1xbf16>
    %v2 = tensor.empty() : tensor<1x3x1xbf16>
    %v3 = arith.constant 0.000000000e+00 : bf16
    %v4 = linalg.fill ins(%v3 : bf16) outs(%v2 : tensor<1x3x1xbf16>) -> tensor<1x3x1xbf16>
    %v5 = linalg.conv_1d_ncw_fcw {dilations = dense<[1]> : tensor<1xi64>, strides = dense<[1]> : tensor<1xi64>} ins(%a0, %v1 : tensor<1x2x1xbf16>, tensor<3x2x1xbf16>) outs(%v4 : tensor<1x3x1xbf16>) -> tensor<1x3x1xbf16>
    %v6 = tensor.expand_shape %a1 [[0, 1, 2]] output_shape [3, 1, 1] : tensor<3xbf16> into tensor<3x1x1xbf16>
    %v7 = tensor.empty() : tensor<1x3x1xbf16>
    %v8 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d1, 0, 0)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v5, %v6 : tensor<1x3x1xbf16>, tensor<3x1x1xbf16>) outs(%v7 : tensor<1x3x1xbf16>) {
    ^bb0(%b0: bf16, %b1: bf16, %o: bf16):
      %r = arith.subf %b0, %b1 : bf16
      linalg.yield %r : bf16
    } -> tensor<1x3x1xbf16>
    %v9 = arith.constant dense<[1.140625000e+00, -1.054687500e+00, -1.054687500e+00]> : tensor<3xbf16>
    %v10 = tensor.empty() : tensor<1x3x1xbf16>
    %v11 = linalg.broadcast ins(%v9 : tensor<3xbf16>) outs(%v10 : tensor<1x3x1xbf16>) dimensions = [0, 2]
    %v12 = tensor.empty() : tensor<1x3x1xbf16>
    %v13 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v8, %v11 : tensor<1x3x1xbf16>, tensor<1x3x1xbf16>) outs(%v12 : tensor<1x3x1xbf16>) {
    ^bb0(%b0: bf16, %b1: bf16, %o: bf16):
      %t = arith.mulf %b0, %b1 : bf16
      %r = arith.addf %t, %b1 : bf16
      linalg.yield %r : bf16
    } -> tensor<1x3x1xbf16>
    %v14 = arith.constant -3.979492188e-02 : bf16
    %v15 = tensor.empty() : tensor<1x3x1xbf16>
    %v16 = linalg.fill ins(%v14 : bf16) outs(%v15 : tensor<1x3x1xbf16>) -> tensor<1x3x1xbf16>
    %v17 = arith.subf %v16, %v13 : tensor<1x3x1xbf16>
    return %v17 : tensor<1x3x1xbf16>
  }
}
