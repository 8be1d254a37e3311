module {
  func.func @random(%a0: tensor<2x5x3x1xf32>) -> (tensor<2x4x2x1x1xf32>) {
    %v1 = arith.constant 0.000000000e+00 : f32
    %v2 = tensor.pad %a0 low[0, 1, 1, 0] high[0, 0, 1, 0] {
    ^bb0(%i0: index, %i1: index, %i2: index, %i3: index):
      tensor.yield %v1 : f32
    } : tensor<2x5x3x1xf32> to tensor<2x6x5x1xf32>
    %v3 = arith.constant dense<[[[[-4.335079491e-01]], [[-1.919314712e-01]], [[3.828366101e-01]]], [[[4.739826079e-03]], [[5.164270401e-01]], [[1.325462312e-01]]], [[[-2.060621530e-01]], [[2.107804418e-01]], [[5.242856741e-01]]]]> : tensor<3x3x1x1xf32>
    %v4 = tensor.empty() : tensor<2x4x2x1x1xf32>
    %v5 = arith.constant -1.286015272e+00 : f32
    %v6 = linalg.fill ins(%v5 : f32) outs(%v4 : tensor<2x4x2x1x1xf32>) -> tensor<2x4x2x1x1xf32>
    %v7 = linalg.depthwise_conv_2d_nhwc_hwcm {dilations = dense<[1, 1]> : tensor<2xi64>, strides = dense<[1, 2]> : tensor<2xi64>} ins(%v2, %v3 : tensor<2x6x5x1xf32>, tensor<3x3x1x1xf32>) outs(%v6 : tensor<2x4x2x1x1xf32>) -> tensor<2x4x2x1x1xf32>
    %v8 = tensor.empty() : tensor<2x4x2x1x1xf32>
    %v9 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%v7 : tensor<2x4x2x1x1xf32>) outs(%v8 : tensor<2x4x2x1x1xf32>) {
    ^bb0(%b0: f32, %o: f32):
      %h = arith.constant 0.5 : f32
      %t = arith.mulf %b0, %h : f32
      %r = arith.addf %t, %b0 : f32
      linalg.yield %r : f32
    } -> tensor<2x4x2x1x1xf32>
    return %v9 : tensor<2x4x2x1x1xf32>
  }
}
