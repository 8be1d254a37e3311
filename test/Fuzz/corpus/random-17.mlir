module {
  func.func @random(%a0: tensor<2x5x2x1xf32>, %a1: tensor<2x3x3x1x1xf32>) -> (tensor<2x9x1x1xf32>) {
    %v1 = arith.constant 0.000000000e+00 : f32
    %v2 = tensor.pad %a0 low[0, 0, 1, 0] high[0, 0, 1, 0] {
    ^bb0(%i0: index, %i1: index, %i2: index, %i3: index):
      tensor.yield %v1 : f32
    } : tensor<2x5x2x1xf32> to tensor<2x5x4x1xf32>
    %v3 = arith.constant dense<[[[[-2.814559042e-01]], [[1.990821362e-01]]], [[[-6.581483483e-01]], [[-9.686135687e-03]]], [[[-2.125377767e-02]], [[-1.446878910e-01]]]]> : tensor<3x2x1x1xf32>
    %v4 = tensor.empty() : tensor<2x3x3x1x1xf32>
    %v5 = arith.constant 1.005108595e+00 : f32
    %v6 = linalg.fill ins(%v5 : f32) outs(%v4 : tensor<2x3x3x1x1xf32>) -> tensor<2x3x3x1x1xf32>
    %v7 = linalg.depthwise_conv_2d_nhwc_hwcm {dilations = dense<[1, 1]> : tensor<2xi64>, strides = dense<[1, 1]> : tensor<2xi64>} ins(%v2, %v3 : tensor<2x5x4x1xf32>, tensor<3x2x1x1xf32>) outs(%v6 : tensor<2x3x3x1x1xf32>) -> tensor<2x3x3x1x1xf32>
    %v8 = arith.negf %v7 : tensor<2x3x3x1x1xf32>
    %v9 = arith.constant dense<[[-1.353364706e+00]]> : tensor<1x1xf32>
    %v10 = tensor.empty() : tensor<2x3x3x1x1xf32>
    %v11 = linalg.broadcast ins(%v9 : tensor<1x1xf32>) outs(%v10 : tensor<2x3x3x1x1xf32>) dimensions = [0, 1, 2]
    %v12 = tensor.empty() : tensor<2x3x3x1x1xf32>
    %v13 = linalg.elementwise kind=#linalg.elementwise_kind<sub> ins(%v11, %v8 : tensor<2x3x3x1x1xf32>, tensor<2x3x3x1x1xf32>) outs(%v12 : tensor<2x3x3x1x1xf32>) -> tensor<2x3x3x1x1xf32>
    %v14 = tensor.empty() : tensor<2x3x3x1x1xf32>
    %v15 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%v13, %a1 : tensor<2x3x3x1x1xf32>, tensor<2x3x3x1x1xf32>) outs(%v14 : tensor<2x3x3x1x1xf32>) {
    ^bb0(%b0: f32, %b1: f32, %o: f32):
      %r = arith.addf %b0, %b1 : f32
      linalg.yield %r : f32
    } -> tensor<2x3x3x1x1xf32>
    %v16 = tensor.collapse_shape %v15 [[0], [1, 2], [3], [4]] : tensor<2x3x3x1x1xf32> into tensor<2x9x1x1xf32>
    return %v16 : tensor<2x9x1x1xf32>
  }
}
