module {
  func.func @random(%a0: tensor<2x7x6x2xbf16>, %a1: tensor<3x3x2x5xbf16>) -> (tensor<2x4x3x5xbf16>) {
    %v1 = arith.constant 8.203125000e-01 : bf16
    %v2 = tensor.empty() : tensor<2x7x6x2xbf16>
    %v3 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> ()>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%a0, %v1 : tensor<2x7x6x2xbf16>, bf16) outs(%v2 : tensor<2x7x6x2xbf16>) {
    ^bb0(%b0: bf16, %b1: bf16, %o: bf16):
      %r = arith.mulf %b1, %b0 : bf16
      linalg.yield %r : bf16
    } -> tensor<2x7x6x2xbf16>
    %v4 = arith.constant 0.000000000e+00 : bf16
    %v5 = tensor.pad %v3 low[0, 1, 0, 0] high[0, 0, 1, 0] {
    ^bb0(%i0: index, %i1: index, %i2: index, %i3: index):
      tensor.yield %v4 : bf16
    } : tensor<2x7x6x2xbf16> to tensor<2x8x7x2xbf16>
    %v6 = tensor.empty() : tensor<2x4x3x5xbf16>
    %v7 = arith.constant -7.070312500e-01 : bf16
    %v8 = linalg.fill ins(%v7 : bf16) outs(%v6 : tensor<2x4x3x5xbf16>) -> tensor<2x4x3x5xbf16>
    %v9 = linalg.conv_2d_nhwc_hwcf {dilations = dense<[2, 1]> : tensor<2xi64>, strides = dense<[1, 2]> : tensor<2xi64>} ins(%v5, %a1 : tensor<2x8x7x2xbf16>, tensor<3x3x2x5xbf16>) outs(%v8 : tensor<2x4x3x5xbf16>) -> tensor<2x4x3x5xbf16>
    %v10 = arith.constant 5.351562500e-01 : bf16
    %v11 = tensor.empty() : tensor<2x4x3x5xbf16>
    %v12 = linalg.fill ins(%v10 : bf16) outs(%v11 : tensor<2x4x3x5xbf16>) -> tensor<2x4x3x5xbf16>
    %v13 = arith.subf %v9, %v12 : tensor<2x4x3x5xbf16>
    %v14 = arith.constant 1.453125000e+00 : bf16
    %v15 = tensor.empty() : tensor<2x4x3x5xbf16>
    %v16 = linalg.fill ins(%v14 : bf16) outs(%v15 : tensor<2x4x3x5xbf16>) -> tensor<2x4x3x5xbf16>
    %v17 = tensor.empty() : tensor<2x4x3x5xbf16>
    %v18 = linalg.elementwise kind=#linalg.elementwise_kind<div> ins(%v13, %v16 : tensor<2x4x3x5xbf16>, tensor<2x4x3x5xbf16>) outs(%v17 : tensor<2x4x3x5xbf16>) -> tensor<2x4x3x5xbf16>
    return %v18 : tensor<2x4x3x5xbf16>
  }
}
