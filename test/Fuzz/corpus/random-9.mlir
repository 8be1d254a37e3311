module {
  func.func @random(%a0: tensor<1x2x3x3x2xf32>, %a1: tensor<2x3x3x3x3xf32>) -> (tensor<1x2x3x3x2xf32>) {
    %v1 = arith.constant 0.000000000e+00 : f32
    %v2 = tensor.pad %a0 low[0, 0, 0, 1, 1] high[0, 0, 0, 1, 1] {
    ^bb0(%i0: index, %i1: index, %i2: index, %i3: index, %i4: index):
      tensor.yield %v1 : f32
    } : tensor<1x2x3x3x2xf32> to tensor<1x2x3x5x4xf32>
    %v3 = tensor.empty() : tensor<1x2x3x3x2xf32>
    %v4 = arith.constant 0.000000000e+00 : f32
    %v5 = linalg.fill ins(%v4 : f32) outs(%v3 : tensor<1x2x3x3x2xf32>) -> tensor<1x2x3x3x2xf32>
    %v6 = linalg.conv_2d_ngchw_gfchw {dilations = dense<[1, 1]> : tensor<2xi64>, strides = dense<[1, 1]> : tensor<2xi64>} ins(%v2, %a1 : tensor<1x2x3x5x4xf32>, tensor<2x3x3x3x3xf32>) outs(%v5 : tensor<1x2x3x3x2xf32>) -> tensor<1x2x3x3x2xf32>
    %v7 = tensor.empty() : tensor<1x2x3x3x2xf32>
    %v8 = linalg.negf ins(%v6 : tensor<1x2x3x3x2xf32>) outs(%v7 : tensor<1x2x3x3x2xf32>) -> tensor<1x2x3x3x2xf32>
    return %v8 : tensor<1x2x3x3x2xf32>
  }
}
