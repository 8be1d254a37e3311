module {
  func.func @wide_sum(%arg0: tensor<1x4x9x9xf32>, %arg1: tensor<6x4x3x3xf32>, %arg2: tensor<1x6x7x7xf64>) -> tensor<1x6x7x7xf64> {
    %0 = linalg.conv_2d_nchw_fchw ins(%arg0, %arg1 : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%arg2 : tensor<1x6x7x7xf64>) -> tensor<1x6x7x7xf64>
    return %0 : tensor<1x6x7x7xf64>
  }
}
