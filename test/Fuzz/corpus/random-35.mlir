module {
  func.func @random(%a0: tensor<1x2x1x3x1xf32>, %a1: tensor<2x2x1x3x1xf32>, %a2: tensor<2x2xf32>, %a3: tensor<2x2xf32>) -> (tensor<1x2x2x4xf32>) {
    %v1 = arith.constant 0.000000000e+00 : f32
    %v2 = tensor.pad %a0 low[0, 0, 0, 1, 1] high[0, 0, 0, 1, 0] {
    ^bb0(%i0: index, %i1: index, %i2: index, %i3: index, %i4: index):
      tensor.yield %v1 : f32
    } : tensor<1x2x1x3x1xf32> to tensor<1x2x1x5x2xf32>
    %v3 = tensor.empty() : tensor<1x2x2x2x2xf32>
    %v4 = tensor.empty() : tensor<1x2x2x2x2xf32>
    %v5 = linalg.broadcast ins(%a2 : tensor<2x2xf32>) outs(%v4 : tensor<1x2x2x2x2xf32>) dimensions = [0, 3, 4]
    %v6 = linalg.conv_2d_ngchw_gfchw {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%v2, %a1 : tensor<1x2x1x5x2xf32>, tensor<2x2x1x3x1xf32>) outs(%v5 : tensor<1x2x2x2x2xf32>) -> tensor<1x2x2x2x2xf32>
    %v7 = arith.constant 1.402710795e+00 : f32
    %v8 = tensor.empty() : tensor<1x2x2x2x2xf32>
    %v9 = linalg.fill ins(%v7 : f32) outs(%v8 : tensor<1x2x2x2x2xf32>) -> tensor<1x2x2x2x2xf32>
    %v10 = tensor.empty() : tensor<1x2x2x2x2xf32>
    %v11 = linalg.elementwise kind=#linalg.elementwise_kind<mul> ins(%v9, %v6 : tensor<1x2x2x2x2xf32>, tensor<1x2x2x2x2xf32>) outs(%v10 : tensor<1x2x2x2x2xf32>) -> tensor<1x2x2x2x2xf32>
    %v12 = arith.addf %v11, %v11 : tensor<1x2x2x2x2xf32>
    %v13 = tensor.empty() : tensor<1x2x2x2x2xf32>
    %v14 = linalg.broadcast ins(%a3 : tensor<2x2xf32>) outs(%v13 : tensor<1x2x2x2x2xf32>) dimensions = [0, 3, 4]
    %v15 = tensor.empty() : tensor<1x2x2x2x2xf32>
    %v16 = linalg.elementwise kind=#linalg.elementwise_kind<div> ins(%v12, %v14 : tensor<1x2x2x2x2xf32>, tensor<1x2x2x2x2xf32>) outs(%v15 : tensor<1x2x2x2x2xf32>) -> tensor<1x2x2x2x2xf32>
    %v17 = arith.constant dense<[[-1.095090389e+00, -1.053382516e+00], [-7.887609601e-01, 1.664968491e+00]]> : tensor<2x2xf32>
    %v18 = tensor.empty() : tensor<1x2x2x2x2xf32>
    %v19 = linalg.broadcast ins(%v17 : tensor<2x2xf32>) outs(%v18 : tensor<1x2x2x2x2xf32>) dimensions = [0, 3, 4]
    %v20 = arith.subf %v19, %v16 : tensor<1x2x2x2x2xf32>
    %v21 = tensor.collapse_shape %v20 [[0], [1], [2], [3, 4]] : tensor<1x2x2x2x2xf32> into tensor<1x2x2x4xf32>
    return %v21 : tensor<1x2x2x4xf32>
  }
}
