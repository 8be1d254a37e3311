module {
  func.func @named_negf(%arg0: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
    %cst = arith.constant dense<[[[[1.000000e+00]]], [[[2.000000e+00]]]]> : tensor<2x1x1x1xf32>
    %0 = tensor.empty() : tensor<1x2x2x2xf32>
    %cst_0 = arith.constant dense<[1.000000e+01, 2.000000e+01]> : tensor<2xf32>
    %broadcasted = linalg.broadcast ins(%cst_0 : tensor<2xf32>) outs(%0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3] 
    %1 = linalg.conv_2d_nchw_fchw ins(%arg0, %cst : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%broadcasted : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    %2 = linalg.negf ins(%1 : tensor<1x2x2x2xf32>) outs(%0 : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    return %2 : tensor<1x2x2x2xf32>
  }
}
