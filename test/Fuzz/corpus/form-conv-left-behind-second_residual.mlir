module {
  func.func @second_residual(%arg0: tensor<1x4x9x9xf32>, %arg1: tensor<6x4x3x3xf32>, %arg2: tensor<1x6x7x7xf32>, %arg3: tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32> {
    %0 = linalg.conv_2d_nchw_fchw ins(%arg0, %arg1 : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%arg2 : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
    %1 = arith.addf %0, %arg3 : tensor<1x6x7x7xf32>
    return %1 : tensor<1x6x7x7xf32>
  }
}
