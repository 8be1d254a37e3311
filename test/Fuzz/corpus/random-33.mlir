module {
  func.func @random(%a0: tensor<3x3x4x1xf32>, %a1: tensor<4x3x2x1xf32>) -> (tensor<3x4x4x2xf32>) {
    %v1 = arith.constant 0.000000000e+00 : f32
    %v2 = tensor.pad %a0 low[0, 0, 1, 1] high[0, 0, 0, 1] {
    ^bb0(%i0: index, %i1: index, %i2: index, %i3: index):
      tensor.yield %v1 : f32
    } : tensor<3x3x4x1xf32> to tensor<3x3x5x3xf32>
    %v3 = tensor.empty() : tensor<3x4x4x2xf32>
    %v4 = arith.constant dense<[8.629611731e-01, 1.678996533e-01, -1.203719497e+00, -1.774369836e+00]> : tensor<4xf32>
    %v5 = tensor.empty() : tensor<3x4x4x2xf32>
    %v6 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v4 : tensor<4xf32>) outs(%v5 : tensor<3x4x4x2xf32>) {
    ^bb0(%b0: f32, %o: f32):
      %r = arith.addf %b0, %b0 : f32
      linalg.yield %r : f32
    } -> tensor<3x4x4x2xf32>
    %v7 = linalg.conv_2d_nchw_fchw {dilations = dense<[1, 1]> : tensor<2xi64>, strides = dense<[1, 2]> : tensor<2xi64>} ins(%v2, %a1 : tensor<3x3x5x3xf32>, tensor<4x3x2x1xf32>) outs(%v6 : tensor<3x4x4x2xf32>) -> tensor<3x4x4x2xf32>
    %v8 = arith.constant 5.267987847e-01 : f32
    %v9 = tensor.empty() : tensor<3x4x4x2xf32>
    %v10 = linalg.fill ins(%v8 : f32) outs(%v9 : tensor<3x4x4x2xf32>) -> tensor<3x4x4x2xf32>
    %v11 = tensor.empty() : tensor<3x4x4x2xf32>
    %v12 = linalg.elementwise kind=#linalg.elementwise_kind<mul> ins(%v10, %v7 : tensor<3x4x4x2xf32>, tensor<3x4x4x2xf32>) outs(%v11 : tensor<3x4x4x2xf32>) -> tensor<3x4x4x2xf32>
    %v13 = arith.constant -1.011709809e+00 : f32
    %v14 = tensor.empty() : tensor<3x4x4x2xf32>
    %v15 = linalg.fill ins(%v13 : f32) outs(%v14 : tensor<3x4x4x2xf32>) -> tensor<3x4x4x2xf32>
    %v16 = tensor.empty() : tensor<3x4x4x2xf32>
    %v17 = linalg.add ins(%v12, %v15 : tensor<3x4x4x2xf32>, tensor<3x4x4x2xf32>) outs(%v16 : tensor<3x4x4x2xf32>) -> tensor<3x4x4x2xf32>
    %v18 = arith.constant 1.298090816e+00 : f32
    %v19 = tensor.empty() : tensor<3x4x4x2xf32>
    %v20 = linalg.fill ins(%v18 : f32) outs(%v19 : tensor<3x4x4x2xf32>) -> tensor<3x4x4x2xf32>
    %v21 = tensor.empty() : tensor<3x4x4x2xf32>
    %v22 = linalg.add ins(%v20, %v17 : tensor<3x4x4x2xf32>, tensor<3x4x4x2xf32>) outs(%v21 : tensor<3x4x4x2xf32>) -> tensor<3x4x4x2xf32>
    return %v22 : tensor<3x4x4x2xf32>
  }
}
