module {
  func.func @moved_residual(%arg0: tensor<1x4x9x9xf32>, %arg1: tensor<6x4x3x3xf32>, %arg2: tensor<1x6x7x7xf32>) -> tensor<1x7x7x6xf32> {
    %0 = linalg.conv_2d_nchw_fchw ins(%arg0, %arg1 : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%arg2 : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
    %1 = tensor.empty() : tensor<1x7x7x6xf32>
    %transposed = linalg.transpose ins(%0 : tensor<1x6x7x7xf32>) outs(%1 : tensor<1x7x7x6xf32>) permutation = [0, 2, 3, 1] 
    return %transposed : tensor<1x7x7x6xf32>
  }
}
