module {
  func.func @random(%a0: tensor<1x3x1x4xf32>, %a1: tensor<4xf32>) -> (tensor<1x3x1x4xf32>) {
    %v1 = arith.constant 0.000000000e+00 : f32
    %v2 = tensor.pad %a0 low[0, 1, 0, 0] high[0, 1, 0, 0] {
    ^bb0(%i0: index, %i1: index, %i2: index, %i3: index):
      tensor.yield %v1 : f32
    } : tensor<1x3x1x4xf32> to tensor<1x5x1x4xf32>
    %v3 = arith.constant dense<[[[1.117165238e-01, -1.762391068e-02, -8.514051437e-01, -6.447644234e-01]], [[-6.870645285e-01, -3.705888391e-01, -2.197433561e-01, 1.383637786e-01]], [[6.052569747e-01, 2.354541719e-01, 3.837014139e-01, 5.104992390e-01]]]> : tensor<3x1x4xf32>
    %v4 = tensor.empty() : tensor<1x3x1x4xf32>
    %v5 = arith.constant dense<[-2.278137058e-01, 1.041316628e+00, -1.307224274e+00, 8.909689188e-01]> : tensor<4xf32>
    %v6 = tensor.empty() : tensor<1x3x1x4xf32>
    %v7 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v5 : tensor<4xf32>) outs(%v6 : tensor<1x3x1x4xf32>) {
    ^bb0(%b0: f32, %o: f32):
      %r = arith.addf %b0, %b0 : f32
      linalg.yield %r : f32
    } -> tensor<1x3x1x4xf32>
    %v8 = linalg.depthwise_conv_2d_nhwc_hwc {dilations = dense<[1, 1]> : tensor<2xi64>, strides = dense<[1, 1]> : tensor<2xi64>} ins(%v2, %v3 : tensor<1x5x1x4xf32>, tensor<3x1x4xf32>) outs(%v7 : tensor<1x3x1x4xf32>) -> tensor<1x3x1x4xf32>
    %v9 = arith.constant dense<[1.107040524e+00, 1.674864173e+00, -1.855309606e+00, -1.930166364e+00]> : tensor<4xf32>
    %v10 = tensor.empty() : tensor<1x3x1x4xf32>
    %v11 = linalg.broadcast ins(%v9 : tensor<4xf32>) outs(%v10 : tensor<1x3x1x4xf32>) dimensions = [0, 1, 2]
    %v12 = arith.subf %v11, %v8 : tensor<1x3x1x4xf32>
    %v13 = arith.constant dense<[-1.267626047e+00, -3.859882429e-02, -1.207225919e+00, 1.702973485e+00]> : tensor<4xf32>
    %v14 = tensor.expand_shape %v13 [[0, 1, 2]] output_shape [4, 1, 1] : tensor<4xf32> into tensor<4x1x1xf32>
    %v15 = tensor.empty() : tensor<1x3x1x4xf32>
    %v16 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d3, 0, 0)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v12, %v14 : tensor<1x3x1x4xf32>, tensor<4x1x1xf32>) outs(%v15 : tensor<1x3x1x4xf32>) {
    ^bb0(%b0: f32, %b1: f32, %o: f32):
      %r = arith.subf %b0, %b1 : f32
      linalg.yield %r : f32
    } -> tensor<1x3x1x4xf32>
    %v17 = tensor.empty() : tensor<1x3x1x4xf32>
    %v18 = linalg.broadcast ins(%a1 : tensor<4xf32>) outs(%v17 : tensor<1x3x1x4xf32>) dimensions = [0, 1, 2]
    %v19 = tensor.empty() : tensor<1x3x1x4xf32>
    %v20 = linalg.add ins(%v18, %v16 : tensor<1x3x1x4xf32>, tensor<1x3x1x4xf32>) outs(%v19 : tensor<1x3x1x4xf32>) -> tensor<1x3x1x4xf32>
    return %v20 : tensor<1x3x1x4xf32>
  }
}
