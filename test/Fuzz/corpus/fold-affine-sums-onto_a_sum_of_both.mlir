module {
  func.func @onto_a_sum_of_both(%arg0: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
    %cst = arith.constant dense<[[[[1.000000e+00]]], [[[2.000000e+00]]]]> : tensor<2x1x1x1xf32>
    %cst_0 = arith.constant dense<[1.000000e+01, 2.000000e+01]> : tensor<2xf32>
    %0 = tensor.empty() : tensor<1x2x2x2xf32>
    %broadcasted = linalg.broadcast ins(%cst_0 : tensor<2xf32>) outs(%0 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3] 
    %1 = linalg.conv_2d_nchw_fchw ins(%arg0, %cst : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%broadcasted : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    %cst_1 = arith.constant dense<[[[[3.000000e+00]]], [[[4.000000e+00]]]]> : tensor<2x1x1x1xf32>
    %cst_2 = arith.constant dense<[3.000000e+01, 4.000000e+01]> : tensor<2xf32>
    %2 = tensor.empty() : tensor<1x2x2x2xf32>
    %broadcasted_3 = linalg.broadcast ins(%cst_2 : tensor<2xf32>) outs(%2 : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3] 
    %3 = linalg.conv_2d_nchw_fchw ins(%arg0, %cst_1 : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%broadcasted_3 : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    %4 = tensor.empty() : tensor<1x2x2x2xf32>
    %5 = linalg.add ins(%1, %3 : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) outs(%4 : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    %cst_4 = arith.constant dense<[[[[5.000000e+00]]], [[[6.000000e+00]]]]> : tensor<2x1x1x1xf32>
    %6 = linalg.conv_2d_nchw_fchw ins(%arg0, %cst_4 : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%5 : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    %cst_5 = arith.constant dense<[2.000000e+00, 4.000000e+00]> : tensor<2xf32>
    %7 = tensor.empty() : tensor<1x2x2x2xf32>
    %8 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%6, %cst_5 : tensor<1x2x2x2xf32>, tensor<2xf32>) outs(%7 : tensor<1x2x2x2xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %9 = arith.mulf %in, %in_6 : f32
      linalg.yield %9 : f32
    } -> tensor<1x2x2x2xf32>
    return %8 : tensor<1x2x2x2xf32>
  }
}
