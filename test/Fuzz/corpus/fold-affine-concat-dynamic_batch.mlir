module {
  func.func @dynamic_batch(%arg0: tensor<?x1x2x2xf32>) -> tensor<?x4x2x2xf32> {
    %c0 = arith.constant 0 : index
    %dim = tensor.dim %arg0, %c0 : tensor<?x1x2x2xf32>
    %cst = arith.constant dense<[[[[1.000000e+00]]], [[[2.000000e+00]]]]> : tensor<2x1x1x1xf32>
    %cst_0 = arith.constant dense<[1.000000e+01, 2.000000e+01]> : tensor<2xf32>
    %0 = tensor.empty(%dim) : tensor<?x2x2x2xf32>
    %broadcasted = linalg.broadcast ins(%cst_0 : tensor<2xf32>) outs(%0 : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3] 
    %1 = linalg.conv_2d_nchw_fchw ins(%arg0, %cst : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%broadcasted : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
    %cst_1 = arith.constant dense<[[[[3.000000e+00]]], [[[5.000000e+00]]]]> : tensor<2x1x1x1xf32>
    %cst_2 = arith.constant dense<[3.000000e+01, 4.000000e+01]> : tensor<2xf32>
    %broadcasted_3 = linalg.broadcast ins(%cst_2 : tensor<2xf32>) outs(%0 : tensor<?x2x2x2xf32>) dimensions = [0, 2, 3] 
    %2 = linalg.conv_2d_nchw_fchw ins(%arg0, %cst_1 : tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%broadcasted_3 : tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
    %3 = tensor.empty(%dim) : tensor<?x4x2x2xf32>
    %inserted_slice = tensor.insert_slice %1 into %3[0, 0, 0, 0] [%dim, 2, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> into tensor<?x4x2x2xf32>
    %inserted_slice_4 = tensor.insert_slice %2 into %inserted_slice[0, 2, 0, 0] [%dim, 2, 2, 2] [1, 1, 1, 1] : tensor<?x2x2x2xf32> into tensor<?x4x2x2xf32>
    %cst_5 = arith.constant dense<[2.000000e+00, 4.000000e+00, 8.000000e+00, 1.600000e+01]> : tensor<4xf32>
    %4 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%inserted_slice_4, %cst_5 : tensor<?x4x2x2xf32>, tensor<4xf32>) outs(%3 : tensor<?x4x2x2xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %5 = arith.mulf %in, %in_6 : f32
      linalg.yield %5 : f32
    } -> tensor<?x4x2x2xf32>
    return %4 : tensor<?x4x2x2xf32>
  }
}
