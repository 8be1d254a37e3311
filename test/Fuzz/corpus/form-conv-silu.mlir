module {
  func.func @silu(%arg0: tensor<1x4x9x9xf32>, %arg1: tensor<6x4x3x3xf32>) -> tensor<1x6x7x7xf32> {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant dense<1.000000e+00> : tensor<1x6x7x7xf32>
    %0 = tensor.empty() : tensor<1x6x7x7xf32>
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
    %2 = linalg.conv_2d_nchw_fchw ins(%arg0, %arg1 : tensor<1x4x9x9xf32>, tensor<6x4x3x3xf32>) outs(%1 : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
    %3 = linalg.negf ins(%2 : tensor<1x6x7x7xf32>) outs(%0 : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
    %4 = math.exp %3 : tensor<1x6x7x7xf32>
    %5 = arith.addf %4, %cst_0 : tensor<1x6x7x7xf32>
    %6 = linalg.div ins(%2, %5 : tensor<1x6x7x7xf32>, tensor<1x6x7x7xf32>) outs(%0 : tensor<1x6x7x7xf32>) -> tensor<1x6x7x7xf32>
    return %6 : tensor<1x6x7x7xf32>
  }
}
