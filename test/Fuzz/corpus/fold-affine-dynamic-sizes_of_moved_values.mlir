module {
  func.func @sizes_of_moved_values(%arg0: tensor<?x1x?x?xf32>) -> (tensor<?x2x?xf32>, index, index, index) {
    %cst = arith.constant dense<[[[[1.000000e+00]]], [[[2.000000e+00]]]]> : tensor<2x1x1x1xf32>
    %cst_0 = arith.constant dense<[1.000000e+01, 2.000000e+01]> : tensor<2xf32>
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %c3 = arith.constant 3 : index
    %dim = tensor.dim %arg0, %c0 : tensor<?x1x?x?xf32>
    %dim_1 = tensor.dim %arg0, %c2 : tensor<?x1x?x?xf32>
    %dim_2 = tensor.dim %arg0, %c3 : tensor<?x1x?x?xf32>
    %0 = tensor.empty(%dim, %dim_1, %dim_2) : tensor<?x2x?x?xf32>
    %broadcasted = linalg.broadcast ins(%cst_0 : tensor<2xf32>) outs(%0 : tensor<?x2x?x?xf32>) dimensions = [0, 2, 3] 
    %1 = linalg.conv_2d_nchw_fchw ins(%arg0, %cst : tensor<?x1x?x?xf32>, tensor<2x1x1x1xf32>) outs(%broadcasted : tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32>
    %cast = tensor.cast %1 : tensor<?x2x?x?xf32> to tensor<?x?x?x?xf32>
    %dim_3 = tensor.dim %cast, %c2 : tensor<?x?x?x?xf32>
    %cast_4 = tensor.cast %cast : tensor<?x?x?x?xf32> to tensor<?x2x?x?xf32>
    %collapsed = tensor.collapse_shape %cast_4 [[0], [1], [2, 3]] : tensor<?x2x?x?xf32> into tensor<?x2x?xf32>
    %dim_5 = tensor.dim %collapsed, %c0 : tensor<?x2x?xf32>
    %dim_6 = tensor.dim %collapsed, %c2 : tensor<?x2x?xf32>
    %2 = tensor.empty(%dim_5, %dim_6) : tensor<?x2x?xf32>
    %cst_7 = arith.constant dense<[2.000000e+00, 4.000000e+00]> : tensor<2xf32>
    %3 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed, %cst_7 : tensor<?x2x?xf32>, tensor<2xf32>) outs(%2 : tensor<?x2x?xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %4 = arith.mulf %in, %in_8 : f32
      linalg.yield %4 : f32
    } -> tensor<?x2x?xf32>
    return %3, %dim_3, %dim_5, %dim_6 : tensor<?x2x?xf32>, index, index, index
  }
}
