module {
  func.func @no_pixels(%arg0: tensor<1x2x0x5xf32>, %arg1: tensor<2x2x1x1xf32>) -> tensor<1x2x0x5xf32> {
    %0 = tensor.empty() : tensor<1x2x0x5xf32>
    %cst = arith.constant 0.000000e+00 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<1x2x0x5xf32>) -> tensor<1x2x0x5xf32>
    %2 = linalg.conv_2d_nchw_fchw ins(%arg0, %arg1 : tensor<1x2x0x5xf32>, tensor<2x2x1x1xf32>) outs(%1 : tensor<1x2x0x5xf32>) -> tensor<1x2x0x5xf32>
    %collapsed = tensor.collapse_shape %2 [[0], [1, 2], [3]] : tensor<1x2x0x5xf32> into tensor<1x0x5xf32>
    %expanded = tensor.expand_shape %collapsed [[0], [1, 2], [3]] output_shape [1, 2, 0, 5] : tensor<1x0x5xf32> into tensor<1x2x0x5xf32>
    %cst_0 = arith.constant dense<[2.000000e+00, 3.000000e+00]> : tensor<2xf32>
    %3 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded, %cst_0 : tensor<1x2x0x5xf32>, tensor<2xf32>) outs(%0 : tensor<1x2x0x5xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %4 = arith.mulf %in, %in_1 : f32
      linalg.yield %4 : f32
    } -> tensor<1x2x0x5xf32>
    return %3 : tensor<1x2x0x5xf32>
  }
}
