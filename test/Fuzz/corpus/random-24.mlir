module {
  func.func @random(%a0: tensor<1x4x8x3xf16>, %a1: tensor<5x4x3x2xf16>) -> (tensor<1x5x4x3xf16>) {
    %v1 = arith.constant 0.000000000e+00 : f16
    %v2 = tensor.pad %a0 low[0, 0, 0, 1] high[0, 0, 1, 0] {
    ^bb0(%i0: index, %i1: index, %i2: index, %i3: index):
      tensor.yield %v1 : f16
    } : tensor<1x4x8x3xf16> to tensor<1x4x9x4xf16>
    %v3 = tensor.empty() : tensor<1x5x4x3xf16>
    %v4 = arith.constant dense<[1.937255859e-01, 1.483398438e+00, -6.059570312e-01, 3.867187500e-01, 1.161132812e+00]> : tensor<5xf16>
    %v5 = tensor.empty() : tensor<1x5x4x3xf16>
    %v6 = linalg.broadcast ins(%v4 : tensor<5xf16>) outs(%v5 : tensor<1x5x4x3xf16>) dimensions = [0, 2, 3]
    %v7 = linalg.conv_2d_nchw_fchw {dilations = dense<[1, 1]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%v2, %a1 : tensor<1x4x9x4xf16>, tensor<5x4x3x2xf16>) outs(%v6 : tensor<1x5x4x3xf16>) -> tensor<1x5x4x3xf16>
    %v8 = tensor.empty() : tensor<1x5x4x3xf32>
    %v9 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v7 : tensor<1x5x4x3xf16>) outs(%v8 : tensor<1x5x4x3xf32>) {
    ^bb0(%b0: f16, %o: f32):
      %r = arith.extf %b0 : f16 to f32
      linalg.yield %r : f32
    } -> tensor<1x5x4x3xf32>
    %v10 = arith.constant 1.299942017e+00 : f32
    %v11 = tensor.empty() : tensor<1x5x4x3xf32>
    %v12 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> ()>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v9, %v10 : tensor<1x5x4x3xf32>, f32) outs(%v11 : tensor<1x5x4x3xf32>) {
    ^bb0(%b0: f32, %b1: f32, %o: f32):
      %r = math.fma %b0, %b1, %b1 : f32
      linalg.yield %r : f32
    } -> tensor<1x5x4x3xf32>
    %v13 = arith.truncf %v12 : tensor<1x5x4x3xf32> to tensor<1x5x4x3xf16>
    return %v13 : tensor<1x5x4x3xf16>
  }
}
