module {
  func.func @map(%arg0: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
    %cst = arith.constant dense<[[[[1.000000e+00]]], [[[2.000000e+00]]]]> : tensor<2x1x1x1xf32>
    %0 = tensor.empty() : tensor<1x2x2x2xf32>
    %cst_0 = arith.constant dense<[1.000000e+01, 2.000000e+01]> : tensor<2xf32>
    %broadcasted = linalg.broadcast ins(%cst_0 : tensor<2xf32>) outs(%0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3] 
    %1 = linalg.conv_2d_nchw_fchw ins(%arg0, %cst : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%broadcasted : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    %cst_1 = arith.constant dense<[2.000000e+00, 4.000000e+00]> : tensor<2xf32>
    %broadcasted_2 = linalg.broadcast ins(%cst_1 : tensor<2xf32>) outs(%0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3] 
    %mapped = linalg.map { arith.mulf } ins(%1, %broadcasted_2 : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) outs(%0 : tensor<1x2x2x2xf32>)
    return %mapped : tensor<1x2x2x2xf32>
  }
}
